//! Checks and normalises what people type. This is done once and in Rust, because `SQLite` folds ASCII only.

use email_address::{EmailAddress, Options};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Deserializer};
use unicode_normalization::UnicodeNormalization;
use url::{Host, Url};

use crate::core::letters::{bare, folded, is_blank, is_invisible, nfc, trimmed};
use crate::core::refusal::{FieldError, Refusal, Wrong};

/// An address is at most this long, with its domain as the DNS spells it (RFC 5321, path without brackets).
const EMAIL_BYTES: usize = 254;
/// What stands before the `@` is at most this long (RFC 5321, in UTF-8 by RFC 6531).
const LOCAL_PART_BYTES: usize = 64;
/// The most words that a person or account is found by.
const SEARCH_WORDS: usize = 16;
/// Characters of a search word that are kept.
const SEARCH_WORD_CHARACTERS: usize = 40;

/// An e-mail address as typed, and the key it is compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// As typed, trimmed. It is shown, and e-mails go to it.
    pub typed: String,
    /// NFC, lower case, the domain in ASCII.
    pub key: String,
}

impl Email {
    /// Reads an address. Returns `None` for text that is no address. A character that only looks like another one (U+FF20 for `@`, U+212A for `K`,
    /// a full-width letter) or is invisible is refused, not replaced: so two addresses of one key differ only in their case, and no mailbox is
    /// spelt like another's. Blank characters around an address are dropped, because address books copy some with it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = bare(text);
        if text.chars().any(is_look_alike) {
            return None;
        }
        let typed = nfc(text);
        let is_unsafe = |c: char| c.is_control() || c.is_whitespace() || c == '"' || is_invisible(c);
        if typed.chars().any(is_unsafe) || !typed.nfkc().eq(typed.chars()) {
            return None;
        }
        let (local, typed_domain) = typed.rsplit_once('@')?;
        let domain = domain_of(typed_domain)?;
        let sent = format!("{local}@{domain}");
        let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
        if local.len() > LOCAL_PART_BYTES || sent.len() > EMAIL_BYTES || EmailAddress::parse_with_options(&sent, options).is_err() {
            return None;
        }
        let key = format!("{}@{domain}", nfc(&local.to_lowercase()));
        Some(Self { typed, key })
    }
}

/// The domain of an address as the DNS spells it (UTS #46, strict: labels of 63 bytes, hyphens inside them only, joiners and directions where
/// their scripts have them). `None` for what is no domain, or is typed in other characters than it means. A domain that ends in a number is none:
/// programs read it as an IP address (WHATWG URL, "ends in a number").
#[must_use]
pub fn domain_of(typed: &str) -> Option<String> {
    let domain = Uts46::new().to_ascii(typed.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify).ok()?;
    (is_spelt_as(typed, &domain) && matches!(Host::parse(&domain), Ok(Host::Domain(_)))).then(|| domain.into_owned())
}

/// The address with its domain as the DNS spells it: the form that mail is sent to. The local part has no other form than its own. A text that is
/// no address stays.
#[must_use]
pub fn in_dns_spelling(address: &str) -> String {
    address.rsplit_once('@').and_then(|(local, domain)| Some(format!("{local}@{}", domain_of(domain)?))).unwrap_or_else(|| address.to_owned())
}

/// Whether normalising makes ASCII of a character that is not ASCII: the Kelvin sign, full-width letters, ligatures, other punctuation marks.
fn is_look_alike(c: char) -> bool {
    !c.is_ascii() && std::iter::once(c).nfkc().any(|plain| plain.is_ascii_graphic())
}

/// Whether a domain is typed as the DNS spells it, label by label. There a label in another script begins with `xn--`.
fn is_spelt_as(typed: &str, ascii: &str) -> bool {
    let (typed, ascii): (Vec<&str>, Vec<&str>) = (typed.split('.').collect(), ascii.split('.').collect());
    typed.len() == ascii.len()
        && typed.iter().zip(ascii).all(|(typed, ascii)| typed.eq_ignore_ascii_case(ascii) || !typed.is_ascii() && ascii.starts_with("xn--"))
}

/// Whether links can be built from this text: a safe URL, written as URLs are. (Reading alone would repair `https:p.example`.)
#[must_use]
pub fn is_public_url(text: &str) -> bool {
    is_safe_url(text) && Url::parse(text).is_ok_and(|url| url.as_str().trim_end_matches('/') == text.trim_end_matches('/'))
}

/// Whether what is sent to this address leaves encrypted, or stays on this machine.
#[must_use]
pub fn is_safe_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.scheme() == "https" || url.scheme() == "http" && matches!(url.host_str(), Some("localhost" | "127.0.0.1")))
}

/// Collects what is wrong with a form, so that a person reads all of it at once.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Notes one thing that is wrong.
    pub fn wrong(&mut self, pointer: &str, code: Wrong) {
        self.0.push(FieldError { pointer: pointer.to_owned(), code });
    }

    /// A required e-mail address.
    pub fn email(&mut self, pointer: &str, text: &str) -> Email {
        Email::parse(text).unwrap_or_else(|| {
            self.wrong(pointer, if is_blank(text) { Wrong::Required } else { Wrong::Email });
            Email { typed: String::new(), key: String::new() }
        })
    }

    /// A required line of text of at most `longest` characters. Nothing that real names have is forbidden; a text without anything to see is empty.
    pub fn line(&mut self, pointer: &str, text: &str, longest: usize) -> String {
        let line = nfc(trimmed(text));
        if is_blank(&line) {
            self.wrong(pointer, Wrong::Required);
        } else if line.chars().count() > longest {
            self.wrong(pointer, Wrong::TooLong(longest));
        } else if line.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')) {
            self.wrong(pointer, Wrong::Characters);
        }
        line
    }

    /// An optional line: `None` for a text without anything to see.
    pub fn optional(&mut self, pointer: &str, text: Option<&str>, longest: usize) -> Option<String> {
        let text = text.filter(|text| !is_blank(text))?;
        Some(self.line(pointer, text, longest))
    }

    /// First and last name. Some people have one name: either may be empty, not both.
    pub fn names(&mut self, first: &str, last: &str, longest: usize) -> (String, String) {
        if is_blank(first) && is_blank(last) {
            self.wrong("/first_name", Wrong::Required);
        }
        let mut name = |pointer, text| self.optional(pointer, Some(text), longest).unwrap_or_default();
        (name("/first_name", first), name("/last_name", last))
    }

    /// A required text of several lines. Line ends become `\n`; other control characters are left out.
    pub fn paragraphs(&mut self, pointer: &str, text: &str, longest: usize) -> String {
        let text: String = nfc(&text.replace("\r\n", "\n")).chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        if is_blank(&text) {
            self.wrong(pointer, Wrong::Required);
        } else if text.chars().count() > longest {
            self.wrong(pointer, Wrong::TooLong(longest));
        }
        text
    }

    /// The refusal, if anything was wrong.
    ///
    /// # Errors
    /// [`crate::core::refusal::Rule::Validation`] with every field that is wrong.
    pub fn done(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::fields(self.0)) }
    }
}

/// A field of a PATCH: absent (leave it), `null` (empty it), or a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch<T>(pub Option<Option<T>>);

impl<T> Default for Patch<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    /// Reads a field that is present. An absent one is `#[serde(default)]`.
    fn deserialize<D: Deserializer<'de>>(field: D) -> std::result::Result<Self, D::Error> {
        Option::deserialize(field).map(|value| Self(Some(value)))
    }
}

impl<T> Patch<T> {
    /// Whether the field came at all.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// The value, where one came.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        self.0.as_ref().and_then(Option::as_ref)
    }
}

impl Patch<String> {
    /// The text, where one came; empty for `null`.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.0.as_ref().map(|text| text.as_deref().unwrap_or_default())
    }
}

/// The words a text is found by: folded, split at what is neither letter nor digit.
#[must_use]
pub fn search_words(texts: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut add = |word: &str| {
        let word: String = word.chars().take(SEARCH_WORD_CHARACTERS).collect();
        if !word.is_empty() && words.len() < SEARCH_WORDS && !words.contains(&word) {
            words.push(word);
        }
    };
    for text in texts {
        // "D'Angelo" is found by "angelo" and by "dangelo": people type both.
        for name in folded(&text.replace(['\u{200b}', '\u{200c}'], "'")).split(|c: char| !c.is_alphanumeric() && !is_joint(c)) {
            name.split(is_joint).for_each(&mut add);
            add(&name.replace(is_joint, ""));
        }
    }
    words
}

/// Whether a folded character joins two parts of a word that people also write as one: the apostrophe (which stands for a joint that is not seen,
/// too), or the point in Catalan `l·l`.
fn is_joint(c: char) -> bool {
    matches!(c, '\'' | '\u{b7}')
}

/// A search text. Each of its words must be the start of a word of what is found.
#[derive(Debug)]
pub struct Search {
    words: Vec<String>,
}

/// The table `lead`: the word that leads a search, with its number and where its range starts and stops. The first literal binds the ranges of
/// all words. On the first page the rarest word leads: up to 500 rows of each are counted, as `c` in what the third literal selects from. On
/// later pages the word leads that the second literal binds. A search of one word counts nothing.
#[macro_export]
macro_rules! leading_word {
    ($ranges:literal, $lead:literal, $counted:literal) => {
        concat!(
            "WITH lead AS MATERIALIZED (
               SELECT j.key AS number, json_extract(j.value, '$[0]') AS start, json_extract(j.value, '$[1]') AS stop FROM json_each(",
            $ranges,
            ") j WHERE ",
            $lead,
            " IS NULL OR j.key = ",
            $lead,
            " ORDER BY CASE WHEN ",
            $lead,
            " IS NULL AND json_array_length(",
            $ranges,
            ") > 1 THEN (SELECT count(*) FROM (SELECT 1 FROM ",
            $counted,
            " AND c.word >= json_extract(j.value, '$[0]') AND c.word < json_extract(j.value, '$[1]') LIMIT 500)) END, j.key LIMIT 1) "
        )
    };
}

/// Removes the words of the members whose ids the literal selects.
#[macro_export]
macro_rules! remove_words {
    ($members:expr) => {
        concat!(
            "DELETE FROM member_word WHERE (account_id, word, member_id) IN (
               SELECT w.account_id, w.word, w.member_id FROM searchable_word w WHERE w.member_id IN (",
            $members,
            "))"
        )
    };
}

/// Adds the words of the members whose ids the literal selects.
#[macro_export]
macro_rules! add_words {
    ($members:expr) => {
        concat!(
            "INSERT OR IGNORE INTO member_word (account_id, word, member_id)
             SELECT w.account_id, w.word, w.member_id FROM searchable_word w WHERE w.member_id IN (",
            $members,
            ")"
        )
    };
}

impl Search {
    /// The words of the text, the longest first, because it probably finds the fewest. `None` when there is no word.
    #[must_use]
    pub fn of(text: Option<&str>) -> Option<Self> {
        let mut words = search_words(&[text?]);
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        Some(Self { words }).filter(|search| !search.words.is_empty())
    }

    /// Whether it is a single word.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.words.len() == 1
    }

    /// The ranges of the words as JSON. Each starts at the word and stops before the word followed by the last character of Unicode.
    #[must_use]
    pub fn ranges(&self) -> String {
        let ranges: Vec<[String; 2]> = self.words.iter().map(|word| [word.clone(), format!("{word}\u{10ffff}")]).collect();
        serde_json::json!(ranges).to_string()
    }

    /// The parts of the place that a list by [`leading_word!`] starts after: the number of the leading word, and the place among what it finds.
    #[must_use]
    pub fn place(place: &str) -> (Option<i64>, &str) {
        place.split_once(':').map_or((None, ""), |(lead, word)| (lead.parse().ok(), word))
    }
}

#[cfg(test)]
mod tests {
    use super::{Email, in_dns_spelling, is_public_url, is_safe_url, search_words};

    #[test]
    fn one_mailbox_has_one_key() {
        let key = |text: &str| Email::parse(text).map(|email| email.key);
        assert_eq!(key(" Ada.Rossi@Example.COM "), Some("ada.rossi@example.com".into()));
        assert_eq!(key("\u{c4}rn@x.it"), key("a\u{308}rn@x.it"));
        assert_eq!(key("ada@b\u{fc}cher.de"), Some("ada@xn--bcher-kva.de".into()));
    }

    #[test]
    fn what_only_looks_like_an_address_is_refused() {
        for text in [
            "",
            "ada",
            "ada@",
            "@x.it",
            "a@b@c.it",
            "ada\u{ff20}x.it",
            "a@x.it\u{ff20}y.it",
            "a b@x.it",
            "ada@x",
            "a\u{200b}da@x.it",
            "ada@x..it",
            ".ada@x.it",
            "Ada <ada@x.it>",
            "\u{212a}ate@x.it",
            "kate@\u{212a}x.it",
            "ka\u{17f}ia@x.it",
            "\u{ff4b}ate@x.it",
            "\u{fb01}ona@x.it",
            "ada@\u{fb01}rst.it",
            "ada@x\u{3002}it",
            "a\u{ad}da@x.it",
            "ada@exam\u{ad}ple.com",
            "ada@b\u{fc}\u{fe0f}cher.de",
            "ada@\u{17f}ite.it",
            "\"ada\"@x.it",
            "ada@[127.0.0.1]",
            "ada@x_y.it",
            "ada@x.it.",
            "ada@-x.it",
            "ada@x-.it",
            &format!("ada@{}.it", "x".repeat(64)),
            &format!("{}@x.it", "a".repeat(65)),
        ] {
            assert_eq!(Email::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_address_as_typed_has_its_own_key() {
        for text in [
            "Ada.Rossi@Example.COM",
            "\u{130}pek@x.it",
            "ada@b\u{fc}cher.de",
            "ada@f\u{131}rat.tr",
            "m\u{e1}ria@x.it",
            "\u{430}da@x.it",
            "ada@xn--bcher-kva.de",
            "ada@\u{b89}\u{ba4}\u{bbe}\u{bb0}\u{ba3}\u{bae}\u{bcd}.example",
            "a+!#$%&'*/=?^_`{|}~-b@a--b.it",
        ] {
            let email = Email::parse(text).expect("an address");
            assert_eq!(Email::parse(&email.typed).expect("the same").key, email.key, "{text:?}");
        }
    }

    #[test]
    fn names_are_found_without_their_accents() {
        assert_eq!(search_words(&["Niccol\u{f2} D'Amico", "n.damico@x.it"]), ["niccolo", "d", "amico", "damico", "n", "x", "it"]);
        assert_eq!(search_words(&["Ka\u{2bb}ahumanu Gal\u{b7}la"]), ["ka", "ahumanu", "kaahumanu", "gal", "la", "galla"]);
        assert_eq!(search_words(&["\u{639}\u{644}\u{6cc}\u{200c}\u{631}\u{636}\u{627}"]).len(), 3);
    }

    #[test]
    fn mail_is_sent_to_a_domain_in_ascii() {
        assert_eq!(in_dns_spelling("Citt\u{e0}@B\u{fc}cher.example"), "Citt\u{e0}@xn--bcher-kva.example");
        for text in ["Ada@Example.com", "no address", "a@b\u{fc}cher", ""] {
            let expected = if text == "Ada@Example.com" {
                "Ada@example.com"
            } else if text == "a@b\u{fc}cher" {
                "a@xn--bcher-kva"
            } else {
                text
            };
            assert_eq!(in_dns_spelling(text), expected);
        }
    }

    #[test]
    fn links_are_built_from_a_whole_url() {
        for url in ["https://p.example", "https://p.example/", "http://localhost:8787", "https://p.example/users"] {
            assert!(is_public_url(url), "{url}");
        }
        for url in ["https:p.example", "HTTPS://P.example", " https://p.example ", "https://p.example\n", "http://p.example"] {
            assert!(!is_public_url(url), "{url}");
        }
    }

    #[test]
    fn nothing_leaves_this_machine_in_clear() {
        for url in ["https://mail.example/send", "HTTPS://mail.example", "http://localhost:8025/", "http://127.0.0.1:8787"] {
            assert!(is_safe_url(url), "{url}");
        }
        for url in [
            "",
            "mail.example",
            "https://",
            "http://mail.example",
            "http://localhost.mail.example",
            "http://127.0.0.1.mail.example",
            "http://localhost@mail.example",
            "http://localhost:8025@mail.example",
            "ftp://localhost",
        ] {
            assert!(!is_safe_url(url), "{url}");
        }
    }
}
