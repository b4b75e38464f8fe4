//! The store as it is open: its journal, its files, and who may do what to them when.
//!
//! Locks are taken in this order: `upkeep`, `sealing`, `files`, `last`, `journal`. Recording takes the last
//! one alone. Everything here may wait for a disk.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, TryLockError};

use super::faults::{Faults, room};
use super::files::{self, Files, Tree, engine, panicked, records};
use super::journal::{self, Journal};
use super::{copy, generations, salvage};
use crate::domain::alarm::{Alarm, AlarmKind};
use crate::domain::period::{Day, Moment};
use crate::domain::scan::Scan;
use crate::domain::user::{Account, UserName};
use crate::store::StoreError;
use crate::store::block::Block;
use crate::store::record::Recorded;
use crate::store::trouble::Trouble;
use crate::store::upkeep::{Compacted, LEAST_RAW_DAYS, Tidying};

/// The hour of the night in which the store is compacted where that gives much back.
const COMPACTING_HOUR: u8 = 3;

/// A store that is smaller is not worth compacting by itself.
const SMALL_BYTES: u64 = 64 << 20;

/// The journal once it is open, and what of it the engine has not taken over yet.
pub(super) struct Waiting {
    pub(super) journal: Journal,
    blocks: Vec<Block>,
    scans: usize,
}

impl Waiting {
    /// Makes these blocks wait, and no others.
    fn await_again(&mut self, blocks: Vec<Block>) {
        self.scans = blocks.iter().map(|block| block.scans.len()).sum();
        self.blocks = blocks;
    }

    /// The moment of the last scan.
    fn last_moment(&self) -> Option<Moment> {
        self.blocks.last()?.scans.last().map(|scan| scan.moment)
    }

    /// The first `many` blocks wait no more.
    fn taken(&mut self, many: usize) {
        let taken = self.blocks.drain(..many);
        self.scans -= taken.map(|block| block.scans.len()).sum::<usize>();
    }
}

pub(in crate::store) struct Engine {
    pub(super) dir: PathBuf,
    /// Held for as long as the store is; none until its directory could be made.
    pub(super) lock: Mutex<Option<std::fs::File>>,
    /// None after a fault, until it could be opened again: sled keeps an error for ever, and what a
    /// commit that failed left in its memory must not be counted.
    pub(super) files: RwLock<Option<Files>>,
    /// As a disk left them that takes nothing more: to be looked at until it does, and never written.
    /// What a commit that failed left in their memory is in the journal or was refused, and goes with them.
    pub(super) last: Mutex<Option<Files>>,
    /// None until it could be opened.
    pub(super) journal: Mutex<Option<Waiting>>,
    /// Readers of counts share it, packing takes it alone: so no day is seen twice, or not at all.
    pub(super) sealing: RwLock<()>,
    /// Whatever moves things about: one at a time. The night on which compacting was looked at.
    pub(super) upkeep: Mutex<Option<Day>>,
    pub(super) faults: Faults,
}

impl Drop for Engine {
    fn drop(&mut self) {
        // What is not taken over now is taken over when it is opened again.
        self.settle();
        let last = self.last.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let files = self.files.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(closed) = files.take().or(last) {
            let path = closed.path.clone();
            let _ = std::panic::catch_unwind(AssertUnwindSafe(|| drop(closed)));
            files::wait_until_closed(&path);
        }
    }
}

impl Engine {
    pub(super) fn waiting(&self) -> MutexGuard<'_, Option<Waiting>> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn open_journal(&self) -> Result<(), StoreError> {
        let (next, path) = self.commit(|files| Ok((files.next, files.path.clone())))?;
        let mut waiting = self.waiting();
        if waiting.is_some() {
            return Ok(());
        }
        journal::bring_back(&self.dir, &path)?;
        let (journal, blocks) = Journal::open(&self.dir, next)?;
        journal::check_gap(&path, next, &blocks)?;
        let missing = journal::missing(&blocks);
        let mut opened = Waiting { journal, blocks: Vec::new(), scans: 0 };
        opened.await_again(blocks);
        let (scans, last) = (opened.scans as u64, opened.last_moment());
        *waiting = Some(opened);
        drop(waiting);
        if missing > 0 { self.tell_missing(scans, missing, last) } else { Ok(()) }
    }

    /// Raises the alarm that the journal has a frame that is damaged, with what it was copied to.
    fn tell_missing(
        &self,
        scans: u64,
        missing: u64,
        last: Option<Moment>,
    ) -> Result<(), StoreError> {
        log::error!("the journal is damaged: {missing} scans are missing");
        let at = last.unwrap_or(Moment(0));
        let suffix = generations::damaged(at);
        let aside = journal::copy_aside(&self.dir, &suffix)?.display().to_string();
        let kind = AlarmKind::Damaged { aside, scans, missing, last };
        self.commit(|files| {
            files.append(Tree::Alarms, |number| Alarm { number, at, kind, seen: None })
        })
    }

    /// Keeps `scans` in the journal; how many wait there now.
    pub(super) fn keep(&self, scans: &[Scan]) -> Result<usize, StoreError> {
        let done = self.keep_now(scans);
        self.faults.note_keeping(&done);
        done
    }

    fn keep_now(&self, scans: &[Scan]) -> Result<usize, StoreError> {
        if self.waiting().is_none() {
            self.open_journal()?;
        }
        loop {
            let full = {
                let mut waiting = self.waiting();
                let Some(waiting) = waiting.as_mut() else { return Err(panicked("opening")) };
                match waiting.journal.append(scans)? {
                    Ok(block) => {
                        waiting.scans += block.scans.len();
                        waiting.blocks.push(block);
                        return Ok(waiting.scans);
                    }
                    Err(full) => full,
                }
            };
            if self.read(|files| files.synced < full.needed).unwrap_or(true) {
                self.take_over(true)?;
            }
            if let Some(waiting) = self.waiting().as_mut() {
                waiting.journal.turn(full);
            }
        }
    }

    /// Tells the engine what the journal has, so that it is counted; synced too where that is asked.
    pub(super) fn take_over(&self, sync: bool) -> Result<(), StoreError> {
        let done = self.take_over_now(sync);
        self.faults.tell_taking_over(&done);
        done
    }

    fn take_over_now(&self, sync: bool) -> Result<(), StoreError> {
        let done = self.commit(|files| {
            // They wait until it is done: whoever comes after a fault must not go on behind them.
            let blocks = self.waiting().as_ref().map_or_else(Vec::new, |all| all.blocks.clone());
            files.take_over(&blocks)?;
            if sync {
                files.sync()?;
            }
            if let Some(waiting) = self.waiting().as_mut() {
                waiting.taken(blocks.len());
            }
            Ok(())
        });
        if let Err(error @ (StoreError::Damaged { .. } | StoreError::Corrupt { .. })) = &done
            && let Some(at) = self.last_moment()
        {
            self.renew_now(at)?;
            let fault = error.whole();
            log::error!("{fault}: it was put aside, and what could be read of it taken over");
            return self.take_over_now(sync);
        }
        done
    }

    /// The moment of the last scan that waits.
    fn last_moment(&self) -> Option<Moment> {
        self.waiting().as_ref()?.last_moment()
    }

    /// Takes over what waits, so that what is read next has it. A fault is no reason to refuse what can
    /// be read: nothing that waits is lost.
    pub(super) fn settle(&self) {
        let waits = self.waiting().as_ref().is_some_and(|waiting| waiting.scans > 0);
        if waits {
            // The log is told.
            let _ = self.take_over(false);
        }
    }

    /// Does `write` on the open store, opening it again after a fault.
    pub(super) fn commit<T>(
        &self,
        write: impl FnOnce(&mut Files) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let done = self.commit_now(write);
        self.faults.note_commit(&done);
        done
    }

    fn commit_now<T>(
        &self,
        write: impl FnOnce(&mut Files) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // Held while a batch is written, so that there is one writer.
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let open = match &mut *files {
            Some(open) => open,
            closed @ None => closed.insert(self.open_again()?),
        };
        let committed = std::panic::catch_unwind(AssertUnwindSafe(|| write(open)));
        let committed = committed.unwrap_or_else(|_| Err(panicked("committing")));
        let Err(error) = committed else { return committed };
        let closed = files.take();
        let Err(why) = room(&self.dir) else {
            close(closed);
            return Err(error);
        };
        // Opening it would fail as well: what is in it can be looked at until that is over.
        *self.last() = closed;
        // A panic of the engine says nothing; the disk does.
        Err(if error.trouble() == Trouble::Other { why } else { error })
    }

    /// Opens the store again after a fault.
    fn open_again(&self) -> Result<Files, StoreError> {
        self.hold()?;
        let mut last = self.last();
        if last.is_some() {
            // Whoever looks at it could not any more if it was closed in vain.
            room(&self.dir)?;
            close(last.take());
        }
        drop(last);
        let opened = Files::open_current(&self.dir)?;
        // What the engine had taken over, and not written yet, went with the fault.
        if let Some(waiting) = self.waiting().as_mut() {
            let blocks = waiting.journal.blocks(opened.next)?;
            journal::check_gap(&opened.path, opened.next, &blocks)?;
            waiting.await_again(blocks);
        }
        Ok(opened)
    }

    fn last(&self) -> MutexGuard<'_, Option<Files>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens what a fault has closed, without waiting for a scan.
    fn reopen(&self) -> Result<(), StoreError> {
        if self.read(|_| ()).is_err() {
            self.commit(|_| Ok(()))?;
        }
        if self.waiting().is_none() { self.open_journal() } else { Ok(()) }
    }

    /// Holds the store's directory against other processes.
    fn hold(&self) -> Result<(), StoreError> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if lock.is_none() {
            *lock = Some(generations::lock(&self.dir)?);
        }
        Ok(())
    }

    /// Something of the open store. The lock is let go at once: a long read must not keep a scan
    /// waiting.
    pub(super) fn read<T>(&self, of: impl FnOnce(&Files) -> T) -> Result<T, StoreError> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.as_ref().map(of).ok_or_else(|| self.closed())
    }

    /// Something of the store that is only looked at: also where its disk takes nothing more.
    pub(super) fn look<T>(&self, of: impl FnOnce(&Files) -> T) -> Result<T, StoreError> {
        // Held, so that it is not opened again in between.
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        match files.as_ref() {
            Some(files) => Ok(of(files)),
            None => self.last().as_ref().map(of).ok_or_else(|| self.closed()),
        }
    }

    fn closed(&self) -> StoreError {
        let trouble = self.faults.stalled().map_or(Trouble::Other, |stalled| stalled.trouble);
        StoreError::Closed { trouble }
    }

    pub(super) fn tree(&self, tree: Tree) -> Result<sled::Tree, StoreError> {
        self.look(|files| files.tree(tree).clone())
    }

    pub(super) fn all<T: Recorded>(&self, tree: Tree) -> Result<Vec<T>, StoreError> {
        records(self.tree(tree)?.iter())
    }

    pub(super) fn change_user(
        &self,
        name: &UserName,
        change: impl FnOnce(Option<Account>) -> Option<Account>,
    ) -> Result<bool, StoreError> {
        let change = |kept| change(kept).map(Some);
        self.commit(|files| files.change(Tree::Users, name.as_str().as_bytes(), change))
    }

    pub(super) fn upkeep(&self) -> MutexGuard<'_, Option<Day>> {
        self.upkeep.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `change` while nobody reads counts.
    pub(super) fn reseal<T>(
        &self,
        change: impl FnOnce(&mut Files) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _alone = self.sealing.write().unwrap_or_else(PoisonError::into_inner);
        self.commit(change)
    }

    /// Copies everything to `sink` while the store goes on, then calls `last` with what changed
    /// meanwhile and the store held.
    pub(super) fn copy<S: copy::Sink, T>(
        &self,
        mut sink: S,
        last: impl FnOnce(S, copy::Rest, &mut Files) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let trees = self.commit(|files| {
            files.touched = Some(files::Touched::new());
            Ok(files.all_trees())
        })?;
        let copied = copy::all(&trees, &mut sink);
        drop(trees);
        self.settle();
        let _alone = self.sealing.write().unwrap_or_else(PoisonError::into_inner);
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let touched = files.as_mut().and_then(|files| files.touched.take());
        copied?;
        let (Some(files), Some(touched)) = (files.as_mut(), touched) else {
            let reason = "it was opened anew meanwhile; try again".to_owned();
            return Err(StoreError::Engine { reason });
        };
        let rest = copy::rest(files, touched)?;
        last(sink, rest, files)
    }

    /// Copies what is there to a new generation and goes on with that where it is smaller. Whoever calls
    /// holds `upkeep`.
    pub(super) fn compact_now(&self) -> Result<Compacted, StoreError> {
        let path = generations::next(&self.dir)?;
        let done = copy::Generation::new(&path).and_then(|new| {
            self.copy(new, |mut new, rest, files| {
                copy::put_rest(rest, &mut new)?;
                let new = new.finish()?;
                // Whatever may fail does so before it counts.
                let (before, after) = (files.size()?, new.size()?);
                // The engine takes room by segments: a small store written anew may take more.
                if after >= before {
                    return Ok((Compacted { before, after: before }, new));
                }
                generations::switch(&self.dir, &path)?;
                Ok((Compacted { before, after }, std::mem::replace(files, new)))
            })
        });
        match done {
            Ok((compacted, left)) => {
                let path = left.path.clone();
                // Closing a large store takes seconds.
                drop(left);
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

    pub(super) fn tidy_step(&self, tidying: Tidying) -> Result<bool, StoreError> {
        // Whoever has it, a backup or a recount, may have it for minutes.
        let mut looked_at = match self.upkeep.try_lock() {
            Ok(looked_at) => looked_at,
            // Somebody panicked with it: what it guards is on the disk.
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(false),
        };
        self.reopen()?;
        self.settle();
        self.faults.look_again(&self.dir);
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
            if self.commit(|files| files.give_up(before, today))? {
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
    pub(super) fn renew_now(&self, at: Moment) -> Result<(), StoreError> {
        // Not with `upkeep`: whoever has it may have come here. A copy under way sees that it was opened
        // anew, and gives up.
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        close(files.take().or(self.last().take()));
        salvage::renew(&self.dir, at)?;
        *files = Some(Files::open_current(&self.dir)?);
        Ok(())
    }
}

/// Closes what a fault has left.
fn close(files: Option<Files>) {
    // On a disk that is full it may panic once more on its way out.
    let _ = std::panic::catch_unwind(AssertUnwindSafe(|| drop(files)));
}

#[cfg(test)]
mod tests;
