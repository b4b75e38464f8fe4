//! The headlines of the dashboard, each with what it is compared with.
//!
//! The numbers are `report::board`'s. A headline more is a line in `heads`, with its string.

use super::context::HeadContext;
use super::{Page, Stage, Sums, change, decimal, grouped};
use crate::domain::user::Courts;

impl Page<'_> {
    /// That the period is not over, and what that means for what it is compared with.
    pub(super) fn unfinished(&self) -> String {
        let key = match self.stats.board.stage {
            Stage::Over => return String::new(),
            Stage::Month => "stats_unfinished_month",
            Stage::Day => "stats_unfinished_day",
            Stage::UnderWay => "stats_unfinished",
            Stage::Unbegun => "stats_unbegun",
        };
        self.t(key).to_owned()
    }

    /// By how much `value` is above those of the other periods that are known. The first headline
    /// names their days, so that the figure can be held against another one.
    fn against(&self, kind: &str, value: u64, of: fn(&Sums) -> u64) -> Vec<String> {
        let note = |(index, key): (usize, &str)| {
            let other = self.stats.board.sums[index].as_ref()?;
            let signed = signed(change(value, of(other))?);
            let period = self.stats.board.periods.get(index).filter(|_| kind == "scans");
            Some(match period {
                Some(period) => self.with(&format!("{key}_days"), &[&signed, &self.span(*period)]),
                None => self.with(key, &[&signed]),
            })
        };
        [(1, "stats_vs_before"), (2, "stats_vs_year")].into_iter().filter_map(note).collect()
    }

    pub(super) fn heads(&self) -> Vec<HeadContext> {
        let now = self.stats.board.sums[0].unwrap_or_default();
        let number = |kind: &'static str, of: fn(&Sums) -> u64| {
            let value = of(&now);
            let notes = self.against(kind, value, of);
            HeadContext { notes, ..self.head(kind, grouped(value)) }
        };
        let mut heads = vec![
            number("scans", |sums| sums.people.scans()),
            number("visits", |sums| sums.people.visits),
            number("repeats", |sums| sums.people.repeats),
        ];
        heads.extend(self.busiest());
        let watched = self.stats.board.watched.to_string();
        heads.push(HeadContext {
            href: "#silent".to_owned(),
            notes: vec![self.with("stats_watched", &[&watched])],
            ..self.head("silent", self.stats.board.silent.to_string())
        });
        if let Some(alarms) = &self.stats.alarms {
            let open = alarms.iter().filter(|alarm| alarm.seen.is_none()).count();
            let href = "#alarms".to_owned();
            heads.push(HeadContext { href, ..self.head("alarms", open.to_string()) });
        }
        if let Some(percent) = now.machines_percent() {
            let note = self.with("stats_times", &[&grouped(now.machines)]);
            let head = self.head("machines", format!("{percent}%"));
            heads.push(HeadContext { notes: vec![note], ..head });
        }
        // Orphans belong to no court: whoever sees some alone is not told of them.
        if self.stats.courts == Courts::All && self.stats.asked.question.courts.is_empty() {
            heads.push(number("orphans", |sums| sums.orphans));
        }
        heads.push(number("retired", |sums| sums.retired));
        heads
    }

    fn busiest(&self) -> Option<HeadContext> {
        let (weekday, hour, count) = self.stats.board.busiest?;
        let day = self.t(&format!("stats_weekday_{weekday}")).to_owned();
        let hour = self.with("stats_hour", &[&day, &format!("{hour:02}")]);
        let note = self.with("stats_times", &[&grouped(count)]);
        Some(HeadContext { notes: vec![note], ..self.head("busiest", hour) })
    }

    fn head(&self, kind: &'static str, value: String) -> HeadContext {
        let label = self.t(&format!("stats_{kind}")).to_owned();
        HeadContext { kind, label, value, href: String::new(), notes: Vec::new() }
    }
}

/// `▲ 12.3%`, `▼ 0.5%`, `= 0.0%`.
fn signed(tenths: i32) -> String {
    let mark = match tenths {
        0 => "=",
        1.. => "▲",
        _ => "▼",
    };
    format!("{mark} {}%", decimal(tenths).trim_start_matches('-'))
}
