//! `machines`: what was counted apart, and its share: machines, orphans, retired codes.

use std::collections::BTreeMap;

use super::dimension::cells;
use super::fold::fold;
use super::{Asked, Cell, Dimension, Report, ReportKind, Value, column};
use crate::diagnostic::Words;
use crate::domain::scan::Class;

/// Openings by class; orphans have no court, placement, channel or topic and stand under `none`.
pub(super) struct Machines;

/// What no code of ours has.
const ORPHANS_LACK: [Dimension; 4] =
    [Dimension::Court, Dimension::Placement, Dimension::Channel, Dimension::Topic];

impl ReportKind for Machines {
    fn name(&self) -> &'static str {
        "machines"
    }

    fn title(&self) -> &'static str {
        "机器、无效码和停用码"
    }

    fn by(&self) -> &'static [Dimension] {
        &Dimension::ALL
    }

    fn answer(&self, asked: &Asked) -> Report {
        let by = &asked.question.by;
        let mut rows: BTreeMap<Vec<Value>, [u64; 4]> = BTreeMap::new();
        if by.is_empty() {
            rows.insert(Vec::new(), [0; 4]);
        }
        for ((class, row), count) in fold(asked.counts(0), by, asked.library) {
            let of = |dimension: &Dimension| {
                if row.placement == 0 && ORPHANS_LACK.contains(dimension) {
                    Value::orphan()
                } else {
                    dimension.of(row, asked.library)
                }
            };
            rows.entry(by.iter().map(of).collect()).or_default()[place(class)] += count.scans();
        }
        let mut all = [0; 4];
        for row in rows.values() {
            all.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
        }
        let mut columns: Vec<_> = by.iter().map(|d| d.column()).collect();
        columns.extend([
            &column::SCANS,
            &column::MACHINES,
            &column::ORPHANS,
            &column::RETIRED_SCANS,
            &column::MACHINES_PERCENT,
            &column::ORPHANS_PERCENT,
            &column::RETIRED_PERCENT,
        ]);
        let total = (!by.is_empty()).then(|| {
            let mut total = vec![Cell::Nothing; by.len()];
            total.extend(numbers(all));
            total
        });
        let row = |(values, counts)| {
            let mut row = cells(by, values);
            row.extend(numbers(counts));
            row
        };
        let rows = rows.into_iter().map(row).collect();
        let note = Words::new(
            "shares are of all openings: people's, machines', orphans, retired codes",
            "占比按全部打开次数算：人、机器、无效码、停用码都在内。",
        );
        Report { columns, rows, total, notes: vec![note] }
    }
}

/// Where a class stands in the columns.
fn place(class: Class) -> usize {
    match class {
        Class::People => 0,
        Class::Machines => 1,
        Class::Orphans => 2,
        Class::Retired => 3,
    }
}

fn numbers(counts: [u64; 4]) -> Vec<Cell> {
    let all = counts.iter().sum();
    let share = |count: u64| Cell::percent(i64::try_from(count).unwrap_or(i64::MAX), all);
    let mut row: Vec<_> = counts.map(Cell::count).into();
    row.extend(counts[1..].iter().map(|count| share(*count)));
    row
}
