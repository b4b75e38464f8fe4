//! Pages, rendered and compressed on first use, and kept in a bounded cache.
//!
//! The one place that knows page templates. A page is a pure function of the library and a
//! [`PageKey`]; what a template may use is in `context`.

mod coding;
mod context;
mod document;
mod files;
mod key;
mod links;
mod night;
mod printing;
mod search;
mod sizes;
mod staff;
mod stats;
mod texts;
mod tool;
mod traditional;
mod trial;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;
use base64::prelude::{BASE64_STANDARD, Engine};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};
use tera::{Context, Tera};

use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::period::Day;
use crate::domain::placement::{Channel, Placement};
use crate::domain::site::SiteFiles;
use crate::domain::topic::TopicNumber;
use crate::print::address::BaseUrl;

pub use coding::Encoding;
pub(super) use coding::weighed;
pub use document::{DocumentPage, Sheet, Showing, Wanted, Words};
pub(super) use document::{is_asked, next_row};
pub(super) use files::{Spot, with_addresses};
pub use key::{App, Medium, Notice, Page, PageKey};
pub(super) use links::encoded as queried;
pub(super) use links::login_address;
pub use printing::{Design, Look, PrintJob, Printing};
pub(super) use search::QUERY;
pub use staff::{Said, Staff, StaffPage};
pub use stats::{Since, Stats};
pub use tool::{Calculator, Entered};
pub(super) use tool::{start, summands_apart};

/// The most bytes that rendered pages take together, plain and in each form that was asked for.
const KEPT_BYTES: u64 = 128 << 20;

/// How many pages these are, about: a guide is 45 KB, and counted with its forms twice that.
const KEPT: usize = 1_500;

/// Of a page's bytes a form takes a third at the most where it is kept: all together as much as the page.
const PACKED: usize = 3;

/// What a page takes besides its bytes.
const OVERHEAD: usize = 1024;

/// Why pages cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ViewsError {
    /// A template is at fault.
    #[error("templates: {0}")]
    Template(#[from] tera::Error),
    /// A file of strings is at fault.
    #[error("{file}: {reason}")]
    Strings {
        /// Its path in the site.
        file: String,
        /// The reader's words.
        reason: String,
    },
    /// A file is missing or is no text.
    #[error("{file}: no such file, or not UTF-8 text")]
    Missing {
        /// Its path in the site.
        file: String,
    },
}

/// A rendered page, compressed when it is first asked for in that way: each takes longer than the
/// rendering, and a phone that opens a code for the first time waits for it.
pub struct View {
    html: Bytes,
    tags: [HeaderValue; Encoding::ALL.len()],
    packed: [OnceLock<Bytes>; Encoding::ALL.len()],
}

impl View {
    fn new(html: String) -> Self {
        let tag = hex(&Sha256::digest(html.as_bytes())[..8]);
        let tags = Encoding::ALL.map(|encoding| {
            let joint = if encoding == Encoding::Plain { "" } else { "-" };
            let tag = format!("\"{tag}{joint}{}\"", encoding.name().unwrap_or_default());
            HeaderValue::from_str(&tag).expect("digits and letters are ASCII")
        });
        Self { html: html.into(), tags, packed: Default::default() }
    }

    /// The page in that form; kept from then on, unless it is larger than it has room for.
    pub fn body(&self, encoding: Encoding) -> Bytes {
        let place = &self.packed[encoding as usize];
        if let Some(body) = place.get() {
            return body.clone();
        }
        let body = encoding.pack(&self.html);
        if encoding == Encoding::Plain || body.len() <= self.html.len() / PACKED {
            return place.get_or_init(|| body).clone();
        }
        body
    }

    /// The `ETag` of that form: 16 hexadecimal digits that change with the content, and which form.
    pub fn tag(&self, encoding: Encoding) -> HeaderValue {
        self.tags[encoding as usize].clone()
    }

    /// The most bytes that it ever takes, whatever it is asked for.
    fn most_bytes(&self) -> usize {
        2 * self.html.len() + OVERHEAD
    }
}

/// Weighs what is kept by what it can come to, so that its weight never changes.
#[derive(Clone)]
struct Bytewise;

impl Weighter<PageKey, Arc<View>> for Bytewise {
    fn weight(&self, _: &PageKey, view: &Arc<View>) -> u64 {
        view.most_bytes() as u64
    }
}

/// All pages.
pub struct Views {
    tera: Tera,
    library: Arc<Library>,
    texts: texts::Texts,
    policy: HeaderValue,
    worker: View,
    finder: search::Finder,
    kept: Cache<PageKey, Arc<View>, Bytewise>,
}

impl Views {
    /// Reads `templates/` and renders every page once.
    pub fn new(
        library: Arc<Library>,
        files: &SiteFiles,
        base_url: Option<BaseUrl>,
        today: Day,
    ) -> Result<Self, ViewsError> {
        let mut tera = Tera::default();
        let mut templates = Vec::new();
        for (file, bytes) in files.under("templates/") {
            if let Some(name) =
                file.strip_prefix("templates/").filter(|n| n.rsplit('.').next() == Some("html"))
            {
                let text = std::str::from_utf8(bytes)
                    .map_err(|_| ViewsError::Missing { file: file.to_owned() })?;
                templates.push((name, text));
            }
        }
        tera.add_raw_templates(templates)?;
        let texts = texts::Texts::read(files, base_url, today)?;
        let policy = policy(
            [
                &texts.style,
                &texts.form_style,
                &texts.stats_style,
                &texts.print_style,
                &texts.document_style,
                &texts.paper_style,
            ],
            &texts.register,
        );
        let policy = HeaderValue::from_str(&policy).expect("words and hashes are ASCII");
        let finder = search::Finder::new(&library, &texts);
        let kept = Cache::with_weighter(KEPT, KEPT_BYTES, Bytewise);
        let worker = View::new(texts.worker());
        let views = Self { tera, library, texts, policy, worker, finder, kept };
        views.render_all()?;
        Ok(views)
    }

    /// The page of `key`.
    pub fn get(&self, key: &PageKey) -> Result<Arc<View>, ViewsError> {
        self.kept.get_or_insert_with(key, || {
            let html = self.finished(key, self.render(key, &self.library)?);
            Ok(Arc::new(View::new(html)))
        })
    }

    /// The address of the page of `key`; where the page thanks, of the place where it does.
    pub fn address(&self, key: &PageKey) -> String {
        let address = links::Links { key, library: &self.library, entered: &[] }
            .to(key.page, key.large, None);
        if !key.thanks {
            return address;
        }
        let joint = if address.contains('?') { '&' } else { '?' };
        format!("{address}{joint}thanks=1#useful")
    }

    /// The value of `Content-Security-Policy`: nothing but our own style and our one script, by their
    /// hashes.
    pub fn policy(&self) -> HeaderValue {
        self.policy.clone()
    }

    /// The script that shows a guide again where there is no network.
    pub(super) fn worker(&self) -> &View {
        &self.worker
    }

    /// The languages that a page can be had in.
    pub fn languages(&self, page: Page) -> Vec<Language> {
        self.texts.of_page(page, &self.library)
    }

    /// What `onecode export` needs of the search, as scripts: names and texts.
    pub fn search_scripts(&self) -> Vec<(String, String)> {
        self.finder.files(&self.library, &self.texts)
    }

    /// A page as it is sent: one that is made from another language has its characters changed.
    fn finished(&self, key: &PageKey, html: String) -> String {
        let html = match key.medium {
            Medium::Saved => self.by_itself(&html),
            Medium::Served | Medium::Exported => html,
        };
        if key.language.made_from().is_none() {
            return html;
        }
        traditional::page(&html, key.language, &self.texts.script)
    }

    /// A page that is read without the others: its links lead to the service where that has an address, and
    /// nowhere else.
    fn by_itself(&self, html: &str) -> String {
        with_addresses(html, &mut |address| {
            if !address.starts_with('/') {
                return Some(address.to_owned());
            }
            self.texts.base_url.as_ref().map(|base| format!("{base}{address}"))
        })
    }

    /// The page of `key` with what was entered into its form, and whether that is at fault. Not kept:
    /// there is no end of such pages.
    pub fn filled(&self, key: &PageKey, entered: &Entered) -> Result<(String, bool), ViewsError> {
        let (html, faulty) = self.render_with(key, Some(entered), &self.library)?;
        Ok((self.finished(key, html), faulty))
    }

    /// A page of the documents, made for one visitor and never kept: it may hold what was typed.
    pub fn document(&self, key: &PageKey, sheet: &Sheet<'_>) -> Result<String, ViewsError> {
        let context = context::of_document(key, sheet, &self.library, &self.texts);
        let template = match (key.page, &sheet.showing) {
            (_, Showing::Words { .. }) | (Page::Document(DocumentPage::PickUp), Showing::Plain) => {
                "document_words.html"
            }
            (_, Showing::Paper { .. }) => "document_paper.html",
            (_, Showing::Step { .. }) => "document.html",
            (_, Showing::Plain) => "documents.html",
        };
        let html = self.tera.render(template, &Context::from_serialize(&context)?)?;
        Ok(self.finished(key, html))
    }

    /// The page with what `query` finds, and whether that is anything. Not kept: nobody is to learn what
    /// somebody looked for.
    pub fn search(&self, key: &PageKey, query: &str) -> Result<(String, bool), ViewsError> {
        let answer = self.finder.answer(query, key.language);
        let context = context::of_search(key, &answer, &self.library, &self.texts);
        let html = self.tera.render("search.html", &Context::from_serialize(&context)?)?;
        Ok((self.finished(key, html), answer.is_hit()))
    }

    /// A staff page, made for one browser and never kept.
    pub fn staff(
        &self,
        key: &PageKey,
        page: StaffPage,
        staff: &Staff<'_>,
    ) -> Result<String, ViewsError> {
        let context = context::of_staff(key, staff, &self.library, &self.texts);
        Ok(self.tera.render(page.template(), &Context::from_serialize(&context)?)?)
    }

    fn render(&self, key: &PageKey, library: &Library) -> Result<String, ViewsError> {
        Ok(self.render_with(key, None, library)?.0)
    }

    fn render_with(
        &self,
        key: &PageKey,
        entered: Option<&Entered>,
        library: &Library,
    ) -> Result<(String, bool), ViewsError> {
        let context = context::of(key, entered, library, &self.texts);
        let faulty = context.tool.as_ref().is_some_and(|tool| !tool.errors.is_empty());
        let context = Context::from_serialize(&context)?;
        let template = match key.page {
            Page::Home => "home.html",
            Page::Guide(_) => "guide.html",
            Page::Tool(_) => "tool.html",
            Page::Document(_) => "documents.html",
            Page::Search => "search.html",
            Page::Staff(page) => page.template(),
            Page::Design => "design.html",
            Page::NotFound => "not_found.html",
        };
        Ok((self.tera.render(template, &context)?, faulty))
    }

    /// The manners in which a page is shown: plain, large, by day and by night, for each court that
    /// wrote something of its own.
    fn manners(&self) -> Vec<PageKey> {
        let of_channel = |is_24h: bool| {
            let fits = |p: &&Placement| (p.channel == Channel::Court24) == is_24h;
            self.library.placements.values().find(fits).map(|placement| placement.number)
        };
        let plain = PageKey::plain(Page::Home, Language::ZhHans);
        let (by_day, by_night) = (of_channel(false), of_channel(true));
        let mut manners = vec![
            PageKey { thanks: true, ..plain.clone() },
            PageKey { large: true, placement: by_day, notice: Notice::Retired, ..plain.clone() },
            PageKey {
                placement: by_night,
                notice: Notice::Orphan,
                app: Some(App::Dingtalk),
                duty: Some(self.texts.late()),
                ..plain.clone()
            },
        ];
        for (at, court) in self.library.courts.iter().enumerate() {
            if self.library.locals.iter().any(|local| local.own(&court.id).is_some()) {
                manners.push(PageKey { court: Some(at), ..plain.clone() });
            }
        }
        manners.push(plain);
        manners
    }

    /// Every page in every manner and every language that is written: what is made from another has
    /// no template of its own.
    fn keys(&self) -> Vec<PageKey> {
        let (languages, manners) = (self.texts.languages(), self.manners());
        let of = |page: Page| {
            let manners = &manners;
            languages.iter().flat_map(move |language| {
                manners.iter().map(move |m| PageKey { page, language: *language, ..m.clone() })
            })
        };
        self.pages().flat_map(of).collect()
    }

    /// Renders every page in every manner once: what a template gets wrong shows now.
    fn render_all(&self) -> Result<(), ViewsError> {
        // Also as if every court had told its address, its hours, its telephone, and all else.
        let mut told = Library::clone(&self.library);
        for court in &mut told.courts {
            for field in [&mut court.address, &mut court.hours, &mut court.telephone] {
                field.push('1');
            }
        }
        for local in &mut told.locals {
            let text = local.default.clone();
            local.courts = told.courts.iter().map(|c| (c.id.clone(), text.clone())).collect();
        }
        for key in self.keys() {
            self.render(&key, &self.library)?;
            self.render(&key, &told)?;
        }
        self.render_away()?;
        self.render_staff()?;
        self.render_documents()?;
        for language in self.texts.languages() {
            for query in search::SAMPLES {
                self.search(&PageKey::plain(Page::Search, language), query)?;
            }
        }
        for (calculator, entered) in Calculator::samples(&self.library, self.texts.today) {
            for language in self.texts.languages() {
                let key = PageKey::plain(Page::Tool(calculator), language);
                self.render_with(&key, entered.as_ref(), &self.library)?;
            }
        }
        Ok(())
    }

    fn pages(&self) -> impl Iterator<Item = Page> {
        let topics = self.library.topics.keys().filter(|n| **n != TopicNumber::ALL);
        let guides = topics.map(|number| Page::Guide(*number));
        [Page::Home, Page::Search, Page::Design, Page::NotFound].into_iter().chain(guides)
    }

    /// The pages that scans open first, as far as a part of the cache has room for them.
    pub fn first_keys(&self) -> Vec<PageKey> {
        let placements = self.library.placements.values().filter(|p| p.retired.is_none());
        let keys = placements.flat_map(|placement| {
            let court = self.library.courts.iter().position(|court| court.id == placement.court);
            let opened = |page: &Page| matches!(page, Page::Home | Page::Guide(_));
            self.pages().filter(opened).map(move |page| PageKey {
                court,
                placement: Some(placement.number),
                // Most codes are scanned with it.
                app: Some(App::Wechat),
                ..PageKey::plain(page, Language::ZhHans)
            })
        });
        keys.take(KEPT / 2).collect()
    }
}

/// Nothing is loaded, and no script runs but the one that keeps a guide for when there is no network.
/// Whoever examines the page from within it, as Lighthouse does, may read `robots.txt`.
fn policy(styles: [&str; 6], script: &str) -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()));
    let hashes = styles.map(|style| format!("'sha256-{}'", hash(style))).join(" ");
    let script = hash(script);
    format!(
        "default-src 'none'; style-src {hashes}; script-src 'sha256-{script}'; \
         worker-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let digits = b"0123456789abcdef";
        text.push(char::from(digits[usize::from(byte >> 4)]));
        text.push(char::from(digits[usize::from(byte & 15)]));
        text
    })
}

/// A flat table of texts.
type Table = BTreeMap<String, String>;
