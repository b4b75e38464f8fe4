//! The silences of all placements, kept for a few minutes: they are computed from the counts of a year.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::period::Moment;
use crate::report::silent::Silence;

/// For how many seconds they are good enough: a silence is told in hours.
const LASTS: i64 = 300;

/// What was computed last, and when.
type Kept = (Moment, Arc<Vec<Silence>>);

#[derive(Default)]
pub(super) struct Silences(Mutex<Option<Kept>>);

impl Silences {
    /// Those that were computed a short while ago.
    pub(super) fn get(&self, now: Moment) -> Option<Arc<Vec<Silence>>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = kept.as_ref().filter(|(at, _)| (0..LASTS).contains(&(now.0 - at.0)));
        fresh.map(|(_, silences)| Arc::clone(silences))
    }

    /// Keeps what was computed at `now`.
    pub(super) fn keep(&self, silences: Vec<Silence>, now: Moment) -> Arc<Vec<Silence>> {
        let silences = Arc::new(silences);
        let kept = Some((now, Arc::clone(&silences)));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        silences
    }

    /// Another site has other placements.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silences_are_kept_for_minutes_and_not_for_another_site() {
        let kept = Silences::default();
        assert!(kept.get(Moment(0)).is_none());
        kept.keep(Vec::new(), Moment(0));
        assert!(kept.get(Moment(LASTS - 1)).is_some() && kept.get(Moment(LASTS)).is_none());
        assert!(kept.get(Moment(-1)).is_none(), "the clock was put back");
        kept.forget();
        assert!(kept.get(Moment(1)).is_none());
    }
}
