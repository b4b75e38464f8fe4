//! What a run that was cut short had finished: a line a document, in a file that goes when all is done.
//!
//! A line counts only for the very same document, made in the very same way: it begins with a hash of
//! everything that the bytes depend on.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{Settings, Supplies, Written};
use crate::print::PrintError;
use crate::print::manifest::Line;
use crate::print::plan::Document;

/// The file's name, beside the manifest.
const FILE: &str = ".unfinished";

/// The part of a set that is there already.
pub(super) struct Progress {
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
        // The last line may be cut short.
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let before: HashMap<u64, Written> = whole
            .lines()
            .filter_map(|line| serde_json::from_str::<(u64, Written)>(line).ok())
            .filter(|(_, written)| written.iter().all(|(file, _)| out.join(file).is_file()))
            .collect();
        let known = wanted.iter().any(|hash| before.contains_key(hash));
        let file =
            File::options().create(true).read(true).append(true).open(&path).map_err(fault)?;
        if !known || whole.len() < text.len() {
            // Another set's, or with a line that was cut short: what follows stands on lines of its own.
            file.set_len(if known { whole.len() as u64 } else { 0 }).map_err(fault)?;
        }
        let before = if known { before } else { HashMap::new() };
        Ok(Self { path, file: Mutex::new(file), wanted, before })
    }

    /// The files of the document `index` and their rows, where it is there already.
    pub(super) fn before(&self, index: usize) -> Option<&Written> {
        self.before.get(&self.wanted[index])
    }

    /// The hash of the document `index`.
    pub(super) fn wanted(&self, index: usize) -> u64 {
        self.wanted[index]
    }

    /// Whether what has this hash is there already.
    pub(super) fn has(&self, hash: u64) -> bool {
        self.before.contains_key(&hash)
    }

    /// What has this hash is there.
    pub(super) fn add(&self, hash: u64, written: &Written) -> Result<(), PrintError> {
        let line = serde_json::to_string(&(hash, written));
        let line = line.expect("numbers and strings are JSON") + "\n";
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // Not synced: after a power cut a few documents are made again.
        file.write_all(line.as_bytes())
            .map_err(|source| PrintError::Io { path: self.path.clone(), source })
    }

    /// Puts the rows of all documents that are there into `rows`, by file. They are read from the disk
    /// now, so that none is in memory while documents are made.
    pub(super) fn gather(&self, rows: &mut BTreeMap<String, Vec<Line>>) -> Result<(), PrintError> {
        let fault = |source| PrintError::Io { path: self.path.clone(), source };
        let wanted: HashSet<u64> = self.wanted.iter().copied().collect();
        // By the handle: somebody else's run into the same directory may have removed the name.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(0)).map_err(fault)?;
        for line in BufReader::new(&mut *file).split(b'\n') {
            let line = serde_json::from_slice::<(u64, Written)>(&line.map_err(fault)?);
            // Lines that were cut short are of documents that were made again.
            let Ok((hash, written)) = line else { continue };
            if wanted.contains(&hash) {
                rows.extend(written);
            }
        }
        Ok(())
    }

    /// All is done.
    pub(super) fn close(self) {
        // A file that stays only counts for the very same set.
        let _ = fs::remove_file(&self.path);
    }
}

/// A hash of each document, and of all that its bytes depend on.
fn hashes(documents: &[Document<'_>], supplies: &Supplies<'_>, settings: &Settings) -> Vec<u64> {
    let mut common = DefaultHasher::new();
    env!("CARGO_PKG_VERSION").hash(&mut common);
    format!("{:?}", settings.setup).hash(&mut common);
    supplies.parts.hash(&mut common);
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
