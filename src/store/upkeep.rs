//! What keeping a store in order answers.

use serde::{Deserialize, Serialize};

use crate::domain::period::{Day, Moment};
use crate::domain::scan::{Class, Client, Count};

/// How long single scans are kept, in days, at the least: a day is packed and looked over before.
pub const LEAST_RAW_DAYS: u32 = 8;

/// What [`super::Store::tidy`] is told.
#[derive(Debug, Clone, Copy)]
pub struct Tidying {
    /// The present moment.
    pub now: Moment,
    /// How many days single scans are kept besides today; none for ever.
    pub keep_raw: Option<u32>,
}

/// What compacting gave back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compacted {
    /// Bytes on the disk before.
    pub before: u64,
    /// Bytes on the disk after.
    pub after: u64,
}

/// Single scans recounted against the counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Verified {
    /// How many single scans are kept.
    pub scans: u64,
    /// The first day whose scans are all kept; none where nothing was ever given up.
    pub from: Option<Day>,
    /// How many days were compared.
    pub days: u32,
    /// How many openings were struck out of the counts in those days.
    pub struck: u64,
    /// Where scans and counts differ, the first [`Verified::MOST`] of them.
    pub differences: Vec<Difference>,
    /// How many differences there are.
    pub differing: u64,
}

impl Verified {
    /// How many differences are told one by one.
    pub const MOST: usize = 100;
}

/// Where single scans and counts differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The day.
    pub day: Day,
    /// What kind of opening.
    pub class: Class,
    /// The placement's number; 0 for orphans.
    pub placement: u32,
    /// The topic's number.
    pub topic: u8,
    /// The program.
    pub client: Client,
    /// By the single scans, without those that were struck out.
    pub scans: Count,
    /// By the counts.
    pub counts: Count,
}

/// What was brought back by [`super::restore`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// How many entries.
    pub entries: u64,
}
