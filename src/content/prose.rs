//! `onecode check` as an editor: whether a guide is written so that people can read it.
//!
//! Here are the rules on sentences, paragraphs and lists, and on whom to ask; typed figures,
//! characters and terms have modules of their own. A new rule is a function called by [`check`].

use std::ops::Range;

use super::characters::{self, is_han};
use super::plain::{Body, Kind, Passage};
use super::said::Facts;
use super::{figures, words};
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::guide::Language;
use crate::domain::topic::TopicNumber;

/// The most Chinese characters that a sentence should have, citations not counted.
const SENTENCE: usize = 40;

/// The most words that an English sentence should have, citations not counted.
const ENGLISH_SENTENCE: usize = 28;

/// The most sentences that a paragraph should have.
const PARAGRAPH: usize = 4;

/// The most points that a numbered list should have.
const POINTS: usize = 9;

/// A guide as it is read.
pub(super) struct Text<'a> {
    pub(super) file: &'a str,
    pub(super) language: Language,
    pub(super) number: TopicNumber,
    /// Where the night's text belongs, if it is empty.
    pub(super) night: Option<Range<usize>>,
    pub(super) body_start: usize,
    /// Whether the page lists its terms, by `{{ words }}`.
    pub(super) is_glossed: bool,
    pub(super) front: Vec<Passage>,
    pub(super) body: Body,
}

/// Checks how a guide is written; gives the list of terms that the page has to explain.
pub(super) fn check(text: Text<'_>, facts: Facts<'_>, faults: &mut Vec<Diagnostic>) -> String {
    let Text { file, language, number, night, body_start, is_glossed, front, body } = text;
    let mut passages = front;
    passages.extend(body.passages);
    characters::check(file, language, &passages, faults);
    figures::check(file, &passages, facts, faults);
    let glossary = if language == Language::ZhHans {
        let unexplained = words::unexplained(&passages, facts.library);
        if !is_glossed {
            words::warn(file, &unexplained, faults);
        }
        words::check(file, &passages, facts.library, faults);
        words::glossary(&unexplained)
    } else if language.is_english() {
        words::dictionary(&passages, facts.library)
    } else {
        String::new()
    };
    let mut warn = |span, message, hint| {
        faults.push(Diagnostic::warning(file, span, message).with_hint(hint));
    };
    for passage in passages.iter().filter(|passage| passage.kind != Kind::Code) {
        if facts.is_english() {
            long_english_sentences(passage, &mut warn);
        } else {
            long_sentences(passage, &mut warn);
            long_paragraph(passage, &mut warn);
        }
    }
    long_lists(&body.numbered, &mut warn);
    if number != TopicNumber::ALL && !body.has_telephone {
        nobody_to_ask(body_start, &mut warn);
    }
    if let Some(span) = night {
        no_night(span, &mut warn);
    }
    glossary
}

/// Warns of Chinese sentences and paragraphs that are too long to read.
pub(super) fn check_lengths(file: &str, passages: &[Passage], faults: &mut Vec<Diagnostic>) {
    let mut warn = |span, message, hint| {
        faults.push(Diagnostic::warning(file, span, message).with_hint(hint));
    };
    for passage in passages {
        long_sentences(passage, &mut warn);
        long_paragraph(passage, &mut warn);
    }
}

fn nobody_to_ask(body_start: usize, warn: &mut impl FnMut(Range<usize>, Words, Words)) {
    let message = Words::new("nobody to ask", "没写找谁问");
    let hint = Words::new(
        "end with whom to ask, such as `[12368](tel:12368)`",
        "请在末尾写明找谁问，例如 `[12368](tel:12368)`",
    );
    warn(body_start..body_start, message, hint);
}

fn no_night(span: Range<usize>, warn: &mut impl FnMut(Range<usize>, Words, Words)) {
    let message = Words::new("no word for those who come at night", "没写夜里没人值班时怎么办");
    let hint = Words::new(
        "write in `night` what can be done at once, and what waits for office hours",
        "请在 `night` 里写现在能做什么，什么要等上班",
    );
    warn(span, message, hint);
}

/// The sentences of a text: each with its bytes, up to its stop.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if matches!(c, '。' | '！' | '？' | '；') {
            found.push(start..at + c.len_utf8());
            start = at + c.len_utf8();
        }
    }
    found.push(start..text.len());
    let trim = |range: Range<usize>| {
        let sentence = &text[range.clone()];
        range.start + (sentence.len() - sentence.trim_start().len())..range.end
    };
    found.into_iter().map(trim).filter(|range| text[range.clone()].contains(is_han)).collect()
}

fn long_sentences(passage: &Passage, warn: &mut impl FnMut(Range<usize>, Words, Words)) {
    for sentence in sentences(&passage.text) {
        let start = sentence.start;
        let chars = passage.text[sentence.clone()].char_indices();
        let count = chars.filter(|(at, c)| is_han(*c) && !passage.is_cited(start + at)).count();
        if count > SENTENCE {
            warn(
                passage.span(sentence),
                Words::new(
                    format!("a sentence of {count} characters: {SENTENCE} are read at a glance"),
                    format!("这一句有 {count} 个字：不过 {SENTENCE} 个字才好读"),
                ),
                Words::new("make two of it, or a list", "请拆成两句，或改成列表"),
            );
        }
    }
}

/// Citations, and Chinese terms in brackets, are not counted.
fn long_english_sentences(passage: &Passage, warn: &mut impl FnMut(Range<usize>, Words, Words)) {
    for sentence in english_sentences(&passage.text) {
        let start = sentence.start;
        let text = &passage.text[sentence.clone()];
        let words = text.split_whitespace().filter(|word| {
            let at = start + (word.as_ptr() as usize - text.as_ptr() as usize);
            word.starts_with(|c: char| c.is_ascii_alphanumeric()) && !passage.is_cited(at)
        });
        let count = words.count();
        if count > ENGLISH_SENTENCE {
            warn(
                passage.span(sentence),
                Words::new(
                    format!("a sentence of {count} words: {ENGLISH_SENTENCE} are read at a glance"),
                    format!("这一句有 {count} 个词：不过 {ENGLISH_SENTENCE} 个词才好读"),
                ),
                Words::new("make two of it, or a list", "请拆成两句，或改成列表"),
            );
        }
    }
}

/// The sentences of an English text: each ends at a stop before a space, or with the text.
fn english_sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, stop) in text.match_indices(['.', '!', '?', ';', ':']) {
        let end = at + stop.len();
        // An abbreviation's stop, as in `art. 22`, comes before a figure.
        let ends = text[end..]
            .strip_prefix([' ', '\n'])
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
        if ends {
            found.push(start..end);
            start = end + 1;
        }
    }
    found.push(start..text.len());
    found
}

fn long_paragraph(passage: &Passage, warn: &mut impl FnMut(Range<usize>, Words, Words)) {
    let is_stop = |c: &char| matches!(c, '。' | '！' | '？');
    let stops = passage.text.chars().filter(is_stop).count();
    let tail = passage.text.rsplit(|c| is_stop(&c)).next().unwrap_or_default();
    let count = stops + usize::from(tail.contains(is_han));
    if count > PARAGRAPH {
        warn(
            passage.span(0..passage.text.len()),
            Words::new(
                format!("a paragraph of {count} sentences: {PARAGRAPH} are enough"),
                format!("这一段有 {count} 句：不过 {PARAGRAPH} 句才好读"),
            ),
            Words::new("begin a new paragraph, or make it a list", "请另起一段，或改成列表"),
        );
    }
}

fn long_lists(
    numbered: &[(usize, Range<usize>)],
    warn: &mut impl FnMut(Range<usize>, Words, Words),
) {
    for (count, span) in numbered.iter().filter(|(count, _)| *count > POINTS) {
        warn(
            span.clone(),
            Words::new(
                format!("a list of {count} steps: {POINTS} are enough"),
                format!("这个列表有 {count} 步：不过 {POINTS} 步才记得住"),
            ),
            Words::new(
                "group them under headings, each with its own list",
                "请分成几组，各用一个小标题和一个列表",
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_at_its_stop_or_with_its_block() {
        let text = "先算；再交。 不够？补\n足";
        let parts: Vec<&str> = sentences(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(parts, ["先算；", "再交。", "不够？", "补\n足"]);
        assert!(sentences("12368。 ……").is_empty());
    }

    #[test]
    fn an_english_sentence_ends_at_its_stop_and_not_in_a_citation() {
        let text = "Pay within 7 days (Fee Measures art. 22 para. 1). Then wait; call 12368.";
        let parts: Vec<&str> =
            english_sentences(text).into_iter().map(|range| &text[range]).collect();
        let first = "Pay within 7 days (Fee Measures art. 22 para. 1).";
        assert_eq!(parts, [first, "Then wait;", "call 12368."]);
    }
}
