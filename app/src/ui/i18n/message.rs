//! Texts of what stands in a bubble, beside it, and what can be done with it.

use super::plural::{arabic, english};

pub struct MessageTexts {
    // Marks.
    pub forwarded: &'static str,
    pub forwarded_often: &'static str,
    pub edited: &'static str,
    pub edited_at: fn(&str) -> String,
    pub deleted_by_customer: &'static str,
    pub deleted_by_us: &'static str,
    pub earlier: &'static str,
    pub show_earlier: &'static str,
    pub show_deleted: &'static str,
    pub hide_earlier: &'static str,
    pub until: fn(&str) -> String,
    pub no_words: &'static str,
    pub earlier_failed: &'static str,
    pub reactions: &'static str,
    pub reacted: fn(&str, &str) -> String,
    pub about_product: &'static str,
    pub earlier_message: &'static str,
    pub deleted_message: &'static str,

    // The advertisement.
    pub from_ad: &'static str,
    pub from_post: &'static str,
    pub ad_picture: &'static str,
    pub ad_video: &'static str,
    pub ad_greeting: &'static str,
    pub open_ad: &'static str,

    // Location.
    pub location: &'static str,
    pub copy_coordinates: &'static str,
    pub open_in_maps: &'static str,

    // Contacts.
    pub nameless: &'static str,
    pub copy_phone: &'static str,
    pub copy_email: &'static str,
    pub on_whatsapp: &'static str,
    pub birthday: fn(&str) -> String,

    // Answers.
    pub chose: &'static str,
    pub form: &'static str,
    pub form_unreadable: &'static str,
    /// A field of a form that Meta makes, by its name.
    pub field: fn(&str) -> Option<&'static str>,
    pub order: &'static str,
    pub order_items: fn(i64) -> String,
    pub price_of_one: &'static str,
    pub total: &'static str,
    pub unpriced: &'static str,

    // What we send to be answered.
    pub list_of: fn(i64) -> String,
    pub products: &'static str,
    pub products_of: fn(i64) -> String,
    pub template: fn(&str) -> String,
    pub buttons: &'static str,
    pub form_button: &'static str,
    pub catalog: &'static str,
    pub asks_location: &'static str,
    pub asks_address: &'static str,
    pub asks_contact: &'static str,
    pub asks_call: &'static str,
    pub other_action: &'static str,

    // What cannot be shown.
    pub unsupported: &'static str,
    /// The name of what WhatsApp does not hand out, by Meta's word.
    pub unsupported_kind: fn(&str) -> Option<&'static str>,
    pub unsupported_note: &'static str,
    pub may_follow: &'static str,
    pub unknown: &'static str,
    pub unknown_note: &'static str,
    pub unknown_empty: &'static str,

    // The timeline.
    pub number_changed: &'static str,
    pub number_changed_to: &'static str,
    pub user_id_changed: &'static str,
    pub identity_changed: &'static str,
    pub system_other: &'static str,
    pub welcome: &'static str,
    pub reacted_to_earlier: &'static str,
    pub edited_earlier: &'static str,
    pub deleted_earlier: &'static str,
    /// A call: who called, Meta's last word for it, how long it was in words.
    pub call: fn(bool, &str, Option<&str>) -> String,
    pub minutes_seconds: fn(i64) -> String,

    // Actions.
    pub actions: &'static str,
    pub actions_of: fn(&str) -> String,
    pub copy_text: &'static str,
    pub reply: &'static str,
    pub go_to_answered: &'static str,
    pub replying_to: fn(&str) -> String,
    pub cancel_reply: &'static str,
}

fn field_ar(name: &str) -> Option<&'static str> {
    Some(match name {
        "name" => "الاسم",
        "phone_number" => "رقم الهاتف",
        "address" => "العنوان",
        "city" => "المدينة",
        "state" => "المحافظة",
        "country" => "الدولة",
        "building_name" => "المبنى",
        "house_number" => "رقم المنزل",
        "floor_number" => "الدور",
        "tower_number" => "البرج",
        "landmark_area" => "علامة مميزة",
        "in_pin_code" | "sg_post_code" | "zip" => "الرمز البريدي",
        "email" => "البريد الإلكتروني",
        "date" => "التاريخ",
        "time" => "الوقت",
        "rating" => "التقييم",
        "comment" | "comments" => "ملاحظات",
        _ => return None,
    })
}

fn field_en(name: &str) -> Option<&'static str> {
    Some(match name {
        "in_pin_code" | "sg_post_code" | "zip" => "Postcode",
        "landmark_area" => "Landmark",
        _ => return None,
    })
}

fn unsupported_ar(what: &str) -> Option<&'static str> {
    Some(match what {
        "poll" | "poll_creation" => "استطلاع رأي",
        "poll_update" => "تصويت في استطلاع",
        "edit" => "رسالة معدَّلة",
        "event" => "دعوة إلى موعد",
        "view_once" => "رسالة تُعرض مرة واحدة",
        "live_location" => "موقع مباشر",
        "group_invite" => "دعوة إلى مجموعة",
        "payment" => "دفعة مالية",
        "list" => "قائمة",
        "product" => "منتج",
        "video_note" => "رسالة فيديو قصيرة",
        "sticker_pack" => "حزمة ملصقات",
        _ => return None,
    })
}

fn unsupported_en(what: &str) -> Option<&'static str> {
    Some(match what {
        "poll" | "poll_creation" => "A poll",
        "poll_update" => "A vote in a poll",
        "edit" => "An edited message",
        "event" => "An event invitation",
        "view_once" => "A message to be seen once",
        "live_location" => "A live location",
        "group_invite" => "A group invitation",
        "payment" => "A payment",
        "list" => "A list",
        "product" => "A product",
        "video_note" => "A short video message",
        "sticker_pack" => "A sticker pack",
        _ => return None,
    })
}

/// How a call stands: Meta's words for it are many, people's few.
fn call_word(state: &str, lasted: bool) -> &'static str {
    match state.to_ascii_lowercase().as_str() {
        _ if lasted => "ended",
        "connect" | "pre_accept" | "ringing" | "initiated" => "ringing",
        "accept" | "accepted" | "connected" => "answered",
        "reject" | "rejected" | "declined" => "declined",
        "completed" => "ended",
        _ => "missed",
    }
}

pub const AR: MessageTexts = MessageTexts {
    forwarded: "محوَّلة",
    forwarded_often: "محوَّلة مرات عديدة",
    edited: "عُدّلت",
    edited_at: |time| format!("عُدّلت {time}"),
    deleted_by_customer: "حذف العميل هذه الرسالة",
    deleted_by_us: "حُذفت هذه الرسالة",
    earlier: "النص السابق",
    show_earlier: "عُدّلت، عرض النص السابق",
    show_deleted: "عرض ما حُذف",
    hide_earlier: "إخفاء",
    until: |time| format!("حتى {time}"),
    no_words: "بلا نص",
    earlier_failed: "تعذّر تحميل النص السابق",
    reactions: "التفاعلات",
    reacted: |who, emoji| format!("تفاعل {who}: {emoji}"),
    about_product: "يسأل عن المنتج",
    earlier_message: "رسالة أقدم",
    deleted_message: "رسالة محذوفة",
    from_ad: "جاء من إعلان",
    from_post: "جاء من منشور",
    ad_picture: "إعلان بصورة",
    ad_video: "إعلان بفيديو",
    ad_greeting: "رسالة الترحيب في الإعلان",
    open_ad: "فتح الإعلان",
    location: "موقع",
    copy_coordinates: "نسخ الإحداثيات",
    open_in_maps: "فتح في الخرائط",
    nameless: "بلا اسم",
    copy_phone: "نسخ الرقم",
    copy_email: "نسخ البريد الإلكتروني",
    on_whatsapp: "على واتساب",
    birthday: |day| format!("تاريخ الميلاد {day}"),
    chose: "اختار",
    form: "إجابات نموذج",
    form_unreadable: "وصل النموذج دون إجابات يمكن قراءتها.",
    field: field_ar,
    order: "طلب من الكتالوج",
    order_items: |n| arabic(n, ["لا قطع", "قطعة واحدة", "قطعتان", "{} قطع", "{} قطعة", "{} قطعة"]),
    price_of_one: "للقطعة",
    total: "الإجمالي",
    unpriced: "بلا سعر",
    list_of: |n| arabic(n, ["قائمة فارغة", "خيار واحد", "خياران", "{} خيارات", "{} خيارًا", "{} خيار"]),
    products: "عرض المنتجات",
    products_of: |n| arabic(n, ["لا منتجات", "منتج واحد", "منتجان", "{} منتجات", "{} منتجًا", "{} منتج"]),
    template: |name| format!("قالب \u{2068}{name}\u{2069}"),
    buttons: "الأزرار",
    form_button: "نموذج",
    catalog: "عرض الكتالوج",
    asks_location: "إرسال الموقع",
    asks_address: "إرسال العنوان",
    asks_contact: "إرسال رقم الهاتف",
    asks_call: "السماح بالاتصال",
    other_action: "زر",
    unsupported: "رسالة لا تتيحها واتساب هنا",
    unsupported_kind: unsupported_ar,
    unsupported_note: "لا تمرّر واتساب محتوى هذا النوع. اطلب من العميل إرساله بشكل آخر.",
    may_follow: "لم تسلّم واتساب محتوى هذه الرسالة بعد. قد يصل لاحقًا ويحل محل هذا السطر.",
    unknown: "رسالة من نوع جديد",
    unknown_note: "لا نعرف هذا النوع بعد؛ هذا ما جاء فيه.",
    unknown_empty: "لا نعرف هذا النوع بعد، ولم يأتِ فيه ما يُقرأ.",
    number_changed: "غيّر العميل رقمه",
    number_changed_to: "غيّر العميل رقمه إلى",
    user_id_changed: "غيّرت واتساب معرّف العميل",
    identity_changed: "بدّل العميل هاتفه أو أعاد تثبيت واتساب",
    system_other: "تغيّر لدى العميل",
    welcome: "فتح العميل المحادثة لأول مرة ولم يكتب بعد",
    reacted_to_earlier: "تفاعل مع رسالة",
    edited_earlier: "تعديل رسالة",
    deleted_earlier: "حذف رسالة",
    call: |by_customer, state, lasted| {
        let who = if by_customer { "مكالمة من العميل" } else { "مكالمة إلى العميل" };
        match (call_word(state, lasted.is_some()), lasted) {
            (_, Some(lasted)) => format!("{who}، مدتها {lasted}"),
            ("ringing", _) if by_customer => "العميل يتصل".to_owned(),
            ("ringing", _) => "جارٍ الاتصال بالعميل".to_owned(),
            ("answered", _) => format!("{who}، تم الرد"),
            ("declined", _) => format!("{who}، رُفضت"),
            ("ended", _) => format!("{who}، انتهت"),
            (_, _) if by_customer => "مكالمة فائتة من العميل".to_owned(),
            (_, _) => format!("{who}، لم يُرد عليها"),
        }
    },
    minutes_seconds: |seconds| {
        if seconds < 60 {
            arabic(seconds, ["لحظة", "ثانية", "ثانيتان", "{} ثوانٍ", "{} ثانية", "{} ثانية"])
        } else {
            arabic(seconds / 60, ["", "دقيقة", "دقيقتان", "{} دقائق", "{} دقيقة", "{} دقيقة"])
        }
    },
    actions: "خيارات الرسالة",
    actions_of: |text| format!("خيارات الرسالة: {text}"),
    copy_text: "نسخ النص",
    reply: "رد على هذه الرسالة",
    go_to_answered: "الانتقال إلى الرسالة المقتبسة",
    replying_to: |name| format!("رد على {name}"),
    cancel_reply: "إلغاء الاقتباس",
};

pub const EN: MessageTexts = MessageTexts {
    forwarded: "Forwarded",
    forwarded_often: "Forwarded many times",
    edited: "Edited",
    edited_at: |time| format!("Edited {time}"),
    deleted_by_customer: "The customer deleted this message",
    deleted_by_us: "This message was deleted",
    earlier: "What it said before",
    show_earlier: "Edited, show what it said before",
    show_deleted: "Show what was deleted",
    hide_earlier: "Hide",
    until: |time| format!("until {time}"),
    no_words: "No text",
    earlier_failed: "What it said before could not be loaded",
    reactions: "Reactions",
    reacted: |who, emoji| format!("{who} reacted {emoji}"),
    about_product: "Asks about the product",
    earlier_message: "An earlier message",
    deleted_message: "A deleted message",
    from_ad: "Came from an ad",
    from_post: "Came from a post",
    ad_picture: "Ad with a picture",
    ad_video: "Ad with a video",
    ad_greeting: "The ad’s greeting",
    open_ad: "Open the ad",
    location: "Location",
    copy_coordinates: "Copy the coordinates",
    open_in_maps: "Open in maps",
    nameless: "No name",
    copy_phone: "Copy the number",
    copy_email: "Copy the e-mail address",
    on_whatsapp: "On WhatsApp",
    birthday: |day| format!("Born {day}"),
    chose: "Chose",
    form: "Answers of a form",
    form_unreadable: "The form came without answers that can be read.",
    field: field_en,
    order: "Order from the catalogue",
    order_items: |n| english(n, "1 item", "{} items"),
    price_of_one: "each",
    total: "Total",
    unpriced: "No price",
    list_of: |n| english(n, "1 option", "{} options"),
    products: "See the products",
    products_of: |n| english(n, "1 product", "{} products"),
    template: |name| format!("Template \u{2068}{name}\u{2069}"),
    buttons: "Buttons",
    form_button: "Form",
    catalog: "View the catalogue",
    asks_location: "Send location",
    asks_address: "Send address",
    asks_contact: "Send phone number",
    asks_call: "Allow calls",
    other_action: "Button",
    unsupported: "A message WhatsApp does not hand out",
    unsupported_kind: unsupported_en,
    unsupported_note: "WhatsApp does not pass on what is in it. Ask the customer to send it another way.",
    may_follow: "WhatsApp has not delivered what is in it yet. It may follow and take this one’s place.",
    unknown: "A new type of message",
    unknown_note: "This type is not known yet; this is what was in it.",
    unknown_empty: "This type is not known yet, and nothing in it can be read.",
    number_changed: "The customer changed their number",
    number_changed_to: "The customer changed their number to",
    user_id_changed: "WhatsApp changed the customer’s ID",
    identity_changed: "The customer changed phones or reinstalled WhatsApp",
    system_other: "Something changed at the customer’s end",
    welcome: "The customer opened the chat for the first time and has not written yet",
    reacted_to_earlier: "Reacted to a message",
    edited_earlier: "Edited a message",
    deleted_earlier: "Deleted a message",
    call: |by_customer, state, lasted| {
        let who = if by_customer { "Call from the customer" } else { "Call to the customer" };
        match (call_word(state, lasted.is_some()), lasted) {
            (_, Some(lasted)) => format!("{who}, {lasted}"),
            ("ringing", _) if by_customer => "The customer is calling".to_owned(),
            ("ringing", _) => "Calling the customer".to_owned(),
            ("answered", _) => format!("{who}, answered"),
            ("declined", _) => format!("{who}, declined"),
            ("ended", _) => format!("{who}, ended"),
            (_, _) if by_customer => "Missed call from the customer".to_owned(),
            (_, _) => format!("{who}, not answered"),
        }
    },
    minutes_seconds: |seconds| {
        if seconds < 60 {
            english(seconds, "1 second", "{} seconds")
        } else {
            english(seconds / 60, "1 minute", "{} minutes")
        }
    },
    actions: "Message options",
    actions_of: |text| format!("Message options: {text}"),
    copy_text: "Copy text",
    reply: "Reply to this message",
    go_to_answered: "Go to the quoted message",
    replying_to: |name| format!("Reply to {name}"),
    cancel_reply: "Do not quote",
};

#[cfg(test)]
mod tests {
    use super::{AR, EN};

    #[test]
    fn calls_are_told_in_words() {
        for (by_customer, state, lasted, ar, en) in [
            (true, "connect", None, "العميل يتصل", "The customer is calling"),
            (true, "terminate", None, "مكالمة فائتة من العميل", "Missed call from the customer"),
            (true, "terminate", Some("x"), "مكالمة من العميل، مدتها x", "Call from the customer, x"),
            (true, "COMPLETED", None, "مكالمة من العميل، انتهت", "Call from the customer, ended"),
            (false, "failed", None, "مكالمة إلى العميل، لم يُرد عليها", "Call to the customer, not answered"),
            (false, "REJECTED", None, "مكالمة إلى العميل، رُفضت", "Call to the customer, declined"),
        ] {
            assert_eq!((AR.call)(by_customer, state, lasted), ar, "{state}");
            assert_eq!((EN.call)(by_customer, state, lasted), en, "{state}");
        }
    }
}
