//! A place: pasted from a map, or typed.

use leptos::prelude::*;

use super::fields::{Line, some};
use super::form::{Compositor, Draft, Sending};
use crate::domain::composed::{Composed, pasted};
use crate::domain::content::Location;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn Place(sending: Sending) -> impl IntoView {
    let texts = &use_texts().compose;
    let link = RwSignal::new(String::new());
    let (latitude, longitude) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (name, address) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let draft = Draft::new(move || {
        Composed::Location(Location {
            latitude: latitude.get().trim().to_owned(),
            longitude: longitude.get().trim().to_owned(),
            name: some(name),
            address: some(address),
        })
    });
    let blind = Memo::new(move |_| link.with(|link| !link.trim().is_empty() && pasted(link).is_none()));
    let take = move |text: String| {
        if let Some((north, east)) = pasted(&text) {
            latitude.set(north);
            longitude.set(east);
        }
        link.set(text);
    };
    view! {
        <Compositor sending title=texts.location draft>
            <label class="field">
                <span class="field__label">{texts.place_pasted}</span>
                <input
                    class="input"
                    type="text"
                    dir="ltr"
                    autocomplete="off"
                    autofocus
                    prop:value=link
                    on:input=move |event| take(event_target_value(&event))
                />
                <Show
                    when=move || blind.get()
                    fallback=move || view! { <span class="field__help">{texts.place_hint}</span> }
                >
                    <span class="field__error" role="alert">
                        <Icon of=icon::CIRCLE_ALERT px=14 />
                        {texts.place_short_link}
                    </span>
                </Show>
            </label>
            <div class="form__two">
                <Line draft path="location.latitude".to_owned() label=texts.latitude.to_owned() value=latitude dir="ltr" inputmode="decimal" />
                <Line draft path="location.longitude".to_owned() label=texts.longitude.to_owned() value=longitude dir="ltr" inputmode="decimal" />
            </div>
            <Line draft path="location.name".to_owned() label=texts.place_name.to_owned() value=name optional=true />
            <Line draft path="location.address".to_owned() label=texts.place_address.to_owned() value=address optional=true />
        </Compositor>
    }
}
