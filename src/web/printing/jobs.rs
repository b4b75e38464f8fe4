//! Orders that take long: one is made at a time, the others wait, and each file is kept for an hour.
//!
//! A job lives in memory, its files in a directory of its own under the service's. After each document
//! the worker lets whoever else waits for the press go first.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::making::{Dir, Source, Unmade, make};
use super::order::{Order, Size};
use crate::diagnostic::Words;
use crate::domain::period::{Clock, Moment};
use crate::domain::user::UserName;

/// How many jobs wait at most.
const WAITING: usize = 4;

/// For how many seconds a file is kept.
const LASTS: i64 = 3600;

/// How many jobs that ended are kept at most: the oldest makes room.
const ENDED: usize = 12;

/// How long the end of the service waits for the document in hand.
const END: Duration = Duration::from_secs(5);

/// An order that was taken.
pub(in crate::web) struct Job {
    /// Known to nobody but its owner.
    pub(in crate::web) id: String,
    pub(in crate::web) owner: UserName,
    pub(in crate::web) order: Order,
    pub(in crate::web) size: Size,
    done: AtomicUsize,
    stop: AtomicBool,
}

impl Job {
    /// How many documents are made and proven.
    pub(in crate::web) fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }
}

/// How far a job is.
#[derive(Clone)]
pub(in crate::web) enum Stage {
    /// So many are before it.
    Waiting(usize),
    /// It is being made.
    Running,
    /// Its file, how many bytes that has, and the directory, which goes with the job.
    Ready(PathBuf, u64, Arc<Dir>),
    /// What is wrong.
    Faulty(Vec<Words>),
}

impl Stage {
    /// Whether there is more to come.
    pub(in crate::web) fn is_open(&self) -> bool {
        match self {
            Self::Waiting(_) | Self::Running => true,
            Self::Ready(..) | Self::Faulty(_) => false,
        }
    }
}

/// Why an order was not taken.
pub(in crate::web) enum Refused {
    /// One of theirs is under way.
    Theirs,
    /// Too many wait.
    Full,
    /// There is nowhere to print to.
    Nowhere,
}

struct Entry {
    job: Arc<Job>,
    stage: Stage,
    /// What it is made from, until it is.
    source: Option<Source>,
    ended: Option<Moment>,
}

#[derive(Default)]
struct List {
    /// In the order in which they were taken.
    entries: Vec<Entry>,
    working: bool,
    closed: bool,
}

/// All jobs.
pub(in crate::web) struct Jobs {
    dir: Option<PathBuf>,
    list: Mutex<List>,
    /// Rings when the worker leaves.
    left: Condvar,
    printing: Arc<Semaphore>,
    clock: Arc<dyn Clock>,
}

impl Jobs {
    /// What a killed service left in `dir` is cleared away.
    pub(super) fn new(
        dir: Option<PathBuf>,
        printing: Arc<Semaphore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        drop(dir.clone().map(Dir));
        Self { dir, list: Mutex::default(), left: Condvar::new(), printing, clock }
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A directory for one order; none where there is nowhere to print to.
    pub(in crate::web) fn dir(&self, id: &str) -> Option<Dir> {
        let base = self.dir.as_ref()?;
        let made = private(base)
            .or_else(|error| if base.is_dir() { Ok(()) } else { Err(error) })
            .and_then(|()| private(&base.join(id)));
        match made {
            Ok(()) => Some(Dir(base.join(id))),
            Err(error) => {
                log::error!("{}: {error}", base.display());
                None
            }
        }
    }

    /// Takes an order.
    pub(in crate::web) fn take(
        self: &Arc<Self>,
        id: String,
        owner: &UserName,
        order: Order,
        size: Size,
        source: Source,
    ) -> Result<(), Refused> {
        self.sweep();
        let mut list = self.list();
        if self.dir.is_none() || list.closed {
            return Err(Refused::Nowhere);
        }
        let open = |entry: &&Entry| entry.stage.is_open();
        if list.entries.iter().filter(open).any(|entry| entry.job.owner == *owner) {
            return Err(Refused::Theirs);
        }
        let waiting = |entry: &&Entry| matches!(entry.stage, Stage::Waiting(_));
        if list.entries.iter().filter(waiting).count() >= WAITING {
            return Err(Refused::Full);
        }
        if !list.working {
            let jobs = Arc::clone(self);
            let worker = std::thread::Builder::new().name("print room".to_owned());
            worker.spawn(move || jobs.work()).map_err(|_| Refused::Full)?;
            list.working = true;
        }
        let (done, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let job = Arc::new(Job { id, owner: owner.clone(), order, size, done, stop });
        let (stage, source) = (Stage::Waiting(0), Some(source));
        list.entries.push(Entry { job, stage, source, ended: None });
        Ok(())
    }

    /// The job of that id, and how far it is.
    pub(in crate::web) fn find(&self, id: &str) -> Option<(Arc<Job>, Stage)> {
        self.sweep();
        self.all().into_iter().find(|(job, _)| job.id == id)
    }

    /// The jobs of `owner`, the newest first.
    pub(in crate::web) fn of(&self, owner: &UserName) -> Vec<(Arc<Job>, Stage)> {
        self.sweep();
        let mut all = self.all();
        all.retain(|(job, _)| job.owner == *owner);
        all.reverse();
        all
    }

    fn all(&self) -> Vec<(Arc<Job>, Stage)> {
        let mut before = 0;
        let seen = |entry: &Entry| {
            let stage = match &entry.stage {
                Stage::Waiting(_) => Stage::Waiting(before),
                Stage::Running | Stage::Ready(..) | Stage::Faulty(_) => entry.stage.clone(),
            };
            before += usize::from(stage.is_open());
            (Arc::clone(&entry.job), stage)
        };
        self.list().entries.iter().map(seen).collect()
    }

    /// Ends a job, whatever it has come to, and with it its files.
    pub(in crate::web) fn cancel(&self, id: &str) {
        let mut list = self.list();
        let Some(at) = list.entries.iter().position(|entry| entry.job.id == id) else { return };
        // What the worker has made of it goes when the worker sees that it is no longer wanted.
        list.entries.remove(at).job.stop.store(true, Ordering::Relaxed);
    }

    /// Forgets what ended an hour ago.
    pub(in crate::web) fn sweep(&self) {
        let now = self.clock.now();
        let mut list = self.list();
        list.entries.retain(|entry| entry.ended.is_none_or(|at| now.0 - at.0 < LASTS));
        let ended = list.entries.iter().filter(|entry| entry.ended.is_some()).count();
        for _ in ENDED..ended {
            let Some(at) = list.entries.iter().position(|e| e.ended.is_some()) else { break };
            list.entries.remove(at);
        }
    }

    /// Ends all jobs and clears everything away.
    pub(super) fn close(&self) {
        let mut list = self.list();
        list.closed = true;
        for entry in list.entries.drain(..) {
            entry.job.stop.store(true, Ordering::Relaxed);
        }
        let waited = self.left.wait_timeout_while(list, END, |list| list.working);
        drop(waited);
        drop(self.dir.clone().map(Dir));
    }

    fn work(self: Arc<Self>) {
        let Ok(runtime) = Builder::new_current_thread().build() else {
            log::error!("the print room cannot work");
            self.list().working = false;
            return;
        };
        while let Some((job, source)) = self.next() {
            let made = || self.run(&job, &source, &runtime);
            let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(made));
            let made = made.unwrap_or_else(|_| {
                Err(Unmade::Faulty(vec![Words::new("the press failed", "排版程序出错了")]))
            });
            self.ended(&job, made);
        }
    }

    fn next(&self) -> Option<(Arc<Job>, Source)> {
        let mut list = self.list();
        let waiting = list.entries.iter_mut().find(|e| matches!(e.stage, Stage::Waiting(_)));
        let next = waiting.and_then(|entry| {
            entry.stage = Stage::Running;
            Some((Arc::clone(&entry.job), entry.source.take()?))
        });
        if next.is_none() {
            list.working = false;
            self.left.notify_all();
        }
        next
    }

    fn run(&self, job: &Job, source: &Source, runtime: &Runtime) -> Result<(PathBuf, Dir), Unmade> {
        let dir = self.dir(&job.id).ok_or_else(|| {
            Unmade::Faulty(vec![Words::new("no room for files", "没有地方放文件")])
        })?;
        let turn = || runtime.block_on(Arc::clone(&self.printing).acquire_owned()).ok();
        let held: Mutex<Option<OwnedSemaphorePermit>> = Mutex::new(turn());
        let progress = || {
            job.done.fetch_add(1, Ordering::Relaxed);
            let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
            // Turns are given in the order in which they are asked for.
            *held = None;
            *held = turn();
        };
        let file = make(&job.order, source, &dir.0, &job.stop, &progress)?;
        Ok((file, dir))
    }

    fn ended(&self, job: &Job, made: Result<(PathBuf, Dir), Unmade>) {
        let now = self.clock.now();
        let mut list = self.list();
        let entry = list.entries.iter_mut().find(|entry| entry.job.id == job.id);
        // Where it was cancelled meanwhile, the directory goes with what was made.
        let Some(entry) = entry else { return };
        entry.ended = Some(now);
        entry.stage = match made {
            Ok((file, dir)) => {
                let bytes = fs::metadata(&file).map_or(0, |data| data.len());
                Stage::Ready(file, bytes, Arc::new(dir))
            }
            Err(Unmade::Stopped) => Stage::Faulty(Vec::new()),
            Err(Unmade::Faulty(words)) => Stage::Faulty(words),
        };
    }
}

/// Makes a directory that nobody else reads.
fn private(dir: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}
