//! A finished document, blank or filled in: what all three writers read.
//!
//! It serializes as it stands; templates for pages, DOCX and PDF read the same fields.

use serde::Serialize;

use super::Style;

/// A document, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// Whether it is the form without answers.
    pub blank: bool,
    /// From the top.
    pub parts: Vec<Printed>,
}

impl Document {
    /// All its text, for a look at whether a font has every character.
    pub fn text(&self) -> String {
        let mut text = self.title.clone();
        let mut add = |runs: &[Run]| {
            text.push('\n');
            for run in runs {
                if let Run::Text(words) = run {
                    text.push_str(words);
                }
            }
        };
        for part in &self.parts {
            match part {
                Printed::Paragraph { runs, .. }
                | Printed::Heading { runs }
                | Printed::Note { runs } => {
                    add(runs);
                }
                Printed::Table { rows, .. } => {
                    for cell in rows.iter().flat_map(|row| &row.cells) {
                        cell.paragraphs.iter().for_each(|runs| add(runs));
                    }
                }
            }
        }
        text
    }
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Printed {
    /// A heading; it stays with what follows.
    Heading {
        /// Its words.
        runs: Vec<Run>,
    },
    /// A paragraph.
    Paragraph {
        /// How it stands.
        style: Style,
        /// Whether it stays on one page with what follows: a page never holds only a signature.
        keep: bool,
        /// Its words.
        runs: Vec<Run>,
    },
    /// A table.
    Table {
        /// The shares of the width.
        widths: Vec<u16>,
        /// From the top.
        rows: Vec<PrintedRow>,
    },
    /// Guidance, small.
    Note {
        /// Its words.
        runs: Vec<Run>,
    },
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrintedRow {
    /// Whether it heads the table on each page.
    pub head: bool,
    /// From the left; those that are covered from above are left out.
    pub cells: Vec<PrintedCell>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrintedCell {
    /// Whether it heads its row.
    pub head: bool,
    /// Over how many columns.
    pub across: u16,
    /// Over how many rows.
    pub down: u16,
    /// At least one, which may be empty.
    pub paragraphs: Vec<Vec<Run>>,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "run", content = "value", rename_all = "lowercase")]
pub enum Run {
    /// Words; no control characters, no line ends.
    Text(String),
    /// A space to write in by hand, in characters.
    Blank(u8),
    /// A box, ticked or not.
    Tick(bool),
}
