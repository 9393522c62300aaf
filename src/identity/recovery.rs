//! `make recover`: a reset link made by the operator of the deployment, for a person whom no e-mail and no admin can help.
//!
//! It has no route, because whoever may write to the database may do anything there. This is the safe way to do it: the address is read by the
//! same code as everywhere, only the token's hash is stored, the link works once and for an hour, it counts as a link that was shown (it proves
//! no mailbox), and the host's audit says that it was made. The audit names the person only where they are a user of the host, because the host
//! may not know the people of an account that manages itself. (`scripts/recover` runs the SQL through wrangler.)

use crate::{
    core::field::Email,
    core::refusal::Fault,
    core::secret::{self, Secret},
    core::vocabulary::HOST,
};

/// How long the link works, in ms.
pub const LIFE_MS: i64 = 3_600_000;

/// A new link: the SQL to run, and the token to hand over.
pub struct Recovery {
    /// The statements. The last one selects the person's address, and no row where there is no such user.
    pub sql: String,
    /// The token of the link.
    pub token: String,
}

/// A link for the user with this address. `None` for text that is no address.
///
/// # Errors
/// When the platform gives no random bytes.
pub fn recover(address: &str, now: i64) -> Result<Option<Recovery>, Fault> {
    let Some(email) = Email::parse(address) else { return Ok(None) };
    let token = Secret::new()?;
    let texts = [
        (":email_key", email.key),
        (":token_hash", token.hash()),
        (":line_id", secret::new_id(now)?),
        (":id", secret::new_id(now)?),
        (":host", HOST.to_owned()),
    ];
    let numbers = [(":now", now), (":until", now + LIFE_MS)];
    let sql = texts.iter().fold(include_str!("recovery.sql").to_owned(), |sql, (name, value)| sql.replace(name, &literal(value)));
    let sql = numbers.iter().fold(sql, |sql, (name, value)| sql.replace(name, &value.to_string()));
    Ok(Some(Recovery { sql, token: token.reveal().to_owned() }))
}

/// A text as an SQL literal: its bytes in hexadecimal, so that nothing in it is ever read as SQL.
fn literal(text: &str) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
    let hex: String = text.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    format!("CAST(X'{hex}' AS TEXT)")
}

#[cfg(test)]
mod tests {
    use super::{literal, recover};

    #[test]
    fn nothing_in_an_address_is_read_as_sql() {
        assert_eq!(literal("o'neil"), "CAST(X'6F276E65696C' AS TEXT)");
        let recovery = recover("o'neil--;@Example.com", 0).unwrap();
        assert!(recovery.is_none(), "a semicolon is in no address");
        let recovery = recover(" O'Neil--@Example.com ", 0).unwrap().unwrap();
        assert!(!recovery.sql.contains("neil") && !recovery.sql.contains(":email_key"), "{}", recovery.sql);
        assert!(recovery.sql.contains(&literal("o'neil--@example.com")) && !recovery.sql.contains(&recovery.token), "{}", recovery.sql);
    }
}
