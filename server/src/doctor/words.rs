//! What the doctor says, in both languages. Addresses and figures are set apart, so that Arabic lines keep their order.

use std::fmt::Display;

use app::domain::agent::Locale;

#[derive(Clone, Copy)]
pub struct Words(pub Locale);

/// A value that runs left to right in either language.
fn apart(value: impl Display) -> String {
    format!("\u{2068}{value}\u{2069}")
}

impl Words {
    fn pick(self, ar: impl Into<String>, en: impl Into<String>) -> String {
        match self.0 {
            Locale::Ar => ar.into(),
            Locale::En => en.into(),
        }
    }

    pub fn writable(self, folder: impl Display) -> String {
        let folder = apart(folder);
        self.pick(format!("المجلد {folder} يقبل الكتابة"), format!("the folder {folder} can be written"))
    }

    pub fn not_writable(self, folder: impl Display, cause: &std::io::Error) -> (String, String) {
        let (folder, cause) = (apart(folder), apart(cause));
        (
            self.pick(
                format!("المجلد {folder} لا يقبل الكتابة: {cause}"),
                format!("the folder {folder} cannot be written: {cause}"),
            ),
            self.pick(
                "منح مستخدم البرنامج حق الكتابة في هذا المجلد",
                "let the user that runs the program write into this folder",
            ),
        )
    }

    pub fn free_space(self, mib: u64) -> String {
        self.pick(format!("المساحة المتاحة: {}", apart(format!("{mib} MiB"))), format!("free space: {mib} MiB"))
    }

    pub fn space_fix(self) -> String {
        self.pick(
            "إخلاء مساحة على القرص أو توسيعه، والتأكد من أنه ليس للقراءة فقط",
            "make room on the disk or enlarge it, and see that it is not read-only",
        )
    }

    pub fn database_fix(self) -> String {
        self.pick(
            "التأكد من أن قاعدة البيانات تعمل ومن صحة MAJLIS_DATABASE_URL",
            "see that the database runs and that MAJLIS_DATABASE_URL is right",
        )
    }

    pub fn takes_writes(self) -> String {
        self.pick("قاعدة البيانات تقبل الكتابة", "the database takes writes")
    }

    pub fn sound(self) -> String {
        self.pick("ملفات قاعدة البيانات سليمة", "the database's files are sound")
    }

    pub fn restore_fix(self) -> String {
        self.pick(
            "إيقاف الخادم، ثم majlis restore مع آخر نسخة احتياطية، ثم فحص القرص",
            "stop the server, restore the last backup with majlis restore, and look after the disk",
        )
    }

    pub fn log_size(self, mib: u64) -> String {
        self.pick(format!("سجل الكتابة: {}", apart(format!("{mib} MiB"))), format!("write-ahead log: {mib} MiB"))
    }

    pub fn log_fix(self) -> String {
        self.pick(
            "إعادة تشغيل الخادم في وقت هادئ، وإيقاف أي برنامج آخر يفتح الملف",
            "restart the server at a quiet time, and end any other program that has the file open",
        )
    }

    pub fn outbox(self, waiting: i64) -> String {
        self.pick(format!("رسائل تنتظر الإرسال: {waiting}"), format!("messages waiting to be sent: {waiting}"))
    }

    pub fn lag(self, seconds: i64) -> String {
        self.pick(format!("تأخر معالجة الوارد بالثواني: {seconds}"), format!("incoming work is behind by {seconds} s"))
    }

    pub fn lag_fix(self) -> String {
        self.pick(
            "تشغيل الخادم إن كان متوقفًا، وإلا فالنظر في سجله",
            "start the server if it does not run; else see what its log says",
        )
    }

    pub fn set_aside(self, count: i64) -> String {
        self.pick(format!("ما وصل ولم يُقرأ: {count}"), format!("set aside because it could not be read: {count}"))
    }

    pub fn set_aside_fix(self) -> String {
        self.pick(
            "majlis replay list يذكر الأسباب، وmajlis replay retry --all يعيد القراءة",
            "majlis replay list says why; majlis replay retry --all reads it again",
        )
    }

    pub fn no_backup(self) -> String {
        self.pick("لم تُؤخذ نسخة احتياطية بعد", "no backup was made yet")
    }

    pub fn backup_age(self, hours: i64) -> String {
        self.pick(format!("عمر آخر نسخة احتياطية بالساعات: {hours}"), format!("the last backup is {hours} hours old"))
    }

    pub fn backup_fix(self) -> String {
        self.pick("تشغيل majlis backup كل ليلة", "run majlis backup every night")
    }

    pub fn clock(self, seconds: i64) -> String {
        self.pick(format!("فرق الساعة بالثواني: {seconds}"), format!("the clock is off by {seconds} s"))
    }

    pub fn clock_fix(self) -> String {
        self.pick(
            "ضبط ساعة هذا الجهاز وتفعيل NTP؛ ساعة خاطئة تغلق نافذة الرد في غير وقتها",
            "set this machine's clock and switch NTP on: a wrong clock closes windows at the wrong time",
        )
    }

    pub fn meta_unreachable(self, url: &str) -> (String, String) {
        let url = apart(url);
        (
            self.pick(format!("لا وصول إلى {url}"), format!("{url} cannot be reached")),
            self.pick(
                "السماح لهذا الجهاز بالخروج إلى graph.facebook.com عبر https",
                "let this machine out to graph.facebook.com by https",
            ),
        )
    }

    pub fn server_ready(self, url: &str) -> String {
        self.pick(format!("الخادم يعمل: {}", apart(url)), format!("the server runs: {url}"))
    }

    pub fn server_not_ready(self, url: &str, said: &str) -> String {
        let (url, said) = (apart(url), apart(said));
        self.pick(format!("الخادم {url} غير جاهز: {said}"), format!("the server {url} is not ready: {said}"))
    }

    pub fn server_log_fix(self) -> String {
        self.pick("سجل الخادم يذكر السبب", "the server's log says why")
    }

    pub fn no_server(self, url: &str) -> String {
        self.pick(format!("لا خادم يجيب على {}", apart(url)), format!("no server answers at {url}"))
    }

    pub fn server_fix(self) -> String {
        self.pick("تشغيل majlis serve ثم إعادة الفحص", "start majlis serve, then run the doctor again")
    }

    pub fn no_public_url(self) -> String {
        self.pick("لا يوجد عنوان عام لهذا الخادم", "this server has no public address")
    }

    pub fn public_url_fix(self) -> String {
        self.pick(
            "ضبط MAJLIS_PUBLIC_URL على عنوان https الذي يفتحه الناس وتصل إليه ميتا",
            "set MAJLIS_PUBLIC_URL to the https address that people open and Meta reaches",
        )
    }

    pub fn callback_answers(self, url: &str) -> String {
        self.pick(format!("عنوان الاستقبال يجيب: {}", apart(url)), format!("the callback answers: {url}"))
    }

    pub fn callback_unreachable(self, url: &str) -> String {
        self.pick(format!("لا وصول إلى {}", apart(url)), format!("{url} cannot be reached"))
    }

    pub fn callback_wrong(self, url: &str) -> String {
        self.pick(
            format!("جواب {} ليس جواب هذا الخادم على رمز التحقق", apart(url)),
            format!("{url} does not answer the verify token as this server does"),
        )
    }

    pub fn callback_fix(self) -> String {
        self.pick(
            "التأكد من أن الوسيط (proxy) يمرر /webhooks/whatsapp إلى هذا الخادم كما هو",
            "see that the proxy passes /webhooks/whatsapp to this server as it is",
        )
    }

    pub fn signature_ok(self) -> String {
        self.pick(
            "طلب موقَّع بسر التطبيق قُبل، وآخر بلا توقيع رُفض",
            "a request signed with the app secret was taken, one without was refused",
        )
    }

    pub fn signature_wrong(self, url: &str, status: Option<u16>) -> String {
        let status = apart(status.map_or("-".to_owned(), |status| status.to_string()));
        let url = apart(url);
        self.pick(
            format!("طلب موقَّع إلى {url} أُجيب بـ{status}"),
            format!("a signed request to {url} was answered with {status}"),
        )
    }

    pub fn simulated(self) -> String {
        self.pick("رقم تجريبي لا يعرفه أحد لدى ميتا", "a simulated number, which Meta does not know")
    }

    pub fn no_key_yet(self) -> String {
        self.pick("لا مفاتيح محفوظة بعد", "no keys are stored yet")
    }

    pub fn keys_open(self, numbers: usize) -> String {
        self.pick(
            format!("المفتاح الرئيسي يفتح مفاتيح الأرقام: {numbers}"),
            format!("the master key opens the keys of {numbers} numbers"),
        )
    }

    pub fn key_fix(self) -> String {
        self.pick("إعادة ملف master.key الصحيح إلى مكانه", "put the right master.key back in its place")
    }

    pub fn seal_fix(self) -> String {
        self.pick("إدخال مفاتيح هذا الرقم من جديد في الإعدادات", "enter this number's keys anew in the settings")
    }

    pub fn paused(self, code: i64) -> (String, String) {
        (
            self.pick(
                format!("أُوقف الإرسال بعد رفض ميتا بالرمز {code}"),
                format!("sending is paused after Meta's refusal {code}"),
            ),
            self.pick(
                "معالجة السبب ثم استئناف الإرسال في إعدادات الرقم",
                "mend the cause, then resume in the number's settings",
            ),
        )
    }
}
