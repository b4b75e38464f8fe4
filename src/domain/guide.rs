//! One topic's text in one language, ready to be shown: its Markdown is already HTML.

use std::fmt;

use super::law::{Citation, LawId};
use super::period::Day;
use super::topic::TopicId;

/// A language of the guides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Simplified Chinese: the source of the others.
    ZhHans,
    /// Traditional Chinese.
    ZhHant,
    /// English.
    En,
}

impl Language {
    /// All languages, the source first.
    pub const ALL: [Self; 3] = [Self::ZhHans, Self::ZhHant, Self::En];

    /// The tag of BCP 47, used in file names, options and `lang` attributes.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhHans => "zh-Hans",
            Self::ZhHant => "zh-Hant",
            Self::En => "en",
        }
    }

    /// One of the tags; else `None`.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A heading of the page, for its table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its anchor.
    pub id: String,
    /// Its text.
    pub title: String,
}

/// One topic's text in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    /// The topic.
    pub topic: TopicId,
    /// The language.
    pub language: Language,
    /// The page's and the poster's title, at most eight characters in Chinese.
    pub title: String,
    /// One sentence: what this page gets you.
    pub summary: String,
    /// The lines of the poster: what to do, in order.
    pub steps: Vec<String>,
    /// What can be done where nobody is on duty, and what must wait.
    pub night: String,
    /// The body as HTML.
    pub body: String,
    /// The body's sections.
    pub contents: Vec<Heading>,
    /// The articles it cites, each once, in order of law and article.
    pub citations: Vec<Citation>,
    /// When it was last reviewed: the edition that posters and pages show.
    pub reviewed: Day,
    /// When it has to be reviewed again.
    pub review_by: Day,
}

impl Guide {
    /// The laws it cites, each once, in order of first citation.
    pub fn laws(&self) -> Vec<&LawId> {
        let mut laws: Vec<&LawId> = Vec::new();
        for citation in &self.citations {
            if !laws.contains(&&citation.law) {
                laws.push(&citation.law);
            }
        }
        laws
    }
}
