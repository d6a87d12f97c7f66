//! What Meta tells besides messages: how numbers stand, and what customers chose to receive.

use app::domain::consent::Consent;
use app::domain::health::Fact;
use app::domain::time::MINUTE_MS;
use app::store::contacts::{self, NewContact};
use app::store::{StoreError, Tx, channels, consent, health, suggestions};

use super::Inbound;
use super::slice::{Due, Refusal};
use crate::whatsapp::webhook::{News, PreferenceNews, StandingNews};

/// How exactly the last webhook of a number is known: it comes with every message.
const HEARD_EVERY_MS: i64 = MINUTE_MS;

impl Inbound {
    /// Notes when Meta last called about each number of a slice.
    pub(super) async fn note_heard(&mut self, slice: &[Due<'_>]) -> Result<(), StoreError> {
        for due in slice {
            let number = match &due.item.news {
                News::Message(message) => &message.phone_number_id,
                News::Status(status) => &status.phone_number_id,
                News::Mark(mark) => &mark.phone_number_id,
                _ => continue,
            };
            let at_ms = due.row.received_at_ms;
            let noted = self.heard.get(number).copied().unwrap_or(i64::MIN / 2);
            if at_ms - noted < HEARD_EVERY_MS {
                continue;
            }
            let Some(known) = self.channels.by_phone_number_id(number) else { continue };
            let mut tx = self.db.begin().await?;
            health::heard(&mut tx.conn(), &known.brief.id, at_ms).await?;
            tx.commit().await?;
            self.heard.insert(number.clone(), at_ms);
        }
        Ok(())
    }

    /// Written down for each number it is about.
    pub(super) async fn apply_standing(
        &self,
        tx: &mut Tx,
        news: &StandingNews,
        received_at_ms: i64,
        now: i64,
    ) -> Result<(), Refusal> {
        // A moment in the future would shut out everything that is told later.
        let told_at_ms = news.at_ms.unwrap_or(received_at_ms).min(now);
        let facts: Vec<Fact> = news.facts.iter().map(|fact| Fact { told_at_ms, ..fact.clone() }).collect();
        let all = channels::all(&mut tx.conn()).await?;
        let (whose, waba_id) = (&news.whose, news.whose.waba_id());
        let meant: Vec<_> =
            all.iter().filter(|held| held.brief.waba_id == *waba_id && whose.is(&held.brief.display_phone)).collect();
        if meant.is_empty() {
            return Err(Refusal::Item(format!("no number of the account {waba_id} that this is about is connected")));
        }
        for channel in meant {
            health::note(tx, &channel.brief.id, &facts, now).await?;
        }
        Ok(())
    }

    /// Kept also of people who never wrote: they may be written to one day.
    pub(super) async fn apply_preference(
        &self,
        tx: &mut Tx,
        news: &PreferenceNews,
        received_at_ms: i64,
        now: i64,
    ) -> Result<(), Refusal> {
        let channel_id = self.channel_of(tx, &news.phone_number_id).await?;
        let told_at_ms = news.at_ms.unwrap_or(received_at_ms).min(now);
        let known = contacts::find(&mut tx.conn(), &channel_id, &news.customer).await?;
        let contact_id = match known.contact_id {
            Some(id) => id,
            None => {
                let new = NewContact {
                    name: &news.profile_name,
                    username: None,
                    identity: &known.own,
                    seen_at_ms: told_at_ms,
                };
                contacts::insert(&mut tx.conn(), &new).await?
            }
        };
        for (rival, kind) in &known.rivals {
            suggestions::raise(tx, &contact_id, rival, *kind, now).await?;
        }
        contacts::add_aliases(&mut tx.conn(), &contact_id, &known.new_aliases, now).await?;
        let chosen = Consent {
            channel_id,
            category: news.category.clone(),
            choice: news.choice,
            words: news.words.clone(),
            wamid: None,
            told_at_ms,
            received_at_ms,
        };
        Ok(consent::note(tx, &contact_id, &chosen, now).await?)
    }
}
