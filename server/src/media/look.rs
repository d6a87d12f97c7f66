//! A look at a file: its type by its first bytes, a picture's size by its header, and a small copy of it. Nothing else is
//! ever opened here, and nothing is believed of its sender.

use std::io::Cursor;
use std::path::Path;

use app::domain::media::true_mime;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder as _, ImageEncoder as _, ImageReader, Limits};
use tokio::sync::Semaphore;

/// The longer side of a small copy, in pixels: twice what a thread shows.
const THUMBNAIL: u32 = 640;
/// A picture below this needs no small copy.
const SMALL_BYTES: i64 = 60 * 1_024;
const LONGEST_SIDE: u32 = 16_000;
/// A picture that needs more room to be opened is shown as a file.
const OPENED_BYTES: u64 = 192 * 1_024 * 1_024;
const QUALITY: u8 = 78;

/// Pictures opened at once: each may take much room.
static OPENING: Semaphore = Semaphore::const_new(1);

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    pub mime: String,
    pub animated: bool,
    /// In pixels, as it is seen.
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// A small copy (JPEG, or PNG where there is something to see through).
    pub thumbnail: Option<Vec<u8>>,
}

/// The type of a file by its first bytes; `said` is what its sender calls it.
pub fn mime(head: &[u8], said: &str) -> String {
    true_mime(infer::get(head).map(|found| found.mime_type()), said)
}

/// Looks at a whole file. What cannot be read as a picture is no mistake: it has no size and no small copy.
pub async fn look(path: &Path, head: &[u8], said: &str, size_bytes: i64) -> Look {
    let mime = mime(head, said);
    let animated = mime == "image/webp" && is_animated_webp(head);
    let mut look = Look { mime, animated, width: None, height: None, thumbnail: None };
    if !matches!(look.mime.as_str(), "image/jpeg" | "image/png" | "image/webp") {
        return look;
    }
    let Ok(_turn) = OPENING.acquire().await else { return look };
    let path = path.to_owned();
    let opened = tokio::task::spawn_blocking(move || picture(&path, size_bytes)).await;
    // A decoder that panics over a made-up file takes only its own thread with it.
    if let Ok(Some(picture)) = opened {
        look.width = Some(i64::from(picture.width));
        look.height = Some(i64::from(picture.height));
        look.thumbnail = picture.thumbnail;
    }
    look
}

struct Picture {
    width: u32,
    height: u32,
    thumbnail: Option<Vec<u8>>,
}

fn picture(path: &Path, size_bytes: i64) -> Option<Picture> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(OPENED_BYTES);
    let mut reader = ImageReader::open(path).ok()?.with_guessed_format().ok()?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (mut width, mut height) = decoder.dimensions();
    let fits = decoder.total_bytes() <= OPENED_BYTES;
    let sideways = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    if sideways {
        (width, height) = (height, width);
    }
    let small = size_bytes <= SMALL_BYTES && width.max(height) <= 2 * THUMBNAIL;
    let thumbnail = if small || !fits {
        None
    } else {
        DynamicImage::from_decoder(decoder).ok().and_then(|mut opened| {
            opened.apply_orientation(orientation);
            small_copy(&opened)
        })
    };
    Some(Picture { width, height, thumbnail })
}

fn small_copy(opened: &DynamicImage) -> Option<Vec<u8>> {
    let side = THUMBNAIL.min(opened.width().max(opened.height()));
    let small = opened.thumbnail(side, side);
    let mut bytes = Cursor::new(Vec::new());
    if small.color().has_alpha() && small.to_rgba8().pixels().any(|pixel| pixel.0[3] < 255) {
        small.write_to(&mut bytes, image::ImageFormat::Png).ok()?;
    } else {
        let rgb = small.to_rgb8();
        JpegEncoder::new_with_quality(&mut bytes, QUALITY)
            .write_image(rgb.as_raw(), rgb.width(), rgb.height(), ExtendedColorType::Rgb8)
            .ok()?;
    }
    Some(bytes.into_inner())
}

/// The flag stands in the extended header. <https://developers.google.com/speed/webp/docs/riff_container>
fn is_animated_webp(head: &[u8]) -> bool {
    head.get(12..16) == Some(b"VP8X") && head.get(20).is_some_and(|flags| flags & 0b10 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(name: &str, bytes: &[u8]) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("majlis-look-{name}-{}", app::tokens::reference()));
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn drawn(width: u32, height: u32, alpha: u8) -> Vec<u8> {
        let picture =
            image::RgbaImage::from_fn(width, height, |x, y| image::Rgba([x as u8, (x ^ y) as u8, y as u8, alpha]));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    async fn looked(name: &str, bytes: &[u8], said: &str) -> Look {
        let path = kept(name, bytes);
        let look = look(&path, &bytes[..bytes.len().min(8_192)], said, bytes.len() as i64).await;
        std::fs::remove_file(path).unwrap();
        look
    }

    #[tokio::test]
    async fn pictures_get_a_small_copy() {
        let opaque = looked("opaque", &drawn(1_300, 650, 255), "image/png").await;
        assert_eq!((opaque.mime.as_str(), opaque.width, opaque.height), ("image/png", Some(1_300), Some(650)));
        let small = image::load_from_memory(&opaque.thumbnail.unwrap()).unwrap();
        assert_eq!((small.width(), small.height()), (640, 320));
        let clear = looked("clear", &drawn(900, 900, 9), "image/png").await.thumbnail.unwrap();
        assert_eq!(image::guess_format(&clear).unwrap(), image::ImageFormat::Png);
        assert_eq!(looked("tiny", &drawn(8, 8, 255), "image/png").await.thumbnail, None);
    }

    #[tokio::test]
    async fn what_is_no_picture_is_taken_as_it_is() {
        let mut torn = drawn(900, 900, 255);
        torn.truncate(200);
        for (name, bytes, said, mime, width) in [
            ("torn", torn.as_slice(), "image/png", "image/png", Some(900)),
            ("page", b"<!DOCTYPE html><html><script>alert(1)</script>".as_slice(), "image/png", "text/html", None),
            ("words", b"a,b\n1,2\n".as_slice(), "text/csv", "text/csv", None),
            ("nothing", b"".as_slice(), "image/jpeg", "application/octet-stream", None),
            ("pdf", b"%PDF-1.7\n".as_slice(), "image/jpeg", "application/pdf", None),
        ] {
            let look = looked(name, bytes, said).await;
            assert_eq!((look.mime.as_str(), look.width, look.thumbnail), (mime, width, None), "{name}");
        }
    }

    #[test]
    fn moving_stickers_are_known_by_their_header() {
        let mut head = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02".to_vec();
        assert!(is_animated_webp(&head));
        head[20] = 0x10;
        assert!(!is_animated_webp(&head));
        assert!(!is_animated_webp(b"RIFF"));
    }
}
