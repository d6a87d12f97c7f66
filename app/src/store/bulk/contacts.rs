//! Customers: recognised and brought up to date, many at once.

use std::collections::HashMap;

use super::{padded, runs};
use crate::domain::contact::AliasKind;
use crate::domain::ids::{ChannelId, ContactId, ConversationId};
use crate::store::contacts::{Identity, Known};
use crate::store::{Conn, Result};

#[derive(Clone, sqlx::FromRow)]
struct AliasRow {
    kind: String,
    value: String,
    contact_id: ContactId,
    customer_id: ContactId,
    conversation_id: Option<ConversationId>,
    name: String,
    username: Option<String>,
    phone: Option<String>,
    user_id: Option<String>,
    first_seen_at_ms: i64,
    last_seen_at_ms: i64,
}

/// A customer as we know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldContact {
    pub name: String,
    pub username: Option<String>,
    pub phone: Option<String>,
    pub user_id: Option<String>,
    pub first_seen_at_ms: i64,
    pub last_seen_at_ms: i64,
}

/// Looks identities up, with each contact's conversation on `channel_id`; the answers stand in the order asked.
///
/// # Errors
/// The database is out of reach.
pub async fn find(
    conn: &mut Conn<'_>,
    channel_id: &ChannelId,
    identities: &[&Identity],
) -> Result<Vec<(Known, Option<HeldContact>)>> {
    let mut names: Vec<(AliasKind, &str)> = identities.iter().flat_map(|identity| identity.aliases()).collect();
    names.sort_by_key(|(kind, value)| (kind.as_str(), *value));
    names.dedup();
    let mut rows: HashMap<(String, String), AliasRow> = HashMap::with_capacity(names.len());
    for list in padded(&names) {
        let found: Vec<AliasRow> = on!(conn, c => {
            // A cross join keeps its order on SQLite: a few names, each looked up in the index.
            let mut query = sqlx::QueryBuilder::new(
                "select a.kind as kind, a.value as value, a.contact_id as contact_id,
                   coalesce(p.person_id, p.id) as customer_id, v.id as conversation_id,
                   p.name as name, p.username as username, p.phone as phone, p.user_id as user_id,
                   p.first_seen_at_ms as first_seen_at_ms, p.last_seen_at_ms as last_seen_at_ms
                 from (",
            );
            query.push_values(&list, |mut row, (kind, value)| {
                row.push_bind(kind.as_str()).push_bind(*value);
            });
            query.push(
                ") as n
                 cross join contact_aliases a
                 cross join contacts p
                 left join conversations v on v.contact_id = a.contact_id and v.channel_id = ",
            );
            query.push_bind(channel_id);
            query.push(" where a.kind = n.column1 and a.value = n.column2 and p.id = a.contact_id");
            query.build_query_as().fetch_all(&mut **c).await?
        });
        rows.extend(found.into_iter().map(|row| ((row.kind.clone(), row.value.clone()), row)));
    }
    let row_of = |kind: AliasKind, value: &str| rows.get(&(kind.as_str().to_owned(), value.to_owned()));
    Ok(identities.iter().map(|identity| known(identity, row_of)).collect())
}

fn known<'r>(
    identity: &Identity,
    row_of: impl Fn(AliasKind, &str) -> Option<&'r AliasRow>,
) -> (Known, Option<HeldContact>) {
    let mut known = Known { own: identity.clone(), ..Known::default() };
    let (mut held, mut customer) = (None, None);
    for (kind, value) in identity.aliases() {
        match row_of(kind, value) {
            Some(row) if known.contact_id.is_none() => {
                known.contact_id = Some(row.contact_id.clone());
                customer = Some(&row.customer_id);
                known.conversation_id = row.conversation_id.clone();
                held = Some(HeldContact {
                    name: row.name.clone(),
                    username: row.username.clone(),
                    phone: row.phone.clone(),
                    user_id: row.user_id.clone(),
                    first_seen_at_ms: row.first_seen_at_ms,
                    last_seen_at_ms: row.last_seen_at_ms,
                });
            }
            Some(row) if known.contact_id.as_ref() == Some(&row.contact_id) => {}
            // Two contacts by two names: the deciding name wins. Two people are never merged silently, only suggested.
            Some(row) => {
                known.own.forget(kind);
                let told = known.rivals.iter().any(|(id, _)| *id == row.contact_id);
                if customer != Some(&row.customer_id) && !told {
                    known.rivals.push((row.contact_id.clone(), kind));
                }
            }
            None => known.new_aliases.push((kind, value.to_owned())),
        }
    }
    (known, held)
}

/// What webhooks tell anew of a known contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    pub id: ContactId,
    /// Empty when they named nobody.
    pub name: String,
    pub username: Option<String>,
    pub phone: Option<String>,
    pub user_id: Option<String>,
    /// The first and the last moment they tell of.
    pub from_ms: i64,
    pub to_ms: i64,
}

impl Refresh {
    /// Would it change what they are called or reached by? All their conversations show that.
    pub fn renames(&self, held: &HeldContact) -> bool {
        let differs = |new: &Option<String>, old: &Option<String>| new.is_some() && new != old;
        (!self.name.is_empty() && self.name != held.name)
            || differs(&self.username, &held.username)
            || differs(&self.phone, &held.phone)
            || differs(&self.user_id, &held.user_id)
    }

    /// Would it change what is `held`? A last moment within the same minute tells nobody anything.
    pub fn matters(&self, held: &HeldContact) -> bool {
        const MINUTE_MS: i64 = crate::domain::time::MINUTE_MS;
        self.renames(held)
            || self.from_ms < held.first_seen_at_ms
            || self.to_ms.div_euclid(MINUTE_MS) > held.last_seen_at_ms.div_euclid(MINUTE_MS)
    }
}

/// The latest name and ids win, the times only stretch.
///
/// # Errors
/// The database is out of reach.
pub async fn refresh(conn: &mut Conn<'_>, contacts: &[Refresh]) -> Result<()> {
    for run in runs(contacts) {
        on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "update contacts set name = case when n.column2 = '' then name else n.column2 end,
                   username = coalesce(n.column3, username), phone = coalesce(n.column4, phone),
                   user_id = coalesce(n.column5, user_id),
                   first_seen_at_ms = case when first_seen_at_ms > n.column6 then n.column6 else first_seen_at_ms end,
                   last_seen_at_ms = case when last_seen_at_ms < n.column7 then n.column7 else last_seen_at_ms end
                 from (",
            );
            query.push_values(run, |mut row, contact| {
                row.push_bind(&contact.id).push_bind(&contact.name).push_bind(&contact.username)
                    .push_bind(&contact.phone).push_bind(&contact.user_id).push_bind(contact.from_ms)
                    .push_bind(contact.to_ms);
            });
            query.push(") as n where contacts.id = n.column1");
            query.build().execute(&mut **c).await?;
        });
    }
    Ok(())
}
