//! `guides/_facts/words.toml`, and what guides make of it: terms that a page never explains, phrases
//! that it could do without.
//!
//! Filling in `[](word:claim-amount)` is `references`' work; where a text stands in its file is
//! known by `plain`. A new term is an entry in the table and needs nothing here.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::Loaded;
use super::characters::is_han;
use super::facts::Table;
use super::figures;
use super::markdown::escape;
use super::plain::{Kind, Passage};
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::law::LawId;
use crate::domain::library::Library;
use crate::domain::site::SiteFiles;
use crate::domain::word::{Avoid, Word};

/// The table's path inside a site.
const FILE: &str = "guides/_facts/words.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    #[serde(default)]
    word: Vec<RawWord>,
    #[serde(default)]
    avoid: Vec<RawAvoid>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWord {
    id: Spanned<String>,
    word: Spanned<String>,
    plain: Option<Spanned<String>>,
    /// The plain words in English.
    en: Option<Spanned<String>>,
    #[serde(default)]
    also: Vec<Spanned<String>>,
    #[serde(default)]
    also_en: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAvoid {
    words: Spanned<String>,
    say: Spanned<String>,
}

/// Reads the table into the library.
pub(super) fn load(files: &SiteFiles, loaded: &mut Loaded) {
    let Some(mut table) = Table::read::<WordsFile>(files, FILE, loaded) else { return };
    for raw in std::mem::take(&mut table.value.word) {
        table.add_word(raw, loaded);
    }
    for raw in std::mem::take(&mut table.value.avoid) {
        table.add_avoid(raw, loaded);
    }
}

impl Table<WordsFile> {
    fn add_word(&self, raw: RawWord, loaded: &mut Loaded) {
        let taken = loaded.library.words.iter().any(|w| w.id == *raw.id.as_ref());
        let id = self.new_id(&raw.id, |t| LawId::parse(t).map(|_| t.to_owned()), taken, loaded);
        let mut sound = true;
        let names = raw.also.iter().chain(&raw.also_en);
        for text in [&raw.word].into_iter().chain(&raw.plain).chain(&raw.en).chain(names) {
            sound &= self.is_said(text, loaded);
        }
        if loaded.library.words.iter().any(|w| w.word == *raw.word.as_ref()) {
            let message = Words::new(
                format!("{:?} is there twice", raw.word.as_ref()),
                format!("“{}”出现了两次", raw.word.as_ref()),
            );
            self.fault(loaded, raw.word.span(), message);
            sound = false;
        }
        if raw.plain.is_none() && raw.also.is_empty() {
            let message = Words::new(
                "a word has `plain` words, or something it is `also` called",
                "词条要写 plain（白话）或 also（别的叫法）",
            );
            self.fault(loaded, raw.word.span(), message);
        }
        let has_figure = |text: &&Spanned<String>| !figures::scan(text.as_ref()).is_empty();
        for plain in raw.plain.iter().chain(&raw.en).filter(has_figure) {
            let message = Words::new(
                "an explanation has no figures: they change with the law",
                "解释里不写数字：数字会随法律变",
            );
            self.fault(loaded, plain.span(), message);
        }
        if let (Some(id), true) = (id, sound) {
            loaded.library.words.push(Word {
                id,
                word: raw.word.into_inner(),
                plain: raw.plain.map(Spanned::into_inner),
                english: raw.en.map(Spanned::into_inner),
                also: raw.also.into_iter().map(Spanned::into_inner).collect(),
                also_english: raw.also_en.into_iter().map(Spanned::into_inner).collect(),
            });
        }
    }

    fn add_avoid(&self, raw: RawAvoid, loaded: &mut Loaded) {
        if self.is_said(&raw.words, loaded) && self.is_said(&raw.say, loaded) {
            loaded
                .library
                .avoid
                .push(Avoid { words: raw.words.into_inner(), say: raw.say.into_inner() });
        }
    }

    fn is_said(&self, text: &Spanned<String>, loaded: &mut Loaded) -> bool {
        let said = !text.as_ref().trim().is_empty();
        if !said {
            self.fault(loaded, text.span(), Words::new("the text is empty", "内容是空的"));
        }
        said
    }
}

/// The terms that the guide uses and never explains, each at its first use.
pub(super) fn unexplained<'w>(
    passages: &[Passage],
    library: &'w Library,
) -> Vec<(Range<usize>, &'w Word)> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let words = by_start(&library.words);
    for passage in passages.iter().filter(|passage| passage.kind.is_body()) {
        for (at, word) in uses(passage, &words) {
            let Some(plain) = &word.plain else { continue };
            if seen.insert(&word.word) && !is_explained(word, plain, passages) {
                found.push((passage.span(at..at + word.word.len()), word));
            }
        }
    }
    found
}

/// A warning for each term that the guide never explains.
pub(super) fn warn(
    file: &str,
    unexplained: &[(Range<usize>, &Word)],
    faults: &mut Vec<Diagnostic>,
) {
    for (span, word) in unexplained {
        let (id, word, plain) = (&word.id, &word.word, word.plain.as_deref().unwrap_or_default());
        faults.push(
            Diagnostic::warning(
                file,
                span.clone(),
                Words::new(
                    format!("{word:?} is never explained in its plain words"),
                    format!("“{word}”没有用词表里的白话解释"),
                ),
            )
            .with_hint(Words::new(
                format!("write [](word:{id}) once, shown as {word}（{plain}）, or {{{{ words }}}} on a line of its own"),
                format!("写一次 [](word:{id})，显示为“{word}（{plain}）”，或另起一行写 {{{{ words }}}}"),
            )),
        );
    }
}

/// The list of terms with their plain words, for the place of `{{ words }}`.
pub(super) fn glossary(unexplained: &[(Range<usize>, &Word)]) -> String {
    let entry = |(_, word): &(Range<usize>, &Word)| {
        let plain = word.plain.as_deref().unwrap_or_default();
        format!("<li><b>{}</b>：{}\n", escape(&word.word), escape(plain))
    };
    let entries: String = unexplained.iter().map(entry).collect();
    if entries.is_empty() { entries } else { format!("<ul>\n{entries}</ul>\n") }
}

/// The terms that an English guide writes in Chinese, with their English words: what readers meet at
/// the counter, for the place of `{{ words }}`.
pub(super) fn dictionary(passages: &[Passage], library: &Library) -> String {
    let mut listed: Vec<&Word> = Vec::new();
    let words = by_start(&library.words);
    for passage in passages.iter().filter(|passage| passage.kind.is_body()) {
        for (_, word) in uses(passage, &words) {
            if word.english.is_some() && !listed.contains(&word) {
                listed.push(word);
            }
        }
    }
    let entry = |word: &&Word| {
        let english = word.english.as_deref().unwrap_or_default();
        format!("<li><b lang=\"zh-Hans\">{}</b>: {}\n", escape(&word.word), escape(english))
    };
    let entries: String = listed.iter().map(entry).collect();
    if entries.is_empty() { entries } else { format!("<ul>\n{entries}</ul>\n") }
}

/// Every phrase to avoid.
pub(super) fn check(
    file: &str,
    passages: &[Passage],
    library: &Library,
    faults: &mut Vec<Diagnostic>,
) {
    // One pass for all phrases: most passages are shorter than what a search is prepared with.
    let firsts: Vec<char> = library.avoid.iter().filter_map(|a| a.words.chars().next()).collect();
    for passage in passages {
        for (at, _) in passage.text.char_indices().filter(|(_, c)| firsts.contains(c)) {
            let rest = &passage.text[at..];
            for avoid in library.avoid.iter().filter(|a| rest.starts_with(a.words.as_str())) {
                if passage.is_typed(at) {
                    faults.push(officialese(file, passage, at, &avoid.words, &avoid.say));
                }
            }
        }
    }
}

fn officialese(file: &str, passage: &Passage, at: usize, words: &str, say: &str) -> Diagnostic {
    Diagnostic::warning(
        file,
        passage.span(at..at + words.len()),
        Words::new(format!("{words:?} is officialese"), format!("“{words}”是公文腔")),
    )
    .with_hint(Words::new(format!("say {say:?}"), format!("改成“{say}”")))
}

/// Terms sorted by their first character, of which a text has few: every command reads every guide.
type ByStart<'w> = Vec<(char, &'w Word)>;

fn by_start(words: &[Word]) -> ByStart<'_> {
    let mut by_start: ByStart<'_> =
        words.iter().filter_map(|word| Some((word.word.chars().next()?, word))).collect();
    by_start.sort_by_key(|(first, _)| *first);
    by_start
}

/// Where terms are typed, the longest that fits at each place.
fn uses<'w>(passage: &Passage, words: &[(char, &'w Word)]) -> Vec<(usize, &'w Word)> {
    let mut found = Vec::new();
    let mut next = 0;
    for (at, first) in passage.text.char_indices() {
        let rest = &passage.text[at..];
        let from = words.partition_point(|(start, _)| *start < first);
        let same = words[from..].iter().take_while(|(start, _)| *start == first);
        let fits = same.map(|(_, word)| *word).filter(|word| rest.starts_with(&word.word));
        let longest = fits.max_by_key(|word| word.word.len());
        if let Some(word) = longest.filter(|_| at >= next && passage.is_typed(at)) {
            next = at + word.word.len();
            found.push((at, word));
        }
    }
    found
}

/// Whether `gloss` is the plain words or a paraphrase: more than half of its characters are theirs.
fn says(gloss: &str, plain: &str) -> bool {
    let all = gloss.chars().filter(|c| is_han(*c)).count();
    let same = gloss.chars().filter(|c| is_han(*c) && plain.contains(*c)).count();
    gloss.contains(plain) || same * 2 > all
}

/// By a reference, by the plain words in （） after it, or because the guide is about it.
fn is_explained(word: &Word, plain: &str, passages: &[Passage]) -> bool {
    passages.iter().any(|passage| {
        let is_title = matches!(passage.kind, Kind::Title | Kind::Summary);
        if is_title && passage.text.contains(word.word.as_str()) {
            return true;
        }
        passage.explains.contains(&word.id)
            || passage.text.match_indices(word.word.as_str()).any(|(at, term)| {
                let after = passage.text[at + term.len()..].strip_prefix('（');
                after.and_then(|t| t.split_once('）')).is_some_and(|(t, _)| says(t, plain))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::said::Facts;
    use crate::domain::guide::Language;

    #[test]
    fn a_paraphrase_of_the_plain_words_explains_and_any_other_remark_does_not() {
        let plain = "该给钱、该办事的一方";
        assert!(says("该给钱的一方", plain) && says("就是该给钱、该办事的一方", plain));
        for remark in ["民诉法第122条", "见下表", "", "12368"] {
            assert!(!says(remark, plain), "{remark}");
        }
    }

    #[test]
    fn the_longest_term_is_meant_and_only_once() {
        let word = |id: &str, word: &str| Word {
            id: id.to_owned(),
            word: word.to_owned(),
            plain: Some(id.to_owned()),
            english: None,
            also: Vec::new(),
            also_english: Vec::new(),
        };
        let words = [word("a", "保全"), word("b", "诉前保全")];
        let file = "诉前保全和保全";
        let library = Library::default();
        let today = crate::domain::period::Day::new(2026, 11, 24).unwrap();
        let facts = Facts { library: &library, today, language: Language::ZhHans };
        let passages =
            super::super::plain::front(Kind::Summary, file, file, &(0..file.len()), facts);
        let found: Vec<_> = uses(&passages[0], &by_start(&words))
            .into_iter()
            .map(|(at, w)| (at, w.id.as_str()))
            .collect();
        assert_eq!(found, [(0, "b"), (15, "a")]);
    }
}
