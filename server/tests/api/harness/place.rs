//! Where one test lives: a folder, a database, and the program's command line.

use std::io::Write as _;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use serde_json::Value;

use super::database::{self, Backend, Raw};

/// No story takes so long; whatever waits for ever ends here.
const LONGEST: Duration = Duration::from_secs(180);

/// A folder and a database that nobody else uses.
pub struct Place {
    pub backend: Backend,
    pub folder: PathBuf,
    /// The PostgreSQL database's name; on SQLite the file lies in the data folder.
    name: String,
}

/// What a command answered.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs a story in a place of its own, if its kind of database was asked for, and clears it away.
pub async fn run(backend: Backend, story: impl AsyncFnOnce(&Place)) {
    if !backend.is_wanted() {
        return;
    }
    let place = Place::make(backend).await;
    let ended = AssertUnwindSafe(tokio::time::timeout(LONGEST, story(&place))).catch_unwind().await;
    place.clear().await;
    match ended {
        Ok(in_time) => in_time.expect("the story did not end"),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

impl Place {
    /// An empty place.
    pub async fn make(backend: Backend) -> Self {
        let place = Self::name_one(backend);
        if backend == Backend::Postgres {
            database::create_database(&place.name, "template0").await;
        }
        place
    }

    /// Clears away what earlier runs left: their templates, and whatever they were killed in.
    pub fn sweep() {
        const OLD: Duration = Duration::from_secs(3_600);
        let folders = std::fs::read_dir(env!("CARGO_TARGET_TMPDIR")).into_iter().flatten().flatten();
        for folder in folders.filter(|folder| folder.file_name().to_string_lossy().starts_with("majlis_api_")) {
            let changed = folder.metadata().and_then(|metadata| metadata.modified());
            if changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > OLD)) {
                let _ = std::fs::remove_dir_all(folder.path());
            }
        }
    }

    fn name_one(backend: Backend) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("majlis_api_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        let _ = std::fs::remove_dir_all(&folder); // Of an earlier run that was killed.
        std::fs::create_dir_all(folder.join("data")).unwrap();
        Self { backend, folder, name }
    }

    /// Replaces what is here by a copy of another place, which nothing may be using.
    pub async fn become_copy_of(&self, other: &Place) {
        for entry in std::fs::read_dir(other.data()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), self.data().join(entry.file_name())).unwrap();
        }
        if self.backend == Backend::Postgres {
            database::drop_database(&self.name).await;
            database::create_database(&self.name, &other.name).await;
        }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The address of the database, as `MAJLIS_DATABASE_URL` may name it.
    pub fn database(&self) -> String {
        match self.backend {
            Backend::Sqlite => self.data().join("majlis.sqlite").to_str().unwrap().to_owned(),
            Backend::Postgres => database::database_url(&self.name),
        }
    }

    pub async fn raw(&self) -> Raw {
        Raw::connect(&self.database()).await
    }

    /// A SQLite file of the data folder.
    pub async fn raw_at(&self, name: &str) -> Raw {
        Raw::connect(self.data().join(name).to_str().unwrap()).await
    }

    /// Ends every connection to this place's PostgreSQL database and lets nobody in, as a restart or a failover does.
    pub async fn drop_everyone(&self) {
        database::drop_everyone(&self.name).await;
    }

    /// It is back.
    pub async fn let_everyone_in(&self) {
        database::let_everyone_in(&self.name).await;
    }

    /// The store's own eyes, for what no door shows.
    pub async fn store(&self) -> app::store::Db {
        let options = app::store::OpenOptions { address: self.database(), readers: 1, background: None };
        app::store::open(&options).await.unwrap()
    }

    /// The settings of this place, and nothing of the world around.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = vec![("MAJLIS_DATA_DIR", self.data().to_str().unwrap().to_owned())];
        if self.backend == Backend::Postgres {
            settings.push(("MAJLIS_DATABASE_URL", self.database()));
        }
        settings
    }

    /// The program, about to run here.
    pub fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_majlis"));
        command.env_clear().envs(self.settings()).current_dir(&self.folder);
        // Where PostgreSQL's own programs are.
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        command
    }

    /// Runs a command that must succeed; gives what it printed, without the last newline.
    pub async fn majlis(&self, args: &[&str]) -> String {
        self.majlis_with(args, "").await.succeeded()
    }

    /// As [`Place::majlis`] with `--json`.
    pub async fn majlis_json(&self, args: &[&str]) -> Value {
        let printed = self.majlis(&[args, &["--json"]].concat()).await;
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{args:?} printed {printed:?}: {error}"))
    }

    /// Runs a command with this on its standard input.
    pub async fn majlis_with(&self, args: &[&str], input: &str) -> Said {
        let mut command = self.program();
        command.args(args);
        self.run(command, input).await
    }

    pub async fn run(&self, mut command: Command, input: &str) -> Said {
        let input = input.to_owned();
        let run = move || -> std::io::Result<Output> {
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
            // A command that reads nothing may be gone already.
            let _ = child.stdin.take().map(|mut pipe| pipe.write_all(input.as_bytes()));
            child.wait_with_output()
        };
        tokio::task::spawn_blocking(run).await.unwrap().unwrap().into()
    }

    /// Writes a file into the folder and gives its path.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub async fn clear(self) {
        std::fs::remove_dir_all(&self.folder).unwrap();
        if self.backend == Backend::Postgres {
            database::drop_database(&self.name).await;
        }
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Said {
    /// What it printed, if it succeeded.
    pub fn succeeded(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self.out.strip_suffix('\n').unwrap_or(&self.out).to_owned()
    }

    /// The one line it complained with, if it failed as commands do.
    pub fn refused(self) -> String {
        assert!(self.code.is_some_and(|code| code != 0), "it should have failed: {self:?}");
        assert_eq!(self.out, "", "results and complaints do not mix");
        assert_eq!(self.err.trim_end_matches('\n').lines().count(), 1, "one line: {}", self.err);
        self.err
    }
}
