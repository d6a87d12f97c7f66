//! `Range`: a film is asked for in parts. <https://www.rfc-editor.org/rfc/rfc9110#name-range>

use std::ops::Range;

/// What of a file was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Whole,
    Part(Range<u64>),
    /// A part beyond its end.
    Nowhere,
}

/// Reads the header. What we do not understand, or several parts at once, is answered with the whole, as the standard
/// allows.
pub fn asked_range(header: Option<&str>, size: u64) -> Asked {
    let Some(written) = header.and_then(|header| header.strip_prefix("bytes=")) else { return Asked::Whole };
    let Some((from, to)) = written.trim().split_once('-') else { return Asked::Whole };
    let number = |digits: &str| digits.trim().parse::<u64>().ok();
    match (from.trim(), to.trim()) {
        ("", "") => Asked::Whole,
        ("", last) => match number(last) {
            Some(0) => Asked::Nowhere,
            Some(_) if size == 0 => Asked::Nowhere,
            Some(count) => Asked::Part(size.saturating_sub(count)..size),
            None => Asked::Whole,
        },
        (first, last) => {
            let Some(first) = number(first) else { return Asked::Whole };
            let end = match last {
                "" => size,
                last => match number(last) {
                    Some(last) if last >= first => last.saturating_add(1).min(size),
                    _ => return Asked::Whole,
                },
            };
            if first >= size { Asked::Nowhere } else { Asked::Part(first..end) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_the_standard_says() {
        for (header, expected) in [
            (None, Asked::Whole),
            (Some("bytes=0-"), Asked::Part(0..100)),
            (Some("bytes=0-0"), Asked::Part(0..1)),
            (Some("bytes=10-19"), Asked::Part(10..20)),
            (Some("bytes=90-500"), Asked::Part(90..100)),
            (Some("bytes=-10"), Asked::Part(90..100)),
            (Some("bytes=-500"), Asked::Part(0..100)),
            (Some("bytes=-0"), Asked::Nowhere),
            (Some("bytes=100-"), Asked::Nowhere),
            (Some("bytes=18446744073709551615-18446744073709551615"), Asked::Nowhere),
            (Some("bytes=0-1,5-6"), Asked::Whole),
            (Some("bytes=20-10"), Asked::Whole),
            (Some("bytes=-"), Asked::Whole),
            (Some("bytes=x-y"), Asked::Whole),
            (Some("pages=1-2"), Asked::Whole),
        ] {
            assert_eq!(asked_range(header, 100), expected, "{header:?}");
        }
        assert_eq!(asked_range(Some("bytes=0-"), 0), Asked::Nowhere);
        assert_eq!(asked_range(Some("bytes=-1"), 0), Asked::Nowhere);
    }
}
