//! What a month came to, as the one JSON value that the design reads. Numbers and names only.
//!
//! What the reports of [`super::super::REPORTS`] already answer is taken from them, so that paper and
//! screen say the same. Percentages are texts, rounded once, here.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::super::scans::people;
use super::super::{Asked, Cell, Dimension, Question, ReportKind, Value, decimal, dimension};
use super::super::{compare, courts, hours, is_known, machines, topics, useful};
use super::{Monthly, events, places};
use crate::domain::court::CourtId;
use crate::domain::feedback::Answer;
use crate::domain::period::{Day, Month};
use crate::domain::scan::Count;

/// What a period came to, by one dimension or by none.
type Counts = BTreeMap<Vec<Value>, Count>;

pub(super) fn of(monthly: &Monthly) -> Json {
    json!({
        "month": month(monthly),
        "about": about(monthly),
        "headline": headline(monthly),
        "days": days(monthly),
        "months": months(monthly),
        "hours": week(monthly),
        "courts": table(&courts::Courts, Dimension::Court, monthly),
        "topics": table(&topics::Topics, Dimension::Topic, monthly),
        "channels": broken_down(Dimension::Channel, monthly),
        "clients": broken_down(Dimension::Client, monthly),
        "apart": apart(monthly),
        "placements": places::lives(monthly),
        "quiet": places::silences(monthly),
        "useful": opinions(monthly),
        "alarms": events::alarms(monthly),
        "strikes": events::strikes(monthly),
    })
}

impl Monthly<'_> {
    pub(super) fn question(&self, by: &[Dimension]) -> Question {
        Question { by: by.to_vec(), ..self.question.clone() }
    }

    /// What period `index` came to, by `by`; `None` where that was not counted, or in part only.
    fn counts(&self, index: usize, by: &[Dimension]) -> Option<Counts> {
        let question = self.question(by);
        let asked = Asked {
            question: &question,
            library: self.library,
            periods: &self.needs.periods,
            counts: &self.counts,
        };
        self.knows(index).then(|| people(&asked, index))
    }

    /// Whether period `index` was counted from its beginning: against a part of a month each number
    /// would seem to have grown.
    fn knows(&self, index: usize) -> bool {
        let Some(period) = self.needs.periods.get(index).filter(|_| index > 0) else { return true };
        let rows = self.counts.get(index).map(Vec::as_slice).unwrap_or_default();
        is_known(*period, rows.iter().map(|row| row.day).min())
    }

    /// The rows of a report, without its columns.
    pub(super) fn rows(&self, kind: &dyn ReportKind, by: &[Dimension]) -> Vec<Vec<Cell>> {
        let question = self.question(by);
        kind.answer(&Asked {
            question: &question,
            library: self.library,
            periods: &self.needs.periods,
            counts: &self.counts,
        })
        .rows
    }
}

fn month(monthly: &Monthly) -> Json {
    let (needs, calendar) = (&monthly.needs, &monthly.library.calendar);
    let last = needs.last();
    json!({
        "name": needs.month.to_string(),
        "year": needs.month.year(),
        "number": needs.month.number(),
        "from": needs.month.first(),
        "to": last,
        "over": needs.is_over(),
        "days": last.number() - needs.month.first().number() + 1,
        "before": needs.periods[1],
        "recorded": monthly.counts.iter().any(|rows| !rows.is_empty()),
        "announced": calendar.is_announced(last),
    })
}

/// Whose scans, on what.
fn about(monthly: &Monthly) -> Json {
    let (library, question) = (monthly.library, &monthly.question);
    let asked = |id: &_| question.courts.is_empty() || question.courts.contains(id);
    let courts = library.courts.iter().filter(|court| asked(&court.id));
    let named = courts.map(|court| court.name.as_str());
    // A court that is no longer in the table still has its id.
    let gone = question.courts.iter().filter(|id| library.court(id).is_none());
    let courts: Vec<&str> = named.chain(gone.map(CourtId::as_str)).collect();
    let topics = question.topics.iter().filter_map(|id| library.topic(id));
    let topics = topics.map(|topic| dimension::topic_value(topic.number.get(), library).label);
    json!({
        "courts": courts,
        "all": question.courts.is_empty(),
        "topics": topics.collect::<Vec<_>>(),
    })
}

/// A number against those of the periods before.
fn against(now: u64, others: [Option<u64>; 2]) -> Json {
    let [before, year] =
        others.map(|other| json!({ "scans": other, "change": change(now, other) }));
    json!({ "now": now, "before": before, "year": year })
}

/// `+8.3`, `-0.5`, `0.0`; nothing where there is nothing to compare with.
fn change(now: u64, before: Option<u64>) -> Option<String> {
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    match Cell::percent(whole(now) - whole(before?), before?) {
        Cell::Tenths(tenths) if tenths > 0 => Some(format!("+{}", decimal(tenths))),
        Cell::Tenths(tenths) => Some(decimal(tenths)),
        Cell::Text(_) | Cell::Day(_) | Cell::Number(_) | Cell::Nothing => None,
    }
}

fn share(part: u64, whole: u64) -> Option<String> {
    match Cell::percent(i64::try_from(part).unwrap_or(i64::MAX), whole) {
        Cell::Tenths(tenths) => Some(decimal(tenths)),
        Cell::Text(_) | Cell::Day(_) | Cell::Number(_) | Cell::Nothing => None,
    }
}

fn headline(monthly: &Monthly) -> Json {
    let all = [0, 1, 2].map(|index| {
        monthly.counts(index, &[]).map(|counts| counts.into_values().next().unwrap_or_default())
    });
    let number =
        |of: fn(Count) -> u64| against(all[0].map_or(0, of), [all[1].map(of), all[2].map(of)]);
    json!({
        "scans": number(Count::scans),
        "visits": number(|count| count.visits),
        "repeats": number(|count| count.repeats),
    })
}

/// One entry a day of the month, with the same day of the month before.
fn days(monthly: &Monthly) -> Vec<Json> {
    let by_day = |index| {
        let counts = monthly.counts(index, &[Dimension::Day])?;
        let scans =
            |(key, count): (Vec<Value>, Count)| Some((key.first()?.id.clone(), count.scans()));
        Some(counts.into_iter().filter_map(scans).collect::<BTreeMap<String, u64>>())
    };
    let (now, before) = (by_day(0).unwrap_or_default(), by_day(1));
    let (first, month_before) = (monthly.needs.month.first(), monthly.needs.month.plus(-1));
    let of = |days: &BTreeMap<String, u64>, day: Day| days.get(&day.to_string()).copied();
    let entry = |ahead: i64| {
        let (day, other) = (first.plus(ahead), month_before.first().plus(ahead));
        let before = before.as_ref().filter(|_| other <= month_before.last());
        json!({
            "day": ahead + 1,
            "scans": of(&now, day).unwrap_or(0),
            "before": before.map(|before| of(before, other).unwrap_or(0)),
            "rest": monthly.library.calendar.rest(day),
        })
    };
    (0..=monthly.needs.last().number() - first.number()).map(entry).collect()
}

/// The scans of the twelve months up to this one, from the first in which something was counted; and
/// of the same month a year before.
fn months(monthly: &Monthly) -> Vec<Json> {
    let past = monthly.counts(3, &[Dimension::Month]).unwrap_or_default();
    let month = monthly.needs.month;
    let of = |month: Month| {
        let name = month.to_string();
        past.iter().find(|(key, _)| key.first().is_some_and(|value| value.id == name))
    };
    let year = monthly.counts(2, &[]).map(|counts| counts.into_values().map(Count::scans).sum());
    let before = (-11..=0).map(|ahead| month.plus(ahead));
    let before = before.map(|month| (month, of(month).map_or(0, |(_, count)| count.scans())));
    let all = year.map(|scans: u64| (month.plus(-12), scans)).into_iter().chain(before);
    all.skip_while(|(_, scans)| *scans == 0)
        .map(|(month, scans)| {
            json!({ "year": month.year(), "month": month.number(), "scans": scans })
        })
        .collect()
}

/// Scans by weekday and hour, and how many of each weekday there were.
fn week(monthly: &Monthly) -> Json {
    let (mut scans, mut days) = ([[0_i64; 24]; 7], [0_u32; 7]);
    for (hour, row) in monthly.rows(&hours::Hours, &[]).iter().enumerate() {
        for (day, cell) in row.iter().skip(1).take(7).enumerate() {
            if let (Cell::Number(number), true) = (cell, hour < 24) {
                scans[day][hour] = *number;
            }
        }
    }
    let (first, last) = (monthly.needs.month.first(), monthly.needs.last());
    for day in (first.number()..=last.number()).map(Day::from_number) {
        days[usize::from(day.weekday() - 1)] += 1;
    }
    json!({ "scans": scans, "days": days })
}

/// The rows of a report whose first column is a dimension, each with the changes of its scans.
fn table(kind: &dyn ReportKind, by: Dimension, monthly: &Monthly) -> Vec<Json> {
    let compared = monthly.rows(&compare::Compare, &[by]);
    let changes: BTreeMap<&str, Vec<Json>> = compared
        .iter()
        .filter_map(|row| {
            let Some(Cell::Text(key)) = row.first() else { return None };
            Some((key.id.as_str(), row.iter().skip(1).map(cell).collect()))
        })
        .collect();
    let row = |cells: &Vec<Cell>| {
        let key = match cells.first() {
            Some(Cell::Text(value)) => value.id.as_str(),
            Some(Cell::Day(_) | Cell::Number(_) | Cell::Tenths(_) | Cell::Nothing) | None => "",
        };
        let numbers: Vec<Json> = cells.iter().map(cell).collect();
        let compared = changes.get(key).filter(|_| monthly.knows(1));
        json!({ "row": numbers, "compared": compared })
    };
    monthly.rows(kind, &[]).iter().map(row).collect()
}

/// Scans by a dimension, the most first.
fn broken_down(by: Dimension, monthly: &Monthly) -> Vec<Json> {
    let counts = monthly.counts(0, &[by]).unwrap_or_default();
    let before = monthly.counts(1, &[by]);
    let all: u64 = counts.values().map(|count| count.scans()).sum();
    let mut rows: Vec<_> = counts.into_iter().filter(|(_, count)| count.scans() > 0).collect();
    rows.sort_by(|(a, x), (b, y)| y.scans().cmp(&x.scans()).then_with(|| a.cmp(b)));
    let row = |(key, count): (Vec<Value>, Count)| {
        let then = before.as_ref().map(|before| before.get(&key).map_or(0, |c| c.scans()));
        json!({
            "id": key.first().map(|value| &value.id),
            "name": key.first().map(|value| &value.label),
            "scans": count.scans(),
            "share": share(count.scans(), all),
            "change": change(count.scans(), then),
        })
    };
    rows.into_iter().map(row).collect()
}

/// Machines, orphans, retired codes, each with its share of all openings.
fn apart(monthly: &Monthly) -> Json {
    let row = monthly.rows(&machines::Machines, &[]).into_iter().next().unwrap_or_default();
    let at = |place: usize| row.get(place).map(cell);
    json!({
        "machines": { "scans": at(1), "share": at(4) },
        "orphans": { "scans": at(2), "share": at(5) },
        "retired": { "scans": at(3), "share": at(6) },
    })
}

/// What visitors said of the pages: by topic's name, and in all, each as [`Answer::ALL`] has it.
fn opinions(monthly: &Monthly) -> Json {
    let question = monthly.question(&[Dimension::Topic]);
    let report = useful::answer(&monthly.answers, &question, monthly.library);
    let number = |cell: &Cell| match cell {
        Cell::Number(number) => u64::try_from(*number).unwrap_or(0),
        Cell::Text(_) | Cell::Day(_) | Cell::Tenths(_) | Cell::Nothing => 0,
    };
    let mut total = [0_u64; Answer::ALL.len()];
    let mut topics = Map::new();
    for row in &report.rows {
        let (Some(topic), Some(numbers)) = (row.first(), row.get(1..)) else { continue };
        let numbers: Vec<u64> = numbers.iter().map(number).collect();
        total.iter_mut().zip(&numbers).for_each(|(sum, number)| *sum += number);
        topics.insert(cell(topic).as_str().unwrap_or_default().to_owned(), json!(numbers));
    }
    json!({ "topics": topics, "total": total, "share": share(total[0], total.iter().sum()) })
}

/// A cell as the design reads it: names as people read them.
pub(super) fn cell(cell: &Cell) -> Json {
    match cell {
        Cell::Text(value) => json!(value.label),
        Cell::Day(day) => json!(day),
        Cell::Number(number) => json!(number),
        Cell::Tenths(tenths) => json!(decimal(*tenths)),
        Cell::Nothing => Json::Null,
    }
}
