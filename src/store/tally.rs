//! Adds scans and answers up to day rows: the one place where one becomes a count, shared by all
//! engines.

use std::collections::BTreeMap;

use crate::domain::feedback::{Answers, Feedback, FeedbackCount};
use crate::domain::period::Day;
use crate::domain::placement::PlacementNumber;
use crate::domain::scan::{Class, Client, Count, DayCount, Scan};

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

/// A cell with its hours as the trait hands it out.
pub(super) fn day_count(cell: Cell, hours: Hours) -> DayCount {
    DayCount {
        day: cell.day,
        placement: cell.placement,
        topic: cell.topic,
        client: cell.client,
        class: cell.class,
        hours: hours.into_iter().collect(),
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
