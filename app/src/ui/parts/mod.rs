//! Small pieces of the screen that know no domain.

pub mod browser;
pub mod clock;
pub mod copy;
pub mod emoji;
pub mod empty;
pub mod face;
pub mod icon;
pub mod money;
pub mod ring;
pub mod roving;
pub mod time;
