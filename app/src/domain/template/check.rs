//! What must hold of a filled-in template before it may be queued.

use super::fill::{Filled, Stands, rendered, variables, with_values};
use super::{
    BODY_MAX_CHARS, CODE_MAX_CHARS, Does, HEADER_MAX_CHARS, Header, PAYLOAD_MAX_CHARS, Template, URL_MAX_CHARS,
};

/// What is wrong with one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Missing,
    TooLong,
    /// Line breaks, tabs or more than four spaces in a row, which Meta refuses; spaces in an address.
    Malformed,
    /// The template has no such place.
    Unknown,
}

/// Checks what was filled in; the first place that is wrong, by its key.
///
/// # Errors
/// The place and what is wrong with it.
pub fn check(template: &Template, filled: &Filled) -> Result<(), (String, Wrong)> {
    let all = variables(template);
    for (key, value) in &filled.values {
        let index = key.strip_prefix("buttons.").and_then(|index| index.parse::<usize>().ok());
        let does = index.and_then(|index| template.parts.buttons.get(index)).map(|button| &button.does);
        let wrong = match does {
            Some(Does::Reply) => (value.chars().count() > PAYLOAD_MAX_CHARS).then_some(Wrong::TooLong),
            // The Cloud API has it said twice; it may not be said in two ways.
            Some(Does::OneTime) => (one_time_code(template, filled) != Some(value)).then_some(Wrong::Malformed),
            _ => (!all.iter().any(|variable| variable.key == *key)).then_some(Wrong::Unknown),
        };
        if let Some(wrong) = wrong {
            return Err((key.clone(), wrong));
        }
    }
    for variable in &all {
        let wrong = |wrong| Err((variable.key.clone(), wrong));
        let Some(value) = filled.value(&variable.key) else { return wrong(Wrong::Missing) };
        let fits = match variable.stands {
            Stands::Header { .. } | Stands::Body { .. } => is_one_line(value),
            Stands::Url { .. } => !value.chars().any(|c| c.is_whitespace() || c.is_control()),
            Stands::Code { .. } => is_one_line(value),
        };
        if !fits {
            return wrong(Wrong::Malformed);
        }
        let over = match variable.stands {
            Stands::Code { .. } => value.chars().count() > CODE_MAX_CHARS,
            Stands::Url { index } => address(template, index, value).chars().count() > URL_MAX_CHARS,
            Stands::Header { .. } | Stands::Body { .. } => false,
        };
        if over {
            return wrong(Wrong::TooLong);
        }
    }
    let (body, shown) = rendered(template, filled);
    let is_place = template.parts.header == Some(Header::Location);
    if shown.header.is_some_and(|header| !is_place && header.chars().count() > HEADER_MAX_CHARS) {
        return Err(("header".to_owned(), Wrong::TooLong));
    }
    // A one-time code is Meta's own text around at most fifteen characters.
    if one_time_code(template, filled).is_some_and(|code| code.chars().count() > CODE_MAX_CHARS)
        || body.chars().count() > BODY_MAX_CHARS
    {
        let longest = all.iter().filter(|variable| matches!(variable.stands, Stands::Body { .. }));
        let longest =
            longest.max_by_key(|variable| filled.value(&variable.key).map_or(0, |value| value.chars().count()));
        return Err((longest.map_or_else(|| "body".to_owned(), |variable| variable.key.clone()), Wrong::TooLong));
    }
    match (&template.parts.header, &filled.location) {
        (Some(Header::Location), None) => Err(("header".to_owned(), Wrong::Missing)),
        (Some(Header::Location), Some(place))
            if !is_on_earth(&place.latitude, 90.0) || !is_on_earth(&place.longitude, 180.0) =>
        {
            Err(("header".to_owned(), Wrong::Malformed))
        }
        (Some(Header::Location), Some(_)) | (_, None) => Ok(()),
        (_, Some(_)) => Err(("header".to_owned(), Wrong::Unknown)),
    }
}

/// The code that a one-time button repeats from the body.
pub fn one_time_code<'a>(template: &Template, filled: &'a Filled) -> Option<&'a str> {
    let repeats = template.parts.buttons.iter().any(|button| button.does == Does::OneTime);
    let first = variables(template).into_iter().find(|variable| matches!(variable.stands, Stands::Body { .. }))?;
    filled.value(&first.key).filter(|_| repeats)
}

/// A button's whole address.
pub fn address(template: &Template, index: usize, value: &str) -> String {
    match template.parts.buttons.get(index).map(|button| &button.does) {
        Some(Does::Open { url }) => with_values(url, |_| Some(value)),
        _ => String::new(),
    }
}

fn is_one_line(value: &str) -> bool {
    !value.chars().any(|c| c.is_control()) && !value.contains("     ")
}

fn is_on_earth(degrees: &str, most: f64) -> bool {
    degrees.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most)
}

#[cfg(test)]
mod tests {
    use super::super::fill::tests::{button, filled, full, template};
    use super::*;
    use crate::domain::content::Location;

    const RIGHT: [(&str, &str); 5] =
        [("header", "A-1"), ("body.1", "هبة"), ("body.2", "A-1"), ("buttons.1", "a/1?x=2"), ("buttons.3", "RAYHAN10")];

    #[test]
    fn what_is_filled_in_is_checked_place_by_place() {
        assert_eq!(check(&full(), &filled(&RIGHT)), Ok(()));
        let long = "ن".repeat(2_000);
        for (name, key, value, expected) in [
            ("nothing in the header", "header", "", Wrong::Missing),
            ("only spaces", "body.1", "  ", Wrong::Missing),
            ("a line break", "body.2", "A\nB", Wrong::Malformed),
            ("a tab", "body.2", "A\tB", Wrong::Malformed),
            ("five spaces", "body.2", "A     B", Wrong::Malformed),
            ("too much in the header", "header", &long[..120], Wrong::TooLong),
            ("too much in the body", "body.2", &long, Wrong::TooLong),
            ("a space in an address", "buttons.1", "a b", Wrong::Malformed),
            ("too long an address", "buttons.1", &long, Wrong::TooLong),
            ("too long a code", "buttons.3", "1234567890123456", Wrong::TooLong),
            ("no such variable", "body.3", "x", Wrong::Unknown),
            ("no such button", "buttons.9", "x", Wrong::Unknown),
            ("a fixed address", "buttons.2", "x", Wrong::Unknown),
        ] {
            let mut given = filled(&RIGHT);
            given.values.insert(key.to_owned(), value.to_owned());
            assert_eq!(check(&full(), &given), Err((key.to_owned(), expected)), "{name}");
        }
        let mut given = filled(&RIGHT);
        given.values.insert("buttons.0".to_owned(), "yes-1".to_owned());
        assert_eq!(check(&full(), &given), Ok(()), "a reply may give something back");
        given.values.insert("buttons.0".to_owned(), "x".repeat(129));
        assert_eq!(check(&full(), &given), Err(("buttons.0".to_owned(), Wrong::TooLong)));
    }

    #[test]
    fn places_are_on_earth() {
        let place = |latitude: &str| {
            Some(Location { latitude: latitude.to_owned(), longitude: "31.2".to_owned(), name: None, address: None })
        };
        let mut where_we_are = template("نحن هنا");
        where_we_are.parts.header = Some(Header::Location);
        for (template, location, expected) in [
            (&where_we_are, place("30.04"), Ok(())),
            (&where_we_are, None, Err(Wrong::Missing)),
            (&where_we_are, place("100"), Err(Wrong::Malformed)),
            (&where_we_are, place("NaN"), Err(Wrong::Malformed)),
            (&template("x"), place("30"), Err(Wrong::Unknown)),
        ] {
            let filled = Filled { location, ..Filled::default() };
            assert_eq!(check(template, &filled), expected.map_err(|wrong| ("header".to_owned(), wrong)));
        }
        let named = Location { name: Some("فرع وسط البلد".to_owned()), ..place("30.04").unwrap() };
        for (location, expected) in [(place("30.04").unwrap(), "30.04, 31.2"), (named, "فرع وسط البلد")] {
            let filled = Filled { location: Some(location), ..Filled::default() };
            assert_eq!(rendered(&where_we_are, &filled).1.header.as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_one_time_code_is_short_and_stands_twice() {
        let mut code = template("{{1}} هو رمزك");
        code.parts.buttons = vec![button("انسخ الرمز", Does::OneTime)];
        assert_eq!(variables(&code).len(), 1, "it is asked for once");
        assert_eq!(one_time_code(&code, &filled(&[("body.1", "842913")])), Some("842913"));
        assert_eq!(check(&code, &filled(&[("body.1", "842913")])), Ok(()));
        assert_eq!(
            check(&code, &filled(&[("body.1", "1234567890123456")])),
            Err(("body.1".to_owned(), Wrong::TooLong))
        );
        assert_eq!(check(&code, &filled(&[("body.1", "842913"), ("buttons.0", "842913")])), Ok(()));
        let two = filled(&[("body.1", "842913"), ("buttons.0", "842914")]);
        assert_eq!(check(&code, &two), Err(("buttons.0".to_owned(), Wrong::Malformed)));
        assert_eq!(one_time_code(&template("{{1}}"), &filled(&[("body.1", "1")])), None);
    }
}
