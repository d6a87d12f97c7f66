//! Delivery states never go backwards, whatever order statuses arrive in (design.md, promise 3).

use super::message::MessageStatus;

/// How far along a status is. Later news of a higher rank wins; lower or equal rank changes nothing.
fn rank(status: MessageStatus) -> u8 {
    use MessageStatus::*;
    match status {
        Received => u8::MAX,
        Queued => 0,
        Claimed => 1,
        InFlight => 2,
        Unknown => 3,
        Unconfirmed => 4,
        Accepted => 5,
        Sent => 6,
        // A failure after `sent` is final news; one after `delivered` contradicts the phone and is only flagged.
        Failed => 7,
        Delivered => 8,
        Read => 9,
        Played => 10,
    }
}

/// What a status report from Meta does to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// The message moves on.
    To(MessageStatus),
    /// Old news, or the same again.
    Nothing,
    /// Meta says "failed" of what a phone has shown: kept for the reader, nothing is taken back.
    Contradiction,
}

/// Judges a reported status against the one held. `reported` is one of sent, delivered, read, played, failed.
pub fn advance(held: MessageStatus, reported: MessageStatus) -> Advance {
    use MessageStatus::*;
    if held == Received {
        return Advance::Nothing;
    }
    if reported == Failed && matches!(held, Delivered | Read | Played) {
        return Advance::Contradiction;
    }
    if rank(reported) > rank(held) { Advance::To(reported) } else { Advance::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MessageStatus::*;

    #[test]
    fn states_only_move_forward() {
        for (held, reported, expected) in [
            (Accepted, Sent, Advance::To(Sent)),
            (Accepted, Read, Advance::To(Read)),
            (Sent, Sent, Advance::Nothing),
            (Delivered, Sent, Advance::Nothing),
            (Read, Delivered, Advance::Nothing),
            (Read, Played, Advance::To(Played)),
            (Sent, Failed, Advance::To(Failed)),
            (Failed, Sent, Advance::Nothing),
            (Failed, Delivered, Advance::To(Delivered)),
            (Delivered, Failed, Advance::Contradiction),
            (Read, Failed, Advance::Contradiction),
            (Unknown, Sent, Advance::To(Sent)),
            (Unconfirmed, Failed, Advance::To(Failed)),
            (InFlight, Delivered, Advance::To(Delivered)),
            (Received, Read, Advance::Nothing),
        ] {
            assert_eq!(advance(held, reported), expected, "{held} then {reported}");
        }
    }

    /// Every order of every set of reports, duplicates included, ends in the same state.
    #[test]
    fn every_order_ends_the_same() {
        let reports = [Sent, Delivered, Read, Played, Failed];
        for subset in 1u32..(1 << reports.len()) {
            let set: Vec<_> = (0..reports.len()).filter(|i| subset & (1 << i) != 0).map(|i| reports[i]).collect();
            let mut ends = Vec::new();
            permute(&set, &mut Vec::new(), &mut |order| {
                let end = order.iter().chain(order).fold(Accepted, |held, reported| match advance(held, *reported) {
                    Advance::To(next) => next,
                    Advance::Nothing | Advance::Contradiction => held,
                });
                ends.push(end);
            });
            assert!(ends.iter().all(|end| *end == ends[0]), "{set:?} ended as {ends:?}");
        }
    }

    fn permute(rest: &[MessageStatus], order: &mut Vec<MessageStatus>, each: &mut impl FnMut(&[MessageStatus])) {
        if rest.is_empty() {
            each(order);
        }
        for i in 0..rest.len() {
            let mut others = rest.to_vec();
            order.push(others.remove(i));
            permute(&others, order, each);
            order.pop();
        }
    }
}
