//! One opening of a code's URL, and counts of such openings. Nothing about the person.
//!
//! What is kept is fixed by contract: time to the second, code, client family, system, whether it
//! repeats a visit of the day, whether it was a machine. No address, agent string or hash of them.

use serde::{Deserialize, Serialize};

use super::code::{Code, RawCode};
use super::period::{Day, Moment, Period};

/// The family of the program that opened the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Client {
    /// 微信
    Wechat,
    /// 支付宝
    Alipay,
    /// 钉钉
    Dingtalk,
    /// QQ and its browser
    Qq,
    /// Any other browser
    Browser,
    /// Anything else
    Other,
}

impl Client {
    /// All families; the position of each is its number in the store, so this is only added to.
    pub const ALL: [Self; 6] =
        [Self::Wechat, Self::Alipay, Self::Dingtalk, Self::Qq, Self::Browser, Self::Other];

    /// The name used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wechat => "wechat",
            Self::Alipay => "alipay",
            Self::Dingtalk => "dingtalk",
            Self::Qq => "qq",
            Self::Browser => "browser",
            Self::Other => "other",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Wechat => "微信",
            Self::Alipay => "支付宝",
            Self::Dingtalk => "钉钉",
            Self::Qq => "QQ",
            Self::Browser => "浏览器",
            Self::Other => "其他",
        }
    }

    /// What it is called in English.
    pub fn english(self) -> &'static str {
        match self {
            Self::Wechat => "WeChat",
            Self::Alipay => "Alipay",
            Self::Dingtalk => "DingTalk",
            Self::Qq => "QQ",
            Self::Browser => "Browser",
            Self::Other => "Other",
        }
    }
}

/// The system of the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// Android
    Android,
    /// 鸿蒙
    Harmonyos,
    /// iOS and iPadOS
    Ios,
    /// Anything else
    Other,
}

impl System {
    /// All systems; the position of each is its number in the store, so this is only added to.
    pub const ALL: [Self; 4] = [Self::Android, Self::Harmonyos, Self::Ios, Self::Other];
}

/// What was scanned, as the registry of that moment saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// A code that hangs.
    Live(Code),
    /// A code whose placement is retired: the poster was replaced.
    Retired(Code),
    /// A mistyped code, or one whose placement or topic is unknown.
    Orphan(RawCode),
}

/// One opening of a code's URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scan {
    /// When, to the second.
    pub moment: Moment,
    /// What was scanned.
    pub target: Target,
    /// The program.
    pub client: Client,
    /// The phone's system.
    pub system: System,
    /// Whether it repeats a visit of the same day.
    pub repeat: bool,
    /// Whether it was a machine: a bot, a link preview, a prefetch.
    pub machine: bool,
}

impl Scan {
    /// Which column of the statistics it belongs to.
    pub fn class(&self) -> Class {
        match (self.machine, self.target) {
            (true, _) => Class::Machines,
            (false, Target::Live(_)) => Class::People,
            (false, Target::Retired(_)) => Class::Retired,
            (false, Target::Orphan(_)) => Class::Orphans,
        }
    }

    /// The placement's and the topic's number; 0 and 0 for an orphan.
    pub fn cell(&self) -> (u32, u8) {
        match self.target {
            Target::Live(code) | Target::Retired(code) => {
                (code.placement().get(), code.topic().get())
            }
            Target::Orphan(_) => (0, 0),
        }
    }
}

/// What is counted apart from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// People's openings of codes that hang: what `scans` means.
    People,
    /// Bots, link previews, prefetches.
    Machines,
    /// People's openings of codes that are unknown or mistyped.
    Orphans,
    /// People's openings of retired codes.
    Retired,
}

impl Class {
    /// All classes; the position of each is its number in the store, so this is only added to.
    pub const ALL: [Self; 4] = [Self::People, Self::Machines, Self::Orphans, Self::Retired];
}

/// How often, in one hour or many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// First openings of a day, about: told apart without keeping anything of the person.
    pub visits: u64,
    /// Further openings by the same phone on the same day.
    pub repeats: u64,
}

impl Count {
    /// All openings.
    pub fn scans(self) -> u64 {
        self.visits + self.repeats
    }

    /// Adds `other`.
    pub fn add(&mut self, other: Self) {
        self.visits = self.visits.saturating_add(other.visits);
        self.repeats = self.repeats.saturating_add(other.repeats);
    }

    /// Takes `other` away; nothing is left where that is more than there is.
    pub fn take(&mut self, other: Self) {
        self.visits = self.visits.saturating_sub(other.visits);
        self.repeats = self.repeats.saturating_sub(other.repeats);
    }
}

/// The counts of one day for one placement, topic, client and class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// The day.
    pub day: Day,
    /// The placement's number; 0 for orphans.
    pub placement: u32,
    /// The topic's number.
    pub topic: u8,
    /// The program; none where the question was not about it.
    pub client: Option<Client>,
    /// What kind of opening.
    pub class: Class,
    /// The openings of the whole day.
    pub total: Count,
    /// Hour of the day and its count, only hours that have one, rising; empty where the question was
    /// not about hours.
    pub hours: Vec<(u8, Count)>,
}

/// How finely counts are wanted. The coarser, the sooner: a year of a city is read in milliseconds by
/// totals, in half a second in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Detail {
    /// One row a class, day, placement and topic.
    Totals,
    /// With the hours of the day.
    Hours,
    /// One row a class, day, placement, topic and client, with the hours of the day.
    #[default]
    Full,
}

impl Detail {
    /// All details, from the coarsest to the finest.
    pub const ALL: [Self; 3] = [Self::Totals, Self::Hours, Self::Full];
}

/// Which counts to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScanQuery {
    /// The days.
    pub period: Period,
    /// How finely.
    pub detail: Detail,
}
