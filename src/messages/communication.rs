//! Communications: a message by category, sent to those who asked for that category, kept in the history.
//!
//! Document 000: «Email Generali … Email Prodotti … Email Dominio … Email Amministrazione … Email Supporto», each with «se selezionata,
//! l'opzione abilita il nuovo utente alla ricezione», and «Storico comunicazioni». The recipients are the account's own address and the people who
//! chose the category, with one e-mail per address; the batch that sends reads the preferences. Each e-mail is a `delivery` row with its status. A
//! message without recipients is refused (`no_recipients`), because its sender would believe it was read. The list of what was sent is in
//! `messages/history.rs`.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    access::act::{Act, BatchResult},
    access::audit::Audit,
    access::context::Cx,
    access::email_queue::{expect_provider, first_status},
    audited,
    core::capability::{Capabilities, Capability},
    core::db::Stmt,
    core::decode,
    core::field::Checks,
    core::id::{AccountId, CommunicationId},
    core::lang::Lang,
    core::letters,
    core::list::{Page, Paging},
    core::permission::Permission,
    core::refusal::{Result, Rule},
    core::timestamp::Instant,
    core::vocabulary::Category,
    messages::mail::email::EmailTemplate,
    sql,
};

/// Characters of a subject.
pub const SUBJECT_CHARACTERS: usize = 200;
/// Characters of the text.
pub const TEXT_CHARACTERS: usize = 20_000;
/// Characters of the HTML.
pub const HTML_CHARACTERS: usize = 100_000;
/// The most different words by which a communication can be found.
const WORDS: usize = 600;
/// The first letters of a word that are compared, so that singular and plural find each other.
const WORD_CHARACTERS: usize = 6;
/// The fewest letters that find a longer word beginning with them.
const SHORTEST_START: usize = 3;

/// A message to send.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCommunication {
    /// Those who chose this category receive it.
    pub category: Category,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML; shown without scripts, links or anything from elsewhere.
    pub html: Option<String>,
}

/// A row of [`Delivery`].
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "named as in design §4")]
pub struct DeliveryRow {
    pub id: String,
    pub recipient: String,
    pub member_id: Option<String>,
    pub status: String,
    pub failure: Option<String>,
    pub sent_at: Option<i64>,
}

/// An e-mail of a communication: its recipient and its status.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Delivery {
    /// The e-mail.
    pub id: String,
    /// The address it goes to.
    pub to: String,
    /// The member; `null` for the account's own address and for a person who is no longer known.
    pub member_id: Option<String>,
    /// `queued`, `sent`, `failed` or `not_sent`.
    pub status: String,
    /// Why it failed.
    pub failure: Option<String>,
    /// When the provider took it.
    pub sent_at: Option<Instant>,
}

/// A communication's row; in a list without its body and e-mails.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "named as in design §4")]
pub struct Row {
    pub id: String,
    pub account_id: Option<String>,
    pub category: Option<Category>,
    pub subject: Option<String>,
    pub text: Option<String>,
    pub html: Option<String>,
    pub created_at: i64,
    pub created_by: Option<String>,
    pub author: Option<String>,
    /// Of a security e-mail: its code, its details and its language.
    pub letter: Option<String>,
    #[serde(default, deserialize_with = "decode::nested")]
    pub details: Json,
    pub language: Option<String>,
    /// With a space before each.
    pub delivery_statuses: String,
    #[serde(default, deserialize_with = "decode::nested")]
    pub deliveries: Vec<DeliveryRow>,
    /// Where the row stands in its list.
    pub place: String,
}

/// A message that was sent.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Communication<C = Capabilities> {
    /// The communication; of a security e-mail, the e-mail.
    pub id: String,
    /// Its account; of a security e-mail, the account it is about, if any.
    pub account_id: Option<String>,
    /// The category; `null` for a security e-mail.
    pub category: Option<Category>,
    /// One line.
    pub subject: String,
    /// The plain text; `null` in a list.
    pub text: Option<String>,
    /// The HTML; `null` in a list, and when there is none.
    pub html: Option<String>,
    /// When it was sent.
    pub created_at: Instant,
    /// Who sent it.
    pub created_by: Option<String>,
    /// The statuses of its e-mails: each that at least one of them has.
    pub delivery_statuses: Vec<String>,
    /// A page of its e-mails, those that did not leave first. In a list of an account none; in a list of a person those to them.
    pub deliveries: Vec<Delivery>,
    /// The cursor of the next page of e-mails (`?cursor=`); `null` on the last.
    pub next_cursor: Option<String>,
    /// The author's name.
    #[serde(skip)]
    pub author: Option<String>,
    /// What the caller may do.
    pub capabilities: C,
}

impl<C: From<Capabilities>> Communication<C> {
    /// A row as this caller sees it.
    #[must_use]
    pub fn of(cx: &Cx, row: Row, sends: bool) -> Self {
        let words = row.letter.as_deref().filter(|_| row.category.is_none()).and_then(EmailTemplate::of).map(|template| {
            let lang = row.language.as_deref().and_then(Lang::parse).unwrap_or(cx.lang);
            template.words(lang, &row.details, lang.text().communications.link_removed, &cx.env.config.public_url)
        });
        let (subject, text) = words.map_or((row.subject, row.text), |words| (Some(words.subject), Some(words.text)));
        let delivery_statuses: Vec<String> = row.delivery_statuses.split_whitespace().map(str::to_owned).collect();
        let unsent = delivery_statuses.iter().any(|status| status == "failed" || status == "not_sent");
        let resend = [(!sends, Rule::NotAllowed), (!unsent, Rule::NothingToResend), (cx.env.mailer.is_none(), Rule::NeedsMail)];
        Self {
            id: row.id,
            account_id: row.account_id,
            category: row.category,
            subject: subject.unwrap_or_default(),
            text,
            html: row.html,
            created_at: Instant(row.created_at),
            created_by: row.created_by,
            author: row.author,
            delivery_statuses,
            deliveries: row.deliveries.into_iter().map(DeliveryRow::into_delivery).collect(),
            next_cursor: None,
            capabilities: Capabilities(vec![("resend", Capability::unless(&resend))]).into(),
        }
    }
}

impl DeliveryRow {
    fn into_delivery(self) -> Delivery {
        Delivery { id: self.id, to: self.recipient, member_id: self.member_id, status: self.status, failure: self.failure, sent_at: self.sent_at.map(Instant) }
    }
}

/// The statuses that e-mails of the `communication c` have, each with a space before it. A status that no e-mail has costs no row.
#[macro_export]
macro_rules! delivery_statuses {
    () => {
        "iif(EXISTS (SELECT 1 FROM delivery d WHERE d.communication_id = c.id AND d.status = 'failed'), ' failed', '')
           || iif(EXISTS (SELECT 1 FROM delivery d WHERE d.communication_id = c.id AND d.status = 'not_sent'), ' not_sent', '')
           || iif(EXISTS (SELECT 1 FROM delivery d WHERE d.communication_id = c.id AND d.status = 'queued'), ' queued', '')
           || iif(EXISTS (SELECT 1 FROM delivery d WHERE d.communication_id = c.id AND d.status = 'sent'), ' sent', '') AS delivery_statuses"
    };
}
const ONE: &str = concat!(
    "SELECT '' AS place, c.id, c.account_id, c.category, c.subject, c.text, c.html, c.created_at, c.created_by,
            (SELECT trim(u.first_name || ' ' || u.last_name) FROM user u WHERE u.id = c.created_by) AS author, ",
    delivery_statuses!(),
    " FROM communication c WHERE c.id = ?1 AND c.account_id = ?2"
);
const DELIVERIES: &str = "SELECT d.id, d.to_email AS recipient, d.member_id, d.status, d.failure, d.sent_at FROM delivery d
   WHERE d.communication_id = ?1 AND d.account_id = ?2 AND (d.status, d.id) > (?3, ?4) ORDER BY d.status, d.id LIMIT ?5";

/// The page of one communication's e-mails.
fn deliveries_page(cx: &Cx, id: &CommunicationId, paging: &Paging) -> Result<Page> {
    Page::of(&cx.env.config, &["letters", id.as_str()], Some(paging.limit.unwrap_or(100)), paging.cursor.as_deref())
}

fn reads(account: &AccountId, id: &CommunicationId, page: &Page) -> [Stmt; 2] {
    let (status, delivery) = page.after();
    [sql!(ONE, id, account), sql!(DELIVERIES, id, account, status, delivery, page.limit_and_one())]
}

fn communication_of(cx: &Cx, result: &BatchResult, page: &Page) -> Result<Communication> {
    let listed = page.cut(result.rows::<DeliveryRow>(1)?, |row| (&row.status, &row.id));
    let communication = Communication::of(cx, result.one(0)?, result.authority()?.may(Permission::EmailsSend));
    Ok(Communication { next_cursor: listed.next_cursor, deliveries: listed.data.into_iter().map(DeliveryRow::into_delivery).collect(), ..communication })
}

/// One communication with a page of its e-mails.
///
/// # Errors
/// `not_found`, `cursor_not_valid`, and the gate's.
pub async fn show(cx: &Cx, account: &AccountId, id: &CommunicationId, paging: &Paging) -> Result<(BatchResult, Communication)> {
    let page = deliveries_page(cx, id, paging)?;
    let [one, all] = reads(account, id, &page);
    let result = cx.view(Permission::EmailsView, account).read(one).read(all).run().await?;
    let communication = communication_of(cx, &result, &page)?;
    Ok((result, communication))
}

/// The words by which a text is found, each cut to its first letters.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in letters::folded(text).split(|c: char| !c.is_alphanumeric()) {
        let word: String = word.chars().take(WORD_CHARACTERS).collect();
        if !word.is_empty() && words.len() < WORDS && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The entries by which a text is found: its words, and their beginnings from three letters on, so that a search is one seek however little was
/// typed.
#[must_use]
pub fn entries(text: &str) -> Vec<String> {
    let mut entries = words(text);
    for word in words(text) {
        entries.extend(word.char_indices().skip(SHORTEST_START).map(|(end, _)| word.get(..end).unwrap_or_default().to_owned()));
    }
    entries.push(String::new());
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// The recipients of a category in the account ?2: its people, and its own address if that wants the category. Of people who share an address there
/// is one, and a person who signs in with the address comes first.
macro_rules! recipients {
    ($category:literal) => {
        concat!(
            "(SELECT wanting.*, row_number() OVER (PARTITION BY wanting.email_key ORDER BY wanting.rank, wanting.member_id) AS place FROM (
         SELECT m.id AS member_id, m.user_id, m.email, m.email_key, m.user_id IS NULL AS rank
           FROM subscription s JOIN member m ON m.id = s.member_id WHERE s.account_id = ?2 AND s.category = ",
            $category,
            "
         UNION ALL
         SELECT NULL, NULL, a.email, coalesce(a.email_key, lower(a.email)), 2 FROM account a
          WHERE a.id = ?2 AND a.email IS NOT NULL AND instr(' ' || a.email_preferences || ' ', ' ' || ",
            $category,
            " || ' ') > 0) wanting) recipient"
        )
    };
}
/// One e-mail per address.
const SEND: &str = concat!(
    "INSERT INTO delivery (id, account_id, member_id, user_id, communication_id, to_email, letter, language, details, sender_id, status, created_at, next_attempt_at)
     SELECT ?1 || ':' || coalesce(recipient.member_id, 'account'), ?2, recipient.member_id, recipient.user_id, ?1, recipient.email, 'communication',
            coalesce((SELECT u.language FROM user u WHERE u.id = recipient.user_id), a.language, (SELECT h.language FROM account h WHERE h.id = a.parent_id), 'it'),
            json_object('account', a.name), c.created_by, ?4, ?5, ?5
       FROM account a JOIN communication c ON c.id = ?1
       JOIN ",
    recipients!("?3"),
    " ON recipient.place = 1 WHERE a.id = ?2"
);

/// Queues again the e-mails that did not leave, for those who still want the category, to their current address.
const RESEND: &str = concat!(
    "UPDATE delivery SET status = 'queued', failure = NULL, attempts = 0, next_attempt_at = ?3, claimed_until = NULL, to_email = recipient.email FROM ",
    recipients!("(SELECT category FROM communication WHERE id = ?1)"),
    " WHERE recipient.place = 1 AND delivery.id = ?1 || ':' || coalesce(recipient.member_id, 'account') AND delivery.communication_id = ?1 AND delivery.account_id = ?2
        AND delivery.status IN ('failed', 'not_sent')"
);

/// Sends a message to those who chose its category. A repeat with the same `Idempotency-Key` returns the first one.
///
/// # Errors
/// `validation`, `no_recipients`, and the gate's.
pub async fn send(cx: &Cx, account: &AccountId, new: &NewCommunication) -> Result<Communication> {
    let mut checks = Checks::default();
    let subject = checks.line("/subject", &new.subject, SUBJECT_CHARACTERS);
    let text = checks.paragraphs("/text", &new.text, TEXT_CHARACTERS);
    let html = new.html.as_deref().filter(|html| !html.trim().is_empty()).map(|html| checks.paragraphs("/html", html, HTML_CHARACTERS));
    checks.done()?;
    let id = CommunicationId::known(cx.new_id()?);
    let words = entries(&[subject.as_str(), &text].join(" "));
    let page = deliveries_page(cx, &id, &Paging::default())?;
    let act = cx
        .act(Permission::EmailsSend, account)
        .audit(Audit {
            sql: audited!("SELECT json_extract(?9, '$.subject') AS name, NULL AS before"),
            action: "communication.sent",
            target_type: "communication",
            target_id: id.to_string(),
            account: Some(account.clone()),
            after: json!({ "category": new.category, "subject": subject }),
        })
        .write(sql!(
            "INSERT INTO communication (id, account_id, category, subject, text, html, created_at, created_by)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, user_id FROM session WHERE token_hash = ?8",
            &id,
            account,
            new.category.code(),
            &subject,
            &text,
            html,
            cx.now,
            cx.signed_in()?
        ))
        .write(sql!(
            "INSERT INTO communication_word (account_id, word, communication_id)
             SELECT ?1, p.value || ':' || v.value, ?2 FROM json_each(?3) v, json_each(?4) p",
            account,
            &id,
            json!(words),
            json!(["", new.category])
        ))
        .email_to_many(sql!(SEND, &id, account, new.category.code(), first_status(cx), cx.now))
        .rule(sql!("INSERT INTO refusal (no_recipients) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM delivery WHERE communication_id = ?1)", &id));
    let result = reads(account, &id, &page).into_iter().fold(act, Act::read).run().await?;
    communication_of(cx, &result, &page)
}

/// Sends again the e-mails that failed or were never sent, to those who are still recipients of its category. The other e-mails record that their
/// reader is no longer a recipient.
///
/// # Errors
/// `needs_mail`, `nothing_to_resend`, `not_found`, and the gate's.
pub async fn resend(cx: &Cx, account: &AccountId, id: &CommunicationId) -> Result<Communication> {
    let page = deliveries_page(cx, id, &Paging::default())?;
    let act = cx
        .act(Permission::EmailsSend, account)
        .expect(sql!("INSERT INTO refusal (not_found) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM communication WHERE id = ?1 AND account_id = ?2)", id, account))
        .expect(expect_provider(cx))
        .expect(sql!(
            "INSERT INTO refusal (nothing_to_resend) SELECT 1 WHERE NOT EXISTS (
               SELECT 1 FROM delivery WHERE communication_id = ?1 AND account_id = ?2 AND status IN ('failed', 'not_sent'))",
            id,
            account
        ))
        .audit(Audit {
            sql: audited!("SELECT c.subject AS name, NULL AS before FROM communication c WHERE c.id = ?8 AND c.account_id = ?3"),
            action: "communication.resent",
            target_type: "communication",
            target_id: id.to_string(),
            account: Some(account.clone()),
            after: json!(null),
        })
        .email_to_many(sql!(RESEND, id, account, cx.now))
        .write(sql!(
            "UPDATE delivery SET failure = 'no_recipient' WHERE communication_id = ?1 AND account_id = ?2 AND status IN ('failed', 'not_sent')",
            id,
            account
        ));
    let result = reads(account, id, &page).into_iter().fold(act, Act::read).run().await?;
    communication_of(cx, &result, &page)
}

#[cfg(test)]
mod tests {
    use super::{entries, words};

    #[test]
    fn singular_and_plural_find_each_other_whatever_their_accents() {
        assert_eq!(words("Fattura n. 12"), ["fattur", "n", "12"]);
        assert_eq!(words("le fatture"), ["le", "fattur"]);
        assert_eq!(words("Scadr\u{e0}, scadr\u{e0}"), ["scadra"]);
        assert_eq!(entries("le fatture, fattibile"), ["", "fat", "fatt", "fatti", "fattib", "fattu", "fattur", "le"]);
        let many: Vec<String> = (0..10_000).map(|number: i32| number.to_string()).collect();
        assert_eq!(words(&many.join(" ")).len(), super::WORDS);
    }
}
