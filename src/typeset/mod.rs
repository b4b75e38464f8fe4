//! Typst templates and one JSON value -> pages -> PDF, SVG or raster. Knows nothing of posters.
//!
//! The same input gives the same bytes on every machine: only the fonts handed in are used, there is
//! no clock, and no file is read. PDFs are PDF/UA-1 always, which also turns a missing description
//! of a picture into an error.

mod fonts;
mod world;

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash};

use typst::diag::SourceDiagnostic;
use typst::layout::{Abs, Frame, Point, Size};
use typst_layout::{Page, PagedDocument};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use typst_render::RenderOptions;
use typst_svg::SvgOptions;

pub use fonts::Fonts;
pub use world::Engine;

/// Points in a millimetre.
const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// Why something could not be typeset.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// The template or the data is at fault.
    #[error("{message}")]
    Template {
        /// Typst's words; those of a template's own `panic` where it called one.
        message: String,
        /// The file that they point to, and its line from 1, where that is known.
        at: Option<(String, usize)>,
    },
    /// A font file is not one.
    #[error("{file} is not a font that can be used")]
    Font {
        /// Its path in the site.
        file: String,
    },
}

/// A rectangle on a page, in millimetres from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// From the left.
    pub x_mm: f64,
    /// From the top.
    pub y_mm: f64,
    /// Across.
    pub width_mm: f64,
    /// Down.
    pub height_mm: f64,
}

/// A page as pixels: red, green, blue, on white.
pub type Raster = image::RgbImage;

/// A typeset document.
pub struct Pages {
    document: PagedDocument,
}

impl Pages {
    fn new(document: PagedDocument) -> Self {
        Self { document }
    }

    /// How many pages there are.
    pub fn count(&self) -> usize {
        self.document.pages().len()
    }

    /// The document as PDF/UA-1.
    pub fn pdf(&self) -> Result<Vec<u8>, TypesetError> {
        let standards = PdfStandards::new(&[PdfStandard::Ua_1])
            .expect("one standard alone contradicts nothing");
        let options = PdfOptions { standards, ..PdfOptions::default() };
        typst_pdf::pdf(&self.document, &options).map_err(|errors| template_error(&errors, None))
    }

    /// A page, counted from 0, as SVG, its text as outlines.
    pub fn svg(&self, page: usize) -> String {
        let page = self.document.pages().get(page);
        page.map_or_else(String::new, |page| typst_svg::svg(page, &SvgOptions::default()))
    }

    /// A page, counted from 0, as pixels.
    pub fn raster(&self, page: usize, pixels_per_mm: f64) -> Raster {
        let page = self.document.pages().get(page);
        page.map_or_else(Raster::default, |page| rasterise(page, pixels_per_mm))
    }

    /// What lies in `area` of a page, counted from 0, as pixels.
    pub fn raster_of(&self, page: usize, area: Area, pixels_per_mm: f64) -> Raster {
        let Some(page) = self.document.pages().get(page) else { return Raster::default() };
        let mm = |value: f64| Abs::pt(value * POINTS_PER_MM);
        let mut frame = Frame::hard(Size::new(mm(area.width_mm), mm(area.height_mm)));
        frame.push_frame(Point::new(-mm(area.x_mm), -mm(area.y_mm)), page.frame.clone());
        rasterise(&Page { frame, ..page.clone() }, pixels_per_mm)
    }
}

/// Does what the first page would have to wait for, for whoever has a thread to spare before there is one.
pub fn warm_up(fonts: &Fonts) {
    world::warm_up();
    // Fonts keep their hash, which takes megabytes.
    fonts.hash(&mut DefaultHasher::new());
}

/// Lets go of what was kept to typeset the like sooner: whoever typesets seldom needs the memory more.
pub fn forget() {
    typst::comemo::evict(0);
}

/// A thread of its own, on which all is done that is typeset there. Typst would hand parts of it to threads
/// of its own, and wait: where there is as much to typeset as there are cores, that only costs time. What
/// typesetting takes of memory is kept by the thread for the next.
pub struct OneThread(Option<rayon::ThreadPool>);

impl Default for OneThread {
    fn default() -> Self {
        Self(rayon::ThreadPoolBuilder::new().num_threads(1).build().ok())
    }
}

impl OneThread {
    /// Does `work` there, and waits for it.
    pub fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.0 {
            Some(pool) => pool.install(work),
            // As long as there is no thread to be had, the slower way.
            None => work(),
        }
    }
}

fn rasterise(page: &Page, pixels_per_mm: f64) -> Raster {
    let pixel_per_pt = (pixels_per_mm / POINTS_PER_MM).into();
    let options = RenderOptions { pixel_per_pt, ..RenderOptions::default() };
    let pixmap = typst_render::render(page, &options);
    let rgb = pixmap.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
    Raster::from_raw(pixmap.width(), pixmap.height(), rgb).expect("three bytes a pixel")
}

/// The first error in words; `panicked with: "…"` of a template becomes the sentence itself.
fn template_error(errors: &[SourceDiagnostic], at: Option<(String, usize)>) -> TypesetError {
    let message = errors.first().map_or(Cow::Borrowed("unknown error"), |error| {
        let said = error.message.strip_prefix("panicked with: ");
        Cow::Owned(said.unwrap_or(&error.message).trim_matches('"').to_owned())
    });
    TypesetError::Template { message: message.into_owned(), at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typeset_on_one_thread_is_handed_to_no_other() {
        let thread = || std::thread::current().id();
        let one = OneThread::default();
        let (own, joined) = one.run(|| (thread(), rayon::join(thread, thread)));
        assert_eq!(joined, (own, own));
        // It stays the same, and nobody else has it.
        assert_eq!(own, one.run(thread));
        assert_ne!(own, OneThread::default().run(thread));
    }
}
