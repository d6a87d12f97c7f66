//! Web addresses. Only `http` and `https` become links: anything else could run code.

/// An address at the beginning of a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Link {
    /// Its length in bytes.
    pub len: usize,
    pub href: String,
}

const SCHEMES: [&str; 3] = ["https://", "http://", "www."];

/// The address `text` begins with. Whether a word begins there is the caller's to know.
pub fn link(text: &str) -> Option<Link> {
    let scheme = SCHEMES.iter().find(|scheme| text.starts_with(**scheme))?;
    if !text[scheme.len()..].starts_with(char::is_alphanumeric) {
        return None;
    }
    let len = length(text);
    let href = if *scheme == "www." { format!("https://{}", &text[..len]) } else { text[..len].to_owned() };
    Some(Link { len, href })
}

/// The length of the address, without the punctuation of the sentence around it.
fn length(text: &str) -> usize {
    let ends = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '"' | '`' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let address = &text[..text.find(ends).unwrap_or(text.len())];
    let (round, square) = (address.contains('('), address.contains('['));
    let around = |c: char| match c {
        ')' => !round,
        ']' => !square,
        _ => matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | '،' | '؛' | '؟' | '»'),
    };
    address.trim_end_matches(around).len()
}
