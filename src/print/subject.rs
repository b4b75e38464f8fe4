//! What one piece is about -> what its template reads.
//!
//! To let layouts show one thing more, add it to `Subject::fields`.

use std::fmt;

use serde_json::{Value, json};

use super::address::BaseUrl;
use crate::domain::code::Code;
use crate::domain::court::Court;
use crate::domain::guide::{Guide, Language};
use crate::domain::library::Library;
use crate::domain::placement::Placement;
use crate::domain::site::SiteFiles;
use crate::domain::topic::Topic;

/// In which language a piece speaks; with a second one below it, where it is bilingual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wording {
    /// The one that leads.
    pub language: Language,
    /// The one beside it.
    pub beside: Option<Language>,
}

impl Wording {
    /// What pieces come in. There is no zh-Hant: the print fonts have mainland shapes.
    pub const PRINTED: [Self; 3] = [
        Self { language: Language::ZhHans, beside: None },
        Self { language: Language::En, beside: None },
        Self { language: Language::ZhHans, beside: Some(Language::En) },
    ];

    /// One language alone.
    pub fn only(language: Language) -> Self {
        Self { language, beside: None }
    }

    /// `en`, or `zh-Hans+en`; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((first, second)) = text.split_once('+') else {
            return Language::parse(text).map(Self::only);
        };
        let (language, beside) = (Language::parse(first)?, Language::parse(second)?);
        (language != beside).then_some(Self { language, beside: Some(beside) })
    }

    /// Its languages, the leading one first.
    pub fn languages(self) -> impl Iterator<Item = Language> {
        [Some(self.language), self.beside].into_iter().flatten()
    }
}

impl fmt::Display for Wording {
    /// As [`Wording::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.beside {
            None => self.language.fmt(f),
            Some(beside) => write!(f, "{}+{beside}", self.language),
        }
    }
}

/// What one piece is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Whose wall it hangs on.
    pub court: &'a Court,
    /// Where.
    pub placement: &'a Placement,
    /// What about.
    pub topic: &'a Topic,
    /// In which words.
    pub guide: &'a Guide,
    /// The same in a second language, on a bilingual piece.
    pub beside: Option<&'a Guide>,
    /// What else there is: one-code posters list it.
    pub library: &'a Library,
    /// Where the topics' drawings are.
    pub files: &'a SiteFiles,
}

impl Subject<'_> {
    /// The code that is printed.
    pub fn code(&self) -> Code {
        Code::new(self.placement.number, self.topic.number)
    }

    /// In which language it speaks.
    pub fn wording(&self) -> Wording {
        let beside = self.beside.map(|guide| guide.language);
        Wording { language: self.guide.language, beside }
    }

    /// The document's title, where it is the only piece in it.
    pub(super) fn title(&self) -> String {
        let between = if self.guide.language == Language::En { " – " } else { "｜" };
        format!("{}{between}{}", self.guide.title, self.court.name)
    }

    /// What a layout's template reads of it.
    pub(super) fn fields(&self, base_url: &BaseUrl) -> Value {
        let Self { court, placement, topic, guide, .. } = self;
        let code = self.code();
        json!({
            "lang": guide.language.tag(),
            "court": court.name,
            // For messages: one of 24 labels has to be found.
            "placement": placement.number.get(),
            "place": placement.place,
            "channel": placement.channel.as_str(),
            "topic": {
                "number": topic.number.get(),
                "slug": topic.id.as_str(),
                "title": guide.title,
                "summary": guide.summary,
                "icon_file": icon_path(topic),
            },
            "steps": guide.steps,
            "beside": self.beside.map(|guide| json!({
                "lang": guide.language.tag(),
                "title": guide.title,
                "summary": guide.summary,
                "steps": guide.steps,
            })),
            "code": code.to_string(),
            "url": base_url.url(code),
            "address": base_url.address(code),
            "hotline": "12368",
            "edition": guide.reviewed.to_string(),
        })
    }

    /// The drawing of a topic as SVG. Typst knows no `currentColor`: it takes the family's ink.
    pub(super) fn icon(&self, topic: &Topic) -> Option<String> {
        let drawing = self.files.get(&format!("templates/icons/{}.svg", topic.icon))?;
        Some(String::from_utf8_lossy(drawing).replace("currentColor", "#1B1B1B"))
    }

    /// What one-code posters read as `topics`: every topic but the one code that has a guide in this
    /// language, by number; and the drawings (path and SVG) of those that have one.
    pub(super) fn listed(&self) -> (Value, Vec<(String, String)>) {
        let (mut list, mut icons) = (Vec::new(), Vec::new());
        let beside = |topic: &Topic| {
            let language = self.beside?.language;
            let guide = self.library.guides.get(&(topic.number, language))?;
            Some(json!({ "title": guide.title, "summary": guide.summary }))
        };
        for topic in self.library.topics.values().filter(|topic| topic.number.get() != 0) {
            let guide = self.library.guides.get(&(topic.number, self.guide.language));
            let Some(guide) = guide else { continue };
            let drawn = self.icon(topic);
            let path = drawn.map(|svg| (icon_path(topic), svg));
            list.push(json!({
                "number": topic.number.get(),
                "slug": topic.id.as_str(),
                "title": guide.title,
                "summary": guide.summary,
                "icon_file": path.as_ref().map(|(path, _)| path),
                "beside": beside(topic),
            }));
            icons.extend(path);
        }
        (Value::Array(list), icons)
    }
}

/// Where a template finds a topic's drawing. One path a topic: Typst frees no paths.
pub(super) fn icon_path(topic: &Topic) -> String {
    format!("/icon-{}.svg", topic.number.get())
}

/// Every string in `data`, one after the other.
pub(super) fn all_text(data: &Value) -> String {
    match data {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(all_text).collect(),
        Value::Object(map) => map.values().map(all_text).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}
