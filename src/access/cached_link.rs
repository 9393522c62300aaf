//! The copies in KV of what links show before they are used.
//!
//! No other file knows their keys. A copy decides nothing, because KV may be behind, empty or down: it only keeps mail scanners and guessers
//! away from the database. It is written after the commit that made the link, and deleted after the commit that ended it. No feature calls
//! [`forget`]: each statement that ends a link returns its row (`RETURNING 'invitation' AS kind, token_hash, mailed_token_hash`, or
//! `'reset'`), and `Act::run` passes every such row to it. A gate test fails where a statement does not return it.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use crate::{
    access::context::Cx,
    core::db::Stmt,
    core::decode,
    core::log,
    core::refusal::{Failure, Result},
    sql,
};

/// The shortest life that KV takes.
const SHORTEST_SECONDS: u64 = 60;

/// What kind of link a copy is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// The link of an invitation.
    Invitation,
    /// The link of a password reset.
    Reset,
}

impl LinkKind {
    const ALL: [Self; 2] = [Self::Invitation, Self::Reset];

    /// Its name in a returned row and in a key.
    fn code(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    fn key(self, hash: &str) -> String {
        format!("{}:{hash}", self.code())
    }

    /// Selects a row where the link with this hash can still be used.
    fn pending(self, hash: &str) -> Stmt {
        match self {
            Self::Invitation => sql!("SELECT i.state FROM invitation i WHERE (i.token_hash = ?1 OR i.mailed_token_hash = ?1) AND i.state = 'pending'", hash),
            Self::Reset => sql!("SELECT r.state FROM password_reset r WHERE (r.token_hash = ?1 OR r.mailed_token_hash = ?1) AND r.state = 'pending'", hash),
        }
    }
}

/// Until when a copy is valid.
#[derive(Deserialize)]
struct Life {
    kept_until: i64,
}

/// A link that ended or changed, as a statement returns it: its kind, and the hashes of its tokens.
#[derive(Deserialize)]
struct Ended {
    kind: String,
    token_hash: Option<String>,
    mailed_token_hash: Option<String>,
}

/// The copies of what one link shows, one under each of its tokens.
pub struct CachedLink {
    kind: LinkKind,
    until: i64,
    copies: Vec<(String, String)>,
}

impl CachedLink {
    /// Copies that are valid until this instant.
    #[must_use]
    pub fn new(kind: LinkKind, until: i64) -> Self {
        Self { kind, until, copies: Vec::new() }
    }

    /// Adds what the token with this hash shows.
    #[must_use]
    pub fn showing(mut self, hash: String, shown: &impl Serialize) -> Self {
        if let Ok(Json::Object(mut shown)) = serde_json::to_value(shown) {
            shown.insert("kept_until".to_owned(), Json::from(self.until));
            self.copies.push((hash, Json::Object(shown).to_string()));
        }
        self
    }

    /// Writes them after the answer.
    ///
    /// The link may end before a copy is written, and the deletion may come first. So after writing, the database is asked whether the link is
    /// still open, and the copies are deleted where it is not. An end that commits after that question deletes them after these writes.
    pub fn keep(self, cx: &Cx) {
        let Some((first, _)) = self.copies.first().cloned() else { return };
        if self.until <= cx.now {
            return;
        }
        let ttl_seconds = u64::try_from((self.until - cx.now) / 1_000).unwrap_or_default().max(SHORTEST_SECONDS);
        let after = cx.clone();
        cx.later(async move {
            let keys: Vec<String> = self.copies.iter().map(|(hash, _)| self.kind.key(hash)).collect();
            for (hash, value) in self.copies {
                // Without a copy the database is asked.
                let _ = after.env.tokens.put(self.kind.key(&hash), value, ttl_seconds).await;
            }
            match is_pending(&after, self.kind, &first).await {
                Ok(true) | Err(Failure::Refused(_)) => {}
                Ok(false) => delete(&after, keys).await,
                Err(Failure::Broken(fault)) => log::fault(&after.request_id, &fault),
            }
        });
    }
}

async fn is_pending(cx: &Cx, kind: LinkKind, hash: &str) -> Result<bool> {
    let found: Option<Json> = cx.view_by_secret().read(kind.pending(hash)).run().await?.first(0)?;
    Ok(found.is_some())
}

/// The copy of the link whose token has this hash, while it is valid.
pub async fn find<T: DeserializeOwned>(cx: &Cx, kind: LinkKind, hash: &str) -> Option<T> {
    let text = cx.env.tokens.get(kind.key(hash)).await.ok()??;
    decode::copy::<Life>(&text).filter(|life| life.kept_until > cx.now)?;
    decode::copy(&text)
}

/// Takes the rows of links out of what the writes of a batch returned, and deletes their copies after the answer.
pub(crate) fn forget(cx: &Cx, returned: Vec<Json>) -> Vec<Json> {
    let (links, others): (Vec<Json>, Vec<Json>) = returned.into_iter().partition(is_link);
    let keys: Vec<String> = links.iter().filter_map(|row| decode::row::<Ended>(row).ok()).flat_map(|ended| keys(&ended)).collect();
    if !keys.is_empty() {
        let after = cx.clone();
        cx.later(async move { delete(&after, keys).await });
    }
    others
}

fn is_link(row: &Json) -> bool {
    let kind = row.get("kind").and_then(Json::as_str);
    row.get("mailed_token_hash").is_some() && LinkKind::ALL.iter().any(|known| Some(known.code()) == kind)
}

fn keys(ended: &Ended) -> Vec<String> {
    let kind = LinkKind::ALL.into_iter().find(|kind| kind.code() == ended.kind);
    let hashes = [&ended.token_hash, &ended.mailed_token_hash].into_iter().flatten();
    kind.map(|kind| hashes.map(|hash| kind.key(hash)).collect()).unwrap_or_default()
}

async fn delete(cx: &Cx, keys: Vec<String>) {
    for key in keys {
        // A copy that is not deleted expires by itself, and it decides nothing.
        let _ = cx.env.tokens.delete(key).await;
    }
}
