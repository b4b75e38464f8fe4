//! One order -> its file: a PDF of all pieces, or a ZIP of one each with their manifest.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::bundle;
use super::order::{Bundle, Order};
use crate::diagnostic::{Tongue, Words};
use crate::domain::library::Library;
use crate::print::PrintError;
use crate::print::address::BaseUrl;
use crate::print::causes;
use crate::print::job::{self, Settings};
use crate::print::works::Works;

/// How many causes of faults are told.
const TOLD: usize = 10;

/// How many documents a contact sheet shows at most: it is set as a whole, and each picture in it takes
/// memory that the pages need. The command line makes it of any number.
const SHOWN: usize = 200;

/// What an order is made from; it stays the same while it is being made.
#[derive(Clone)]
pub(in crate::web) struct Source {
    pub(in crate::web) library: Arc<Library>,
    pub(in crate::web) works: Arc<Works>,
    pub(in crate::web) base_url: BaseUrl,
}

/// A directory that goes when this does.
pub(in crate::web) struct Dir(pub(in crate::web) PathBuf);

impl Drop for Dir {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            log::warn!("{}: {error}", self.0.display());
        }
    }
}

/// Why an order was not made.
pub(in crate::web) enum Unmade {
    /// Somebody stopped it.
    Stopped,
    /// What is wrong, in words: nothing is offered, not even what was well.
    Faulty(Vec<Words>),
}

/// Makes the file of `order` in `dir`; it has the name of [`Bundle::file`]. `progress` is called
/// after each document; `stop` ends it early.
pub(in crate::web) fn make(
    order: &Order,
    source: &Source,
    dir: &Path,
    stop: &AtomicBool,
    progress: &(dyn Fn() + Sync),
) -> Result<PathBuf, Unmade> {
    let Source { library, works, base_url } = source;
    let fault = |error: &PrintError| Unmade::Faulty(vec![words(error)]);
    let documents = order.plan(library, works).map_err(|error| fault(&error))?;
    let out = dir.join("set");
    let setup = order.setup(base_url.clone(), works.logo.clone());
    // Nobody else of it is at the press while `progress` lets others have it.
    let settings = Settings { setup, out, threads: 1, aside: false };
    let mut supplies = works.supplies();
    if documents.len() > SHOWN {
        supplies.index = None;
    }
    let outcome = job::run(&documents, &supplies, &settings, stop, progress);
    let outcome = outcome.map_err(|error| fault(&error))?;
    if stop.load(Ordering::Relaxed) {
        return Err(Unmade::Stopped);
    }
    if !outcome.failed.is_empty() {
        return Err(Unmade::Faulty(causes(&outcome.failed, TOLD)));
    }
    let file = dir.join(order.bundle.file());
    let (set, file) = (settings.out, file);
    let moved = match order.bundle {
        Bundle::Pdf => fs::rename(set.join(order.bundle.file()), &file),
        Bundle::Zip => bundle::pack(&set, &file),
    };
    moved.map_err(|source| fault(&PrintError::Io { path: file.clone(), source }))?;
    log::info!(
        "printed: {}, {}, {} document(s) as {}",
        order.court,
        order.layout,
        documents.len(),
        order.bundle.file()
    );
    Ok(file)
}

/// What went wrong, for somebody who does not look after the machine.
pub(in crate::web) fn words(error: &PrintError) -> Words {
    let words = error.words();
    match error {
        PrintError::Io { .. } | PrintError::Manifest { .. } => {
            let said = words.in_tongue(Tongue::English);
            let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
            log::error!("the print room: {said}{}", cause.unwrap_or_default());
            Words::new(
                "the service could not write its files: an admin finds why in its log",
                "服务写不了文件：请管理员看一下服务的日志",
            )
        }
        PrintError::BaseUrl { .. }
        | PrintError::SymbolTooSmall { .. }
        | PrintError::UrlTooLong { .. }
        | PrintError::NoGuide { .. }
        | PrintError::NoWords { .. }
        | PrintError::NoFonts
        | PrintError::Fonts { .. }
        | PrintError::Glyphs { .. }
        | PrintError::Typeset { .. }
        | PrintError::Index { .. }
        | PrintError::Pages { .. }
        | PrintError::Refused { .. }
        | PrintError::Encode { .. } => words,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use super::*;
    use crate::content;
    use crate::domain::guide::Language;
    use crate::domain::period::Day;
    use crate::domain::site::SiteFiles;
    use crate::domain::topic::TopicId;
    use crate::print::job::Supplies;
    use crate::print::layout::{DEFAULT, Fit};
    use crate::print::press::{Group, Press};
    use crate::print::subject::Wording;

    fn add(files: &mut SiteFiles, folder: &str) {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                add(files, &path);
            } else {
                files.insert(path, fs::read(entry.path()).unwrap());
            }
        }
    }

    fn source() -> Source {
        let mut files = SiteFiles::default();
        for folder in ["guides", "printables", "templates/icons"] {
            add(&mut files, folder);
        }
        let library = content::load(&files, Day::parse("2026-11-24").unwrap()).library;
        let works = Works::read(files).unwrap();
        let base_url = BaseUrl::parse("https://fy.example.cn", false).unwrap();
        Source { library: Arc::new(library), works: Arc::new(works), base_url }
    }

    /// The posters of two topics.
    fn order(source: &Source) -> Order {
        Order {
            court: source.library.courts[0].id.clone(),
            places: Vec::new(),
            topics: vec![TopicId::parse("fees").unwrap(), TopicId::parse("filing").unwrap()],
            layout: DEFAULT.to_owned(),
            wording: Wording::only(Language::ZhHans),
            bundle: Bundle::Zip,
            copies: 1,
            skip: 0,
            fit: Fit::default(),
            outline: false,
        }
    }

    /// All files below `dir`, those that are being written, too, and their lengths.
    fn made(dir: &Path) -> BTreeSet<(PathBuf, u64)> {
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                found.extend(made(&path));
            } else {
                found.insert((path, entry.metadata().map_or(0, |data| data.len())));
            }
        }
        found
    }

    #[test]
    fn whoever_has_the_press_between_two_documents_of_a_job_has_it_alone() {
        let (source, dir) = (source(), tempfile::tempdir().unwrap());
        let order = order(&source);
        // Threads that were at the press, and turns of others in which the job went on all the same.
        let (at_press, disturbed) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
        let others = AtomicUsize::new(0);
        let progress = || {
            at_press.lock().unwrap().push(std::thread::current().id());
            others.fetch_add(1, Ordering::SeqCst);
            let before = made(dir.path());
            std::thread::sleep(Duration::from_millis(500));
            let is_still = made(dir.path()) == before && others.load(Ordering::SeqCst) == 1;
            disturbed.fetch_add(usize::from(!is_still), Ordering::SeqCst);
            others.fetch_sub(1, Ordering::SeqCst);
        };
        assert!(make(&order, &source, dir.path(), &AtomicBool::new(false), &progress).is_ok());
        let mut threads = at_press.into_inner().unwrap();
        assert!(threads.len() >= 4, "{}", threads.len());
        threads.dedup();
        assert_eq!((threads.len(), disturbed.into_inner()), (1, 0));
    }

    /// Nanoseconds that this thread has had of a processor.
    fn worked() -> u64 {
        let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        text.split(' ').next().unwrap().parse().unwrap()
    }

    #[test]
    fn a_picture_is_set_on_a_thread_of_its_own() {
        let source = source();
        let order = order(&source);
        let documents = order.plan(&source.library, &source.works).unwrap();
        let Group { layout, slots } = &documents[0].groups[0];
        let group = Group { layout, slots: slots.clone() };
        let setup = order.setup(source.base_url.clone(), None);
        let took = |work: &dyn Fn()| {
            let before = worked();
            work();
            worked() - before
        };
        let Supplies { fonts, parts, .. } = source.works.supplies();
        let here = took(&|| {
            let pages = Press::new(&[layout], parts, fonts).preview(&group, &setup, 0.1);
            assert_eq!(pages.unwrap().len(), 1);
        });
        // Nothing of it is remembered.
        crate::typeset::forget();
        let elsewhere = took(&|| drop(source.works.picture(&group, &setup, 0.1).unwrap()));
        assert!(elsewhere * 2 < here, "{elsewhere} of {here} ns");
    }
}
