//! Settings: flag > environment > `majlis.toml` > default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use app::domain::time::DAY_MS;
use clap::Args;
use serde::Deserialize;

use crate::media::Place;

/// Meta's Graph API, with the version we speak.
const GRAPH_URL: &str = "https://graph.facebook.com/v25.0";

/// Settings as flags or `MAJLIS_*` variables; what is not given comes from the file, then from the defaults.
#[derive(Args, Clone, Debug, Default)]
pub struct SettingArgs {
    /// Settings file (default: majlis.toml, where there is one)
    #[arg(long, env = "MAJLIS_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// Address to listen on (default: 127.0.0.1:3000)
    #[arg(long, env = "MAJLIS_LISTEN", global = true)]
    listen: Option<String>,
    /// The address people open, when a proxy stands in front
    #[arg(long, env = "MAJLIS_PUBLIC_URL", global = true)]
    public_url: Option<String>,
    /// Folder of everything Majlis keeps (default: ./data)
    #[arg(long, env = "MAJLIS_DATA_DIR", global = true)]
    data_dir: Option<PathBuf>,
    /// A SQLite file or postgres://… (default: majlis.sqlite in the data folder)
    #[arg(long, env = "MAJLIS_DATABASE_URL", global = true, hide_env_values = true)]
    database_url: Option<String>,
    /// The key that seals secrets (default: master.key in the data folder)
    #[arg(long, env = "MAJLIS_MASTER_KEY_FILE", global = true)]
    master_key_file: Option<PathBuf>,
    /// Meta's Graph API with its version
    #[arg(long, env = "MAJLIS_GRAPH_URL", global = true)]
    graph_url: Option<String>,
    /// Where files of messages are kept: a folder, or s3://bucket/prefix (default: media in the data folder)
    #[arg(long, env = "MAJLIS_MEDIA_STORE", global = true)]
    media_store: Option<String>,
    /// Address of an S3 service that is not Amazon's
    #[arg(long, env = "MAJLIS_S3_ENDPOINT", global = true)]
    s3_endpoint: Option<String>,
    /// CIDRs of proxies whose forwarded headers count, separated by commas
    #[arg(long, env = "MAJLIS_TRUSTED_PROXIES", global = true)]
    trusted_proxies: Option<String>,
    /// What is logged, as in `info` or `server=debug` (default: info)
    #[arg(long, env = "MAJLIS_LOG", global = true)]
    log: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSettings {
    listen: Option<String>,
    public_url: Option<String>,
    data_dir: Option<PathBuf>,
    database_url: Option<String>,
    master_key_file: Option<PathBuf>,
    graph_url: Option<String>,
    media_store: Option<String>,
    s3_endpoint: Option<String>,
    trusted_proxies: Option<String>,
    log: Option<String>,
    api_rate_per_second: Option<u32>,
    api_burst: Option<u32>,
    keep_webhooks_days: Option<u16>,
    keep_events_days: Option<u16>,
    keep_parked_days: Option<u16>,
}

/// Settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    /// Without a slash at the end.
    pub public_url: Option<String>,
    pub data_dir: PathBuf,
    pub database_url: String,
    pub master_key_file: PathBuf,
    /// Without a slash at the end.
    pub graph_url: String,
    /// Where files of messages are kept.
    pub media_store: Place,
    pub trusted_proxies: Vec<Cidr>,
    pub log: String,
    /// Requests a second an API key may make, and its burst.
    pub api_rate_per_second: u32,
    pub api_burst: u32,
    pub keep: Retention,
}

/// How long things stay after they have done their work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Meta's requests, once applied; and what was set aside, once handled.
    pub journal_ms: i64,
    /// Events of the live line: a tab that was away for longer fetches a snapshot.
    pub events_ms: i64,
    /// Reports, reactions and edits whose message never came.
    pub parked_ms: i64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { journal_ms: 14 * DAY_MS, events_ms: 7 * DAY_MS, parked_ms: 8 * DAY_MS }
    }
}

/// Days a setting gives, or the default. None is no answer: what has just come is still needed.
fn days(name: &str, given: Option<u16>, default_ms: i64) -> Result<i64, ConfigError> {
    match given {
        Some(0) => Err(error(name, "0 would keep nothing; the least is 1 day")),
        Some(days) => Ok(i64::from(days) * DAY_MS),
        None => Ok(default_ms),
    }
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {why}")]
pub struct ConfigError {
    what: String,
    why: String,
}

fn error(what: impl Into<String>, why: impl ToString) -> ConfigError {
    ConfigError { what: what.into(), why: why.to_string() }
}

impl Config {
    /// The database's address without a password.
    pub fn database_url_shown(&self) -> String {
        let Ok(mut url) = reqwest::Url::parse(&self.database_url) else { return self.database_url.clone() };
        match url.password().is_some() && url.set_password(None).is_ok() {
            true => url.to_string(),
            false => self.database_url.clone(),
        }
    }

    /// Reads the settings file and puts the flags over it.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown name in it, or a value of the wrong form.
    pub fn resolve(args: &SettingArgs, demo: bool) -> Result<Self, ConfigError> {
        let file = read_file(args.config.as_deref())?;
        let listen = args.listen.clone().or(file.listen).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let listen = listen
            .parse()
            .map_err(|_| error("MAJLIS_LISTEN", format!("`{listen}` is no address; write it like 127.0.0.1:3000")))?;
        // A demo keeps away from where real customers may be.
        let folder = if demo { "data-demo" } else { "data" };
        let data_dir = args.data_dir.clone().or(file.data_dir).unwrap_or_else(|| PathBuf::from(folder));
        let database_url = args
            .database_url
            .clone()
            .or(file.database_url)
            .unwrap_or_else(|| data_dir.join("majlis.sqlite").to_string_lossy().into_owned());
        let master_key_file =
            args.master_key_file.clone().or(file.master_key_file).unwrap_or_else(|| data_dir.join("master.key"));
        let public_url = match args.public_url.clone().or(file.public_url) {
            Some(url) => Some(web_address("MAJLIS_PUBLIC_URL", &url)?),
            None => None,
        };
        let graph_url = args.graph_url.clone().or(file.graph_url).unwrap_or_else(|| GRAPH_URL.to_owned());
        let graph_url = web_address("MAJLIS_GRAPH_URL", &graph_url)?;
        let s3_endpoint = match args.s3_endpoint.clone().or(file.s3_endpoint) {
            Some(url) => Some(web_address("MAJLIS_S3_ENDPOINT", &url)?),
            None => None,
        };
        let media_store = match args.media_store.clone().or(file.media_store) {
            Some(place) => {
                Place::parse(&place, s3_endpoint.as_deref()).map_err(|why| error("MAJLIS_MEDIA_STORE", why))?
            }
            None => Place::Folder(data_dir.join("media")),
        };
        let proxies = args.trusted_proxies.clone().or(file.trusted_proxies).unwrap_or_default();
        let trusted_proxies = proxies
            .split(',')
            .map(str::trim)
            .filter(|cidr| !cidr.is_empty())
            .map(|cidr| {
                Cidr::parse(cidr)
                    .ok_or_else(|| error("MAJLIS_TRUSTED_PROXIES", format!("`{cidr}` is no CIDR like 10.0.0.0/8")))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            listen,
            public_url,
            data_dir,
            database_url,
            master_key_file,
            graph_url,
            media_store,
            trusted_proxies,
            log: args.log.clone().or(file.log).unwrap_or_else(|| "info".to_owned()),
            api_rate_per_second: file.api_rate_per_second.unwrap_or(50).max(1),
            api_burst: file.api_burst.unwrap_or(200).max(1),
            keep: Retention {
                journal_ms: days("keep_webhooks_days", file.keep_webhooks_days, Retention::default().journal_ms)?,
                events_ms: days("keep_events_days", file.keep_events_days, Retention::default().events_ms)?,
                parked_ms: days("keep_parked_days", file.keep_parked_days, Retention::default().parked_ms)?,
            },
        })
    }
}

fn read_file(path: Option<&Path>) -> Result<FileSettings, ConfigError> {
    let named = path.is_some();
    let path = path.unwrap_or(Path::new("majlis.toml"));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && !named => return Ok(FileSettings::default()),
        Err(cause) => return Err(error(path.display().to_string(), cause)),
    };
    toml::from_str(&text).map_err(|cause| {
        // The parser's message spans lines; the first says what, the position says where.
        let message = cause.message().lines().next().unwrap_or_default().to_owned();
        let line = cause.span().map_or(0, |span| text[..span.start].lines().count().max(1));
        error(format!("{} line {line}", path.display()), message)
    })
}

fn web_address(name: &str, url: &str) -> Result<String, ConfigError> {
    let parsed = reqwest::Url::parse(url).map_err(|cause| error(name, format!("`{url}`: {cause}")))?;
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
        return Err(error(name, format!("`{url}` is no web address; write it like https://inbox.example")));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// A block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    address: std::net::IpAddr,
    bits: u32,
}

impl Cidr {
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address.parse().ok()?, Some(bits.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let longest = if matches!(address, std::net::IpAddr::V4(_)) { 32 } else { 128 };
        let bits = bits.unwrap_or(longest);
        (bits <= longest).then_some(Self { address, bits })
    }

    pub fn contains(&self, other: std::net::IpAddr) -> bool {
        use std::net::IpAddr;
        let shared = |length: u32, a: u128, b: u128| {
            let drop = length - self.bits;
            drop >= 128 || (a >> drop) == (b >> drop)
        };
        match (self.address, other) {
            (IpAddr::V4(a), IpAddr::V4(b)) => shared(32, u32::from(a).into(), u32::from(b).into()),
            (IpAddr::V6(a), IpAddr::V6(b)) => shared(128, a.into(), b.into()),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_addresses() {
        for (cidr, address, expected) in [
            ("10.0.0.0/8", "10.200.3.4", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("::/0", "::1", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "10.0.0.1", false),
        ] {
            assert_eq!(Cidr::parse(cidr).unwrap().contains(address.parse().unwrap()), expected, "{cidr} {address}");
        }
        for wrong in ["", "10.0.0.0/33", "ten/8", "::/129"] {
            assert_eq!(Cidr::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn flags_win_over_the_file_and_unknown_names_are_refused() {
        let folder = std::env::temp_dir().join(format!("majlis-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("majlis.toml");
        let kept = |text: &str| {
            std::fs::write(&file, text).unwrap();
            let args = SettingArgs { config: Some(file.clone()), ..SettingArgs::default() };
            Config::resolve(&args, false).unwrap().keep
        };
        assert_eq!(kept(""), Retention::default());
        let journal_ms = 30 * DAY_MS;
        assert_eq!(kept("keep_webhooks_days = 30\n"), Retention { journal_ms, ..Retention::default() });
        std::fs::write(&file, "listen = \"127.0.0.1:4000\"\nlog = \"debug\"\n").unwrap();
        let args = SettingArgs { config: Some(file.clone()), log: Some("warn".to_owned()), ..SettingArgs::default() };
        let config = Config::resolve(&args, false).unwrap();
        assert_eq!((config.listen.port(), config.log.as_str()), (4000, "warn"));

        for (text, expected) in [
            ("lisen = \"127.0.0.1:4000\"\n", "unknown field"),
            ("listen = 4000\n", "line 1"),
            ("listen = \"everywhere\"\n", "is no address"),
            ("public_url = \"inbox.example\"\n", "MAJLIS_PUBLIC_URL"),
            ("trusted_proxies = \"office\"\n", "MAJLIS_TRUSTED_PROXIES"),
            ("keep_events_days = 0\n", "keep_events_days"),
            ("keep_parked_days = -1\n", "line 1"),
            ("media_store = \"s3://\"\n", "MAJLIS_MEDIA_STORE"),
            ("s3_endpoint = \"minio\"\n", "MAJLIS_S3_ENDPOINT"),
        ] {
            std::fs::write(&file, text).unwrap();
            let refused = Config::resolve(&SettingArgs { config: Some(file.clone()), ..SettingArgs::default() }, false);
            let message = refused.unwrap_err().to_string();
            assert!(message.contains(expected) && !message.contains('\n'), "{text}: {message}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
