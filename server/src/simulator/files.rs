//! The shelf of files at our Meta: samples that are made from their id alone, so that a restart forgets none, and what
//! people and the server upload.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Mutex, OnceLock, PoisonError};

use app::domain::media::MediaKind;
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage, Rgba, RgbaImage};
use sha2::{Digest as _, Sha256};

use super::dice::Dice;

/// Different samples of each kind.
const VARIANTS: i64 = 6;
/// Uploads the shelf remembers; older ones are forgotten, as Meta forgets them after thirty days.
const REMEMBERED: usize = 200;

/// A file, as Meta hands it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub mime: String,
    pub bytes: Bytes,
    /// As it was uploaded under; samples have none.
    pub name: Option<String>,
}

impl File {
    /// As webhooks write it.
    pub fn sha256(&self) -> String {
        STANDARD.encode(Sha256::digest(&self.bytes))
    }
}

/// What was uploaded, by the id it was given.
#[derive(Default)]
pub struct Shelf {
    uploads: Mutex<Uploads>,
}

#[derive(Default)]
struct Uploads {
    by_id: HashMap<String, File>,
    order: Vec<String>,
}

impl Shelf {
    /// Puts a file on the shelf; gives its id.
    pub fn put(&self, file: File) -> String {
        let id = format!("9{:015}", Dice::fresh().between(0, 999_999_999_999_999));
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        if uploads.order.len() >= REMEMBERED {
            let oldest = uploads.order.remove(0);
            uploads.by_id.remove(&oldest);
        }
        uploads.order.push(id.clone());
        uploads.by_id.insert(id.clone(), file);
        id
    }

    /// Meta has let go of it.
    pub fn forget(&self, id: &str) {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner).by_id.remove(id);
    }

    /// The file of an id: an upload, or a sample.
    pub fn get(&self, id: &str) -> Option<File> {
        let uploaded = self.uploads.lock().unwrap_or_else(PoisonError::into_inner).by_id.get(id).cloned();
        uploaded.or_else(|| sample_of(id))
    }
}

/// A new id of a sample; the sample is in the id.
pub fn sample_id(kind: MediaKind, dice: &mut Dice) -> String {
    let variant = dice.between(0, VARIANTS - 1);
    format!("1{}{variant}{:013}", digit(kind), dice.between(0, 9_999_999_999_999))
}

fn digit(kind: MediaKind) -> usize {
    MediaKind::ALL.iter().position(|other| *other == kind).unwrap_or_default()
}

/// The sample an id names.
pub fn sample_of(id: &str) -> Option<File> {
    if id.len() != 16 || !id.starts_with('1') || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kind = *MediaKind::ALL.get(usize::from(id.as_bytes()[1] - b'0'))?;
    let variant = i64::from(id.as_bytes()[2] - b'0');
    (variant < VARIANTS).then(|| sample(kind, variant))
}

/// A sample, made once.
pub fn sample(kind: MediaKind, variant: i64) -> File {
    static MADE: OnceLock<Mutex<HashMap<(MediaKind, i64), File>>> = OnceLock::new();
    let mut made = MADE.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    made.entry((kind, variant)).or_insert_with(|| make(kind, variant)).clone()
}

fn make(kind: MediaKind, variant: i64) -> File {
    let (mime, bytes) = match kind {
        MediaKind::Image => ("image/jpeg", photograph(variant)),
        MediaKind::Video => ("video/mp4", include_bytes!("samples/film.mp4").to_vec()),
        MediaKind::Audio => ("audio/ogg; codecs=opus", include_bytes!("samples/note.ogg").to_vec()),
        MediaKind::Sticker => ("image/webp", sticker(variant)),
        MediaKind::Document => ("application/pdf", page(variant)),
    };
    File { mime: mime.to_owned(), bytes: Bytes::from(bytes), name: None }
}

/// Hills under a sky, in one of a few colours.
fn photograph(variant: i64) -> Vec<u8> {
    const SKIES: [[u8; 3]; 6] =
        [[232, 214, 184], [198, 219, 230], [236, 199, 176], [205, 222, 199], [222, 208, 232], [240, 226, 170]];
    let sky = SKIES[variant as usize % SKIES.len()];
    let (width, height) = if variant % 2 == 0 { (1_000, 750) } else { (750, 1_000) };
    let shade = |colour: [u8; 3], keep: f32| colour.map(|part| (f32::from(part) * keep) as u8);
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 / width as f32, y as f32 / height as f32);
        let hill = |base: f32, swing: f32, turns: f32, start: f32| base + swing * (x * turns + start).sin();
        let start = variant as f32;
        if y > hill(0.78, 0.05, 5.0, start) {
            Rgb(shade(sky, 0.35))
        } else if y > hill(0.62, 0.09, 3.0, start + 1.0) {
            Rgb(shade(sky, 0.55))
        } else if (x - 0.7).hypot((y - 0.28) * 1.1) < 0.09 {
            Rgb([252, 240, 214])
        } else {
            Rgb(shade(sky, 0.75 + 0.25 * y))
        }
    });
    let mut bytes = Vec::new();
    // Memory takes every byte.
    let _ = JpegEncoder::new_with_quality(&mut bytes, 80).encode_image(&picture);
    bytes
}

/// A smiling face to put on things.
fn sticker(variant: i64) -> Vec<u8> {
    const FACES: [[u8; 3]; 3] = [[245, 200, 66], [120, 190, 140], [230, 140, 120]];
    let face = FACES[variant as usize % FACES.len()];
    let picture = RgbaImage::from_fn(512, 512, |x, y| {
        let (x, y) = (x as f32 - 256.0, y as f32 - 256.0);
        let far = x.hypot(y);
        let eye = (x.abs() - 75.0).hypot(y + 60.0) < 26.0;
        let mouth = (x.hypot(y - 20.0) - 120.0).abs() < 11.0 && y > 60.0;
        match far {
            _ if far > 230.0 => Rgba([0, 0, 0, 0]),
            _ if eye || mouth => Rgba([60, 45, 30, 255]),
            _ => Rgba([face[0], face[1], face[2], 255]),
        }
    });
    let mut bytes = Cursor::new(Vec::new());
    let _ = picture.write_to(&mut bytes, image::ImageFormat::WebP);
    bytes.into_inner()
}

/// One page with one line: the least a PDF needs.
fn page(variant: i64) -> Vec<u8> {
    let line = format!("BT /F1 24 Tf 72 760 Td (Rayhan, page {}) Tj ET", variant + 1);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{line}\nendstream", line.len()),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(text.len());
        text.push_str(&format!("{} 0 obj\n{object}\nendobj\n", n + 1));
    }
    let table_at = text.len();
    text.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for place in places {
        text.push_str(&format!("{place:010} 00000 n \n"));
    }
    text.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table_at}\n%%EOF\n", objects.len() + 1));
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::look;

    #[test]
    fn samples_are_what_they_say_and_stay_the_same() {
        let mut dice = Dice::new(5);
        for kind in MediaKind::ALL {
            let id = sample_id(*kind, &mut dice);
            let file = sample_of(&id).unwrap();
            assert_eq!(sample_of(&id), Some(file.clone()), "{kind}");
            let mime = look::mime(&file.bytes[..file.bytes.len().min(8_192)], &file.mime);
            assert!(kind.takes(&mime), "{kind} is {mime}");
            assert!((file.bytes.len() as i64) < kind.max_bytes(app::domain::message::Direction::Out), "{kind}");
        }
        for id in ["", "9001", "1900000000000000", "2000000000000000", "10é00000000000000"] {
            assert_eq!(sample_of(id), None, "{id}");
        }
    }

    #[test]
    fn uploads_are_forgotten_when_they_are_many() {
        let shelf = Shelf::default();
        let file = |n: usize| File { mime: "text/plain".to_owned(), bytes: Bytes::from(n.to_string()), name: None };
        let first = shelf.put(file(0));
        assert_eq!(shelf.get(&first), Some(file(0)));
        for n in 1..=REMEMBERED {
            shelf.put(file(n));
        }
        assert_eq!(shelf.get(&first), None);
    }
}
