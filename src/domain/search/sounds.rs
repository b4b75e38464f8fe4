//! How characters are read, all readings of each, and what somebody typed who writes by sound: whole
//! syllables, their initials, or both.

use std::collections::HashMap;

use pinyin::{Pinyin, ToPinyinMulti};

use super::near;

/// The most letters that are looked at: they are kept as bits.
const MOST_LETTERS: usize = 32;

/// A character of a name, by its place among the readings.
pub(super) type Read = usize;

/// The readings of the characters that names have.
#[derive(Default)]
pub(super) struct Sounds {
    syllables: Vec<String>,
    known: HashMap<String, u16>,
    /// Which of the readings are a character's.
    characters: HashMap<char, Read>,
    /// Those that nobody reads have none.
    readings: Vec<Vec<u16>>,
}

impl Sounds {
    /// Learns how `c` is read.
    pub(super) fn learn(&mut self, c: char) -> Read {
        if let Some(known) = self.characters.get(&c) {
            return *known;
        }
        let mut readings = Vec::new();
        for syllable in spelled(c) {
            let next = u16::try_from(self.syllables.len()).expect("there are some 400 syllables");
            let id = *self.known.entry(syllable.clone()).or_insert(next);
            if id == next {
                self.syllables.push(syllable);
            }
            if !readings.contains(&id) {
                readings.push(id);
            }
        }
        self.readings.push(readings);
        self.characters.insert(c, self.readings.len() - 1);
        self.readings.len() - 1
    }

    /// How a character of a name is read.
    pub(super) fn of(&self, read: Read) -> &[u16] {
        &self.readings[read]
    }

    /// How any character is read, as far as a name sounds like it.
    pub(super) fn of_any(&self, c: char) -> Vec<u16> {
        match self.characters.get(&c) {
            Some(known) => self.readings[*known].clone(),
            None => spelled(c).iter().filter_map(|s| self.known.get(s).copied()).collect(),
        }
    }
}

/// All readings of a character, without tones; ü is typed as v, and by many as u.
pub(super) fn spelled(c: char) -> Vec<String> {
    let readings = c.to_pinyin_multi().into_iter().flatten().map(Pinyin::plain);
    readings
        .flat_map(|plain| {
            let other = plain.contains('ü').then(|| plain.replace('ü', "u"));
            std::iter::once(plain.replace('ü', "v")).chain(other)
        })
        .filter(|syllable| syllable.bytes().all(|b| b.is_ascii_lowercase()))
        .collect()
}

/// In which way a name was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// By its syllables; the last may be unfinished.
    Spelled,
    /// By the first letters of some or all of them.
    Initials,
    /// By its syllables, with one letter wrong.
    Mistyped,
}

/// Where in what was typed a syllable can stand: a bit for each letter.
#[derive(Default)]
struct Step {
    length: usize,
    whole: u64,
    /// Its first letter, and of zh, ch and sh both.
    initial: [u64; 2],
    /// At the end, and unfinished.
    unfinished: u64,
    /// With one letter wrong; in what was typed it is one shorter, as long, or one longer.
    wrong: [u64; 3],
}

/// A part of a name that was typed.
pub(super) struct Part {
    pub(super) range: std::ops::Range<usize>,
    /// Whether its last syllable is there to the end.
    pub(super) is_finished: bool,
}

/// What somebody typed, laid against every syllable.
pub(super) struct Typed<'s> {
    sounds: &'s Sounds,
    letters: usize,
    manner: Manner,
    steps: Vec<Step>,
}

impl<'s> Typed<'s> {
    pub(super) fn new(typed: &str, manner: Manner, sounds: &'s Sounds) -> Self {
        let typed = &typed.as_bytes()[..typed.len().min(MOST_LETTERS)];
        let steps = sounds.syllables.iter().map(|syllable| step(syllable, typed, manner)).collect();
        Self { sounds, letters: typed.len(), manner, steps }
    }

    /// The part of a name that was typed, first of where it begins soonest.
    pub(super) fn part_of(&self, name: &[Read]) -> Option<Part> {
        if !self.may_be_in(name) {
            return None;
        }
        (0..name.len()).find_map(|start| {
            let (end, is_finished) = self.end(name, start)?;
            Some(Part { range: start..end, is_finished })
        })
    }

    /// Whether any part of it was typed, whatever its beginning.
    fn may_be_in(&self, name: &[Read]) -> bool {
        let (mut right, mut wrong) = (0, 0);
        name.iter().any(|read| {
            right |= 1;
            self.advance(*read, &mut right, &mut wrong)
        })
    }

    /// Where the part ends that begins at `start`, and whether its last syllable is finished.
    fn end(&self, name: &[Read], start: usize) -> Option<(usize, bool)> {
        let (mut right, mut wrong) = (1, 0);
        for (at, read) in name.iter().enumerate().skip(start) {
            if self.advance(*read, &mut right, &mut wrong) {
                return Some((at + 1, self.are_used_up(right | wrong)));
            }
            if right | wrong == 0 {
                return None;
            }
        }
        None
    }

    /// Takes one more character; whether all letters are used up. A bit stands for how many letters
    /// are: of `wrong` with a mistake among them.
    fn advance(&self, read: Read, right: &mut u64, wrong: &mut u64) -> bool {
        let (mut next, mut next_wrong) = (0, 0);
        let mut is_end = false;
        for id in self.sounds.of(read) {
            let step = &self.steps[usize::from(*id)];
            next |= (*right & step.whole) << step.length;
            is_end |= (*right | *wrong) & step.unfinished != 0;
            match self.manner {
                Manner::Spelled => {}
                Manner::Initials => {
                    next |= (*right & step.initial[0]) << 1 | (*right & step.initial[1]) << 2;
                }
                Manner::Mistyped => {
                    next_wrong |= (*wrong & step.whole) << step.length;
                    for (more, places) in (0..).zip(step.wrong) {
                        next_wrong |= (*right & places) << (step.length + more - 1);
                    }
                }
            }
        }
        (*right, *wrong) = (next, next_wrong);
        is_end || self.are_used_up(next | next_wrong)
    }

    fn are_used_up(&self, bits: u64) -> bool {
        bits >> self.letters & 1 == 1
    }
}

fn step(syllable: &str, typed: &[u8], manner: Manner) -> Step {
    let syllable = syllable.as_bytes();
    let double = syllable.get(1) == Some(&b'h');
    let mut step = Step { length: syllable.len(), ..Step::default() };
    for at in 0..typed.len() {
        let (rest, bit) = (&typed[at..], 1 << at);
        let mark = |is_there: bool, places: &mut u64| *places |= if is_there { bit } else { 0 };
        mark(rest.starts_with(syllable), &mut step.whole);
        mark(rest[0] == syllable[0], &mut step.initial[0]);
        mark(double && rest.starts_with(&syllable[..2]), &mut step.initial[1]);
        mark(rest.len() < syllable.len() && syllable.starts_with(rest), &mut step.unfinished);
        if manner == Manner::Mistyped && syllable.len() > 1 && rest.len() + 1 >= syllable.len() {
            for (more, places) in (0..).zip(&mut step.wrong) {
                let part = rest.get(..syllable.len() + more - 1);
                mark(part.is_some_and(|part| near::differs_by_one(syllable, part)), places);
            }
        }
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(typed: &str, manner: Manner, name: &str) -> Option<String> {
        let name: Vec<char> = name.chars().collect();
        let mut sounds = Sounds::default();
        let read: Vec<Read> = name.iter().map(|c| sounds.learn(*c)).collect();
        let range = Typed::new(typed, manner, &sounds).part_of(&read)?.range;
        Some(name[range].iter().collect())
    }

    #[test]
    fn every_reading_of_a_character_counts() {
        for (typed, name) in [
            ("chongqing", "重庆"),
            ("zhongliang", "重量"),
            ("changqi", "长期"),
            ("zhangda", "长大"),
            ("yinhang", "银行"),
            ("zhixing", "执行"),
            ("lvshi", "律师"),
            ("lushi", "律师"),
            ("huanqian", "还钱"),
        ] {
            assert_eq!(part(typed, Manner::Spelled, name).as_deref(), Some(name), "{typed}");
        }
        for (typed, name) in [("cq", "重庆"), ("cq", "长期"), ("yh", "银行"), ("zhx", "执行")]
        {
            assert_eq!(part(typed, Manner::Initials, name).as_deref(), Some(name), "{typed}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_found_and_its_last_syllable_need_not_be_finished() {
        let spelled = |typed| part(typed, Manner::Spelled, "缴费退费");
        assert_eq!(spelled("tuifei").as_deref(), Some("退费"));
        assert_eq!(spelled("tuif").as_deref(), Some("退费"));
        assert_eq!(spelled("jiaofeit").as_deref(), Some("缴费退"));
        assert_eq!(spelled("tufei"), None);
        assert_eq!(spelled("tuifeix"), None);
        assert_eq!(part("jfeit", Manner::Initials, "缴费退费").as_deref(), Some("缴费退"));
    }

    #[test]
    fn one_letter_may_be_wrong_and_not_two() {
        let mistyped = |typed| part(typed, Manner::Mistyped, "缴费退费");
        for typed in ["tiufei", "tuifie", "tufei", "tuiffei", "tuifai", "juaofeituifei"] {
            assert!(mistyped(typed).is_some(), "{typed}");
        }
        for typed in ["tiufie", "tafaa", "x"] {
            assert_eq!(mistyped(typed), None, "{typed}");
        }
    }

    #[test]
    fn endless_letters_are_cut_and_characters_that_nobody_reads_stop_nothing() {
        let endless = "a".repeat(5000);
        assert_eq!(part(&endless, Manner::Mistyped, "缴费退费"), None);
        assert_eq!(part("tuifei", Manner::Spelled, "缴费🙂退费").as_deref(), Some("退费"));
    }
}
