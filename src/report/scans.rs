//! `scans`: how often codes were opened, by any dimension.

use std::collections::BTreeMap;

use super::dimension::cells;
use super::fold::fold;
use super::{Asked, Cell, Dimension, Report, ReportKind, Value, column, sums};
use crate::diagnostic::Words;
use crate::domain::scan::{Class, Count};

/// Without a dimension there is one row, also where nothing was counted. Orphans belong to no court
/// and no topic: they are told only where neither is asked for.
pub(super) struct Scans;

impl ReportKind for Scans {
    fn name(&self) -> &'static str {
        "scans"
    }

    fn title(&self) -> &'static str {
        "扫码统计"
    }

    fn by(&self) -> &'static [Dimension] {
        &Dimension::ALL
    }

    fn answer(&self, asked: &Asked) -> Report {
        let by = &asked.question.by;
        let mut columns: Vec<_> = by.iter().map(|d| d.column()).collect();
        columns.extend([&column::SCANS, &column::VISITS, &column::REPEATS]);
        let row = |(values, count): (Vec<Value>, Count)| {
            let mut row = cells(by, values);
            row.extend([count.scans(), count.visits, count.repeats].map(Cell::count));
            row
        };
        let rows: Vec<_> = people(asked, 0).into_iter().map(row).collect();
        let total = (!by.is_empty()).then(|| sums(&rows, by.len(), columns.len()));
        Report { total, columns, rows, notes: vec![apart(asked)] }
    }
}

/// People's openings in period `index`, by the dimensions of the question.
pub(super) fn people(asked: &Asked, index: usize) -> BTreeMap<Vec<Value>, Count> {
    let by = &asked.question.by;
    let mut rows = BTreeMap::new();
    if by.is_empty() {
        rows.insert(Vec::new(), Count::default());
    }
    for ((_, row), count) in fold(asked.people(index), by, asked.library) {
        let values = by.iter().map(|d| d.of(row, asked.library)).collect();
        rows.entry(values).or_insert_with(Count::default).add(count);
    }
    rows
}

/// Openings that are not people's openings of codes that hang.
fn apart(asked: &Asked) -> Words {
    let [mut machines, mut orphans, mut retired] = [0u64; 3];
    for row in asked.counts(0) {
        let scans = row.total.scans();
        match row.class {
            Class::Machines => machines += scans,
            Class::Orphans => orphans += scans,
            Class::Retired => retired += scans,
            Class::People => {}
        }
    }
    Words::new(
        format!(
            "apart: machines {machines}, orphans {orphans}, retired {retired}; visits are about"
        ),
        format!("另计：机器 {machines}，无效码 {orphans}，停用码 {retired}。访问人次为约数。"),
    )
}
