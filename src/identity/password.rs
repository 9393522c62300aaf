//! Passwords: rules of length, not of composition (NIST SP 800-63B-4 §3.1.1.2), argon2id, one hash a request.

use std::cell::Cell;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use crate::{
    core::field::search_words,
    core::letters::{folded, nfc},
    core::refusal::{Fault, Result, Wrong},
    core::secret,
    core::vocabulary::SHORTEST_PASSWORD,
    identity::common_passwords,
};

/// The most characters: a bound on work, far above what anybody types.
pub const LONGEST: usize = 256;
/// Letters that must remain when a person's own words and the usual ones are taken out.
const OWN_LETTERS: usize = 8;
/// The fewest different characters: with fewer, the password is a few keys again and again.
const DIFFERENT: usize = 5;
/// OWASP's minimum, 25 ms in the worker: KiB of memory, passes, lanes.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Words that everybody tries first, alone or several in a row. The filter of common passwords holds only whole passwords.
const USUAL: [&str; 24] = [
    "password",
    "passwort",
    "parola",
    "segreta",
    "segreto",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsx",
    "abcdefghijklmnopqrstuvwxyz",
    "1234567890",
    "123456789",
    "12345678",
    "0987654321",
    "letmein",
    "welcome",
    "benvenuto",
    "admin",
    "administrator",
    "iloveyou",
    "football",
    "portineria",
    "changeme",
];

thread_local! {
    static HASHED: Cell<u64> = const { Cell::new(0) };
}

/// How many passwords this thread has hashed or compared so far. Tests read it, because nothing else shows whether a stranger made us hash.
#[must_use]
pub fn worked() -> u64 {
    HASHED.get()
}

fn argon2() -> std::result::Result<Argon2<'static>, Fault> {
    HASHED.set(HASHED.get() + 1);
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| Fault::new("argon2 parameters", error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// What is wrong with a new password, if anything. `own` are the person's address and names.
#[must_use]
pub fn weakness(password: &str, own: &[&str]) -> Option<Wrong> {
    let characters = nfc(password).chars().count();
    if characters < SHORTEST_PASSWORD {
        return Some(Wrong::TooShort(SHORTEST_PASSWORD));
    }
    if characters > LONGEST {
        return Some(Wrong::TooLong(LONGEST));
    }
    let folded = folded(password);
    let mut different: Vec<char> = folded.chars().collect();
    different.sort_unstable();
    different.dedup();
    let own = search_words(own);
    if different.len() < DIFFERENT || repeats(&folded) || is_made_of(&folded, own.iter().map(String::as_str)) {
        return Some(Wrong::Guessable);
    }
    (is_made_of(&folded, own.iter().map(String::as_str).chain(USUAL)) || common_passwords::contains(password)).then_some(Wrong::Common)
}

/// Whether too little of the text is left when these words are taken out.
fn is_made_of<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> bool {
    let mut words: Vec<&str> = words.filter(|word| word.chars().count() >= 3).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let rest = words.iter().fold(text.to_owned(), |rest, word| rest.replace(word, ""));
    rest.len() < text.len() && rest.chars().filter(|c| c.is_alphanumeric()).count() < OWN_LETTERS
}

/// Whether the text is one short piece repeated.
fn repeats(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    (1..=characters.len() / 2).take(8).any(|length| characters.iter().zip(characters.iter().skip(length)).all(|(one, other)| one == other))
}

/// The stored form: a PHC string with its own salt.
///
/// # Errors
/// A fault when the platform gives no random bytes.
pub fn hash(password: &str) -> Result<String> {
    salted(password, secret::random()?)
}

/// The same with a given salt, which nothing else may use. Two requests with the same password and salt store the same text, so that the database
/// can tell that they are one.
///
/// # Errors
/// A fault when argon2 refuses the parameters.
pub fn salted(password: &str, salt: [u8; 16]) -> Result<String> {
    let password = nfc(password);
    let hash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(|error| Fault::new("argon2", error.to_string()))?;
    Ok(hash.to_string())
}

/// Whether the password fits the stored form. Without a stored form the same work is done, so that the time does not show who exists. A text
/// longer than any password fits nothing, and no work is done.
#[must_use]
pub fn fits(password: &str, stored: Option<&str>) -> bool {
    let password = nfc(password);
    if password.chars().count() > LONGEST {
        return false;
    }
    let parsed = stored.and_then(|stored| PasswordHash::new(stored).ok());
    let (Some(parsed), Ok(argon2)) = (parsed, argon2()) else {
        let _ = hash(&password);
        return false;
    };
    argon2.verify_password(password.as_bytes(), &parsed).is_ok()
}

/// Whether a stored form has other parameters than today's, so that the next sign-in stores a new one.
#[must_use]
pub fn is_dated(stored: &str) -> bool {
    !stored.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
}

#[cfg(test)]
mod tests {
    use super::{fits, hash, is_dated, weakness};
    use crate::core::refusal::Wrong;

    #[test]
    fn length_counts_in_characters_and_nothing_is_composed() {
        assert_eq!(weakness("fourteen chars", &[]), Some(Wrong::TooShort(15)));
        assert_eq!(weakness("correct horse battery", &[]), None);
        assert_eq!(weakness("\u{1f511}\u{1f40e}\u{1f50b}\u{1f4ce}\u{1f9c0}".repeat(3).as_str(), &[]), Some(Wrong::Guessable));
        assert_eq!(weakness(&"lungo ma va bene ".repeat(20), &[]), Some(Wrong::TooLong(256)));
    }

    #[test]
    fn what_everybody_tries_and_what_is_ones_own_is_guessable() {
        for password in ["aaaaaaaaaaaaaaaaaaa", "passwordpassword", "abcabcabcabcabcabc"] {
            assert_eq!(weakness(password, &[]), Some(Wrong::Guessable), "{password}");
        }
        for password in
            ["123456789012345", "qwertyuiopqwerty", "Password12345678", "1qaz2wsx3edc4rfv", "1234567890987654321", "thisisapassword1", "ThisIsAPassword1"]
        {
            assert_eq!(weakness(password, &[]), Some(Wrong::Common), "{password}");
        }
        assert_eq!(weakness("ada.rossi@example.com", &["ada.rossi@example.com"]), Some(Wrong::Guessable));
        assert_eq!(weakness("AdaRossi-AdaRossi1", &["Ada", "Rossi"]), Some(Wrong::Guessable));
    }

    #[test]
    fn only_the_same_password_fits_and_the_last_character_counts() {
        let stored = hash("correct horse battery").unwrap();
        assert!(fits("correct horse battery", Some(&stored)));
        assert!(!fits("correct horse batterz", Some(&stored)));
        assert!(!fits("correct horse battery", None));
        assert!(!fits("correct horse battery", Some("not a hash")));
        let longest = "correct horse battery ".repeat(12).chars().take(256).collect::<String>();
        let stored_longest = hash(&longest).unwrap();
        assert!(fits(&longest, Some(&stored_longest)) && !fits(&(longest + "x"), Some(&stored_longest)));
        assert!(!is_dated(&stored) && is_dated("$argon2id$v=19$m=9216,t=4,p=1$x"));
    }
}
