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
    let settings =
        Settings { setup: order.setup(base_url.clone(), works.logo.clone()), out, threads: 1 };
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
            log::error!("the print room: {}", words.in_tongue(Tongue::English));
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
