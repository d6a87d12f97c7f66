//! A person at a browser, without the browser: signs in, carries the cookie, calls server functions.

use app::domain::conversation::ListFilter;
use app::domain::ids::ConversationId;
use app::domain::message::Message;
use app::error::AppError;
use app::live::view::InboxView;
use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::house::{House, PASSWORD};
use super::http::{Answer, Http, read};

#[derive(Clone)]
pub struct Agent {
    pub http: Http,
    /// `name=value`, as the browser sends it back.
    pub cookie: String,
}

/// A form as browsers write it.
pub fn form(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    };
    fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

/// The session cookie an answer sets, as it is sent back.
pub fn cookie_of(answer: &Answer) -> Option<String> {
    let set = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let pair = set.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.starts_with("__Host-majlis="))?;
    Some(pair.to_owned())
}

/// What a page was rendered from.
pub fn boot_of(answer: &Answer) -> Value {
    let (_, rest) = answer.body.split_once(r#"id="boot">"#).unwrap_or_else(|| panic!("no page: {answer:?}"));
    serde_json::from_str(rest.split("</script>").next().unwrap()).unwrap()
}

/// A form posted from one of our own pages.
pub fn post_form(http: &Http, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    let request = http.request(Method::POST, path).header("origin", &http.base);
    request.header("content-type", "application/x-www-form-urlencoded").body(form(fields))
}

impl Agent {
    pub async fn sign_in(house: &House<'_>, email: &str) -> Self {
        Self::sign_in_as(&house.http, email, PASSWORD).await
    }

    pub async fn sign_in_as(http: &Http, email: &str, password: &str) -> Self {
        let fields = [("email", email), ("password", password), ("next", "/inbox")];
        let answer = read(post_form(http, "/session", &fields)).await.expect(303);
        assert_eq!(answer.header("location"), "/inbox");
        Self::with_cookie(http, cookie_of(&answer).expect("a session cookie"))
    }

    pub fn with_cookie(http: &Http, cookie: String) -> Self {
        Self { http: http.clone(), cookie }
    }

    /// A page of the site.
    pub async fn page(&self, path: &str) -> Answer {
        read(self.http.request(Method::GET, path).header("cookie", &self.cookie)).await
    }

    /// A form posted from one of our own pages, with the cookie.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        read(post_form(&self.http, path, fields).header("cookie", &self.cookie)).await
    }

    /// A call of a server function, before it is sent.
    pub fn request(&self, function: &str, arguments: &Value) -> RequestBuilder {
        let request = self.http.request(Method::POST, &format!("/fn/{function}"));
        let request = request.header("origin", &self.http.base).header("accept", "application/json");
        request.header("cookie", &self.cookie).json(arguments)
    }

    /// Calls a server function.
    pub async fn call<T: DeserializeOwned>(&self, function: &str, arguments: Value) -> Result<T, AppError> {
        let answer = read(self.request(function, &arguments)).await;
        if answer.status == 200 {
            return Ok(serde_json::from_str(&answer.body).unwrap());
        }
        Err(serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{function}: {answer:?}")))
    }

    /// A fresh snapshot.
    pub async fn load(&self, filter: &ListFilter, open: Option<&str>) -> InboxView {
        self.call("inbox/load", json!({ "filter": filter, "open": open })).await.unwrap()
    }

    pub async fn send(&self, conversation_id: &str, body: &str, client_msg_id: &str) -> Result<Message, AppError> {
        let conversation_id = ConversationId::from_text(conversation_id);
        let text = json!({ "conversation_id": conversation_id, "body": body, "client_msg_id": client_msg_id,
                           "base_seq": 0 });
        self.call("inbox/send", json!({ "text": text })).await
    }

    pub async fn mark_read(&self, conversation_id: &str, up_to_seq: i64) -> Result<(), AppError> {
        self.call("inbox/read", json!({ "id": conversation_id, "up_to_seq": up_to_seq })).await
    }
}
