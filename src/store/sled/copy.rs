//! Copies what a store holds, while it goes on recording: to a new generation, or into a backup.
//!
//! First everything is copied as it is met, and the keys that change meanwhile are noted; then, with
//! the store held for a moment, those keys once more. The copy is the store at that moment.
//!
//! A backup is a line of text, then entries: the tree's number, the key and its length before it, and
//! the same of the value with a number one higher, or 0 where the key was removed; a later entry
//! counts. At the end 255, the number of entries, and the SHA-256 of everything before.

use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::files::{Change, Files, Touched, Tree, engine};
use crate::store::StoreError;
use crate::store::block::put;

/// How a backup begins.
const TITLE: &[u8] = b"onecode backup 1\n";

/// Where a tree's number would stand, at the end of a backup.
const END: u8 = 255;

/// No key and no value of ours is longer.
const LONGEST: u64 = 2 << 20;

/// What is written at once.
const BATCH_BYTES: usize = 1 << 20;

/// What changed while a copy was made.
pub(super) type Rest = Vec<(Tree, Vec<u8>, Option<sled::IVec>)>;

/// What takes a copy.
pub(super) trait Sink {
    fn put(&mut self, tree: Tree, key: &[u8], value: Option<&[u8]>) -> Result<(), StoreError>;
}

/// Copies everything that `trees` hold to `sink`, as it is met.
pub(super) fn all(trees: &[sled::Tree], sink: &mut dyn Sink) -> Result<(), StoreError> {
    for (name, tree) in Tree::ALL.into_iter().zip(trees) {
        for entry in tree {
            let (key, value) = entry.map_err(engine)?;
            sink.put(name, &key, Some(&value))?;
        }
    }
    Ok(())
}

/// What `touched` names, as it is now: nobody waits for a sink while the store is held.
pub(super) fn rest(files: &Files, touched: Touched) -> Result<Rest, StoreError> {
    let rest = touched.into_iter().map(|(tree, key)| {
        let value = files.tree(tree).get(&key).map_err(engine)?;
        Ok((tree, key, value))
    });
    rest.collect()
}

/// Copies what changed since the copy began to `sink`.
pub(super) fn put_rest(rest: Rest, sink: &mut dyn Sink) -> Result<(), StoreError> {
    rest.into_iter().try_for_each(|(tree, key, value)| sink.put(tree, &key, value.as_deref()))
}

/// A new generation that is being filled.
pub(super) struct Generation {
    files: Files,
    tree: Tree,
    changes: Vec<Change>,
    bytes: usize,
}

impl Generation {
    pub(super) fn new(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { files: Files::open(path)?, tree: Tree::Main, changes: Vec::new(), bytes: 0 })
    }

    fn write(&mut self) -> Result<(), StoreError> {
        self.bytes = 0;
        self.files.apply(self.tree, std::mem::take(&mut self.changes))
    }

    /// Everything written and synced.
    pub(super) fn finish(mut self) -> Result<Files, StoreError> {
        self.write()?;
        self.files.sync()?;
        Files::count_on(self.files)
    }
}

impl Sink for Generation {
    fn put(&mut self, tree: Tree, key: &[u8], value: Option<&[u8]>) -> Result<(), StoreError> {
        if tree != self.tree || self.bytes > BATCH_BYTES {
            self.write()?;
            self.tree = tree;
        }
        self.bytes += key.len() + value.map_or(0, <[u8]>::len);
        self.changes.push((key.to_vec(), value.map(<[u8]>::to_vec)));
        Ok(())
    }
}

/// A backup that is being written.
pub(super) struct Backup<'a> {
    into: &'a mut (dyn Write + Send),
    sum: Sha256,
    entries: u64,
}

impl<'a> Backup<'a> {
    pub(super) fn new(into: &'a mut (dyn Write + Send)) -> Result<Self, StoreError> {
        let mut backup = Self { into, sum: Sha256::new(), entries: 0 };
        backup.write(TITLE)?;
        Ok(backup)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.sum.update(bytes);
        self.into.write_all(bytes).map_err(|source| StoreError::Backup { source })
    }

    pub(super) fn finish(mut self) -> Result<(), StoreError> {
        let mut end = vec![END];
        put(&mut end, self.entries);
        self.write(&end)?;
        let sum = self.sum.clone().finalize();
        self.write(&sum)?;
        self.into.flush().map_err(|source| StoreError::Backup { source })
    }
}

impl Sink for Backup<'_> {
    fn put(&mut self, tree: Tree, key: &[u8], value: Option<&[u8]>) -> Result<(), StoreError> {
        let number = Tree::ALL.iter().position(|one| *one == tree);
        let number = number.and_then(|at| u8::try_from(at).ok()).expect("there are few trees");
        let mut entry = vec![number];
        put(&mut entry, key.len() as u64);
        entry.extend(key);
        put(&mut entry, value.map_or(0, |value| value.len() as u64 + 1));
        entry.extend(value.unwrap_or_default());
        self.entries += 1;
        self.write(&entry)
    }
}

/// Reads a backup into `sink`; how many entries it has. Only what it returns says that it was whole.
pub(super) fn read(from: &mut dyn Read, sink: &mut dyn Sink) -> Result<u64, StoreError> {
    let mut from = Summed { from, sum: Sha256::new() };
    let mut title = [0; TITLE.len()];
    from.fill(&mut title)?;
    if title != *TITLE {
        return Err(StoreError::NoBackup { reason: "it does not begin as one".to_owned() });
    }
    let mut entries = 0;
    loop {
        let tree = from.byte()?;
        if tree == END {
            break;
        }
        let tree = Tree::ALL.get(usize::from(tree)).copied();
        let tree =
            tree.ok_or_else(|| no_backup("it has a part that this version does not know"))?;
        let key = from.bytes(0)?.unwrap_or_default();
        let value = from.bytes(1)?;
        sink.put(tree, &key, value.as_deref())?;
        entries += 1;
    }
    if from.number()? != entries {
        return Err(no_backup("entries are missing"));
    }
    let expected = from.sum.clone().finalize();
    let mut sum = [0; 32];
    from.fill(&mut sum)?;
    if sum[..] == expected[..] { Ok(entries) } else { Err(no_backup("its checksum is wrong")) }
}

fn no_backup(reason: &str) -> StoreError {
    StoreError::NoBackup { reason: reason.to_owned() }
}

struct Summed<'a> {
    from: &'a mut dyn Read,
    sum: Sha256,
}

impl Summed<'_> {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), StoreError> {
        self.from.read_exact(bytes).map_err(|source| {
            if source.kind() == io::ErrorKind::UnexpectedEof {
                no_backup("it is cut short")
            } else {
                StoreError::Backup { source }
            }
        })?;
        self.sum.update(&*bytes);
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, StoreError> {
        let mut byte = [0];
        self.fill(&mut byte)?;
        Ok(byte[0])
    }

    fn number(&mut self) -> Result<u64, StoreError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 127) << shift;
            if byte & 128 == 0 {
                return Ok(number);
            }
        }
        Err(no_backup("a length is none"))
    }

    /// Bytes with their length, which stands `more` too high; none where it is lower than that.
    fn bytes(&mut self, more: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(length) = self.number()?.checked_sub(more) else { return Ok(None) };
        if length > LONGEST {
            return Err(no_backup("a length is none"));
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        self.fill(&mut bytes)?;
        Ok(Some(bytes))
    }
}
