//! Which days a period is compared with, and whether a percentage may be told: one rule for the
//! command line, the files, the dashboard and the monthly report.
//!
//! Calendar months are compared with as many months before. Of a month that is still under way, the
//! same days of the others are taken. Any other days are compared with as many days just before.

use super::is_known;
use crate::diagnostic::Words;
use crate::domain::period::{Day, Period};

/// How far a period has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It has ended.
    Over,
    /// Its last month is under way: it is compared with the same days of others.
    Month,
    /// A day that is under way: it is not measured by whole ones.
    Day,
    /// Other days that are not over: they are compared with whole periods.
    UnderWay,
    /// It lies ahead: there is nothing to compare.
    Unbegun,
}

/// What may be told of a period against an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// The difference, also in percent.
    Whole,
    /// What was counted, and no percentage: the days cannot be compared.
    Part,
    /// Nothing: there is nothing to compare with.
    Nothing,
}

/// The days that are asked for, those before, and those a year before, as of `today`.
pub(super) fn periods(from: Day, to: Day, today: Day) -> [Period; 3] {
    let days = |from: Day, to: Day| Period { from: Some(from), to: Some(to) };
    let end = begun(from, to, today);
    let [before, year] = if are_months(from, to, today) {
        let back = |months: i32| days(from.plus_months(-months), month_end(end, months));
        [back(months(from, end)), back(12)]
    } else {
        let length = to.number() - from.number() + 1;
        let year = days(from.plus_months(-12), to.plus_months(-12));
        [days(from.plus(-length), from.plus(-1)), year]
    };
    [days(from, to), since_year_one(before), since_year_one(year)]
}

/// How far `period` has come, as of `today`.
pub(super) fn stage(period: Period, today: Day) -> Stage {
    let Some((from, to)) = period.from.zip(period.to) else { return Stage::UnderWay };
    let end = begun(from, to, today);
    if from > today {
        Stage::Unbegun
    } else if to < today {
        Stage::Over
    } else if from == end {
        Stage::Day
    } else if are_months(from, to, today) && !is_last(end) {
        Stage::Month
    } else {
        Stage::UnderWay
    }
}

/// What may be told of `period` against `other`, of which the first counts are of `first`.
pub(super) fn basis(period: Period, other: Period, first: Option<Day>, today: Day) -> Basis {
    if first.is_none() {
        return Basis::Nothing;
    }
    match stage(period, today) {
        Stage::Unbegun => Basis::Nothing,
        Stage::Over | Stage::Month | Stage::UnderWay if is_known(other, first) => Basis::Whole,
        Stage::Over | Stage::Month | Stage::UnderWay | Stage::Day => Basis::Part,
    }
}

impl Stage {
    /// What a reader of a comparison has to know of it.
    pub(super) fn note(self) -> Option<Words> {
        let (english, chinese) = match self {
            Self::Over => return None,
            Self::Month => (
                "the month is not over yet: it stands against the same days of the others",
                "这个月还没有过完，对比的是别的月份的同样几天。",
            ),
            Self::Day => (
                "the day is not over yet: it has no percentage against a whole one",
                "这一天还没有过完，不和整天算百分比。",
            ),
            Self::UnderWay => (
                "the period is not over yet: it stands against whole ones",
                "本期还没有结束，对比的是完整的时段。",
            ),
            Self::Unbegun => (
                "the period has not begun: there is nothing to compare",
                "本期还没有开始，没有可比的。",
            ),
        };
        Some(Words::new(english, chinese))
    }
}

/// The last day of a period that is over or under way; of one that lies ahead, its own last day.
fn begun(from: Day, to: Day, today: Day) -> Day {
    if from > today { to } else { to.min(today) }
}

/// Whether the days are whole months, the last of which may be under way, or what has passed of the
/// present month, with today. One day is a day.
fn are_months(from: Day, to: Day, today: Day) -> bool {
    let present = from == today.first_of_month() && to == today && from < to;
    from == from.first_of_month() && (is_last(to) || present)
}

fn is_last(day: Day) -> bool {
    day.month() != day.plus(1).month()
}

/// Months from the first of one to a day in another, both counted.
fn months(from: Day, end: Day) -> i32 {
    // Longer than any two dates are apart.
    (1..=240_000).find(|months| from.plus_months(*months) > end).unwrap_or(1)
}

/// The day of `end`, `months` before; a month's last day stands for any other month's last day.
fn month_end(end: Day, months: i32) -> Day {
    if is_last(end) { end.plus(1).plus_months(-months).plus(-1) } else { end.plus_months(-months) }
}

/// No day is before the year 1, in which dates as people write them begin.
fn since_year_one(period: Period) -> Period {
    let first = Day::new(1, 1, 1);
    let held = |day: Option<Day>| day.max(first);
    Period { from: held(period.from), to: held(period.to) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(from: &str, to: &str, today: &str) -> ([String; 2], Stage) {
        let day = |text: &str| Day::parse(text).unwrap();
        let found = periods(day(from), day(to), day(today));
        let [_, before, year] = found.map(|period| super::super::span(period).0);
        ([before, year], stage(found[0], day(today)))
    }

    #[test]
    fn a_month_under_way_stands_against_the_same_days_however_it_is_asked_for() {
        let october = ["2026-10-01 to 2026-10-29", "2025-11-01 to 2025-11-29"].map(str::to_owned);
        for to in ["2026-11-29", "2026-11-30"] {
            assert_eq!(told("2026-11-01", to, "2026-11-29"), (october.clone(), Stage::Month));
        }
        // Days that end before today are days, also where they begin with the month; and so is today.
        let (days, stage) = told("2026-11-01", "2026-11-28", "2026-11-29");
        assert_eq!((days[0].as_str(), stage), ("2026-10-04 to 2026-10-31", Stage::Over));
        let (days, stage) = told("2026-12-01", "2026-12-01", "2026-12-01");
        assert_eq!((days[0].as_str(), stage), ("2026-11-30 to 2026-11-30", Stage::Day));
        // A week at its beginning is a week.
        assert_eq!(told("2026-11-01", "2026-11-07", "2026-11-29").0[0], "2026-10-25 to 2026-10-31");
        assert_eq!(told("2026-03-01", "2026-03-30", "2026-03-30").0[0], "2026-02-01 to 2026-02-28");
        // Its last day makes it whole.
        let (days, stage) = told("2026-11-01", "2026-11-30", "2026-11-30");
        assert_eq!((days[0].as_str(), stage), ("2026-10-01 to 2026-10-31", Stage::UnderWay));
        let (days, _) = told("2026-10-01", "2026-11-30", "2026-11-29");
        assert_eq!(days[0], "2026-08-01 to 2026-09-29");
    }

    #[test]
    fn no_percentage_is_told_of_what_has_not_begun_or_of_a_day_under_way() {
        let day = |text: &str| Day::parse(text).unwrap();
        let basis = |from: &str, to: &str, first: &str| {
            let today = day("2026-11-29");
            let [now, before, _] = periods(day(from), day(to), today);
            basis(now, before, Some(day(first)), today)
        };
        assert_eq!(basis("2026-12-01", "2026-12-31", "2026-11-01"), Basis::Nothing);
        assert_eq!(basis("2026-11-29", "2026-11-29", "2026-11-28"), Basis::Part);
        assert_eq!(basis("2026-11-28", "2026-11-28", "2026-11-27"), Basis::Whole);
        assert_eq!(basis("2026-11-01", "2026-11-30", "2026-10-03"), Basis::Whole);
        assert_eq!(basis("2026-11-01", "2026-11-30", "2026-10-12"), Basis::Part);
    }

    #[test]
    fn no_day_before_the_year_one_is_named() {
        let (days, _) = told("0001-01-01", "9999-12-31", "2026-11-29");
        assert!(days.iter().all(|days| days.starts_with("0001-01-01 to ")), "{days:?}");
    }
}
