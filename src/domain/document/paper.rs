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

/// How many rows head a table on each page: none where a cell of theirs reaches below them.
pub fn heads(rows: &[PrintedRow]) -> usize {
    let heads = rows.iter().take_while(|row| row.head).count();
    let mut head_rows = rows.iter().take(heads).enumerate();
    let reaches = |cell: &PrintedCell, at: usize| at + usize::from(cell.down) > heads;
    let is_apart = head_rows.all(|(at, row)| !row.cells.iter().any(|cell| reaches(cell, at)));
    if is_apart { heads } else { 0 }
}

/// The words after a box that stay on its line, and the others: what can be ticked, where that has
/// at most so many characters, else the first of them.
pub fn held(words: &str, most: usize) -> (&str, &str) {
    let is_end = |c: char| c.is_whitespace() || "，。；、".contains(c);
    let end = words.find(is_end).unwrap_or(words.len());
    let first = words.chars().next().map_or(0, char::len_utf8);
    let end = if words[..end].chars().count() > most { first } else { end };
    words.split_at(end)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_keeps_its_word_and_of_a_long_one_the_first_character() {
        assert_eq!(held("没有约定　", 10), ("没有约定", "　"));
        assert_eq!(held("男，", 10), ("男", "，"));
        assert_eq!(held("委托诉讼代理人", 5), ("委", "托诉讼代理人"));
        assert_eq!(held("", 5), ("", ""));
        assert_eq!(held("　男", 5), ("", "　男"));
    }
}
