//! Texts that stand on every screen.

pub struct CommonTexts {
    pub app_name: &'static str,
    /// Shown when the browser cannot run WebAssembly.
    pub no_wasm: &'static str,
    /// Shown when the page's program has died or could not be loaded.
    pub dead: &'static str,
    pub reload: &'static str,
}

pub const AR: CommonTexts = CommonTexts {
    app_name: "مجلس",
    no_wasm: "يحتاج مجلس إلى متصفح حديث يشغّل WebAssembly. حدّث المتصفح أو افتح هذه الصفحة في متصفح آخر.",
    dead: "توقّف البرنامج في هذه الصفحة. لم تضِع أي رسالة محفوظة.",
    reload: "إعادة تحميل الصفحة",
};

pub const EN: CommonTexts = CommonTexts {
    app_name: "Majlis",
    no_wasm: "Majlis needs a modern browser that runs WebAssembly. Update this one, or open this page in another.",
    dead: "The program on this page has stopped. No stored message was lost.",
    reload: "Reload the page",
};
