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

    /// Whether people work on `day`: as announced, else Monday to Friday but for the holidays whose
    /// dates are fixed. Of a year that is not announced more cannot be said.
    pub fn is_workday(&self, day: Day) -> bool {
        match self.days.get(&day) {
            Some((DayKind::Off, _)) => false,
            Some((DayKind::Work, _)) => true,
            None => day.weekday() <= 5 && fixed_holiday(day).is_none(),
        }
    }

    /// Why nobody works on `day`: the holiday's name, or `周六`, `周日`; `None` on a workday.
    pub fn rest(&self, day: Day) -> Option<String> {
        match self.days.get(&day) {
            Some((DayKind::Off, name)) => Some(name.clone()),
            Some((DayKind::Work, _)) => None,
            None => match (fixed_holiday(day), day.weekday()) {
                (Some(name), _) => Some(name.to_owned()),
                (None, 6) => Some("周六".to_owned()),
                (None, 7) => Some("周日".to_owned()),
                (None, _) => None,
            },
        }
    }
}

/// The holidays with a date of their own (全国年节及纪念日放假办法第2条, as revised in 2024).
fn fixed_holiday(day: Day) -> Option<&'static str> {
    const FIXED: [(&str, &str); 6] = [
        ("01-01", "元旦"),
        ("05-01", "劳动节"),
        ("05-02", "劳动节"),
        ("10-01", "国庆节"),
        ("10-02", "国庆节"),
        ("10-03", "国庆节"),
    ];
    let text = day.to_string();
    FIXED.iter().find(|(date, _)| text.ends_with(&format!("-{date}"))).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_holidays_are_off_in_years_that_are_not_announced() {
        let mut calendar = Calendar::default();
        let day = |text: &str| Day::parse(text).unwrap();
        assert_eq!(calendar.rest(day("2031-01-01")).as_deref(), Some("元旦"));
        assert!(!calendar.is_workday(day("2031-10-03")) && calendar.is_workday(day("2031-10-08")));
        // The notice has the last word.
        calendar.days.insert(day("2008-05-02"), (DayKind::Work, "劳动节".to_owned()));
        assert!(calendar.is_workday(day("2008-05-02")));
    }
}
