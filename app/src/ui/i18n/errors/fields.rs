//! Fields in words, and what can be wrong with one.

use crate::domain::agent::{Locale, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS};
use crate::domain::composed::limits;
use crate::error::FieldProblem;

/// The field as people call it; `None` for one that only programs see.
pub fn name(locale: Locale, field: &str) -> Option<&'static str> {
    let (ar, en) = match field {
        "email" => ("البريد الإلكتروني", "E-mail"),
        "name" => ("الاسم", "Name"),
        "customer" => ("العميل", "Customer"),
        "password" => ("كلمة المرور", "Password"),
        "new" => ("كلمة المرور الجديدة", "New password"),
        "current" => ("كلمة المرور الحالية", "Current password"),
        "access_token" => ("رمز الوصول", "Access token"),
        "app_secret" => ("سر التطبيق", "App secret"),
        "verify_token" => ("رمز التحقق", "Verify token"),
        "phone_number_id" => ("معرّف رقم الهاتف", "Phone number ID"),
        "waba_id" => ("معرّف حساب واتساب للأعمال", "WhatsApp Business account ID"),
        "display_phone" => ("رقم الهاتف", "Phone number"),
        "own_per_second" => ("أقصى عدد رسائل في الثانية", "Messages a second at most"),
        "text.body" => ("نص الرسالة", "Message text"),
        "template" => ("القالب (template)", "Template (template)"),
        "template.name" => ("القالب", "Template"),
        "template.language" => ("لغة القالب", "Template’s language"),
        "template.header" => ("رأس القالب", "Template’s header"),
        "phone" => ("رقم العميل", "Customer’s number"),
        "client_msg_id" => ("معرّف الرسالة لدى المرسِل (client_msg_id)", "Client message id (client_msg_id)"),
        "reply_to" => ("الرسالة المردود عليها (reply_to)", "The message replied to (reply_to)"),
        "conversation_id" => ("المحادثة (conversation_id)", "Conversation (conversation_id)"),
        "to" => ("المستلم (to)", "Receiver (to)"),
        "channel_id" => ("الرقم المرسِل (channel_id)", "Sending number (channel_id)"),
        "type" => ("نوع الرسالة (type)", "Message type (type)"),
        "status" => ("الحالة (status)", "Status (status)"),
        "assignee" => ("المسؤول (assignee)", "Assignee (assignee)"),
        "label" => ("التصنيف (label)", "Label (label)"),
        "channel" => ("الرقم (channel)", "Number (channel)"),
        "limit" => ("عدد النتائج (limit)", "Page size (limit)"),
        "cursor" => ("موضع الصفحة (cursor)", "Page position (cursor)"),
        "before" => ("الموضع السابق (before)", "Position (before)"),
        "base_seq" => ("آخر ما قُرئ (base_seq)", "Last seen (base_seq)"),
        "seen" => ("الردود المقروءة (seen)", "Replies seen (seen)"),
        "role" => ("الدور", "Role"),
        "locale" => ("اللغة", "Language"),
        "token" => ("الرابط", "Link"),
        _ => return None,
    };
    Some(pick(locale, ar, en))
}

/// What is wrong, as a whole sentence that can stand beside the field: where a field has a rule of its own, the rule.
pub fn problem(locale: Locale, field: &str, problem: FieldProblem) -> String {
    if let Some((ar, en)) = own_rule(field, problem) {
        return pick(locale, ar, en).to_owned();
    }
    let name = name(locale, field).unwrap_or(field);
    if problem == FieldProblem::TooLong
        && let Some(max) = limits::max_chars(field)
    {
        return match locale {
            Locale::Ar => format!("\u{2068}{name}\u{2069}: الحد الأقصى للأحرف {max}."),
            Locale::En => format!("{name}: at most {max} characters."),
        };
    }
    match (locale, problem) {
        (Locale::Ar, FieldProblem::Missing) => format!("{name}: الحقل فارغ."),
        (Locale::En, FieldProblem::Missing) => format!("{name}: this is missing."),
        (Locale::Ar, FieldProblem::TooShort) => match field {
            "password" | "new" => format!("{name}: {PASSWORD_MIN_CHARS} أحرف على الأقل."),
            _ => format!("{name}: النص أقصر من المطلوب."),
        },
        (Locale::En, FieldProblem::TooShort) => match field {
            "password" | "new" => format!("{name}: at least {PASSWORD_MIN_CHARS} characters."),
            _ => format!("{name}: this is too short."),
        },
        (Locale::Ar, FieldProblem::TooLong) => match field {
            "password" | "new" => format!("{name}: {PASSWORD_MAX_CHARS} حرفًا على الأكثر."),
            _ => format!("{name}: النص أطول من المسموح."),
        },
        (Locale::En, FieldProblem::TooLong) => match field {
            "password" | "new" => format!("{name}: at most {PASSWORD_MAX_CHARS} characters."),
            _ => format!("{name}: this is too long."),
        },
        (Locale::Ar, FieldProblem::Malformed) => format!("{name}: الصيغة غير صحيحة."),
        (Locale::En, FieldProblem::Malformed) => format!("{name}: this does not have the right form."),
        (Locale::Ar, FieldProblem::Taken) => format!("{name}: مستخدم من قبل."),
        (Locale::En, FieldProblem::Taken) => format!("{name}: this is already in use."),
        (Locale::Ar, FieldProblem::Wrong) => format!("{name}: القيمة غير صحيحة."),
        (Locale::En, FieldProblem::Wrong) => format!("{name}: this is not right."),
        (Locale::Ar, FieldProblem::Unknown) => format!("{name}: لا وجود له."),
        (Locale::En, FieldProblem::Unknown) => format!("{name}: nothing by that name exists."),
        (Locale::Ar, FieldProblem::NotApproved) => format!("{name}: لا تسمح ميتا بإرساله الآن."),
        (Locale::En, FieldProblem::NotApproved) => format!("{name}: Meta does not let this be sent now."),
        (Locale::Ar, FieldProblem::OptedOut) => format!("{name}: طلب العميل ألا يصله ذلك."),
        (Locale::En, FieldProblem::OptedOut) => format!("{name}: the customer wants none of this."),
        (Locale::Ar, FieldProblem::TooMany) => match limits::max_count(field) {
            Some(max) => format!("\u{2068}{name}\u{2069}: أقصى عدد {max}."),
            None => format!("{name}: العدد أكبر من المسموح."),
        },
        (Locale::En, FieldProblem::TooMany) => match limits::max_count(field) {
            Some(max) => format!("{name}: at most {max}."),
            None => format!("{name}: these are too many."),
        },
        (Locale::Ar, FieldProblem::Repeated) => format!("\u{2068}{name}\u{2069}: مكرر، ويلزم أن يختلف."),
        (Locale::En, FieldProblem::Repeated) => format!("{name}: this stands there twice; they must differ."),
        (Locale::Ar, FieldProblem::TooOld) => format!("\u{2068}{name}\u{2069}: مضى وقته."),
        (Locale::En, FieldProblem::TooOld) => format!("{name}: this is too old."),
    }
}

fn own_rule(field: &str, problem: FieldProblem) -> Option<(&'static str, &'static str)> {
    use FieldProblem::*;
    Some(match (field, problem) {
        ("email", Missing | Malformed) => {
            ("يلزم بريد كامل مثل mona@rayhan.example.", "A whole address is needed, like mona@rayhan.example.")
        }
        ("own_per_second", _) => {
            ("عدد صحيح من 1 إلى 1000، أو يُترك الحقل فارغًا.", "A whole number from 1 to 1000, or leave it empty.")
        }
        ("customer", Taken) => ("هذا هو العميل نفسه.", "This is the same customer already."),
        ("customer", _) => ("لا يوجد عميل بهذا الرقم أو المعرّف.", "There is no customer with this number or id."),
        ("email", Taken) => ("هذا البريد لشخص آخر في الفريق.", "Someone in the team already has this address."),
        // One text for both: an answer must not tell which addresses exist.
        ("password", Wrong) => {
            ("البريد الإلكتروني أو كلمة المرور غير صحيحة.", "The e-mail or the password is not right.")
        }
        ("current", Missing | Wrong) => {
            ("كلمة المرور الحالية غير صحيحة. لم يتغيّر شيء.", "The current password is not right. Nothing was changed.")
        }
        ("phone_number_id" | "waba_id", Missing | Malformed) => (
            "يلزم معرّف من أرقام فقط كما يظهر لدى ميتا، وليس رقم الهاتف.",
            "An id of digits only, as Meta shows it; not the phone number itself.",
        ),
        ("phone_number_id", Taken) => ("هذا الرقم مربوط هنا من قبل.", "This number is already connected here."),
        ("display_phone", Missing | Malformed) => (
            "يلزم رقم كامل بمفتاح البلد مثل \u{2066}+20 100 000 1842\u{2069}.",
            "A whole number with its country code, like +20 100 000 1842.",
        ),
        ("to", Malformed) => (
            "المستلم (to): يلزم رقم كامل بمفتاح البلد.",
            "Receiver (to): a whole number with its country code is needed.",
        ),
        ("template.name", Unknown) => (
            "لا يوجد قالب بهذا الاسم في حساب الرقم. تُحدَّث القوالب من الإعدادات.",
            "There is no template by this name in the number’s account. Read the templates anew in the settings.",
        ),
        ("template.name", NotApproved) => (
            "هذا القالب لا يُرسَل الآن: لم توافق عليه ميتا أو أوقفته، أو فيه ما لا يُملأ من هنا. يُختار قالب آخر.",
            "This template cannot be sent now: Meta has not approved it or has paused it, or it holds what cannot be filled in \
             from here. Choose another one.",
        ),
        ("template.name", OptedOut) => (
            "أوقف هذا العميل العروض في واتساب، فلا تُرسل إليه قوالب التسويق حتى يعيدها بنفسه.",
            "This customer has stopped offers in WhatsApp: no marketing template goes to them until they want them again.",
        ),
        ("template.language", Unknown) => {
            ("القالب غير موجود بهذه اللغة.", "The template does not exist in this language.")
        }
        ("phone", _) => (
            "يلزم رقم كامل بمفتاح البلد مثل \u{2066}+20 100 000 1842\u{2069}.",
            "A whole number with its country code, like +20 100 000 1842.",
        ),
        ("reaction.emoji", Malformed) => ("يلزم رمز تعبيري واحد.", "One emoji is needed."),
        ("reaction.message_id", TooOld) => (
            "لا يقبل واتساب التفاعل إلا مع رسائل آخر ثلاثين يومًا.",
            "WhatsApp takes reactions on messages of the last thirty days only.",
        ),
        ("interactive.body.text", TooLong) => (
            "interactive.body.text: الحد الأقصى 1024 حرفًا، وفي القائمة 4096.",
            "interactive.body.text: at most 1,024 characters, in a list 4,096.",
        ),
        ("text.body", Missing) => ("الرسالة فارغة.", "The message is empty."),
        ("client_msg_id", Missing | TooShort | TooLong) => {
            ("يلزم client_msg_id من حرف إلى 100 حرف.", "client_msg_id needs 1 to 100 characters.")
        }
        ("limit", _) => ("يلزم limit بين 1 و100.", "limit must be between 1 and 100."),
        ("cursor", _) => (
            "موضع الصفحة (cursor) غير مفهوم. يلزم إرسال next_cursor كما ورد.",
            "The cursor could not be read. Send next_cursor as it came.",
        ),
        _ => return None,
    })
}

fn pick(locale: Locale, ar: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Ar => ar,
        Locale::En => en,
    }
}
