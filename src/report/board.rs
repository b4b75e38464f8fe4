//! The managers' dashboard as numbers: headlines and parts, each part a report with its chart.
//!
//! Each part is one of the reports that are downloaded too, so that a page and a file never differ.
//! How it looks is the page's work. A part more is an entry of [`Part::ALL`], with its table in
//! `asking` and its chart, if it has one, in `charts`.

mod charts;
mod gathering;

pub use gathering::{Gathered, Gathering, pieces};

use super::against::{self, Basis, Stage};
use super::asked::{Asking, Table};
use super::silent::{Silence, Watch};
use super::{Answered, Asked, Cell, Dimension, decimal, find, is_known};
use crate::diagnostic::Tongue;
use crate::domain::feedback::FeedbackCount;
use crate::domain::library::Library;
use crate::domain::period::Period;
use crate::domain::scan::{Class, Count, DayCount};

/// A part of the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Scans by day.
    Trend,
    /// Weekdays by hours.
    Hours,
    /// The league of courts.
    Courts,
    /// The topics.
    Topics,
    /// The channels.
    Channels,
    /// By which program codes are opened.
    Clients,
    /// What visitors say of pages.
    Useful,
    /// The placements gone quiet.
    Silent,
    /// The life of each placement.
    Placements,
}

impl Part {
    /// All parts, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Trend,
        Self::Hours,
        Self::Courts,
        Self::Topics,
        Self::Silent,
        Self::Channels,
        Self::Clients,
        Self::Useful,
        Self::Placements,
    ];

    /// Its name, for ids and strings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trend => "trend",
            Self::Hours => "hours",
            Self::Courts => "courts",
            Self::Topics => "topics",
            Self::Channels => "channels",
            Self::Clients => "clients",
            Self::Useful => "useful",
            Self::Silent => "silent",
            Self::Placements => "placements",
        }
    }

    /// Which table it shows, broken down by what.
    fn table(self, grain: Grain) -> (Table, Vec<Dimension>) {
        let scans = |name: &str| Table::Scans(find(name).unwrap_or(super::REPORTS[0]));
        match self {
            Self::Trend => (scans("scans"), vec![grain.dimension()]),
            Self::Hours => (scans("hours"), Vec::new()),
            Self::Courts => (scans("courts"), Vec::new()),
            Self::Topics => (scans("topics"), Vec::new()),
            Self::Channels => (scans("scans"), vec![Dimension::Channel]),
            Self::Clients => (scans("scans"), vec![Dimension::Client]),
            Self::Useful => (Table::Useful, vec![Dimension::Topic]),
            Self::Silent => (Table::Silent, Vec::new()),
            Self::Placements => (scans("placements"), Vec::new()),
        }
    }
}

/// How fine the trend is: as fine as its columns can still be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grain {
    Hour,
    Day,
    Month,
}

impl Grain {
    /// More days than these are shown by month.
    const DAYS: i64 = 400;

    fn of(period: Period) -> Self {
        let days = period.from.zip(period.to).map(|(from, to)| to.number() - from.number());
        match days {
            Some(0) => Self::Hour,
            Some(days) if days < Self::DAYS => Self::Day,
            Some(_) | None => Self::Month,
        }
    }

    fn dimension(self) -> Dimension {
        match self {
            Self::Hour => Dimension::Hour,
            Self::Day => Dimension::Day,
            Self::Month => Dimension::Month,
        }
    }
}

/// All openings of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// People's openings of codes that hang.
    pub people: Count,
    /// Machines' openings.
    pub machines: u64,
    /// Openings of unknown codes.
    pub orphans: u64,
    /// Openings of retired codes.
    pub retired: u64,
}

impl Sums {
    fn of<'a>(rows: impl Iterator<Item = &'a DayCount>) -> Self {
        let mut sums = Self::default();
        for row in rows {
            let scans = row.total.scans();
            match row.class {
                Class::People => sums.people.add(row.total),
                Class::Machines => sums.machines += scans,
                Class::Orphans => sums.orphans += scans,
                Class::Retired => sums.retired += scans,
            }
        }
        sums
    }

    /// The share of machines among all openings, such as `12.3`; nothing where there is none.
    pub fn machines_percent(&self) -> Option<String> {
        let all = self.people.scans() + self.machines + self.orphans + self.retired;
        match Cell::percent(i64::try_from(self.machines).unwrap_or(i64::MAX), all) {
            Cell::Tenths(tenths) => Some(decimal(tenths)),
            Cell::Text(_) | Cell::Day(_) | Cell::Number(_) | Cell::Nothing => None,
        }
    }
}

/// By how much a number is above another one, in tenths of a percent; nothing where that is zero.
pub fn change(now: u64, before: u64) -> Option<i32> {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    match Cell::percent(whole(now) - whole(before), before) {
        Cell::Tenths(tenths) => Some(tenths),
        Cell::Text(_) | Cell::Day(_) | Cell::Number(_) | Cell::Nothing => None,
    }
}

/// A part with its numbers.
pub struct Section {
    /// Which part.
    pub part: Part,
    /// What its table answers: the same question gives the same file.
    pub asking: Asking,
    /// Its table.
    pub answered: Answered,
    /// Its chart; empty where it has none, or nothing to show.
    pub chart: String,
    /// The numbers that the shades of its chart stand for, the lightest first.
    pub shades: Vec<(u64, u64, u64)>,
    /// For the trend, where the time before is known: each hour or day with its scans then.
    pub before: Vec<(String, u64)>,
}

/// The hour of the week with the most scans: the weekday from 1 for Monday, the hour, how many.
pub type Busiest = (u8, u8, u64);

/// The dashboard.
pub struct Board {
    /// This period, the one before, and the one a year before.
    pub periods: Vec<Period>,
    /// How far it has come.
    pub stage: Stage,
    /// What was opened in each; nothing where that cannot be compared: it was not counted, or in
    /// part only, or the period is a day under way or has not begun.
    pub sums: [Option<Sums>; 3],
    /// The busiest hour of the week.
    pub busiest: Option<Busiest>,
    /// How many placements are silent.
    pub silent: usize,
    /// How many placements have history enough to tell.
    pub watched: usize,
    /// The parts, in the order of the page.
    pub sections: Vec<Section>,
}

/// What the dashboard is computed from.
pub struct Counted<'a> {
    /// The counts of each of [`Asking::periods`] of the report `compare`.
    pub scans: &'a [Gathered],
    /// What visitors said in the period.
    pub feedback: &'a [FeedbackCount],
    /// The silences of all placements.
    pub silences: &'a [Silence],
}

/// What the counts of `asking`, both of whose days are given, come to.
pub fn board(asking: &Asking, counted: &Counted<'_>, library: &Library, tongue: Tongue) -> Board {
    let question = &asking.question;
    let compare =
        Asking { table: Table::parse("compare").unwrap_or(asking.table), ..asking.clone() };
    let periods = compare.periods();
    let by_hour: Vec<_> = counted.scans.iter().map(|scans| scans.hours.clone()).collect();
    let asked = Asked { question, library, periods: &periods, counts: &by_hour };
    let period = |index: usize| periods.get(index).copied().unwrap_or_default();
    let first = |index: usize| counted.scans.get(index).and_then(|scans| scans.first);
    let compares = |index: usize| {
        let basis = against::basis(period(0), period(index), first(index), question.today);
        index == 0 || basis == Basis::Whole
    };
    let sums = [0, 1, 2].map(|index| compares(index).then(|| Sums::of(asked.counts(index))));
    let stage = against::stage(period(0), question.today);
    let knows_before = stage != Stage::Unbegun && is_known(period(1), first(1));
    let watch = Watch::of(counted.silences, library, &question.courts, asking.now);
    let grain = Grain::of(question.period);
    let charts = charts::Charts { asked, grain, tongue, knows_before };
    let section = |part: Part| {
        let (table, by) = part.table(grain);
        let mut asking = Asking { table, ..asking.clone() };
        asking.question.by = by;
        let answered = match part {
            Part::Silent => Answered {
                report: watch.report(library),
                title: table.title(),
                period: question.period,
            },
            Part::Trend
            | Part::Hours
            | Part::Courts
            | Part::Topics
            | Part::Channels
            | Part::Clients
            | Part::Useful
            | Part::Placements => {
                let rows = counted.scans.first().map_or(&[][..], |scans| scans.of(part));
                asking.answer(std::slice::from_ref(&rows.to_vec()), counted.feedback, library)
            }
        };
        let (chart, shades) = charts.draw(part, &answered.report);
        let before = if part == Part::Trend { charts.before() } else { Vec::new() };
        Section { part, asking, answered, chart, shades, before }
    };
    Board {
        sections: Part::ALL.into_iter().map(section).collect(),
        busiest: charts.busiest(),
        silent: watch.silent.len(),
        watched: watch.watched,
        periods,
        stage,
        sums,
    }
}

#[cfg(test)]
mod tests;
