//! Many rows of counts -> the few that the dashboard is made of, while they are read.
//!
//! A year of a city is some hundred thousand rows, which each part would go through again, and more
//! memory than the service has for all else: they are read in [`pieces`], and of each piece only what
//! the parts can tell apart is kept. A part that tells something else apart needs its arm in
//! [`Gathered::of`], and a set of rows there.

use super::Part;
use crate::domain::library::Library;
use crate::domain::period::{Day, Period};
use crate::domain::scan::DayCount;
use crate::report::fold::{Sums, add};
use crate::report::{Dimension, Question, Wanted};

/// A piece has so many days, or more where there would be too many of them.
const DAYS: i64 = 31;

/// There are no more pieces than these, plus one.
const MOST: i64 = 64;

/// A period whose both days are given, cut into pieces that are read one after the other.
pub fn pieces(period: Period) -> Vec<Period> {
    let Some((from, to)) = period.from.zip(period.to) else { return vec![period] };
    let days = ((to.number() - from.number()) / MOST).max(DAYS);
    let starts = std::iter::successors(Some(from.number()), |start| Some(start + days));
    let piece = |start: i64| Period {
        from: Some(Day::from_number(start)),
        to: Some(Day::from_number(start + days - 1).min(to)),
    };
    starts.take_while(|start| *start <= to.number()).map(piece).collect()
}

/// What a period came to, as finely as the parts of the dashboard need it.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The first day on which anything was counted, of whatever court and topic.
    pub(super) first: Option<Day>,
    /// By day and hour.
    pub(super) hours: Vec<DayCount>,
    /// By day and placement.
    places: Vec<DayCount>,
    topics: Vec<DayCount>,
    clients: Vec<DayCount>,
}

impl Gathered {
    /// The rows of which `part` is made.
    pub(super) fn of(&self, part: Part) -> &[DayCount] {
        match part {
            Part::Trend | Part::Hours => &self.hours,
            Part::Courts | Part::Channels | Part::Placements => &self.places,
            Part::Topics => &self.topics,
            Part::Clients => &self.clients,
            Part::Useful | Part::Silent => &[],
        }
    }
}

/// By what each set of rows is told apart, in the order of [`Gathered`]'s.
const SETS: [&[Dimension]; 4] = [
    &[Dimension::Day, Dimension::Hour],
    &[Dimension::Day, Dimension::Placement],
    &[Dimension::Topic],
    &[Dimension::Client],
];

/// Adds up what is read of a period.
pub struct Gathering<'a> {
    library: &'a Library,
    wanted: Wanted,
    /// A placement and a topic that the question is about: they stand for all such.
    stand_in: (u32, u8),
    first: Option<Day>,
    sums: Vec<Sums>,
}

impl<'a> Gathering<'a> {
    /// Begins with nothing. Of the period itself all is gathered, of one that it is compared with
    /// (not `whole`) the hours alone.
    pub fn new(question: &Question, library: &'a Library, whole: bool) -> Self {
        let (courts, topics) = (&question.courts, &question.topics);
        let mut placements = library.placements.values();
        let placement = placements.find(|p| courts.is_empty() || courts.contains(&p.court));
        let topic = topics.first().and_then(|id| library.topic(id));
        let sets = if whole { SETS.len() } else { 1 };
        Self {
            library,
            wanted: Wanted::new(question, library),
            stand_in: (
                placement.map_or(1, |placement| placement.number.get()),
                topic.map_or(0, |topic| topic.number.get()),
            ),
            first: None,
            sums: SETS[..sets].iter().map(|_| Sums::default()).collect(),
        }
    }

    /// Adds a piece.
    pub fn add(&mut self, rows: &[DayCount]) {
        let first = rows.iter().map(|row| row.day).min();
        self.first = self.first.into_iter().chain(first).min();
        for (sums, by) in self.sums.iter_mut().zip(SETS) {
            add(sums, rows.iter().filter(|row| self.wanted.has(row)), by, self.library);
        }
    }

    /// What it came to.
    pub fn done(self) -> Gathered {
        let (stand_in, first) = (self.stand_in, self.first);
        let mut sets = self.sums.into_iter().zip(SETS).map(|(sums, by)| rows(sums, by, stand_in));
        let mut next = || sets.next().unwrap_or_default();
        Gathered { first, hours: next(), places: next(), topics: next(), clients: next() }
    }
}

/// Sums as rows again, which the reports add up further.
fn rows(sums: Sums, by: &[Dimension], stand_in: (u32, u8)) -> Vec<DayCount> {
    let (placed, on_topic) = (by.contains(&Dimension::Placement), by.contains(&Dimension::Topic));
    let row = |((class, row), total)| {
        let row: crate::report::dimension::Row = row;
        DayCount {
            day: row.day,
            // What no code of ours led to stays apart.
            placement: if placed || row.placement == 0 { row.placement } else { stand_in.0 },
            topic: if on_topic { row.topic } else { stand_in.1 },
            client: row.client,
            class,
            total,
            hours: row.hour.map(|hour| (hour, total)).into_iter().collect(),
        }
    };
    sums.into_iter().map(row).collect()
}
