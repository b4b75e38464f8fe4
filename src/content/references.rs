//! What a guide names by id: articles, time limits, fees, official sites, other guides.
//!
//! `[](law:cpl#122)` becomes `民诉法第122条`, `[](limit:pay-fee)` becomes `7日`, `[](fee:labour)`
//! becomes `每件10元`, `[](word:claim-amount)` becomes `标的额（要对方给的钱数）`: a fact is written
//! once, in `_facts/`. An id that names nothing is a fault.

use std::ops::Range;

use super::facts::unknown;
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::fee::{FeeRule, Tariff};
use crate::domain::law::{Citation, Law};
use crate::domain::library::Library;
use crate::domain::period::Day;
use crate::domain::topic::TopicId;

/// Resolves the references of one file and gathers its faults and citations.
pub struct References<'a> {
    pub(super) library: &'a Library,
    pub(super) file: &'a str,
    pub(super) today: Day,
    pub(super) diagnostics: &'a mut Vec<Diagnostic>,
    pub(super) citations: &'a mut Vec<Citation>,
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

impl References<'_> {
    /// The reference of a link's address, unless it names nothing.
    pub(super) fn resolve(&mut self, address: &str, span: &Range<usize>) -> Option<Reference> {
        match address.split_once(':') {
            Some(("law", id)) => self.law(id, span),
            Some(("limit", id)) => self.limit(id, span).map(Reference::Fact),
            Some(("fee", id)) => {
                let text = self.fee(id, span).map(tariff_text);
                text.map(Reference::Fact)
            }
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
            _ => {
                self.fault(
                    span,
                    Words::new(
                        format!("a guide may not link to {address:?}"),
                        format!("指引里不能链接到“{address}”"),
                    ),
                    Words::new(
                        "use /g/<topic>, tel:, law:, limit:, fee:, word:, or link:<id> with the site in links.toml",
                        "可用 /g/<主题>、tel:、law:、limit:、fee:、word:，外部网站请写进 links.toml 后用 link:<id>",
                    ),
                );
                None
            }
        }
    }

    /// The text with each `[](…)` replaced by what it stands for.
    pub(super) fn fill(&mut self, text: &str, span: &Range<usize>) -> String {
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
                    filled.extend([word.as_str(), "（", &plain, "）"]);
                }
                Some(Reference::Official { title, .. }) => filled.push_str(&title),
                Some(Reference::Local(_)) | None => {}
            }
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }

    /// The fee of an id.
    pub(super) fn fee(&mut self, id: &str, span: &Range<usize>) -> Option<&FeeRule> {
        let rules = self.library.fees.as_ref().map_or(&[][..], |fees| &fees.rules);
        let rule = rules.iter().find(|rule| rule.id == id);
        if rule.is_none() {
            let known = rules.iter().map(|rule| rule.id.as_str());
            self.diagnostics.push(unknown(self.file, span.clone(), "fee", id, "fees.toml", known));
        }
        rule
    }

    /// The text of a citation: `交费办法第22条第1款`.
    pub(super) fn citation_text(&self, citation: &Citation) -> String {
        let short = self.library.law(&citation.law).map_or("", |law| &law.short);
        format!("{short}{}", citation.article)
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
        self.check_article(law, &citation, span);
        let text = self.citation_text(&citation);
        let law = citation.law.as_str().to_owned();
        self.citations.push(citation);
        Some(Reference::Law { text, law })
    }

    fn check_article(&mut self, law: &Law, citation: &Citation, span: &Range<usize>) {
        let title = &law.title;
        if let Some(last) = law.articles.filter(|last| citation.article.article > *last) {
            let message = Words::new(
                format!("{title} has no article {}: it ends at {last}", citation.article.article),
                format!("《{title}》没有{}：最后一条是第{last}条", citation.article),
            );
            self.diagnostics.push(Diagnostic::error(self.file, span.clone(), message));
        }
        if !law.in_force_on(self.today) {
            let (version, from) = (&law.version, law.in_force_from);
            let until = law.in_force_until.map_or(String::new(), |day| format!(" – {day}"));
            let message = Words::new(
                format!("{title} ({version}) is not in force: {from}{until}"),
                format!("《{title}》（{version}）不在施行期内：{from}{until}"),
            );
            let fault = Diagnostic::error(self.file, span.clone(), message);
            self.diagnostics.push(fault.by_date());
        }
    }

    fn limit(&mut self, id: &str, span: &Range<usize>) -> Option<String> {
        let limits = &self.library.limits;
        let limit = limits.iter().find(|limit| limit.id == id);
        if limit.is_none() {
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
        limit.map(|limit| limit.text.clone())
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
        link.map(|link| Reference::Official { title: link.title.clone(), url: link.url.clone() })
    }

    fn word(&mut self, id: &str, span: &Range<usize>) -> Option<Reference> {
        let words = &self.library.words;
        let Some(word) = words.iter().find(|word| word.id == id) else {
            let known = words.iter().map(|word| word.id.as_str());
            let fault = unknown(self.file, span.clone(), "word", id, "words.toml", known);
            self.diagnostics.push(fault);
            return None;
        };
        let Some(plain) = word.plain.clone() else {
            self.fault(
                span,
                Words::new(
                    format!("the word {id:?} has no plain words"),
                    format!("词条“{id}”没有白话解释"),
                ),
                Words::new("add `plain` to it in words.toml", "请在 words.toml 里给它写上 plain"),
            );
            return None;
        };
        Some(Reference::Word { word: word.word.clone(), plain })
    }

    fn guide(&mut self, address: &str, span: &Range<usize>) -> Option<Reference> {
        let slug = address.trim_start_matches("/g/").split('#').next().unwrap_or_default();
        let known = TopicId::parse(slug).and_then(|id| self.library.topic(&id)).is_some();
        if !known {
            let topics = self.library.topics.values().map(|topic| topic.id.as_str());
            let fault = unknown(self.file, span.clone(), "topic", slug, "guides/", topics);
            self.diagnostics.push(fault);
        }
        known.then(|| Reference::Local(address.to_owned()))
    }
}

/// What a reference is filled in with, for those who only read the text.
pub(super) enum Shown {
    /// A citation: `民诉法第122条`.
    Citation(String),
    /// A time limit or a fee.
    Fact(String),
    /// A term with its plain words, and its id.
    Word { id: String, text: String },
    /// What an official site, a page or a number is called.
    Title(String),
    /// It names nothing, which [`References::resolve`] tells.
    Nothing,
}

/// What the reference of an address is shown as.
pub(super) fn shown(library: &Library, address: &str) -> Shown {
    let found = match address.split_once(':') {
        Some(("law", id)) => Citation::parse(id).map(|citation| {
            let short = library.law(&citation.law).map_or("", |law| &law.short);
            Shown::Citation(format!("{short}{}", citation.article))
        }),
        Some(("limit", id)) => {
            let limit = library.limits.iter().find(|limit| limit.id == id);
            limit.map(|limit| Shown::Fact(limit.text.clone()))
        }
        Some(("fee", id)) => {
            let rules = library.fees.as_ref().map_or(&[][..], |fees| &fees.rules);
            rules.iter().find(|rule| rule.id == id).map(|rule| Shown::Fact(tariff_text(rule)))
        }
        Some(("word", id)) => library.words.iter().find(|word| word.id == id).map(|word| {
            let plain = word.plain.as_deref().unwrap_or_default();
            Shown::Word { id: id.to_owned(), text: format!("{}（{plain}）", word.word) }
        }),
        Some(("link", id)) => {
            let link = library.links.iter().find(|link| link.id == id);
            link.map(|link| Shown::Title(link.title.clone()))
        }
        _ => Some(Shown::Title(address.to_owned())),
    };
    found.unwrap_or(Shown::Nothing)
}

/// `每件10元`, `每件50元至100元`; brackets are named, since they need a table.
pub(super) fn tariff_text(rule: &FeeRule) -> String {
    match &rule.tariff {
        Tariff::Each(each) => format!("每件{each}元"),
        Tariff::Range(min, max) => format!("每件{min}元至{max}元"),
        Tariff::Brackets(..) => rule.title.clone(),
    }
}
