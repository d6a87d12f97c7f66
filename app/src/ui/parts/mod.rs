//! Small pieces of the screen that know no domain.
