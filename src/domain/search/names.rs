//! The names of things: titles, headings, terms. What was typed by sound, or with a wrong character,
//! is taken for one of them.

use std::collections::BTreeSet;

use super::fold::{fold_char, is_han};
use super::near;
use super::sounds::{Manner, Read, Sounds, Typed};

/// So many names are taken for what was typed.
const MOST: usize = 5;

/// All names.
#[derive(Default)]
pub(super) struct Names {
    names: Vec<Name>,
    sounds: Sounds,
}

/// A name, and how it is read.
struct Name {
    text: Vec<char>,
    read: Vec<Read>,
}

/// What something that was typed may stand for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Guess {
    pub(super) text: Vec<char>,
    /// How sure it is, at most 1.
    pub(super) weight: f32,
}

impl Names {
    /// The Chinese runs of all of them, each once.
    pub(super) fn of<'t>(
        titles: impl Iterator<Item = &'t str>,
        words: impl Iterator<Item = &'t str>,
    ) -> Self {
        let mut names = BTreeSet::new();
        for text in titles.chain(words) {
            let text: Vec<char> = text.chars().map(fold_char).collect();
            let runs = text.split(|c| !is_han(*c)).filter(|run| run.len() > 1);
            names.extend(runs.map(<[char]>::to_vec));
        }
        let mut sounds = Sounds::default();
        let mut read = |text: Vec<char>| {
            let read = text.iter().map(|c| sounds.learn(*c)).collect();
            Name { text, read }
        };
        let names = names.into_iter().map(&mut read).collect();
        Self { names, sounds }
    }

    /// What letters stand for, typed in that manner; the surest first.
    pub(super) fn by_sound(&self, letters: &str, manner: Manner) -> Vec<Guess> {
        let typed = Typed::new(letters, manner, &self.sounds);
        let mut guesses = Vec::new();
        for name in &self.names {
            let Some(range) = typed.part_of(&name.read) else { continue };
            let is_whole = range.len() == name.text.len();
            let is_sure = match manner {
                Manner::Spelled => true,
                // A few letters are the initials of many things.
                Manner::Initials => {
                    is_whole || letters.len() > 3 || (letters.len() > 2 && range.start == 0)
                }
                Manner::Mistyped => range.len() > 1,
            };
            let weight = match (is_whole, range.start) {
                (true, _) => 1.0,
                (false, 0) => 0.8,
                (false, _) => 0.6,
            };
            if is_sure {
                guesses.push(Guess { text: name.text[range].to_vec(), weight });
            }
        }
        surest(guesses)
    }

    /// What a phrase stands for that has wrong characters: any that sound the same, or else one.
    pub(super) fn by_look(&self, phrase: &[char]) -> Vec<Guess> {
        let readings: Vec<Vec<u16>> = phrase.iter().map(|c| self.sounds.of_any(*c)).collect();
        let sounds_alike = |at: usize, read: Read| {
            self.sounds.of(read).iter().any(|sound| readings[at].contains(sound))
        };
        let mut guesses = Vec::new();
        for Name { text, read } in &self.names {
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
