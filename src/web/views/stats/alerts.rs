//! The alarms on the dashboard: those that say the same are one line, and the latest is on top.

use super::context::AlarmContext;
use super::{Page, minute};
use crate::domain::alarm::Alarm;
use crate::report::alarms;

/// So many lines are shown at once; `stats.html` puts the others behind a click.
const SHOWN: usize = 3;

impl Page<'_> {
    /// The lines of those that nobody has seen, which the store has in the order of their time.
    pub(super) fn alerts(&self, open: &[&Alarm]) -> Vec<AlarmContext> {
        let mut lines: Vec<(AlarmContext, &Alarm)> = Vec::new();
        for alarm in open.iter().rev() {
            let one = self.alarm(alarm);
            match lines.iter_mut().find(|(line, _)| line.text == one.text) {
                Some((line, first)) => {
                    line.numbers.push(alarm.number);
                    *first = alarm;
                }
                None => lines.push((one, alarm)),
            }
        }
        let told = |(line, first): (AlarmContext, &Alarm)| match line.numbers.len() {
            0 | 1 => line,
            many => {
                let times = self.with("stats_alarm_times", &[&many.to_string(), &minute(first.at)]);
                AlarmContext { times, ..line }
            }
        };
        lines.into_iter().map(told).collect()
    }

    /// That there are more lines; empty where there are not.
    pub(super) fn more_alarms(&self, open: &[&Alarm]) -> String {
        let more = self.alerts(open).len().saturating_sub(SHOWN);
        if more == 0 { String::new() } else { self.with("stats_more_alarms", &[&more.to_string()]) }
    }

    pub(super) fn alarm(&self, alarm: &Alarm) -> AlarmContext {
        let seen = alarm.seen.as_ref();
        AlarmContext {
            numbers: vec![alarm.number],
            times: String::new(),
            at: minute(alarm.at),
            text: alarms::words(alarm).in_tongue(self.tongue).to_owned(),
            seen: seen
                .map_or(String::new(), |s| self.with("stats_seen_by", &[&s.by, &minute(s.at)])),
        }
    }
}
