//! A mail provider that keeps what it is given, and does whatever a provider may do to one.

use std::future::{pending, poll_fn, ready};
use std::sync::{Mutex, MutexGuard};
use std::task::Poll;

use portineria::db::Pending;
use portineria::ports::{Mail, MailFailure, Mailer, Sent};

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
pub struct LetterBox {
    inner: Mutex<(Vec<Mail>, Provider, usize)>,
}

impl LetterBox {
    /// Empty and working.
    pub fn new() -> Self {
        Self { inner: Mutex::new((Vec::new(), Provider::Works, 0)) }
    }

    fn inner(&self) -> MutexGuard<'_, (Vec<Mail>, Provider, usize)> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The letters so far.
    pub fn letters(&self) -> Vec<Mail> {
        self.inner().0.clone()
    }

    /// How often anything was handed over, taken or not.
    pub fn attempts(&self) -> usize {
        self.inner().2
    }

    /// From now on the provider does this.
    pub fn is(&self, provider: Provider) {
        self.inner().1 = provider;
    }

    /// What the provider does now.
    pub fn mood(&self) -> Provider {
        self.inner().1
    }
}

impl Mailer for LetterBox {
    fn send(&self, letter: Mail) -> Pending<'_, Result<Sent, MailFailure>> {
        let mut inner = self.inner();
        inner.2 += 1;
        let provider = inner.1;
        if matches!(provider, Provider::Works | Provider::IsTerse | Provider::IsSlow | Provider::DropsAfter) {
            // A provider knows a letter again by its id. It must be the very same one: the other is thrown away.
            match inner.0.iter().find(|known| known.id == letter.id) {
                Some(known) => assert_eq!(known, &letter, "another letter under the same id"),
                None => inner.0.push(letter),
            }
        }
        let provider_id = Some(format!("letter-{}", inner.0.len()));
        drop(inner);
        match provider {
            Provider::Works => Box::pin(ready(Ok(Sent { provider_id }))),
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
