//! The idempotency key of a request, by which it is done once though it is sent twice (see `access/act/once.rs`).

use serde::Deserialize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::{
    core::refusal::{Failure, Rule},
    core::secret,
};

/// The first request of a key, as stored in its row.
#[derive(Debug, Clone, Deserialize)]
pub struct First {
    /// Its id.
    pub(in crate::access) request_id: String,
    /// The hash of what it asked.
    pub(in crate::access) request_hash: String,
    /// The part of its answer that cannot be read back.
    pub(in crate::access) result: Option<String>,
}

/// The idempotency key of a request, and what is known of it so far.
#[derive(Debug)]
pub struct Idempotency {
    pub(in crate::access) key: String,
    /// The token of the form that was sent, where it was a form.
    pub(in crate::access) form_token: Option<String>,
    pub(in crate::access) request_hash: String,
    pub(in crate::access) first: Option<First>,
    /// Ids given so far.
    pub(in crate::access) given: AtomicU64,
    /// Whether the row was written.
    pub(in crate::access) is_kept: AtomicBool,
    /// Whether the row of the first request was found.
    pub(in crate::access) is_repeated: AtomicBool,
}

impl Idempotency {
    /// The key of a request whose content has this hash.
    #[must_use]
    pub fn new(key: String, request_hash: String) -> Self {
        Self {
            key,
            form_token: None,
            request_hash,
            first: None,
            given: AtomicU64::default(),
            is_kept: AtomicBool::default(),
            is_repeated: AtomicBool::default(),
        }
    }

    /// The same, of a form with this token.
    #[must_use]
    pub fn of_form(self, token: &str) -> Self {
        Self { form_token: Some(token.to_owned()), ..self }
    }

    /// Whether a batch found that the request was done before.
    #[must_use]
    pub fn is_repeated(&self) -> bool {
        self.is_repeated.load(Ordering::Relaxed)
    }

    /// The same request as the repeat of this one.
    #[must_use]
    pub fn repeat_of(&self, first: First) -> Self {
        Self { first: Some(first), ..Self::new(self.key.clone(), self.request_hash.clone()) }
    }

    /// The next id of this request. It is derived from the id of the (first) request and the number of ids given before.
    pub(in crate::access) fn next_id(&self, own_request: &str) -> Option<String> {
        let request = self.first.as_ref().map_or(own_request, |first| &first.request_id);
        secret::id_within(request, self.given.fetch_add(1, Ordering::Relaxed))
    }

    pub(in crate::access) fn found(&self, is_same: bool) -> Failure {
        if is_same {
            self.is_repeated.store(true, Ordering::Relaxed);
            Rule::Replayed.into()
        } else {
            Rule::IdempotencyKeyReused.into()
        }
    }
}
