//! WhatsApp's formatting as elements. Each line has a direction of its own: mixed Arabic and Latin reads right.

use leptos::prelude::*;

use crate::domain::format::{self, Block, Node};

/// How plain words become an element.
type Words = fn(String) -> AnyView;

/// The blocks of a text.
pub fn blocks(text: &str) -> Vec<AnyView> {
    blocks_with(text, String::into_any)
}

/// The same, with what stands between the marks of formatting shown by `words`.
pub fn blocks_with(text: &str, words: Words) -> Vec<AnyView> {
    format::blocks(text).into_iter().map(|block| view_of(block, words)).collect()
}

fn view_of(block: Block, words: Words) -> AnyView {
    let nodes = |nodes: Vec<Node>| view_all(nodes, words);
    match block {
        Block::Line(line) => view! { <p dir="auto">{nodes(line)}</p> }.into_any(),
        // Code reads from left to right, whatever stands in it.
        Block::Code(code) => view! {
            <pre dir="ltr">
                <code>{code}</code>
            </pre>
        }
        .into_any(),
        Block::Bullets(items) => {
            let items: Vec<_> = items.into_iter().map(|item| view! { <li>{nodes(item)}</li> }).collect();
            view! { <ul dir="auto">{items}</ul> }.into_any()
        }
        Block::Numbers(items) => {
            let items: Vec<_> = items
                .into_iter()
                .map(|(number, item)| view! { <li value=number.to_string()>{nodes(item)}</li> })
                .collect();
            view! { <ol dir="auto">{items}</ol> }.into_any()
        }
        Block::Quote(lines) => {
            let lines: Vec<_> = lines.into_iter().map(|line| view! { <p dir="auto">{nodes(line)}</p> }).collect();
            view! { <blockquote>{lines}</blockquote> }.into_any()
        }
    }
}

fn view_all(nodes: Vec<Node>, words: Words) -> Vec<AnyView> {
    nodes.into_iter().map(|node| view_one(node, words)).collect()
}

fn view_one(node: Node, words: Words) -> AnyView {
    let nodes = |nodes: Vec<Node>| view_all(nodes, words);
    match node {
        Node::Text(text) => words(text),
        Node::Digits(digits) => view! { <bdi dir="ltr">{digits}</bdi> }.into_any(),
        Node::Code(code) => view! { <code dir="auto">{code}</code> }.into_any(),
        Node::Link { shown, href } => link(shown, href),
        Node::Bold(inside) => view! { <strong>{nodes(inside)}</strong> }.into_any(),
        Node::Italic(inside) => view! { <em>{nodes(inside)}</em> }.into_any(),
        Node::Strike(inside) => view! { <s>{nodes(inside)}</s> }.into_any(),
    }
}

/// A way out of the house: in a tab of its own, which learns nothing of ours.
pub fn link(shown: String, href: String) -> AnyView {
    view! {
        <a href=href target="_blank" rel="noopener noreferrer">
            <bdi dir="ltr">{shown}</bdi>
        </a>
    }
    .into_any()
}
