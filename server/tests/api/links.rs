//! One-time links: the first admin's, and those with which people choose a password.

use serde_json::{Value, json};

use crate::harness::{ADMIN, AHMED, Agent, Answer, House, PASSWORD, Place, SARA, boot_of, cookie_of, post_form, read};

both!(
    the_first_admin_comes_by_a_link_that_works_once,
    a_setup_link_is_void_once_there_is_an_admin,
    of_two_first_admins_at_once_one_wins,
    a_setup_form_is_checked,
    an_invited_person_chooses_a_password,
    only_the_newest_password_link_works,
);

/// The token of the link that `serve` printed.
async fn setup_token(house: &House<'_>) -> String {
    let line = house.server.says("/setup/").await;
    let token = line.rsplit('/').next().unwrap().to_owned();
    assert!(token.len() >= 43, "256 bits: {line}");
    token
}

async fn set_up(house: &House<'_>, token: &str, email: &str) -> Answer {
    let fields = [("token", token), ("name", "Mona"), ("email", email), ("password", PASSWORD), ("locale", "ar")];
    read(post_form(&house.http, "/setup", &fields)).await
}

async fn the_first_admin_comes_by_a_link_that_works_once(place: &Place) {
    let mut house = House::open_bare(place, &[]).await;
    let token = setup_token(&house).await;
    let printed = house.server.log.lines().iter().filter(|line| line.contains("/setup/")).count();
    assert_eq!(printed, 1);
    let page = house.http.get(&format!("/setup/{token}")).await.expect(200);
    assert_eq!(boot_of(&page)["page"]["works"], true);
    assert_eq!(boot_of(&house.http.get("/setup/another").await)["page"]["works"], false);
    let made = set_up(&house, &token, ADMIN).await.expect(303);
    assert_eq!(made.header("location"), "/inbox");
    let admin = Agent::with_cookie(&house.http, cookie_of(&made).unwrap());
    admin.call::<Value>("people/list", json!({})).await.unwrap();
    // Neither the page nor the form works again, and no start prints another link.
    assert_eq!(boot_of(&house.http.get(&format!("/setup/{token}")).await)["page"]["works"], false);
    set_up(&house, &token, "evil@rayhan.example").await.expect(422);
    house.server.terminate();
    house.server.ended().await;
    house.start_again().await;
    house.http.get("/readyz").await.expect(200);
    assert!(!house.server.log.lines().iter().any(|line| line.contains("/setup/")));
    Agent::sign_in(&house, ADMIN).await;
    let people = place.majlis_json(&["user", "list"]).await;
    assert_eq!(people.as_array().unwrap().len(), 1);
}

async fn a_setup_link_is_void_once_there_is_an_admin(place: &Place) {
    let house = House::open_bare(place, &[]).await;
    let token = setup_token(&house).await;
    let add = ["user", "add", "--email", ADMIN, "--name", "Mona", "--role", "admin", "--password-stdin"];
    place.majlis_with(&add, PASSWORD).await.succeeded();
    assert_eq!(boot_of(&house.http.get(&format!("/setup/{token}")).await)["page"]["works"], false);
    let refused = set_up(&house, &token, "evil@rayhan.example").await.expect(422);
    assert_eq!(cookie_of(&refused), None);
    assert_eq!(place.majlis_json(&["user", "list"]).await.as_array().unwrap().len(), 1);
    Agent::sign_in(&house, ADMIN).await;
}

async fn of_two_first_admins_at_once_one_wins(place: &Place) {
    let house = House::open_bare(place, &[]).await;
    let token = setup_token(&house).await;
    let made = futures_util::future::join_all(
        (0..4).map(async |n| set_up(&house, &token, &format!("admin{n}@rayhan.example")).await.status),
    )
    .await;
    assert_eq!(made.iter().filter(|status| **status == 303).count(), 1, "{made:?}");
    assert_eq!(made.iter().filter(|status| **status == 422).count(), 3, "{made:?}");
    assert_eq!(place.majlis_json(&["user", "list"]).await.as_array().unwrap().len(), 1);
}

async fn a_setup_form_is_checked(place: &Place) {
    let house = House::open_bare(place, &[]).await;
    let token = setup_token(&house).await;
    let long = "p".repeat(257);
    for (name, email, password, field) in [
        ("", ADMIN, PASSWORD, "name"),
        ("Mona", "mona", PASSWORD, "email"),
        ("Mona", ADMIN, "short", "password"),
        ("Mona", ADMIN, long.as_str(), "password"),
    ] {
        let fields = [("token", token.as_str()), ("name", name), ("email", email), ("password", password)];
        let refused = read(post_form(&house.http, "/setup", &fields)).await.expect(422);
        let page = &boot_of(&refused)["page"];
        assert_eq!((&page["error"]["field"], &page["works"]), (&json!(field), &json!(true)));
        assert_eq!((&page["name"], &page["email"]), (&json!(name), &json!(email)), "what was typed stays");
        assert!(!refused.body.contains(PASSWORD), "but for the password");
    }
    set_up(&house, &token, ADMIN).await.expect(303);
}

/// The path of a link, on whatever host it was made.
fn path_of(link: &Value) -> String {
    let url = link["url"].as_str().unwrap();
    url.split_once("://").unwrap().1.split_once('/').map(|(_, path)| format!("/{path}")).unwrap()
}

async fn choose(house: &House<'_>, path: &str, password: &str) -> Answer {
    let token = path.rsplit('/').next().unwrap();
    read(post_form(&house.http, "/password", &[("token", token), ("password", password)])).await
}

async fn an_invited_person_chooses_a_password(place: &Place) {
    let house = House::open(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let nour = json!({ "email": "Nour@Rayhan.Example", "name": "Nour", "role": "agent" });
    let link: Value = admin.call("people/add", nour.clone()).await.unwrap();
    let path = path_of(&link);
    let page = boot_of(&house.http.get(&path).await.expect(200));
    assert_eq!((&page["page"]["works"], &page["page"]["name"]), (&json!(true), &json!("Nour")));
    let refused = choose(&house, &path, "short").await.expect(422);
    assert_eq!(boot_of(&refused)["page"]["works"], true, "a slip does not use the link up");
    let chosen = choose(&house, &path, "nour's own password").await.expect(303);
    Agent::with_cookie(&house.http, cookie_of(&chosen).unwrap()).page("/inbox").await.expect(200);
    choose(&house, &path, "another password").await.expect(422);
    assert_eq!(boot_of(&house.http.get(&path).await)["page"]["works"], false);
    Agent::sign_in_as(&house.http, "nour@rayhan.example", "nour's own password").await;
    // The address is taken now; only admins invite; what is typed is checked.
    let taken = admin.call::<Value>("people/add", nour.clone()).await.unwrap_err();
    assert_eq!(taken, app::error::AppError::invalid("email", app::error::FieldProblem::Taken));
    let ahmed = Agent::sign_in(&house, AHMED).await;
    assert_eq!(ahmed.call::<Value>("people/add", nour).await, Err(app::error::AppError::Forbidden));
    let odd = json!({ "email": "odd@rayhan.example", "name": " ", "role": "agent" });
    assert!(admin.call::<Value>("people/add", odd).await.is_err());
    let unknown = json!({ "email": "odd@rayhan.example", "name": "Odd", "role": "king" });
    assert_eq!(admin.call::<Value>("people/add", unknown).await, Err(app::error::AppError::Unreadable));
}

async fn only_the_newest_password_link_works(place: &Place) {
    let house = House::open(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let sara = Agent::sign_in(&house, SARA).await;
    let id = sara.load(&Default::default(), None).await.me.id;
    let link = async || path_of(&admin.call("people/link", json!({ "id": id })).await.unwrap());
    let (older, newer) = (link().await, link().await);
    choose(&house, &older, "by the older link").await.expect(422);
    // Until it is used, nothing has changed.
    sara.page("/inbox").await.expect(200);
    choose(&house, &newer, "by the newer link").await.expect(303);
    sara.page("/inbox").await.expect(303);
    read(post_form(&house.http, "/session", &[("email", SARA), ("password", PASSWORD)])).await.expect(422);
    Agent::sign_in_as(&house.http, SARA, "by the newer link").await;
    // A link for someone who is switched off meanwhile opens nothing.
    let last = link().await;
    admin.call::<()>("people/access", json!({ "id": id, "role": "agent", "disabled": true })).await.unwrap();
    choose(&house, &last, "by the last link").await.expect(422);
    assert_eq!(boot_of(&house.http.get(&last).await)["page"]["works"], false);
}
