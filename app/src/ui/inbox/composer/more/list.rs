//! A list the customer opens and chooses one row of: up to ten, in sections.

use leptos::prelude::*;

use super::fields::{Above, Around, Line, Words, some};
use super::form::{Compositor, Draft, Sending};
use crate::domain::composed::{Ask, Composed, Header, Interactive, Row, Section, limits};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

/// A row while it is written, known by its number while others come and go.
#[derive(Clone, Copy, PartialEq)]
struct RowDraft {
    key: usize,
    title: RwSignal<String>,
    description: RwSignal<String>,
}

#[derive(Clone, Copy, PartialEq)]
struct SectionDraft {
    key: usize,
    title: RwSignal<String>,
    rows: RwSignal<Vec<RowDraft>>,
}

impl RowDraft {
    fn new(key: usize) -> Self {
        Self { key, title: RwSignal::default(), description: RwSignal::default() }
    }

    fn row(&self) -> Row {
        // The number is what comes back; screens show the title.
        Row {
            id: (self.key + 1).to_string(),
            title: self.title.get().trim().to_owned(),
            description: some(self.description),
        }
    }
}

impl SectionDraft {
    fn new(key: usize) -> Self {
        Self { key, title: RwSignal::default(), rows: RwSignal::new(vec![RowDraft::new(key)]) }
    }
}

/// All sections, and the numbers given so far.
#[derive(Clone, Copy)]
struct Sections {
    all: RwSignal<Vec<SectionDraft>>,
    next: StoredValue<usize>,
}

impl Sections {
    fn number(self) -> usize {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        key
    }

    fn rows(self) -> usize {
        self.all.with(|all| all.iter().map(|section| section.rows.with(Vec::len)).sum())
    }

    fn place(self, key: usize) -> usize {
        self.all.with(|all| all.iter().position(|section| section.key == key)).unwrap_or_default()
    }
}

#[component]
pub fn List(sending: Sending) -> impl IntoView {
    let texts = &use_texts().compose;
    let words = Words::new();
    let button = RwSignal::new(texts.list_button_value.to_owned());
    let sections = Sections { all: RwSignal::new(vec![SectionDraft::new(0)]), next: StoredValue::new(1) };
    let draft = Draft::new(move || {
        let section = |it: &SectionDraft| Section {
            title: some(it.title),
            rows: it.rows.with(|rows| rows.iter().map(RowDraft::row).collect()),
        };
        Composed::Interactive(Box::new(Interactive {
            header: some(words.header).map(Header::Text),
            body: words.body.get(),
            footer: some(words.footer),
            ask: Ask::List {
                button: button.get(),
                sections: sections.all.with(|all| all.iter().map(section).collect()),
            },
        }))
    });
    let full = move || sections.rows() >= limits::ROWS;
    let add = move |_: leptos::ev::MouseEvent| {
        let section = SectionDraft::new(sections.number());
        sections.all.update(|all| all.push(section));
    };
    view! {
        <Compositor sending title=texts.list draft>
            <Above draft words max=limits::LIST_BODY />
            <Line draft path="interactive.action.button".to_owned() label=texts.list_button.to_owned() value=button />
            <For each=move || sections.all.get() key=|section| section.key let(section)>
                <OneSection draft sections section />
            </For>
            <p class="compose__more">
                <button
                    class="btn btn--quiet btn--small"
                    type="button"
                    disabled=full
                    on:click=add
                >
                    <Icon of=icon::PLUS px=14 />
                    {texts.add_section}
                </button>
                <span>{move || (texts.rows_left)(limits::ROWS.saturating_sub(sections.rows()) as i64)}</span>
            </p>
            <Around draft words />
        </Compositor>
    }
}

#[component]
fn OneSection(draft: Draft, sections: Sections, section: SectionDraft) -> impl IntoView {
    let texts = &use_texts().compose;
    let several = move || sections.all.with(Vec::len) > 1;
    let path = move || format!("interactive.action.sections[{}]", sections.place(section.key));
    let name = move || (texts.section_n)(sections.place(section.key) as i64 + 1);
    let add = move |_: leptos::ev::MouseEvent| {
        let row = RowDraft::new(sections.number());
        section.rows.update(|rows| rows.push(row));
    };
    view! {
        <fieldset class="compose__section">
            <legend class="sr-only">{name}</legend>
            <Show when=several>
                <div class="compose__row">
                    <Line
                        draft
                        path=Signal::derive(move || format!("{}.title", path()))
                        label=Signal::derive(move || format!("{} · {}", name(), texts.section_title))
                        value=section.title
                    />
                    <button
                        class="icon-btn"
                        type="button"
                        aria-label=move || (texts.remove)(&name())
                        on:click=move |_| sections.all.update(|all| all.retain(|held| held.key != section.key))
                    >
                        <Icon of=icon::X px=16 />
                    </button>
                </div>
            </Show>
            <For each=move || section.rows.get() key=|row| row.key let(row)>
                {
                    let at = move || {
                        section.rows.with(|rows| rows.iter().position(|held| held.key == row.key)).unwrap_or_default()
                    };
                    let label = move || (texts.row_n)(at() as i64 + 1);
                    view! {
                        <div class="compose__row">
                            <Line
                                draft
                                path=Signal::derive(move || format!("{}.rows[{}].title", path(), at()))
                                label=Signal::derive(label)
                                value=row.title
                            />
                            <Line
                                draft
                                path=Signal::derive(move || format!("{}.rows[{}].description", path(), at()))
                                label=texts.row_description.to_owned()
                                value=row.description
                                optional=true
                            />
                            <button
                                class="icon-btn"
                                type="button"
                                hidden=move || { section.rows.with(Vec::len) < 2 }
                                aria-label=move || (texts.remove)(&label())
                                on:click=move |_| section.rows.update(|rows| rows.retain(|held| held.key != row.key))
                            >
                                <Icon of=icon::X px=16 />
                            </button>
                        </div>
                    }
                }
            </For>
            <button
                class="btn btn--quiet btn--small compose__add"
                type="button"
                disabled=move || { sections.rows() >= limits::ROWS }
                on:click=add
            >
                <Icon of=icon::PLUS px=14 />
                {texts.add_row}
            </button>
        </fieldset>
    }
}
