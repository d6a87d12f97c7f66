//! The emoji one finds here: a small set for this work, each with the words people look for it by, in both languages.
//! Ours, since libraries of emoji know no Arabic names and weigh many times as much.

/// An emoji with its words: Arabic, English.
pub type Entry = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
const FACES: &[Entry] = &[
    ("😀", "ضحك سعيد", "smile happy grin"),
    ("😄", "ضحك فرح", "laugh happy"),
    ("😁", "ابتسامة أسنان", "grin teeth"),
    ("😆", "ضحك شديد", "laugh"),
    ("😅", "ضحك عرق ارتباح", "sweat relief"),
    ("😂", "دموع ضحك", "tears joy laugh"),
    ("🤣", "ضحك شديد", "rolling laugh"),
    ("🙂", "ابتسامة", "smile"),
    ("😊", "خجل ابتسامة", "blush smile"),
    ("😇", "ملاك", "angel"),
    ("🥰", "حب", "love hearts"),
    ("😍", "حب عيون", "love eyes"),
    ("🤩", "إعجاب نجوم", "star struck"),
    ("😘", "قبلة", "kiss"),
    ("😋", "لذيذ", "yum tasty"),
    ("😉", "غمزة", "wink"),
    ("😎", "نظارة", "cool sunglasses"),
    ("🤗", "حضن", "hug"),
    ("🤔", "تفكير", "think"),
    ("🤨", "شك", "doubt"),
    ("😐", "محايد", "neutral"),
    ("🙄", "ملل", "eye roll"),
    ("😏", "سخرية", "smirk"),
    ("😴", "نوم", "sleep"),
    ("🥱", "تثاؤب", "yawn"),
    ("😌", "راحة", "relieved"),
    ("😔", "حزن", "sad"),
    ("😢", "بكاء حزن", "cry sad"),
    ("😭", "بكاء شديد", "sob cry"),
    ("😞", "خيبة", "disappointed"),
    ("😟", "قلق", "worried"),
    ("😕", "حيرة", "confused"),
    ("😳", "إحراج", "flushed"),
    ("🥺", "رجاء", "please plead"),
    ("😱", "صدمة", "shock scream"),
    ("😨", "خوف", "fear"),
    ("😡", "غضب", "angry"),
    ("😤", "غيظ", "huff"),
    ("🤯", "ذهول", "mind blown"),
    ("🥳", "احتفال", "party"),
    ("🤒", "مرض حرارة", "sick fever"),
    ("🤧", "عطاس", "sneeze"),
    ("😷", "كمامة", "mask"),
    ("🤫", "صمت", "hush quiet"),
    ("🤝", "مصافحة اتفاق", "handshake deal"),
];

#[rustfmt::skip]
const HANDS: &[Entry] = &[
    ("👍", "تمام موافق إعجاب", "thumbs up ok like"),
    ("👎", "رفض", "thumbs down"),
    ("👌", "ممتاز", "ok perfect"),
    ("🙏", "شكرا رجاء دعاء", "thanks please pray"),
    ("👏", "تصفيق", "clap"),
    ("🙌", "فرح رفع اليدين", "hooray"),
    ("💪", "قوة", "strong"),
    ("👋", "سلام مرحبا", "wave hello bye"),
    ("🤲", "دعاء", "dua palms"),
    ("🤞", "حظ", "luck"),
    ("✌️", "سلام نصر", "peace victory"),
    ("☝️", "تنبيه", "point up"),
    ("👆", "فوق", "up"),
    ("👇", "تحت", "down"),
    ("👈", "يسار", "left"),
    ("👉", "يمين", "right"),
    ("✍️", "كتابة", "write"),
    ("👀", "عيون نظر", "eyes look"),
    ("❤️", "قلب حب أحمر", "heart love red"),
    ("🧡", "قلب برتقالي", "heart orange"),
    ("💛", "قلب أصفر", "heart yellow"),
    ("💚", "قلب أخضر", "heart green"),
    ("💙", "قلب أزرق", "heart blue"),
    ("💜", "قلب بنفسجي", "heart purple"),
    ("🤍", "قلب أبيض", "heart white"),
    ("🖤", "قلب أسود", "heart black"),
    ("💔", "قلب مكسور", "broken heart"),
    ("💕", "قلوب", "hearts"),
    ("💖", "قلب لامع", "sparkling heart"),
    ("💐", "باقة ورد", "bouquet"),
    ("🫶", "قلب يدين", "heart hands"),
];

#[rustfmt::skip]
const NATURE: &[Entry] = &[
    ("🌹", "وردة", "rose"),
    ("🌷", "زهرة", "tulip"),
    ("🌸", "زهرة", "blossom"),
    ("🌿", "نبات ريحان", "herb basil"),
    ("🌴", "نخلة", "palm"),
    ("☀️", "شمس", "sun"),
    ("🌙", "هلال رمضان", "moon ramadan"),
    ("⭐", "نجمة", "star"),
    ("✨", "لمعان", "sparkles"),
    ("🔥", "نار", "fire hot"),
    ("🌧️", "مطر", "rain"),
    ("🌈", "قوس قزح", "rainbow"),
    ("❄️", "ثلج", "snow"),
    ("🐪", "جمل", "camel"),
    ("🐱", "قطة", "cat"),
    ("🐶", "كلب", "dog"),
    ("🦋", "فراشة", "butterfly"),
    ("☕", "قهوة", "coffee"),
    ("🍵", "شاي", "tea"),
    ("🥤", "مشروب", "drink"),
    ("🍽️", "طعام", "meal"),
    ("🍞", "خبز", "bread"),
    ("🧆", "فلافل طعمية", "falafel"),
    ("🍔", "برغر", "burger"),
    ("🍕", "بيتزا", "pizza"),
    ("🍗", "دجاج", "chicken"),
    ("🍚", "أرز", "rice"),
    ("🥗", "سلطة", "salad"),
    ("🍰", "كيك", "cake"),
    ("🎂", "عيد ميلاد", "birthday cake"),
    ("🍫", "شوكولاتة", "chocolate"),
    ("🍎", "تفاح", "apple"),
    ("🍌", "موز", "banana"),
    ("🍉", "بطيخ", "watermelon"),
    ("🍇", "عنب", "grapes"),
];

#[rustfmt::skip]
const THINGS: &[Entry] = &[
    ("🎉", "احتفال مبروك", "party congratulations"),
    ("🎁", "هدية", "gift"),
    ("🎈", "بالون", "balloon"),
    ("🏆", "كأس فوز", "trophy win"),
    ("⚽", "كرة", "football"),
    ("📦", "طرد شحنة", "parcel package"),
    ("🚚", "توصيل شحن", "delivery truck"),
    ("🛵", "دراجة توصيل", "scooter delivery"),
    ("🚗", "سيارة", "car"),
    ("✈️", "سفر طائرة", "plane travel"),
    ("📍", "موقع", "location pin"),
    ("🏠", "بيت", "home"),
    ("🏢", "مكتب", "office"),
    ("🏪", "متجر", "shop"),
    ("🕌", "مسجد", "mosque"),
    ("🕋", "كعبة", "kaaba"),
    ("🏥", "مستشفى", "hospital"),
    ("💊", "دواء", "medicine"),
    ("💰", "مال", "money"),
    ("💵", "نقود", "cash"),
    ("💳", "بطاقة دفع", "card pay"),
    ("🧾", "إيصال فاتورة", "receipt invoice"),
    ("🛒", "عربة تسوق", "cart shopping"),
    ("🛍️", "تسوق", "shopping bags"),
    ("👗", "فستان", "dress"),
    ("👟", "حذاء", "shoe"),
    ("💄", "تجميل", "lipstick beauty"),
    ("💇", "شعر", "hair"),
    ("📱", "هاتف", "phone mobile"),
    ("📞", "اتصال", "call phone"),
    ("💻", "حاسوب", "laptop"),
    ("📷", "صورة كاميرا", "camera photo"),
    ("📧", "بريد", "email"),
    ("📎", "مرفق", "attachment"),
    ("📅", "موعد تاريخ", "date calendar"),
    ("⏰", "منبه وقت", "alarm time"),
    ("⏳", "انتظار", "wait hourglass"),
    ("🔑", "مفتاح", "key"),
    ("🔒", "قفل", "lock"),
    ("🔧", "صيانة", "repair"),
    ("💡", "فكرة", "idea"),
    ("📣", "إعلان", "announce"),
    ("📝", "ملاحظة", "note"),
];

#[rustfmt::skip]
const SIGNS: &[Entry] = &[
    ("✅", "تم صحيح", "done check yes"),
    ("☑️", "تحديد", "checked"),
    ("❌", "خطأ لا", "wrong no cross"),
    ("❗", "تنبيه", "important"),
    ("❓", "سؤال", "question"),
    ("⚠️", "تحذير", "warning"),
    ("🚫", "ممنوع", "forbidden"),
    ("💯", "مئة كامل", "hundred perfect"),
    ("🆗", "موافق", "ok"),
    ("🆕", "جديد", "new"),
    ("🆓", "مجاني", "free"),
    ("🔔", "جرس تنبيه", "bell"),
    ("🔴", "أحمر", "red"),
    ("🟢", "أخضر", "green"),
    ("🟡", "أصفر", "yellow"),
    ("🔵", "أزرق", "blue"),
    ("➡️", "سهم يمين", "arrow right"),
    ("⬅️", "سهم يسار", "arrow left"),
    ("🔄", "إعادة", "repeat"),
    ("📌", "تثبيت", "pin"),
    ("🇪🇬", "مصر", "egypt"),
    ("🇸🇦", "السعودية", "saudi arabia"),
    ("🇦🇪", "الإمارات", "emirates uae"),
    ("🇰🇼", "الكويت", "kuwait"),
    ("🇶🇦", "قطر", "qatar"),
    ("🇧🇭", "البحرين", "bahrain"),
    ("🇴🇲", "عمان", "oman"),
    ("🇯🇴", "الأردن", "jordan"),
    ("🇱🇧", "لبنان", "lebanon"),
    ("🇲🇦", "المغرب", "morocco"),
    ("🇹🇳", "تونس", "tunisia"),
    ("🇩🇿", "الجزائر", "algeria"),
    ("🇮🇶", "العراق", "iraq"),
    ("🇵🇸", "فلسطين", "palestine"),
    ("🇸🇩", "السودان", "sudan"),
    ("🇸🇾", "سوريا", "syria"),
    ("🇾🇪", "اليمن", "yemen"),
    ("🇱🇾", "ليبيا", "libya"),
];

/// In groups, in the order of the picker.
pub const GROUPS: [&[Entry]; 5] = [FACES, HANDS, NATURE, THINGS, SIGNS];

/// Those one reacts with.
pub const USUAL: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/// Whether someone who types `wanted` looks for it.
pub fn is_meant(entry: &Entry, wanted: &str) -> bool {
    let wanted = folded(wanted);
    let (emoji, ar, en) = entry;
    wanted.split_whitespace().all(|word| *emoji == word || folded(ar).contains(word) || folded(en).contains(word))
}

/// Letters that are written in more than one way are one.
fn folded(text: &str) -> String {
    let one = |c: char| match c {
        'أ' | 'إ' | 'آ' => 'ا',
        'ة' => 'ه',
        'ى' => 'ي',
        other => other,
    };
    let marks = |c: &char| !matches!(c, '\u{064B}'..='\u{0652}' | '\u{0640}');
    text.trim().to_lowercase().chars().filter(marks).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::format::emoji_only;

    #[test]
    fn each_is_one_emoji_and_stands_once() {
        let mut seen = std::collections::HashSet::new();
        for (emoji, ar, en) in GROUPS.iter().copied().flatten() {
            assert_eq!(emoji_only(emoji), Some(1), "{emoji}");
            assert!(seen.insert(emoji) && !ar.is_empty() && !en.is_empty(), "{emoji}");
        }
        assert!(USUAL.iter().all(|emoji| emoji_only(emoji) == Some(1)));
    }

    #[test]
    fn they_are_found_in_both_languages() {
        let found = |wanted: &str| -> Vec<&str> {
            GROUPS.iter().copied().flatten().filter(|entry| is_meant(entry, wanted)).map(|entry| entry.0).collect()
        };
        for (wanted, expected) in [("وردة", "🌹"), ("ورده", "🌹"), ("rose", "🌹"), ("Thanks", "🙏"), ("هدية", "🎁")]
        {
            assert!(found(wanted).contains(&expected), "{wanted}");
        }
        assert!(found("red heart").contains(&"❤️"));
        assert_eq!(found("zzz"), Vec::<&str>::new());
    }
}
