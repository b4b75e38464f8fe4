//! Many rows of counts -> few: those that a question's dimensions cannot tell apart are added up.
//!
//! What people read is made of a row only afterwards: a year of a city is some hundred thousand rows
//! and a table of a few hundred lines. A dimension more needs a line in [`Coarse::new`].

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::Dimension;
use super::dimension::Row;
use crate::domain::library::Library;
use crate::domain::period::Day;
use crate::domain::placement::Placement;
use crate::domain::scan::{Class, Count, DayCount};

/// A map for keys that nobody chooses to our harm: they come from our own store.
pub(super) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Mixed>>;

/// Counts by class and by what a question tells apart.
pub(super) type Sums = Map<(Class, Row), Count>;

/// What `rows` add up to, by class and by what `by` tells apart.
pub(super) fn fold<'a>(
    rows: impl Iterator<Item = &'a DayCount>,
    by: &[Dimension],
    library: &Library,
) -> Sums {
    let mut sums = Sums::default();
    add(&mut sums, rows, by, library);
    sums
}

/// Adds `rows` to what is there already.
pub(super) fn add<'a>(
    sums: &mut Sums,
    rows: impl Iterator<Item = &'a DayCount>,
    by: &[Dimension],
    library: &Library,
) {
    let coarse = Coarse::new(by, library);
    for counted in rows {
        let row = coarse.row(counted);
        let mut add = |hour: Option<u8>, count: Count| {
            sums.entry((counted.class, Row { hour, ..row })).or_default().add(count);
        };
        if coarse.hour && !counted.hours.is_empty() {
            counted.hours.iter().for_each(|(hour, count)| add(Some(*hour), *count));
        } else {
            add(None, counted.total);
        }
    }
}

/// Which day stands for which.
#[derive(Clone, Copy)]
enum Days {
    Any,
    Weekday,
    Week,
    Month,
    Own,
}

/// What a question cannot tell apart.
struct Coarse {
    days: Days,
    /// The placement that stands for this one and its like, itself where none is named; none where
    /// placements do not matter at all.
    like: Option<Map<u32, u32>>,
    topic: bool,
    client: bool,
    hour: bool,
}

impl Coarse {
    fn new(by: &[Dimension], library: &Library) -> Self {
        let asks = |dimension| by.contains(&dimension);
        let days = match [Dimension::Day, Dimension::Week, Dimension::Month, Dimension::Weekday]
            .map(asks)
        {
            [false, false, false, false] => Days::Any,
            [false, true, false, false] => Days::Week,
            [false, false, true, false] => Days::Month,
            [false, false, false, true] => Days::Weekday,
            _ => Days::Own,
        };
        let (court, channel) = (asks(Dimension::Court), asks(Dimension::Channel));
        let own = asks(Dimension::Placement);
        let mut like = Map::default();
        if !own && (court || channel) {
            let kind =
                |p: &'_ Placement| (court.then(|| p.court.clone()), channel.then_some(p.channel));
            let mut first = HashMap::new();
            for placement in library.placements.values() {
                let number = placement.number.get();
                like.insert(number, *first.entry(kind(placement)).or_insert(number));
            }
        }
        Self {
            days,
            like: (own || court || channel).then_some(like),
            topic: asks(Dimension::Topic),
            client: asks(Dimension::Client),
            hour: asks(Dimension::Hour),
        }
    }

    fn row(&self, counted: &DayCount) -> Row {
        let placement = match (counted.placement, &self.like) {
            // What no code of ours led to stays apart.
            (0, _) => 0,
            (_, None) => 1,
            (number, Some(like)) => like.get(&number).copied().unwrap_or(number),
        };
        Row {
            day: self.day(counted.day),
            placement,
            topic: if self.topic { counted.topic } else { 0 },
            client: counted.client.filter(|_| self.client),
            hour: None,
        }
    }

    fn day(&self, day: Day) -> Day {
        // 1970-01-05 was a Monday.
        let weekday = i64::from(day.weekday());
        match self.days {
            Days::Any => Day::from_number(0),
            Days::Weekday => Day::from_number(3 + weekday),
            Days::Week => day.plus(1 - weekday),
            Days::Month => day.first_of_month(),
            Days::Own => day,
        }
    }
}

/// A hasher for a few small numbers: a turn, a mix and a multiplication each.
#[derive(Default)]
pub(super) struct Mixed(u64);

impl Mixed {
    fn mix(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        // The map takes the low bits; the multiplication mixes the high ones.
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.mix(u64::from(*byte));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.mix(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.mix(u64::from(number));
    }

    fn write_i32(&mut self, number: i32) {
        self.mix(u64::from(number.cast_unsigned()));
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn write_isize(&mut self, number: isize) {
        self.mix(number.cast_unsigned() as u64);
    }
}
