//! The tables of the dashboard's parts, cell by cell.
//!
//! The rows are those of the files; the trend has the time before as one column more, which without
//! a mouse stands nowhere else.

use std::collections::BTreeMap;

use super::{Page, Section, decimal, grouped};
use crate::diagnostic::{Tongue, Words};
use crate::report::{Cell, Column, Report};

/// A cell's text, and whether it holds words.
type Written = (String, bool);

impl Page<'_> {
    /// The names of the columns.
    pub(super) fn column_names(&self, section: &Section) -> Vec<Written> {
        let columns = section.answered.report.columns.iter();
        let mut names: Vec<_> = columns.map(|c| (self.column(c), c.words)).collect();
        if !section.before.is_empty() {
            names.push((self.t("stats_key_before").to_owned(), false));
        }
        names
    }

    /// The rows: of the trend, also of those days on which only the time before had scans.
    pub(super) fn rows(&self, section: &Section) -> Vec<Vec<Written>> {
        let report = &section.answered.report;
        let own = report.rows.iter().map(|row| self.row(row, report));
        if section.before.is_empty() {
            return own.collect();
        }
        let id = |row: &Vec<Cell>| match row.first() {
            Some(Cell::Text(value)) => value.id.clone(),
            Some(Cell::Day(day)) => day.to_string(),
            Some(Cell::Number(_) | Cell::Tenths(_) | Cell::Nothing) | None => String::new(),
        };
        let mut rows: BTreeMap<String, Vec<Written>> =
            report.rows.iter().map(id).zip(own).collect();
        for (id, _) in section.before.iter().filter(|(_, scans)| *scans > 0) {
            rows.entry(id.clone()).or_insert_with(|| self.without_scans(id, report));
        }
        let before: BTreeMap<_, _> = section.before.iter().cloned().collect();
        let with = |(id, mut row): (String, Vec<Written>)| {
            row.push((before.get(&id).map_or(String::new(), |scans| grouped(*scans)), false));
            row
        };
        rows.into_iter().map(with).collect()
    }

    /// The row of a day, or of an hour, on which nothing was scanned.
    fn without_scans(&self, id: &str, report: &Report) -> Vec<Written> {
        let hour = id.len() == 2 && self.tongue == Tongue::Chinese;
        let name = if hour { format!("{id}时") } else { id.to_owned() };
        let zeros = report.columns.iter().skip(1).map(|column| ("0".to_owned(), column.words));
        std::iter::once((name, true)).chain(zeros).collect()
    }

    /// The sums below; empty where they say nothing.
    pub(super) fn total(&self, section: &Section) -> Vec<Written> {
        let report = &section.answered.report;
        let Some(row) = &report.total else { return Vec::new() };
        let mut row = self.row(row, report);
        if let Some(first) = row.first_mut() {
            self.t("stats_total").clone_into(&mut first.0);
        }
        if !section.before.is_empty() {
            row.push((grouped(section.before.iter().map(|(_, scans)| scans).sum()), false));
        }
        row
    }

    /// A note in one line; Chinese needs no space where one was broken.
    pub(super) fn note(&self, note: &Words) -> String {
        let space = if self.tongue == Tongue::English { " " } else { "" };
        note.in_tongue(self.tongue).replace('\n', space)
    }

    fn column(&self, column: &Column) -> String {
        match self.tongue {
            Tongue::Chinese => column.title.to_owned(),
            Tongue::English => column.name.replace('_', " "),
        }
    }

    /// A row's cells, each with whether it holds words.
    fn row(&self, row: &[Cell], report: &Report) -> Vec<(String, bool)> {
        let cell = |(cell, column): (&Cell, &&'static Column)| {
            let text = match cell {
                Cell::Text(value) => value.in_tongue(self.tongue).to_owned(),
                Cell::Day(day) => day.to_string(),
                // A placement's number is a name.
                Cell::Number(number) if column.name == "placement" => number.to_string(),
                Cell::Number(number) => {
                    let sign = if *number < 0 { "−" } else { "" };
                    format!("{sign}{}", grouped(number.unsigned_abs()))
                }
                Cell::Tenths(tenths) => decimal(*tenths),
                Cell::Nothing => String::new(),
            };
            (text, column.words)
        };
        row.iter().zip(&report.columns).map(cell).collect()
    }
}
