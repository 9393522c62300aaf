//! Every route on a page, and what happens to every request around its handler.
//!
//! A request gets an id and a [`Cx`], must come from our own pages when a browser changes something, runs its handler, and leaves with
//! the same headers whatever its status. A refusal becomes `application/problem+json` for apps and a page for people.

use std::sync::Arc;

use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::json;

use crate::{
    access::context::Cx,
    access::context::Environment,
    access::context::RequestContext,
    access::explanation,
    api,
    core::db::Pending,
    core::json::written,
    core::lang::Lang,
    core::log,
    core::permission::Role,
    core::refusal::{Failure, Refusal, Rule},
    core::secret,
    http::request::{Answering, Ask, Request},
    http::response::{self, Response},
    identity::access_token,
    pages, repeat,
    text::refusals,
};

/// What a handler answers.
type Answered = crate::core::refusal::Result<Response>;
/// A handler behind its route.
pub type Handler = fn(Cx, Ask) -> Answering;

macro_rules! routes {
    ($($method:ident $path:literal => $handler:path;)*) => {
        /// Every route: method and path.
        pub const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $path)),*];
        /// The handler of each, in the same order.
        const HANDLERS: &[Handler] = &[$(|cx, ask| Box::pin($handler(cx, ask))),*];
    };
}

routes! {
    // What opens with a secret.
    POST   "/v1/setup" => api::link::post_setup;
    POST   "/v1/sessions" => api::link::post_session;
    POST   "/v1/invitations/preview" => api::link::preview_invitation;
    POST   "/v1/invitations/accept" => api::link::accept_invitation;
    POST   "/v1/invitations/decline" => api::link::decline_invitation;
    POST   "/v1/password-resets" => api::link::post_password_reset;
    POST   "/v1/password-resets/preview" => api::link::preview_password_reset;
    POST   "/v1/password-resets/confirm" => api::link::confirm_password_reset;
    POST   "/v1/email-verifications/confirm" => api::link::confirm_email_verification;

    // Answers for other services.
    POST   "/v1/access-tokens" => api::token::post;
    GET    "/.well-known/jwks.json" => api::token::get_keys;
    GET    "/v1/permissions" => api::host::get_permissions;
    PATCH  "/v1/permissions/{permission}" => api::host::patch_permission;
    GET    "/v1/accounts/{account}/access/check" => api::explanation::get_check;
    GET    "/v1/accounts/{account}/access/explain" => api::explanation::get_explain;

    // The host.
    GET    "/v1/host" => api::host::get;
    PATCH  "/v1/host" => api::host::patch;
    POST   "/v1/host/test-mail" => api::host::post_test_mail;

    // Oneself.
    GET    "/v1/me" => api::me::get;
    PATCH  "/v1/me" => api::me::patch;
    PUT    "/v1/me/password" => api::me::put_password;
    POST   "/v1/me/email-verification" => api::me::post_email_verification;
    GET    "/v1/me/accounts" => api::me::get_accounts;
    GET    "/v1/me/sessions" => api::me::get_sessions;
    DELETE "/v1/me/sessions/{session}" => api::me::delete_session;
    POST   "/v1/me/email-changes" => api::me::post_email_change;
    POST   "/v1/email-changes/confirm" => api::link::confirm_email_change;
    GET    "/v1/me/communications" => api::communication::get_own;
    GET    "/v1/me/communications/{communication}" => api::communication::get_own_one;

    // Accounts.
    GET    "/v1/accounts" => api::account::get_all;
    POST   "/v1/accounts" => api::account::post;
    GET    "/v1/accounts/{account}" => api::account::get;
    PATCH  "/v1/accounts/{account}" => api::account::patch;
    DELETE "/v1/accounts/{account}" => api::account::delete;
    PUT    "/v1/accounts/{account}/email-preferences" => api::account::put_preferences;
    PUT    "/v1/accounts/{account}/delegation" => api::account::put_delegation;
    PUT    "/v1/accounts/{account}/status" => api::account::put_status;
    POST   "/v1/accounts/{account}/restore" => api::account::post_restore;
    POST   "/v1/accounts/{account}/first-admin-invitation" => api::account::post_first_admin;
    GET    "/v1/accounts/{account}/audit-events" => api::account::get_audit;

    // The people of an account.
    GET    "/v1/accounts/{account}/members" => api::member::get_all;
    POST   "/v1/accounts/{account}/members" => api::member::post;
    GET    "/v1/accounts/{account}/members/export" => api::transfer::get_export;
    POST   "/v1/accounts/{account}/members/import" => api::transfer::post_import;
    DELETE "/v1/accounts/{account}/members/me" => api::member::delete_me;
    GET    "/v1/accounts/{account}/members/{member}" => api::member::get;
    PATCH  "/v1/accounts/{account}/members/{member}" => api::member::patch;
    DELETE "/v1/accounts/{account}/members/{member}" => api::member::delete;
    PUT    "/v1/accounts/{account}/members/{member}/email-preferences" => api::member::put_preferences;
    PUT    "/v1/accounts/{account}/members/{member}/access" => api::member::put_access;
    DELETE "/v1/accounts/{account}/members/{member}/access" => api::member::delete_access;
    PUT    "/v1/accounts/{account}/members/{member}/access/suspension" => api::member::put_suspension;
    POST   "/v1/accounts/{account}/members/{member}/invitation" => api::member::post_invitation;
    DELETE "/v1/accounts/{account}/members/{member}/invitation" => api::member::delete_invitation;
    POST   "/v1/accounts/{account}/members/{member}/password-reset" => api::member::post_password_reset;

    // Pixels and apps.
    GET    "/v1/accounts/{account}/resources" => api::resource::get_all;
    POST   "/v1/accounts/{account}/resources" => api::resource::post;
    GET    "/v1/accounts/{account}/resources/{resource}" => api::resource::get;
    PATCH  "/v1/accounts/{account}/resources/{resource}" => api::resource::patch;
    DELETE "/v1/accounts/{account}/resources/{resource}" => api::resource::delete;
    PUT    "/v1/accounts/{account}/resources/{resource}/members" => api::resource::put_members;
    PUT    "/v1/accounts/{account}/members/{member}/resources" => api::resource::put_of_member;

    // What is sent to an account and its people.
    GET    "/v1/accounts/{account}/communications" => api::communication::get_all;
    POST   "/v1/accounts/{account}/communications" => api::communication::post;
    GET    "/v1/accounts/{account}/communications/{communication}" => api::communication::get;
    POST   "/v1/accounts/{account}/communications/{communication}/resend" => api::communication::post_resend;
    GET    "/v1/accounts/{account}/members/{member}/communications" => api::communication::get_of_member;

    // The pages.
    GET    "/" => pages::home::get;
    GET    "/language" => pages::home::get_language;
    GET    "/sign-in" => pages::sign_in::get;
    POST   "/sign-in" => pages::sign_in::post;
    POST   "/sign-out" => pages::sign_in::post_out;
    GET    "/forgot-password" => pages::forgot::get;
    POST   "/forgot-password" => pages::forgot::post;
    GET    "/reset" => pages::reset::get;
    POST   "/reset" => pages::reset::post;
    POST   "/reset/confirm" => pages::reset::post_confirm;
    GET    "/verification" => pages::verification::get;
    POST   "/verification" => pages::verification::post;
    GET    "/invitation" => pages::invitation::get;
    POST   "/invitation" => pages::invitation::post;
    POST   "/invitation/accept" => pages::invitation::post_accept;
    POST   "/invitation/decline" => pages::invitation::post_decline;
    GET    "/setup" => pages::setup::get;
    POST   "/setup" => pages::setup::post;
    GET    "/host/settings" => pages::host::get;
    POST   "/host/settings" => pages::host::post;
    POST   "/host/test-mail" => pages::host::post_test_mail;
    POST   "/host/permissions/{permission}" => pages::host::post_permission;
    GET    "/accounts" => pages::accounts::get;
    POST   "/accounts" => pages::accounts::post;
    GET    "/accounts/new" => pages::accounts::get_new;
    GET    "/accounts/{account}" => pages::accounts::get_one;
    GET    "/accounts/{account}/users" => pages::users::get;
    GET    "/accounts/{account}/users/export" => pages::transfer::get_export;
    GET    "/accounts/{account}/users/import" => pages::transfer::get_import;
    POST   "/accounts/{account}/users/import" => pages::transfer::post_import;
    POST   "/accounts/{account}/users" => pages::newcomer::post;
    GET    "/accounts/{account}/users/new" => pages::newcomer::get;
    GET    "/accounts/{account}/users/{member}" => pages::user::get;
    GET    "/accounts/{account}/users/{member}/permissions" => pages::permissions::get;
    POST   "/accounts/{account}/users/{member}/contact" => pages::contact::post;
    POST   "/accounts/{account}/users/{member}/email-preferences" => pages::preferences::post;
    POST   "/accounts/{account}/users/{member}/access" => pages::user::post_access;
    POST   "/accounts/{account}/users/{member}/access/removal" => pages::user::post_access_removal;
    POST   "/accounts/{account}/users/{member}/suspension" => pages::user::post_suspension;
    POST   "/accounts/{account}/users/{member}/invitation" => pages::user::post_invitation;
    POST   "/accounts/{account}/users/{member}/invitation/cancel" => pages::user::post_invitation_cancel;
    POST   "/accounts/{account}/users/{member}/password-reset" => pages::user::post_password_reset;
    POST   "/accounts/{account}/users/{member}/revocation" => pages::user::post_revocation;
    POST   "/accounts/{account}/users/{member}/resources" => pages::assigned::post;
    GET    "/accounts/{account}/resources" => pages::resources::get;
    POST   "/accounts/{account}/resources" => pages::resources::post;
    GET    "/accounts/{account}/resources/new" => pages::resources::get_new;
    GET    "/accounts/{account}/resources/{resource}" => pages::resource::get;
    POST   "/accounts/{account}/resources/{resource}" => pages::resource::post;
    POST   "/accounts/{account}/resources/{resource}/members" => pages::resource::post_members;
    POST   "/accounts/{account}/resources/{resource}/removal" => pages::resource::post_removal;
    GET    "/accounts/{account}/communications" => pages::communications::get;
    POST   "/accounts/{account}/communications" => pages::communications::post;
    GET    "/accounts/{account}/communications/new" => pages::communications::get_new;
    GET    "/accounts/{account}/communications/{communication}" => pages::communications::get_one;
    GET    "/accounts/{account}/communications/{communication}/html" => pages::communications::get_html;
    POST   "/accounts/{account}/communications/{communication}/resend" => pages::communications::post_resend;
    GET    "/accounts/{account}/settings" => pages::settings::get;
    POST   "/accounts/{account}/settings" => pages::settings::post;
    POST   "/accounts/{account}/settings/profile" => pages::settings::post_profile;
    POST   "/accounts/{account}/settings/email-preferences" => pages::preferences::post_account;
    POST   "/accounts/{account}/settings/first-admin" => pages::settings::post_first_admin;
    POST   "/accounts/{account}/settings/delegation" => pages::settings::post_delegation;
    POST   "/accounts/{account}/settings/status" => pages::settings::post_status;
    POST   "/accounts/{account}/settings/deletion" => pages::settings::post_deletion;
    POST   "/accounts/{account}/settings/restoration" => pages::settings::post_restoration;
    GET    "/accounts/{account}/audit" => pages::audit::get;
    GET    "/me" => pages::me::get;
    POST   "/me" => pages::me::post;
    POST   "/me/password" => pages::me::post_password;
    POST   "/me/email" => pages::me::post_email;
    GET    "/me/communications" => pages::communications::get_own;
    GET    "/me/communications/{communication}" => pages::communications::get_own_one;
    GET    "/me/communications/{communication}/html" => pages::communications::get_own_html;
    GET    "/email-change" => pages::email_change::get;
    POST   "/email-change" => pages::email_change::post;
    POST   "/me/verification" => pages::verification::post_ask;
    POST   "/me/sessions/end-others" => pages::me::post_sessions_end_others;
    POST   "/me/sessions/{session}/end" => pages::me::post_session_end;
    POST   "/me/accounts/{account}/leave" => pages::me::post_leave;

    // About the service.
    GET    "/health" => health;
}

/// The session cookie's name: `__Host-` binds it to this host, to https and to `/`.
const SESSION_COOKIE: &str = "__Host-session";
/// The cookie that ends the session in the browser.
pub const NO_SESSION_COOKIE: &str = "__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
/// The cookie of a device that signed in before.
const DEVICE_COOKIE: &str = "__Host-device";
/// Characters of an `Idempotency-Key`.
const LONGEST_KEY: usize = 200;

/// What a page may load and do.
pub const POLICY: &str =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// On every answer, whatever its status (security H2).
const HEADERS: [(&str, &str); 9] = [
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cache-control", "no-store"),
];

/// The answer, and what is to be done after it.
pub struct Answer {
    /// For the caller.
    pub response: Response,
    /// For `waitUntil`.
    pub later: Vec<Pending<'static, ()>>,
}

/// Serves one request at this instant (ms UTC).
pub async fn serve(env: Arc<Environment>, now: i64, request: Request) -> Answer {
    let (mut asking, has_token) = asking_of(env, now, &request);
    let is_elsewhere = !access_token::confine(&mut asking, &request);
    let target = request.uri.target();
    let is_app = ["/v1/", "/.well-known/", "/health"].iter().any(|start| target.starts_with(start));
    asking.is_page = !is_app;
    let (cx, request) = (Cx::from(asking), Arc::new(request));
    let admitted = same_origin(&cx, &request).and_then(|()| readable(&request)).and(if is_elsewhere { Err(Rule::NotFound) } else { Ok(()) });
    let answered = match admitted {
        Err(rule) => Err(rule.into()),
        Ok(()) => routed(cx.clone(), request.clone()).await,
    };
    let answered = match answered {
        Err(Failure::Refused(refusal)) if refusal.rule == Rule::NotAllowed => {
            Err(explanation::told_whom_to_ask(&cx, *refusal, target.split('?').next().unwrap_or_default()).await.into())
        }
        answered => answered,
    };
    let mut response = in_words(&cx, answered, is_app, &request);
    if let Some(rule) = response.refused
        // Who comes without a token is not signed in, and that is all.
        && (is_elsewhere || rule.is_of_security_interest() && (has_token || rule != Rule::NotSignedIn))
    {
        let (method, route) = pattern(&request.method, &request.uri.path);
        log::refused(&cx.request_id, method, route, response.status.as_u16(), rule.code());
    }
    add_headers(&mut response);
    response.headers.push(("x-request-id", cx.request_id.clone()));
    if cx.env.config.server_timing {
        response.headers.push(("server-timing", cx.timing.header()));
    }
    let later = cx.take_later();
    Answer { response, later }
}

/// What the path names, where it is of this route: a name in braces stands for any segment but an empty one.
fn named(route: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let (mut segments, mut named) = (path.split('/'), Vec::new());
    for expected in route.split('/') {
        let segment = segments.next()?;
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !segment.is_empty() => named.push((name, percent_decode_str(segment).decode_utf8().ok()?.into_owned())),
            None if segment == expected => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(named)
}

/// The route of this path and what the path names: of two that fit, the one that names less.
fn route_of(path: &str) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    ROUTES.iter().filter_map(|(_, route)| Some((*route, named(route, path)?))).min_by_key(|(_, named)| named.len())
}

/// Method and route as the log has them: nothing in it is the caller's.
fn pattern(method: &str, path: &str) -> (&'static str, &'static str) {
    let method = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].into_iter().find(|known| *known == method);
    (method.unwrap_or("another"), route_of(path).map_or("none", |(route, _)| route))
}

/// Whether there is such a route.
#[must_use]
pub fn has_route(method: &str, path: &str) -> bool {
    ROUTES.iter().any(|(other, route)| *other == method && named(route, path).is_some())
}

/// Runs the handler of the route. HEAD is GET without the body; another method is told which ones there are.
async fn routed(cx: Cx, request: Arc<Request>) -> Answered {
    let (route, named) = route_of(&request.uri.path).ok_or(Rule::NotFound)?;
    let is_head = request.method == "HEAD";
    let wanted = if is_head { "GET" } else { request.method.as_str() };
    let Some(handler) = ROUTES.iter().position(|other| *other == (wanted, route)).and_then(|place| HANDLERS.get(place)) else {
        let mut allowed: Vec<&str> = ROUTES.iter().filter(|(_, other)| *other == route).map(|(method, _)| *method).collect();
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        return Err(Refusal { allowed, ..Rule::MethodNotAllowed.into() }.into());
    };
    let mut response = repeat::handled(cx, Ask::of(request, named), route, *handler).await?;
    if is_head {
        response.body.clear();
    }
    Ok(response)
}

/// The headers of every answer.
pub fn add_headers(response: &mut Response) {
    for (name, value) in HEADERS {
        if response.headers.iter().all(|(other, _)| *other != name) {
            response.headers.push((name, value.to_owned()));
        }
    }
}

/// What the request brings, and whether it brought a token at all.
fn asking_of(env: Arc<Environment>, now: i64, request: &Request) -> (RequestContext, bool) {
    let text = |name: &str| request.header(name);
    let bearer = text("authorization")
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim().to_owned());
    let language = cookie(request, "lang").and_then(|code| Lang::parse(&code)).unwrap_or_else(|| Lang::from_accept_language(text("accept-language")));
    let mut cx = RequestContext::new(env, now, secret::new_id(now).unwrap_or_default());
    let by_token = bearer.as_deref().and_then(|bearer| access_token::read(&cx.env.config, now, bearer));
    let session_token = bearer.or_else(|| cookie(request, SESSION_COOKIE)).filter(|token| !token.is_empty());
    let has_token = session_token.is_some();
    match by_token {
        Some(bearer) => (cx.session, cx.confined_to) = (Some(bearer.session), Some(bearer.account)),
        None => cx.session = session_token.map(|token| secret::hash(&token)),
    }
    cx.device = cookie(request, DEVICE_COOKIE).filter(|secret| !secret.is_empty()).map(|secret| secret::hash(&secret));
    text("cf-connecting-ip").unwrap_or_default().clone_into(&mut cx.ip);
    cx.user_agent = text("user-agent").map(str::to_owned);
    cx.lang = language;
    (cx, has_token)
}

/// The value of a cookie; the first one of that name.
fn cookie(request: &Request, name: &str) -> Option<String> {
    request
        .headers
        .iter()
        .filter(|(name, _)| name == "cookie")
        .flat_map(|(_, value)| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The cookie of a new session.
#[must_use]
pub fn session_cookie(token: &str) -> String {
    let seconds = crate::identity::session::SESSION_LONGEST_MS / 1_000;
    format!("{SESSION_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}")
}

/// The cookie of a device that signed in: it outlives sessions, and lets nobody in.
#[must_use]
pub fn device_cookie(secret: &str) -> String {
    let seconds = crate::identity::device::LIFE_MS / 1_000;
    format!("{DEVICE_COOKIE}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}")
}

/// The cookie of a reader's language.
#[must_use]
pub fn language_cookie(lang: Lang) -> String {
    format!("lang={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000", lang.code())
}

/// A browser may change something only from our own pages: `Sec-Fetch-Site`, else `Origin` (security H1). Apps send neither, and no cookie.
fn same_origin(cx: &Cx, request: &Request) -> Result<(), Rule> {
    if request.is_look() || request.method == "OPTIONS" {
        return Ok(());
    }
    let is_ours = match (request.header("sec-fetch-site"), request.header("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == cx.env.config.public_url,
        (None, None) => cookie(request, SESSION_COOKIE).is_none(),
    };
    if is_ours { Ok(()) } else { Err(Rule::CrossSite) }
}

fn readable(request: &Request) -> Result<(), Rule> {
    if request.is_broken || request.header("idempotency-key").is_some_and(|key| key.len() > LONGEST_KEY) { Err(Rule::Malformed) } else { Ok(()) }
}

/// Gives an answer that went wrong its words.
fn in_words(cx: &Cx, answered: Answered, is_app: bool, request: &Request) -> Response {
    let refusal = match answered {
        Ok(response) => return response,
        Err(Failure::Refused(refusal)) => *refusal,
        Err(Failure::Broken(fault)) => {
            log::fault(&cx.request_id, &fault);
            Rule::Internal.into()
        }
    };
    let refusal = cx.timing.truthful(refusal);
    let worded = if is_app { problem(cx, &refusal, request) } else { pages::refused(cx, &refusal, request) };
    // Who is not signed in is led to the page where one signs in: its status stays.
    let status = worded.status;
    let mut worded = Response { status, ..response::refusing(worded, &refusal) };
    if !refusal.allowed.is_empty() {
        worded.headers.push(("allow", refusal.allowed.join(",")));
    }
    worded
}

/// A problem where no request could be answered in its own words: without an id, in English.
#[must_use]
pub fn plain_problem(rule: Rule, detail: &str) -> Response {
    let (title, status) = (refusals::words(rule, Lang::En).title, rule.status());
    let body = json!({ "title": title, "status": status.as_u16(), "detail": detail, "code": rule.code() });
    let mut response = response::refusing(response::of(status, "application/problem+json", written(&body).into_bytes()), &rule.into());
    add_headers(&mut response);
    response
}

/// RFC 9457.
fn problem(cx: &Cx, refusal: &Refusal, request: &Request) -> Response {
    let (rule, words) = (refusal.rule, refusals::words(refusal.rule, cx.lang));
    let is_in_doubt = rule == Rule::OutcomeUnknown && repeat::may_happen_twice(cx, request, pattern(&request.method, &request.uri.path).1);
    let mut detail = if is_in_doubt { cx.lang.text().common.look_before_repeating } else { words.detail }.to_owned();
    detail.push_str(&refusals::missing(refusal, cx.lang));
    let mut body = json!({
        "type": format!("{}/problems/{}", cx.env.config.public_url, rule.code()),
        "title": words.title,
        "status": rule.status().as_u16(),
        "detail": detail,
        "code": rule.code(),
        "request_id": cx.request_id,
    });
    if let Some(fields) = body.as_object_mut() {
        if !refusal.errors.is_empty() {
            let errors: Vec<_> = refusal
                .errors
                .iter()
                .map(|error| json!({ "pointer": error.pointer, "code": error.code.code(), "detail": refusals::wrong(error.code, cx.lang) }))
                .collect();
            fields.insert("errors".to_owned(), errors.into());
        }
        if let Some(permission) = refusal.permission {
            fields.insert("permission".to_owned(), permission.key().into());
            fields.insert("role".to_owned(), refusal.role.map(Role::code).into());
            fields.insert("ask".to_owned(), json!(refusal.ask));
        }
        if let Some(member) = &refusal.target_id {
            fields.insert("member_id".to_owned(), member.as_str().into());
        }
    }
    let mut response = response::of(rule.status(), "application/problem+json", written(&body).into_bytes());
    if rule.status() == StatusCode::UNAUTHORIZED {
        response.headers.push(("www-authenticate", "Bearer realm=\"portineria\"".to_owned()));
    }
    response
}

/// `GET /health`: requests can be served.
async fn health(_: Cx, _: Ask) -> Answered {
    Ok(response::json(StatusCode::OK, &json!({ "status": "ok" })))
}
