//! Small pieces of the screen that know no domain.
pub mod entry_icons;
