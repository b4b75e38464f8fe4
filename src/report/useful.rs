//! What visitors say of pages: `yes,partly,no`, broken down as scans are.

use std::collections::BTreeMap;

use super::dimension::{Row, cells};
use super::{Cell, Dimension, Question, Report, Value, column, is_of_court, is_of_topic, sums};
use crate::diagnostic::Words;
use crate::domain::feedback::{Answer, Answers, FeedbackCount};
use crate::domain::library::Library;

/// What people call it.
pub const TITLE: &str = "这一页有用吗";

/// What answers can be broken down by; client and hour are not kept of them.
pub const BY: [Dimension; 8] = [
    Dimension::Court,
    Dimension::Placement,
    Dimension::Channel,
    Dimension::Topic,
    Dimension::Day,
    Dimension::Week,
    Dimension::Month,
    Dimension::Weekday,
];

/// Answers `question` from the answers of a period.
///
/// Without a dimension there is one row, also where nobody answered. An answer that no code led to
/// belongs to no court and no placement: it stands under `none`.
pub fn answer(counts: &[FeedbackCount], question: &Question, library: &Library) -> Report {
    let by = &question.by;
    let mut rows: BTreeMap<Vec<Value>, Answers> = BTreeMap::new();
    if by.is_empty() {
        rows.insert(Vec::new(), Answers::default());
    }
    for count in counts {
        let (placement, topic) = (count.placement, count.topic);
        if is_of_court(placement, question, library) && is_of_topic(topic, question, library) {
            let row = Row { day: count.day, placement, topic, client: None, hour: None };
            let values = by.iter().map(|d| d.of(row, library)).collect();
            rows.entry(values).or_default().add(count.answers);
        }
    }
    let row = |(values, answers): (Vec<Value>, Answers)| {
        let mut row = cells(by, values);
        row.extend(Answer::ALL.map(|answer| Cell::count(answers.get(answer))));
        row
    };
    let rows: Vec<_> = rows.into_iter().map(row).collect();
    let mut columns: Vec<_> = by.iter().map(|d| d.column()).collect();
    columns.extend([&column::YES, &column::PARTLY, &column::NO]);
    let total = (!by.is_empty()).then(|| sums(&rows, by.len(), columns.len()));
    let once =
        Words::new("each person once a day a page, about", "同一人同一页一天只计一次，为约数。");
    Report { columns, rows, total, notes: vec![once] }
}
