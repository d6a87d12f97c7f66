//! The phone a number lives on too (coexistence): what it may bring over, and when it must be opened.
//! <https://developers.facebook.com/docs/whatsapp/embedded-signup/custom-flows/onboarding-business-app-users>

use serde::{Deserialize, Serialize};

use super::ids::ChannelId;
use super::time::DAY_MS;

/// Meta lets a number go whose app was not opened for about 14 days: we say so a day before.
pub const REMIND_AFTER_MS: i64 = 13 * DAY_MS;
/// What is on the phone can be had within a day of connecting, once.
pub const BRING_WITHIN_MS: i64 = DAY_MS;

word_enum!(
    /// What a phone can bring over.
    Bring { Contacts => "contacts", History => "history" }
);

/// A question Meta takes once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub at_ms: i64,
    /// Meta has said yes. Without that and without a refusal its answer was lost.
    pub answered: bool,
    pub refused_code: Option<i64>,
}

/// How a phone stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    pub channel_id: ChannelId,
    /// The number's name with us.
    pub name: String,
    pub onboarded_at_ms: i64,
    pub contacts: Option<Asked>,
    pub history: Option<Asked>,
    /// How far the phone says it is, in percent; `None` before anything came.
    pub history_progress: Option<i64>,
    /// Messages of the past read so far.
    pub messages: i64,
    /// Parts that came and wait to be read.
    pub waiting: i64,
    /// Its newest sign of life.
    pub seen_at_ms: i64,
}

impl Phone {
    /// May Meta be asked for this? Nobody has asked, and the day is not over.
    pub fn may_bring(&self, what: Bring, now_ms: i64) -> bool {
        let asked = match what {
            Bring::Contacts => &self.contacts,
            Bring::History => &self.history,
        };
        asked.is_none() && now_ms < self.onboarded_at_ms + BRING_WITHIN_MS
    }

    /// Must somebody open the app on it, lest Meta disconnects the number?
    pub fn is_asleep(&self, now_ms: i64) -> bool {
        now_ms >= self.seen_at_ms + REMIND_AFTER_MS
    }

    /// Is a history under way: asked for or begun, and not all here yet?
    pub fn is_bringing(&self) -> bool {
        let refused = self.history.as_ref().is_some_and(|asked| asked.refused_code.is_some());
        let begun = self.history_progress.is_some_and(|progress| progress < 100);
        self.waiting > 0 || (begun && !refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone() -> Phone {
        Phone {
            channel_id: ChannelId::from_text("c"),
            name: "Shop".to_owned(),
            onboarded_at_ms: 0,
            contacts: None,
            history: None,
            history_progress: None,
            messages: 0,
            waiting: 0,
            seen_at_ms: 0,
        }
    }

    #[test]
    fn each_is_asked_for_once_and_within_a_day() {
        let asked = Some(Asked { at_ms: 1, answered: false, refused_code: None });
        for (asked, now_ms, may) in
            [(None, 0, true), (None, DAY_MS - 1, true), (None, DAY_MS, false), (asked, 2, false)]
        {
            let phone = Phone { history: asked.clone(), ..phone() };
            assert_eq!(phone.may_bring(Bring::History, now_ms), may, "{asked:?} at {now_ms}");
            assert_eq!(phone.may_bring(Bring::Contacts, now_ms), now_ms < DAY_MS);
        }
    }

    #[test]
    fn it_is_reminded_of_a_day_before_meta_lets_go() {
        assert!(!phone().is_asleep(REMIND_AFTER_MS - 1));
        assert!(phone().is_asleep(REMIND_AFTER_MS));
    }

    #[test]
    fn a_history_is_under_way_until_all_of_it_is_read() {
        let refused = Asked { at_ms: 1, answered: true, refused_code: Some(2_593_109) };
        for (progress, waiting, history, expected) in [
            (None, 0, None, false),
            (None, 1, None, true),
            (Some(40), 0, None, true),
            (Some(40), 0, Some(refused), false),
            (Some(100), 2, None, true),
            (Some(100), 0, None, false),
        ] {
            let phone = Phone { history_progress: progress, waiting, history, ..phone() };
            assert_eq!(phone.is_bringing(), expected, "{phone:?}");
        }
    }
}
