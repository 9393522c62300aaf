//! Unicode's normal forms and lower case, and domains in ASCII.
//!
//! The tables behind them weigh more than the rest of the worker. Its JavaScript engine has them, so there it is asked; natively two
//! crates answer. Both follow the same standards (UAX #15, UTS #46), and the scenarios run on both.

pub use tables::{domain_to_ascii, lower, nfc, nfkc, nfkd};

/// What [`nfkd`] leaves of an accent: the blocks of combining marks.
#[must_use]
pub fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(not(target_arch = "wasm32"))]
mod tables {
    use unicode_normalization::UnicodeNormalization;

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
}

#[cfg(target_arch = "wasm32")]
mod tables {
    use js_sys::JsString;

    /// Lower case.
    #[must_use]
    pub fn lower(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }

    /// Canonical composition.
    #[must_use]
    pub fn nfc(text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }

    /// Compatibility composition.
    #[must_use]
    pub fn nfkc(text: &str) -> String {
        JsString::from(text).normalize("NFKC").into()
    }

    /// Compatibility decomposition.
    #[must_use]
    pub fn nfkd(text: &str) -> String {
        JsString::from(text).normalize("NFKD").into()
    }

    /// A domain as the DNS knows it; `None` for what can be none.
    #[must_use]
    pub fn domain_to_ascii(domain: &str) -> Option<String> {
        web_sys::Url::new(&format!("http://{domain}/")).ok().map(|url| url.hostname())
    }
}
