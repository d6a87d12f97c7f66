//! The page's doors: HTML, files, a JSON interface and the stream of news.

use std::convert::Infallible;
use std::sync::Arc;

use app::domain::agent::Locale;
use app::domain::media::{MediaKind, essence};
use app::domain::phone::e164;
use app::domain::text::{TEXT_MAX_CHARS, storable};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::{Stream, unfold};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::Phones;
use super::fault::Fault;
use super::guard::guard;
use super::news::{News, PhoneBrief};
use super::page::page;
use super::phone::Mark;
use super::stylesheet::Stylesheet;
use crate::simulator::content::content;
use crate::simulator::customer::Customer;
use crate::simulator::dice::Dice;
use crate::simulator::files::File;
use crate::simulator::graph::Shared;
use crate::simulator::made_up;
use crate::simulator::webhook::Content;

/// What the routes work with.
#[derive(Clone)]
pub(in crate::simulator) struct Place {
    pub phones: Phones,
    pub graph: Arc<Shared>,
    stylesheet: Option<Stylesheet>,
}

impl Place {
    pub(in crate::simulator) fn new(phones: Phones, graph: Arc<Shared>, stylesheet_url: &str) -> Self {
        let stylesheet = Stylesheet::new(stylesheet_url, phones.inner.courier.client());
        Self { phones, graph, stylesheet }
    }
}

pub(in crate::simulator) fn router(place: Place) -> Router {
    Router::new()
        .route("/phones", get(show))
        .route("/phones/assets/{file}", get(asset))
        .route("/phones/style/{*path}", get(style))
        .route("/phones/api/people", get(people).post(add))
        .route("/phones/api/thread", get(thread))
        .route("/phones/api/events", get(events))
        .route("/phones/api/messages", post(say))
        .route("/phones/api/taps", post(tap))
        .route("/phones/api/marks", post(mark))
        .route("/phones/api/calls", post(call))
        .route("/phones/api/files", post(say_file).layer(DefaultBodyLimit::max(FILE_BODY_BYTES)))
        .route("/phones/api/looking", post(look))
        .route("/phones/api/phone", post(change))
        .route("/phones/api/webhooks", post(replay))
        .layer(middleware::from_fn(guard))
        .with_state(place)
}

#[derive(Deserialize)]
struct Shown {
    lang: Option<String>,
}

async fn show(State(place): State<Place>, Query(shown): Query<Shown>, headers: HeaderMap) -> Html<String> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let locale = shown.lang.as_deref().and_then(Locale::from_word);
    let locale = locale.unwrap_or_else(|| Locale::from_accept_language(accepted, Locale::Ar));
    let stylesheet = place.stylesheet.as_ref().map(Stylesheet::href);
    Html(page(locale, &place.phones.inner.house, stylesheet.as_deref()))
}

async fn asset(Path(file): Path<String>) -> Response {
    let (kind, text) = match file.as_str() {
        "phones.js" => ("text/javascript; charset=utf-8", include_str!("assets/phones.js")),
        "parts.js" => ("text/javascript; charset=utf-8", include_str!("assets/parts.js")),
        "phones.css" => ("text/css; charset=utf-8", include_str!("assets/phones.css")),
        "icon.svg" => ("image/svg+xml", include_str!("assets/icon.svg")),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

async fn style(State(place): State<Place>, Path(path): Path<String>) -> Response {
    match &place.stylesheet {
        Some(stylesheet) => stylesheet.file(&path).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn people(State(place): State<Place>) -> Json<Value> {
    let mut people: Vec<PhoneBrief> = place.phones.desk().phones().map(PhoneBrief::of).collect();
    people.sort_by(|a, b| b.last_at_ms.cmp(&a.last_at_ms).then_with(|| a.key.cmp(&b.key)));
    Json(json!({ "people": people }))
}

#[derive(Deserialize)]
struct OfCustomer {
    customer: String,
}

async fn thread(State(place): State<Place>, Query(of): Query<OfCustomer>) -> Response {
    match place.phones.desk().phone(&of.customer) {
        Some(phone) => Json(json!({ "phone": PhoneBrief::of(phone), "messages": phone.thread })).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
struct Viewer {
    viewer: String,
}

/// While this stream lasts, the page counts as open.
struct Open(Phones, String);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.desk().leave(&self.1);
    }
}

async fn events(
    State(place): State<Place>,
    Query(viewer): Query<Viewer>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let news = place.phones.inner.news.subscribe();
    place.phones.desk().enter(&viewer.viewer);
    let open = Open(place.phones, viewer.viewer);
    let stream = unfold((news, open), |(mut news, open)| async move {
        let item = match news.recv().await {
            Ok(item) => item,
            // The page fell behind; all it missed is in the next answers.
            Err(RecvError::Lagged(_)) => News::Reload,
            Err(RecvError::Closed) => return None,
        };
        let event = Event::default().json_data(&item).unwrap_or_default();
        Some((Ok(event), (news, open)))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

#[derive(Deserialize)]
struct Said {
    customer: String,
    #[serde(default)]
    text: String,
    /// Another type than text, with made-up content.
    kind: Option<String>,
}

async fn say(State(place): State<Place>, Json(said): Json<Said>) -> Response {
    let text = storable(said.text.trim());
    let kind = said.kind.as_deref().unwrap_or("text");
    if text.chars().count() > TEXT_MAX_CHARS
        || (kind == "text" && text.is_empty())
        || !(FILES.contains(&kind) || made_up::KINDS.contains(&kind))
    {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let country = place.phones.desk().phone(&said.customer).map(|phone| phone.customer.country().to_owned());
    let Some(country) = country else { return StatusCode::NOT_FOUND.into_response() };
    let content = content(kind, Some(text.as_str()).filter(|text| !text.is_empty()), &country, &mut Dice::fresh());
    match place.phones.say(&said.customer, &content) {
        Some(id) => (StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Marked {
    React(String),
    Edit(String),
    Delete,
}

#[derive(Deserialize)]
struct Tapped {
    customer: String,
    /// The business' message that is tapped.
    message: String,
    /// The button's or row's id.
    tap: String,
}

async fn tap(State(place): State<Place>, Json(tapped): Json<Tapped>) -> Response {
    match place.phones.tap(&tapped.customer, &tapped.message, &tapped.tap, &mut Dice::fresh()) {
        Some(id) => (StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
struct Marking {
    customer: String,
    mark: Marked,
}

async fn mark(State(place): State<Place>, Json(marking): Json<Marking>) -> Response {
    let mark = match marking.mark {
        Marked::React(emoji) => Mark::React(storable(emoji.trim())),
        Marked::Edit(text) => Mark::Edit(storable(text.trim())),
        Marked::Delete => Mark::Delete,
    };
    let well_formed = match &mark {
        // No emoji takes it back; no emoji is this long.
        Mark::React(emoji) => emoji.chars().count() <= 16,
        Mark::Edit(text) => (1..=TEXT_MAX_CHARS).contains(&text.chars().count()),
        Mark::Delete => true,
    };
    if !well_formed {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    match place.phones.mark(&marking.customer, &mark) {
        Some(id) => (StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
struct Calling {
    customer: String,
    /// Seconds; nobody answers a call of none.
    #[serde(default)]
    duration_s: i64,
}

async fn call(State(place): State<Place>, Json(calling): Json<Calling>) -> Response {
    if !(0..=3_600).contains(&calling.duration_s) {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    match place.phones.call(&calling.customer, calling.duration_s) {
        Some(id) => (StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

const FILES: [&str; 8] = ["text", "image", "video", "audio", "document", "sticker", "location", "contacts"];

/// A file as text, a third larger than its bytes.
const FILE_BODY_BYTES: usize = 48 * 1024 * 1024;

#[derive(Deserialize)]
struct SaidFile {
    customer: String,
    name: String,
    /// What the browser calls it.
    mime: String,
    /// Base64.
    data: String,
}

/// A file of whoever plays the customer: to our Meta, and from there as a webhook.
async fn say_file(State(place): State<Place>, Json(said): Json<SaidFile>) -> Response {
    let Ok(bytes) = STANDARD.decode(&said.data) else { return StatusCode::UNPROCESSABLE_ENTITY.into_response() };
    if place.phones.desk().phone(&said.customer).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mime = match essence(&said.mime) {
        mime if mime.is_empty() => "application/octet-stream".to_owned(),
        mime => mime,
    };
    let kind = MediaKind::for_mime(&mime);
    let file = File { mime, bytes: bytes.into(), name: Some(said.name.clone()) };
    let mut object = json!({ "mime_type": file.mime, "sha256": file.sha256() });
    if kind == MediaKind::Document {
        object["filename"] = json!(storable(&said.name));
    }
    object["id"] = json!(place.graph.shelf.put(file));
    match place.phones.say(&said.customer, &Content::of(kind.as_str(), object)) {
        Some(id) => (StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
struct Newcomer {
    name: String,
    phone: String,
}

async fn add(State(place): State<Place>, Json(new): Json<Newcomer>) -> Response {
    let name = storable(new.name.trim());
    let (Some(phone), 1..=80) = (e164(&new.phone), name.chars().count()) else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let key = place.phones.add(Customer::new(&name, &phone));
    (StatusCode::CREATED, Json(json!({ "key": key }))).into_response()
}

#[derive(Deserialize)]
struct Looking {
    viewer: String,
    customers: Vec<String>,
}

async fn look(State(place): State<Place>, Json(looking): Json<Looking>) -> StatusCode {
    place.phones.look(&looking.viewer, looking.customers);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Change {
    customer: String,
    off: Option<bool>,
    fault: Option<Fault>,
}

async fn change(State(place): State<Place>, Json(change): Json<Change>) -> StatusCode {
    if place.phones.desk().phone(&change.customer).is_none() {
        return StatusCode::NOT_FOUND;
    }
    if let Some(off) = change.off {
        place.phones.set_off(&change.customer, off);
    }
    if let Some(fault) = change.fault {
        place.phones.set_fault(&change.customer, fault);
        place.graph.behave_for(&change.customer, fault.behaviour());
    }
    StatusCode::NO_CONTENT
}

/// Posts a captured body, signed anew. It was read as JSON, so its bytes may differ from the captured ones.
async fn replay(State(place): State<Place>, Json(body): Json<Value>) -> StatusCode {
    drop(place.phones.inner.courier.post("replayed", body.to_string().into_bytes()));
    StatusCode::ACCEPTED
}
