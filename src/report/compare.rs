//! `compare`: a period against the one before it and the same one a year before.
//!
//! Which days these are, and when no percentage is told, is [`against`]'s to say. Without dates: the
//! 28 days up to yesterday, so that weekdays stand against weekdays.

use std::collections::BTreeSet;

use super::against::{self, Basis, Stage};
use super::dimension::cells;
use super::scans::people;
use super::{Asked, Cell, Dimension, Question, Report, ReportKind, Value, column, span};
use crate::diagnostic::Words;
use crate::domain::period::Period;
use crate::domain::scan::Count;

/// Days that are compared where none are named.
const DAYS: i64 = 28;

/// One row a key with an opening in any of the three periods. Where a period before has no opening
/// of any court and topic, nothing is known of it rather than zero: counting began later. Where it
/// was counted in part only, no percentage is told.
pub(super) struct Compare;

impl ReportKind for Compare {
    fn name(&self) -> &'static str {
        "compare"
    }

    fn title(&self) -> &'static str {
        "环比和同比"
    }

    fn by(&self) -> &'static [Dimension] {
        &[
            Dimension::Court,
            Dimension::Placement,
            Dimension::Channel,
            Dimension::Topic,
            Dimension::Client,
            Dimension::Hour,
            Dimension::Weekday,
        ]
    }

    fn periods(&self, question: &Question) -> Vec<Period> {
        let asked = question.period;
        let yesterday = question.today.plus(-1);
        let to = asked.to.unwrap_or(asked.from.map_or(yesterday, |from| from.max(yesterday)));
        let from = asked.from.unwrap_or(to.plus(1 - DAYS));
        against::periods(from, to, question.today).into()
    }

    fn answer(&self, asked: &Asked) -> Report {
        let by = &asked.question.by;
        let counts = [0, 1, 2].map(|index| people(asked, index));
        let basis = [1, 2].map(|index| basis(asked, index));
        let keys: BTreeSet<&Vec<Value>> = counts.iter().flat_map(|period| period.keys()).collect();
        let of = |key: &Vec<Value>| [0, 1, 2].map(|i| counts[i].get(key).map_or(0, |c| c.scans()));
        let row = |key: &&Vec<Value>| {
            let mut row = cells(by, (*key).clone());
            row.extend(numbers(of(key), basis));
            row
        };
        let mut columns: Vec<_> = by.iter().map(|d| d.column()).collect();
        columns.extend([
            &column::SCANS,
            &column::BEFORE,
            &column::CHANGE,
            &column::CHANGE_PERCENT,
            &column::YEAR_BEFORE,
            &column::YEAR_CHANGE,
            &column::YEAR_CHANGE_PERCENT,
        ]);
        let sum = |i: usize| counts[i].values().copied().map(Count::scans).sum::<u64>();
        let total = (!by.is_empty()).then(|| {
            let mut total = vec![Cell::Nothing; by.len()];
            total.extend(numbers([0, 1, 2].map(sum), basis));
            total
        });
        Report { rows: keys.iter().map(row).collect(), total, columns, notes: notes(asked, basis) }
    }
}

/// What may be told against the earlier period `index`.
fn basis(asked: &Asked, index: usize) -> Basis {
    let period = |index: usize| asked.periods.get(index).copied().unwrap_or_default();
    let rows = asked.counts.get(index).map(Vec::as_slice).unwrap_or_default();
    let first = rows.iter().map(|row| row.day).min();
    against::basis(period(0), period(index), first, asked.question.today)
}

/// This period, the one before, the one a year before: what is told of them.
fn numbers([now, before, year]: [u64; 3], basis: [Basis; 2]) -> Vec<Cell> {
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let mut row = vec![Cell::count(now)];
    for (other, basis) in [before, year].into_iter().zip(basis) {
        let change = whole(now) - whole(other);
        row.extend(match basis {
            Basis::Whole => {
                [Cell::count(other), Cell::Number(change), Cell::percent(change, other)]
            }
            Basis::Part => [Cell::count(other), Cell::Number(change), Cell::Nothing],
            Basis::Nothing => [Cell::Nothing, Cell::Nothing, Cell::Nothing],
        });
    }
    row
}

fn notes(asked: &Asked, basis: [Basis; 2]) -> Vec<Words> {
    let period = |i: usize| asked.periods.get(i).copied().unwrap_or_default();
    let stage = against::stage(period(0), asked.question.today);
    let told = |i: usize| {
        let (english, chinese) = span(period(i));
        // Before the first day that there is, there is none.
        if i == 1 && period(1).to >= period(0).from {
            return ("none".to_owned(), "没有".to_owned());
        }
        let (more, more_zh) = match (basis[i - 1], stage) {
            (Basis::Whole, _) | (_, Stage::Unbegun) | (Basis::Part, Stage::Day) => ("", ""),
            (Basis::Part, _) => (" (recorded in part: no percentage)", "（记录不全，不算百分比）"),
            (Basis::Nothing, _) => (" (nothing counted)", "（没有记录）"),
        };
        (format!("{english}{more}"), format!("{chinese}{more_zh}"))
    };
    let (now, before, year) = (span(period(0)), told(1), told(2));
    let days = Words::new(
        format!("{}; before: {}; year before: {}", now.0, before.0, year.0),
        format!("本期 {}；上期 {}；去年同期 {}。", now.1, before.1, year.1),
    );
    std::iter::once(days).chain(stage.note()).collect()
}
