//! Meta's errors, as bodies of answers and as reasons of failed statuses.

use serde_json::{Value, json};

/// One of Meta's errors, with the words and the HTTP status it usually comes with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: i64,
    pub subcode: Option<i64>,
    pub title: String,
    pub details: String,
    pub http_status: u16,
    /// Meta says that the same may work later.
    pub is_transient: bool,
    /// Seconds in the header `Retry-After`.
    pub retry_after_s: Option<u32>,
    /// Minutes until access comes back, in the header `X-Business-Use-Case-Usage`.
    pub regain_access_min: Option<u32>,
}

/// Code, HTTP status, title, details: as Meta's pages have them.
const KNOWN: &[(i64, u16, &str, &str)] = &[
    (0, 401, "AuthException", "We were unable to authenticate the app user."),
    (1, 500, "API Unknown", "Invalid request or possible server error."),
    (2, 503, "API Service", "Service temporarily unavailable."),
    (4, 429, "API Too Many Calls", "The app has reached its API call rate limit."),
    (10, 403, "Permission Denied", "Permission is either not granted or has been removed."),
    (33, 400, "Parameter value is not valid", "The business phone number has been deleted."),
    (100, 400, "Invalid parameter", "The request included one or more unsupported or misspelled parameters."),
    (190, 401, "Invalid OAuth access token", "Error validating access token: the token has expired."),
    (200, 403, "API Permission", "Permission is either not granted or has been removed."),
    (368, 403, "Temporarily blocked for policies violations", "The account has been restricted."),
    (80007, 429, "Rate limit issues", "The WhatsApp Business Account has reached its rate limit."),
    (130403, 400, "Recipient blocked", "The business has blocked this user."),
    (130429, 429, "Rate limit hit", "Cloud API message throughput has been reached."),
    (130472, 400, "User's number is part of an experiment", "Message was not sent as part of an experiment."),
    (131000, 500, "Something went wrong", "Message failed to send due to an unknown error."),
    (131005, 403, "Access denied", "Permission is either not granted or has been removed."),
    (131008, 400, "Required parameter is missing", "The request is missing a required parameter."),
    (131009, 400, "Parameter value is not valid", "One or more parameter values are invalid."),
    (131016, 503, "Service unavailable", "A service is temporarily unavailable."),
    (131021, 400, "Recipient cannot be sender", "Sender and recipient phone number is the same."),
    (131026, 400, "Message undeliverable", "Message Undeliverable."),
    (131030, 400, "Recipient phone number not in allowed list", "Add the recipient to the allowed list."),
    (131031, 403, "Account has been locked", "Business account has been locked."),
    (131042, 400, "Business eligibility payment issue", "There was an error related to your payment method."),
    (
        131047,
        400,
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    ),
    (131048, 400, "Spam rate limit hit", "Message failed to send because there are restrictions on this number."),
    (
        131049,
        400,
        "This message was not delivered to maintain healthy ecosystem engagement.",
        "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
    ),
    (131050, 400, "User has stopped marketing messages", "The recipient chose to stop receiving marketing messages."),
    (131051, 400, "Unsupported message type", "Message type is currently not supported."),
    (131053, 400, "Media upload error", "Unable to upload the media used in the message."),
    (
        131056,
        400,
        "(Business Account, Consumer Account) pair rate limit hit",
        "Too many messages were sent from this number to the same recipient in a short time.",
    ),
    (131057, 503, "Account in maintenance mode", "Business Account is in maintenance mode."),
    (132001, 404, "Template does not exist", "The template does not exist in the language, or is not approved."),
    (132000, 400, "Template Param Count Mismatch", "The number of parameters does not match the template."),
    (132005, 400, "Template Hydrated Text Too Long", "The translated text is too long."),
    (132007, 400, "Template Format Character Policy Violated", "The content of the template violates a policy."),
    (132012, 400, "Template Parameter Format Mismatch", "A parameter has another format than the template."),
    (132015, 400, "Template is Paused", "The template is paused due to low quality and cannot be sent."),
    (132016, 400, "Template is Disabled", "The template was paused too many times and is disabled for good."),
    (132018, 400, "Template validation failed", "A parameter holds characters that are not allowed."),
    (133004, 503, "Server Temporarily Unavailable", "Server is temporarily unavailable."),
    (
        133015,
        400,
        "Please wait a few minutes",
        "The phone number was recently deleted, and deletion has not yet completed.",
    ),
    (134101, 400, "Template is syncing", "The template is still being prepared. Try again in ten minutes."),
    (2494100, 503, "Number in maintenance mode", "The phone number is in maintenance mode."),
    (133010, 400, "Phone number not registered", "Phone number not registered on the WhatsApp Business Platform."),
];

impl Refusal {
    /// The refusal Meta gives with this code; an unknown code gets neutral words and 400.
    pub fn of(code: i64) -> Self {
        let (_, http_status, title, details) = KNOWN.iter().find(|known| known.0 == code).copied().unwrap_or((
            code,
            400,
            "Error",
            "The message was refused.",
        ));
        Self {
            code,
            subcode: None,
            title: title.to_owned(),
            details: details.to_owned(),
            http_status,
            is_transient: false,
            retry_after_s: None,
            regain_access_min: None,
        }
    }

    /// The headers of an answer, beside its body.
    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        if let Some(seconds) = self.retry_after_s {
            headers.push(("retry-after", seconds.to_string()));
        }
        if let Some(minutes) = self.regain_access_min {
            let usage = json!({ "200000000000001": [{ "type": "whatsapp", "call_count": 100, "total_cputime": 25,
                "total_time": 25, "estimated_time_to_regain_access": minutes }] });
            headers.push(("x-business-use-case-usage", usage.to_string()));
        }
        headers
    }

    /// "Invalid parameter", with what is wrong in words.
    pub(super) fn malformed(details: impl Into<String>) -> Self {
        Self { details: details.into(), ..Self::of(100) }
    }

    /// An object that does not exist for this token.
    pub(super) fn no_object(id: &str) -> Self {
        Self {
            subcode: Some(33),
            title: "Unsupported request".to_owned(),
            details: format!(
                "Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not \
                 support this operation."
            ),
            ..Self::of(100)
        }
    }

    /// The body of an answer.
    pub fn body(&self) -> Value {
        let mut error = json!({
            "message": format!("(#{}) {}", self.code, self.title),
            "type": "OAuthException",
            "code": self.code,
            "error_data": { "messaging_product": "whatsapp", "details": self.details },
            "fbtrace_id": "AsImulatedTrace",
        });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        if self.is_transient {
            error["is_transient"] = json!(true);
        }
        json!({ "error": error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_metas_shape() {
        let body = Refusal { is_transient: true, ..Refusal::of(130_429) }.body();
        assert_eq!(body["error"]["message"], "(#130429) Rate limit hit");
        assert_eq!(body["error"]["code"], 130_429);
        assert_eq!(body["error"]["is_transient"], true);
        assert_eq!(body["error"]["error_data"]["messaging_product"], "whatsapp");
        let patient = Refusal { retry_after_s: Some(9), regain_access_min: Some(7), ..Refusal::of(80_007) }.headers();
        assert_eq!(patient[0], ("retry-after", "9".to_owned()));
        assert!(patient[1].1.contains(r#""estimated_time_to_regain_access":7"#), "{patient:?}");
        assert_eq!(Refusal::of(190).headers(), []);
        assert_eq!(Refusal::of(190).http_status, 401);
        assert_eq!(Refusal::of(999_999).http_status, 400);
    }
}
