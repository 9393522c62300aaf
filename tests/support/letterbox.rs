//! A mail provider that keeps what it is given, and fails when told to.

use std::sync::{Mutex, MutexGuard};

use portineria::db::Pending;
use portineria::ports::{Mail, MailFailure, Mailer, Sent};

/// Every letter that left, in order.
pub struct LetterBox {
    inner: Mutex<(Vec<Mail>, bool)>,
}

impl LetterBox {
    /// Empty and working.
    pub fn new() -> Self {
        Self { inner: Mutex::new((Vec::new(), false)) }
    }

    fn inner(&self) -> MutexGuard<'_, (Vec<Mail>, bool)> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The letters so far.
    pub fn letters(&self) -> Vec<Mail> {
        self.inner().0.clone()
    }

    /// From now on the provider takes nothing (or takes letters again).
    pub fn fails(&self, fails: bool) {
        self.inner().1 = fails;
    }
}

impl Mailer for LetterBox {
    fn send(&self, letter: Mail) -> Pending<'_, Result<Sent, MailFailure>> {
        let mut inner = self.inner();
        let answer = if inner.1 {
            Err(MailFailure::Later { reason: "the provider answered 500".into(), after_ms: None })
        } else {
            inner.0.push(letter);
            Ok(Sent { provider_id: Some(format!("letter-{}", inner.0.len())) })
        };
        Box::pin(std::future::ready(answer))
    }
}
