//! Phone numbers as people type them, read with what is known of each country's numbering.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

use crate::domain::phone::e164;

/// A typed number as E.164 and as it is written for other countries; one without a country code is of `ours`' country.
/// `None` when no such number can exist.
pub fn read(typed: &str, ours: &str) -> Option<(String, String)> {
    let region = PHONE_NUMBER_UTIL.parse(ours, None).ok().and_then(|ours| ours.get_region_code());
    // Numbers are copied with marks of their writing direction.
    let typed: String =
        typed.chars().filter(|c| !matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}')).collect();
    let number = PHONE_NUMBER_UTIL.parse(typed.trim(), region).ok()?;
    if number.is_possible_with_reason().is_err() {
        return None;
    }
    let phone = e164(&number.format_as(PhoneNumberFormat::E164))?;
    Some((phone, number.format_as(PhoneNumberFormat::International).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_numbers_are_read_in_our_country() {
        for (typed, expected) in [
            ("+20 100 000 1842", Some("+201000001842")),
            ("0020 100 000 1842", Some("+201000001842")),
            ("0100 000 1842", Some("+201000001842")),
            ("٠١٠٠٠٠٠١٨٤٢", Some("+201000001842")),
            ("\u{202A}+966 50 000 7731\u{202C}", Some("+966500007731")),
            ("+1 212 555 0100", Some("+12125550100")),
            ("123", None),
            ("heba", None),
            ("", None),
            ("+20 1", None),
        ] {
            let read = read(typed, "+201000000100");
            assert_eq!(read.as_ref().map(|(phone, _)| phone.as_str()), expected, "{typed}");
        }
        assert_eq!(read("01000001842", "+201000000100").unwrap().1, "+20 10 00001842");
    }
}
