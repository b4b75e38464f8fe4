//! What visitors say of pages: `yes,partly,no`, broken down as scans are.

use std::collections::BTreeMap;

use super::{Dimension, Note, Question, Report, Row, Value, is_of_court, is_of_topic};
use crate::domain::feedback::{Answer, Answers, FeedbackCount};
use crate::domain::library::Library;

/// What answers cannot be broken down by: it is not kept of them.
pub const UNKNOWN: [Dimension; 2] = [Dimension::Client, Dimension::Hour];

/// Answers `question` from the answers of a period.
///
/// Without a dimension there is one row, also where nobody answered. An answer that no code led to
/// belongs to no court and no placement: it stands under `none`.
pub fn answer(counts: &[FeedbackCount], question: &Question, library: &Library) -> Report {
    let mut rows: BTreeMap<Vec<Value>, Answers> = BTreeMap::new();
    if question.by.is_empty() {
        rows.insert(Vec::new(), Answers::default());
    }
    for count in counts {
        let (placement, topic) = (count.placement, count.topic);
        if is_of_court(placement, question, library) && is_of_topic(topic, question, library) {
            let row = Row { day: count.day, placement, topic, client: None, hour: None };
            let values = question.by.iter().map(|d| d.of(row, library)).collect();
            rows.entry(values).or_default().add(count.answers);
        }
    }
    let numbers = |answers: Answers| Answer::ALL.map(|answer| answers.get(answer));
    Report {
        columns: question.by.iter().map(|d| d.as_str()).collect(),
        measures: Answer::ALL.map(Answer::as_str),
        rows: rows.into_iter().map(|(values, answers)| (values, numbers(answers))).collect(),
        note: Note::Once,
    }
}
