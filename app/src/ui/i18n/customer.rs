//! Texts of the customer's pane: names, who is who, what they allow.

pub struct CustomerTexts {
    pub rename: &'static str,
    pub name_label: &'static str,
    pub name_help: &'static str,
    pub profile_name: &'static str,

    // What they chose to receive.
    pub consent: &'static str,
    pub marketing: &'static str,
    pub stopped: &'static str,
    pub resumed: &'static str,
    pub signed_up: &'static str,
    pub told_by_customer: &'static str,
    pub told_by_refusal: &'static str,
    pub stopped_help: &'static str,
}

pub const AR: CustomerTexts = CustomerTexts {
    rename: "تغيير الاسم",
    name_label: "اسم العميل لدى الفريق",
    name_help: "يراه الفريق وحده. إن تُرك فارغًا عاد اسم ملفه على واتساب.",
    profile_name: "اسمه على واتساب:",
    consent: "ما يقبل استلامه",
    marketing: "الرسائل التسويقية",
    stopped: "أوقفها",
    resumed: "استأنفها",
    signed_up: "اشترك فيها",
    told_by_customer: "اختار ذلك في واتساب:",
    told_by_refusal: "عُرف من رفض ميتا لرسالة:",
    stopped_help: "لا تُرسل إليه قوالب تسويقية على هذا الرقم، وميتا ترفضها.",
};

pub const EN: CustomerTexts = CustomerTexts {
    rename: "Change the name",
    name_label: "What the team calls them",
    name_help: "Only the team sees it. Empty: their WhatsApp profile name again.",
    profile_name: "On WhatsApp:",
    consent: "What they agree to receive",
    marketing: "Marketing messages",
    stopped: "Stopped",
    resumed: "Resumed",
    signed_up: "Signed up",
    told_by_customer: "Chosen in WhatsApp:",
    told_by_refusal: "Known from a message Meta refused:",
    stopped_help: "They get no marketing templates on this number; Meta would refuse them.",
};
