//! How a fact is said in the language of a guide: an article, a time limit, a fee, an official site.
//!
//! The facts are written in Chinese; their English words stand beside them in `_facts/` as `en`. Where
//! there are none the Chinese ones are shown, and [`untranslated`] says so. Whether a reference names
//! anything is `references`' question. A new kind of fact is a method of [`Facts`].

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Words};
use crate::domain::fee::{FeeRule, Tariff};
use crate::domain::guide::Language;
use crate::domain::law::Citation;
use crate::domain::library::{Library, OfficialLink};
use crate::domain::limit::TimeLimit;
use crate::domain::period::Day;
use crate::domain::word::Word;

/// The facts of a day, as one language says them.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) library: &'a Library,
    pub(super) today: Day,
    pub(super) language: Language,
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
    /// It names nothing, which `References::resolve` tells.
    Nothing,
}

impl<'a> Facts<'a> {
    pub(super) fn is_english(self) -> bool {
        self.language.is_english()
    }

    /// `交费办法第22条第1款`, `Fee Measures art. 22 para. 1`.
    pub(super) fn citation(self, citation: &Citation) -> String {
        let law = self.library.law(&citation.law);
        let english = law.and_then(|law| law.english.as_ref()).filter(|_| self.is_english());
        match (english, law) {
            (Some(english), _) => format!("{} {}", english.short, citation.article.in_english()),
            (None, law) => format!("{}{}", law.map_or("", |law| &law.short), citation.article),
        }
    }

    /// `7日`, `7 days`.
    pub(super) fn limit(self, limit: &TimeLimit) -> String {
        if self.is_english() { limit.length.in_english() } else { limit.text.clone() }
    }

    /// `每件10元`, `10 yuan a case`; a share with what it is a share of.
    pub(super) fn fee(self, rule: &FeeRule, part: Option<&str>) -> Option<String> {
        let text = if self.is_english() { rule.in_english(part) } else { rule.text(part) }?;
        let (None, Tariff::Share { of: Some(of), .. }) = (part, &rule.tariff) else {
            return Some(text);
        };
        let whole = self.library.fees_on(self.today).and_then(|fees| fees.rule(of));
        Some(if self.is_english() {
            let whole = whole.map_or("", |whole| self.fee_title(whole));
            let mut first = whole.chars();
            let lower = first.next().map(|c| c.to_ascii_lowercase());
            format!("{text} of the {}{}", lower.map_or(String::new(), String::from), first.as_str())
        } else {
            format!("{}的{text}", whole.map_or("", |whole| &whole.title))
        })
    }

    /// What a fee is called.
    pub(super) fn fee_title(self, rule: &'a FeeRule) -> &'a str {
        rule.title_en.as_ref().filter(|_| self.is_english()).unwrap_or(&rule.title)
    }

    /// What an official site is called.
    pub(super) fn link_title(self, link: &'a OfficialLink) -> &'a str {
        link.title_en.as_ref().filter(|_| self.is_english()).unwrap_or(&link.title)
    }

    /// A term and its plain words, the one that the language begins with first.
    pub(super) fn word(self, word: &Word) -> (String, String) {
        let term = word.word.clone();
        match word.english.as_ref().filter(|_| self.is_english()) {
            Some(english) => (english.clone(), term),
            None => (term, word.plain.clone().unwrap_or_default()),
        }
    }

    /// `in brackets`, as the language writes them after a word.
    pub(super) fn in_brackets(self, words: &str) -> String {
        if self.is_english() { format!(" ({words})") } else { format!("（{words}）") }
    }

    /// What the reference of an address is shown as.
    pub(super) fn shown(self, address: &str) -> Shown {
        let library = self.library;
        let found = match address.split_once(':') {
            Some(("law", id)) => {
                Citation::parse(id).map(|citation| Shown::Citation(self.citation(&citation)))
            }
            Some(("limit", id)) => {
                let limit = library.limits.iter().find(|limit| limit.id == id);
                limit.map(|limit| Shown::Fact(self.limit(limit)))
            }
            Some(("fee", id)) => {
                let (id, part) = parts(id);
                let rule = library.fees_on(self.today).and_then(|fees| fees.rule(id));
                rule.and_then(|rule| self.fee(rule, part)).map(Shown::Fact)
            }
            Some(("word", id)) => library.words.iter().find(|word| word.id == id).map(|word| {
                let (first, second) = self.word(word);
                let text = format!("{first}{}", self.in_brackets(&second));
                Shown::Word { id: id.to_owned(), text }
            }),
            Some(("link", id)) => {
                let link = library.links.iter().find(|link| link.id == id);
                link.map(|link| Shown::Title(self.link_title(link).to_owned()))
            }
            _ => Some(Shown::Title(address.to_owned())),
        };
        found.unwrap_or(Shown::Nothing)
    }
}

/// A fee's id and the part of it that is meant: `preservation#cap`.
pub(super) fn parts(address: &str) -> (&str, Option<&str>) {
    address.split_once('#').map_or((address, None), |(id, part)| (id, Some(part)))
}

/// A fact that an English guide shows in Chinese, since it has no English words.
pub(super) fn untranslated(
    file: &str,
    span: &Range<usize>,
    kind: &str,
    id: &str,
    table: &str,
) -> Diagnostic {
    Diagnostic::warning(
        file,
        span.clone(),
        Words::new(
            format!("the {kind} {id:?} has no English words in {table}"),
            format!("{table} 里的“{id}”没有英文"),
        ),
    )
    .with_hint(Words::new(
        format!("add `en` to it in guides/_facts/{table}"),
        format!("请在 guides/_facts/{table} 里给它写上 en"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fee::{Decimal, FeeSchedule};
    use crate::domain::limit::Length;

    #[test]
    fn a_share_names_in_each_language_what_it_is_a_share_of() {
        let rule = |id: &str, title: &str, title_en: &str, tariff: Tariff| FeeRule {
            id: id.to_owned(),
            title: title.to_owned(),
            title_en: Some(title_en.to_owned()),
            tariff,
            sources: Vec::new(),
        };
        let share = Tariff::Share { share: (1, 3), of: Some("property".to_owned()), cap: None };
        let order = rule("order", "支付令申请费", "Payment order", share);
        let each = Tariff::Each(Decimal::parse("50").unwrap());
        let property = rule("property", "财产案件受理费", "Court fee", each);
        let today = Day::new(2026, 11, 24).unwrap();
        let rules = vec![property, order.clone()];
        let (id, title) = (String::new(), String::new());
        let schedule =
            FeeSchedule { id, title, from: today, until: None, rules, local: Vec::new() };
        let library = Library { schedules: vec![schedule], ..Library::default() };
        let said = |language| Facts { library: &library, today, language }.fee(&order, None);
        assert_eq!(said(Language::ZhHans).as_deref(), Some("财产案件受理费的三分之一"));
        assert_eq!(said(Language::En).as_deref(), Some("one third of the court fee"));
    }

    #[test]
    fn what_has_no_english_words_is_said_in_chinese() {
        let library = Library::default();
        let today = Day::new(2026, 11, 24).unwrap();
        let facts = Facts { library: &library, today, language: Language::En };
        let citation = Citation::parse("cpl#122-1").unwrap();
        assert_eq!(facts.citation(&citation), "第122条第1款");
        let limit = TimeLimit {
            id: "pay".to_owned(),
            text: "7日".to_owned(),
            length: Length::Days(7),
            source: citation,
            rule: None,
        };
        assert_eq!(facts.limit(&limit), "7 days");
    }
}
