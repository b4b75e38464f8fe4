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
use crate::typeset::Fonts;

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

    /// The first page of a piece, or of a sheet, as a PNG; unproven, for a look at it.
    pub fn picture(
        &self,
        group: &Group<'_>,
        setup: &Setup,
        pixels_per_mm: f64,
    ) -> Result<Vec<u8>, PrintError> {
        let mut press = Press::new(&[group.layout], &self.parts, &self.fonts);
        let pages = press.preview(group, setup, pixels_per_mm)?;
        let layout = &group.layout.name;
        let page = pages.first().ok_or_else(|| PrintError::Pages {
            layout: layout.clone(),
            pages: 0,
            planned: group.layout.pages,
        })?;
        let mut bytes = Cursor::new(Vec::new());
        page.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| PrintError::Encode {
            file: format!("{layout}.png"),
            reason: error.to_string(),
        })?;
        Ok(bytes.into_inner())
    }
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
        .filter_map(|path| files.get_cow(&path).map(|bytes| (path, bytes)))
        .collect();
    if fonts.is_empty() {
        return Err(PrintError::NoFonts);
    }
    Fonts::read(fonts).map_err(|source| PrintError::Fonts { source })
}
