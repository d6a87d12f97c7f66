//! What happened, as a line of the timeline: changes at the customer's end, calls, the chat opened.

use leptos::prelude::*;

use crate::domain::content::{Content, Part, SystemNote};
use crate::domain::phone::spaced;
use crate::ui::i18n::{Texts, use_texts};
use crate::ui::inbox::kind;
use crate::ui::inbox::store::BubbleItem;
use crate::ui::parts::icon::Icon;
use crate::ui::parts::time;

#[component]
pub fn Event(item: BubbleItem) -> impl IntoView {
    let texts = use_texts();
    let bubble = RwSignal::from(item.bubble);
    let (id, word) = bubble.with_untracked(|bubble| (bubble.message.id.to_string(), bubble.message.kind.clone()));
    let seq = move || bubble.with(|bubble| bubble.message.seq.to_string());
    let sent_at_ms = Memo::new(move |_| bubble.with(|bubble| bubble.message.sent_at_ms));
    let said = Memo::new(move |_| {
        bubble.with(|bubble| {
            let message = &bubble.message;
            words(texts, &message.kind, message.content.as_deref(), message.text.as_deref())
        })
    });
    view! {
        <li class="event" data-kind=word.clone() data-seq=seq data-id=id>
            <Icon of=kind::sign(&word) px=14 />
            <span class="event__text">
                {move || said.with(|said| said.text.clone())}
                {move || said.with(|said| said.phone.clone()).map(|phone| view! { " " <bdi dir="ltr">{phone}</bdi> })}
                {move || said.with(|said| said.quoted.clone()).map(|quoted| view! { ": " <bdi>{quoted}</bdi> })}
            </span>
            <time
                datetime=move || time::machine(sent_at_ms.get())
                title=move || time::moment(texts.locale, sent_at_ms.get())
            >
                {move || time::clock_time(texts.locale, sent_at_ms.get())}
            </time>
        </li>
    }
}

/// What a line says: our sentence, with the number or the foreign words it is about.
#[derive(Clone, Debug, Default, PartialEq)]
struct Words {
    text: String,
    phone: Option<String>,
    quoted: Option<String>,
}

fn words(texts: &Texts, kind: &str, content: Option<&Content>, text: Option<&str>) -> Words {
    let own = &texts.message;
    let plain = |text: &str| Words { text: text.to_owned(), ..Words::default() };
    match content.and_then(|content| content.part.as_ref()) {
        Some(Part::System(SystemNote::NumberChanged { to: Some(to) })) => {
            Words { phone: Some(spaced(to)), ..plain(own.number_changed_to) }
        }
        Some(Part::System(SystemNote::NumberChanged { to: None })) => plain(own.number_changed),
        Some(Part::System(SystemNote::UserIdChanged)) => plain(own.user_id_changed),
        Some(Part::System(SystemNote::IdentityChanged)) => plain(own.identity_changed),
        Some(Part::System(SystemNote::Other)) => {
            Words { quoted: text.filter(|text| !text.is_empty()).map(str::to_owned), ..plain(own.system_other) }
        }
        Some(Part::Call(call)) => {
            let lasted = call.duration_s.filter(|seconds| *seconds > 0).map(own.minutes_seconds);
            plain(&(own.call)(call.by_customer, &call.state, lasted.as_deref()))
        }
        Some(Part::Welcome) => plain(own.welcome),
        _ => match kind {
            "reaction" => plain(own.reacted_to_earlier),
            "edit" => plain(own.edited_earlier),
            "revoke" => plain(own.deleted_earlier),
            "request_welcome" => plain(own.welcome),
            kind => plain((texts.thread.kind)(kind)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::Locale;
    use crate::domain::content::Call;
    use crate::ui::i18n::texts;

    #[test]
    fn every_event_has_its_sentence() {
        let call =
            |state: &str, duration_s| Part::Call(Call { by_customer: true, state: state.to_owned(), duration_s });
        let to = Some("+201000001843".to_owned());
        for (kind, part, text, expected) in [
            (
                "system",
                Some(Part::System(SystemNote::NumberChanged { to })),
                Some("User changed"),
                ("The customer changed their number to", Some("+20 100 000 1843"), None),
            ),
            (
                "system",
                Some(Part::System(SystemNote::Other)),
                Some("Something"),
                ("Something changed at the customer’s end", None, Some("Something")),
            ),
            ("call", Some(call("terminate", Some(125))), None, ("Call from the customer, 2 minutes", None, None)),
            ("call", Some(call("terminate", Some(0))), None, ("Missed call from the customer", None, None)),
            ("call", None, None, ("Call", None, None)),
            ("edit", None, None, ("Edited a message", None, None)),
        ] {
            let content = part.map(|part| Content { part: Some(part), ..Content::default() });
            let found = words(texts(Locale::En), kind, content.as_ref(), text);
            assert_eq!((found.text.as_str(), found.phone.as_deref(), found.quoted.as_deref()), expected, "{kind}");
        }
    }
}
