//! The client of the scenarios on the wire: HTTP to the service that `scripts/dev` starts, workerd with its own D1 and KV. It uses loopback only.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::client::{Client, Request};
use crate::support::fill;

/// The one-time token of the deployment under test.
pub const SETUP_TOKEN: &str = "the-setup-token-of-the-wire-0000000001";
/// The longest time for a start. The first start builds the worker.
const START: Duration = Duration::from_mins(15);
/// The longest wait for the last output of a service that was ended.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// The start of the line by which `scripts/dev` says that it serves requests.
const READY: &str = "· Portineria is at ";
/// The first character of the line by which a script says that it failed.
const FAILED: char = '✗';

/// A running service. It ends when this value is dropped, and when this process ends in any other way.
pub struct Service {
    shell: Child,
    state: PathBuf,
    port: u16,
    heard: Receiver<bool>,
}

impl Service {
    /// Migrates a fresh D1, fills it, and starts the service with this number on a free port.
    pub fn start(number: usize) -> Self {
        let state = std::env::temp_dir().join(format!("portineria-wire-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&state).expect("a folder for the state");
        migrate(&state);
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr()).expect("a free port").port();
        let log = std::fs::File::create(state.join("log")).expect("a log");
        let (said, says) = std::io::pipe().expect("a pipe");
        // The shell waits for the end of its input, which comes when this process ends, and then ends its whole process group.
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

    /// Waits until requests are served.
    fn waits(&mut self) {
        if self.heard.recv_timeout(START) != Ok(true) {
            self.ends();
            panic!("scripts/dev gave up, or did not serve within {START:?}:\n{}", tail(&self.log()));
        }
    }

    /// Ends the service and reads its last output.
    fn ends(&mut self) {
        drop(self.shell.stdin.take());
        // When waiting fails, the shell has ended already.
        drop(self.shell.wait());
        while self.heard.recv_timeout(LAST_WORDS).is_ok() {}
    }

    /// Returns a client of the service.
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

    /// Returns its output so far.
    pub fn log(&self) -> String {
        std::fs::read(self.state.join("log")).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.ends();
        // Files left in the temporary folder are no reason to fail.
        drop(std::fs::remove_dir_all(&self.state));
    }
}

/// Writes the output to the log, line by line. Sends `true` when the service is ready, or `false` when it failed.
fn listen(said: impl Read + Send + 'static, mut log: impl Write + Send + 'static) -> Receiver<bool> {
    let (tell, heard) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(said).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            writeln!(log, "{line}").expect("a log");
            if line.starts_with(READY) || line.starts_with(FAILED) {
                // The receiver may be gone.
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

/// A client over HTTP that keeps its connections open.
pub struct Wire {
    agent: ureq::Agent,
    base: String,
}

impl Client for Wire {
    fn send(&self, request: Request) -> http::Response<Vec<u8>> {
        let (mut parts, body) = request.into_parts();
        let context = format!("{} {}", parts.method, parts.uri);
        parts.uri = format!("{}{}", self.base, parts.uri).parse().expect("an address");
        let answer = if body.is_empty() && parts.method != http::Method::POST {
            self.agent.run(http::Request::from_parts(parts, ()))
        } else {
            self.agent.run(http::Request::from_parts(parts, body))
        };
        let (parts, mut body) = answer.unwrap_or_else(|error| panic!("{context}: {error}")).into_parts();
        let bytes = body.with_config().limit(20_000_000).read_to_vec().unwrap_or_else(|error| panic!("{context}: {error}"));
        http::Response::from_parts(parts, bytes)
    }
}

/// Prints a line for people.
pub fn say(line: &str) {
    let mut out = std::io::stdout();
    // A closed output is no reason to stop.
    drop(writeln!(out, "{line}"));
    drop(out.flush());
}
