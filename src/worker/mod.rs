//! Cloudflare: the only folder that knows `worker`, compiled for wasm32 alone.
//!
//! It turns the platform's events into calls of [`crate::router::serve`], and the platform's bindings into our ports. No other room names it.

mod clock;
mod d1;
mod http;
mod js;
mod kv;
mod mail;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use js_sys::Reflect;
use worker::{
    Context, Delay, Env, ScheduleContext, ScheduledEvent, event,
    send::SendFuture,
    wasm_bindgen::{JsCast, JsValue},
};

use crate::{
    access::context::{Environment, RequestContext},
    accounts::housekeeping,
    core::config::{Config, Mailing},
    core::field,
    core::lang::Lang,
    core::log,
    core::ports::Mailer,
    core::refusal::{Fault, Rule},
    core::secret,
    messages::mail::{
        post_due,
        provider::{self, Choice},
    },
    router::{self, problem},
    text::refusals,
};

/// The fewest bytes of a signing key.
const SIGNING_KEY_BYTES: usize = 32;
/// The fewest characters of a setup token.
const SETUP_TOKEN_CHARACTERS: usize = 16;

/// How long to wait until an answer has surely been sent.
const ANSWER_LEAVES: Duration = Duration::from_millis(100);

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> worker::Result<web_sys::Response> {
    let environment = match environment(&env) {
        Ok(environment) => Arc::new(environment),
        Err(missing) => return Ok(http::response(not_configured(&missing))?),
    };
    let is_look = matches!(request.method().as_str(), "GET" | "HEAD");
    let Some(request) = http::request(request).await else {
        let words = refusals::words(Rule::Malformed, Lang::En).detail;
        return Ok(http::response(problem::plain(Rule::Malformed, words))?);
    };
    let answer = router::serve(environment, clock::now(), request).await;
    for task in answer.later {
        context.wait_until(task);
    }
    Ok(http::response(answer.response).or_else(|error| http::response(not_sendable(&js::words(&error), is_look)))?)
}

#[event(scheduled)]
async fn scheduled(_: ScheduledEvent, env: Env, _: ScheduleContext) {
    match environment(&env) {
        Err(missing) => log::not_configured(&missing),
        Ok(environment) => {
            let now = clock::now();
            housekeeping::run(&RequestContext::new(Arc::new(environment), now, secret::new_id(now).unwrap_or_default()).into()).await;
        }
    }
}

/// The variables of this deployment, once they were found complete. They are the same as long as the isolate lives.
static VARIABLES: OnceLock<Config> = OnceLock::new();

/// The environment of this deployment, or the names of the variables and bindings it lacks.
fn environment(env: &Env) -> Result<Environment, String> {
    log::to(|line| worker::console_log!("{line}"));
    let (config, mut missing) = VARIABLES.get().map_or_else(|| variables(env), |config| (config.clone(), Vec::new()));
    let binding = |name: &str| Reflect::get(env, &name.into()).ok().filter(JsValue::is_object);
    let (db, tokens) = (binding("DB").map(JsCast::unchecked_into), binding("TOKENS"));
    if db.is_none() {
        missing.push("DB");
    }
    if tokens.is_none() {
        missing.push("TOKENS");
    }
    let (Some(db), Some(tokens), true) = (db, tokens, missing.is_empty()) else { return Err(missing.join(", ")) };
    let (mailer, mailing) = mailer(env);
    let config = Config { mailing, ..VARIABLES.get_or_init(|| config).clone() };
    Ok(Environment::new(Arc::new(d1::D1(db)), Arc::new(kv::Kv(tokens)), mailer, config, post_due))
}

/// What the variables and secrets say, except of mail, and the names of those that are missing or wrong.
fn variables(env: &Env) -> (Config, Vec<&'static str>) {
    let mut missing = Vec::new();
    let mut required = |name: &'static str, fits: fn(&str) -> bool| {
        let value = env.var(name).ok().map(|value| value.to_string()).filter(|value| fits(value));
        if value.is_none() {
            missing.push(name);
        }
        value.unwrap_or_default()
    };
    let public_url = required("PUBLIC_URL", field::is_public_url);
    let setup_token = required("SETUP_TOKEN", |token| token.len() >= SETUP_TOKEN_CHARACTERS);
    let signing_key = required("SIGNING_KEY", |key| decoded(key).len() >= SIGNING_KEY_BYTES);
    let previous = env.var("SIGNING_KEY_PREVIOUS").ok().map(|key| key.to_string()).filter(|key| !key.is_empty()).map(|key| decoded(&key));
    if previous.as_ref().is_some_and(|key| key.len() < SIGNING_KEY_BYTES) {
        missing.push("SIGNING_KEY_PREVIOUS");
    }
    let config = Config {
        public_url: public_url.trim_end_matches('/').to_owned(),
        setup_token,
        signing_key: decoded(&signing_key),
        signing_key_previous: previous,
        server_timing: env.var("SERVER_TIMING").is_ok_and(|value| value.to_string() == "1"),
        mailing: Mailing::default(),
        answer_left: || Box::pin(SendFuture::new(async { Delay::from(ANSWER_LEAVES).await })),
    };
    (config, missing)
}

/// The mailer, if there is one, and the configuration of mail. A deployment whose mail is configured wrongly still serves requests.
fn mailer(env: &Env) -> (Option<Arc<dyn Mailer>>, Mailing) {
    match provider::chosen(&|name| mail::setting(env, name)) {
        Choice::None => (None, Mailing::default()),
        Choice::By(carrier) => {
            let mailing = Mailing { provider: Some(carrier.provider.name.to_owned()), missing: Vec::new() };
            (Some(Arc::new(mail::mailer(env, carrier))), mailing)
        }
        Choice::Lacking { provider, missing } => {
            log::mail_not_configured(&provider, &missing);
            (None, Mailing { provider: Some(provider), missing })
        }
    }
}

fn decoded(key: &str) -> Vec<u8> {
    secret::decoded(key.trim_end_matches('=')).unwrap_or_default()
}

/// The answer of a worker that lacks variables or bindings. It names them.
fn not_configured(missing: &str) -> ::http::Response<Bytes> {
    log::not_configured(missing);
    problem::plain(Rule::NotConfigured, &format!("Set these variables, secrets or bindings of the worker: {missing}."))
}

/// The answer in place of one that the platform does not take. The change that was asked for may have been made.
fn not_sendable(why: &str, is_look: bool) -> ::http::Response<Bytes> {
    log::fault("", &Fault::new("an answer", why));
    let rule = if is_look { Rule::Internal } else { Rule::OutcomeUnknown };
    problem::plain(rule, refusals::words(rule, Lang::En).detail)
}
