//! A data folder like that of a house in its second year. Made once, kept below `target/`, copied for each run.

use std::fs;
use std::path::{Path, PathBuf};

use server::simulator::webhook::Number;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::{Outcome, servers};

/// Raised when what is seeded changes.
const VERSION: u32 = 2;

pub const APP_SECRET: &str = "bench-app-secret";
const PHONE_NUMBER_ID: &str = "300200100";

/// Which of a conversation's ten messages the business sent, the newest first.
const OUTGOING: [usize; 7] = [9, 7, 6, 5, 3, 2, 1];
/// Neighbours in the stream of statuses are far from each other among the conversations.
const STRIDE: usize = 61_803;

#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// No multiple of 3, so that `STRIDE` reaches all of them.
    pub conversations: usize,
    /// Ten to a conversation.
    pub messages: usize,
}

impl Size {
    pub fn outgoing(self) -> usize {
        self.conversations * OUTGOING.len()
    }

    /// The place of the `nth` outgoing message among all, and of its conversation.
    pub fn outgoing_message(self, nth: usize) -> (usize, usize) {
        let conversation = nth * STRIDE % self.conversations;
        let position = OUTGOING[nth / self.conversations % OUTGOING.len()];
        (position * self.conversations + conversation, conversation)
    }
}

/// Meta's ids are of this length, and neighbours in time are no neighbours in an index. The same as in `FILL`.
pub fn wamid(i: usize) -> String {
    format!("wamid.HBgMMjAxMDAwMDAwMDAwFQIAERgS{:010X}QUFBQUFBQUFBAA==", (i as u64 * 2_654_435_761) % (1 << 40))
}

/// Also as in `FILL`.
pub fn phone(i: usize) -> String {
    format!("+201{i:09}")
}

pub fn user_id(i: usize) -> String {
    format!("EG.{}", 900_000_000 + i)
}

pub fn number() -> Number {
    Number {
        phone_number_id: PHONE_NUMBER_ID.to_owned(),
        waba_id: "200100".to_owned(),
        display_phone: "+201000000100".to_owned(),
    }
}

/// Where builds go: this benchmark's own scratch folder stands in it.
pub fn target() -> PathBuf {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    scratch.parent().unwrap_or(scratch).to_owned()
}

/// A seeded folder that nobody changes.
pub struct Seed {
    folder: PathBuf,
    pub size: Size,
}

/// A copy for one server; goes when dropped.
pub struct Copy {
    pub folder: PathBuf,
    pub key: String,
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Seed {
    /// Copies the folder, and waits until the copy is on disk: its writing shall not slow what is measured.
    pub fn copy(&self, name: &str) -> Outcome<Copy> {
        let folder = target().join("bench-run").join(format!("{}-{name}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let mut copy = Copy { folder, key: String::new() };
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let to = copy.folder.join(entry.file_name());
            fs::copy(entry.path(), &to)?;
            fs::File::open(&to)?.sync_all()?;
        }
        copy.key = fs::read_to_string(copy.folder.join("api-key"))?;
        Ok(copy)
    }
}

/// The seed of this size, made where it is missing or of another schema.
pub async fn ready(size: Size) -> Outcome<Seed> {
    let shelf = target().join("bench-seed");
    let name = format!("v{VERSION}-{:016x}-{}", schema_checksum()?, size.messages);
    let seed = Seed { folder: shelf.join(&name), size };
    if seed.folder.exists() {
        return Ok(seed);
    }
    eprintln!("bench: seeding {} conversations, {} messages (once)", size.conversations, size.messages);
    let unfinished = shelf.join(format!("{name}.unfinished"));
    let _ = fs::remove_dir_all(&unfinished);
    fs::create_dir_all(&unfinished)?;
    connect_number(&unfinished)?;
    fill(&unfinished.join("majlis.sqlite"), size).await?;
    fs::rename(&unfinished, &seed.folder)?;
    Ok(seed)
}

/// FNV-1a over the migrations, in the order of their names.
fn schema_checksum() -> Outcome<u64> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/sqlite");
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in [folder.join("journal"), folder] {
        for entry in fs::read_dir(folder)? {
            files.push(entry?.path());
        }
    }
    files.retain(|path| path.is_file());
    files.sort();
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        for byte in fs::read(file)? {
            sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(sum)
}

/// The schema, the number and an API key, made by the program itself.
fn connect_number(folder: &Path) -> Outcome<()> {
    fs::write(folder.join("app-secret"), APP_SECRET)?;
    fs::write(folder.join("access-token"), "bench-access-token")?;
    let number = number();
    servers::command(
        folder,
        &[
            "channel",
            "add",
            "--name=Bench",
            &format!("--phone-number-id={}", number.phone_number_id),
            &format!("--waba-id={}", number.waba_id),
            &format!("--display-phone={}", number.display_phone),
            "--access-token-file=access-token",
            "--app-secret-file=app-secret",
            "--verify-token=bench-verify",
        ],
    )?;
    let key = servers::command(folder, &["key", "add", "--name=bench", "--role=admin"])?;
    fs::write(folder.join("api-key"), key.trim())?;
    Ok(())
}

const FILL: &str = "
create temp table n as
  with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < $MESSAGES) select i from n;

insert into contacts (id, name, phone, user_id, first_seen_at_ms, last_seen_at_ms)
select printf('01900000-0001-7000-8000-%012x', i), printf('Customer %d', i), printf('+201%09d', i),
  printf('EG.%d', 900000000 + i), $START, $START + 9 * $CONVERSATIONS + i
from n where i < $CONVERSATIONS;

insert into contact_aliases (kind, value, contact_id, created_at_ms)
select 'phone', phone, id, first_seen_at_ms from contacts order by phone;
insert into contact_aliases (kind, value, contact_id, created_at_ms)
select 'user_id', user_id, id, first_seen_at_ms from contacts order by user_id;

insert into conversations (id, channel_id, contact_id, status, unread_count, seq, read_seq, window_expires_at_ms,
  last_activity_at_ms, last_message_id, created_at_ms)
select printf('01900000-0002-7000-8000-%012x', i), (select id from channels),
  printf('01900000-0001-7000-8000-%012x', i), 'open', 0, 10, 10, $START + 86400000, $START + 9 * $CONVERSATIONS + i,
  printf('01900000-0003-7000-8000-%012x', 9 * $CONVERSATIONS + i), $START
from n where i < $CONVERSATIONS;

insert into messages (key, id, conversation_id, channel_id, wamid, seq, direction, author_kind, kind, text, status,
  sent_at_ms, received_at_ms, accepted_at_ms)
select i + 1, printf('01900000-0003-7000-8000-%012x', i), printf('01900000-0002-7000-8000-%012x', i % $CONVERSATIONS),
  (select id from channels),
  printf('wamid.HBgMMjAxMDAwMDAwMDAwFQIAERgS%010XQUFBQUFBQUFBAA==', i * 2654435761 % 1099511627776),
  i / $CONVERSATIONS + 1,
  case when i / $CONVERSATIONS in (0, 4, 8) then 'in' else 'out' end,
  case when i / $CONVERSATIONS in (0, 4, 8) then 'customer' else 'api' end,
  'text', printf('رسالة رقم %d عن الطلب: متى يصل؟ It was promised for today.', i),
  case when i / $CONVERSATIONS in (0, 4, 8) then 'received' else 'accepted' end,
  $START + i, $START + i, case when i / $CONVERSATIONS in (0, 4, 8) then null else $START + i end
from n;
";

async fn fill(database: &Path, size: Size) -> Outcome<()> {
    let mut connection = SqliteConnectOptions::new()
        .filename(database)
        .journal_mode(SqliteJournalMode::Memory)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .pragma("cache_size", "-1000000")
        .connect()
        .await?;
    // Yesterday; every message takes a millisecond of it.
    let start = app::ctx::now_ms() - 86_400_000;
    let sql = FILL
        .replace("$MESSAGES", &size.messages.to_string())
        .replace("$CONVERSATIONS", &size.conversations.to_string())
        .replace("$START", &start.to_string());
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    let stored: i64 = sqlx::query_scalar("select count(*) from messages").fetch_one(&mut connection).await?;
    if stored != size.messages as i64 {
        return Err(format!("{stored} messages were seeded instead of {}", size.messages).into());
    }
    connection.close().await?;
    fs::File::open(database)?.sync_all()?;
    Ok(())
}
