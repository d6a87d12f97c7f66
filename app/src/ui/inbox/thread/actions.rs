//! What can be done with a message: a small menu by its button, by a right click, and by the keyboard (Tab reaches the
//! button of one message, the arrows the others').

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::scroll::Scroll;
use crate::domain::agent::Locale;
use crate::domain::content::ReactionSide;
use crate::domain::ids::MessageId;
use crate::domain::send::REACTION_AGE_MS;
use crate::error::AppError;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::composer::Compose;
use crate::ui::inbox::kind;
use crate::ui::inbox::store::{Bubble, Inbox, Item, Quote};
use crate::ui::inbox::window::{Shown, shown};
use crate::ui::parts::browser;
use crate::ui::parts::emoji::{EmojiPicker, USUAL};
use crate::ui::parts::icon::{self, Icon};
use crate::ui::parts::roving;

/// Which message's button Tab reaches: the one last used, else the newest.
#[derive(Clone, Copy)]
pub struct Stops {
    used: RwSignal<Option<String>>,
    stop: Memo<Option<String>>,
}

impl Stops {
    pub fn new(inbox: Inbox) -> Self {
        let used = RwSignal::new(None::<String>);
        let stop = Memo::new(move |_| {
            let used = used.get();
            inbox.items.with(|items| {
                let bubbles = || {
                    items.iter().rev().filter_map(|item| match item {
                        Item::Bubble(item) if !item.is_event() => Some(&item.key),
                        _ => None,
                    })
                };
                bubbles().find(|key| Some(*key) == used.as_ref()).or_else(|| bubbles().next()).cloned()
            })
        });
        Self { used, stop }
    }
}

/// Where the menu of a message opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    Closed,
    Open {
        /// Above its button, else below.
        above: bool,
        /// Towards the beginning of the line, else towards its end.
        back: bool,
    },
}

impl Menu {
    fn class(self) -> &'static str {
        match self {
            Self::Open { above: true, back: true } => "menu menu--up menu--end msg__menu",
            Self::Open { above: true, back: false } => "menu menu--up msg__menu",
            Self::Open { above: false, back: true } => "menu menu--end msg__menu",
            Self::Open { above: false, back: false } | Self::Closed => "menu msg__menu",
        }
    }
}

/// So wide is a menu (style/menu.css), and a little more.
const MENU_PX: f64 = 240.0;

/// What can be done with a message now.
#[derive(Clone, Debug, PartialEq)]
struct Can {
    id: MessageId,
    /// The line that names it.
    line: String,
    text: Option<String>,
    answered: Option<MessageId>,
    /// What the composer would quote.
    reply: Option<Quote>,
    /// A reaction may be left; the one of ours that stands.
    react: Option<String>,
}

impl Can {
    fn anything(&self) -> bool {
        self.text.is_some() || self.answered.is_some() || self.reply.is_some() || self.react.is_some()
    }
}

/// Opens the menu at `at`, to the sides where there is room.
fn open(menu: RwSignal<Menu>, at: &web_sys::Element, locale: Locale) {
    let button = at.get_bounding_client_rect();
    let (above, back) = browser::query(".msgs-scroll").map_or((false, false), |frame| {
        let frame = frame.get_bounding_client_rect();
        let behind = match locale {
            Locale::Ar => frame.right() - button.left(),
            Locale::En => button.right() - frame.left(),
        };
        (button.top() > frame.top() + frame.height() / 2.0, behind > MENU_PX)
    });
    menu.set(Menu::Open { above, back });
    browser::next_frame(|| {
        let _ = browser::query(".msg__menu:focus-within").is_some() || browser::focus(".msg__menu .menu__item");
    });
}

/// A right click on a bubble opens the menu, unless the browser's own has more to offer: on links, files, selected text.
pub fn on_context_menu(event: &ev::MouseEvent, menu: RwSignal<Menu>, locale: Locale) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return };
    let theirs = target.closest("a, img, video, audio, input, textarea, .menu, .earlier").ok().flatten().is_some();
    let selected = browser::window().and_then(|window| window.get_selection().ok().flatten());
    if theirs || selected.is_some_and(|selection| !selection.is_collapsed()) {
        return;
    }
    // A message that offers nothing has no button and keeps the browser's menu.
    let stack = target.closest(".msg__stack").ok().flatten();
    if let Some(button) = stack.and_then(|stack| stack.query_selector(".msg__more").ok().flatten()) {
        event.prevent_default();
        open(menu, &button, locale);
    }
}

#[component]
pub fn Actions(
    inbox: Inbox,
    scroll: Scroll,
    stops: Stops,
    key: String,
    bubble: RwSignal<Bubble>,
    menu: RwSignal<Menu>,
    refused: RwSignal<Option<AppError>>,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.message;
    let compose: Option<Compose> = use_context();
    let key = StoredValue::new(key);
    let copied = RwSignal::new(false);
    let window_open = Memo::new(move |_| {
        let expires_at_ms = inbox.open_row.with(|row| row.as_ref().and_then(|row| row.window_expires_at_ms));
        matches!(shown(expires_at_ms, inbox.clock.now()), Shown::Open { .. })
    });
    let can = Memo::new(move |_| {
        bubble.with(|bubble| {
            let message = &bubble.message;
            let told = message.revoked_at_ms.is_none();
            let text = message.text.clone().filter(|text| told && !text.is_empty());
            // WhatsApp quotes what it has a name for.
            let quotable = told && message.wamid.is_some() && bubble.pending.is_none();
            let ours = message.reactions.iter().find(|reaction| reaction.by == ReactionSide::Business);
            let young = inbox.clock.now() - message.sent_at_ms < REACTION_AGE_MS;
            Can {
                id: message.id.clone(),
                react: (quotable && young && window_open.get())
                    .then(|| ours.map(|reaction| reaction.emoji.clone()).unwrap_or_default()),
                line: kind::line(texts, &message.kind, text.as_deref().unwrap_or_default()),
                text,
                answered: bubble.quote.as_ref().map(|quote| quote.id.clone()),
                reply: (quotable && window_open.get()).then(|| Quote::of(message)),
            }
        })
    });
    let tabindex = move || {
        let stops_here = stops.stop.with(|stop| key.with_value(|key| stop.as_ref() == Some(key)));
        if stops_here { "0" } else { "-1" }
    };
    let button = move || {
        let id = can.with_untracked(|can| can.id.to_string());
        browser::query(&format!(".msgs [data-id='{id}'] .msg__more"))
    };
    let back = move || {
        if menu.get_untracked() != Menu::Closed {
            menu.set(Menu::Closed);
            if let Some(button) = button().and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = button.focus();
            }
        }
    };
    let picking = RwSignal::new(None::<&'static str>);
    // The same once more takes it back.
    let react = move |emoji: String| {
        back();
        picking.set(None);
        let held = can.with_untracked(|can| can.react.clone()).unwrap_or_default();
        let emoji = if held == emoji { String::new() } else { emoji };
        inbox.react(&bubble.with_untracked(|bubble| bubble.message.clone()), emoji, refused);
    };
    let toggle = move |_| match (menu.get_untracked(), button()) {
        (Menu::Closed, Some(button)) => open(menu, &button, texts.locale),
        _ => back(),
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            back();
        } else if roving::on_key(&event, ".menu__item") {
            event.stop_propagation();
        }
    };
    let on_leave = move |event: ev::FocusEvent| {
        if !roving::stays_inside(&event) {
            menu.set(Menu::Closed);
        }
    };
    let copy = move |_| {
        let Can { id, text: Some(text), .. } = can.get_untracked() else { return };
        back();
        let shown = browser::query(&format!(".msgs [data-id='{id}'] .bubble__text"));
        spawn_local(async move {
            let shown = shown.and_then(|shown| shown.dyn_into::<web_sys::HtmlElement>().ok());
            if browser::copy(text, shown).await {
                let _ = copied.try_set(true);
                browser::after(std::time::Duration::from_secs(2), move || {
                    let _ = copied.try_set(false);
                });
            }
        });
    };
    let reply = move |_| {
        menu.set(Menu::Closed);
        if let (Some(compose), Some(quote)) = (compose, can.get_untracked().reply) {
            compose.answer(quote);
        }
    };
    let more = move |_| {
        let class = menu.get_untracked().class();
        menu.set(Menu::Closed);
        picking.set(Some(class));
    };
    let close_picker = move || {
        picking.set(None);
        if let Some(button) = button().and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = button.focus();
        }
    };
    let go = move |_| {
        menu.set(Menu::Closed);
        if let Some(id) = can.get_untracked().answered {
            scroll.jump_to(&id);
        }
    };
    view! {
        <Show when=move || can.with(Can::anything)>
            <div class="msg__acts" on:focusout=on_leave>
                <button
                    class="icon-btn icon-btn--small msg__more"
                    type="button"
                    aria-haspopup="menu"
                    aria-expanded=move || (menu.get() != Menu::Closed).to_string()
                    aria-label=move || {
                        if copied.get() {
                            texts.common.copied.to_owned()
                        } else {
                            can.with(|can| (words.actions_of)(&can.line))
                        }
                    }
                    title=words.actions
                    data-copied=move || copied.get().then_some("")
                    tabindex=tabindex
                    on:focus=move |_| stops.used.set(Some(key.get_value()))
                    on:click=toggle
                >
                    {move || {
                        let shape = if copied.get() { icon::CHECK } else { icon::ELLIPSIS };
                        view! { <Icon of=shape px=16 /> }
                    }}
                </button>
                <Show when=move || menu.get() != Menu::Closed>
                    <div
                        class=move || menu.get().class()
                        role="menu"
                        tabindex="-1"
                        aria-label=words.actions
                        on:keydown=on_key
                    >
                        <Show when=move || can.with(|can| can.reply.is_some())>
                            <button class="menu__item" type="button" role="menuitem" tabindex="-1" on:click=reply>
                                <Icon of=icon::REPLY px=16 />
                                <span>{words.reply}</span>
                            </button>
                        </Show>
                        <Show when=move || can.with(|can| can.text.is_some())>
                            <button class="menu__item" type="button" role="menuitem" tabindex="-1" on:click=copy>
                                <Icon of=icon::COPY px=16 />
                                <span>{words.copy_text}</span>
                            </button>
                        </Show>
                        <Show when=move || can.with(|can| can.answered.is_some())>
                            <button class="menu__item" type="button" role="menuitem" tabindex="-1" on:click=go>
                                <Icon of=icon::ARROW_UP px=16 />
                                <span>{words.go_to_answered}</span>
                            </button>
                        </Show>
                        <Show when=move || can.with(|can| can.react.is_some())>
                            <Reacts held=Signal::derive(move || can.with(|can| can.react.clone()).unwrap_or_default()) react=Callback::new(react) />
                        </Show>
                        <Show when=move || can.with(|can| can.react.is_some())>
                            <button class="menu__item" type="button" role="menuitem" tabindex="-1" on:click=more>
                                <Icon of=icon::SMILE_PLUS px=16 />
                                <span>{texts.compose.more_emoji}</span>
                            </button>
                        </Show>
                    </div>
                </Show>
                {move || {
                    picking
                        .get()
                        .map(|class| {
                            view! {
                                <EmojiPicker on_pick=Callback::new(react) on_close=Callback::new(move |()| close_picker()) class />
                            }
                        })
                }}
            </div>
        </Show>
    }
}

/// The six usual ones in a row; the one that stands is pressed.
#[component]
fn Reacts(held: Signal<String>, react: Callback<String>) -> impl IntoView {
    let words = &use_texts().compose;
    view! {
        <div class="reacts" role="group" aria-label=words.react>
            {USUAL
                .map(|emoji| {
                    let stands = move || held.with(|held| held == emoji);
                    view! {
                        <button
                            class="menu__item"
                            type="button"
                            role="menuitemcheckbox"
                            tabindex="-1"
                            aria-checked=move || stands().to_string()
                            aria-label=move || {
                                if stands() { (words.take_back)(emoji) } else { (words.react_with)(emoji) }
                            }
                            on:click=move |_| react.run(emoji.to_owned())
                        >
                            {emoji}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}
