//! The documents of a folder belong together: once the last of them is done, what they show makes the
//! folder's contact sheet.
//!
//! A folder's documents follow each other in the plan, so only the pictures of the few folders in hand
//! are in memory, however many there are.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::progress::Progress;
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::print::PrintError;
use crate::print::index::{self, Binder, Entry, Folder};
use crate::print::manifest::{Line, Row};
use crate::print::plan::Document;
use crate::print::press::Setup;

/// What one document shows; nothing where it was not printed.
type Shown = Option<Vec<Entry>>;

/// The documents of a job, folder by folder.
pub(super) struct Batches {
    batches: Vec<Batch>,
    /// What the documents that are done show, of the folders that are not.
    open: Mutex<HashMap<usize, BTreeMap<usize, Shown>>>,
}

struct Batch {
    documents: Range<usize>,
    folder: String,
    /// A hash of all that the contact sheet shows.
    key: u64,
    /// Whether the contact sheet is still to be made.
    is_wanted: bool,
    /// What else stands in the folder.
    others: Vec<Row>,
}

impl Batches {
    /// The folders of `documents`; `rows` are those of the files that were there before the job, and
    /// `index` is the design of contact sheets.
    pub(super) fn new(
        documents: &[Document<'_>],
        rows: &BTreeMap<String, Vec<Line>>,
        index: Option<&str>,
        done: &Progress,
    ) -> Self {
        let mut others = others(documents, rows);
        let mut batches: Vec<Batch> = Vec::new();
        for (at, document) in documents.iter().enumerate() {
            let folder = folder_of(&document.file);
            if let Some(batch) = batches.last_mut().filter(|batch| batch.folder == folder) {
                batch.documents.end = at + 1;
                continue;
            }
            let (documents, folder) = (at..at + 1, folder.to_owned());
            batches.push(Batch { documents, folder, key: 0, is_wanted: false, others: Vec::new() });
        }
        for batch in &mut batches {
            let mut hasher = DefaultHasher::new();
            index.hash(&mut hasher);
            batch.documents.clone().for_each(|at| done.wanted(at).hash(&mut hasher));
            batch.others = others.remove(&*batch.folder).unwrap_or_default();
            batch.others.hash(&mut hasher);
            batch.key = hasher.finish();
            batch.is_wanted = index.is_some() && !done.has(batch.key);
        }
        Self { batches, open: Mutex::default() }
    }

    fn of(&self, index: usize) -> (usize, &Batch) {
        let at = self.batches.partition_point(|batch| batch.documents.end <= index);
        (at, &self.batches[at])
    }

    /// Whether the document `index` is to be shown in a contact sheet that is still to be made.
    pub(super) fn is_wanted(&self, index: usize) -> bool {
        self.of(index).1.is_wanted
    }

    /// The document `index` is done: the folder, where it was the last one.
    pub(super) fn add(&self, index: usize, shown: Shown) -> Option<Full<'_>> {
        let (at, batch) = self.of(index);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let done = open.entry(at).or_default();
        done.insert(index, shown);
        if done.len() < batch.documents.len() {
            return None;
        }
        open.remove(&at).map(|shown| Full { batch, shown })
    }
}

/// A folder whose documents are all done.
pub(super) struct Full<'b> {
    batch: &'b Batch,
    shown: BTreeMap<usize, Shown>,
}

impl Full<'_> {
    /// Its contact sheet's file.
    pub(super) fn file(&self) -> String {
        let Batch { folder, .. } = self.batch;
        if folder.is_empty() { index::FILE.to_owned() } else { format!("{folder}/{}", index::FILE) }
    }

    /// A hash of all that its contact sheet shows.
    pub(super) fn key(&self) -> u64 {
        self.batch.key
    }

    /// Its contact sheet's bytes; nothing where nothing is there.
    pub(super) fn bind(
        self,
        binder: &mut Binder<'_>,
        documents: &[Document<'_>],
        setup: &Setup,
    ) -> Result<Option<Vec<u8>>, PrintError> {
        let (mut entries, mut failed) = (Vec::new(), Vec::new());
        for (at, shown) in self.shown {
            match shown {
                Some(shown) => entries.extend(shown),
                None => failed.push(&*documents[at].file),
            }
        }
        if entries.is_empty() && self.batch.others.is_empty() {
            return Ok(None);
        }
        let of_it = &documents[self.batch.documents.clone()];
        let groups = of_it.iter().flat_map(|document| &document.groups);
        let (mut courts, mut topics) = (Vec::<&str>::new(), BTreeMap::new());
        for (_, subject) in groups.flat_map(|group| &group.slots) {
            if topics.is_empty() {
                topics = titles(subject.library);
            }
            if !courts.contains(&&*subject.court.name) {
                courts.push(&subject.court.name);
            }
        }
        let (name, others) = (&*self.batch.folder, &*self.batch.others);
        let base_url = &setup.base_url;
        let folder = Folder { name, courts, base_url, topics, failed, others };
        binder.bind(&folder, entries).map(Some)
    }
}

/// What topics are called in zh-Hans, by their slugs.
fn titles(library: &Library) -> BTreeMap<&str, &str> {
    let guides = library.guides.values().filter(|guide| guide.language == Language::ZhHans);
    guides.map(|guide| (guide.topic.as_str(), &*guide.title)).collect()
}

fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The first row of each file that is there and is not to be printed, by folder.
fn others(
    documents: &[Document<'_>],
    rows: &BTreeMap<String, Vec<Line>>,
) -> HashMap<String, Vec<Row>> {
    let mut others: HashMap<String, Vec<Row>> = HashMap::new();
    if rows.is_empty() {
        return others;
    }
    let planned: BTreeSet<&str> = documents.iter().map(|document| &*document.file).collect();
    for (file, lines) in rows {
        // The pictures of further pages end in -2, -3 and so on.
        let stem = file.rsplit_once('.').map_or(&**file, |(stem, _)| stem);
        let first = stem.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('-');
        let first = first.map(|first| format!("{first}{}", &file[stem.len()..]));
        let is_planned = |file: &str| planned.contains(file);
        if is_planned(file) || first.as_deref().is_some_and(is_planned) {
            continue;
        }
        if let Some(row) = lines.first().and_then(|line| Row::read(line)) {
            others.entry(folder_of(file).to_owned()).or_default().push(row);
        }
    }
    others
}
