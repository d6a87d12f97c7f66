use proptest::prelude::*; // architecture: tests only

use super::*;

fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

fn bold(inside: Vec<Node>) -> Node {
    Node::Bold(inside)
}

fn italic(inside: Vec<Node>) -> Node {
    Node::Italic(inside)
}

fn strike(inside: Vec<Node>) -> Node {
    Node::Strike(inside)
}

fn code(said: &str) -> Node {
    Node::Code(said.to_owned())
}

fn digits(said: &str) -> Node {
    Node::Digits(said.to_owned())
}

fn link(address: &str) -> Node {
    Node::Link { shown: address.to_owned(), href: address.to_owned() }
}

#[test]
fn numbers_in_one_line_of_words_are_held_together() {
    for (words, expected) in [
        ("رقمي +20 100 000 1842 للتواصل", "رقمي \u{2066}+20 100 000 1842\u{2069} للتواصل"),
        ("من 9 إلى 5", "من 9 إلى 5"),
        ("", ""),
    ] {
        assert_eq!(isolated(words), expected);
    }
}

#[test]
fn marks_hold_at_the_edges_of_words_only() {
    for (name, written, expected) in [
        ("bold", "*تمام* كده", vec![bold(vec![text("تمام")]), text(" كده")]),
        ("italic and strike", "_a_ ~b~", vec![italic(vec![text("a")]), text(" "), strike(vec![text("b")])]),
        ("in brackets", "(*a*)،", vec![text("("), bold(vec![text("a")]), text(")،")]),
        ("nested", "*a _b_*", vec![bold(vec![text("a "), italic(vec![text("b")])])]),
        ("three deep", "*_~x~_*", vec![bold(vec![italic(vec![strike(vec![text("x")])])])]),
        ("crossed", "*a _b* c_", vec![bold(vec![text("a _b")]), text(" c_")]),
        ("inside words", "5*3*2 snake_case_name", vec![text("5*3*2 snake_case_name")]),
        ("with spaces", "a * b *c *", vec![text("a * b *c *")]),
        ("left open", "*a", vec![text("*a")]),
        ("opened twice", "*a *b*", vec![bold(vec![text("a *b")])]),
        ("doubled", "**a**", vec![text("*"), bold(vec![text("a")]), text("*")]),
        ("a face", "*_*", vec![text("*_*")]),
        ("another face", "^_^ -_-", vec![text("^_^ -_-")]),
        ("nothing inside", "** __ ~~ ``", vec![text("** __ ~~ ``")]),
        ("a vowel sign at the edge", "*شكرًا*ُ", vec![text("*شكرًا*ُ")]),
        ("code keeps its marks", "`*a* https://b.example`", vec![code("*a* https://b.example")]),
        ("code in a sentence", "اكتب `RH-1` هنا", vec![text("اكتب "), code("RH-1"), text(" هنا")]),
        ("three backticks in a line", "x ```a`b``` y", vec![text("x "), code("a`b"), text(" y")]),
        ("backticks left open", "a ` b `` c ```", vec![text("a ` b `` c ```")]),
        (
            "a link keeps its marks",
            "*شوف https://b.example/a_b_c*",
            vec![bold(vec![text("شوف "), link("https://b.example/a_b_c")])],
        ),
    ] {
        assert_eq!(blocks(written), [Block::Line(expected)], "{name}");
    }
}

#[test]
fn marks_end_with_their_line() {
    assert_eq!(blocks("*a\nb*"), [Block::Line(vec![text("*a")]), Block::Line(vec![text("b*")])]);
    assert_eq!(blocks("a\r\n\r\nb"), [Block::Line(vec![text("a")]), Block::Line(vec![]), Block::Line(vec![text("b")])]);
    assert_eq!(blocks(""), [Block::Line(vec![])]);
}

#[test]
fn lines_that_begin_with_a_marker_are_lists_and_quotes() {
    let items = |items: &[&str]| items.iter().map(|item| vec![text(item)]).collect::<Vec<_>>();
    for (name, written, expected) in [
        ("bullets", "- a\n* b", vec![Block::Bullets(items(&["a", "b"]))]),
        ("numbers as typed", "1. a\n3. b", vec![Block::Numbers(vec![(1, vec![text("a")]), (3, vec![text("b")])])]),
        ("quotes", "> a\n> b\nc", vec![Block::Quote(items(&["a", "b"])), Block::Line(vec![text("c")])]),
        (
            "marks inside",
            "- *a*\nb",
            vec![Block::Bullets(vec![vec![bold(vec![text("a")])]]), Block::Line(vec![text("b")])],
        ),
        ("no words", "- \n> \n1. ", ["- ", "> ", "1. "].map(|line| Block::Line(vec![text(line)])).to_vec()),
        ("no space", "-a\n>b\n1.c", ["-a", ">b", "1.c"].map(|line| Block::Line(vec![text(line)])).to_vec()),
        ("a year", "2026. x", vec![Block::Line(vec![text("2026. x")])]),
        ("a leading zero", "01. x", vec![Block::Line(vec![text("01. x")])]),
    ] {
        assert_eq!(blocks(written), expected, "{name}");
    }
}

#[test]
fn code_may_run_over_lines() {
    let block = |said: &str| Block::Code(said.to_owned());
    let line = |said: &str| Block::Line(vec![text(said)]);
    for (name, written, expected) in [
        ("alone", "```a```", vec![block("a")]),
        ("over lines", "x\n```a\n*b*```\ny", vec![line("x"), block("a\n*b*"), line("y")]),
        ("opened within a line", "x ```a\nb``` y", vec![line("x "), block("a\nb"), line(" y")]),
        ("left open", "```a\nb", vec![line("```a"), line("b")]),
        ("an empty line before", "x\n\n```a```", vec![line("x"), Block::Line(vec![]), block("a")]),
        ("empty", "``````", vec![line("``````")]),
    ] {
        assert_eq!(blocks(written), expected, "{name}");
    }
}

#[test]
fn numbers_of_several_groups_read_from_left_to_right() {
    for (written, expected) in [
        ("رقمي +20 100 000 1842 شكرا", vec![text("رقمي "), digits("+20 100 000 1842"), text(" شكرا")]),
        ("كلمني 0100 000 1842", vec![text("كلمني "), digits("0100 000 1842")]),
        ("يوم 2026-11-21.", vec![text("يوم "), digits("2026-11-21"), text(".")]),
        ("السعر 1 250 جنيه", vec![text("السعر "), digits("1 250"), text(" جنيه")]),
        ("+201000001842", vec![digits("+201000001842")]),
        ("(010) 0000-1842", vec![digits("(010) 0000-1842")]),
        ("(0100 000 1842)", vec![text("("), digits("0100 000 1842"), text(")")]),
        ("٠١٠٠ ٠٠٠ ١٨٤٢", vec![digits("٠١٠٠ ٠٠٠ ١٨٤٢")]),
        // These follow the line.
        ("المقاسات 38 40 42", vec![text("المقاسات 38 40 42")]),
        ("من 10-15", vec![text("من 10-15")]),
        ("طلب 41842 الساعة 10:30", vec![text("طلب 41842 الساعة 10:30")]),
        ("RH-20418 1842a", vec![text("RH-20418 1842a")]),
        ("+", vec![text("+")]),
    ] {
        assert_eq!(blocks(written), [Block::Line(expected)], "{written}");
    }
}

#[test]
fn links_are_found_and_nothing_else_is() {
    fn links(nodes: &[Node], found: &mut Vec<String>) {
        for node in nodes {
            match node {
                Node::Link { href, .. } => found.push(href.clone()),
                Node::Bold(inside) | Node::Italic(inside) | Node::Strike(inside) => links(inside, found),
                Node::Text(_) | Node::Digits(_) | Node::Code(_) => {}
            }
        }
    }
    for (written, expected) in [
        ("شوف https://rayhan.example/a?b=1، شكرا", vec!["https://rayhan.example/a?b=1"]),
        ("(www.rayhan.example)", vec!["https://www.rayhan.example"]),
        ("http://a.example/x_(y) and https://b.example.", vec!["http://a.example/x_(y)", "https://b.example"]),
        ("javascript:alert(1) data:text/html,x", vec![]),
        ("https://", vec![]),
        ("xhttps://a.example", vec![]),
        ("<b>bold</b>", vec![]),
    ] {
        let [Block::Line(nodes)] = &blocks(written)[..] else { panic!("{written}") };
        let mut found = Vec::new();
        links(nodes, &mut found);
        assert_eq!(found, expected, "{written}");
    }
}

#[test]
fn plain_words_have_no_marks() {
    for (written, expected) in [
        ("تم الحجز ✅\n*العيادة:* مدينة نصر", "تم الحجز ✅\nالعيادة: مدينة نصر"),
        ("> سؤال\n- a\n2. b", "سؤال\n• a\n2. b"),
        ("```x\ny```", "x\ny"),
        ("5 * 3", "5 * 3"),
        ("", ""),
    ] {
        assert_eq!(plain(written), expected);
    }
}

/// What is seen of a text, in its order.
fn seen(blocks: &[Block]) -> String {
    let mut words = String::new();
    for block in blocks {
        match block {
            Block::Line(nodes) => push_words(&mut words, nodes),
            Block::Code(code) => words.push_str(code),
            Block::Bullets(lines) | Block::Quote(lines) => lines.iter().for_each(|line| push_words(&mut words, line)),
            Block::Numbers(items) => items.iter().for_each(|(number, item)| {
                words.push_str(&number.to_string());
                push_words(&mut words, item);
            }),
        }
    }
    words
}

/// Every character of the text is seen, in its order, or is one that marks consist of.
fn loses_nothing(written: &str) {
    let blocks = blocks(written);
    let seen = seen(&blocks);
    let mut left = seen.chars().peekable();
    for c in written.chars() {
        if left.peek() == Some(&c) {
            left.next();
        } else {
            assert!("*_~`->. \n\r".contains(c), "{c:?} of {written:?} is gone: {blocks:?}");
        }
    }
    assert_eq!(left.next(), None, "{written:?} became more: {blocks:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn no_character_is_lost(written in r"([*_~`>\-+ \n]|```|> |1\. |12 |https://a\.b|www\.|[a-cأبت😀ًـ0-9٣.،)(]){0,40}") {
        loses_nothing(&written);
    }

    #[test]
    fn anything_at_all_is_read(written in "\\PC{0,60}") {
        loses_nothing(&written);
        let _ = emoji_only(&written);
        let _ = plain(&written);
    }
}

/// No clock is asked: what takes the square of a hundred thousand steps does not come back in a test's life.
#[test]
fn long_runs_of_marks_take_no_more_than_long_texts() {
    for pattern in [
        "*",
        "_",
        "~",
        "`",
        "```",
        "``` ",
        "* ",
        "*a ",
        " *a",
        "*a* ",
        "*_~",
        "a*",
        "> ",
        "- \n",
        "- a\n",
        "``",
        "`a ",
        "`a`b",
        "www.",
        "https://",
        "https://a",
        "(",
        ")",
        "+",
        "1 ",
        "0-",
        "+1",
        "12345 ",
        "https://a)",
        "😀",
        "👨‍",
        "\n",
        "_*_ *",
    ] {
        let written = pattern.repeat(100_000);
        assert!(!blocks(&written).is_empty(), "{pattern}");
        assert!(emoji_only(&written).is_none(), "{pattern}");
    }
}
