//! What counts can be broken down by, and the values that come of it.
//!
//! A dimension is one entry of [`Dimension::ALL`], with its arms in `column` and `of`.

use super::Cell;
use super::column::{self, Column};
use crate::diagnostic::Tongue;
use crate::domain::court::CourtId;
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::period::Day;
use crate::domain::placement::{Channel, PlacementNumber};
use crate::domain::scan::Client;
use crate::domain::topic::TopicNumber;

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

    /// Its column.
    pub fn column(self) -> &'static Column {
        match self {
            Self::Court => &column::COURT,
            Self::Placement => &column::PLACEMENT,
            Self::Channel => &column::CHANNEL,
            Self::Topic => &column::TOPIC,
            Self::Client => &column::CLIENT,
            Self::Day => &column::DAY,
            Self::Week => &column::WEEK,
            Self::Month => &column::MONTH,
            Self::Hour => &column::HOUR,
            Self::Weekday => &column::WEEKDAY,
        }
    }

    /// The name used in options and as column.
    pub fn as_str(self) -> &'static str {
        self.column().name
    }

    /// One of the contract's names; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.as_str() == text)
    }

    pub(super) fn of(self, row: Row, library: &Library) -> Value {
        let placement =
            PlacementNumber::new(row.placement).and_then(|n| library.placements.get(&n));
        match self {
            Self::Court | Self::Placement | Self::Channel if row.placement == 0 => Value::none(),
            Self::Court => match placement.and_then(|p| library.court(&p.court)) {
                Some(court) => Value::court(&court.id, library),
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
                    ..Value::channel(channel)
                },
                None => Value::unknown(),
            },
            Self::Topic => topic_value(row.topic, library),
            Self::Client => row.client.map_or_else(Value::none, |client| {
                Value::labelled(client.as_str(), client.title()).in_english(client.english())
            }),
            Self::Day => Value::plain(&row.day.to_string()),
            Self::Week => Value::plain(&row.day.week()),
            Self::Month => Value::plain(&row.day.month()),
            Self::Hour => row.hour.map_or_else(Value::none, Value::hour),
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
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub(super) day: Day,
    /// 0 where no code led there.
    pub(super) placement: u32,
    pub(super) topic: u8,
    /// Not kept of an answer.
    pub(super) client: Option<Client>,
    /// Not kept of an answer.
    pub(super) hour: Option<u8>,
}

pub(super) fn topic_value(number: u8, library: &Library) -> Value {
    let topic = TopicNumber::new(number).and_then(|n| library.topics.get(&n));
    let value = match topic {
        Some(topic) => {
            let title = |language| {
                library.guide(topic.number, language).map_or(topic.id.as_str(), |g| &g.title)
            };
            Value::labelled(topic.id.as_str(), title(Language::ZhHans))
                .in_english(title(Language::En))
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
    /// As people read it in English.
    pub english: String,
}

impl Value {
    pub(super) fn labelled(id: &str, label: &str) -> Self {
        let (id, label) = (id.to_owned(), label.to_owned());
        Self { order: 0, english: id.clone(), id, label }
    }

    /// The same, with what people call it in English where that is not its id.
    fn in_english(self, english: &str) -> Self {
        Self { english: english.to_owned(), ..self }
    }

    /// A court by its name, which is Chinese for all; by its id where it is no longer in the table.
    pub(super) fn court(id: &CourtId, library: &Library) -> Self {
        let name = library.court(id).map_or(id.as_str(), |court| &court.name);
        Self::labelled(id.as_str(), name).in_english(name)
    }

    pub(super) fn channel(channel: Channel) -> Self {
        Self::labelled(channel.as_str(), channel.title()).in_english(channel.english())
    }

    /// What people of a language read.
    pub fn in_tongue(&self, tongue: Tongue) -> &str {
        match tongue {
            Tongue::Chinese => &self.label,
            Tongue::English => &self.english,
        }
    }

    pub(super) fn plain(id: &str) -> Self {
        Self::labelled(id, id)
    }

    pub(super) fn hour(hour: u8) -> Self {
        Self::labelled(&format!("{hour:02}"), &format!("{hour:02}时"))
    }

    /// No placement and no topic: no code of ours was opened.
    pub(super) fn orphan() -> Self {
        Self {
            order: u64::MAX,
            ..Self::labelled("none", "（无效码）").in_english("(unknown code)")
        }
    }

    /// No placement: no code led there.
    fn none() -> Self {
        Self {
            order: u64::MAX,
            ..Self::labelled("none", "（不是扫码来的）").in_english("(not by a code)")
        }
    }

    /// A placement or topic that the content no longer has.
    fn unknown() -> Self {
        Self {
            order: u64::MAX,
            ..Self::labelled("unknown", "（已不在册）").in_english("(no longer listed)")
        }
    }
}

/// The cells of a row's dimensions.
pub(super) fn cells(by: &[Dimension], values: Vec<Value>) -> Vec<Cell> {
    let cell = |(dimension, value): (&Dimension, Value)| match (dimension, Day::parse(&value.id)) {
        (Dimension::Day, Some(day)) => Cell::Day(day),
        _ => Cell::Text(value),
    };
    by.iter().zip(values).map(cell).collect()
}
