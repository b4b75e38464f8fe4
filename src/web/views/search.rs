//! What visitors search: guides by their sections, documents, calculators; and what they are shown of
//! it.
//!
//! How a query is understood is `domain::search`'s work. What else is to be found is added in
//! [`Finder::new`].

mod scripts;

use serde::Serialize;

use super::links::Links;
use super::texts::Texts;
use super::tool::{Voice, named};
use super::{DocumentPage, Page, Table};
use crate::domain::document::{DocumentTemplate, EnglishDocument};
use crate::domain::guide::{Guide, Language};
use crate::domain::library::Library;
use crate::domain::search::fold::is_han;
use crate::domain::search::{Found, Hit, Index, Item, Piece};
use crate::domain::topic::TopicNumber;

/// The field of the query in forms and addresses.
pub(in crate::web) const QUERY: &str = "q";

/// Everything that can be found, in each language that pages have.
pub(super) struct Finder {
    languages: Vec<Findable>,
}

/// Everything that can be found in one language.
struct Findable {
    language: Language,
    index: Index,
    targets: Vec<Target>,
}

/// Where an item stands.
#[derive(Debug, Clone)]
struct Target {
    page: Page,
    /// The section's anchor; empty for the page as a whole.
    anchor: String,
    /// The page's title.
    title: String,
    /// The string that says what kind of page it is.
    kind: &'static str,
    /// The language of its words.
    language: Language,
}

/// What a visitor asked, and what was found.
#[derive(Default)]
pub(super) struct Answer<'f> {
    query: &'f str,
    /// What the query was taken for.
    meant: Vec<String>,
    hits: Vec<(Hit, &'f Target)>,
}

impl<'f> Answer<'f> {
    pub(super) fn query(&self) -> &str {
        self.query
    }

    pub(super) fn is_hit(&self) -> bool {
        !self.hits.is_empty()
    }

    fn add(&mut self, found: Found, targets: &'f [Target]) {
        for hit in found.hits {
            let target = &targets[hit.item];
            // A section has the same address in every language.
            let is_same = |(_, other): &(Hit, &Target)| {
                (other.page, &other.anchor) == (target.page, &target.anchor)
            };
            if !self.hits.iter().any(is_same) {
                self.hits.push((hit, target));
            }
        }
        self.meant.extend(found.meant);
    }
}

impl Finder {
    /// Collects and indexes everything.
    pub(super) fn new(library: &Library, texts: &Texts) -> Self {
        let of = |language| Findable::new(language, library, texts);
        Self { languages: texts.languages().into_iter().map(of).collect() }
    }

    /// What `query` finds in `language`; where it finds nothing, in another: a word may be typed in
    /// any. A Chinese word is looked for in Chinese too, whatever it finds: an English page has but a
    /// few.
    pub(super) fn answer<'f>(&'f self, query: &'f str, language: Language) -> Answer<'f> {
        let is_chinese = query.chars().any(is_han);
        let (own, others): (Vec<_>, Vec<_>) =
            self.languages.iter().partition(|findable| findable.language == language.written());
        let mut answer = Answer { query, ..Answer::default() };
        for findable in own.into_iter().chain(others) {
            answer.add(findable.index.find(query), &findable.targets);
            if answer.is_hit() && (!is_chinese || findable.language.is_chinese()) {
                break;
            }
        }
        answer
    }
}

impl Findable {
    fn new(language: Language, library: &Library, texts: &Texts) -> Self {
        let strings = texts.strings(language);
        let voice = Voice { language, strings: &strings, icons: &texts.icons };
        let mut pages = Pages::default();
        for number in library.topics.keys() {
            let guide = library.guide(*number, language);
            // English is read by those who do not read Chinese.
            if let Some(guide) =
                guide.filter(|g| language != Language::En || g.language == language)
            {
                pages.add_guide(*number, guide, library);
            }
        }
        for (at, document) in library.documents.iter().enumerate() {
            if language != Language::En {
                pages.add_document(at, document);
            } else if let Some(english) = &document.english {
                pages.add_english(at, english);
            }
        }
        for tool in named::all(&voice, library, texts.today) {
            let item =
                Item { title: tool.title, about: tool.about, text: tool.text, ..Item::default() };
            let language = if tool.lang.is_empty() { language } else { Language::ZhHans };
            pages.add(Page::Tool(tool.calculator), "search_tool", language, vec![("", item)]);
        }
        // The terms are Chinese: on an English page what is asked in Chinese finds Chinese pages.
        let words = library.words.iter().map(|word| {
            if language == Language::En {
                return word.also_english.clone();
            }
            std::iter::once(&word.word).chain(&word.also).cloned().collect::<Vec<String>>()
        });
        let index = Index::new(pages.items, &words.collect::<Vec<_>>());
        Self { language, index, targets: pages.targets }
    }
}

/// Items and where they stand, side by side.
#[derive(Default)]
struct Pages {
    items: Vec<Item>,
    targets: Vec<Target>,
    count: usize,
}

impl Pages {
    /// Adds a page's items, each with its anchor.
    fn add(
        &mut self,
        page: Page,
        kind: &'static str,
        language: Language,
        items: Vec<(&str, Item)>,
    ) {
        for (anchor, item) in items {
            let (anchor, title) = (anchor.to_owned(), item.title.clone());
            self.targets.push(Target { page, anchor, title, kind, language });
            self.items.push(Item { page: self.count, ..item });
        }
        self.count += 1;
    }

    /// A guide: what stands before its first section, and each section.
    fn add_guide(&mut self, number: TopicNumber, guide: &Guide, library: &Library) {
        let page = if number == TopicNumber::ALL { Page::Home } else { Page::Guide(number) };
        let body = library.locals.iter().fold(guide.body.clone(), |body, local| {
            let english = local.default_en.as_ref().filter(|_| guide.language == Language::En);
            body.replace(&local.mark(), english.unwrap_or(&local.default))
        });
        let mut parts = body.split("<section id=\"");
        let lead = Item {
            title: guide.title.clone(),
            about: guide.summary.clone(),
            text: plain(parts.next().unwrap_or_default()),
            ..Item::default()
        };
        let mut items = vec![("", lead)];
        for part in parts {
            let Some((id, html)) = part.split_once("\">") else { continue };
            let Some(heading) = guide.contents.iter().find(|heading| heading.id == id) else {
                continue;
            };
            // Its heading stands apart already.
            let html = html.split_once("</h2>").map_or(html, |(_, rest)| rest);
            let (title, heading) = (guide.title.clone(), heading.title.clone());
            let item = Item { title, heading, text: plain(html), ..Item::default() };
            items.push((id, item));
        }
        self.add(page, "search_guide", guide.language, items);
    }

    fn add_document(&mut self, at: usize, document: &DocumentTemplate) {
        let mut text: Vec<String> = document.about.iter().map(|line| plain(line)).collect();
        if document.title != document.name {
            text.push(document.title.clone());
        }
        for step in &document.steps {
            text.push(step.title.clone());
            text.extend(step.fields.iter().map(|field| field.label.clone()));
        }
        let item = Item {
            title: document.name.clone(),
            about: document.summary.clone(),
            text: text.join("\n"),
            ..Item::default()
        };
        let page = Page::Document(DocumentPage::Form(at));
        self.add(page, "search_document", Language::ZhHans, vec![("", item)]);
    }

    /// A document by what English pages call it.
    fn add_english(&mut self, at: usize, english: &EnglishDocument) {
        let (title, about) = (english.name.clone(), english.summary.clone());
        let page = Page::Document(DocumentPage::Form(at));
        let item = Item { title, about, ..Item::default() };
        self.add(page, "search_document", Language::En, vec![("", item)]);
    }
}

/// The words of our own HTML: what begins a block begins a line.
fn plain(html: &str) -> String {
    const WITHIN_A_LINE: &[&str] = &["a", "b", "strong", "em", "i", "span", "dfn", "small", "code"];
    let mut parts = html.split('<');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (tag, words) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if !WITHIN_A_LINE.contains(&name) {
            text.push('\n');
        }
        text.push_str(words);
    }
    // The last, or what it makes would be read once more.
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, c)| text.replace(entity, c))
}

/// The search box of a page, and what was found by it.
#[derive(Serialize, Default)]
pub(super) struct SearchContext {
    query: String,
    /// What lasts from page to page.
    kept: Vec<Kept>,
    /// Whether anything was asked.
    asked: bool,
    /// How much was found, in words; empty where nothing was.
    count: String,
    /// What the query was taken for, in words; empty where for what it says.
    meant: String,
    hits: Vec<HitContext>,
    /// In an exported site: what the address of the search has to say, the indexes to search, one after
    /// the other, and the scripts for that.
    lasting: String,
    indexes: String,
    /// The language that the hits are shown in.
    shown: &'static str,
    scripts: Vec<String>,
}

#[derive(Serialize)]
struct Kept {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct HitContext {
    href: String,
    kind: String,
    /// The page's title, where `name` is a section's.
    page: String,
    name: Vec<Piece>,
    words: Vec<Piece>,
    /// The language of all but the kind, where it is not the page's.
    lang: &'static str,
}

pub(super) use scripts::box_of as exported;

/// The search box, without anything asked.
pub(super) fn box_of(links: &Links<'_>) -> SearchContext {
    let kept = links.kept(links.key.large, None).into_iter();
    let kept = kept.map(|(name, value)| Kept { name, value }).collect();
    SearchContext { kept, ..SearchContext::default() }
}

/// The search box with what was asked, and what was found.
pub(super) fn of(answer: &Answer<'_>, t: &Table, links: &Links<'_>) -> SearchContext {
    // A page that is made from another language's is made with everything that is on it.
    let spoken = links.key.language.written();
    let say = |key: &str| t.get(key).map(String::as_str).unwrap_or_default();
    let hits = answer.hits.iter().map(|(hit, target)| {
        let href = links.to(target.page, links.key.large, None);
        let anchor = if target.anchor.is_empty() { "" } else { "#" };
        HitContext {
            href: format!("{href}{anchor}{}", target.anchor),
            kind: say(target.kind).to_owned(),
            page: if target.anchor.is_empty() { String::new() } else { target.title.clone() },
            name: hit.name.clone(),
            words: hit.words.clone(),
            lang: if target.language == spoken { "" } else { target.language.tag() },
        }
    });
    let hits: Vec<HitContext> = hits.collect();
    let count = match hits.len() {
        0 => String::new(),
        1 => say("search_one").to_owned(),
        many => say("search_many").replace("{}", &many.to_string()),
    };
    let meant = answer.meant.join(say("search_joint"));
    let meant = if meant.is_empty() { meant } else { say("search_meant").replace("{}", &meant) };
    let query = answer.query.to_owned();
    SearchContext { query, asked: true, count, meant, hits, ..box_of(links) }
}

/// Queries in which every part of the template shows.
pub(super) const SAMPLES: &[&str] = &["法院", "the", "tuifei", "?"];
