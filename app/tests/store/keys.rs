use app::domain::agent::Role;
use app::domain::ids::ApiKeyId;
use app::store::keys;

use crate::house::NOW;
use crate::support::TestDb;

both![a_key_is_found_by_its_hash, a_hash_is_given_once, a_revoked_key_opens_nothing];

async fn a_key_is_found_by_its_hash(db: TestDb) {
    let id = commit!(db, tx => keys::insert(&mut tx.conn(), "shop's bot", Role::Supervisor, "hash 1", NOW));
    commit!(db, tx => keys::insert(&mut tx.conn(), "reports", Role::Agent, "hash 2", NOW));
    let key = look!(db, read => keys::find(&mut read.conn(), "hash 1")).unwrap();
    assert_eq!((&key.id, key.name.as_str(), key.role), (&id, "shop's bot", Role::Supervisor));
    assert_eq!((key.created_at_ms, key.revoked_at_ms), (NOW, None));
    assert_eq!(look!(db, read => keys::find(&mut read.conn(), "hash 3")), None);
    let all = look!(db, read => keys::all(&mut read.conn()));
    assert_eq!(all.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["shop's bot", "reports"]);
}

async fn a_hash_is_given_once(db: TestDb) {
    commit!(db, tx => keys::insert(&mut tx.conn(), "one", Role::Agent, "hash", NOW));
    let mut tx = db.begin().await.unwrap();
    assert!(keys::insert(&mut tx.conn(), "two", Role::Admin, "hash", NOW).await.is_err());
    drop(tx);
    assert_eq!(look!(db, read => keys::all(&mut read.conn())).len(), 1);
}

async fn a_revoked_key_opens_nothing(db: TestDb) {
    let id = commit!(db, tx => keys::insert(&mut tx.conn(), "one", Role::Agent, "hash", NOW));
    assert!(look!(db, read => keys::find(&mut read.conn(), "hash")).is_some());
    assert!(commit!(db, tx => keys::revoke(&mut tx.conn(), &id, NOW + 1)));
    assert_eq!(look!(db, read => keys::find(&mut read.conn(), "hash")), None);
    assert!(commit!(db, tx => keys::revoke(&mut tx.conn(), &id, NOW + 2)), "there is a key by that id");
    let all = look!(db, read => keys::all(&mut read.conn()));
    assert_eq!(all[0].revoked_at_ms, Some(NOW + 1), "the first time counts");
    assert!(!commit!(db, tx => keys::revoke(&mut tx.conn(), &ApiKeyId::new(), NOW)));
}
