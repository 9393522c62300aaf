//! Devices that signed in before: a cookie with a random secret, of which only the hash is stored, for each user who signed in there.
//!
//! The cookie signs nobody in. Passwords typed on such a device are counted for the device only ([`crate::identity::throttle`]), so that others
//! cannot lock its owner out. An app without cookies asks for the secret with `remember_device` and sends it back as `device_token`.

use crate::access::context::Cx;

use crate::{core::db::Stmt, core::refusal::Result, core::secret::Secret, sql};

/// How long a device stays known, in ms: as long as browsers keep a cookie.
pub const LIFE_MS: i64 = 400 * 24 * 3_600_000;
/// The most devices of one user. The latest stay known.
const MOST: i64 = 20;

/// A device that is known from now on.
pub struct NewDevice(Option<Secret>);

impl NewDevice {
    /// A device with a new secret; or the device that asks, where it is known as the device of somebody else.
    ///
    /// # Errors
    /// When the platform gives no random bytes.
    pub fn new(belongs_to_another: bool) -> Result<Self> {
        Ok(Self(if belongs_to_another { None } else { Some(Secret::new()?) }))
    }

    /// The secret, for the one answer that carries it. `None` where the device has it already.
    #[must_use]
    pub fn reveal(&self) -> Option<&str> {
        self.0.as_ref().map(Secret::reveal)
    }

    /// Inserts the row of this user's device. Where there are too many, the oldest go.
    #[must_use]
    pub fn inserts(&self, cx: &Cx, user_id: &str) -> Vec<Stmt> {
        let token_hash = self.0.as_ref().map(Secret::hash).or_else(|| cx.device.clone());
        vec![
            sql!(
                "DELETE FROM device WHERE user_id = ?1 AND token_hash IN (SELECT d.token_hash FROM device d WHERE d.user_id = ?1 ORDER BY d.created_at DESC LIMIT -1 OFFSET ?2)",
                user_id,
                MOST - 1
            ),
            sql!("INSERT OR REPLACE INTO device (token_hash, user_id, created_at) SELECT ?1, ?2, ?3 WHERE ?1 IS NOT NULL", token_hash, user_id, cx.now),
        ]
    }
}

/// Deletes every device of the user but the one that asks.
#[must_use]
pub fn forget_others(cx: &Cx, user_id: &str) -> Stmt {
    sql!("DELETE FROM device WHERE user_id = ?1 AND token_hash IS NOT ?2", user_id, &cx.device)
}
