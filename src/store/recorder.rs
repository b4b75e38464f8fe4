//! The one writer: takes scans and answers from the pages, commits them, acknowledges them.
//!
//! Natural group commit: whatever has gathered is committed as soon as the last commit ended, with
//! no timer. A page waits for its scan for a bounded moment and is served anyway: a store that is
//! slow, full or down never keeps a guide from being read. What was not confirmed is counted.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::{Store, StoreError};
use crate::domain::feedback::Feedback;
use crate::domain::scan::Scan;

/// How long a page waits for its scan where nothing else is said.
pub const PATIENCE: Duration = Duration::from_millis(200);

/// How many scans and answers may wait for the writer.
const QUEUE: usize = 65_536;

/// How many of them are committed at a time at most.
const BATCH: usize = 8_192;

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

enum Record {
    Scan(Scan),
    Feedback(Feedback),
}

struct Entry {
    record: Record,
    done: oneshot::Sender<bool>,
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

/// Hands scans and answers to the one writer thread.
#[derive(Clone)]
pub struct Recorder {
    queue: mpsc::Sender<Entry>,
    outcomes: Arc<Outcomes>,
    of_feedback: Arc<Outcomes>,
    patience: Duration,
}

impl Recorder {
    /// Starts the writer; pages wait for it at most `patience`. It ends, with everything committed
    /// that was handed in, when the last clone of the recorder is dropped; the handle waits for that.
    pub fn start(
        store: Arc<dyn Store>,
        patience: Duration,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (queue, entries) = mpsc::channel(QUEUE);
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let writer = std::thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || write(&runtime, entries, &*store))?;
        let (outcomes, of_feedback) = (Arc::default(), Arc::default());
        Ok((Self { queue, outcomes, of_feedback, patience }, writer))
    }

    /// Hands in a scan and waits, for a bounded moment, until it is committed.
    pub async fn record(&self, scan: Scan) -> Outcome {
        self.hand_in(Record::Scan(scan), &self.outcomes).await
    }

    /// Hands in an answer and waits in the same way.
    pub async fn record_feedback(&self, feedback: Feedback) -> Outcome {
        self.hand_in(Record::Feedback(feedback), &self.of_feedback).await
    }

    async fn hand_in(&self, record: Record, outcomes: &Outcomes) -> Outcome {
        let (done, waiting) = oneshot::channel();
        let outcome = match self.queue.try_send(Entry { record, done }) {
            Err(_) => Outcome::Dropped,
            Ok(()) => match tokio::time::timeout(self.patience, waiting).await {
                Ok(Ok(true)) => Outcome::Kept,
                Ok(Ok(false) | Err(_)) => Outcome::Dropped,
                Err(_) => Outcome::Late,
            },
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

fn write(runtime: &tokio::runtime::Runtime, mut entries: mpsc::Receiver<Entry>, store: &dyn Store) {
    let mut told_scans = Told { kind: "scans", failing: false };
    let mut told_feedback = Told { kind: "answers", failing: false };
    while let Some(first) = entries.blocking_recv() {
        // Not a timer: pages that are ready to hand in theirs may do so first, since a commit costs as
        // much for one scan as for many.
        std::thread::yield_now();
        let mut batch = vec![first];
        while batch.len() < BATCH {
            let Ok(entry) = entries.try_recv() else { break };
            batch.push(entry);
        }
        let (mut scans, mut of_scans) = (Vec::new(), Vec::new());
        let (mut feedback, mut of_feedback) = (Vec::new(), Vec::new());
        for Entry { record, done } in batch {
            match record {
                Record::Scan(scan) => {
                    scans.push(scan);
                    of_scans.push(done);
                }
                Record::Feedback(one) => {
                    feedback.push(one);
                    of_feedback.push(done);
                }
            }
        }
        // Scans first: the pages that wait for them are the ones that people wait for.
        if !scans.is_empty() {
            told_scans.settle(commit(runtime, store.record(&scans)), of_scans);
        }
        if !feedback.is_empty() {
            told_feedback.settle(commit(runtime, store.record_feedback(&feedback)), of_feedback);
        }
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
        Ok(Err(error)) => Some(error.to_string()),
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
    fn settle(&mut self, fault: Option<String>, waiting: Vec<oneshot::Sender<bool>>) {
        let kept = fault.is_none();
        if let Some(fault) = fault {
            if !self.failing {
                log::error!("{} are not being kept: {fault}", self.kind);
            }
        } else if self.failing {
            log::warn!("{} are being kept again", self.kind);
        }
        self.failing = !kept;
        for done in waiting {
            // A page that no longer waits is no fault.
            let _ = done.send(kept);
        }
    }
}
