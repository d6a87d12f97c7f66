//! Meta's codes for a message that will never go, while others may.

use super::graph::Pair;

pub fn sentence(code: i64) -> Option<Pair> {
    Some(match code {
        131047 => (
            "مرّت أكثر من 24 ساعة على آخر رسالة من العميل. تُرسل الآن بقالب معتمد فقط، أو بعد أن يكتب من جديد.",
            "More than 24 hours have passed since the customer last wrote. Use an approved template, or wait until they write again.",
        ),
        100 => (
            "رفضت ميتا قيمة في الطلب، كمعرّف رقم غير صحيح. التفاصيل تذكر القيمة، وإن خصّت الرقم فتصحيحها في الإعدادات.",
            "Meta refused a value in the request, such as a wrong id. The details name it; if it belongs to the number, correct it in settings.",
        ),
        130403 => (
            "هذا العميل محظور على رقمكم. يلزم رفع الحظر قبل الإرسال إليه.",
            "This customer is blocked by your number. Unblock them before writing.",
        ),
        130472 => (
            "لم تسلّم ميتا الرسالة لأن العميل ضمن تجربة تجريها. لا تنفع الإعادة بقالب تسويقي، وتنجح الرسالة إذا كتب العميل أولًا.",
            "Meta did not deliver this because the customer is part of one of its experiments. Repeating it does not help; it works once they write first.",
        ),
        131008 => (
            "ينقص الطلب حقل تشترطه ميتا، والتفاصيل تذكره. يلزم إكماله ثم الإرسال من جديد.",
            "A field that Meta requires is missing; the details name it. Complete it and send again.",
        ),
        131009 => (
            "رفضت ميتا قيمة في الرسالة، أو أن معرّف العميل يخصّ شركة أخرى. التفاصيل تذكر القيمة لتصحيحها.",
            "Meta refused a value in the message, or the customer's id belongs to another company. The details name the value to correct.",
        ),
        131021 => (
            "المرسِل والمستلم رقم واحد. يلزم اختيار مستلم آخر.",
            "Sender and receiver are the same number. Choose another receiver.",
        ),
        131026 => (
            "تعذّر تسليم الرسالة: قد لا يكون الرقم على واتساب، أو أن تطبيقه قديم. يصح الاتصال بالعميل بوسيلة أخرى.",
            "This could not be delivered: the number may not be on WhatsApp, or its app is too old. Reach the customer another way.",
        ),
        131050 => (
            "أوقف العميل الرسائل التسويقية منكم. لا تُرسل إليه رسائل تسويقية حتى يطلبها.",
            "The customer has stopped marketing messages from you. Send no more until they ask for them.",
        ),
        131051 => (
            "لا يدعم واتساب هذا النوع من الرسائل. يصح إرسال المحتوى نصًا أو ملفًا.",
            "WhatsApp does not support this kind of message. Send it as text or as a file.",
        ),
        131053 => (
            "لم تقبل ميتا الملف: نوعه أو حجمه غير مدعوم، أو تعذّر تنزيله. يصح تحويله إلى صيغة شائعة ثم إرساله.",
            "Meta did not take the file: its type or size is not supported, or it could not be fetched. Convert it to a common format and send again.",
        ),
        131055 | 134100 | 134102 => (
            "هذا القالب لا يُرسل إلا عبر Marketing Messages API. يلزم استخدام قالب من فئة أخرى.",
            "This template only goes through the Marketing Messages API. Use a template of another category.",
        ),
        131062 => (
            "لا تقبل هذه الرسالة معرّف العميل لدى ميتا بدل رقمه. يلزم الإرسال إلى رقم هاتفه.",
            "This message cannot go to Meta's id of the customer. Send it to their phone number.",
        ),
        132000 => (
            "عدد القيم لا يطابق خانات القالب. يلزم ملء كل خانة مرة واحدة.",
            "The number of values does not fit the template. Fill each of its places once.",
        ),
        132001 => (
            "القالب غير موجود بهذه اللغة أو لم يُعتمد بعد. يلزم تحديث القوالب ثم اختيار قالب معتمد.",
            "The template does not exist in this language, or is not approved yet. Refresh the templates and choose an approved one.",
        ),
        132005 => (
            "صار نص القالب أطول من المسموح بعد ملء خاناته. يلزم اختصار القيم.",
            "The template became too long once it was filled. Shorten the values.",
        ),
        132007 => (
            "يخالف القالب سياسة واتساب. يلزم تعديل نصه وإرساله للمراجعة.",
            "The template breaks WhatsApp's policy. Edit its text and submit it for review.",
        ),
        132008 | 132012 | 132018 => (
            "قيمة في القالب ليست بالصيغة المطلوبة، والتفاصيل تذكر الخانة. يلزم تصحيحها ثم الإرسال من جديد.",
            "A value in the template has the wrong form; the details name the place. Correct it and send again.",
        ),
        132016 => (
            "عطّلت ميتا هذا القالب نهائيًا لضعف جودته. يلزم إنشاء قالب جديد.",
            "Meta has disabled this template for good because of low quality. Make a new one.",
        ),
        135000 => (
            "رفضت ميتا الرسالة دون سبب محدّد. تلزم مراجعة محتواها ثم الإرسال من جديد.",
            "Meta refused the message without a reason. Look over its content and send again.",
        ),
        137000 => (
            "تغيّر هاتف العميل أو تطبيقه، ولم تُؤكَّد هويته الجديدة. يلزم تأكيدها قبل الإرسال.",
            "The customer's phone or app has changed and its new identity is not confirmed. Confirm it before sending.",
        ),
        2_388_000..=2_388_999 => (
            "رفضت ميتا القالب أو نقل الرقم، والتفاصيل تذكر السبب. يلزم إصلاحه في WhatsApp Manager.",
            "Meta refused the template or the move of the number; the details say why. Mend it in WhatsApp Manager.",
        ),
        _ => return None,
    })
}
