//! Guides, facts and litigation documents as files -> a [`Library`] and every fault found on the way.
//!
//! Loading never stops at the first fault. Faults are values with a place and a hint; how they look
//! is `cli::diagnostics`' work, and what they stop is decided there too. A new kind of fact is a
//! table in [`facts`]; a new kind of reference in guides is an arm in [`references`]; a new rule on
//! how guides are written is a function of `prose`.

mod anchors;
mod characters;
mod documents;
mod embeds;
pub mod facts;
mod fee_tables;
mod fees;
mod figures;
pub mod front_matter;
mod holidays;
mod law;
mod limits;
mod local;
mod local_fees;
pub mod markdown;
mod plain;
mod prose;
pub mod references;
pub mod registry;
mod said;
mod script;
pub mod strings;
mod translation;
pub mod uses;
mod words;
mod written;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Words};
use crate::domain::guide::{Guide, Language};
use crate::domain::law::Citation;
use crate::domain::library::Library;
use crate::domain::period::Day;
use crate::domain::site::SiteFiles;
use crate::domain::topic::{Topic, TopicId, TopicNumber};

/// What was read: all content, and every fault in it.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The content that could be read.
    pub library: Library,
    /// The faults, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Each place that rests on an article of a law, by file and place.
    pub uses: Vec<uses::Use>,
}

impl Loaded {
    /// Whether any fault is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads everything under `guides/`, and the documents in `printables/documents/`. `today` tells
/// which laws are in force and which guides are due for review.
pub fn load(files: &SiteFiles, today: Day) -> Loaded {
    let mut loaded = Loaded::default();
    // Beside the rest: it needs the files alone, and someone waits for the first poster.
    let characters = std::thread::scope(|scope| {
        let characters = scope.spawn(|| characters::load(files));
        facts::load(files, today, &mut loaded);
        registry::load(files, &mut loaded);
        holidays::check_end(today, &mut loaded);
        law::check_facts(&mut loaded, today);
        local::load(files, today, &mut loaded);
        let wanted = load_guides(files, today, &mut loaded);
        documents::load(files, today, &mut loaded);
        anchors::check_documents(&wanted, &mut loaded);
        characters.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    loaded.diagnostics.splice(0..0, characters);
    loaded.uses.sort_by(|a, b| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
    loaded.diagnostics.sort_by(|a, b| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
    loaded
}

struct Source<'a> {
    file: &'a str,
    topic: TopicId,
    language: Language,
    front: front_matter::FrontMatter,
    body: Range<usize>,
    text: &'a str,
}

/// Reads the guides, and gives the links that they hold.
fn load_guides(files: &SiteFiles, today: Day, loaded: &mut Loaded) -> Vec<anchors::Wanted> {
    let mut sources = Vec::new();
    for (file, bytes) in files.under("guides/") {
        let is_guide = std::path::Path::new(file).extension().is_some_and(|e| e == "md");
        if !file.starts_with("guides/_") && is_guide {
            sources.extend(read_guide(file, bytes, loaded));
        }
    }
    // Topics first: guides link to each other.
    let mut numbers: BTreeMap<TopicNumber, &str> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.language == Language::ZhHans) {
        add_topic(source, &mut numbers, loaded);
    }
    if !sources.is_empty() && !loaded.library.topics.contains_key(&TopicNumber::ALL) {
        loaded.diagnostics.push(
            Diagnostic::error(
                "guides/",
                0..0,
                Words::new(
                    "no guide has number 0, the one code",
                    "没有编号为 0 的指引（一码通首页）",
                ),
            )
            .with_hint(Words::new(
                "add guides/onecode/zh-Hans.md with `number = 0`",
                "请添加 guides/onecode/zh-Hans.md，写上 `number = 0`",
            )),
        );
    }
    let mut links = Links::default();
    for source in &sources {
        add_guide(source, today, &mut links, loaded);
    }
    anchors::check(&links.wanted, &links.pages, &mut loaded.diagnostics);
    translation::check(&sources, &links.pages, loaded);
    links.wanted
}

/// The ids of each guide's headings, and the links to them.
#[derive(Default)]
struct Links {
    pages: BTreeMap<String, Vec<String>>,
    wanted: Vec<anchors::Wanted>,
}

/// A guide's file taken apart, unless its name or its front matter is at fault.
fn read_guide<'a>(file: &'a str, bytes: &'a [u8], loaded: &mut Loaded) -> Option<Source<'a>> {
    let mut fault = |span: Range<usize>, message: Words, hint: Words| {
        loaded.diagnostics.push(Diagnostic::error(file, span, message).with_hint(hint));
    };
    let (topic, name) = file.strip_prefix("guides/")?.split_once('/')?;
    let (Some(topic), Some(language)) =
        (TopicId::parse(topic), Language::parse(name.trim_end_matches(".md")))
    else {
        let known = Language::ALL.map(Language::tag);
        let (en, zh) = (known.join(", "), known.join("、"));
        fault(
            0..0,
            Words::new("not a guide's path", "路径不是指引文件的写法"),
            Words::new(
                format!("use guides/<topic>/<lang>.md, topic of a-z 0-9 -, lang one of {en}"),
                format!(
                    "应为 guides/<主题>/<语言>.md，主题只用小写字母、数字和 -，语言是其中一种：{zh}"
                ),
            ),
        );
        return None;
    };
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            fault(
                at..at,
                Words::new("not UTF-8 text", "不是 UTF-8 文本"),
                Words::new("save the file as UTF-8", "请把文件另存为 UTF-8 编码"),
            );
            return None;
        }
    };
    let (front, body) = front_matter::read(file, text, &mut loaded.diagnostics)?;
    Some(Source { file, topic, language, front, body, text })
}

fn add_topic<'a>(
    source: &Source<'a>,
    numbers: &mut BTreeMap<TopicNumber, &'a str>,
    loaded: &mut Loaded,
) {
    let number = source.front.number;
    if let Some(first) = numbers.get(&number) {
        loaded.diagnostics.push(
            Diagnostic::error(
                source.file,
                source.front.number_span.clone(),
                Words::new(
                    format!("number {number} is already the number of {first}"),
                    format!("编号 {number} 已被 {first} 使用"),
                ),
            )
            .with_hint(Words::new(
                "numbers are printed in codes and never reused: take a new one",
                "编号印在二维码里，永不重复使用：请换一个新编号",
            )),
        );
        return;
    }
    numbers.insert(number, source.file);
    loaded.library.topics.insert(
        number,
        Topic { id: source.topic.clone(), number, icon: source.front.icon.clone() },
    );
}

fn add_guide(source: &Source<'_>, today: Day, links: &mut Links, loaded: &mut Loaded) {
    let Some(number) = loaded.library.topic(&source.topic).map(|topic| topic.number) else {
        return; // its topic is at fault, and that was said
    };
    if number != source.front.number {
        loaded.diagnostics.push(Diagnostic::error(
            source.file,
            source.front.number_span.clone(),
            Words::new(
                format!("the topic's number is {number} in zh-Hans.md"),
                format!("该主题在 zh-Hans.md 中的编号是 {number}"),
            ),
        ));
    }
    let mut faults = Vec::new();
    let mut citations = Vec::new();
    let facts = said::Facts { library: &loaded.library, today, language: source.language };
    let mut references = references::References {
        library: &loaded.library,
        file: source.file,
        today,
        language: source.language,
        diagnostics: &mut faults,
        citations: &mut citations,
        uses: &mut loaded.uses,
        anchors: &mut links.wanted,
    };
    let front = source.front.resolve(&mut references);
    let page = markdown::render(source.text, source.body.clone(), &mut references);
    faults.extend(no_citation(source, &citations));
    links.pages.insert(source.file.to_owned(), page.anchors);
    front_matter::check(source.file, &source.front, &front, today, &mut faults);
    let text = prose::Text {
        file: source.file,
        language: source.language,
        number,
        night: (front.night.is_empty()).then(|| source.front.night_span()),
        body_start: source.body.start,
        is_glossed: page.html.contains(embeds::WORDS),
        front: source.front.passages(source.text, facts),
        body: page.plain,
    };
    let glossary = prose::check(text, facts, &mut faults);
    loaded.diagnostics.append(&mut faults);
    citations.sort();
    citations.dedup();
    let guide = Guide {
        topic: source.topic.clone(),
        language: source.language,
        title: source.front.title.as_ref().clone(),
        summary: front.summary,
        steps: front.steps,
        night: front.night,
        body: page.html.replace(embeds::WORDS, &glossary),
        contents: page.contents,
        citations,
        reviewed: source.front.reviewed,
        review_by: source.front.review_by,
    };
    loaded.library.guides.insert((number, source.language), guide);
}

/// Every guide but the landing page's cites the law.
fn no_citation(source: &Source<'_>, citations: &[Citation]) -> Option<Diagnostic> {
    if source.front.number == TopicNumber::ALL || !citations.is_empty() {
        return None;
    }
    let at = source.body.start;
    let fault = Diagnostic::error(
        source.file,
        at..at,
        Words::new("this guide cites no article of any law", "这份指引没有引用任何法条"),
    );
    Some(fault.with_hint(Words::new(
        "write the article behind each rule, such as `[](law:cpl#122)`",
        "请在每条规则后写明依据，例如 `[](law:cpl#122)`",
    )))
}
