//! Where texts hold a phrase: looked up by its rarest pair of neighbouring characters, then compared
//! on the spot.
//!
//! Pairs need no dictionary, so that a term that no dictionary has (一码通) is found like any other.
//! What is written between spaces is looked up by its words.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::Item;
use super::fold::{fold_char, is_han, is_letter};
use super::near;

/// What is looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Needle {
    /// Folded.
    pub(super) text: Vec<char>,
    /// Whether it has to stand there as a whole word, or as whole words.
    pub(super) is_word: bool,
    /// How well it says what was asked: 1 where it is what was typed.
    pub(super) weight: f32,
}

impl Needle {
    pub(super) fn phrase(text: impl Into<Vec<char>>, weight: f32) -> Self {
        Self { text: text.into(), is_word: false, weight }
    }

    pub(super) fn word(text: &str, weight: f32) -> Self {
        Self { text: text.chars().collect(), is_word: true, weight }
    }

    /// Whether it stands at `at` of a folded text.
    pub(super) fn is_at(&self, at: usize, text: &[char]) -> bool {
        let end = at + self.text.len();
        // Most places differ by their first character.
        let is_there =
            text.get(at) == self.text.first() && text.get(at..end) == Some(&self.text[..]);
        let joins = |c: Option<&char>| c.is_some_and(|c| is_letter(*c));
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        is_there && !(self.is_word && (joins(before) || joins(text.get(end))))
    }
}

/// An item as it is looked at: title, heading, what it is about and text, a line each.
struct Entry {
    text: Vec<char>,
    /// Where each of the first three ends.
    ends: [usize; 3],
    is_section: bool,
}

/// Which item, and where in it.
type Place = (u32, u32);

/// All texts, by pairs of characters and by words.
#[derive(Default)]
pub(super) struct Grams {
    entries: Vec<Entry>,
    pairs: HashMap<[char; 2], Vec<Place>>,
    words: BTreeMap<String, Vec<Place>>,
    /// The stem of each word -> the words that have it.
    stems: BTreeMap<String, Vec<String>>,
}

impl Grams {
    pub(super) fn of(items: &[Item]) -> Self {
        let mut grams = Self::default();
        for (at, item) in (0u32..).zip(items) {
            let entry = Entry::of(item);
            grams.add(at, &entry.text);
            grams.entries.push(entry);
        }
        for word in grams.words.keys() {
            grams.stems.entry(stem(word).to_owned()).or_default().push(word.clone());
        }
        grams
    }

    fn add(&mut self, item: u32, text: &[char]) {
        for (place, pair) in (0u32..).zip(text.windows(2)) {
            if is_pair(pair) {
                self.pairs.entry([pair[0], pair[1]]).or_default().push((item, place));
            }
        }
        let mut place = 0;
        for run in text.chunk_by(|a, b| is_letter(*a) == is_letter(*b)) {
            if is_letter(run[0]) {
                self.words.entry(run.iter().collect()).or_default().push((item, place));
            }
            place += u32::try_from(run.len()).expect("no text is that long");
        }
    }

    /// Every place of a needle, in the order of the items.
    fn places(&self, needle: &Needle) -> Cow<'_, [Place]> {
        if needle.is_word {
            let text: String = needle.text.iter().collect();
            let first = text.split(' ').next().unwrap_or_default();
            let places = self.words.get(first).map_or(&[][..], Vec::as_slice);
            if first == text {
                return Cow::Borrowed(places);
            }
            let is_there = |(item, at): &&Place| {
                needle.is_at(*at as usize, &self.entries[*item as usize].text)
            };
            return Cow::Owned(places.iter().filter(is_there).copied().collect());
        }
        match needle.text[..] {
            [only] => Cow::Owned(self.places_of_one(only)),
            [first, second] => Cow::Borrowed(self.places_of_pair(first, second)),
            _ => {
                let is_there = |place: &Place| self.is_at(&needle.text, *place);
                Cow::Owned(self.candidates(&needle.text).filter(is_there).collect())
            }
        }
    }

    fn is_at(&self, phrase: &[char], (item, at): Place) -> bool {
        self.entries[item as usize].text[at as usize..].starts_with(phrase)
    }

    fn places_of_pair(&self, first: char, second: char) -> &[Place] {
        self.pairs.get(&[first, second]).map_or(&[], Vec::as_slice)
    }

    /// A single character is looked for in names first: in texts it stands everywhere.
    fn places_of_one(&self, wanted: char) -> Vec<Place> {
        let within = |end: fn(&Entry) -> usize| {
            let of = |(item, entry): (u32, &Entry)| {
                let text = (0u32..).zip(&entry.text[..end(entry)]);
                let places = text.filter(|(_, c)| **c == wanted);
                places.map(move |(place, _)| (item, place)).collect::<Vec<_>>()
            };
            (0u32..).zip(&self.entries).flat_map(of).collect::<Vec<Place>>()
        };
        let in_names = within(|entry| entry.ends[2]);
        if in_names.is_empty() { within(|entry| entry.text.len()) } else { in_names }
    }

    /// Where a phrase of two characters or more may begin, by its rarest pair.
    fn candidates(&self, phrase: &[char]) -> impl Iterator<Item = Place> {
        let pairs = (0u32..).zip(phrase.windows(2)).filter(|(_, pair)| is_pair(pair));
        let places = pairs.map(|(offset, pair)| (offset, self.places_of_pair(pair[0], pair[1])));
        let (offset, places) = places.min_by_key(|(_, p)| p.len()).unwrap_or((0, &[]));
        places.iter().filter_map(move |(item, at)| Some((*item, at.checked_sub(offset)?)))
    }

    /// How often any text has two characters side by side.
    pub(super) fn count(&self, pair: [char; 2]) -> usize {
        self.places_of_pair(pair[0], pair[1]).len()
    }

    /// The pairs of characters that recur as words do, far more often than chance would have them side
    /// by side: the most frequent [`MOST_UNITS`], in order.
    pub(super) fn units(&self) -> Vec<[char; 2]> {
        let mut characters: HashMap<char, usize> = HashMap::new();
        for Entry { text, ends, .. } in &self.entries {
            // A title stands in each of its sections.
            for c in text[ends[0]..].iter().filter(|c| is_han(**c)) {
                *characters.entry(*c).or_default() += 1;
            }
        }
        let all: usize = characters.values().sum();
        // Of the few Chinese terms on English pages none tells what a Chinese page does.
        let whole: usize = self.entries.iter().map(|entry| entry.text.len()).sum();
        if all * 3 < whole {
            return Vec::new();
        }
        let of = |c: char| characters.get(&c).copied().unwrap_or_default();
        let mut units: Vec<(usize, [char; 2])> = Vec::new();
        for (pair, places) in self.pairs.iter().filter(|(pair, _)| pair.iter().all(|c| is_han(*c)))
        {
            let in_text = places.iter().filter(|(item, at)| {
                *at as usize > self.entries[*item as usize].ends[0] // past the title
            });
            let count = in_text.count();
            let (first, second) = (of(pair[0]), of(pair[1]));
            let is_bound = count * all > LEAST_BOND * first * second;
            // A character that hardly ever stands elsewhere makes a word sooner.
            let least = if count * 2 >= first.min(second) { 2 } else { LEAST_COUNT };
            if count >= least && is_bound && !self.is_rest(*pair, places) {
                units.push((count, *pair));
            }
        }
        units.sort_unstable_by(|a, b| b.cmp(a));
        let mut units: Vec<_> = units.into_iter().take(MOST_UNITS).map(|(_, pair)| pair).collect();
        units.sort_unstable();
        units
    }

    /// Whether a pair is but the rest of a longer word: 份证 is always 身份证, and 身份 is more often.
    fn is_rest(&self, pair: [char; 2], places: &[Place]) -> bool {
        let beside = |at: fn(usize) -> Option<usize>| {
            let of = |(item, place): &Place| {
                let text = &self.entries[*item as usize].text;
                at(*place as usize).and_then(|at| text.get(at)).copied()
            };
            let first = places.first().and_then(of)?;
            let same = places.iter().filter(|place| of(place) == Some(first)).count();
            (same * 10 >= places.len() * 9).then_some(first)
        };
        let is_more = |other: [char; 2]| self.count(other) > places.len();
        beside(|at| at.checked_sub(1)).is_some_and(|before| is_more([before, pair[0]]))
            || beside(|at| Some(at + 2)).is_some_and(|after| is_more([pair[1], after]))
    }

    /// Whether any text holds the phrase, of two characters or more.
    pub(super) fn holds(&self, phrase: &[char]) -> bool {
        self.candidates(phrase).any(|place| self.is_at(phrase, place))
    }

    /// An item's part as it is compared: the name, what it is about, the text.
    pub(super) fn folded(&self, item: usize) -> [&[char]; 3] {
        let Entry { text, ends: [title, heading, about], is_section } = &self.entries[item];
        let name = if *is_section { &text[title + 1..*heading] } else { &text[..*title] };
        [name, &text[heading + 1..*about], &text[about + 1..]]
    }

    /// The items that hold any of `needles`: how much by their own words, how much by the title of
    /// their page.
    pub(super) fn matched(&self, needles: &[Needle]) -> Vec<(usize, f32, f32)> {
        let mut best = vec![(0.0f32, 0.0f32); self.entries.len()];
        for needle in needles {
            let places = self.places(needle);
            for of_item in places.chunk_by(|a, b| a.0 == b.0) {
                let item = of_item[0].0 as usize;
                let (own, by_title) = self.entries[item].worth(needle, of_item);
                if own + by_title > best[item].0 + best[item].1 {
                    best[item] = (own, by_title);
                }
            }
        }
        let matched = best.into_iter().enumerate().filter(|(_, (own, title))| own + title > 0.0);
        matched.map(|(item, (own, by_title))| (item, own, by_title)).collect()
    }

    /// The words of the texts that have the stem of `word`, or at least begin like it.
    pub(super) fn words_like(&self, word: &str) -> Vec<Needle> {
        let kin = self.stems.get(stem(word)).into_iter().flatten();
        kin.map(|w| Needle::word(w, if w == word { 1.0 } else { 0.9 })).collect()
    }

    /// The words of the texts that begin with `start`.
    pub(super) fn words_from(&self, start: &str) -> Vec<Needle> {
        let longer = self.words.range(start.to_owned()..).map(|(word, _)| word);
        let longer = longer.take_while(|word| word.starts_with(start)).take(6);
        longer.map(|word| Needle::word(word, 0.7)).collect()
    }

    /// The words of the texts that differ from `word` by one letter.
    pub(super) fn words_near(&self, word: &str) -> Vec<String> {
        let is_near = |known: &&String| {
            let is_near = |known: &str| {
                known.len().abs_diff(word.len()) < 2
                    && near::differs_by_one(word.as_bytes(), known.as_bytes())
            };
            is_near(known) || is_near(stem(known))
        };
        self.words.keys().filter(is_near).take(3).cloned().collect()
    }

    /// What texts hold that differs by one character from a phrase of four or more.
    pub(super) fn phrases_near(&self, phrase: &[char]) -> Vec<Vec<char>> {
        let (left, right) = phrase.split_at(phrase.len() / 2);
        let mut found: Vec<Vec<char>> = Vec::new();
        let mut keep = |text: Option<&[char]>| {
            let is_one = |text: &[char]| {
                near::differs_by_one(phrase, text) && text.iter().all(|c| is_han(*c))
            };
            if let Some(text) = text.filter(|text| is_one(text) && found.len() < 4)
                && !found.iter().any(|known| known == text)
            {
                found.push(text.to_vec());
            }
        };
        // One character is wrong: one half is right.
        for (item, at) in self.candidates(left).take(LOOKED_AT) {
            let (text, at) = (&self.entries[item as usize].text, at as usize);
            for length in lengths(phrase.len()) {
                keep(text.get(at..at + length));
            }
        }
        for (item, at) in self.candidates(right).take(LOOKED_AT) {
            let (text, end) = (&self.entries[item as usize].text, at as usize + right.len());
            for length in lengths(phrase.len()) {
                keep(end.checked_sub(length).and_then(|at| text.get(at..end)));
            }
        }
        found
    }
}

/// So many pairs are taken for words,
const MOST_UNITS: usize = 2000;
/// each so often there,
const LEAST_COUNT: usize = 3;
/// and so many times as often as chance would have it.
const LEAST_BOND: usize = 6;

/// So many places are looked at for a phrase that is nowhere.
const LOOKED_AT: usize = 500;

/// The lengths of what differs by one from something of `length`, its own first.
fn lengths(length: usize) -> [usize; 3] {
    [length, length - 1, length + 1]
}

/// Whether two neighbours are looked up: words that are written between spaces have their own table.
fn is_pair(pair: &[char]) -> bool {
    let is_part = |c: char| is_han(c) || is_letter(c);
    pair.iter().all(|c| is_part(*c)) && pair.iter().any(|c| is_han(*c))
}

impl Entry {
    fn of(item: &Item) -> Self {
        let mut text = Vec::new();
        let ends = [&item.title, &item.heading, &item.about].map(|part| {
            text.extend(part.chars().map(fold_char));
            text.push('\n');
            text.len() - 1
        });
        text.extend(item.text.chars().map(fold_char));
        Self { text, ends, is_section: !item.heading.is_empty() }
    }

    /// What a needle at these places is worth: by the item's own words, by its page's title.
    fn worth(&self, needle: &Needle, places: &[Place]) -> (f32, f32) {
        let [title, heading, about] = self.ends;
        let (mut in_title, mut in_heading, mut in_about, mut in_text) = (false, false, false, 0.0);
        for (_, at) in places {
            match *at as usize {
                at if at < title => in_title = true,
                at if at < heading => in_heading = true,
                at if at < about => in_about = true,
                _ => in_text += 1.0,
            }
        }
        let fit = |is_there: bool, whole: f32, length: usize| {
            #[expect(clippy::cast_precision_loss, reason = "names are short")]
            let share = needle.text.len() as f32 / length.max(1) as f32;
            if is_there { whole * (0.5 + 0.5 * share) } else { 0.0 }
        };
        let text = if in_text > 0.0 { 0.7 + 0.3 * f32::min(in_text, 5.0) } else { 0.0 };
        let own = fit(in_heading, 7.0, heading - title) + if in_about { 4.0 } else { 0.0 } + text;
        if self.is_section {
            (own * needle.weight, fit(in_title, 3.0, title) * needle.weight)
        } else {
            ((own + fit(in_title, 10.0, title)) * needle.weight, 0.0)
        }
    }
}

/// The stem of an English word, as far as endings go: `refunds`, `refunded` and `refunding` are one.
fn stem(word: &str) -> &str {
    for ending in ["ing", "ied", "ies", "ed", "es", "s", "y", "e"] {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.len() > 2)
            && !(ending == "s" && stem.ends_with('s'))
        {
            return stem;
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_of_english_words_do_not_matter_and_short_words_have_none() {
        for (a, b) in [("refunds", "refunded"), ("filing", "file"), ("copies", "copy")] {
            assert_eq!(stem(a), stem(b), "{a} {b}");
        }
        for word in ["pdf", "12368", "address", "sue", "my"] {
            assert_eq!(stem(word).len().max(3), word.len().max(3), "{word}");
        }
    }
}
