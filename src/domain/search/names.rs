//! The names of things: titles, headings, terms; and the words of two characters that texts have again
//! and again. What was typed by sound, or with a wrong character, is taken for one of them.

use std::collections::{BTreeMap, BTreeSet};

use super::asked::SAID_BY_ALL;
use super::fold::{fold_char, is_han};
use super::grams::Grams;
use super::near;
use super::sounds::{Manner, Part, Read, Sounds, Typed};

/// So many names are taken for what was typed.
const MOST: usize = 5;

/// All names.
#[derive(Default)]
pub(super) struct Names {
    all: Vec<Name>,
    sounds: Sounds,
    /// The words of two characters.
    units: BTreeSet<[char; 2]>,
}

/// A name, and how it is read.
struct Name {
    text: Vec<char>,
    read: Vec<Read>,
    /// Of one of two characters, how often texts have it.
    count: usize,
    /// Whether it is but a word of the texts'.
    is_unit: bool,
}

/// What something that was typed may stand for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Guess {
    pub(super) text: Vec<char>,
    /// How sure it is, at most 1.
    pub(super) weight: f32,
}

/// How well a part of a name is what was typed by sound; only the best are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// One word or more, to the last letter.
    Words,
    /// Words, the last of them unfinished.
    Begun,
    Character,
    /// The end of one word and the beginning of the next.
    Astride,
}

impl Names {
    /// The Chinese runs of all of them, each once, and the words of the texts.
    pub(super) fn of<'t>(
        titles: impl Iterator<Item = &'t str>,
        words: impl Iterator<Item = &'t str>,
        grams: &Grams,
    ) -> Self {
        let said_by_all =
            |unit: &[char; 2]| SAID_BY_ALL.contains(&String::from_iter(unit).as_str());
        let units: BTreeSet<[char; 2]> =
            grams.units().into_iter().filter(|unit| !said_by_all(unit)).collect();
        let mut names: BTreeMap<Vec<char>, bool> =
            units.iter().map(|unit| (unit.to_vec(), true)).collect();
        for text in titles.chain(words) {
            let text: Vec<char> = text.chars().map(fold_char).collect();
            let runs = text.split(|c| !is_han(*c)).filter(|run| run.len() > 1);
            names.extend(runs.map(|run| (run.to_vec(), false)));
        }
        let mut sounds = Sounds::default();
        let mut name = |(text, is_unit): (Vec<char>, bool)| {
            let read = text.iter().map(|c| sounds.learn(*c)).collect();
            let count =
                if let [first, second] = text[..] { grams.count([first, second]) } else { 0 };
            Name { text, read, count, is_unit }
        };
        let all = names.into_iter().map(&mut name).collect();
        Self { all, sounds, units }
    }

    /// The words of the texts that have two characters, in order.
    pub(super) fn units(&self) -> impl Iterator<Item = &[char; 2]> {
        self.units.iter()
    }

    /// What letters stand for, typed in that manner; the surest first.
    pub(super) fn by_sound(&self, letters: &str, manner: Manner) -> Vec<Guess> {
        let typed = Typed::new(letters, manner, &self.sounds);
        let mut found = Vec::new();
        for name in self.all.iter().filter(|name| !name.is_unit || manner != Manner::Mistyped) {
            let Some(part) = typed.part_of(&name.read) else { continue };
            let (start, length) = (part.range.start, part.range.len());
            let is_whole = length == name.text.len();
            let may_be_part = match manner {
                Manner::Spelled => true,
                // A few letters are the initials of many things.
                Manner::Initials => letters.len() > 3 || (letters.len() > 2 && start == 0),
                Manner::Mistyped => length > 1,
            };
            if is_whole || (may_be_part && !name.is_unit) {
                found.push((self.fit(name, &part), name, part.range));
            }
        }
        let best = found.iter().map(|(fit, ..)| *fit).min();
        found.retain(|(fit, ..)| Some(*fit) == best);
        let most = found.iter().map(|(_, name, _)| name.count).max().unwrap_or_default();
        let guess = |(_, name, range): (Fit, &Name, std::ops::Range<usize>)| {
            let weight = name.weight(&range, most);
            Guess { text: name.text[range].to_vec(), weight }
        };
        surest(found.into_iter().map(guess).collect())
    }

    fn fit(&self, name: &Name, part: &Part) -> Fit {
        let (start, length) = (part.range.start, part.range.len());
        let is_unit = |pair: &[char]| matches!(pair, [a, b] if self.units.contains(&[*a, *b]));
        let begins = start == 0 || name.text.get(start..start + 2).is_some_and(is_unit);
        match (length, begins) {
            (1, _) => Fit::Character,
            (_, false) => Fit::Astride,
            (_, true) if part.is_finished => Fit::Words,
            (_, true) => Fit::Begun,
        }
    }

    /// What a phrase stands for that has wrong characters: any that sound the same, or else one.
    pub(super) fn by_look(&self, phrase: &[char]) -> Vec<Guess> {
        let readings: Vec<Vec<u16>> = phrase.iter().map(|c| self.sounds.of_any(*c)).collect();
        let sounds_alike = |at: usize, read: Read| {
            self.sounds.of(read).iter().any(|sound| readings[at].contains(sound))
        };
        let mut guesses = Vec::new();
        for Name { text, read, .. } in self.all.iter().filter(|name| !name.is_unit) {
            for (start, part) in read.windows(phrase.len()).enumerate() {
                if part.iter().enumerate().all(|(at, read)| sounds_alike(at, *read)) {
                    let text = text[start..start + phrase.len()].to_vec();
                    guesses.push(Guess { text, weight: 0.9 });
                }
            }
            for part in near_parts(phrase, text) {
                let weight = if part.len() >= phrase.len() { 0.7 } else { 0.6 };
                guesses.push(Guess { text: part.to_vec(), weight });
            }
        }
        let best = guesses.iter().map(|guess| guess.weight).fold(0.0, f32::max);
        guesses.retain(|guess| guess.weight >= best);
        surest(guesses)
    }
}

impl Name {
    /// How sure it is that this part of it was meant. Of words of two characters many sound alike: they
    /// count by how often texts have them, the most frequent `most` times.
    fn weight(&self, range: &std::ops::Range<usize>, most: usize) -> f32 {
        if range.len() < self.text.len() {
            return if range.start == 0 { 0.8 } else { 0.6 };
        }
        if self.text.len() > 2 {
            return 1.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rank needs no more than that")]
        let share = (self.count as f32 / most.max(1) as f32).sqrt();
        f32::max(0.5 + 0.5 * share, if self.is_unit { 0.5 } else { 0.8 })
    }
}

/// The parts of a name that differ from a phrase by one character. Of three characters one may
/// be wrong or missing, of four one may also be too many; two are too few to tell.
fn near_parts<'n>(phrase: &[char], name: &'n [char]) -> impl Iterator<Item = &'n [char]> {
    let lengths = match phrase.len() {
        0..=2 => 0..0,
        3 => 3..5,
        length => length - 1..length + 2,
    };
    let is_near = move |part: &&[char]| near::differs_by_one(phrase, part);
    lengths.flat_map(|length| name.windows(length)).filter(is_near)
}

/// Each once, the surest first.
fn surest(mut guesses: Vec<Guess>) -> Vec<Guess> {
    guesses.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.text.cmp(&b.text)));
    let mut seen = BTreeSet::new();
    guesses.retain(|guess| seen.insert(guess.text.clone()));
    guesses.truncate(MOST);
    guesses
}
