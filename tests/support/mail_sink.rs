//! A mail provider that keeps what it is given, and does whatever a provider may do to one.

use std::future::{pending, poll_fn, ready};
use std::sync::{Mutex, MutexGuard};
use std::task::Poll;

use portineria::core::db::Pending;
use portineria::core::ports::{Mail, MailFailure, Mailer, Sent};
use portineria::messages::mail::provider::{Answer, Carrier, Choice, chosen};

/// What the provider does with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// Takes it and says under which id.
    Works,
    /// Takes it and says nothing more.
    IsTerse,
    /// Takes it after a while.
    IsSlow,
    /// Does not want it, and says so after a while.
    IsSlowToRefuse,
    /// Does not want it: 4xx.
    Refuses,
    /// Asks to come back in so many seconds: 429.
    IsBusy(i64),
    /// Answers this status.
    Answers(u16),
    /// Takes it after nine seconds.
    IsLate,
    /// Breaks: 5xx.
    Breaks,
    /// Drops the connection before it has read anything.
    DropsBefore,
    /// Takes it and drops the connection before it says so.
    DropsAfter,
    /// Never answers; the worker is killed over it.
    Hangs,
}

/// Every letter that arrived, in order, and what the provider is like today.
pub struct MailSink {
    inner: Mutex<Inner>,
}

struct Inner {
    emails: Vec<Mail>,
    provider: Provider,
    attempts: usize,
    arrivals: usize,
    /// Nine seconds passed since anybody looked at the clock.
    is_late: bool,
}

/// A carrier that reads answers as the worker's does.
fn carrier() -> Carrier {
    let set = |name: &str| Some(if name == "MAIL_PROVIDER" { "webhook" } else { "https://mail@example.com" }.to_owned());
    match chosen(&set) {
        Choice::By(carrier) => carrier,
        other => panic!("{other:?}"),
    }
}

impl MailSink {
    /// Empty and working.
    pub fn new() -> Self {
        Self { inner: Mutex::new(Inner { emails: Vec::new(), provider: Provider::Works, attempts: 0, arrivals: 0, is_late: false }) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The letters so far.
    pub fn emails(&self) -> Vec<Mail> {
        self.inner().emails.clone()
    }

    /// How often anything was handed over, taken or not.
    pub fn attempts(&self) -> usize {
        self.inner().attempts
    }

    /// How often a letter arrived, known already or not.
    pub fn arrivals(&self) -> usize {
        self.inner().arrivals
    }

    /// From now on the provider does this.
    pub fn is(&self, provider: Provider) {
        self.inner().provider = provider;
    }

    /// What the provider does now.
    pub fn mood(&self) -> Provider {
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
            // A provider knows a letter again by its id. It must be the very same one: the other is thrown away.
            match inner.emails.iter().find(|known| known.id == mail.id) {
                Some(known) => assert_eq!(known, &mail, "another letter under the same id"),
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
