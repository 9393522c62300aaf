//! `Retry-After` of a batch that was refused for too many attempts.

use serde::Deserialize;

use crate::access::context::Cx;

use super::Act;
use crate::{core::db::Stmt, core::decode, core::refusal::Refusal};

impl Act<'_> {
    /// Adds a SELECT of `ends_at`: when the counters of this batch let it through again. It runs only when they refused the batch.
    pub fn limited_until(mut self, ends: Stmt) -> Self {
        self.0.limits.push(ends);
        self
    }
}

impl Cx {
    /// The refusal `too_many_attempts` with the true seconds to wait, read in a second trip. Where they cannot be read, the default stays.
    pub(super) async fn with_retry_after(&self, refusal: Refusal, limits: Vec<Stmt>) -> Refusal {
        #[derive(Deserialize)]
        struct Window {
            ends_at: Option<i64>,
        }
        if limits.is_empty() {
            return refusal;
        }
        let Ok(batch) = self.run(limits).await else { return refusal };
        let windows = batch.results.iter().filter_map(|rows| decode::rows::<Window>(rows).ok()).flatten();
        let Some(ends_at) = windows.filter_map(|window| window.ends_at).max() else { return refusal };
        let milliseconds = u64::try_from(ends_at - self.now).unwrap_or_default();
        Refusal { retry_after: Some(milliseconds.div_ceil(1_000).max(1)), ..refusal }
    }
}
