//! Texts of the pages before one is signed in.

pub struct EntryTexts {}

pub const AR: EntryTexts = EntryTexts {};

pub const EN: EntryTexts = EntryTexts {};
