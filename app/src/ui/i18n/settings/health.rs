//! Texts of a number's health card: each part, what Meta's word for it means, and how to mend what is not well.

use crate::domain::agent::Locale;
use crate::domain::health::{DailyLimit, Fact, FactKind, Level, Line, daily_limit};

pub struct HealthTexts {
    locale: Locale,
    pub title: &'static str,
    pub text: &'static str,
    pub check: &'static str,
    pub unknown: &'static str,
    /// Before the moment a line is from.
    pub since: fn(&str) -> String,
    pub until: fn(&str) -> String,
}

pub const AR: HealthTexts = HealthTexts {
    locale: Locale::Ar,
    title: "حالة الرقم لدى ميتا",
    text: "تُحدَّث وحدها كلما أخبرت ميتا بجديد، وتُسأل ميتا أيضًا عند فتح الصفحة.",
    check: "الفحص الآن",
    unknown: "لم تُعرف بعد",
    since: |moment| format!("منذ {moment}"),
    until: |moment| format!("حتى {moment}"),
};

pub const EN: HealthTexts = HealthTexts {
    locale: Locale::En,
    title: "How Meta sees this number",
    text: "Kept true by what Meta tells; Meta is also asked when this page opens.",
    check: "Check now",
    unknown: "Not known yet",
    since: |moment| format!("since {moment}"),
    until: |moment| format!("until {moment}"),
};

impl HealthTexts {
    fn pick(&self, ar: &'static str, en: &'static str) -> &'static str {
        match self.locale {
            Locale::Ar => ar,
            Locale::En => en,
        }
    }

    pub fn level(&self, level: Level) -> &'static str {
        match level {
            Level::Green => self.pick("سليم", "Healthy"),
            Level::Amber => self.pick("يحتاج نظرة", "Needs a look"),
            Level::Red => self.pick("يحتاج إصلاحًا", "Needs mending"),
        }
    }

    pub fn name(&self, kind: FactKind) -> &'static str {
        match kind {
            FactKind::Sending => self.pick("الإرسال", "Sending"),
            FactKind::Token => self.pick("رمز الوصول", "Access token"),
            FactKind::Status => self.pick("الرقم", "Number"),
            FactKind::Quality => self.pick("الجودة", "Quality"),
            FactKind::Limit => self.pick("حد المراسلة", "Messaging limit"),
            FactKind::Throughput => self.pick("السرعة", "Throughput"),
            FactKind::Name => self.pick("اسم العرض", "Display name"),
            FactKind::Account => self.pick("الحساب", "Account"),
            FactKind::Review => self.pick("مراجعة الحساب", "Account review"),
            FactKind::Connection => self.pick("الربط", "Connection"),
            FactKind::Restriction => self.pick("تقييد", "Restriction"),
            FactKind::Violation => self.pick("مخالفة", "Violation"),
            FactKind::Alert => self.pick("تنبيه", "Alert"),
            FactKind::Security => self.pick("الأمان", "Security"),
            FactKind::Webhook => self.pick("آخر اتصال من ميتا", "Last webhook"),
            FactKind::Notice => self.pick("خبر من ميتا", "News from Meta"),
        }
    }

    /// What the line says, in words; Meta's own word where we have none.
    pub fn word(&self, line: &Line) -> String {
        let Fact { kind, value, subject, .. } = &line.fact;
        if line.level.is_none() {
            return self.unknown.to_owned();
        }
        let known = match (*kind, value.as_str()) {
            (FactKind::Sending, "ok") => self.pick("يعمل", "Working"),
            (FactKind::Sending, "unanswered") => self.pick("ميتا لا تردّ", "Meta does not answer"),
            (FactKind::Sending, _) => self.pick("متوقف", "Paused"),
            (FactKind::Token, "ok") => self.pick("تقبله ميتا", "Meta accepts it"),
            (FactKind::Token, _) => self.pick("ترفضه ميتا", "Meta refuses it"),
            (FactKind::Status, "CONNECTED") => self.pick("متصل", "Connected"),
            (FactKind::Status, "FLAGGED") => self.pick("تحت الملاحظة", "Flagged"),
            (FactKind::Status, "RATE_LIMITED") => self.pick("بلغ حدّه", "At its limit"),
            (FactKind::Status, "PENDING" | "UNVERIFIED") => self.pick("لم يكتمل تسجيله", "Not fully registered"),
            (FactKind::Status, "RESTRICTED") => self.pick("مقيَّد", "Restricted"),
            (FactKind::Status, "BANNED") => self.pick("محظور", "Banned"),
            (FactKind::Status, "DISCONNECTED") => self.pick("غير متصل", "Disconnected"),
            (FactKind::Status, "DELETED") => self.pick("محذوف", "Deleted"),
            (FactKind::Quality, "GREEN") => self.pick("عالية", "High"),
            (FactKind::Quality, "YELLOW") => self.pick("متوسطة", "Medium"),
            (FactKind::Quality, "RED") => self.pick("منخفضة", "Low"),
            (FactKind::Quality, "RECOVERED") => self.pick("تحسّنت", "Recovered"),
            (FactKind::Quality, "NA" | "UNKNOWN") => self.pick("لم تُقيَّم بعد", "Not rated yet"),
            (FactKind::Limit, word) => return self.limit(word),
            (FactKind::Throughput, "STANDARD") => self.pick("80 رسالة في الثانية", "80 messages a second"),
            (FactKind::Throughput, "HIGH") => self.pick("1000 رسالة في الثانية", "1,000 messages a second"),
            (FactKind::Throughput, "NOT_APPLICABLE") => self.pick("لا تنطبق", "Does not apply"),
            (FactKind::Name, "APPROVED" | "AVAILABLE_WITHOUT_REVIEW") => self.pick("معتمد", "Approved"),
            (FactKind::Name, "PENDING_REVIEW" | "PENDING" | "DEFERRED") => self.pick("قيد المراجعة", "In review"),
            (FactKind::Name, "DECLINED" | "REJECTED") => self.pick("مرفوض", "Declined"),
            (FactKind::Name, "EXPIRED") => self.pick("انتهت صلاحيته", "Expired"),
            (FactKind::Account, "OK" | "REINSTATE") => self.pick("مفعَّل", "Active"),
            (FactKind::Account, "SCHEDULE_FOR_DISABLE") => self.pick("سيُعطَّل", "Will be disabled"),
            (FactKind::Account, "DISABLE") => self.pick("معطَّل", "Disabled"),
            (FactKind::Account, "ACCOUNT_DELETED") => self.pick("محذوف", "Deleted"),
            (FactKind::Review, "APPROVED") => self.pick("معتمد", "Approved"),
            (FactKind::Review, "PENDING" | "DEFERRED") => self.pick("قيد المراجعة", "In review"),
            (FactKind::Review, "REJECTED") => self.pick("مرفوض", "Rejected"),
            (FactKind::Connection, "CONNECTED") => self.pick("مربوط", "Connected"),
            (FactKind::Connection, _) => self.pick("فُصل", "Disconnected"),
            (FactKind::Restriction, _) => return self.restriction(subject),
            (FactKind::Security, "PIN_CHANGED") => self.pick("تغيّر رمز PIN", "The PIN was changed"),
            (FactKind::Security, "PIN_RESET_REQUEST") => self.pick("طُلب رمز PIN جديد", "A new PIN was asked for"),
            (FactKind::Security, "PIN_RESET_SUCCESS") => self.pick("أُعيد ضبط رمز PIN", "The PIN was reset"),
            (FactKind::Webhook, _) => match line.level {
                Some(Level::Green) => self.pick("يصل", "Arriving"),
                _ if line.fact.told_at_ms == 0 => self.pick("لم تتصل ميتا قط", "Meta has never called"),
                _ => self.pick("لا شيء منذ أيام", "Nothing for days"),
            },
            (FactKind::Violation | FactKind::Alert | FactKind::Notice, _) => return isolated(subject),
            (_, word) => return isolated(word),
        };
        known.to_owned()
    }

    fn limit(&self, word: &str) -> String {
        match (daily_limit(word), self.locale) {
            (Some(DailyLimit::Unlimited), _) => self.pick("بلا حد", "No limit").to_owned(),
            (Some(DailyLimit::Customers(n)), Locale::Ar) => {
                format!("{n} عميل في اليوم تبدأونهم بالمراسلة", n = grouped(n))
            }
            (Some(DailyLimit::Customers(n)), Locale::En) => {
                format!("{n} customers a day you may write to first", n = grouped(n))
            }
            (None, _) => isolated(word),
        }
    }

    fn restriction(&self, subject: &str) -> String {
        let known = match subject {
            "RESTRICTED_BIZ_INITIATED_MESSAGING" => {
                self.pick("لا تُبدأ محادثات جديدة", "No conversations may be started")
            }
            "RESTRICTED_CUSTOMER_INITIATED_MESSAGING" => self.pick("لا يُردّ على العملاء", "Customers cannot be answered"),
            "RESTRICTED_ADD_PHONE_NUMBER_ACTION" => self.pick("لا تُضاف أرقام", "No numbers can be added"),
            _ => return isolated(subject),
        };
        known.to_owned()
    }

    /// What to do about it; nothing for what is well.
    pub fn fix(&self, line: &Line) -> Option<&'static str> {
        if line.level.is_none_or(|level| level == Level::Green) {
            return None;
        }
        let value = line.fact.value.as_str();
        Some(match (line.fact.kind, value) {
            (FactKind::Sending, "unanswered") => self.pick(
                "لا شيء، فمجلس يحاول من جديد وحده، والرسائل محفوظة.",
                "nothing. Majlis keeps trying by itself, and what waits is kept.",
            ),
            (FactKind::Sending, _) => {
                self.pick("يُصلَح السبب المذكور أعلى الصفحة ثم يُستأنف الإرسال.", "Mend the cause named above, then resume sending.")
            }
            (FactKind::Token, _) => self.pick(
                "يُنشأ رمز جديد في إعدادات الأعمال لدى ميتا (System users) ويوضع في «المفاتيح» أدناه.",
                "Make a new token in Meta’s business settings (System users) and put it under Keys below.",
            ),
            (FactKind::Status, "BANNED" | "RESTRICTED" | "FLAGGED") => self.pick(
                "يُراجَع السبب في مدير واتساب ويُطلب منه إعادة النظر، ويُخفَّف ما لا يطلبه العملاء من رسائل.",
                "See the reason in WhatsApp Manager and ask for a review there; send less that customers did not ask for.",
            ),
            (FactKind::Status, _) => self.pick(
                "يُكمَل تسجيل الرقم في مدير واتساب ثم يُفحص من جديد.",
                "Finish the number’s registration in WhatsApp Manager, then check again.",
            ),
            (FactKind::Quality, _) => self.pick(
                "حظر العملاء الرقم أو اشتكوا. تُراجَع القوالب التسويقية ويُقلَّل منها، وتتحسّن الجودة خلال سبعة أيام.",
                "Customers blocked or reported you. Look at your marketing templates and send fewer; quality recovers within seven days.",
            ),
            (FactKind::Name, "DECLINED" | "REJECTED") => self.pick(
                "يُختار اسم يطابق النشاط في مدير واتساب ثم يُقدَّم من جديد.",
                "Choose a name that fits the business in WhatsApp Manager, then submit it again.",
            ),
            (FactKind::Review, "REJECTED") => self.pick(
                "يُطلب من ميتا إعادة النظر في مركز دعم الأعمال.",
                "Ask Meta to review the decision in its Business Support Home.",
            ),
            (FactKind::Name | FactKind::Review, _) => {
                self.pick("لا شيء، تقرر ميتا خلال أيام.", "nothing. Meta decides within days.")
            }
            (FactKind::Account, _) => self.pick(
                "يُقدَّم اعتراض في مركز دعم الأعمال لدى ميتا قبل موعد التعطيل.",
                "Appeal in Meta’s Business Support Home before the date given.",
            ),
            (FactKind::Connection, _) => self.pick(
                "يُربط الرقم من جديد. إن كان على تطبيق الهاتف فليُفتح التطبيق كل أسبوعين على الأقل.",
                "Connect the number again. If it is in the phone app, open the app at least every two weeks.",
            ),
            (FactKind::Restriction, _) => self.pick(
                "ينتهي التقييد وحده، أو يُعترض عليه في مركز دعم الأعمال لدى ميتا.",
                "It ends by itself; you can appeal in Meta’s Business Support Home.",
            ),
            (FactKind::Violation, _) => self.pick(
                "تُقرأ سياسة واتساب للأعمال في هذا الباب. تكرارها يُقيّد الحساب.",
                "Read WhatsApp’s business policy on this. Another one may restrict the account.",
            ),
            (FactKind::Alert, _) => self.pick("التفصيل في مدير واتساب.", "WhatsApp Manager has the details."),
            (FactKind::Security, _) => self.pick(
                "إن لم يفعل ذلك أحد منكم فليُغيَّر الرمز وتُراجَع صلاحيات حساب الأعمال لدى ميتا.",
                "If none of you did this, change the PIN and look at who has access to your business at Meta.",
            ),
            (FactKind::Webhook, _) => self.pick(
                "إن كان العملاء يكتبون فالاشتراك مقطوع: يُفحص «عنوان الاستقبال» أدناه لدى ميتا.",
                "If customers do write, the subscription is broken: check the callback below at Meta.",
            ),
            _ => return None,
        })
    }
}

/// Meta's own words stand in their order in either direction of writing.
fn isolated(word: &str) -> String {
    format!("\u{2068}{word}\u{2069}")
}

/// `2,000`
fn grouped(n: i64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::{OwnSide, card};

    #[test]
    fn whatever_needs_someone_has_a_fix_in_both_languages() {
        let bad = [
            (FactKind::Token, "190"),
            (FactKind::Status, "BANNED"),
            (FactKind::Status, "A_NEW_WORD"),
            (FactKind::Quality, "RED"),
            (FactKind::Name, "REJECTED"),
            (FactKind::Name, "PENDING"),
            (FactKind::Account, "DISABLE"),
            (FactKind::Review, "REJECTED"),
            (FactKind::Connection, "PARTNER_REMOVED"),
            (FactKind::Restriction, "ACTIVE"),
            (FactKind::Violation, "SPAM"),
            (FactKind::Alert, "CRITICAL"),
            (FactKind::Security, "PIN_CHANGED"),
        ];
        let facts: Vec<Fact> = bad.iter().map(|(kind, value)| Fact::new(*kind, *value).about(*value)).collect();
        for own in [
            OwnSide { paused_code: Some(190), ..OwnSide::default() },
            OwnSide { unanswered_since_ms: Some(0), connected_at_ms: -400_000_000, ..OwnSide::default() },
        ] {
            let card = card(own, &facts, 0);
            let wrong: Vec<&Line> = card.lines.iter().filter(|line| line.level > Some(Level::Green)).collect();
            assert!(wrong.len() > bad.len(), "{wrong:?}");
            for texts in [AR, EN] {
                for line in &wrong {
                    assert!(texts.fix(line).is_some(), "{line:?}");
                    assert!(!texts.word(line).is_empty(), "{line:?}");
                }
            }
        }
    }

    #[test]
    fn limits_in_words() {
        assert_eq!(EN.limit("TIER_2K"), "2,000 customers a day you may write to first");
        assert_eq!(AR.limit("TIER_UNLIMITED"), "بلا حد");
        assert_eq!(EN.limit("TIER_NOT_SET"), "\u{2068}TIER_NOT_SET\u{2069}");
        assert_eq!([1, 999, 1_000, 1_234_567].map(grouped), ["1", "999", "1,000", "1,234,567"]);
    }
}
