//! The context of a request: the ports of the deployment, the instant as a value, who asks, and in which language.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::{
    access::idempotency::Idempotency,
    core::config::Config,
    core::db::{Db, Pending},
    core::lang::Lang,
    core::ports::{Mailer, Tokens},
    core::refusal::{Failure, Fault, Refusal, Rule},
};

/// A deployment: its ports and its configuration. The database is private to this room.
pub struct Environment {
    pub(in crate::access) db: Arc<dyn Db>,
    /// The cache of what links show.
    pub tokens: Arc<dyn Tokens>,
    /// Sends e-mails. `None`: links are copied by hand.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// The configuration of the deployment.
    pub config: Config,
    /// Called when a batch has queued e-mails, which it sends after the answer.
    pub emails_due: fn(&Cx),
}

impl Environment {
    /// The environment of one deployment.
    #[must_use]
    pub fn new(db: Arc<dyn Db>, tokens: Arc<dyn Tokens>, mailer: Option<Arc<dyn Mailer>>, config: Config, emails_due: fn(&Cx)) -> Self {
        Self { db, tokens, mailer, config, emails_due }
    }
}

/// The context of one request. Its copies are cheap.
#[derive(Clone)]
pub struct Cx(Arc<RequestContext>);

impl std::ops::Deref for Cx {
    type Target = RequestContext;

    fn deref(&self) -> &RequestContext {
        &self.0
    }
}

impl From<RequestContext> for Cx {
    fn from(context: RequestContext) -> Self {
        Self(Arc::new(context))
    }
}

/// The routes of this service: method and path of each, with a name in braces for any one segment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Routes(pub &'static [(&'static str, &'static str)]);

impl Routes {
    /// Whether a request of this method to this path has a route.
    #[must_use]
    pub fn has(self, method: &str, path: &str) -> bool {
        let is_of = |route: &str| {
            let (mut expected, mut segments) = (route.split('/'), path.split('/'));
            loop {
                match (expected.next(), segments.next()) {
                    (None, None) => return true,
                    (Some(name), Some(segment)) if name == segment || name.starts_with('{') && !segment.is_empty() => {}
                    _ => return false,
                }
            }
        };
        self.0.iter().any(|(other, route)| *other == method && is_of(route))
    }
}

/// Handlers and middleware take the context from the request, where the router put it.
impl<S: Sync> FromRequestParts<S> for Cx {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get().cloned().ok_or_else(|| Fault::new("a request", "it has no context").into())
    }
}

/// What is known of a request, and what it may use.
#[derive(Clone)]
pub struct RequestContext {
    /// The ports and the configuration.
    pub env: Arc<Environment>,
    /// The instant of this request, ms UTC. There is no other clock.
    pub now: i64,
    /// The id of the request, in every answer, audit line and log line.
    pub request_id: String,
    /// The hash of the session token that came with it, if any.
    pub session: Option<String>,
    /// The hash of the device secret that came with it, if any: of a browser or app that signed in before.
    pub device: Option<String>,
    /// The only account this request may be about, when it came with an access token.
    pub confined_to: Option<crate::core::id::AccountId>,
    /// The caller's address as Cloudflare saw it.
    pub ip: String,
    /// What the browser or app calls itself.
    pub user_agent: Option<String>,
    /// The reader's language: cookie, else `Accept-Language`.
    pub lang: Lang,
    /// Whether a page was asked for.
    pub is_page: bool,
    /// The routes of the service.
    pub routes: Routes,
    /// The key by which it is done once though it is sent twice.
    pub idempotency: Option<Arc<Idempotency>>,
    /// What the database did for this request.
    pub timing: Arc<Timing>,
    later: Arc<Mutex<Vec<Pending<'static, ()>>>>,
}

impl RequestContext {
    /// A request as it enters.
    #[must_use]
    pub fn new(env: Arc<Environment>, now: i64, request_id: String) -> Self {
        Self {
            env,
            now,
            request_id,
            session: None,
            device: None,
            confined_to: None,
            ip: String::new(),
            user_agent: None,
            lang: Lang::En,
            is_page: false,
            routes: Routes::default(),
            idempotency: None,
            timing: Arc::default(),
            later: Arc::default(),
        }
    }
}

impl Cx {
    /// The same request, answered in this language.
    #[must_use]
    pub fn in_language(&self, lang: Lang) -> Self {
        RequestContext { lang, ..(*self.0).clone() }.into()
    }

    /// The same request, from the device with this secret.
    #[must_use]
    pub fn from_device(&self, secret: &str) -> Self {
        RequestContext { device: Some(crate::core::secret::hash(secret)), ..(*self.0).clone() }.into()
    }

    /// The same request, which is done once though it is sent twice.
    #[must_use]
    pub fn only_once(&self, idempotency: Arc<Idempotency>) -> Self {
        RequestContext { idempotency: Some(idempotency), ..(*self.0).clone() }.into()
    }

    /// Adds work to do after the answer (`waitUntil`): cached copies and e-mails, nothing that decides. A repeat adds none, because the first request
    /// did it.
    pub fn later(&self, task: impl Future<Output = ()> + Send + 'static) {
        if self.is_repeat() {
            return;
        }
        if let Ok(mut tasks) = self.later.lock() {
            tasks.push(Box::pin(task));
        }
    }

    /// Takes the work to do after the answer.
    #[must_use]
    pub fn take_later(&self) -> Vec<Pending<'static, ()>> {
        self.later.lock().map(|mut tasks| std::mem::take(&mut *tasks)).unwrap_or_default()
    }

    /// Does the work that is left, and what is added meanwhile. It is for a task after the answer whose own acts add work.
    pub async fn finish(&self) {
        loop {
            let tasks = self.take_later();
            if tasks.is_empty() {
                return;
            }
            for task in tasks {
                task.await;
            }
        }
    }

    /// A new id of this instant. A repeat is given those of the first request, in the same order.
    ///
    /// # Errors
    /// When the platform gives no random bytes.
    pub fn new_id(&self) -> Result<String, Fault> {
        match self.idempotency.as_ref().and_then(|idempotency| idempotency.next_id(&self.request_id)) {
            Some(id) => Ok(id),
            None => crate::core::secret::new_id(self.now),
        }
    }

    /// The URL of a link: `{PUBLIC_URL}/invitation#TOKEN`.
    #[must_use]
    pub fn link(&self, page: &str, token: &str) -> String {
        format!("{}/{page}#{token}", self.env.config.public_url)
    }

    /// The same, to show to the person who made it. It is shown once, so a repeat gets `None`.
    #[must_use]
    pub fn shown_link(&self, page: &str, token: &str) -> Option<String> {
        (!self.is_repeat()).then(|| self.link(page, token))
    }

    /// The hash of the session token; [`Rule::NotSignedIn`] without one.
    ///
    /// # Errors
    /// When no token came with the request.
    pub fn signed_in(&self) -> Result<&str, Failure> {
        self.session.as_deref().ok_or_else(|| Rule::NotSignedIn.into())
    }
}

/// Round trips to the database, their statements, the rows they read and wrote (D1's own figures), and whether they changed anything.
#[derive(Debug, Default)]
pub struct Timing {
    trips: AtomicU64,
    statements: AtomicU64,
    read: AtomicU64,
    written: AtomicU64,
    changed: AtomicBool,
    lost: AtomicBool,
}

impl Timing {
    /// Counts one round trip of so many statements, with the rows they read and wrote.
    pub fn count(&self, statements: usize, read: u64, written: u64) {
        self.trips.fetch_add(1, Ordering::Relaxed);
        self.statements.fetch_add(statements as u64, Ordering::Relaxed);
        self.read.fetch_add(read, Ordering::Relaxed);
        self.written.fetch_add(written, Ordering::Relaxed);
    }

    /// Notes that a change was made; or, when not certain, that its answer was lost and the outcome is unknown.
    pub fn changed(&self, is_certain: bool) {
        if is_certain { &self.changed } else { &self.lost }.store(true, Ordering::Relaxed);
    }

    /// The refusal that may be answered when the request fails in this way. It never says that nothing was changed where something was, or may
    /// have been.
    #[must_use]
    pub fn truthful(&self, refusal: Refusal) -> Refusal {
        let is_of_ours = matches!(refusal.rule, Rule::Busy | Rule::Internal);
        let [changed, lost] = [&self.changed, &self.lost].map(|flag| flag.load(Ordering::Relaxed));
        if lost || changed && is_of_ours { Rule::OutcomeUnknown.into() } else { refusal }
    }

    /// The value of the header `Server-Timing`.
    #[must_use]
    pub fn header(&self) -> String {
        let [trips, statements, read, written] = [&self.trips, &self.statements, &self.read, &self.written].map(|count| count.load(Ordering::Relaxed));
        format!("d1;desc=\"trips={trips}, statements={statements}, read={read}, written={written}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::{Rule, Timing};

    #[test]
    fn after_a_change_no_answer_says_that_nothing_was_changed() {
        let timing = Timing::default();
        let answered = |rule: Rule| timing.truthful(rule.into()).rule;
        assert_eq!([Rule::Busy, Rule::Internal, Rule::NotFound].map(answered), [Rule::Busy, Rule::Internal, Rule::NotFound]);
        timing.changed(true);
        assert_eq!([Rule::Busy, Rule::Internal, Rule::NotFound].map(answered), [Rule::OutcomeUnknown, Rule::OutcomeUnknown, Rule::NotFound]);
        // A refusal after a lost answer does not show whether the change was made: it may have signed out the caller.
        timing.changed(false);
        assert_eq!([Rule::NotSignedIn, Rule::NotFound].map(answered), [Rule::OutcomeUnknown, Rule::OutcomeUnknown]);
    }
}
