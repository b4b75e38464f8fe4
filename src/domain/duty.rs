//! Whether somebody is on duty in a court now, and until when that holds.

use super::calendar::Calendar;
use super::period::{Day, Moment};

/// The hours of a workday in which people are on duty, in their order; none where the court has not told
/// them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OnDuty(Vec<(u16, u16)>);

/// What is so at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duty {
    /// People are there until then.
    Open {
        /// The end of it.
        until: Moment,
    },
    /// Nobody is there.
    Closed {
        /// When somebody is next; none where the holidays until then are not announced.
        until: Option<Moment>,
    },
}

/// So many days ahead somebody is on duty again: no holiday is longer.
const AHEAD: i64 = 20;

impl OnDuty {
    /// Spans such as `08:30-12:00`, each after the one before; else `None`.
    pub fn parse(spans: &[impl AsRef<str>]) -> Option<Self> {
        let mut read = Vec::new();
        let mut last = 0;
        for span in spans {
            let (from, to) = span.as_ref().split_once('-')?;
            let (from, to) = (minute(from)?, minute(to)?);
            if from < last || to <= from {
                return None;
            }
            last = to;
            read.push((from, to));
        }
        Some(Self(read))
    }

    /// What is so at `now`; `None` where the court has not told its hours, or the holidays of the year
    /// are not announced: then it is not known who works today.
    pub fn at(&self, now: Moment, calendar: &Calendar) -> Option<Duty> {
        let today = now.day();
        if self.0.is_empty() || !calendar.is_announced(today) {
            return None;
        }
        for day in (0..AHEAD).map(|days| today.plus(days)) {
            if !calendar.is_announced(day) {
                return Some(Duty::Closed { until: None });
            }
            if !calendar.is_workday(day) {
                continue;
            }
            for (from, to) in &self.0 {
                let (from, to) = (moment(day, *from), moment(day, *to));
                if now < from {
                    return Some(Duty::Closed { until: Some(from) });
                }
                if now < to {
                    return Some(Duty::Open { until: to });
                }
            }
        }
        Some(Duty::Closed { until: None })
    }
}

impl Duty {
    /// When something else is so.
    pub fn until(self) -> Option<Moment> {
        match self {
            Self::Open { until } => Some(until),
            Self::Closed { until } => until,
        }
    }
}

fn moment(day: Day, minute: u16) -> Moment {
    Moment(day.start().0 + i64::from(minute) * 60)
}

/// `08:30` or `8:30`, up to `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !digits(minute) || minute.len() != 2 || hour.len() > 2 {
        return None;
    }
    let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
    let whole = hour * 60 + minute;
    (minute < 60 && whole <= 24 * 60).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::super::calendar::DayKind;
    use super::*;

    fn calendar() -> Calendar {
        let mut calendar = Calendar::default();
        let mut say = |day: &str, kind| {
            calendar.days.insert(Day::parse(day).unwrap(), (kind, "国庆节".to_owned()));
        };
        say("2026-10-05", DayKind::Off);
        say("2026-10-06", DayKind::Off);
        say("2026-10-10", DayKind::Work); // a Saturday
        calendar
    }

    fn at(text: &str) -> Option<Duty> {
        let hours = OnDuty::parse(&["8:30-12:00", "14:00-17:30"]).unwrap();
        hours.at(Moment::typed(text).unwrap(), &calendar())
    }

    fn until(text: &str) -> Moment {
        Moment::typed(text).unwrap()
    }

    #[test]
    fn nights_noons_weekends_and_holidays_are_told_with_their_end() {
        for (now, open, end) in [
            ("2026-09-24 08:29:59", false, "2026-09-24 08:30"),
            ("2026-09-24 08:30", true, "2026-09-24 12:00"),
            ("2026-09-24 12:00", false, "2026-09-24 14:00"),
            ("2026-09-24 17:29", true, "2026-09-24 17:30"),
            ("2026-09-24 22:00", false, "2026-09-25 08:30"),
            ("2026-09-25 17:30", false, "2026-09-28 08:30"),
            ("2026-10-02 10:00", false, "2026-10-07 08:30"),
            ("2026-10-10 10:00", true, "2026-10-10 12:00"),
        ] {
            let end = until(end);
            let expected =
                if open { Duty::Open { until: end } } else { Duty::Closed { until: Some(end) } };
            assert_eq!(at(now), Some(expected), "{now}");
        }
    }

    #[test]
    fn beyond_the_years_that_are_announced_no_day_is_promised() {
        assert_eq!(at("2026-12-31 18:00"), Some(Duty::Closed { until: None }));
        assert_eq!(at("2027-03-01 10:00"), None);
        assert_eq!(OnDuty::default().at(until("2026-09-24 10:00"), &calendar()), None);
    }

    #[test]
    fn hours_that_cannot_be_are_refused() {
        for wrong in [
            &["8:30"][..],
            &["8.30-12:00"],
            &["12:00-8:30"],
            &["8:30-12:00", "11:00-17:00"],
            &["8:30-25:00"],
            &["8:60-9:00"],
            &["上午-下午"],
        ] {
            assert_eq!(OnDuty::parse(wrong), None, "{wrong:?}");
        }
        assert!(OnDuty::parse(&["0:00-24:00"]).is_some());
    }
}
