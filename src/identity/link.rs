//! What links have in common: their secrets, and the condition that the person who made a link may no longer make it.

use serde::Deserialize;

use crate::{
    access::context::Cx,
    core::pasted_link::{self, LinkPage},
    core::refusal::Result,
    core::secret::{self, Secret},
};

/// Returns the hash of the code of this page's link in what came as its token.
///
/// # Errors
/// `link_not_valid`, with the reason at `/token`. No database is asked for a text that cannot be a code.
pub fn hash_in(page: LinkPage, token: &str) -> Result<String> {
    Ok(secret::hash(&pasted_link::code_in(page, token)?))
}

/// A link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The code of the link, which follows its `#`, or the link as somebody pasted it.
    pub token: String,
}

/// A new link. Its secrets exist only here and in the answer or e-mail.
pub struct NewLink {
    pub(crate) id: String,
    pub(crate) delivery_id: String,
    pub(crate) shown: Secret,
    pub(crate) mailed: Option<Secret>,
}

impl NewLink {
    /// New secrets: one to show and, where a mail provider is configured, one for the e-mail.
    ///
    /// # Errors
    /// When the platform gives no random bytes.
    pub fn new(cx: &Cx) -> Result<Self> {
        let delivery_id = cx.new_id()?;
        let mailed = cx.env.mailer.is_some().then(|| Secret::mailed(&cx.env.config, &delivery_id));
        Ok(Self { id: cx.new_id()?, delivery_id, shown: Secret::new()?, mailed })
    }
}

/// The condition that the maker of an `invitation` may no longer make it. The literal is now.
#[macro_export]
macro_rules! lost_invitation {
    ($now:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM power w WHERE w.user_id = invitation.created_by AND w.account_id = invitation.account_id
                  AND w.permission = CASE invitation.purpose WHEN 'member' THEN 'members.manage' ELSE 'accounts.create' END AND w.ends_at > ",
            $now,
            ")"
        )
    };
}
