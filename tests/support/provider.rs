//! A mail provider on loopback that behaves as it is told, and the mailer that meets it over a real socket.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use portineria::core::db::Pending;
use portineria::core::ports::{Mail, MailFailure, Mailer, Sent};
use portineria::messages::mail::provider::{Answer, Carrier, LONGEST_ANSWER};

/// How the provider meets one request.
#[derive(Clone)]
pub enum Manner {
    /// This status, these headers, this body.
    Answers(u16, Vec<(&'static str, String)>, String),
    /// Reads the request and never answers.
    Hangs,
    /// Closes the connection unread.
    DropsUnread,
    /// Reads the request and closes the connection.
    DropsRead,
    /// Begins a body and closes the connection.
    BreaksOff(u16),
    /// Answers this status with what it was sent: the authorization, and the letter.
    Echoes(u16),
}

/// What it received.
#[derive(Debug, Clone)]
pub struct Received {
    /// `POST /emails`
    pub line: String,
    /// In lower case, as they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Received {
    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// A provider on a port of its own.
pub struct Provider {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Provider {
    /// Listens. It meets request after request in these manners, and all others in the last.
    pub fn that(manners: impl IntoIterator<Item = Manner>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let mut manners: VecDeque<Manner> = manners.into_iter().collect();
        let received = Arc::default();
        let seen = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let manner = if manners.len() > 1 { manners.pop_front() } else { manners.front().cloned() };
                meet(stream.expect("a connection"), manner.expect("a manner"), &seen);
            }
        });
        Self { port, received }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it received so far.
    pub fn received(&self) -> Vec<Received> {
        held(&self.received).clone()
    }
}

fn meet(mut stream: TcpStream, manner: Manner, received: &Mutex<Vec<Received>>) {
    if matches!(manner, Manner::DropsUnread) {
        return;
    }
    let Some(request) = read(&mut stream) else { return };
    held(received).push(request.clone());
    let (status, headers, body, length): (u16, Vec<(&str, String)>, String, usize) = match manner {
        Manner::Answers(status, headers, body) => (status, headers, body.clone(), body.len()),
        Manner::BreaksOff(status) => (status, Vec::new(), "{\"id\":\"half".into(), 500),
        Manner::Echoes(status) => {
            let said = format!("bad credentials {:?} for {}", request.headers, request.body);
            let body = serde_json::json!({ "message": said, "Message": said }).to_string();
            (status, Vec::new(), body.clone(), body.len())
        }
        Manner::Hangs => {
            // Until the other side has lost its patience, and goes.
            std::thread::spawn(move || drop(stream.read(&mut [0])));
            return;
        }
        Manner::DropsRead | Manner::DropsUnread => return,
    };
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let headers = headers.concat();
    let answer = format!("HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}");
    // Who was not patient enough has gone.
    drop(stream.write_all(answer.as_bytes()));
}

/// A request, whole.
fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut lines = head.lines();
            let line = lines.next()?.trim_end_matches(" HTTP/1.1").to_owned();
            let headers: Vec<(String, String)> =
                lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
            let received = Received { line, headers, body: body.to_owned() };
            if body.len() >= received.header("content-length").parse().unwrap_or(0) {
                return Some(received);
            }
        }
        match stream.read(&mut part) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&part[..count]),
            _ => return None,
        }
    }
}

/// The carrier over a real socket, as patient as a test.
pub struct Poster {
    carrier: Carrier,
    agent: ureq::Agent,
}

impl Poster {
    /// By this carrier.
    pub fn by(carrier: Carrier) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(Duration::from_millis(500))).build();
        Self { carrier, agent: config.into() }
    }

    fn sends(&self, mail: &Mail) -> Result<Sent, MailFailure> {
        let request = self.carrier.request(mail);
        let mut post = self.agent.post(&request.url);
        for (name, value) in &request.headers {
            post = post.header(*name, value);
        }
        let mut response = match post.send(request.body.as_str()) {
            Ok(response) => response,
            Err(ureq::Error::Io(error)) if error.kind() == ErrorKind::ConnectionRefused => return Err(self.carrier.unreached()),
            Err(ureq::Error::ConnectionFailed | ureq::Error::HostNotFound) => return Err(self.carrier.unreached()),
            Err(_) => return Err(self.carrier.unanswered("")),
        };
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let (status, retry_after, date) = (response.status().as_u16(), header("retry-after"), header("date"));
        let mut body = Vec::new();
        // The status has come: it says what became of the letter, with or without the rest.
        drop(response.body_mut().as_reader().take(LONGEST_ANSWER as u64).read_to_end(&mut body));
        self.carrier.read(&Answer { status, retry_after, date, body })
    }
}

impl Mailer for Poster {
    fn send(&self, mail: Mail) -> Pending<'_, Result<Sent, MailFailure>> {
        let result = self.sends(&mail);
        Box::pin(std::future::ready(result))
    }
}
