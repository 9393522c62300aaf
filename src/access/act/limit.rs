//! A batch that was refused for too many attempts says when to come back.

use serde::Deserialize;

use crate::access::context::Cx;

use super::Act;
use crate::{core::db::Stmt, core::decode, core::refusal::Refusal};

impl Act<'_> {
    /// Reads, as `ends_at`, when the counters that this batch counts let it through again. It is read only where they refused.
    pub fn limited_until(mut self, ends: Stmt) -> Self {
        self.0.limits.push(ends);
        self
    }
}

impl Cx {
    /// The second trip of `too_many_attempts`: the true seconds. The usual ones stay where they cannot be read.
    pub(super) async fn until_when(&self, refusal: Refusal, limits: Vec<Stmt>) -> Refusal {
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
