//! What cannot be done is said in one line, and nothing is overwritten.

use server::simulator::FakeNumber;

use crate::harness::{ADMIN, Backend, House, Place, connect};

both!(
    wrong_arguments_are_refused_in_a_line,
    wrong_settings_are_refused_in_a_line,
    a_busy_address_is_named,
    a_database_that_cannot_be_opened_is_named_without_its_password,
    a_lost_master_key_is_not_made_anew,
    another_master_key_is_not_taken,
    a_newer_database_is_left_alone,
);

/// Every file of the data folder with its bytes.
fn files(place: &Place) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(place.data())
        .unwrap()
        .map(|entry| entry.unwrap())
        // SQLite's own helpers come and go with each reader.
        .filter(|entry| !entry.file_name().to_string_lossy().contains("sqlite-"))
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

/// Both ways in: the server, and a command that needs what the server needs.
async fn refused_by_both(place: &Place, settings: &[(&str, &str)]) -> [String; 2] {
    let number = FakeNumber { phone_number_id: "300000000000009".to_owned(), ..FakeNumber::example() };
    let (token, secret) = (place.file("token", "t"), place.file("secret", "s"));
    let add = [
        ["channel", "add", "--name", "Second", "--phone-number-id", &number.phone_number_id].as_slice(),
        &["--waba-id", "2", "--display-phone", "+201000000900", "--verify-token", "v"],
        &["--access-token-file", &token, "--app-secret-file", &secret],
    ]
    .concat();
    let mut said = Vec::new();
    for args in [["serve"].as_slice(), &add] {
        let mut command = place.program();
        command.env("MAJLIS_LISTEN", "127.0.0.1:0").envs(settings.iter().copied()).args(args);
        said.push(place.run(command, "").await.refused());
    }
    said.try_into().unwrap()
}

async fn wrong_arguments_are_refused_in_a_line(place: &Place) {
    let house = House::open(place).await;
    place.file("good", "a secret\n");
    place.file("empty", "\n");
    let user = |email: &'static str, name: &'static str| {
        vec!["user", "add", "--email", email, "--name", name, "--role", "agent", "--password-stdin"]
    };
    let channel = |id: &'static str, phone: &'static str, secret: &'static str| {
        let names =
            ["channel", "add", "--name", "N", "--phone-number-id", id, "--waba-id", "2", "--display-phone", phone];
        let secrets = ["--verify-token", "v", "--access-token-file", "good", "--app-secret-file", secret];
        [&names[..], &secrets].concat()
    };
    let before = place.majlis_json(&["user", "list"]).await;
    for (name, args, input, word) in [
        ("a taken address", user(ADMIN, "Mona"), "a long password", "address"),
        ("no address", user("mona", "Mona"), "a long password", "address"),
        ("no name", user("x@rayhan.example", " "), "a long password", "Name"),
        ("a short password", user("x@rayhan.example", "X"), "short", "Password"),
        ("no password", user("x@rayhan.example", "X"), "", "Password"),
        ("nobody", vec!["user", "reset", "--email", "no@rayhan.example", "--password-stdin"], "a long one!", "no@"),
        ("no key", vec!["key", "revoke", "--id", "0198"], "", "0198"),
        ("a nameless key", vec!["key", "add", "--name", "", "--role", "agent"], "", "Name"),
        ("a connected number", channel("300000000000001", "+201000000100", "good"), "", "connected"),
        ("no number", channel("three", "+201000000100", "good"), "", "digits"),
        ("no phone", channel("3", "phone", "good"), "", "country code"),
        ("an empty secret", channel("3", "+201000000100", "empty"), "", "App secret"),
        ("no such file", channel("3", "+201000000100", "nowhere"), "", "nowhere"),
    ] {
        let line = place.majlis_with(&args, input).await.refused();
        assert!(line.starts_with("majlis: ") && line.contains(word), "{name}: {line}");
    }
    // What clap refuses comes with its usage; it fails all the same.
    for args in [
        vec!["user", "add", "--email", "x@y.example"],
        vec!["dance"],
        vec!["key", "add", "--name", "N", "--role", "king"],
    ] {
        let said = place.majlis_with(&args, "").await;
        assert!(said.code != Some(0) && said.out.is_empty() && !said.err.is_empty(), "{args:?}: {said:?}");
    }
    assert_eq!(place.majlis_json(&["user", "list"]).await, before);
    assert_eq!(place.majlis_json(&["channel", "list"]).await.as_array().unwrap().len(), 1);
    drop(house);
}

async fn wrong_settings_are_refused_in_a_line(place: &Place) {
    for (name, file, settings, word) in [
        ("an unknown name", "lisen = \"127.0.0.1:4000\"\n", vec![], "lisen"),
        ("no TOML", "listen = \n", vec![], "line 1"),
        ("another type", "log = 5\n", vec![], "line 1"),
        ("no text", "\u{0}\u{1}", vec![], "majlis.toml"),
        ("an address", "", vec![("MAJLIS_LISTEN", "everywhere")], "MAJLIS_LISTEN"),
        ("a public address", "", vec![("MAJLIS_PUBLIC_URL", "inbox")], "MAJLIS_PUBLIC_URL"),
        ("a Graph address", "", vec![("MAJLIS_GRAPH_URL", "ftp://graph")], "MAJLIS_GRAPH_URL"),
        ("a proxy", "", vec![("MAJLIS_TRUSTED_PROXIES", "office")], "MAJLIS_TRUSTED_PROXIES"),
        ("a log filter", "", vec![("MAJLIS_LOG", "loud=very=much")], "MAJLIS_LOG"),
        ("a missing file", "", vec![("MAJLIS_CONFIG", "nowhere.toml")], "nowhere.toml"),
        ("a folder as a file", "", vec![("MAJLIS_CONFIG", "data")], "data"),
    ] {
        place.file("majlis.toml", file);
        let mut command = place.program();
        command.envs(settings).arg("serve");
        let line = place.run(command, "").await.refused();
        assert!(line.contains(word), "{name}: {line}");
        assert_eq!(files(place), [], "{name}: nothing was begun");
    }
    place.file("majlis.toml", b"log = \"\xff\"".as_slice());
    let line = place.majlis_with(&["user", "list"], "").await.refused();
    assert!(line.contains("majlis.toml"), "{line}");
}

async fn a_busy_address_is_named(place: &Place) {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = place.program();
    command.env("MAJLIS_LISTEN", &address).arg("serve");
    let line = place.run(command, "").await.refused();
    assert!(line.contains(&address) && line.contains("in use"), "{line}");
    assert_eq!(files(place), [], "two servers never touch one folder");
}

async fn a_database_that_cannot_be_opened_is_named_without_its_password(place: &Place) {
    let folder = place.folder.to_str().unwrap().to_owned();
    let garbage =
        place.file("garbage.sqlite", "this is no database, but it is long enough to be read as one. ".repeat(99));
    for (name, address) in [
        ("another kind", "mysql://majlis:hunter2secret@127.0.0.1/majlis"),
        ("nobody there", "postgres://majlis:hunter2secret@127.0.0.1:9/majlis"),
        ("nonsense", "postgres://majlis:hunter2secret@[::/majlis"),
        ("a folder", folder.as_str()),
        ("no database", garbage.as_str()),
        ("no such folder", "/nowhere/at/all/majlis.sqlite"),
    ] {
        let mut command = place.program();
        command.env("MAJLIS_DATABASE_URL", address).args(["user", "list"]);
        let line = place.run(command, "").await.refused();
        assert!(line.starts_with("majlis: ") && line.len() > 20, "{name}: {line}");
        assert!(!line.contains("hunter2secret"), "{name}: {line}");
    }
    assert!(std::fs::read_to_string(garbage).unwrap().starts_with("this is no database"), "left as it was");
}

async fn a_lost_master_key_is_not_made_anew(place: &Place) {
    connect(place, &FakeNumber::example(), "v").await;
    std::fs::rename(place.data().join("master.key"), place.folder.join("kept.key")).unwrap();
    let before = files(place);
    for line in refused_by_both(place, &[]).await {
        assert!(line.contains("master.key") && line.contains("missing"), "{line}");
    }
    assert_eq!(files(place), before, "no new key, nothing written");
    std::fs::rename(place.folder.join("kept.key"), place.data().join("master.key")).unwrap();
    House::open_bare(place, &[]).await.http.get("/readyz").await.expect(200);
}

async fn another_master_key_is_not_taken(place: &Place) {
    connect(place, &FakeNumber::example(), "v").await;
    let path = place.data().join("master.key");
    let right = std::fs::read(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let another = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    for (name, key) in [("another key", another), ("damaged", "AAAA\n"), ("empty", ""), ("no text", "\u{0}")] {
        std::fs::write(&path, key).unwrap();
        let before = files(place);
        for line in refused_by_both(place, &[]).await {
            assert!(line.contains("master.key"), "{name}: {line}");
            assert!(!line.contains("AAAAAAAA"), "{name}: {line}");
        }
        assert_eq!(files(place), before, "{name}");
    }
    std::fs::write(&path, right).unwrap();
    House::open_bare(place, &[]).await.http.get("/readyz").await.expect(200);
}

async fn a_newer_database_is_left_alone(place: &Place) {
    connect(place, &FakeNumber::example(), "v").await;
    let mut raw = place.raw().await;
    let zero = if place.backend == Backend::Sqlite { "x'00'" } else { "'\\x00'" };
    raw.execute(&format!(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9001, 'from the future', true, {zero}, 1)"
    ))
    .await;
    raw.close().await;
    let before = files(place);
    for line in refused_by_both(place, &[]).await {
        assert!(line.contains("newer") && line.contains("9001"), "{line}");
    }
    assert_eq!(files(place), before);
}
