//! Voice notes: recorded here as Opus, one channel; the server moves them into the box WhatsApp plays.

use std::time::Duration;

use js_sys::{Array, Object, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AnalyserNode, AudioContext, Blob, BlobEvent, BlobPropertyBag, MediaRecorder, MediaRecorderOptions, MediaStream,
    MediaStreamConstraints, MediaStreamTrack, RecordingState,
};

use super::upload::{self, About};
use crate::domain::ids::ConversationId;
use crate::domain::media::{LOUDEST, MediaKind, WAVEFORM_BARS, essence};
use crate::error::AppError;
use crate::ui::i18n::{media::length, use_texts};
use crate::ui::inbox::composer::Compose;
use crate::ui::inbox::store::Inbox;
use crate::ui::inbox::thread::Scroll;
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon};

/// Best first: what WhatsApp plays, what can be moved into it, and what goes as plain sound.
const TYPES: [&str; 3] = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
/// How often the loudness is looked at.
const LOOK: Duration = Duration::from_millis(60);

/// Where a recording stands.
#[derive(Clone, Debug, PartialEq)]
enum State {
    Idle,
    /// Since then, by this browser's clock.
    Recording {
        since_ms: i64,
    },
    Uploading(i64),
    /// In words, with what to do.
    Failed(String),
}

/// What has to be held and let go.
struct Tape {
    recorder: MediaRecorder,
    stream: MediaStream,
    context: Option<AudioContext>,
    parts: Array,
    mime: String,
    conversation_id: ConversationId,
}

/// The composer's recorder. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Recording {
    inbox: Inbox,
    compose: Compose,
    scroll: Scroll,
    state: RwSignal<State>,
    now_ms: RwSignal<i64>,
    tape: StoredValue<Option<Tape>, LocalStorage>,
    loudness: StoredValue<Vec<u8>>,
    ticking: StoredValue<Option<IntervalHandle>>,
}

impl Recording {
    pub fn new(inbox: Inbox, scroll: Scroll, compose: Compose) -> Self {
        let recording = Self {
            inbox,
            compose,
            scroll,
            state: RwSignal::new(State::Idle),
            now_ms: RwSignal::new(0),
            tape: StoredValue::new_local(None),
            loudness: StoredValue::new(Vec::new()),
            ticking: StoredValue::new(None),
        };
        on_cleanup(move || drop(recording.let_go()));
        recording
    }

    fn start(self) {
        let texts = use_texts();
        let Some(conversation_id) = self.inbox.open.get_untracked() else { return };
        let Some(mime) = TYPES.into_iter().find(|mime| MediaRecorder::is_type_supported(mime)) else {
            return self.state.set(State::Failed(texts.media.cannot_record.to_owned()));
        };
        spawn_local(async move {
            let Some(stream) = microphone().await else {
                let _ = self.state.try_set(State::Failed(texts.media.no_microphone.to_owned()));
                return;
            };
            if self.begin(&stream, mime, conversation_id).is_none() {
                silence(&stream);
                let _ = self.state.try_set(State::Failed(texts.media.cannot_record.to_owned()));
            }
        });
    }

    fn begin(self, stream: &MediaStream, mime: &str, conversation_id: ConversationId) -> Option<()> {
        // The composer may have gone while the browser asked.
        self.state.try_get_untracked()?;
        let options = MediaRecorderOptions::new();
        options.set_mime_type(mime);
        options.set_audio_bits_per_second(24_000);
        let recorder = MediaRecorder::new_with_media_stream_and_media_recorder_options(stream, &options).ok()?;
        let parts = Array::new();
        let heard = parts.clone();
        let on_part = Closure::<dyn Fn(BlobEvent)>::new(move |event: BlobEvent| {
            if let Some(part) = event.data() {
                heard.push(&part);
            }
        });
        recorder.set_ondataavailable(Some(on_part.into_js_value().unchecked_ref()));
        recorder.start_with_time_slice(500).ok()?;
        let context = AudioContext::new().ok();
        let analyser = context.as_ref().and_then(|context| analyser(context, stream));
        let since_ms = browser::now_ms();
        self.loudness.set_value(Vec::new());
        self.now_ms.set(since_ms);
        let stream = stream.clone();
        self.tape.set_value(Some(Tape { recorder, stream, context, parts, mime: mime.to_owned(), conversation_id }));
        self.state.set(State::Recording { since_ms });
        let analyser = StoredValue::new_local(analyser);
        let look = move || {
            let _ = self.now_ms.try_set(browser::now_ms());
            let loud = analyser.try_with_value(|analyser| analyser.as_ref().map_or(0, loudness));
            let _ = self.loudness.try_update_value(|all| all.push(loud.unwrap_or_default()));
        };
        self.ticking.set_value(set_interval_with_handle(look, LOOK).ok());
        Some(())
    }

    /// Ends the recording without a trace; gives what was held.
    fn let_go(self) -> Option<Tape> {
        if let Some(Some(ticking)) = self.ticking.try_update_value(Option::take) {
            ticking.clear();
        }
        let tape = self.tape.try_update_value(Option::take).flatten()?;
        if tape.recorder.state() != RecordingState::Inactive {
            let _ = tape.recorder.stop();
        }
        silence(&tape.stream);
        if let Some(context) = &tape.context {
            let _ = context.close();
        }
        Some(tape)
    }

    fn discard(self) {
        drop(self.let_go());
        self.state.set(State::Idle);
    }

    /// Ends the recording and sends it.
    fn finish(self) {
        let State::Recording { since_ms } = self.state.get_untracked() else { return };
        let duration_ms = browser::now_ms() - since_ms;
        self.state.set(State::Uploading(0));
        let bars = bars(&self.loudness.get_value());
        // The last part comes only after the end.
        let on_stop = Closure::once_into_js(move || {
            if let Some(tape) = self.let_go() {
                self.upload(&tape, duration_ms, bars);
            }
        });
        let asked = self.tape.try_with_value(|tape| {
            let tape = tape.as_ref()?;
            tape.recorder.set_onstop(Some(on_stop.unchecked_ref()));
            tape.recorder.stop().ok()
        });
        if asked.flatten().is_none() {
            self.discard();
        }
    }

    fn upload(self, tape: &Tape, duration_ms: i64, waveform: Vec<u8>) {
        let texts = use_texts();
        let kind_of_blob = BlobPropertyBag::new();
        kind_of_blob.set_type(&tape.mime);
        let Ok(blob) = Blob::new_with_blob_sequence_and_options(&tape.parts, &kind_of_blob) else {
            return self.state.set(State::Failed(texts.media.cannot_record.to_owned()));
        };
        let about = About {
            conversation_id: tape.conversation_id.clone(),
            kind: Some(MediaKind::Audio),
            name: None,
            mime: essence(&tape.mime),
            voice: true,
            duration_ms: Some(duration_ms.max(0)),
            waveform,
        };
        let conversation_id = tape.conversation_id.clone();
        let moved = move |percent| {
            let _ = self.state.try_set(State::Uploading(percent));
        };
        let begun = upload::start(&about, &blob, moved, move |answer| match answer {
            Ok(media) => {
                let answered = self.compose.take_answering(&conversation_id);
                self.inbox.send_file(conversation_id, MediaKind::Audio, media, String::new(), answered);
                let _ = self.state.try_set(State::Idle);
                self.scroll.to_end();
            }
            Err(error) => {
                let _ = self.state.try_set(State::Failed(texts.errors.sentence(&error)));
            }
        });
        if begun.is_none() {
            self.state.set(State::Failed(texts.errors.sentence(&AppError::Offline)));
        }
    }
}

/// Asks for the microphone, one channel: WhatsApp plays no others.
async fn microphone() -> Option<MediaStream> {
    let devices = browser::window()?.navigator().media_devices().ok()?;
    let audio = Object::new();
    Reflect::set(&audio, &"channelCount".into(), &1.into()).ok()?;
    Reflect::set(&audio, &"echoCancellation".into(), &true.into()).ok()?;
    Reflect::set(&audio, &"noiseSuppression".into(), &true.into()).ok()?;
    let wanted = MediaStreamConstraints::new();
    wanted.set_audio(&audio);
    let asked = devices.get_user_media_with_constraints(&wanted).ok()?;
    JsFuture::from(asked).await.ok()?.dyn_into().ok()
}

/// Lets go of the microphone; the browser's sign of it goes out.
fn silence(stream: &MediaStream) {
    for track in stream.get_tracks() {
        if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
            track.stop();
        }
    }
}

fn analyser(context: &AudioContext, stream: &MediaStream) -> Option<AnalyserNode> {
    // Not among web-sys' features here: asked for by name.
    let make = Reflect::get(context, &"createMediaStreamSource".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    let source = make.call1(context, stream).ok()?;
    let analyser = context.create_analyser().ok()?;
    analyser.set_fft_size(512);
    let connect = Reflect::get(&source, &"connect".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    connect.call1(&source, &analyser).ok()?;
    Some(analyser)
}

/// The loudest moment since the last look.
fn loudness(analyser: &AnalyserNode) -> u8 {
    let mut samples = [128_u8; 512];
    analyser.get_byte_time_domain_data(&mut samples);
    let peak = samples.iter().map(|sample| sample.abs_diff(128)).max().unwrap_or_default();
    // Speech seldom goes beyond half of the scale.
    ((u32::from(peak) * u32::from(LOUDEST)) / 80).min(u32::from(LOUDEST)) as u8
}

/// As many bars as a waveform has, each the loudest of its share.
fn bars(loudness: &[u8]) -> Vec<u8> {
    let count = WAVEFORM_BARS.min(loudness.len());
    (0..count)
        .map(|n| {
            let (from, to) = (n * loudness.len() / count, (n + 1) * loudness.len() / count);
            loudness[from..to.max(from + 1)].iter().copied().max().unwrap_or_default().min(LOUDEST)
        })
        .collect()
}

#[component]
pub fn Record(recording: Recording) -> impl IntoView {
    let words = &use_texts().media;
    let time = move || match recording.state.get() {
        State::Recording { since_ms } => length(recording.now_ms.get() - since_ms),
        _ => String::new(),
    };
    let stage = Memo::new(move |_| match recording.state.get() {
        State::Idle => 0,
        State::Recording { .. } => 1,
        State::Uploading(_) => 2,
        State::Failed(_) => 3,
    });
    let button = move || {
        view! {
            <button
                class="icon-btn"
                type="button"
                aria-label=words.record
                title=words.record
                on:click=move |_| recording.start()
            >
                <Icon of=icon::MIC />
            </button>
        }
    };
    move || {
        match stage.get() {
        0 => button().into_any(),
        1 => view! {
            <span class="recording" role="group" aria-label=words.recording>
                <span class="recording__dot" aria-hidden="true"></span>
                <bdi class="recording__time" dir="ltr" role="timer">
                    {time}
                </bdi>
                <button class="icon-btn" type="button" aria-label=words.discard title=words.discard on:click=move |_| recording.discard()>
                    <Icon of=icon::X />
                </button>
                <button class="btn btn--primary" type="button" on:click=move |_| recording.finish()>
                    <Icon of=icon::SEND_HORIZONTAL px=16 />
                    {words.stop_and_send}
                </button>
            </span>
        }
        .into_any(),
        2 => view! {
            <span class="recording" role="status">
                {move || match recording.state.get() {
                    State::Uploading(percent) => (words.uploading)(percent),
                    _ => String::new(),
                }}
            </span>
        }
        .into_any(),
        _ => view! {
            {button()}
            <span class="recording recording--failed" role="alert">
                {move || match recording.state.get() {
                    State::Failed(words) => words,
                    _ => String::new(),
                }}
            </span>
        }
        .into_any(),
    }
    }
}

#[cfg(test)]
mod tests {
    use super::bars;

    #[test]
    fn a_waveform_has_its_bars() {
        assert_eq!(bars(&[]), Vec::<u8>::new());
        assert_eq!(bars(&[1, 40, 3]), [1, 31, 3]);
        let long: Vec<u8> = (0..640).map(|n| (n / 10 % 32) as u8).collect();
        let short = bars(&long);
        assert_eq!((short.len(), short[0], short[31], short[63]), (64, 0, 31, 31));
        assert_eq!(bars(&[7; 100]).len(), 64);
    }
}
