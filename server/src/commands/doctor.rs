//! `majlis doctor`

use app::domain::agent::Locale;

use super::CommandError;
use crate::config::Config;
use crate::doctor::{self, Level};

/// Prints what was found; an error when something is broken.
pub async fn execute(lang: Option<Locale>, config: &Config, as_json: bool) -> Result<(), CommandError> {
    let locale = lang.unwrap_or_else(|| of_environment(std::env::var("LANG").ok().as_deref()));
    let findings = doctor::examine(config, locale).await;
    let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok);
    if as_json {
        println!("{}", serde_json::json!({ "level": worst, "findings": findings }));
    } else {
        for finding in &findings {
            let sign = match finding.level {
                Level::Ok => "ok  ",
                Level::Warn => "warn",
                Level::Fail => "fail",
            };
            let number = finding.number.as_ref().map_or(String::new(), |number| format!("\u{2068}{number}\u{2069} "));
            println!("{sign}  {number}{}", finding.found);
            if let Some(fix) = &finding.fix {
                println!("      → {fix}");
            }
        }
    }
    match worst {
        Level::Fail => Err(CommandError::Refused(match locale {
            Locale::Ar => "يوجد ما يلزم إصلاحه، كما ورد أعلاه".to_owned(),
            Locale::En => "something has to be mended, as said above".to_owned(),
        })),
        Level::Ok | Level::Warn => Ok(()),
    }
}

/// `ar_EG.UTF-8` means Arabic; everything else English, since terminals seldom write Arabic well.
fn of_environment(lang: Option<&str>) -> Locale {
    match lang {
        Some(lang) if lang.starts_with("ar") => Locale::Ar,
        _ => Locale::En,
    }
}

pub fn parse_lang(word: &str) -> Result<Locale, String> {
    match word {
        "ar" => Ok(Locale::Ar),
        "en" => Ok(Locale::En),
        _ => Err("it is ar or en".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_of_the_terminal() {
        for (lang, expected) in [
            (None, Locale::En),
            (Some("C.UTF-8"), Locale::En),
            (Some("ar_EG.UTF-8"), Locale::Ar),
            (Some("de_DE.UTF-8"), Locale::En),
        ] {
            assert_eq!(of_environment(lang), expected, "{lang:?}");
        }
    }
}
