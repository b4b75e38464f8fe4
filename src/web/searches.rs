//! How often something was searched for and found, or not, since the start. Nothing of what.

use std::sync::atomic::{AtomicU64, Ordering};

/// The two counts.
#[derive(Default)]
pub(super) struct Searches {
    hits: AtomicU64,
    misses: AtomicU64,
}

impl Searches {
    /// Counts one more.
    pub(super) fn count(&self, is_hit: bool) {
        let count = if is_hit { &self.hits } else { &self.misses };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Both, by their names in `/metrics`.
    pub(super) fn counts(&self) -> [(&'static str, u64); 2] {
        [("hit", &self.hits), ("miss", &self.misses)]
            .map(|(name, count)| (name, count.load(Ordering::Relaxed)))
    }
}
