//! Sessions: a 256-bit token, only its hash in the database, idle and absolute limits, listed and ended by their owner (design §6).

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    access::act::Act,
    access::audit::Audit,
    access::context::Cx,
    audited, audited_by,
    core::db::Stmt,
    core::decode,
    core::field::Email,
    core::list::Listed,
    core::refusal::{Fault, Result, Rule},
    core::secret::Secret,
    core::timestamp::Instant,
    identity::device::{self, NewDevice},
    identity::password,
    identity::throttle::Attempt,
    identity::user::{self, User},
    sql,
};

/// A session is over after this long (in ms), however much it is used (NIST SP 800-63B-4: at most 30 days with a password alone).
pub const SESSION_LONGEST_MS: i64 = 30 * 24 * 3_600_000;
/// Characters of a user agent that are kept.
const USER_AGENT_CHARACTERS: usize = 200;

/// Inserts a session. The literal selects its user, by ?3.
macro_rules! inserted {
    ($user:literal) => {
        concat!(
            "INSERT INTO session (token_hash, id, user_id, created_at, last_seen_at, expires_at, user_agent, ip) SELECT ?1, ?2, ",
            $user,
            ", ?4, ?4, ?5, ?6, ?7"
        )
    };
}

/// A new session. Its token exists only here and in the answer.
pub struct NewSession {
    id: String,
    secret: Secret,
    expires_at: i64,
}

impl NewSession {
    /// A new one.
    ///
    /// # Errors
    /// When the platform gives no random bytes.
    pub fn new(cx: &Cx) -> std::result::Result<Self, Fault> {
        Ok(Self { id: cx.new_id()?, secret: Secret::new()?, expires_at: cx.now + SESSION_LONGEST_MS })
    }

    /// The token, for the one answer that carries it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.secret.reveal()
    }

    /// When it ends at the latest.
    #[must_use]
    pub fn expires_at(&self) -> Instant {
        Instant(self.expires_at)
    }

    /// Inserts this user's session, and ends the one that the request came with.
    #[must_use]
    pub fn inserts(&self, cx: &Cx, user_id: &str) -> Vec<Stmt> {
        self.rows(cx, inserted!("?3"), user_id)
    }

    /// The same for the user who has accepted the invitation of the link with this hash, in this batch or before it.
    #[must_use]
    pub fn inserts_by_link(&self, cx: &Cx, token_hash: &str) -> Vec<Stmt> {
        const ACCEPTED: &str = inserted!(
            "(SELECT m.user_id FROM invitation i JOIN member m ON m.id = i.member_id
               WHERE (i.token_hash = ?3 OR i.mailed_token_hash = ?3) AND i.state = 'accepted')"
        );
        self.rows(cx, ACCEPTED, token_hash)
    }

    fn rows(&self, cx: &Cx, insert: &'static str, owner: &str) -> Vec<Stmt> {
        let user_agent: Option<String> = cx.user_agent.as_deref().map(|text| text.chars().filter(|c| !c.is_control()).take(USER_AGENT_CHARACTERS).collect());
        let came_with = cx.session.as_deref().map(|token_hash| sql!("DELETE FROM session WHERE token_hash = ?1", token_hash));
        came_with.into_iter().chain([sql!(insert, self.secret.hash(), &self.id, owner, cx.now, self.expires_at, user_agent, &cx.ip)]).collect()
    }
}

/// E-mail and password.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The address one signs in with.
    pub email: String,
    /// The password.
    pub password: String,
    /// The `device_token` of an earlier answer, from an app that keeps no cookies. On a device that signed in before, nobody has to wait because of
    /// wrong passwords that others typed elsewhere.
    pub device_token: Option<String>,
    /// Whether the answer shall have a `device_token` for the next time.
    pub remember_device: Option<bool>,
}

/// A session just made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SignedIn {
    /// The token, shown only now: `Authorization: Bearer …`.
    pub session_token: String,
    /// When it ends at the latest.
    pub expires_at: Instant,
    /// The user who signed in.
    pub user: User,
    /// The device's own secret, shown only now, where the device was to be remembered and was not known yet. It signs nobody in.
    pub device_token: Option<String>,
}

/// Signs in. Known and unknown addresses take the same time and get the same answer. Attempts are counted before anything is hashed.
///
/// # Errors
/// `wrong_credentials`, `too_many_attempts`.
pub async fn sign_in(cx: &Cx, given: &Credentials) -> Result<SignedIn> {
    #[derive(Deserialize)]
    struct Known {
        #[serde(flatten)]
        row: user::Row,
        password_hash: String,
        #[serde(deserialize_with = "decode::flag")]
        is_device_of_user: bool,
        #[serde(deserialize_with = "decode::flag")]
        is_device: bool,
    }
    let on_device = given.device_token.as_deref().filter(|secret| !secret.is_empty()).map(|secret| cx.from_device(secret));
    let cx = on_device.as_ref().unwrap_or(cx);
    let key = Email::parse(&given.email).map(|email| email.key);
    let attempt = Attempt::to_sign_in(cx, key.as_deref(), &given.email);
    let known: Option<Known> = attempt
        .counted(cx.act_by_secret())
        .read(sql!(
            "SELECT u.id, u.email, u.first_name, u.last_name, u.language, u.email_verified_at, u.created_at, u.version, u.password_hash,
                    EXISTS (SELECT 1 FROM device d WHERE d.token_hash = ?2 AND d.user_id = u.id AND d.created_at > ?3) AS is_device_of_user,
                    EXISTS (SELECT 1 FROM device d WHERE d.token_hash = ?2 AND d.created_at > ?3) AS is_device
               FROM user u WHERE u.email_key = ?1 AND u.status = 'active'",
            key,
            &cx.device,
            cx.now - device::LIFE_MS
        ))
        .run()
        .await?
        .first(0)?;
    let fits = password::fits(&given.password, known.as_ref().map(|known| known.password_hash.as_str()));
    let Some(known) = known.filter(|_| fits) else { return Err(Rule::WrongCredentials.into()) };
    let session = NewSession::new(cx)?;
    let device = if given.remember_device == Some(true) && !known.is_device_of_user { Some(NewDevice::new(known.is_device)?) } else { None };
    let mut act = cx
        .act_by_secret()
        // The password may have been changed since it was compared.
        .expect(sql!(
            "INSERT INTO refusal (wrong_credentials) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM user WHERE id = ?1 AND password_hash = ?2 AND status = 'active')",
            &known.row.id,
            &known.password_hash
        ))
        .audit(audit_sign_in(&known.row.id))
        .writes(attempt.forgiven());
    if password::is_dated(&known.password_hash) {
        act = act.write(sql!("UPDATE user SET password_hash = ?2 WHERE id = ?1", &known.row.id, password::hash(&given.password)?));
    }
    if let Some(device) = &device {
        act = act.writes(device.inserts(cx, &known.row.id));
    }
    act.writes(session.inserts(cx, &known.row.id)).run().await?;
    Ok(SignedIn {
        session_token: session.reveal().to_owned(),
        expires_at: session.expires_at(),
        user: known.row.into(),
        device_token: device.and_then(|device| device.reveal().map(str::to_owned)),
    })
}

fn audit_sign_in(user_id: &str) -> Audit {
    Audit {
        sql: audited_by!(
            "SELECT NULL AS account_id, u.id AS target_id, u.email AS name, NULL AS before, u.id AS actor_id, trim(u.first_name || ' ' || u.last_name) AS actor_name FROM user u WHERE u.id = ?8"
        ),
        action: "session.started",
        target_type: "user",
        target_id: user_id.to_owned(),
        account: None,
        after: serde_json::Value::Null,
    }
}

/// One of one's own sessions.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Session {
    /// The session's public id. It is no secret.
    pub id: String,
    /// When it began.
    pub created_at: Instant,
    /// When it was last used.
    pub last_seen_at: Instant,
    /// When it ends at the latest.
    pub expires_at: Instant,
    /// What the browser or app called itself.
    pub user_agent: Option<String>,
    /// The IP address it began from.
    pub ip: Option<String>,
    /// Whether it is the session of this request.
    pub current: bool,
}

#[derive(Deserialize)]
struct SessionRow {
    id: String,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
    user_agent: Option<String>,
    ip: Option<String>,
    #[serde(deserialize_with = "decode::flag")]
    current: bool,
}

/// The caller's own open sessions, the latest used first: at most 100 of the 200 that began last.
pub const MINE: &str = "SELECT o.id, o.created_at, o.last_seen_at, o.expires_at, o.user_agent, o.ip, o.token_hash = ?1 AS current
    FROM (SELECT * FROM session WHERE user_id = (SELECT user_id FROM session WHERE token_hash = ?1) ORDER BY id DESC LIMIT 200) o
   WHERE o.expires_at > ?2 AND o.last_seen_at > ?3 ORDER BY o.last_seen_at DESC LIMIT 100";

/// The statement [`MINE`] with its bindings.
///
/// # Errors
/// `not_signed_in`.
pub fn mine(cx: &Cx) -> Result<Stmt> {
    Ok(sql!(MINE, cx.signed_in()?, cx.now, cx.now - crate::access::act::SESSION_IDLE_MS))
}

/// The rows of [`MINE`].
///
/// # Errors
/// A fault when they are of another shape.
pub fn rows(result: &crate::access::act::BatchResult, read: usize) -> Result<Vec<Session>> {
    let rows: Vec<SessionRow> = result.rows(read)?;
    Ok(rows
        .into_iter()
        .map(|row| Session {
            id: row.id,
            created_at: Instant(row.created_at),
            last_seen_at: Instant(row.last_seen_at),
            expires_at: Instant(row.expires_at),
            user_agent: row.user_agent,
            ip: row.ip,
            current: row.current,
        })
        .collect())
}

/// The caller's own open sessions.
///
/// # Errors
/// `not_signed_in`.
pub async fn list(cx: &Cx) -> Result<Listed<Session>> {
    let result = cx.view_signed_in().read(mine(cx)?).run().await?;
    Ok(Listed { data: rows(&result, 0)?, next_cursor: None })
}

/// Which of the caller's own sessions to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The session of this request: signing out.
    Current,
    /// All but the session of this request.
    Others,
    /// This one.
    One(String),
}

impl Which {
    /// Reads the last part of `/v1/me/sessions/{id or current}`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "current" => Self::Current,
            "others" => Self::Others,
            id => Self::One(id.to_owned()),
        }
    }
}

/// Ends sessions of the caller, at once.
///
/// # Errors
/// `not_signed_in`, `not_found` for a session that is not the caller's.
pub async fn end(cx: &Cx, which: &Which) -> Result<()> {
    let token = cx.signed_in()?;
    let (action, id) = match which {
        Which::Current => ("session.ended", "current"),
        Which::Others => ("session.others_ended", "others"),
        Which::One(id) => ("session.ended", id.as_str()),
    };
    let mut act: Act<'_> = cx.act_signed_in().audit(Audit {
        sql: audited!("SELECT me.email AS name, NULL AS before FROM user me WHERE me.id = (SELECT user_id FROM session WHERE token_hash = ?5)"),
        action,
        target_type: "session",
        target_id: id.to_owned(),
        account: None,
        after: json!(null),
    });
    if let Which::One(id) = which {
        act = act.expect(sql!(
            "INSERT INTO refusal (not_found) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM session WHERE id = ?1 AND user_id = (SELECT user_id FROM session WHERE token_hash = ?2))",
            id,
            token
        ));
    }
    let statement = match which {
        Which::Current => sql!("DELETE FROM session WHERE token_hash = ?1", token),
        Which::Others => sql!("DELETE FROM session WHERE user_id = (SELECT user_id FROM session WHERE token_hash = ?1) AND token_hash <> ?1", token),
        Which::One(id) => sql!("DELETE FROM session WHERE id = ?2 AND user_id = (SELECT user_id FROM session WHERE token_hash = ?1)", token, id),
    };
    act.write(statement).run().await?;
    Ok(())
}
