//! What the service does beside answering: keeps its store small, and looks for what somebody has to
//! know: scans that were dropped, a clock that was set.
//!
//! Each is told to the log in one line, and as an alarm that stays until somebody has seen it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::domain::alarm::AlarmKind;
use crate::domain::period::{Clock, Moment};
use crate::store::Store;
use crate::store::recorder::{Outcome, Outcomes};
use crate::store::upkeep::Tidying;

/// How often it looks.
const INTERVAL: Duration = Duration::from_secs(20);

/// A clock that differs by more than this from what has passed was set; time services slew less.
const SET_SECONDS: i64 = 90;

/// After a jump by more than a day no scan is given up for its age: by which clock would that be?
const DAY_SECONDS: i64 = 86_400;

/// Drops that go on for longer are told before they are over.
const LONG_SECONDS: i64 = 600;

/// Something that could not be done at the start, and that is tried again until it says that it is done.
pub(super) type Later<'a> = Box<dyn FnMut() -> bool + Send + 'a>;

/// Looks after a service.
pub(super) struct Watch<'a> {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) scans: Arc<Outcomes>,
    pub(super) answers: Arc<Outcomes>,
    pub(super) keep_raw: Option<u32>,
    pub(super) later: Vec<Later<'a>>,
}

impl Watch<'_> {
    /// Looks now and then, until the other end of `stopped` is gone.
    pub(super) fn run(mut self, stopped: &Receiver<()>) {
        let runtime = match tokio::runtime::Builder::new_current_thread().build() {
            Ok(runtime) => runtime,
            Err(error) => return log::error!("the store is not looked after: {error}"),
        };
        let mut clock_seen = ClockSeen { at: self.clock.now(), passed: Instant::now() };
        let (mut drops, mut alarms, mut failing) = (Drops::default(), Alarms::default(), false);
        while matches!(stopped.recv_timeout(INTERVAL), Err(RecvTimeoutError::Timeout)) {
            let now = self.clock.now();
            if let Some(seconds) = clock_seen.set_by(now) {
                log::error!("the clock was set by {seconds} s: scans may stand under a wrong hour");
                alarms.waiting.push_back((AlarmKind::Clock { seconds }, now));
                if seconds.abs() > DAY_SECONDS && self.keep_raw.take().is_some() {
                    log::warn!("single scans are not given up until the service is started again");
                }
            }
            alarms.waiting.extend(drops.over(self.dropped(), now).map(|kind| (kind, now)));
            self.tidy(&runtime, now, &mut failing);
            self.later.retain_mut(|later| !later());
            alarms.raise(&runtime, &*self.store);
        }
        let now = self.clock.now();
        alarms.waiting.extend(drops.end(self.dropped(), now).map(|kind| (kind, now)));
        alarms.raise(&runtime, &*self.store);
    }

    fn dropped(&self) -> (u64, u64) {
        (self.scans.get(Outcome::Dropped), self.answers.get(Outcome::Dropped))
    }

    fn tidy(&self, runtime: &tokio::runtime::Runtime, now: Moment, failing: &mut bool) {
        let tidying = Tidying { now, keep_raw: self.keep_raw };
        loop {
            match runtime.block_on(self.store.tidy(tidying)) {
                Ok(true) => {}
                Ok(false) => {
                    *failing = false;
                    break;
                }
                Err(error) => {
                    if !*failing {
                        log::warn!("the store cannot be tidied: {}", error.whole());
                    }
                    *failing = true;
                    break;
                }
            }
        }
    }
}

/// Alarms that the store has not taken yet: it may be down just then.
#[derive(Default)]
struct Alarms {
    waiting: VecDeque<(AlarmKind, Moment)>,
    /// The log was told.
    failing: bool,
}

impl Alarms {
    /// Raises them, the oldest first; what cannot be raised waits.
    fn raise(&mut self, runtime: &tokio::runtime::Runtime, store: &dyn Store) {
        while let Some((kind, at)) = self.waiting.front() {
            if let Err(error) = runtime.block_on(store.raise(kind, *at)) {
                if !self.failing {
                    log::error!("an alarm cannot be kept yet: {}", error.whole());
                }
                self.failing = true;
                return;
            }
            self.failing = false;
            self.waiting.pop_front();
        }
    }
}

/// When the clock was last looked at, by itself and by what has passed.
struct ClockSeen {
    at: Moment,
    passed: Instant,
}

impl ClockSeen {
    /// By how many seconds the clock was set since it was last looked at, where it was.
    fn set_by(&mut self, now: Moment) -> Option<i64> {
        let passed = i64::try_from(self.passed.elapsed().as_secs()).unwrap_or(i64::MAX);
        let set = now.0 - self.at.0 - passed;
        (self.at, self.passed) = (now, Instant::now());
        (set.abs() > SET_SECONDS).then_some(set)
    }
}

/// Scans and answers that were dropped, as long as it goes on.
#[derive(Default)]
struct Drops {
    /// Before it began.
    before: (u64, u64),
    seen: (u64, u64),
    since: Option<Moment>,
}

impl Drops {
    /// What was dropped, once nothing more is, or where it goes on for long.
    fn over(&mut self, dropped: (u64, u64), now: Moment) -> Option<AlarmKind> {
        if dropped != self.seen {
            let since = *self.since.get_or_insert(now);
            self.seen = dropped;
            if now.0 - since.0 < LONG_SECONDS {
                return None;
            }
        }
        self.end(dropped, now)
    }

    /// What was dropped until now, where anything was.
    fn end(&mut self, dropped: (u64, u64), now: Moment) -> Option<AlarmKind> {
        let (scans, answers) = (dropped.0 - self.before.0, dropped.1 - self.before.1);
        let since = self.since.take().unwrap_or(now);
        (self.before, self.seen) = (dropped, dropped);
        (scans + answers > 0).then_some(AlarmKind::Dropped { scans, answers, since })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_are_told_once_when_they_are_over() {
        let mut drops = Drops::default();
        assert_eq!(drops.over((0, 0), Moment(0)), None);
        assert_eq!(drops.over((3, 1), Moment(20)), None);
        assert_eq!(drops.over((5, 1), Moment(40)), None);
        let told = AlarmKind::Dropped { scans: 5, answers: 1, since: Moment(20) };
        assert_eq!(drops.over((5, 1), Moment(60)), Some(told));
        assert_eq!(drops.over((5, 1), Moment(80)), None);
        let told = AlarmKind::Dropped { scans: 2, answers: 0, since: Moment(90) };
        assert_eq!(drops.end((7, 1), Moment(90)), Some(told));
        assert_eq!(drops.end((7, 1), Moment(91)), None);
    }

    #[test]
    fn drops_that_go_on_are_told_before_they_are_over() {
        let mut drops = Drops::default();
        assert_eq!(drops.over((1, 0), Moment(0)), None);
        assert_eq!(drops.over((2, 0), Moment(LONG_SECONDS - 1)), None);
        let told = AlarmKind::Dropped { scans: 3, answers: 0, since: Moment(0) };
        assert_eq!(drops.over((3, 0), Moment(LONG_SECONDS)), Some(told));
        assert_eq!(drops.over((4, 0), Moment(LONG_SECONDS + 1)), None);
        let told = AlarmKind::Dropped { scans: 1, answers: 0, since: Moment(LONG_SECONDS + 1) };
        assert_eq!(drops.over((4, 0), Moment(LONG_SECONDS + 2)), Some(told));
    }

    #[test]
    fn a_clock_that_was_set_is_told_and_one_that_runs_is_not() {
        let start = Moment(1_795_449_600);
        let mut seen = ClockSeen { at: start, passed: Instant::now() };
        assert_eq!(seen.set_by(Moment(start.0 + 20)), None);
        assert_eq!(seen.set_by(Moment(start.0 + 20 + 7200)), Some(7200));
        assert_eq!(seen.set_by(Moment(start.0)), Some(-7220));
        assert_eq!(seen.set_by(Moment(start.0)), None);
    }
}
