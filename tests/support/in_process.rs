//! A deployment in process: the real router over `SQLite` with D1's limits, a token cache that can be stale or down, a mail sink, a clock.
//!
//! Every request is checked: a refusal changes no row, a read writes nothing, a change leaves exactly one audit line, and no
//! request takes more trips to the database than its kind may (design §2, §9).

mod digest;
pub mod mail_sink;
pub mod sqlite;
mod tenancy;
mod tokens;

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll, Waker};

use portineria::access::context::{Cx, Environment, RequestContext};
use portineria::core::config::{Config, Mailing};
use portineria::core::db::{DbError, Pending};
use portineria::core::ports::{Mail, Mailer};
use portineria::messages::mail::post_due;
use portineria::router;
use portineria::{accounts::housekeeping, core::log};
use serde_json::Value as Json;

use crate::support::client::{Client, Reply, Request};
use crate::support::invariants::figure;
use crate::support::world::{CacheState, Controls, Need, World};
use digest::{Share, changed_between};
use mail_sink::{MailSink, Provider};
use sqlite::Sqlite;
use tokens::MemoryTokens;

/// The time at the start of every scenario: a Sunday morning.
const MORNING: i64 = 1_795_338_000_000;
/// The one-time token of a deployment under test.
pub const SETUP_TOKEN: &str = "the-setup-token-of-this-world-0000000001";
/// The start of every link. Requests come to another address, because links are built from configuration alone.
pub const PUBLIC_URL: &str = "https://portineria.example";

/// The deployment behind the client.
pub struct InProcess {
    db: Arc<Sqlite>,
    tokens: Arc<MemoryTokens>,
    mail_sink: Arc<MailSink>,
    env: Mutex<Arc<Environment>>,
    with_mail: bool,
    clock: AtomicI64,
    concurrent: AtomicBool,
    killed: AtomicBool,
    waiting: Mutex<Option<Vec<Pending<'static, ()>>>>,
    journal: Mutex<Vec<Line>>,
}

/// The log of every service in this process.
static LOGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[expect(clippy::print_stderr, reason = "shown with a test that fails")]
fn record(line: &str) {
    eprintln!("{line}");
    LOGGED.lock().expect("a log").push(line.to_owned());
}

/// An audit line and its request, for the golden list of audit lines.
#[derive(Debug, Clone)]
pub struct Line {
    /// `POST /v1/accounts/{…}/members`
    pub asked: String,
    /// The action of the audit line.
    pub action: String,
}

impl InProcess {
    /// Returns an empty deployment.
    pub fn new(with_mail: bool) -> Arc<Self> {
        log::to(record);
        let (db, tokens, mail_sink) = (Arc::new(Sqlite::fresh()), Arc::new(MemoryTokens::new()), Arc::new(MailSink::new()));
        let env = Mutex::new(env(&db, &tokens, with_mail.then_some(&mail_sink), 7, Some(8)));
        let (clock, concurrent, killed, journal) = (AtomicI64::new(MORNING), AtomicBool::new(false), AtomicBool::new(false), Mutex::default());
        Arc::new(Self { db, tokens, mail_sink, env, with_mail, clock, concurrent, killed, waiting: Mutex::default(), journal })
    }

    /// Returns a fresh deployment and the world over it.
    pub fn world(needs: &[Need]) -> (Arc<Self>, World) {
        let service = Self::new(needs.contains(&Need::MailSink));
        let world = World::new(service.clone(), Some(service.clone()), 1, Arc::new(OnceLock::new()), SETUP_TOKEN);
        (service, world)
    }

    /// Checks what must hold at the end of the scenario.
    pub fn finishes(&self, world: &World) {
        // Each statement is reported once, by the first scenario that ran it.
        static REPORTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        let mut scans = self.db.scans();
        scans.retain(|scan| REPORTED.lock().expect("the reported scans").insert(scan.clone()));
        assert!(scans.is_empty(), "statements that scan a growing table:\n{}", scans.join("\n"));
        self.db.digest_is_true();
        let kept = self.db.texts() + &self.tokens.dump();
        for secret in world.secrets() {
            assert!(!kept.contains(&secret), "a secret is stored in clear: {}", kept.lines().find(|line| line.contains(&secret)).unwrap_or_default());
        }
        tenancy::of_every_state(&self.db, &|| "at the end of the scenario".to_owned());
    }

    /// Returns the changes and their audit lines so far.
    pub fn journal(&self) -> Vec<Line> {
        self.journal.lock().expect("a journal").clone()
    }

    fn env(&self) -> Arc<Environment> {
        self.env.lock().expect("an environment").clone()
    }

    fn serve(&self, request: Request) -> http::Response<Vec<u8>> {
        let now = self.clock.fetch_add(1_000, Ordering::SeqCst);
        let answer = at_once(router::serve(self.env(), now, request.map(Into::into)));
        // No reply of the database is lost in the work after the answer.
        let losing = self.db.loses_reply(None);
        let mut waiting = self.waiting.lock().expect("tasks");
        match waiting.as_mut() {
            Some(waiting) => waiting.extend(answer.later),
            None => answer.later.into_iter().for_each(|task| self.runs(task)),
        }
        self.db.loses_reply(losing);
        answer.response.map(Into::into)
    }

    /// Runs the work after an answer. It does not run when the worker is killed before it, and stops at a provider that never answers.
    fn runs(&self, task: impl Future<Output = ()>) {
        if self.killed.load(Ordering::SeqCst) {
            return;
        }
        if self.mail_sink.behavior() != Provider::Hangs {
            return at_once(task);
        }
        let mut task = pin!(task);
        let _ = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }

    /// Checks that every copy in KV belongs to an open link: a batch that ends a link deletes its copies. When the reply of that batch was lost, the copies
    /// are unknown and stay; no decision depends on them.
    fn no_copy_outlives_its_link(&self, asked: &str) {
        let keys = self.tokens.keys();
        if keys.is_empty() || self.db.lost() > 0 || self.killed.load(Ordering::SeqCst) || self.waiting.lock().expect("tasks").is_some() {
            return;
        }
        let open = self.db.select(
            "SELECT 'invitation:' || token_hash AS one, 'invitation:' || mailed_token_hash AS other FROM invitation WHERE state = 'pending'
             UNION ALL SELECT 'reset:' || token_hash, 'reset:' || mailed_token_hash FROM password_reset WHERE state = 'pending'",
        );
        let open: BTreeSet<&str> = open.iter().flat_map(|row| [row["one"].as_str(), row["other"].as_str()]).flatten().collect();
        let dead: Vec<&String> = keys.iter().filter(|key| !open.contains(key.as_str())).collect();
        assert!(dead.is_empty(), "copies of dead links after {asked}: {dead:?}");
    }

    /// Returns the mail provider, to read its e-mails and set its behavior.
    pub fn provider(&self) -> &MailSink {
        &self.mail_sink
    }

    /// Sets whether the worker is killed as soon as it has answered.
    pub fn dies_after_answers(&self, dies: bool) {
        self.killed.store(dies, Ordering::SeqCst);
    }

    /// Returns the configuration.
    pub fn config(&self) -> Config {
        self.env().config.clone()
    }

    /// Runs the scheduled job with this configuration.
    pub fn job_runs_with(&self, config: Config) {
        let mailer: Arc<dyn Mailer> = self.mail_sink.clone();
        let env = Arc::new(Environment::new(self.db.clone(), self.tokens.clone(), Some(mailer), config, post_due));
        let now = self.clock.fetch_add(1_000, Ordering::SeqCst);
        at_once(housekeeping::run(&RequestContext::new(env, now, format!("job-{now}")).into()));
    }

    /// Runs the scheduled job, and `happens` while the first e-mails are with a slow provider.
    pub fn job_runs_while(&self, happens: impl FnOnce()) {
        let cx = self.job_context();
        let mut job = pin!(housekeeping::run(&cx));
        let mut context = Context::from_waker(Waker::noop());
        assert!(job.as_mut().poll(&mut context).is_pending(), "nothing is with the provider");
        happens();
        while job.as_mut().poll(&mut context).is_pending() {}
    }

    /// Runs two scheduled jobs at the same instant, a step of each in turn.
    pub fn two_jobs_run(&self) {
        let (one, other) = (self.job_context(), self.job_context());
        let (mut one, mut other) = (pin!(housekeeping::run(&one)), pin!(housekeeping::run(&other)));
        let mut context = Context::from_waker(Waker::noop());
        let (mut one_ended, mut other_ended) = (false, false);
        while !(one_ended && other_ended) {
            one_ended = one_ended || one.as_mut().poll(&mut context).is_ready();
            other_ended = other_ended || other.as_mut().poll(&mut context).is_ready();
        }
    }

    /// Returns the context of a scheduled job.
    fn job_context(&self) -> Cx {
        let now = self.clock.fetch_add(1_000, Ordering::SeqCst);
        RequestContext::new(self.env(), now, format!("job-{now}")).into()
    }
}

/// Returns the environment with this database and these signing keys.
fn env(db: &Arc<Sqlite>, tokens: &Arc<MemoryTokens>, mail_sink: Option<&Arc<MailSink>>, key: u8, previous: Option<u8>) -> Arc<Environment> {
    let config = Config {
        public_url: PUBLIC_URL.into(),
        setup_token: SETUP_TOKEN.into(),
        signing_key: vec![key; 32],
        signing_key_previous: previous.map(|key| vec![key; 32]),
        server_timing: true,
        mailing: Mailing { provider: mail_sink.map(|_| "webhook".into()), missing: Vec::new() },
        answer_left: || Box::pin(async {}),
    };
    let mailer = mail_sink.map(|mail_sink| mail_sink.clone() as Arc<dyn Mailer>);
    Arc::new(Environment::new(db.clone(), tokens.clone(), mailer, config, post_due))
}

/// Whether a change needs an audit line: it is in another table than these.
fn needs_audit_line(changed: &[Share]) -> bool {
    const SIDE: [&str; 5] = ["session", "delivery", "idempotency", "audit_event", "reset_request"];
    changed.iter().any(|share| !SIDE.contains(&share.table.as_str()))
}

impl Client for InProcess {
    fn send(&self, request: Request) -> http::Response<Vec<u8>> {
        if self.concurrent.load(Ordering::SeqCst) {
            return self.serve(request);
        }
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        let asked = format!("{method} {path}");
        let (before, lines, trips, lost) = (self.db.digest(), self.db.actions(), self.db.trips(), self.db.lost());
        self.db.wrote();
        let at = self.clock.load(Ordering::SeqCst);
        let response = self.serve(request);
        let changed = changed_between(&before, &self.db.digest());
        let context = || format!("{asked} → {} {}", response.status(), String::from_utf8_lossy(response.body()).chars().take(300).collect::<String>());

        let safe = ["GET", "HEAD", "OPTIONS"].contains(&method.as_str());
        if safe || response.status().as_u16() >= 400 && self.db.lost() == lost {
            assert!(changed.is_empty(), "changed {changed:?}: {}", context());
        }
        let stated = response.headers().get("server-timing").and_then(|value| value.to_str().ok()).and_then(|text| figure(text, "trips"));
        let trips = self.db.trips() - trips;
        assert!(stated.is_some_and(|stated| stated <= trips), "says {stated:?} trips, but there were {trips}: {}", context());
        let now = self.db.actions();
        let new: Vec<String> = now.iter().skip(lines.len()).cloned().collect();
        tenancy::of_every_change(&self.db, &path, at, &changed, &context);
        if !changed.is_empty() {
            tenancy::of_every_state(&self.db, &context);
        }
        if needs_audit_line(&changed) {
            // When the host's seat passes on with a change, it has a line in the audit log of its own account.
            let own = new.iter().filter(|action| *action != "member.seat_passed").count();
            assert_eq!(own, 1, "a change has exactly one audit line, here {new:?} for {changed:?}: {}", context());
        }
        if changed.is_empty() {
            assert!(new.is_empty(), "an audit line without a change: {}", context());
        }
        if ["invitation", "password_reset"].iter().any(|table| changed.iter().any(|changed| changed.table == *table)) {
            self.no_copy_outlives_its_link(&asked);
        }
        let pattern = pattern_of(&asked);
        self.journal.lock().expect("a journal").extend(new.into_iter().map(|action| Line { asked: pattern.clone(), action }));
        response
    }
}

/// Returns a path without its ids.
fn pattern_of(asked: &str) -> String {
    let parts: Vec<&str> = asked.split('/').map(|part| if part.len() == 36 && part.contains('-') { "…" } else { part }).collect();
    parts.join("/")
}

impl Controls for InProcess {
    fn passes(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }
    fn emails(&self) -> Vec<Mail> {
        self.mail_sink.emails()
    }
    fn mail_fails(&self, fails: bool) {
        self.mail_sink.is(if fails { Provider::Breaks } else { Provider::Works });
    }
    fn tokens_are(&self, mood: CacheState) {
        self.tokens.is(mood);
    }
    fn tasks_wait(&self, wait: bool) {
        let mut waiting = self.waiting.lock().expect("tasks");
        let held = if wait {
            waiting.get_or_insert_default();
            None
        } else {
            waiting.take()
        };
        drop(waiting);
        held.into_iter().flatten().for_each(|task| self.runs(task));
    }
    fn token_calls(&self) -> u64 {
        self.tokens.calls()
    }
    fn keys_are(&self, current: u8, previous: Option<u8>) {
        *self.env.lock().expect("an environment") = env(&self.db, &self.tokens, self.with_mail.then_some(&self.mail_sink), current, previous);
    }
    fn database_says(&self, message: &str) {
        self.db.fails_with(DbError::classify(message));
    }
    fn reply_is_lost(&self, asks: Box<dyn FnOnce() -> Reply + '_>) -> (Reply, u64) {
        let before = self.db.lost();
        self.db.loses_reply(Some(DbError::classify("D1_ERROR: Network connection lost.")));
        let reply = asks();
        self.db.loses_reply(None);
        (reply, self.db.lost() - before)
    }
    fn lost(&self) -> u64 {
        self.db.lost()
    }
    fn log(&self, with: &str) -> Vec<String> {
        LOGGED.lock().expect("a log").iter().filter(|line| line.contains(with)).cloned().collect()
    }
    fn job_runs(&self) {
        self.runs(housekeeping::run(&self.job_context()));
    }
    fn job_is_killed(&self) {
        at_once(housekeeping::purge_a_chunk(&self.job_context(), &mut Vec::new()));
    }
    fn select(&self, sql: &str) -> Vec<Json> {
        self.db.select(sql)
    }
    fn dump(&self) -> String {
        self.db.dump() + &self.tokens.dump()
    }
    fn fill(&self, sql: &str) {
        self.db.fill(sql);
    }
    fn hashes(&self) -> u64 {
        portineria::identity::password::worked()
    }
    fn trips(&self) -> u64 {
        self.db.trips()
    }
    fn steps(&self) -> u64 {
        self.db.steps()
    }
    fn costliest(&self) -> String {
        self.db.costliest()
    }
    fn crowd(&self, crowd: bool) {
        self.concurrent.store(crowd, Ordering::SeqCst);
    }
}

/// Runs a future that never waits for anything outside this process.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::yield_now();
    }
    panic!("a future that waits for something outside this process")
}
