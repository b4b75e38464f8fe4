//! A table for people, aligned by what a terminal shows: a Chinese character is two columns wide.

use crate::diagnostic::Tongue;
use crate::report::{Cell, Report, decimal};

/// The report as a table with a line of totals and a line for each thing that a reader has to know.
pub fn write(report: &Report, tongue: Tongue) -> String {
    let chinese = tongue == Tongue::Chinese;
    let header = report.columns.iter().map(|c| if chinese { c.title } else { c.name }.to_owned());
    let mut lines: Vec<Vec<String>> = vec![header.collect()];
    for row in &report.rows {
        lines.push(row.iter().map(|cell| shown(cell, chinese, "-")).collect());
    }
    if let Some(total) = &report.total {
        let mut line: Vec<String> = total.iter().map(|cell| shown(cell, chinese, "")).collect();
        if let Some(first) = line.first_mut() {
            (if chinese { "合计" } else { "total" }).clone_into(first);
        }
        lines.push(line);
    }
    let words: Vec<bool> = report.columns.iter().map(|column| column.words).collect();
    let notes = report.notes.iter().map(|note| format!("{}\n", note.in_tongue(tongue)));
    aligned(&lines, &words) + &notes.collect::<String>()
}

fn shown(cell: &Cell, chinese: bool, nothing: &str) -> String {
    match cell {
        Cell::Text(value) => if chinese { &value.label } else { &value.id }.clone(),
        Cell::Day(day) => day.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Tenths(tenths) => decimal(*tenths),
        Cell::Nothing => nothing.to_owned(),
    }
}

/// The columns of words to the left, the others to the right.
fn aligned(lines: &[Vec<String>], words: &[bool]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let widths: Vec<usize> =
        (0..columns).map(|i| lines.iter().map(|line| width(&line[i])).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for line in lines {
        let cells: Vec<String> = line
            .iter()
            .zip(widths.iter().zip(words))
            .map(|(cell, (wide, words))| {
                let gap = " ".repeat(wide - width(cell));
                if *words { format!("{cell}{gap}") } else { format!("{gap}{cell}") }
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// Columns on a terminal: two for the characters of East Asian width, one for all others.
pub(super) fn width(text: &str) -> usize {
    text.chars()
        .map(|c| match u32::from(c) {
            0x1100..=0x115f
            | 0x2e80..=0xa4cf
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f
            | 0xff00..=0xff60
            | 0xffe0..=0xffe6
            | 0x20000..=0x3fffd => 2,
            _ => 1,
        })
        .sum()
}
