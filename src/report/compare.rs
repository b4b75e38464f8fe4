//! `compare`: a period against the one before it and the same one a year before.
//!
//! Whole calendar months are compared with as many months before; any other days with as many days
//! before. Without dates: the 28 days up to yesterday, so that weekdays stand against weekdays.

use std::collections::BTreeSet;

use super::dimension::cells;
use super::scans::people;
use super::{Asked, Cell, Dimension, Question, Report, ReportKind, Value, column, span};
use crate::diagnostic::Words;
use crate::domain::period::{Day, Period};
use crate::domain::scan::Count;

/// Days that are compared where none are named.
const DAYS: i64 = 28;

/// One row a key with an opening in any of the three periods. Where a period before has no opening
/// of any court and topic, nothing is known of it rather than zero: counting began later.
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
        let days = |from, to| Period { from: Some(from), to: Some(to) };
        let [before, year] = if is_first(from) && is_first(to.plus(1)) {
            // Firsts of months have a corresponding day in any month.
            let back = |months: i32| days(from.plus_months(-months), end(to, months));
            [back(months(from, to.plus(1))), back(12)]
        } else {
            let length = to.number() - from.number() + 1;
            let year = days(from.plus_months(-12), to.plus_months(-12));
            [days(from.plus(-length), from.plus(-1)), year]
        };
        vec![days(from, to), before, year]
    }

    fn answer(&self, asked: &Asked) -> Report {
        let by = &asked.question.by;
        let counts = [0, 1, 2].map(|index| people(asked, index));
        let known = [0, 1, 2].map(|i| i == 0 || asked.counts.get(i).is_some_and(|c| !c.is_empty()));
        let keys: BTreeSet<&Vec<Value>> = counts.iter().flat_map(|period| period.keys()).collect();
        let of = |key: &Vec<Value>| {
            [0, 1, 2].map(|i| known[i].then(|| counts[i].get(key).map_or(0, |c| c.scans())))
        };
        let row = |key: &&Vec<Value>| {
            let mut row = cells(by, (*key).clone());
            row.extend(numbers(of(key)));
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
            total.extend(numbers([0, 1, 2].map(|i| known[i].then(|| sum(i)))));
            total
        });
        Report { rows: keys.iter().map(row).collect(), total, columns, notes: notes(asked, known) }
    }
}

/// This period, the one before, the one a year before: what is told of them.
fn numbers([now, before, year]: [Option<u64>; 3]) -> Vec<Cell> {
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let now = now.unwrap_or(0);
    let mut row = vec![Cell::count(now)];
    for other in [before, year] {
        match other {
            Some(other) => {
                let change = whole(now) - whole(other);
                row.extend([Cell::count(other), Cell::Number(change)]);
                row.push(Cell::percent(change, other));
            }
            None => row.extend([Cell::Nothing, Cell::Nothing, Cell::Nothing]),
        }
    }
    row
}

fn notes(asked: &Asked, known: [bool; 3]) -> Vec<Words> {
    let span = |i: usize| asked.periods.get(i).copied().map(span).unwrap_or_default();
    let none =
        |i: usize| if known[i] { ("", "") } else { (" (nothing counted)", "（没有记录）") };
    let (now, before, year) = (span(0), span(1), span(2));
    let (no_before, no_year) = (none(1), none(2));
    let mut notes = vec![Words::new(
        format!(
            "{}; before: {}{}; year before: {}{}",
            now.0, before.0, no_before.0, year.0, no_year.0
        ),
        format!(
            "本期 {}；上期 {}{}；去年同期 {}{}。",
            now.1, before.1, no_before.1, year.1, no_year.1
        ),
    )];
    let over = asked.periods.first().and_then(|period| period.to);
    if over.is_some_and(|to| to >= asked.question.today) {
        notes.push(Words::new(
            "the period is not over yet: it stands against whole ones",
            "本期还没有结束，对比的是完整的时段。",
        ));
    }
    notes
}

fn is_first(day: Day) -> bool {
    day.month() != day.plus(-1).month()
}

/// Whole months from the first of one to the first of another.
fn months(from: Day, to: Day) -> i32 {
    // Longer than any two dates are apart.
    (1..=240_000).find(|months| from.plus_months(*months) >= to).unwrap_or(1)
}

/// The last day of the month that is `months` before that of `to`, itself a month's last day.
fn end(to: Day, months: i32) -> Day {
    to.plus(1).plus_months(-months).plus(-1)
}
