//! What a query asks: its words, what else they are called, and what they were meant to be.
//!
//! A query in Chinese is a sentence as often as a word. What everybody says (怎么办) is left out; terms
//! are looked up as such; what is left is taken in the longest phrases that any text holds.

use super::Index;
use super::MOST_ASKED;
use super::fold::{fold_query, is_han, is_letter};
use super::grams::Needle;
use super::names::Guess;
use super::sounds::Manner;

/// What everybody says who asks: it tells nothing of what is asked. A longer one stands before a
/// shorter one that begins it.
pub(super) const SAID_BY_ALL: &[&str] = &[
    "怎么办理",
    "怎么办",
    "怎么样",
    "怎么",
    "怎样",
    "如何",
    "为什么",
    "什么时候",
    "什么样",
    "什么",
    "哪些",
    "哪里",
    "哪儿",
    "多少",
    "能不能",
    "可不可以",
    "可以",
    "是不是",
    "有没有",
    "要不要",
    "我想要",
    "我想",
    "我要",
    "想要",
    "请问",
    "需要",
    "应该",
    "一下",
    "的话",
];

/// What stands at the edge of what is asked and is no part of it.
pub(super) const AT_THE_EDGE: &str =
    "的了吗呢啊吧嘛呀我您你他她它要想去在和与就都也还能会把给让从到是有";

/// The same in English.
pub(super) const ENGLISH_SAID_BY_ALL: &[&str] = &[
    "a", "an", "and", "are", "be", "can", "do", "does", "for", "from", "get", "have", "how", "i",
    "if", "in", "is", "it", "me", "much", "must", "my", "need", "of", "on", "or", "should", "the",
    "to", "what", "when", "where", "which", "who", "will", "with", "you", "your",
];

/// One thing that is asked for, in all ways to say it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unit {
    pub(super) needles: Vec<Needle>,
    pub(super) weight: f32,
    /// Whether a text that lacks it is the worse for that.
    pub(super) counts: bool,
}

impl Unit {
    fn of(needles: Vec<Needle>) -> Self {
        Self { needles, weight: 1.0, counts: true }
    }
}

/// A query as it was understood.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) units: Vec<Unit>,
    /// What was meant by pinyin, or by what has a wrong character.
    pub(super) meant: Vec<String>,
}

/// A part of a query in one kind of writing.
enum Run {
    Han(Vec<char>),
    Letters(String),
}

impl Asked {
    /// Reads a query, whatever it holds.
    pub(super) fn read(query: &str, index: &Index) -> Self {
        let whole: String = query.chars().take(MOST_ASKED).collect();
        let whole = fold_query(&whole);
        let query: Vec<char> = whole.chars().collect();
        let mut asked = Self::default();
        if index.same.contains_key(whole.trim()) {
            asked.units.push(index.unit(whole.trim(), 1.0));
            return asked;
        }
        let mut letters = Vec::new();
        let mut singles = Vec::new();
        for run in runs(&query) {
            match run {
                Run::Letters(word) => letters.push(word),
                Run::Han(run) if run.len() == 1 => singles.extend(run),
                Run::Han(run) => asked.take_han(&run, index),
            }
        }
        asked.take_letters(&letters, index);
        if singles.len() > 1 {
            asked.take_han(&singles, index); // 退 费
        }
        singles.retain(|c| !AT_THE_EDGE.contains(*c));
        if let ([only], true) = (&singles[..], asked.units.is_empty()) {
            asked.units.push(Unit::of(vec![Needle::phrase([*only], 1.0)]));
        }
        asked
    }

    fn take_han(&mut self, run: &[char], index: &Index) {
        let before = self.units.len();
        for part in without_phrases(run) {
            self.take_part(part, index);
        }
        // A text that has it as it was typed is better than one that has its parts.
        if self.units.len() != before + 1 && index.grams.holds(run) {
            let counts = self.units.len() == before;
            let needles = vec![Needle::phrase(run, 1.0)];
            self.units.push(Unit { needles, weight: 0.6, counts });
        }
    }

    /// Takes the terms out of a part, and then what stands between them.
    fn take_part(&mut self, part: &[char], index: &Index) {
        let longest = |at: usize| {
            let most = (part.len() - at).min(index.longest);
            (2..=most).rev().find_map(|length| {
                let word: String = part[at..at + length].iter().collect();
                index.same.contains_key(&word).then_some((word, length))
            })
        };
        let (mut gap, mut at) = (0, 0);
        while at < part.len() {
            let Some((word, length)) = longest(at) else {
                at += 1;
                continue;
            };
            self.take_gap(&part[gap..at], index);
            self.units.push(index.unit(&word, 1.0));
            at += length;
            gap = at;
        }
        self.take_gap(&part[gap..], index);
    }

    /// Takes what holds no term.
    fn take_gap(&mut self, gap: &[char], index: &Index) {
        let gap = if gap.len() > 1 && index.grams.holds(gap) { gap } else { trimmed(gap) };
        if gap.len() < 2 {
            return;
        }
        if index.grams.holds(gap) {
            self.units.push(Unit::of(vec![Needle::phrase(gap, 1.0)]));
            return;
        }
        let phrases = phrases(gap, index);
        let covered: usize = phrases.iter().map(|phrase| phrase.len()).sum();
        if covered == gap.len() {
            return self.take_phrases(&phrases);
        }
        let guesses = index.names.by_look(gap);
        if !guesses.is_empty() {
            return self.take_guesses(&guesses, index);
        }
        let near = if gap.len() > 3 { index.grams.phrases_near(gap) } else { Vec::new() };
        if !near.is_empty() {
            self.mean(near.iter().map(|phrase| phrase.iter().collect()));
            let needles = near.into_iter().map(|phrase| Needle::phrase(phrase, 0.7));
            self.units.push(Unit::of(needles.collect()));
            return;
        }
        // One common word in a question on something else is no answer to it.
        if phrases.len() > 1 || covered * 2 > gap.len() {
            self.take_phrases(&phrases);
        }
    }

    fn take_phrases(&mut self, phrases: &[&[char]]) {
        self.units
            .extend(phrases.iter().map(|phrase| Unit::of(vec![Needle::phrase(*phrase, 1.0)])));
    }

    fn take_letters(&mut self, words: &[String], index: &Index) {
        // 律 is lü, and is typed as lv.
        let words: Vec<String> = words.iter().map(|word| word.replace('ü', "v")).collect();
        let all_letters = |word: &String| word.bytes().all(|b| b.is_ascii_alphabetic());
        // 「tui fei」 is typed with a space as often as without.
        if words.len() > 1 && words.iter().all(all_letters) {
            let guesses = index.names.by_sound(&words.concat(), Manner::Spelled);
            if !guesses.is_empty() {
                return self.take_guesses(&guesses, index);
            }
        }
        let said_by_all = |word: &&String| ENGLISH_SAID_BY_ALL.contains(&word.as_str());
        let only_such = words.iter().all(|word| said_by_all(&word));
        for word in words.iter().filter(|word| only_such || !said_by_all(word)) {
            self.take_word(word, all_letters(word), index);
        }
    }

    /// Takes a word: as it stands in a text, as pinyin, as the beginning of another word, or as one
    /// that has a wrong letter.
    fn take_word(&mut self, word: &str, all_letters: bool, index: &Index) {
        let mut needles = index.grams.words_like(word);
        if index.same.contains_key(word) {
            needles = index.unit(word, 1.0).needles;
        }
        let by_sound = |manner| {
            let is_pinyin = all_letters && word.len() > 1;
            if is_pinyin { index.names.by_sound(word, manner) } else { Vec::new() }
        };
        // Two letters are the initials of a word before they begin a single character.
        let manners = match word.len() {
            2 => [Manner::Initials, Manner::Spelled],
            _ => [Manner::Spelled, Manner::Initials],
        };
        for manner in manners {
            let guesses = if needles.is_empty() { by_sound(manner) } else { Vec::new() };
            if !guesses.is_empty() {
                return self.take_guesses(&guesses, index);
            }
        }
        if needles.is_empty() && word.len() > 2 {
            needles = index.grams.words_from(word);
        }
        if needles.is_empty() && word.len() > 3 {
            let guesses = if word.len() > 4 { by_sound(Manner::Mistyped) } else { Vec::new() };
            if !guesses.is_empty() {
                return self.take_guesses(&guesses, index);
            }
            let near = index.grams.words_near(word);
            needles = near.iter().map(|word| Needle::word(word, 0.7)).collect();
            self.mean(near.into_iter());
        }
        if !needles.is_empty() {
            self.units.push(Unit::of(needles));
        }
    }

    fn take_guesses(&mut self, guesses: &[Guess], index: &Index) {
        let mut needles = Vec::new();
        for guess in guesses {
            let word: String = guess.text.iter().collect();
            needles.extend(index.unit(&word, guess.weight).needles);
        }
        self.units.push(Unit::of(needles));
        self.mean(guesses.iter().map(|guess| guess.text.iter().collect()));
    }

    /// Notes what was meant, the first few.
    fn mean(&mut self, words: impl Iterator<Item = String>) {
        for word in words.take(3) {
            if !self.meant.contains(&word) {
                self.meant.push(word);
            }
        }
    }
}

impl Index {
    /// A word in all ways to say it.
    fn unit(&self, word: &str, weight: f32) -> Unit {
        let mut needles = Vec::new();
        for (at, way) in self.ways_to_say(word).into_iter().enumerate() {
            let weight = if at == 0 { weight } else { weight * 0.75 };
            if way.chars().any(is_han) {
                needles.push(Needle::phrase(way.chars().collect::<Vec<_>>(), weight));
            } else if way.contains(' ') {
                needles.push(Needle::word(&way, weight));
            } else {
                let like = self.grams.words_like(&way).into_iter();
                needles.extend(like.map(|like| Needle { weight: like.weight * weight, ..like }));
            }
        }
        Unit::of(needles)
    }
}

/// The runs of one kind of writing, without what stands between them.
fn runs(query: &[char]) -> Vec<Run> {
    let kind = |c: char| (is_han(c), is_letter(c));
    let runs = query.chunk_by(|a, b| kind(*a) == kind(*b));
    runs.filter_map(|run| match kind(run[0]) {
        (true, _) => Some(Run::Han(run.to_vec())),
        (_, true) => Some(Run::Letters(run.iter().collect())),
        _ => None,
    })
    .collect()
}

/// What is left of a run between the phrases that everybody says.
fn without_phrases(run: &[char]) -> Vec<&[char]> {
    let said = |at: usize| {
        let rest = &run[at..];
        let lengths = SAID_BY_ALL.iter().filter(|phrase| {
            let mut there = rest.iter();
            phrase.chars().all(|c| there.next() == Some(&c))
        });
        lengths.map(|phrase| phrase.chars().count()).max()
    };
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while at < run.len() {
        match said(at) {
            Some(length) => {
                parts.push(&run[start..at]);
                at += length;
                start = at;
            }
            None => at += 1,
        }
    }
    parts.push(&run[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// Without the small words at both ends.
fn trimmed(mut gap: &[char]) -> &[char] {
    while let Some((_, rest)) = gap.split_first().filter(|(c, _)| AT_THE_EDGE.contains(**c)) {
        gap = rest;
    }
    while let Some((_, rest)) = gap.split_last().filter(|(c, _)| AT_THE_EDGE.contains(**c)) {
        gap = rest;
    }
    gap
}

/// The longest phrases of a text's that `gap` is made of, from its beginning on.
fn phrases<'g>(gap: &'g [char], index: &Index) -> Vec<&'g [char]> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at + 1 < gap.len() {
        let held = |length: &usize| index.grams.holds(&gap[at..at + length]);
        match (2..=gap.len() - at).take_while(held).last() {
            Some(length) => {
                found.push(&gap[at..at + length]);
                at += length;
            }
            None => at += 1,
        }
    }
    found
}
