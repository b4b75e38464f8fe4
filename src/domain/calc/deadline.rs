//! The last day of a statutory period, by 民诉法第85条 with the State Council's holidays.
//!
//! The day from which a period runs is not counted (第2款); where the last day is a rest day, the next
//! workday takes its place (第3款). That weekends and days off by exchange move it is practice, not text:
//! `counted_to` is always given beside `last_day`, and is the safe one. A limit that is counted back
//! has no such rule: it moves to the workday before.

use serde::Serialize;

use super::CalcError;
use crate::domain::calendar::Calendar;
use crate::domain::law::Citation;
use crate::domain::library::Library;
use crate::domain::limit::{DeadlineRule, Length, TimeLimit};
use crate::domain::period::Day;

/// A last day, and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The rule.
    pub rule: DeadlineRule,
    /// The day from which the period runs, itself not counted.
    pub start: Day,
    /// The period as shown: `7日`.
    pub period: String,
    /// Where the period ends by the calendar alone.
    pub counted_to: Day,
    /// The last day; `counted_to` itself where that year's holidays are not announced.
    pub last_day: Day,
    /// Whether a rest day moved it.
    pub moved: bool,
    /// Whether the holidays that decide it are announced.
    pub certain: bool,
    /// A workday on which one is safe whatever practice says, as far as holidays are known;
    /// `counted_to` itself where no workday lies between `start` and it.
    pub safe_day: Day,
    /// Why `counted_to` is no workday, where it is none: `周六`, `国庆节`.
    pub rest: Option<String>,
    /// The articles behind it.
    pub citations: Vec<Citation>,
}

/// The limits whose last day can be asked for, in the order of `limits.toml`.
pub fn rules(library: &Library) -> impl Iterator<Item = (&TimeLimit, &DeadlineRule)> {
    library.limits.iter().filter_map(|limit| limit.rule.as_ref().map(|rule| (limit, rule)))
}

/// The last day of `rule` for a period that runs from `start`.
pub fn reckon(rule: &str, start: Day, library: &Library) -> Result<Deadline, CalcError> {
    let (limit, rule) = rules(library)
        .find(|(_, known)| known.name == rule)
        .ok_or_else(|| CalcError::NoRule { rule: rule.to_owned() })?;
    let counted_to = counted_to(limit.length, rule.back, start)
        .ok_or_else(|| CalcError::Date { input: "start".to_owned(), text: start.to_string() })?;
    let calendar = &library.calendar;
    let moved_to = step_to_workday(calendar, counted_to, if rule.back { -1 } else { 1 });
    let certain = moved_to.is_some();
    let last_day = moved_to.unwrap_or(counted_to);
    let mut citations = vec![limit.source.clone()];
    citations.extend(rule.with.iter().cloned());
    if !rule.back {
        citations.extend(library.counting.forwards.iter().cloned());
    }
    if matches!(limit.length, Length::Months(_) | Length::Years(_)) {
        citations.extend(library.counting.by_calendar.iter().cloned());
    }
    Ok(Deadline {
        rule: rule.clone(),
        start,
        period: limit.text.clone(),
        counted_to,
        last_day,
        moved: last_day != counted_to,
        certain,
        safe_day: back_to_workday(calendar, counted_to)
            .filter(|day| rule.back || *day > start)
            .unwrap_or(counted_to),
        rest: calendar.rest(counted_to),
        citations,
    })
}

/// `None` where that is beyond the days that there are.
fn counted_to(length: Length, back: bool, start: Day) -> Option<Day> {
    let sign = if back { -1 } else { 1 };
    let end = match length {
        Length::Days(days) => {
            let days = i64::from(days) * sign;
            let end = start.plus(days);
            return (end.number() == start.number() + days).then_some(end);
        }
        Length::Months(months) => i64::from(months) * sign,
        Length::Years(years) => i64::from(years) * 12 * sign,
        // No rule has these: the facts are checked when they are read.
        Length::Hours(_) | Length::Percent(_) => return None,
    };
    let there = start.plus_months(i32::try_from(end).ok()?);
    ((there < start) == (end < 0) && (end == 0 || there != start)).then_some(there)
}

/// The first workday at or after `day` (before it, where `step` is -1); `None` where the way there leads
/// through a year whose holidays are not announced.
fn step_to_workday(calendar: &Calendar, day: Day, step: i64) -> Option<Day> {
    // No holiday lasts a month; beyond the last day that a date can have there is no next one.
    let mut days = (0..31).map(|steps| day.plus(steps * step));
    days.by_ref()
        .take_while(|day| calendar.is_announced(*day))
        .find(|day| calendar.is_workday(*day))
}

/// The last workday at or before `day`, as far as holidays are known.
fn back_to_workday(calendar: &Calendar, day: Day) -> Option<Day> {
    (0..31).map(|back| day.plus(-back)).find(|day| calendar.is_workday(*day))
}

impl Deadline {
    /// The day that people are told. Where a limit is counted back into a year that is not announced,
    /// `counted_to` may be a rest day, and then the true last day lies before it: the workday before
    /// is told instead.
    pub fn day_to_tell(&self) -> Day {
        if self.rule.back && !self.certain { self.safe_day } else { self.last_day }
    }
}

/// A last day as JSON gives it: the form is a contract; `safe_day` is an addition.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    rule: String,
    start: Day,
    period: String,
    counted_to: Day,
    last_day: Day,
    moved: bool,
    certain: bool,
    articles: Vec<String>,
    safe_day: Day,
}

impl Deadline {
    /// The last day as JSON gives it.
    pub fn answer(&self, library: &Library) -> Answer {
        Answer {
            rule: self.rule.name.clone(),
            start: self.start,
            period: self.period.clone(),
            counted_to: self.counted_to,
            last_day: self.last_day,
            moved: self.moved,
            certain: self.certain,
            articles: self.citations.iter().map(|c| library.cited(c)).collect(),
            safe_day: self.safe_day,
        }
    }
}
