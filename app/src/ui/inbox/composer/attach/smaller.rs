//! Pictures that WhatsApp would refuse are drawn anew in the browser: smaller, and as JPEG.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

use crate::domain::media::MediaKind;
use crate::domain::message::Direction;
use crate::ui::parts::browser;

/// Longer sides to try, largest first.
const SIDES: [u32; 4] = [4_096, 2_560, 1_600, 1_024];
const QUALITY: f64 = 0.86;

/// Too large, or a picture of a type WhatsApp does not take. What moves or is drawn by program stays as it is.
pub fn is_wanted(mime: &str, size_bytes: i64) -> bool {
    match mime {
        "image/jpeg" | "image/png" => size_bytes > MediaKind::Image.max_bytes(Direction::Out),
        "image/webp" | "image/bmp" | "image/avif" | "image/heic" | "image/heif" => true,
        _ => false,
    }
}

/// The picture as a JPEG that WhatsApp takes; `None` when the browser cannot read it.
pub async fn drawn(blob: &Blob) -> Option<Blob> {
    let decoding = browser::window()?.create_image_bitmap_with_blob(blob).ok()?;
    let picture: ImageBitmap = JsFuture::from(decoding).await.ok()?.dyn_into().ok()?;
    for side in SIDES {
        let jpeg = jpeg_of(&picture, side).await?;
        if jpeg.size() as i64 <= MediaKind::Image.max_bytes(Direction::Out) {
            return Some(jpeg);
        }
    }
    None
}

async fn jpeg_of(picture: &ImageBitmap, side: u32) -> Option<Blob> {
    let (width, height) = fitting(picture.width(), picture.height(), side);
    let canvas: HtmlCanvasElement = browser::document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let page: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    // JPEG knows no holes: what can be seen through becomes white paper.
    page.set_fill_style_str("#fff");
    page.fill_rect(0.0, 0.0, f64::from(width), f64::from(height));
    page.draw_image_with_image_bitmap_and_dw_and_dh(picture, 0.0, 0.0, f64::from(width), f64::from(height)).ok()?;
    let promise = Promise::new(&mut |resolve, _| {
        let done = Closure::once_into_js(move |blob: JsValue| {
            let _ = resolve.call1(&JsValue::NULL, &blob);
        });
        let quality = JsValue::from_f64(QUALITY);
        let _ = canvas.to_blob_with_type_and_encoder_options(done.unchecked_ref(), "image/jpeg", &quality);
    });
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

/// Width and height within a square of `side`, in proportion.
fn fitting(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longer = width.max(height).max(1);
    if longer <= side {
        return (width.max(1), height.max(1));
    }
    let scale = |length: u32| (u64::from(length) * u64::from(side) / u64::from(longer)).max(1) as u32;
    (scale(width), scale(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_keep_their_proportions() {
        for (given, side, expected) in [
            ((4_000, 2_000), 1_000, (1_000, 500)),
            ((2_000, 4_000), 1_000, (500, 1_000)),
            ((10, 10), 1_000, (10, 10)),
            ((10_000, 1), 1_000, (1_000, 1)),
            ((0, 0), 1_000, (1, 1)),
        ] {
            assert_eq!(fitting(given.0, given.1, side), expected, "{given:?}");
        }
    }

    #[test]
    fn only_what_would_be_refused_is_drawn_anew() {
        let large = MediaKind::Image.max_bytes(Direction::Out) + 1;
        for (mime, size_bytes, expected) in [
            ("image/jpeg", large, true),
            ("image/jpeg", large - 1, false),
            ("image/webp", 10, true),
            ("image/gif", large, false),
            ("image/svg+xml", 10, false),
            ("application/pdf", large, false),
        ] {
            assert_eq!(is_wanted(mime, size_bytes), expected, "{mime} {size_bytes}");
        }
    }
}
