//! Places: two numbers in degrees, and what people call it.

use super::{Fault, Problem, fits};
use crate::domain::content::Location;

pub(super) fn check(location: &Location) -> Result<(), Fault> {
    for (field, degrees, most) in
        [("location.latitude", &location.latitude, 90.0), ("location.longitude", &location.longitude, 180.0)]
    {
        if degrees.trim().is_empty() {
            return Err(Fault::new(field, Problem::Missing));
        }
        if !is_degrees(degrees, most) {
            return Err(Fault::new(field, Problem::Malformed));
        }
    }
    fits("location.name", location.name.as_deref().unwrap_or_default())?;
    fits("location.address", location.address.as_deref().unwrap_or_default())
}

/// Decimal degrees of this world, as maps write them.
fn is_degrees(text: &str, most: f64) -> bool {
    let plain = text.len() <= 24 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    plain && text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most)
}

/// Latitude and longitude out of what people paste: `30.04, 31.23`, or the address of a map. Short links hold none.
pub fn pasted(text: &str) -> Option<(String, String)> {
    let text = digits(text.trim());
    let (is_address, rest) = match text.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, text.strip_prefix("geo:").unwrap_or(&text).split('?').next().unwrap_or_default()),
    };
    if !is_address {
        return pair(rest);
    }
    let rest = rest.replace("%2C", ",").replace("%2c", ",").replace("%20", " ").replace('+', " ");
    // A place's own point (!3d…!4d…) is truer than where the map was looking (@…).
    let own = rest.split_once("!3d").and_then(|(_, after)| {
        let (latitude, after) = after.split_once("!4d")?;
        pair(&format!("{latitude},{}", after.split('!').next()?))
    });
    let named = || {
        let names = ["q=", "query=", "ll=", "sll=", "center=", "destination=", "daddr=", "coordinate="];
        let fields = rest.split(['?', '&', '#']);
        fields.filter_map(|field| names.iter().find_map(|name| field.strip_prefix(name))).find_map(pair)
    };
    let looked_at = || rest.split_once('@').and_then(|(_, after)| pair(after));
    let openstreetmap = || {
        let after = rest.split_once("#map=")?.1;
        let mut parts = after.split('/').skip(1);
        pair(&format!("{},{}", parts.next()?, parts.next()?))
    };
    let in_path = || rest.split(['/', '?']).find_map(pair);
    own.or_else(named).or_else(looked_at).or_else(openstreetmap).or_else(in_path)
}

/// Arabic-Indic digits and commas are digits and commas.
fn digits(text: &str) -> String {
    let latin = |c: char| match c {
        '٠'..='٩' => char::from(b'0' + (c as u32 - '٠' as u32) as u8),
        '٫' => '.',
        '،' | '؛' => ',',
        other => other,
    };
    text.chars().filter(|c| !matches!(c, '\u{200E}' | '\u{200F}' | '\u{2066}'..='\u{2069}')).map(latin).collect()
}

/// The first two numbers, when they lie on this world.
fn pair(text: &str) -> Option<(String, String)> {
    let mut parts = text.split([',', ' ', ';']).filter(|part| !part.is_empty());
    let (latitude, longitude) = (parts.next()?, parts.next()?);
    let known = is_degrees(latitude, 90.0) && is_degrees(longitude, 180.0);
    known.then(|| (latitude.to_owned(), longitude.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_on_this_world() {
        let at = |latitude: &str, longitude: &str| Location {
            latitude: latitude.to_owned(),
            longitude: longitude.to_owned(),
            name: None,
            address: None,
        };
        for (name, location, expected) in [
            ("Cairo", at("30.0444", "31.2357"), None),
            ("the edge", at("-90", "180"), None),
            ("too far north", at("90.1", "0"), Some(("location.latitude", Problem::Malformed))),
            ("too far east", at("0", "180.01"), Some(("location.longitude", Problem::Malformed))),
            ("nothing", at("", "0"), Some(("location.latitude", Problem::Missing))),
            ("no number", at("NaN", "0"), Some(("location.latitude", Problem::Malformed))),
            ("a power", at("1e1", "0"), Some(("location.latitude", Problem::Malformed))),
            (
                "a long name",
                Location { name: Some("ن".repeat(1_001)), ..at("1", "1") },
                Some(("location.name", Problem::TooLong)),
            ),
        ] {
            assert_eq!(check(&location).err(), expected.map(|(field, problem)| Fault::new(field, problem)), "{name}");
        }
    }

    #[test]
    fn coordinates_are_found_in_what_people_paste() {
        for (text, expected) in [
            ("30.0444, 31.2357", Some(("30.0444", "31.2357"))),
            ("30.0444 31.2357", Some(("30.0444", "31.2357"))),
            ("‎٣٠٫٠٤٤٤، ٣١٫٢٣٥٧", Some(("30.0444", "31.2357"))),
            ("geo:30.0444,31.2357?z=12", Some(("30.0444", "31.2357"))),
            ("https://www.google.com/maps?q=30.0444,31.2357", Some(("30.0444", "31.2357"))),
            ("https://www.google.com/maps/search/?api=1&query=30.0444%2C31.2357", Some(("30.0444", "31.2357"))),
            (
                "https://www.google.com/maps/place/Rayhan/@30.1,31.1,17z/data=!3m1!4b1!3d30.0596!4d31.2234!16s",
                Some(("30.0596", "31.2234")),
            ),
            ("https://www.google.com/maps/@30.1,-31.1,17z", Some(("30.1", "-31.1"))),
            ("https://maps.apple.com/?ll=30.0444,31.2357&q=Rayhan", Some(("30.0444", "31.2357"))),
            ("https://www.openstreetmap.org/#map=17/30.0444/31.2357", Some(("30.0444", "31.2357"))),
            ("https://www.google.com/maps/search/30.0444,+31.2357", Some(("30.0444", "31.2357"))),
            ("https://maps.app.goo.gl/AbC123", None),
            ("91, 181", None),
            ("الزمالك", None),
            ("", None),
        ] {
            let found = pasted(text);
            let found = found.as_ref().map(|(latitude, longitude)| (latitude.as_str(), longitude.as_str()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
