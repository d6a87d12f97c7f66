//! A house with a number, an API key and people, its server running and Meta played by us.

use std::collections::HashMap;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use server::simulator::{FakeGraph, FakeNumber};
use tokio::sync::OnceCell;

use super::http::{Answer, Http, read};
use super::server::Server;
use super::webhooks::{Writer, signature};
use super::{Backend, Place, eventually};

/// The people of the house. All have the same password.
pub const ADMIN: &str = "mona@rayhan.example";
pub const AHMED: &str = "ahmed@rayhan.example";
pub const SARA: &str = "sara@rayhan.example";
pub const KARIM: &str = "karim@rayhan.example";
pub const PASSWORD: &str = "a long password of theirs";
pub const VERIFY_TOKEN: &str = "rayhan-verify-token";

pub struct House<'p> {
    pub place: &'p Place,
    pub graph: FakeGraph,
    pub server: Server,
    pub http: Http,
    /// An API key with the role of an admin.
    pub key: String,
    pub channel_id: String,
    settings: Vec<(&'static str, String)>,
}

/// A furnished house nobody lives in, for others to be copied from.
struct Template {
    place: Place,
    key: String,
    channel_id: String,
}

async fn template(backend: Backend) -> &'static Template {
    static SQLITE: OnceCell<Template> = OnceCell::const_new();
    static POSTGRES: OnceCell<Template> = OnceCell::const_new();
    let cell = if backend == Backend::Sqlite { &SQLITE } else { &POSTGRES };
    cell.get_or_init(|| furnish(backend)).await
}

async fn furnish(backend: Backend) -> Template {
    Place::sweep();
    let place = Place::make(backend).await;
    for (email, name, role) in
        [(ADMIN, "Mona", "admin"), (AHMED, "Ahmed", "agent"), (SARA, "Sara", "agent"), (KARIM, "Karim", "supervisor")]
    {
        let add = ["user", "add", "--email", email, "--name", name, "--role", role, "--password-stdin"];
        place.majlis_with(&add, &format!("{PASSWORD}\n")).await.succeeded();
    }
    let key = place.majlis(&["key", "add", "--name", "Shop", "--role", "admin"]).await;
    let channel_id = connect(&place, &FakeNumber::example(), VERIFY_TOKEN).await;
    Template { place, key, channel_id }
}

/// Connects a number by the command line; gives the channel's id.
pub async fn connect(place: &Place, number: &FakeNumber, verify_token: &str) -> String {
    let token = place.file("access-token", format!("{}\n", number.access_token));
    let secret = place.file("app-secret", format!("{}\n", number.app_secret));
    let args = [
        ["channel", "add"].as_slice(),
        &["--name", &number.verified_name, "--phone-number-id", &number.phone_number_id],
        &["--waba-id", &number.waba_id, "--display-phone", &number.display_phone],
        &["--access-token-file", &token, "--app-secret-file", &secret, "--verify-token", verify_token],
    ];
    place.majlis(&args.concat()).await
}

impl<'p> House<'p> {
    /// The furnished house, open.
    pub async fn open(place: &'p Place) -> Self {
        Self::open_with(place, &[]).await
    }

    pub async fn open_with(place: &'p Place, settings: &[(&'static str, &str)]) -> Self {
        let template = template(place.backend).await;
        place.become_copy_of(&template.place).await;
        // Tests ask more often than integrators may; those of the limit take the file away.
        place.file("majlis.toml", "api_rate_per_second = 100000\napi_burst = 100000\n");
        let mut house = Self::open_bare(place, settings).await;
        (house.key, house.channel_id) = (template.key.clone(), template.channel_id.clone());
        house
    }

    /// Whatever is in the place, open.
    pub async fn open_bare(place: &'p Place, settings: &[(&'static str, &str)]) -> Self {
        let graph = FakeGraph::start(FakeNumber::example()).await.unwrap();
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let server = Server::start(program(place, &graph, "127.0.0.1:0", &settings)).await;
        graph.deliver_to(&format!("{}/webhooks/whatsapp", server.url()));
        let http = Http::new(&server.url());
        Self { place, graph, server, http, key: String::new(), channel_id: String::new(), settings }
    }

    /// Starts the server again, on the same data and port.
    pub async fn start_again(&mut self) {
        let listen = self.server.address.to_string();
        self.server = Server::start(program(self.place, &self.graph, &listen, &self.settings)).await;
    }

    /// The same with settings for this one life; `false` when it ended before it listened.
    pub async fn start_again_with(&mut self, settings: &[(&str, String)]) -> bool {
        let listen = self.server.address.to_string();
        let mut command = program(self.place, &self.graph, &listen, &self.settings);
        command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
        match Server::try_start(command).await {
            Some(server) => self.server = server,
            None => return false,
        }
        true
    }

    /// What the dead held is free, and what is uncertain holds up nobody, as if their time had run out.
    pub async fn time_passes(&self) {
        let mut raw = self.place.raw().await;
        for step in [
            "update sending_turns set until_ms = 0, claimed_at_ms = claimed_at_ms - 5000",
            "update outbox set lease_until_ms = 0 where state <> 'queued'",
            "update outbox_pairs set due_at_ms = 1 where due_at_ms is not null",
            "update blocks set lease_until_ms = 0 where state = 'asked'",
            "update media set not_before_ms = 0 where state in ('waiting', 'retrying')",
        ] {
            // A server at work may hold the same rows the other way round; one of the two is told so, and time passes later.
            raw.try_execute(step).await;
        }
        raw.close().await;
    }

    /// One more program on the same data, at a port of its own.
    pub async fn another_server(&self) -> Server {
        Server::start(program(self.place, &self.graph, "127.0.0.1:0", &self.settings)).await
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    /// A request of an integrator.
    pub fn rest(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, path).bearer_auth(&self.key)
    }

    pub async fn get(&self, path: &str) -> Answer {
        read(self.rest(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        read(self.rest(Method::POST, path).json(body)).await
    }

    /// A webhook as someone else may have signed it.
    pub fn webhook(&self, body: impl Into<Vec<u8>>, signature: Option<&str>) -> RequestBuilder {
        Self::webhook_to(&self.http, body, signature)
    }

    fn webhook_to(http: &Http, body: impl Into<Vec<u8>>, signature: Option<&str>) -> RequestBuilder {
        let request = http.request(Method::POST, "/webhooks/whatsapp").header("content-type", "application/json");
        let request = match signature {
            Some(signature) => request.header("x-hub-signature-256", signature),
            None => request,
        };
        request.body(body.into())
    }

    /// A webhook of the example number's app.
    pub fn signed(&self, body: impl Into<Vec<u8>>) -> RequestBuilder {
        self.signed_to(&self.http, body)
    }

    /// The same to another program of the house.
    pub fn signed_to(&self, http: &Http, body: impl Into<Vec<u8>>) -> RequestBuilder {
        let body = body.into();
        let signature = signature(&FakeNumber::example().app_secret, &body);
        Self::webhook_to(http, body, Some(&signature))
    }

    /// Receives a webhook of the example number's app.
    pub async fn receive(&self, body: impl Into<Vec<u8>>) {
        read(self.signed(body)).await.expect(200);
    }

    /// Every conversation, newest first.
    pub async fn conversations(&self) -> Vec<Value> {
        let answer = self.get("/api/v1/conversations?limit=100").await.expect(200).json();
        assert_eq!(answer["next_cursor"], Value::Null, "a test that has more must page");
        answer["data"].as_array().unwrap().clone()
    }

    /// The conversation of a customer, once there is one.
    pub async fn conversation_of(&self, writer: &Writer) -> Value {
        let field = if writer.key().starts_with('+') { "phone" } else { "user_id" };
        eventually("the conversation is there", async || {
            self.conversations().await.into_iter().find(|row| row["contact"][field] == writer.key())
        })
        .await
    }

    pub async fn conversation(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/conversations/{id}")).await.expect(200).json()
    }

    /// The messages of a conversation, newest first.
    pub async fn messages(&self, conversation_id: &str) -> Vec<Value> {
        let path = format!("/api/v1/conversations/{conversation_id}/messages?limit=100");
        self.get(&path).await.expect(200).json()["data"].as_array().unwrap().clone()
    }

    /// Every message of every conversation, by Meta's id.
    pub async fn all_messages(&self) -> HashMap<String, Vec<Value>> {
        let mut found: HashMap<String, Vec<Value>> = HashMap::new();
        for row in self.conversations().await {
            for message in self.messages(row["id"].as_str().unwrap()).await {
                found.entry(message["wamid"].as_str().unwrap_or_default().to_owned()).or_default().push(message);
            }
        }
        found
    }

    /// How often each message is shown, by Meta's id and by ours, with as many as there may be.
    pub async fn everything(&self) -> HashMap<String, usize> {
        let mut found = HashMap::new();
        for row in self.conversations().await {
            let (id, mut cursor) = (row["id"].as_str().unwrap(), String::new());
            loop {
                let page = self.get(&format!("/api/v1/conversations/{id}/messages?limit=100{cursor}")).await;
                let page = page.expect(200).json();
                for message in page["data"].as_array().unwrap() {
                    for name in ["id", "wamid"] {
                        *found.entry(message[name].as_str().unwrap_or_default().to_owned()).or_default() += 1;
                    }
                }
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
        }
        found
    }

    /// Lets a customer write, so that the window is open; gives the conversation's id.
    pub async fn conversation_with(&self, writer: &Writer) -> String {
        self.receive(writer.says("أهلًا").1).await;
        self.conversation_of(writer).await["id"].as_str().unwrap().to_owned()
    }

    /// Many customers write; gives each one's conversation.
    pub async fn conversations_with(&self, writers: &[Writer]) -> Vec<String> {
        for writer in writers {
            self.receive(writer.says("أهلًا").1).await;
        }
        self.applied().await;
        let rows = self.conversations().await;
        let of = |writer: &Writer| rows.iter().find(|row| row["contact"]["phone"] == writer.key()).unwrap();
        writers.iter().map(|writer| of(writer)["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Queues a text over REST; gives the message's id.
    pub async fn send(&self, conversation_id: &str, text: &str, client_msg_id: &str) -> String {
        let sent = self.post("/api/v1/messages", &text_to(conversation_id, text, client_msg_id)).await.expect(202);
        sent.json()["id"].as_str().unwrap().to_owned()
    }

    /// A message as REST shows it.
    pub async fn message(&self, conversation_id: &str, id: &str) -> Value {
        let found = self.messages(conversation_id).await.into_iter().find(|message| message["id"] == id);
        found.unwrap_or_else(|| panic!("the message {id} is gone"))
    }

    /// The message, once it stands so.
    pub async fn message_becomes(&self, conversation_id: &str, id: &str, status: &str) -> Value {
        eventually(status, async || {
            let message = self.message(conversation_id, id).await;
            (message["status"] == status).then_some(message)
        })
        .await
    }

    /// What lies in quarantine, oldest first.
    pub async fn quarantine(&self) -> Vec<Value> {
        let listed = self.place.majlis_json(&["replay", "list"]).await;
        let mut items = listed["items"].as_array().unwrap().clone();
        assert_eq!(listed["count"], items.len());
        items.reverse();
        items
    }

    /// Waits until every webhook taken so far has been worked through.
    pub async fn applied(&self) {
        use app::store::{counters, journal};
        let db = self.place.store().await;
        eventually("the journal is worked through", async || {
            let mut read = db.read().await.ok()?;
            let place = counters::get(&mut read.conn(), counters::INBOUND).await.ok()?;
            drop(read);
            journal::oldest_after(&db, place).await.ok()?.is_none().then_some(())
        })
        .await;
        db.close().await;
    }
}

/// The body of a send.
pub fn text_to(conversation_id: &str, text: &str, client_msg_id: &str) -> Value {
    json!({ "conversation_id": conversation_id, "type": "text", "text": { "body": text },
            "client_msg_id": client_msg_id })
}

fn program(place: &Place, graph: &FakeGraph, listen: &str, settings: &[(&str, String)]) -> std::process::Command {
    let mut command = place.program();
    command.env("MAJLIS_LISTEN", listen).env("MAJLIS_GRAPH_URL", graph.url());
    command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
    command
}
