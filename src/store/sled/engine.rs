//! The store as it is open: its journal, its files, and who may do what to them when.
//!
//! Locks are taken in this order: `upkeep`, `sealing`, `files`, `journal`. Recording takes the last
//! one alone. Everything here may wait for a disk.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use super::files::{self, Files, Tree, engine, panicked, records};
use super::journal::{self, Journal};
use super::{copy, generations, salvage};
use crate::domain::period::{Day, Moment};
use crate::domain::scan::Scan;
use crate::domain::user::{Account, UserName};
use crate::store::StoreError;
use crate::store::block::Block;
use crate::store::record::Recorded;
use crate::store::upkeep::{Compacted, LEAST_RAW_DAYS, Tidying};

/// The hour of the night in which the store is compacted where that gives much back.
const COMPACTING_HOUR: u8 = 3;

/// A store that is smaller is not worth compacting by itself.
const SMALL_BYTES: u64 = 64 << 20;

/// The journal once it is open, and what of it the engine has not taken over yet.
pub(super) struct Waiting {
    journal: Journal,
    blocks: Vec<Block>,
    scans: usize,
}

impl Waiting {
    /// Makes these blocks wait, and no others.
    fn await_again(&mut self, blocks: Vec<Block>) {
        self.scans = blocks.iter().map(|block| block.scans.len()).sum();
        self.blocks = blocks;
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
    /// None until it could be opened.
    pub(super) journal: Mutex<Option<Waiting>>,
    /// Readers of counts share it, packing takes it alone: so no day is seen twice, or not at all.
    pub(super) sealing: RwLock<()>,
    /// Whatever moves things about: one at a time. The night on which compacting was looked at.
    pub(super) upkeep: Mutex<Option<Day>>,
}

impl Drop for Engine {
    fn drop(&mut self) {
        // What is not taken over now is taken over when it is opened again.
        self.settle();
        let files = self.files.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(closed) = files.take() {
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
        if waiting.is_none() {
            journal::bring_back(&self.dir, &path)?;
            let (journal, blocks) = Journal::open(&self.dir, next)?;
            journal::check_gap(&path, next, &blocks)?;
            let scans = blocks.iter().map(|block| block.scans.len()).sum();
            *waiting = Some(Waiting { journal, blocks, scans });
        }
        Ok(())
    }

    /// Keeps `scans` in the journal; how many wait there now.
    pub(super) fn keep(&self, scans: &[Scan]) -> Result<usize, StoreError> {
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
            log::error!("{error}: it is put aside, and what can be read of it is taken over");
            return self.renew_now(at).and_then(|()| self.take_over(sync));
        }
        done
    }

    /// The moment of the last scan that waits.
    fn last_moment(&self) -> Option<Moment> {
        let waiting = self.waiting();
        waiting.as_ref()?.blocks.last()?.scans.last().map(|scan| scan.moment)
    }

    /// Takes over what waits, so that what is read next has it. A fault is no reason to refuse what can
    /// be read: nothing that waits is lost.
    pub(super) fn settle(&self) {
        let waits = self.waiting().as_ref().is_some_and(|waiting| waiting.scans > 0);
        if waits && let Err(error) = self.take_over(false) {
            log::warn!("scans wait in the journal: {error}");
        }
    }

    /// Does `write` on the open store, opening it again after a fault.
    pub(super) fn commit<T>(
        &self,
        write: impl FnOnce(&mut Files) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // Held while a batch is written, so that there is one writer.
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let open = match &mut *files {
            Some(open) => open,
            closed @ None => {
                self.hold()?;
                let opened = Files::open(&generations::current(&self.dir)?)?;
                // What the engine had taken over, and not written yet, went with the fault.
                if let Some(waiting) = self.waiting().as_mut() {
                    let blocks = waiting.journal.blocks(opened.next)?;
                    journal::check_gap(&opened.path, opened.next, &blocks)?;
                    waiting.await_again(blocks);
                }
                closed.insert(opened)
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
        files.as_ref().map(of).ok_or_else(|| StoreError::Engine {
            reason: "closed after a fault; it is opened again with the next scan".to_owned(),
        })
    }

    pub(super) fn tree(&self, tree: Tree) -> Result<sled::Tree, StoreError> {
        self.read(|files| files.tree(tree).clone())
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

    /// Copies what is there to a new generation and goes on with that. Whoever calls holds `upkeep`.
    pub(super) fn compact_now(&self) -> Result<Compacted, StoreError> {
        let path = generations::next(&self.dir)?;
        let done = copy::Generation::new(&path).and_then(|new| {
            self.copy(new, |mut new, rest, files| {
                copy::put_rest(rest, &mut new)?;
                let new = new.finish()?;
                // Whatever may fail does so before it counts.
                let (before, after) = (files.size()?, new.size()?);
                generations::switch(&self.dir, &path)?;
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

    pub(super) fn tidy_step(&self, tidying: Tidying) -> Result<bool, StoreError> {
        let mut looked_at = self.upkeep();
        self.settle();
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
    pub(super) fn renew_now(&self, at: Moment) -> Result<(), StoreError> {
        // Not with `upkeep`: whoever has it may have come here. A copy under way sees that it was opened
        // anew, and gives up.
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let closed = files.take();
        let _ = std::panic::catch_unwind(AssertUnwindSafe(|| drop(closed)));
        salvage::renew(&self.dir, at)?;
        *files = Some(Files::open(&generations::current(&self.dir)?)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::alarm::{Alarm, AlarmKind};
    use crate::domain::code::Code;
    use crate::domain::scan::{Client, ScanQuery, System, Target};
    use crate::store::sled::SledStore;

    fn scans(from: i64, many: i64) -> Vec<Scan> {
        let scan = |i| Scan {
            moment: Moment(1_795_449_600 + i),
            target: Target::Live(Code::parse("200041T").unwrap()),
            client: Client::Wechat,
            system: System::Android,
            repeat: false,
            machine: false,
        };
        (from..from + many).map(scan).collect()
    }

    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let to = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &to);
            } else {
                std::fs::copy(entry.path(), to).unwrap();
            }
        }
    }

    fn replace(with: &Path, dir: &Path) {
        std::fs::remove_dir_all(dir).unwrap();
        copy(with, dir);
    }

    /// Fills both halves of the journal, so that the first of them is begun anew.
    fn turn_the_journal(store: &SledStore, from: i64) -> i64 {
        let (mut next, first) = (from, store.waiting().as_ref().unwrap().journal.oldest());
        while store.waiting().as_ref().unwrap().journal.oldest() == first {
            store.keep(&scans(next, 8192)).unwrap();
            next += 8192;
        }
        next
    }

    #[test]
    fn scans_that_the_engine_has_lost_without_a_word_are_noticed_and_what_is_left_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let store = SledStore::open(dir.path()).unwrap();
        store.keep(&scans(0, 10)).unwrap();
        store.take_over(true).unwrap();
        let (scans_dir, before) = (dir.path().join("scans"), dir.path().join("before"));
        copy(&scans_dir, &before);
        let all = turn_the_journal(&store, 10);
        drop(store);
        // As sled opens a file whose end it cannot read: with less in it.
        replace(&before, &scans_dir);
        let error = SledStore::open(dir.path()).err().unwrap();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        let alarm = crate::store::sled::renew(dir.path(), Moment(1_795_449_600)).unwrap();
        let AlarmKind::Damaged { scans, missing, .. } = alarm else { panic!("another alarm") };
        assert!(missing > 0 && scans > 10, "{missing} missing, {scans} taken over");
        assert_eq!(i64::try_from(scans + missing).unwrap(), all);
        assert_eq!(counted(&SledStore::open(dir.path()).unwrap()), scans);
    }

    #[test]
    fn scans_that_the_engine_has_lost_while_it_was_open_are_noticed_too() {
        let dir = tempfile::tempdir().unwrap();
        let store = SledStore::open(dir.path()).unwrap();
        store.keep(&scans(0, 10)).unwrap();
        store.take_over(true).unwrap();
        let (scans_dir, before) = (dir.path().join("scans"), dir.path().join("before"));
        copy(&scans_dir, &before);
        let next = turn_the_journal(&store, 10);
        assert!(store.commit(|_| Err::<(), _>(panicked("testing"))).is_err());
        replace(&before, &scans_dir);
        store.keep(&scans(next, 5)).unwrap();
        store.take_over(true).unwrap();
        let alarms: Vec<Alarm> = store.all(Tree::Alarms).unwrap();
        let AlarmKind::Damaged { scans, missing, .. } = &alarms[0].kind else { panic!("another") };
        assert!(*missing > 0);
        assert_eq!(i64::try_from(scans + missing).unwrap(), next + 5);
        assert_eq!(counted(&store), *scans);
    }

    fn counted(store: &SledStore) -> u64 {
        store.settle();
        let main = store.tree(Tree::Main).unwrap();
        let rows = super::super::counts::read(&main, ScanQuery::default()).unwrap();
        rows.iter().map(|row| row.total.scans()).sum()
    }

    #[tokio::test]
    async fn a_store_that_was_closed_is_written_by_nobody_and_can_be_opened_at_once() {
        use crate::store::Store as _;
        let dir = tempfile::tempdir().unwrap();
        for round in 0..20 {
            let store = SledStore::open(dir.path()).unwrap();
            store.record(&scans(round * 5000, 5000)).await.unwrap();
            drop(store);
        }
        assert_eq!(counted(&SledStore::open(dir.path()).unwrap()), 100_000);
    }

    #[test]
    fn what_the_engine_forgets_at_a_fault_is_taken_over_from_the_journal_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = SledStore::open(dir.path()).unwrap();
        store.keep(&scans(0, 10)).unwrap();
        assert_eq!(counted(&store), 10);
        store.commit(Files::sync).unwrap();
        let (scans_dir, before) = (dir.path().join("scans"), dir.path().join("before"));
        copy(&scans_dir, &before);
        store.keep(&scans(10, 20)).unwrap();
        assert_eq!(counted(&store), 30);
        // A commit fails, and what the engine had only in its memory cannot be written either.
        assert!(store.commit(|_| Err::<(), _>(panicked("testing"))).is_err());
        std::fs::remove_dir_all(&scans_dir).unwrap();
        std::fs::rename(&before, &scans_dir).unwrap();
        store.keep(&scans(30, 5)).unwrap();
        store.take_over(true).unwrap();
        assert_eq!(counted(&store), 35);
        drop(store);
        assert_eq!(counted(&SledStore::open(dir.path()).unwrap()), 35);
    }
}
