//! Signing in and out, and who may act from where.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ADMIN, AHMED, Agent, Answer, House, PASSWORD, Place, boot_of, cookie_of, form, post_form, read};

both!(
    a_session_is_a_cookie_that_nobody_else_reads,
    a_wrong_password_tells_nothing_of_the_address,
    guessing_is_slowed_and_told_when_to_come_back,
    an_office_behind_one_address_may_all_sign_in,
    every_sign_in_makes_a_new_session,
    signing_out_ends_the_session,
    a_new_password_ends_the_other_sessions,
    only_our_own_pages_may_act,
    pages_lead_to_sign_in_and_back,
);

async fn sign_in(house: &House<'_>, email: &str, password: &str) -> Answer {
    read(post_form(&house.http, "/session", &[("email", email), ("password", password)])).await
}

async fn a_session_is_a_cookie_that_nobody_else_reads(place: &Place) {
    let house = House::open(place).await;
    let answer = sign_in(&house, ADMIN, PASSWORD).await.expect(303);
    let cookies = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let session: Vec<_> = cookies.filter(|cookie| cookie.starts_with("__Host-majlis=")).collect();
    let [session] = session[..] else { panic!("{session:?}") };
    let mut attributes: Vec<_> = session.split("; ").skip(1).map(str::to_ascii_lowercase).collect();
    attributes.sort();
    assert_eq!(attributes, ["httponly", "path=/", "samesite=lax", "secure"], "no Domain: for this host alone");
    let token = session.split(['=', ';']).nth(1).unwrap();
    assert!(token.len() >= 43, "256 bits: {token}");
    // The house keeps only a hash of it.
    let mut raw = place.raw().await;
    assert_eq!(raw.number(&format!("select count(*) from sessions where token_hash = '{token}'")).await, 0);
    assert_eq!(raw.number("select count(*) from sessions").await, 1);
    raw.close().await;
    // E-mail addresses are not case-sensitive here, passwords are.
    sign_in(&house, " MONA@Rayhan.Example ", PASSWORD).await.expect(303);
    sign_in(&house, ADMIN, &PASSWORD.to_uppercase()).await.expect(422);
}

/// An answer without what differs from request to request by design.
fn plain(answer: &Answer, email: &str) -> String {
    let body = answer.body.replace(email, "EMAIL");
    let mut boot = boot_of(answer);
    boot["now_ms"] = Value::Null;
    let nonces: Vec<_> = body.split("nonce=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let start = body.find("<script type=\"application/json\"").unwrap();
    let end = start + body[start..].find("</script>").unwrap();
    let body = nonces.iter().fold(body[..start].to_owned() + &body[end..], |body, nonce| body.replace(nonce, "NONCE"));
    format!("{} {body} {}", answer.status, boot.to_string().replace(email, "EMAIL"))
}

async fn a_wrong_password_tells_nothing_of_the_address(place: &Place) {
    let house = House::open(place).await;
    // A person who was invited has no password yet.
    let admin = Agent::sign_in(&house, ADMIN).await;
    let invited = json!({ "email": "nour@rayhan.example", "name": "Nour", "role": "agent" });
    admin.call::<Value>("people/add", invited).await.unwrap();
    let known = sign_in(&house, AHMED, "a wrong password").await.expect(422);
    for email in ["nobody@rayhan.example", "nour@rayhan.example"] {
        let unknown = sign_in(&house, email, "a wrong password").await.expect(422);
        assert_eq!(plain(&known, AHMED), plain(&unknown, email), "{email}");
        assert_eq!(cookie_of(&unknown), None);
    }
    assert_eq!(boot_of(&known)["page"]["error"]["error"], "invalid_field");
    assert_eq!(boot_of(&known)["page"]["email"], AHMED, "what was typed stays, but for the password");
    assert!(!known.body.contains("a wrong password"));
}

async fn guessing_is_slowed_and_told_when_to_come_back(place: &Place) {
    let house = House::open(place).await;
    for _ in 0..5 {
        let answer = sign_in(&house, AHMED, "a wrong password").await.expect(422);
        assert_eq!(boot_of(&answer)["page"]["error"]["error"], "invalid_field");
    }
    // Also with the right password: whoever guesses must not learn that it was right.
    let refused = sign_in(&house, AHMED, PASSWORD).await.expect(422);
    let error = &boot_of(&refused)["page"]["error"];
    assert_eq!(error["error"], "throttled");
    assert!((1..=60).contains(&error["retry_after_s"].as_i64().unwrap()), "{error}");
    assert_eq!(cookie_of(&refused), None);
    sign_in(&house, ADMIN, PASSWORD).await.expect(303);
    // Never for good: the right password works when the time is over.
    crate::harness::eventually("the wait is over", async || {
        let answer = sign_in(&house, AHMED, PASSWORD).await;
        (answer.status == 303).then_some(())
    })
    .await;
}

async fn an_office_behind_one_address_may_all_sign_in(place: &Place) {
    let house = House::open(place).await;
    for n in 0..25 {
        let answer = sign_in(&house, [ADMIN, AHMED][n % 2], PASSWORD).await;
        assert_eq!(answer.status, 303, "the {n}. right password from one address");
    }
}

async fn every_sign_in_makes_a_new_session(place: &Place) {
    let house = House::open(place).await;
    let first = Agent::sign_in(&house, AHMED).await;
    let fields = [("email", AHMED), ("password", PASSWORD)];
    let again = first.post("/session", &fields).await.expect(303);
    let second = Agent::with_cookie(&house.http, cookie_of(&again).unwrap());
    assert_ne!(first.cookie, second.cookie);
    second.page("/inbox").await.expect(200);
    first.page("/inbox").await.expect(303);
    // A token planted before is worth nothing after.
    let planted = Agent::with_cookie(&house.http, "__Host-majlis=planted".to_owned());
    let answer = planted.post("/session", &fields).await.expect(303);
    assert_ne!(cookie_of(&answer).unwrap(), "__Host-majlis=planted");
    planted.page("/inbox").await.expect(303);
    second.page("/inbox").await.expect(200);
}

async fn signing_out_ends_the_session(place: &Place) {
    let house = House::open(place).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let elsewhere = Agent::sign_in(&house, AHMED).await;
    let answer = ahmed.post("/session/end", &[]).await.expect(303);
    assert_eq!(answer.header("location"), "/signin");
    let forgotten = answer.headers.get_all("set-cookie").iter().any(|cookie| {
        let cookie = cookie.to_str().unwrap().to_ascii_lowercase();
        cookie.starts_with("__host-majlis=;") && cookie.contains("max-age=0") && cookie.contains("secure")
    });
    assert!(forgotten, "{answer:?}");
    ahmed.page("/inbox").await.expect(303);
    assert_eq!(
        ahmed
            .call::<Value>(
                "inbox/load",
                json!({ "filter": {
        "channel_id": null, "status": null, "assignee_id": null }, "open": null })
            )
            .await,
        Err(app::error::AppError::SignedOut)
    );
    elsewhere.page("/inbox").await.expect(200);
    Agent::with_cookie(&house.http, String::new()).post("/session/end", &[]).await.expect(303);
}

async fn a_new_password_ends_the_other_sessions(place: &Place) {
    let house = House::open(place).await;
    let (here, elsewhere) = (Agent::sign_in(&house, AHMED).await, Agent::sign_in(&house, AHMED).await);
    let change = |current: &str, new: &str| json!({ "current": current, "new": new });
    for (current, new, field) in
        [("a wrong one", "a fresh password", "current"), (PASSWORD, "short", "password"), (PASSWORD, "", "password")]
    {
        let refused = here.call::<()>("profile/password", change(current, new)).await.unwrap_err();
        assert!(matches!(&refused, app::error::AppError::InvalidField { field: f, .. } if f == field), "{refused:?}");
    }
    here.call::<()>("profile/password", change(PASSWORD, "a fresh password")).await.unwrap();
    here.page("/inbox").await.expect(200);
    elsewhere.page("/inbox").await.expect(303);
    sign_in(&house, AHMED, PASSWORD).await.expect(422);
    // And by the command line, for one who forgot it: all sessions end.
    let reset = ["user", "reset", "--email", AHMED, "--password-stdin"];
    place.majlis_with(&reset, "yet another password\n").await.succeeded();
    here.page("/inbox").await.expect(303);
    Agent::sign_in_as(&house.http, AHMED, "yet another password").await;
}

async fn only_our_own_pages_may_act(place: &Place) {
    let house = House::open(place).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let sign_in = form(&[("email", AHMED), ("password", PASSWORD)]);
    let evil = "https://evil.example";
    let url = house.url();
    let rebound = format!("http://evil.example:{}", house.server.address.port());
    for (name, headers) in [
        ("another site", vec![("origin", evil)]),
        ("cross-site", vec![("origin", url.as_str()), ("sec-fetch-site", "cross-site")]),
        ("same-site", vec![("origin", url.as_str()), ("sec-fetch-site", "same-site")]),
        ("a typed address", vec![("sec-fetch-site", "none")]),
        ("nothing said", vec![]),
        ("a hidden origin", vec![("origin", "null")]),
        ("a rebound name", vec![("origin", rebound.as_str())]),
    ] {
        for (path, kind, body) in [
            ("/session", "application/x-www-form-urlencoded", sign_in.as_str()),
            ("/session/end", "application/x-www-form-urlencoded", ""),
            ("/preferences", "application/x-www-form-urlencoded", "locale=en"),
            ("/fn/profile/save", "application/json", r#"{"name":"Evil","locale":"en"}"#),
            ("/fn/inbox/load", "text/plain", r#"{"filter":{},"open":null}"#),
        ] {
            let request = house.http.request(Method::POST, path).header("cookie", &ahmed.cookie);
            let request = request.header("content-type", kind).body(body.to_owned());
            let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let answer = read(request).await;
            assert_eq!((answer.status, cookie_of(&answer)), (403, None), "{name}: {path}");
        }
    }
    // Nothing was done, and a browser that says where it stands may act without an origin.
    ahmed.page("/inbox").await.expect(200);
    let view = ahmed.load(&Default::default(), None).await;
    assert_eq!(view.me.name, "Ahmed");
    let request = house.http.request(Method::POST, "/preferences").header("sec-fetch-site", "same-origin");
    let request = request.header("content-type", "application/x-www-form-urlencoded").body("locale=en&next=/inbox");
    read(request).await.expect(303);
    // Reading is free to all, but tells nothing without the cookie.
    let from_afar = house.http.request(Method::GET, "/inbox").header("sec-fetch-site", "cross-site");
    read(from_afar.header("cookie", &ahmed.cookie)).await.expect(200);
    for get in ["/fn/profile/save?name=Evil&locale=en", "/session?email=x", "/session/end"] {
        let answer = ahmed.page(get).await;
        assert!([404, 405].contains(&answer.status), "{get}: {}", answer.status);
    }
}

async fn pages_lead_to_sign_in_and_back(place: &Place) {
    let house = House::open(place).await;
    assert_eq!(house.http.get("/").await.expect(303).header("location"), "/inbox");
    let sent = house.http.get("/inbox/0198?channel=x&y=%2F").await.expect(303);
    let location = sent.header("location").to_owned();
    assert!(location.starts_with("/signin?next="), "{location}");
    let page = house.http.get(&location).await.expect(200);
    let next = boot_of(&page)["page"]["next"].as_str().unwrap().to_owned();
    assert_eq!(next, "/inbox/0198?channel=x&y=%2F");
    let fields = [("email", AHMED), ("password", PASSWORD), ("next", next.as_str())];
    let answer = read(post_form(&house.http, "/session", &fields)).await.expect(303);
    assert_eq!(answer.header("location"), next);
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let fields = [("email", AHMED), ("password", PASSWORD), ("next", elsewhere)];
        let answer = read(post_form(&house.http, "/session", &fields)).await.expect(303);
        assert_eq!(answer.header("location"), "/inbox", "{elsewhere}");
    }
    // Who is signed in already has nothing to do there.
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let answer = ahmed.page("/signin?next=/settings").await;
    assert_eq!((answer.status, answer.header("location")), (303, "/settings"));
    ahmed.page("/inbox/0198c0de-0000-7000-8000-000000000000").await.expect(404);
}
