//! One spot where codes hang: a court, a place in it, a channel; its number is for ever.

use std::fmt;

use serde::Serialize;

use super::court::CourtId;
use super::period::Day;

/// A placement's number, 1 to 262143.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct PlacementNumber(u32);

impl PlacementNumber {
    /// The largest number a code has room for.
    pub const MAX: u32 = (1 << 18) - 1;

    /// `None` for 0 and above [`PlacementNumber::MAX`].
    pub fn new(number: u32) -> Option<Self> {
        (1..=Self::MAX).contains(&number).then_some(Self(number))
    }

    /// 1 to 262143.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for PlacementNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What kind of spot a placement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// 诉讼服务大厅
    Hall,
    /// 24小时法院: nobody is on duty at night.
    Court24,
    /// 诉讼服务中心
    Center,
    /// 网上
    Online,
    /// 12368
    Hotline,
    /// 人人都是服务站: shown by a member of staff.
    Staff,
    /// 流动诉服
    Outreach,
}

impl Channel {
    /// All channels, in the contract's order.
    pub const ALL: [Self; 7] = [
        Self::Hall,
        Self::Court24,
        Self::Center,
        Self::Online,
        Self::Hotline,
        Self::Staff,
        Self::Outreach,
    ];

    /// The name used in files, options and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hall => "hall",
            Self::Court24 => "court24",
            Self::Center => "center",
            Self::Online => "online",
            Self::Hotline => "hotline",
            Self::Staff => "staff",
            Self::Outreach => "outreach",
        }
    }

    /// What visitors call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Hall => "诉讼服务大厅",
            Self::Court24 => "24小时法院",
            Self::Center => "诉讼服务中心",
            Self::Online => "网上",
            Self::Hotline => "12368",
            Self::Staff => "人人都是服务站",
            Self::Outreach => "流动诉服",
        }
    }

    /// What it is called in English.
    pub fn english(self) -> &'static str {
        match self {
            Self::Hall => "Service hall",
            Self::Court24 => "24-hour court",
            Self::Center => "Service centre",
            Self::Online => "Online",
            Self::Hotline => "12368 hotline",
            Self::Staff => "Shown by staff",
            Self::Outreach => "Outreach",
        }
    }

    /// One of the contract's names; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text)
    }
}

/// One spot where codes hang.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Its number, never reused.
    pub number: PlacementNumber,
    /// The court it belongs to.
    pub court: CourtId,
    /// Where in that court, in words: `诉讼服务大厅`, `第三审判区 2 号柱`.
    pub place: String,
    /// What kind of spot it is.
    pub channel: Channel,
    /// Since when it has hung there, where that is known.
    pub since: Option<Day>,
    /// Since when its codes no longer hang; they still open their guides.
    pub retired: Option<Day>,
    /// The court's own remark; shown nowhere.
    pub note: String,
}
