//! Phone numbers as E.164 text with a leading `+`.

/// The E.164 form of what Meta or a person wrote: digits behind one `+`. `None` when it cannot be a number.
///
/// Meta sends `wa_id` without the plus; people type spaces, dashes, brackets and Arabic digits.
pub fn e164(written: &str) -> Option<String> {
    let mut digits = String::with_capacity(written.len() + 1);
    digits.push('+');
    for c in written.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '\u{0660}'..='\u{0669}' => digits.push(char::from(b'0' + (c as u32 - 0x0660) as u8)),
            '\u{06F0}'..='\u{06F9}' => digits.push(char::from(b'0' + (c as u32 - 0x06F0) as u8)),
            '+' | ' ' | '-' | '(' | ')' | '.' | '\u{00A0}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' => {}
            _ => return None,
        }
    }
    // E.164 allows 15 digits; the shortest numbers in use with their country code have 7.
    (8..=16).contains(&digits.len()).then_some(digits)
}

/// A number spaced for reading: `+20 100 000 1842`. Country codes of our users' regions are known, others are
/// grouped from the end.
pub fn spaced(e164: &str) -> String {
    const CODES: [&str; 30] = [
        "20", "212", "213", "216", "218", "249", "961", "962", "963", "964", "965", "966", "967", "968", "970", "971",
        "973", "974", "90", "91", "92", "1", "7", "33", "34", "39", "44", "49", "55", "86",
    ];
    let Some(digits) = e164.strip_prefix('+') else { return e164.to_owned() };
    let code_len = CODES.iter().find(|code| digits.starts_with(**code)).map_or(0, |code| code.len());
    let (code, rest) = digits.split_at(code_len);
    // The last four stand together, as numbers are read aloud in the region; before them groups of three, where a
    // lone first digit joins its neighbours.
    let (head, last_four) = rest.split_at(rest.len().saturating_sub(4));
    let first = match head.len() % 3 {
        0 => 3,
        1 => 4,
        _ => 2,
    };
    let (first, middle) = head.split_at(first.min(head.len()));
    let mut groups = vec![code, first];
    let mut middle = middle;
    while !middle.is_empty() {
        let (group, after) = middle.split_at(3.min(middle.len()));
        groups.push(group);
        middle = after;
    }
    groups.push(last_four);
    groups.retain(|group| !group.is_empty());
    format!("+{}", groups.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_and_meta_write_becomes_e164() {
        for (written, expected) in [
            ("201000001842", Some("+201000001842")),
            ("+20 100 000-1842", Some("+201000001842")),
            ("٢٠١٠٠٠٠٠١٨٤٢", Some("+201000001842")),
            ("\u{200E}+966 50 000 7731", Some("+966500007731")),
            ("", None),
            ("12345", None),
            ("1234567890123456", None),
            ("ES.9001002003", None),
        ] {
            assert_eq!(e164(written).as_deref(), expected, "{written:?}");
        }
    }

    #[test]
    fn numbers_are_spaced_for_reading() {
        for (number, expected) in [
            ("+201000001842", "+20 100 000 1842"),
            ("+966500007731", "+966 50 000 7731"),
            ("+971500001209", "+971 50 000 1209"),
            ("+96550001188", "+965 5000 1188"),
            ("+34600111222", "+34 60 011 1222"),
        ] {
            assert_eq!(spaced(number), expected, "{number}");
        }
    }
}
