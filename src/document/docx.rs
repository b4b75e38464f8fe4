//! A document as DOCX: parts of XML by templates in `printables/documents/_docx/`, zipped.
//!
//! The parts that every document shares are written and packed once. What office programs
//! stumble over is known of the few elements that these parts use; `tests` holds their order.

use std::io::{Cursor, Write};

use tera::{Context, Tera};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::view::{Eye, View};
use super::{DocumentError, text};
use crate::domain::document::paper::Document;
use crate::domain::site::SiteFiles;

/// Where the templates are.
const FOLDER: &str = "printables/documents/_docx/";

/// The parts that all documents share: template and name. The first stands first in each file.
const SHARED: [(&str, &str); 7] = [
    ("content-types.xml", "[Content_Types].xml"),
    ("package-rels.xml", "_rels/.rels"),
    ("document-rels.xml", "word/_rels/document.xml.rels"),
    ("styles.xml", "word/styles.xml"),
    ("settings.xml", "word/settings.xml"),
    ("fonts.xml", "word/fontTable.xml"),
    ("footer.xml", "word/footer1.xml"),
];

/// The parts that are a document's own.
const OWN: [(&str, &str); 2] =
    [("document.xml", "word/document.xml"), ("core.xml", "docProps/core.xml")];

/// Why a DOCX is not written.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// A template is at fault.
    #[error("{0}")]
    Template(#[from] tera::Error),
    /// The parts cannot be packed.
    #[error("the parts cannot be packed: {0}")]
    Zip(#[from] zip::result::ZipError),
}

pub(super) struct Writer {
    tera: Tera,
    /// The archive of the shared parts.
    shared: Vec<u8>,
}

impl Writer {
    pub(super) fn new(files: &SiteFiles) -> Result<Self, DocumentError> {
        let mut tera = Tera::default();
        let mut templates = Vec::new();
        for (file, _) in SHARED.iter().chain(&OWN).chain(&[("runs.xml", "")]) {
            templates.push((*file, text(files, &format!("{FOLDER}{file}"))?));
        }
        tera.add_raw_templates(templates).map_err(DocxError::from)?;
        let shared = shared(&tera)?;
        Ok(Self { tera, shared })
    }

    pub(super) fn write(&self, document: &Document) -> Result<Vec<u8>, DocxError> {
        let context = Context::from_serialize(&View::of(document, Eye::Docx))?;
        let mut archive = ZipWriter::new_append(Cursor::new(self.shared.clone()))?;
        for (template, name) in OWN {
            pack(&mut archive, name, &self.tera.render(template, &context)?)?;
        }
        Ok(archive.finish()?.into_inner())
    }
}

fn shared(tera: &Tera) -> Result<Vec<u8>, DocxError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (template, name) in SHARED {
        pack(&mut archive, name, &tera.render(template, &Context::new())?)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn pack(archive: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, xml: &str) -> Result<(), DocxError> {
    // No times of day: they would make each file another one.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    archive.start_file(name, options)?;
    archive.write_all(xml.as_bytes()).map_err(zip::result::ZipError::from)?;
    Ok(())
}

#[cfg(test)]
mod tests;
