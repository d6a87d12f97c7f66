//! What is known of a customer beside what every row carries: fetched with the pane, and again when the row says that it
//! has changed.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::customer::{CustomerDetails, load_customer};
use crate::ui::inbox::store::Inbox;

/// The details of the open conversation's customer; empty until they are here.
pub fn follow(inbox: Inbox) -> RwSignal<CustomerDetails> {
    let details = RwSignal::new(CustomerDetails::default());
    let wanted = Memo::new(move |_| {
        inbox.open_row.with(|row| {
            let row = row.as_ref()?;
            Some((row.id.clone(), row.contact.id.clone(), row.contact.version, row.block.clone()))
        })
    });
    Effect::new(move |_| {
        let Some(now) = wanted.get() else { return };
        spawn_local(async move {
            // Without an answer what is shown stays; the next change asks again.
            if let Ok(found) = load_customer(now.0.clone()).await
                && wanted.try_get_untracked().flatten() == Some(now)
            {
                let _ = details.try_set(found);
            }
        });
    });
    details
}
