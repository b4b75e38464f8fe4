//! The finished paper as HTML: the same parts that the writers of DOCX and PDF read.

use serde::Serialize;

use crate::domain::document::Style;
use crate::domain::document::paper::{Document, Printed, PrintedRow, Run};
use crate::web::error::escaped;

/// A paper.
#[derive(Serialize)]
pub(super) struct PaperContext {
    title: String,
    parts: Vec<PartContext>,
}

#[derive(Serialize, Default)]
struct PartContext {
    kind: &'static str,
    style: &'static str,
    /// Its words, escaped.
    html: String,
    /// The width of each column, in steps of 5 per cent.
    widths: Vec<u16>,
    rows: Vec<RowContext>,
}

#[derive(Serialize)]
struct RowContext {
    head: bool,
    cells: Vec<CellContext>,
}

#[derive(Serialize)]
struct CellContext {
    head: bool,
    across: u16,
    down: u16,
    /// Its paragraphs, escaped.
    html: Vec<String>,
}

/// The paper of a document.
pub(super) fn paper(document: &Document) -> PaperContext {
    let parts = document.parts.iter().map(part).collect();
    PaperContext { title: document.title.clone(), parts }
}

fn part(part: &Printed) -> PartContext {
    match part {
        Printed::Heading { runs } => {
            PartContext { kind: "heading", html: html(runs), ..PartContext::default() }
        }
        Printed::Note { runs } => {
            PartContext { kind: "note", html: html(runs), ..PartContext::default() }
        }
        Printed::Paragraph { style, runs, .. } => PartContext {
            kind: "paragraph",
            style: match style {
                Style::Body => "body",
                Style::Flush => "flush",
                Style::Right => "right",
                Style::Centre => "centre",
            },
            html: html(runs),
            ..PartContext::default()
        },
        Printed::Table { widths, rows } => PartContext {
            kind: "table",
            widths: shares(widths),
            rows: rows.iter().map(row).collect(),
            ..PartContext::default()
        },
    }
}

fn row(row: &PrintedRow) -> RowContext {
    let cells = row.cells.iter().map(|cell| CellContext {
        head: cell.head || row.head,
        across: cell.across,
        down: cell.down,
        html: cell.paragraphs.iter().map(|runs| html(runs)).collect(),
    });
    RowContext { head: row.head, cells: cells.collect() }
}

/// Shares of the width as classes of the style can say them.
fn shares(widths: &[u16]) -> Vec<u16> {
    let whole = widths.iter().map(|width| u32::from(*width)).sum::<u32>().max(1);
    let share = |width: &u16| (u32::from(*width) * 20 + whole / 2) / whole;
    widths.iter().map(|width| u16::try_from(share(width).max(1) * 5).unwrap_or(100)).collect()
}

/// A line as HTML: a blank is a run of wide spaces that are underlined.
fn html(runs: &[Run]) -> String {
    let mut html = String::new();
    for run in runs {
        match run {
            Run::Text(text) => html.push_str(&escaped(text)),
            Run::Blank(length) => {
                html.push_str("<u>");
                html.push_str(&"\u{3000}".repeat(usize::from(*length)));
                html.push_str("</u>");
            }
            // As text, not as a coloured picture.
            Run::Tick(ticked) => html.push_str(if *ticked { "☑\u{fe0e}" } else { "□" }),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_text_and_widths_add_up_to_the_whole() {
        let runs =
            [Run::Text("<b>&\"".to_owned()), Run::Blank(2), Run::Tick(true), Run::Tick(false)];
        assert_eq!(html(&runs), "&lt;b&gt;&amp;&quot;<u>\u{3000}\u{3000}</u>☑\u{fe0e}□");
        assert_eq!(shares(&[2, 5, 3]), [20, 50, 30]);
        assert_eq!(shares(&[1, 1, 1]), [35, 35, 35]);
        assert_eq!(shares(&[1, 99]), [5, 100]);
        assert_eq!(shares(&[]), [0; 0]);
    }
}
