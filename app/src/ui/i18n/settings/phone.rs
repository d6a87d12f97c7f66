//! Texts of the phone a number lives on too.

use crate::domain::agent::Locale;
use crate::ui::i18n::plural::{Plural, plural};

pub struct PhoneTexts {
    locale: Locale,
    pub title: &'static str,
    pub text: &'static str,
    pub heard: &'static str,
    pub contacts: &'static str,
    pub history: &'static str,
    pub never: &'static str,
    pub asked: &'static str,
    pub unknown: &'static str,
    pub done: &'static str,
    pub unreachable: &'static str,
    pub too_late: &'static str,
    pub over: &'static str,
    pub asleep: &'static str,
    pub bring: &'static str,
    pub bring_help: &'static str,
    pub opened: &'static str,
}

impl PhoneTexts {
    pub fn percent(&self, percent: i64) -> String {
        match self.locale {
            Locale::Ar => format!("وصل {percent}٪ منه"),
            Locale::En => format!("{percent}% has come"),
        }
    }

    pub fn messages(&self, count: i64) -> String {
        match (self.locale, plural(self.locale, count)) {
            (Locale::Ar, Plural::One) => "رسالة واحدة".to_owned(),
            (Locale::Ar, Plural::Two) => "رسالتان".to_owned(),
            (Locale::Ar, Plural::Few) => format!("{count} رسائل"),
            (Locale::Ar, _) => format!("{count} رسالة"),
            (Locale::En, Plural::One) => "one message".to_owned(),
            (Locale::En, _) => format!("{count} messages"),
        }
    }

    pub fn refused_code(&self, code: i64) -> String {
        match self.locale {
            Locale::Ar => format!("رفضت ميتا ذلك (الرمز {code})."),
            Locale::En => format!("Meta refused it (code {code})."),
        }
    }
}

pub const AR: PhoneTexts = PhoneTexts {
    locale: Locale::Ar,
    title: "تطبيق الهاتف",
    text: "يعيش هذا الرقم في تطبيق واتساب للأعمال على هاتف أيضًا. افتحوا التطبيق مرة كل أسبوعين على الأقل، وإلا فصلت ميتا الرقم.",
    heard: "آخر نشاط من الهاتف",
    contacts: "جهات الاتصال",
    history: "المحادثات السابقة",
    never: "لم تُطلب",
    asked: "طُلبت، وتصل وحدها ما دام التطبيق مفتوحًا على الهاتف.",
    unknown: "طُلبت ولم يصل ردّ ميتا. قد تصل مع ذلك، ولا تُطلب مرتين.",
    done: "وصلت كلها",
    unreachable: "تعذّر الوصول إلى ميتا، ولم يُستهلك الطلب. أعيدوا المحاولة.",
    too_late: "طُلبت من قبل، أو انقضى اليوم المتاح لذلك.",
    over: "تتيح ميتا نقل ما في الهاتف مرة واحدة، خلال يوم من الربط. لنقله الآن افصلوا الرقم في التطبيق واربطوه من جديد.",
    asleep: "لم يُسمع من الهاتف منذ 13 يومًا. افتحوا تطبيق واتساب للأعمال عليه اليوم، فميتا تفصل الرقم بعد 14 يومًا.",
    bring: "نقل جهات الاتصال والمحادثات",
    bring_help: "مرة واحدة، وخلال يوم من الربط. أبقوا التطبيق مفتوحًا على الهاتف حتى يكتمل. لا يُحسب شيء منها غير مقروء ولا تصل عنها تنبيهات.",
    opened: "فتحنا التطبيق",
};

pub const EN: PhoneTexts = PhoneTexts {
    locale: Locale::En,
    title: "Phone app",
    text: "This number lives in the WhatsApp Business app of a phone too. Open the app at least every two weeks, or Meta disconnects the number.",
    heard: "Last heard of the phone",
    contacts: "Contacts",
    history: "Earlier conversations",
    never: "Not asked for",
    asked: "Asked for; they come by themselves while the app is open on the phone.",
    unknown: "Asked for, and Meta's answer was lost. They may come all the same; nobody asks twice.",
    done: "All here",
    unreachable: "Meta could not be reached, and nothing was used up. Try again.",
    too_late: "It was asked for before, or the day for it is over.",
    over: "Meta brings over what is on the phone once, within a day of connecting. To have it now, disconnect the number in the app and connect it again.",
    asleep: "Nothing was heard of the phone for 13 days. Open the WhatsApp Business app on it today: Meta disconnects the number after 14.",
    bring: "Bring over contacts and conversations",
    bring_help: "Once, and within a day of connecting. Keep the app open on the phone until all is here. None of it counts as unread, and nobody is notified.",
    opened: "We opened the app",
};
