//! Whatever anybody sends: bytes that were never meant, and captured ones that were changed. A second each here;
//! `make fuzz SECONDS=600` for long, with a seed that is printed.

use std::io::Cursor;
use std::time::{Duration, Instant};

use app::domain::format::{blocks, emoji_only, plain};
use app::domain::media::{disposition, essence, file_name, shown_inline};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use server::media::{look, voice};
use server::simulator::files::sample;
use server::whatsapp::{signature, webhook};

use crate::harness::{all_fixtures, seed};

/// Runs a property for as long as is asked, each round with the next seed. What fails is made as small as it can be.
fn fuzz<S: Strategy>(strategy: &S, property: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let wanted = std::env::var("MAJLIS_FUZZ_SECONDS").map_or(1.0, |seconds| seconds.parse().expect("a number"));
    let (began, first) = (Instant::now(), seed());
    let config = ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() };
    let mut round = 0;
    while began.elapsed() < Duration::from_secs_f64(wanted) {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&first.wrapping_add(round).to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        if let Err(found) = TestRunner::new_with_rng(config.clone(), rng).run(strategy, &property) {
            panic!("MAJLIS_TEST_SEED={}: {found}", first.wrapping_add(round));
        }
        round += 1;
    }
    println!("{} inputs", round * 64);
}

/// One change to bytes: the place (as a share of the length), how many are taken away, and what comes instead.
type Change = (f64, usize, Vec<u8>);

fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    for (place, gone, come) in changes {
        let at = (changed.len() as f64 * place) as usize;
        let end = (at + gone).min(changed.len());
        changed.splice(at..end, come.iter().copied());
    }
    changed
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let some = prop_oneof![
        3 => prop::collection::vec(any::<u8>(), 0..4),
        2 => prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
    ];
    prop::collection::vec((0.0..1.0, prop_oneof![4 => 0..4_usize, 1 => 0..400_usize], some), 0..8)
}

/// What turns one kind of thing into another.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "-1",
    "1e999",
    "9223372036854775808",
    ",",
    ":",
    "\u{202e}",
    "\u{0}",
    "messages",
    "statuses",
];

/// A webhook of ours, changed; or nothing that anybody knows.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        9 => (prop::sample::select(all_fixtures()), changes()).prop_map(|((_, body), changes)| changed(&body, &changes)),
        1 => prop::collection::vec(any::<u8>(), 0..300),
    ]
}

/// Every body is read without a panic; each of its parts stays to be found; nothing that is there is passed over.
#[test]
fn row_6_the_parser_reads_anything() {
    fuzz(&bodies(), |body| {
        let items = webhook::items(&body);
        for item in &items {
            let _ = webhook::raw_at(&body, &item.place);
        }
        // What is no JSON, or none of Meta's, is one strange item and not silence.
        let parsed = serde_json::from_slice::<serde_json::Value>(&body).ok();
        let empty = parsed
            .as_ref()
            .and_then(|value| value["entry"].as_array())
            .is_some_and(|entries| entries.iter().all(|entry| entry["changes"].as_array().is_some_and(Vec::is_empty)));
        prop_assert!(!items.is_empty() || empty, "it says nothing of {}", String::from_utf8_lossy(&body));
        Ok(())
    });
}

/// A signature is good when it is the one we would make, and never else.
#[test]
fn row_7_the_signature_check_believes_nobody() {
    let headers = prop_oneof![
        Just(None),
        "\\PC{0,80}".prop_map(Some),
        "sha256=[0-9a-fA-F]{60,68}".prop_map(Some),
        changes().prop_map(|changes| {
            let good = signature_of(b"{}");
            Some(String::from_utf8_lossy(&changed(good.as_bytes(), &changes)).into_owned())
        }),
    ];
    fuzz(&(headers, prop_oneof![Just(b"{}".to_vec()), prop::collection::vec(any::<u8>(), 0..64)]), |(header, body)| {
        let good = header.as_ref() == Some(&signature_of(&body));
        prop_assert_eq!(signature::is_valid(header.as_deref(), &body, ["another", "the secret"]), good);
        prop_assert!(!signature::is_valid(header.as_deref(), &body, std::iter::empty()));
        Ok(())
    });
}

fn signature_of(body: &[u8]) -> String {
    crate::harness::signature("the secret", body)
}

/// Formatting reads anything, and invents nothing: what it shows without marks is no longer than what was written.
#[test]
fn formatting_reads_anything() {
    fuzz(&"([*_~`>\\-+ \n]|```|> |1\\. |https://|\\PC){0,80}", |written: String| {
        let _ = (blocks(&written), emoji_only(&written));
        prop_assert!(plain(&written).chars().count() <= written.chars().count());
        Ok(())
    });
}

/// A file's name leads nowhere and lies about nothing, and the header it stands in stays one header.
#[test]
fn file_names_are_harmless() {
    fuzz(&("(\\PC|[/\\\\.:\"\r\n\t%;]|\u{202e}|\u{200f}|\u{0}){0,300}", "[a-z/.+-]{0,20}"), |(written, mime)| {
        if let Some(name) = file_name(&written) {
            prop_assert!(!name.contains(['/', '\\', '\u{0}', '\u{202e}', '\u{200f}', '\r', '\n']), "{name:?}");
            prop_assert!(name != "." && name != "..", "{name:?}");
            prop_assert!(name.chars().count() <= 200, "{}", name.len());
        }
        let header = disposition(&mime, Some(&written));
        prop_assert!(header.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{header:?}");
        prop_assert!(header.matches('"').count() <= 2, "{header:?}");
        Ok(())
    });
}

/// What a browser would run, or hand to something that does.
const HARMFUL: &[&str] = &["<!doctype html><script>", "<svg xmlns=", "%PDF-1.7", "MZ", "#!/bin/sh", "PK\u{3}\u{4}"];

/// A type is what the bytes say; no bytes at all and no words make a page or a program something to be shown.
#[test]
fn sniffing_shows_only_what_is_harmless() {
    let kinds = app::domain::media::MediaKind::ALL.to_vec();
    let heads = prop_oneof![
        (prop::sample::select(kinds), changes()).prop_map(|(kind, changes)| changed(&sample(kind, 0).bytes, &changes)),
        prop::collection::vec(any::<u8>(), 0..300),
        prop::sample::select(HARMFUL).prop_map(|text| text.as_bytes().to_vec()),
    ];
    let said = prop_oneof!["[a-z/;=. -]{0,40}", Just("image/jpeg".to_owned()), Just("text/html".to_owned())];
    fuzz(&(heads, said), |(head, said)| {
        let mime = look::mime(&head, &said);
        prop_assert!(mime.len() <= 300 && !mime.contains(['\r', '\n', '\u{0}']), "{mime:?}");
        let harmful = HARMFUL.iter().any(|known| known.as_bytes() == head);
        prop_assert!(!harmful || !shown_inline(&mime), "{mime} for {:?}", String::from_utf8_lossy(&head));
        let _ = essence(&said);
        Ok(())
    });
}

/// Recordings come from browsers, and from whoever says so.
#[test]
fn recordings_are_read_or_refused() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/media/note.webm");
    let whole = std::fs::read(path).unwrap();
    fuzz(&changes(), |changes| {
        let mut note = Vec::new();
        if let Ok(length_ms) = voice::webm_to_ogg(Cursor::new(changed(&whole, &changes)), &mut note) {
            prop_assert!(length_ms >= 0 && note.starts_with(b"OggS"));
        }
        Ok(())
    });
}
