//! What the deployment says by variables and secrets.

use crate::core::db::Pending;

/// What the deployment says by variables and secrets (design §7). People change the rest in the host's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address links are built from, without a trailing slash; never taken from a header.
    pub public_url: String,
    /// The one-time token of `/setup`.
    pub setup_token: String,
    /// At least 32 random bytes. The keys that encrypt cursors and sign tokens follow from it.
    pub signing_key: Vec<u8>,
    /// The key before it, while keys change: what it signed still holds.
    pub signing_key_previous: Option<Vec<u8>>,
    /// Whether every answer says what the database did for it.
    pub server_timing: bool,
    /// What it says of mail.
    pub mailing: Mailing,
    /// Waits until an answer has left, for work whose amount the time of the answer must not tell.
    pub answer_left: fn() -> Pending<'static, ()>,
}

/// What the deployment says of mail.
#[derive(Debug, Clone, Default, serde::Serialize, utoipa::ToSchema)]
pub struct Mailing {
    /// What `MAIL_PROVIDER` names; null: letters are handed over by hand.
    pub provider: Option<String>,
    /// The variables and bindings that are missing or wrong: while there are any, nothing leaves.
    pub missing: Vec<&'static str>,
}
