//! A dialog: the browser's own, which holds the focus inside and gives it back.

use leptos::html;
use leptos::prelude::*;

use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

/// Closes the dialog around a part of the screen.
#[derive(Clone, Copy)]
pub struct CloseDialog(NodeRef<html::Dialog>);

impl CloseDialog {
    /// Closing is the element's: it gives the focus back, then says so, and only then the dialog is taken away.
    pub fn close(self) {
        if let Some(dialog) = self.0.try_get_untracked().flatten() {
            dialog.close();
        }
    }
}

/// The dialog this part of the screen stands in. Elsewhere closing does nothing.
pub fn use_close_dialog() -> CloseDialog {
    use_context().unwrap_or_else(|| CloseDialog(NodeRef::new()))
}

/// Opens as it appears. `id` names its title; `on_close` takes it away.
#[component]
pub fn Dialog(
    id: &'static str,
    #[prop(into)] title: String,
    #[prop(into)] on_close: Callback<()>,
    #[prop(default = "dialog")] class: &'static str,
    children: Children,
) -> impl IntoView {
    let texts = &use_texts().settings.forms;
    let node = NodeRef::<html::Dialog>::new();
    let close = CloseDialog(node);
    provide_context(close);
    Effect::new(move |_| {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog
            class=class
            aria-labelledby=id
            node_ref=node
            on:close=move |_| on_close.run(())
            on:keydown=move |event| {
                // The browser closes it by Escape, unless what it stands in takes the key for something else.
                if event.key() == "Escape" {
                    event.stop_propagation();
                }
            }
        >
            <header class="dialog__head">
                <h2 class="dialog__title" id=id>
                    {title}
                </h2>
                <button class="icon-btn" type="button" aria-label=texts.close on:click=move |_| close.close()>
                    <Icon of=icon::X />
                </button>
            </header>
            {children()}
        </dialog>
    }
}

/// The quiet way out at a dialog's foot.
#[component]
pub fn CloseButton(#[prop(optional)] autofocus: bool, #[prop(optional)] label: Option<&'static str>) -> impl IntoView {
    let texts = &use_texts().settings.forms;
    let close = use_close_dialog();
    view! {
        <button class="btn btn--quiet" type="button" autofocus=autofocus on:click=move |_| close.close()>
            {label.unwrap_or(texts.cancel)}
        </button>
    }
}
