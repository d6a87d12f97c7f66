//! The room beside the sign-in form: seats around an open middle, drawn from their measures. Decoration only.

use std::fmt::Write as _;

use leptos::prelude::*;

use crate::ui::i18n::use_texts;

/// Seats along the walls: x, y, and whether they are of the second cloth.
const SIDE: [(i32, i32, bool); 8] = [
    (36, 40, false),
    (660, 40, true),
    (36, 200, true),
    (660, 200, false),
    (36, 360, false),
    (660, 360, true),
    (36, 520, true),
    (660, 520, false),
];

/// Seats along the end: x, width, diamonds, second cloth.
const END: [(i32, i32, i32, bool); 4] =
    [(36, 164, 5, false), (210, 164, 5, true), (384, 174, 6, false), (568, 164, 5, true)];

/// Diamonds of half-width `half`, each at its left corner.
fn diamonds(at: impl Iterator<Item = (i32, i32)>, half: i32) -> String {
    at.fold(String::new(), |mut path, (x, y)| {
        let _ = write!(path, "M{x} {y}l{half}-{half} {half} {half}-{half} {half}z");
        path
    })
}

#[component]
fn Seat(x: i32, y: i32, width: i32, height: i32, second: bool, weave: String, thread: String) -> impl IntoView {
    view! {
        <rect class=if second { "room__seat room__seat--b" } else { "room__seat" } x=x y=y width=width height=height rx="12" />
        <path class="room__weave" d=weave />
        <path class="room__thread" d=thread />
    }
}

#[component]
pub fn Room() -> impl IntoView {
    let texts = &use_texts().entry;
    let rug = diamonds((0..3).flat_map(|row| (0..9).map(move |column| (202 + 42 * column, 531 + 42 * row))), 14);
    let sides = SIDE.map(|(x, y, second)| {
        let weave = diamonds((0..5).map(|i| (x + 27, y + 27 + 24 * i)), 9);
        let near = x + 11;
        let top = y + 14;
        let thread = format!("M{near} {top}h1.5v122h-1.5zM{}.5 {top}h1.5v122h-1.5z", x + 59);
        view! { <Seat x y width=72 height=150 second weave thread /> }
    });
    let end = END.map(|(x, width, count, second)| {
        let first = x + (width - (24 * count - 6)) / 2;
        let weave = diamonds((0..count).map(|i| (first + 24 * i, 756)), 9);
        let (start, long) = (x + 14, width - 28);
        let thread = format!("M{start} 731h{long}v1.5h-{long}zM{start} 779.5h{long}v1.5h-{long}z");
        view! { <Seat x y=720 width height=72 second weave thread /> }
    });
    view! {
        <aside class="room" aria-hidden="true">
            <svg class="room__plan" viewBox="0 0 768 832" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
                <rect class="room__rug" x="150" y="470" width="468" height="206" rx="16" />
                <path class="room__seat" d=rug />
                <path class="room__thread" d="M164 484h440v1.5H164zM164 660.5h440v1.5H164z" />
                {sides.into_iter().collect_view()}
                {end.into_iter().collect_view()}
            </svg>
            <div class="room__talk">
                <p class="room__line">{texts.room_line}</p>
                <p class="room__bubble">{texts.room_question}</p>
                <p class="room__bubble room__bubble--out">{texts.room_answer}</p>
                <p class="room__peer">
                    <span class="face face--22" data-face="1">
                        {texts.room_peer_initial}
                    </span>
                    <span class="dots">
                        <i></i>
                        <i></i>
                        <i></i>
                    </span>
                    {texts.room_peer}
                </p>
            </div>
        </aside>
    }
}
