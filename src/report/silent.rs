//! Placements whose silence is improbable given their own past: a poster that fell, or was pasted over.
//!
//! Visits are taken as Poisson by hour of the week. The rates come from the [`WEEKS`] before the day
//! of a placement's last scan; the chance of no visit since is `exp(-sum of rates)`. Days on which
//! the calendar differs from the week count for nothing, neither there nor here. Hours that are not
//! whole (that of the last scan, the present one) count for nothing either. People come in groups,
//! so real silences are longer than Poisson's: hence the strict [`THRESHOLD`].

mod json;

use super::fold::Map;
use super::{Cell, Report, Value, column};
use crate::diagnostic::Words;
use crate::domain::calendar::Calendar;
use crate::domain::court::CourtId;
use crate::domain::library::Library;
use crate::domain::period::{Day, Moment, Period};
use crate::domain::placement::{Placement, PlacementNumber};
use crate::domain::scan::{Class, DayCount};

/// What people call it.
pub const TITLE: &str = "太安静的点位";

/// How far before the last scan the rates are taken from.
pub const WEEKS: i64 = 8;
/// A silence less probable than this is told.
pub const THRESHOLD: f64 = 0.001;
/// With fewer ordinary days than this in those weeks, nothing is said.
pub const LEAST_DAYS: u32 = 20;
/// With fewer visits than this in those weeks, nothing is said.
pub const LEAST_VISITS: u64 = 20;
/// How far back counts are read.
const LOOK_BACK: i64 = 53 * 7;

/// A day and an hour of it.
pub type Hour = (Day, u8);

/// How long a placement has been silent, against its own past.
#[derive(Debug, Clone, PartialEq)]
pub struct Silence {
    /// The placement.
    pub placement: PlacementNumber,
    /// The hour of its last scan, where there was one within a year.
    pub last: Option<Hour>,
    /// How many ordinary days its rates come from.
    pub days: u32,
    /// How many visits there were on those days.
    pub visits: u64,
    /// How many visits would be usual since the last scan.
    pub expected: f64,
}

impl Silence {
    /// The chance of no visit since the last scan.
    pub fn probability(&self) -> f64 {
        (-self.expected).exp()
    }

    fn is_known(&self) -> bool {
        self.days >= LEAST_DAYS && self.visits >= LEAST_VISITS
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Watch {
    /// The placements that are improbably silent, worst first.
    pub silent: Vec<Silence>,
    /// The placements with too little history, by number.
    pub unknown: Vec<Silence>,
    /// How many placements have history enough.
    pub watched: usize,
    /// The hour of the last scan of any placement that hangs.
    pub last: Option<Hour>,
    /// Whether a silence reaches into a year whose holidays are not announced.
    pub unannounced: bool,
}

/// The days whose counts [`watch`] needs.
pub fn period(now: Moment) -> Period {
    // What a clock gone wrong put into the future is no sign of life.
    Period { from: Some(now.day().plus(-LOOK_BACK)), to: Some(now.day()) }
}

/// The first day with a scan and the last hour with one.
type Seen = (Day, Hour);

/// Looks for silent placements of `courts`, or of all; those that do not hang are left out.
pub fn watch(rows: &[DayCount], library: &Library, courts: &[CourtId], now: Moment) -> Watch {
    Watch::of(&silences(rows, library, now), library, courts, now)
}

/// The silence of each placement that hangs, by number, short or long: what [`Watch::of`] judges.
pub fn silences(rows: &[DayCount], library: &Library, now: Moment) -> Vec<Silence> {
    let mut seen: Map<u32, Seen> = Map::default();
    let today = now.day();
    let people = || rows.iter().filter(|row| row.class == Class::People && row.day <= today);
    for row in people() {
        let has_come = |hour: u8| row.day < today || hour <= now.hour();
        let scanned =
            row.hours.iter().rev().find(|(hour, count)| has_come(*hour) && count.scans() > 0);
        let Some((hour, _)) = scanned else { continue };
        let entry = seen.entry(row.placement).or_insert((row.day, (row.day, *hour)));
        entry.0 = entry.0.min(row.day);
        entry.1 = entry.1.max((row.day, *hour));
    }
    let hangs = |p: &&Placement| {
        p.retired.is_none_or(|day| day > today) && p.since.is_none_or(|day| day <= today)
    };
    let placements: Vec<_> = library.placements.values().filter(hangs).collect();
    let mut histories: Map<u32, History> = Map::default();
    for placement in &placements {
        if let Some((first, last)) = seen.get(&placement.number.get()) {
            let history = History::new(placement, *first, last.0, &library.calendar);
            histories.insert(placement.number.get(), history);
        }
    }
    for row in people() {
        if let Some(history) = histories.get_mut(&row.placement) {
            history.add(row, &library.calendar);
        }
    }
    let silence = |placement: &Placement| {
        let number = placement.number.get();
        match (histories.get(&number), seen.get(&number)) {
            (Some(history), Some((_, last))) => Silence {
                placement: placement.number,
                last: Some(*last),
                days: history.days.iter().sum(),
                visits: history.visits.iter().flatten().sum(),
                expected: history.expected(*last, now, &library.calendar),
            },
            _ => never(placement.number),
        }
    };
    placements.into_iter().map(silence).collect()
}

/// Not scanned within the look-back.
fn never(placement: PlacementNumber) -> Silence {
    Silence { placement, last: None, days: 0, visits: 0, expected: 0.0 }
}

/// The visits of the weeks before a placement's last scan, by hour of the week.
struct History {
    from: Day,
    /// Not included.
    until: Day,
    /// Ordinary days, by weekday.
    days: [u32; 7],
    visits: [[u64; 24]; 7],
}

impl History {
    /// It begins when the placement does: when it was hung up, else with its first scan.
    fn new(placement: &Placement, first: Day, until: Day, calendar: &Calendar) -> Self {
        let from = until.plus(-7 * WEEKS).max(placement.since.unwrap_or(first));
        let mut days = [0; 7];
        for day in (0..7 * WEEKS).map(|ahead| from.plus(ahead)).take_while(|day| *day < until) {
            if is_ordinary(day, calendar) {
                days[weekday(day)] += 1;
            }
        }
        Self { from, until, days, visits: [[0; 24]; 7] }
    }

    fn add(&mut self, row: &DayCount, calendar: &Calendar) {
        if row.day < self.from || row.day >= self.until || !is_ordinary(row.day, calendar) {
            return;
        }
        for (hour, count) in &row.hours {
            if let Some(visits) = self.visits[weekday(row.day)].get_mut(usize::from(*hour)) {
                *visits += count.visits;
            }
        }
    }

    /// The visits that are usual in the whole hours after `last` and before `now`.
    fn expected(&self, last: Hour, now: Moment, calendar: &Calendar) -> f64 {
        let mut expected = 0.0;
        let mut day = last.0;
        while day <= now.day() {
            let from = if day == last.0 { usize::from(last.1) + 1 } else { 0 };
            let until = if day == now.day() { usize::from(now.hour()) } else { 24 };
            let days = self.days[weekday(day)];
            if days > 0 && from < until && is_ordinary(day, calendar) {
                let visits: u64 = self.visits[weekday(day)][from..until].iter().sum();
                let visits = u32::try_from(visits).unwrap_or(u32::MAX);
                expected += f64::from(visits) / f64::from(days);
            }
            day = day.plus(1);
        }
        expected
    }
}

fn weekday(day: Day) -> usize {
    usize::from(day.weekday() - 1)
}

/// Neither a holiday nor worked in exchange for one.
fn is_ordinary(day: Day, calendar: &Calendar) -> bool {
    !calendar.days.contains_key(&day)
}

impl Watch {
    /// What stands out among the silences of the placements of `courts`, or of all.
    pub fn of(silences: &[Silence], library: &Library, courts: &[CourtId], now: Moment) -> Self {
        let asked = |silence: &&Silence| {
            let placement = library.placements.get(&silence.placement);
            courts.is_empty() || placement.is_some_and(|p| courts.contains(&p.court))
        };
        let asked = || silences.iter().filter(asked);
        let mut found =
            Self { last: asked().filter_map(|silence| silence.last).max(), ..Self::default() };
        asked().for_each(|silence| found.put(silence.clone(), now, &library.calendar));
        found.silent.sort_by(|a, b| b.expected.total_cmp(&a.expected));
        found
    }

    fn put(&mut self, silence: Silence, now: Moment, calendar: &Calendar) {
        if !silence.is_known() {
            self.unknown.push(silence);
            return;
        }
        self.watched += 1;
        if silence.probability() < THRESHOLD {
            let from = silence.last.map_or(now.day(), |last| last.0);
            let unknown = |day| !calendar.is_announced(day);
            self.unannounced |= unknown(from) || unknown(now.day());
            self.silent.push(silence);
        }
    }

    /// The silent placements as a table.
    pub fn report(&self, library: &Library) -> Report {
        let row = |silence: &Silence| {
            let placement = library.placements.get(&silence.placement);
            let court = placement.and_then(|p| library.court(&p.court));
            #[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
            let tenths = (silence.expected * 10.0).round() as i32;
            vec![
                Cell::Number(i64::from(silence.placement.get())),
                court.map_or(Cell::Nothing, |c| Cell::Text(Value::court(&c.id, library))),
                placement.map_or(Cell::Nothing, |p| Cell::text(&p.place)),
                silence.last.map_or(Cell::Nothing, |last| Cell::Text(hour_value(last))),
                Cell::Tenths(tenths),
                Cell::text(&chance(silence.probability())),
            ]
        };
        let columns = vec![
            &column::NUMBER,
            &column::COURT,
            &column::PLACE,
            &column::LAST_HOUR,
            &column::EXPECTED,
            &column::CHANCE,
        ];
        let rows = self.silent.iter().map(row).collect();
        Report { columns, rows, total: None, notes: self.notes() }
    }

    /// What a reader has to know: by which rule, of how many, what speaks against it.
    pub fn notes(&self) -> Vec<Words> {
        let (silent, watched) = (self.silent.len(), self.watched);
        let threshold = chance(THRESHOLD);
        let mut notes = vec![Words::new(
            format!(
                "{silent} of {watched} placements silent: no visit since the last scan has a chance \
                 below {threshold},\nby the visits at the same hours of the week in the {WEEKS} weeks \
                 before; holidays count for nothing"
            ),
            format!(
                "{watched} 个点位中有 {silent} 个太安静：按此前 {WEEKS} 周每周同一钟点的人次算，\
                 此后一次也没有人扫的概率低于 {threshold}；\n节假日和调休日不算。"
            ),
        )];
        if !self.unknown.is_empty() {
            let list = numbers(&self.unknown);
            notes.push(Words::new(
                format!(
                    "too little history to tell (below {LEAST_DAYS} ordinary days or {LEAST_VISITS} \
                     visits): {list}"
                ),
                format!("历史太少、没有判断的点位（不足 {LEAST_DAYS} 个平常日或 {LEAST_VISITS} 人次）：{list}"),
            ));
        }
        if let (true, Some(last)) = (silent > 1 && silent == watched, self.last) {
            let hour = hour_value(last);
            notes.push(Words::new(
                format!(
                    "all of them at once, the last scan of any at {}: was the service running?",
                    hour.id
                ),
                format!(
                    "所有点位同时安静，全部点位最近一次扫码在 {}：请先看服务是否在运行。",
                    hour.label
                ),
            ));
        }
        if self.unannounced {
            notes.push(Words::new(
                "holidays of these days are not announced: a holiday may look like silence",
                "这些日子的放假安排还没有公布：放假也会显得安静。",
            ));
        }
        notes
    }
}

fn hour_value((day, hour): Hour) -> Value {
    Value::labelled(&format!("{day} {hour:02}h"), &format!("{day} {hour:02}时"))
}

/// `1, 3-7`
fn numbers(list: &[Silence]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in list.iter().map(|silence| silence.placement.get()) {
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == number => *end = number,
            _ => runs.push((number, number)),
        }
    }
    let run = |(first, last): (u32, u32)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    runs.into_iter().map(run).collect::<Vec<_>>().join(", ")
}

/// A chance in percent, as short as it says something.
fn chance(probability: f64) -> String {
    let percent = probability * 100.0;
    if percent < 0.0001 {
        return "<0.0001%".to_owned();
    }
    let text = format!("{percent:.4}");
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests;
