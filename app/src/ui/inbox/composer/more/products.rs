//! Products of the shop's catalogue at Meta: one, several in sections, or the whole catalogue.

use leptos::prelude::*;

use super::fields::{Above, Line, Lines, Words, some};
use super::form::{Compositor, Draft, Sending};
use crate::domain::composed::{Ask, Composed, Header, Interactive, Shelf, limits};
use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon};

/// What is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offer {
    One,
    Several,
    Whole,
}

/// A section while it is written, known by its number while others come and go.
#[derive(Clone, Copy, PartialEq)]
struct ShelfDraft {
    key: usize,
    title: RwSignal<String>,
    /// A product's id in each line.
    ids: RwSignal<String>,
}

impl ShelfDraft {
    fn new(key: usize) -> Self {
        Self { key, title: RwSignal::default(), ids: RwSignal::default() }
    }

    fn shelf(&self) -> Shelf {
        let ids = |ids: &String| ids.lines().map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
        Shelf { title: some(self.title), retailer_ids: self.ids.with(ids) }
    }
}

/// All sections, and the numbers given so far.
#[derive(Clone, Copy)]
struct Shelves {
    all: RwSignal<Vec<ShelfDraft>>,
    next: StoredValue<usize>,
}

impl Shelves {
    fn place(self, key: usize) -> usize {
        self.all.with(|all| all.iter().position(|shelf| shelf.key == key)).unwrap_or_default()
    }

    fn products(self) -> usize {
        self.all.with(|all| all.iter().map(|shelf| shelf.shelf().retailer_ids.len()).sum())
    }
}

/// Where the browser keeps the catalogue that was last used on a number.
fn kept_under(sending: Sending) -> Option<String> {
    sending.inbox.open_row.with_untracked(|row| row.as_ref().map(|row| format!("catalogue.{}", row.channel_id)))
}

#[component]
pub fn Products(sending: Sending) -> impl IntoView {
    let texts = &use_texts().compose;
    let words = Words::new();
    let offer = RwSignal::new(Offer::One);
    let kept = kept_under(sending).and_then(|name| browser::kept(&name)).unwrap_or_default();
    let catalog_id = RwSignal::new(kept);
    let (product, thumbnail) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let shelves = Shelves { all: RwSignal::new(vec![ShelfDraft::new(0)]), next: StoredValue::new(1) };
    let draft = Draft::new(move || {
        let catalog_id = catalog_id.get().trim().to_owned();
        let (header, ask) = match offer.get() {
            Offer::One => (None, Ask::Product { catalog_id, retailer_id: product.get().trim().to_owned() }),
            Offer::Several => {
                let shelves = shelves.all.with(|all| all.iter().map(ShelfDraft::shelf).collect());
                // Meta wants a header above a list of products, so an empty one is a fault to be told.
                let header = Header::Text(words.header.get().trim().to_owned());
                (Some(header), Ask::Products { catalog_id, shelves })
            }
            Offer::Whole => (None, Ask::Catalog { thumbnail: some(thumbnail) }),
        };
        Composed::Interactive(Box::new(Interactive { header, body: words.body.get(), footer: some(words.footer), ask }))
    });
    let sent = Callback::new(move |()| {
        let used = catalog_id.get_untracked().trim().to_owned();
        if offer.get_untracked() != Offer::Whole
            && let Some(name) = kept_under(sending)
        {
            browser::keep(&name, &used);
        }
    });
    let choice = move |which: Offer, label: &'static str| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="offer"
                    autofocus=which == Offer::One
                    prop:checked=move || offer.get() == which
                    on:change=move |_| offer.set(which)
                />
                {label}
            </label>
        }
    };
    view! {
        <Compositor sending title=texts.products draft sent>
            <fieldset class="check-group compose__offers">
                <legend class="sr-only">{texts.products}</legend>
                {choice(Offer::One, texts.product_one)}
                {choice(Offer::Several, texts.product_several)}
                {choice(Offer::Whole, texts.product_whole)}
            </fieldset>
            <Show when=move || offer.get() != Offer::Whole>
                <Line
                    draft
                    path="interactive.action.catalog_id".to_owned()
                    label=texts.catalog_id.to_owned()
                    value=catalog_id
                    dir="ltr"
                    inputmode="numeric"
                    help=texts.catalog_hint
                />
            </Show>
            {move || match offer.get() {
                Offer::One => view! {
                    <Line
                        draft
                        path="interactive.action.product_retailer_id".to_owned()
                        label=texts.product_id.to_owned()
                        value=product
                        dir="ltr"
                        help=texts.product_hint
                    />
                    <Line
                        draft
                        path="interactive.body.text".to_owned()
                        label=texts.body.to_owned()
                        value=words.body
                        area=true
                        optional=true
                    />
                }
                .into_any(),
                Offer::Several => view! {
                    <Line draft path="interactive.header.text".to_owned() label=texts.header.to_owned() value=words.header />
                    <Above draft words />
                    <Many draft shelves />
                }
                .into_any(),
                Offer::Whole => view! {
                    <Above draft words />
                    <Line
                        draft
                        path="interactive.action.parameters.thumbnail_product_retailer_id".to_owned()
                        label=texts.thumbnail_id.to_owned()
                        value=thumbnail
                        dir="ltr"
                        optional=true
                        help=texts.thumbnail_hint
                    />
                }
                .into_any(),
            }}
            <Line draft path="interactive.footer.text".to_owned() label=texts.footer.to_owned() value=words.footer optional=true />
        </Compositor>
    }
}

#[component]
fn Many(draft: Draft, shelves: Shelves) -> impl IntoView {
    let texts = &use_texts().compose;
    let add = move |_: leptos::ev::MouseEvent| {
        let key = shelves.next.get_value();
        shelves.next.set_value(key + 1);
        shelves.all.update(|all| all.push(ShelfDraft::new(key)));
    };
    let full = move || shelves.products() >= limits::PRODUCTS || shelves.all.with(Vec::len) >= limits::SECTIONS;
    view! {
        <For each=move || shelves.all.get() key=|shelf| shelf.key let(shelf)>
            <OneShelf draft shelves shelf />
        </For>
        <p class="compose__more">
            <button class="btn btn--quiet btn--small" type="button" disabled=full on:click=add>
                <Icon of=icon::PLUS px=14 />
                {texts.add_section}
            </button>
            <span>{move || (texts.products_left)(limits::PRODUCTS.saturating_sub(shelves.products()) as i64)}</span>
        </p>
    }
}

#[component]
fn OneShelf(draft: Draft, shelves: Shelves, shelf: ShelfDraft) -> impl IntoView {
    let texts = &use_texts().compose;
    let several = move || shelves.all.with(Vec::len) > 1;
    let path = move || format!("interactive.action.sections[{}]", shelves.place(shelf.key));
    let name = move || (texts.section_n)(shelves.place(shelf.key) as i64 + 1);
    view! {
        <fieldset class="compose__section">
            <legend class="sr-only">{name}</legend>
            <Show when=several>
                <div class="compose__row">
                    <Line
                        draft
                        path=Signal::derive(move || format!("{}.title", path()))
                        label=Signal::derive(move || format!("{} · {}", name(), texts.section_title))
                        value=shelf.title
                    />
                    <button
                        class="icon-btn"
                        type="button"
                        aria-label=move || (texts.remove)(&name())
                        on:click=move |_| shelves.all.update(|all| all.retain(|held| held.key != shelf.key))
                    >
                        <Icon of=icon::X px=16 />
                    </button>
                </div>
            </Show>
            <Lines
                draft
                path=Signal::derive(move || format!("{}.product_items", path()))
                label=texts.product_ids
                value=shelf.ids
                entry=texts.product_n
                help=texts.product_lines_hint
            />
        </fieldset>
    }
}
