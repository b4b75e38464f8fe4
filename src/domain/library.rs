//! All content, with its lookups. Plain data: built by `content`, read by everyone.

use std::collections::BTreeMap;

use super::court::{Court, CourtId};
use super::fee::{FeeSchedule, TimeLimit};
use super::guide::{Guide, Language};
use super::law::{Law, LawId};
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
    /// In the order of `limits.toml`.
    pub limits: Vec<TimeLimit>,
    /// In the order of `links.toml`.
    pub links: Vec<OfficialLink>,
    /// The fees, where the site has them.
    pub fees: Option<FeeSchedule>,
    /// The terms of the law, in the order of `words.toml`.
    pub words: Vec<Word>,
    /// The phrases that guides do without.
    pub avoid: Vec<Avoid>,
}

impl Library {
    /// The topic of a slug.
    pub fn topic(&self, id: &TopicId) -> Option<&Topic> {
        self.topics.values().find(|topic| topic.id == *id)
    }

    /// The court of an id.
    pub fn court(&self, id: &CourtId) -> Option<&Court> {
        self.courts.iter().find(|court| court.id == *id)
    }

    /// The law of an id.
    pub fn law(&self, id: &LawId) -> Option<&Law> {
        self.laws.iter().find(|law| law.id == *id)
    }

    /// A topic's guide in `language`, else in the source language.
    pub fn guide(&self, topic: TopicNumber, language: Language) -> Option<&Guide> {
        self.guides.get(&(topic, language)).or_else(|| self.guides.get(&(topic, Language::ZhHans)))
    }
}
