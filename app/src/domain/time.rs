//! Lengths of time in milliseconds. Moments are `i64` milliseconds UTC and are always passed in.

pub const SECOND_MS: i64 = 1_000;
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// Days since 1970 of a moment, on a clock that is `offset_minutes` ahead of UTC.
pub fn day_number(at_ms: i64, offset_minutes: i64) -> i64 {
    (at_ms + offset_minutes * MINUTE_MS).div_euclid(DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_local_midnight() {
        for (name, at_ms, offset_minutes, expected) in [
            ("epoch in UTC", 0, 0, 0),
            ("just before midnight", DAY_MS - 1, 0, 0),
            ("midnight", DAY_MS, 0, 1),
            ("an hour before UTC midnight in Cairo (+2 h)", DAY_MS - HOUR_MS, 120, 1),
            ("before the epoch", -1, 0, -1),
        ] {
            assert_eq!(day_number(at_ms, offset_minutes), expected, "{name}");
        }
    }
}
