//! Search over texts in memory, for people who do not know the terms of the law.
//!
//! [`Index::new`] takes what can be found, a page or a section each, and groups of words that mean
//! the same; [`Index::find`] answers a query. Chinese is found by its pairs of characters, without a
//! dictionary; other words by their stems. A query may also be pinyin, its initials, or hold one wrong
//! character. Nothing of a query is kept.
//!
//! What the pages are, and where they stand, is their owner's; what counts as the same character is
//! [`fold`]'s.

mod asked;
pub mod fold;
mod grams;
mod names;
mod near;
pub mod portable;
mod shown;
mod sounds;

use std::collections::BTreeMap;

use serde::Serialize;

use asked::{Asked, Unit};
use grams::Grams;
use names::Names;

/// A page, or a section of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// The items of one page share a number.
    pub page: usize,
    /// The page's title.
    pub title: String,
    /// The section's heading; empty for the page as a whole.
    pub heading: String,
    /// What it is about, in a sentence; may be empty.
    pub about: String,
    /// The rest.
    pub text: String,
}

/// A piece of a text that is shown, and whether it is what was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is marked.
    pub mark: bool,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its place among the items.
    pub item: usize,
    /// Its heading, or the title of the page.
    pub name: Vec<Piece>,
    /// The words around what was looked for.
    pub words: Vec<Piece>,
}

/// What was found, the best first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The hits.
    pub hits: Vec<Hit>,
    /// What a query in pinyin, or with a wrong character, was taken for.
    pub meant: Vec<String>,
}

/// So much of a query is looked at, in characters.
pub const MOST_ASKED: usize = 64;

/// So many hits are shown,
const MOST: usize = 12;
/// and so many of one page.
const MOST_OF_A_PAGE: usize = 3;
/// What is so much worse than the best is not shown.
const TAIL: f32 = 0.05;

/// All texts, ready to be searched.
pub struct Index {
    items: Vec<Item>,
    grams: Grams,
    names: Names,
    /// Each way to say something -> all ways to say it, the term itself first.
    same: BTreeMap<String, Vec<String>>,
    /// The length of the longest of them, in characters.
    longest: usize,
}

impl Index {
    /// Indexes `items`. Each of `words` is a group of ways to say the same, the term first.
    pub fn new(mut items: Vec<Item>, words: &[Vec<String>]) -> Self {
        for item in &mut items {
            for text in [&mut item.title, &mut item.heading, &mut item.about, &mut item.text] {
                *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            }
        }
        let grams = Grams::of(&items);
        let mut same: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for group in words {
            let group: Vec<String> = group.iter().map(|word| fold::fold(word)).collect();
            for word in &group {
                let known = same.entry(word.clone()).or_default();
                known.extend(group.iter().filter(|w| *w != word).cloned());
            }
        }
        let titles = items.iter().flat_map(|item| [&item.title, &item.heading]);
        let names = Names::of(titles.map(String::as_str), same.keys().map(String::as_str), &grams);
        let longest = same.keys().map(|word| word.chars().count()).max().unwrap_or(0);
        Self { items, grams, names, same, longest }
    }

    /// What `query` finds.
    pub fn find(&self, query: &str) -> Found {
        let asked = Asked::read(query, self);
        let scores = self.scores(&asked.units);
        let mut of_page: BTreeMap<usize, usize> = BTreeMap::new();
        let mut hits = Vec::new();
        for (_, at) in scores {
            let shown = of_page.entry(self.items[at].page).or_default();
            if hits.len() == MOST {
                break;
            }
            if *shown < MOST_OF_A_PAGE {
                *shown += 1;
                let folded = self.grams.folded(at);
                hits.push(shown::hit(at, &self.items[at], folded, &asked.units));
            }
        }
        Found { meant: if hits.is_empty() { Vec::new() } else { asked.meant }, hits }
    }

    /// The items that match, the best first.
    fn scores(&self, units: &[Unit]) -> Vec<(f32, usize)> {
        let mut sums = vec![Sum::default(); self.items.len()];
        let mut whole = 0.0;
        for unit in units {
            let matched = self.grams.matched(&unit.needles);
            if matched.is_empty() {
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "a rank needs no more than that")]
            let rarity = (1.0 + self.items.len() as f32 / matched.len() as f32).ln();
            let weight = unit.weight * rarity;
            whole += if unit.counts { weight } else { 0.0 };
            for (at, own, by_title) in matched {
                let sum = &mut sums[at];
                sum.own |= own > 0.0;
                sum.score += weight * (own + by_title);
                sum.covered += if unit.counts { weight } else { 0.0 };
            }
        }
        let mut scores: Vec<(f32, usize)> = sums
            .iter()
            .enumerate()
            // A section is not found by what its page is called alone.
            .filter(|(_, sum)| sum.own)
            .map(|(at, sum)| (sum.score * (sum.covered / whole).powi(2), at))
            .collect();
        let best = scores.iter().map(|(score, _)| *score).fold(0.0, f32::max);
        scores.retain(|(score, _)| *score > best * TAIL);
        scores.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        scores
    }

    /// All ways to say `word`, itself first.
    fn ways_to_say(&self, word: &str) -> Vec<String> {
        let others = self.same.get(word).into_iter().flatten().cloned();
        std::iter::once(word.to_owned()).chain(others).collect()
    }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    score: f32,
    /// The weight of the units that matched.
    covered: f32,
    /// Whether anything but the page's title matched.
    own: bool,
}

#[cfg(test)]
mod tests;
