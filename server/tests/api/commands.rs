//! The command line beside the running server: results on standard output, in force at once.

use serde_json::{Value, json};

use crate::harness::{ADMIN, Agent, House, Place, Writer, connect, eventually, fixture};

both!(
    people_are_added_listed_and_reset,
    keys_are_shown_once_and_revoked_at_once,
    numbers_are_in_force_within_a_moment,
    what_was_set_aside_is_listed_newest_first,
    the_version_is_told,
    settings_come_from_flag_variable_and_file_in_this_order,
    commands_work_without_a_server,
);

fn add(email: &str) -> [&str; 9] {
    ["user", "add", "--email", email, "--name", "Nour", "--role", "agent", "--password-stdin"]
}

async fn people_are_added_listed_and_reset(place: &Place) {
    let house = House::open(place).await;
    // One newline is the terminal's or the file's, and goes; all else is the password's.
    for (n, (input, password)) in [
        ("plain password", "plain password"),
        ("with a newline\n", "with a newline"),
        ("with a windows newline\r\n", "with a windows newline"),
        ("with two newlines\n\n", "with two newlines\n"),
        ("  spaces around  \n", "  spaces around  "),
        ("كلمة سر طويلة\n", "كلمة سر طويلة"),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("nour{n}@rayhan.example");
        let id = place.majlis_with(&add(&email), input).await.succeeded();
        assert_eq!(id.len(), 36, "an id and nothing else: {id}");
        Agent::sign_in_as(&house.http, &email, password).await;
    }
    let all = place.majlis_json(&["user", "list"]).await;
    let nour = all.as_array().unwrap().iter().find(|person| person["email"] == "nour0@rayhan.example").unwrap();
    assert_eq!((&nour["name"], &nour["role"], &nour["disabled"]), (&json!("Nour"), &json!("agent"), &json!(false)));
    assert!(!all.to_string().contains("argon2"), "hashes stay inside");
    let lines = place.majlis(&["user", "list"]).await;
    assert_eq!(lines.lines().count(), all.as_array().unwrap().len());
    let added = place.majlis_with(&[&add("json@rayhan.example")[..], &["--json"]].concat(), "a long password").await;
    let added: Value = serde_json::from_str(&added.succeeded()).unwrap();
    assert_eq!(added["email"], "json@rayhan.example");
    let reset = ["user", "reset", "--email", "nour0@rayhan.example", "--password-stdin"];
    assert_eq!(place.majlis_with(&reset, "another password\n").await.succeeded(), nour["id"].as_str().unwrap());
    Agent::sign_in_as(&house.http, "nour0@rayhan.example", "another password").await;
}

async fn keys_are_shown_once_and_revoked_at_once(place: &Place) {
    let mut house = House::open(place).await;
    house.key = place.majlis(&["key", "add", "--name", "Till", "--role", "agent"]).await;
    assert!(house.key.starts_with("mjl_") && !house.key.contains(char::is_whitespace), "{}", house.key);
    house.get("/api/v1/conversations").await.expect(200);
    let all = place.majlis_json(&["key", "list"]).await;
    assert!(!all.to_string().contains(&house.key["mjl_".len()..]));
    let till = all.as_array().unwrap().iter().find(|key| key["name"] == "Till").unwrap();
    assert_eq!((&till["role"], &till["revoked"]), (&json!("agent"), &json!(false)));
    let id = till["id"].as_str().unwrap();
    assert_eq!(place.majlis(&["key", "revoke", "--id", id]).await, id);
    house.get("/api/v1/conversations").await.problem(401, "unauthorized");
    assert_eq!(place.majlis(&["key", "revoke", "--id", id]).await, id, "again does no harm");
    let listed = place.majlis_json(&["key", "list"]).await;
    assert!(listed.as_array().unwrap().iter().any(|key| key["id"] == id && key["revoked"] == true));
}

async fn numbers_are_in_force_within_a_moment(place: &Place) {
    let house = House::open(place).await;
    let number = server::simulator::FakeNumber {
        phone_number_id: "300000000000002".to_owned(),
        display_phone: "+20 100 000 0200".to_owned(),
        verified_name: "Rayhan Books".to_owned(),
        app_secret: "books-app-secret".to_owned(),
        access_token: "books-access-token".to_owned(),
        ..server::simulator::FakeNumber::example()
    };
    house.graph.add_number(number.clone());
    let id = connect(place, &number, "books-token").await;
    let all = place.majlis_json(&["channel", "list"]).await;
    let books = all.as_array().unwrap().iter().find(|channel| channel["id"] == id.as_str()).unwrap();
    assert_eq!(books["display_phone"], "+201000000200", "as E.164");
    for secret in ["books-app-secret", "books-access-token", "books-token", "sealed"] {
        assert!(!all.to_string().contains(secret), "{secret}");
    }
    // The handshake, the signature and the way out all know it.
    eventually("the handshake knows the token", async || {
        let path = "/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=7&hub.verify_token=books-token";
        (house.http.get(path).await.status == 200).then_some(())
    })
    .await;
    let (_, body) = Writer::nth(1).to(&number).says("أهلًا");
    let signature = crate::harness::signature("books-app-secret", &body);
    crate::harness::read(house.webhook(body, Some(&signature))).await.expect(200);
    let conversation = house.conversation_of(&Writer::nth(1)).await["id"].as_str().unwrap().to_owned();
    let sent = house.send(&conversation, "أهلًا بيك", "m1").await;
    house.message_becomes(&conversation, &sent, "accepted").await;
    assert_eq!(house.graph.ledger().sends()[0].phone_number_id, number.phone_number_id);
}

async fn what_was_set_aside_is_listed_newest_first(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("unknown_field", &[])).await;
    house.receive(fixture("group_message", &[])).await;
    house.applied().await;
    let listed = place.majlis_json(&["replay", "list"]).await;
    assert_eq!(listed["count"], 2);
    let items = listed["items"].as_array().unwrap();
    assert!(items[0]["reason"].as_str().unwrap().contains("group messages"), "{listed}");
    assert!(items[0]["journal_id"].as_i64() > items[1]["journal_id"].as_i64());
    for key in ["id", "place", "reason", "created_at_ms"] {
        assert!(!items[0][key].is_null(), "{key}");
    }
    let first = place.majlis_json(&["replay", "list", "--limit", "1"]).await;
    assert_eq!((first["items"].as_array().unwrap().len(), &first["count"]), (1, &json!(2)));
    assert_eq!(place.majlis(&["replay", "list"]).await.lines().count(), 2);
}

async fn the_version_is_told(place: &Place) {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(place.majlis(&["version"]).await, format!("majlis {version}"));
    assert_eq!(place.majlis(&["--version"]).await, format!("majlis {version}"));
    assert_eq!(place.majlis_json(&["version"]).await, json!({ "version": version }));
    assert_eq!(std::fs::read_dir(place.data()).unwrap().count(), 0, "asking makes nothing");
}

async fn settings_come_from_flag_variable_and_file_in_this_order(place: &Place) {
    let folder = |name: &str| place.folder.join(name).to_str().unwrap().to_owned();
    place.file("majlis.toml", format!("data_dir = {:?}\n", folder("by-file")));
    let made = |name: &str| place.folder.join(name).join("majlis.sqlite").exists();
    let list = async |variable: Option<&str>, flag: Option<&str>| {
        let mut command = place.program();
        command.env_remove("MAJLIS_DATA_DIR").env_remove("MAJLIS_DATABASE_URL").args(["user", "list"]);
        command.envs(variable.map(|name| ("MAJLIS_DATA_DIR", folder(name))));
        command.args(flag.map(|name| format!("--data-dir={}", folder(name))));
        place.run(command, "").await.succeeded();
    };
    list(Some("by-variable"), Some("by-flag")).await;
    assert!(made("by-flag") && !made("by-variable") && !made("by-file"));
    list(Some("by-variable"), None).await;
    assert!(made("by-variable") && !made("by-file"));
    list(None, None).await;
    assert!(made("by-file"));
}

async fn commands_work_without_a_server(place: &Place) {
    place.majlis_with(&add(ADMIN), "a long password").await.succeeded();
    let key = place.majlis(&["key", "add", "--name", "Early", "--role", "supervisor"]).await;
    connect(place, &server::simulator::FakeNumber::example(), "early-token").await;
    let mut house = House::open_bare(place, &[]).await;
    house.key = key;
    house.receive(Writer::nth(1).says("أهلًا").1).await;
    house.conversation_of(&Writer::nth(1)).await;
    Agent::sign_in_as(&house.http, ADMIN, "a long password").await;
}
