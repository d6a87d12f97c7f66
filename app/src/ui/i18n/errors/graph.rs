//! One sentence for each of Meta's error codes (cloud-api.md §7) and for our own: what happened, and what to do. The
//! same codes answer a send, come in a `failed` status, and stand on a paused number.

use super::{graph_admin, graph_refused};
use crate::domain::graph_error::{
    BLOCKED_WHILE_QUEUED, CHANNEL_GONE, EXPIRED_WHILE_QUEUED, FILE_GONE, WINDOW_CLOSED_WHILE_QUEUED,
};

/// A sentence in Arabic and in English.
pub type Pair = (&'static str, &'static str);

/// What a code means; `None` for one we do not know, which shows Meta's own words.
pub fn sentence(code: i64) -> Option<Pair> {
    ours(code)
        .or_else(|| later(code))
        .or_else(|| graph_refused::sentence(code))
        .or_else(|| graph_admin::sentence(code))
        .or_else(|| inbound(code))
}

fn ours(code: i64) -> Option<Pair> {
    Some(match code {
        WINDOW_CLOSED_WHILE_QUEUED => (
            "أُغلقت نافذة الـ24 ساعة والرسالة في الانتظار فلم تُرسل. تُرسل الآن بقالب فقط، أو بعد أن يكتب العميل من جديد.",
            "The 24-hour window closed while this waited, so it was not sent. Use a template, or wait until the customer writes again.",
        ),
        CHANNEL_GONE => (
            "أُزيل هذا الرقم والرسالة في الانتظار فلم تُرسل. يلزم ربط الرقم من جديد ثم إعادة الإرسال.",
            "This number was removed while the message waited, so it was not sent. Connect the number again, then send once more.",
        ),
        BLOCKED_WHILE_QUEUED => (
            "حُظر العميل على هذا الرقم والرسالة في الانتظار فلم تُرسل. إن بقيت لازمة فتُرسل من جديد بعد رفع الحظر.",
            "The customer was blocked on this number while this waited, so it was not sent. If it is still wanted, unblock them and send it again.",
        ),
        FILE_GONE => (
            "لم يعد ملف هذه الرسالة محفوظًا هنا فلم تُرسل. يلزم إرفاق الملف من جديد.",
            "The file of this message is no longer kept here, so it was not sent. Attach the file again.",
        ),
        EXPIRED_WHILE_QUEUED => (
            "انتهت المدة المحددة لهذه الرسالة وهي في الانتظار فلم تُرسل. إن بقيت لازمة فيلزم إرسالها من جديد.",
            "This message's own time ended while it waited, so it was not sent. Send it again if it is still wanted.",
        ),
        _ => return None,
    })
}

/// Temporary refusals, and those that want much time.
fn later(code: i64) -> Option<Pair> {
    Some(match code {
        1 => (
            "لم تفهم ميتا الطلب أو تعطّل خادمها. إن تكرّر ذلك بعد دقائق فيلزم فحص إعدادات الرقم.",
            "Meta could not handle the request, or its server failed. If it happens again in a few minutes, check the number's settings.",
        ),
        2 => (
            "خدمة ميتا متوقفة مؤقتًا. تصح المحاولة من جديد بعد دقائق.",
            "Meta's service is down for the moment. Try again in a few minutes.",
        ),
        4 => (
            "بلغ تطبيقكم حدّ الطلبات لدى ميتا. يعود العمل وحده خلال ساعة.",
            "Your app has reached Meta's limit of calls. It works again by itself within the hour.",
        ),
        80007 => (
            "بلغ حساب واتساب للأعمال حدّ الطلبات لدى ميتا. يعود العمل وحده خلال ساعة.",
            "The WhatsApp Business account has reached Meta's limit of calls. It works again by itself within the hour.",
        ),
        130429 => (
            "خرج من هذا الرقم في الثانية أكثر مما تسمح به ميتا. ستُرسل الرسائل المنتظرة بوتيرة أبطأ.",
            "This number sent more per second than Meta allows. What waits goes out more slowly.",
        ),
        131000 => (
            "حدث خطأ لدى ميتا لم توضّحه. تصح المحاولة من جديد بعد دقائق.",
            "Something failed at Meta, and it does not say what. Try again in a few minutes.",
        ),
        131016 | 133004 => (
            "خدمة واتساب مثقلة أو متوقفة الآن. تصح المحاولة من جديد بعد دقائق، وصفحة حالة ميتا تبيّن السبب.",
            "WhatsApp's service is overloaded or down. Try again in a few minutes; Meta's status page says more.",
        ),
        131056 => (
            "أُرسلت إلى هذا العميل رسائل كثيرة في وقت قصير. يلزم انتظار دقيقة أو اثنتين قبل الرسالة التالية.",
            "Too many messages went to this customer in a short time. Wait a minute or two before the next one.",
        ),
        131057 | 2494100 => (
            "الرقم قيد الصيانة لدى ميتا، كترقية سرعته. يعود العمل خلال دقائق.",
            "Meta is working on this number, for example raising its speed. It is back within minutes.",
        ),
        133015 => (
            "حُذف هذا الرقم لدى ميتا قبل قليل. يلزم انتظار خمس دقائق قبل تسجيله من جديد.",
            "This number was deleted at Meta a moment ago. Wait five minutes before registering it again.",
        ),
        134101 => (
            "ما زالت ميتا تجهّز هذا القالب. تصح المحاولة من جديد بعد عشر دقائق.",
            "Meta is still preparing this template. Try again in ten minutes.",
        ),
        131049 => (
            "امتنعت ميتا عن التسليم لأن العميل تلقّى رسائل تسويقية كثيرة. لا تُعَد المحاولة قبل 24 ساعة.",
            "Meta held this back because the customer has had many marketing messages. Do not try again within 24 hours.",
        ),
        131048 => (
            "قيّدت ميتا الإرسال لأن عملاء كثيرين أبلغوا عن هذا الرقم أو حظروه. يلزم تخفيف الإرسال ومراجعة جودة الرقم في WhatsApp Manager.",
            "Meta limits this number because many customers blocked or reported it. Send less, and look at its quality in WhatsApp Manager.",
        ),
        131064 => (
            "أوقفت ميتا قوالب صُنّفت في غير فئتها. يلزم تصحيح الفئة في WhatsApp Manager ثم انتظار المراجعة.",
            "Meta stopped templates that were filed under the wrong category. Correct the category in WhatsApp Manager and wait for the review.",
        ),
        132015 => (
            "أوقفت ميتا هذا القالب مؤقتًا لضعف جودته. يلزم تعديله أو استخدام قالب آخر.",
            "Meta has paused this template for low quality. Edit it, or use another one.",
        ),
        132069 => (
            "بلغ هذا النموذج التفاعلي (Flow) حدّه في الساعة. تصح المحاولة بعد ساعة.",
            "This Flow has reached its limit for the hour. Try again in an hour.",
        ),
        133016 => (
            "كثرت محاولات تسجيل هذا الرقم. تسمح ميتا بالمحاولة التالية بعد 72 ساعة.",
            "There were too many tries to register this number. Meta allows the next one after 72 hours.",
        ),
        133008 | 133009 => (
            "كثرت محاولات إدخال رمز التحقق بخطوتين للرقم. تذكر ميتا في التفاصيل متى تصح المحاولة التالية.",
            "The number's two-step PIN was tried too often. Meta's details say when the next try is possible.",
        ),
        _ => return None,
    })
}

/// About what customers sent, or for information.
fn inbound(code: i64) -> Option<Pair> {
    Some(match code {
        131052 => (
            "تعذّر تنزيل ملف أرسله العميل. يصح أن يُطلب منه إرساله من جديد.",
            "A file from the customer could not be fetched. Ask them to send it again.",
        ),
        131060 => (
            "وصلت هذه الرسالة إلى تطبيق واتساب للأعمال ولا تتاح هنا. تُقرأ على الهاتف.",
            "This message reached the WhatsApp Business app and is not available here. Read it on the phone.",
        ),
        130501 => (
            "لا يعمل هذا النوع من الرسائل في المجموعات. يلزم الإرسال إلى كل عميل وحده.",
            "This kind of message does not work in groups. Write to each customer alone.",
        ),
        2_593_109 => (
            "لم يوافق صاحب الرقم على مشاركة محادثاته السابقة، فلن تُستورد. تصل الرسائل الجديدة كالمعتاد.",
            "The owner of the number did not share its past chats, so they are not imported. New messages arrive as usual.",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code that cloud-api.md §7 lists, by its class there, and ours.
    const CODES: &[i64] = &[
        // R
        1,
        2,
        4,
        80007,
        130429,
        131000,
        131016,
        133004,
        131056,
        131057,
        2494100,
        133015,
        134101, // W
        131049,
        131048,
        131064,
        132015,
        132069,
        133016,
        133008,
        133009, // T
        131047, // P
        100,
        130403,
        130472,
        131008,
        131009,
        131021,
        131026,
        131050,
        131051,
        131053,
        131055,
        134100,
        134102,
        131062,
        132000,
        132008,
        132012,
        132018,
        132001,
        132005,
        132007,
        132016,
        135000,
        137000,
        2388000,
        2388999, // A
        0,
        190,
        3,
        10,
        200,
        250,
        299,
        131005,
        33,
        368,
        131031,
        130497,
        131030,
        131037,
        131042,
        131045,
        133010,
        131063,
        132068,
        133000,
        133005,
        133006,
        134011,
        139200,
        2593107,
        2593108, // inbound
        131052,
        131060,
        130501,
        2593109, // ours
        WINDOW_CLOSED_WHILE_QUEUED,
        CHANNEL_GONE,
        EXPIRED_WHILE_QUEUED,
        BLOCKED_WHILE_QUEUED,
        FILE_GONE,
    ];

    fn arabic(c: char) -> bool {
        ('\u{0600}'..='\u{06FF}').contains(&c)
    }

    #[test]
    fn every_code_has_a_sentence_in_both_languages() {
        for code in CODES {
            let Some((ar, en)) = sentence(*code) else { panic!("{code} has no sentence") };
            assert!(ar.chars().any(arabic) && ar.ends_with('.'), "{code}: {ar}");
            assert!(!en.chars().any(arabic) && en.ends_with('.'), "{code}: {en}");
        }
    }

    #[test]
    fn unknown_codes_have_none() {
        for code in [-4, 5, 199, 300, 999_999, 2_387_999, 2_389_000] {
            assert_eq!(sentence(code), None, "{code}");
        }
    }
}
