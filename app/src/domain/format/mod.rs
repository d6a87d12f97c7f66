//! WhatsApp's own formatting, read into nodes and never into markup: `*bold*`, `_italic_`, `~strike~`, `` `code` ``,
//! blocks between three backticks, bullets, numbers and quotes.
//! <https://faq.whatsapp.com/539178204879377>
//!
//! What is no complete mark stays as it was typed, so nothing a customer wrote is lost. Every step looks at each
//! character a bounded number of times: a thousand asterisks cost what a thousand letters do.

mod digits;
mod emoji;
mod inline;
mod links;

pub use emoji::emoji_only;

/// A part of a text that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// One line; an empty one has no nodes.
    Line(Vec<Node>),
    /// Several lines of code, as typed.
    Code(String),
    Bullets(Vec<Vec<Node>>),
    /// Each item with the number its writer gave it.
    Numbers(Vec<(u32, Vec<Node>)>),
    Quote(Vec<Vec<Node>>),
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Text(String),
    /// Groups of digits that read from left to right also in Arabic: `+20 100 000 1842`.
    Digits(String),
    Code(String),
    Link {
        shown: String,
        href: String,
    },
    Bold(Vec<Node>),
    Italic(Vec<Node>),
    Strike(Vec<Node>),
}

const FENCE: &str = "```";

/// A whole text as the blocks it is made of.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(found) = next_fence(rest) {
        // The line break around a block belongs to it.
        let before = &rest[..found.open];
        let before = before.strip_suffix('\n').unwrap_or(before);
        if !before.is_empty() || found.open > 0 {
            lines(before, &mut blocks);
        }
        let code = &rest[found.open + FENCE.len()..found.close];
        blocks.push(Block::Code(code.trim_matches(['\n', '\r']).to_owned()));
        let after = &rest[found.close + FENCE.len()..];
        rest = after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n')).unwrap_or(after);
    }
    if !rest.is_empty() || blocks.is_empty() {
        lines(rest, &mut blocks);
    }
    blocks
}

/// Where a block of code opens and closes.
struct Fence {
    open: usize,
    close: usize,
}

/// The next block of code: what runs over lines, or has a line to itself. The others are left to their line.
fn next_fence(text: &str) -> Option<Fence> {
    let mut open = text.find(FENCE)?;
    loop {
        let inside = open + FENCE.len();
        let close = inside + text[inside..].find(FENCE)?;
        let code = &text[inside..close];
        let alone = (open == 0 || text[..open].ends_with('\n'))
            && text[close + FENCE.len()..].chars().next().is_none_or(|c| matches!(c, '\n' | '\r'));
        if code.trim().is_empty() {
            // Nothing stands between these two: the second may open what follows.
            open = close;
        } else if alone || code.contains('\n') {
            return Some(Fence { open, close });
        } else {
            let after = close + FENCE.len();
            open = after + text[after..].find(FENCE)?;
        }
    }
}

fn lines(text: &str, blocks: &mut Vec<Block>) {
    // A list or quote goes on only within one stretch of lines.
    let begin = blocks.len();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let last = blocks.len().checked_sub(1).filter(|last| *last >= begin).map(|last| &mut blocks[last]);
        match (marker(line), last) {
            (Marker::Bullet(item), Some(Block::Bullets(items))) => items.push(inline::nodes(item)),
            (Marker::Bullet(item), _) => blocks.push(Block::Bullets(vec![inline::nodes(item)])),
            (Marker::Number(number, item), Some(Block::Numbers(items))) => items.push((number, inline::nodes(item))),
            (Marker::Number(number, item), _) => blocks.push(Block::Numbers(vec![(number, inline::nodes(item))])),
            (Marker::Quote(said), Some(Block::Quote(lines))) => lines.push(inline::nodes(said)),
            (Marker::Quote(said), _) => blocks.push(Block::Quote(vec![inline::nodes(said)])),
            (Marker::None, _) => blocks.push(Block::Line(inline::nodes(line))),
        }
    }
}

enum Marker<'a> {
    Bullet(&'a str),
    Number(u32, &'a str),
    Quote(&'a str),
    None,
}

/// How a line begins. A marker without words behind it is no marker.
fn marker(line: &str) -> Marker<'_> {
    let words = |rest: &str| !rest.trim().is_empty();
    if let Some(item) = line.strip_prefix("* ").or_else(|| line.strip_prefix("- ")).filter(|rest| words(rest)) {
        return Marker::Bullet(item);
    }
    if let Some(said) = line.strip_prefix("> ").filter(|rest| words(rest)) {
        return Marker::Quote(said);
    }
    let figures = line.bytes().take_while(u8::is_ascii_digit).count();
    let item = line[figures..].strip_prefix(". ").filter(|rest| words(rest));
    match (line[..figures].parse(), item) {
        // Written otherwise (`01.`), the number would be shown as another. Years end sentences, they begin no list.
        (Ok(number), Some(item)) if figures <= 3 && !line.starts_with('0') => Marker::Number(number, item),
        _ => Marker::None,
    }
}

/// The words alone, as a list or a quotation says them: without marks, lists as they were typed.
pub fn plain(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for block in blocks(text) {
        match block {
            Block::Line(nodes) => push_line(&mut words, "", &nodes),
            Block::Code(code) => push_line(&mut words, "", &[Node::Code(code)]),
            Block::Bullets(items) => items.iter().for_each(|item| push_line(&mut words, "• ", item)),
            Block::Numbers(items) => {
                items.iter().for_each(|(number, item)| push_line(&mut words, &format!("{number}. "), item));
            }
            Block::Quote(lines) => lines.iter().for_each(|line| push_line(&mut words, "", line)),
        }
    }
    words.pop();
    words
}

fn push_line(words: &mut String, marker: &str, nodes: &[Node]) {
    words.push_str(marker);
    push_words(words, nodes);
    words.push('\n');
}

fn push_words(words: &mut String, nodes: &[Node]) {
    for node in nodes {
        match node {
            Node::Text(text) | Node::Digits(text) | Node::Code(text) | Node::Link { shown: text, .. } => {
                words.push_str(text);
            }
            Node::Bold(inside) | Node::Italic(inside) | Node::Strike(inside) => push_words(words, inside),
        }
    }
}

/// Words for a place that takes no elements, where their spaced numbers still read from left to right.
pub fn isolated(words: &str) -> String {
    let mut held = String::with_capacity(words.len());
    for node in digits::split(words) {
        match node {
            Node::Digits(digits) => held.extend(["\u{2066}", &digits, "\u{2069}"]),
            other => push_words(&mut held, &[other]),
        }
    }
    held
}

#[cfg(test)]
mod tests;
