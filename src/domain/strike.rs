//! A flood of scans that is struck out of the counts: by code and time, with a note, undoably.
//!
//! The scans themselves stay; what the counts lost is kept with the strike, so that undoing it gives
//! back exactly that.

use serde::{Deserialize, Serialize};

use super::code::RawCode;
use super::period::Moment;
use super::scan::{Count, DayCount, Scan, Target};

/// What is to be struck out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strike {
    /// Scans of this code, of whatever class.
    pub code: RawCode,
    /// From this moment.
    pub from: Moment,
    /// Until before this moment.
    pub until: Moment,
    /// Why, in a few words.
    pub note: String,
    /// Who: a user's name, or the command line.
    pub by: String,
    /// When it is done.
    pub at: Moment,
}

impl Strike {
    /// Whether `scan` is among those.
    pub fn strikes(&self, scan: &Scan) -> bool {
        let code = match scan.target {
            Target::Live(code) | Target::Retired(code) => RawCode::from(code),
            Target::Orphan(raw) => raw,
        };
        code == self.code && self.from <= scan.moment && scan.moment < self.until
    }
}

/// A strike that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Struck {
    /// From 1, in the order in which they were done.
    pub number: u32,
    /// What was struck out.
    pub strike: Strike,
    /// What the counts lost by it.
    pub counts: Vec<DayCount>,
    /// When it was undone.
    pub undone: Option<Moment>,
}

impl Struck {
    /// Whether it still strikes out some of what `other` is about.
    pub fn overlaps(&self, other: &Strike) -> bool {
        let own = &self.strike;
        let apart = own.until <= other.from || other.until <= own.from;
        self.undone.is_none() && own.code == other.code && !apart
    }

    /// How many openings were struck out.
    pub fn total(&self) -> Count {
        let mut total = Count::default();
        for row in &self.counts {
            total.add(row.total);
        }
        total
    }
}

/// Why a strike cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "lowercase")]
pub enum StrikeFault {
    /// No scan of that code in that time is left in the counts.
    #[error("no scan of that code in that time is counted")]
    Nothing,
    /// Scans of that time are no longer kept one by one.
    #[error("scans of that time are no longer kept one by one")]
    Gone,
    /// An earlier strike took some of them out already.
    #[error("strike {number} took some of them out already")]
    Overlaps {
        /// The number of that strike.
        number: u32,
    },
}
