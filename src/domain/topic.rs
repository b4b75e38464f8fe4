//! A matter that litigants need help with: `fees`, `filing` and so on.
//!
//! Its number is printed in codes and never reused. The text is `guide`'s.

use std::fmt;

use serde::Serialize;

/// A topic's slug: what stands in `/g/{topic}` and names its folder under `guides/`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct TopicId(String);

impl TopicId {
    /// 1 to 32 of `a-z`, `0-9` and `-`, beginning with a letter; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        is_slug(text).then(|| Self(text.to_owned()))
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TopicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The shape of every slug and id of the content: 1 to 32 of `a-z`, `0-9`, `-`, a letter first.
pub(crate) fn is_slug(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A topic's number, 0 to 127; 0 is the one code of all topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct TopicNumber(u8);

impl TopicNumber {
    /// The one code: every topic.
    pub const ALL: Self = Self(0);

    /// `None` above 127.
    pub fn new(number: u8) -> Option<Self> {
        (number < 128).then_some(Self(number))
    }

    /// 0 to 127.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for TopicNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A matter that litigants need help with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its slug.
    pub id: TopicId,
    /// Its number, for ever.
    pub number: TopicNumber,
    /// The name of its drawing in `templates/icons/`.
    pub icon: String,
}
