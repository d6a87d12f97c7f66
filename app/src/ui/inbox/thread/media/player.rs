//! Sound: play, a place to move to, three speeds. Time runs from left to right in both languages, as on every tape.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlMediaElement;

use super::{address, name};
use crate::domain::content::Media;
use crate::domain::media::{LOUDEST, MediaKind};
use crate::ui::i18n::{media::length, use_texts};
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon};

const SPEEDS: [(f64, &str); 3] = [(1.0, "1"), (1.5, "1.5"), (2.0, "2")];
/// Steps of the place, whatever the length.
const STEPS: f64 = 1_000.0;
/// The drawing of the waveform: a bar's place and the height, in units of its own.
const BAR: i64 = 4;
const HEIGHT: i64 = 32;

#[component]
pub fn Player(media: Media) -> impl IntoView {
    let words = &use_texts().media;
    let audio = NodeRef::<html::Audio>::new();
    let playing = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let speed = RwSignal::new(0_usize);
    let at_ms = RwSignal::new(0_i64);
    let length_ms = RwSignal::new(media.duration_ms.unwrap_or_default());
    let bars = StoredValue::new(media.waveform.clone());
    let part = Memo::new(move |_| {
        let length_ms = length_ms.get();
        if length_ms > 0 { (at_ms.get() as f64 / length_ms as f64).clamp(0.0, 1.0) } else { 0.0 }
    });
    let toggle = move |_| {
        let Some(audio) = audio.get_untracked() else { return };
        if audio.paused() {
            pause_others();
            audio.set_playback_rate(SPEEDS[speed.get_untracked()].0);
            let _ = audio.play();
        } else {
            let _ = audio.pause();
        }
    };
    let faster = move |_| {
        speed.update(|speed| *speed = (*speed + 1) % SPEEDS.len());
        if let Some(audio) = audio.get_untracked() {
            audio.set_playback_rate(SPEEDS[speed.get_untracked()].0);
        }
    };
    let learn_length = move |_| {
        let Some(audio) = audio.get_untracked() else { return };
        // Streams without an end say infinity.
        let seconds = audio.duration();
        if seconds.is_finite() && seconds > 0.0 {
            length_ms.set((seconds * 1_000.0) as i64);
        }
    };
    let follow = move |_| {
        if let Some(audio) = audio.get_untracked() {
            at_ms.set((audio.current_time() * 1_000.0) as i64);
        }
    };
    let go_to = move |event: leptos::ev::Event| {
        let Ok(step) = event_target_value(&event).parse::<f64>() else { return };
        let to_ms = step / STEPS * length_ms.get_untracked() as f64;
        if let Some(audio) = audio.get_untracked() {
            audio.set_current_time(to_ms / 1_000.0);
        }
        at_ms.set(to_ms as i64);
    };
    let time = move || match (at_ms.get(), length_ms.get()) {
        (0, length_ms) => length(length_ms),
        (at_ms, _) => length(at_ms),
    };
    let download = address(&media.id);
    view! {
        <div class="player" data-voice=media.voice.to_string() role="group" aria-label=name(MediaKind::Audio, &media)>
            <audio
                node_ref=audio
                preload="metadata"
                src=address(&media.id)
                on:play=move |_| playing.set(true)
                on:pause=move |_| playing.set(false)
                on:ended=move |_| at_ms.set(0)
                on:timeupdate=follow
                on:durationchange=learn_length
                on:error=move |_| failed.set(true)
            ></audio>
            <button
                class="player__play"
                type="button"
                aria-label=move || if playing.get() { words.pause } else { words.play }
                on:click=toggle
            >
                {move || view! { <Icon of=if playing.get() { icon::PAUSE } else { icon::PLAY } px=20 /> }}
            </button>
            <span class="player__track" dir="ltr">
                {(!media.waveform.is_empty()).then(|| view! { <Wave bars part /> })}
                <input
                    class="player__place"
                    type="range"
                    min="0"
                    max="1000"
                    step="10"
                    aria-label=words.place
                    aria-valuetext=time
                    prop:value=move || (part.get() * STEPS).round().to_string()
                    on:input=go_to
                />
            </span>
            <bdi class="player__time" dir="ltr">
                {time}
            </bdi>
            <button
                class="player__speed"
                type="button"
                aria-label=move || (words.speed)(SPEEDS[speed.get()].1)
                on:click=faster
            >
                <bdi dir="ltr">{move || format!("{}×", SPEEDS[speed.get()].1)}</bdi>
            </button>
            <Show when=move || failed.get()>
                <p class="kind__note" role="status">
                    {words.cannot_play}
                    " "
                    <a href=download.clone() download="">
                        {(words.download)("")}
                    </a>
                </p>
            </Show>
        </div>
    }
}

/// Bars before the place are heard, those behind it are not.
#[component]
fn Wave(bars: StoredValue<Vec<u8>>, part: Memo<f64>) -> impl IntoView {
    let count = bars.with_value(Vec::len);
    let heard = Memo::new(move |_| (part.get() * count as f64).round() as usize);
    let all = bars.with_value(|bars| strokes(bars));
    let frame = format!("0 0 {} {HEIGHT}", count as i64 * BAR);
    view! {
        <svg class="wave" viewBox=frame preserveAspectRatio="none" aria-hidden="true">
            <path class="wave__all" d=all />
            <path class="wave__heard" d=move || bars.with_value(|bars| strokes(&bars[..heard.get().min(bars.len())])) />
        </svg>
    }
}

/// One upright stroke for each bar, never shorter than a dot.
fn strokes(bars: &[u8]) -> String {
    let bar = |(n, loud): (usize, &u8)| {
        let half = (i64::from(*loud) * (HEIGHT / 2 - 2) / i64::from(LOUDEST)).max(1);
        format!("M{} {}v{}", n as i64 * BAR + BAR / 2, HEIGHT / 2 - half, half * 2)
    };
    bars.iter().enumerate().map(bar).collect()
}

/// Two voices at once are none.
fn pause_others() {
    let Some(playing) = browser::document().and_then(|page| page.query_selector_all("audio, video").ok()) else {
        return;
    };
    for n in 0..playing.length() {
        if let Some(other) = playing.item(n).and_then(|node| node.dyn_into::<HtmlMediaElement>().ok()) {
            let _ = other.pause();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::strokes;

    #[test]
    fn bars_are_strokes_around_the_middle() {
        assert_eq!(strokes(&[0, 31]), "M2 15v2M6 2v28");
        assert_eq!(strokes(&[]), "");
    }
}
