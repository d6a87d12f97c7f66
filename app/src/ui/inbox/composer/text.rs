//! What is being written, kept for each conversation as long as the tab lives. Never stored: it is a customer's matter.

use leptos::prelude::*;

use crate::domain::ids::ConversationId;
use crate::ui::inbox::store::Inbox;
use crate::ui::parts::browser;

#[derive(Clone, Copy)]
pub struct Compose {
    pub text: RwSignal<String>,
    conversation: StoredValue<ConversationId>,
    inbox: Inbox,
}

impl Compose {
    pub fn new(inbox: Inbox, id: &ConversationId) -> Self {
        let text = inbox.drafts.with_untracked(|drafts| drafts.get(id).cloned()).unwrap_or_default();
        // The list shows drafts of the conversations one has left, so it need not hear of each letter.
        on_cleanup(move || inbox.drafts.notify());
        Self { text: RwSignal::new(text), conversation: StoredValue::new(id.clone()), inbox }
    }

    pub fn set(self, text: String) {
        let id = self.conversation.get_value();
        self.inbox.drafts.update_untracked(|drafts| {
            if text.trim().is_empty() {
                drafts.remove(&id);
            } else {
                drafts.insert(id, text.clone());
            }
        });
        self.text.set(text);
    }

    /// Gives the text away: it is being sent.
    pub fn take(self) -> String {
        let text = self.text.get_untracked();
        self.set(String::new());
        text
    }

    /// Takes a refused message back in, before whatever was written since.
    pub fn take_in(self, text: &str) {
        let since = self.text.get_untracked();
        let both = if since.trim().is_empty() { text.to_owned() } else { format!("{text}\n{since}") };
        self.set(both);
        browser::next_frame(|| {
            browser::focus("#draft");
        });
    }
}
