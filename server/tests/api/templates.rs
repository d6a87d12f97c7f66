//! Templates: read from Meta, kept true by its webhooks, sent at any time, and the way to a customer who never wrote.

use app::api::templates::{Account, Addressed};
use app::domain::content::Part;
use app::domain::message::Message;
use app::domain::template::{Category, Quality, Status, Template};
use app::error::{AppError, FieldProblem};
use reqwest::Method;
use serde_json::{Value, json};
use server::simulator::files::sample;
use server::simulator::{Behaviour, FakeNumber, management};

use crate::harness::{ADMIN, AHMED, Agent, House, KARIM, Place, Writer, eventually, fixture, read};

both!(
    the_list_is_read_from_meta_page_by_page,
    webhooks_keep_the_list_true,
    a_list_that_cannot_be_read_says_why,
    a_template_goes_out_when_the_window_is_closed,
    what_cannot_go_is_refused_before_it_is_queued,
    who_stopped_marketing_gets_none,
    metas_refusals_are_told,
    a_header_carries_a_file,
    a_failed_template_is_sent_again,
    a_stranger_is_written_to_by_number,
    a_text_to_a_stranger_leaves_nobody_behind,
    a_conversation_is_started_from_the_screen,
    a_number_one_does_not_see_has_no_templates,
);

const PATH: &str = "/api/v1/messages";
const STRANGER: &str = "+201000009000";

async fn accounts(house: &House<'_>) -> Vec<Account> {
    Agent::sign_in(house, ADMIN).await.call("templates/list", json!({})).await.unwrap()
}

/// The templates, once they stand as `so` wants it.
async fn templates_once(house: &House<'_>, what: &str, so: impl Fn(&[Template]) -> bool) -> Vec<Template> {
    let admin = Agent::sign_in(house, ADMIN).await;
    eventually(what, async || {
        let accounts: Vec<Account> = admin.call("templates/list", json!({})).await.unwrap();
        accounts.into_iter().map(|account| account.templates).find(|templates| so(templates))
    })
    .await
}

/// A house whose templates are here.
async fn stocked<'p>(place: &'p Place) -> House<'p> {
    let house = House::open(place).await;
    templates_once(&house, "the templates are here", |all| !all.is_empty()).await;
    house
}

fn named<'t>(all: &'t [Template], name: &str, language: &str) -> &'t Template {
    all.iter().find(|template| template.name == name && template.language == language).unwrap()
}

fn texts(values: &[&str]) -> Value {
    values.iter().map(|value| json!({ "type": "text", "text": value })).collect()
}

fn on_its_way() -> Value {
    json!({ "name": "order_on_its_way", "language": { "code": "ar" }, "components": [
        { "type": "body", "parameters": texts(&["هبة", "R-2041", "اليوم"]) },
        { "type": "button", "sub_type": "url", "index": "0", "parameters": texts(&["R-2041"]) },
    ] })
}

fn to_stranger(house: &House<'_>, template: &Value, client_msg_id: &str) -> Value {
    json!({ "channel_id": house.channel_id, "to": STRANGER, "type": "template", "template": template,
            "client_msg_id": client_msg_id })
}

async fn the_list_is_read_from_meta_page_by_page(place: &Place) {
    let house = House::open(place).await;
    let all = templates_once(&house, "the templates are here", |all| !all.is_empty()).await;
    assert_eq!(all.len(), house.graph.templates().all().len());
    assert!(house.graph.ledger().requests_to("/message_templates").len() >= 3, "in pages");
    let order = named(&all, "order_on_its_way", "en_US");
    assert_eq!((order.category, order.status, order.quality), (Category::Utility, Status::Approved, Quality::Green));
    assert_eq!(named(&all, "refund_note", "en").reason.as_deref(), Some("INVALID_FORMAT"));
    let [account] = &accounts(&house).await[..] else { panic!("one account") };
    assert_eq!((account.numbers.len(), account.failed, account.synced_at_ms.is_some()), (1, None, true));
    // Asked for again by hand.
    house.graph.templates().remove("visit_us");
    let admin = Agent::sign_in(&house, ADMIN).await;
    let () = admin.call("templates/sync", json!({ "waba_id": account.waba_id })).await.unwrap();
    assert_eq!(accounts(&house).await[0].templates.len(), all.len() - 1);
    let strange: Result<(), AppError> = admin.call("templates/sync", json!({ "waba_id": "1" })).await;
    assert_eq!(strange, Err(AppError::NotFound));
}

async fn webhooks_keep_the_list_true(place: &Place) {
    let house = stocked(place).await;
    let tell = async |field: &str, value: Value| {
        let mut value = value;
        value["message_template_id"] = json!(1);
        value["message_template_name"] = json!("order_on_its_way");
        value["message_template_language"] = json!("en-US");
        let time = app::ctx::now_ms() / 1_000 + 1;
        let body = json!({ "object": "whatsapp_business_account", "entry": [
            { "id": FakeNumber::example().waba_id, "time": time, "changes": [{ "field": field, "value": value }] }] });
        house.receive(body.to_string()).await;
    };
    let order = |all: &[Template]| named(all, "order_on_its_way", "en_US").clone();
    let paused = json!({ "event": "PAUSED", "reason": null, "other_info": { "title": "FIRST_PAUSE" } });
    tell("message_template_status_update", paused).await;
    let all = templates_once(&house, "it is paused", |all| order(all).status == Status::Paused).await;
    assert_eq!(order(&all).reason.as_deref(), Some("FIRST_PAUSE"));
    assert_eq!(named(&all, "order_on_its_way", "ar").status, Status::Approved, "another language is another template");
    tell("message_template_quality_update", json!({ "new_quality_score": "RED" })).await;
    templates_once(&house, "customers like it no more", |all| order(all).quality == Quality::Red).await;
    tell("template_category_update", json!({ "new_category": "UTILITY", "correct_category": "MARKETING" })).await;
    templates_once(&house, "it is announced", |all| order(all).next_category == Some(Category::Marketing)).await;
    tell("template_category_update", json!({ "previous_category": "UTILITY", "new_category": "MARKETING" })).await;
    templates_once(&house, "it is done", |all| order(all).category == Category::Marketing).await;
    // Whatever is not told is asked for: other words, and a template nobody here knows.
    let mut known = house.graph.templates().all().into_iter().find(|held| held["name"] == "visit_us").unwrap();
    known["components"][1]["text"] = json!("الفرع الجديد هنا.");
    house.graph.templates().put(known);
    tell("message_template_components_update", json!({ "message_template_element": "…" })).await;
    templates_once(&house, "its words are new", |all| named(all, "visit_us", "ar").parts.body == "الفرع الجديد هنا.")
        .await;
    house.graph.templates().put(json!({ "id": "9", "name": "order_ok", "language": "ar", "status": "REJECTED",
        "category": "UTILITY", "components": [{ "type": "BODY", "text": "تم" }] }));
    house.receive(fixture("template_status_update", &[])).await;
    templates_once(&house, "the new one is here", |all| all.iter().any(|template| template.name == "order_ok")).await;
    assert_eq!(house.quarantine().await, Vec::<Value>::new());
}

async fn a_list_that_cannot_be_read_says_why(place: &Place) {
    let house = stocked(place).await;
    house.graph.replace_token(&FakeNumber::example().phone_number_id, "another-token");
    let admin = Agent::sign_in(&house, ADMIN).await;
    let waba_id = FakeNumber::example().waba_id;
    let () = admin.call("templates/sync", json!({ "waba_id": waba_id })).await.unwrap();
    let account = accounts(&house).await.remove(0);
    assert_eq!(account.failed.map(|(_, code)| code), Some(190));
    assert!(!account.templates.is_empty() && account.synced_at_ms.is_some(), "what was known stays");
}

async fn a_template_goes_out_when_the_window_is_closed(place: &Place) {
    let house = stocked(place).await;
    // The last word was two days ago.
    let day = 24 * 3_600_000;
    let old = Writer::nth(2);
    house.receive(old.says_at("قبل يومين", app::ctx::now_ms() - 2 * day).1).await;
    let closed = house.conversation_of(&old).await["id"].as_str().unwrap().to_owned();
    house.post(PATH, &crate::harness::text_to(&closed, "نص", "t1")).await.problem(422, "window-closed");
    let wish =
        json!({ "conversation_id": closed, "type": "template", "template": on_its_way(), "client_msg_id": "m1" });
    let sent = house.post(PATH, &wish).await.expect(202).json();
    let message = house.message_becomes(&closed, sent["id"].as_str().unwrap(), "accepted").await;
    assert_eq!(message["kind"], "template");
    assert_eq!(message["text"], "أهلًا هبة، طلبك رقم R-2041 خرج مع المندوب ويصلك اليوم بإذن الله.");
    assert_eq!(house.post(PATH, &wish).await.expect(202).json()["id"], sent["id"], "once for each name");
    let sends = house.graph.ledger().sends_to(old.key());
    let [send] = &sends[..] else { panic!("{sends:?}") };
    assert_eq!((send.kind.as_str(), send.object.clone()), ("template", on_its_way()));
    // As the screen shows it.
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let opened: app::live::view::ThreadView = ahmed.call("inbox/open", json!({ "id": closed })).await.unwrap();
    let shown = opened.messages.last().unwrap().content.clone().and_then(|content| content.part);
    let Some(Part::Template(shown)) = shown else { panic!("{shown:?}") };
    assert_eq!((shown.footer.as_deref(), shown.buttons.len()), (Some("متجر ريحان"), 2));
}

async fn what_cannot_go_is_refused_before_it_is_queued(place: &Place) {
    let house = stocked(place).await;
    let simple = |name: &str, language: &str| json!({ "name": name, "language": { "code": language } });
    let with = |components: Value| json!({ "name": "order_on_its_way", "language": { "code": "ar" }, "components": components });
    let body = json!({ "type": "body", "parameters": texts(&["هبة", "R-2041", "اليوم"]) });
    let button = json!({ "type": "button", "sub_type": "url", "index": "0", "parameters": texts(&["a"]) });
    for (template, field, problem) in [
        (simple("nothing", "ar"), "template.name", "unknown"),
        (simple("follow_up", "fr"), "template.language", "unknown"),
        (simple("weekend_offer", "en"), "template.name", "not_approved"),
        (simple("refund_note", "en"), "template.name", "not_approved"),
        (simple("visit_us", "ar"), "template.name", "not_approved"),
        (simple("order_on_its_way", "ar"), "template.body.1", "missing"),
        (with(json!([{ "type": "body", "parameters": texts(&["هبة", "R"]) }, button])), "template.body.3", "missing"),
        (
            with(json!([{ "type": "body", "parameters": texts(&["a", "b", "c", "d"]) }, button])),
            "template.body.4",
            "unknown",
        ),
        (
            with(json!([{ "type": "body", "parameters": texts(&["a\nb", "b", "c"]) }, button])),
            "template.body.1",
            "malformed",
        ),
        (with(json!([body])), "template.buttons.0", "missing"),
        (simple("new_season", "ar"), "template.body.1", "missing"),
        (json!("order_on_its_way"), "template", "malformed"),
        (
            json!({ "name": "x", "language": { "code": "ar" }, "components": [{ "type": "carousel" }] }),
            "template.components[0].type",
            "unknown",
        ),
    ] {
        let problem_told = house.post(PATH, &to_stranger(&house, &template, "m1")).await.problem(422, "invalid-field");
        assert_eq!((&problem_told["field"], &problem_told["problem"]), (&json!(field), &json!(problem)), "{template}");
    }
    assert_eq!(house.conversations().await, Vec::<Value>::new(), "nobody is made up");
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 0);
}

async fn who_stopped_marketing_gets_none(place: &Place) {
    let house = stocked(place).await;
    let (number, heba) = (FakeNumber::example().number(), Writer::nth(1));
    let conversation = house.conversation_with(&heba).await;
    let now = app::ctx::now_ms();
    let tells = async |choice: &str, at_ms: i64| {
        let change = management::preference(&number, &heba.customer, choice, at_ms);
        house.receive(management::body(&number, change, at_ms)).await;
        house.applied().await;
    };
    let offer = json!({ "name": "new_season", "language": { "code": "ar" } });
    let send = async |template: &Value, name: &str| {
        let wish = json!({ "conversation_id": conversation, "type": "template", "template": template,
            "client_msg_id": name });
        house.post(PATH, &wish).await
    };
    tells("stop", now).await;
    let refused = send(&offer, "m1").await.problem(422, "invalid-field");
    assert_eq!((&refused["field"], &refused["problem"]), (&json!("template.name"), &json!("opted_out")));
    send(&on_its_way(), "m2").await.expect(202);
    tells("resume", now + 1_000).await;
    let refused = send(&offer, "m3").await.problem(422, "invalid-field");
    assert_eq!(refused["field"], "template.body.1", "only what is missing is in the way");
}

async fn metas_refusals_are_told(place: &Place) {
    let house = stocked(place).await;
    // Meta knows better: paused since, gone since, refused by its rules.
    house.graph.templates().set_status("sign_in_code", "DISABLED");
    house.graph.templates().remove("follow_up");
    let code = json!({ "name": "sign_in_code", "language": { "code": "ar" }, "components": [
        { "type": "body", "parameters": texts(&["842913"]) },
        { "type": "button", "sub_type": "url", "index": "0", "parameters": texts(&["842913"]) },
    ] });
    let follow_up = json!({ "name": "follow_up", "language": { "code": "ar" }, "components": [
        { "type": "header", "parameters": texts(&["طلبك"]) },
        { "type": "body", "parameters": [{ "type": "text", "parameter_name": "customer_name", "text": "هبة" },
            { "type": "text", "parameter_name": "topic", "text": "المقاس" }] },
    ] });
    for (n, (template, code)) in [(code, 132_016), (follow_up, 132_001)].into_iter().enumerate() {
        let sent = house.post(PATH, &to_stranger(&house, &template, &format!("m{n}"))).await.expect(202).json();
        let chat = sent["conversation_id"].as_str().unwrap();
        let failed = house.message_becomes(chat, sent["id"].as_str().unwrap(), "failed").await;
        assert_eq!(failed["error"]["code"], code);
    }
    for (n, code) in [132_000, 132_005, 132_007, 132_012, 132_015].into_iter().enumerate() {
        house.graph.next(Behaviour::refuse(code));
        let sent = house.post(PATH, &to_stranger(&house, &on_its_way(), &format!("r{n}"))).await.expect(202).json();
        let chat = sent["conversation_id"].as_str().unwrap();
        let failed = house.message_becomes(chat, sent["id"].as_str().unwrap(), "failed").await;
        assert_eq!(failed["error"]["code"], code);
    }
}

async fn a_header_carries_a_file(place: &Place) {
    let house = stocked(place).await;
    let picture = sample(app::domain::media::MediaKind::Image, 1).bytes.to_vec();
    let path = format!("/media?channel_id={}&kind=image", house.channel_id);
    let upload = house.rest(Method::POST, &path).header("content-type", "image/jpeg").body(picture.clone());
    let media = read(upload).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let season = |header: Value| {
        json!({ "name": "new_season", "language": { "code": "ar" }, "components": [
            { "type": "header", "parameters": [header] },
            { "type": "body", "parameters": texts(&["هبة"]) },
            { "type": "button", "sub_type": "copy_code", "index": "0", "parameters": [{ "type": "coupon_code", "coupon_code": "RAYHAN15" }] },
        ] })
    };
    let template = season(json!({ "type": "image", "image": { "media_id": media } }));
    let sent = house.post(PATH, &to_stranger(&house, &template, "m1")).await.expect(202).json();
    let chat = sent["conversation_id"].as_str().unwrap();
    let message = house.message_becomes(chat, sent["id"].as_str().unwrap(), "accepted").await;
    assert_eq!(message["media"]["mime"], "image/jpeg");
    let sends = house.graph.ledger().sends();
    let header = &sends[0].object["components"][0]["parameters"][0];
    let given = house.graph.shelf().get(header["image"]["id"].as_str().unwrap()).unwrap();
    assert_eq!(given.bytes.to_vec(), picture);
    for (header, problem) in [
        (json!({ "type": "image", "image": { "media_id": "0198c0de" } }), "unknown"),
        (json!({ "type": "video", "video": { "link": "https://x.example/a.mp4" } }), "malformed"),
        (json!({ "type": "text", "text": "صورة" }), "unknown"),
    ] {
        let told = house.post(PATH, &to_stranger(&house, &season(header), "m2")).await.problem(422, "invalid-field");
        assert_eq!((&told["field"], &told["problem"]), (&json!("template.header"), &json!(problem)));
    }
    let linked = season(json!({ "type": "image", "image": { "link": "https://x.example/a.jpg" } }));
    let sent = house.post(PATH, &to_stranger(&house, &linked, "m3")).await.expect(202).json();
    house.message_becomes(chat, sent["id"].as_str().unwrap(), "accepted").await;
}

async fn a_failed_template_is_sent_again(place: &Place) {
    let house = stocked(place).await;
    house.graph.next(Behaviour::refuse(131_049));
    let sent = house.post(PATH, &to_stranger(&house, &on_its_way(), "m1")).await.expect(202).json();
    let (chat, id) = (sent["conversation_id"].as_str().unwrap(), sent["id"].as_str().unwrap());
    house.message_becomes(chat, id, "failed").await;
    let karim = Agent::sign_in(&house, KARIM).await;
    let again: Message =
        karim.call("inbox/resend", json!({ "message_id": id, "client_msg_id": "again" })).await.unwrap();
    house.message_becomes(chat, again.id.as_str(), "accepted").await;
    assert_eq!(house.graph.ledger().sends()[0].object, on_its_way());
}

async fn a_stranger_is_written_to_by_number(place: &Place) {
    let house = stocked(place).await;
    let sent = house.post(PATH, &to_stranger(&house, &on_its_way(), "m1")).await.expect(202).json();
    let chat = sent["conversation_id"].as_str().unwrap();
    house.message_becomes(chat, sent["id"].as_str().unwrap(), "accepted").await;
    let row = house.conversation(chat).await;
    assert_eq!((&row["contact"]["phone"], &row["window_expires_at_ms"]), (&json!(STRANGER), &Value::Null));
    assert_eq!(house.post(PATH, &to_stranger(&house, &on_its_way(), "m1")).await.expect(202).json()["id"], sent["id"]);
    // The second goes into the same conversation, and so does their answer.
    let second = house.post(PATH, &to_stranger(&house, &on_its_way(), "m2")).await.expect(202).json();
    assert_eq!(second["conversation_id"], chat);
    let number = FakeNumber::example().display_phone;
    for (channel, to, field) in
        [("none", STRANGER, "channel_id"), (&house.channel_id, &number, "to"), (&house.channel_id, "heba", "to")]
    {
        let wish = json!({ "channel_id": channel, "to": to, "type": "template", "template": on_its_way(), "client_msg_id": "m3" });
        assert_eq!(house.post(PATH, &wish).await.problem(422, "invalid-field")["field"], field);
    }
    // Eight at once make one customer.
    let other =
        json!({ "channel_id": house.channel_id, "to": "+201000009100", "type": "template", "template": on_its_way() });
    let wishes = (0..8).map(|n| {
        let mut wish = other.clone();
        wish["client_msg_id"] = json!(format!("e{n}"));
        let house = &house;
        async move { house.post(PATH, &wish).await.expect(202).json()["conversation_id"].clone() }
    });
    let chats = futures_util::future::join_all(wishes).await;
    assert!(chats.iter().all(|chat| *chat == chats[0]), "{chats:?}");
    assert_eq!(house.conversations().await.len(), 2);
}

async fn a_text_to_a_stranger_leaves_nobody_behind(place: &Place) {
    let house = stocked(place).await;
    let wish = json!({ "channel_id": house.channel_id, "to": STRANGER, "type": "text", "text": { "body": "أهلًا" },
                       "client_msg_id": "m1" });
    assert_eq!(house.post(PATH, &wish).await.problem(422, "window-closed")["window_closed_at_ms"], Value::Null);
    assert_eq!(house.conversations().await, Vec::<Value>::new());
}

async fn a_conversation_is_started_from_the_screen(place: &Place) {
    let house = stocked(place).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let address = async |phone: &str| -> Result<Addressed, AppError> {
        ahmed.call("templates/address", json!({ "channel_id": house.channel_id, "phone": phone })).await
    };
    let found = address("0100 000 9000").await.unwrap();
    assert_eq!((found.phone.as_str(), found.conversation_id), (STRANGER, None));
    for phone in ["", "heba", "12", &FakeNumber::example().display_phone] {
        let refused = address(phone).await;
        assert!(
            matches!(refused, Err(AppError::InvalidField { ref field, .. }) if field == "phone"),
            "{phone} {refused:?}"
        );
    }
    let choice: Vec<Template> =
        ahmed.call("templates/choose", json!({ "channel_id": house.channel_id })).await.unwrap();
    assert!(choice.iter().all(Template::may_go) && choice.len() >= 5, "only what may go");
    let template = |values: Value| {
        json!({ "name": "order_on_its_way", "language": "ar", "header": null, "client_msg_id": "s1",
        "filled": { "values": values, "location": null } })
    };
    let start = async |template: Value| -> Result<Message, AppError> {
        let arguments =
            json!({ "channel_id": house.channel_id, "phone": STRANGER, "name": " هبة ", "template": template });
        ahmed.call("templates/start", arguments).await
    };
    assert_eq!(start(template(json!({}))).await, Err(AppError::invalid("template.body.1", FieldProblem::Missing)));
    let values = json!({ "body.1": "هبة", "body.2": "R-1", "body.3": "غدًا", "buttons.0": "R-1" });
    let sent = start(template(values.clone())).await.unwrap();
    let chat = sent.conversation_id.as_str();
    house.message_becomes(chat, sent.id.as_str(), "accepted").await;
    assert_eq!(start(template(values.clone())).await.unwrap().id, sent.id);
    let row = house.conversation(chat).await;
    assert_eq!((&row["contact"]["name"], &row["contact"]["phone"]), (&json!("هبة"), &json!(STRANGER)));
    let found = address(STRANGER).await.unwrap();
    assert_eq!(found.conversation_id.as_ref().map(|id| id.as_str()), Some(chat), "somebody known");
    // And into a conversation that is there.
    let mut again = template(values);
    again["client_msg_id"] = json!("s2");
    let arguments = json!({ "conversation_id": chat, "template": again, "base_seq": 1 });
    let second: Message = ahmed.call("templates/send", arguments).await.unwrap();
    house.message_becomes(chat, second.id.as_str(), "accepted").await;
}

async fn a_number_one_does_not_see_has_no_templates(place: &Place) {
    let house = stocked(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let members = json!({ "id": house.channel_id, "members": Vec::<String>::new() });
    let () = admin.call("channels/members", members).await.unwrap();
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let channel = json!({ "channel_id": house.channel_id });
    let choice: Result<Vec<Template>, AppError> = ahmed.call("templates/choose", channel.clone()).await;
    assert_eq!(choice, Err(AppError::NotFound));
    let arguments = json!({ "channel_id": house.channel_id, "phone": STRANGER });
    let found: Result<Addressed, AppError> = ahmed.call("templates/address", arguments).await;
    assert_eq!(found, Err(AppError::invalid("channel_id", FieldProblem::Unknown)));
    let values = json!({ "body.1": "هبة", "body.2": "R-1", "body.3": "غدًا", "buttons.0": "R-1" });
    let template = json!({ "name": "order_on_its_way", "language": "ar", "header": null, "client_msg_id": "s1",
        "filled": { "values": values, "location": null } });
    let arguments = json!({ "channel_id": house.channel_id, "phone": STRANGER, "name": "", "template": template });
    let started: Result<Message, AppError> = ahmed.call("templates/start", arguments).await;
    assert_eq!(started, Err(AppError::invalid("channel_id", FieldProblem::Unknown)));
    assert_eq!(house.conversations().await, Vec::<Value>::new());
    // Only admins see the list, and read it anew.
    let listed: Result<Vec<Account>, AppError> = ahmed.call("templates/list", json!({})).await;
    assert_eq!(listed, Err(AppError::Forbidden));
    let waba_id = FakeNumber::example().waba_id;
    let synced: Result<(), AppError> = ahmed.call("templates/sync", json!({ "waba_id": waba_id })).await;
    assert_eq!(synced, Err(AppError::Forbidden));
}
