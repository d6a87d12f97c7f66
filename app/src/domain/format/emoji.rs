//! Messages of emoji alone, which are shown large.

/// How many emoji a text consists of, when there is nothing else in it and they are at most three.
pub fn emoji_only(text: &str) -> Option<usize> {
    // Even three families of four with skin tones are shorter.
    if text.len() > 160 {
        return None;
    }
    let mut count = 0;
    let mut chars = text.chars().filter(|c| !c.is_whitespace()).peekable();
    while let Some(c) = chars.next() {
        count += 1;
        if is_region(c) {
            // A flag is two letters of its own alphabet.
            chars.next().filter(|c| is_region(*c))?;
            continue;
        }
        if c.is_ascii_digit() || matches!(c, '#' | '*') {
            chars.next_if_eq(&'\u{FE0F}');
            chars.next_if_eq(&'\u{20E3}')?;
            continue;
        }
        let mut base = c;
        loop {
            let pictured = chars.next_if_eq(&'\u{FE0F}').is_some();
            let drawn = is_emoji(base) || (pictured && is_sign(base));
            if !drawn {
                return None;
            }
            while chars
                .next_if(|c| matches!(c, '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}' | '\u{FE0F}'))
                .is_some()
            {}
            if chars.next_if_eq(&'\u{200D}').is_none() {
                break;
            }
            base = chars.next()?;
        }
    }
    (1..=3).contains(&count).then_some(count)
}

fn is_region(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

/// Drawn as a picture, or by WhatsApp always.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{231A}' | '\u{231B}' | '\u{23E9}'..='\u{23F3}'
        | '\u{25FD}' | '\u{25FE}' | '\u{2B05}'..='\u{2B07}' | '\u{2B1B}' | '\u{2B1C}' | '\u{2B50}' | '\u{2B55}')
        && !is_region(c)
}

/// A picture only when the sign after it says so (U+FE0F); a letter or sign otherwise.
fn is_sign(c: char) -> bool {
    matches!(c,
        '©' | '®' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21AA}' | '\u{2328}'
        | '\u{23CF}' | '\u{23F8}'..='\u{23FA}' | '\u{24C2}' | '\u{25AA}'..='\u{25FC}' | '\u{2934}' | '\u{2935}'
        | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}')
}

#[cfg(test)]
mod tests {
    use super::emoji_only;

    #[test]
    fn up_to_three_emoji_alone_are_counted() {
        for (text, expected) in [
            ("👍", Some(1)),
            ("❤️", Some(1)),
            ("❤", Some(1)),
            ("👨‍👩‍👧‍👦", Some(1)),
            ("🙏🏽 🌹", Some(2)),
            ("🇪🇬🇸🇦", Some(2)),
            ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", Some(1)),
            ("1️⃣2️⃣3️⃣", Some(3)),
            ("☺️😂😂", Some(3)),
            ("🏳️‍🌈", Some(1)),
            ("😂😂😂😂", None),
            ("👍 تمام", None),
            ("©", None),
            ("©️", Some(1)),
            ("12", None),
            ("🇪", None),
            ("👨‍", None),
            ("", None),
            ("   ", None),
        ] {
            assert_eq!(emoji_only(text), expected, "{text:?}");
        }
        assert_eq!(emoji_only(&"👍".repeat(100_000)), None);
    }
}
