//! A mail provider in memory. It keeps the e-mails, and can fail in every way that a provider can.

use std::future::{pending, poll_fn, ready};
use std::sync::{Mutex, MutexGuard};
use std::task::Poll;

use portineria::core::db::Pending;
use portineria::core::ports::{Mail, MailFailure, Mailer, Sent};
use portineria::messages::mail::provider::{Answer, Carrier, Choice, chosen};

/// What the provider does with an e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// Accepts it and returns its id.
    Works,
    /// Accepts it and returns no id.
    IsTerse,
    /// Accepts it after a while.
    IsSlow,
    /// Refuses it after a while.
    IsSlowToRefuse,
    /// Refuses it: 4xx.
    Refuses,
    /// Asks to wait for so many seconds: 429.
    IsBusy(i64),
    /// Answers this status.
    Answers(u16),
    /// Accepts it after nine seconds.
    IsLate,
    /// Fails: 5xx.
    Breaks,
    /// Drops the connection before it reads anything.
    DropsBefore,
    /// Accepts it and drops the connection before it answers.
    DropsAfter,
    /// Never answers; the worker is killed while it waits.
    Hangs,
}

/// The e-mails that arrived, in order, and the behavior of the provider.
pub struct MailSink {
    inner: Mutex<Inner>,
}

struct Inner {
    emails: Vec<Mail>,
    provider: Provider,
    attempts: usize,
    arrivals: usize,
    /// Whether nine seconds have passed since the clock was read.
    is_late: bool,
}

/// Returns a carrier that reads answers as the worker does.
fn carrier() -> Carrier {
    let set = |name: &str| Some(if name == "MAIL_PROVIDER" { "webhook" } else { "https://mail@example.com" }.to_owned());
    match chosen(&set) {
        Choice::By(carrier) => carrier,
        other => panic!("{other:?}"),
    }
}

impl MailSink {
    /// Returns an empty sink with a working provider.
    pub fn new() -> Self {
        Self { inner: Mutex::new(Inner { emails: Vec::new(), provider: Provider::Works, attempts: 0, arrivals: 0, is_late: false }) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Returns the e-mails so far.
    pub fn emails(&self) -> Vec<Mail> {
        self.inner().emails.clone()
    }

    /// Returns how often an e-mail was sent, accepted or not.
    pub fn attempts(&self) -> usize {
        self.inner().attempts
    }

    /// Returns how often an e-mail arrived, also for the second time.
    pub fn arrivals(&self) -> usize {
        self.inner().arrivals
    }

    /// Sets the behavior of the provider.
    pub fn is(&self, provider: Provider) {
        self.inner().provider = provider;
    }

    /// Returns the behavior of the provider.
    pub fn behavior(&self) -> Provider {
        self.inner().provider
    }
}

impl Mailer for MailSink {
    fn now(&self, since: i64) -> i64 {
        since + if std::mem::take(&mut self.inner().is_late) { 9_000 } else { 0 }
    }

    fn send(&self, mail: Mail) -> Pending<'_, Result<Sent, MailFailure>> {
        let mut inner = self.inner();
        inner.attempts += 1;
        let provider = inner.provider;
        inner.is_late |= provider == Provider::IsLate;
        if matches!(provider, Provider::Works | Provider::IsTerse | Provider::IsSlow | Provider::IsLate | Provider::DropsAfter) {
            inner.arrivals += 1;
            // A provider recognises a repeated e-mail by its id and discards it, so both must be equal.
            match inner.emails.iter().find(|known| known.id == mail.id) {
                Some(known) => assert_eq!(known, &mail, "another e-mail with the same id"),
                None => inner.emails.push(mail),
            }
        }
        let provider_id = Some(format!("letter-{}", inner.emails.len()));
        drop(inner);
        match provider {
            Provider::Answers(status) => Box::pin(ready(carrier().read(&Answer { status, ..Answer::default() }))),
            Provider::Works | Provider::IsLate => Box::pin(ready(Ok(Sent { provider_id }))),
            Provider::IsTerse => Box::pin(ready(Ok(Sent { provider_id: None }))),
            Provider::Refuses => Box::pin(ready(Err(MailFailure::Refused("422 the address is not wanted".into())))),
            Provider::IsBusy(seconds) => Box::pin(ready(Err(MailFailure::Later { reason: "429 too many".into(), after_ms: Some(seconds * 1_000) }))),
            Provider::Breaks => Box::pin(ready(Err(MailFailure::Later { reason: "the provider answered 500".into(), after_ms: None }))),
            Provider::DropsBefore | Provider::DropsAfter => Box::pin(ready(Err(MailFailure::Unknown("the connection was lost".into())))),
            Provider::Hangs => Box::pin(pending()),
            Provider::IsSlow | Provider::IsSlowToRefuse => {
                let answer = if provider == Provider::IsSlow { Ok(Sent { provider_id }) } else { Err(MailFailure::Refused("422 not wanted".into())) };
                let mut asked = 0;
                Box::pin(poll_fn(move |_| {
                    asked += 1;
                    if asked < 3 { Poll::Pending } else { Poll::Ready(answer.clone()) }
                }))
            }
        }
    }
}
