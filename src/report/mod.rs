//! Counts -> answers. No store here, only numbers.
//!
//! A [`Report`] is columns and rows; how it is written is a file in [`mod@format`]. A dimension is one
//! entry of [`Dimension::ALL`] with its arm in `Dimension::of`. [`answer`] counts scans, [`useful`]
//! what visitors say of pages.

pub mod format;
pub mod useful;

use std::collections::BTreeMap;

use crate::domain::court::CourtId;
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::period::Day;
use crate::domain::placement::{Channel, PlacementNumber};
use crate::domain::scan::{Class, Client, Count, DayCount};
use crate::domain::topic::{TopicId, TopicNumber};

/// What counts can be broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// The court's id.
    Court,
    /// The placement's number.
    Placement,
    /// The placement's channel.
    Channel,
    /// The topic's slug.
    Topic,
    /// The client family.
    Client,
    /// The day.
    Day,
    /// The ISO week.
    Week,
    /// The month.
    Month,
    /// The hour of the day, 00 to 23.
    Hour,
    /// The day of the week, 1 (Monday) to 7.
    Weekday,
}

impl Dimension {
    /// All dimensions, in the contract's order.
    pub const ALL: [Self; 10] = [
        Self::Court,
        Self::Placement,
        Self::Channel,
        Self::Topic,
        Self::Client,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Hour,
        Self::Weekday,
    ];

    /// The name used in options and as column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Court => "court",
            Self::Placement => "placement",
            Self::Channel => "channel",
            Self::Topic => "topic",
            Self::Client => "client",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Hour => "hour",
            Self::Weekday => "weekday",
        }
    }

    /// One of the contract's names; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.as_str() == text)
    }

    fn of(self, row: Row, library: &Library) -> Value {
        let placement =
            PlacementNumber::new(row.placement).and_then(|n| library.placements.get(&n));
        match self {
            Self::Court | Self::Placement | Self::Channel if row.placement == 0 => Value::none(),
            Self::Court => match placement.and_then(|p| library.court(&p.court)) {
                Some(court) => Value::labelled(court.id.as_str(), &court.name),
                None => Value::unknown(),
            },
            Self::Placement => {
                let place = placement.map_or("", |p| &p.place);
                Value {
                    order: u64::from(row.placement),
                    ..Value::labelled(
                        &row.placement.to_string(),
                        &format!("{} {place}", row.placement),
                    )
                }
            }
            Self::Channel => match placement.map(|p| p.channel) {
                Some(channel) => Value {
                    order: Channel::ALL.iter().position(|c| *c == channel).unwrap_or(0) as u64,
                    ..Value::labelled(channel.as_str(), channel.title())
                },
                None => Value::unknown(),
            },
            Self::Topic => topic_value(row.topic, library),
            Self::Client => row.client.map_or_else(Value::none, |c| Value::plain(c.as_str())),
            Self::Day => Value::plain(&row.day.to_string()),
            Self::Week => Value::plain(&row.day.week()),
            Self::Month => Value::plain(&row.day.month()),
            Self::Hour => {
                row.hour.map_or_else(Value::none, |hour| Value::plain(&format!("{hour:02}")))
            }
            Self::Weekday => {
                let number = row.day.weekday();
                let names = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
                let label = names[usize::from(number.clamp(1, 7) - 1)];
                Value::labelled(&number.to_string(), label)
            }
        }
    }
}

/// What the dimensions are read from.
#[derive(Clone, Copy)]
struct Row {
    day: Day,
    /// 0 where no code led there.
    placement: u32,
    topic: u8,
    /// Not kept of an answer.
    client: Option<Client>,
    /// Not kept of an answer.
    hour: Option<u8>,
}

fn topic_value(number: u8, library: &Library) -> Value {
    let topic = TopicNumber::new(number).and_then(|n| library.topics.get(&n));
    let value = match topic {
        Some(topic) => {
            let guide = library.guide(topic.number, Language::ZhHans);
            Value::labelled(topic.id.as_str(), guide.map_or(topic.id.as_str(), |g| &g.title))
        }
        None => Value::unknown(),
    };
    Value { order: u64::from(number), ..value }
}

/// A dimension's value: its order among others, its id, and what people call it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value {
    order: u64,
    /// As scripts read it.
    pub id: String,
    /// As people read it.
    pub label: String,
}

impl Value {
    fn labelled(id: &str, label: &str) -> Self {
        Self { order: 0, id: id.to_owned(), label: label.to_owned() }
    }

    fn plain(id: &str) -> Self {
        Self::labelled(id, id)
    }

    /// No placement: no code led there.
    fn none() -> Self {
        Self { order: u64::MAX, ..Self::labelled("none", "（不是扫码来的）") }
    }

    /// A placement or topic that the content no longer has.
    fn unknown() -> Self {
        Self { order: u64::MAX, ..Self::labelled("unknown", "（已不在册）") }
    }
}

/// What to count.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Broken down by what, in this order.
    pub by: Vec<Dimension>,
    /// Of these courts; empty means all.
    pub courts: Vec<CourtId>,
    /// On these topics; empty means all.
    pub topics: Vec<TopicId>,
}

/// A named answer computed from counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The dimensions.
    pub columns: Vec<&'static str>,
    /// What is counted.
    pub measures: [&'static str; 3],
    /// The dimensions' values and the counts, in order.
    pub rows: Vec<(Vec<Value>, [u64; 3])>,
    /// What a reader of the table has to know.
    pub note: Note,
}

/// What a reader of a table has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// What was counted apart: machines, orphans, retired codes.
    Apart(Apart),
    /// Each person once a day a page, about.
    Once,
}

/// Openings that are not people's openings of codes that hang.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Apart {
    /// Bots, link previews, prefetches.
    pub machines: u64,
    /// Codes that are unknown or mistyped.
    pub orphans: u64,
    /// Codes of retired placements.
    pub retired: u64,
}

/// Answers `question` from the counts of a period.
///
/// Without a dimension there is one row, also where nothing was counted. Orphans belong to no court
/// and no topic: they are told only where neither is asked for.
pub fn answer(counts: &[DayCount], question: &Question, library: &Library) -> Report {
    let mut rows: BTreeMap<Vec<Value>, Count> = BTreeMap::new();
    let mut apart = Apart::default();
    if question.by.is_empty() {
        rows.insert(Vec::new(), Count::default());
    }
    for row in counts.iter().filter(|row| is_asked_for(row, question, library)) {
        let total = row.hours.iter().map(|(_, count)| count.scans()).sum::<u64>();
        match row.class {
            Class::Machines => apart.machines += total,
            Class::Orphans => apart.orphans += total,
            Class::Retired => apart.retired += total,
            Class::People => {
                for (hour, count) in &row.hours {
                    let (client, hour) = (Some(row.client), Some(*hour));
                    let row = Row {
                        day: row.day,
                        placement: row.placement,
                        topic: row.topic,
                        client,
                        hour,
                    };
                    let values = question.by.iter().map(|d| d.of(row, library)).collect();
                    rows.entry(values).or_default().add(*count);
                }
            }
        }
    }
    let numbers = |count: Count| [count.scans(), count.visits, count.repeats];
    Report {
        columns: question.by.iter().map(|d| d.as_str()).collect(),
        measures: ["scans", "visits", "repeats"],
        rows: rows.into_iter().map(|(values, count)| (values, numbers(count))).collect(),
        note: Note::Apart(apart),
    }
}

fn is_asked_for(row: &DayCount, question: &Question, library: &Library) -> bool {
    // An orphan is on no topic.
    let may_have_topic = row.placement > 0 || question.topics.is_empty();
    may_have_topic
        && is_of_court(row.placement, question, library)
        && is_of_topic(row.topic, question, library)
}

fn is_of_court(placement: u32, question: &Question, library: &Library) -> bool {
    question.courts.is_empty()
        || PlacementNumber::new(placement)
            .and_then(|n| library.placements.get(&n))
            .is_some_and(|p| question.courts.contains(&p.court))
}

fn is_of_topic(topic: u8, question: &Question, library: &Library) -> bool {
    question.topics.is_empty()
        || TopicNumber::new(topic)
            .and_then(|n| library.topics.get(&n))
            .is_some_and(|t| question.topics.contains(&t.id))
}
