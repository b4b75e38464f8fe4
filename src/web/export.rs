//! A whole site as static files: every page in every language and size, under a name of its own, with
//! every address relative to it, so that it works from a disk, a stick, or any server of files.
//!
//! Pure: writing files is `cli`'s work, and blank papers are `document`'s. What a page leaves out here
//! is decided by its template, from `medium`.

use std::collections::{BTreeMap, BTreeSet};

use super::views::{
    Calculator, DocumentPage, Encoding, Medium, Page, PageKey, Sheet, Showing, Spot, Views,
    ViewsError, with_addresses,
};
use crate::domain::document::answers::Typed;
use crate::domain::library::Library;
use crate::domain::period::Day;
use crate::domain::placement::PlacementNumber;
use crate::domain::topic::TopicNumber;

/// Whose site it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stand {
    /// The court whose details pages show: its place in the library's list.
    pub court: Option<usize>,
    /// The spot where the screen stands.
    pub placement: Option<PlacementNumber>,
}

/// A site as files.
#[derive(Debug, Default)]
pub struct Export {
    /// The pages and scripts, by their paths.
    pub files: BTreeMap<String, String>,
    /// The files that pages lead to and that are none of these: blank papers.
    pub others: BTreeSet<String>,
    /// Addresses that lead nowhere, each with the page that has it.
    pub broken: Vec<(String, String)>,
}

impl Export {
    /// Makes every file of `views`' site on `today`.
    pub fn new(
        views: &Views,
        library: &Library,
        stand: Stand,
        today: Day,
    ) -> Result<Self, ViewsError> {
        let mut export = Self::default();
        for (name, script) in views.search_scripts() {
            export.files.insert(format!("search/{name}.js"), script);
        }
        for language in views.languages(Page::Search) {
            for large in [false, true] {
                for page in pages(library) {
                    let plain = PageKey::plain(page, language);
                    let (court, placement) = (stand.court, stand.placement);
                    let medium = Medium::Exported;
                    export.add(
                        &PageKey { large, court, placement, medium, ..plain },
                        views,
                        library,
                        today,
                    )?;
                }
            }
        }
        export.check();
        Ok(export)
    }

    fn add(
        &mut self,
        key: &PageKey,
        views: &Views,
        library: &Library,
        today: Day,
    ) -> Result<(), ViewsError> {
        let html = html(key, views, library, today)?;
        let Some(Spot { file, .. }) = Spot::of(&views.address(key), library) else {
            return Ok(());
        };
        let html = with_addresses(&html, &mut |address| {
            if !address.starts_with('/') {
                return Some(address.to_owned());
            }
            let Some(spot) = Spot::of(address, library) else {
                self.broken.push((file.clone(), address.to_owned()));
                return None;
            };
            if matches!(ending(&spot.file), "pdf" | "docx") {
                self.others.insert(spot.file.clone());
            }
            Some(spot.seen_from(&file))
        });
        self.files.insert(file, html);
        Ok(())
    }

    /// Follows every relative address to its file, and to its place in it.
    fn check(&mut self) {
        let pages = self.files.iter().filter(|(file, _)| ending(file) == "html");
        let places: BTreeMap<&str, BTreeSet<&str>> =
            pages.map(|(file, html)| (file.as_str(), ids(html))).collect();
        let mut broken = Vec::new();
        for (file, html) in self.files.iter().filter(|(file, _)| ending(file) == "html") {
            with_addresses(html, &mut |address| {
                let (to, anchor) = address.split_once('#').unwrap_or((address, ""));
                let there = if to.is_empty() { Some(file.clone()) } else { joined(file, to) };
                let is_outside = ["https://", "tel:"].iter().any(|kind| to.starts_with(kind));
                let is_there = there.is_some_and(|there| match places.get(there.as_str()) {
                    Some(ids) => anchor.is_empty() || ids.contains(anchor),
                    None => self.files.contains_key(&there) || self.others.contains(&there),
                });
                if !is_outside && !is_there {
                    broken.push((file.clone(), address.to_owned()));
                }
                None
            });
        }
        self.broken.extend(broken);
    }
}

/// How the name of a file ends.
fn ending(file: &str) -> &str {
    file.rsplit('.').next().unwrap_or_default()
}

/// Every page of an exported site.
fn pages(library: &Library) -> Vec<Page> {
    let topics = library.topics.keys().filter(|number| **number != TopicNumber::ALL);
    let guides = topics.map(|number| Page::Guide(*number));
    let tools =
        [Calculator::Index, Calculator::FeeKinds, Calculator::DeadlineRules, Calculator::Interest];
    let mut pages = vec![Page::Home, Page::Search];
    pages.extend(guides);
    pages.extend(tools.map(Page::Tool));
    pages.push(Page::Document(DocumentPage::List));
    let documents = (0..library.documents.len()).map(DocumentPage::Form);
    pages.extend(documents.map(Page::Document));
    pages
}

fn html(key: &PageKey, views: &Views, library: &Library, today: Day) -> Result<String, ViewsError> {
    let typed = &Typed::default();
    let showing = match key.page {
        Page::Document(DocumentPage::Form(at)) if at < library.documents.len() => {
            Showing::Step { step: 0, typed, faults: &[], first: true }
        }
        Page::Document(_) => Showing::Plain,
        Page::Home
        | Page::Guide(_)
        | Page::Tool(_)
        | Page::Search
        | Page::Staff(_)
        | Page::Design
        | Page::NotFound => {
            let bytes = views.get(key)?.body(Encoding::Plain);
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
    };
    views.document(key, &Sheet { showing, in_app: false, pick_up: false, today })
}

/// The places in a page that an address can lead to.
fn ids(html: &str) -> BTreeSet<&str> {
    html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The path of `to`, as the file `from` says it; `None` where that is outside the site.
fn joined(from: &str, to: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in to.split('/') {
        match part {
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_leads_nowhere_is_told_with_its_page() {
        let mut export = Export::default();
        let page =
            "<a href=\"b.html#x\"></a><a href=\"#y\"></a><a href=\"tel:12368\"></a><i id=\"y\">";
        export.files.insert("a/a.html".to_owned(), page.to_owned());
        export.files.insert("a/b.html".to_owned(), "<i id=\"x\"></i>".to_owned());
        export.check();
        assert_eq!(export.broken, []);
        for address in ["b.html#y", "#x", "../b.html", "../../b.html", "/b.html", "http://b/"] {
            let mut export = Export { files: export.files.clone(), ..Export::default() };
            let file = "c.html".to_owned();
            export.files.insert(file.clone(), format!("<a href=\"{address}\">"));
            export.check();
            assert_eq!(export.broken, [(file, address.to_owned())]);
        }
    }
}
