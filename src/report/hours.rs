//! `hours`: hour by weekday, for staffing and for 24-hour courts.

use std::collections::BTreeMap;

use super::dimension::cells;
use super::fold::fold;
use super::{Asked, Cell, Dimension, Question, Report, ReportKind, Value, column, span, sums};
use crate::diagnostic::Words;
use crate::domain::scan::Detail;

/// All 24 hours for each key that has an opening, and where nothing is broken down.
pub(super) struct Hours;

impl ReportKind for Hours {
    fn name(&self) -> &'static str {
        "hours"
    }

    fn title(&self) -> &'static str {
        "时段分布"
    }

    fn by(&self) -> &'static [Dimension] {
        &[
            Dimension::Court,
            Dimension::Placement,
            Dimension::Channel,
            Dimension::Topic,
            Dimension::Client,
            Dimension::Month,
        ]
    }

    fn detail(&self, question: &Question) -> Detail {
        question.detail().max(Detail::Hours)
    }

    fn answer(&self, asked: &Asked) -> Report {
        let by = &asked.question.by;
        let mut weeks: BTreeMap<Vec<Value>, [[u64; 7]; 24]> = BTreeMap::new();
        if by.is_empty() {
            weeks.insert(Vec::new(), [[0; 7]; 24]);
        }
        let slots = [by, &[Dimension::Weekday, Dimension::Hour][..]].concat();
        for ((_, row), count) in fold(asked.people(0), &slots, asked.library) {
            let values = by.iter().map(|d| d.of(row, asked.library)).collect();
            let week = weeks.entry(values).or_insert([[0; 7]; 24]);
            let day = usize::from(row.day.weekday() - 1);
            if let Some(hour) = row.hour.and_then(|hour| week.get_mut(usize::from(hour))) {
                hour[day] += count.scans();
            }
        }
        let mut rows = Vec::new();
        for (values, week) in weeks {
            for (hour, days) in (0u8..).zip(week) {
                let mut row = cells(by, values.clone());
                row.push(Cell::Text(Value::hour(hour)));
                row.extend(days.map(Cell::count));
                row.push(Cell::count(days.iter().sum()));
                rows.push(row);
            }
        }
        let mut columns: Vec<_> = by.iter().map(|d| d.column()).collect();
        columns.push(&column::HOUR);
        columns.extend(&column::WEEK_DAYS);
        columns.push(&column::SCANS);
        let total = Some(sums(&rows, by.len() + 1, columns.len()));
        Report { columns, rows, total, notes: vec![days(asked)] }
    }
}

/// On how many days something was counted: sums of long periods are larger.
fn days(asked: &Asked) -> Words {
    let used = asked.counts(0).filter(|row| row.total.scans() > 0).map(|row| row.day);
    let mut days: Vec<_> = used.collect();
    days.sort_unstable();
    days.dedup();
    let number = days.len();
    let period = span(asked.question.period);
    Words::new(
        format!("sums of {number} day(s) with scans; {}", period.0),
        format!("有扫码的 {number} 天合计；{}。", period.1),
    )
}
