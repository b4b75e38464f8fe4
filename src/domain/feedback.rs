//! 「这一页有用吗？」: one of three answers, and counts of them. Nothing about the person.
//!
//! What is kept is fixed: the day, where a code hangs that led there, the topic, the answer. No free
//! text. An answer more is an entry of [`Answer::ALL`], a field of [`Answers`] and a format of its
//! record in the store.

use serde::{Deserialize, Serialize};

use super::period::Day;
use super::placement::PlacementNumber;
use super::topic::TopicNumber;

/// What somebody says of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// 有用
    Yes,
    /// 有点用
    Partly,
    /// 没找到要的
    No,
}

impl Answer {
    /// All answers, in the order of buttons and columns.
    pub const ALL: [Self; 3] = [Self::Yes, Self::Partly, Self::No];

    /// The name used in forms and as column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
        }
    }

    /// One of the names; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.as_str() == text)
    }
}

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feedback {
    /// The day on which it was given.
    pub day: Day,
    /// The placement whose code led to the page, where one did.
    pub placement: Option<PlacementNumber>,
    /// The page's topic.
    pub topic: TopicNumber,
    /// What was said.
    pub answer: Answer,
}

/// How often each answer was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answers {
    /// 有用
    pub yes: u64,
    /// 有点用
    pub partly: u64,
    /// 没找到要的
    pub no: u64,
}

impl Answers {
    /// How often `answer` was given.
    pub fn get(self, answer: Answer) -> u64 {
        match answer {
            Answer::Yes => self.yes,
            Answer::Partly => self.partly,
            Answer::No => self.no,
        }
    }

    /// Counts `answer` once more.
    pub fn count(&mut self, answer: Answer) {
        let number = match answer {
            Answer::Yes => &mut self.yes,
            Answer::Partly => &mut self.partly,
            Answer::No => &mut self.no,
        };
        *number = number.saturating_add(1);
    }

    /// Adds `other`.
    pub fn add(&mut self, other: Self) {
        self.yes = self.yes.saturating_add(other.yes);
        self.partly = self.partly.saturating_add(other.partly);
        self.no = self.no.saturating_add(other.no);
    }
}

/// The answers of one day for one placement and topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackCount {
    /// The day.
    pub day: Day,
    /// The placement's number; 0 where no code led to the page.
    pub placement: u32,
    /// The topic's number.
    pub topic: u8,
    /// How often each was given.
    pub answers: Answers,
}
