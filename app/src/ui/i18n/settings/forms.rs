//! Words of every form.

pub struct FormTexts {
    pub show: &'static str,
    pub hide: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    /// The browser keeps the clipboard to itself; the value is selected.
    pub copy_refused: &'static str,
    pub close: &'static str,
    pub cancel: &'static str,
    pub done: &'static str,
    pub save: &'static str,
    pub saved: &'static str,
    pub retry: &'static str,
    pub loading: &'static str,
    pub back: &'static str,
    pub next: &'static str,
}

pub const AR: FormTexts = FormTexts {
    show: "إظهار",
    hide: "إخفاء",
    copy: "نسخ",
    copied: "نُسخ",
    copy_refused: "لا يسمح المتصفح بالنسخ هنا. النص محدَّد، ويُنسخ بـ Ctrl+C.",
    close: "إغلاق",
    cancel: "إلغاء",
    done: "تمّ",
    save: "حفظ",
    saved: "حُفظ",
    retry: "إعادة المحاولة",
    loading: "جارٍ التحميل",
    back: "رجوع",
    next: "متابعة",
};

pub const EN: FormTexts = FormTexts {
    show: "Show",
    hide: "Hide",
    copy: "Copy",
    copied: "Copied",
    copy_refused: "This browser does not allow copying here. The text is selected: press Ctrl+C.",
    close: "Close",
    cancel: "Cancel",
    done: "Done",
    save: "Save",
    saved: "Saved",
    retry: "Try again",
    loading: "Loading",
    back: "Back",
    next: "Continue",
};
