//! What somebody who answers for the service has to know, until they have seen it.
//!
//! An alarm is kept in the store, so that it outlives a restart. How it is said to people is
//! `report::alarms`'s work. A kind more is a variant here and its words there.

use serde::{Deserialize, Serialize};

use super::period::Moment;

/// Something that went wrong and that a manager has to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// From 1, in the order in which they were raised.
    pub number: u32,
    /// When it was raised.
    pub at: Moment,
    /// What went wrong.
    pub kind: AlarmKind,
    /// Who has seen it, and when.
    pub seen: Option<Seen>,
}

/// That an alarm was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When.
    pub at: Moment,
    /// By whom: a user's name, or the command line.
    pub by: String,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlarmKind {
    /// The store was damaged: it was put aside, and what could be read of it was taken over.
    Damaged {
        /// Where the damaged store is now.
        aside: String,
        /// How many scans were taken over.
        scans: u64,
        /// How many scans are missing among them; those after the last one are not known.
        missing: u64,
        /// The moment of the last scan that was taken over.
        last: Option<Moment>,
    },
    /// Pages were served whose scans, or answers, were not kept.
    Dropped {
        /// How many scans.
        scans: u64,
        /// How many answers to 「这一页有用吗？」.
        answers: u64,
        /// Since when.
        since: Moment,
    },
    /// The clock of the machine was set: scans of that time may stand under a wrong hour or day.
    Clock {
        /// By how much: forward where positive.
        seconds: i64,
    },
}
