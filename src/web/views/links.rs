//! Links between our pages, which keep the language, the size and the place.

use super::{DocumentPage, Page, PageKey};
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::topic::Topic;

/// Links that keep the language, the size and the place, and that never lead to a code: a toggle is
/// no scan.
pub(super) struct Links<'a> {
    pub(super) key: &'a PageKey,
    pub(super) library: &'a Library,
    /// What was entered on this page: its own toggles keep that too.
    pub(super) entered: &'a [(String, String)],
}

impl Links<'_> {
    /// The address of `page`.
    pub(super) fn to(&self, page: Page, large: bool, language: Option<Language>) -> String {
        let (path, mut query) = self.own(page);
        if page == self.key.page {
            query.extend(self.entered.iter().cloned());
        }
        query.extend(self.kept(large, language));
        // Relative, it begins with the question mark: what this page's own address says is dropped.
        if query.is_empty() && !path.is_empty() {
            return path;
        }
        format!("{path}?{}", encoded(&query))
    }

    /// What lasts from page to page, to be put after a path; empty where nothing does.
    pub(super) fn lasting_query(&self) -> String {
        let kept = encoded(&self.kept(self.key.large, None));
        if kept.is_empty() { kept } else { format!("?{kept}") }
    }

    /// The path of `page` and what its address has to say besides.
    fn own(&self, page: Page) -> (String, Vec<(String, String)>) {
        let path = match page {
            Page::Guide(number) => match self.library.topics.get(&number) {
                Some(topic) => format!("/g/{}", topic.id),
                None => "/".to_owned(),
            },
            Page::Tool(calculator) => return calculator.address(self.library),
            Page::Document(DocumentPage::List) => "/d/".to_owned(),
            Page::Document(DocumentPage::PickUp) => "/pick-up".to_owned(),
            Page::Document(DocumentPage::Form(at)) => {
                let document = self.library.documents.get(at);
                document.map_or_else(|| "/d/".to_owned(), |document| format!("/d/{}", document.id))
            }
            Page::Search => "/search".to_owned(),
            Page::Staff(page) => page.path().to_owned(),
            Page::Design => "/design".to_owned(),
            Page::Home | Page::NotFound => "/".to_owned(),
        };
        (path, Vec::new())
    }

    /// Where an answer on `topic` goes, and from where it leads back.
    pub(super) fn useful(&self, topic: &Topic) -> String {
        let path = format!("/g/{}/useful", topic.id);
        let kept = encoded(&self.kept(self.key.large, None));
        if kept.is_empty() { path } else { format!("{path}?{kept}") }
    }

    /// Where the guide on `topic` is had as a file.
    pub(super) fn saved(&self, topic: &Topic) -> String {
        format!("/g/{}.html{}", topic.id, self.lasting_query())
    }

    /// What lasts from page to page, as the names and values of a query.
    pub(super) fn kept(&self, large: bool, language: Option<Language>) -> Vec<(String, String)> {
        let mut kept = Vec::new();
        let mut keep = |name: &str, value: String| kept.push((name.to_owned(), value));
        if let Some(court) = self.key.court.and_then(|i| self.library.courts.get(i)) {
            keep("court", court.id.to_string());
        }
        if let Some(placement) = self.key.placement {
            keep("place", placement.to_string());
        }
        // The source needs no name, unless it was asked for where the browser prefers another one.
        let named = match language {
            Some(_) => self.key.language != Language::ZhHans,
            None => self.key.by_name,
        };
        let language = language.unwrap_or(self.key.language);
        if language != Language::ZhHans || named {
            keep("lang", language.to_string());
        }
        if large {
            keep("v", "large".to_owned());
        }
        kept
    }

    /// A guide's HTML with its links to our pages made to last in the same way.
    pub(super) fn lasting(&self, html: &str) -> String {
        let kept = encoded(&self.kept(self.key.large, None)).replace('&', "&amp;");
        if kept.is_empty() {
            return html.to_owned();
        }
        let mut parts = html.split("href=\"");
        let mut lasting = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            lasting.push_str("href=\"");
            let link = part.split(['"', '#']).next().unwrap_or_default();
            let ours = ["/g/", "/t/", "/d/"].iter().any(|folder| link.starts_with(folder));
            if ours {
                let joint = if link.contains('?') { "&amp;" } else { "?" };
                for piece in [link, joint, &kept, &part[link.len()..]] {
                    lasting.push_str(piece);
                }
            } else {
                lasting.push_str(part);
            }
        }
        lasting
    }
}

/// The form to sign in by, which then leads on to `page`.
pub(in crate::web) fn login_address(page: &str) -> String {
    format!("/login?{}", encoded(&[("next".to_owned(), page.to_owned())]))
}

/// The names and values of a query without its question mark.
pub(super) fn decoded(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// A query without its question mark.
pub(in crate::web) fn encoded(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
