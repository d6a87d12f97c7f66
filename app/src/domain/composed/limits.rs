//! How much fits, by the path of a field without its indexes (cloud-api.md §4). Screens count against the same numbers.

/// An interactive message's words; a list's may be longer.
pub const BODY: usize = 1_024;
pub const LIST_BODY: usize = 4_096;
pub const BUTTONS: usize = 3;
pub const ROWS: usize = 10;
pub const SECTIONS: usize = 10;
/// In all sections of a message together.
pub const PRODUCTS: usize = 30;

const CHARS: &[(&str, usize)] = &[
    ("interactive.header.text", 60),
    ("interactive.body.text", BODY),
    ("interactive.footer.text", 60),
    ("interactive.action.buttons.reply.id", 256),
    ("interactive.action.buttons.reply.title", 20),
    ("interactive.action.button", 20),
    ("interactive.action.sections.title", 24),
    ("interactive.action.sections.rows.id", 200),
    ("interactive.action.sections.rows.title", 24),
    ("interactive.action.sections.rows.description", 72),
    ("interactive.action.sections.product_items.product_retailer_id", 100),
    ("interactive.action.parameters.display_text", 20),
    ("interactive.action.parameters.url", 2_000),
    ("interactive.action.parameters.thumbnail_product_retailer_id", 100),
    ("interactive.action.catalog_id", 40),
    ("interactive.action.product_retailer_id", 100),
    // Meta names no limit for these; ours keeps nonsense out.
    ("location.name", 1_000),
    ("location.address", 1_000),
    ("contacts.name.formatted_name", 250),
    ("contacts.phones.phone", 40),
    ("contacts.emails.email", 250),
];

const COUNTS: &[(&str, usize)] = &[
    ("interactive.action.buttons", BUTTONS),
    ("interactive.action.sections", SECTIONS),
    // Of all sections together.
    ("interactive.action.sections.rows", ROWS),
    ("interactive.action.sections.product_items", PRODUCTS),
    ("contacts", 257),
    ("contacts.phones", 20),
    ("contacts.emails", 20),
    ("contacts.urls", 20),
    ("contacts.addresses", 20),
];

/// Characters a field may have.
pub fn max_chars(field: &str) -> Option<usize> {
    find(CHARS, field)
}

/// Entries a list may have.
pub fn max_count(field: &str) -> Option<usize> {
    find(COUNTS, field)
}

fn find(table: &[(&str, usize)], field: &str) -> Option<usize> {
    let mut inside = false;
    let plain: String = field
        .chars()
        .filter(|c| {
            inside = (inside || *c == '[') && *c != ']';
            !inside && *c != ']'
        })
        .collect();
    table.iter().find(|(name, _)| *name == plain).map(|(_, max)| *max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_found_for_every_entry_of_a_list() {
        assert_eq!(max_chars("interactive.action.buttons[2].reply.title"), Some(20));
        assert_eq!(max_chars("interactive.action.sections[0].rows[12].description"), Some(72));
        assert_eq!(max_count("interactive.action.sections[0].rows"), Some(10));
        assert_eq!(max_chars("interactive.action.sections[0]"), None);
        assert_eq!(max_chars("[[]"), None);
    }
}
