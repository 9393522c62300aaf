//! Tokens for other services: who somebody is and what they may do in one account, signed, for five minutes.
//!
//! It is an Ed25519 JWT (RFC 9068's `at+jwt`) that any service checks by `/.well-known/jwks.json` without asking us. Its key is derived from
//! `SIGNING_KEY`. While keys change, what `SIGNING_KEY_PREVIOUS` signed is still valid, and both keys are published.
//!
//! **A token is for one audience**: one of the host's setting `audiences`, or, asked for by name, `PUBLIC_URL`. Our own API takes only the
//! latter, so a service that is handed a token cannot act here with it.
//!
//! **Our own API takes it only while its session is in D1 and the access is in force.** The token stands for that session. Every statement of ours
//! finds a session by its token's hash, so a token for us carries that hash, sealed in the claim `handle`: its 32 bytes XOR 32 bytes that only the
//! key and this token's `jti` give (HMAC-SHA-256). A reader of the token learns nothing about the hash, nobody else can make a token, and a request
//! by token runs the same statements, in one trip, as one by session. Whoever signs out or loses the access is refused at once. Tokens for others
//! have no `handle`. `sid` is the session's public id, for services that keep a list of ended sessions. As a Bearer it is worth nothing.
//!
//! **It opens its account and nothing else.** The account is always part of the path (design §7), so the path confines the token: below another
//! account everything is "not found". Everywhere else the request is not signed in, except to read `/v1/me` and the catalogue. So a token cannot
//! make another token, end a session, change a password or accept an invitation.
//!
//! A token never chooses how it is checked: there is one algorithm and our two keys, and `kid`, `jku`, `jwk`, `x5u` are not read.

use chrono::{DateTime, TimeDelta, Utc};
use jwt_compact::{Algorithm, AlgorithmExt, Claims, Header, TimeOptions, UntrustedToken, alg::Ed25519, jwk::JsonWebKey};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use url::Url;

use crate::{
    access::authority::AccessPath,
    access::context::{Cx, RequestContext},
    core::config::Config,
    core::decode,
    core::id::AccountId,
    core::permission::Permission,
    core::refusal::{Failure, Fault, Refusal, Rule, Wrong},
    core::secret,
    core::vocabulary::{AccountStatus, HOST},
    http::request::{self, Request},
    sql,
};

/// The audiences of the `host_setting h`.
macro_rules! audiences {
    () => {
        "coalesce(h.audiences, json_array('urn:portineria:services'))"
    };
}
pub(crate) use audiences;

/// Whether tokens for this audience are tokens for this service itself, however it is spelled.
#[must_use]
pub fn is_own_audience(cx: &Cx, audience: &str) -> bool {
    let plain = |text: &str| Url::parse(text).map_or_else(|_| text.to_owned(), String::from).trim_end_matches('/').to_ascii_lowercase();
    plain(audience) == plain(&cx.env.config.public_url)
}

/// Seconds a token is valid. For so long another service may accept a right that was taken away meanwhile.
const LIFE_S: i64 = 300;
/// Seconds by which two of our clocks may differ.
const SKEW_S: i64 = 30;
/// The type of the JWT (RFC 9068), so that no other JWT of ours is taken for an access token.
const KIND: &str = "at+jwt";
/// The longest Bearer that is read as a token, in bytes.
const LONGEST: usize = 4_096;

/// A request for a token.
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
    /// Seconds for which it is valid.
    pub expires_in: i64,
}

#[derive(Deserialize)]
struct Audiences {
    #[serde(default, deserialize_with = "decode::nested")]
    audiences: Vec<String>,
}

/// The audience of the token.
///
/// # Errors
/// `validation` for an audience that is not the host's, nor ours by name.
fn audience(cx: &Cx, requested: Option<&str>, known: Vec<String>) -> Result<String, Failure> {
    // An entry that has become our own address since it was listed does not count: a token for us must be asked for by name.
    let mut known = known.into_iter().filter(|known| !is_own_audience(cx, known));
    let ours = &cx.env.config.public_url;
    let found = match requested {
        None => known.next(),
        Some(requested) if requested == ours => Some(ours.clone()),
        Some(requested) => known.find(|known| known == requested),
    };
    found.ok_or_else(|| Refusal::field("/audience", if requested.is_none() { Wrong::Required } else { Wrong::Unknown }).into())
}

/// Makes a token for an account that the caller may open.
///
/// # Errors
/// `validation` for an unknown audience, `not_signed_in`, `not_found`, `account_deactivated`, `account_deleted`, `not_allowed` for a host user where nothing is delegated.
pub async fn make(cx: &Cx, requested: &NewAccessToken) -> Result<AccessToken, Failure> {
    let account = AccountId::parse(&requested.account_id).ok_or(Rule::NotFound)?;
    let result =
        cx.view_row(&account).read(sql!(concat!("SELECT ", audiences!(), " AS audiences FROM host_setting h WHERE h.account_id = ?1"), HOST)).run().await?;
    let (who, authority, session) = (result.who()?, result.authority()?, cx.signed_in()?);
    let path = authority.strongest().ok_or(Rule::NotFound)?;
    if authority.account.status == AccountStatus::Deleted {
        return Err(Rule::AccountDeleted.into());
    }
    if !authority.paths.iter().any(AccessPath::is_in_force) {
        return Err(Rule::AccountDeactivated.into());
    }
    if !authority.may(Permission::AccountView) {
        return Err(Refusal::not_allowed(Permission::AccountView).into());
    }
    // What a host role brings by itself counts only at the host.
    let held = if authority.account.is_host() { authority.permissions() } else { authority.permissions_within() };
    let audience = audience(cx, requested.audience.as_deref(), result.one::<Audiences>(0)?.audiences)?;
    let (config, id) = (&cx.env.config, cx.new_id()?);
    let claims = AccessClaims {
        handle: (audience == config.public_url).then(|| sealed(&config.signing_key, &id, session)),
        iss: config.public_url.clone(),
        aud: audience,
        // RFC 9068 asks for the client. People ask for tokens through this service itself, so the client is this service.
        client_id: config.public_url.clone(),
        sub: who.id.clone(),
        sid: who.session_id.clone(),
        jti: id,
        account_id: account.as_str().to_owned(),
        role: path.role.code().to_owned(),
        via: path.via.code().to_owned(),
        permissions: held.into_iter().map(str::to_owned).collect(),
    };
    let claims = Claims::new(claims).set_duration_and_issuance(&times(cx.now), TimeDelta::seconds(LIFE_S));
    Ok(AccessToken { access_token: signed(&config.signing_key, KIND, &claims)?, token_type: "Bearer", expires_in: LIFE_S })
}

/// The claims of a token besides `iat` and `exp`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct AccessClaims {
    iss: String,
    aud: String,
    client_id: String,
    sub: String,
    sid: String,
    jti: String,
    account_id: String,
    role: String,
    via: String,
    permissions: Vec<String>,
    /// The sealed hash of the session's token, in a token for us.
    #[serde(skip_serializing_if = "Option::is_none")]
    handle: Option<String>,
}

/// The times of a token as it states them. jwt-compact also takes fractions, which no token of ours has.
#[derive(Deserialize)]
struct WholeSeconds {
    iat: i64,
    exp: i64,
}

/// The options of jwt-compact for the instant `now`. By itself it takes a token at its `exp`, where RFC 7519 lets it end.
fn times(now: i64) -> TimeOptions<impl Fn() -> DateTime<Utc>> {
    TimeOptions::new(TimeDelta::milliseconds(-1), move || DateTime::from_timestamp_millis(now).unwrap_or_default())
}

fn signed<T: Serialize>(key: &[u8], kind: &str, claims: &Claims<T>) -> Result<String, Fault> {
    let key = signing_key(key);
    let header = Header::empty().with_key_id(key_id(&key.verifying_key())).with_token_type(kind);
    Ed25519.token(&header, claims, &key).map_err(|error| Fault::new("an access token", error.to_string()))
}

/// What a valid token stands for.
#[derive(Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The hash of the session's token.
    pub session: String,
    /// The only account it opens.
    pub account: AccountId,
}

/// Reads a token. `None` for text that is no valid token of ours. The batch checks whether its session still exists.
#[must_use]
pub fn read(config: &Config, now: i64, text: &str) -> Option<Bearer> {
    if text.len() > LONGEST {
        return None;
    }
    let token = UntrustedToken::<Map<String, Json>>::try_from(text).ok()?;
    let header = token.header();
    if header.token_type.as_deref() != Some(KIND) || header.other_fields.contains_key("crit") {
        return None;
    }
    let seconds: WholeSeconds = serde_json::from_slice(&secret::decoded(text.split('.').nth(1)?)?).ok()?;
    keys(config).find_map(|key| {
        let verified = Ed25519.validator::<AccessClaims>(&public_key(key)).validate(&token).ok()?;
        let is_in_time = verified.claims().validate_expiration(&times(now)).is_ok() && seconds.iat < seconds.exp && seconds.iat <= now / 1_000 + SKEW_S;
        if is_in_time { bearer(config, key, &verified.claims().custom) } else { None }
    })
}

/// What these claims, which this key of ours signed, stand for.
fn bearer(config: &Config, key: &[u8], claims: &AccessClaims) -> Option<Bearer> {
    let handle = claims.handle.as_deref()?;
    let is_ours = claims.iss == config.public_url && claims.aud == config.public_url;
    let is_complete = [&claims.sub, &claims.sid, &claims.jti, &claims.role, &claims.client_id, handle].iter().all(|text| !text.is_empty());
    if !is_ours || !is_complete {
        return None;
    }
    Some(Bearer { session: sealed(key, &claims.jti, handle), account: AccountId::parse(&claims.account_id)? })
}

/// Sealing and opening are the same: XOR with what only the key gives for this token.
fn sealed(key: &[u8], id: &str, hash: &str) -> String {
    let pad = secret::derived(key, "access token's session", id);
    let bytes = secret::decoded(hash).unwrap_or_default();
    secret::encoded(&bytes.iter().zip(pad).map(|(byte, pad)| byte ^ pad).collect::<Vec<u8>>())
}

/// Drops the session of a token where the token opens nothing. Returns false for a path below an account that is not its own.
#[must_use]
pub fn confine(context: &mut RequestContext, request: &Request) -> bool {
    let Some(account) = &context.confined_to else { return true };
    let path = request.uri().path();
    // The text is compared as it is: another spelling of the same id counts as another account.
    if let Some(rest) = path.strip_prefix("/v1/accounts/") {
        return rest.strip_prefix(account.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    }
    if !request::is_look(request.method()) || !["/v1/me", "/v1/permissions"].contains(&path) {
        (context.session, context.confined_to) = (None, None);
    }
    true
}

/// What libraries ask of who signs tokens (RFC 8414, 2). The members without a use here are those that it requires.
#[must_use]
pub fn metadata(config: &Config) -> Json {
    let url = &config.public_url;
    json!({
        "issuer": url,
        "jwks_uri": format!("{url}/.well-known/jwks.json"),
        "response_types_supported": [],
        "grant_types_supported": [],
        "token_endpoint_auth_methods_supported": [],
        "access_token_signing_alg_values_supported": [Ed25519.name()],
        "service_documentation": format!("{url}/openapi.json"),
    })
}

/// The keys that are published (RFC 7517): the current one first.
#[must_use]
pub fn published(config: &Config) -> Json {
    #[derive(Serialize)]
    struct Published<'a> {
        #[serde(flatten)]
        key: JsonWebKey<'a>,
        r#use: &'static str,
        alg: &'a str,
        kid: String,
    }
    let published = |key| {
        let key = public_key(key);
        json!(Published { key: JsonWebKey::from(&key), r#use: "sig", alg: &Ed25519.name(), kid: key_id(&key) })
    };
    json!({ "keys": keys(config).map(published).collect::<Vec<_>>() })
}

fn keys(config: &Config) -> impl Iterator<Item = &[u8]> {
    std::iter::once(config.signing_key.as_slice()).chain(config.signing_key_previous.as_deref())
}

type SigningKey = <Ed25519 as Algorithm>::SigningKey;
type PublicKey = <Ed25519 as Algorithm>::VerifyingKey;

fn signing_key(key: &[u8]) -> SigningKey {
    SigningKey::from(secret::derived(key, "access tokens", "ed25519"))
}

fn public_key(key: &[u8]) -> PublicKey {
    signing_key(key).verifying_key()
}

/// The thumbprint of RFC 7638: the hash of the key's required members, in their order.
fn key_id(key: &PublicKey) -> String {
    thumbprint(&JsonWebKey::from(key))
}

fn thumbprint(key: &JsonWebKey) -> String {
    secret::digest(key.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use jwt_compact::{Algorithm, Claims, alg::Ed25519};

    use super::{Config, Json, KIND, json, published, read, sealed, secret};

    /// A token with these claims, times and all.
    fn signed(key: &[u8], kind: &str, claims: &Json) -> String {
        super::signed(key, kind, &Claims::new(claims.clone())).unwrap()
    }

    /// A token of these very texts.
    fn signed_text(key: &[u8], header: &str, claims: &str) -> String {
        let text = format!("{}.{}", secret::encoded(header.as_bytes()), secret::encoded(claims.as_bytes()));
        let signature = Ed25519.sign(&super::signing_key(key), text.as_bytes()).to_bytes();
        format!("{text}.{}", secret::encoded(&signature))
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
            mailing: crate::core::config::Mailing::default(),
            answer_left: || Box::pin(async {}),
        }
    }

    fn claims() -> Json {
        json!({
            "iss": "https://p.example", "aud": "https://p.example", "client_id": "https://p.example", "sub": "u", "sid": "s", "jti": "j", "iat": NOW / 1_000, "exp": NOW / 1_000 + 300,
            "account_id": ACCOUNT, "role": "admin", "via": "member", "permissions": [], "handle": sealed(&[1; 32], "j", &secret::hash("session")),
        })
    }

    fn with(name: &str, value: Json) -> Json {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    #[test]
    fn a_token_stands_for_its_session_and_account_without_revealing_the_hash() {
        let token = signed(&[1; 32], KIND, &claims());
        let bearer = read(&config(1, None), NOW, &token).unwrap();
        assert_eq!((bearer.session, bearer.account.as_str()), (secret::hash("session"), ACCOUNT));
        assert!(!String::from_utf8(secret::decoded(token.split('.').nth(1).unwrap()).unwrap()).unwrap().contains(&secret::hash("session")));
    }

    #[test]
    fn while_keys_change_both_are_published_and_valid() {
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
        let key = serde_json::from_str(r#"{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#).unwrap();
        assert_eq!(super::thumbprint(&key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn claims_that_we_signed_but_never_make_are_refused() {
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
    #[test]
    fn a_field_twice_is_refused_though_we_signed_it() {
        let (key, header, text) = ([1; 32], r#"{"alg":"EdDSA","typ":"at+jwt"}"#, claims().to_string());
        let is_read = |header: &str, claims: &str| read(&config(1, None), NOW, &signed_text(&key, header, claims)).is_some();
        assert!(is_read(header, &text));
        for (name, value) in claims().as_object().unwrap() {
            let twice = text.replacen('{', &format!("{{\"{name}\":{value},"), 1);
            assert!(!is_read(header, &twice), "{name}");
        }
        for header in [
            r#"{"alg":"EdDSA","alg":"EdDSA","typ":"at+jwt"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","typ":"at+jwt"}"#,
            r#"{"alg":"Ed25519","typ":"at+jwt"}"#,
            r#"{"alg":"none","typ":"at+jwt"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","crit":["exp"]}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","crit":null}"#,
            r#"{"alg":"EdDSA","typ":null}"#,
            r#"{"alg":"EdDSA"}"#,
            r#"["EdDSA"]"#,
        ] {
            assert!(!is_read(header, &text), "{header}");
        }
        assert!(is_read(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"another"}"#, &text), "what it says of its key chooses nothing");
    }
}
