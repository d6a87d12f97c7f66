//! A data folder with numbers, customers and a queue.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::Outcome;

pub const MAJLIS: &str = env!("CARGO_BIN_EXE_majlis");

/// Where builds go: this benchmark's own scratch folder stands in it.
pub fn target() -> PathBuf {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    scratch.parent().unwrap_or(scratch).to_owned()
}

/// A folder that goes when dropped.
pub struct Folder(pub PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Folder {
    pub fn database(&self) -> PathBuf {
        self.0.join("majlis.sqlite")
    }
}

/// What waits.
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    pub numbers: usize,
    pub queued: usize,
    /// Messages to each customer: all but the first wait for the one before.
    pub each: usize,
    pub per_second: i64,
}

const FILL: &str = "
create temp table ch as select row_number() over (order by id) - 1 as k, id from channels;
create temp table n as
  with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < $QUEUED) select i from n;
update channels set max_per_second = $RATE;

insert into contacts (id, name, phone, user_id, first_seen_at_ms, last_seen_at_ms)
select printf('01900000-0001-7000-8000-%012x', i), printf('Customer %d', i), printf('+201%09d', i), null, $NOW, $NOW
from n where i * $EACH < $QUEUED;

insert into conversations (id, channel_id, contact_id, status, unread_count, seq, read_seq, window_expires_at_ms,
  last_activity_at_ms, last_message_id, created_at_ms)
select printf('01900000-0002-7000-8000-%012x', i), ch.id, printf('01900000-0001-7000-8000-%012x', i), 'open', 0,
  $EACH, $EACH, $NOW + 86400000, $NOW + i, null, $NOW
from n join ch on ch.k = i % $NUMBERS where i * $EACH < $QUEUED;

insert into messages (key, id, conversation_id, channel_id, wamid, seq, direction, author_kind, kind, text, status,
  sent_at_ms, received_at_ms)
select i + 1, printf('01900000-0003-7000-8000-%012x', i), printf('01900000-0002-7000-8000-%012x', i / $EACH), ch.id,
  null, i % $EACH + 1, 'out', 'api', 'text', printf('رسالة رقم %d', i), 'queued', $NOW, $NOW
from n join ch on ch.k = i / $EACH % $NUMBERS;

insert into outbox (message_id, channel_id, conversation_id, seq, body, state, attempt, not_before_ms, lease_until_ms,
  expires_at_ms, created_at_ms)
select id, channel_id, conversation_id, seq, '{\"type\":\"text\",\"text\":{\"body\":\"' || text || '\",\"preview_url\":true}}',
  'queued', 0, $NOW + seq, 0, $NOW + 86400000, $NOW from messages;

insert into outbox_pairs (conversation_id, channel_id, due_at_ms, whole_at_ms, refusals)
select id, channel_id, $NOW + 1, 0, 0 from conversations;
";

/// Makes the folder.
pub async fn make(name: &str, queue: Queue) -> Outcome<Folder> {
    let folder = Folder(target().join("bench-run").join(format!("{}-send-{name}", std::process::id())));
    fs::create_dir_all(&folder.0)?;
    fs::write(folder.0.join("secret"), "bench-secret")?;
    for n in 0..queue.numbers {
        let arguments = [
            "channel".to_owned(),
            "add".to_owned(),
            format!("--name=Bench {n}"),
            format!("--phone-number-id=3002001{n:02}"),
            "--waba-id=200100".to_owned(),
            format!("--display-phone=+2010000001{n:02}"),
            "--access-token-file=secret".to_owned(),
            "--app-secret-file=secret".to_owned(),
            "--verify-token=bench-verify".to_owned(),
        ];
        let output =
            Command::new(MAJLIS).args(arguments).current_dir(&folder.0).env("MAJLIS_DATA_DIR", ".").output()?;
        if !output.status.success() {
            return Err(format!("channel add: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
        }
    }
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.database())
        .journal_mode(SqliteJournalMode::Memory)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .pragma("cache_size", "-1000000")
        .connect()
        .await?;
    let sql = FILL
        .replace("$QUEUED", &queue.queued.to_string())
        .replace("$EACH", &queue.each.to_string())
        .replace("$NUMBERS", &queue.numbers.to_string())
        .replace("$RATE", &queue.per_second.to_string())
        .replace("$NOW", &(app::ctx::now_ms() - 1_000).to_string());
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    connection.close().await?;
    fs::File::open(folder.database())?.sync_all()?;
    Ok(folder)
}
