//! Texts of a number's self-check: what was checked, what was found, and how to mend it.

use crate::api::channels::{CheckKind, CheckOutcome};
use crate::domain::agent::Locale;

pub struct CheckTexts {
    locale: Locale,
    pub to_fix: &'static str,
    pub none: &'static str,
}

pub const AR: CheckTexts =
    CheckTexts {
        locale: Locale::Ar, to_fix: "ما العمل:", none: "لم يُرجع الفحص شيئًا. تصح إعادة المحاولة."
    };

pub const EN: CheckTexts =
    CheckTexts { locale: Locale::En, to_fix: "What to do:", none: "The check gave no answer. Try it again." };

impl CheckTexts {
    fn pick(&self, ar: &'static str, en: &'static str) -> &'static str {
        match self.locale {
            Locale::Ar => ar,
            Locale::En => en,
        }
    }

    pub fn name(&self, kind: CheckKind) -> &'static str {
        match kind {
            CheckKind::AccessToken => self.pick("رمز الوصول", "Access token"),
            CheckKind::PhoneNumber => self.pick("الرقم والحساب", "Number and account"),
            CheckKind::Subscription => self.pick("اشتراك التطبيق في الحساب", "App subscribed to the account"),
            CheckKind::AppSecret => self.pick("سر التطبيق", "App secret"),
            CheckKind::Callback => self.pick("عنوان الاستقبال", "Callback"),
        }
    }

    /// One word for the outcome.
    pub fn word(&self, outcome: &CheckOutcome) -> &'static str {
        match outcome {
            CheckOutcome::Ok => self.pick("سليم", "OK"),
            CheckOutcome::Waiting => self.pick("في الانتظار", "Waiting"),
            CheckOutcome::Refused { .. } => self.pick("رفضته ميتا", "Refused"),
            CheckOutcome::Unreachable => self.pick("لم يُفحص", "Not checked"),
            CheckOutcome::Differs { .. } | CheckOutcome::Elsewhere => self.pick("لا يطابق", "Differs"),
            CheckOutcome::Missing => self.pick("ناقص", "Missing"),
        }
    }

    /// What was found, without Meta's own words.
    pub fn found(&self, kind: CheckKind, outcome: &CheckOutcome) -> String {
        let plain = match (kind, outcome) {
            (CheckKind::AccessToken, CheckOutcome::Ok) => {
                self.pick("تقبله ميتا ويفتح هذا الرقم.", "Meta accepts it, and it opens this number.")
            }
            (CheckKind::PhoneNumber, CheckOutcome::Ok) => self.pick(
                "الرقم موجود بهذا المعرّف ويتبع الحساب.",
                "The number exists under this id and belongs to the account.",
            ),
            (CheckKind::Subscription, CheckOutcome::Ok) => {
                self.pick("ترسل ميتا رسائل هذا الحساب إلى تطبيقكم.", "Meta sends this account’s messages to your app.")
            }
            (CheckKind::AppSecret, CheckOutcome::Ok) => {
                self.pick("يخصّ التطبيق نفسه الذي يخصّه رمز الوصول.", "It belongs to the same app as the access token.")
            }
            (CheckKind::Callback, CheckOutcome::Ok) => self
                .pick("وصلت ميتا إلى هذا الخادم بالرمز الصحيح.", "Meta has reached this server with the right token."),
            (CheckKind::Callback, CheckOutcome::Waiting) => self.pick(
                "لم تتصل ميتا بهذا الخادم بعد. يحدث ذلك بعد حفظ العنوان لديها.",
                "Meta has not called this server yet. It does when you save the address there.",
            ),
            (_, CheckOutcome::Waiting) => {
                self.pick("لا يُعرف قبل أن تتصل ميتا بهذا الخادم.", "Not known before Meta has called this server.")
            }
            (CheckKind::AccessToken, CheckOutcome::Refused { .. }) => {
                self.pick("لا تقبل ميتا هذا الرمز.", "Meta does not accept this token.")
            }
            (CheckKind::PhoneNumber, CheckOutcome::Refused { .. }) => self
                .pick("لا تُظهر ميتا رقمًا بهذا المعرّف لهذا الرمز.", "Meta shows no number under this id to this token."),
            (CheckKind::Subscription, CheckOutcome::Refused { .. }) => {
                self.pick("لا تُظهر ميتا اشتراكات هذا الحساب.", "Meta does not show this account’s subscriptions.")
            }
            (CheckKind::AppSecret, CheckOutcome::Refused { .. }) => {
                self.pick("لا تقبل ميتا هذا السر.", "Meta does not accept this secret.")
            }
            (CheckKind::Callback, CheckOutcome::Refused { .. }) => {
                self.pick("لم تقبل ميتا عنوان الاستقبال.", "Meta did not accept the callback.")
            }
            (_, CheckOutcome::Unreachable) => {
                self.pick("لم يصل هذا الخادم إلى ميتا.", "This server could not reach Meta.")
            }
            (CheckKind::AccessToken, CheckOutcome::Missing) => {
                self.pick("لا يوجد رمز وصول.", "There is no access token.")
            }
            (CheckKind::PhoneNumber, CheckOutcome::Missing) => {
                self.pick("معرّف الرقم أو الحساب ناقص.", "The number’s or the account’s id is missing.")
            }
            (CheckKind::Subscription, CheckOutcome::Missing) => {
                self.pick("لا يشترك أي تطبيق في رسائل هذا الحساب.", "No app is subscribed to this account’s messages.")
            }
            (CheckKind::AppSecret, CheckOutcome::Missing) => self.pick("لا يوجد سر تطبيق.", "There is no app secret."),
            (CheckKind::Callback, CheckOutcome::Missing) => {
                self.pick("لا يوجد عنوان عام لهذا الخادم.", "This server has no public address.")
            }
            (_, CheckOutcome::Elsewhere) => self.pick(
                "لا تذكر ميتا هذا الرقم بين أرقام هذا الحساب.",
                "Meta does not list this number among this account’s.",
            ),
            (_, CheckOutcome::Differs { found }) => return self.differs(kind, found),
        };
        plain.to_owned()
    }

    /// What Meta says instead, isolated: ids and phones run left to right.
    fn differs(&self, kind: CheckKind, found: &str) -> String {
        let before = match kind {
            CheckKind::AccessToken => self.pick("يخصّ هذا الرمز", "This token belongs to"),
            CheckKind::PhoneNumber => self.pick("تُظهر ميتا بهذا المعرّف", "Under this id Meta shows"),
            CheckKind::Subscription => self.pick("المشترك في هذا الحساب", "Subscribed to this account is"),
            CheckKind::AppSecret => self.pick("يخصّ هذا السر", "This secret belongs to"),
            CheckKind::Callback => self.pick("ترسل ميتا إلى", "Meta sends to"),
        };
        format!("{before}: \u{2068}{found}\u{2069}")
    }

    /// How to mend it; `None` when there is nothing to mend.
    pub fn fix(&self, kind: CheckKind, outcome: &CheckOutcome) -> Option<&'static str> {
        let fix = match (kind, outcome) {
            (_, CheckOutcome::Ok) => return None,
            (CheckKind::Callback, CheckOutcome::Waiting) => self.pick(
                "وضع عنوان الاستقبال ورمز التحقق لدى ميتا في WhatsApp ثم Configuration. يلزم أن يصل الإنترنت إلى هذا الخادم بعنوان https.",
                "Put the callback URL and the verify token at Meta under WhatsApp, Configuration. The internet must reach this server by https.",
            ),
            (_, CheckOutcome::Waiting) => return None,
            (_, CheckOutcome::Unreachable) => self.pick(
                "السماح لهذا الخادم بالخروج إلى graph.facebook.com عبر https، ثم إعادة الفحص.",
                "Let this server out to graph.facebook.com by https, then check again.",
            ),
            (CheckKind::AccessToken, CheckOutcome::Missing | CheckOutcome::Refused { .. }) => self.pick(
                "إنشاء رمز دائم لمستخدم نظام (System users) بإذني whatsapp_business_messaging وwhatsapp_business_management، ونسخه كاملًا.",
                "Make a lasting token for a system user, with whatsapp_business_messaging and whatsapp_business_management, and copy it whole.",
            ),
            (CheckKind::AccessToken, CheckOutcome::Differs { .. } | CheckOutcome::Elsewhere) => self.pick(
                "إنشاء الرمز من التطبيق الذي يتبعه هذا الحساب.",
                "Make the token in the app that this account belongs to.",
            ),
            (CheckKind::PhoneNumber, CheckOutcome::Differs { .. } | CheckOutcome::Elsewhere) => self.pick(
                "تصحيح رقم الهاتف أو معرّفه أو معرّف الحساب، كما في API Setup.",
                "Correct the phone number, its id or the account’s id, as API Setup shows them.",
            ),
            (CheckKind::PhoneNumber, CheckOutcome::Missing | CheckOutcome::Refused { .. }) => self.pick(
                "نسخ المعرّفين من API Setup، ومنح مستخدم النظام الوصول إلى هذا الحساب.",
                "Copy both ids from API Setup, and give the system user access to this account.",
            ),
            (CheckKind::Subscription, _) => self.pick(
                "في لوحة التطبيق: WhatsApp ثم Configuration، وحفظ Webhook مع تفعيل الحقل messages. أو طلب \u{2066}POST /{WABA ID}/subscribed_apps\u{2069} بهذا الرمز.",
                "In the app dashboard: WhatsApp, Configuration, save the webhook and subscribe to messages. Or send POST /{WABA ID}/subscribed_apps with this token.",
            ),
            (CheckKind::AppSecret, _) => self.pick(
                "نسخ App secret من App settings ثم Basic في التطبيق نفسه. بسرّ خطأ تُرفض كل الرسائل الواردة.",
                "Copy the App secret from App settings, Basic, of the same app. With a wrong one every incoming message is refused.",
            ),
            (CheckKind::Callback, _) => self.pick(
                "إعطاء هذا الخادم عنوان https عامًا (MAJLIS_PUBLIC_URL)، ووضع عنوان الاستقبال ورمز التحقق أنفسهما لدى ميتا.",
                "Give this server a public https address (MAJLIS_PUBLIC_URL), and put the very same callback URL and verify token at Meta.",
            ),
        };
        Some(fix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_right_says_how_to_mend_it() {
        let kinds = [
            CheckKind::AccessToken,
            CheckKind::PhoneNumber,
            CheckKind::Subscription,
            CheckKind::AppSecret,
            CheckKind::Callback,
        ];
        let outcomes = [
            CheckOutcome::Refused { code: 190, message: "no".into() },
            CheckOutcome::Unreachable,
            CheckOutcome::Differs { found: "1".into() },
            CheckOutcome::Elsewhere,
            CheckOutcome::Missing,
        ];
        for texts in [&AR, &EN] {
            for kind in kinds {
                assert!(texts.fix(kind, &CheckOutcome::Ok).is_none());
                for outcome in &outcomes {
                    assert!(!texts.found(kind, outcome).is_empty(), "{kind:?} {outcome:?}");
                    assert!(texts.fix(kind, outcome).is_some(), "{kind:?} {outcome:?}");
                }
            }
        }
    }
}
