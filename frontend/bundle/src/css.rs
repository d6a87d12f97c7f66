//! Joins the style sheets in the order of `style/main.css`.
//!
//! `main.css` holds `@layer` and `@import` statements only, so that browsers (and `cargo leptos`) can read it as it is;
//! the partials hold everything else. Joined, they cost one request, and nothing waits for a second round trip.

use crate::Result;
use crate::files::Files;

const MAIN: &str = "main.css";

/// Joins `main.css` and its imports to one sheet without comments.
///
/// # Errors
/// A sheet is missing, not UTF-8, imports others itself, or would spill into the next one (braces, comments, strings).
pub fn join(style: &Files) -> Result<String> {
    let main = sheet(style, MAIN)?;
    let mut joined = String::new();
    for statement in statements(&main) {
        if statement.starts_with("@layer ") && !statement.contains('{') {
            joined.push_str(statement);
            joined.push_str(";\n");
        } else if let Some(import) = statement.strip_prefix("@import ") {
            let import = Import::parse(import).ok_or_else(|| format!("{MAIN}: cannot read `{statement}`"))?;
            joined.push_str(&import.wrap(&sheet(style, import.name)?));
        } else {
            return Err(format!("{MAIN}: only @layer and @import statements belong here, not `{statement}`").into());
        }
    }
    Ok(joined)
}

/// Checks that all a sheet points to is part of the site: a missing font shows only on a machine without it.
pub fn check_urls(sheet: &str, site: &Files) -> Result<()> {
    for part in sheet.split("url(").skip(1) {
        let url = part.split(')').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        let path = url.split(['#', '?']).next().unwrap_or_default();
        let inside = url.starts_with('#') || url.starts_with("%23"); // The latter within a data: picture.
        let known = inside || url.starts_with("data:") || site.contains_key(path);
        if !known {
            return Err(format!("the style sheets use url({url}), which is not in style/assets").into());
        }
    }
    Ok(())
}

/// One `@import`: `"name" layer(x) <media>`; layer and media may be missing.
#[derive(Debug, PartialEq)]
struct Import<'a> {
    name: &'a str,
    layer: Option<&'a str>,
    media: &'a str,
}

impl<'a> Import<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let (name, rest) = match text.strip_prefix("url(") {
            Some(inner) => {
                let (name, rest) = inner.split_once(')')?;
                (name.trim().trim_matches(['"', '\'']), rest)
            }
            None => {
                let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
                text[1..].split_once(quote)?
            }
        };
        let rest = rest.trim();
        let (layer, media) = match rest.strip_prefix("layer(") {
            Some(inner) => inner.split_once(')').map(|(layer, rest)| (Some(layer.trim()), rest.trim()))?,
            None => match rest.strip_prefix("layer") {
                Some(media) if media.is_empty() || media.starts_with(' ') => (Some(""), media.trim()),
                _ => (None, rest),
            },
        };
        Some(Self { name: name.strip_prefix("./").unwrap_or(name), layer, media })
    }

    fn wrap(&self, sheet: &str) -> String {
        let mut text = format!("{}\n", sheet.trim());
        if let Some(layer) = self.layer {
            text = format!("@layer {layer} {{\n{text}}}\n");
        }
        if !self.media.is_empty() {
            text = format!("@media {} {{\n{text}}}\n", self.media);
        }
        text
    }
}

/// A sheet's text without comments, known to be whole.
fn sheet(style: &Files, name: &str) -> Result<String> {
    let bytes = style.get(name).ok_or_else(|| format!("style/{name} is missing"))?;
    let text = std::str::from_utf8(bytes).map_err(|error| format!("style/{name}: {error}"))?;
    let text = without_comments(text).map_err(|why| format!("style/{name}: {why}"))?;
    let nested = ["@import", "@charset"].into_iter().find(|word| name != MAIN && text.contains(word));
    match nested {
        Some(word) => Err(format!("style/{name}: {word} counts only at the top of {MAIN}").into()),
        None => Ok(text),
    }
}

/// Drops comments and the lines they leave empty; strings stay as they are.
fn without_comments(text: &str) -> std::result::Result<String, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    let (mut string, mut open) = (None, 0_usize);
    let line = |rest: &str| 1 + text[..text.len() - rest.len()].matches('\n').count();
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match (string, c) {
            (Some(_), '\\') => length += rest[1..].chars().next().map_or(0, char::len_utf8),
            (Some(_), '\n') => return Err(format!("a string does not end on line {}", line(rest))),
            (Some(quote), c) if c == quote => string = None,
            (Some(_), _) => {}
            (None, '/') if rest.starts_with("/*") => {
                let end =
                    rest[2..].find("*/").ok_or_else(|| format!("the comment of line {} does not end", line(rest)))?;
                rest = &rest[end + 4..];
                continue;
            }
            (None, '"' | '\'') => string = Some(c),
            (None, '{') => open += 1,
            (None, '}') => {
                open = open.checked_sub(1).ok_or_else(|| format!("a `}}` too many on line {}", line(rest)))?;
            }
            (None, _) => {}
        }
        kept.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    if string.is_some() || open > 0 {
        return Err("a `}` or the end of a string is missing".to_owned());
    }
    let lines = kept.lines().map(str::trim_end).filter(|line| !line.is_empty());
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// The statements of a text without comments, without their `;`.
fn statements(text: &str) -> Vec<&str> {
    let mut string = None;
    let parts = text.split(|c| {
        match string {
            Some(quote) if c == quote => string = None,
            None if matches!(c, '"' | '\'') => string = Some(c),
            _ => {}
        }
        c == ';' && string.is_none()
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(list: &[(&str, &str)]) -> Files {
        list.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn joins_in_the_order_of_the_imports() {
        let files = style(&[
            (
                "main.css",
                "/* order */\n@layer reset, base, components;\n@import \"b.css\";\n@import 'parts/a.css' layer(components);\n",
            ),
            ("parts/a.css", "/* why */\n.a { color: red; }\n"),
            ("b.css", ".b { content: \"/* ; } \"; }\n\n"),
        ]);
        assert_eq!(
            join(&files).unwrap(),
            "@layer reset, base, components;\n.b { content: \"/* ; } \"; }\n@layer components {\n.a { color: red; }\n}\n"
        );
    }

    #[test]
    fn imports_are_read_in_all_their_forms() {
        for (text, name, layer, media) in [
            ("\"a.css\"", "a.css", None, ""),
            ("'./a.css'", "a.css", None, ""),
            ("url(\"a.css\")", "a.css", None, ""),
            ("url( a.css ) layer(base)", "a.css", Some("base"), ""),
            ("\"a.css\" layer", "a.css", Some(""), ""),
            ("\"a.css\" print", "a.css", None, "print"),
            ("\"a.css\" layer( base ) (width > 40rem)", "a.css", Some("base"), "(width > 40rem)"),
        ] {
            assert_eq!(Import::parse(text), Some(Import { name, layer, media }), "{text}");
        }
        for text in ["a.css", "\"a.css", "url(a.css", "\"a.css\" layer(base"] {
            assert_eq!(Import::parse(text), None, "{text}");
        }
    }

    #[test]
    fn media_goes_around_the_layer() {
        let import = Import { name: "a.css", layer: Some("base"), media: "print" };
        assert_eq!(import.wrap("a{}"), "@media print {\n@layer base {\na{}\n}\n}\n");
    }

    #[test]
    fn refuses_what_would_go_wrong_in_the_browser() {
        for (name, files) in [
            ("no main.css", &[("a.css", "")][..]),
            ("rule in main.css", &[("main.css", "a { color: red; }")]),
            ("layer block in main.css", &[("main.css", "@layer base { a { color: red } }")]),
            ("missing partial", &[("main.css", "@import \"a.css\";")]),
            ("nested import", &[("main.css", "@import \"a.css\";"), ("a.css", "@import \"b.css\";")]),
            ("open brace", &[("main.css", "@import \"a.css\";"), ("a.css", "a { b { }")]),
            ("closing brace", &[("main.css", "@import \"a.css\";"), ("a.css", "a { } }")]),
            ("open comment", &[("main.css", "@import \"a.css\";"), ("a.css", "a { } /* b")]),
            ("open string", &[("main.css", "@import \"a.css\";"), ("a.css", "a { content: \"b; }\n")]),
        ] {
            assert!(join(&style(files)).is_err(), "{name}");
        }
    }

    #[test]
    fn comments_go_and_strings_stay() {
        for (text, expected) in [
            ("a{}/* b */c{}", "a{}c{}"),
            ("/* one\n two */\na{}\n\n\nb{}", "a{}\nb{}"),
            ("a{content:\"\\\"/*\"}", "a{content:\"\\\"/*\"}"),
            ("a{content:'ع'}/**/", "a{content:'ع'}"),
        ] {
            assert_eq!(without_comments(text).unwrap(), expected, "{text}");
        }
        assert!(without_comments("a{}\nb{}\n}").unwrap_err().ends_with("line 3"));
    }

    #[test]
    fn urls_must_be_in_the_site() {
        let site = style(&[("fonts/a.woff2", "")]);
        for (sheet, good) in [
            ("a{src:url(\"fonts/a.woff2\") format(\"woff2\")}", true),
            ("a{src:url(fonts/a.woff2#x)}", true),
            ("a{background:url('data:image/svg+xml,x')}", true),
            ("a{fill:url(#gradient)}", true),
            ("a{src:url(fonts/b.woff2)}", false),
            ("a{src:url(https://example.org/a.woff2)}", false),
        ] {
            assert_eq!(check_urls(sheet, &site).is_ok(), good, "{sheet}");
        }
    }
}
