//! A last day as a calendar file: RFC 5545, one event of a whole day, an alarm the morning before.
//!
//! The same question gives the same bytes: nothing is left to `icalendar` that it would take from a
//! clock or at random (`UID` and `DTSTAMP`, also those of the alarm).

use chrono::Duration;
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Property};

use crate::domain::period::Day;

/// A day that must not be forgotten.
pub(super) struct Reminder<'a> {
    /// What this calendar entry is, among all: the same for the same question.
    pub(super) uid: &'a str,
    /// The day from which was counted.
    pub(super) counted_from: Day,
    /// The day itself.
    pub(super) day: Day,
    /// What it is called.
    pub(super) summary: &'a str,
    /// What has to be known besides.
    pub(super) description: &'a str,
}

impl Reminder<'_> {
    /// The calendar file.
    pub(super) fn file(&self) -> String {
        let stamp = format!("{}T000000Z", digits(self.counted_from));
        // Nine in the morning: an event of a whole day begins at midnight.
        let mut alarm = Alarm::display(self.summary, Duration::hours(-15));
        alarm.add_property("UID", format!("{}-alarm", self.uid));
        alarm.add_property("DTSTAMP", &stamp);
        let event = Event::new()
            .append_property(date("DTSTART", self.day))
            .append_property(date("DTEND", self.day.plus(1)))
            .add_property("UID", self.uid)
            .add_property("DTSTAMP", &stamp)
            .add_property("TRANSP", "TRANSPARENT")
            .summary(self.summary)
            .description(self.description)
            .alarm(alarm)
            .done();
        let mut calendar = Calendar::empty();
        calendar.append_property(("VERSION", "2.0"));
        calendar.append_property(("PRODID", "-//onecode//deadline//ZH"));
        calendar.push(event).to_string()
    }
}

fn date(name: &str, day: Day) -> Property {
    Property::new(name, digits(day)).add_parameter("VALUE", "DATE").done()
}

/// `20261209`
fn digits(day: Day) -> String {
    day.to_string().replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_day_is_one_event_the_same_each_time_in_lines_that_calendars_take() {
        let reminder = Reminder {
            uid: "appeal-judgment-2026-11-24@onecode",
            counted_from: Day::parse("2026-11-24").unwrap(),
            day: Day::parse("2026-12-31").unwrap(),
            summary: "上诉（判决）的最后一天",
            description: &"最稳妥在这一天之前办完；以法院通知为准，不要拖。\n".repeat(6),
        };
        let file = reminder.file();
        assert_eq!(file, reminder.file());
        assert!(file.split_inclusive('\n').all(|line| line.ends_with("\r\n")));
        assert!(file.lines().all(|line| line.len() <= 75), "{file}");
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "DTSTART;VALUE=DATE:20261231",
            "DTEND;VALUE=DATE:20270101",
            "DTSTAMP:20261124T000000Z",
            "UID:appeal-judgment-2026-11-24@onecode",
            "SUMMARY:上诉（判决）的最后一天",
            "BEGIN:VALARM",
            "TRIGGER:-PT54000S",
        ] {
            assert!(file.contains(&format!("{line}\r\n")), "{line}\n{file}");
        }
        assert_eq!(file.matches("PRODID").count(), 1);
        let unfolded = file.replace("\r\n ", "");
        assert!(unfolded.contains("不要拖。\\n最稳妥"), "{unfolded}");
    }
}
