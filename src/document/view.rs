//! A document as the templates of DOCX and PDF read it.
//!
//! What both have to know and neither can work out: which blanks run to the end of the line, which
//! lines may not be stretched, which rows stay whole, where merged cells go on.

use serde::Serialize;

use crate::domain::document::Style;
use crate::domain::document::paper::{
    Document, Printed, PrintedCell, PrintedRow, Run, heads, held,
};

/// A blank of at least so many characters is a line to write on: it runs to the margin.
const RULE: u8 = 20;

/// A row with more characters than this may break over pages: kept whole, it would leave a hole.
const WHOLE: usize = 400;

/// So many characters that cannot be parted would tear the line before them apart if it were stretched.
const STIFF: usize = 12;

/// So many that cannot be parted may be more than a line holds, and more than a narrow cell does.
const LONG: [usize; 2] = [40, STIFF];

/// So many characters at most stay on one line with their box, in a line and in a narrow cell.
const HELD: [usize; 2] = [10, 5];

/// So many rows, or paragraphs, at most are kept with a signature.
const MOST_KEPT: usize = 8;

/// The width of the text in twentieths of a point: 156 mm.
const WIDTH: u32 = 8844;

/// For whom a document is seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Eye {
    /// Word breaks what is longer than a line wherever it must.
    Docx,
    /// Typst breaks only where it is told that it may.
    Pdf,
}

#[derive(Serialize)]
pub(super) struct View {
    title: String,
    parts: Vec<Part>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Part {
    Heading {
        runs: Vec<Bit>,
    },
    Paragraph {
        style: Style,
        keep: bool,
        /// From the left, unstretched.
        ragged: bool,
        /// It has a blank that runs to the margin.
        ruled: bool,
        runs: Vec<Bit>,
    },
    Note {
        runs: Vec<Bit>,
    },
    Table {
        shares: Vec<u16>,
        /// The widths of the columns in twentieths of a point.
        grid: Vec<u32>,
        /// How many rows head it.
        heads: usize,
        /// How many rows at its end stay with the signature that follows.
        tail: usize,
        /// It goes on where another table ended, and another goes on where it ends.
        joined: [bool; 2],
        rows: Vec<Row>,
    },
    /// An empty line: no paper ends with a table.
    Gap,
}

#[derive(Serialize)]
struct Row {
    head: bool,
    /// It does not break over pages.
    whole: bool,
    /// It stays on one page with what follows.
    keep: bool,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    head: bool,
    across: u16,
    down: u16,
    /// In twentieths of a point.
    width: u32,
    /// `alone`, the `first` of several rows, or one that it goes `on` in, which is empty.
    merge: &'static str,
    paragraphs: Vec<Vec<Bit>>,
}

/// A piece of a line.
#[derive(Serialize)]
#[serde(tag = "run", content = "value", rename_all = "lowercase")]
enum Bit {
    Text(String),
    Blank(u8),
    /// A blank to the end of the line.
    Rule,
    Tick(bool),
    /// A box and words that stay on its line.
    Option(Ticked),
    /// Here the line may break.
    Break,
}

#[derive(Serialize)]
struct Ticked {
    ticked: bool,
    words: String,
}

impl View {
    pub(super) fn of(document: &Document, eye: Eye) -> Self {
        let parts = &document.parts;
        let mut seen = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let beside = |at: Option<usize>| at.and_then(|at| parts.get(at));
            seen.push(part_of(part, beside(at.checked_sub(1)), beside(Some(at + 1)), eye));
        }
        if let Some(Printed::Table { .. }) = parts.last() {
            seen.push(Part::Gap);
        }
        close(&mut seen);
        Self { title: plain(&document.title), parts: seen }
    }
}

/// Keeps what stands between the court and the signature with both: a list of what is handed in.
fn close(parts: &mut [Part]) {
    let mut kept = None;
    for at in 0..parts.len() {
        match &parts[at] {
            Part::Paragraph { keep: false, .. } => {}
            Part::Paragraph { .. } => {
                let between = kept.map_or(at..at, |kept| kept + 1..at);
                if between.len() <= MOST_KEPT {
                    for part in &mut parts[between] {
                        if let Part::Paragraph { keep, .. } = part {
                            *keep = true;
                        }
                    }
                }
                kept = Some(at);
            }
            Part::Heading { .. } | Part::Note { .. } | Part::Table { .. } | Part::Gap => {
                kept = None;
            }
        }
    }
}

/// A part between what stands before and after it.
fn part_of(part: &Printed, before: Option<&Printed>, after: Option<&Printed>, eye: Eye) -> Part {
    match part {
        Printed::Heading { runs } => Part::Heading { runs: line(runs, eye) },
        Printed::Note { runs } => Part::Note { runs: line(runs, eye) },
        Printed::Paragraph { style, keep, runs } => {
            let runs = line(runs, eye);
            Part::Paragraph {
                style: *style,
                keep: *keep,
                ragged: is_stiff(&runs),
                ruled: runs.iter().any(|bit| matches!(bit, Bit::Rule)),
                runs,
            }
        }
        Printed::Table { widths, rows } => {
            let is_table = |part| matches!(part, Some(&Printed::Table { .. }));
            let keep_end = matches!(after, Some(Printed::Paragraph { keep: true, .. }));
            table(widths, rows, ([before, after].map(is_table), keep_end), eye)
        }
    }
}

fn table(
    widths: &[u16],
    rows: &[PrintedRow],
    (joined, keep_end): ([bool; 2], bool),
    eye: Eye,
) -> Part {
    let grid = grid(widths);
    let heads = heads(rows);
    let tail = if keep_end { last_group(rows, heads) } else { 0 };
    // What goes on from above: for each column, in how many more rows, and over how many columns.
    let mut above: Vec<(u16, u16)> = vec![(0, 1); grid.len()];
    let mut seen = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let mut cells = Vec::new();
        let (mut column, mut next) = (0, row.cells.iter());
        while column < grid.len() {
            let (more, across) = above[column];
            let cell = if more > 0 {
                above[column].0 -= 1;
                Cell::on(across)
            } else {
                let Some(cell) = next.next() else { break };
                above[column] = (cell.down - 1, cell.across);
                Cell { head: cell.head || row.head, ..Cell::of(cell, eye) }
            };
            let end = grid.len().min(column + usize::from(cell.across));
            let width = grid[column..end].iter().sum();
            column = end;
            cells.push(Cell { width, ..cell });
        }
        let most = row.cells.iter().map(characters).max().unwrap_or(0);
        let keep = at + tail >= rows.len();
        seen.push(Row { head: row.head, whole: most <= WHOLE, keep, cells });
    }
    Part::Table { shares: widths.to_vec(), grid, heads, tail, joined, rows: seen }
}

impl Cell {
    fn of(cell: &PrintedCell, eye: Eye) -> Self {
        let paragraph = |runs: &Vec<Run>| match runs.as_slice() {
            // The cell itself is the space to write in.
            [Run::Blank(_)] => Vec::new(),
            runs => bits(runs, eye, Room::Cell),
        };
        Self {
            head: cell.head,
            across: cell.across,
            down: cell.down,
            width: 0,
            merge: if cell.down > 1 { "first" } else { "alone" },
            paragraphs: cell.paragraphs.iter().map(paragraph).collect(),
        }
    }

    fn on(across: u16) -> Self {
        let paragraphs = vec![Vec::new()];
        Self { head: false, across, down: 1, width: 0, merge: "on", paragraphs }
    }
}

/// The columns in twentieths of a point, which add up to the width of the text.
fn grid(shares: &[u16]) -> Vec<u32> {
    let all: u32 = shares.iter().map(|share| u32::from(*share)).sum::<u32>().max(1);
    let (mut sum, mut before) = (0, 0);
    let edge = |share: &u16| {
        sum += u32::from(*share);
        let edge = WIDTH * sum / all;
        edge - std::mem::replace(&mut before, edge)
    };
    shares.iter().map(edge).collect()
}

/// How many rows at the end hang together by cells that reach down; none where that is too much to be
/// kept together.
fn last_group(rows: &[PrintedRow], heads: usize) -> usize {
    let (mut start, mut until) = (0, 0);
    for (at, row) in rows.iter().enumerate() {
        if at >= until {
            start = at;
        }
        let down = row.cells.iter().map(|cell| usize::from(cell.down)).max().unwrap_or(1);
        until = until.max(at + down);
    }
    let rows = if start > heads { rows.len() - start } else { rows.len() };
    if rows > MOST_KEPT { 0 } else { rows }
}

fn characters(cell: &PrintedCell) -> usize {
    let run = |run: &Run| match run {
        Run::Text(text) => text.chars().count(),
        Run::Blank(characters) => usize::from(*characters),
        Run::Tick(_) => 1,
    };
    // A paragraph takes a line at least.
    cell.paragraphs.iter().map(|runs| runs.iter().map(run).sum::<usize>().max(20)).sum()
}

fn line(runs: &[Run], eye: Eye) -> Vec<Bit> {
    bits(runs, eye, Room::Line)
}

/// How wide a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Line,
    Cell,
}

impl Room {
    /// The first of a pair for a line, the second for a cell.
    fn of(self, pair: [usize; 2]) -> usize {
        match self {
            Self::Line => pair[0],
            Self::Cell => pair[1],
        }
    }
}

fn bits(runs: &[Run], eye: Eye, room: Room) -> Vec<Bit> {
    let mut bits = Vec::new();
    for run in runs {
        match run {
            Run::Blank(characters) if *characters >= RULE => bits.push(Bit::Rule),
            Run::Blank(characters) => bits.push(Bit::Blank(*characters)),
            Run::Tick(ticked) => bits.push(Bit::Tick(*ticked)),
            Run::Text(text) if eye == Eye::Pdf => {
                let text = plain(text);
                let rest = hold(&text, room, &mut bits);
                broken(rest, room.of(LONG), &mut bits);
            }
            Run::Text(text) => bits.push(Bit::Text(plain(text))),
        }
    }
    bits
}

/// Puts the words after a box to it, and gives the others.
fn hold<'a>(text: &'a str, room: Room, bits: &mut [Bit]) -> &'a str {
    let Some(last) = bits.last_mut() else { return text };
    let Bit::Tick(ticked) = *last else { return text };
    let (words, rest) = held(text, room.of(HELD));
    *last = Bit::Option(Ticked { ticked, words: words.to_owned() });
    rest
}

/// Whether something in it is too long to be carried to the next line without a gap, or would be
/// stretched with the line.
fn is_stiff(bits: &[Bit]) -> bool {
    bits.iter().any(|bit| match bit {
        Bit::Text(text) => text.split(|c| !is_part(c)).any(|part| part.len() >= STIFF),
        Bit::Blank(_) | Bit::Rule | Bit::Tick(_) | Bit::Option(_) | Bit::Break => true,
    })
}

/// Whether a line does not break beside it.
fn is_part(c: char) -> bool {
    !c.is_whitespace() && u32::from(c) < 0x2000
}

/// A text with a place to break between any two characters of a part that no line may hold.
fn broken(text: &str, long: usize, bits: &mut Vec<Bit>) {
    let mut words = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, after) = rest.split_at(start);
        let end = after.find(|c| !is_part(c)).unwrap_or(after.len());
        let (part, behind) = after.split_at(end);
        words.push_str(before);
        if part.chars().count() < long {
            words.push_str(part);
        } else {
            for c in part.chars() {
                words.push(c);
                bits.push(Bit::Text(std::mem::take(&mut words)));
                bits.push(Bit::Break);
            }
        }
        rest = behind;
    }
    words.push_str(rest);
    if !words.is_empty() {
        bits.push(Bit::Text(words));
    }
}

/// Without what XML 1.0 forbids: answers have none of it, and an author's words shall not either.
fn plain(text: &str) -> String {
    let is_plain = |c: &char| !c.is_control() && (u32::from(*c)) & 0xfffe != 0xfffe;
    text.chars().filter(is_plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(down: u16) -> PrintedCell {
        PrintedCell { head: false, across: 1, down, paragraphs: vec![Vec::new()] }
    }

    #[test]
    fn the_columns_fill_the_width_and_merged_cells_go_on_below() {
        assert_eq!(grid(&[1, 1, 1]).iter().sum::<u32>(), WIDTH);
        let rows = [(true, vec![cell(1), cell(1)]), (false, vec![cell(2), cell(1)])]
            .map(|(head, cells)| PrintedRow { head, cells });
        let rows = [&rows[..], &[PrintedRow { head: false, cells: vec![cell(1)] }]].concat();
        let seen = table(&[1, 3], &rows, ([false; 2], true), Eye::Docx);
        let Part::Table { heads, tail, rows, .. } = seen else { panic!("a table") };
        assert_eq!((heads, tail), (1, 3), "a head does not stand alone");
        let merges = |row: &Row| row.cells.iter().map(|cell| cell.merge).collect::<Vec<_>>();
        assert_eq!(merges(&rows[1]), ["first", "alone"]);
        assert_eq!(merges(&rows[2]), ["on", "alone"]);
        assert_eq!(rows[2].cells[0].width, WIDTH / 4);
    }

    #[test]
    fn what_is_handed_in_stays_between_the_court_and_the_signature() {
        let paragraph = |keep| Printed::Paragraph { style: Style::Body, keep, runs: Vec::new() };
        let kept = |parts: &[Printed]| {
            let document = Document { title: String::new(), blank: false, parts: parts.to_vec() };
            let is_kept = |part: &Part| matches!(part, Part::Paragraph { keep: true, .. });
            View::of(&document, Eye::Pdf).parts.iter().map(is_kept).collect::<Vec<_>>()
        };
        let parts = [false, true, false, false, true, false].map(paragraph);
        assert_eq!(kept(&parts), [false, true, true, true, true, false]);
        let mut apart = parts.to_vec();
        apart[2] = Printed::Heading { runs: Vec::new() };
        assert_eq!(kept(&apart), [false, true, false, false, true, false]);
        apart.splice(2..4, (0..9).map(|_| paragraph(false)));
        assert_eq!(kept(&apart).iter().filter(|kept| **kept).count(), 2, "too many of them");
    }

    #[test]
    fn a_box_stays_with_its_word_and_no_blank_is_stretched() {
        let runs = [
            Run::Tick(true),
            Run::Text("特别授权　".to_owned()),
            Run::Tick(false),
            Run::Text("委托诉讼代理人。".to_owned()),
        ];
        let told = |bits: Vec<Bit>| {
            let word = |bit: &Bit| match bit {
                Bit::Text(text) => text.clone(),
                Bit::Option(option) => format!("[{}]", option.words),
                Bit::Tick(_) => "□".to_owned(),
                Bit::Blank(_) | Bit::Rule | Bit::Break => "_".to_owned(),
            };
            bits.iter().map(word).collect::<String>()
        };
        assert_eq!(told(bits(&runs, Eye::Pdf, Room::Line)), "[特别授权]　[委托诉讼代理人]。");
        assert_eq!(told(bits(&runs, Eye::Pdf, Room::Cell)), "[特别授权]　[委]托诉讼代理人。");
        // Word keeps them together by the settings.
        assert_eq!(told(bits(&runs, Eye::Docx, Room::Line)), "□特别授权　□委托诉讼代理人。");
        assert!(is_stiff(&bits(&runs, Eye::Docx, Room::Line)));
        let blank = [Run::Text("住所：".to_owned()), Run::Blank(8), Run::Text("。".to_owned())];
        assert!(is_stiff(&bits(&blank, Eye::Pdf, Room::Line)));
        assert!(!is_stiff(&bits(&blank[..1], Eye::Pdf, Room::Line)));
    }

    #[test]
    fn a_long_part_may_break_anywhere_and_a_number_that_fits_may_not() {
        let bits = |text: &str| {
            let mut bits = Vec::new();
            broken(text, STIFF, &mut bits);
            bits
        };
        assert_eq!(bits("案号2026冀01号").len(), 1);
        let long = bits("网址https://a.example.cn/路");
        assert_eq!(long.iter().filter(|bit| matches!(bit, Bit::Break)).count(), 21);
        assert!(is_stiff(&long));
    }
}
