//! Public holidays and make-up workdays, as the State Council announces them year by year.

use std::collections::BTreeMap;

use super::period::Day;

/// What the notice says of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// A day off.
    Off,
    /// A weekend day that is worked in exchange (调休).
    Work,
}

/// The days that differ from their week, by year of notice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// What is said of each day, with the holiday's name.
    pub days: BTreeMap<Day, (DayKind, String)>,
}

impl Calendar {
    /// Whether the holidays of `day`'s year are announced.
    pub fn is_announced(&self, day: Day) -> bool {
        let year = day.year();
        let (first, last) = (Day::new(year, 1, 1), Day::new(year, 12, 31));
        first.zip(last).is_some_and(|(first, last)| self.days.range(first..=last).next().is_some())
    }

    /// The last day of the last year that is announced.
    pub fn end(&self) -> Option<Day> {
        let (last, _) = self.days.last_key_value()?;
        Day::new(last.year(), 12, 31)
    }

    /// Whether people work on `day`: as announced, else Monday to Friday.
    pub fn is_workday(&self, day: Day) -> bool {
        match self.days.get(&day) {
            Some((DayKind::Off, _)) => false,
            Some((DayKind::Work, _)) => true,
            None => day.weekday() <= 5,
        }
    }

    /// Why nobody works on `day`: the holiday's name, or `周六`, `周日`; `None` on a workday.
    pub fn rest(&self, day: Day) -> Option<String> {
        match self.days.get(&day) {
            Some((DayKind::Off, name)) => Some(name.clone()),
            Some((DayKind::Work, _)) => None,
            None => match day.weekday() {
                6 => Some("周六".to_owned()),
                7 => Some("周日".to_owned()),
                _ => None,
            },
        }
    }
}
