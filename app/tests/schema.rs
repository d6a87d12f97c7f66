//! The two databases have the same tables: what a query finds on one, it finds on the other.
//!
//! Runs where PostgreSQL is among `MAJLIS_TEST_DATABASES`; alone, SQLite has nothing to be compared with.
#![cfg(feature = "ssr")]

#[allow(dead_code, unused_macros, reason = "the store's tests use the rest")]
#[path = "store/support.rs"]
#[macro_use]
mod support;

use std::collections::BTreeMap;

use app::store::{OpenOptions, open};
use support::{Backend, Place, Raw, wanted};

/// Tables and what is said of each, a line per fact.
type Schema = BTreeMap<String, Vec<String>>;

const SQLITE_TABLES: &str = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'";
const POSTGRES_TABLES: &str = "select table_name from information_schema.tables where table_schema = 'public'";

/// Columns in order: name, type in PostgreSQL's words, nullability.
const SQLITE_COLUMNS: &str = "select p.name || ' ' || case p.type when 'INTEGER' then 'bigint' when 'TEXT' then 'text'
      when 'BLOB' then 'bytea' else p.type end ||
      case when p.\"notnull\" = 1 or p.pk > 0 then ' not null' else '' end
    from pragma_table_info('TABLE') p order by p.cid";
const POSTGRES_COLUMNS: &str = "select column_name || ' ' || data_type ||
      case when is_nullable = 'NO' then ' not null' else '' end
    from information_schema.columns where table_schema = 'public' and table_name = 'TABLE' order by ordinal_position";

/// Indexes as `kind (columns)`: primary keys, unique constraints, and others by name.
const SQLITE_INDEXES: &str = "select case l.origin when 'pk' then 'primary' when 'u' then 'unique'
        else case l.\"unique\" when 1 then 'unique ' else '' end || 'index ' || l.name end || ' (' ||
      (select group_concat(name || case \"desc\" when 1 then ' desc' else '' end, ', ')
        from (select x.name, x.\"desc\" from pragma_index_xinfo(l.name) x where x.key = 1 order by x.seqno)) || ')'
    from pragma_index_list('TABLE') l
    union all
    select 'primary (' || p.name || ')' from pragma_table_info('TABLE') p where p.pk = 1 and p.type = 'INTEGER'
      and not exists (select 1 from pragma_index_list('TABLE') l where l.origin = 'pk')";
const POSTGRES_INDEXES: &str = "select case when i.indisprimary then 'primary' when c.oid is not null then 'unique'
        else case when i.indisunique then 'unique ' else '' end || 'index ' || n.relname end || ' (' ||
      (select string_agg(a.attname || case when (i.indoption[k.at - 1] & 1) = 1 then ' desc' else '' end, ', '
          order by k.at)
        from unnest(i.indkey) with ordinality k (attnum, at)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum) || ')'
    from pg_index i join pg_class n on n.oid = i.indexrelid
    left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'u'
    where i.indrelid = 'public.TABLE'::regclass";

/// Foreign keys as `column -> table (column)`.
const SQLITE_REFERENCES: &str =
    "select \"from\" || ' -> ' || \"table\" || ' (' || \"to\" || ')' from pragma_foreign_key_list('TABLE')";
const POSTGRES_REFERENCES: &str = "select a.attname || ' -> ' || r.relname || ' (' || b.attname || ')'
    from pg_constraint c join pg_class r on r.oid = c.confrelid
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    join pg_attribute b on b.attrelid = c.confrelid and b.attnum = c.confkey[1]
    where c.contype = 'f' and c.conrelid = 'public.TABLE'::regclass";

/// Columns that name something, and are not compared byte by byte as SQLite does it and Rust sorts.
const POSTGRES_NAMES: &str =
    "select table_name || '.' || column_name || ' ' || coalesce(collation_name, 'by the server')
    from information_schema.columns
    where table_schema = 'public' and data_type = 'text' and table_name <> '_sqlx_migrations'
      and (column_name ~ '(^|_)(id|wamid|of)$' or column_name in ('token_hash', 'key_hash', 'body_hash', 'email',
        'phone', 'writer') or (table_name, column_name) in (('contact_aliases', 'value'), ('settings', 'key')))
    order by 1";

struct Questions {
    tables: &'static str,
    columns: &'static str,
    indexes: &'static str,
    references: &'static str,
}

const SQLITE: Questions = Questions {
    tables: SQLITE_TABLES,
    columns: SQLITE_COLUMNS,
    indexes: SQLITE_INDEXES,
    references: SQLITE_REFERENCES,
};
const POSTGRES: Questions = Questions {
    tables: POSTGRES_TABLES,
    columns: POSTGRES_COLUMNS,
    indexes: POSTGRES_INDEXES,
    references: POSTGRES_REFERENCES,
};

async fn read(raw: &mut Raw, questions: &Questions) -> Schema {
    let mut schema = Schema::new();
    for table in raw.rows(questions.tables).await {
        if table == "_sqlx_migrations" {
            continue;
        }
        let mut facts = raw.rows(&questions.columns.replace("TABLE", &table)).await;
        for rest in [questions.indexes, questions.references] {
            let mut rest = raw.rows(&rest.replace("TABLE", &table)).await;
            rest.sort();
            facts.extend(rest);
        }
        schema.insert(table, facts);
    }
    schema
}

/// Both places migrated, with a raw connection to each file or database.
async fn open_raw(backend: Backend) -> (Place, Vec<Raw>) {
    let place = Place::make(backend).await;
    open(&OpenOptions { address: place.address().to_owned(), readers: 1, background: None })
        .await
        .unwrap()
        .close()
        .await;
    let mut raw = vec![Raw::connect(place.address()).await];
    if backend == Backend::Sqlite {
        let journal = place.address().replace("majlis.sqlite", "majlis.journal.sqlite");
        raw.push(Raw::connect(&journal).await);
    }
    (place, raw)
}

#[tokio::test]
async fn both_databases_have_the_same_schema() {
    if !wanted(Backend::Postgres) {
        return;
    }
    let (folder, files) = open_raw(Backend::Sqlite).await;
    let mut sqlite = Schema::new();
    for mut file in files {
        sqlite.extend(read(&mut file, &SQLITE).await);
        file.close().await;
    }
    let (server, mut databases) = open_raw(Backend::Postgres).await;
    let postgres = read(&mut databases[0], &POSTGRES).await;
    let mut names: Vec<_> = sqlite.keys().collect();
    names.retain(|name| matches!(name.as_str(), "journal" | "messages" | "events"));
    assert_eq!(names, ["events", "journal", "messages"], "the tables must be read for this to mean anything");
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (table, facts) in &sqlite {
        assert_eq!(*facts, postgres[table], "{table}: SQLite on the left, PostgreSQL on the right");
    }
    assert!(sqlite["messages"].contains(&"unique (channel_id, wamid)".to_owned()), "{:?}", sqlite["messages"]);
    databases.pop().unwrap().close().await;
    server.clear().await;
    folder.clear().await;
}

#[tokio::test]
async fn names_of_things_are_in_byte_order() {
    if !wanted(Backend::Postgres) {
        return;
    }
    let (server, mut databases) = open_raw(Backend::Postgres).await;
    let names = databases[0].rows(POSTGRES_NAMES).await;
    assert!(names.len() > 40, "the columns must be found for this to mean anything: {names:?}");
    let loose: Vec<_> = names.iter().filter(|name| !name.ends_with(" C")).collect();
    assert_eq!(loose, [""; 0], "these need `collate \"C\"`");
    databases.pop().unwrap().close().await;
    server.clear().await;
}
