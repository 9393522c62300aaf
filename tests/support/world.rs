//! A world: one deployment behind a client, its host, and what a test may do behind the scenes.
//!
//! In process every scenario has a world of its own. On the wire all share one deployment, so names and addresses carry the
//! scenario's tag, and each comes from an address of its own (failures are counted by address).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use portineria::core::ports::Mail;
use serde_json::{Value as Json, json};

use super::client::{Ask, Client, Reply};
use super::invariants;
use super::people::Person;

/// How the token cache behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// At once and right.
    Well,
    /// It shows the past: nothing that was put since is there.
    Behind,
    /// It does not answer.
    Down,
}

/// What a scenario needs beyond a client; whoever needs anything stays in process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The clock is moved.
    Tomorrow,
    /// Mail is configured, and its letters are read.
    MailSink,
    /// KV is late or down.
    BrokenKv,
    /// The deployment must be empty, or its host is changed.
    OwnHost,
    /// Rows are looked at or filled in.
    Rows,
    /// Nothing, but on the wire it comes before everything else.
    FirstOfAll,
}

/// What only a world in process can do.
pub trait Powers: Send + Sync {
    /// So many seconds go by.
    fn passes(&self, seconds: i64);
    /// The letters so far.
    fn emails(&self) -> Vec<Mail>;
    /// The mail provider fails, or works again.
    fn mail_fails(&self, fails: bool);
    /// The token cache behaves like this.
    fn tokens_are(&self, mood: Mood);
    /// What is to be done after an answer waits from now on; or is done, the oldest first.
    fn tasks_wait(&self, wait: bool);
    /// The deployment signs with this key from now on, and still knows that one.
    fn keys_are(&self, current: u8, previous: Option<u8>);
    /// The database fails once in this way, before it begins.
    fn database_says(&self, message: &str);
    /// The next request that changes something is carried out, but the database's reply is lost. Tells how many were lost in it.
    fn reply_is_lost(&self, asks: Box<dyn FnOnce() -> Reply + '_>) -> (Reply, u64);
    /// Replies of changes that were lost so far.
    fn lost(&self) -> u64;
    /// The lines of the log with this in them.
    fn log(&self, with: &str) -> Vec<String>;
    /// The scheduled job runs.
    fn job_runs(&self);
    /// The scheduled job begins to purge and is killed after its first chunk.
    fn job_is_killed(&self);
    /// Rows of the database.
    fn select(&self, sql: &str) -> Vec<Json>;
    /// Everything that is kept anywhere, as text.
    fn dump(&self) -> String;
    /// Rows put in by SQL.
    fn fill(&self, sql: &str);
    /// How often the token cache was asked or told anything.
    fn token_calls(&self) -> u64;
    /// How many passwords were hashed for this scenario so far.
    fn hashes(&self) -> u64;
    /// Steps the database needed so far.
    fn steps(&self) -> u64;
    /// The statement that took the most of them since the last call.
    fn hungriest(&self) -> String;
    /// Several act at once from here on: no single request can be watched.
    fn crowd(&self, crowd: bool);
}

/// The host's first admin, once the deployment is set up.
#[derive(Debug, Clone)]
pub struct Hosted {
    /// Signs in with.
    pub email: String,
    /// And with.
    pub password: String,
    /// The session.
    pub session: String,
    /// The host's own account.
    pub account: String,
}

/// One deployment, seen by one scenario.
#[derive(Clone)]
pub struct World {
    inner: Arc<Inner>,
}

struct Inner {
    client: Arc<dyn Client>,
    powers: Option<Arc<dyn Powers>>,
    tag: String,
    number: usize,
    hosted: Arc<OnceLock<Hosted>>,
    setup_token: String,
    secrets: Mutex<Vec<String>>,
    is_crowded: AtomicBool,
}

/// An account, by what its host calls it.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Account {
    /// The address of something in it: `rossi.at("/members")`.
    pub fn at(&self, rest: &str) -> String {
        format!("/v1/accounts/{}{rest}", self.id)
    }
}

impl World {
    /// The world behind `client`, for the scenario of this number.
    pub fn new(client: Arc<dyn Client>, powers: Option<Arc<dyn Powers>>, number: usize, hosted: Arc<OnceLock<Hosted>>, setup_token: &str) -> Self {
        let (tag, setup_token) = (format!("s{number}"), setup_token.to_owned());
        let (secrets, is_crowded) = (Mutex::new(Vec::new()), AtomicBool::new(false));
        Self { inner: Arc::new(Inner { client, powers, tag, number, hosted, setup_token, secrets, is_crowded }) }
    }

    /// What makes names unique in a shared deployment.
    pub fn tag(&self) -> &str {
        &self.inner.tag
    }

    /// One of the addresses this scenario's people come from; no other scenario has it.
    pub fn address(&self, which: usize) -> String {
        let number = self.inner.number;
        format!("10.{which}.{}.{}", number / 250, number % 250 + 1)
    }

    /// The one-time token of the deployment.
    pub fn setup_token(&self) -> &str {
        &self.inner.setup_token
    }

    /// Powers behind the scenes: only in process.
    pub fn powers(&self) -> &Arc<dyn Powers> {
        self.inner.powers.as_ref().expect("a scenario with this need stays in process: say so in the list")
    }

    /// Whether this world is in process.
    pub fn is_in_process(&self) -> bool {
        self.inner.powers.is_some()
    }

    /// Sends `ask` as it is and checks what holds for every answer.
    pub fn send(&self, mut ask: Ask) -> Reply {
        let headers = ask.headers_mut();
        if !headers.contains_key("cf-connecting-ip") {
            headers.insert("cf-connecting-ip", self.address(0).parse().expect("an address"));
        }
        let (method, path) = (ask.method().to_string(), ask.uri().to_string());
        self.nothing_secret_in_addresses(&path);
        let key = if ask.headers().contains_key("idempotency-key") { "(key) " } else { "" };
        let asked = format!("{method} {path} {key}{}", String::from_utf8_lossy(ask.body()).chars().take(200).collect::<String>());
        let lost = || self.inner.powers.as_ref().map_or(0, |powers| powers.lost());
        let before = lost();
        let reply = Reply::new(asked, self.inner.client.send(ask));
        let around = invariants::Around { lost: lost() - before, is_crowded: self.inner.is_crowded.load(Ordering::Relaxed) };
        invariants::of_every_answer(&method, &path, &self.secrets(), &reply, &around);
        reply
    }

    /// A secret that was handed out: no later answer, address, row or log may hold it.
    pub fn keeps_secret(&self, secret: &str) {
        self.inner.secrets.lock().expect("secrets").push(secret.to_owned());
    }

    /// Every secret handed out so far.
    pub fn secrets(&self) -> Vec<String> {
        self.inner.secrets.lock().expect("secrets").clone()
    }

    fn nothing_secret_in_addresses(&self, path: &str) {
        assert!(!self.secrets().iter().any(|secret| path.contains(secret.as_str())), "a secret in an address: {path}");
    }

    /// Asks as nobody.
    pub fn ask(&self, method: &str, path: &str) -> Asking<'_> {
        Asking::new(self, method, path)
    }

    /// Sets the deployment up, with these words, as anybody may try.
    pub fn setup(&self, token: &str, email: &str) -> Reply {
        let body = json!({"setup_token": token, "host_name": "Portico", "email": email, "first_name": "Hedy", "last_name": "Host", "password": HOST_PASSWORD});
        self.ask("POST", "/v1/setup").json(&body).send()
    }

    /// The host's first admin; the deployment is set up on first use.
    pub fn host(&self) -> Person {
        let hosted = self.inner.hosted.get_or_init(|| {
            self.setup(self.setup_token(), HOST_EMAIL).is(201);
            self.hosted()
        });
        Person::of_host(self, hosted)
    }

    /// The host's first admin, where a scenario has set the deployment up.
    pub fn is_set_up(&self) {
        self.inner.hosted.get_or_init(|| self.hosted());
    }

    fn hosted(&self) -> Hosted {
        let session = self.sign_in(HOST_EMAIL, HOST_PASSWORD).is(201).text("/session_token");
        let accounts = self.ask("GET", "/v1/me/accounts").bearer(&session).send().is(200).data();
        let account = accounts[0]["id"].as_str().expect("the host's account").to_owned();
        Hosted { email: HOST_EMAIL.into(), password: HOST_PASSWORD.into(), session, account }
    }

    /// The host's own account.
    pub fn host_account(&self) -> Account {
        self.host();
        Account { id: self.inner.hosted.get().expect("a host").account.clone(), name: "Portico".into() }
    }

    /// Tries to sign in.
    pub fn sign_in(&self, email: &str, password: &str) -> Reply {
        let reply = self.ask("POST", "/v1/sessions").json(&json!({"email": email, "password": password})).send();
        if reply.status == 201 {
            self.keeps_secret(&reply.text("/session_token"));
        }
        reply
    }

    /// Somebody nobody has met yet.
    pub fn someone(&self, name: &str) -> Person {
        Person::new(self, name)
    }

    /// An account managed by the host, with `name` as the admin of it who is no host user.
    pub fn account_of(&self, name: &str) -> (Person, Account) {
        let host = self.host();
        let account = host.creates_account(&format!("{name} & figli"));
        let admin = self.joins(&host, &account, name, "admin");
        (admin, account)
    }

    /// An account that has not delegated its users to the host, with its first admin.
    pub fn unmanaged_account_of(&self, name: &str) -> (Person, Account) {
        let admin = self.someone(name);
        let (account, invited) = self.host().creates_unmanaged_account(&format!("{name} & figli"), &admin.email);
        admin.accepts(&invited).is(201);
        (admin, account)
    }

    /// Somebody new, invited by `inviter` and in.
    pub fn joins(&self, inviter: &Person, account: &Account, name: &str, role: &str) -> Person {
        let person = self.someone(name);
        let invitation = inviter.invites(account, &person.email, role).invited();
        person.accepts(&invitation).is(201);
        person
    }

    /// All of them at the same moment, from a thread each; the answers in order.
    pub fn at_once<T: Sync>(&self, things: &[T], act: impl Fn(&T) -> Reply + Sync) -> Vec<Reply> {
        self.inner.is_crowded.store(true, Ordering::Relaxed);
        if let Some(powers) = &self.inner.powers {
            powers.crowd(true);
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
        if let Some(powers) = &self.inner.powers {
            powers.crowd(false);
        }
        self.inner.is_crowded.store(false, Ordering::Relaxed);
        replies
    }
}

/// The first admin of a deployment under test.
pub const HOST_EMAIL: &str = "hedy@portico.example";
/// And the password.
pub const HOST_PASSWORD: &str = "correct horse battery 42";

/// A request while it is put together.
pub struct Asking<'a> {
    world: &'a World,
    builder: http::request::Builder,
    body: Vec<u8>,
}

impl<'a> Asking<'a> {
    fn new(world: &'a World, method: &str, path: &str) -> Self {
        Self { world, builder: http::Request::builder().method(method).uri(path), body: Vec::new() }
    }

    /// With this header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// As an app with this session or access token.
    pub fn bearer(self, session: &str) -> Self {
        if session.is_empty() { self } else { self.header("authorization", &format!("Bearer {session}")) }
    }

    /// As a browser with this session.
    pub fn cookie(self, session: &str) -> Self {
        self.header("cookie", &format!("__Host-session={session}"))
    }

    /// Only if it is still at this version: `"v7"`, or `*`.
    pub fn when(self, version: &str) -> Self {
        self.header("if-match", version)
    }

    /// With this JSON body.
    pub fn json(mut self, body: &Json) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    /// With these fields of a form.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let coded: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
        self.body = coded.join("&").into_bytes();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// With these bytes.
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Off it goes.
    pub fn send(self) -> Reply {
        self.world.send(self.builder.body(self.body).expect("a request"))
    }
}

/// Percent-encoding for forms and queries.
pub fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
