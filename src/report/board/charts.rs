//! The charts of the dashboard's parts, drawn from their tables.

use std::collections::BTreeMap;

use super::{Busiest, Grain, Part};
use crate::diagnostic::Tongue;
use crate::domain::period::{Day, Period};
use crate::report::chart::{self, Bar, Point, Week, grouped};
use crate::report::fold::fold;
use crate::report::{Asked, Cell, Dimension, Report, decimal};

/// The weekdays, short and long.
const CHINESE_DAYS: [(&str, &str); 7] = [
    ("一", "周一"),
    ("二", "周二"),
    ("三", "周三"),
    ("四", "周四"),
    ("五", "周五"),
    ("六", "周六"),
    ("日", "周日"),
];
const ENGLISH_DAYS: [(&str, &str); 7] = [
    ("M", "Mon"),
    ("T", "Tue"),
    ("W", "Wed"),
    ("T", "Thu"),
    ("F", "Fri"),
    ("S", "Sat"),
    ("S", "Sun"),
];

/// No more bars than these: the rest stands in the table.
const BARS: usize = 15;

/// The shades of a chart and the numbers that each stands for.
type Shades = Vec<(u64, u64, u64)>;

pub(super) struct Charts<'a> {
    pub(super) asked: Asked<'a>,
    pub(super) grain: Grain,
    pub(super) tongue: Tongue,
    /// Whether the period before was counted from its beginning.
    pub(super) knows_before: bool,
}

impl Charts<'_> {
    /// The chart of a part whose table is `report`, and its shades; empty where there is nothing.
    pub(super) fn draw(&self, part: Part, report: &Report) -> (String, Shades) {
        let heading = format!("{}-title", part.as_str());
        let bars = |bars: Vec<Bar>, whole| {
            if bars.is_empty() { String::new() } else { chart::bars(&bars, whole, &heading) }
        };
        let chart = match part {
            Part::Trend => chart::trend(&self.trend(), &heading),
            Part::Hours => {
                let week = self.week();
                let title = |day: &str, hour: usize, count: &str| match self.tongue {
                    Tongue::Chinese => format!("{day} {hour}时：{count} 次"),
                    Tongue::English => format!("{day} {hour}:00: {count} scans"),
                };
                let chart = chart::heat(&week, self.days(), &title, &heading);
                return (chart, chart::levels(&week));
            }
            Part::Courts => bars(self.courts(report), None),
            Part::Topics | Part::Channels | Part::Clients => bars(self.shares(report, 1), None),
            Part::Useful => bars(self.useful(report), Some(100)),
            Part::Silent | Part::Placements => String::new(),
        };
        (chart, Vec::new())
    }

    /// The hour of the week with the most scans, the first of them.
    pub(super) fn busiest(&self) -> Option<Busiest> {
        let week = self.week();
        let hours = (1u8..).zip(&week).flat_map(|(day, hours)| {
            (0u8..).zip(hours).map(move |(hour, count)| (day, hour, *count))
        });
        let busiest = hours.reduce(|most, hour| if hour.2 > most.2 { hour } else { most });
        busiest.filter(|busiest| busiest.2 > 0)
    }

    fn days(&self) -> &'static [(&'static str, &'static str); 7] {
        match self.tongue {
            Tongue::Chinese => &CHINESE_DAYS,
            Tongue::English => &ENGLISH_DAYS,
        }
    }

    fn week(&self) -> Week {
        let mut week = [[0; 24]; 7];
        let by = [Dimension::Weekday, Dimension::Hour];
        for ((_, row), count) in fold(self.asked.people(0), &by, self.asked.library) {
            let hours = &mut week[usize::from(row.day.weekday() - 1)];
            if let Some(slot) = row.hour.and_then(|hour| hours.get_mut(usize::from(hour))) {
                *slot += count.scans();
            }
        }
        week
    }

    /// A point for each hour, day or month of the period, also where nothing was scanned.
    fn trend(&self) -> Vec<Point> {
        match self.grain {
            Grain::Hour => self.of_hours(),
            Grain::Day => self.of_days(),
            Grain::Month => self.of_months(),
        }
    }

    /// The hours or days of the trend of which the time before is known, with its scans.
    pub(super) fn before(&self) -> Vec<(String, u64)> {
        self.trend().into_iter().filter_map(|point| Some((point.id, point.before?))).collect()
    }

    /// People's scans of period `index` by its days.
    fn by_day(&self, index: usize) -> BTreeMap<Day, u64> {
        let mut days = BTreeMap::new();
        for ((_, row), count) in
            fold(self.asked.people(index), &[Dimension::Day], self.asked.library)
        {
            *days.entry(row.day).or_default() += count.scans();
        }
        days
    }

    fn of_days(&self) -> Vec<Point> {
        let (now, before) = (self.by_day(0), self.by_day(1));
        let period = self.asked.question.period;
        let before_days = self.asked.periods.get(1).copied().map(days_of).unwrap_or_default();
        let calendar = &self.asked.library.calendar;
        let point = |(at, day): (usize, Day)| {
            let id = day.to_string();
            let value = now.get(&day).copied().unwrap_or(0);
            let known = before_days.get(at).filter(|_| self.knows_before);
            let before = known.map(|day| before.get(day).copied().unwrap_or(0));
            let name = format!("{day} {}", self.days()[usize::from(day.weekday() - 1)].1);
            let rest = calendar.rest(day).filter(|rest| !rest.starts_with('周'));
            let name = rest.map_or(name.clone(), |rest| format!("{name} {rest}"));
            Point {
                label: id[5..].to_owned(),
                id,
                title: self.point_title(&name, value, before),
                value,
                before,
                rest: !calendar.is_workday(day),
            }
        };
        days_of(period).into_iter().enumerate().map(point).collect()
    }

    fn of_hours(&self) -> Vec<Point> {
        let hours = |index: usize| {
            let mut hours = [0u64; 24];
            let by = [Dimension::Hour];
            for ((_, row), count) in fold(self.asked.people(index), &by, self.asked.library) {
                let slot = row.hour.and_then(|hour| hours.get_mut(usize::from(hour)));
                if let Some(slot) = slot {
                    *slot += count.scans();
                }
            }
            hours
        };
        let (now, before) = (hours(0), hours(1));
        // The time before is read by totals: it has hours only where they were asked for.
        let known = self.knows_before && before.iter().any(|count| *count > 0);
        let point = |hour: usize| {
            let before = known.then_some(before[hour]);
            let name = match self.tongue {
                Tongue::Chinese => format!("{hour}时"),
                Tongue::English => format!("{hour}:00"),
            };
            let title = self.point_title(&name, now[hour], before);
            let id = format!("{hour:02}");
            Point { label: id.clone(), id, title, value: now[hour], before, rest: false }
        };
        (0..24).map(point).collect()
    }

    fn of_months(&self) -> Vec<Point> {
        let mut months: BTreeMap<String, u64> = BTreeMap::new();
        let (first, last) = (self.asked.question.period.from, self.asked.question.period.to);
        if let Some((first, last)) = first.zip(last) {
            let mut month = first.first_of_month();
            // A span of centuries is cut: nothing was scanned then.
            for _ in 0..1200 {
                months.insert(month.month(), 0);
                month = month.plus_months(1);
                if month > last {
                    break;
                }
            }
        }
        for (day, count) in self.by_day(0) {
            *months.entry(day.month()).or_default() += count;
        }
        let point = |(month, value): (String, u64)| {
            let title = self.point_title(&month, value, None);
            Point { label: month.clone(), id: month, title, value, before: None, rest: false }
        };
        months.into_iter().map(point).collect()
    }

    fn point_title(&self, name: &str, value: u64, before: Option<u64>) -> String {
        let value = grouped(value);
        match (self.tongue, before.map(grouped)) {
            (Tongue::Chinese, Some(before)) => format!("{name}：{value} 次，上期 {before} 次"),
            (Tongue::Chinese, None) => format!("{name}：{value} 次"),
            (Tongue::English, Some(before)) => format!("{name}: {value} scans, before {before}"),
            (Tongue::English, None) => format!("{name}: {value} scans"),
        }
    }

    /// The first courts of the league, by scans a placement.
    fn courts(&self, report: &Report) -> Vec<Bar> {
        let bar = |row: &Vec<Cell>| {
            let [name, scans, placements, per, _] = row.as_slice() else { return None };
            let (Cell::Number(scans), Cell::Number(placements)) = (scans, placements) else {
                return None;
            };
            let Cell::Tenths(per) = per else { return None };
            let (label, scans) = (self.name(name)?, grouped(scans.unsigned_abs()));
            let shown = decimal(*per);
            let title = match self.tongue {
                Tongue::Chinese => {
                    format!("{label}：每点位 {shown} 次（{scans} 次，{placements} 个点位）")
                }
                Tongue::English => {
                    format!("{label}: {shown} a placement ({scans} scans, {placements} placements)")
                }
            };
            Some(Bar { label, shown, value: u64::from(per.unsigned_abs()), title })
        };
        report.rows.iter().filter_map(bar).take(BARS).collect()
    }

    /// Names with scans and their share, the most first.
    fn shares(&self, report: &Report, scans: usize) -> Vec<Bar> {
        let count = |row: &Vec<Cell>| match row.get(scans) {
            Some(Cell::Number(count)) => count.unsigned_abs(),
            _ => 0,
        };
        let all: u64 = report.rows.iter().map(count).sum();
        let bar = |row: &Vec<Cell>| {
            let (label, value) = (self.name(row.first()?)?, count(row));
            let share = match Cell::percent(i64::try_from(value).ok()?, all) {
                Cell::Tenths(tenths) => format!(" · {}%", decimal(tenths)),
                Cell::Text(_) | Cell::Day(_) | Cell::Number(_) | Cell::Nothing => String::new(),
            };
            let shown = format!("{}{share}", grouped(value));
            Some(Bar { title: format!("{label} {shown}"), label, shown, value })
        };
        let mut bars: Vec<Bar> = report.rows.iter().filter_map(bar).collect();
        bars.sort_by_key(|bar| std::cmp::Reverse(bar.value));
        bars.truncate(BARS);
        bars
    }

    /// How many of a hundred answers say that a page was of use.
    fn useful(&self, report: &Report) -> Vec<Bar> {
        let bar = |row: &Vec<Cell>| {
            let [name, Cell::Number(yes), Cell::Number(partly), Cell::Number(no)] = row.as_slice()
            else {
                return None;
            };
            let (label, all) = (self.name(name)?, yes + partly + no);
            let percent = (all > 0).then(|| (yes * 200 + all) / (2 * all))?;
            let shown = match self.tongue {
                Tongue::Chinese => format!("{percent}% · {all} 个回答"),
                Tongue::English => format!("{percent}% of {all}"),
            };
            let title = match self.tongue {
                Tongue::Chinese => {
                    format!("{label}：有用 {yes}，有点用 {partly}，没找到要的 {no}")
                }
                Tongue::English => format!("{label}: yes {yes}, partly {partly}, no {no}"),
            };
            Some(Bar { label, shown, value: percent.unsigned_abs(), title })
        };
        report.rows.iter().filter_map(bar).collect()
    }

    fn name(&self, cell: &Cell) -> Option<String> {
        match cell {
            Cell::Text(value) => Some(value.in_tongue(self.tongue).to_owned()),
            Cell::Day(_) | Cell::Number(_) | Cell::Tenths(_) | Cell::Nothing => None,
        }
    }
}

/// The days of a period whose ends are both given.
fn days_of(period: Period) -> Vec<Day> {
    let Some((from, to)) = period.from.zip(period.to) else { return Vec::new() };
    (from.number()..=to.number()).map(Day::from_number).collect()
}
