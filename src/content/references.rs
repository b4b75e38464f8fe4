//! What a guide names by id: articles, time limits, fees, official sites, other guides.
//!
//! `[](law:cpl#122)` becomes `民诉法第122条`, `[](limit:pay-fee)` becomes `7日`, `[](fee:labour)`
//! becomes `每件10元`, `[](word:claim-amount)` becomes `标的额（要对方给的钱数）`: a fact is written
//! once, in `_facts/`. An id that names nothing is a fault.

use std::ops::Range;

use super::anchors::Wanted;
use super::facts::unknown;
use super::said::{Facts, parts, untranslated};
use super::uses::Use;
use super::{law, written};
use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::domain::calc::{deadline, fee};
use crate::domain::fee::{FeeRule, Tariff};
use crate::domain::guide::Language;
use crate::domain::law::Citation;
use crate::domain::library::Library;
use crate::domain::period::Day;
use crate::domain::topic::TopicId;

/// Resolves the references of one file and gathers its faults and citations.
pub struct References<'a> {
    pub(super) library: &'a Library,
    pub(super) file: &'a str,
    pub(super) today: Day,
    /// What the file is written in.
    pub(super) language: Language,
    pub(super) diagnostics: &'a mut Vec<Diagnostic>,
    pub(super) citations: &'a mut Vec<Citation>,
    /// Each place that rests on an article, also through a fact.
    pub(super) uses: &'a mut Vec<Use>,
    /// Links to anchors, checked once all guides are read.
    pub(super) anchors: &'a mut Vec<Wanted>,
}

/// What a reference stands for.
pub(super) enum Reference {
    /// An article: the text to show where none is written, and the law's id.
    Law { text: String, law: String },
    /// A time limit or a fee: the text to show.
    Fact(String),
    /// A term of the law, and what it means in plain words.
    Word { word: String, plain: String },
    /// A page of ours, a telephone number.
    Local(String),
    /// An official site: its title and address.
    Official { title: String, url: String },
}

impl<'a> References<'a> {
    /// The facts in the file's language.
    pub(super) fn facts(&self) -> Facts<'a> {
        Facts { library: self.library, today: self.today, language: self.language }
    }

    /// The reference of a link's address, unless it names nothing.
    pub(super) fn resolve(&mut self, address: &str, span: &Range<usize>) -> Option<Reference> {
        match address.split_once(':') {
            Some(("law", id)) => self.law(id, span),
            Some(("limit", id)) => self.limit(id, span).map(Reference::Fact),
            Some(("fee", id)) => self.fee_text(id, span).map(Reference::Fact),
            Some(("link", id)) => self.link(id, span),
            Some(("word", id)) => self.word(id, span),
            Some(("tel", number))
                if !number.is_empty()
                    && number.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'+') =>
            {
                Some(Reference::Local(address.to_owned()))
            }
            None if address == "/" => Some(Reference::Local(address.to_owned())),
            None if address.starts_with("/g/") => self.guide(address, span),
            None if address.starts_with("/t/") => self.calculator(address, span),
            None if address == "/d/" => Some(Reference::Local(address.to_owned())),
            None if address.starts_with("/d/") => {
                // Whether it is there is known once all documents are read.
                self.wanted(address.to_owned(), "", span);
                Some(Reference::Local(address.to_owned()))
            }
            None if address.starts_with('#') => {
                self.wanted(self.file.to_owned(), address, span);
                Some(Reference::Local(address.to_owned()))
            }
            _ => {
                self.fault(
                    span,
                    Words::new(
                        format!("a guide may not link to {address:?}"),
                        format!("指引里不能链接到“{address}”"),
                    ),
                    Words::new(
                        "use /g/<topic>, /t/<calculator>, /d/<document>, #<heading>, tel:, law:, limit:, fee:, word:, or link:<id> with the site in links.toml",
                        "可用 /g/<主题>、/t/<计算器>、/d/<文书>、#<标题>、tel:、law:、limit:、fee:、word:，外部网站请写进 links.toml 后用 link:<id>",
                    ),
                );
                None
            }
        }
    }

    /// The text with each `[](…)` replaced by what it stands for.
    pub(super) fn fill(&mut self, text: &str, span: &Range<usize>) -> String {
        for typed in written::typed(text, self.library, self.today) {
            self.fault(span, typed.message, typed.hint);
        }
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("[](") {
            filled.push_str(before);
            let Some((address, tail)) = after.split_once(')') else {
                filled.push_str("[](");
                rest = after;
                continue;
            };
            match self.resolve(address, span) {
                Some(Reference::Law { text, .. } | Reference::Fact(text)) => filled.push_str(&text),
                Some(Reference::Word { word, plain }) => {
                    filled.push_str(&word);
                    filled.push_str(&self.facts().in_brackets(&plain));
                }
                Some(Reference::Official { title, .. }) => filled.push_str(&title),
                Some(Reference::Local(_)) | None => {}
            }
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }

    /// What `property`, or `preservation#cap`, stands for.
    fn fee_text(&mut self, address: &str, span: &Range<usize>) -> Option<String> {
        let (id, part) = parts(address);
        let rule = self.fee(id, span)?.clone();
        if let (None, Tariff::Share { of: Some(of), .. }) = (part, &rule.tariff) {
            self.fee(of, span);
        }
        let text = self.facts().fee(&rule, part);
        if text.is_none() {
            let part = part.unwrap_or_default();
            self.fault(
                span,
                Words::new(
                    format!("fee {id:?} has no {part:?}"),
                    format!("费用“{id}”没有“{part}”"),
                ),
                Words::new(
                    "the parts of a fee are cap, min, max, and free: what nothing is added for",
                    "可以写 cap（上限）、min、max（幅度两端）、free（不另收的金额）",
                ),
            );
        }
        text
    }

    /// The fee of an id, in the schedule in force today.
    pub(super) fn fee(&mut self, id: &str, span: &Range<usize>) -> Option<&FeeRule> {
        let schedule = self.library.fees_on(self.today);
        let rule = schedule.and_then(|schedule| schedule.rule(id));
        if let Some(rule) = rule {
            for source in &rule.sources {
                self.used(source, Some(format!("fee:{id}")), span);
            }
        } else {
            let known = schedule.map_or(&[][..], |schedule| &schedule.rules);
            let known = known.iter().map(|rule| rule.id.as_str());
            self.diagnostics.push(unknown(self.file, span.clone(), "fee", id, "fees.toml", known));
        }
        rule
    }

    /// The mark of a text that each court may fill in.
    pub(super) fn local(&mut self, id: &str, span: &Range<usize>) -> Option<String> {
        let library = self.library;
        let Some(text) = library.locals.iter().find(|text| text.id == id) else {
            let known = library.locals.iter().map(|text| text.id.as_str());
            self.diagnostics.push(unknown(
                self.file,
                span.clone(),
                "text",
                id,
                "local.toml",
                known,
            ));
            return None;
        };
        self.translated(text.default_en.is_some(), ("text", id, "local.toml"), span);
        for citation in &text.citations {
            self.used(citation, Some(format!("local:{id}")), span);
            self.citations.push(citation.clone());
        }
        Some(format!("{}\n", text.mark()))
    }

    fn used(&mut self, citation: &Citation, through: Option<String>, span: &Range<usize>) {
        let (file, citation) = (self.file.to_owned(), citation.clone());
        self.uses.push(Use { file, span: span.clone(), citation, through });
    }

    /// Says once that an English guide shows a fact in Chinese, unless it `has` English words.
    pub(super) fn translated(
        &mut self,
        has: bool,
        (kind, id, table): (&str, &str, &str),
        span: &Range<usize>,
    ) {
        if has || !self.facts().is_english() {
            return;
        }
        let fault = untranslated(self.file, span, kind, id, table);
        if !self.diagnostics.iter().any(|said| said.message == fault.message) {
            self.diagnostics.push(fault);
        }
    }

    pub(super) fn fault(&mut self, span: &Range<usize>, message: Words, hint: Words) {
        let fault = Diagnostic::error(self.file, span.clone(), message).with_hint(hint);
        self.diagnostics.push(fault);
    }

    fn law(&mut self, id: &str, span: &Range<usize>) -> Option<Reference> {
        let Some(citation) = Citation::parse(id) else {
            self.fault(
                span,
                Words::new(format!("{id:?} is not an article"), format!("“{id}”不是法条的写法")),
                Words::new(
                    "write law:<id>#<article>[-<paragraph>[-<item>]], such as law:cpl#122",
                    "应写 law:<法律>#<条>[-<款>[-<项>]]，例如 law:cpl#122",
                ),
            );
            return None;
        };
        let Some(law) = self.library.law(&citation.law) else {
            let known = self.library.laws.iter().map(|law| law.id.as_str());
            let id = citation.law.as_str();
            self.diagnostics.push(unknown(self.file, span.clone(), "law", id, "laws.toml", known));
            return None;
        };
        let (listed, law_id) = (law.replaced_by.is_none(), citation.law.as_str().to_owned());
        let listed = listed || law.in_force_on(self.today);
        let faults = law::faults(self.library, self.today, self.file, span, &citation, "law:");
        self.diagnostics.extend(faults);
        let text = self.facts().citation(&citation);
        self.translated(law.english.is_some(), ("law", &law_id, "laws.toml"), span);
        self.used(&citation, None, span);
        // Pages list no version that another one replaced.
        if listed {
            self.citations.push(citation);
        }
        Some(Reference::Law { text, law: law_id })
    }

    fn limit(&mut self, id: &str, span: &Range<usize>) -> Option<String> {
        let limits = &self.library.limits;
        let limit = limits.iter().find(|limit| limit.id == id);
        if let Some(limit) = limit {
            self.used(&limit.source, Some(format!("limit:{id}")), span);
        } else {
            let known = limits.iter().map(|limit| limit.id.as_str());
            self.diagnostics.push(unknown(
                self.file,
                span.clone(),
                "limit",
                id,
                "limits.toml",
                known,
            ));
        }
        limit.map(|limit| self.facts().limit(limit))
    }

    fn link(&mut self, id: &str, span: &Range<usize>) -> Option<Reference> {
        let links = &self.library.links;
        let link = links.iter().find(|link| link.id == id);
        if link.is_none() {
            let known = links.iter().map(|link| link.id.as_str());
            self.diagnostics.push(unknown(
                self.file,
                span.clone(),
                "link",
                id,
                "links.toml",
                known,
            ));
        }
        let link = link?;
        self.translated(link.title_en.is_some(), ("site", id, "links.toml"), span);
        let title = self.facts().link_title(link).to_owned();
        Some(Reference::Official { title, url: link.url.clone() })
    }

    fn word(&mut self, id: &str, span: &Range<usize>) -> Option<Reference> {
        let words = &self.library.words;
        let Some(word) = words.iter().find(|word| word.id == id) else {
            let known = words.iter().map(|word| word.id.as_str());
            let fault = unknown(self.file, span.clone(), "word", id, "words.toml", known);
            self.diagnostics.push(fault);
            return None;
        };
        if word.plain.is_none() {
            self.fault(
                span,
                Words::new(
                    format!("the word {id:?} has no plain words"),
                    format!("词条“{id}”没有白话解释"),
                ),
                Words::new("add `plain` to it in words.toml", "请在 words.toml 里给它写上 plain"),
            );
            return None;
        }
        self.translated(word.english.is_some(), ("word", id, "words.toml"), span);
        let (word, plain) = self.facts().word(word);
        Some(Reference::Word { word, plain })
    }

    fn guide(&mut self, address: &str, span: &Range<usize>) -> Option<Reference> {
        let path = address.trim_start_matches("/g/");
        let (slug, anchor) = path.split_once('#').map_or((path, None), |(s, a)| (s, Some(a)));
        let known = TopicId::parse(slug).and_then(|id| self.library.topic(&id)).is_some();
        if !known {
            let topics = self.library.topics.values().map(|topic| topic.id.as_str());
            let fault = unknown(self.file, span.clone(), "topic", slug, "guides/", topics);
            self.diagnostics.push(fault);
        } else if let Some(anchor) = anchor {
            self.wanted(format!("guides/{slug}/zh-Hans.md"), anchor, span);
        }
        known.then(|| Reference::Local(address.to_owned()))
    }

    fn wanted(&mut self, target: String, anchor: &str, span: &Range<usize>) {
        let (file, id) = (self.file.to_owned(), anchor.trim_start_matches('#').to_owned());
        self.anchors.push(Wanted { file, span: span.clone(), target, id });
    }

    fn calculator(&mut self, address: &str, span: &Range<usize>) -> Option<Reference> {
        match check_calculator(address, self.library) {
            Ok(()) => Some(Reference::Local(address.to_owned())),
            Err(hint) => {
                let message = Words::new(
                    format!("no calculator {address:?}"),
                    format!("没有计算器“{address}”"),
                );
                self.fault(span, message, hint);
                None
            }
        }
    }
}

/// The calculators' pages, and what each may be asked for.
const CALCULATORS: [(&str, Option<&str>); 4] =
    [("/t/", None), ("/t/fee", Some("kind")), ("/t/deadline", Some("rule")), ("/t/interest", None)];

/// Whether a calculator's page is there and is asked for what it knows; else a hint. The one place
/// where the names of kinds and rules are looked up.
fn check_calculator(path: &str, library: &Library) -> Result<(), Words> {
    let (page, query) = path.split_once('?').map_or((path, None), |(p, q)| (p, Some(q)));
    let Some((_, key)) = CALCULATORS.iter().find(|(known, _)| *known == page) else {
        let known = CALCULATORS.map(|(known, _)| known);
        return Err(if let Some(near) = nearest(page, known) {
            Words::new(format!("did you mean {near}?"), format!("是不是 {near}？"))
        } else {
            let list = known.join(" ");
            Words::new(format!("there are {list}"), format!("可用的有 {list}"))
        });
    };
    let Some(query) = query else { return Ok(()) };
    let name = key.and_then(|key| query.strip_prefix(key)?.strip_prefix('='));
    let names: Vec<&str> = match key {
        Some("kind") => fee::KINDS.iter().map(|kind| kind.name).collect(),
        _ => deadline::rules(library).map(|(_, rule)| rule.name.as_str()).collect(),
    };
    if let Some(name) = name {
        if names.contains(&name) {
            return Ok(());
        }
        if let Some(near) = nearest(name, names.iter().copied()) {
            return Err(Words::new(format!("did you mean {near}?"), format!("是不是 {near}？")));
        }
    }
    Err(match key {
        Some(key) => Words::new(
            format!("write {page} or {page}?{key}=NAME"),
            format!("请写 {page} 或 {page}?{key}=名称"),
        ),
        None => Words::new(format!("write {page}"), format!("请写 {page}")),
    })
}
