//! The same scenarios' other client: HTTP to `make dev`'s service, workerd with its own D1 and KV, on this machine alone.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::client::{Ask, Client};
use crate::support::fill;

/// The one-time token of the deployment under test.
pub const SETUP_TOKEN: &str = "the-setup-token-of-the-wire-0000000001";
/// The first start builds the worker.
const START: Duration = Duration::from_mins(15);
/// What is left of its words when it was ended comes within this.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How `scripts/dev` says that requests are served.
const READY: &str = "· Portineria is at ";
/// How every script says that it gave up.
const GAVE_UP: char = '✗';

/// A running service. It ends with this value, and also when this process dies in any other way.
pub struct Service {
    shell: Child,
    state: PathBuf,
    port: u16,
    heard: Receiver<bool>,
}

impl Service {
    /// Migrates a fresh D1, fills it, and starts the service of this number on a free port.
    pub fn start(number: usize) -> Self {
        let state = std::env::temp_dir().join(format!("portineria-wire-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&state).expect("a folder for the state");
        migrate(&state);
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr()).expect("a free port").port();
        let log = std::fs::File::create(state.join("log")).expect("a log");
        let (said, says) = std::io::pipe().expect("a pipe");
        // The shell waits for the end of its input, which comes with our own end, and then takes the whole group along.
        let script = "scripts/dev </dev/null & read -r _; trap '' TERM; kill -TERM -- -$$; for _ in $(seq 50); do jobs %1 2>/dev/null | grep -q Running || exit; sleep 0.1; done; kill -KILL -- -$$";
        let shell = Command::new("bash")
            .args(["-c", script])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("PORT", port.to_string())
            .env("STATE", &state)
            .env("VARS", format!("SETUP_TOKEN:{SETUP_TOKEN} SERVER_TIMING:1 MAIL_PROVIDER:none"))
            .stdin(Stdio::piped())
            .stdout(says.try_clone().expect("a pipe"))
            .stderr(says)
            .process_group(0)
            .spawn()
            .expect("bash");
        let mut service = Self { shell, state, port, heard: listen(said, log) };
        service.waits();
        service
    }

    /// Until requests are served.
    fn waits(&mut self) {
        if self.heard.recv_timeout(START) != Ok(true) {
            self.ends();
            panic!("scripts/dev gave up, or did not serve within {START:?}:\n{}", tail(&self.log()));
        }
    }

    /// Ends the service and hears it out.
    fn ends(&mut self) {
        drop(self.shell.stdin.take());
        // A shell that could not be waited for is gone.
        drop(self.shell.wait());
        while self.heard.recv_timeout(LAST_WORDS).is_ok() {}
    }

    /// The way in.
    pub fn client(&self) -> Wire {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_mins(1)))
            .max_idle_connections_per_host(64)
            .build();
        Wire { agent: config.into(), base: format!("http://127.0.0.1:{}", self.port) }
    }

    /// Everything it said.
    pub fn log(&self) -> String {
        std::fs::read(self.state.join("log")).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.ends();
        // What is left behind in the temporary folder is no reason to fail.
        drop(std::fs::remove_dir_all(&self.state));
    }
}

/// Writes down what is said, line by line, and passes on whether it serves: once it does, or once it gave up.
fn listen(said: impl Read + Send + 'static, mut log: impl Write + Send + 'static) -> Receiver<bool> {
    let (tell, heard) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(said).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            writeln!(log, "{line}").expect("a log");
            if line.starts_with(READY) || line.starts_with(GAVE_UP) {
                // Whoever waited may have left.
                let _ = tell.send(line.starts_with(READY));
            }
        }
    });
    heard
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}

/// Applies the migrations to a fresh local D1 and fills it with many people, before anything listens.
fn migrate(state: &Path) {
    let script = ". scripts/common; scripts/setup worker; wrangler d1 migrations apply portineria --local --persist-to \"$STATE\"";
    let done = Command::new("bash")
        .args(["-c", script])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("STATE", state)
        .env("CI", "true")
        .stdin(Stdio::null())
        .output()
        .expect("bash");
    assert!(done.status.success(), "the migrations did not apply:\n{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    let folder = state.join("v3/d1/miniflare-D1DatabaseObject");
    let files = std::fs::read_dir(&folder).expect("the local D1").map(|entry| entry.expect("an entry").path());
    let database = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "sqlite"))
        .find(|path| has_members(path))
        .expect("a database with our tables");
    let connection = rusqlite::Connection::open(database).expect("the local D1");
    // The host's row comes with the setup.
    connection.execute_batch(&format!("PRAGMA foreign_keys = OFF; BEGIN; {} ; COMMIT; PRAGMA wal_checkpoint(TRUNCATE);", fill::sql())).expect("rows");
}

fn has_members(path: &Path) -> bool {
    rusqlite::Connection::open(path).and_then(|connection| connection.query_row("SELECT count(*) FROM member", [], |_| Ok(()))).is_ok()
}

/// HTTP, connections kept open.
pub struct Wire {
    agent: ureq::Agent,
    base: String,
}

impl Client for Wire {
    fn send(&self, ask: Ask) -> http::Response<Vec<u8>> {
        let (mut parts, body) = ask.into_parts();
        let told = format!("{} {}", parts.method, parts.uri);
        parts.uri = format!("{}{}", self.base, parts.uri).parse().expect("an address");
        let answer = if body.is_empty() && parts.method != http::Method::POST {
            self.agent.run(http::Request::from_parts(parts, ()))
        } else {
            self.agent.run(http::Request::from_parts(parts, body))
        };
        let (parts, mut body) = answer.unwrap_or_else(|error| panic!("{told}: {error}")).into_parts();
        let bytes = body.with_config().limit(20_000_000).read_to_vec().unwrap_or_else(|error| panic!("{told}: {error}"));
        http::Response::from_parts(parts, bytes)
    }
}

/// A line for people.
pub fn say(line: &str) {
    let mut out = std::io::stdout();
    // Nobody listening is no reason to stop.
    drop(writeln!(out, "{line}"));
    drop(out.flush());
}
