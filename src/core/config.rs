//! The configuration of the deployment.

use crate::core::db::Pending;

/// What the variables and secrets of the deployment say (design §7). The other settings are the host's, and people change them.
#[derive(Debug, Clone)]
pub struct Config {
    /// The URL that links are built from, without a trailing slash. It is never taken from a header.
    pub public_url: String,
    /// The one-time token of `/setup`.
    pub setup_token: String,
    /// At least 32 random bytes. The keys that encrypt cursors and sign tokens are derived from it.
    pub signing_key: Vec<u8>,
    /// The previous key, while keys change: what it signed is still valid.
    pub signing_key_previous: Option<Vec<u8>>,
    /// Whether every answer says what the database did for it (`Server-Timing`).
    pub server_timing: bool,
    /// The configuration of mail.
    pub mailing: Mailing,
    /// Waits until an answer has been sent. It is for work that must not change the time of the answer.
    pub answer_left: fn() -> Pending<'static, ()>,
}

/// The configuration of mail.
#[derive(Debug, Clone, Default, serde::Serialize, utoipa::ToSchema)]
pub struct Mailing {
    /// What `MAIL_PROVIDER` names. `null`: no e-mail is sent, and links are handed over by hand.
    pub provider: Option<String>,
    /// The variables and bindings that are missing or wrong. While there are any, no e-mail is sent.
    pub missing: Vec<&'static str>,
}
