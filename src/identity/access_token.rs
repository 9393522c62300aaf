//! Tokens for other services: who somebody is and what they may do in one account, signed, for five minutes.
//!
//! An Ed25519 JWT (RFC 9068's `at+jwt`) that any service checks by `/.well-known/jwks.json` without asking us. Its key follows from
//! `SIGNING_KEY`; while keys change, what `SIGNING_KEY_PREVIOUS` signed still holds and both are published.
//!
//! **A token is for one audience**: one of the host's setting `audiences`, or, asked for by name, `PUBLIC_URL`. Our own API takes only the
//! latter, so a service that is handed a token cannot act here with it.
//!
//! **Our own API takes it only while its session lives in D1 and the access does.** It stands for that session: every statement of ours asks
//! for a session by its token's hash, so a token for us carries that hash, sealed in the claim `handle`: its 32 bytes XOR 32 bytes that only the
//! key and this token's `jti` give (HMAC-SHA-256). A reader of the token learns nothing of it, nobody else can make one, and a request
//! by token runs the same statements, in one trip, as one by session; who signs out or loses the access is out at once. Tokens for others have
//! no `handle`. `sid` is the session's public id, for services that keep a list of ended ones; as a Bearer it is a token like any other that
//! nobody has.
//!
//! **It opens its account and nothing else.** The account always stands in the address (design §7), so the address is what confines it:
//! below another account it finds nothing, like a stranger; everywhere else it is nobody, but for reading `/v1/me` and the catalogue. So
//! it makes no further token, ends no session, changes no password, and takes no invitation.
//!
//! What a token says of itself never chooses how it is checked: one algorithm, our two keys, and `kid`, `jku`, `jwk`, `x5u` are not read.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    access::act::View,
    access::authority::AccessPath,
    accounts::account::{HOST, Status},
    accounts::host,
    core::context::{Config, Cx, RequestContext},
    core::decode,
    core::id::AccountId,
    core::permission::Permission,
    core::ports::Signer,
    core::refusal::{Failure, Fault, Refusal, Rule, Wrong},
    core::secret,
    http::request::Request,
    sql,
};

/// Seconds a token lives: as long as other services may believe in what was taken away meanwhile.
const LIFE_S: i64 = 300;
/// Seconds that two clocks of ours may differ by.
const SKEW_S: i64 = 30;
/// The one algorithm.
const ALGORITHM: &str = "EdDSA";
/// What kind of JWT it is (RFC 9068), so that no other kind passes for one.
const KIND: &str = "at+jwt";
/// Bytes of an Ed25519 signature (RFC 8032).
const SIGNATURE_BYTES: usize = 64;
/// The longest Bearer that is looked at as a token.
const LONGEST: usize = 4_096;

/// The account to have a token for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccessToken {
    /// The account.
    pub account_id: String,
    /// Whom the token is for: one of the host's `audiences`, whose first is taken when this is absent, or this service's own address
    /// (the value of `PUBLIC_URL`), which makes it a Bearer of its API.
    pub audience: Option<String>,
}

/// A token, for the one answer that carries it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AccessToken {
    /// The JWT.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds it lives.
    pub expires_in: i64,
}

/// What the caller holds inside the account ?3 at ?2. What a host role brings by itself is held at the host (?4) alone.
const HELD: &str = "SELECT DISTINCT w.permission FROM power w WHERE w.user_id = (SELECT user_id FROM session WHERE token_hash = ?1) AND w.account_id = ?3
    AND (w.expires_at IS NULL OR w.expires_at > ?2) AND (w.via <> 'host' OR ?3 = ?4)";

#[derive(Deserialize)]
struct Audiences {
    #[serde(default, deserialize_with = "decode::nested")]
    audiences: Vec<String>,
}

/// Whom the token is for.
///
/// # Errors
/// `validation` for an audience that is not the host's, nor ours by name.
fn audience(cx: &Cx, wanted: Option<&str>, known: Vec<String>) -> Result<String, Failure> {
    // An entry that has become our own address since it was listed is none: a token for us is asked for by name.
    let mut known = known.into_iter().filter(|known| !host::is_own_audience(cx, known));
    let ours = &cx.env.config.public_url;
    let found = match wanted {
        None => known.next(),
        Some(wanted) if wanted == ours => Some(ours.clone()),
        Some(wanted) => known.find(|known| known == wanted),
    };
    found.ok_or_else(|| Refusal::field("/audience", if wanted.is_none() { Wrong::Required } else { Wrong::Unknown }).into())
}

/// Makes a token for an account one may open.
///
/// # Errors
/// `validation` for an unknown audience, `not_signed_in`, `not_found`, `account_deactivated`, `account_deleted`, `not_allowed` for a host user where nothing is delegated.
pub async fn make(cx: &Cx, wanted: &NewAccessToken) -> Result<AccessToken, Failure> {
    #[derive(Deserialize)]
    struct Held {
        permission: String,
    }
    let account = AccountId::parse(&wanted.account_id).ok_or(Rule::NotFound)?;
    let done = cx
        .view_row(&account)
        .read(sql!(HELD, cx.session.as_deref(), cx.now, &account, HOST))
        .read(sql!(concat!("SELECT ", host::audiences!(), " AS audiences FROM host_setting h WHERE h.account_id = ?1"), HOST))
        .run()
        .await?;
    let (who, authority, session) = (done.who()?, done.authority()?, cx.signed_in()?);
    let way = authority.strongest().ok_or(Rule::NotFound)?;
    if authority.account.status == Status::Deleted {
        return Err(Rule::AccountDeleted.into());
    }
    if !authority.ways.iter().any(AccessPath::is_in_force) {
        return Err(Rule::AccountDeactivated.into());
    }
    if !authority.may(Permission::AccountView) {
        return Err(Refusal::not_allowed(Permission::AccountView).into());
    }
    let held: Vec<String> = done.rows::<Held>(0)?.into_iter().map(|held| held.permission).collect();
    let audience = audience(cx, wanted.audience.as_deref(), done.one::<Audiences>(1)?.audiences)?;
    let (config, id, seconds) = (&cx.env.config, cx.new_id()?, cx.now / 1_000);
    let mut claims = json!({
        "iss": config.public_url, "aud": audience,
        // RFC 9068 asks for the client. People ask for tokens through this service itself, which is no client of anybody's: it goes by its own name.
        "client_id": config.public_url,
        "sub": who.id, "sid": who.session_id, "jti": id,
        "iat": seconds, "exp": seconds + LIFE_S,
        "account_id": account.as_str(), "role": way.role, "via": way.via, "permissions": held,
    });
    if audience == config.public_url
        && let Some(claims) = claims.as_object_mut()
    {
        claims.insert("handle".to_owned(), sealed(&config.signing_key, &id, session).into());
    }
    Ok(AccessToken { access_token: signed(&*cx.env.signer, &config.signing_key, KIND, &claims).await?, token_type: "Bearer", expires_in: LIFE_S })
}

async fn signed(signer: &dyn Signer, key: &[u8], kind: &str, claims: &Json) -> Result<String, Fault> {
    let header = json!({ "alg": ALGORITHM, "kid": key_id(&signer.public(seed(key)).await?), "typ": kind });
    let words = format!("{}.{}", secret::encoded(header.to_string().as_bytes()), secret::encoded(claims.to_string().as_bytes()));
    let signature = signer.sign(seed(key), words.clone()).await?;
    Ok(format!("{words}.{}", secret::encoded(&signature)))
}

/// Whom a token stands for.
#[derive(Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The hash of the session's token.
    pub session: String,
    /// The only account it opens.
    pub account: AccountId,
}

/// Reads a token; nothing for whatever is not one of ours and in time. Whether its session lives, the batch asks.
///
/// # Errors
/// A fault when the platform does not say whether the signature is ours: who brings a good token must not be told that it is none.
pub async fn read(signer: &dyn Signer, config: &Config, now: i64, text: &str) -> Result<Option<Bearer>, Fault> {
    let Some((words, claims, signature)) = parts(text) else { return Ok(None) };
    for key in keys(config) {
        if signer.verifies(seed(key), words.to_owned(), signature.clone()).await? {
            return Ok(bearer(config, now, key, &claims));
        }
    }
    Ok(None)
}

/// What is signed, its claims and its signature, where the text has the form of a token of ours.
fn parts(text: &str) -> Option<(&str, Json, Vec<u8>)> {
    if text.len() > LONGEST {
        return None;
    }
    let (words, signature) = text.rsplit_once('.')?;
    let (header, claims) = words.split_once('.')?;
    let part = |text: &str| decode::free(&secret::decoded(text)?);
    let (header, claims) = (part(header)?, part(claims)?);
    if header.get("alg")? != ALGORITHM || header.get("typ")? != KIND || header.get("crit").is_some() {
        return None;
    }
    // A platform may throw for a signature of another length, and what it throws is no answer.
    let signature = secret::decoded(signature).filter(|signature| signature.len() == SIGNATURE_BYTES)?;
    Some((words, claims, signature))
}

/// Whom these claims stand for, which this key of ours signed.
fn bearer(config: &Config, now: i64, key: &[u8], claims: &Json) -> Option<Bearer> {
    let said = |name: &str| claims.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
    let at = |name: &str| claims.get(name).and_then(Json::as_i64);
    let seconds = now / 1_000;
    let is_ours = said("iss")? == config.public_url && said("aud")? == config.public_url;
    let is_whole = ["sub", "sid", "role", "client_id"].iter().all(|name| said(name).is_some()) && claims.get("permissions").is_some_and(Json::is_array);
    if !is_ours || !is_whole || at("exp")? <= seconds || at("iat")? > seconds + SKEW_S {
        return None;
    }
    Some(Bearer { session: sealed(key, said("jti")?, said("handle")?), account: AccountId::parse(said("account_id")?)? })
}

/// Sealing and opening are the same: XOR with what only the key gives for this token.
fn sealed(key: &[u8], id: &str, hash: &str) -> String {
    let pad = secret::derived(key, "access token's session", id);
    let bytes = secret::decoded(hash).unwrap_or_default();
    secret::encoded(&bytes.iter().zip(pad).map(|(byte, pad)| byte ^ pad).collect::<Vec<u8>>())
}

/// Leaves a token only where it opens something. False below an account that is not its own.
#[must_use]
pub fn confine(asking: &mut RequestContext, request: &Request) -> bool {
    let Some(account) = &asking.confined_to else { return true };
    let path = request.uri.path.as_str();
    // By the letter: another spelling of the same account is another account.
    if let Some(rest) = path.strip_prefix("/v1/accounts/") {
        return rest.strip_prefix(account.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    }
    if !request.is_look() || !["/v1/me", "/v1/permissions"].contains(&path) {
        (asking.session, asking.confined_to) = (None, None);
    }
    true
}

/// A look at oneself; by a token, only while its access lives.
pub fn view_oneself(cx: &Cx) -> View<'_> {
    match &cx.confined_to {
        None => cx.view_signed_in(),
        Some(account) => cx.view_row(account),
    }
}

/// A token whose access has ended is nobody's.
#[must_use]
pub fn ended(cx: &Cx, failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) if refusal.rule == Rule::NotFound && cx.confined_to.is_some() => Rule::NotSignedIn.into(),
        failure => failure,
    }
}

/// The keys that are published: the current one first.
///
/// # Errors
/// A fault when the platform signs nothing.
pub async fn published(signer: &dyn Signer, config: &Config) -> Result<Json, Fault> {
    let mut published = Vec::new();
    for key in keys(config) {
        let public = signer.public(seed(key)).await?;
        published.push(json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key_id(&public), "x": secret::encoded(&public) }));
    }
    Ok(json!({ "keys": published }))
}

fn keys(config: &Config) -> impl Iterator<Item = &[u8]> {
    std::iter::once(config.signing_key.as_slice()).chain(config.signing_key_previous.as_deref())
}

fn seed(key: &[u8]) -> [u8; 32] {
    secret::derived(key, "access tokens", "ed25519")
}

/// RFC 7638: the hash of the key's required members, in their order.
fn key_id(public: &[u8]) -> String {
    secret::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, secret::encoded(public)).as_bytes())
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::{Bearer, Config, Json, KIND, json, sealed, secret};
    use crate::core::signer::Software;

    /// What a signer in software says: it never waits.
    fn at_once<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("it waits"),
        }
    }

    fn read(config: &Config, now: i64, text: &str) -> Option<Bearer> {
        at_once(super::read(&Software, config, now, text)).unwrap()
    }

    fn signed(key: &[u8], kind: &str, claims: &Json) -> String {
        at_once(super::signed(&Software, key, kind, claims)).unwrap()
    }

    fn published(config: &Config) -> Json {
        at_once(super::published(&Software, config)).unwrap()
    }

    const NOW: i64 = 1_790_000_000_000;
    const ACCOUNT: &str = "01990000-0000-7000-8000-000000000000";

    fn config(key: u8, previous: Option<u8>) -> Config {
        Config {
            public_url: "https://p.example".into(),
            setup_token: String::new(),
            signing_key: vec![key; 32],
            signing_key_previous: previous.map(|key| vec![key; 32]),
            server_timing: false,
            mailing: crate::messages::mail::Mailing::default(),
            answer_left: || Box::pin(async {}),
        }
    }

    fn claims() -> Json {
        json!({
            "iss": "https://p.example", "aud": "https://p.example", "client_id": "https://p.example", "sub": "u", "sid": "s", "jti": "j", "iat": NOW / 1_000, "exp": NOW / 1_000 + 300,
            "account_id": ACCOUNT, "role": "admin", "permissions": [], "handle": sealed(&[1; 32], "j", &secret::hash("session")),
        })
    }

    fn with(name: &str, value: Json) -> Json {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    #[test]
    fn a_token_stands_for_its_session_and_account_without_telling_the_hash() {
        let token = signed(&[1; 32], KIND, &claims());
        let bearer = read(&config(1, None), NOW, &token).unwrap();
        assert_eq!((bearer.session, bearer.account.as_str()), (secret::hash("session"), ACCOUNT));
        assert!(!String::from_utf8(secret::decoded(token.split('.').nth(1).unwrap()).unwrap()).unwrap().contains(&secret::hash("session")));
    }

    #[test]
    fn while_keys_change_both_are_published_and_hold() {
        let token = signed(&[1; 32], KIND, &claims());
        assert!(read(&config(2, Some(1)), NOW, &token).is_some());
        assert!(read(&config(2, None), NOW, &token).is_none());
        let ids = |config: &Config| published(config)["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        let (before, meanwhile) = (ids(&config(1, None)), ids(&config(2, Some(1))));
        assert_eq!(meanwhile[1], before[0]);
        assert_ne!(meanwhile[0], before[0]);
    }

    #[test]
    fn the_key_id_is_the_thumbprint_of_rfc_7638() {
        // The key of RFC 8037, appendix A.3.
        let text = r#"{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        assert_eq!(secret::digest(text.as_bytes()), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn what_we_signed_but_never_said_is_refused() {
        let is_read = |kind: &str, claims: Json| read(&config(1, None), NOW, &signed(&[1; 32], kind, &claims)).is_some();
        assert!(is_read(KIND, claims()));
        for kind in ["JWT", "", "AT+JWT", "at+jwt "] {
            assert!(!is_read(kind, claims()), "{kind}");
        }
        for name in claims().as_object().unwrap().keys() {
            let mut claims = claims();
            claims.as_object_mut().unwrap().remove(name);
            assert!(!is_read(KIND, claims), "without {name}");
        }
        let later = NOW / 1_000 + 300;
        for exp in [json!(later.to_string()), json!(1.8e9), json!(null), json!([later]), json!(-1), json!(NOW / 1_000), json!(true)] {
            assert!(!is_read(KIND, with("exp", exp.clone())), "exp {exp}");
        }
        for (name, value) in [
            ("iss", json!("https://q.example")),
            ("aud", json!("https://q.example")),
            ("aud", json!(["https://p.example"])),
            ("aud", json!("https://p.example/")),
            ("aud", json!("urn:portineria:services")),
            ("iat", json!(later)),
            ("account_id", json!("x")),
        ] {
            assert!(!is_read(KIND, with(name, value.clone())), "{name} {value}");
        }
        assert!(!is_read("at+jwt", with("exp", json!(NOW / 1_000 - 1))), "in the past");
    }
}
