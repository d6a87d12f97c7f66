//! Texts of files: in bubbles, and before they are sent.

use crate::domain::content::MediaState;
use crate::domain::media::MediaKind;

pub struct MediaTexts {
    // In the thread.
    /// Where a file is that cannot be shown; nothing of one that can.
    pub state: fn(MediaState) -> &'static str,
    pub open_picture: &'static str,
    pub picture: &'static str,
    pub sticker: &'static str,
    pub film: &'static str,
    pub voice_note: &'static str,
    pub sound: &'static str,
    pub document: &'static str,
    pub download: fn(&str) -> String,
    pub open_link: &'static str,
    pub play: &'static str,
    pub pause: &'static str,
    pub place: &'static str,
    pub speed: fn(&str) -> String,
    pub cannot_play: &'static str,

    // Before sending.
    pub attach: &'static str,
    pub drop_here: &'static str,
    pub title: &'static str,
    pub caption: &'static str,
    pub caption_too_long: fn(i64) -> String,
    pub limits: fn(MediaKind, &str) -> String,
    pub too_large: fn(&str, &str) -> String,
    pub empty: &'static str,
    pub made_smaller: fn(&str) -> String,
    pub uploading: fn(i64) -> String,
    pub cancel: &'static str,
    pub try_again: &'static str,
    pub send: &'static str,
    pub one_at_a_time: &'static str,

    // Voice notes.
    pub record: &'static str,
    pub recording: &'static str,
    pub stop_and_send: &'static str,
    pub discard: &'static str,
    pub no_microphone: &'static str,
    pub cannot_record: &'static str,
}

pub const AR: MediaTexts = MediaTexts {
    state: |state| match state {
        MediaState::Waiting => "يُحضر الملف من واتساب…",
        MediaState::Retrying => "لم يصل الملف بعد، وتُعاد المحاولة تلقائيًا.",
        MediaState::Gone => "لم يعد الملف متاحًا لدى واتساب. يمكن طلبه من العميل من جديد.",
        MediaState::TooLarge => "الملف أكبر من المسموح فلم يُحفظ.",
        MediaState::Damaged => "وصل الملف تالفًا فلم يُحفظ. يمكن طلبه من العميل من جديد.",
        MediaState::Linked => "أُرسل برابط، ولا نسخة منه هنا.",
        MediaState::Ready => "",
    },
    open_picture: "عرض الصورة كبيرة",
    picture: "صورة",
    sticker: "ملصق",
    film: "فيديو",
    voice_note: "رسالة صوتية",
    sound: "مقطع صوتي",
    document: "مستند",
    download: |name| format!("تنزيل \u{2068}{name}\u{2069}"),
    open_link: "فتح الرابط",
    play: "تشغيل",
    pause: "إيقاف مؤقت",
    place: "موضع التشغيل",
    speed: |speed| format!("السرعة \u{2066}{speed}×\u{2069}"),
    cannot_play: "لا يستطيع هذا المتصفح تشغيله. يمكن تنزيله.",
    attach: "إرفاق ملف",
    drop_here: "أفلتوا الملف هنا لإرساله",
    title: "إرسال ملف",
    caption: "تعليق (اختياري)",
    caption_too_long: |over| format!("التعليق أطول من المسموح بمقدار \u{2068}{over}\u{2069}."),
    limits: |kind, size| {
        let size = format!("\u{2066}{size}\u{2069}");
        match kind {
            MediaKind::Image => format!("يُرسل صورة. الحد الأقصى {size}."),
            MediaKind::Video => format!("يُرسل فيديو. الحد الأقصى {size}."),
            MediaKind::Audio => format!("يُرسل مقطعًا صوتيًا. الحد الأقصى {size}."),
            MediaKind::Sticker => format!("يُرسل ملصقًا. الحد الأقصى {size}."),
            MediaKind::Document => format!("يُرسل مستندًا. الحد الأقصى {size}."),
        }
    },
    too_large: |size, max| {
        format!("حجم الملف \u{2066}{size}\u{2069} وأقصى ما يقبله واتساب من نوعه \u{2066}{max}\u{2069}، فلن يُرسل.")
    },
    empty: "الملف فارغ فلن يُرسل.",
    made_smaller: |size| format!("صُغّرت الصورة إلى \u{2066}{size}\u{2069} ليقبلها واتساب."),
    uploading: |percent| format!("جارٍ الرفع… \u{2066}{percent}%\u{2069}"),
    cancel: "إلغاء",
    try_again: "إعادة المحاولة",
    send: "إرسال",
    one_at_a_time: "يُرسل ملف واحد في كل مرة؛ أُخذ الأول.",
    record: "تسجيل رسالة صوتية",
    recording: "جارٍ التسجيل",
    stop_and_send: "إنهاء وإرسال",
    discard: "حذف التسجيل",
    no_microphone: "لم يسمح المتصفح باستخدام الميكروفون. يُسمح به من إعدادات الموقع ثم تُعاد المحاولة.",
    cannot_record: "لا يستطيع هذا المتصفح التسجيل. يمكن إرفاق ملف صوتي.",
};

pub const EN: MediaTexts = MediaTexts {
    state: |state| match state {
        MediaState::Waiting => "The file is being fetched from WhatsApp…",
        MediaState::Retrying => "The file has not come yet; it is tried again by itself.",
        MediaState::Gone => "WhatsApp no longer has this file. Ask the customer to send it again.",
        MediaState::TooLarge => "The file is larger than allowed and was not kept.",
        MediaState::Damaged => "The file arrived damaged and was not kept. Ask the customer to send it again.",
        MediaState::Linked => "Sent as a link; there is no copy here.",
        MediaState::Ready => "",
    },
    open_picture: "Show the picture large",
    picture: "Picture",
    sticker: "Sticker",
    film: "Video",
    voice_note: "Voice note",
    sound: "Audio",
    document: "Document",
    download: |name| format!("Download {name}"),
    open_link: "Open the link",
    play: "Play",
    pause: "Pause",
    place: "Place in the sound",
    speed: |speed| format!("Speed {speed}×"),
    cannot_play: "This browser cannot play it. You can download it.",
    attach: "Attach a file",
    drop_here: "Drop the file here to send it",
    title: "Send a file",
    caption: "Caption (optional)",
    caption_too_long: |over| format!("The caption is too long by {over}."),
    limits: |kind, size| match kind {
        MediaKind::Image => format!("Sent as a picture, at most {size}."),
        MediaKind::Video => format!("Sent as a video, at most {size}."),
        MediaKind::Audio => format!("Sent as audio, at most {size}."),
        MediaKind::Sticker => format!("Sent as a sticker, at most {size}."),
        MediaKind::Document => format!("Sent as a document, at most {size}."),
    },
    too_large: |size, max| {
        format!("The file has {size}; WhatsApp takes at most {max} of its kind, so it cannot be sent.")
    },
    empty: "The file is empty and cannot be sent.",
    made_smaller: |size| format!("The picture was made smaller, to {size}, so that WhatsApp takes it."),
    uploading: |percent| format!("Uploading… {percent}%"),
    cancel: "Cancel",
    try_again: "Try again",
    send: "Send",
    one_at_a_time: "One file is sent at a time; the first was taken.",
    record: "Record a voice note",
    recording: "Recording",
    stop_and_send: "Finish and send",
    discard: "Discard the recording",
    no_microphone: "The browser did not allow the microphone. Allow it in the site's settings, then try again.",
    cannot_record: "This browser cannot record. You can attach a sound file.",
};

/// A size in people's units.
pub fn size(bytes: i64) -> String {
    const KB: i64 = 1_024;
    const MB: i64 = KB * KB;
    match bytes {
        ..KB => format!("{bytes} B"),
        KB..MB => format!("{} KB", (bytes + KB / 2) / KB),
        _ if bytes < 10 * MB && bytes % MB != 0 => format!("{:.1} MB", bytes as f64 / MB as f64),
        _ => format!("{} MB", (bytes + MB / 2) / MB),
    }
}

/// `2:05`.
pub fn length(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_lengths_are_short() {
        for (bytes, expected) in [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_024, "1 KB"),
            (500 * 1_024, "500 KB"),
            (5 * 1_024 * 1_024, "5 MB"),
            (1_600_000, "1.5 MB"),
            (100 * 1_024 * 1_024, "100 MB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
        assert_eq!([0, 4_250, 125_000, -5].map(length), ["0:00", "0:04", "2:05", "0:00"]);
    }
}
