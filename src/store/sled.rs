//! The embedded engine: sled 0.34.7 in a directory that only its user can open.
//!
//! [`keys`] says what is kept under which key, [`files`] is how anything is written, [`counts`] how
//! counts are kept and read, [`upkeep`], [`verify`] and [`copy`] keep the store small, right and
//! elsewhere too, [`salvage`] starts anew from a damaged one, [`generations`] says which directory
//! counts. Nothing outside these files may depend on sled's ways.
//!
//! Locks are taken in this order: `upkeep`, `sealing`, `files`. Recording takes the last one alone.

mod copy;
mod counts;
mod files;
mod generations;
mod keys;
mod salvage;
mod upkeep;
mod verify;

use std::io::{Read, Write};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use async_trait::async_trait;

use super::block::{unpack, unpack_answers};
use super::tally::feedback_count;
use super::upkeep::{Compacted, LEAST_RAW_DAYS, Restored, Tidying, Verified};
use super::{Store, StoreError};
use crate::domain::alarm::{Alarm, AlarmKind, Seen};
use crate::domain::feedback::{Feedback, FeedbackCount};
use crate::domain::password::PasswordHash;
use crate::domain::period::{Day, Moment, Period};
use crate::domain::scan::{DayCount, Scan, ScanQuery};
use crate::domain::strike::{Strike, StrikeFault, Struck};
use crate::domain::token::ApiToken;
use crate::domain::user::{Account, User, UserName};
use files::{Files, Tree, engine, panicked, records};

/// The hour of the night in which the store is compacted where that gives much back.
const COMPACTING_HOUR: u8 = 3;

/// A store that is smaller is not worth compacting by itself.
const SMALL_BYTES: u64 = 64 << 20;

pub(super) struct SledStore {
    dir: PathBuf,
    /// Held for as long as the store is.
    _lock: std::fs::File,
    /// None after a fault, until it could be opened again: sled keeps an error for ever, and what a
    /// commit that failed left in its memory must not be counted.
    files: RwLock<Option<Files>>,
    /// Readers of counts share it, packing takes it alone: so no day is seen twice, or not at all.
    sealing: RwLock<()>,
    /// Whatever moves things about: one at a time. The night on which compacting was looked at.
    upkeep: Mutex<Option<Day>>,
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
        generations::tidy(dir);
        let files = Files::open(&generations::current(dir)?)?;
        Ok(Self::of(dir, lock, Some(files)))
    }

    /// The store in `dir`, that is opened with the first thing that is recorded: for a service whose
    /// disk is full or read-only now.
    pub(super) fn open_later(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self::of(dir, generations::lock(dir)?, None))
    }

    fn of(dir: &Path, lock: std::fs::File, files: Option<Files>) -> Self {
        Self {
            dir: dir.to_owned(),
            _lock: lock,
            files: RwLock::new(files),
            sealing: RwLock::new(()),
            upkeep: Mutex::new(None),
        }
    }

    /// Does `write` on the open store, opening it again after a fault.
    fn commit<T>(
        &self,
        write: impl FnOnce(&mut Files) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // Held while a batch is written, so that there is one writer.
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let open = match &mut *files {
            Some(open) => open,
            closed @ None => {
                let files = Files::open(&generations::current(&self.dir)?)?;
                closed.insert(files)
            }
        };
        let committed = std::panic::catch_unwind(AssertUnwindSafe(|| write(open)));
        let committed = committed.unwrap_or_else(|_| Err(panicked("committing")));
        if committed.is_err() {
            let closed = files.take();
            // On a disk that is full it may panic once more on its way out.
            let _ = std::panic::catch_unwind(AssertUnwindSafe(|| drop(closed)));
        }
        committed
    }

    /// Something of the open store. The lock is let go at once: a long read must not keep a scan
    /// waiting.
    fn read<T>(&self, of: impl FnOnce(&Files) -> T) -> Result<T, StoreError> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.as_ref().map(of).ok_or_else(|| StoreError::Engine {
            reason: "closed after a fault; it is opened again with the next scan".to_owned(),
        })
    }

    fn tree(&self, tree: Tree) -> Result<sled::Tree, StoreError> {
        self.read(|files| files.tree(tree).clone())
    }

    fn all<T: super::record::Recorded>(&self, tree: Tree) -> Result<Vec<T>, StoreError> {
        records(self.tree(tree)?.iter())
    }

    fn change_user(
        &self,
        name: &UserName,
        change: impl FnOnce(Option<Account>) -> Option<Account>,
    ) -> Result<bool, StoreError> {
        let change = |kept| change(kept).map(Some);
        self.commit(|files| files.change(Tree::Users, name.as_str().as_bytes(), change))
    }

    fn upkeep(&self) -> MutexGuard<'_, Option<Day>> {
        self.upkeep.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `change` while nobody reads counts.
    fn reseal<T>(
        &self,
        change: impl FnOnce(&mut Files) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _alone = self.sealing.write().unwrap_or_else(PoisonError::into_inner);
        self.commit(change)
    }

    /// Copies everything to `sink` while the store goes on, then calls `last` with the copy whole and
    /// the store held.
    fn copy<S: copy::Sink, T>(
        &self,
        mut sink: S,
        last: impl FnOnce(S, &mut Files) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let trees = self.commit(|files| {
            files.touched = Some(files::Touched::new());
            Ok(files.all_trees())
        })?;
        let copied = copy::all(&trees, &mut sink);
        drop(trees);
        let _alone = self.sealing.write().unwrap_or_else(PoisonError::into_inner);
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let touched = files.as_mut().and_then(|files| files.touched.take());
        copied?;
        let (Some(files), Some(touched)) = (files.as_mut(), touched) else {
            let reason = "it was opened anew meanwhile; try again".to_owned();
            return Err(StoreError::Engine { reason });
        };
        copy::rest(files, touched, &mut sink)?;
        last(sink, files)
    }

    /// Copies what is there to a new generation and goes on with that. Whoever calls holds `upkeep`.
    fn compact_now(&self) -> Result<Compacted, StoreError> {
        let path = generations::next(&self.dir)?;
        let done = copy::Generation::new(&path).and_then(|new| {
            self.copy(new, |new, files| {
                let new = new.finish()?;
                generations::switch(&self.dir, &path)?;
                let (before, after) = (files.size()?, new.size()?);
                Ok((Compacted { before, after }, std::mem::replace(files, new)))
            })
        });
        match done {
            Ok((compacted, old)) => {
                let path = old.path.clone();
                // Closing a large store takes seconds.
                drop(old);
                if let Err(error) = std::fs::remove_dir_all(&path) {
                    log::warn!("{} is left of an earlier store: {error}", path.display());
                }
                Ok(compacted)
            }
            Err(error) => {
                // Unless it counts already, which the next start finds out too.
                if generations::current(&self.dir).is_ok_and(|current| current != path) {
                    let _ = std::fs::remove_dir_all(&path);
                }
                Err(error)
            }
        }
    }

    /// Whether more than half of a store that is not small is of no use any more.
    fn is_wasteful(&self) -> Result<bool, StoreError> {
        let (size, trees) = self.read(|files| (files.size(), files.all_trees()))?;
        let size = size?;
        if size <= SMALL_BYTES {
            return Ok(false);
        }
        let mut live = 0;
        for entry in trees.iter().flat_map(sled::Tree::iter) {
            let (key, value) = entry.map_err(engine)?;
            live += key.len() as u64 + value.len() as u64;
        }
        Ok(size > 2 * live + SMALL_BYTES)
    }

    fn tidy_step(&self, tidying: Tidying) -> Result<bool, StoreError> {
        let mut looked_at = self.upkeep();
        let today = tidying.now.day();
        if let Some((class, day)) = self.read(|files| files.unsealed(today))?? {
            self.reseal(|files| files.seal(class, day))?;
            return Ok(true);
        }
        if self.commit(|files| files.merge(tidying.now))? {
            return Ok(true);
        }
        if let Some(days) = tidying.keep_raw {
            let before = today.plus(-i64::from(days.max(LEAST_RAW_DAYS)));
            if self.commit(|files| files.give_up(before))? {
                return Ok(true);
            }
        }
        if tidying.now.hour() == COMPACTING_HOUR && *looked_at != Some(today) {
            *looked_at = Some(today);
            if self.is_wasteful()? {
                let Compacted { before, after } = self.compact_now()?;
                log::info!("the store was compacted from {before} to {after} bytes");
            }
        }
        Ok(false)
    }

    /// Starts anew from what can be read of a store that was found damaged while it was open.
    fn renew_now(&self, at: Moment) -> Result<(), StoreError> {
        let _upkeep = self.upkeep();
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let closed = files.take();
        let _ = std::panic::catch_unwind(AssertUnwindSafe(|| drop(closed)));
        salvage::renew(&self.dir, at)?;
        *files = Some(Files::open(&generations::current(&self.dir)?)?);
        Ok(())
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
        let Some(last) = scans.last() else { return Ok(()) };
        match self.commit(|files| files.commit(scans)) {
            Err(error @ (StoreError::Damaged { .. } | StoreError::Corrupt { .. })) => {
                log::error!("{error}: it is put aside, and what can be read of it is taken over");
                self.renew_now(last.moment)?;
                self.commit(|files| files.commit(scans))
            }
            done => done,
        }
    }

    async fn counts(&self, query: &ScanQuery) -> Result<Vec<DayCount>, StoreError> {
        let _shared = self.sealing.read().unwrap_or_else(PoisonError::into_inner);
        counts::read(&self.tree(Tree::Main)?, *query)
    }

    async fn export(&self, each: &mut (dyn FnMut(Scan) + Send)) -> Result<(), StoreError> {
        let _upkeep = self.upkeep();
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
        self.tidy_step(tidying)
    }

    async fn compact(&self) -> Result<Compacted, StoreError> {
        let _upkeep = self.upkeep();
        self.compact_now()
    }

    async fn verify(&self) -> Result<Verified, StoreError> {
        let _upkeep = self.upkeep();
        self.commit(|files| files.snapshot())?.verify()
    }

    async fn backup(&self, into: &mut (dyn Write + Send)) -> Result<(), StoreError> {
        let _upkeep = self.upkeep();
        let backup = copy::Backup::new(into)?;
        self.copy(backup, |backup, _| backup.finish())
    }

    async fn size(&self) -> Result<u64, StoreError> {
        self.read(Files::size)?
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
            return Err(error);
        }
    };
    if there {
        generations::keep(&old)?;
    }
    generations::switch(dir, &path)?;
    if there {
        generations::put_aside(dir, &old, replaced.unwrap_or_default())?;
    }
    Ok(Restored { entries })
}
