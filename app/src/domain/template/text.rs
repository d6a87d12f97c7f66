//! A template's text with its variables: `{{1}}`, `{{first_name}}`.

/// A part of a template's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Words(&'a str),
    /// A variable, by its name.
    Variable(&'a str),
}

/// A text cut at its variables. Braces that hold no name are words.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    // Where the words begin that are not given yet, and where to look on.
    let (mut words, mut at) = (0, 0);
    while let Some(open) = text[at..].find("{{").map(|found| at + found) {
        let Some(close) = text[open..].find("}}").map(|found| open + found) else { break };
        let name = text[open + 2..close].trim();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            // The next brace may open one: `{{{1}}`.
            at = open + 1;
            continue;
        }
        if words < open {
            pieces.push(Piece::Words(&text[words..open]));
        }
        pieces.push(Piece::Variable(name));
        (words, at) = (close + 2, close + 2);
    }
    if words < text.len() {
        pieces.push(Piece::Words(&text[words..]));
    }
    pieces
}

/// The variables of a text, each once: numbers by their size, names as they come.
pub fn names(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for piece in pieces(text) {
        if let Piece::Variable(name) = piece
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    if names.iter().all(|name| name.parse::<u32>().is_ok()) {
        names.sort_by_key(|name| name.parse::<u32>().unwrap_or_default());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::Piece::{Variable, Words};
    use super::*;

    #[test]
    fn texts_are_cut_at_their_variables() {
        for (text, expected) in [
            ("", vec![]),
            ("أهلًا", vec![Words("أهلًا")]),
            ("أهلًا {{1}}، طلبك {{2}}.", vec![Words("أهلًا "), Variable("1"), Words("، طلبك "), Variable("2"), Words(".")]),
            ("{{ first_name }}", vec![Variable("first_name")]),
            ("{{1}}{{2}}", vec![Variable("1"), Variable("2")]),
            ("{{}} {1} {{a b}}", vec![Words("{{}} {1} {{a b}}")]),
            ("{{a", vec![Words("{{a")]),
            ("{{{1}}}", vec![Words("{"), Variable("1"), Words("}")]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }

    #[test]
    fn each_variable_is_named_once_and_in_order() {
        for (text, expected) in [
            ("{{2}} {{1}} {{2}}", vec!["1", "2"]),
            ("{{10}} {{9}}", vec!["9", "10"]),
            ("{{order}} {{name}} {{order}}", vec!["order", "name"]),
            ("لا شيء", vec![]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }
}
