//! The page's words, each in both languages.

use app::domain::agent::Locale;

/// Key, Arabic, English.
const WORDS: &[(&str, &str, &str)] = &[
    ("title", "هواتف العملاء", "Customers’ phones"),
    ("search", "ابحث بالاسم أو الرقم", "Search by name or number"),
    ("none_found", "لا أحد بهذا الاسم", "Nobody by that name"),
    ("new_customer", "عميل جديد", "New customer"),
    ("name", "الاسم", "Name"),
    ("phone", "رقم الهاتف مع رمز الدولة", "Phone number with its country code"),
    ("phone_wrong", "هذا ليس رقم هاتف كاملا", "This is no complete phone number"),
    ("add", "أضف", "Add"),
    ("cancel", "إلغاء", "Cancel"),
    ("back", "رجوع", "Back"),
    ("desk", "الهواتف المفتوحة", "Open phones"),
    ("empty_title", "اختر عميلا", "Choose a customer"),
    (
        "empty_text",
        "اكتب من هاتفه، وستصل رسالته إلى صندوق الوارد كما تصل من واتساب.",
        "Write from their phone: the message reaches the inbox as it would from WhatsApp.",
    ),
    ("write", "اكتب رسالة", "Write a message"),
    ("send", "إرسال", "Send"),
    ("messages", "الرسائل", "Messages"),
    ("choices", "خيارات الهاتف", "Phone choices"),
    ("phone_of", "هاتف", "Phone of"),
    ("close", "ضع الهاتف جانبا", "Put the phone away"),
    ("off", "الهاتف مغلق", "The phone is off"),
    ("switch_off", "أغلق الهاتف", "Switch the phone off"),
    ("switch_on", "افتح الهاتف", "Switch the phone on"),
    ("send_kind", "أرسل", "Send"),
    ("faults", "ما يحدث لرسائل الفريق", "What happens to the team’s messages"),
    ("fault_none", "تصل كالمعتاد", "They arrive as usual"),
    ("fault_undeliverable", "لا يمكن تسليمها (131026)", "They cannot be delivered (131026)"),
    ("fault_window_closed", "انتهت الـ 24 ساعة (131047)", "The 24 hours are over (131047)"),
    ("fault_too_fast", "رسائل كثيرة جدا (131056)", "Too many messages (131056)"),
    ("fault_answer_lost", "تصل ويضيع ردّ ميتا", "They arrive, Meta’s answer is lost"),
    ("fault_message_lost", "تضيع في الطريق", "They are lost on the road"),
    ("fault_late", "تتأخر علامات التسليم", "Delivery ticks come late"),
    ("fault_shuffled", "علامات مكررة وغير مرتبة", "Ticks come twice and out of order"),
    ("kind_image", "صورة", "Photo"),
    ("kind_video", "فيديو", "Video"),
    ("kind_audio", "رسالة صوتية", "Voice message"),
    ("kind_document", "مستند", "Document"),
    ("kind_sticker", "ملصق", "Sticker"),
    ("kind_location", "موقع", "Location"),
    ("kind_contacts", "جهة اتصال", "Contact"),
    ("kind_other", "رسالة", "Message"),
    ("tick_sent", "أُرسلت", "Sent"),
    ("tick_delivered", "وصلت", "Delivered"),
    ("tick_read", "قُرئت", "Read"),
    ("unseen", "جديد: ", "New: "),
    ("today", "اليوم", "Today"),
    ("yesterday", "أمس", "Yesterday"),
    ("lost", "انقطع الاتصال بالمحاكي، نعيد المحاولة", "The simulator does not answer, trying again"),
    ("replay", "أعد إرسال Webhook", "Replay a webhook"),
    (
        "replay_text",
        "الصق نص JSON كما وصل من ميتا، وسيُوقَّع ويُرسل إلى مجلس.",
        "Paste a JSON body as it came from Meta: it is signed and posted to Majlis.",
    ),
    ("replay_wrong", "هذا ليس JSON", "This is no JSON"),
    ("post", "أرسل", "Post"),
];

/// Every word of a language.
pub(super) fn words(locale: Locale) -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.iter().map(move |(key, ar, en)| match locale {
        Locale::Ar => (*key, *ar),
        Locale::En => (*key, *en),
    })
}
