//! Links between our pages, which keep the language, the size and the place.

use super::{Page, PageKey};
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::topic::Topic;

/// Links that keep the language, the size and the place, and that never lead to a code: a toggle is
/// no scan.
pub(super) struct Links<'a> {
    pub(super) key: &'a PageKey,
    pub(super) library: &'a Library,
}

impl Links<'_> {
    /// The address of `page`.
    pub(super) fn to(&self, page: Page, large: bool, language: Option<Language>) -> String {
        let path = match page {
            Page::Guide(number) => match self.library.topics.get(&number) {
                Some(topic) => format!("/g/{}", topic.id),
                None => "/".to_owned(),
            },
            Page::Design => "/design".to_owned(),
            Page::Home | Page::NotFound => "/".to_owned(),
        };
        path + &self.query(large, language)
    }

    /// Where an answer on `topic` goes, and from where it leads back.
    pub(super) fn useful(&self, topic: &Topic) -> String {
        format!("/g/{}/useful{}", topic.id, self.query(self.key.large, None))
    }

    fn query(&self, large: bool, language: Option<Language>) -> String {
        let mut query = Vec::new();
        if let Some(court) = self.key.court.and_then(|i| self.library.courts.get(i)) {
            query.push(format!("court={}", court.id));
        }
        if let Some(placement) = self.key.placement {
            query.push(format!("place={placement}"));
        }
        let language = language.unwrap_or(self.key.language);
        if language != Language::ZhHans || self.key.language != Language::ZhHans {
            query.push(format!("lang={language}"));
        }
        if large {
            query.push("v=large".to_owned());
        }
        if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) }
    }

    /// A guide's HTML with its links to our pages made to last in the same way.
    pub(super) fn lasting(&self, html: &str) -> String {
        let topics = self.library.topics.values();
        topics.fold(html.to_owned(), |html, topic| {
            let link = self.to(Page::Guide(topic.number), self.key.large, None);
            let link = format!("href=\"{}", link.replace('&', "&amp;"));
            let bare = format!("href=\"/g/{}", topic.id);
            html.replace(&format!("{bare}\""), &format!("{link}\""))
                .replace(&format!("{bare}#"), &format!("{link}#"))
        })
    }
}
