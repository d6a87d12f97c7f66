//! PostgreSQL's own programs: they know every version of its files.

use std::path::Path;
use std::process::Stdio;

use app::store::backup::PostgresOptions;

use super::BackupError;

/// The options of an address, without the pool's limits on how long a transaction may wait.
pub fn options(address: &str) -> Result<PostgresOptions, BackupError> {
    Ok(app::store::backup::postgres_options(address)?)
}

/// Writes the database as it was at a moment, compressed.
pub async fn dump(address: &str, snapshot: &str, to: &Path) -> Result<(), BackupError> {
    let snapshot = format!("--snapshot={snapshot}");
    let file = format!("--file={}", to.display());
    run("pg_dump", address, &["--format=custom", "--no-owner", "--exclude-schema=replaced_*", &snapshot, &file])
        .await?;
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(super::at(to))
}

/// Fills an empty database, all of it or nothing.
pub async fn load(address: &str, from: &Path) -> Result<(), BackupError> {
    let file = from.display().to_string();
    run("pg_restore", address, &["--no-owner", "--exit-on-error", "--single-transaction", &file]).await
}

async fn run(program: &'static str, address: &str, args: &[&str]) -> Result<(), BackupError> {
    let mut command = std::process::Command::new(program);
    let (address, password) = without_password(address);
    command.args(args).arg(format!("--dbname={address}")).arg("--no-password");
    if let Some(password) = password {
        // What stands in the arguments can be read by everyone on this machine.
        command.env("PGPASSWORD", password);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let ran = tokio::task::spawn_blocking(move || command.output()).await;
    match ran {
        Ok(Ok(output)) if output.status.success() => Ok(()),
        Ok(Ok(output)) => {
            let said = String::from_utf8_lossy(&output.stderr).trim().replace('\n', " ");
            Err(BackupError::Program(program, said))
        }
        Ok(Err(cause)) if cause.kind() == std::io::ErrorKind::NotFound => Err(BackupError::NoProgram(program)),
        Ok(Err(cause)) => Err(BackupError::Program(program, cause.to_string())),
        Err(cause) => Err(BackupError::Program(program, cause.to_string())),
    }
}

/// The address without its password, and the password.
fn without_password(address: &str) -> (String, Option<String>) {
    let Ok(mut url) = reqwest::Url::parse(address) else { return (address.to_owned(), None) };
    let Some(password) = url.password().map(percent_decoded) else { return (address.to_owned(), None) };
    match url.set_password(None) {
        Ok(()) => (url.to_string(), Some(password)),
        Err(()) => (address.to_owned(), None),
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match escaped.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_leave_the_address() {
        for (address, expected, password) in [
            ("postgres://majlis@db/majlis", "postgres://majlis@db/majlis", None),
            (
                "postgres://majlis:s%40fe@db:5433/majlis?sslmode=require",
                "postgres://majlis@db:5433/majlis?sslmode=require",
                Some("s@fe"),
            ),
            ("postgres:///majlis?host=/run/postgresql", "postgres:///majlis?host=/run/postgresql", None),
        ] {
            assert_eq!(without_password(address), (expected.to_owned(), password.map(str::to_owned)), "{address}");
        }
        assert_eq!(percent_decoded("%d8%a3%"), "أ%");
    }
}
