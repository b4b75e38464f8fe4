//! Moments, days and spans of days. Days are days of Asia/Shanghai, both ends included.
//!
//! The clock itself is `cli`'s: whoever needs to know the time is handed a [`Clock`].

use std::fmt;

use serde::{Deserialize, Serialize};
use time::{Date, Duration, UtcOffset};

/// Asia/Shanghai has been UTC+8 without summer time since 1991-09-15.
const SHANGHAI_SECONDS: i64 = 8 * 3600;

/// A moment to the second: seconds since 1970-01-01 00:00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment(pub i64);

impl Moment {
    /// The day it falls on in Shanghai.
    pub fn day(self) -> Day {
        Day::from_number((self.0 + SHANGHAI_SECONDS).div_euclid(86_400))
    }

    /// A moment of Shanghai as people type it: a day, then `T` or a space, then `14:30` or `14:30:05`;
    /// else `None`.
    pub fn typed(text: &str) -> Option<Self> {
        let (day, time) = text.trim().split_once(['T', ' '])?;
        let parts: Vec<&str> = time.trim().split(':').collect();
        let number = |text: &str, most: i64| {
            let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            text.parse::<i64>().ok().filter(|number| digits && *number < most)
        };
        let (hour, minute, second) = match parts.as_slice() {
            [hour, minute] => (hour, minute, &"0"),
            [hour, minute, second] => (hour, minute, second),
            _ => return None,
        };
        let seconds = number(hour, 24)? * 3600 + number(minute, 60)? * 60 + number(second, 60)?;
        Some(Self(Day::typed(day)?.start().0 + seconds))
    }

    /// The hour of that day, 0 to 23.
    pub fn hour(self) -> u8 {
        let seconds = (self.0 + SHANGHAI_SECONDS).rem_euclid(86_400);
        u8::try_from(seconds / 3600).expect("a day has 24 hours")
    }
}

impl fmt::Display for Moment {
    /// `2026-11-24T08:30:00+08:00`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = (self.0 + SHANGHAI_SECONDS).rem_euclid(86_400);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}+08:00", self.day())
    }
}

/// Tells the time. Handed out by `cli`, so that everything else can be tested at any moment.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;
}

/// A day of Asia/Shanghai.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// Reads `2026-11-24`; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let format = time::macros::format_description!("[year]-[month]-[day]");
        Date::parse(text, format).ok().map(Self)
    }

    /// The year, month and day; `None` where there is no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        Date::from_calendar_date(year, time::Month::try_from(month).ok()?, day).ok().map(Self)
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> i64 {
        i64::from(self.0.to_julian_day()) - 2_440_588
    }

    /// The day of a [`Day::number`], held within the years that a date can have.
    pub fn from_number(number: i64) -> Self {
        let julian = number.saturating_add(2_440_588);
        let julian = julian
            .clamp(i64::from(Date::MIN.to_julian_day()), i64::from(Date::MAX.to_julian_day()));
        let julian = i32::try_from(julian).expect("clamped to the range of a date");
        Self(Date::from_julian_day(julian).expect("clamped to the range of a date"))
    }

    /// The day `days` later (earlier where negative).
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(Duration::days(days)))
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The corresponding day `months` later; the month's last day where there is none
    /// (民法典第202条). The same day where that would be beyond the days that there are.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let month = self.0.year() * 12 + i32::from(u8::from(self.0.month())) - 1 + months;
        let (year, month) = (month.div_euclid(12), month.rem_euclid(12));
        let month = u8::try_from(month + 1).unwrap_or(1);
        let mut days = (0..4).filter_map(|less| self.0.day().checked_sub(less));
        let there = days.find_map(|day| Self::new(year, month, day));
        there.unwrap_or(self)
    }

    /// A day as people type it: `2026-11-24`, `2026/11/4`, `20261124`, `2026年11月4日`; else `None`.
    pub fn typed(text: &str) -> Option<Self> {
        let text: String =
            text.chars().filter(|c| !c.is_whitespace()).map(super::money::half_width).collect();
        let text = text.strip_suffix(['日', '号']).unwrap_or(&text);
        let parts: Vec<&str> = match text.len() {
            8 if text.is_ascii() && text.bytes().all(|b| b.is_ascii_digit()) => {
                vec![&text[..4], &text[4..6], &text[6..]]
            }
            _ => text.split(['-', '/', '.', '年', '月']).collect(),
        };
        let [year, month, day] = parts.as_slice() else { return None };
        let digits = |t: &str, most| t.bytes().all(|b| b.is_ascii_digit()) && t.len() <= most;
        if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
            return None;
        }
        Self::new(year.parse().ok().filter(|y| *y >= 1)?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The first day of its month.
    #[must_use]
    pub fn first_of_month(self) -> Self {
        Self(self.0.replace_day(1).expect("each month has a first day"))
    }

    /// Its first moment.
    pub fn start(self) -> Moment {
        let offset = UtcOffset::from_whole_seconds(28_800).expect("eight hours is an offset");
        Moment(self.0.midnight().assume_offset(offset).unix_timestamp())
    }

    /// `2026-11`
    pub fn month(self) -> String {
        format!("{:04}-{:02}", self.0.year(), u8::from(self.0.month()))
    }

    /// The ISO 8601 week: `2026-W48`.
    pub fn week(self) -> String {
        let (year, week, _) = self.0.to_iso_week_date();
        format!("{year:04}-W{week:02}")
    }

    /// 1 for Monday to 7 for Sunday.
    pub fn weekday(self) -> u8 {
        self.0.weekday().number_from_monday()
    }
}

impl fmt::Display for Day {
    /// `2026-11-24`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.month(), self.0.day())
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a date like 2026-11-24"))
    }
}

/// A span of days, both ends included; either end may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub to: Option<Day>,
}

impl Period {
    /// Whether `day` lies in it.
    pub fn contains(self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// A calendar month of Asia/Shanghai.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(Day);

impl Month {
    /// The month that `day` lies in.
    pub fn of(day: Day) -> Self {
        Self(day.first_of_month())
    }

    /// Reads `2026-10`; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Day::parse(&format!("{text}-01")).map(Self)
    }

    /// The month `months` later (earlier where negative).
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(self.0.plus_months(months))
    }

    /// Its first day.
    pub fn first(self) -> Day {
        self.0
    }

    /// Its last day.
    pub fn last(self) -> Day {
        self.0.plus_months(1).plus(-1)
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// 1 to 12.
    pub fn number(self) -> u8 {
        u8::from(self.0.0.month())
    }
}

impl fmt::Display for Month {
    /// `2026-10`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_and_has_its_own_length() {
        let month = |text| Month::parse(text).unwrap();
        assert_eq!(month("2024-02").last(), Day::parse("2024-02-29").unwrap());
        assert_eq!(Month::of(Day::parse("2026-12-31").unwrap()).plus(1).to_string(), "2027-01");
        assert_eq!(
            (month("2026-01").plus(-1).number(), month("2026-01").plus(-12).year()),
            (12, 2025)
        );
        for text in ["", "2026", "2026-13", "2026-1", "2026-10-01", "10-2026"] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_of_shanghai_begins_at_sixteen_hundred_utc() {
        let midnight = Day::parse("2026-11-24").unwrap().start();
        assert_eq!(midnight, Moment(1_795_449_600));
        assert_eq!(midnight.day().to_string(), "2026-11-24");
        assert_eq!(Moment(midnight.0 - 1).day().to_string(), "2026-11-23");
        assert_eq!((midnight.hour(), Moment(midnight.0 - 1).hour()), (0, 23));
        assert_eq!(midnight.to_string(), "2026-11-24T00:00:00+08:00");
    }

    #[test]
    fn weeks_and_months_are_named_by_iso_8601() {
        let day = Day::parse("2027-01-01").unwrap();
        assert_eq!(
            (day.week().as_str(), day.month().as_str(), day.weekday()),
            ("2026-W53", "2027-01", 5)
        );
    }

    #[test]
    fn days_are_read_as_people_type_them() {
        for text in
            ["2026-11-04", "2026-11-4", "2026/11/4", "20261104", "2026年11月4日", "2026.11.4"]
        {
            assert_eq!(Day::typed(text).unwrap().to_string(), "2026-11-04", "{text}");
        }
        for text in [
            "",
            "2026-13-01",
            "2026-02-29",
            "26-11-4",
            "2026-11",
            "11月4日",
            "2026-11-4-1",
            "+202-11-4",
            "2026-+1-4",
        ] {
            assert_eq!(Day::typed(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_begins_with_its_first_day() {
        for (day, first) in [("2026-11-24", "2026-11-01"), ("2024-02-29", "2024-02-01")] {
            assert_eq!(Day::parse(day).unwrap().first_of_month().to_string(), first);
        }
    }

    #[test]
    fn moments_are_read_as_people_type_them() {
        let midnight = Day::parse("2026-11-24").unwrap().start().0;
        for (text, seconds) in [
            ("2026-11-24T14:30", 52_200),
            ("2026-11-24 14:30:05", 52_205),
            ("2026年11月24日 8:00", 28_800),
            ("2026-11-24T00:00", 0),
        ] {
            assert_eq!(Moment::typed(text), Some(Moment(midnight + seconds)), "{text}");
        }
        for text in ["2026-11-24", "2026-11-24T24:00", "2026-11-24T1", "2026-11-24T1:60", "14:30"] {
            assert_eq!(Moment::typed(text), None, "{text}");
        }
    }

    #[test]
    fn months_later_is_the_corresponding_day_or_the_last_of_its_month() {
        let later = |day: &str, months| Day::parse(day).unwrap().plus_months(months).to_string();
        assert_eq!(later("2023-05-20", 24), "2025-05-20");
        assert_eq!(later("2024-02-29", 12), "2025-02-28");
        assert_eq!(later("2025-08-31", 6), "2026-02-28");
        assert_eq!(later("2025-12-31", 1), "2026-01-31");
        // Beyond the last day that a date can have there is no later one.
        assert_eq!(later("9999-01-01", 24), "9999-01-01");
    }

    #[test]
    fn days_survive_their_number() {
        let day = Day::parse("2024-02-29").unwrap();
        assert_eq!(Day::from_number(day.number()), day);
        assert_eq!(Day::parse("2025-02-29"), None);
        assert_eq!(Day::from_number(i64::MAX).plus(1), Day::from_number(i64::MAX));
    }
}
