//! Adds scans and answers up to day rows: the one place where one becomes a count, shared by all
//! engines.

use std::collections::BTreeMap;

use crate::domain::feedback::{Answers, Feedback, FeedbackCount};
use crate::domain::period::Day;
use crate::domain::placement::PlacementNumber;
use crate::domain::scan::{Class, Client, Count, DayCount, Detail, Scan};

/// What a day row is kept under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) class: Class,
    pub(super) day: Day,
    pub(super) placement: u32,
    pub(super) topic: u8,
    pub(super) client: Client,
}

/// Hour of the day -> count.
pub(super) type Hours = BTreeMap<u8, Count>;

/// The counts of `scans`, to be added to what is there.
pub(super) fn tally(scans: &[Scan]) -> BTreeMap<Cell, Hours> {
    let mut cells: BTreeMap<Cell, Hours> = BTreeMap::new();
    for scan in scans {
        let (placement, topic) = scan.cell();
        let cell = Cell {
            class: scan.class(),
            day: scan.moment.day(),
            placement,
            topic,
            client: scan.client,
        };
        let count = if scan.repeat {
            Count { visits: 0, repeats: 1 }
        } else {
            Count { visits: 1, repeats: 0 }
        };
        cells.entry(cell).or_default().entry(scan.moment.hour()).or_default().add(count);
    }
    cells
}

/// Cells as the trait hands them out, rising by class, day, placement, topic and client; those that
/// differ only in what `detail` leaves out are added up.
pub(super) fn project(
    cells: impl IntoIterator<Item = (Cell, Hours)>,
    detail: Detail,
) -> Vec<DayCount> {
    let rows = cells.into_iter().map(|(cell, hours)| day_count(cell, hours, detail));
    add_neighbours(rows)
}

/// Rows in any order, rising, those of one key added up.
pub(super) fn add_up(mut rows: Vec<DayCount>) -> Vec<DayCount> {
    rows.sort_by_key(key);
    add_neighbours(rows)
}

fn add_neighbours(all: impl IntoIterator<Item = DayCount>) -> Vec<DayCount> {
    let mut rows: Vec<DayCount> = Vec::new();
    for row in all {
        match rows.last_mut() {
            Some(last) if key(last) == key(&row) => add(last, row),
            _ => rows.push(row),
        }
    }
    rows
}

/// Adds `other` to `hours`.
pub(super) fn add_hours(hours: &mut Hours, other: &Hours) {
    for (hour, count) in other {
        hours.entry(*hour).or_default().add(*count);
    }
}

fn day_count(cell: Cell, hours: Hours, detail: Detail) -> DayCount {
    let mut total = Count::default();
    for count in hours.values() {
        total.add(*count);
    }
    let hours = if detail == Detail::Totals { Hours::new() } else { hours };
    DayCount {
        day: cell.day,
        placement: cell.placement,
        topic: cell.topic,
        client: (detail == Detail::Full).then_some(cell.client),
        class: cell.class,
        total,
        hours: hours.into_iter().collect(),
    }
}

/// What a row is told by.
fn key(row: &DayCount) -> (Class, Day, u32, u8, Option<Client>) {
    (row.class, row.day, row.placement, row.topic, row.client)
}

/// Adds a row to one of the same key.
fn add(row: &mut DayCount, other: DayCount) {
    row.total.add(other.total);
    for (hour, count) in other.hours {
        match row.hours.binary_search_by_key(&hour, |(hour, _)| *hour) {
            Ok(at) => row.hours[at].1.add(count),
            Err(at) => row.hours.insert(at, (hour, count)),
        }
    }
}

/// What a row of answers is kept under: day, placement (0 for none), topic.
pub(super) type FeedbackCell = (Day, u32, u8);

/// The counts of `feedback`, to be added to what is there.
pub(super) fn tally_feedback(feedback: &[Feedback]) -> BTreeMap<FeedbackCell, Answers> {
    let mut cells: BTreeMap<FeedbackCell, Answers> = BTreeMap::new();
    for one in feedback {
        let placement = one.placement.map_or(0, PlacementNumber::get);
        cells.entry((one.day, placement, one.topic.get())).or_default().count(one.answer);
    }
    cells
}

/// A cell with its answers as the trait hands it out.
pub(super) fn feedback_count(cell: FeedbackCell, answers: Answers) -> FeedbackCount {
    let (day, placement, topic) = cell;
    FeedbackCount { day, placement, topic, answers }
}
