//! A statute or interpretation in one version, and references to its articles.

use std::fmt;

use super::period::Day;
use super::topic::is_slug;

/// A law's id in `laws.toml`, such as `cpl`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LawId(String);

impl LawId {
    /// 1 to 32 of `a-z`, `0-9` and `-`, beginning with a letter; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        is_slug(text).then(|| Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A statute or judicial interpretation in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    /// Its id.
    pub id: LawId,
    /// Its full title, without 《》.
    pub title: String,
    /// What it is called in running text.
    pub short: String,
    /// Which version this is, as shown to readers.
    pub version: String,
    /// What English pages call it, where that was written.
    pub english: Option<EnglishLaw>,
    /// The first day it is in force.
    pub in_force_from: Day,
    /// The last day it is in force, where that is known.
    pub in_force_until: Option<Day>,
    /// The number of its last article, where that was checked.
    pub articles: Option<u16>,
    /// The version after it; pages list no law that has one.
    pub replaced_by: Option<LawId>,
    /// Where its articles stand in the version after it.
    pub renumbered: Vec<Renumbered>,
}

/// What a law is called in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnglishLaw {
    /// Its full title.
    pub title: String,
    /// What it is called in running text.
    pub short: String,
    /// Which version this is.
    pub version: String,
}

/// Articles of a law that have other numbers in the version after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renumbered {
    /// The first of them.
    pub from: u16,
    /// The last of them.
    pub last: u16,
    /// What is added to their numbers.
    pub by: i16,
}

/// What older versions of a law called an article, and the words by which its subject is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The law in force.
    pub law: LawId,
    /// The article that the subject stands in.
    pub article: u16,
    /// Words that are written about this subject only.
    pub words: Vec<String>,
    /// The article's numbers in older versions.
    pub old: Vec<u16>,
}

impl Subject {
    /// Whether `text` is about this subject.
    pub fn is_in(&self, text: &str) -> bool {
        self.words.iter().any(|word| text.contains(word.as_str()))
    }
}

impl Law {
    /// Whether this version is in force on `day`.
    pub fn in_force_on(&self, day: Day) -> bool {
        self.in_force_from <= day && self.in_force_until.is_none_or(|until| day <= until)
    }

    /// The number of `article` in the version after this one, where that is known. An entry of one
    /// article goes before a range that holds it.
    pub fn renumber(&self, article: u16) -> Option<u16> {
        let holds = |entry: &&Renumbered| (entry.from..=entry.last).contains(&article);
        let entry = self.renumbered.iter().filter(holds).min_by_key(|e| e.last - e.from)?;
        article.checked_add_signed(entry.by)
    }
}

/// An article, with its paragraph (款), item (项) and point (目) where they are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Article {
    /// 第N条, from 1.
    pub article: u16,
    /// 第N款, from 1.
    pub paragraph: Option<u16>,
    /// 第N项, from 1.
    pub item: Option<u16>,
    /// 第N目, from 1.
    pub point: Option<u16>,
}

impl Article {
    /// Reads `13`, `13-1`, `13-1-2`, `13-1-2-3`, or `13--2` (an item of an article without paragraphs).
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.parse::<u16>().ok().filter(|n| *n > 0);
        let mut parts = text.split('-');
        let article = number(parts.next()?)?;
        let (paragraph, item) = (parts.next(), parts.next());
        let paragraph = match paragraph {
            None => None,
            Some("") if item.is_some() => None,
            Some(text) => Some(number(text)?),
        };
        let item = item.map(|text| number(text).ok_or(())).transpose().ok()?;
        let point = parts.next().map(|text| number(text).ok_or(())).transpose().ok()?;
        parts.next().is_none().then_some(Self { article, paragraph, item, point })
    }

    /// An article as a whole.
    pub fn whole(article: u16) -> Self {
        Self { article, paragraph: None, item: None, point: None }
    }

    /// As English pages write it: `art. 13 para. 1 item 2`.
    pub fn in_english(&self) -> String {
        let parts = [("para.", self.paragraph), ("item", self.item), ("point", self.point)];
        let named = parts.iter().filter_map(|(name, number)| Some((name, (*number)?)));
        named.fold(format!("art. {}", self.article), |text, (name, number)| {
            format!("{text} {name} {number}")
        })
    }
}

impl fmt::Display for Article {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第{}条", self.article)?;
        if let Some(paragraph) = self.paragraph {
            write!(f, "第{paragraph}款")?;
        }
        if let Some(item) = self.item {
            write!(f, "第{item}项")?;
        }
        if let Some(point) = self.point {
            write!(f, "第{point}目")?;
        }
        Ok(())
    }
}

/// A reference to one article of one law.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Citation {
    /// Which law.
    pub law: LawId,
    /// Which article.
    pub article: Article,
}

impl Citation {
    /// Reads `fees#22-1`: a law's id, `#`, an [`Article`].
    pub fn parse(text: &str) -> Option<Self> {
        let (law, article) = text.split_once('#')?;
        Some(Self { law: LawId::parse(law)?, article: Article::parse(article)? })
    }

    /// What [`Citation::parse`] reads.
    pub fn address(&self) -> String {
        let Article { article, paragraph, item, point } = self.article;
        let parts = [paragraph, item, point].map(|part| part.map(|n| n.to_string()));
        let last = parts.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        let rest = parts[..last].iter().map(|part| format!("-{}", part.as_deref().unwrap_or("")));
        format!("{}#{article}{}", self.law.as_str(), rest.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_one_article_goes_before_a_range() {
        let entry = |from, last, by| Renumbered { from, last, by };
        let law = Law {
            id: LawId::parse("cpl-2017").unwrap(),
            title: String::new(),
            short: String::new(),
            version: String::new(),
            english: None,
            in_force_from: Day::from_number(0),
            in_force_until: None,
            articles: None,
            replaced_by: LawId::parse("cpl"),
            renumbered: vec![entry(44, 162, 3), entry(100, 100, 7), entry(276, 552, -2)],
        };
        for (old, new) in [(43, None), (44, Some(47)), (100, Some(107)), (276, Some(274))] {
            assert_eq!(law.renumber(old), new, "{old}");
        }
    }

    #[test]
    fn articles_are_written_as_lawyers_write_them() {
        for (text, shown, english) in [
            ("22", "第22条", "art. 22"),
            ("13-1", "第13条第1款", "art. 13 para. 1"),
            ("13-1-2", "第13条第1款第2项", "art. 13 para. 1 item 2"),
            ("13-1-2-3", "第13条第1款第2项第3目", "art. 13 para. 1 item 2 point 3"),
            ("6--1", "第6条第1项", "art. 6 item 1"),
        ] {
            let article = Article::parse(text).unwrap();
            assert_eq!(
                (article.to_string().as_str(), article.in_english().as_str()),
                (shown, english)
            );
            let address = format!("fees#{text}");
            assert_eq!(Citation::parse(&address).unwrap().address(), address);
        }
        for text in ["", "0", "13-", "13-0", "a", "13-1-2-3-4", "13-1-2-", "13--"] {
            assert_eq!(Article::parse(text), None, "{text}");
        }
    }
}
