//! Letters and how they leave.
//!
//! A letter is a `delivery` row in the batch of the change it belongs to. It is handed to the provider after the answer, and the row says
//! what came of it; without a provider the row says `not_sent` and people hand the link over themselves. No row ever holds a secret.

mod letter;

pub use letter::Letter;

use crate::{
    act::Act,
    cx::Cx,
    db::Stmt,
    id::AccountId,
    ports::{Mail, MailFailure, Sent},
    record,
    refusal::Fault,
    sql,
    text::Lang,
};

/// What a delivery starts as.
#[must_use]
pub fn first_status(cx: &Cx) -> &'static str {
    if cx.world.mailer.is_some() { "queued" } else { "not_sent" }
}

/// A mail provider is configured.
#[must_use]
pub fn expect_provider(cx: &Cx) -> Stmt {
    sql!("INSERT INTO refusal (needs_mail) SELECT 1 WHERE ?1", cx.world.mailer.is_none())
}

/// Hands a letter to the provider after the answer, and notes on its row what came of it.
pub fn post(cx: &Cx, delivery_id: &str, to: &str, lang: Lang, letter: &Letter) {
    let Some(mailer) = cx.world.mailer.clone() else { return };
    let words = letter.words(lang);
    let mail = Mail { id: delivery_id.to_owned(), to: to.to_owned(), subject: words.subject.clone(), text: words.as_text(), html: words.as_html() };
    let (cx_after, id) = (cx.clone(), delivery_id.to_owned());
    cx.later(async move {
        let statement = match mailer.send(mail).await {
            Ok(Sent { provider_id }) => sql!(
                "UPDATE delivery SET status = 'sent', attempts = attempts + 1, provider_id = ?2, sent_at = ?3 WHERE id = ?1",
                &id,
                provider_id,
                cx_after.now
            ),
            Err(MailFailure(failure)) => sql!("UPDATE delivery SET status = 'failed', attempts = attempts + 1, failure = ?2 WHERE id = ?1", &id, failure),
        };
        // Losing this note leaves the row `queued`: true enough, the link is still there to copy.
        let _ = cx_after.act_by_secret().write(statement).run().await;
    });
}

record! {
    /// A letter's row, as the batch that queued it reads it back.
    pub struct Queued {
        id: String,
        to_email: String,
        language: String,
    }
}

/// One letter to every admin of an account who can sign in to it.
pub struct ToAdmins {
    id: String,
}

impl ToAdmins {
    /// A new one.
    ///
    /// # Errors
    /// When the platform gives no random bytes.
    pub fn new(cx: &Cx) -> Result<Self, Fault> {
        Ok(Self { id: cx.new_id()? })
    }

    /// Its rows: the id of each is that of the letter and that of the member.
    pub fn outboxes<'a>(&self, cx: &Cx, act: Act<'a>, account: &AccountId, letter: &str) -> Act<'a> {
        act.outbox(sql!(
            "INSERT INTO delivery (id, account_id, member_id, user_id, letter, to_email, status, created_at)
             SELECT ?1 || ':' || m.id, m.account_id, m.id, u.id, ?3, u.email, ?4, ?5 FROM member m JOIN user u ON u.id = m.user_id
              WHERE m.account_id = ?2 AND m.role = 'admin' AND m.access = 'active' AND (m.expires_at IS NULL OR m.expires_at > ?5) AND u.status = 'active'",
            &self.id,
            account,
            letter,
            first_status(cx),
            cx.now
        ))
    }

    /// Reads them back for [`ToAdmins::post`].
    #[must_use]
    pub fn read_back(&self) -> Stmt {
        sql!("SELECT d.id, d.to_email, u.language FROM delivery d JOIN user u ON u.id = d.user_id WHERE d.id > ?1 || ':' AND d.id < ?1 || ';'", &self.id)
    }

    /// On their way, to each in their own language.
    pub fn post(&self, cx: &Cx, queued: Vec<Queued>, letter: &Letter) {
        for one in queued {
            post(cx, &one.id, &one.to_email, Lang::parse(&one.language).unwrap_or(cx.lang), letter);
        }
    }
}

/// A notice to a user about something that was done: its delivery row and its way out.
pub struct Notice {
    delivery_id: String,
}

impl Notice {
    /// A new one.
    ///
    /// # Errors
    /// When the platform gives no random bytes.
    pub fn new(cx: &Cx) -> Result<Self, Fault> {
        Ok(Self { delivery_id: cx.new_id()? })
    }

    /// The row of "your password was changed" to this user.
    pub fn outboxes<'a>(&self, cx: &Cx, act: Act<'a>, user_id: &str) -> Act<'a> {
        act.outbox(sql!(
            "INSERT INTO delivery (id, user_id, letter, to_email, status, created_at) SELECT ?1, u.id, 'password_changed', u.email, ?3, ?4 FROM user u WHERE u.id = ?2",
            &self.delivery_id,
            user_id,
            first_status(cx),
            cx.now
        ))
    }

    /// The same, to the user of the reset link with this hash.
    pub fn outboxes_for_reset<'a>(&self, cx: &Cx, act: Act<'a>, token_hash: &str) -> Act<'a> {
        act.outbox(sql!(
            "INSERT INTO delivery (id, user_id, letter, to_email, status, created_at)
             SELECT ?1, u.id, 'password_changed', u.email, ?3, ?4 FROM password_reset r JOIN user u ON u.id = r.user_id WHERE r.token_hash = ?2 OR r.mailed_token_hash = ?2",
            &self.delivery_id,
            token_hash,
            first_status(cx),
            cx.now
        ))
    }

    /// On its way.
    pub fn post(&self, cx: &Cx, to: &str, lang: Lang, letter: &Letter) {
        post(cx, &self.delivery_id, to, lang, letter);
    }
}
