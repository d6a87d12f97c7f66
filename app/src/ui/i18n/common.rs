//! Texts that stand on every screen.

use super::plural::{arabic, english};

pub struct CommonTexts {
    pub app_name: &'static str,
    /// Shown when the browser cannot run WebAssembly.
    pub no_wasm: &'static str,
    /// Shown when the page's program has died or could not be loaded.
    pub dead: &'static str,
    pub reload: &'static str,

    pub retry: &'static str,
    pub cancel: &'static str,
    pub copied: &'static str,
    pub copy_error_code: &'static str,

    // Times.
    pub now: &'static str,
    pub minutes_short: fn(i64) -> String,
    pub today: &'static str,
    pub yesterday: &'static str,
    pub tomorrow_at: fn(&str) -> String,
    pub date_and_time: fn(&str, &str) -> String,
    /// Hours and minutes that are left.
    pub left: fn(i64, i64) -> String,

    // The frame.
    pub sections: &'static str,
    pub inbox: &'static str,
    pub phones: &'static str,
    pub settings: &'static str,
    pub skip: &'static str,
    pub account: fn(&str) -> String,
    pub language: &'static str,
    pub theme: &'static str,
    pub theme_system: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub sign_out: &'static str,
    /// The tab's title with this many unread conversations.
    pub title: fn(i64, &str) -> String,

    // Banners.
    pub offline_for: fn(i64) -> String,
    pub offline_note: &'static str,
    pub offline_waiting: fn(i64) -> String,
    pub try_now: &'static str,
    pub new_version: &'static str,
    pub new_version_note: &'static str,
    pub demo: &'static str,
    pub demo_note: &'static str,
    pub demo_phones: &'static str,
    pub paused: fn(&str) -> String,
    pub paused_note: &'static str,
    pub paused_fix: &'static str,
    pub connected: &'static str,
    pub connecting: &'static str,
    pub disconnected: &'static str,
}

pub const AR: CommonTexts = CommonTexts {
    app_name: "مجلس",
    no_wasm: "يحتاج مجلس إلى متصفح حديث يشغّل WebAssembly. حدّث المتصفح أو افتح هذه الصفحة في متصفح آخر.",
    dead: "توقّف البرنامج في هذه الصفحة. لم تضِع أي رسالة محفوظة.",
    reload: "إعادة تحميل الصفحة",
    retry: "إعادة المحاولة",
    cancel: "إلغاء",
    copied: "تم النسخ",
    copy_error_code: "نسخ رمز الخطأ",
    now: "الآن",
    minutes_short: |n| format!("{n} د"),
    today: "اليوم",
    yesterday: "أمس",
    tomorrow_at: |time| format!("غدًا {time}"),
    date_and_time: |date, time| format!("{date}، {time}"),
    left: |hours, minutes| if hours > 0 { format!("{hours} س {minutes} د") } else { format!("{minutes} د") },
    sections: "الأقسام",
    inbox: "الوارد",
    phones: "الهواتف",
    settings: "الإعدادات",
    skip: "تخطٍّ إلى المحادثة",
    account: |name| format!("الحساب: {name}"),
    language: "اللغة",
    theme: "المظهر",
    theme_system: "حسب الجهاز",
    theme_light: "فاتح",
    theme_dark: "داكن",
    sign_out: "تسجيل الخروج",
    title: |unread, name| if unread > 0 { format!("({unread}) {name}") } else { name.to_owned() },
    offline_for: |seconds| {
        let time = match seconds {
            ..60 => arabic(seconds, ["لحظة", "ثانية", "ثانيتين", "{} ثوانٍ", "{} ثانية", "{} ثانية"]),
            60..3600 => arabic(seconds / 60, ["دقيقة", "دقيقة", "دقيقتين", "{} دقائق", "{} دقيقة", "{} دقيقة"]),
            _ => arabic(seconds / 3600, ["ساعة", "ساعة", "ساعتين", "{} ساعات", "{} ساعة", "{} ساعة"]),
        };
        format!("لا اتصال منذ {time}.")
    },
    offline_note: "ما تراه قد يكون قديمًا، وتتواصل المحاولة تلقائيًا.",
    offline_waiting: |n| {
        arabic(
            n,
            [
                "",
                "رسالة واحدة في الانتظار تُرسل عند العودة.",
                "رسالتان في الانتظار تُرسلان عند العودة.",
                "{} رسائل في الانتظار تُرسل عند العودة.",
                "{} رسالة في الانتظار تُرسل عند العودة.",
                "{} رسالة في الانتظار تُرسل عند العودة.",
            ],
        )
    },
    try_now: "المحاولة الآن",
    new_version: "صدر إصدار جديد من مجلس.",
    new_version_note: "أعد تحميل الصفحة عندما يناسبك ذلك. ما كتبته ولم يُرسل لا يبقى بعد التحميل.",
    demo: "نسخة تجريبية: العملاء هنا تجريبيون.",
    demo_note: "لا تصل أي رسالة إلى هاتف حقيقي.",
    demo_phones: "هواتف العملاء",
    paused: |name| format!("توقّف الإرسال من {name}."),
    paused_note: "الرسائل الجديدة تُحفظ وتنتظر حتى يعالج أحد المديرين السبب، ثم تُرسل.",
    paused_fix: "فتح الإعدادات",
    connected: "متصل، والقائمة مباشرة",
    connecting: "جارٍ الاتصال",
    disconnected: "غير متصل",
};

pub const EN: CommonTexts = CommonTexts {
    app_name: "Majlis",
    no_wasm: "Majlis needs a modern browser that runs WebAssembly. Update this one, or open this page in another.",
    dead: "The program on this page has stopped. No stored message was lost.",
    reload: "Reload the page",
    retry: "Try again",
    cancel: "Cancel",
    copied: "Copied",
    copy_error_code: "Copy error code",
    now: "now",
    minutes_short: |n| format!("{n}m"),
    today: "Today",
    yesterday: "Yesterday",
    tomorrow_at: |time| format!("tomorrow {time}"),
    date_and_time: |date, time| format!("{date}, {time}"),
    left: |hours, minutes| if hours > 0 { format!("{hours}h {minutes}m") } else { format!("{minutes}m") },
    sections: "Sections",
    inbox: "Inbox",
    phones: "Phones",
    settings: "Settings",
    skip: "Skip to the conversation",
    account: |name| format!("Account: {name}"),
    language: "Language",
    theme: "Theme",
    theme_system: "As the device",
    theme_light: "Light",
    theme_dark: "Dark",
    sign_out: "Sign out",
    title: |unread, name| if unread > 0 { format!("({unread}) {name}") } else { name.to_owned() },
    offline_for: |seconds| {
        let time = match seconds {
            ..60 => format!("{seconds} s"),
            60..3600 => format!("{} min", seconds / 60),
            _ => english(seconds / 3600, "an hour", "{} hours"),
        };
        format!("No connection for {time}.")
    },
    offline_note: "What you see may be old. Majlis keeps trying.",
    offline_waiting: |n| {
        english(n, "1 message waits and will be sent on return.", "{} messages wait and will be sent on return.")
    },
    try_now: "Try now",
    new_version: "A new version of Majlis is here.",
    new_version_note: "Reload when it suits you. Text you have not sent does not survive the reload.",
    demo: "Demo: the customers here are simulated.",
    demo_note: "No message reaches a real phone.",
    demo_phones: "Customers’ phones",
    paused: |name| format!("Sending from {name} has stopped."),
    paused_note: "New messages are kept and wait until an admin has dealt with the cause; then they are sent.",
    paused_fix: "Open settings",
    connected: "Connected, the list is live",
    connecting: "Connecting",
    disconnected: "Not connected",
};
