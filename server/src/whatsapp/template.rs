//! Templates as the Graph API lists them.
//! <https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates>

use std::collections::BTreeMap;

use app::domain::ids::WabaId;
use app::domain::media::MediaKind;
use app::domain::template::{
    Button, Category, Does, Format, Header, Parts, Quality, Status, Template, language, names,
};
use serde_json::Value;

use super::client::{Graph, GraphError, answer_within};
use super::webhook::{list, text_at};

const FIELDS: &str = "id,name,language,status,category,components,parameter_format,quality_score,rejected_reason";
/// Templates in one page.
const PAGE: &str = "50";
/// An account may have 6,000 templates; a list that goes on beyond is no list.
const PAGES: usize = 400;
/// A page of templates with many cards and buttons is large.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

impl Graph {
    /// Every template of an account, page by page.
    ///
    /// # Errors
    /// Meta refused or could not be reached; nothing of a list that broke off is given.
    pub async fn templates(&self, waba_id: &WabaId, token: &str) -> Result<Vec<Template>, GraphError> {
        let edge = self.url(&format!("{waba_id}/message_templates"));
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES {
            let mut asked = vec![("fields", FIELDS), ("limit", PAGE)];
            asked.extend(after.as_deref().map(|after| ("after", after)));
            let address = reqwest::Url::parse_with_params(&edge, asked).map_err(|_| GraphError::Unreadable)?;
            let page = answer_within(self.http().get(address).bearer_auth(token), PAGE_BYTES).await?;
            let Some(data) = page.get("data").and_then(Value::as_array) else { return Err(GraphError::Unreadable) };
            all.extend(data.iter().filter_map(read));
            // The last page has a cursor, too, but no next page.
            let next = text_at(&page, "/paging/next").and_then(|_| text_at(&page, "/paging/cursors/after"));
            if next.is_none() || next == after {
                return Ok(all);
            }
            after = next;
        }
        Err(GraphError::Unreadable)
    }
}

/// A template, read leniently; `None` when it has no name or language.
pub fn read(template: &Value) -> Option<Template> {
    let category = text_at(template, "/category");
    let category = category.as_deref().map_or(Category::Other, Category::of_meta);
    let parts = parts(list(template, "components"), category);
    let format = match text_at(template, "/parameter_format") {
        Some(word) => Format::from_word(&word.to_ascii_lowercase()).unwrap_or(Format::Positional),
        // Older answers do not tell; what the variables are called does.
        None => match names(&parts.body).first() {
            Some(name) if name.parse::<u32>().is_err() => Format::Named,
            _ => Format::Positional,
        },
    };
    let status = text_at(template, "/status");
    let status = status.as_deref().map_or(Status::Other, |word| match word.to_ascii_uppercase().as_str() {
        // At risk, but still to be sent.
        "FLAGGED" => Status::Approved,
        word => Status::of_meta(word).unwrap_or(Status::Other),
    });
    Some(Template {
        meta_id: text_at(template, "/id").unwrap_or_default(),
        name: text_at(template, "/name")?,
        language: language(&text_at(template, "/language")?),
        category,
        next_category: None,
        status,
        reason: reason(text_at(template, "/rejected_reason")),
        quality: text_at(template, "/quality_score/score").map_or(Quality::Unknown, |word| Quality::of_meta(&word)),
        format,
        parts,
    })
}

/// Meta's word for a cause; `NONE` is its word for none.
pub fn reason(word: Option<String>) -> Option<String> {
    word.filter(|word| !word.eq_ignore_ascii_case("none"))
}

fn parts(components: &[Value], category: Category) -> Parts {
    let mut parts = Parts::default();
    for component in components {
        let kind = text_at(component, "/type").unwrap_or_default().to_ascii_uppercase();
        match kind.as_str() {
            "HEADER" => header(&mut parts, component),
            "BODY" => {
                parts.body = text_at(component, "/text").unwrap_or_default();
                body_examples(&mut parts, component);
            }
            "FOOTER" => parts.footer = text_at(component, "/text"),
            "BUTTONS" => {
                for button in list(component, "buttons") {
                    add_button(&mut parts, button, category);
                }
            }
            _ => parts.beyond = Some(kind.to_ascii_lowercase()),
        }
    }
    parts
}

fn header(parts: &mut Parts, component: &Value) {
    let format = text_at(component, "/format").unwrap_or_else(|| "TEXT".to_owned()).to_ascii_uppercase();
    parts.header = match format.as_str() {
        "TEXT" => {
            let example = text_at(component, "/example/header_text/0")
                .or_else(|| text_at(component, "/example/header_text_named_params/0/example"));
            parts.examples.extend(example.map(|example| ("header".to_owned(), example)));
            text_at(component, "/text").map(Header::Text)
        }
        "IMAGE" => Some(Header::Media(MediaKind::Image)),
        "VIDEO" => Some(Header::Media(MediaKind::Video)),
        "DOCUMENT" => Some(Header::Media(MediaKind::Document)),
        "LOCATION" => Some(Header::Location),
        other => {
            parts.beyond = Some(format!("header_{}", other.to_ascii_lowercase()));
            None
        }
    };
}

fn body_examples(parts: &mut Parts, component: &Value) {
    let numbered = component.pointer("/example/body_text/0").and_then(Value::as_array);
    let numbered = numbered
        .into_iter()
        .flatten()
        .zip(1..)
        .filter_map(|(example, number)| Some((format!("body.{number}"), example.as_str()?.to_owned())));
    let named = component.pointer("/example/body_text_named_params").and_then(Value::as_array);
    let named = named.into_iter().flatten().filter_map(|example| {
        Some((format!("body.{}", text_at(example, "/param_name")?), text_at(example, "/example")?))
    });
    let examples: BTreeMap<String, String> = numbered.chain(named).collect();
    parts.examples.extend(examples);
}

fn add_button(parts: &mut Parts, button: &Value, category: Category) {
    let index = parts.buttons.len();
    let kind = text_at(button, "/type").unwrap_or_default().to_ascii_uppercase();
    let mut label = text_at(button, "/text").unwrap_or_default();
    let does = match kind.as_str() {
        "QUICK_REPLY" => Does::Reply,
        "OTP" => Does::OneTime,
        "URL" => {
            let url = text_at(button, "/url").unwrap_or_default();
            // How Meta lists the button that copies a one-time code.
            if category == Category::Authentication && url.contains("/otp/") {
                Does::OneTime
            } else {
                let example = text_at(button, "/example/0").or_else(|| text_at(button, "/example"));
                parts.examples.extend(example.map(|example| (format!("buttons.{index}"), ending(&url, &example))));
                Does::Open { url }
            }
        }
        "PHONE_NUMBER" => Does::Call { phone: text_at(button, "/phone_number").unwrap_or_default() },
        "COPY_CODE" => {
            let example = text_at(button, "/example/0").or_else(|| text_at(button, "/example"));
            parts.examples.extend(example.map(|example| (format!("buttons.{index}"), example)));
            Does::Copy
        }
        "FLOW" => Does::Form,
        "REQUEST_CONTACT_INFO" => Does::AskContact,
        other => {
            // It keeps its place: the others are counted by it.
            parts.beyond = Some(format!("button_{}", other.to_ascii_lowercase()));
            Does::Reply
        }
    };
    if label.is_empty() {
        label = text_at(button, "/example/0").or_else(|| text_at(button, "/example")).unwrap_or_default();
    }
    parts.buttons.push(Button { label, does });
}

/// Meta gives the whole address as an example; what is filled in is its end.
fn ending(url: &str, example: &str) -> String {
    let fixed = url.split("{{").next().unwrap_or_default();
    example.strip_prefix(fixed).unwrap_or(example).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn templates_are_read_as_meta_writes_them() {
        let found = read(&json!({
            "id": "1689", "name": "order_ok", "language": "en-US", "status": "APPROVED", "category": "UTILITY",
            "parameter_format": "POSITIONAL", "quality_score": { "score": "GREEN", "date": 1 }, "rejected_reason": "NONE",
            "components": [
                { "type": "HEADER", "format": "TEXT", "text": "Hi {{1}}", "example": { "header_text": ["Ana"] } },
                { "type": "body", "text": "Order {{1}} for {{2}}.", "example": { "body_text": [["A-1", "Ana"]] } },
                { "type": "FOOTER", "text": "Rayhan" },
                { "type": "BUTTONS", "buttons": [
                    { "type": "QUICK_REPLY", "text": "Stop" },
                    { "type": "URL", "text": "Track", "url": "https://s.example/{{1}}", "example": ["https://s.example/a"] },
                    { "type": "PHONE_NUMBER", "text": "Call", "phone_number": "+34910000000" },
                    { "type": "COPY_CODE", "example": "25OFF" },
                ] },
            ],
        }))
        .unwrap();
        assert_eq!(
            (found.name.as_str(), found.language.as_str(), found.meta_id.as_str()),
            ("order_ok", "en_US", "1689")
        );
        assert_eq!(
            (found.category, found.status, found.quality),
            (Category::Utility, Status::Approved, Quality::Green)
        );
        assert_eq!((found.reason.clone(), found.format), (None, Format::Positional));
        let parts = found.parts;
        assert_eq!(parts.header, Some(Header::Text("Hi {{1}}".to_owned())));
        assert_eq!(
            (parts.body.as_str(), parts.footer.as_deref(), parts.beyond),
            ("Order {{1}} for {{2}}.", Some("Rayhan"), None)
        );
        let does: Vec<_> = parts.buttons.iter().map(|button| &button.does).collect();
        assert!(matches!(does[..], [Does::Reply, Does::Open { .. }, Does::Call { .. }, Does::Copy]), "{does:?}");
        assert_eq!(parts.buttons[3].label, "25OFF");
        let examples: Vec<_> = parts.examples.iter().map(|(key, example)| (key.as_str(), example.as_str())).collect();
        assert_eq!(
            examples,
            [("body.1", "A-1"), ("body.2", "Ana"), ("buttons.1", "a"), ("buttons.3", "25OFF"), ("header", "Ana")]
        );
    }

    #[test]
    fn what_is_strange_does_not_hide_the_rest() {
        for (name, template, expected) in [
            ("no name", json!({ "language": "ar" }), None),
            ("bare", json!({ "name": "a", "language": "ar" }), Some((Status::Other, Category::Other, None))),
            (
                "a carousel",
                json!({ "name": "a", "language": "ar", "status": "paused", "category": "MARKETING",
                    "components": [{ "type": "CAROUSEL", "cards": [] }] }),
                Some((Status::Paused, Category::Marketing, Some("carousel"))),
            ),
            (
                "a new button",
                json!({ "name": "a", "language": "ar", "status": "FLAGGED", "category": "NEW",
                    "components": [{ "type": "BUTTONS", "buttons": [{ "type": "MPM", "text": "See" }, 7] }] }),
                Some((Status::Approved, Category::Other, Some("button_"))),
            ),
        ] {
            let found = read(&template);
            let found = found.as_ref().map(|found| (found.status, found.category, found.parts.beyond.as_deref()));
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn named_variables_and_one_time_codes() {
        let named =
            read(&json!({ "name": "a", "language": "ar", "components": [{ "type": "BODY", "text": "{{first_name}}!",
            "example": { "body_text_named_params": [{ "param_name": "first_name", "example": "هبة" }] } }] }))
            .unwrap();
        assert_eq!((named.format, named.parts.examples["body.first_name"].as_str()), (Format::Named, "هبة"));
        let code = read(&json!({ "name": "code", "language": "ar", "category": "AUTHENTICATION", "components": [
            { "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "انسخ",
                "url": "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}" }] }] }))
        .unwrap();
        assert_eq!(code.parts.buttons[0].does, Does::OneTime);
    }
}
