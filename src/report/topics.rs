//! `topics`: the matters that people ask for, the most wanted first.

use std::collections::BTreeMap;

use super::dimension::topic_value;
use super::fold::fold;
use super::{Asked, Cell, Dimension, Report, ReportKind, column, sums};
use crate::domain::scan::Count;

/// One row a topic of the site, also where nobody asked for it; topics that are gone too, where
/// somebody did.
pub(super) struct Topics;

impl ReportKind for Topics {
    fn name(&self) -> &'static str {
        "topics"
    }

    fn title(&self) -> &'static str {
        "事项排名"
    }

    fn answer(&self, asked: &Asked) -> Report {
        let wanted = &asked.question.topics;
        let known = asked.library.topics.values();
        let known = known.filter(|topic| wanted.is_empty() || wanted.contains(&topic.id));
        let mut topics: BTreeMap<u8, Count> =
            known.map(|topic| (topic.number.get(), Count::default())).collect();
        for ((_, row), count) in fold(asked.people(0), &[Dimension::Topic], asked.library) {
            topics.entry(row.topic).or_default().add(count);
        }
        let all: u64 = topics.values().map(|count| count.scans()).sum();
        let mut topics: Vec<_> = topics.into_iter().collect();
        topics.sort_by_key(|(number, count)| (std::cmp::Reverse(count.scans()), *number));
        let rows: Vec<_> = topics
            .into_iter()
            .map(|(number, count)| {
                let scans = count.scans();
                vec![
                    Cell::Text(topic_value(number, asked.library)),
                    Cell::count(scans),
                    Cell::percent(i64::try_from(scans).unwrap_or(i64::MAX), all),
                    Cell::count(count.visits),
                    Cell::count(count.repeats),
                ]
            })
            .collect();
        let columns = vec![
            &column::TOPIC,
            &column::SCANS,
            &column::PERCENT,
            &column::VISITS,
            &column::REPEATS,
        ];
        let mut total = sums(&rows, 1, columns.len());
        total[2] = Cell::Nothing;
        Report { columns, rows, total: Some(total), notes: Vec::new() }
    }
}
