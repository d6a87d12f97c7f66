//! Customer text: cleaned for storage, cut for previews, split into words and links. Never markup.

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

/// A piece of a paragraph: plain text, or an address a reader may open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    Plain(String),
    Link { shown: String, href: String },
}

/// Splits a paragraph at web addresses. Only `http` and `https` become links: anything else could run code.
pub fn spans(paragraph: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut rest = paragraph;
    while let Some(start) = next_link(rest) {
        let (before, from_link) = rest.split_at(start);
        plain.push_str(before);
        let end = link_len(from_link);
        let (link, after) = from_link.split_at(end);
        if !plain.is_empty() {
            spans.push(Span::Plain(std::mem::take(&mut plain)));
        }
        let href = if link.starts_with("www.") { format!("https://{link}") } else { link.to_owned() };
        spans.push(Span::Link { shown: link.to_owned(), href });
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        spans.push(Span::Plain(plain));
    }
    spans
}

/// Byte offset of the next address that starts a word.
fn next_link(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = ["http://", "https://", "www."].iter().filter_map(|p| text[from..].find(p)).min() {
        let start = from + found;
        let starts_word = text[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let scheme =
            ["https://", "http://", "www."].iter().find(|p| text[start..].starts_with(**p)).map_or(0, |p| p.len());
        if starts_word && text[start + scheme..].starts_with(|c: char| c.is_alphanumeric()) {
            return Some(start);
        }
        from = start + scheme;
    }
    None
}

/// Length of the address at the start of `text`, without the punctuation of the sentence around it.
fn link_len(text: &str) -> usize {
    let end = text
        .find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .unwrap_or(text.len());
    let mut link = &text[..end];
    while let Some(last) = link.chars().next_back() {
        let closes_nothing = match last {
            ')' => !link.contains('('),
            ']' => !link.contains('['),
            _ => matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | '،' | '؛' | '؟' | '»'),
        };
        if !closes_nothing {
            break;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    link.len()
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

    #[test]
    fn links_are_found_and_nothing_else_is() {
        let link = |text: &str| -> Vec<String> {
            spans(text)
                .into_iter()
                .filter_map(|span| match span {
                    Span::Link { href, .. } => Some(href),
                    Span::Plain(_) => None,
                })
                .collect()
        };
        for (text, expected) in [
            ("شوف https://rayhan.example/a?b=1، شكرا", vec!["https://rayhan.example/a?b=1"]),
            ("(www.rayhan.example)", vec!["https://www.rayhan.example"]),
            ("http://a.example/x_(y) and https://b.example.", vec!["http://a.example/x_(y)", "https://b.example"]),
            ("javascript:alert(1) data:text/html,x", vec![]),
            ("https://", vec![]),
            ("xhttps://a.example", vec![]),
            ("<b>bold</b>", vec![]),
        ] {
            assert_eq!(link(text), expected, "{text}");
        }
    }

    #[test]
    fn spans_lose_no_character() {
        for text in ["a https://b.example c", "https://x.example", "www. x", "", "plain"] {
            let joined: String = spans(text)
                .into_iter()
                .map(|span| match span {
                    Span::Plain(text) => text,
                    Span::Link { shown, .. } => shown,
                })
                .collect();
            assert_eq!(joined, text);
        }
    }
}
