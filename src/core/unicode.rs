//! Unicode's normal forms (UAX #15), lower case, and domains in ASCII (UTS #46): the same crates in the worker and in the tests.

use unicode_normalization::UnicodeNormalization;

/// What [`nfkd`] leaves of an accent: the blocks of combining marks.
#[must_use]
pub fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Lower case.
#[must_use]
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// Canonical composition.
#[must_use]
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// Compatibility composition.
#[must_use]
pub fn nfkc(text: &str) -> String {
    text.nfkc().collect()
}

/// Compatibility decomposition.
#[must_use]
pub fn nfkd(text: &str) -> String {
    text.nfkd().collect()
}

/// A domain as the DNS knows it; `None` for what can be none.
#[must_use]
pub fn domain_to_ascii(domain: &str) -> Option<String> {
    idna::domain_to_ascii(domain).ok()
}
