//! The embedded engine: sled 0.34.7 in a directory that only its user can open.
//!
//! A scan is kept once it is in the [`journal`]; the engine takes it over afterwards, by a thread of
//! its own, or at once when somebody asks. [`keys`] says what is kept under which key, [`files`] is
//! how anything is written, [`counts`] how counts are kept and read, [`upkeep`], [`verify`] and [`copy`] keep the store small, right and
//! elsewhere too, [`salvage`] starts anew from a damaged one, [`generations`] says which directory
//! counts. Nothing outside these files may depend on sled's ways.
//!
//! [`engine`] is the store as it is open.

mod changes;
mod copy;
mod counts;
mod engine;
mod faults;
mod files;
mod generations;
mod journal;
mod keys;
mod mirror;
mod salvage;
mod upkeep;
mod verify;

use std::io::{Read, Write};
use std::ops::Deref;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use async_trait::async_trait;

use super::block::{unpack, unpack_answers};
use super::tally::feedback_count;
use super::trouble::Stalled;
use super::upkeep::{Compacted, Restored, Tidying, Verified};
use super::{Store, StoreError};
use crate::domain::alarm::{Alarm, AlarmKind, Seen};
use crate::domain::feedback::{Feedback, FeedbackCount};
use crate::domain::password::PasswordHash;
use crate::domain::period::{Moment, Period};
use crate::domain::scan::{DayCount, Scan, ScanQuery};
use crate::domain::strike::{Strike, StrikeFault, Struck};
use crate::domain::token::ApiToken;
use crate::domain::user::{Account, User, UserName};
use engine::Engine;
use faults::Faults;
use files::{Files, Tree, engine, records};

/// So many scans wait in the journal before the engine is told without being asked.
const WAITING: usize = 4096;

/// A commit has at most so many scans.
const COMMIT: usize = 8192;

/// The store, and the thread that tells the engine what the journal has.
pub(super) struct SledStore {
    engine: Arc<Engine>,
    /// None while it is closed.
    taking_over: Option<(SyncSender<()>, JoinHandle<()>)>,
}

impl Drop for SledStore {
    /// Returns once nobody writes any more: whoever closed the store may look at its files, or open it
    /// again.
    fn drop(&mut self) {
        if let Some((waiting, thread)) = self.taking_over.take() {
            drop(waiting);
            // What panicked in it is in the log, and what waits is in the journal.
            let _ = thread.join();
        }
    }
}

impl Deref for SledStore {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl SledStore {
    /// Whether there is a store in `dir`.
    pub(super) fn exists(dir: &Path) -> Result<bool, StoreError> {
        let path = generations::current(dir)?.join("db");
        path.try_exists().map_err(|source| StoreError::Io { path, source })
    }

    /// Opens the store in `dir`, making it where there is none.
    ///
    /// # Errors
    /// [`StoreError::InUse`] where another process holds it; that may be over in a moment.
    pub(super) fn open(dir: &Path) -> Result<Self, StoreError> {
        let lock = generations::lock(dir)?;
        generations::point(dir)?;
        let files = Files::open_current(dir)?;
        // Only now: what is cleared away must not be what was meant.
        generations::tidy(dir);
        let store = Self::of(dir, Some(lock), Some(files))?;
        store.open_journal()?;
        store.take_over(false)?;
        Ok(store)
    }

    /// The store in `dir`, that is opened with the first thing that is recorded: for a service whose
    /// disk is full or read-only now.
    pub(super) fn open_later(dir: &Path) -> Result<Self, StoreError> {
        let store = Self::of(dir, None, None)?;
        // Tried once more, so that whoever asks before the first scan knows why.
        store.faults.note_keeping(&store.open_journal());
        Ok(store)
    }

    fn of(
        dir: &Path,
        lock: Option<std::fs::File>,
        files: Option<Files>,
    ) -> Result<Self, StoreError> {
        let engine = Arc::new(Engine {
            dir: dir.to_owned(),
            lock: Mutex::new(lock),
            files: RwLock::new(files),
            last: Mutex::new(None),
            journal: Mutex::new(None),
            sealing: RwLock::new(()),
            upkeep: Mutex::new(None),
            faults: Faults::default(),
        });
        let (waiting, told) = mpsc::sync_channel(1);
        let weak = Arc::downgrade(&engine);
        let take_over = move || {
            while told.recv().is_ok() {
                // Asked for anew each time: a store that was closed is not kept open.
                let Some(engine) = weak.upgrade() else { break };
                // The log is told, and they wait on.
                let _ = engine.take_over(false);
            }
        };
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(take_over)
            .map_err(|source| StoreError::Io { path: dir.to_owned(), source })?;
        Ok(Self { engine, taking_over: Some((waiting, thread)) })
    }
}

fn read_feedback(tree: &sled::Tree, period: Period) -> Result<Vec<FeedbackCount>, StoreError> {
    let first = period.from.map_or(0, keys::day_number);
    let end = period.to.map_or(u32::MAX, |to| keys::day_number(to) + 1).max(first);
    let mut rows = Vec::new();
    for entry in tree.range(first.to_be_bytes()..end.to_be_bytes()) {
        let (key, value) = entry.map_err(engine)?;
        if let Some(cell) = keys::feedback_of(&key) {
            rows.push(feedback_count(cell, unpack_answers(&value)?));
        }
    }
    Ok(rows)
}

#[async_trait]
impl Store for SledStore {
    async fn record(&self, scans: &[Scan]) -> Result<(), StoreError> {
        for scans in scans.chunks(COMMIT) {
            if self.keep(scans)? >= WAITING
                && let Some((waiting, _)) = &self.taking_over
            {
                // Where it is being told already there is nothing to add.
                let _ = waiting.try_send(());
            }
        }
        Ok(())
    }

    async fn counts(&self, query: &ScanQuery) -> Result<Vec<DayCount>, StoreError> {
        self.settle();
        let _shared = self.sealing.read().unwrap_or_else(PoisonError::into_inner);
        counts::read(&self.tree(Tree::Main)?, *query)
    }

    async fn export(&self, each: &mut (dyn FnMut(Scan) + Send)) -> Result<(), StoreError> {
        let _upkeep = self.upkeep();
        self.settle();
        for entry in self.tree(Tree::Main)?.scan_prefix([keys::SCANS]) {
            let (_, block) = entry.map_err(engine)?;
            unpack(&block)?.scans.into_iter().for_each(&mut *each);
        }
        Ok(())
    }

    async fn record_feedback(&self, feedback: &[Feedback]) -> Result<(), StoreError> {
        if feedback.is_empty() {
            return Ok(());
        }
        self.commit(|files| files.commit_feedback(feedback))
    }

    async fn feedback(&self, period: Period) -> Result<Vec<FeedbackCount>, StoreError> {
        read_feedback(&self.tree(Tree::Feedback)?, period)
    }

    async fn users(&self) -> Result<Vec<Account>, StoreError> {
        self.all(Tree::Users)
    }

    async fn user(&self, name: &UserName) -> Result<Option<Account>, StoreError> {
        let bytes = self.tree(Tree::Users)?.get(name.as_str()).map_err(engine)?;
        let kept = bytes.map(|bytes| super::record::unpack(&bytes)).transpose()?;
        Ok(kept.and_then(|kept| kept.value))
    }

    async fn add_user(&self, account: &Account) -> Result<bool, StoreError> {
        let add = |kept: Option<Account>| kept.is_none().then(|| account.clone());
        self.change_user(&account.user.name, add)
    }

    async fn set_password(
        &self,
        name: &UserName,
        password: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let set = |kept: Option<Account>| {
            kept.map(|account| Account { password: password.clone(), ..account })
        };
        self.change_user(name, set)
    }

    async fn set_role(&self, user: &User) -> Result<bool, StoreError> {
        let set =
            |kept: Option<Account>| kept.map(|account| Account { user: user.clone(), ..account });
        self.change_user(&user.name, set)
    }

    async fn remove_user(&self, name: &UserName) -> Result<bool, StoreError> {
        let remove = |kept: Option<Account>| kept.map(|_| None);
        self.commit(|files| files.change(Tree::Users, name.as_str().as_bytes(), remove))
    }

    async fn tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        self.all(Tree::Tokens)
    }

    async fn add_token(&self, token: &ApiToken) -> Result<bool, StoreError> {
        let add = |kept: Option<ApiToken>| kept.is_none().then(|| Some(token.clone()));
        self.commit(|files| files.change(Tree::Tokens, token.name.as_str().as_bytes(), add))
    }

    async fn remove_token(&self, name: &UserName) -> Result<bool, StoreError> {
        let remove = |kept: Option<ApiToken>| kept.map(|_| None);
        self.commit(|files| files.change(Tree::Tokens, name.as_str().as_bytes(), remove))
    }

    async fn alarms(&self) -> Result<Vec<Alarm>, StoreError> {
        self.all(Tree::Alarms)
    }

    async fn raise(&self, kind: &AlarmKind, at: Moment) -> Result<(), StoreError> {
        let alarm = |number| Alarm { number, at, kind: kind.clone(), seen: None };
        self.commit(|files| files.append(Tree::Alarms, alarm))
    }

    async fn mark_seen(&self, number: u32, by: &str, at: Moment) -> Result<bool, StoreError> {
        let see = |kept: Option<Alarm>| {
            let alarm = kept.filter(|alarm| alarm.seen.is_none())?;
            Some(Some(Alarm { seen: Some(Seen { at, by: by.to_owned() }), ..alarm }))
        };
        self.commit(|files| files.change(Tree::Alarms, &number.to_be_bytes(), see))
    }

    async fn strikes(&self) -> Result<Vec<Struck>, StoreError> {
        records(self.tree(Tree::Main)?.scan_prefix([keys::STRIKES]))
    }

    async fn strike(&self, strike: &Strike) -> Result<Result<Struck, StrikeFault>, StoreError> {
        let _upkeep = self.upkeep();
        self.settle();
        let (main, next, raw_from) =
            self.read(|files| (files.main().clone(), files.next, files.raw_from()))?;
        let earlier = records::<Struck>(main.scan_prefix([keys::STRIKES]))?;
        if let Some(other) = earlier.iter().find(|other| other.overlaps(strike)) {
            return Ok(Err(StrikeFault::Overlaps { number: other.number }));
        }
        let number = earlier.last().map_or(1, |last| last.number + 1);
        let cells = match upkeep::cells_of(&main, next, strike, raw_from?)? {
            Ok(cells) => cells,
            Err(fault) => return Ok(Err(fault)),
        };
        drop(main);
        self.reseal(|files| files.strike(strike, cells, number)).map(Ok)
    }

    async fn undo_strike(&self, number: u32, at: Moment) -> Result<bool, StoreError> {
        let _upkeep = self.upkeep();
        self.reseal(|files| files.undo_strike(number, at))
    }

    async fn tidy(&self, tidying: Tidying) -> Result<bool, StoreError> {
        // sled panics on some faults; whoever looks after the store must not end with it.
        let step = std::panic::catch_unwind(AssertUnwindSafe(|| self.tidy_step(tidying)));
        match step.unwrap_or_else(|_| Err(files::panicked("tidying"))) {
            Err(error @ (StoreError::Damaged { .. } | StoreError::Corrupt { .. })) => {
                self.renew_now(tidying.now)?;
                let fault = error.whole();
                log::error!("{fault}: it was put aside, and what could be read of it taken over");
                Ok(false)
            }
            done => done,
        }
    }

    async fn compact(&self) -> Result<Compacted, StoreError> {
        let _upkeep = self.upkeep();
        self.compact_now()
    }

    async fn verify(&self) -> Result<Verified, StoreError> {
        let _upkeep = self.upkeep();
        self.settle();
        self.commit(|files| files.snapshot())?.verify()
    }

    async fn backup(&self, into: &mut (dyn Write + Send)) -> Result<(), StoreError> {
        let _upkeep = self.upkeep();
        let backup = copy::Backup::new(into)?;
        let (mut backup, rest) = self.copy(backup, |backup, rest, _| Ok((backup, rest)))?;
        copy::put_rest(rest, &mut backup)?;
        backup.finish()
    }

    async fn size(&self) -> Result<u64, StoreError> {
        self.look(Files::size)?
    }

    fn stalled(&self) -> Option<Stalled> {
        self.faults.stalled()
    }
}

/// Puts the damaged store in `dir` aside and starts anew from what can be read of it; the alarm that
/// was raised.
pub(super) fn renew(dir: &Path, at: Moment) -> Result<AlarmKind, StoreError> {
    let _lock = generations::lock(dir)?;
    salvage::renew(dir, at)
}

/// Reads a backup to its end: how many entries it has.
pub(super) fn check(from: &mut dyn Read) -> Result<u64, StoreError> {
    struct Nowhere;
    impl copy::Sink for Nowhere {
        fn put(&mut self, _: Tree, _: &[u8], _: Option<&[u8]>) -> Result<(), StoreError> {
            Ok(())
        }
    }
    copy::read(from, &mut Nowhere)
}

/// Fills the store in `dir` from a backup. One that is there already is put aside where it may be
/// replaced: then its new name ends in `suffix`.
///
/// # Errors
/// Nothing has changed where the backup is not whole.
pub(super) fn restore(
    dir: &Path,
    from: &mut dyn Read,
    replaced: Option<&str>,
) -> Result<Restored, StoreError> {
    let made = !dir.exists();
    let _lock = generations::lock(dir)?;
    let there = SledStore::exists(dir)?;
    if there && replaced.is_none() {
        return Err(StoreError::NotEmpty { path: dir.to_owned() });
    }
    let old = generations::current(dir)?;
    let path = generations::next(dir)?;
    let filled = copy::Generation::new(&path).and_then(|mut new| {
        let entries = copy::read(from, &mut new)?;
        new.finish().map(|_| entries)
    });
    let entries = match filled {
        Ok(entries) => entries,
        Err(error) => {
            let _ = std::fs::remove_dir_all(&path);
            if made {
                generations::remove_empty(dir);
            }
            return Err(error);
        }
    };
    changes::forget(dir)?;
    mirror::forget(dir)?;
    if there {
        generations::keep(&old)?;
        journal::put_aside(dir, &old)?;
    }
    generations::switch(dir, &path)?;
    if there {
        generations::put_aside(dir, &old, replaced.unwrap_or_default())?;
    }
    Ok(Restored { entries })
}
