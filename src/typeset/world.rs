//! The world that Typst sees: a template and what it imports, one JSON value, a few pictures, our
//! fonts. Nothing else.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use typst::diag::{FileError, FileResult, Warned};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;

use super::fonts::Fonts;
use super::{Pages, TypesetError, template_error};

/// After how many pages, of all threads, what was kept is gone through: that takes its time.
const SWEEP_EVERY: usize = 6;

/// How many times what was not used is passed over. A result outlives six pieces at least, so that a
/// court's pieces find what those of the court before left: topics come round again. More costs
/// memory and gains nothing.
const SWEEPS: usize = 1;

/// A document of more pages leaves nothing behind: the next one would have to share the memory with it.
const LARGE: usize = 32;

/// What every template may call; megabytes, and the same for all.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// Makes what every template may call, as the first page would.
pub(super) fn warm_up() {
    LazyLock::force(&LIBRARY);
}

/// How many pages there were: what Typst keeps is shared by all threads.
static PAGES: AtomicUsize = AtomicUsize::new(0);

/// Lets go of what was kept long enough, now that `pages` more are set.
fn sweep(pages: usize) {
    let before = PAGES.fetch_add(pages, Ordering::Relaxed);
    if pages > LARGE {
        typst::comemo::evict(0);
    } else if before / SWEEP_EVERY != (before + pages) / SWEEP_EVERY {
        typst::comemo::evict(SWEEPS);
    }
}

/// Typesets one template again and again. One a thread.
pub struct Engine {
    world: OneWorld,
}

impl Engine {
    /// An engine for the template text `main`, which may import `parts` (path and text).
    pub fn new(main: &str, parts: &[(String, String)], fonts: &Fonts) -> Self {
        let source = |path: &str, text: &str| Source::new(id(path), text.to_owned());
        let parts = parts.iter().map(|(path, text)| (id(path), source(path, text)));
        Self {
            world: OneWorld {
                fonts: fonts.clone(),
                main: source("/main.typ", main),
                parts: parts.collect(),
                files: HashMap::new(),
            },
        }
    }

    /// Lets templates read `bytes` as `path`, until others are handed in under that path.
    pub fn supply(&mut self, path: &str, bytes: Vec<u8>) {
        self.world.files.insert(id(path), Bytes::new(bytes));
    }

    /// Typesets `data` (which the template reads as `/data.json`) with `pictures` (path and SVG).
    ///
    /// # Errors
    /// [`TypesetError::Template`] with the template's own words.
    pub fn typeset(
        &mut self,
        data: &serde_json::Value,
        pictures: Vec<(String, String)>,
    ) -> Result<Pages, TypesetError> {
        // The same few paths each time: Typst's table of paths holds 65,535 for a process.
        let files = &mut self.world.files;
        files.insert(id("/data.json"), Bytes::new(data.to_string().into_bytes()));
        for (path, drawing) in pictures {
            files.insert(id(&path), Bytes::from_string(drawing));
        }
        let Warned { output, .. } = typst::compile::<PagedDocument>(&self.world);
        sweep(output.as_ref().map_or(1, |document| document.pages().len()));
        output.map(Pages::new).map_err(|errors| {
            let line = errors.first().and_then(|error| {
                let range = self.world.range(error.span)?;
                let file = error.span.id()?;
                let line = self.world.source(file).ok()?.lines().byte_to_line(range.start)?;
                Some((file.get().vpath().get_with_slash().to_owned(), line + 1))
            });
            template_error(&errors, line)
        })
    }
}

fn id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("our own paths are plain and absolute");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

struct OneWorld {
    fonts: Fonts,
    main: Source,
    parts: HashMap<FileId, Source>,
    files: HashMap<FileId, Bytes>,
}

impl World for OneWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            return Ok(self.main.clone());
        }
        self.parts.get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.faces.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}
