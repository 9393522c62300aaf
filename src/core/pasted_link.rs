//! What people paste where a link is asked for: a link of ours as mail programs, filters and people pass it on, or its code alone.
//!
//! In scope: line breaks of mail programs (RFC 3676) and of quoted-printable (RFC 2045, 6.7), signs around the link, and links inside the links of
//! filters that can be read without asking anybody: percent-encoded ones (Microsoft Safe Links, Google, Barracuda, Cisco, Trend Micro), Proofpoint's
//! versions 1 to 3, and those of Sophos in base64. Out of scope: links that only their filter can read (Mimecast, click tracking).
//!
//! A text is only read here: whether the code belongs to a link, the database says.

use std::borrow::Cow;

use base64ct::{Base64UrlUnpadded, Encoding};
use percent_encoding::percent_decode_str;

/// The characters of a code: 32 bytes as base64url.
const CODE: usize = 43;
/// The bytes of a code.
const CODE_BYTES: usize = 32;
/// How many filters may have wrapped a link into each other.
const MOST_WRAPPERS: usize = 4;
/// The most breaks within a code: a mail program wraps at 76 characters or fewer.
const MOST_BREAKS: usize = 3;
/// A run of so many characters of a code is a part of one, not a word.
const PART_OF_A_CODE: usize = 16;
/// The most links that are looked at in a text, so that a long one costs no more than its length.
const MOST_LINKS: usize = 100;
/// The most characters of a query that are looked through for its end.
const LONGEST_QUERY: usize = 2_000;
/// How the base64 of a link begins: `http`.
const BASE64_OF_LINK: &str = "aHR0c";

/// The page that a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPage {
    /// Accepting an invitation.
    Invitation,
    /// Choosing a new password.
    Reset,
    /// Confirming a new address.
    EmailChange,
    /// Confirming the address.
    Verification,
    /// Setting the deployment up.
    Setup,
}

impl LinkPage {
    const ALL: [Self; 5] = [Self::Invitation, Self::Reset, Self::EmailChange, Self::Verification, Self::Setup];

    /// Its path.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Invitation => "/invitation",
            Self::Reset => "/reset",
            Self::EmailChange => "/email-change",
            Self::Verification => "/verification",
            Self::Setup => "/setup",
        }
    }
}

/// Why no code was found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFault {
    /// A link of ours, or its code, that is not whole.
    Incomplete,
    /// No link of ours.
    NotOurs,
    /// A link of ours for another page.
    OfAnotherPage(LinkPage),
}

impl LinkFault {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Incomplete => "link_incomplete",
            Self::NotOurs => "not_a_link",
            Self::OfAnotherPage(LinkPage::Invitation) => "link_of_invitation",
            Self::OfAnotherPage(LinkPage::Reset) => "link_of_reset",
            Self::OfAnotherPage(LinkPage::EmailChange) => "link_of_email_change",
            Self::OfAnotherPage(LinkPage::Verification) => "link_of_verification",
            Self::OfAnotherPage(LinkPage::Setup) => "link_of_setup",
        }
    }
}

/// Returns the code of a link of this page that is in the text. A code without its page is taken for one.
///
/// # Errors
/// Why there is none.
pub fn code_in(page: LinkPage, pasted: &str) -> Result<String, LinkFault> {
    let readings = readings(pasted);
    let mut links = readings.iter().flat_map(|text| links_in(text));
    let (mut of_another, mut is_partial) = (None, false);
    if let Some(code) = links.find_map(|(found, code)| {
        is_partial |= code.is_none();
        of_another = of_another.or(code.is_some().then_some(found).filter(|found| *found != page));
        code.filter(|_| found == page)
    }) {
        return Ok(code);
    }
    if let Some(found) = of_another {
        return Err(LinkFault::OfAnotherPage(found));
    }
    let code = readings.iter().find_map(|text| text.match_indices('#').find_map(|(at, _)| code_at(text.get(at + 1..)?)));
    let has_url = readings.iter().any(|text| text.contains("://"));
    match code.or_else(|| if has_url { None } else { lone_code(pasted) }) {
        Some(code) => Ok(code),
        None if is_partial || readings.iter().any(|text| text.contains('#')) || !has_url && is_part_of_a_code(pasted) => Err(LinkFault::Incomplete),
        None => Err(LinkFault::NotOurs),
    }
}

/// Returns the setup token in a text: what follows `/setup#` in a link, otherwise the text itself. Whoever deploys may have chosen any characters.
///
/// # Errors
/// A link of another page.
pub fn setup_token_in(pasted: &str) -> Result<Cow<'_, str>, LinkFault> {
    let typed = pasted.trim();
    for text in readings(typed) {
        if let Some((_, rest)) = text.split_once("/setup#") {
            let end = rest.find(|sign: char| sign.is_whitespace() || "<>\"".contains(sign)).unwrap_or(rest.len());
            return Ok(rest.get(..end).unwrap_or_default().to_owned().into());
        }
    }
    match code_in(LinkPage::Setup, typed) {
        Err(fault @ LinkFault::OfAnotherPage(_)) => Err(fault),
        _ => Ok(typed.into()),
    }
}

/// The text as it is and without its line breaks, each also without the wrappers around its links.
fn readings(pasted: &str) -> Vec<Cow<'_, str>> {
    let mut readings: Vec<Cow<'_, str>> = vec![pasted.into(), joined(pasted).into()];
    for start in 0..readings.len() {
        let mut text = readings.get(start).cloned().unwrap_or_default();
        if text.contains("urldefense") && text.contains("/v2/") {
            // Proofpoint's second version writes %2F as -2F, and a slash as an underscore.
            text = text.replace('-', "%").replace('_', "/").into();
        }
        for _ in 0..MOST_WRAPPERS {
            let decoded = percent_decode_str(&text).decode_utf8_lossy().into_owned();
            if decoded == *text {
                break;
            }
            text = decoded.clone().into();
            readings.push(decoded.into());
        }
        let hidden: Vec<String> = text.match_indices(BASE64_OF_LINK).take(MOST_WRAPPERS).filter_map(|(at, _)| of_base64(text.get(at..)?)).collect();
        readings.extend(hidden.into_iter().map(Cow::from));
    }
    readings
}

/// The text without white space, without the marks of a quotation at the starts of its lines, and without the soft breaks of quoted-printable.
fn joined(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim_start_matches(|sign: char| sign.is_whitespace() || sign == '>').trim_end());
    let words = lines.flat_map(|line| line.strip_suffix('=').unwrap_or(line).split(is_gap));
    // A browser puts the lines of what is pasted into one, with spaces between them.
    words.map(|word| word.strip_suffix('=').unwrap_or(word)).collect()
}

/// White space, and what programs insert unseen where a long word may break.
fn is_gap(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// The text in the base64 at the start of this one.
fn of_base64(text: &str) -> Option<String> {
    let end = text.find(|sign: char| !sign.is_ascii_alphanumeric() && !"+/-_".contains(sign)).unwrap_or(text.len());
    let bytes = Base64UrlUnpadded::decode_vec(&text.get(..end)?.replace('+', "-").replace('/', "_")).ok()?;
    Some(percent_decode_str(&String::from_utf8(bytes).ok()?).decode_utf8_lossy().into_owned())
}

/// Every link of ours in the text with its code; `None` for a code that is not whole.
fn links_in(text: &str) -> impl Iterator<Item = (LinkPage, Option<String>)> + '_ {
    LinkPage::ALL.into_iter().flat_map(move |page| {
        text.match_indices(page.path()).take(MOST_LINKS).filter_map(move |(at, path)| {
            let rest = text.get(at + path.len()..)?;
            // What a tracker added to the link.
            let end = rest.char_indices().take(LONGEST_QUERY).find(|(_, sign)| sign.is_whitespace() || *sign == '#');
            let rest = end.and_then(|(end, sign)| rest.get(end..).filter(|_| sign == '#' && rest.starts_with(['?', '/']))).unwrap_or(rest);
            // A mark that Proofpoint's third version writes for `#`, or quoted-printable, or a person.
            let after_mark = ["#", "*", "=23"].into_iter().find_map(|mark| rest.strip_prefix(mark));
            let is_whole_path = rest.is_empty() || rest.starts_with(|sign: char| !sign.is_alphanumeric() && sign != '-' && sign != '/');
            match (after_mark, rest.strip_prefix('/').and_then(code_at)) {
                (Some(rest), _) => Some((page, code_at(rest))),
                (None, Some(code)) => Some((page, Some(code))),
                (None, None) => is_whole_path.then_some((page, None)),
            }
        })
    })
}

fn is_of_a_code(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '-' || sign == '_'
}

/// The code at the start of the text, which may be broken over lines.
fn code_at(text: &str) -> Option<String> {
    let (mut code, mut rest) = (String::new(), text);
    for _ in 0..=MOST_BREAKS {
        let (piece, after) = rest.split_at(rest.find(|sign| !is_of_a_code(sign)).unwrap_or(rest.len()));
        code.push_str(piece);
        if let Some((code, more)) = code.split_at_checked(CODE) {
            // Underscores and hyphens behind it are marks of emphasis, or the end of Proofpoint's wrapper.
            let ends_here = more.chars().all(|sign| matches!(sign, '_' | '-'));
            return (ends_here && is_code(code)).then(|| code.to_owned());
        }
        let next = after.strip_prefix('=').unwrap_or(after);
        rest = next.strip_prefix(is_gap)?.trim_start_matches(|sign| is_gap(sign) || sign == '>');
    }
    None
}

/// Whether the text is a whole code. One in sixteen that differ in the last character is: its lowest bits are no part of the bytes.
fn is_code(text: &str) -> bool {
    Base64UrlUnpadded::decode(text, &mut [0; CODE_BYTES]).is_ok_and(|bytes| bytes.len() == CODE_BYTES)
}

/// The code in a text without a link: at its start, or among words.
fn lone_code(text: &str) -> Option<String> {
    let start = text.trim_start_matches(|sign| !is_of_a_code(sign));
    code_at(start).or_else(|| text.split(|sign| !is_of_a_code(sign)).find_map(|run| if run.len() >= CODE { code_at(run) } else { None }))
}

/// Whether a text without a link is a part of a code: a single word of its characters, or a long run of them.
fn is_part_of_a_code(text: &str) -> bool {
    let text = text.trim();
    text.chars().all(is_of_a_code) || text.split(|sign| !is_of_a_code(sign)).any(|run| run.len() >= PART_OF_A_CODE)
}

#[cfg(test)]
mod tests {
    use super::{LinkFault, LinkPage, code_in, setup_token_in};

    const CODE: &str = "Zx_1-lAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn a_code_is_found_in_long_texts_and_in_the_last_of_several_links() {
        let mail = format!("{} https://p.example/reset#{CODE} https://p.example/invitation#{CODE}\n{}", "word ".repeat(5_000), "#".repeat(5_000));
        assert_eq!(code_in(LinkPage::Invitation, &mail).as_deref(), Ok(CODE));
        assert_eq!(code_in(LinkPage::EmailChange, &mail), Err(LinkFault::OfAnotherPage(LinkPage::Invitation)));
    }

    #[test]
    fn a_setup_token_may_have_any_characters() {
        for token in ["a/b#c d", "percent%20sign", "0123456789abcdef", CODE] {
            assert_eq!(setup_token_in(&format!(" {token}\n")).as_deref(), Ok(token));
        }
        assert_eq!(setup_token_in("http://localhost:8787/setup#a.b!c").as_deref(), Ok("a.b!c"));
        assert_eq!(setup_token_in("<http://localhost:8787/setup#a%2Fb>").as_deref(), Ok("a%2Fb"));
        assert_eq!(setup_token_in(&format!("https://p.example/reset#{CODE}")), Err(LinkFault::OfAnotherPage(LinkPage::Reset)));
    }
}
