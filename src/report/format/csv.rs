//! Comma-separated values (RFC 4180), for spreadsheets and scripts.

use crate::report::{Cell, Report, decimal};

/// The report with a header line.
pub fn write(report: &Report) -> Vec<u8> {
    let cannot_fail = "writing CSV into memory cannot fail";
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(report.columns.iter().map(|c| c.name)).expect(cannot_fail);
    for row in &report.rows {
        writer.write_record(row.iter().map(field)).expect(cannot_fail);
    }
    writer.into_inner().expect(cannot_fail)
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(value) => harmless(&value.id),
        Cell::Day(day) => day.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Tenths(tenths) => decimal(*tenths),
        Cell::Nothing => String::new(),
    }
}

/// A spreadsheet takes a text that begins so for a formula; behind an apostrophe it is a text.
fn harmless(text: &str) -> String {
    let mark = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("{mark}{text}")
}
