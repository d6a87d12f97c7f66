//! Growing with the text, for browsers without `field-sizing` (style/composer.css does it for the others).

use web_sys::HtmlTextAreaElement;

const MOST_ROWS: u32 = 7;

pub fn fit(area: &HtmlTextAreaElement) {
    if field_sizing() {
        return;
    }
    // Style attributes are forbidden by the content security policy; `rows` is not one.
    area.set_rows(2);
    while area.rows() < MOST_ROWS && area.scroll_height() > area.client_height() {
        area.set_rows(area.rows() + 1);
    }
}

fn field_sizing() -> bool {
    web_sys::css::supports_with_value("field-sizing", "content").unwrap_or(false)
}
