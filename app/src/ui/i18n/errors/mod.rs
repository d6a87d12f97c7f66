//! Texts of what can go wrong: each says what happened, what was not lost where that is in doubt, and the way on. The
//! screen and the REST API say the same.

mod fields;
mod graph;
mod graph_admin;
mod graph_refused;

use super::plural::{Plural, plural};
use crate::domain::agent::Locale;
use crate::domain::message::MessageError;
use crate::error::AppError;

pub struct ErrorTexts {
    locale: Locale,
}

pub const AR: ErrorTexts = ErrorTexts { locale: Locale::Ar };

pub const EN: ErrorTexts = ErrorTexts { locale: Locale::En };

impl ErrorTexts {
    fn pick(&self, ar: &'static str, en: &'static str) -> &'static str {
        match self.locale {
            Locale::Ar => ar,
            Locale::En => en,
        }
    }

    /// A few words that name the kind of error.
    pub fn title(&self, error: &AppError) -> &'static str {
        match error {
            AppError::SignedOut => self.pick("يلزم الدخول", "Signed out"),
            AppError::NotFound => self.pick("لا وجود له هنا", "Not found"),
            AppError::Forbidden => self.pick("خارج صلاحياتكم", "Not allowed"),
            AppError::WindowClosed { .. } => self.pick("نافذة الـ24 ساعة مغلقة", "The 24-hour window is closed"),
            AppError::CustomerBlocked => self.pick("العميل محظور", "The customer is blocked"),
            AppError::BlockRefused { .. } => self.pick("لم تقبل ميتا الحظر", "Meta did not take the block"),
            AppError::TooLong { .. } => self.pick("النص أطول من المسموح", "Too long"),
            AppError::InvalidField { .. } => self.pick("حقل غير صحيح", "A field is not right"),
            AppError::ClientMsgIdReused => self.pick("معرّف رسالة مكرر", "Message id used before"),
            AppError::Throttled { .. } => self.pick("محاولات كثيرة", "Too many tries"),
            AppError::DemoFolder => self.pick("مجلد تجربة", "A demo folder"),
            AppError::NotEmpty => self.pick("توجد أرقام هنا", "There are numbers already"),
            AppError::LastAdmin => self.pick("المدير الأخير", "The last admin"),
            AppError::TooLarge => self.pick("الطلب أكبر من المسموح", "Too large"),
            AppError::FileTooLarge { .. } => self.pick("الملف أكبر من المسموح", "The file is too large"),
            AppError::FileType { .. } => self.pick("نوع ملف غير مقبول", "This type of file cannot be sent"),
            AppError::ChangedMeanwhile => self.pick("تغيّر في الأثناء", "Changed meanwhile"),
            AppError::TooLate => self.pick("انتهت المهلة", "Too late"),
            AppError::MetaAway => self.pick("ميتا لا تردّ", "No answer from Meta"),
            AppError::Unreadable => self.pick("طلب غير مفهوم", "Unreadable request"),
            AppError::Unavailable => self.pick("غير متاح الآن", "Unavailable just now"),
            AppError::Offline => self.pick("لا اتصال بالخادم", "No connection"),
            AppError::Internal { .. } => self.pick("خطأ داخلي", "Internal error"),
        }
    }

    /// What happened and what to do, as one or two sentences.
    pub fn sentence(&self, error: &AppError) -> String {
        match error {
            AppError::TooLong { chars, max } => match self.locale {
                Locale::Ar => format!("عدد الأحرف {chars} والحد الأقصى {max}. يلزم اختصار النص أو تقسيمه."),
                Locale::En => {
                    format!("The text has {chars} characters; at most {max} are possible. Shorten or split it.")
                }
            },
            AppError::FileTooLarge { max_bytes } => {
                let size = crate::ui::i18n::media::size(*max_bytes);
                match self.locale {
                    Locale::Ar => {
                        format!("الملف أكبر مما يقبله واتساب من هذا النوع، والحد الأقصى \u{2068}{size}\u{2069}.")
                    }
                    Locale::En => format!("The file is larger than WhatsApp takes of its kind: at most {size}."),
                }
            }
            AppError::FileType { mime } => match self.locale {
                Locale::Ar => {
                    format!("لا يرسل واتساب ملفًا من نوع \u{2068}{mime}\u{2069} بهذه الصورة. يصح إرساله مستندًا.")
                }
                Locale::En => format!("WhatsApp does not send a file of type {mime} this way. Send it as a document."),
            },
            AppError::BlockRefused { code } => self.block_refused(*code),
            AppError::InvalidField { field, problem } => fields::problem(self.locale, field, *problem),
            AppError::Throttled { retry_after_s } => match self.locale {
                Locale::Ar => format!("محاولات كثيرة. تصح المحاولة التالية بعد {}.", self.span(*retry_after_s)),
                Locale::En => format!("Too many tries. The next one is possible in {}.", self.span(*retry_after_s)),
            },
            AppError::Internal { ref_id } => match self.locale {
                Locale::Ar => {
                    format!("حدث خطأ في الخادم ولم يُحفظ التغيير. رمزه في سجل الخادم: \u{2068}{ref_id}\u{2069}.")
                }
                Locale::En => {
                    format!("The server failed and nothing was changed. Its log has the cause under {ref_id}.")
                }
            },
            plain => self.plain(plain).to_owned(),
        }
    }

    /// [`Self::sentence`] for a program's author: the same, where the screen's words would speak of a page.
    pub fn api_sentence(&self, error: &AppError) -> String {
        match error {
            AppError::Unreadable => self
                .pick(
                    "تعذّرت قراءة الطلب: يلزم أن يكون JSON صحيحًا بالشكل الموصوف في openapi.json.",
                    "The request could not be read: it must be well-formed JSON in the shape of openapi.json.",
                )
                .to_owned(),
            AppError::SignedOut => self
                .pick(
                    "يلزم مفتاح سارٍ في ترويسة Authorization: Bearer.",
                    "A key in force is needed in the header Authorization: Bearer.",
                )
                .to_owned(),
            other => self.sentence(other),
        }
    }

    /// The errors that carry nothing.
    fn plain(&self, error: &AppError) -> &'static str {
        match error {
            AppError::SignedOut => self.pick(
                "انتهت الجلسة أو أن المفتاح غير صالح. يلزم الدخول من جديد ثم إعادة المحاولة.",
                "The session has ended, or the key is not valid. Sign in again, then repeat this.",
            ),
            AppError::NotFound => self.pick(
                "لا يوجد هذا هنا، أو ليس ضمن صلاحياتكم.",
                "This is not here, or not among what you may see.",
            ),
            AppError::Forbidden => {
                self.pick("دوركم لا يسمح بهذا. يستطيعه أحد المديرين.", "Your role does not allow this. An admin can do it.")
            }
            AppError::WindowClosed { .. } => self.pick(
                "مرّت 24 ساعة على آخر رسالة من العميل فلم تُرسل الرسالة. تُرسل بقالب معتمد، أو بعد أن يكتب من جديد.",
                "24 hours have passed since the customer last wrote, so this was not sent. Use an approved template, or wait until they write again.",
            ),
            AppError::CustomerBlocked => self.pick(
                "حظر فريقكم هذا العميل على هذا الرقم فلم تُرسل الرسالة. يلزم رفع الحظر قبل الكتابة إليه.",
                "Your team blocked this customer on this number, so this was not sent. Unblock them to write.",
            ),
            AppError::ClientMsgIdReused => self.pick(
                "استُخدم client_msg_id هذا لرسالة أخرى. يلزم معرّف جديد لكل رسالة.",
                "This client_msg_id was used for another message. Each message needs its own.",
            ),
            AppError::DemoFolder => self.pick(
                "في مجلد البيانات هذا عملاء تجريبيون، فلا تُقبل فيه أرقام حقيقية. للرقم الحقيقي يُشغَّل مجلس بمجلد بيانات آخر.",
                "This data folder holds simulated customers and takes no real number. For a real one, start Majlis with another data folder.",
            ),
            AppError::NotEmpty => self.pick(
                "في مجلد البيانات هذا أرقام، والعملاء التجريبيون يحتاجون مجلدًا جديدًا.",
                "This data folder has numbers already; simulated customers need a new one.",
            ),
            AppError::LastAdmin => self.pick(
                "هذا آخر مدير يستطيع الدخول. يلزم تعيين مدير آخر أولًا.",
                "This is the last admin who can sign in. Make someone else an admin first.",
            ),
            AppError::TooLarge => self.pick(
                "الطلب أكبر مما يُقبل هنا ولم يُحفظ منه شيء. يلزم تصغيره أو تقسيمه.",
                "The request is larger than is accepted here and nothing of it was kept. Make it smaller or split it.",
            ),
            AppError::Unreadable => self.pick(
                "لم يفهم الخادم الطلب، وقد تكون الصفحة أقدم منه. تلزم إعادة تحميل الصفحة ثم المحاولة.",
                "The server could not read the request; this page may be older than the server. Reload it and try again.",
            ),
            AppError::ChangedMeanwhile => self.pick(
                "غيّر زميل ذلك في الأثناء ولم يُحفظ تغييركم. يُراجَع الوضع الجديد ثم تُعاد المحاولة.",
                "Somebody changed this meanwhile, and yours was not done. Look at how it stands now, then try again.",
            ),
            AppError::TooLate => self.pick(
                "انتهت المهلة (30 يومًا) فلا يمكن التراجع.",
                "The thirty days to undo this are over.",
            ),
            AppError::MetaAway => self.pick(
                "لم تردّ ميتا الآن ولم يتغيّر شيء. تصح المحاولة من جديد بعد لحظات.",
                "Meta does not answer just now, and nothing was changed. Try again in a moment.",
            ),
            AppError::Offline => self.pick(
                "تعذّر الوصول إلى الخادم. ما كُتب باقٍ هنا، وتصح إعادة المحاولة عند عودة الاتصال.",
                "The server could not be reached. What you typed stays here; try again once the connection is back.",
            ),
            AppError::Unavailable
            | AppError::TooLong { .. }
            | AppError::BlockRefused { .. }
            | AppError::InvalidField { .. }
            | AppError::Throttled { .. }
            | AppError::FileTooLarge { .. }
            | AppError::FileType { .. }
            | AppError::Internal { .. } => self.pick(
                "لا تستجيب قاعدة البيانات الآن. تصح المحاولة من جديد بعد لحظات.",
                "The database does not answer just now. Try again in a moment.",
            ),
        }
    }

    /// Why Meta did not block or unblock somebody. Some codes mean another thing here than for a message.
    fn block_refused(&self, code: i64) -> String {
        let said = match code {
            131_047 => Some((
                "لا يسمح واتساب لرقم إلا بحظر من كتب إليه خلال آخر 24 ساعة. يصح الحظر بعد أن يكتب من جديد.",
                "WhatsApp lets a number block only those who wrote to it within the last 24 hours. It works once they write again.",
            )),
            131_021 => Some((
                "هذا رقمكم نفسه، ولا يحظر الرقم نفسه.",
                "This is your own number, and a number cannot block itself.",
            )),
            139_100 => Some((
                "لم تقبل ميتا حظر هذا العميل أو رفع الحظر عنه ولم تذكر السبب. قد يكون حسابه حساب أعمال، وهذه لا تُحظر.",
                "Meta did not block or unblock this customer and does not say why. It may be a business account; those cannot be blocked.",
            )),
            139_101 => Some((
                "بلغت قائمة المحظورين على هذا الرقم حدّها (64,000). يلزم رفع الحظر عن غيره أولًا.",
                "This number's block list is full (64,000). Unblock somebody else first.",
            )),
            130_429 => Some((
                "طُلب من ميتا الكثير في وقت قصير ولم يتغيّر شيء. تصح المحاولة من جديد بعد لحظات.",
                "Meta was asked too much in a short time, and nothing was changed. Try again in a moment.",
            )),
            _ => None,
        };
        if let Some((ar, en)) = said {
            return self.pick(ar, en).to_owned();
        }
        match (self.graph_code(code), self.locale) {
            (Some(sentence), _) => sentence.to_owned(),
            (None, Locale::Ar) => format!("لم تقبل ميتا ذلك ولم يتغيّر شيء (الرمز {code})."),
            (None, Locale::En) => format!("Meta did not take this, and nothing was changed (code {code})."),
        }
    }

    /// The field of an error in words.
    pub fn field_name(&self, field: &str) -> Option<&'static str> {
        fields::name(self.locale, field)
    }

    /// Why a message failed. A code we do not know shows Meta's own words.
    pub fn message_error(&self, error: &MessageError) -> String {
        if let Some(sentence) = self.graph_code(error.code) {
            return sentence.to_owned();
        }
        let said: Vec<&str> =
            [error.title.trim(), error.details.trim()].into_iter().filter(|words| !words.is_empty()).collect();
        let said = said.join(": ");
        let code = error.code;
        match (self.locale, said.is_empty()) {
            (Locale::Ar, false) => format!("رفضت ميتا الرسالة: \u{2068}{said}\u{2069} (الرمز {code})"),
            (Locale::Ar, true) => format!("رفضت ميتا الرسالة دون سبب (الرمز {code})."),
            (Locale::En, false) => format!("Meta refused it: \u{2068}{said}\u{2069} (code {code})"),
            (Locale::En, true) => format!("Meta refused it without a reason (code {code})."),
        }
    }

    /// What one of Meta's codes, or ours, means and what to do; `None` for one we do not know.
    pub fn graph_code(&self, code: i64) -> Option<&'static str> {
        graph::sentence(code).map(|(ar, en)| self.pick(ar, en))
    }

    /// A length of time as people say it: seconds, or minutes rounded up.
    fn span(&self, seconds: u64) -> String {
        let (n, minutes) = if seconds <= 90 { (seconds.max(1), false) } else { (seconds.div_ceil(60), true) };
        let form = plural(self.locale, i64::try_from(n).unwrap_or(i64::MAX));
        match (self.locale, minutes, form) {
            (Locale::En, false, Plural::One) => "a second".to_owned(),
            (Locale::En, false, _) => format!("{n} seconds"),
            (Locale::En, true, Plural::One) => "a minute".to_owned(),
            (Locale::En, true, _) => format!("{n} minutes"),
            (Locale::Ar, false, Plural::One) => "ثانية واحدة".to_owned(),
            (Locale::Ar, false, Plural::Two) => "ثانيتين".to_owned(),
            (Locale::Ar, false, Plural::Few) => format!("{n} ثوانٍ"),
            (Locale::Ar, false, _) => format!("{n} ثانية"),
            (Locale::Ar, true, Plural::One) => "دقيقة واحدة".to_owned(),
            (Locale::Ar, true, Plural::Two) => "دقيقتين".to_owned(),
            (Locale::Ar, true, Plural::Few) => format!("{n} دقائق"),
            (Locale::Ar, true, _) => format!("{n} دقيقة"),
        }
    }
}

#[cfg(test)]
mod tests;
