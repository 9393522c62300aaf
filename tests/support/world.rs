//! A world: one deployment behind a client, its host, and the controls that a test has in process.
//!
//! In process every scenario has its own world. On the wire all share one deployment, so names and e-mail addresses carry the
//! scenario's tag, and each scenario uses its own IP address (failures are counted by IP address).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use portineria::access::permission_set;
use portineria::core::ports::Mail;
use serde_json::{Value as Json, json};

use super::client::{Client, Reply, Request};
use super::invariants;
use super::people::Person;

/// The state of the token cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheState {
    /// It returns the current value.
    Working,
    /// It returns old values: it lacks everything that was put since.
    Stale,
    /// It does not answer.
    Down,
}

/// What a scenario needs beyond a client. A scenario that needs anything but `FirstOfAll` runs in process only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A clock that can be moved.
    Tomorrow,
    /// A mail provider whose e-mails can be read.
    MailSink,
    /// A token cache that is stale or down.
    BrokenKv,
    /// An empty deployment, or a host that the scenario changes.
    OwnHost,
    /// Reading and writing rows of the database.
    Rows,
    /// Nothing, but on the wire it runs before all others.
    FirstOfAll,
}

/// What a test can do only with a world in process.
pub trait Controls: Send + Sync {
    /// Moves the clock forward by so many seconds.
    fn passes(&self, seconds: i64);
    /// Returns the e-mails so far.
    fn emails(&self) -> Vec<Mail>;
    /// Sets whether the mail provider fails.
    fn mail_fails(&self, fails: bool);
    /// Sets the state of the token cache.
    fn tokens_are(&self, mood: CacheState);
    /// Sets whether the work after an answer waits. `false` also does the waiting work, the oldest first.
    fn tasks_wait(&self, wait: bool);
    /// Sets the signing key, and the previous key that is still accepted.
    fn keys_are(&self, current: u8, previous: Option<u8>);
    /// Makes the next batch of the database fail with this message, before it begins.
    fn database_says(&self, message: &str);
    /// Sends a request whose change is made but whose reply from the database is lost. Also returns the number of lost replies.
    fn reply_is_lost(&self, asks: Box<dyn FnOnce() -> Reply + '_>) -> (Reply, u64);
    /// Returns the number of lost replies so far.
    fn lost(&self) -> u64;
    /// Returns the lines of the log that contain this text.
    fn log(&self, with: &str) -> Vec<String>;
    /// Runs the scheduled job.
    fn job_runs(&self);
    /// Runs a scheduled job that is killed after the first chunk of its purge.
    fn job_is_killed(&self);
    /// Returns the rows of a query.
    fn select(&self, sql: &str) -> Vec<Json>;
    /// Returns all stored data as text.
    fn dump(&self) -> String;
    /// Runs SQL to fill the tables.
    fn fill(&self, sql: &str);
    /// Returns the number of calls of the token cache.
    fn token_calls(&self) -> u64;
    /// Returns the number of password hashes for this scenario so far.
    fn hashes(&self) -> u64;
    /// Returns the number of round trips to the database so far, those after answers included.
    fn trips(&self) -> u64;
    /// Returns the number of steps of the database so far.
    fn steps(&self) -> u64;
    /// Returns the statement that took the most steps since the last call.
    fn costliest(&self) -> String;
    /// Sets whether requests run at the same time. Single requests are not checked then.
    fn crowd(&self, crowd: bool);
}

/// The host's first admin, once the deployment is set up.
#[derive(Debug, Clone)]
pub struct HostAdmin {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The session token.
    pub session: String,
    /// The id of the host's own account.
    pub account: String,
}

/// One deployment, seen by one scenario.
#[derive(Clone)]
pub struct World {
    inner: Arc<Inner>,
}

struct Inner {
    client: Arc<dyn Client>,
    controls: Option<Arc<dyn Controls>>,
    tag: String,
    number: usize,
    hosted: Arc<OnceLock<HostAdmin>>,
    setup_token: String,
    secrets: Mutex<Vec<String>>,
    is_concurrent: AtomicBool,
}

/// An account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Account {
    /// Returns the API path of something in it: `rossi.at("/members")`.
    pub fn at(&self, rest: &str) -> String {
        format!("/v1/accounts/{}{rest}", self.id)
    }
}

impl World {
    /// Returns the world behind `client` for the scenario with this number.
    pub fn new(client: Arc<dyn Client>, controls: Option<Arc<dyn Controls>>, number: usize, hosted: Arc<OnceLock<HostAdmin>>, setup_token: &str) -> Self {
        let (tag, setup_token) = (format!("s{number}"), setup_token.to_owned());
        let (secrets, is_concurrent) = (Mutex::new(Vec::new()), AtomicBool::new(false));
        Self { inner: Arc::new(Inner { client, controls, tag, number, hosted, setup_token, secrets, is_concurrent }) }
    }

    /// Returns the tag that makes names unique in a shared deployment.
    pub fn tag(&self) -> &str {
        &self.inner.tag
    }

    /// Returns one of the IP addresses of this scenario. No other scenario uses it.
    pub fn address(&self, which: usize) -> String {
        let number = self.inner.number;
        format!("10.{which}.{}.{}", number / 250, number % 250 + 1)
    }

    /// Returns the setup token of the deployment.
    pub fn setup_token(&self) -> &str {
        &self.inner.setup_token
    }

    /// Returns the controls of a world in process.
    pub fn controls(&self) -> &Arc<dyn Controls> {
        self.inner.controls.as_ref().expect("this scenario runs in process only: list its need in `scenarios/mod.rs`")
    }

    /// Runs SQL that changes the permission matrix.
    pub fn changes_matrix(&self, sql: &str) {
        self.controls().fill(&[sql, permission_set::EMPTIED, permission_set::FILLED].join(";\n"));
    }

    /// Returns whether this world is in process.
    pub fn is_in_process(&self) -> bool {
        self.inner.controls.is_some()
    }

    /// Sends the request and checks what holds for every answer.
    pub fn send(&self, mut request: Request) -> Reply {
        let headers = request.headers_mut();
        if !headers.contains_key("cf-connecting-ip") {
            headers.insert("cf-connecting-ip", self.address(0).parse().expect("an address"));
        }
        let (method, path) = (request.method().to_string(), request.uri().to_string());
        self.nothing_secret_in_addresses(&path);
        let key = if request.headers().contains_key("idempotency-key") { "(key) " } else { "" };
        let asked = format!("{method} {path} {key}{}", String::from_utf8_lossy(request.body()).chars().take(200).collect::<String>());
        let lost = || self.inner.controls.as_ref().map_or(0, |controls| controls.lost());
        let before = lost();
        let reply = Reply::new(asked, self.inner.client.send(request));
        let conditions = invariants::Conditions { lost: lost() - before, is_concurrent: self.inner.is_concurrent.load(Ordering::Relaxed) };
        invariants::of_every_answer(&method, &path, &self.secrets(), &reply, &conditions);
        reply
    }

    /// Records a secret that was given out. No later answer, path, row or log line may contain it.
    pub fn keeps_secret(&self, secret: &str) {
        self.inner.secrets.lock().expect("secrets").push(secret.to_owned());
    }

    /// Returns every secret given out so far.
    pub fn secrets(&self) -> Vec<String> {
        self.inner.secrets.lock().expect("secrets").clone()
    }

    fn nothing_secret_in_addresses(&self, path: &str) {
        assert!(!self.secrets().iter().any(|secret| path.contains(secret.as_str())), "a secret in an address: {path}");
    }

    /// Starts a request without a session.
    pub fn ask(&self, method: &str, path: &str) -> RequestBuilder<'_> {
        RequestBuilder::new(self, method, path)
    }

    /// Sets the deployment up.
    pub fn setup(&self, token: &str, email: &str) -> Reply {
        let body = json!({"setup_token": token, "host_name": "Portico", "email": email, "first_name": "Hedy", "last_name": "Host", "password": HOST_PASSWORD});
        self.ask("POST", "/v1/setup").json(&body).send()
    }

    /// Returns the host's first admin. The first call sets the deployment up.
    pub fn host(&self) -> Person {
        let hosted = self.inner.hosted.get_or_init(|| {
            self.setup(self.setup_token(), HOST_EMAIL).is(201);
            self.hosted()
        });
        Person::of_host(self, hosted)
    }

    /// Records the host's first admin after a scenario has set the deployment up itself.
    pub fn is_set_up(&self) {
        self.inner.hosted.get_or_init(|| self.hosted());
    }

    fn hosted(&self) -> HostAdmin {
        let session = self.sign_in(HOST_EMAIL, HOST_PASSWORD).is(201).text("/session_token");
        let accounts = self.ask("GET", "/v1/me/accounts").bearer(&session).send().is(200).data();
        let account = accounts[0]["id"].as_str().expect("the host's account").to_owned();
        HostAdmin { email: HOST_EMAIL.into(), password: HOST_PASSWORD.into(), session, account }
    }

    /// Returns the host's own account.
    pub fn host_account(&self) -> Account {
        self.host();
        Account { id: self.inner.hosted.get().expect("a host").account.clone(), name: "Portico".into() }
    }

    /// Signs in with this address and password.
    pub fn sign_in(&self, email: &str, password: &str) -> Reply {
        let reply = self.ask("POST", "/v1/sessions").json(&json!({"email": email, "password": password})).send();
        if reply.status == 201 {
            self.keeps_secret(&reply.text("/session_token"));
        }
        reply
    }

    /// Returns a person without a user or a member.
    pub fn someone(&self, name: &str) -> Person {
        Person::new(self, name)
    }

    /// Creates an account that the host manages, with `name` as its admin, who is no host user.
    pub fn account_of(&self, name: &str) -> (Person, Account) {
        let host = self.host();
        let account = host.creates_account(&format!("{name} & figli"));
        let admin = self.joins(&host, &account, name, "admin");
        (admin, account)
    }

    /// Creates an account that does not delegate its users to the host, with its first admin.
    pub fn unmanaged_account_of(&self, name: &str) -> (Person, Account) {
        let admin = self.someone(name);
        let (account, invited) = self.host().creates_unmanaged_account(&format!("{name} & figli"), &admin.email);
        admin.accepts(&invited).is(201);
        (admin, account)
    }

    /// Creates a person who has accepted an invitation of `inviter`.
    pub fn joins(&self, inviter: &Person, account: &Account, name: &str, role: &str) -> Person {
        let person = self.someone(name);
        let invitation = inviter.invites(account, &person.email, role).invited();
        person.accepts(&invitation).is(201);
        person
    }

    /// Acts on all things at the same time, with a thread for each. Returns the answers in order.
    pub fn at_once<T: Sync>(&self, things: &[T], act: impl Fn(&T) -> Reply + Sync) -> Vec<Reply> {
        self.inner.is_concurrent.store(true, Ordering::Relaxed);
        if let Some(controls) = &self.inner.controls {
            controls.crowd(true);
        }
        let start = std::sync::Barrier::new(things.len());
        let replies = std::thread::scope(|scope| {
            let threads: Vec<_> = things
                .iter()
                .map(|thing| {
                    scope.spawn(|| {
                        start.wait();
                        act(thing)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        if let Some(controls) = &self.inner.controls {
            controls.crowd(false);
        }
        self.inner.is_concurrent.store(false, Ordering::Relaxed);
        replies
    }
}

/// The e-mail address of the host's first admin.
pub const HOST_EMAIL: &str = "hedy@portico.example";
/// The password of the host's first admin.
pub const HOST_PASSWORD: &str = "correct horse battery 42";

/// A request under construction.
pub struct RequestBuilder<'a> {
    world: &'a World,
    builder: http::request::Builder,
    body: Vec<u8>,
}

impl<'a> RequestBuilder<'a> {
    fn new(world: &'a World, method: &str, path: &str) -> Self {
        Self { world, builder: http::Request::builder().method(method).uri(path), body: Vec::new() }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// Authenticates as an app with this session or access token.
    pub fn bearer(self, session: &str) -> Self {
        if session.is_empty() { self } else { self.header("authorization", &format!("Bearer {session}")) }
    }

    /// Authenticates as a browser with this session.
    pub fn cookie(self, session: &str) -> Self {
        self.header("cookie", &format!("__Host-session={session}"))
    }

    /// Adds `If-Match` with this version: `"v7"`, or `*`.
    pub fn when(self, version: &str) -> Self {
        self.header("if-match", version)
    }

    /// Sets a JSON body.
    pub fn json(mut self, body: &Json) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    /// Sets the fields of a form as the body.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let coded: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
        self.body = coded.join("&").into_bytes();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// Sets the body.
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends the request.
    pub fn send(self) -> Reply {
        self.world.send(self.builder.body(self.body).expect("a request"))
    }
}

/// Returns the text percent-encoded for forms and queries.
pub fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
