//! What is shown of a hit: its name, and the words around what was looked for, which is marked.

use std::ops::Range;

use super::asked::Unit;
use super::fold::is_letter;
use super::grams::Needle;
use super::{Hit, Item, Piece};

/// So many Chinese characters of a text are shown; of what takes half the room, twice as many.
const SHOWN: usize = 56;
/// So many stand before what was looked for, at most.
const BEFORE: usize = 18;

/// What is shown of an item, of which `folded` is the name, what it is about and the text as they are
/// compared.
pub(super) fn hit(at: usize, item: &Item, folded: [&[char]; 3], units: &[Unit]) -> Hit {
    let needles: Vec<&Needle> = units.iter().flat_map(|unit| &unit.needles).collect();
    let [name, about, text] = folded;
    let shown = if item.heading.is_empty() { &item.title } else { &item.heading };
    let in_text = first(text, &needles);
    let words = if in_text.is_some() || about.is_empty() {
        excerpt(&item.text, text, in_text.unwrap_or(0), &needles)
    } else {
        excerpt(&item.about, about, first(about, &needles).unwrap_or(0), &needles)
    };
    let shown: Vec<char> = shown.chars().collect();
    Hit { item: at, name: pieces(&shown, &marks(name, 0..name.len(), &needles)), words }
}

/// Where the first needle stands in a text.
fn first(text: &[char], needles: &[&Needle]) -> Option<usize> {
    let is_there = |at: &usize| needles.iter().any(|needle| needle.is_at(*at, text));
    (0..text.len()).find(is_there)
}

/// Which characters of a part of a text are what was looked for.
fn marks(text: &[char], part: Range<usize>, needles: &[&Needle]) -> Vec<bool> {
    let mut marks = vec![false; part.len()];
    for (place, at) in part.clone().enumerate() {
        for needle in needles.iter().filter(|needle| needle.is_at(at, text)) {
            let end = (place + needle.text.len()).min(part.len());
            marks[place..end].fill(true);
        }
    }
    marks
}

/// The words around `first`, from the beginning of their sentence if that is near.
fn excerpt(text: &str, folded: &[char], first: usize, needles: &[&Needle]) -> Vec<Piece> {
    let ends_sentence = |c: &char| matches!(c, '。' | '!' | '?' | ';' | '.');
    let earliest = room(folded, first, BEFORE, -1);
    let sentence = folded[earliest..first].iter().rposition(ends_sentence);
    let start = sentence.map_or(earliest, |end| earliest + end + 1);
    let end = room(folded, start, SHOWN, 1);
    let part = whole_words(folded, start..end, first);
    let shown: Vec<char> = text.chars().skip(part.start).take(part.len()).collect();
    let mut pieces = pieces(&shown, &marks(folded, part.clone(), needles));
    let dots = || Piece { text: "…".to_owned(), mark: false };
    if let Some(first) = pieces.first_mut().filter(|piece| !piece.mark) {
        first.text = first.text.trim_start().to_owned();
    }
    if part.start > 0 && sentence.is_none() {
        pieces.insert(0, dots());
    }
    if part.end < folded.len() {
        pieces.push(dots());
    }
    pieces
}

/// The same, without the halves of words at both ends; `first` stays in it.
fn whole_words(text: &[char], range: Range<usize>, first: usize) -> Range<usize> {
    let (mut start, mut end) = (range.start, range.end);
    let cuts = |at: usize| {
        let sides = at.checked_sub(1).and_then(|before| text.get(before)).zip(text.get(at));
        sides.is_some_and(|(before, after)| is_letter(*before) && is_letter(*after))
    };
    while start < first && cuts(start) {
        start += 1;
    }
    while end > first + 1 && cuts(end) {
        end -= 1;
    }
    start..end
}

/// How far from `from` so much room reaches, at most to the end of the text.
fn room(text: &[char], from: usize, room: usize, step: isize) -> usize {
    let (mut at, mut left) = (from, room * 2);
    loop {
        let next = if step < 0 { at.checked_sub(1) } else { Some(at) };
        let Some(c) = next.and_then(|next| text.get(next)) else { return at };
        let takes = if c.is_ascii() { 1 } else { 2 };
        if left < takes {
            return at;
        }
        left -= takes;
        at = at.saturating_add_signed(step);
    }
}

/// A text in pieces that are marked or are not.
fn pieces(text: &[char], marks: &[bool]) -> Vec<Piece> {
    let mut at = 0;
    let runs = marks.chunk_by(|a, b| a == b);
    runs.map(|run| {
        let text = text[at..at + run.len()].iter().collect();
        at += run.len();
        Piece { text, mark: run[0] }
    })
    .collect()
}
