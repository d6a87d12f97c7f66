//! One line: bold, italic, strike, code, links and runs of digits.

use super::digits;
use super::links;
use super::{FENCE, Node};

/// The nodes of one line.
pub fn nodes(line: &str) -> Vec<Node> {
    let mut reader =
        Reader { line, read: 0, open: Vec::new(), top: Vec::new(), words: 0, no_code: false, no_fence: false };
    let mut at = 0;
    while at < line.len() {
        at = reader.step(at);
    }
    reader.text_up_to(line.len());
    reader.finish()
}

/// A mark that waits for its other half.
struct Open {
    mark: char,
    /// What stands behind it so far.
    inside: Vec<Node>,
    /// How much had been said before it: nothing between two marks is no emphasis (`*_*` is a face).
    words_before: usize,
}

struct Reader<'a> {
    line: &'a str,
    /// Up to here everything is in a node.
    read: usize,
    /// At most one of each mark, so nesting is three deep.
    open: Vec<Open>,
    top: Vec<Node>,
    /// Characters so far that are neither marks nor space.
    words: usize,
    /// No backtick further on can close: searching again for each would take the square of the time.
    no_code: bool,
    no_fence: bool,
}

impl Reader<'_> {
    /// Looks at what stands at `at`; gives where to go on.
    fn step(&mut self, at: usize) -> usize {
        let rest = &self.line[at..];
        let Some(c) = rest.chars().next() else { return self.line.len() };
        match c {
            '*' | '_' | '~' => {
                self.mark(at, c);
                at + 1
            }
            '`' => self.code(at).unwrap_or_else(|| {
                self.words += 1;
                at + 1
            }),
            'h' | 'w' if self.begins_word(at) => match links::link(rest) {
                Some(link) => {
                    let end = at + link.len;
                    self.text_up_to(at);
                    self.push(Node::Link { shown: self.line[at..end].to_owned(), href: link.href });
                    self.words += 1;
                    self.read = end;
                    end
                }
                None => {
                    self.words += 1;
                    at + 1
                }
            },
            c => {
                self.words += usize::from(!c.is_whitespace());
                at + c.len_utf8()
            }
        }
    }

    fn before(&self, at: usize) -> Option<char> {
        self.line[..at].chars().next_back()
    }

    fn begins_word(&self, at: usize) -> bool {
        self.before(at).is_none_or(|c| !c.is_alphanumeric())
    }

    /// Whether what ends before `at` ends a word there.
    fn ends_word(&self, at: usize) -> bool {
        self.line[at..].chars().next().is_none_or(|c| !c.is_alphanumeric())
    }

    fn mark(&mut self, at: usize, mark: char) {
        let next = self.line[at + 1..].chars().next();
        let touches_before = self.before(at).is_some_and(|c| !c.is_whitespace());
        let touches_after = next.is_some_and(|c| !c.is_whitespace() && c != mark);
        let waiting = self.open.iter().position(|open| open.mark == mark);
        match waiting {
            Some(waiting)
                if touches_before && self.ends_word(at + 1) && self.words > self.open[waiting].words_before =>
            {
                self.text_up_to(at);
                self.read = at + 1;
                self.close(waiting);
            }
            None if touches_after && self.begins_word(at) && !self.in_face(at, mark) => {
                self.text_up_to(at);
                self.read = at + 1;
                self.open.push(Open { mark, inside: Vec::new(), words_before: self.words });
            }
            _ => {}
        }
    }

    /// `^_^` and `-_-` are faces, not the beginning of something.
    fn in_face(&self, at: usize, mark: char) -> bool {
        mark == '_' && matches!(self.before(at), Some('^' | '-' | '='))
    }

    /// Code at a backtick; gives its end. Nothing inside is read as anything else.
    fn code(&mut self, at: usize) -> Option<usize> {
        let fenced = self.line[at..].starts_with(FENCE);
        let (mark, gave_up) = if fenced { (FENCE, self.no_fence) } else { ("`", self.no_code) };
        let begin = at + mark.len();
        let touches = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && c != '`');
        let opens = fenced || (self.begins_word(at) && touches(self.line[begin..].chars().next()));
        if gave_up || !opens {
            return None;
        }
        let mut from = begin;
        loop {
            let Some(found) = self.line[from..].find(mark) else {
                if fenced {
                    self.no_fence = true;
                } else {
                    self.no_code = true;
                }
                return None;
            };
            let close = from + found;
            let end = close + mark.len();
            if self.line[begin..close].trim().is_empty() {
                // Two marks side by side say nothing; the second may begin something.
                return None;
            }
            if fenced || (touches(self.before(close)) && self.ends_word(end)) {
                self.text_up_to(at);
                self.push(Node::Code(self.line[begin..close].to_owned()));
                self.words += 1;
                self.read = end;
                return Some(end);
            }
            from = end;
        }
    }

    fn text_up_to(&mut self, end: usize) {
        let text = &self.line[self.read..end];
        self.read = end;
        for node in digits::split(text) {
            self.push(node);
        }
    }

    fn push(&mut self, node: Node) {
        let nodes = self.open.last_mut().map_or(&mut self.top, |open| &mut open.inside);
        match (nodes.last_mut(), node) {
            (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
            (_, node) => nodes.push(node),
        }
    }

    /// The mark at `waiting` has found its other half; those inside it that have not are what they look like.
    fn close(&mut self, waiting: usize) {
        while self.open.len() > waiting + 1 {
            self.give_up();
        }
        let Some(Open { mark, inside, .. }) = self.open.pop() else { return };
        self.push(match mark {
            '*' => Node::Bold(inside),
            '_' => Node::Italic(inside),
            _ => Node::Strike(inside),
        });
    }

    /// The innermost open mark is a character like any other.
    fn give_up(&mut self) {
        let Some(Open { mark, inside, .. }) = self.open.pop() else { return };
        self.push(Node::Text(mark.to_string()));
        for node in inside {
            self.push(node);
        }
    }

    fn finish(mut self) -> Vec<Node> {
        while !self.open.is_empty() {
            self.give_up();
        }
        self.top
    }
}
