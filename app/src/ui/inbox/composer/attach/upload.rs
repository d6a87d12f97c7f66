//! One upload, with its progress. `fetch` tells none, so it is the older way.

use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

use crate::domain::content::Media;
use crate::domain::ids::{ChannelId, ConversationId};
use crate::domain::media::MediaKind;
use crate::error::AppError;

/// What is told of a file with its bytes.
pub struct About {
    pub conversation_id: ConversationId,
    pub kind: Option<MediaKind>,
    pub name: Option<String>,
    pub mime: String,
    pub voice: bool,
    pub duration_ms: Option<i64>,
    pub waveform: Vec<u8>,
}

impl About {
    fn address(&self) -> String {
        let escaped = |text: &str| String::from(js_sys::encode_uri_component(text));
        let mut address = format!("/media?conversation_id={}", escaped(self.conversation_id.as_str()));
        if let Some(kind) = self.kind {
            address += &format!("&kind={kind}");
        }
        if let Some(name) = &self.name {
            address += &format!("&file_name={}", escaped(name));
        }
        if self.voice {
            address += "&voice=true";
        }
        if let Some(duration_ms) = self.duration_ms {
            address += &format!("&duration_ms={duration_ms}");
        }
        if !self.waveform.is_empty() {
            let digits: String = self.waveform.iter().map(|bar| format!("{bar:02x}")).collect();
            address += &format!("&waveform={digits}");
        }
        address
    }
}

/// Begins an upload. `moved` hears of per cents, `done` of the end, unless it is broken off.
pub fn start(
    about: &About,
    blob: &Blob,
    moved: impl Fn(i64) + 'static,
    done: impl FnOnce(Result<Media, AppError>) + 'static,
) -> Option<XmlHttpRequest> {
    start_at(&about.address(), &about.mime, blob, moved, done)
}

/// The address of an upload that belongs to a number, before there is a conversation.
pub fn address_on(channel_id: &ChannelId, kind: MediaKind, name: &str) -> String {
    let escaped = |text: &str| String::from(js_sys::encode_uri_component(text));
    format!("/media?channel_id={}&kind={kind}&file_name={}", escaped(channel_id.as_str()), escaped(name))
}

/// The same to an address that tells all about the file.
pub fn start_at(
    address: &str,
    mime: &str,
    blob: &Blob,
    moved: impl Fn(i64) + 'static,
    done: impl FnOnce(Result<Media, AppError>) + 'static,
) -> Option<XmlHttpRequest> {
    let request = XmlHttpRequest::new().ok()?;
    request.open("POST", address).ok()?;
    let _ = request.set_request_header("content-type", mime);
    if let Ok(upload) = request.upload() {
        let moved = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.total() > 0.0 {
                moved((event.loaded() / event.total() * 100.0) as i64);
            }
        });
        upload.set_onprogress(Some(moved.into_js_value().unchecked_ref()));
    }
    let answered = request.clone();
    // Loaded, failed and timed out all end here; broken off does not.
    let ended = Closure::once_into_js(move || {
        let status = answered.status().unwrap_or_default();
        let body = answered.response_text().ok().flatten().unwrap_or_default();
        done(answer(status, &body));
    });
    request.set_onload(Some(ended.unchecked_ref()));
    request.set_onerror(Some(ended.unchecked_ref()));
    request.send_with_opt_blob(Some(blob)).ok()?;
    Some(request)
}

/// What a refusal carries that a screen needs.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    max_bytes: Option<i64>,
    mime: Option<String>,
}

fn answer(status: u16, body: &str) -> Result<Media, AppError> {
    let problem = || serde_json::from_str::<Problem>(body).unwrap_or_default();
    Err(match status {
        201 => return serde_json::from_str(body).map_err(|_| AppError::Unreadable),
        0 => AppError::Offline,
        401 => AppError::SignedOut,
        403 => AppError::Forbidden,
        404 => AppError::NotFound,
        413 => problem().max_bytes.map_or(AppError::TooLarge, |max_bytes| AppError::FileTooLarge { max_bytes }),
        422 => problem().mime.map_or(AppError::Unreadable, |mime| AppError::FileType { mime }),
        400..=499 => AppError::Unreadable,
        _ => AppError::Unavailable,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_become_errors_people_can_read() {
        for (status, body, expected) in [
            (0, "", AppError::Offline),
            (401, "", AppError::SignedOut),
            (413, r#"{"max_bytes":5242880}"#, AppError::FileTooLarge { max_bytes: 5_242_880 }),
            (413, "", AppError::TooLarge),
            (422, r#"{"mime":"text/html"}"#, AppError::FileType { mime: "text/html".to_owned() }),
            (503, "", AppError::Unavailable),
            (201, "not JSON", AppError::Unreadable),
        ] {
            assert_eq!(answer(status, body).unwrap_err(), expected, "{status}");
        }
        let stored = r#"{"id":"m","state":"ready","mime":"image/png","file_name":null,"size_bytes":5,"voice":false,
            "animated":false,"width":1,"height":1,"duration_ms":null,"waveform":[],"has_thumbnail":false,"link":null,
            "url":"/media/m"}"#;
        assert_eq!(answer(201, stored).unwrap().mime, "image/png");
    }
}
