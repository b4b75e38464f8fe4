//! The one writer: takes scans from the pages, commits them, acknowledges them.
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

use super::Store;
use crate::domain::scan::Scan;

/// How long a page waits for its scan where nothing else is said.
pub const PATIENCE: Duration = Duration::from_millis(200);

/// How many scans may wait for the writer.
const QUEUE: usize = 65_536;

/// How many scans go into one commit at most.
const BATCH: usize = 8_192;

/// What became of a scan by the time its page was answered.
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

struct Entry {
    scan: Scan,
    done: oneshot::Sender<bool>,
}

/// How many scans had which [`Outcome`] since the start.
#[derive(Debug, Default)]
pub struct Outcomes {
    kept: AtomicU64,
    late: AtomicU64,
    dropped: AtomicU64,
}

impl Outcomes {
    /// The number of scans that had `outcome`.
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

/// Hands scans to the one writer thread.
#[derive(Clone)]
pub struct Recorder {
    queue: mpsc::Sender<Entry>,
    outcomes: Arc<Outcomes>,
    patience: Duration,
}

impl Recorder {
    /// Starts the writer; pages wait for it at most `patience`. It ends, with everything committed that was handed in, when the last
    /// clone of the recorder is dropped; the handle waits for that.
    pub fn start(
        store: Arc<dyn Store>,
        patience: Duration,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (queue, entries) = mpsc::channel(QUEUE);
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let writer = std::thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || write(&runtime, entries, &*store))?;
        Ok((Self { queue, outcomes: Arc::default(), patience }, writer))
    }

    /// Hands in a scan and waits, for a bounded moment, until it is committed.
    pub async fn record(&self, scan: Scan) -> Outcome {
        let (done, waiting) = oneshot::channel();
        let outcome = match self.queue.try_send(Entry { scan, done }) {
            Err(_) => Outcome::Dropped,
            Ok(()) => match tokio::time::timeout(self.patience, waiting).await {
                Ok(Ok(true)) => Outcome::Kept,
                Ok(Ok(false) | Err(_)) => Outcome::Dropped,
                Err(_) => Outcome::Late,
            },
        };
        self.outcomes.of(outcome).fetch_add(1, Ordering::Relaxed);
        outcome
    }

    /// What became of the scans since the start.
    pub fn outcomes(&self) -> &Outcomes {
        &self.outcomes
    }
}

fn write(runtime: &tokio::runtime::Runtime, mut entries: mpsc::Receiver<Entry>, store: &dyn Store) {
    let mut failing = false;
    while let Some(first) = entries.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH {
            let Ok(entry) = entries.try_recv() else { break };
            batch.push(entry);
        }
        let scans: Vec<Scan> = batch.iter().map(|entry| entry.scan).collect();
        // sled panics on some faults; a page must not pay for that.
        let commit = AssertUnwindSafe(|| runtime.block_on(store.record(&scans)));
        let fault = match std::panic::catch_unwind(commit) {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("the engine panicked".to_owned()),
        };
        if let Some(fault) = &fault {
            // Said once, not once a scan.
            if !failing {
                log::error!("scans are not being kept: {fault}");
            }
        } else if failing {
            log::warn!("scans are being kept again");
        }
        failing = fault.is_some();
        for entry in batch {
            // A page that no longer waits is no fault.
            let _ = entry.done.send(fault.is_none());
        }
    }
}
