//! Own messages on their way to the server: shown at once, confirmed or refused in place, never lost and never doubled,
//! since each keeps the name it was given.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::Inbox;
use super::publish::Dirty;
use super::shown::{Bubble, Joined, Quote};
use crate::api::inbox::{FileToSend, TextToSend, resend, send_file, send_text};
use crate::domain::content::Media;
use crate::domain::ids::{AgentId, ConversationId, MessageId};
use crate::domain::media::MediaKind;
use crate::domain::message::{Author, AuthorKind, Direction, Message, MessageStatus};
use crate::error::AppError;
use crate::ui::parts::browser;

/// An answer that takes longer is no longer waited for; the message is offered again under its name.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
const LONGEST_WAIT_S: u64 = 30;

/// Where a message stands that the server has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pending {
    Sending,
    /// The server could not be reached; it is tried again by itself.
    Waiting,
    /// The server said no, and why.
    Refused(AppError),
}

/// A message the server has not confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    pub client_msg_id: String,
    pub conversation_id: ConversationId,
    /// The text, or the words under the file.
    pub body: String,
    file: Option<(MediaKind, Box<Media>)>,
    /// The message it answers.
    reply_to: Option<MessageId>,
    /// The uncertain or failed message this one repeats.
    again_of: Option<MessageId>,
    base_seq: i64,
    at_ms: i64,
    pending: Pending,
    /// Counts tries; an answer to an earlier one is still an answer, a silence of it is not.
    tries: u32,
    in_flight: bool,
}

/// The bubbles of a conversation's unconfirmed messages. Those behind a waiting one wait, too.
pub(super) fn bubbles(all: &[Outgoing], open: &ConversationId, me: &AgentId) -> Vec<Bubble> {
    let mut waits = false;
    let here = all.iter().filter(|out| out.conversation_id == *open);
    here.map(|out| {
        waits |= out.pending == Pending::Waiting;
        let mut bubble = out.bubble(me);
        if waits && out.pending == Pending::Sending {
            bubble.pending = Some(Pending::Waiting);
        }
        bubble
    })
    .collect()
}

impl Outgoing {
    fn bubble(&self, me: &AgentId) -> Bubble {
        let refused = matches!(self.pending, Pending::Refused(_));
        let message = Message {
            content: None,
            media: self.file.as_ref().map(|(_, media)| media.clone()),
            reactions: Vec::new(),
            edited_at_ms: None,
            revoked_at_ms: None,
            id: MessageId::from_text(self.client_msg_id.clone()),
            conversation_id: self.conversation_id.clone(),
            wamid: None,
            seq: i64::MAX,
            direction: Direction::Out,
            author: Author { kind: AuthorKind::Agent, id: Some(me.to_string()) },
            kind: self.file.as_ref().map_or("text", |(kind, _)| kind.as_str()).to_owned(),
            text: Some(self.body.clone()).filter(|body| self.file.is_none() || !body.is_empty()),
            reply_to: self.reply_to.clone(),
            status: if refused { MessageStatus::Failed } else { MessageStatus::Queued },
            error: None,
            sent_at_ms: self.at_ms,
            received_at_ms: self.at_ms,
            client_msg_id: Some(self.client_msg_id.clone()),
            resend_of: self.again_of.clone(),
        };
        let pending = Some(self.pending.clone());
        Bubble { message, pending, joined: Joined::default(), quote: None, repeated: false }
    }
}

impl Inbox {
    /// Sends a text to the open conversation, as an answer to one of its messages or on its own.
    pub fn send(self, body: String, reply_to: Option<MessageId>) {
        let Some(conversation_id) = self.open.get_untracked() else { return };
        self.queue(conversation_id, body, None, reply_to, None);
    }

    /// Sends an uploaded file to the conversation it was chosen in.
    pub fn send_file(self, conversation_id: ConversationId, kind: MediaKind, media: Media, caption: String) {
        self.queue(conversation_id, caption, Some((kind, Box::new(media))), None, None);
    }

    /// The highest `seq` that was really on screen.
    pub fn seen_seq(self) -> i64 {
        self.truth.with_value(|truth| truth.seen_seq)
    }

    /// Sends an uncertain or failed message once more, at a person's word.
    pub fn send_again(self, message: &Message) {
        let file = message.media.clone().and_then(|media| Some((MediaKind::of_message(&message.kind)?, media)));
        let body = message.text.clone().unwrap_or_default();
        let again_of = Some(message.id.clone());
        self.queue(message.conversation_id.clone(), body, file, message.reply_to.clone(), again_of);
    }

    fn queue(
        self,
        conversation_id: ConversationId,
        body: String,
        file: Option<(MediaKind, Box<Media>)>,
        reply_to: Option<MessageId>,
        again_of: Option<MessageId>,
    ) {
        let at_ms = self.clock.now_untracked();
        self.truth.update_value(|truth| {
            // Whoever answers has seen what was above.
            truth.line_after_seq = None;
            let base_seq = truth.seen_seq;
            truth.outgoing.push(Outgoing {
                client_msg_id: browser::random_id(),
                conversation_id,
                body,
                file,
                reply_to,
                again_of,
                base_seq,
                at_ms,
                pending: Pending::Sending,
                tries: 0,
                in_flight: false,
            });
        });
        self.touch(Dirty { thread: true, ..Dirty::default() });
        self.send_next();
    }

    /// Tries a refused message again, under the same name: if it did arrive, it is not sent twice.
    pub fn retry(self, client_msg_id: &str) {
        self.truth.update_value(|truth| {
            let Some(at) = truth.outgoing.iter().position(|out| out.client_msg_id == client_msg_id) else { return };
            // Now it is said, after whatever was said since.
            let mut out = truth.outgoing.remove(at);
            if out.pending == Pending::Refused(AppError::ClientMsgIdReused) {
                out.client_msg_id = browser::random_id();
            }
            out.pending = Pending::Sending;
            out.tries = 0;
            truth.outgoing.push(out);
        });
        self.touch(Dirty { thread: true, ..Dirty::default() });
        self.send_next();
    }

    /// Takes a refused message back and gives its text with what it answered.
    pub fn take_back(self, client_msg_id: &str) -> Option<(String, Option<Quote>)> {
        let taken = self.truth.try_update_value(|truth| {
            let refused = |out: &Outgoing| matches!(out.pending, Pending::Refused(_));
            let at = truth.outgoing.iter().position(|out| out.client_msg_id == client_msg_id && refused(out))?;
            let out = truth.outgoing.remove(at);
            let held = truth.view.thread.as_ref().map_or(&[][..], |thread| &thread.messages);
            let quote = out.reply_to.and_then(|id| held.iter().find(|message| message.id == id).map(Quote::of));
            Some((out.body, quote))
        });
        self.touch(Dirty { thread: true, ..Dirty::default() });
        taken.flatten()
    }

    /// There is a connection again: what waited goes now.
    pub(super) fn send_waiting(self) {
        self.truth.update_value(|truth| {
            for out in truth.outgoing.iter_mut().filter(|out| out.pending == Pending::Waiting) {
                out.pending = Pending::Sending;
                out.tries = 0;
            }
        });
        self.touch(Dirty { thread: true, ..Dirty::default() });
        self.send_next();
    }

    /// Starts whatever may start: in each conversation one message at a time, so that they arrive as they were written.
    fn send_next(self) {
        let starting = self.truth.try_update_value(|truth| {
            let mut busy = Vec::new();
            let mut starting = Vec::new();
            for out in &mut truth.outgoing {
                if matches!(out.pending, Pending::Refused(_)) || busy.contains(&out.conversation_id) {
                    continue;
                }
                busy.push(out.conversation_id.clone());
                if out.pending == Pending::Sending && !out.in_flight {
                    out.in_flight = true;
                    out.tries += 1;
                    starting.push(out.clone());
                }
            }
            starting
        });
        for out in starting.unwrap_or_default() {
            self.offer(out);
        }
        self.count_waiting();
    }

    fn offer(self, out: Outgoing) {
        let (name, tries) = (out.client_msg_id.clone(), out.tries);
        browser::after(ANSWER_WITHIN, move || self.answered(&name, tries, Err(AppError::Offline)));
        spawn_local(async move {
            let answer = match (out.again_of, out.file) {
                (Some(id), _) => resend(id, out.client_msg_id.clone()).await,
                (None, Some((kind, media))) => {
                    send_file(FileToSend {
                        conversation_id: out.conversation_id,
                        voice: media.voice,
                        media_id: media.id,
                        kind,
                        caption: out.body,
                        client_msg_id: out.client_msg_id.clone(),
                        base_seq: out.base_seq,
                    })
                    .await
                }
                (None, None) => {
                    send_text(TextToSend {
                        conversation_id: out.conversation_id,
                        body: out.body,
                        client_msg_id: out.client_msg_id.clone(),
                        base_seq: out.base_seq,
                        reply_to: out.reply_to,
                    })
                    .await
                }
            };
            self.answered(&out.client_msg_id, tries, answer);
        });
    }

    fn answered(self, name: &str, tries: u32, answer: Result<Message, AppError>) {
        if answer == Err(AppError::SignedOut) {
            return self.leave();
        }
        let wait = self.truth.try_update_value(|truth| {
            // It may be gone: the live line was faster, or an earlier try was answered.
            let at = truth.outgoing.iter().position(|out| out.client_msg_id == name)?;
            match answer {
                Ok(message) => {
                    truth.outgoing.remove(at);
                    let thread = truth.view.thread.as_mut().filter(|it| it.row.id == message.conversation_id);
                    if let Some(thread) = thread {
                        let has_older = thread.has_older;
                        thread.prepend(thread.seq, vec![message], has_older);
                    }
                    None
                }
                Err(_) if truth.outgoing[at].tries != tries || !truth.outgoing[at].in_flight => None,
                Err(AppError::Offline | AppError::Unavailable | AppError::Throttled { .. }) => {
                    let out = &mut truth.outgoing[at];
                    (out.pending, out.in_flight) = (Pending::Waiting, false);
                    Some(2_u64.saturating_pow(tries.min(6)).min(LONGEST_WAIT_S))
                }
                Err(error) => {
                    let out = &mut truth.outgoing[at];
                    (out.pending, out.in_flight) = (Pending::Refused(error), false);
                    None
                }
            }
        });
        if let Some(seconds) = wait.flatten() {
            let name = name.to_owned();
            browser::after(Duration::from_secs(seconds), move || self.wake(&name));
        }
        self.touch(Dirty { thread: true, ..Dirty::default() });
        self.send_next();
    }

    /// A waiting message has waited long enough.
    fn wake(self, name: &str) {
        self.truth.update_value(|truth| {
            let waits = |out: &&mut Outgoing| out.client_msg_id == name && out.pending == Pending::Waiting;
            if let Some(out) = truth.outgoing.iter_mut().find(waits) {
                out.pending = Pending::Sending;
            }
        });
        self.send_next();
    }

    fn count_waiting(self) {
        let waiting = self.truth.with_value(|truth| {
            truth.outgoing.iter().filter(|out| !matches!(out.pending, Pending::Refused(_))).count() as i64
        });
        if self.waiting.get_untracked() != waiting {
            self.waiting.set(waiting);
        }
    }

    /// Asks before a page is left that still holds a message nobody else has.
    pub(super) fn guard_unsent(self) {
        let _ = window_event_listener_untyped("beforeunload", move |event| {
            if self.waiting.get_untracked() > 0 {
                event.prevent_default();
                if let Some(event) = event.dyn_ref::<web_sys::BeforeUnloadEvent>() {
                    event.set_return_value("unsent");
                }
            }
        });
    }
}
