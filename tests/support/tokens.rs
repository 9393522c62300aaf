//! Workers KV in memory, with its three vices: it may be behind, it remembers that something was not there, and it may be down.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard};

use portineria::core::db::Pending;
use portineria::core::ports::{Tokens, TokensDown};

use crate::support::world::Mood;

/// Keys with what is kept under them.
pub struct MemoryTokens {
    inner: Mutex<Inner>,
}

struct Inner {
    mood: Mood,
    here: BTreeMap<String, String>,
    /// What this place of the world still sees while it is behind.
    behind: BTreeMap<String, String>,
    /// Keys that were asked for and were not there: the answer "nothing" is kept for a minute.
    missing: BTreeSet<String>,
    calls: u64,
    /// Whether it ever failed: then something may have stayed that was to go.
    failed: bool,
}

impl MemoryTokens {
    /// Empty and well.
    pub fn new() -> Self {
        let inner = Inner { mood: Mood::Well, here: BTreeMap::new(), behind: BTreeMap::new(), missing: BTreeSet::new(), calls: 0, failed: false };
        Self { inner: Mutex::new(inner) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// From now on it behaves like this.
    pub fn is(&self, mood: Mood) {
        let mut inner = self.inner();
        inner.mood = mood;
        inner.failed |= mood == Mood::Down;
        inner.behind = inner.here.clone();
        inner.missing.clear();
    }

    /// The keys it has, while it has never failed.
    pub fn keys(&self) -> Vec<String> {
        let inner = self.inner();
        if inner.failed { Vec::new() } else { inner.here.keys().cloned().collect() }
    }

    /// How often it was asked or told anything.
    pub fn calls(&self) -> u64 {
        self.inner().calls
    }

    /// Everything in it, as text.
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
        let answer = if inner.mood == Mood::Down {
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
        let answer = match inner.mood {
            Mood::Down => Err(TokensDown("KV GET failed: 500".into())),
            Mood::Behind => Ok(inner.behind.get(&key).cloned()),
            Mood::Well if inner.missing.contains(&key) => Ok(None),
            Mood::Well => {
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
        let answer = if inner.mood == Mood::Down { Err(TokensDown("KV DELETE failed: 500".into())) } else { Ok(()) };
        inner.here.remove(&key);
        Box::pin(std::future::ready(answer))
    }
}
