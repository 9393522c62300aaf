//! Turns an e-mail into the request that a provider documents, and the provider's answer into the result.

use base64ct::{Base64, Encoding};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

use crate::{
    core::field::{domain_of, in_dns_spelling},
    core::free_json,
    core::ports::{Mail, MailFailure, Sent},
};

/// Bytes of an answer that are read at most.
pub const LONGEST_ANSWER: usize = 16 * 1024;
/// How long a provider that is busy (429) is left alone when it does not say.
const BUSY_MS: i64 = 60_000;
/// Characters of a reason at most.
const LONGEST_REASON: usize = 200;
/// Runs of letters, digits, `-` and `_` of at least this length may be secrets and are left out of reasons.
const SECRET_CHARACTERS: usize = 20;

/// How a request reaches the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// HTTP to an address.
    Http,
    /// HTTP to another worker, by the service binding of this name.
    Service(&'static str),
    /// The `send` method of the `send_email` binding of this name, which takes the body as an object.
    Send(&'static str),
}

/// How values are encoded in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Urlencoded,
}

/// A provider, as it documents itself.
#[derive(Debug)]
pub struct Provider {
    /// Its name in `MAIL_PROVIDER`.
    pub name: &'static str,
    /// How it is reached.
    pub transport: Transport,
    /// Its address, which `MAIL_URL` replaces; empty when only `MAIL_URL` gives it.
    pub(crate) base: &'static str,
    /// The path after the address.
    pub(crate) path: &'static str,
    /// The headers besides `content-type`.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) form: Form,
    pub(crate) body: &'static str,
    /// The variables and bindings it requires.
    pub(crate) needs: &'static [&'static str],
    /// The JSON pointer of the e-mail's id in its answer.
    pub(crate) id: &'static str,
    /// The JSON pointer of the reason in its answer.
    pub(crate) reason: &'static str,
}

/// The HTTP request to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The address.
    pub url: String,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// The provider's answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// `Retry-After`; empty without.
    pub retry_after: String,
    /// `Date`; empty without. What `Retry-After` counts from when it names an instant.
    pub date: String,
    /// The body, as far as it could be read; at most [`LONGEST_ANSWER`].
    pub body: Vec<u8>,
}

/// A provider with the deployment's configuration.
#[derive(Clone)]
pub struct Carrier {
    /// The provider.
    pub provider: &'static Provider,
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) from: String,
    pub(crate) domain: String,
}

/// Without the token.
impl std::fmt::Debug for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.provider.name)
    }
}

impl Carrier {
    /// The request that sends this e-mail.
    #[must_use]
    pub fn request(&self, mail: &Mail) -> Request {
        let provider = self.provider;
        let from = mail.from.as_ref().unwrap_or(&self.from);
        let (from_name, typed_from) = mailbox(from);
        // Providers take domains as the DNS spells them. Where a domain in other letters arrives at all, it depends on each what becomes of it.
        let [to, from_email] = [&mail.to, typed_from].map(in_dns_spelling);
        let from = &from.rsplit_once(typed_from).map_or_else(String::new, |(before, after)| format!("{before}{from_email}{after}"));
        let domain = if self.domain.is_empty() { from_email.split('@').next_back().unwrap_or_default() } else { &self.domain };
        let domain = &domain_of(domain).unwrap_or_else(|| domain.to_owned());
        // Brevo requires a UUID; the id of an e-mail of a communication is two UUIDs.
        let uuid = crate::core::secret::uuid_of(&mail.id);
        let (basic, message_id) = (self.basic(), format!("<{}@{domain}>", mail.id.replace(':', ".")));
        let values = [
            ("token", self.token.as_str()),
            ("basic", &basic),
            ("domain", domain),
            ("id", &mail.id),
            ("uuid", &uuid),
            ("message_id", &message_id),
            ("from", from),
            ("from_name", from_name),
            ("from_email", &from_email),
            ("to", &to),
            ("subject", &mail.subject),
            ("text", &mail.text),
            ("html", &mail.html),
        ];
        let (kind, encoded): (&str, fn(&str) -> String) = match provider.form {
            Form::Json => ("application/json", |value| Json::from(value).to_string()),
            Form::Urlencoded => ("application/x-www-form-urlencoded", |value| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()),
        };
        let plain: fn(&str) -> String = str::to_owned;
        // Resend answers 403 to a request without a user agent, and the runtime's `fetch` sends none.
        let agent = concat!("Portineria/", env!("CARGO_PKG_VERSION")).to_owned();
        let mut headers = vec![("content-type", kind.to_owned()), ("accept", "application/json".to_owned()), ("user-agent", agent)];
        for (name, value) in provider.headers {
            // A header that carries the token is left out where there is none (the webhook's may be absent).
            if !self.token.is_empty() || !value.contains("$token") {
                headers.push((name, filled(value, plain, &values)));
            }
        }
        Request { url: filled(&format!("{}{}", self.base, provider.path), plain, &values), headers, body: filled(provider.body, encoded, &values) }
    }

    /// The result that this answer means.
    ///
    /// # Errors
    /// Whether to try again, and why.
    pub fn read(&self, answer: &Answer) -> Result<Sent, MailFailure> {
        let body = free_json::free(&answer.body).unwrap_or_default();
        let text = |pointer: &str| body.pointer(pointer).and_then(Json::as_str);
        if (200..300).contains(&answer.status) {
            return Ok(Sent { provider_id: text(self.provider.id).map(|id| id.chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect()) });
        }
        let reason = self.reason(answer.status.to_string(), text(self.provider.reason).unwrap_or_default());
        Err(match answer.status {
            429 => MailFailure::Later { reason, after_ms: after_ms(&answer.retry_after, &answer.date).or(Some(BUSY_MS)) },
            // A redirect, or 401 to 404: the key, the credits, the domain or the address is wrong, which the operator can correct. 408, 409 and
            // 425: this request came too early or met another with its key.
            300..=399 | 401..=404 | 408 | 409 | 425 | 500.. => MailFailure::Later { reason, after_ms: after_ms(&answer.retry_after, &answer.date) },
            _ => MailFailure::Refused(reason),
        })
    }

    /// The failure when no connection was made: the e-mail was surely not sent.
    #[must_use]
    pub fn unreached(&self) -> MailFailure {
        MailFailure::Later { reason: format!("{} cannot be reached", self.provider.name), after_ms: None }
    }

    /// The failure when the request left or may have left, and no answer came in time or something else happened, which `said` tells.
    #[must_use]
    pub fn unanswered(&self, said: &str) -> MailFailure {
        MailFailure::Unknown(self.reason(format!("{} did not answer{}", self.provider.name, if said.is_empty() { "" } else { ":" }), said))
    }

    fn basic(&self) -> String {
        Base64::encode_string(format!("api:{}", self.token).as_bytes())
    }

    /// The reason in one short line, without anything that may be a secret.
    fn reason(&self, mut reason: String, said: &str) -> String {
        let mut said = said.to_owned();
        for secret in [&self.token, &self.basic()] {
            if !self.token.is_empty() {
                said = said.replace(secret.as_str(), "…");
            }
        }
        for word in said.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
            let runs = word.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
            reason.push(' ');
            reason.push_str(if runs.into_iter().any(may_be_secret) { "…" } else { word });
        }
        reason.chars().take(LONGEST_REASON).collect()
    }
}

/// Whether a long run of characters may be a secret. Random characters have both cases or digits; a mere name (`E_RATE_LIMIT_EXCEEDED`) has not.
fn may_be_secret(run: &str) -> bool {
    let has = |is: fn(&u8) -> bool| run.bytes().any(|byte| is(&byte));
    run.len() >= SECRET_CHARACTERS && (has(u8::is_ascii_digit) || has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase))
}

/// `Name <address>`, or an address that is its own name.
pub(crate) fn mailbox(from: &str) -> (&str, &str) {
    match from.strip_suffix('>').and_then(|from| from.split_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"'), address.trim()),
        None => (from, from),
    }
}

/// The template, each `$word` replaced by its value.
fn filled(template: &str, encoded: fn(&str) -> String, values: &[(&str, &str)]) -> String {
    let mut parts = template.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (word, rest) = part.split_at(part.find(|c: char| c != '_' && !c.is_ascii_lowercase()).unwrap_or(part.len()));
        text.push_str(&encoded(values.iter().find(|(name, _)| *name == word).map_or("", |(_, value)| value)));
        text.push_str(rest);
    }
    text
}

/// `Retry-After` (RFC 9110, §10.2.3): seconds, or an instant, which counts from the answer's own `Date`.
fn after_ms(retry_after: &str, date: &str) -> Option<i64> {
    if let Ok(seconds) = retry_after.trim().parse::<u32>() {
        return Some(i64::from(seconds) * 1_000);
    }
    let [until, from] = [retry_after, date].map(|text| httpdate::parse_http_date(text).ok());
    i64::try_from(until?.duration_since(from?).unwrap_or_default().as_millis()).ok()
}
