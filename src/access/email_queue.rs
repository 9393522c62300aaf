//! E-mails in the batch of the change they belong to. Each is a `delivery` row, which is sent after the answer (`messages/mail/outbox.rs`).

use serde::Serialize;

use crate::{access::context::Cx, core::db::Stmt, sql};

/// The first status of a delivery.
#[must_use]
pub fn first_status(cx: &Cx) -> &'static str {
    if cx.env.mailer.is_some() { "queued" } else { "not_sent" }
}

/// Refuses with `needs_mail` where no mail provider is configured.
#[must_use]
pub fn expect_provider(cx: &Cx) -> Stmt {
    sql!("INSERT INTO refusal (needs_mail) SELECT 1 WHERE ?1", cx.env.mailer.is_none())
}

/// Inserts an e-mail, and returns the id of its row as `delivery_id`, so that the outbox is opened only where an e-mail is queued. `$select` is a SELECT
/// that returns the columns below in their order.
#[macro_export]
macro_rules! email_row {
    ($select:expr) => {
        concat!(
            "INSERT INTO delivery (id, account_id, member_id, user_id, invitation_id, letter, to_email, language, details, token_hash, sender_id, status, created_at, next_attempt_at) ",
            $select,
            " RETURNING id AS delivery_id"
        )
    };
}

/// How a link is delivered: by e-mail or by hand.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = InvitationDelivery)]
pub struct Delivery {
    /// `mail` when an e-mail is sent, `link` when the link is handed over by hand.
    pub channel: &'static str,
    /// `queued`, `sent`, `failed` or `not_sent`.
    pub status: String,
    /// Why it failed.
    pub failure: Option<String>,
}

impl Delivery {
    /// The delivery of this status.
    #[must_use]
    pub fn of(status: Option<String>, failure: Option<String>) -> Self {
        let status = status.unwrap_or_else(|| "not_sent".to_owned());
        Self { channel: if status == "not_sent" { "link" } else { "mail" }, status, failure }
    }
}
