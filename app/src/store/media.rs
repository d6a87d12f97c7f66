//! Files of messages: where each is and what is known of it. Their bytes are elsewhere.

/// Loudness over time, as it is stored: two hexadecimal digits a bar. What cannot be read is no bar.
pub(super) fn bars(stored: &str) -> Vec<u8> {
    let digits = stored.as_bytes().chunks_exact(2);
    digits.filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
