use super::*;
use crate::error::FieldProblem;

const PROBLEMS: [FieldProblem; 7] = [
    FieldProblem::Missing,
    FieldProblem::TooShort,
    FieldProblem::TooLong,
    FieldProblem::Malformed,
    FieldProblem::Taken,
    FieldProblem::Wrong,
    FieldProblem::Unknown,
];

const FIELDS: [&str; 18] = [
    "email",
    "name",
    "password",
    "current",
    "access_token",
    "app_secret",
    "verify_token",
    "phone_number_id",
    "waba_id",
    "display_phone",
    "text.body",
    "client_msg_id",
    "reply_to",
    "conversation_id",
    "to",
    "channel_id",
    "limit",
    "cursor",
];

fn arabic(text: &str) -> bool {
    text.chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c))
}

#[test]
fn every_field_and_problem_has_words_of_the_language() {
    for field in FIELDS {
        assert!(AR.field_name(field).is_some_and(arabic), "{field}");
        assert!(EN.field_name(field).is_some_and(|name| !arabic(name)), "{field}");
        for problem in PROBLEMS {
            let error = AppError::invalid(field, problem);
            let (ar, en) = (AR.sentence(&error), EN.sentence(&error));
            assert!(arabic(&ar) && ar.ends_with('.'), "{field} {problem:?}: {ar}");
            assert!(!arabic(&en) && en.ends_with('.'), "{field} {problem:?}: {en}");
        }
    }
}

#[test]
fn a_field_nobody_named_still_has_a_sentence() {
    let error = AppError::invalid("colour", FieldProblem::Missing);
    assert_eq!(EN.sentence(&error), "colour: this is missing.");
}

#[test]
fn waiting_is_said_as_people_say_it() {
    for (seconds, ar, en) in [
        (0, "ثانية واحدة", "a second"),
        (2, "ثانيتين", "2 seconds"),
        (5, "5 ثوانٍ", "5 seconds"),
        (30, "30 ثانية", "30 seconds"),
        (90, "90 ثانية", "90 seconds"),
        (91, "دقيقتين", "2 minutes"),
        (181, "4 دقائق", "4 minutes"),
        (900, "15 دقيقة", "15 minutes"),
    ] {
        assert_eq!((AR.span(seconds).as_str(), EN.span(seconds).as_str()), (ar, en), "{seconds}");
    }
}

#[test]
fn codes_we_do_not_know_show_metas_words() {
    let error = |title: &str, details: &str| MessageError { code: 999, title: title.into(), details: details.into() };
    assert_eq!(
        EN.message_error(&error("Odd", "very <b>odd</b>")),
        "Meta refused it: \u{2068}Odd: very <b>odd</b>\u{2069} (code 999)"
    );
    assert_eq!(EN.message_error(&error("", " ")), "Meta refused it without a reason (code 999).");
    let known = MessageError { code: 131047, title: "Re-engagement message".into(), details: String::new() };
    assert_eq!(Some(AR.message_error(&known).as_str()), AR.graph_code(131047));
}

#[test]
fn a_block_that_meta_refuses_says_why() {
    for code in [131_047, 131_021, 139_100, 139_101, 130_429, 190, 777] {
        let error = AppError::BlockRefused { code };
        let (ar, en) = (AR.sentence(&error), EN.sentence(&error));
        assert!(arabic(&ar) && ar.ends_with('.'), "{code}: {ar}");
        assert!(!arabic(&en) && en.ends_with('.'), "{code}: {en}");
    }
    let message = EN.graph_code(131_047).unwrap();
    assert_ne!(EN.sentence(&AppError::BlockRefused { code: 131_047 }), message, "no template helps here");
}
