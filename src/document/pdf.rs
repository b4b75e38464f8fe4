//! A document as PDF/UA-1, set by `printables/documents/_paper.typ`.

use super::view::{Eye, View};
use super::{DocumentError, text};
use crate::domain::document::paper::Document;
use crate::domain::site::SiteFiles;
use crate::typeset::{self, Engine, Fonts};

/// The design.
pub(super) const TEMPLATE: &str = "printables/documents/_paper.typ";

/// The fonts that the design sets.
const FONTS: [&str; 2] =
    ["printables/fonts/NotoSerifSC-Regular.ttf", "printables/fonts/NotoSansSC-Regular.ttf"];

/// What Typst keeps to be quicker next time is what somebody typed: it goes whatever happens.
struct Forgets;

impl Drop for Forgets {
    fn drop(&mut self) {
        typeset::forget();
    }
}

pub(super) struct Writer {
    template: String,
    fonts: Fonts,
}

impl Writer {
    pub(super) fn new(files: &SiteFiles) -> Result<Self, DocumentError> {
        let mut fonts = Vec::new();
        for file in FONTS {
            let missing = || DocumentError::Missing { file: file.to_owned() };
            fonts.push((file.to_owned(), files.get_shared(file).ok_or_else(missing)?));
        }
        Ok(Self { template: text(files, TEMPLATE)?.to_owned(), fonts: Fonts::read(fonts)? })
    }

    pub(super) fn write(&self, document: &Document) -> Result<Vec<u8>, DocumentError> {
        let missing = self.fonts.lacking(&document.text());
        if !missing.is_empty() {
            return Err(DocumentError::Glyphs { missing: missing.into_iter().collect() });
        }
        let _forgets = Forgets;
        self.set(document)
    }

    fn set(&self, document: &Document) -> Result<Vec<u8>, DocumentError> {
        let view = serde_json::to_value(View::of(document, Eye::Pdf))
            .expect("structures of text and numbers are JSON");
        let pages = Engine::new(&self.template, &[], &self.fonts).typeset(&view, Vec::new())?;
        Ok(pages.pdf()?)
    }
}
