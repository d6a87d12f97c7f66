//! Texts of the people page.

use crate::domain::agent::{Locale, Role};

pub struct PeopleTexts {
    locale: Locale,
    pub lead: &'static str,
    pub add: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    pub email_help: &'static str,
    pub role: &'static str,
    pub state: &'static str,
    pub actions: &'static str,
    pub active: &'static str,
    pub invited: &'static str,
    pub disabled: &'static str,
    pub you: &'static str,
    pub empty_title: &'static str,
    pub empty: &'static str,
    pub add_title: &'static str,
    pub add_text: &'static str,
    pub added: &'static str,
    pub link: &'static str,
    pub link_once: &'static str,
    pub link_until: &'static str,
    pub access: &'static str,
    pub access_text: &'static str,
    pub save_role: &'static str,
    pub new_link: &'static str,
    pub new_link_text: &'static str,
    pub make_link: &'static str,
    pub sign_in: &'static str,
    pub sign_in_off: &'static str,
    pub disable: &'static str,
    pub enable: &'static str,
    pub enable_text: &'static str,
    pub self_warning: &'static str,
    pub changed: &'static str,
}

pub const AR: PeopleTexts = PeopleTexts {
    locale: Locale::Ar,
    lead: "من يدخل إلى مجلس، وما يستطيعه كلٌّ منهم.",
    add: "إضافة زميل",
    name: "الاسم",
    email: "البريد الإلكتروني",
    email_help: "للدخول فقط. لا يُرسل إليه شيء.",
    role: "الدور",
    state: "الحالة",
    actions: "الإجراءات",
    active: "نشط",
    invited: "لم يختر كلمة مرور بعد",
    disabled: "موقوف",
    you: "حسابكم",
    empty_title: "لا أحد هنا بعد",
    empty: "إضافة الزملاء تتيح لهم الرد على العملاء من هذا الرقم معًا.",
    add_title: "إضافة زميل",
    add_text: "يظهر بعد الإضافة رابط لاختيار كلمة المرور، يُسلَّم للزميل باليد أو برسالة.",
    added: "أُضيف الزميل",
    link: "رابط اختيار كلمة المرور",
    link_once: "يظهر هذا الرابط هنا مرة واحدة ويعمل مرة واحدة. لا يرسله مجلس إلى أحد.",
    link_until: "يعمل حتى",
    access: "الدور",
    access_text: "عند تغيير الدور تنتهي جلسات هذا الزميل ويلزمه الدخول من جديد.",
    save_role: "تغيير الدور",
    new_link: "رابط جديد",
    new_link_text: "لمن نسي كلمة المرور أو فاته رابطه. الروابط السابقة تتوقف.",
    make_link: "إصدار رابط",
    sign_in: "الدخول إلى مجلس",
    sign_in_off: "الحساب موقوف ولا يستطيع صاحبه الدخول.",
    disable: "إيقاف الحساب",
    enable: "تفعيل الحساب",
    enable_text: "يعود إليه الدخول بكلمة مروره ودوره كما كانا.",
    self_warning: "هذا حسابكم أنتم: تنتهي جلستكم في الحال.",
    changed: "تغيّرت الصلاحيات",
};

pub const EN: PeopleTexts = PeopleTexts {
    locale: Locale::En,
    lead: "Who comes into Majlis, and what each may do.",
    add: "Add a person",
    name: "Name",
    email: "E-mail",
    email_help: "For signing in only. Nothing is sent to it.",
    role: "Role",
    state: "State",
    actions: "Actions",
    active: "Active",
    invited: "Has not chosen a password yet",
    disabled: "Disabled",
    you: "You",
    empty_title: "Nobody here yet",
    empty: "Add colleagues, and they answer customers from this number together.",
    add_title: "Add a person",
    add_text: "Afterwards you get a link with which they choose a password. Hand it to them yourself.",
    added: "Person added",
    link: "Link for choosing a password",
    link_once: "This link is shown here once and works once. Majlis sends it to nobody.",
    link_until: "Works until",
    access: "Role",
    access_text: "Changing the role ends this person’s sessions; they sign in again.",
    save_role: "Change role",
    new_link: "A new link",
    new_link_text: "For someone who lost their password or their link. Earlier links stop working.",
    make_link: "Make a link",
    sign_in: "Signing in",
    sign_in_off: "The account is disabled; its owner cannot sign in.",
    disable: "Disable account",
    enable: "Enable account",
    enable_text: "They can sign in again with their password and role as before.",
    self_warning: "This is your own account: your session ends at once.",
    changed: "Access changed",
};

impl PeopleTexts {
    pub fn role(&self, role: Role) -> &'static str {
        match (self.locale, role) {
            (Locale::Ar, Role::Agent) => "موظف",
            (Locale::Ar, Role::Supervisor) => "مشرف",
            (Locale::Ar, Role::Admin) => "مدير",
            (Locale::En, Role::Agent) => "Agent",
            (Locale::En, Role::Supervisor) => "Supervisor",
            (Locale::En, Role::Admin) => "Admin",
        }
    }

    /// What a role may do.
    pub fn role_text(&self, role: Role) -> &'static str {
        match (self.locale, role) {
            (Locale::Ar, Role::Agent) => "يردّ على العملاء.",
            (Locale::Ar, Role::Supervisor) => "يتابع ويردّ، ومتابعته لا تجعل الرسائل مقروءة.",
            (Locale::Ar, Role::Admin) => "يردّ، ويدير الأرقام والفريق.",
            (Locale::En, Role::Agent) => "Answers customers.",
            (Locale::En, Role::Supervisor) => "Watches and answers; watching marks nothing as read.",
            (Locale::En, Role::Admin) => "Answers, and manages numbers and people.",
        }
    }

    pub fn manage(&self, name: &str) -> String {
        match self.locale {
            Locale::Ar => format!("إدارة \u{2068}{name}\u{2069}"),
            Locale::En => format!("Manage \u{2068}{name}\u{2069}"),
        }
    }

    pub fn disable_title(&self, name: &str) -> String {
        match self.locale {
            Locale::Ar => format!("إيقاف حساب \u{2068}{name}\u{2069}؟"),
            Locale::En => format!("Disable \u{2068}{name}\u{2069}?"),
        }
    }

    pub fn disable_text(&self) -> &'static str {
        match self.locale {
            Locale::Ar => "تنتهي جلساته في الحال ولا يستطيع الدخول. تبقى محادثاته وردوده كما هي.",
            Locale::En => "Their sessions end at once and they cannot sign in. Their conversations and replies stay.",
        }
    }

    pub fn enable_title(&self, name: &str) -> String {
        match self.locale {
            Locale::Ar => format!("تفعيل حساب \u{2068}{name}\u{2069}؟"),
            Locale::En => format!("Enable \u{2068}{name}\u{2069}?"),
        }
    }
}
