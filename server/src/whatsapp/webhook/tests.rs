use app::domain::ids::{MessageId, Wamid};

use super::*;

fn message_in(value: &str) -> Vec<Item> {
    let metadata = r#""metadata":{"display_phone_number":"201000000000","phone_number_id":"300"}"#;
    items(
        format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"id":"200","changes":[{{"field":"messages","value":{{
            "messaging_product":"whatsapp",{metadata},{value}}}}}]}}]}}"#
        )
        .as_bytes(),
    )
}

fn only_message(value: &str) -> IncomingMessage {
    match message_in(value).as_slice() {
        [Item { news: News::Message(message), .. }] => (**message).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_text_is_read_whole() {
    let message = only_message(
        r#""contacts":[{"profile":{"name":"هبة","username":"@heba.e"},"wa_id":"201000001842","user_id":"EG.9001"}],
        "messages":[{"from":"201000001842","from_user_id":"EG.9001","id":"wamid.A","timestamp":"1790000000",
        "type":"text","text":{"body":"أهلًا\u0000 👋"},"context":{"from":"201000000000","id":"wamid.Q"}}]"#,
    );
    assert_eq!(message.wamid.as_str(), "wamid.A");
    assert_eq!(message.customer.phone.as_deref(), Some("+201000001842"));
    assert_eq!(message.customer.user_id.as_deref(), Some("EG.9001"));
    assert_eq!((message.profile_name.as_str(), message.username.as_deref()), ("هبة", Some("heba.e")));
    assert_eq!(message.text.as_deref(), Some("أهلًا 👋"));
    assert_eq!(message.sent_at_ms, Some(1_790_000_000_000));
    assert_eq!(message.reply_to, Some(Wamid::from_text("wamid.Q")));
    assert_eq!(message.payload, None);
    assert!(message.extras.unwrap().contains("context"));
}

#[test]
fn senders_are_found_by_name_never_by_place() {
    let two = r#""contacts":[{"wa_id":"201000000001","profile":{"name":"A"}},
        {"wa_id":"","user_id":"EG.2","profile":{"name":"B"}}],"#;
    for (name, message, expected) in [
        ("by phone", r#"{"from":"201000000001","id":"w","type":"text","text":{"body":"x"}}"#, "A"),
        ("by user id", r#"{"from_user_id":"EG.2","id":"w","type":"text","text":{"body":"x"}}"#, "B"),
        ("stranger to the list", r#"{"from":"201000000009","id":"w","type":"text","text":{"body":"x"}}"#, ""),
    ] {
        assert_eq!(only_message(&format!("{two}\"messages\":[{message}]")).profile_name, expected, "{name}");
    }
    let alone = only_message(
        r#""contacts":[{"user_id":"EG.7","profile":{"name":"C"}}],
        "messages":[{"id":"w","timestamp":1790000000,"type":"text","text":{"body":"x"}}]"#,
    );
    assert_eq!((alone.customer.user_id.as_deref(), alone.profile_name.as_str()), (Some("EG.7"), "C"));
    let nobody = message_in(&format!("{two}\"messages\":[{{\"id\":\"w\",\"type\":\"text\"}}]"));
    assert!(matches!(&nobody[0].news, News::Strange { reason, .. } if reason.contains("no sender")), "{nobody:?}");
}

#[test]
fn other_types_keep_their_object_and_their_words() {
    for (body, kind, text) in [
        (r#""type":"image","image":{"id":"1","mime_type":"image/jpeg","caption":"صورة"}"#, "image", Some("صورة")),
        (r#""type":"location","location":{"latitude":30.1,"longitude":31.2}"#, "location", None),
        (r#""type":"button","button":{"payload":"P","text":"نعم"}"#, "button", Some("نعم")),
        (
            r#""type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"1","title":"غدًا"}}"#,
            "interactive",
            Some("غدًا"),
        ),
        (r#""type":"interactive""#, "interactive", None),
        (r#""type":"hologram","hologram":{"x":1}"#, "hologram", None),
    ] {
        let message = only_message(&format!(r#""messages":[{{"from":"201000000001","id":"w",{body}}}]"#));
        assert_eq!((message.kind.as_str(), message.text.as_deref()), (kind, text), "{body}");
        assert_eq!(message.payload.is_some(), body.contains(&format!("\"{kind}\":{{")), "{body}");
    }
}

#[test]
fn one_bad_item_leaves_its_neighbours_alone() {
    let items = message_in(
        r#""messages":[{"from":"201000000001","id":"w1","type":"text","text":{"body":"a"}},
        {"from":"201000000001","type":"text"},"nonsense",
        {"from":"201000000001","id":"w2","type":"text","text":{"body":"b"}}],
        "statuses":[{"id":"w3","status":"warped"},{"id":"w4","status":"read","timestamp":"1790000000"}]"#,
    );
    let strange: Vec<&str> =
        items.iter().filter(|i| matches!(i.news, News::Strange { .. })).map(|i| i.place.as_str()).collect();
    let at = "entry[0].changes[0]";
    assert_eq!(strange, [format!("{at}.messages[1]"), format!("{at}.messages[2]"), format!("{at}.statuses[0]")]);
    assert_eq!(items.len(), 6);
}

#[test]
fn statuses_carry_errors_and_our_id() {
    let items = message_in(
        r#""statuses":[{"id":"w","status":"failed","timestamp":"1790000000","recipient_id":"20",
        "biz_opaque_callback_data":"0198-abc.2",
        "errors":[{"code":131026,"title":"Undeliverable","error_data":{"details":"not on WhatsApp"}}]}]"#,
    );
    let [Item { news: News::Status(status), .. }] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!(status.ours, Some(MessageId::from_text("0198-abc")));
    let error = status.report.error.clone().unwrap();
    assert_eq!((error.code, error.details.as_str()), (131026, "not on WhatsApp"));
}

#[test]
fn what_cannot_be_read_is_named() {
    for (body, reason) in [
        (&b"{"[..], "not readable"),
        (b"[]", "no `entry`"),
        (br#"{"object":"page","entry":[]}"#, "not whatsapp_business_account"),
        (br#"{"object":"whatsapp_business_account","entry":[{}]}"#, "no `changes`"),
        (br#"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"flows","value":{}}]}]}"#, "`flows`"),
        (
            br#"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{}}]}]}"#,
            "phone_number_id",
        ),
    ] {
        let items = items(body);
        let [Item { news: News::Strange { reason: said, .. }, .. }] = items.as_slice() else { panic!("{items:?}") };
        assert!(said.contains(reason), "{said}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(items(deep.as_bytes())[0].news, News::Strange { .. }));
}

#[test]
fn broken_letters_are_replaced() {
    for (name, text, expected) in [
        ("half a pair", r#"a\ud83d b"#, "a\u{FFFD} b"),
        ("the other half", r#"\udc4b!"#, "\u{FFFD}!"),
        ("a whole pair", r#"\ud83d\udc4b"#, "👋"),
        ("an escaped backslash", r#"\\ud83d"#, "\\ud83d"),
        ("wrong way round", r#"\udc4b\ud83d"#, "\u{FFFD}\u{FFFD}"),
    ] {
        let value =
            format!(r#""messages":[{{"from":"201000000001","id":"w","type":"text","text":{{"body":"{text}"}}}}]"#);
        assert_eq!(only_message(&value).text.as_deref(), Some(expected), "{name}");
    }
    let mut body = br#"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{
        "metadata":{"phone_number_id":"300"},"messages":[{"from":"201000000001","id":"w","type":"text","text":{"body":""#
        .to_vec();
    body.push(0xFF);
    body.extend_from_slice(br#""}}]}}]}]}"#);
    assert!(matches!(&items(&body)[0].news, News::Message(message) if message.text.as_deref() == Some("\u{FFFD}")));
}
