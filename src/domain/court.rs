//! A courthouse: id, level, and what it tells of itself.

use std::fmt;

use serde::Serialize;

use super::duty::OnDuty;
use super::topic::is_slug;

/// A court's id, such as `jingxiu`: in file names, options and reports.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct CourtId(String);

impl CourtId {
    /// 1 to 32 of `a-z`, `0-9` and `-`, beginning with a letter; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        is_slug(text).then(|| Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CourtId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The level of a court (人民法院组织法第12、13条).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// 基层人民法院
    Basic,
    /// 中级人民法院
    Intermediate,
    /// 高级人民法院
    High,
}

impl Level {
    /// The name used in `courts.toml`; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "basic" => Some(Self::Basic),
            "intermediate" => Some(Self::Intermediate),
            "high" => Some(Self::High),
            _ => None,
        }
    }

    /// The name used in `courts.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Intermediate => "intermediate",
            Self::High => "high",
        }
    }
}

/// A courthouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Court {
    /// Its id, for ever.
    pub id: CourtId,
    /// Its full name, as on its seal.
    pub name: String,
    /// Its level.
    pub level: Level,
    /// Street address; empty where the court has not given it.
    pub address: String,
    /// Opening hours in words; empty where the court has not given them.
    pub hours: String,
    /// Telephone; empty where the court has not given it (pages then say 12368).
    pub telephone: String,
    /// When people are on duty on workdays.
    pub on_duty: OnDuty,
}
