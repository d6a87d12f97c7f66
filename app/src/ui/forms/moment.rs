//! A date and time. The server does not know the reader's time zone, so the browser writes the words.

use leptos::prelude::*;

use crate::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::ui::app::use_boot;
use crate::ui::parts::time;

/// A moment, first in UTC, then as the browser's `Intl` says it.
#[component]
pub fn Moment(at_ms: i64) -> impl IntoView {
    let locale = use_boot().locale;
    let iso = iso(at_ms);
    let words = RwSignal::new(format!("{} UTC", iso[..16].replace('T', " ")));
    Effect::new(move |_| {
        words.set(time::moment(locale, at_ms));
    });
    view! { <time datetime=iso>{move || words.get()}</time> }
}

/// ISO 8601 in UTC, to the second. Years stay within four digits, so the length is fixed.
fn iso(at_ms: i64) -> String {
    let days = at_ms.div_euclid(DAY_MS);
    let rest = at_ms.rem_euclid(DAY_MS);
    // Days to a date of the Gregorian calendar, counted in 400-year eras that begin in March.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = (year_of_era + era * 400 + i64::from(month <= 2)).clamp(0, 9_999);
    let (hour, minute, second) = (rest / HOUR_MS, rest / MINUTE_MS % 60, rest / SECOND_MS % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_dates() {
        for (at_ms, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696_000, "2000-02-29T12:34:56Z"),
            (1_791_072_000_000, "2026-10-04T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (i64::MAX, "9999"),
            (i64::MIN, "0000"),
        ] {
            assert!(iso(at_ms).starts_with(expected), "{at_ms}: {}", iso(at_ms));
            assert_eq!(iso(at_ms).len(), 20, "{at_ms}");
        }
    }
}
