//! The one writer of scans: takes them from the pages, commits them, acknowledges them. Answers have one
//! of their own: they wait for the whole store, and a scan does not wait for them.
//!
//! Natural group commit: whatever has gathered is committed as soon as the last commit ended, with
//! no timer. A page waits for its scan for a bounded moment and is served anyway: a store that is
//! slow, full or down never keeps a guide from being read. What was not confirmed is counted.

mod verdict;

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Store, StoreError};
use crate::domain::feedback::Feedback;
use crate::domain::scan::Scan;
use verdict::Verdict;

/// How long a page waits for its scan where nothing else is said.
pub const PATIENCE: Duration = Duration::from_millis(200);

/// How many scans, or answers, are committed at a time at most.
const BATCH: usize = 8_192;

/// With so many scans gathered there are more to come, and a commit lets them come first.
const SEVERAL: usize = 6;

/// With so many it waits for no more.
const ENOUGH: usize = 128;

/// How many batches of each may wait for the writer.
const BATCHES: usize = 8;

/// What became of a scan or of an answer by the time its page was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Committed and synced: it outlives a kill and a power cut.
    Kept,
    /// Not yet committed when the page had to go; it may still be.
    Late,
    /// Not kept: the queue was full or the store failed.
    Dropped,
}

impl Outcome {
    /// The value of the header `Onecode-Scan`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Late => "late",
            Self::Dropped => "dropped",
        }
    }
}

/// Records that are committed together, and whether they were: told once for all that wait for it.
struct Batch<T> {
    records: Vec<T>,
    done: Arc<Verdict>,
}

impl<T> Batch<T> {
    fn new() -> Self {
        Self { records: Vec::new(), done: Arc::default() }
    }
}

/// Batches of one kind of records, the oldest first; only the last one may take more.
struct Batches<T>(VecDeque<Batch<T>>);

impl<T> Batches<T> {
    /// Takes a record, unless too many wait; and gives what will tell whether it was committed.
    fn push(&mut self, record: T) -> Option<Arc<Verdict>> {
        if self.0.back().is_none_or(|batch| batch.records.len() >= BATCH) {
            if self.0.len() >= BATCHES {
                return None;
            }
            self.0.push_back(Batch::new());
        }
        let batch = self.0.back_mut()?;
        batch.records.push(record);
        Some(Arc::clone(&batch.done))
    }
}

/// What waits for a writer.
struct Gathered<T> {
    batches: Batches<T>,
    /// The writer sleeps: whoever brings something wakes it.
    sleeping: bool,
    /// Nothing is taken any more.
    closed: bool,
}

/// Where pages and a writer meet.
struct Queue<T> {
    gathered: Mutex<Gathered<T>>,
    brought: Condvar,
}

impl<T> Queue<T> {
    fn new() -> Self {
        let batches = Batches(VecDeque::new());
        let gathered = Gathered { batches, sleeping: false, closed: false };
        Self { gathered: Mutex::new(gathered), brought: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Gathered<T>> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings a record unless the queue is closed or full, and wakes the writer where it sleeps; gives
    /// what will tell whether it was committed.
    fn bring(&self, record: T) -> Option<Arc<Verdict>> {
        let mut gathered = self.lock();
        if gathered.closed {
            return None;
        }
        let brought = gathered.batches.push(record);
        let asleep = std::mem::take(&mut gathered.sleeping);
        drop(gathered);
        if asleep {
            self.brought.notify_one();
        }
        brought
    }

    /// Sleeps until something was brought; false where nothing will be any more.
    fn wait(&self) -> bool {
        let mut gathered = self.lock();
        loop {
            if !gathered.batches.0.is_empty() {
                return true;
            }
            if gathered.closed {
                return false;
            }
            gathered.sleeping = true;
            gathered = self.brought.wait(gathered).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Where several have gathered, lets pages that are ready to hand in theirs do so first, for as long as
    /// some do: a commit costs as much for one scan as for many. Not a timer: where nobody else is ready
    /// this returns at once. Where few have, who yields is put behind whatever else wants the processor,
    /// for milliseconds, and gains nobody.
    fn let_others_first(&self) {
        let mut gathered = SEVERAL - 1;
        loop {
            let now = self.lock().batches.0.back().map_or(0, |batch| batch.records.len());
            if now <= gathered || now >= ENOUGH {
                return;
            }
            gathered = now;
            std::thread::yield_now();
        }
    }

    /// The next batch, once there is one; none where there will be no more.
    fn next(&self) -> Option<Batch<T>> {
        self.wait().then(|| self.let_others_first())?;
        self.take()
    }

    /// The oldest batch.
    fn take(&self) -> Option<Batch<T>> {
        self.lock().batches.0.pop_front()
    }

    fn close(&self) {
        self.lock().closed = true;
        self.brought.notify_one();
    }
}

/// One end of a queue, that of all pages or that of the writer: where one is gone it is closed.
struct End<T>(Arc<Queue<T>>);

impl<T> Drop for End<T> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// How many scans, or answers, had which [`Outcome`] since the start.
#[derive(Debug, Default)]
pub struct Outcomes {
    kept: AtomicU64,
    late: AtomicU64,
    dropped: AtomicU64,
}

impl Outcomes {
    /// The number that had `outcome`.
    pub fn get(&self, outcome: Outcome) -> u64 {
        self.of(outcome).load(Ordering::Relaxed)
    }

    fn of(&self, outcome: Outcome) -> &AtomicU64 {
        match outcome {
            Outcome::Kept => &self.kept,
            Outcome::Late => &self.late,
            Outcome::Dropped => &self.dropped,
        }
    }
}

/// Hands scans and answers to their writers.
#[derive(Clone)]
pub struct Recorder {
    scans: Arc<End<Scan>>,
    feedback: Arc<End<Feedback>>,
    outcomes: Arc<Outcomes>,
    of_feedback: Arc<Outcomes>,
    patience: Duration,
}

impl Recorder {
    /// Starts the writers; pages wait for them at most `patience`. They end, with everything committed
    /// that was handed in, when the last clone of the recorder is dropped; the handle waits for that.
    pub fn start(
        store: Arc<dyn Store>,
        patience: Duration,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (scans, feedback) = (Arc::new(Queue::new()), Arc::new(Queue::new()));
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let answers = std::thread::Builder::new().name("answers".to_owned()).spawn({
            let (end, store) = (End(Arc::clone(&feedback)), Arc::clone(&store));
            move || {
                let kept = |records: &[_]| commit(&runtime, store.record_feedback(records));
                write(&end.0, "answers", kept);
            }
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let writer = std::thread::Builder::new().name("recorder".to_owned()).spawn({
            let end = End(Arc::clone(&scans));
            move || {
                write(&end.0, "scans", |records: &[_]| commit(&runtime, store.record(records)));
                answers.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            }
        })?;
        let (scans, feedback) = (Arc::new(End(scans)), Arc::new(End(feedback)));
        let (outcomes, of_feedback) = (Arc::default(), Arc::default());
        Ok((Self { scans, feedback, outcomes, of_feedback, patience }, writer))
    }

    /// Hands in a scan and waits, for a bounded moment, until it is committed.
    pub async fn record(&self, scan: Scan) -> Outcome {
        let done = self.scans.0.bring(scan);
        self.outcome(done, &self.outcomes).await
    }

    /// Hands in an answer and waits in the same way.
    pub async fn record_feedback(&self, feedback: Feedback) -> Outcome {
        let done = self.feedback.0.bring(feedback);
        self.outcome(done, &self.of_feedback).await
    }

    async fn outcome(&self, done: Option<Arc<Verdict>>, outcomes: &Outcomes) -> Outcome {
        let outcome = match done {
            None => Outcome::Dropped,
            Some(done) => done.wait(self.patience).await,
        };
        outcomes.of(outcome).fetch_add(1, Ordering::Relaxed);
        outcome
    }

    /// What became of the scans since the start.
    pub fn outcomes(&self) -> &Outcomes {
        &self.outcomes
    }

    /// What became of scans and of answers, for whoever must not keep the recorder from ending.
    pub fn shared_outcomes(&self) -> (Arc<Outcomes>, Arc<Outcomes>) {
        (Arc::clone(&self.outcomes), Arc::clone(&self.of_feedback))
    }

    /// What became of the answers since the start.
    pub fn feedback_outcomes(&self) -> &Outcomes {
        &self.of_feedback
    }
}

/// Commits what is brought until no more will be, and tells those who wait; `commit` says why it failed.
fn write<T>(queue: &Queue<T>, kind: &'static str, commit: impl Fn(&[T]) -> Option<String>) {
    let mut told = Told { kind, failing: false };
    while let Some(Batch { records, done }) = queue.next() {
        told.settle(commit(&records), &done);
    }
}

/// Why a commit failed, or `None` where it did not.
fn commit(
    runtime: &tokio::runtime::Runtime,
    committing: impl Future<Output = Result<(), StoreError>>,
) -> Option<String> {
    // sled panics on some faults; a page must not pay for that.
    let commit = AssertUnwindSafe(|| runtime.block_on(committing));
    match std::panic::catch_unwind(commit) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.whole()),
        Err(_) => Some("the engine panicked".to_owned()),
    }
}

/// What the log was told of one kind of records.
struct Told {
    kind: &'static str,
    failing: bool,
}

impl Told {
    /// Tells the log, once and not once a record, and the pages that wait.
    fn settle(&mut self, fault: Option<String>, done: &Verdict) {
        let kept = fault.is_none();
        if let Some(fault) = fault {
            if !self.failing {
                log::error!("{} are not being kept: {fault}", self.kind);
            }
        } else if self.failing {
            log::warn!("{} are being kept again", self.kind);
        }
        self.failing = !kept;
        done.tell(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_fill_in_turn_and_then_nothing_more_is_taken_until_one_is_committed() {
        let mut batches = Batches(VecDeque::new());
        let done: Vec<_> = (0..BATCH * BATCHES).filter_map(|i| batches.push(i)).collect();
        assert_eq!(done.len(), BATCH * BATCHES);
        assert!(Arc::ptr_eq(&done[0], &done[BATCH - 1]) && !Arc::ptr_eq(&done[0], &done[BATCH]));
        assert!(batches.push(0).is_none());
        let first = batches.0.pop_front().unwrap();
        assert_eq!((first.records.len(), first.records[0]), (BATCH, 0));
        assert!(batches.push(0).is_some());
    }

    #[test]
    fn a_queue_that_lost_one_of_its_ends_takes_nothing_and_gives_what_it_has() {
        let queue = Arc::new(Queue::new());
        let ends = [End(Arc::clone(&queue)), End(Arc::clone(&queue))];
        let feedback = || Feedback {
            day: crate::domain::period::Day::parse("2026-11-24").unwrap(),
            placement: None,
            topic: crate::domain::topic::TopicNumber::ALL,
            answer: crate::domain::feedback::Answer::Yes,
        };
        assert!(queue.bring(feedback()).is_some());
        let [pages, _writer] = ends;
        drop(pages);
        assert!(queue.bring(feedback()).is_none());
        assert!(queue.wait(), "what was handed in is committed");
        assert_eq!(queue.take().unwrap().records.len(), 1);
        assert!(!queue.wait());
    }
}
