//! What the demo begins with, worked out before anything is written: conversations with their texts and times.

use std::collections::HashMap;

use app::domain::message::MessageStatus;
use app::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};

use super::exchanges::{Ending, Exchange, Line, Written};
use super::people::{Crowd, Person};
use super::sent;
use super::variation::Variation;
use crate::simulator::content::content;
use crate::simulator::dice::Dice;
use crate::simulator::made_up;
use crate::simulator::refusal::Refusal;
use crate::simulator::webhook::Content;

/// A conversation to be written.
#[derive(Debug, PartialEq)]
pub struct Planned {
    pub person: Person,
    pub ending: Ending,
    pub messages: Vec<PlannedMessage>,
    /// An agent has seen the last messages, though nobody has answered.
    pub seen: bool,
}

#[derive(Debug, PartialEq)]
pub struct PlannedMessage {
    /// `customer`, or an agent's key.
    pub from: String,
    pub content: Content,
    /// `None` where Meta's answer never came.
    pub wamid: Option<String>,
    pub status: MessageStatus,
    pub error: Option<Refusal>,
    pub sent_at_ms: i64,
    pub received_at_ms: i64,
}

impl PlannedMessage {
    pub fn is_customers(&self) -> bool {
        self.from == "customer"
    }

    /// Something done to an earlier message.
    pub fn is_mark(&self) -> bool {
        matches!(self.content.kind.as_str(), "reaction" | "edit" | "revoke")
    }
}

/// Plans `count` conversations that end before `now_ms`. The same number gives the same plan, shifted in time.
pub fn plan(written: &Written, number: u64, count: usize, now_ms: i64) -> Vec<Planned> {
    let mut dice = Dice::new(number);
    let mut crowd = Crowd::new(&written.people, &mut dice);
    let mut order: Vec<&Exchange> = written.exchanges.iter().collect();
    dice.shuffle(&mut order);
    let mut uses: HashMap<&str, usize> = HashMap::new();
    let mut planned = Vec::with_capacity(count);
    // The last ones, so that the others stay who they are.
    let more = if count >= written.exchanges.len() { &written.more_than_words[..] } else { &[] };
    for exchange in order.into_iter().cycle().take(count.saturating_sub(more.len())).chain(more) {
        let Some(person) = crowd.take(exchange.countries(), exchange.is_latin(), &mut dice) else { continue };
        let use_ = uses.entry(&exchange.key).or_default();
        let lines = exchange.lines(*use_);
        *use_ += 1;
        planned.push(conversation(written, exchange, lines, person, now_ms, &mut dice));
    }
    planned
}

fn conversation(
    written: &Written,
    exchange: &Exchange,
    lines: &[Line],
    person: Person,
    now_ms: i64,
    dice: &mut Dice,
) -> Planned {
    let ending = exchange.ending;
    let offsets = offsets(lines, dice);
    let length_ms = offsets.last().copied().unwrap_or_default();
    // How long before the end the customer last wrote: a window is closed a day after that.
    let silence_ms = lines.iter().rposition(Line::is_customers).map_or(0, |last| length_ms - offsets[last]);
    let mut age_ms = age(ending, dice);
    if ending == Ending::ClosedWindow {
        age_ms = age_ms.max(DAY_MS + HOUR_MS - silence_ms);
    }
    let mut ended_at_ms = now_ms - age_ms;
    if age_ms > 3 * HOUR_MS && !exchange.key.starts_with("night") && is_night(ended_at_ms) {
        ended_at_ms -= 8 * HOUR_MS;
    }
    let began_at_ms = ended_at_ms - length_ms;
    let variation = Variation::new(written, &person, dice);
    let last_customers = lines.iter().rposition(Line::is_customers);
    let mut messages: Vec<PlannedMessage> = Vec::with_capacity(lines.len());
    for (place, (line, offset)) in lines.iter().zip(&offsets).enumerate() {
        let sent_at_ms = began_at_ms + offset;
        let text = variation.fill(line);
        let status = match line.is_customers() {
            true => MessageStatus::Received,
            // Who answers has read.
            false if last_customers.is_some_and(|last| last > place) => MessageStatus::Read,
            false => arrived(dice),
        };
        messages.push(PlannedMessage {
            from: line.from.clone(),
            content: mark(line, text.as_deref(), &messages)
                .or_else(|| sent::message(&line.kind, text.as_deref()))
                .unwrap_or_else(|| content(&line.kind, text.as_deref(), &person.country, dice)),
            wamid: Some(format!("wamid.{:016X}{:016X}", dice.roll(), dice.roll())),
            status,
            error: None,
            sent_at_ms,
            received_at_ms: (sent_at_ms + dice.between(400, 2_500)).min(now_ms),
        });
    }
    end(ending, messages.last_mut(), dice);
    let seen = ending == Ending::Waiting && dice.percent(30);
    drop(variation);
    Planned { person, ending, messages, seen }
}

/// What a customer does besides writing: reacts to the last answer, changes or deletes their own last words, calls.
fn mark(line: &Line, text: Option<&str>, before: &[PlannedMessage]) -> Option<Content> {
    let last = |customers: bool| {
        let wanted = |message: &&PlannedMessage| message.is_customers() == customers && !message.is_mark();
        before.iter().rev().find(wanted)?.wamid.as_deref()
    };
    match line.kind.as_str() {
        "reaction" => Some(made_up::reaction(last(false)?, text.unwrap_or_default())),
        "edit" => Some(made_up::edit(last(true)?, text.unwrap_or_default())),
        "revoke" => Some(made_up::revoke(last(true)?)),
        "call" => Some(made_up::call()),
        _ => None,
    }
}

/// What became of the last message.
fn end(ending: Ending, last: Option<&mut PlannedMessage>, dice: &mut Dice) {
    let Some(last) = last else { return };
    match ending {
        Ending::Failed => {
            last.status = MessageStatus::Failed;
            last.error = Some(Refusal::of(if dice.percent(70) { 131_026 } else { 131_000 }));
        }
        Ending::Unknown => {
            last.status = MessageStatus::Unconfirmed;
            last.wamid = None;
        }
        Ending::Answered | Ending::Waiting | Ending::ClosedWindow => {}
    }
}

fn arrived(dice: &mut Dice) -> MessageStatus {
    match dice.below(100) {
        0..62 => MessageStatus::Read,
        62..92 => MessageStatus::Delivered,
        _ => MessageStatus::Sent,
    }
}

/// Milliseconds from the first line to each; nobody types twice at the same speed.
fn offsets(lines: &[Line], dice: &mut Dice) -> Vec<i64> {
    let mut at_ms = 0;
    let mut offsets = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        if place > 0 {
            at_ms += (line.after_s * SECOND_MS * dice.between(80, 130) / 100).max(SECOND_MS);
        }
        offsets.push(at_ms);
    }
    offsets
}

/// How long ago a conversation ended, so that the whole list looks like a day in the middle: some minutes ago, some
/// hours, many days.
fn age(ending: Ending, dice: &mut Dice) -> i64 {
    let roll = dice.below(100);
    let (low, high) = match ending {
        Ending::Waiting => match roll {
            0..35 => (MINUTE_MS, 55 * MINUTE_MS),
            35..75 => (HOUR_MS, 9 * HOUR_MS),
            75..93 => (10 * HOUR_MS, 23 * HOUR_MS),
            _ => (26 * HOUR_MS, 3 * DAY_MS),
        },
        Ending::Failed | Ending::Unknown => match roll {
            0..60 => (5 * MINUTE_MS, 6 * HOUR_MS),
            _ => (7 * HOUR_MS, 3 * DAY_MS),
        },
        Ending::Answered => match roll {
            0..9 => (2 * MINUTE_MS, 58 * MINUTE_MS),
            9..34 => (HOUR_MS, 11 * HOUR_MS),
            34..55 => (12 * HOUR_MS, 40 * HOUR_MS),
            _ => (2 * DAY_MS, 20 * DAY_MS),
        },
        Ending::ClosedWindow => (30 * HOUR_MS, 14 * DAY_MS),
    };
    dice.between(low, high)
}

/// Between one and eight in Cairo and Riyadh, where nearly all of them live.
fn is_night(at_ms: i64) -> bool {
    let hour = (at_ms + 3 * HOUR_MS).rem_euclid(DAY_MS) / HOUR_MS;
    (1..8).contains(&hour)
}
