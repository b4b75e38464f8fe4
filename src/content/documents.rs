//! `printables/documents/`: litigation documents, each a folder with a `document.toml`, and
//! `_shared.toml` with what many of them ask and print alike.
//!
//! [`entry`] reads tables of TOML, [`steps`] what is asked, [`body`] the paper, [`table`] its tables.
//! What a document means, filled in or blank, is `domain::document`'s business.

mod body;
mod entry;
mod steps;
mod table;
mod texts;

use std::ops::Range;

use toml::de::DeTable;

use super::facts::{self, day_of, toml_fault, unknown};
use super::references::References;
use super::said::Facts;
use super::{Loaded, characters, figures, law, plain, prose, words};
use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::domain::document::{
    DocumentGroup, DocumentId, DocumentTemplate, EnglishDocument, OfficialModel,
};
use crate::domain::guide::Language;
use crate::domain::law::Citation;
use crate::domain::period::Day;
use crate::domain::site::SiteFiles;
use crate::domain::topic::TopicId;
use entry::{Entry, Said};

/// Where they are.
const FOLDER: &str = "printables/documents/";

/// The lists and blocks that they share.
const SHARED: &str = "printables/documents/_shared.toml";

/// A list of documents has a line for what each is for.
const SUMMARY: usize = 24;

const KEYS: [&str; 13] = [
    "title", "name", "group", "order", "summary", "topic", "about", "sources", "model", "reviewed",
    "step", "body", "en",
];

/// Reads the documents; laws, fees and topics have to be there already.
pub(super) fn load(files: &SiteFiles, today: Day, loaded: &mut Loaded) {
    let (told, used) = (loaded.diagnostics.len(), loaded.uses.len());
    let mut reading = Reading { loaded, today };
    let shared = files.get(SHARED).and_then(|bytes| reading.text(SHARED, bytes));
    let table = shared.and_then(|text| Some((text, reading.parse(SHARED, text)?)));
    let shared = table.as_ref().map(|(text, table)| Entry::new(SHARED, text, table));
    if let Some(shared) = &shared {
        shared.only(&["list", "block"], &mut reading);
    }
    let mut documents = Vec::new();
    for (file, bytes) in files.under(FOLDER) {
        let name = &file[FOLDER.len()..];
        // What begins so belongs to all of them: templates of the writers, the shared lists.
        if !name.starts_with('_') {
            documents.extend(reading.document(file, name, bytes, shared.as_ref()));
        }
    }
    documents.sort_by(|a, b| (a.group, a.order, &a.id).cmp(&(b.group, b.order, &b.id)));
    loaded.library.documents = documents;
    // What is shared is read for each document that uses it.
    once(&mut loaded.diagnostics, told);
    once(&mut loaded.uses, used);
}

/// Leaves what comes twice from `start` on there once.
fn once<T: PartialEq>(all: &mut Vec<T>, start: usize) {
    let mut kept: Vec<T> = Vec::new();
    for item in all.drain(start..) {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    all.append(&mut kept);
}

/// The name that was meant, if one is near enough; else all of them.
fn either(name: &str, known: &[&str]) -> Words {
    if let Some(near) = nearest(name, known.iter().copied()) {
        return Words::new(format!("did you mean {near:?}?"), format!("是不是“{near}”？"));
    }
    let known = known.join(" ");
    Words::new(format!("there are {known}"), format!("可以写 {known}"))
}

/// What is read so far, and what was wrong with it.
struct Reading<'a> {
    loaded: &'a mut Loaded,
    today: Day,
}

impl Reading<'_> {
    fn fault(&mut self, file: &str, span: Range<usize>, message: Words) {
        self.loaded.diagnostics.push(Diagnostic::error(file, span, message));
    }

    fn hinted(&mut self, file: &str, span: Range<usize>, message: Words, hint: Words) {
        let fault = Diagnostic::error(file, span, message).with_hint(hint);
        self.loaded.diagnostics.push(fault);
    }

    /// Tells that `said` names nothing in `table`.
    fn unknown<'k>(
        &mut self,
        said: &Said<'_>,
        (kind, name, table): (&str, &str, &str),
        known: impl Iterator<Item = &'k str>,
    ) {
        let fault = unknown(said.file, said.span.clone(), kind, name, table, known);
        self.loaded.diagnostics.push(fault);
    }

    /// The file's text, unless it is none.
    fn text<'t>(&mut self, file: &str, bytes: &'t [u8]) -> Option<&'t str> {
        let text = std::str::from_utf8(bytes);
        if text.is_err() {
            self.fault(file, 0..0, Words::new("not UTF-8 text", "不是 UTF-8 文本"));
        }
        text.ok()
    }

    fn parse<'t>(&mut self, file: &str, text: &'t str) -> Option<DeTable<'t>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let faults = errors.iter().map(|error| toml_fault(file, 0, error));
        self.loaded.diagnostics.extend(faults);
        errors.is_empty().then(|| table.into_inner())
    }

    /// A document, unless its name, its head or its steps are at fault.
    fn document(
        &mut self,
        file: &str,
        name: &str,
        bytes: &[u8],
        shared: Option<&Entry<'_>>,
    ) -> Option<DocumentTemplate> {
        let id = name.strip_suffix("/document.toml").and_then(DocumentId::parse);
        if id.is_none() {
            let message = Words::new("not a document's path", "路径不是文书的写法");
            let hint = Words::new(
                "use printables/documents/<slug>/document.toml, slug of a-z 0-9 -",
                "应为 printables/documents/<名称>/document.toml，名称只用小写字母、数字和 -",
            );
            self.hinted(file, 0..0, message, hint);
        }
        let text = self.text(file, bytes)?;
        let table = self.parse(file, text)?;
        let entry = Entry::new(file, text, &table);
        entry.only(&KEYS, self);
        let (title, name) = (entry.needed("title", self), entry.needed("name", self));
        let summary = self.summary(&entry);
        let english = self.english(&entry);
        let about = entry.texts("about", self);
        let about = about.iter().map(|said| self.line(said)).collect();
        let sources = self.citations(&entry, "sources");
        let model = self.models(&entry);
        let topic = self.topic(&entry);
        let (group, order) = (self.group(&entry), entry.number("order", 0..=9999, self));
        let reviewed = entry.date("reviewed", self);
        let reviewed = reviewed
            .and_then(|date| day_of(&date, &mut |span, message| self.fault(file, span, message)));
        let mut asked = steps::read(&entry, shared, self);
        let told = self.loaded.diagnostics.len();
        let body = body::read(&entry, shared, &mut asked, self);
        // A part that could not be read may be what prints them.
        if self.loaded.diagnostics.len() == told {
            asked.check_printed(self);
        }
        Some(DocumentTemplate {
            id: id?,
            title: title?.text.to_owned(),
            name: name?.text.to_owned(),
            group: group?,
            order: order.unwrap_or_default(),
            summary: summary?,
            english,
            topic,
            about,
            sources,
            model,
            reviewed: reviewed?,
            steps: asked.steps,
            body,
        })
    }

    fn summary(&mut self, entry: &Entry<'_>) -> Option<String> {
        let said = entry.needed("summary", self)?;
        let count = said.text.chars().count();
        if count > SUMMARY {
            let message = Words::new(
                format!("{count} characters: a summary has at most {SUMMARY}"),
                format!("有 {count} 个字：摘要不超过 {SUMMARY} 个字"),
            );
            self.fault(said.file, said.span.clone(), message);
        }
        Some(self.line(&said))
    }

    fn english(&mut self, entry: &Entry<'_>) -> Option<EnglishDocument> {
        let english = entry.table("en", self)?;
        english.only(&["name", "summary"], self);
        let mut said = |key| Some(english.needed(key, self)?.text.trim().to_owned());
        let (name, summary) = (said("name"), said("summary"));
        Some(EnglishDocument { name: name?, summary: summary? })
    }

    fn group(&mut self, entry: &Entry<'_>) -> Option<DocumentGroup> {
        let said = entry.needed("group", self)?;
        let group = DocumentGroup::parse(said.text);
        if group.is_none() {
            let known = DocumentGroup::ALL.into_iter().map(DocumentGroup::as_str);
            self.listed(&said, "group", known);
        }
        group
    }

    /// Tells that `said` is none of a few names.
    fn listed<'k>(&mut self, said: &Said<'_>, kind: &str, known: impl Iterator<Item = &'k str>) {
        let known: Vec<&str> = known.collect();
        let message = Words::new(
            format!("{:?} is no {kind}", said.text),
            format!("“{}”不能写在这里", said.text),
        );
        let known = known.join(" ");
        let hint = Words::new(format!("there are {known}"), format!("可以写 {known}"));
        self.hinted(said.file, said.span.clone(), message, hint);
    }

    fn models(&mut self, entry: &Entry<'_>) -> Vec<OfficialModel> {
        if entry.place("model").is_none() {
            let message = Words::new(
                "\"model\" is missing: [] where no official text is known",
                "没有写“model”：不知道有官方文本的，写 []",
            );
            self.fault(entry.file, 0..0, message);
        }
        let mut models = Vec::new();
        for said in entry.texts("model", self) {
            match OfficialModel::parse(said.text) {
                Some(model) => models.push(model),
                None => self.listed(&said, "model", ["style2016", "elements2025"].into_iter()),
            }
        }
        models
    }

    fn topic(&mut self, entry: &Entry<'_>) -> Option<TopicId> {
        let said = entry.text("topic", self)?;
        let id = TopicId::parse(said.text);
        let topic = id.as_ref().and_then(|id| self.loaded.library.topic(id));
        if let Some(topic) = topic {
            return Some(topic.id.clone());
        }
        let known: Vec<String> =
            self.loaded.library.topics.values().map(|topic| topic.id.to_string()).collect();
        let known = known.iter().map(String::as_str);
        self.unknown(&said, ("topic", said.text, "guides/"), known);
        None
    }

    /// The articles of a key, each of a law that is known and in force.
    fn citations(&mut self, entry: &Entry<'_>, key: &str) -> Vec<Citation> {
        let texts = entry.texts(key, self);
        texts.iter().filter_map(|said| self.citation(said)).collect()
    }

    fn citation(&mut self, said: &Said<'_>) -> Option<Citation> {
        let (file, span) = (said.file, &said.span);
        let citation = facts::citation(file, said.text, span.clone(), self.loaded)?;
        let faults = law::faults(&self.loaded.library, self.today, file, span, &citation, "");
        self.loaded.diagnostics.extend(faults);
        Some(citation)
    }

    /// A text with its references filled in.
    fn filled(&mut self, said: &Said<'_>) -> String {
        let (mut faults, mut citations, mut anchors) = (Vec::new(), Vec::new(), Vec::new());
        let mut references = References {
            library: &self.loaded.library,
            file: said.file,
            today: self.today,
            language: Language::ZhHans,
            diagnostics: &mut faults,
            citations: &mut citations,
            uses: &mut self.loaded.uses,
            anchors: &mut anchors,
        };
        let text = references.fill(said.text, &said.span);
        self.loaded.diagnostics.append(&mut faults);
        if text.contains("](") || text.contains("{{") {
            let message = Words::new(
                "plain words and references like [](limit:pay-fee) only",
                "只能写文字和 [](limit:pay-fee) 这样的引用",
            );
            self.fault(said.file, said.span.clone(), message);
        }
        text
    }

    /// A text for people to read on the screen: filled in, and read as an editor would.
    fn line(&mut self, said: &Said<'_>) -> String {
        let text = self.filled(said);
        let (library, today) = (&self.loaded.library, self.today);
        let facts = Facts { library, today, language: Language::ZhHans };
        let kind = plain::Kind::Paragraph;
        let passages = plain::front(kind, said.text, said.whole, &said.span, facts);
        let mut faults = Vec::new();
        characters::check(said.file, Language::ZhHans, &passages, &mut faults);
        figures::check(said.file, &passages, facts, &mut faults);
        words::check(said.file, &passages, library, &mut faults);
        prose::check_lengths(said.file, &passages, &mut faults);
        self.loaded.diagnostics.append(&mut faults);
        text.trim().to_owned()
    }
}
