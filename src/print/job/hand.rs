//! What is done with one document of a job.
//!
//! Presses stand at the job's [`Desks`], as many as documents may be in the making at a time. A thread
//! that waits for the disk leaves its desk to another.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::batches::{Batches, Full};
use super::desks::Desks;
use super::progress::Progress;
use super::{Settings, Supplies, Written, make_dir, remove, write_whole};
use crate::print::PrintError;
use crate::print::index::{self, Binder};
use crate::print::layout::Layout;
use crate::print::manifest;
use crate::print::plan::Document;
use crate::print::press::{Format, Press};
use crate::typeset::{OneThread, Raster};

/// What the threads of a job share.
pub(super) struct Job<'j, 'a> {
    pub(super) documents: &'j [Document<'a>],
    pub(super) supplies: &'j Supplies<'a>,
    pub(super) settings: &'j Settings,
    /// What is there already.
    pub(super) done: Progress,
    pub(super) batches: Batches,
    pub(super) desks: Desks<Desk<'a>>,
    /// Why folders have no contact sheet.
    pub(super) unbound: Mutex<Vec<PrintError>>,
}

/// What is kept from one document to the next.
#[derive(Default)]
pub(super) struct Desk<'a> {
    presses: BTreeMap<Vec<&'a str>, Press<'a>>,
    binder: Option<Binder<'a>>,
    thread: OneThread,
}

impl<'a> Job<'_, 'a> {
    /// Prints the document `index`, unless it is there already; and the contact sheet of its folder,
    /// where it was the last one that was missing. How many symbols it has.
    pub(super) fn document(&self, index: usize) -> Result<usize, PrintError> {
        let document = &self.documents[index];
        let is_shown = self.batches.is_wanted(index);
        let result = match self.done.before(index) {
            Some(written) if !is_shown => return Ok(symbols(written)),
            Some(written) => {
                let setup = &self.settings.setup;
                let thumbnails = self
                    .desks
                    .take()
                    .at_press(self, document, |press| press.thumbnails(&document.groups, setup));
                thumbnails.map(|thumbnails| (written.clone(), thumbnails))
            }
            None => self.print(document).and_then(|(written, thumbnails)| {
                self.done.add(self.done.wanted(index), &written)?;
                Ok((written, thumbnails))
            }),
        };
        let (result, shown) = match result {
            Ok((written, thumbnails)) => {
                let entries = index::entries(document, &written, thumbnails);
                (Ok(symbols(&written)), Some(entries))
            }
            Err(error @ PrintError::Io { .. }) => return Err(error),
            Err(error) => {
                self.clear(document)?;
                (Err(error), None)
            }
        };
        if is_shown && let Some(full) = self.batches.add(index, shown) {
            self.bind(full)?;
        }
        result
    }

    /// Prints a document, and its small pictures where they are wanted.
    fn print(&self, document: &Document<'a>) -> Result<(Written, Vec<Raster>), PrintError> {
        let Settings { setup, out, .. } = self.settings;
        let printed = self.desks.take().at_press(self, document, |press| {
            press.print(&document.groups, setup, &document.file)
        })?;
        let (stem, ending) = document.file.rsplit_once('.').unwrap_or((&document.file, ""));
        let names: Vec<String> =
            printed.files.iter().map(|(page, _)| format!("{stem}{page}.{ending}")).collect();
        for (name, (_, bytes)) in names.iter().zip(&printed.files) {
            let path = out.join(name);
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
        Ok((written, printed.thumbnails))
    }

    /// Removes what an earlier run made of a document that is at fault now: nothing on the wall shall say
    /// what is no longer so. Their rows go with the files.
    fn clear(&self, document: &Document<'_>) -> Result<(), PrintError> {
        let Settings { setup, out, .. } = self.settings;
        remove(&out.join(&document.file))?;
        let (stem, ending) = document.file.rsplit_once('.').unwrap_or((&document.file, ""));
        let mut page = 2;
        // A PDF holds all pages, a picture one.
        while setup.format != Format::Pdf && remove(&out.join(format!("{stem}-{page}.{ending}")))? {
            page += 1;
        }
        Ok(())
    }

    /// Makes the contact sheet of a folder whose documents are all done. Only a disk at fault stops
    /// the job.
    fn bind(&self, full: Full<'_>) -> Result<(), PrintError> {
        let Supplies { fonts, parts, index: Some(design) } = *self.supplies else { return Ok(()) };
        let (file, key) = (full.file(), full.key());
        let bound = self.desks.take().at_binder(
            || Binder::new(design, parts, fonts),
            |binder| full.bind(binder, self.documents, &self.settings.setup),
        );
        match bound {
            Ok(None) => remove(&self.settings.out.join(&file)).map(drop),
            Ok(Some(bytes)) => {
                write_whole(&self.settings.out.join(&file), &bytes)?;
                self.done.add(key, &vec![(file, Vec::new())])
            }
            Err(error) => {
                self.unbound.lock().unwrap_or_else(PoisonError::into_inner).push(error);
                // That of an earlier run shows what was there then.
                remove(&self.settings.out.join(&file)).map(drop)
            }
        }
    }
}

impl<'a> Desk<'a> {
    /// Does `work` with the press for the document.
    fn at_press<R: Send>(
        &mut self,
        job: &Job<'_, 'a>,
        document: &Document<'a>,
        work: impl FnOnce(&mut Press<'a>) -> R + Send,
    ) -> R {
        let mut layouts: BTreeMap<&str, &Layout> = BTreeMap::new();
        for group in &document.groups {
            layouts.insert(&group.layout.name, group.layout);
        }
        let key: Vec<&str> = layouts.keys().copied().collect();
        let layouts: Vec<&Layout> = layouts.into_values().collect();
        let Supplies { fonts, parts, index } = job.supplies;
        let press = self
            .presses
            .entry(key)
            .or_insert_with(|| Press::new(&layouts, parts, fonts).with_thumbnails(index.is_some()));
        self.thread.run(|| work(press))
    }

    /// Does `work` with the binder of contact sheets, which `new` makes.
    fn at_binder<R: Send>(
        &mut self,
        new: impl FnOnce() -> Binder<'a>,
        work: impl FnOnce(&mut Binder<'a>) -> R + Send,
    ) -> R {
        let binder = self.binder.get_or_insert_with(new);
        self.thread.run(|| work(binder))
    }
}

fn symbols(written: &Written) -> usize {
    written.iter().map(|(_, lines)| lines.len()).sum()
}
