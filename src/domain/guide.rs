//! One topic's text in one language, ready to be shown: its Markdown is already HTML.

use std::fmt;

use super::law::{Citation, LawId};
use super::period::Day;
use super::topic::TopicId;

/// A language of the guides. To add one: a variant, its place in [`Language::ALL`], its row in
/// `about`; its words are files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Simplified Chinese: the source of the others.
    ZhHans,
    /// Traditional Chinese.
    ZhHant,
    /// English.
    En,
}

/// What the program knows of a language, apart from its words.
struct About {
    tag: &'static str,
    name: &'static str,
    /// The parts of a browser's tag, in lower case, by which it is told from others of its kind.
    parts: &'static [&'static str],
    direction: &'static str,
    made_from: Option<Language>,
}

impl Language {
    /// All languages, the source first.
    pub const ALL: [Self; 3] = [Self::ZhHans, Self::ZhHant, Self::En];

    const fn about(self) -> About {
        let (tag, name, parts, direction, made_from): (_, _, &[_], _, _) = match self {
            Self::ZhHans => ("zh-Hans", "简体中文", &["hans", "cn", "sg", "my"], "ltr", None),
            Self::ZhHant => {
                ("zh-Hant", "繁體中文", &["hant", "tw", "hk", "mo"], "ltr", Some(Self::ZhHans))
            }
            Self::En => ("en", "English", &[], "ltr", None),
        };
        About { tag, name, parts, direction, made_from }
    }

    /// The tag of BCP 47, used in file names, options and `lang` attributes.
    pub fn tag(self) -> &'static str {
        self.about().tag
    }

    /// What it calls itself.
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// In which direction it is written, as the attribute `dir` says it.
    pub fn direction(self) -> &'static str {
        self.about().direction
    }

    /// The language whose pages become its own by changing characters alone, if there is one: what
    /// is not written in it is made.
    pub fn made_from(self) -> Option<Self> {
        self.about().made_from
    }

    /// The language that its pages are written in: itself, unless it is made from another.
    #[must_use]
    pub fn written(self) -> Self {
        self.made_from().unwrap_or(self)
    }

    /// Whether facts and the program's own words are said in English; every other language has them
    /// in Chinese.
    pub fn is_english(self) -> bool {
        self == Self::En
    }

    /// Whether it is Chinese, in either script.
    pub fn is_chinese(self) -> bool {
        self.written() == Self::ZhHans
    }

    /// One of the tags; else `None`.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The language of a browser's range, such as `zh-CN` or `zh-Hant-HK`.
    pub fn of_range(range: &str) -> Option<Self> {
        let range = range.to_ascii_lowercase();
        let mut parts = range.split('-');
        let kind = parts.next()?;
        let of_kind = |language: &Self| language.tag().split('-').next() == Some(kind);
        let mut alike = Self::ALL.into_iter().filter(of_kind);
        let told = parts
            .find_map(|part| alike.clone().find(|language| language.about().parts.contains(&part)));
        told.or_else(|| alike.next())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_s_range_names_the_language_by_script_or_by_place() {
        for (range, language) in [
            ("zh", Some(Language::ZhHans)),
            ("zh-CN", Some(Language::ZhHans)),
            ("zh-TW", Some(Language::ZhHant)),
            ("zh-HK", Some(Language::ZhHant)),
            ("zh-Hant-MO", Some(Language::ZhHant)),
            ("zh-Hans-HK", Some(Language::ZhHans)),
            ("en-GB", Some(Language::En)),
            ("EN", Some(Language::En)),
            ("english", None),
            ("fr-CN", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Language::of_range(range), language, "{range}");
        }
    }

    #[test]
    fn every_language_has_a_tag_of_its_own_and_is_made_from_a_written_one() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(language));
            assert_eq!(language.written().made_from(), None);
        }
    }
}
