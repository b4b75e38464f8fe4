//! All content, with its lookups. Plain data: built by `content`, read by everyone.

use std::collections::BTreeMap;

use super::calendar::Calendar;
use super::court::{Court, CourtId};
use super::document::{DocumentId, DocumentTemplate};
use super::fee::FeeSchedule;
use super::guide::{Guide, Language};
use super::law::{Citation, Law, LawId, Subject};
use super::limit::{Counting, TimeLimit};
use super::local::LocalText;
use super::period::Day;
use super::placement::{Placement, PlacementNumber};
use super::topic::{Topic, TopicId, TopicNumber};
use super::word::{Avoid, Word};

/// An official site that guides may link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficialLink {
    /// Its id in `links.toml`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What English pages call it, where that was written.
    pub title_en: Option<String>,
    /// Where it is; always `https:`.
    pub url: String,
}

/// All content of a site.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// By number: 0 is the one code.
    pub topics: BTreeMap<TopicNumber, Topic>,
    /// By topic and language.
    pub guides: BTreeMap<(TopicNumber, Language), Guide>,
    /// In the order of `courts.toml`.
    pub courts: Vec<Court>,
    /// By number.
    pub placements: BTreeMap<PlacementNumber, Placement>,
    /// In the order of `laws.toml`.
    pub laws: Vec<Law>,
    /// In the order of `laws.toml`.
    pub subjects: Vec<Subject>,
    /// In the order of `limits.toml`.
    pub limits: Vec<TimeLimit>,
    /// In the order of `links.toml`.
    pub links: Vec<OfficialLink>,
    /// In the order of `local.toml`.
    pub locals: Vec<LocalText>,
    /// The fee schedules, by the first day they are in force, without gap or overlap.
    pub schedules: Vec<FeeSchedule>,
    /// The articles by which days are counted.
    pub counting: Counting,
    /// Public holidays and make-up workdays.
    pub calendar: Calendar,
    /// The terms of the law, in the order of `words.toml`.
    pub words: Vec<Word>,
    /// The phrases that guides do without.
    pub avoid: Vec<Avoid>,
    /// The litigation documents, in the order of their list.
    pub documents: Vec<DocumentTemplate>,
}

impl Library {
    /// The topic of a slug.
    pub fn topic(&self, id: &TopicId) -> Option<&Topic> {
        self.topics.values().find(|topic| topic.id == *id)
    }

    /// The litigation document of an id.
    pub fn document(&self, id: &DocumentId) -> Option<&DocumentTemplate> {
        self.documents.iter().find(|document| document.id == *id)
    }

    /// The court of an id.
    pub fn court(&self, id: &CourtId) -> Option<&Court> {
        self.courts.iter().find(|court| court.id == *id)
    }

    /// The law of an id.
    pub fn law(&self, id: &LawId) -> Option<&Law> {
        self.laws.iter().find(|law| law.id == *id)
    }

    /// The fees in force on `day`; never those of another time.
    pub fn fees_on(&self, day: Day) -> Option<&FeeSchedule> {
        let in_force = |s: &&FeeSchedule| s.from <= day && s.until.is_none_or(|until| day <= until);
        self.schedules.iter().find(in_force)
    }

    /// A citation with the law's full title and version, as results give it:
    /// `诉讼费用交纳办法（国务院令第481号）第22条第1款`.
    pub fn cited(&self, citation: &Citation) -> String {
        match self.law(&citation.law) {
            Some(law) => format!("{}（{}）{}", law.title, law.version, citation.article),
            None => format!("{}{}", citation.law.as_str(), citation.article),
        }
    }

    /// Where a law's article stands on `day`: the same where the law is in force; `None` where a
    /// later version moved it and nobody told where to.
    pub fn current(&self, law: &LawId, article: u16, day: Day) -> Option<(&Law, u16)> {
        let (mut law, mut article) = (self.law(law)?, article);
        // No chain of versions is longer than the list.
        for _ in &self.laws {
            if law.in_force_on(day) {
                return Some((law, article));
            }
            article = law.renumber(article)?;
            law = self.law(law.replaced_by.as_ref()?)?;
        }
        None
    }

    /// The version of a law that is in force on `day`, where the chain of versions leads to one.
    pub fn version(&self, law: &LawId, day: Day) -> Option<&Law> {
        let mut law = self.law(law)?;
        for _ in &self.laws {
            if law.in_force_on(day) {
                return Some(law);
            }
            law = self.law(law.replaced_by.as_ref()?)?;
        }
        None
    }

    /// A topic's guide in `language`, else in the source language.
    pub fn guide(&self, topic: TopicNumber, language: Language) -> Option<&Guide> {
        self.guides.get(&(topic, language)).or_else(|| self.guides.get(&(topic, Language::ZhHans)))
    }
}
