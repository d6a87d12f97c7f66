//! Groups of digits that belong together. In a line of Arabic the groups of a number with spaces or dashes would stand
//! in the order of the line, the last one first: such a number is set apart and reads from left to right.

use super::Node;

/// Splits a text at its numbers of several groups.
pub fn split(text: &str) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut plain_from = 0;
    let mut at = 0;
    let mut before: Option<char> = None;
    while let Some(c) = text[at..].chars().next() {
        let starts = (is_digit(c) || matches!(c, '+' | '('))
            && before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '-'));
        if !starts {
            before = Some(c);
            at += c.len_utf8();
            continue;
        }
        let run = Run::at(&text[at..]);
        let end = at + run.len.max(c.len_utf8());
        // A bracket around more than the number is not the number's.
        let closed = c != '(' || text[at..end].contains(')');
        if !closed {
            before = Some(c);
            at += c.len_utf8();
            continue;
        }
        if run.turns_around() {
            if plain_from < at {
                nodes.push(Node::Text(text[plain_from..at].to_owned()));
            }
            nodes.push(Node::Digits(text[at..end].to_owned()));
            plain_from = end;
        }
        before = text[..end].chars().next_back();
        at = end;
    }
    if plain_from < text.len() {
        nodes.push(Node::Text(text[plain_from..].to_owned()));
    }
    nodes
}

/// Latin, Arabic and Persian figures.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '٠'..='٩' | '۰'..='۹')
}

/// Digits with single separators between them.
struct Run {
    /// In bytes, up to its last digit.
    len: usize,
    plus: bool,
    zero: bool,
    digits: usize,
    groups: usize,
    spaced: bool,
    dashed: bool,
    /// Digits of its shortest group but the first: thousands and phone numbers have three or more.
    shortest: usize,
}

impl Run {
    fn at(text: &str) -> Self {
        let mut run = Self {
            len: 0,
            plus: text.starts_with('+') || text.starts_with("(+"),
            zero: text.strip_prefix('(').unwrap_or(text).starts_with(['0', '٠', '۰']),
            digits: 0,
            groups: 0,
            spaced: false,
            dashed: false,
            shortest: usize::MAX,
        };
        let (mut group, mut gap, mut spaced, mut dashed) = (0_usize, 0_usize, false, false);
        for (at, c) in text.char_indices() {
            if is_digit(c) {
                if gap > 0 {
                    run.ends_group(group);
                    group = 0;
                }
                run.spaced |= spaced;
                run.dashed |= dashed;
                (gap, spaced, dashed) = (0, false, false);
                group += 1;
                run.digits += 1;
                run.len = at + c.len_utf8();
                continue;
            }
            let leads = run.digits == 0 && matches!(c, '+' | '(') && at < 2;
            let space = matches!(c, ' ' | '\u{A0}' | '\u{202F}');
            let dash = matches!(c, '-' | '\u{2010}' | '\u{2011}');
            let between = run.digits > 0 && gap < 2 && (space || dash || matches!(c, '(' | ')' | '.'));
            if !leads && !between {
                break;
            }
            gap += usize::from(between);
            spaced |= space;
            dashed |= dash;
        }
        run.ends_group(group);
        run
    }

    fn ends_group(&mut self, digits: usize) {
        self.groups += 1;
        if self.groups > 1 {
            self.shortest = self.shortest.min(digits);
        }
    }

    /// Would it be read in another order than it was typed? Sizes (`38 40 42`) and short ranges (`10-15`) are lists of
    /// numbers, which do follow the line.
    fn turns_around(&self) -> bool {
        if self.digits == 0 || (self.groups < 2 && !self.plus) {
            return false;
        }
        let long = self.digits >= 7;
        self.plus
            || (long && self.zero)
            || (self.dashed && !self.spaced && (self.groups > 2 || long))
            || (self.spaced && self.shortest >= 3)
    }
}
