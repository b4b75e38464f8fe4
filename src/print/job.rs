//! Documents -> files, in parallel, written by rename: a piece is complete or absent.
//!
//! The documents of a court are a batch. What a killed run had finished of them stands in
//! [`progress`], and is passed over by the next run of the same set.

mod progress;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::PrintError;
use super::layout::Layout;
use super::manifest::{self, Line};
use super::plan::Document;
use super::press::{Press, Setup};
use crate::typeset::Fonts;
use progress::Progress;

/// How and where to print.
pub struct Settings {
    /// How pieces are made.
    pub setup: Setup,
    /// Into which directory.
    pub out: PathBuf,
    /// On how many threads at most.
    pub threads: usize,
}

/// What templates are set with.
pub struct Supplies<'a> {
    /// The fonts.
    pub fonts: &'a Fonts,
    /// What templates may import: path and text.
    pub parts: &'a [(String, String)],
}

/// What a job came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many documents there were to print: more than what follows where the job was stopped.
    pub planned: usize,
    /// How many were written and proven, in this run or in the one that was cut short before it.
    pub written: usize,
    /// What was not, and why, in the order of the plan.
    pub failed: Vec<PrintError>,
}

/// A document's files and their rows.
type Written = Vec<(String, Vec<Line>)>;

/// Prints `documents` into `settings.out` and brings the manifest up to date. `progress` is called
/// after each document; `stop` ends the job early, with what is written complete.
///
/// # Errors
/// Where a file cannot be read or written: the job then ends early, with what is written complete.
/// A document that fails otherwise does not stop the others: it is in [`Outcome::failed`].
pub fn run(
    documents: &[Document<'_>],
    supplies: &Supplies<'_>,
    settings: &Settings,
    stop: &AtomicBool,
    progress: &(dyn Fn() + Sync),
) -> Result<Outcome, PrintError> {
    make_dir(&settings.out)?;
    clear_drafts(&settings.out);
    let mut rows = manifest::read(&settings.out)?;
    let done = Progress::open(&settings.out, documents, supplies, settings)?;
    let next = AtomicUsize::new(0);
    let results: Mutex<BTreeMap<usize, Result<Written, PrintError>>> = Mutex::default();
    let work = || {
        let mut presses: BTreeMap<Vec<&str>, Press<'_>> = BTreeMap::new();
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(document) = documents.get(index) else { break };
            let result = match done.before(index) {
                Some(written) => Ok(written),
                None => print_one(document, &mut presses, supplies, settings)
                    .and_then(|written| done.add(index, &written).map(|()| written)),
            };
            if matches!(result, Err(PrintError::Io { .. })) {
                stop.store(true, Ordering::Relaxed); // the disk will not be better for the next
            }
            results.lock().unwrap_or_else(PoisonError::into_inner).insert(index, result);
            progress();
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..settings.threads.min(documents.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut outcome = Outcome { planned: documents.len(), ..Outcome::default() };
    let mut stopped_by = None;
    for result in results.into_inner().unwrap_or_else(PoisonError::into_inner).into_values() {
        match result {
            Ok(written) => {
                outcome.written += 1;
                rows.extend(written);
            }
            Err(error @ PrintError::Io { .. }) => stopped_by = Some(error),
            Err(error) => outcome.failed.push(error),
        }
    }
    let listed = write_whole(&settings.out.join(manifest::FILE), &manifest::write(&rows));
    if let Some(error) = stopped_by {
        return Err(error);
    }
    listed?;
    if outcome.written + outcome.failed.len() == outcome.planned {
        done.close();
    }
    Ok(outcome)
}

fn print_one<'a>(
    document: &Document<'a>,
    presses: &mut BTreeMap<Vec<&'a str>, Press<'a>>,
    supplies: &Supplies<'a>,
    settings: &Settings,
) -> Result<Written, PrintError> {
    let mut layouts: BTreeMap<&str, &Layout> = BTreeMap::new();
    for group in &document.groups {
        layouts.insert(&group.layout.name, group.layout);
    }
    let key: Vec<&str> = layouts.keys().copied().collect();
    let layouts: Vec<&Layout> = layouts.into_values().collect();
    let press =
        presses.entry(key).or_insert_with(|| Press::new(&layouts, supplies.parts, supplies.fonts));
    let printed = press.print(&document.groups, &settings.setup, &document.file)?;
    let (stem, ending) = document.file.rsplit_once('.').unwrap_or((&document.file, ""));
    let names: Vec<String> =
        printed.files.iter().map(|(page, _)| format!("{stem}{page}.{ending}")).collect();
    for (name, (_, bytes)) in names.iter().zip(&printed.files) {
        let path = settings.out.join(name);
        if let Some(dir) = path.parent() {
            make_dir(dir)?;
        }
        write_whole(&path, bytes)?;
    }
    let lines = manifest::lines(document, &printed, &names);
    let mut written: Written = names.into_iter().map(|name| (name, Vec::new())).collect();
    for (proven, line) in printed.symbols.iter().zip(lines) {
        let at = if written.len() == 1 { 0 } else { proven.page - 1 };
        written[at].1.push(line);
    }
    Ok(written)
}

fn make_dir(dir: &Path) -> Result<(), PrintError> {
    fs::create_dir_all(dir).map_err(|source| PrintError::Io { path: dir.to_owned(), source })
}

/// The ending of files that are being written.
const DRAFT: &str = ".part";

/// Tells drafts of one process apart.
static DRAFTS: AtomicUsize = AtomicUsize::new(0);

/// Clears away what killed processes left in a set's directories.
fn clear_drafts(out: &Path) {
    let entries = |dir: &Path| fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path());
    for path in entries(out).flat_map(|path| entries(&path).chain([path])) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let draft = name.strip_prefix('.').and_then(|name| name.strip_suffix(DRAFT));
        let writer = draft.and_then(|name| name.rsplit('.').next()?.split('-').next());
        let is_alive = |pid: &str| Path::new("/proc").join(pid).exists();
        if writer.is_some_and(|pid| !pid.is_empty() && !is_alive(pid)) {
            // Somebody else's to clear away, then.
            let _ = fs::remove_file(&path);
        }
    }
}

/// Writes a file under another name and moves it into place, so that it is complete or absent.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), PrintError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(
        ".{name}.{}-{}{DRAFT}",
        std::process::id(),
        DRAFTS.fetch_add(1, Ordering::Relaxed)
    ));
    let written = fs::File::create(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        // A name that outlives a power cut must not point to nothing.
        file.sync_data()?;
        fs::rename(&draft, path)
    });
    written.map_err(|source| {
        // The draft is of no use to anyone.
        let _ = fs::remove_file(&draft);
        PrintError::Io { path: path.to_owned(), source }
    })
}
