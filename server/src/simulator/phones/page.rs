//! The page: HTML with the words of one language in it. All that changes is put there by its script, as text.

use app::domain::agent::Locale;
use serde_json::{Map, Value};

use super::fault::Fault;
use super::words::words;

const PAGE: &str = include_str!("assets/page.html");

/// The page in a language; `house` is the business' name, as customers see it.
pub(super) fn page(locale: Locale, house: &str, stylesheet: Option<&str>) -> String {
    let (lang, dir, other, other_name) = match locale {
        Locale::Ar => ("ar", "rtl", "en", "English"),
        Locale::En => ("en", "ltr", "ar", "العربية"),
    };
    let all: Map<String, Value> = words(locale).map(|(key, word)| (key.to_owned(), Value::from(word))).collect();
    let faults: Vec<&str> = Fault::ALL.iter().map(|fault| fault.word()).collect();
    let words_json = Value::Object(all.clone()).to_string();
    let style = stylesheet.map(|href| format!("<link rel=\"stylesheet\" href=\"{}\">", escaped(href)));
    fill(PAGE, |key| match key {
        "lang" => lang.to_owned(),
        "dir" => dir.to_owned(),
        "other_lang" => other.to_owned(),
        "other_name" => other_name.to_owned(),
        "house" => escaped(house),
        "faults" => faults.join(" "),
        "words" => escaped(&words_json),
        // The only one that is markup; its address is escaped above.
        "stylesheet" => style.clone().unwrap_or_default(),
        key => all.get(key).and_then(Value::as_str).map(escaped).unwrap_or_default(),
    })
}

/// Replaces each `{{key}}` once; what is filled in is not looked at again.
fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((key, after)) = after.split_once("}}") else { break };
        filled.push_str(&value(key));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_whole_and_nothing_is_inline() {
        for (locale, dir) in [(Locale::Ar, "rtl"), (Locale::En, "ltr")] {
            let page = page(locale, "<b>ريحان</b>", Some("/phones/style/main.css"));
            assert!(page.contains(&format!("dir=\"{dir}\"")));
            assert!(!page.contains("{{") && !page.contains("<b>ريحان"));
            assert!(page.contains("&lt;b&gt;ريحان"));
            assert!(!page.contains("style=") && !page.contains("onclick") && !page.contains("<style"));
            let scripts: Vec<_> = page.match_indices("<script").collect();
            assert_eq!(scripts.len(), 1, "the one script is a file");
        }
    }

    #[test]
    fn every_placeholder_of_the_template_has_words() {
        let known: Vec<&str> = words(Locale::En).map(|(key, _)| key).collect();
        let own = ["lang", "dir", "other_lang", "other_name", "house", "faults", "words", "stylesheet"];
        fill(PAGE, |key| {
            assert!(known.contains(&key) || own.contains(&key), "{key}");
            String::new()
        });
        for fault in Fault::ALL {
            assert!(known.contains(&format!("fault_{}", fault.word()).as_str()));
        }
    }
}
