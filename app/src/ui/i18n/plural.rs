//! CLDR's plural rules for our languages.

use crate::domain::agent::Locale;

/// CLDR's plural categories; Arabic uses all six.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plural {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

/// The category of a count. <https://www.unicode.org/cldr/charts/48/supplemental/language_plural_rules.html>
pub fn plural(locale: Locale, n: i64) -> Plural {
    match (locale, n) {
        (Locale::En, 1) => Plural::One,
        (Locale::En, _) => Plural::Other,
        (Locale::Ar, 0) => Plural::Zero,
        (Locale::Ar, 1) => Plural::One,
        (Locale::Ar, 2) => Plural::Two,
        (Locale::Ar, n) => match n.rem_euclid(100) {
            3..=10 => Plural::Few,
            11..=99 => Plural::Many,
            _ => Plural::Other,
        },
    }
}

/// The Arabic form for a count, `{}` standing for the figure. In the order of CLDR: zero, one, two, few, many, other.
pub fn arabic(n: i64, forms: [&str; 6]) -> String {
    forms[plural(Locale::Ar, n) as usize].replace("{}", &n.to_string())
}

/// The English form for a count, `{}` standing for the figure: one, other.
pub fn english(n: i64, one: &str, other: &str) -> String {
    let form = if plural(Locale::En, n) == Plural::One { one } else { other };
    form.replace("{}", &n.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_has_six_forms() {
        for (n, expected) in [
            (0, Plural::Zero),
            (1, Plural::One),
            (2, Plural::Two),
            (3, Plural::Few),
            (10, Plural::Few),
            (11, Plural::Many),
            (99, Plural::Many),
            (100, Plural::Other),
            (102, Plural::Other),
            (103, Plural::Few),
            (111, Plural::Many),
            (1000, Plural::Other),
        ] {
            assert_eq!(plural(Locale::Ar, n), expected, "{n}");
        }
    }

    #[test]
    fn forms_stand_in_the_order_of_cldr() {
        let forms = ["0", "1", "2", "few {}", "many {}", "other {}"];
        for (n, expected) in [(0, "0"), (1, "1"), (2, "2"), (7, "few 7"), (12, "many 12"), (100, "other 100")] {
            assert_eq!(arabic(n, forms), expected, "{n}");
        }
        assert_eq!([1, 3].map(|n| english(n, "one", "{} many")), ["one", "3 many"]);
    }

    #[test]
    fn english_has_two() {
        for (n, expected) in [(0, Plural::Other), (1, Plural::One), (2, Plural::Other), (101, Plural::Other)] {
            assert_eq!(plural(Locale::En, n), expected, "{n}");
        }
    }
}
