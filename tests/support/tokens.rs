//! Workers KV in memory, with its three faults: it may be stale, it caches that a key was missing, and it may be down.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard};

use portineria::core::db::Pending;
use portineria::core::ports::{Tokens, TokensDown};

use crate::support::world::CacheState;

/// A token cache in memory.
pub struct MemoryTokens {
    inner: Mutex<Inner>,
}

struct Inner {
    state: CacheState,
    here: BTreeMap<String, String>,
    /// The values that are read while it is stale.
    stale: BTreeMap<String, String>,
    /// Keys that were read and missing: KV caches that answer for a minute.
    missing: BTreeSet<String>,
    calls: u64,
    /// Whether it has ever failed. A key that should be deleted may then still exist.
    failed: bool,
}

impl MemoryTokens {
    /// Returns an empty, working cache.
    pub fn new() -> Self {
        let inner = Inner { state: CacheState::Working, here: BTreeMap::new(), stale: BTreeMap::new(), missing: BTreeSet::new(), calls: 0, failed: false };
        Self { inner: Mutex::new(inner) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Sets the state of the cache.
    pub fn is(&self, state: CacheState) {
        let mut inner = self.inner();
        inner.state = state;
        inner.failed |= state == CacheState::Down;
        inner.stale = inner.here.clone();
        inner.missing.clear();
    }

    /// Returns its keys; none once it has failed.
    pub fn keys(&self) -> Vec<String> {
        let inner = self.inner();
        if inner.failed { Vec::new() } else { inner.here.keys().cloned().collect() }
    }

    /// Returns the number of calls.
    pub fn calls(&self) -> u64 {
        self.inner().calls
    }

    /// Returns its content as text.
    pub fn dump(&self) -> String {
        self.inner().here.iter().fold(String::new(), |mut text, (key, value)| {
            writeln!(text, "{key} {value}").expect("text");
            text
        })
    }
}

impl Tokens for MemoryTokens {
    fn put(&self, key: String, value: String, ttl_seconds: u64) -> Pending<'_, Result<(), TokensDown>> {
        let mut inner = self.inner();
        inner.calls += 1;
        let answer = if inner.state == CacheState::Down {
            Err(TokensDown("KV PUT failed: 500".into()))
        } else if ttl_seconds < 60 {
            Err(TokensDown("KV PUT failed: 400 expiration_ttl must be at least 60".into()))
        } else {
            inner.here.insert(key, value);
            Ok(())
        };
        Box::pin(std::future::ready(answer))
    }

    fn get(&self, key: String) -> Pending<'_, Result<Option<String>, TokensDown>> {
        let mut inner = self.inner();
        inner.calls += 1;
        let answer = match inner.state {
            CacheState::Down => Err(TokensDown("KV GET failed: 500".into())),
            CacheState::Stale => Ok(inner.stale.get(&key).cloned()),
            CacheState::Working if inner.missing.contains(&key) => Ok(None),
            CacheState::Working => {
                let found = inner.here.get(&key).cloned();
                if found.is_none() {
                    inner.missing.insert(key);
                }
                Ok(found)
            }
        };
        Box::pin(std::future::ready(answer))
    }

    fn delete(&self, key: String) -> Pending<'_, Result<(), TokensDown>> {
        let mut inner = self.inner();
        inner.calls += 1;
        let answer = if inner.state == CacheState::Down { Err(TokensDown("KV DELETE failed: 500".into())) } else { Ok(()) };
        inner.here.remove(&key);
        Box::pin(std::future::ready(answer))
    }
}
