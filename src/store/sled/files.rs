//! An open generation: its trees, and the one way in which anything is written to them.

use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::keys;
use crate::domain::feedback::{Answers, Feedback};
use crate::domain::scan::Scan;
use crate::store::block::{
    Block, pack, pack_answers, pack_hours, unpack, unpack_answers, unpack_hours, unpack_old,
};
use crate::store::record::{self, Kept, Recorded};
use crate::store::tally::{Hours, add_hours, tally, tally_feedback};
use crate::store::trouble::Trouble;
use crate::store::{StoreError, create_private_dir};

/// How long sled may take to let go of its files: so many turns, of this long each.
const CLOSING_TURNS: u32 = 200;
const CLOSING_TURN: Duration = Duration::from_millis(5);

/// Half of what is cached is evicted at a time; a court's whole year of counters fits.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// A block that is taken over from the journal has about so many scans at most.
const BLOCK_SCANS: usize = 2048;

/// How many blocks of an older format are rewritten at a time.
const REWRITTEN: usize = 256;

/// The trees; the position of each is its number in a backup, so this is only added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Tree {
    Main,
    Feedback,
    Users,
    Tokens,
    Alarms,
}

impl Tree {
    pub(super) const ALL: [Self; 5] =
        [Self::Main, Self::Feedback, Self::Users, Self::Tokens, Self::Alarms];

    fn open(self, db: &sled::Db) -> Result<sled::Tree, sled::Error> {
        match self {
            Self::Main => Ok((**db).clone()),
            Self::Feedback => db.open_tree("feedback"),
            Self::Users => db.open_tree("users"),
            Self::Tokens => db.open_tree("tokens"),
            Self::Alarms => db.open_tree("alarms"),
        }
    }
}

/// A key with its new value, or none where it is removed.
pub(super) type Change = (Vec<u8>, Option<Vec<u8>>);

/// What is told of the keys that change while the rest is being copied.
pub(super) type Touched = HashSet<(Tree, Vec<u8>)>;

/// An open generation.
pub(super) struct Files {
    db: sled::Db,
    trees: [sled::Tree; Tree::ALL.len()],
    /// sled's one data file: syncing it is what makes a commit outlive a power cut.
    file: File,
    /// The generation's directory.
    pub(super) path: PathBuf,
    /// The next scan's number.
    pub(super) next: u64,
    /// The scans before this number outlive a power cut.
    pub(super) synced: u64,
    /// While a copy is made: what changed since it began.
    pub(super) touched: Option<Touched>,
}

impl Files {
    /// Opens the generation in `path`, making it where there is none.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        // The engine would make it readable by everybody.
        create_private_dir(path)?;
        let config = sled::Config::new()
            .path(path)
            .cache_capacity(CACHE_BYTES)
            // Each commit is flushed by itself.
            .flush_every_ms(None);
        let open = || {
            let db = open_when_closed(&config)?;
            Ok((Tree::ALL.map(|tree| tree.open(&db)), db))
        };
        // On some damaged files sled panics instead of saying so.
        let (trees, db) = std::panic::catch_unwind(AssertUnwindSafe(open))
            .map_err(|_| StoreError::Damaged {
                path: path.to_owned(),
                reason: panicked("opening it").to_string(),
            })?
            .map_err(|error| open_error(path, error))?;
        let trees: Result<Vec<_>, _> = trees.into_iter().collect();
        let trees = trees.map_err(|error| open_error(path, error))?;
        let trees = trees.try_into().map_err(|_| panicked("opening its trees"))?;
        let file = path.join("db");
        let file = File::open(&file).map_err(|source| StoreError::Io { path: file, source })?;
        let mut files =
            Self { db, trees, file, path: path.to_owned(), next: 0, synced: 0, touched: None };
        files.next = files.last_number().map_err(|error| damaged(path, error))?;
        files.rewrite_old().map_err(|error| damaged(path, error))?;
        // What a killed process left to the kernel may not be on the disk yet.
        files.sync()?;
        Ok(files)
    }

    /// Opens the generation of `dir` that counts.
    pub(super) fn open_current(dir: &Path) -> Result<Self, StoreError> {
        let files = Self::open(&super::generations::current(dir)?)?;
        let changes = files.changes().map_err(|error| damaged(&files.path, error))?;
        super::changes::check(dir, &files.path, changes)?;
        super::mirror::check(dir, &files).map_err(|error| damaged(&files.path, error))?;
        Ok(files)
    }

    /// Files that were filled from elsewhere, ready to count on from their last scan.
    pub(super) fn count_on(mut files: Self) -> Result<Self, StoreError> {
        files.next = files.last_number()?;
        files.synced = files.next;
        Ok(files)
    }

    /// The trees, to be read while the store goes on.
    pub(super) fn all_trees(&self) -> Vec<sled::Tree> {
        self.trees.to_vec()
    }

    fn last_number(&self) -> Result<u64, StoreError> {
        let last = self.main().scan_prefix([keys::SCANS]).next_back().transpose();
        let last = last.map_err(engine)?.map(|(_, block)| unpack(&block)).transpose()?;
        Ok(last.map_or(0, |block| block.next()).max(self.given_up()?))
    }

    /// Rewrites blocks of scans as version 0.2 kept them.
    fn rewrite_old(&mut self) -> Result<(), StoreError> {
        loop {
            let mut changes = Vec::new();
            let mut next = self.next;
            for entry in self.main().scan_prefix([keys::OLD_SCANS]).take(REWRITTEN) {
                let (key, block) = entry.map_err(engine)?;
                let scans = unpack_old(&block)?;
                changes.push((key.to_vec(), None));
                changes.push((keys::scans(next).to_vec(), Some(pack(next, &scans))));
                next += scans.len() as u64;
            }
            if changes.is_empty() {
                return Ok(());
            }
            self.apply(Tree::Main, changes)?;
            self.sync()?;
            self.next = next;
        }
    }

    pub(super) fn tree(&self, tree: Tree) -> &sled::Tree {
        let at = Tree::ALL.iter().position(|one| *one == tree).expect("each is in the list of all");
        &self.trees[at]
    }

    pub(super) fn main(&self) -> &sled::Tree {
        self.tree(Tree::Main)
    }

    /// Makes `changes`, in one atomic step; they last once [`Self::sync`] has returned.
    pub(super) fn apply(&mut self, tree: Tree, changes: Vec<Change>) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (key, value) in changes {
            if let Some(touched) = &mut self.touched {
                touched.insert((tree, key.clone()));
            }
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.tree(tree).apply_batch(batch).map_err(engine)
    }

    pub(super) fn sync(&mut self) -> Result<(), StoreError> {
        self.db.flush().map_err(engine)?;
        self.file
            .sync_data()
            .map_err(|source| StoreError::Io { path: self.path.join("db"), source })?;
        self.synced = self.next;
        Ok(())
    }

    /// Syncs a change that is no scan, and notes outside the engine that it was made.
    pub(super) fn sync_change(&mut self) -> Result<(), StoreError> {
        // After the change: where the engine loses its end, it loses this before that.
        let number = self.changes()? + 1;
        self.apply(Tree::Main, vec![Self::marking_changes(number)?])?;
        self.sync()?;
        if let Some(dir) = self.path.parent() {
            super::changes::note(dir, number);
        }
        Ok(())
    }

    /// Syncs a change of a record, of which there is a second copy beside the engine.
    pub(super) fn sync_record(&mut self) -> Result<(), StoreError> {
        self.sync_change()?;
        if let Some(dir) = self.path.parent() {
            super::mirror::write(dir, self);
        }
        Ok(())
    }

    /// Bytes on the disk.
    pub(super) fn size(&self) -> Result<u64, StoreError> {
        self.db.size_on_disk().map_err(engine)
    }

    /// Takes over blocks of the journal, in one atomic step with their counts; what is there already
    /// is passed over.
    pub(super) fn take_over(&mut self, blocks: &[Block]) -> Result<(), StoreError> {
        let mut fresh = Vec::new();
        let mut next = self.next;
        for block in blocks {
            let known = usize::try_from(next.saturating_sub(block.first)).unwrap_or(usize::MAX);
            let number = block.first.max(next);
            let scans = block.scans.get(known..).unwrap_or_default();
            fresh.extend((number..).zip(scans.iter().copied()));
            next = number + scans.len() as u64;
        }
        // By hour, as they are merged and given up.
        let together = |one: &(u64, Scan), other: &(u64, Scan)| {
            one.0 + 1 == other.0
                && one.1.moment.0.div_euclid(3600) == other.1.moment.0.div_euclid(3600)
        };
        let mut changes = Vec::new();
        for part in fresh.chunk_by(together).flat_map(|hour| hour.chunks(BLOCK_SCANS)) {
            let scans: Vec<Scan> = part.iter().map(|(_, scan)| *scan).collect();
            let first = part[0].0;
            changes.push((keys::scans(first).to_vec(), Some(pack(first, &scans))));
        }
        let all: Vec<Scan> = fresh.into_iter().map(|(_, scan)| scan).collect();
        for (cell, added) in tally(&all) {
            let key = keys::cell(&cell);
            let mut hours = self.open_row(&key)?;
            add_hours(&mut hours, &added);
            changes.push((key.to_vec(), Some(pack_hours(&hours))));
        }
        if !changes.is_empty() {
            self.apply(Tree::Main, changes)?;
            self.next = next;
        }
        Ok(())
    }

    /// An open day row; empty where there is none.
    pub(super) fn open_row(&self, key: &[u8]) -> Result<Hours, StoreError> {
        match self.main().get(key).map_err(engine)? {
            Some(bytes) => unpack_hours(&bytes),
            None => Ok(Hours::default()),
        }
    }

    pub(super) fn commit_feedback(&mut self, feedback: &[Feedback]) -> Result<(), StoreError> {
        let mut changes = Vec::new();
        for (cell, added) in tally_feedback(feedback) {
            let key = keys::feedback(cell);
            let mut answers = match self.tree(Tree::Feedback).get(key).map_err(engine)? {
                Some(bytes) => unpack_answers(&bytes)?,
                None => Answers::default(),
            };
            answers.add(added);
            changes.push((key.to_vec(), Some(pack_answers(key, answers))));
        }
        self.apply(Tree::Feedback, changes)?;
        self.sync_change()
    }

    /// Changes the record of `key` to what `change` makes of it, where it makes anything: first none
    /// for to be left, then none for to be removed. Says whether it was changed.
    pub(super) fn change<T: Recorded>(
        &mut self,
        tree: Tree,
        key: &[u8],
        change: impl FnOnce(Option<T>) -> Option<Option<T>>,
    ) -> Result<bool, StoreError> {
        let kept = self.tree(tree).get(key).map_err(engine)?;
        let kept = kept.map(|bytes| record::unpack(&bytes)).transpose()?;
        let Kept { revision, value } = kept.unwrap_or(Kept { revision: 0, value: None });
        let Some(value) = change(value) else { return Ok(false) };
        let bytes = record::pack(key, &Kept { revision: revision + 1, value })?;
        self.apply(tree, vec![(key.to_vec(), Some(bytes))])?;
        self.sync_record()?;
        Ok(true)
    }

    /// Adds an alarm, or whatever is numbered in its tree, under the next number.
    pub(super) fn append<T: Recorded>(
        &mut self,
        tree: Tree,
        of: impl FnOnce(u32) -> T,
    ) -> Result<(), StoreError> {
        let last = self.tree(tree).last().map_err(engine)?;
        let last = last.and_then(|(key, _)| key.as_ref().try_into().ok().map(u32::from_be_bytes));
        let number = last.map_or(1, |last| last.saturating_add(1));
        let add = |_: Option<T>| Some(Some(of(number)));
        self.change(tree, &number.to_be_bytes(), add).map(|_| ())
    }
}

/// The records of a tree, or of a part of one, without those that were removed.
pub(super) fn records<T: Recorded>(entries: sled::Iter) -> Result<Vec<T>, StoreError> {
    let kept = entries.values().map(|bytes| record::unpack(&bytes.map_err(engine)?));
    kept.filter_map(|kept| kept.map(|kept: Kept<T>| kept.value).transpose()).collect()
}

/// A store whose last block cannot be read is damaged, whatever the engine thinks of it.
fn damaged(path: &Path, error: StoreError) -> StoreError {
    if error.trouble() != Trouble::Other {
        // Room can be made on a disk, and then nothing is wrong with what it holds.
        return error;
    }
    if let StoreError::Engine { reason } | StoreError::Corrupt { reason } = error {
        return StoreError::Damaged { path: path.to_owned(), reason };
    }
    if let StoreError::Disk { source } = error {
        return StoreError::Damaged { path: path.to_owned(), reason: source.to_string() };
    }
    error
}

pub(super) fn panicked(doing: &str) -> StoreError {
    StoreError::Engine { reason: format!("the engine panicked while {doing}") }
}

/// Opens sled's files. A store that was closed is held for a moment longer by sled's own threads; no
/// other process of ours has it, or ours could not be here.
fn open_when_closed(config: &sled::Config) -> sled::Result<sled::Db> {
    for _ in 0..CLOSING_TURNS {
        match config.open() {
            Err(error) if is_held(&error) => std::thread::sleep(CLOSING_TURN),
            opened => return opened,
        }
    }
    config.open()
}

/// Waits until sled's own threads have let go of the files in `path`; a second at most.
pub(super) fn wait_until_closed(path: &Path) {
    let Ok(file) = File::open(path.join("db")) else { return };
    for _ in 0..CLOSING_TURNS {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(CLOSING_TURN),
            Ok(()) | Err(TryLockError::Error(_)) => return,
        }
    }
}

fn is_held(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(source) if source.to_string().contains("could not acquire lock"))
}

fn open_error(path: &Path, error: sled::Error) -> StoreError {
    if is_held(&error) {
        return StoreError::InUse { path: path.to_owned() };
    }
    match error {
        sled::Error::Io(source) => StoreError::Io { path: path.to_owned(), source },
        other @ (sled::Error::Corruption { .. }
        | sled::Error::ReportableBug(_)
        | sled::Error::Unsupported(_)
        | sled::Error::CollectionNotFound(_)) => {
            StoreError::Damaged { path: path.to_owned(), reason: other.to_string() }
        }
    }
}

pub(super) fn engine(error: sled::Error) -> StoreError {
    match error {
        sled::Error::Corruption { .. } => StoreError::Corrupt { reason: error.to_string() },
        sled::Error::Io(source) => StoreError::Disk { source },
        sled::Error::ReportableBug(_)
        | sled::Error::Unsupported(_)
        | sled::Error::CollectionNotFound(_) => StoreError::Engine { reason: error.to_string() },
    }
}
