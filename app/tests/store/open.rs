use app::store::{OpenOptions, StoreError, agents, journal, open, settings};

use crate::house::{NOW, agent};
use crate::support::{Backend, Place, Raw, TestDb, wanted};

both![
    a_second_opening_keeps_what_is_there,
    a_newer_database_is_refused_and_left_alone,
    a_damaged_schema_is_refused,
    a_lock_in_the_way_can_be_tried_again,
];

fn options(address: &str) -> OpenOptions {
    OpenOptions { address: address.to_owned(), readers: 2, background: None }
}

async fn a_second_opening_keeps_what_is_there(db: TestDb) {
    let mona = agent(&db, "mona", app::domain::agent::Role::Admin).await;
    journal::append(&db, &[(b"{}", NOW)]).await.unwrap();
    let again = open(&options(&db.address)).await.unwrap();
    assert_eq!(again.is_sqlite(), db.is_sqlite());
    assert_eq!(look!(again, read => agents::all(&mut read.conn())), [mona]);
    assert_eq!(journal::count(&again).await.unwrap(), 1);
    again.close().await;
    assert!(again.begin().await.is_err(), "closed is closed");
}

const STEPS: &str = "select version, description, success from _sqlx_migrations order by version";

async fn a_newer_database_is_refused_and_left_alone(db: TestDb) {
    commit!(db, tx => settings::set(&mut tx.conn(), settings::HOUSE_NAME, "ريحان"));
    let mut raw = db.raw().await;
    raw.execute(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
            select 9999, 'from tomorrow', success, checksum, 0 from _sqlx_migrations where version = 1",
    )
    .await;
    let steps = raw.rows(STEPS).await;
    let tables = raw.rows(tables(&db)).await;
    let refused = open(&options(&db.address)).await.err();
    assert!(matches!(refused, Some(StoreError::Newer(9999))), "{refused:?}");
    assert!(refused.unwrap().to_string().contains("newer Majlis"));
    assert_eq!(raw.rows(STEPS).await, steps);
    assert_eq!(raw.rows(self::tables(&db)).await, tables);
    assert_eq!(
        look!(db, read => settings::get(&mut read.conn(), settings::HOUSE_NAME)).as_deref(),
        Some("ريحان"),
        "who has it open goes on"
    );
    raw.execute("delete from _sqlx_migrations where version = 9999").await;
    open(&options(&db.address)).await.unwrap().close().await;
}

fn tables(db: &TestDb) -> &'static str {
    if db.is_sqlite() {
        "select type, name, sql from sqlite_schema order by name"
    } else {
        "select table_name, column_name from information_schema.columns where table_schema = 'public' order by 1, 2"
    }
}

async fn a_damaged_schema_is_refused(db: TestDb) {
    let mut raw = db.raw().await;
    let empty = if db.is_sqlite() { "x'00'" } else { "'\\x00'::bytea" };
    raw.execute(&format!("update _sqlx_migrations set checksum = {empty} where version = 1")).await;
    let refused = open(&options(&db.address)).await.err();
    assert!(matches!(refused, Some(StoreError::Migrate(_))), "{refused:?}");
}

async fn a_lock_in_the_way_can_be_tried_again(db: TestDb) {
    let mut raw = db.raw().await;
    let mut tx = db.begin().await.unwrap();
    // As it would be after five seconds, without waiting for them.
    let hurry = if db.is_sqlite() { "pragma busy_timeout = 0" } else { "set lock_timeout = '1ms'" };
    match tx.conn() {
        app::store::Conn::Sqlite(c) => drop(sqlx::Executor::execute(c, hurry).await.unwrap()),
        app::store::Conn::Postgres(c) => drop(sqlx::Executor::execute(c, hurry).await.unwrap()),
    }
    let in_the_way = if db.is_sqlite() {
        tx.commit().await.unwrap();
        raw.execute("begin immediate").await;
        db.begin().await.err()
    } else {
        raw.execute("begin; lock table settings").await;
        settings::set(&mut tx.conn(), "a", "b").await.err()
    };
    let in_the_way = in_the_way.expect("the lock is held");
    assert!(in_the_way.is_retryable(), "{in_the_way}");
    raw.execute("rollback").await;
}

/// On what is not yet, or never will be, a database of ours.
mod addresses {
    use super::*;

    #[tokio::test]
    async fn a_sqlite_file_is_named_in_three_ways() {
        let place = Place::make(Backend::Sqlite).await;
        for prefix in ["", "sqlite:", "sqlite://"] {
            let db = open(&options(&format!("{prefix}{}", place.address()))).await.unwrap();
            commit!(db, tx => settings::set(&mut tx.conn(), "last", &format!("by {prefix:?}")));
            db.close().await;
        }
        let db = open(&options(place.address())).await.unwrap();
        assert_eq!(look!(db, read => settings::get(&mut read.conn(), "last")).as_deref(), Some("by \"sqlite://\""));
        db.close().await;
        let journal = place.address().replace("majlis.sqlite", "majlis.journal.sqlite");
        assert!(std::path::Path::new(&journal).exists(), "the journal is a file of its own");
        place.clear().await;
    }

    #[tokio::test]
    async fn an_empty_postgres_database_is_filled() {
        if !wanted(Backend::Postgres) {
            return;
        }
        let place = Place::make_empty(Backend::Postgres).await;
        let mut raw = Raw::connect(place.address()).await;
        let steps = "select count(*) from information_schema.tables where table_name = '_sqlx_migrations'";
        assert_eq!(raw.number(steps).await, Some(0), "it must be empty for this to mean anything");
        let address = place.address().replace("postgres://", "postgresql://");
        let both = [options(&address), options(place.address())];
        // Two nodes that start at once.
        let (one, other) = tokio::join!(open(&both[0]), open(&both[1]));
        for db in [one.unwrap(), other.unwrap()] {
            assert!(!db.is_sqlite());
            assert!(!look!(db, read => agents::any_admin(&mut read.conn())));
            db.close().await;
        }
        raw.close().await;
        place.clear().await;
    }

    #[tokio::test]
    async fn other_addresses_are_refused_without_repeating_their_secrets() {
        for (address, shown) in [
            ("mysql://majlis:secret@localhost/majlis", "`mysql://…`"),
            ("postgres://majlis:secret@localhost:port/majlis", "`postgres://…`"),
        ] {
            let refused = open(&options(address)).await.err().unwrap();
            assert!(matches!(refused, StoreError::BadAddress(_)), "{refused:?}");
            assert!(refused.to_string().contains(shown) && !refused.to_string().contains("secret"), "{refused}");
        }
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_an_error() {
        let place = Place::make(Backend::Sqlite).await;
        let missing = place.address().replace("majlis.sqlite", "no/such/majlis.sqlite");
        assert!(matches!(open(&options(&missing)).await.err(), Some(StoreError::Database(_))));
        place.clear().await;
    }
}
