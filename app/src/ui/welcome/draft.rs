//! What an admin has typed about a number, checked step by step as the server will check it in the end.

use crate::api::channels::ChannelInput;
use crate::domain::phone;
use crate::error::{AppError, FieldProblem};

/// The fields of the first step.
pub const NUMBER_FIELDS: &[&str] = &["name", "display_phone", "phone_number_id", "waba_id"];
/// The fields of the second.
pub const KEY_FIELDS: &[&str] = &["access_token", "app_secret", "verify_token"];

/// # Errors
/// The first field of the number that is not right.
pub fn check_number(input: &ChannelInput) -> Result<(), AppError> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if input.name.trim().is_empty() {
        return Err(AppError::invalid("name", FieldProblem::Missing));
    }
    if phone::e164(&input.display_phone).is_none() {
        return Err(AppError::invalid("display_phone", FieldProblem::Malformed));
    }
    for (field, value) in [("phone_number_id", &input.phone_number_id), ("waba_id", &input.waba_id)] {
        if !digits(value.trim()) {
            return Err(AppError::invalid(field, FieldProblem::Malformed));
        }
    }
    Ok(())
}

/// # Errors
/// The first key that is missing.
pub fn check_keys(input: &ChannelInput) -> Result<(), AppError> {
    for (field, value) in [
        ("access_token", &input.access_token),
        ("app_secret", &input.app_secret),
        ("verify_token", &input.verify_token),
    ] {
        if value.trim().is_empty() {
            return Err(AppError::invalid(field, FieldProblem::Missing));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> ChannelInput {
        ChannelInput {
            name: "متجر ريحان".into(),
            phone_number_id: " 106540352242922 ".into(),
            waba_id: "102290129340398".into(),
            display_phone: "+20 100 000 1842".into(),
            access_token: "EAAG".into(),
            app_secret: "5f2a".into(),
            verify_token: "x".into(),
            coexistence: false,
        }
    }

    #[test]
    fn each_field_is_asked_for() {
        assert_eq!(check_number(&typed()), Ok(()));
        assert_eq!(check_keys(&typed()), Ok(()));
        for (field, spoil) in [
            ("name", (|input| input.name = "  ".into()) as fn(&mut ChannelInput)),
            ("display_phone", |input| input.display_phone = "متجر".into()),
            ("phone_number_id", |input| input.phone_number_id = "+20100".into()),
            ("waba_id", |input| input.waba_id.clear()),
            ("access_token", |input| input.access_token.clear()),
            ("app_secret", |input| input.app_secret = " ".into()),
            ("verify_token", |input| input.verify_token.clear()),
        ] {
            let mut input = typed();
            spoil(&mut input);
            let error = check_number(&input).and_then(|()| check_keys(&input)).unwrap_err();
            assert!(
                matches!(&error, AppError::InvalidField { field: named, .. } if named == field),
                "{field}: {error}"
            );
        }
    }
}
