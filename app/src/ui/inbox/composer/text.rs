//! What is being written, kept for each conversation as long as the tab lives. Never stored: it is a customer's matter.

use leptos::prelude::*;

use crate::domain::ids::{ConversationId, MessageId};
use crate::ui::inbox::store::{Inbox, Quote};
use crate::ui::parts::browser;

#[derive(Clone, Copy)]
pub struct Compose {
    pub text: RwSignal<String>,
    /// The message it will quote.
    pub answering: RwSignal<Option<Quote>>,
    conversation: StoredValue<ConversationId>,
    inbox: Inbox,
}

impl Compose {
    pub fn new(inbox: Inbox, id: &ConversationId) -> Self {
        let text = inbox.drafts.with_untracked(|drafts| drafts.get(id).cloned()).unwrap_or_default();
        // The list shows drafts of the conversations one has left, so it need not hear of each letter.
        on_cleanup(move || inbox.drafts.notify());
        let answering = inbox.answering.with_value(|all| all.get(id).cloned());
        Self {
            text: RwSignal::new(text),
            answering: RwSignal::new(answering),
            conversation: StoredValue::new(id.clone()),
            inbox,
        }
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

    /// What is written answers this message; the keyboard is put there to write it.
    pub fn answer(self, quote: Quote) {
        self.set_answering(Some(quote));
        focus_draft();
    }

    /// It answers nothing in particular.
    pub fn answer_nothing(self) {
        self.set_answering(None);
        focus_draft();
    }

    fn set_answering(self, quote: Option<Quote>) {
        let id = self.conversation.get_value();
        self.inbox.answering.update_value(|all| match &quote {
            Some(quote) => drop(all.insert(id, quote.clone())),
            None => drop(all.remove(&id)),
        });
        self.answering.set(quote);
    }

    /// Gives the text away, with what it answers: it is being sent.
    pub fn take(self) -> (String, Option<MessageId>) {
        let text = self.text.get_untracked();
        let answered = self.answering.get_untracked().map(|quote| quote.id);
        self.set(String::new());
        self.set_answering(None);
        (text, answered)
    }

    /// Gives away what it answers, for something that is no text: it is being sent.
    pub fn take_answering(self, conversation_id: &ConversationId) -> Option<MessageId> {
        // An upload may end when another conversation is open.
        let quote = self.inbox.answering.try_update_value(|all| all.remove(conversation_id)).flatten();
        if self.conversation.try_with_value(|own| own == conversation_id) == Some(true) {
            let _ = self.answering.try_set(None);
        }
        quote.map(|quote| quote.id)
    }

    /// Takes a refused message back in, before whatever was written since.
    pub fn take_in(self, text: &str, quote: Option<Quote>) {
        let since = self.text.get_untracked();
        let both = if since.trim().is_empty() { text.to_owned() } else { format!("{text}\n{since}") };
        self.set(both);
        if quote.is_some() {
            self.set_answering(quote);
        }
        focus_draft();
    }
}

/// At once: it is there, and a moment later the person may have gone on.
fn focus_draft() {
    browser::focus("#draft");
}
