//! The fetcher against the simulator's Meta, with a clock of its own.

use app::domain::channel::{ChannelBrief, ReadReceipts};
use app::domain::content::Media;
use app::domain::ids::{ChannelId, ConversationId, MessageId, PhoneNumberId, WabaId, Wamid};
use app::domain::media::{INCOMING_LIFE_MS, MediaKind};
use app::domain::message::{AuthorKind, MessageStatus};
use app::secrets::{self, Sealer};
use app::store::channels::{self, Channel};
use app::store::contacts::{self, Identity, NewContact};
use app::store::conversations;
use app::store::media::NewMedia;
use app::store::messages::NewMessage;
use app::store::{OpenOptions, open};
use axum::body::Bytes;

use super::*;
use crate::media::Place;
use crate::simulator::files::File;
use crate::simulator::{Behaviour, FakeGraph, FakeNumber, Moment};
use crate::whatsapp::webhook::file_of;

const NOW: i64 = 1_790_000_000_000;

/// A shop with one conversation, and Meta beside it.
struct Shop {
    folder: std::path::PathBuf,
    graph: FakeGraph,
    fetcher: MediaFetcher,
    channel_id: ChannelId,
    conversation_id: ConversationId,
}

impl Shop {
    async fn open() -> Self {
        let folder = std::env::temp_dir().join(format!("majlis-fetch-{}", app::tokens::reference()));
        std::fs::create_dir_all(&folder).unwrap();
        let address = folder.join("majlis.sqlite").to_str().unwrap().to_owned();
        let db = open(&OpenOptions { address, readers: 2, background: None }).await.unwrap();
        let number = FakeNumber::example();
        let graph = FakeGraph::start(number.clone()).await.unwrap();
        let channel_id = ChannelId::new();
        let sealer = Sealer::new(&[7; 32]);
        let channel = channel_of(&channel_id, &number, &sealer);
        let mut tx = db.begin().await.unwrap();
        assert!(channels::insert(&mut tx, &channel).await.unwrap());
        let identity = Identity { phone: Some("+201000000001".to_owned()), ..Identity::default() };
        let heba = NewContact { name: "هبة", username: None, identity: &identity, seen_at_ms: NOW };
        let contact_id = contacts::insert(&mut tx.conn(), &heba).await.unwrap();
        let conversation_id =
            conversations::find_or_insert(&mut tx.conn(), &channel_id, &contact_id, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let known = Arc::new(Channels::default());
        known.refresh(&db, &sealer).await.unwrap();
        let client = Graph::new(&graph.url()).unwrap();
        let fetcher = MediaFetcher {
            db,
            channels: known,
            graph: Arc::new(GraphDirectory::new(client)),
            files: Files::open(&Place::Folder(folder.join("media")), &folder).unwrap(),
            metrics: Arc::default(),
            stall: Duration::from_secs(30),
        };
        Self { folder, graph, fetcher, channel_id, conversation_id }
    }

    /// A customer's message with this file.
    async fn message(&self, file: &NewMedia) -> MessageId {
        let id = MessageId::new();
        let wamid = Wamid::from_text(format!("wamid.{id}"));
        let mut tx = self.fetcher.db.begin().await.unwrap();
        let seq = conversations::depart(&mut tx.conn(), &self.conversation_id, &id, NOW, false).await.unwrap();
        let new = NewMessage {
            id: &id,
            conversation_id: &self.conversation_id,
            channel_id: &self.channel_id,
            wamid: Some(&wamid),
            seq,
            direction: Direction::In,
            author_kind: AuthorKind::Customer,
            author_id: None,
            kind: file.kind.as_str(),
            text: None,
            payload: None,
            extras: None,
            content: None,
            media: Some(file),
            reply_to_wamid: None,
            status: MessageStatus::Received,
            error: None,
            client_msg_id: None,
            base_seq: None,
            resend_of: None,
            sent_at_ms: NOW,
            received_at_ms: NOW,
        };
        messages::insert(&mut tx.conn(), &new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn file(&self, id: &MessageId) -> Media {
        let mut read = self.fetcher.db.read().await.unwrap();
        *messages::by_id(&mut read.conn(), id).await.unwrap().unwrap().message.media.unwrap()
    }

    async fn state(&self, id: &MessageId) -> MediaState {
        self.file(id).await.state
    }

    /// Puts a file at Meta and gives what its webhook would say.
    fn at_meta(&self, mime: &str, bytes: &[u8]) -> (String, NewMedia) {
        let file = File { mime: mime.to_owned(), bytes: Bytes::copy_from_slice(bytes), name: None };
        let sha256 = file.sha256();
        let id = self.graph.shelf().put(file);
        let own = serde_json::json!({ "id": id, "mime_type": mime, "sha256": sha256 });
        let kind = MediaKind::for_mime(mime);
        (id, file_of(kind.as_str(), Some(&own)).unwrap())
    }

    /// Steps through time until nothing is due any more within Meta's memory; gives the number of tries.
    async fn to_the_end(&self) -> usize {
        let (mut now, mut tries) = (NOW, 0);
        while now < NOW + INCOMING_LIFE_MS + LEASE_MS {
            tries += self.fetcher.step(now).await.unwrap();
            let mut read = self.fetcher.db.read().await.unwrap();
            let Some(due) = stored::next_due(&mut read.conn()).await.unwrap() else { return tries };
            now = due.max(now);
        }
        tries
    }

    fn bytes_on_disk(&self) -> usize {
        fn count(folder: &std::path::Path) -> usize {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
        }
        count(&self.folder.join("media"))
    }

    async fn close(self) {
        self.fetcher.db.close().await;
        std::fs::remove_dir_all(self.folder).unwrap();
    }
}

fn channel_of(id: &ChannelId, number: &FakeNumber, sealer: &Sealer) -> Channel {
    let sealed =
        |column, secret: &str| sealer.seal(secrets::Place { table: "channels", row: id.as_str(), column }, secret);
    Channel {
        access_token_sealed: sealed("access_token", &number.access_token),
        app_secret_sealed: sealed("app_secret", &number.app_secret),
        previous_app_secret_sealed: None,
        verify_token_sealed: sealed("verify_token", "verify"),
        members_only: false,
        rate: app::domain::pace::Rate::standard(),
        created_at_ms: NOW,
        brief: ChannelBrief {
            id: id.clone(),
            name: "Rayhan".to_owned(),
            phone_number_id: PhoneNumberId::from_text(&number.phone_number_id),
            waba_id: WabaId::from_text(&number.waba_id),
            display_phone: number.display_phone.clone(),
            read_receipts: ReadReceipts::OnOpen,
            coexistence: false,
            simulated: false,
            paused_code: None,
            unanswered_since_ms: None,
            health_version: 0,
        },
    }
}

#[tokio::test]
async fn a_file_is_fetched_looked_at_and_announced() {
    let shop = Shop::open().await;
    let sample = crate::simulator::files::sample(MediaKind::Image, 0);
    let (_, file) = shop.at_meta("image/jpeg", &sample.bytes);
    let id = shop.message(&file).await;
    assert_eq!(shop.state(&id).await, MediaState::Waiting);
    assert_eq!(shop.fetcher.step(NOW).await.unwrap(), 1);
    let ready = shop.file(&id).await;
    assert_eq!((ready.state, ready.mime.as_str()), (MediaState::Ready, "image/jpeg"));
    assert_eq!((ready.size_bytes, ready.width), (Some(sample.bytes.len() as i64), Some(1_000)));
    let mut read = shop.fetcher.db.read().await.unwrap();
    let head = app::store::events::head(&mut read.conn()).await.unwrap();
    drop(read);
    assert!(head > 0, "screens are told");
    shop.close().await;
}

#[tokio::test]
async fn fault_37_an_expired_id_ends_as_gone() {
    let shop = Shop::open().await;
    let (meta_id, file) = shop.at_meta("application/pdf", b"%PDF-1.4 x");
    shop.graph.shelf().forget(&meta_id);
    let id = shop.message(&file).await;
    shop.fetcher.step(NOW).await.unwrap();
    assert_eq!(shop.state(&id).await, MediaState::Retrying, "first it is tried again");
    assert_eq!(shop.to_the_end().await, 3);
    assert_eq!(shop.state(&id).await, MediaState::Gone);
    assert_eq!(shop.bytes_on_disk(), 0);
    shop.close().await;
}

#[tokio::test]
async fn fault_37_other_bytes_than_signed_are_never_kept() {
    let shop = Shop::open().await;
    let (_, file) = shop.at_meta("application/pdf", b"%PDF-1.4 x");
    let id = shop.message(&NewMedia { sha256: Some("00".repeat(32)), ..file.clone() }).await;
    let whole = shop.message(&file).await;
    shop.to_the_end().await;
    assert_eq!(shop.state(&id).await, MediaState::Damaged);
    assert_eq!(shop.state(&whole).await, MediaState::Ready);
    assert_eq!(shop.bytes_on_disk(), 1);
    shop.close().await;
}

#[tokio::test]
async fn fault_37_a_stall_is_given_up_and_tried_again() {
    let mut shop = Shop::open().await;
    shop.fetcher.stall = Duration::from_millis(50);
    let (_, file) = shop.at_meta("text/plain", &[b'x'; 40_000]);
    let (stalling, held) = Behaviour::hold(Moment::AfterRecord);
    shop.graph.next_download(stalling);
    let id = shop.message(&file).await;
    shop.fetcher.step(NOW).await.unwrap();
    held.reached(1).await;
    assert_eq!((shop.state(&id).await, shop.bytes_on_disk()), (MediaState::Retrying, 0), "no half file is left");
    shop.fetcher.stall = Duration::from_secs(30);
    shop.fetcher.step(NOW + LEASE_MS).await.unwrap();
    assert_eq!(shop.state(&id).await, MediaState::Ready);
    shop.close().await;
}

#[tokio::test]
async fn metas_failures_are_waited_out_and_end_after_a_week() {
    let shop = Shop::open().await;
    let (_, file) = shop.at_meta("text/plain", b"hello");
    shop.graph.next_download(Behaviour::server_error());
    shop.graph.next_download(Behaviour::hang_up());
    let id = shop.message(&file).await;
    assert_eq!(shop.to_the_end().await, 3);
    assert_eq!(shop.state(&id).await, MediaState::Ready);
    shop.graph.shutdown();
    let lost = shop.message(&file).await;
    let tries = shop.to_the_end().await;
    assert!((10..40).contains(&tries), "{tries}");
    assert_eq!(shop.state(&lost).await, MediaState::Gone);
    shop.close().await;
}

#[tokio::test]
async fn what_is_too_large_is_not_read_to_its_end() {
    let shop = Shop::open().await;
    let (_, file) = shop.at_meta("image/webp", &vec![0; 5 * 1_024 * 1_024 + 1]);
    let id = shop.message(&NewMedia { kind: MediaKind::Sticker, ..file }).await;
    assert_eq!(shop.to_the_end().await, 1);
    assert_eq!((shop.state(&id).await, shop.bytes_on_disk()), (MediaState::TooLarge, 0));
    shop.close().await;
}

#[tokio::test]
async fn an_address_elsewhere_never_gets_the_token() {
    let shop = Shop::open().await;
    let elsewhere = FakeGraph::start(FakeNumber::example()).await.unwrap();
    let (_, file) = shop.at_meta("text/plain", b"hello");
    let url = Some(format!("{}/files/{}", elsewhere.origin(), file.meta_id.clone().unwrap()));
    let id = shop.message(&NewMedia { url, ..file }).await;
    shop.fetcher.step(NOW).await.unwrap();
    assert_eq!(shop.state(&id).await, MediaState::Ready, "Meta was asked for an address of its own");
    assert_eq!(elsewhere.ledger().requests().len(), 0);
    shop.close().await;
}

#[tokio::test]
async fn a_fresh_address_needs_no_question() {
    let shop = Shop::open().await;
    let (meta_id, file) = shop.at_meta("text/plain", b"hello");
    let url = Some(format!("{}/files/{meta_id}", shop.graph.origin()));
    let id = shop.message(&NewMedia { url: url.clone(), ..file.clone() }).await;
    shop.fetcher.step(NOW).await.unwrap();
    assert_eq!(shop.state(&id).await, MediaState::Ready);
    let asked = |path: String| shop.graph.ledger().requests().iter().filter(|seen| seen.path == path).count();
    let question = format!("/{}/{meta_id}", crate::simulator::graph::VERSION);
    assert_eq!((asked(question.clone()), asked(format!("/files/{meta_id}"))), (0, 1));
    shop.message(&NewMedia { url, ..file }).await;
    shop.fetcher.step(NOW + ADDRESS_LIFE_MS).await.unwrap();
    assert_eq!(asked(question), 1, "an old address is not tried");
    shop.close().await;
}
