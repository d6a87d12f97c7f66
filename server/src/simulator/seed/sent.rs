//! What the demo's agents have sent besides words: buttons, a list, a template.

use app::domain::content::{Action, Content as Shown, Interactive, ListRow, ListSection, Part, TemplateShown};
use serde_json::json;

use crate::simulator::webhook::Content;

/// A message of the team; `kind` is the word of exchanges.json. `None` for words and files.
pub fn message(kind: &str, text: Option<&str>) -> Option<Content> {
    let body = json!({ "text": text.unwrap_or_default() });
    Some(match kind {
        "buttons" => Content::of("interactive", json!({ "type": "button", "body": body })),
        "list" => Content::of("interactive", json!({ "type": "list", "body": body })),
        "template" => Content::of("template", json!({ "name": "order_on_its_way", "language": "ar", "body": body })),
        _ => return None,
    })
}

/// What the screen shows of it.
pub fn content(message: &Content) -> Option<Shown> {
    let word = message.object.get("type").and_then(serde_json::Value::as_str);
    let part = match (message.kind.as_str(), word) {
        ("interactive", Some("button")) => Part::Interactive(Interactive {
            header: Some("تأكيد الموعد".to_owned()),
            file: None,
            footer: Some("عيادة ريحان".to_owned()),
            action: Action::Buttons(["تأكيد الموعد", "تغيير الموعد", "إلغاء"].map(str::to_owned).to_vec()),
        }),
        ("interactive", Some("list")) => Part::Interactive(Interactive {
            header: None,
            file: None,
            footer: None,
            action: Action::List { button: "اختر الفرع".to_owned(), sections: vec![branches()] },
        }),
        ("template", _) => Part::Template(TemplateShown {
            name: "order_on_its_way".to_owned(),
            language: "ar".to_owned(),
            header: Some("طلبك في الطريق".to_owned()),
            footer: Some("متجر ريحان".to_owned()),
            buttons: vec!["تتبع الشحنة".to_owned()],
        }),
        _ => return None,
    };
    Some(Shown { part: Some(part), ..Shown::default() })
}

fn branches() -> ListSection {
    let row = |title: &str, said: &str| ListRow { title: title.to_owned(), description: Some(said.to_owned()) };
    ListSection {
        title: Some("القاهرة والجيزة".to_owned()),
        rows: vec![
            row("فرع المعادي", "من ١٠ صباحًا إلى ٩ مساءً"),
            row("فرع مدينة نصر", "من ١٢ ظهرًا إلى ١١ مساءً"),
            row("فرع الدقي", "الجمعة مغلق"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_team_sends_keeps_its_words() {
        for kind in ["buttons", "list", "template"] {
            let sent = message(kind, Some("أهلا")).unwrap();
            assert_eq!(sent.plain(), Some("أهلا"), "{kind}");
            assert!(content(&sent).is_some_and(|shown| shown.part.is_some()), "{kind}");
        }
        assert_eq!(message("image", None), None);
        assert_eq!(content(&Content::text("x")), None);
    }
}
