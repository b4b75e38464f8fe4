//! The search of an exported site: the indexes as scripts beside the one that searches them.
//!
//! A page that is opened from a disk may load scripts and nothing else, so the data are scripts too.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::super::files::Spot;
use super::super::links::Links;
use super::super::texts::Texts;
use super::super::{Page, PageKey};
use super::{Findable, Finder, SearchContext, Target};
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::search::portable::Characters;

/// What is known of characters.
const CHARACTERS: &str = "characters";

/// The scripts of `templates/search/` that search, in the order in which they need each other.
const SCRIPTS: [&str; 4] = ["letters", "index", "asked", "page"];

/// An index, as the script takes it.
#[derive(Serialize)]
struct Portable<'a> {
    items: Vec<Row<'a>>,
    same: &'a BTreeMap<String, Vec<String>>,
    units: String,
}

/// An item: its page's number, title, heading, about, text, file, kind, language.
#[derive(Serialize)]
struct Row<'a>(usize, &'a str, &'a str, &'a str, &'a str, String, &'a str, &'a str);

impl Finder {
    /// The scripts by their names, with what they say.
    pub(in crate::web::views) fn files(
        &self,
        library: &Library,
        texts: &Texts,
    ) -> Vec<(String, String)> {
        let mut files = vec![(CHARACTERS.to_owned(), put(CHARACTERS, &json!(Characters::all())))];
        for findable in &self.languages {
            let name = findable.language.tag();
            files.push((name.to_owned(), put(name, &json!(findable.portable(library)))));
        }
        for made in texts.made_languages() {
            let Some(findable) = self.languages.iter().find(|f| f.language == made.written())
            else {
                continue;
            };
            let shown = |text: &str| texts.script.traditional(text);
            let items = findable.index.items().iter().map(|item| {
                [&item.title, &item.heading, &item.about, &item.text].map(|text| shown(text))
            });
            let items: Vec<_> = items.collect();
            files.push((made.tag().to_owned(), put(made.tag(), &json!({ "items": items }))));
        }
        files.extend(texts.search_scripts.clone());
        files
    }
}

impl Findable {
    fn portable<'a>(&'a self, library: &Library) -> Portable<'a> {
        let rows = self.index.items().iter().zip(&self.targets).map(|(item, target)| {
            Row(
                item.page,
                &item.title,
                &item.heading,
                &item.about,
                &item.text,
                file(target, library),
                target.kind.trim_start_matches("search_"),
                target.language.tag(),
            )
        });
        let (same, units) = (self.index.same(), self.index.units());
        Portable { items: rows.collect(), same, units }
    }
}

/// Where a target stands, seen from the page of the search.
fn file(target: &Target, library: &Library) -> String {
    let key = PageKey::plain(Page::Search, Language::ZhHans);
    let address = Links { key: &key, library, entered: &[] }.to(target.page, false, None);
    let anchor = if target.anchor.is_empty() { "" } else { "#" };
    let spot = Spot::of(&format!("{address}{anchor}{}", target.anchor), library);
    spot.map_or_else(String::new, |spot| spot.seen_from("search.html"))
}

/// A script that puts a value where the others find it.
fn put(name: &str, value: &serde_json::Value) -> String {
    format!("(window.onecode = window.onecode || {{}})[{name:?}] = {value};\n")
}

/// The search of an exported page.
pub(in crate::web::views) fn box_of(links: &Links<'_>, texts: &Texts) -> SearchContext {
    let language = links.key.language;
    let own = language.written();
    let mut indexes: Vec<&str> = vec![own.tag()];
    let written = texts.languages().into_iter().filter(|written| *written != own);
    indexes.extend(written.map(Language::tag));
    let mut scripts = vec![CHARACTERS.to_owned()];
    scripts.extend(indexes.iter().map(|name| (*name).to_owned()));
    if own != language {
        scripts.push(language.tag().to_owned());
    }
    scripts.extend(SCRIPTS.map(str::to_owned));
    let shown = language.tag();
    let (lasting, indexes) = (links.lasting_query(), indexes.join(" "));
    SearchContext { lasting, indexes, shown, scripts, ..SearchContext::default() }
}
