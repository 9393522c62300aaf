//! Random bytes, secrets, hashes and derived keys. No other file may ask for random bytes.
//!
//! A secret is 32 random bytes, shown once as base64url. Only its SHA-256 is stored (design I4). The secret in an e-mail is 32 bytes derived
//! from a random id and the signing key. Ids are `UUIDv7`: sortable, never secret.

use crate::core::config::Config;

use aes_gcm_siv::{
    Aes256GcmSiv,
    aead::{Aead, Payload},
};
use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::core::letters::bare;
use crate::core::refusal::Fault;

/// The bytes of a session, invitation or reset token.
const SECRET_BYTES: usize = 32;
/// The nonce of AES-GCM-SIV.
const NONCE_BYTES: usize = 12;

/// A token at the moment it is made. It is shown or mailed once; everything else sees [`Secret::hash`].
pub struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// When the platform gives no random bytes.
    pub fn new() -> Result<Self, Fault> {
        Ok(Self(encoded(&random::<SECRET_BYTES>()?)))
    }

    /// The secret in the e-mail of this delivery. It is derived from the delivery's id and the signing key, so that it is stored nowhere.
    #[must_use]
    pub fn mailed(config: &Config, delivery_id: &str) -> Self {
        Self::by(&config.signing_key, delivery_id)
    }

    /// The same secret, made again later: by the signing key or, while keys change, the previous one, whichever gives the stored hash. `None`
    /// where neither does.
    #[must_use]
    pub fn mailed_before(config: &Config, delivery_id: &str, hash: &str) -> Option<Self> {
        let keys = [Some(&config.signing_key), config.signing_key_previous.as_ref()];
        keys.into_iter().flatten().map(|key| Self::by(key, delivery_id)).find(|secret| secret.hash() == hash)
    }

    fn by(key: &[u8], delivery_id: &str) -> Self {
        Self(encoded(&derived(key, "letter", delivery_id)))
    }

    /// The token itself, for the one answer or e-mail that carries it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> String {
        hash(&self.0)
    }
}

/// Random bytes.
///
/// # Errors
/// When the platform gives none.
#[expect(clippy::disallowed_methods, reason = "the one file that may")]
pub fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Fault::new("randomness", error.to_string()))?;
    Ok(bytes)
}

/// base64url without padding.
#[must_use]
pub fn encoded(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// The bytes of base64url without padding. `None` for other text.
#[must_use]
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// The stored form of a token that came with a request: SHA-256, base64url. What is blank around it was copied with it and does not count.
#[must_use]
pub fn hash(token: &str) -> String {
    digest(bare(token).as_bytes())
}

/// SHA-256 of any bytes, base64url.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    encoded(&Sha256::digest(bytes))
}

/// A new id: `UUIDv7` of this instant (ms UTC).
///
/// # Errors
/// When the platform gives no random bytes.
pub fn new_id(now: i64) -> Result<String, Fault> {
    let millis = u64::try_from(now).unwrap_or_default();
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random()?).into_uuid().to_string())
}

/// The id with this number within the request with this id: as unique as the request's, and the same each time. `None` for text that is no id.
#[must_use]
pub fn id_within(request: &str, number: u64) -> Option<String> {
    let instant = uuid::Uuid::try_parse(request).ok()?.get_timestamp()?;
    let (seconds, nanos) = instant.to_unix();
    let millis = seconds.saturating_mul(1_000).saturating_add(u64::from(nanos / 1_000_000));
    let mut bytes = [0; 10];
    let digest = Sha256::new().chain_update(b"id:").chain_update(request.as_bytes()).chain_update(number.to_be_bytes()).finalize();
    bytes.iter_mut().zip(digest).for_each(|(byte, of)| *byte = of);
    Some(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string())
}

/// The token in the forms of a page, by which each is done once: random, and bound to the user the page was made for.
///
/// # Errors
/// When the platform gives no random bytes.
pub fn once_token(key: &[u8], user_id: &str) -> Result<String, Fault> {
    let random = encoded(&random::<16>()?);
    let mark = once_mark(key, &random, user_id);
    Ok(format!("{random}.{mark}"))
}

/// Whether the token was made for this user.
#[must_use]
pub fn is_once_token_of(key: &[u8], token: &str, user_id: &str) -> bool {
    token.split_once('.').is_some_and(|(random, mark)| same(&once_mark(key, random, user_id), mark))
}

fn once_mark(key: &[u8], random: &str, user_id: &str) -> String {
    let mut mark = encoded(&derived(key, "once", &format!("{random} {user_id}")));
    mark.truncate(22);
    mark
}

/// The id itself where it is a UUID, and otherwise a UUID made from it.
#[must_use]
pub fn uuid_of(id: &str) -> String {
    if uuid::Uuid::try_parse(id).is_ok() {
        return id.to_owned();
    }
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(Sha256::digest(id.as_bytes())).for_each(|(byte, of)| *byte = of);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// Whether two secrets are the same. The time it takes does not show where they differ.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    hash(one).as_bytes().ct_eq(hash(other).as_bytes()).into()
}

/// A key that encrypts what a caller sends back to us, such as the cursors of lists: AES-256-GCM-SIV (RFC 8452). Two texts sealed with one
/// nonce show only whether they are the same, so a request may seal everything with one nonce.
pub struct SealingKey(Aes256GcmSiv);

impl SealingKey {
    /// The key derived from the signing key for this purpose.
    #[must_use]
    pub fn of(signing_key: &[u8], purpose: &str) -> Self {
        Self(Aes256GcmSiv::new(&derived(signing_key, "sealing", purpose).into()))
    }

    /// Encrypts the text. Only [`SealingKey::open`] with the same key and the same `bound_to` reads it. None for a text longer than the cipher takes
    /// (64 GiB).
    #[must_use]
    pub fn seal(&self, nonce: &SealingNonce, bound_to: &str, text: &str) -> Option<String> {
        let payload = Payload { msg: text.as_bytes(), aad: bound_to.as_bytes() };
        let sealed = self.0.encrypt(&nonce.0.into(), payload).ok()?;
        Some(encoded(&[&nonce.0[..], &sealed].concat()))
    }

    /// The text. `None` for what was sealed by another key, is bound to something else, or was changed.
    #[must_use]
    pub fn open(&self, bound_to: &str, sealed: &str) -> Option<String> {
        let bytes = decoded(sealed)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let text = self.0.decrypt(&(*nonce).into(), Payload { msg: sealed, aad: bound_to.as_bytes() }).ok()?;
        String::from_utf8(text).ok()
    }
}

/// The random part of what is sealed.
#[derive(Debug, Clone)]
pub struct SealingNonce([u8; NONCE_BYTES]);

impl SealingNonce {
    /// A new one.
    ///
    /// # Errors
    /// When the platform gives no random bytes.
    pub fn new() -> Result<Self, Fault> {
        Ok(Self(random()?))
    }
}

/// 32 bytes derived from the key, the purpose and a text. They reveal nothing about the key.
#[must_use]
pub fn derived(key: &[u8], purpose: &str, text: &str) -> [u8; 32] {
    mac(key, purpose, text.as_bytes()).finalize().into_bytes().into()
}

/// A keyed hash of the bytes, base64url, by which they are recognised. Without the key nobody can find the bytes by trying.
#[must_use]
pub fn keyed_digest(key: &[u8], purpose: &str, bytes: &[u8]) -> String {
    encoded(&mac(key, purpose, bytes).finalize().into_bytes())
}

/// The salt of the password that is chosen with this invitation: the same for each request that accepts it, and for no other invitation. It
/// is derived from the signing key, so that whoever holds the link cannot hash passwords before they have seen what is stored.
#[must_use]
pub fn salt_of_invitation(config: &Config, invitation_id: &str) -> [u8; 16] {
    let mut salt = [0; 16];
    salt.iter_mut().zip(derived(&config.signing_key, "salt of an invitation", invitation_id)).for_each(|(byte, of)| *byte = of);
    salt
}

fn mac(key: &[u8], purpose: &str, body: &[u8]) -> Hmac<Sha256> {
    // The key is hashed with its purpose first, so that one signing key serves several uses and no two share a result.
    let derived: [u8; 32] = Sha256::new().chain_update(b"portineria:").chain_update(purpose.as_bytes()).chain_update(b":").chain_update(key).finalize().into();
    let mut block = [0; 64];
    // HMAC pads a shorter key with zeros to its block of 64 bytes. With the padding done here, nothing can fail.
    block.iter_mut().zip(derived).for_each(|(byte, derived)| *byte = derived);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use super::{SealingKey, SealingNonce, Secret, decoded, encoded, id_within, is_once_token_of, new_id, once_token, same};

    #[test]
    fn a_secret_is_256_bits_and_never_the_same() {
        let one = Secret::new().unwrap();
        assert_eq!(one.reveal().len(), 43);
        assert_ne!(one.reveal(), Secret::new().unwrap().reveal());
        assert_ne!(one.hash(), one.reveal());
    }

    #[test]
    fn what_is_sealed_opens_only_for_its_key_and_what_it_is_bound_to_and_unchanged() {
        let (key, nonce) = (SealingKey::of(b"key", "cursors"), SealingNonce::new().unwrap());
        let sealed = key.seal(&nonce, "members", "text").unwrap();
        assert_eq!(key.open("members", &sealed).as_deref(), Some("text"));
        assert_eq!(key.open("accounts", &sealed), None);
        assert_eq!(SealingKey::of(b"other", "cursors").open("members", &sealed), None);
        assert_eq!(SealingKey::of(b"key", "others").open("members", &sealed), None);
        for place in 0..decoded(&sealed).unwrap().len() {
            let mut bytes = decoded(&sealed).unwrap();
            bytes[place] ^= 1;
            assert_eq!(key.open("members", &encoded(&bytes)), None, "byte {place}");
            assert_eq!(key.open("members", &encoded(&bytes[..place])), None, "cut at {place}");
        }
        assert_ne!(key.seal(&SealingNonce::new().unwrap(), "members", "text").unwrap(), sealed);
        assert!(!String::from_utf8_lossy(&decoded(&sealed).unwrap()).contains("text"));
    }

    #[test]
    fn ids_within_a_request_are_the_same_each_time_and_of_its_instant() {
        let (one, other) = (new_id(1_795_338_000_000).unwrap(), new_id(1_795_338_000_000).unwrap());
        let first = id_within(&one, 0).unwrap();
        assert_eq!(id_within(&one, 0), Some(first.clone()));
        assert!(id_within(&one, 1).unwrap() != first && id_within(&other, 0).unwrap() != first);
        assert_eq!((&first[..13], first.as_bytes()[14]), (&one[..13], b'7'));
        assert_eq!(id_within("", 0), None);
    }

    #[test]
    fn a_form_is_bound_to_the_user_its_page_was_made_for() {
        let token = once_token(b"key", "anna").unwrap();
        assert!(is_once_token_of(b"key", &token, "anna"));
        assert!(!is_once_token_of(b"key", &token, "bob") && !is_once_token_of(b"other", &token, "anna") && !is_once_token_of(b"key", "a.b", "anna"));
        assert_ne!(token, once_token(b"key", "anna").unwrap());
    }

    #[test]
    fn ids_sort_by_time_and_comparison_is_by_value() {
        assert!(new_id(1_000).unwrap() < new_id(2_000).unwrap());
        assert!(same("a", "a") && !same("a", "b"));
    }
}
