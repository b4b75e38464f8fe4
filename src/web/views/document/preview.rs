//! The finished paper as HTML: the same parts that the writers of DOCX and PDF read.

use serde::Serialize;

use crate::domain::document::Style;
use crate::domain::document::paper::{Document, Printed, PrintedRow, Run, heads, held};
use crate::web::error::escaped;

/// So many characters at most stay on one line with their box.
const HELD: usize = 10;

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
    /// How many rows head it on each page.
    heads: usize,
    rows: Vec<RowContext>,
}

#[derive(Serialize)]
struct RowContext {
    /// What the cells that head something head: their columns, or the rest of the row.
    scope: &'static str,
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
            heads: heads(rows),
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
    // One that stands alone in its row heads what is below it.
    let is_over = row.head || row.cells.len() == 1;
    RowContext { scope: if is_over { "col" } else { "row" }, cells: cells.collect() }
}

/// Shares of the width as classes of the style can say them.
fn shares(widths: &[u16]) -> Vec<u16> {
    let whole = widths.iter().map(|width| u32::from(*width)).sum::<u32>().max(1);
    let share = |width: &u16| (u32::from(*width) * 20 + whole / 2) / whole;
    widths.iter().map(|width| u16::try_from(share(width).max(1) * 5).unwrap_or(100)).collect()
}

/// A line as HTML: a blank is a run of wide spaces that are underlined; a box and its word are one.
fn html(runs: &[Run]) -> String {
    let mut html = String::new();
    let mut runs = runs.iter().peekable();
    while let Some(run) = runs.next() {
        match run {
            Run::Text(text) => html.push_str(&escaped(text)),
            Run::Blank(length) => {
                html.push_str("<u>");
                html.push_str(&"\u{3000}".repeat(usize::from(*length)));
                html.push_str("</u>");
            }
            Run::Tick(ticked) => {
                let after = match runs.next_if(|run| matches!(run, Run::Text(_))) {
                    Some(Run::Text(text)) => text.as_str(),
                    Some(Run::Blank(_) | Run::Tick(_)) | None => "",
                };
                let (word, rest) = held(after, HELD);
                // As text, not as a coloured picture.
                let sign = if *ticked { "☑\u{fe0e}" } else { "□" };
                let (word, rest) = (escaped(word), escaped(rest));
                html.extend(["<span class=\"tick\">", sign, &word, "</span>", &rest]);
            }
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
        assert_eq!(
            html(&runs),
            "&lt;b&gt;&amp;&quot;<u>\u{3000}\u{3000}</u><span class=\"tick\">☑\u{fe0e}</span>\
             <span class=\"tick\">□</span>"
        );
        let boxes = [Run::Tick(false), Run::Text("<愿意>　".to_owned()), Run::Tick(false)];
        assert_eq!(
            html(&boxes),
            "<span class=\"tick\">□&lt;愿意&gt;</span>\u{3000}<span class=\"tick\">□</span>"
        );
        assert_eq!(shares(&[2, 5, 3]), [20, 50, 30]);
        assert_eq!(shares(&[1, 1, 1]), [35, 35, 35]);
        assert_eq!(shares(&[1, 99]), [5, 100]);
        assert_eq!(shares(&[]), [0; 0]);
    }
}
