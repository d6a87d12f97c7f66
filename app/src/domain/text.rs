//! Customer text: cleaned for storage, cut for previews. How it is formatted is told by [`super::format`].

/// WhatsApp's limit for a text message, in characters.
pub const TEXT_MAX_CHARS: usize = 4_096;
/// What a list row keeps of the newest message.
pub const PREVIEW_CHARS: usize = 160;

/// Text as we store it: PostgreSQL refuses NUL, and no reader can see one.
pub fn storable(text: &str) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() }
}

/// One line of at most [`PREVIEW_CHARS`] characters.
pub fn preview(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(PREVIEW_CHARS * 2));
    let mut count = 0;
    for word in text.split_whitespace() {
        if count > 0 {
            line.push(' ');
            count += 1;
        }
        for c in word.chars() {
            if count >= PREVIEW_CHARS {
                line.push('…');
                return line;
            }
            line.push(c);
            count += 1;
        }
    }
    line
}

/// Up to two letters that stand for a name where there is no picture: the first of the first and last word.
/// Arabic letters join, so an Arabic name gives one.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let Some(first) = words.next() else { return "#".to_owned() };
    let joins = ('\u{0600}'..='\u{08FF}').contains(&first);
    let mut letters: String = first.to_uppercase().collect();
    if let Some(last) = words.next_back().filter(|last| !joins && !('\u{0600}'..='\u{08FF}').contains(last)) {
        letters.extend(last.to_uppercase());
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn previews_are_one_line_and_bounded() {
        assert_eq!(preview("  أهلًا\n\nبيك  "), "أهلًا بيك");
        let long = "ن".repeat(500);
        assert_eq!(preview(&long).chars().count(), PREVIEW_CHARS + 1);
        assert_eq!(preview(""), "");
    }

    #[test]
    fn initials_join_nothing_that_should_not_join() {
        for (name, expected) in [
            ("هبة السيد", "ه"),
            ("Heba El-Sayed", "HE"),
            ("omar", "O"),
            ("🌿 Nour", "N"),
            ("+20 100", "21"),
            ("", "#"),
            ("🌿", "#"),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }
}
