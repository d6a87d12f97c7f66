//! The pages before one is signed in. All work as plain HTML forms: the page's program only adds comfort.

mod demo;
mod foot;
mod password;
mod room;
mod setup;
mod signin;

pub use foot::LanguageSwitch;
pub use password::PasswordPage;
pub use setup::{LocaleChoice, SetupPage};
pub use signin::SignInPage;
