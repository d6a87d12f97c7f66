//! Moments in words, by the browser's own `Intl`, in its own time zone. Formatters are costly, so each is made once.

use std::cell::OnceCell;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::domain::agent::Locale;
use crate::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, day_number};
use crate::ui::i18n::texts;

/// Figures in the inbox are Latin in both languages (look/README.md, "Numerals").
pub fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::Ar => "ar-u-nu-latn",
        Locale::En => "en-GB",
    }
}

struct Formats {
    time: Function,
    weekday: Function,
    date: Function,
    date_of_year: Function,
    day: Function,
    day_of_year: Function,
    month: Function,
    relative: Intl::RelativeTimeFormat,
}

impl Formats {
    fn new(locale: Locale) -> Self {
        let locales = Array::of1(&tag(locale).into());
        let date = |options: &[(&str, &str)]| Intl::DateTimeFormat::new(&locales, &object(options)).format();
        let short_weekday = if locale == Locale::Ar { "long" } else { "short" };
        let month = if locale == Locale::Ar { "long" } else { "short" };
        Self {
            time: date(&[("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")]),
            weekday: date(&[("weekday", short_weekday)]),
            date: date(&[("day", "numeric"), ("month", month)]),
            date_of_year: date(&[("day", "numeric"), ("month", month), ("year", "numeric")]),
            day: date(&[("weekday", "long"), ("day", "numeric"), ("month", "long")]),
            day_of_year: date(&[("weekday", "long"), ("day", "numeric"), ("month", "long"), ("year", "numeric")]),
            month: date(&[("month", "long"), ("year", "numeric")]),
            relative: Intl::RelativeTimeFormat::new(&locales, &object(&[("numeric", "always")])),
        }
    }
}

fn object(options: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in options {
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    object
}

fn formats<T>(locale: Locale, with: impl FnOnce(&Formats) -> T) -> T {
    thread_local! {
        static AR: OnceCell<Formats> = const { OnceCell::new() };
        static EN: OnceCell<Formats> = const { OnceCell::new() };
    }
    let held = match locale {
        Locale::Ar => &AR,
        Locale::En => &EN,
    };
    held.with(|held| with(held.get_or_init(|| Formats::new(locale))))
}

/// What JavaScript can hold as a date; beyond it, it throws.
const FARTHEST_MS: i64 = 8_640_000_000_000_000;

fn date(at_ms: i64) -> Date {
    Date::new(&JsValue::from_f64(at_ms.clamp(-FARTHEST_MS, FARTHEST_MS) as f64))
}

fn format(formatter: &Function, at_ms: i64) -> String {
    formatter.call1(&JsValue::UNDEFINED, &date(at_ms)).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// The day a moment belongs to where the reader is, counted from 1970.
pub fn local_day(at_ms: i64) -> i64 {
    let minutes_behind_utc = date(at_ms).get_timezone_offset();
    day_number(at_ms, -(minutes_behind_utc as i64))
}

fn same_year(a_ms: i64, b_ms: i64) -> bool {
    date(a_ms).get_full_year() == date(b_ms).get_full_year()
}

/// `14:05`.
pub fn clock_time(locale: Locale, at_ms: i64) -> String {
    formats(locale, |formats| format(&formats.time, at_ms))
}

/// As short as a list needs it: now, 5m, 14:05, Wed, 2 Nov.
pub fn list_time(locale: Locale, at_ms: i64, now_ms: i64) -> String {
    let ago = now_ms - at_ms;
    let words = &texts(locale).common;
    if ago < MINUTE_MS {
        return words.now.to_owned();
    }
    if ago < HOUR_MS {
        return (words.minutes_short)(ago / MINUTE_MS);
    }
    let days = local_day(now_ms) - local_day(at_ms);
    formats(locale, |formats| {
        let formatter = match days {
            ..=0 => &formats.time,
            1..=6 => &formats.weekday,
            _ if same_year(at_ms, now_ms) => &formats.date,
            _ => &formats.date_of_year,
        };
        format(formatter, at_ms)
    })
}

/// The name of a day between messages: Today, Yesterday, Wednesday 18 November.
pub fn day_name(locale: Locale, at_ms: i64, now_ms: i64) -> String {
    let words = &texts(locale).common;
    match local_day(now_ms) - local_day(at_ms) {
        ..=0 => words.today.to_owned(),
        1 => words.yesterday.to_owned(),
        _ => formats(locale, |formats| {
            format(if same_year(at_ms, now_ms) { &formats.day } else { &formats.day_of_year }, at_ms)
        }),
    }
}

/// March 2026.
pub fn month(locale: Locale, at_ms: i64) -> String {
    formats(locale, |formats| format(&formats.month, at_ms))
}

/// A moment in full: 2 Nov 2026, 14:05.
pub fn moment(locale: Locale, at_ms: i64) -> String {
    formats(locale, |formats| {
        (texts(locale).common.date_and_time)(&format(&formats.date_of_year, at_ms), &format(&formats.time, at_ms))
    })
}

/// A moment to come, as near as one says it: 14:05, or tomorrow 14:05.
pub fn soon(locale: Locale, at_ms: i64, now_ms: i64) -> String {
    let time = clock_time(locale, at_ms);
    if local_day(at_ms) == local_day(now_ms) { time } else { (texts(locale).common.tomorrow_at)(&time) }
}

/// How long ago, in the largest unit that fits: 3 hours ago.
pub fn ago(locale: Locale, at_ms: i64, now_ms: i64) -> String {
    let past = (now_ms - at_ms).max(0);
    let (amount, unit) = match past {
        DAY_MS.. => (past / DAY_MS, "day"),
        HOUR_MS.. => (past / HOUR_MS, "hour"),
        _ => ((past / MINUTE_MS).max(1), "minute"),
    };
    formats(locale, |formats| String::from(formats.relative.format(-amount as f64, unit)))
}

/// A moment as machines read it (`<time datetime>`).
pub fn machine(at_ms: i64) -> String {
    date(at_ms).to_iso_string().into()
}
