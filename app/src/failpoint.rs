//! Named points at which a test ends the program as a power cut or `kill -9` would, to see what the next start finds.
//!
//! `MAJLIS_FAILPOINT=outbox.in_flight:3` kills a debug build when it comes to that point for the third time;
//! `inbound.begun:2:panic` lets the first two that come there panic, as a bug would. A release build has no points and does not read the variable: [`reach`] is empty there. A feature of Cargo would do the same, but
//! every test would then build the program twice.

word_enum!(
    /// Where it may end. Each name says what has just happened.
    Point {
        WebhookRead => "webhook.read",
        WebhookStored => "webhook.stored",
        JournalGathered => "journal.gathered",
        JournalWritten => "journal.written",
        JournalCommitted => "journal.committed",
        JournalTold => "journal.told",
        InboundRead => "inbound.read",
        InboundHeld => "inbound.held",
        InboundBegun => "inbound.begun",
        InboundItem => "inbound.item",
        InboundApplied => "inbound.applied",
        InboundSetAside => "inbound.set_aside",
        InboundMoved => "inbound.moved",
        InboundCommitted => "inbound.committed",
        EventsNumbered => "events.numbered",
        Committed => "committed",
        WishQueued => "wish.queued",
        WishCommitted => "wish.committed",
        OutboxTaken => "outbox.taken",
        OutboxTakenOver => "outbox.taken_over",
        OutboxRecovered => "outbox.recovered",
        OutboxClaimed => "outbox.claimed",
        OutboxMarked => "outbox.marked",
        OutboxInFlight => "outbox.in_flight",
        OutboxCalling => "outbox.calling",
        OutboxAnswered => "outbox.answered",
        OutboxHeard => "outbox.heard",
        OutboxEnded => "outbox.ended",
        OutboxEndsCommitted => "outbox.ends_committed",
        MediaClaimed => "media.claimed",
        MediaFetched => "media.fetched",
        MediaRenamed => "media.renamed",
        MediaKept => "media.kept",
        MediaWritten => "media.written",
        HistoryRead => "history.read",
        HistoryHeld => "history.held",
        HistoryBrought => "history.brought",
        HistoryCommitted => "history.committed",
    }
);

/// The program has come to this point; in a test this may be its end.
#[inline(always)]
pub fn reach(point: Point) {
    #[cfg(debug_assertions)]
    armed::reach(point);
    #[cfg(not(debug_assertions))]
    let _ = point;
}

#[cfg(debug_assertions)]
mod armed {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::Point;

    static ARMED: LazyLock<Option<Armed>> = LazyLock::new(|| read(&std::env::var("MAJLIS_FAILPOINT").ok()?));

    #[derive(Debug)]
    pub struct Armed {
        pub point: Point,
        /// Times it is still passed with a panic, or until it is the end.
        pub left: AtomicU32,
        pub panics: bool,
    }

    /// `name:count:panic`, `name:count`, or `name` for the first time.
    pub fn read(text: &str) -> Option<Armed> {
        let mut parts = text.split(':');
        let point = Point::from_word(parts.next()?)?;
        let left = AtomicU32::new(parts.next().unwrap_or("1").parse().ok()?);
        let panics = parts.next();
        (panics.is_none_or(|word| word == "panic") && parts.next().is_none()).then_some(Armed {
            point,
            left,
            panics: panics.is_some(),
        })
    }

    pub fn reach(point: Point) {
        let Some(armed) = ARMED.as_ref().filter(|armed| armed.point == point) else { return };
        let less = |left: u32| left.checked_sub(1);
        let Ok(left) = armed.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less) else { return };
        assert!(!armed.panics, "the failpoint {point}");
        if left > 1 {
            return;
        }
        // The same end as from outside: no destructor, no flush, no goodbye.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::process::abort();
    }
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;

    #[test]
    fn a_point_and_its_count_are_read() {
        let read = |text| armed::read(text).map(|armed| (armed.point, armed.left.load(Ordering::SeqCst), armed.panics));
        assert_eq!(read("outbox.in_flight:3"), Some((Point::OutboxInFlight, 3, false)));
        assert_eq!(read("committed"), Some((Point::Committed, 1, false)));
        assert_eq!(read("committed:2:panic"), Some((Point::Committed, 2, true)));
        for wrong in ["", "committed:", "committed:no", "nowhere:1", "committed:1:burn", "committed:1:panic:1"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_program_that_is_not_armed_goes_on() {
        for point in Point::ALL {
            reach(*point);
        }
    }
}
