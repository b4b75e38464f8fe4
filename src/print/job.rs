//! Documents -> files, in parallel, written by rename: a piece is complete or absent.
//!
//! The documents of a court are a batch. What a killed run had finished of them stands in
//! `progress`, and is passed over by the next run of the same set. What fails takes along what an
//! earlier run made of it.
//! What is done with one document is in `hand`; how many are in the making at a time, `desks` says.

mod batches;
mod desks;
mod hand;
mod progress;

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::PrintError;
use super::manifest::{self, Line};
use super::plan::{Document, Series};
use super::press::Setup;
use crate::typeset::{self, Fonts};
use batches::Batches;
use desks::Desks;
use hand::Job;
use progress::Progress;

/// How and where to print.
pub struct Settings {
    /// How pieces are made.
    pub setup: Setup,
    /// Into which directory.
    pub out: PathBuf,
    /// On how many threads at a time, those aside that only wait for the disk.
    pub threads: usize,
    /// Whether there are threads aside, as many again: while some wait for the disk, others have their
    /// desks. Without them a job on one thread does nothing while its `progress` is called.
    pub aside: bool,
}

/// What templates are set with.
pub struct Supplies<'a> {
    /// The fonts.
    pub fonts: &'a Fonts,
    /// What templates may import: path and text.
    pub parts: &'a [(String, String)],
    /// The design of contact sheets, where folders shall have one.
    pub index: Option<&'a str>,
}

/// What a job came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many documents there were to print: more than what follows where the job was stopped.
    pub planned: usize,
    /// How many were written and proven, in this run or in the one that was cut short before it.
    pub written: usize,
    /// How many of these were there already.
    pub before: usize,
    /// How many symbols stand in them.
    pub symbols: usize,
    /// What was not, and why, in the order of the plan.
    pub failed: Vec<PrintError>,
    /// Why folders have no contact sheet.
    pub unbound: Vec<PrintError>,
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
    rows.extend(done.others());
    let batches = Batches::new(documents, &rows, supplies.index, &done);
    drop(rows);
    let threads = settings.threads.clamp(1, documents.len().max(1));
    let desks = Desks::new(threads);
    let job =
        Job { documents, supplies, settings, done, batches, desks, unbound: Mutex::default() };
    let next = AtomicUsize::new(0);
    // Only what is counted: the rows stand on the disk, and there may be tens of thousands.
    let printed: Mutex<Vec<(usize, usize)>> = Mutex::default();
    let failed: Mutex<BTreeMap<usize, PrintError>> = Mutex::default();
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= documents.len() {
                break;
            }
            match job.document(index) {
                Ok(symbols) => locked(&printed).push((index, symbols)),
                Err(error) => {
                    if matches!(error, PrintError::Io { .. }) {
                        stop.store(true, Ordering::Relaxed); // the disk will not be better for the next
                    }
                    locked(&failed).insert(index, error);
                }
            }
            progress();
        }
    };
    // Twice as many as may be at work: with one more a desk was left empty for a tenth of the time. Who
    // waits holds a finished file, no press.
    let workers = if settings.aside { 2 * threads } else { threads };
    std::thread::scope(|scope| {
        for _ in 1..workers.min(documents.len()) {
            scope.spawn(work);
        }
        work();
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (mut outcome, mut stopped_by) = count(&job, &locked(&printed), failed);
    // What was kept to typeset the next one makes room for the rows.
    typeset::forget();
    // Another run may have written into the same directory meanwhile: its rows stay.
    let _locked = lock(&settings.out);
    let mut rows = manifest::read(&settings.out)?;
    let gathered = job.done.gather(&mut rows);
    stopped_by = stopped_by.or(gathered.err());
    let is_whole = outcome.written + outcome.failed.len() == outcome.planned;
    if is_whole && stopped_by.is_none() {
        stopped_by = remove_left_over(documents, &mut rows, &settings.out).err();
    }
    let listed = write_whole(&settings.out.join(manifest::FILE), &manifest::write(&rows));
    if let Some(error) = stopped_by {
        return Err(error);
    }
    listed?;
    outcome.unbound = job.unbound.into_inner().unwrap_or_else(PoisonError::into_inner);
    if is_whole {
        job.done.close();
    }
    Ok(outcome)
}

/// What came of a job, and the disk's fault that stopped it, where one did; `printed` are the
/// documents that are there, each with the number of its symbols.
fn count(
    job: &Job<'_, '_>,
    printed: &[(usize, usize)],
    failed: BTreeMap<usize, PrintError>,
) -> (Outcome, Option<PrintError>) {
    let (failed, stopped_by): (Vec<_>, Vec<_>) =
        failed.into_values().partition(|error| !matches!(error, PrintError::Io { .. }));
    let outcome = Outcome {
        planned: job.documents.len(),
        written: printed.len(),
        before: printed.iter().filter(|(index, _)| job.done.before(*index).is_some()).count(),
        symbols: printed.iter().map(|(_, symbols)| symbols).sum(),
        failed,
        unbound: Vec::new(),
    };
    (outcome, stopped_by.into_iter().next_back())
}

/// Removes the sheets that the manifest lists of the series of `documents` but that these no longer
/// have: an earlier selection's, whose labels hang from other sheets now, or nowhere.
fn remove_left_over(
    documents: &[Document<'_>],
    rows: &mut BTreeMap<String, Vec<Line>>,
    out: &Path,
) -> Result<(), PrintError> {
    let mut lengths: BTreeMap<&Series, usize> = BTreeMap::new();
    for series in documents.iter().filter_map(|document| document.series.as_ref()) {
        *lengths.entry(series).or_default() += 1;
    }
    let is_over = |file: &str| {
        let page = |series: &Series| series.page(file);
        lengths.iter().any(|(series, length)| page(series).is_some_and(|page| page > *length))
    };
    let over: Vec<String> = rows.keys().filter(|file| is_over(file)).cloned().collect();
    for file in over {
        // Gone before its rows are: a file that is not listed would stay for ever.
        remove(&out.join(&file))?;
        rows.remove(&file);
    }
    Ok(())
}

/// Removes a file; whether it was there.
fn remove(path: &Path) -> Result<bool, PrintError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(PrintError::Io { path: path.to_owned(), source }),
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The directory, for one run at a time. A file system without locks has none: there, two runs at
/// once may lose rows of each other.
fn lock(dir: &Path) -> Option<fs::File> {
    let dir = fs::File::open(dir).ok()?;
    dir.lock().ok()?;
    Some(dir)
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
