//! A filled-in or blank [`Document`] -> DOCX or PDF, and the file of answers that a program hands in.
//!
//! What a document says is `domain::document`'s; how it looks is in `printables/documents/_docx/` and
//! `_paper.typ`, where margins and fonts are changed without Rust. Nothing is kept: what a litigant
//! typed is gone when [`Writers::write`] returns. The same document gives the same bytes.
//! To add a format: a file here, a variant of [`Format`].

mod docx;
mod pdf;
mod schema;
mod view;

use crate::domain::document::paper::Document;
use crate::domain::site::SiteFiles;
use crate::typeset::TypesetError;

pub use docx::DocxError;
pub use schema::{DataFault, Wrong, place, schema, typed};

/// What of a site the writers are made with.
pub const FILES: [&str; 2] = ["printables/documents/", "printables/fonts/"];

/// As what a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For office programs.
    Docx,
    /// PDF/UA-1.
    Pdf,
}

impl Format {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Docx, Self::Pdf];

    /// The one of that name: `docx` or `pdf`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension() == text)
    }

    /// The end of a file's name, which is also its own.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Pdf => "pdf",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Pdf => "application/pdf",
        }
    }
}

/// Why a document is not written.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A file that a writer needs is missing or is no text.
    #[error("{file}: no such file, or not UTF-8 text")]
    Missing {
        /// Its path in the site.
        file: String,
    },
    /// Characters that no font of the PDF has: the DOCX can still have them.
    #[error("the print fonts lack {}", named(missing))]
    Glyphs {
        /// Each of them once, by code point.
        missing: Vec<char>,
    },
    /// A part of the DOCX is at fault.
    #[error("printables/documents/_docx: {0}")]
    Docx(#[from] DocxError),
    /// The PDF's design, or a font, is at fault.
    #[error("{file} cannot be set: {0}", file = pdf::TEMPLATE)]
    Typeset(#[from] TypesetError),
}

/// `喆 (U+5586), 堃 (U+5803)`
fn named(missing: &[char]) -> String {
    let one = |c: &char| format!("{c} (U+{:04X})", u32::from(*c));
    missing.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The writers of a site's documents, made once.
pub struct Writers {
    docx: docx::Writer,
    pdf: pdf::Writer,
}

impl Writers {
    /// Reads what of `files` is under [`FILES`].
    pub fn new(files: &SiteFiles) -> Result<Self, DocumentError> {
        Ok(Self { docx: docx::Writer::new(files)?, pdf: pdf::Writer::new(files)? })
    }

    /// The bytes of `document`.
    ///
    /// # Errors
    /// [`DocumentError::Glyphs`] where a name has characters that the PDF fonts lack; DOCX never does.
    /// All others are faults of the site's own files.
    pub fn write(&self, document: &Document, format: Format) -> Result<Vec<u8>, DocumentError> {
        match format {
            Format::Docx => Ok(self.docx.write(document)?),
            Format::Pdf => self.pdf.write(document),
        }
    }
}

/// A file of the site as text.
fn text<'a>(files: &'a SiteFiles, file: &str) -> Result<&'a str, DocumentError> {
    let text = files.get(file).and_then(|bytes| std::str::from_utf8(bytes).ok());
    text.ok_or_else(|| DocumentError::Missing { file: file.to_owned() })
}

#[cfg(test)]
mod tests;
