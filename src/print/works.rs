//! Everything that printing takes, read once and kept: designs, fonts, drawings.
//!
//! The command line reads it for one run; a service that prints keeps it for many.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use super::PrintError;
use super::index;
use super::job::Supplies;
use super::layout::{self, Layout};
use super::press::{Group, Press, Setup};
use super::symbol::Logo;
use crate::diagnostic::Diagnostic;
use crate::domain::site::SiteFiles;
use crate::typeset::{Fonts, OneThread, Raster};

/// The folders of a site that printing reads.
pub const FOLDERS: [&str; 2] = ["printables/", "templates/icons/"];

/// The designs, fonts and drawings of a site.
pub struct Works {
    /// The files that they were read from: drawings are looked up there.
    pub files: SiteFiles,
    /// The designs, by name.
    pub layouts: BTreeMap<String, Layout>,
    /// What is wrong with those that could not be read.
    pub faults: Vec<Diagnostic>,
    /// What stands in the middle of each symbol.
    pub logo: Option<Arc<Logo>>,
    parts: Vec<(String, String)>,
    fonts: Fonts,
}

impl Works {
    /// Reads the files of [`FOLDERS`].
    ///
    /// # Errors
    /// Where there are no fonts, or one is none. A design at fault is in [`Works::faults`].
    pub fn read(files: SiteFiles) -> Result<Self, PrintError> {
        let mut faults = Vec::new();
        let layouts = layout::load(&files, &mut faults);
        let logo = Logo::load(&files, &mut faults).map(Arc::new);
        let (parts, fonts) = (layout::parts(&files), fonts(&files)?);
        Ok(Self { files, layouts, faults, logo, parts, fonts })
    }

    /// What a job is printed with.
    pub fn supplies(&self) -> Supplies<'_> {
        let index = self.files.get(index::TEMPLATE);
        let index = index.and_then(|bytes| std::str::from_utf8(bytes).ok());
        Supplies { fonts: &self.fonts, parts: &self.parts, index }
    }

    /// A piece or a sheet as a PNG, its pages one below the other; unproven, for a look at it. On one
    /// thread: whoever serves has others to do with the rest.
    pub fn picture(
        &self,
        group: &Group<'_>,
        setup: &Setup,
        pixels_per_mm: f64,
    ) -> Result<Vec<u8>, PrintError> {
        let pages = OneThread::default().run(|| {
            let mut press = Press::new(&[group.layout], &self.parts, &self.fonts);
            press.preview(group, setup, pixels_per_mm)
        })?;
        let mut bytes = Cursor::new(Vec::new());
        let whole = one_below_the_other(&pages);
        whole.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| {
            PrintError::Encode {
                file: format!("{}.png", group.layout.name),
                reason: error.to_string(),
            }
        })?;
        Ok(bytes.into_inner())
    }
}

/// Pages as one picture, as wide as the widest.
fn one_below_the_other(pages: &[Raster]) -> Raster {
    let width = pages.iter().map(Raster::width).max().unwrap_or(0);
    let mut whole = Raster::new(width, pages.iter().map(Raster::height).sum());
    let mut top = 0;
    for page in pages {
        image::imageops::replace(&mut whole, page, 0, i64::from(top));
        top += page.height();
    }
    whole
}

/// The fonts of a site.
///
/// # Errors
/// Where there are none, or one is none.
pub fn fonts(files: &SiteFiles) -> Result<Fonts, PrintError> {
    let paths = files.under("printables/fonts/").map(|(path, _)| path.to_owned());
    let fonts: Vec<_> = paths
        .filter(|path| {
            let ending = Path::new(path).extension();
            ending.is_some_and(|e| e.eq_ignore_ascii_case("ttf") || e.eq_ignore_ascii_case("otf"))
        })
        .filter_map(|path| files.get_shared(&path).map(|bytes| (path, bytes)))
        .collect();
    if fonts.is_empty() {
        return Err(PrintError::NoFonts);
    }
    Fonts::read(fonts).map_err(|source| PrintError::Fonts { source })
}
