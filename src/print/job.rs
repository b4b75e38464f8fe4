//! What to print, in parallel, written by rename: a piece is complete or absent.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::PrintError;
use super::layout::Layout;
use super::manifest::{self, Row};
use super::poster::{BaseUrl, Format, Poster, Press, Subject};
use crate::domain::court::CourtId;
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::placement::PlacementNumber;
use crate::domain::site::SiteFiles;
use crate::domain::topic::TopicId;
use crate::typeset::Fonts;

/// Which pieces to print; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Of which courts.
    pub courts: Vec<CourtId>,
    /// At which placements.
    pub placements: Vec<PlacementNumber>,
    /// On which topics.
    pub topics: Vec<TopicId>,
    /// In which languages; empty means zh-Hans.
    pub languages: Vec<Language>,
}

/// How to print.
pub struct Settings {
    /// The address that codes are printed with.
    pub base_url: BaseUrl,
    /// What pieces are written as.
    pub format: Format,
    /// Into which directory.
    pub out: PathBuf,
    /// On how many threads at most.
    pub threads: usize,
}

/// One piece to print.
pub struct Piece<'a> {
    layout: &'a Layout,
    subject: Subject<'a>,
    file: String,
}

/// What a job came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many pieces there were to print: more than what follows where the job was stopped.
    pub planned: usize,
    /// How many pieces were written and proven.
    pub written: usize,
    /// What was not, and why, in the order of the plan.
    pub failed: Vec<PrintError>,
}

/// The pieces of a selection in `layouts`, in the order of placements and topics. Retired placements
/// are printed only where they are named.
pub fn plan<'a>(
    library: &'a Library,
    files: &'a SiteFiles,
    layouts: &[&'a Layout],
    selection: &Selection,
    format: Format,
) -> Result<Vec<Piece<'a>>, PrintError> {
    let mut languages = match &selection.languages[..] {
        [] => vec![Language::ZhHans],
        some => some.to_vec(),
    };
    languages.sort();
    languages.dedup();
    let mut pieces = Vec::new();
    for placement in library.placements.values() {
        let named = selection.placements.contains(&placement.number);
        let wanted =
            if selection.placements.is_empty() { placement.retired.is_none() } else { named };
        let of_court = selection.courts.is_empty() || selection.courts.contains(&placement.court);
        let court = library.court(&placement.court).filter(|_| wanted && of_court);
        let Some(court) = court else { continue };
        for topic in library.topics.values() {
            if !selection.topics.is_empty() && !selection.topics.contains(&topic.id) {
                continue;
            }
            for language in &languages {
                let guide = library.guides.get(&(topic.number, *language));
                let Some(guide) = guide else {
                    return Err(PrintError::NoGuide {
                        topic: topic.id.to_string(),
                        language: language.tag().to_owned(),
                    });
                };
                let subject = Subject { court, placement, topic, guide, library, files };
                let suited = layouts.iter().filter(|layout| layout.suits(topic));
                pieces.extend(suited.map(|layout| Piece {
                    layout,
                    subject,
                    file: file_name(&subject, layout, format),
                }));
            }
        }
    }
    Ok(pieces)
}

/// `<court>/<placement>-<topic>-<layout>[-<lang>].<ext>`
fn file_name(subject: &Subject<'_>, layout: &Layout, format: Format) -> String {
    let language = match subject.guide.language {
        Language::ZhHans => String::new(),
        other @ (Language::ZhHant | Language::En) => format!("-{other}"),
    };
    let (court, number) = (&subject.court.id, subject.placement.number);
    let (topic, layout, ending) = (&subject.topic.id, &layout.name, format.extension());
    format!("{court}/{number}-{topic}-{layout}{language}.{ending}")
}

/// Prints `pieces` into `settings.out` and brings the manifest up to date. `progress` is called after
/// each piece; `stop` ends the job early, with what is written complete.
///
/// # Errors
/// Where a file cannot be read or written: the job then ends early, with what is written complete.
/// A piece that fails otherwise does not stop the others: it is in [`Outcome::failed`].
pub fn run(
    pieces: &[Piece<'_>],
    fonts: &Fonts,
    settings: &Settings,
    stop: &AtomicBool,
    progress: &(dyn Fn() + Sync),
) -> Result<Outcome, PrintError> {
    make_dir(&settings.out)?;
    clear_drafts(&settings.out);
    let mut rows = manifest::read(&settings.out)?;
    let next = AtomicUsize::new(0);
    let results: Mutex<BTreeMap<usize, Result<Vec<String>, PrintError>>> = Mutex::default();
    let work = || {
        let mut presses: BTreeMap<&str, Press<'_>> = BTreeMap::new();
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(index) else { break };
            let press = presses
                .entry(&piece.layout.name)
                .or_insert_with(|| Press::new(piece.layout, fonts));
            let result = print_one(piece, press, settings);
            if matches!(result, Err(PrintError::Io { .. })) {
                stop.store(true, Ordering::Relaxed); // the disk will not be better for the next
            }
            results.lock().unwrap_or_else(PoisonError::into_inner).insert(index, result);
            progress();
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..settings.threads.min(pieces.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut outcome = Outcome { planned: pieces.len(), ..Outcome::default() };
    let mut stopped_by = None;
    for result in results.into_inner().unwrap_or_else(PoisonError::into_inner).into_values() {
        match result {
            Ok(row) => {
                outcome.written += 1;
                rows.insert(row[0].clone(), row);
            }
            Err(error @ PrintError::Io { .. }) => stopped_by = Some(error),
            Err(error) => outcome.failed.push(error),
        }
    }
    let listed = write_whole(&settings.out.join(manifest::FILE), &manifest::write(&rows));
    match stopped_by {
        Some(error) => Err(error),
        None => listed.map(|()| outcome),
    }
}

fn print_one(
    piece: &Piece<'_>,
    press: &mut Press<'_>,
    settings: &Settings,
) -> Result<Vec<String>, PrintError> {
    let subject = &piece.subject;
    let poster: Poster = press.print(subject, &settings.base_url, settings.format, &piece.file)?;
    let path = settings.out.join(&piece.file);
    if let Some(dir) = path.parent() {
        make_dir(dir)?;
    }
    write_whole(&path, &poster.bytes)?;
    let row = Row {
        file: piece.file.clone(),
        court: subject.court.id.to_string(),
        placement: subject.placement.number.get(),
        place: subject.placement.place.clone(),
        topic: subject.topic.id.to_string(),
        language: subject.guide.language.tag().to_owned(),
        layout: piece.layout.name.clone(),
        code: subject.code().to_string(),
    };
    Ok(row.fields(&poster))
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
