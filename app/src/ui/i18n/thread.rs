//! Texts of the thread and the composer.

use super::plural::{arabic, english};

pub struct ThreadTexts {
    // Thread.
    pub conversation: &'static str,
    pub conversation_with: fn(&str) -> String,
    pub back_to_list: &'static str,
    pub messages: &'static str,
    pub choose: &'static str,
    pub choose_text: &'static str,
    pub missing: &'static str,
    pub missing_text: &'static str,
    pub thread_failed: &'static str,
    pub new_messages: fn(i64) -> String,
    pub latest: &'static str,
    pub new_below: fn(i64) -> String,
    pub older: &'static str,
    pub loading_older: &'static str,
    pub older_failed: &'static str,
    pub beginning: &'static str,
    pub our_side: &'static str,
    pub someone: &'static str,
    pub from_phone_app: &'static str,
    pub from_automation: &'static str,
    pub from_persona: &'static str,
    pub from_campaign: &'static str,
    pub from_api: &'static str,
    pub from_system: &'static str,
    pub spoken: fn(&str, &str) -> String,
    /// The name of a message type, by the Cloud API's word.
    pub kind: fn(&str) -> &'static str,
    /// What there is to say of a type that is only named here.
    pub kind_note: fn(&str) -> &'static str,
    /// The name of a tick, by the message's status.
    pub tick: fn(&str) -> &'static str,

    // Sending.
    pub waiting_for_connection: &'static str,
    pub not_sent: fn(&str) -> String,
    pub failed_unexplained: &'static str,
    pub send_again: &'static str,
    pub send_again_twice: &'static str,
    pub may_arrive_twice: &'static str,
    pub send_anyway: &'static str,
    pub edit: &'static str,
    pub unknown: &'static str,
    pub unconfirmed: &'static str,
    pub repeated: &'static str,

    // Composer.
    pub reply: &'static str,
    pub your_reply: &'static str,
    pub placeholder: fn(&str) -> String,
    pub enter_sends: &'static str,
    pub send: &'static str,
    pub too_long: fn(i64) -> String,
    pub closes_in: fn(&str) -> String,
    pub closed_reason: fn(&str) -> String,
    pub text_kept: &'static str,
}

/// Files are not shown yet.
fn is_file(kind: &str) -> bool {
    matches!(kind, "image" | "video" | "audio" | "voice" | "document" | "sticker")
}

fn kind_ar(kind: &str) -> &'static str {
    match kind {
        "text" => "رسالة",
        "image" => "صورة",
        "video" => "فيديو",
        "audio" | "voice" => "رسالة صوتية",
        "document" => "ملف",
        "sticker" => "ملصق",
        "location" => "موقع",
        "contacts" => "جهة اتصال",
        "interactive" => "رسالة تفاعلية",
        "button" => "رد بزر",
        "call" => "مكالمة",
        "unsupported" => "رسالة لا تتيحها واتساب هنا",
        "order" => "طلب من الكتالوج",
        "reaction" => "تفاعل",
        "template" => "قالب",
        "system" => "تغيّر لدى العميل",
        "edit" => "تعديل رسالة",
        "revoke" => "حذف رسالة",
        "request_welcome" => "فتح المحادثة لأول مرة",
        _ => "رسالة من نوع جديد",
    }
}

fn kind_en(kind: &str) -> &'static str {
    match kind {
        "text" => "Message",
        "image" => "Photo",
        "video" => "Video",
        "audio" | "voice" => "Voice message",
        "document" => "Document",
        "sticker" => "Sticker",
        "location" => "Location",
        "contacts" => "Contact card",
        "interactive" => "Interactive message",
        "button" => "Button reply",
        "call" => "Call",
        "unsupported" => "A message WhatsApp does not hand out",
        "order" => "Order from the catalogue",
        "reaction" => "Reaction",
        "template" => "Template",
        "system" => "Change at the customer’s end",
        "edit" => "Message edited",
        "revoke" => "Message deleted",
        "request_welcome" => "Chat opened for the first time",
        _ => "A new type of message",
    }
}

fn tick_ar(status: &str) -> &'static str {
    match status {
        "queued" | "claimed" | "in_flight" => "في الانتظار",
        "accepted" => "تسلّمها واتساب",
        "sent" => "أُرسلت",
        "delivered" => "وصلت",
        "read" => "قُرئت",
        "played" => "شُغّلت",
        "failed" => "لم تُرسل",
        "unknown" => "غير معروف بعد",
        "unconfirmed" => "غير مؤكَّدة",
        _ => "",
    }
}

fn tick_en(status: &str) -> &'static str {
    match status {
        "queued" | "claimed" | "in_flight" => "Waiting",
        "accepted" => "Taken by WhatsApp",
        "sent" => "Sent",
        "delivered" => "Delivered",
        "read" => "Read",
        "played" => "Played",
        "failed" => "Not sent",
        "unknown" => "Not known yet",
        "unconfirmed" => "Unconfirmed",
        _ => "",
    }
}

pub const AR: ThreadTexts = ThreadTexts {
    conversation: "محادثة",
    conversation_with: |name| format!("محادثة مع \u{2068}{name}\u{2069}"),
    back_to_list: "العودة إلى القائمة",
    messages: "الرسائل",
    choose: "اختر محادثة",
    choose_text: "تُفتح المحادثة هنا وإلى جانبها ما نعرفه عن العميل.",
    missing: "لا توجد محادثة هنا",
    missing_text: "ربما نُقلت أو حُذفت، أو ليست ضمن صلاحياتك.",
    thread_failed: "تعذّر تحميل الرسائل",
    new_messages: |n| {
        arabic(n, ["", "رسالة جديدة", "رسالتان جديدتان", "{} رسائل جديدة", "{} رسالة جديدة", "{} رسالة جديدة"])
    },
    latest: "الأحدث",
    new_below: |n| {
        arabic(
            n,
            [
                "إلى الأحدث",
                "إلى الأحدث، رسالة جديدة",
                "إلى الأحدث، رسالتان جديدتان",
                "إلى الأحدث، {} رسائل جديدة",
                "إلى الأحدث، {} رسالة جديدة",
                "إلى الأحدث، {} رسالة جديدة",
            ],
        )
    },
    older: "رسائل أقدم",
    loading_older: "جارٍ تحميل رسائل أقدم",
    older_failed: "تعذّر تحميل الرسائل الأقدم",
    beginning: "بداية المحادثة",
    our_side: "من فريقنا",
    someone: "زميل سابق",
    from_phone_app: "من تطبيق الهاتف",
    from_automation: "رد آلي",
    from_persona: "المساعد الآلي",
    from_campaign: "حملة",
    from_api: "عبر الواجهة البرمجية",
    from_system: "النظام",
    spoken: |name, text| format!("رسالة جديدة من \u{2068}{name}\u{2069}: {text}"),
    kind: kind_ar,
    kind_note: |kind| match kind {
        kind if is_file(kind) => "لا يُعرض محتواها هنا بعد.",
        _ => "",
    },
    tick: tick_ar,
    waiting_for_connection: "في انتظار الاتصال، وتُرسل تلقائيًا عند عودته",
    not_sent: |reason| format!("لم تُرسل: {reason}"),
    failed_unexplained: "لم تذكر واتساب سببًا.",
    send_again: "إعادة الإرسال",
    send_again_twice: "إعادة الإرسال (قد تصل مرتين)",
    may_arrive_twice: "إن كانت الأولى قد وصلت فسيراها العميل مرتين.",
    send_anyway: "إرسال على أي حال",
    edit: "تعديل",
    unknown: "جارٍ التحقق من وصولها",
    unconfirmed: "غير مؤكَّدة: قد تكون وصلت، ولن تُعاد تلقائيًا",
    repeated: "أُعيد إرسالها",
    reply: "رد",
    your_reply: "ردّك",
    placeholder: |name| format!("الرد على \u{2068}{name}\u{2069}"),
    enter_sends: "للإرسال",
    send: "إرسال",
    too_long: |over| {
        let count = arabic(over, ["", "حرف واحد", "حرفين", "{} أحرف", "{} حرفًا", "{} حرف"]);
        format!("الرسالة أطول من حدّ واتساب (4096 حرفًا) بمقدار {count}. اختصرها أو أرسلها على جزأين.")
    },
    closes_in: |left| format!("تُغلق النافذة بعد {left}"),
    closed_reason: |name| format!("لا تسمح واتساب بنص حر حتى يكتب {name} من جديد. المخرج رسالة قالب."),
    text_kept: "ما كتبته محفوظ هنا إلى أن تُفتح النافذة.",
};

pub const EN: ThreadTexts = ThreadTexts {
    conversation: "Conversation",
    conversation_with: |name| format!("Conversation with \u{2068}{name}\u{2069}"),
    back_to_list: "Back to the list",
    messages: "Messages",
    choose: "Choose a conversation",
    choose_text: "It opens here, with what is known of the customer beside it.",
    missing: "There is no conversation here",
    missing_text: "It may have been moved or deleted, or it is not yours to see.",
    thread_failed: "The messages could not be loaded",
    new_messages: |n| english(n, "1 new message", "{} new messages"),
    latest: "Latest",
    new_below: |n| match n {
        0 => "To the latest message".to_owned(),
        n => english(n, "To the latest message, 1 new", "To the latest message, {} new"),
    },
    older: "Older messages",
    loading_older: "Loading older messages",
    older_failed: "Older messages could not be loaded",
    beginning: "The beginning of the conversation",
    our_side: "Our team",
    someone: "A former colleague",
    from_phone_app: "From the phone app",
    from_automation: "Automation",
    from_persona: "Assistant",
    from_campaign: "Campaign",
    from_api: "Over the API",
    from_system: "System",
    spoken: |name, text| format!("New message from \u{2068}{name}\u{2069}: {text}"),
    kind: kind_en,
    kind_note: |kind| match kind {
        kind if is_file(kind) => "What is in it is not shown here yet.",
        _ => "",
    },
    tick: tick_en,
    waiting_for_connection: "Waiting for the connection; it is sent by itself when it is back",
    not_sent: |reason| format!("Not sent: {reason}"),
    failed_unexplained: "WhatsApp gave no reason.",
    send_again: "Send again",
    send_again_twice: "Send again (may arrive twice)",
    may_arrive_twice: "If the first one did arrive, the customer sees it twice.",
    send_anyway: "Send anyway",
    edit: "Edit",
    unknown: "Checking whether it arrived",
    unconfirmed: "Unconfirmed: it may have arrived, never resent by itself",
    repeated: "Sent again",
    reply: "Reply",
    your_reply: "Your reply",
    placeholder: |name| format!("Reply to \u{2068}{name}\u{2069}"),
    enter_sends: "sends",
    send: "Send",
    too_long: |over| {
        let count = english(over, "1 character", "{} characters");
        format!("This is {count} over WhatsApp’s limit of 4,096. Shorten it, or send it in two parts.")
    },
    closes_in: |left| format!("Window closes in {left}"),
    closed_reason: |name| {
        format!("WhatsApp allows no free text until {name} writes again. A template message is the way out.")
    },
    text_kept: "What you typed is kept here until the window opens.",
};
