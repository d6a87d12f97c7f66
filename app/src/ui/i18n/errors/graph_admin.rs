//! Meta's codes that stop a number or an account until an admin acts.

use super::graph::Pair;

pub fn sentence(code: i64) -> Option<Pair> {
    Some(match code {
        0 | 190 => (
            "لم تعد ميتا تقبل رمز الوصول: انتهى أو أُلغي. يلزم إنشاء رمز دائم لمستخدم نظام ووضعه في إعدادات الرقم.",
            "Meta no longer accepts the access token: it has expired or was revoked. Make a lasting one for a system user and put it into the number's settings.",
        ),
        3 | 10 | 200..=299 | 131005 => (
            "ينقص رمز الوصول إذن لهذا الحساب. يلزم رمز بإذني whatsapp_business_messaging وwhatsapp_business_management.",
            "The access token lacks a permission for this account. It needs whatsapp_business_messaging and whatsapp_business_management.",
        ),
        33 => (
            "حُذف هذا الرقم لدى ميتا، أو أن معرّفه خطأ. تلزم مراجعة معرّف رقم الهاتف في WhatsApp Manager.",
            "This number was deleted at Meta, or its id is wrong. Compare the phone number ID with WhatsApp Manager.",
        ),
        368 => (
            "قيّدت ميتا هذا الحساب لمخالفة سياستها. يذكر WhatsApp Manager السبب وطريقة الاعتراض.",
            "Meta has restricted this account for breaking its policy. WhatsApp Manager says why, and how to appeal.",
        ),
        131031 => (
            "قفلت ميتا هذا الحساب، أو أن رمز التحقق بخطوتين خطأ. يذكر WhatsApp Manager السبب وطريقة الاعتراض.",
            "Meta has locked this account, or the two-step PIN is wrong. WhatsApp Manager says why, and how to appeal.",
        ),
        130497 => (
            "لا يُسمح لحسابكم بمراسلة عملاء هذا البلد. تبيّن سياسة واتساب للأعمال البلدان المسموح بها.",
            "Your account may not write to customers in this country. WhatsApp's business policy lists the countries.",
        ),
        131030 => (
            "هذا رقم تجريبي، والمستلم ليس في قائمته. يُضاف رقم المستلم إلى القائمة في لوحة تطبيقات ميتا.",
            "This is a test number and the receiver is not on its list. Add them in Meta's app dashboard.",
        ),
        131037 => (
            "لم تعتمد ميتا بعد الاسم الظاهر لهذا الرقم. يُطلب اعتماده في WhatsApp Manager.",
            "Meta has not approved this number's display name yet. Ask for approval in WhatsApp Manager.",
        ),
        131042 => (
            "توجد مشكلة في الدفع لدى ميتا. تلزم مراجعة وسيلة الدفع في WhatsApp Manager، ثم استئناف الرقم.",
            "There is a payment problem at Meta. Check the payment method in WhatsApp Manager, then resume the number.",
        ),
        131045 | 133010 => (
            "هذا الرقم غير مسجّل في Cloud API. يلزم تسجيله في WhatsApp Manager ثم استئنافه.",
            "This number is not registered with the Cloud API. Register it in WhatsApp Manager, then resume it.",
        ),
        131063 => (
            "عطّلت ميتا الرسائل التسويقية لهذا الرقم. يبيّن WhatsApp Manager السبب.",
            "Meta has switched off marketing messages for this number. WhatsApp Manager says why.",
        ),
        132068 => (
            "حجبت ميتا هذا النموذج التفاعلي (Flow). يلزم إصلاحه أو تغييره في WhatsApp Manager.",
            "Meta has blocked this Flow. Mend or replace it in WhatsApp Manager.",
        ),
        133000 => (
            "لم يكتمل إلغاء تسجيل الرقم في المرة السابقة. يلزم إلغاء تسجيله من جديد ثم تسجيله.",
            "The number was not fully deregistered last time. Deregister it again, then register it.",
        ),
        133005 => (
            "رمز التحقق بخطوتين لهذا الرقم خطأ. يُعاد تعيينه في WhatsApp Manager.",
            "The two-step PIN of this number is wrong. Reset it in WhatsApp Manager.",
        ),
        133006 => (
            "لم يُتحقق من هذا الرقم بعد. يلزم التحقق برسالة أو مكالمة في WhatsApp Manager، ثم تسجيله.",
            "This number is not verified yet. Verify it by message or call in WhatsApp Manager, then register it.",
        ),
        134011 => (
            "لم تُقبل شروط المدفوعات في واتساب. يقبلها مالك الحساب في WhatsApp Manager.",
            "WhatsApp's payment terms are not accepted yet. The account's owner accepts them in WhatsApp Manager.",
        ),
        139200 => (
            "أوقفت ميتا الإرسال المباشر لهذا الحساب. يبيّن WhatsApp Manager السبب وما يلزم.",
            "Meta has blocked direct sending for this account. WhatsApp Manager says why and what is needed.",
        ),
        2_593_107 => (
            "طُلبت مزامنة المحادثات السابقة من قبل، ولا تسمح ميتا بها إلا مرة. للإعادة يُفصل الرقم ثم يُربط من جديد.",
            "Past chats were already asked for, and Meta allows that once. To repeat it, disconnect the number and connect it again.",
        ),
        2_593_108 => (
            "مرّت 24 ساعة على ربط الرقم ففات وقت مزامنة المحادثات السابقة. للمزامنة يُفصل الرقم ثم يُربط من جديد.",
            "More than 24 hours have passed since the number was connected, too late for past chats. To get them, disconnect it and connect it again.",
        ),
        _ => return None,
    })
}
