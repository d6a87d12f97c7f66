//! Texts of the inbox.

pub struct InboxTexts {}

pub const AR: InboxTexts = InboxTexts {};

pub const EN: InboxTexts = InboxTexts {};
