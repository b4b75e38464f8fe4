//! What a run that was cut short had finished: a line a document, in a file that goes when all is done.
//!
//! A line counts only for the very same document, made in the very same way: it begins with a hash of
//! everything that the bytes depend on. It counts only as long as its files are what was written: no
//! later line names them, and their bytes are the same.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{Settings, Supplies, Written};
use crate::print::PrintError;
use crate::print::manifest::Line;
use crate::print::plan::Document;

/// The file's name, beside the manifest.
const FILE: &str = ".unfinished";

/// A file's length and a hash of its bytes.
type Seal = (u64, u64);

/// A line: the hash of a document, its files and their rows, and a seal for each of the files.
type Entry = (u64, Written, Vec<Seal>);

/// The part of a set that is there already.
pub(super) struct Progress {
    out: PathBuf,
    path: PathBuf,
    file: Mutex<File>,
    /// A hash a document.
    wanted: Vec<u64>,
    before: HashMap<u64, Written>,
}

impl Progress {
    /// Reads what is there of `documents`, and goes on with it.
    pub(super) fn open(
        out: &Path,
        documents: &[Document<'_>],
        supplies: &Supplies<'_>,
        settings: &Settings,
    ) -> Result<Self, PrintError> {
        let path = out.join(FILE);
        let fault = |source| PrintError::Io { path: path.clone(), source };
        let wanted = hashes(documents, supplies, settings);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            // Of no use to anyone.
            Err(error) if error.kind() == ErrorKind::InvalidData => String::new(),
            Err(source) => return Err(fault(source)),
        };
        // A line that was cut short is none.
        let entries = text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
        let before = still_there(out, entries.collect());
        let mut file =
            File::options().create(true).read(true).append(true).open(&path).map_err(fault)?;
        if !text.is_empty() && !text.ends_with('\n') {
            // What follows stands on lines of its own. Nothing is cut off: another run may be writing.
            file.write_all(b"\n").map_err(fault)?;
        }
        Ok(Self { out: out.to_owned(), path, file: Mutex::new(file), wanted, before })
    }

    /// The files of the document `index` and their rows, where it is there already.
    pub(super) fn before(&self, index: usize) -> Option<&Written> {
        self.before.get(&self.wanted[index])
    }

    /// The hash of the document `index`.
    pub(super) fn wanted(&self, index: usize) -> u64 {
        self.wanted[index]
    }

    /// The rows, by file, of what else was finished and is there: no manifest lists it as yet.
    pub(super) fn others(&self) -> impl Iterator<Item = (String, Vec<Line>)> {
        let wanted: HashSet<u64> = self.wanted.iter().copied().collect();
        let others = self.before.iter().filter(move |(hash, _)| !wanted.contains(hash));
        others.flat_map(|(_, written)| written.iter().cloned())
    }

    /// Whether what has this hash is there already.
    pub(super) fn has(&self, hash: u64) -> bool {
        self.before.contains_key(&hash)
    }

    /// What has this hash is there.
    pub(super) fn add(&self, hash: u64, written: &Written) -> Result<(), PrintError> {
        let fault = |source| PrintError::Io { path: self.path.clone(), source };
        let seals = written.iter().map(|(file, _)| seal(&self.out.join(file)));
        let seals: Vec<Seal> = seals.collect::<Result<_, _>>().map_err(fault)?;
        let line = serde_json::to_string(&(hash, written, seals));
        let line = line.expect("numbers and strings are JSON") + "\n";
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // Not synced: after a power cut a few documents are made again.
        file.write_all(line.as_bytes()).map_err(fault)
    }

    /// Puts the rows of all documents that are there into `rows`, by file, those of another selection,
    /// too: with the list of what is done they would be forgotten. They are read from the disk now, so
    /// that none is in memory while documents are made.
    pub(super) fn gather(&self, rows: &mut BTreeMap<String, Vec<Line>>) -> Result<(), PrintError> {
        let fault = |source| PrintError::Io { path: self.path.clone(), source };
        let wanted: HashSet<u64> = self.wanted.iter().copied().collect();
        // By the handle: somebody else's run into the same directory may have removed the name.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(0)).map_err(fault)?;
        let (mut ours, mut others) = (BTreeMap::new(), BTreeMap::new());
        for line in BufReader::new(&mut *file).split(b'\n') {
            let line = serde_json::from_slice::<Entry>(&line.map_err(fault)?);
            // Lines that were cut short are of documents that were made again.
            let Ok((hash, written, seals)) = line else { continue };
            for ((file, lines), sealed) in written.into_iter().zip(seals) {
                if wanted.contains(&hash) {
                    others.remove(&file);
                    ours.insert(file, lines);
                } else {
                    // Another set's, under the same name: it is not ours any more.
                    ours.remove(&file);
                    others.insert(file, (lines, sealed));
                }
            }
        }
        // What failed meanwhile is gone, and of others somebody may have made something else.
        ours.retain(|file, _| self.out.join(file).is_file());
        others.retain(|file, (_, sealed)| seal(&self.out.join(file)).is_ok_and(|is| is == *sealed));
        rows.append(&mut ours);
        rows.extend(others.into_iter().map(|(file, (lines, _))| (file, lines)));
        Ok(())
    }

    /// All is done.
    pub(super) fn close(self) {
        // A file that stays only counts for the very same set.
        let _ = fs::remove_file(&self.path);
    }
}

/// What of the entries is there as it was written, by its hash.
fn still_there(out: &Path, entries: Vec<Entry>) -> HashMap<u64, Written> {
    let mut last: HashMap<&str, usize> = HashMap::new();
    for (at, (_, written, _)) in entries.iter().enumerate() {
        last.extend(written.iter().map(|(file, _)| (file.as_str(), at)));
    }
    let is_there = |(at, (_, written, seals)): &(usize, &Entry)| {
        let mut files = written.iter().zip(seals);
        written.len() == seals.len()
            && files.all(|((file, _), sealed)| {
                last.get(file.as_str()) == Some(at)
                    && seal(&out.join(file)).is_ok_and(|found| found == *sealed)
            })
    };
    let there = entries.iter().enumerate().filter(is_there);
    let there: Vec<usize> = there.map(|(at, _)| at).collect();
    let mut entries: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
    let taken = there.into_iter().filter_map(|at| entries[at].take());
    taken.map(|(hash, written, _)| (hash, written)).collect()
}

fn seal(path: &Path) -> io::Result<Seal> {
    let bytes = fs::read(path)?;
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    Ok((bytes.len() as u64, hasher.finish()))
}

/// A hash of each document, and of all that its bytes depend on.
fn hashes(documents: &[Document<'_>], supplies: &Supplies<'_>, settings: &Settings) -> Vec<u64> {
    let mut common = DefaultHasher::new();
    env!("CARGO_PKG_VERSION").hash(&mut common);
    format!("{:?}", settings.setup).hash(&mut common);
    supplies.parts.hash(&mut common);
    supplies.fonts.hash(&mut common);
    let mut layouts: HashMap<&str, u64> = HashMap::new();
    documents
        .iter()
        .map(|document| {
            let mut hasher = common.clone();
            document.file.hash(&mut hasher);
            for group in &document.groups {
                let layout = group.layout;
                let of_layout = *layouts.entry(&layout.name).or_insert_with(|| {
                    let mut hasher = DefaultHasher::new();
                    format!("{layout:?}").hash(&mut hasher);
                    hasher.finish()
                });
                of_layout.hash(&mut hasher);
                for (slot, subject) in &group.slots {
                    slot.hash(&mut hasher);
                    subject.fields(&settings.setup.base_url).to_string().hash(&mut hasher);
                    subject.icon(subject.topic).hash(&mut hasher);
                    if layout.one_code {
                        subject.listed().0.to_string().hash(&mut hasher);
                    }
                }
            }
            hasher.finish()
        })
        .collect()
}
