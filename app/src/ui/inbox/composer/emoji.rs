//! The emoji button: what is chosen goes where the caret stands.

use leptos::html;
use leptos::prelude::*;

use super::text::Compose;
use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use crate::ui::parts::emoji::EmojiPicker;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn Emoji(area: NodeRef<html::Textarea>, compose: Compose) -> impl IntoView {
    let words = &use_texts().compose;
    let open = RwSignal::new(false);
    let close = move || {
        open.set(false);
        browser::focus("#draft");
    };
    let pick = move |emoji: String| {
        let text = compose.text.get_untracked();
        let caret = area.get_untracked().map(|area| (area.selection_start(), area.selection_end()));
        let (from, to) = match caret {
            Some((Ok(Some(from)), Ok(Some(to)))) => (from as usize, to as usize),
            _ => (usize::MAX, usize::MAX),
        };
        let (text, caret) = put(&text, from, to, &emoji);
        compose.set(text);
        close();
        // After the new text stands in it.
        browser::next_frame(move || {
            if let Some(area) = area.get_untracked() {
                let _ = area.set_selection_range(caret, caret);
            }
        });
    };
    view! {
        <span class="menu-box">
            <button
                class="icon-btn"
                type="button"
                aria-label=words.emoji
                title=words.emoji
                aria-haspopup="dialog"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon of=icon::SMILE />
            </button>
            <Show when=move || open.get()>
                <EmojiPicker
                    on_pick=Callback::new(pick)
                    on_close=Callback::new(move |()| close())
                    class="emoji--up emoji--composer"
                />
            </Show>
        </span>
    }
}

/// `emoji` in place of what is selected, in the units browsers count in (UTF-16); also where the caret stands then.
fn put(text: &str, from: usize, to: usize, emoji: &str) -> (String, u32) {
    let units: Vec<u16> = text.encode_utf16().collect();
    let (from, to) = (from.min(units.len()), to.min(units.len()));
    let (from, to) = (from.min(to), from.max(to));
    let emoji: Vec<u16> = emoji.encode_utf16().collect();
    let caret = from + emoji.len();
    let all: Vec<u16> = units[..from].iter().chain(&emoji).chain(&units[to..]).copied().collect();
    (String::from_utf16_lossy(&all), caret as u32)
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn an_emoji_goes_where_the_caret_stands() {
        for (text, from, to, expected, caret) in [
            ("", 0, 0, "🌹", 2),
            ("أهلا بك", 4, 4, "أهلا🌹 بك", 6),
            ("👍 تمام", 2, 7, "👍🌹", 4),
            ("نعم", 9, 9, "نعم🌹", 5),
        ] {
            assert_eq!(put(text, from, to, "🌹"), (expected.to_owned(), caret), "{text}");
        }
    }
}
