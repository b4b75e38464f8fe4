//! The index as plain data, for whoever searches it without this program: a script in an exported
//! site, which finds what [`Index::find`] finds.

use std::collections::BTreeMap;

use serde::Serialize;

use super::asked::{AT_THE_EDGE, ENGLISH_SAID_BY_ALL, SAID_BY_ALL};
use super::fold::fold_query;
use super::sounds::spelled;
use super::{Index, Item, MOST_ASKED};

/// The characters whose readings are told, and what they are changed into.
const HAN: std::ops::RangeInclusive<char> = '\u{3400}'..='\u{9fff}';

impl Index {
    /// Everything that can be found.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Each way to say something -> the others.
    pub fn same(&self) -> &BTreeMap<String, Vec<String>> {
        &self.same
    }

    /// The words of two characters that texts have again and again, one after the other.
    pub fn units(&self) -> String {
        self.names.units().flatten().collect()
    }
}

/// What has to be known of characters, and of what everybody says.
#[derive(Serialize)]
pub struct Characters {
    /// Each syllable, without its tone -> the characters that are read so.
    pub sounds: BTreeMap<String, String>,
    /// The characters that a query has changed, each followed by what it is changed into.
    pub folds: String,
    said: &'static [&'static str],
    edge: &'static str,
    english: &'static [&'static str],
    /// So much of a query is looked at.
    most: usize,
}

impl Characters {
    /// Of all characters.
    pub fn all() -> Self {
        let mut sounds: BTreeMap<String, String> = BTreeMap::new();
        let mut folds = String::new();
        for c in HAN {
            for syllable in spelled(c) {
                let characters = sounds.entry(syllable).or_default();
                if !characters.ends_with(c) {
                    characters.push(c);
                }
            }
            let folded: Vec<char> = fold_query(c.encode_utf8(&mut [0; 4])).chars().collect();
            // Beyond these a script counts two characters for one; no guide has such.
            if let [other] = folded[..]
                && other != c
                && HAN.contains(&other)
            {
                folds.extend([c, other]);
            }
        }
        Self {
            sounds,
            folds,
            said: SAID_BY_ALL,
            edge: AT_THE_EDGE,
            english: ENGLISH_SAID_BY_ALL,
            most: MOST_ASKED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_of_a_character_is_told() {
        let Characters { sounds, .. } = Characters::all();
        for (syllable, c) in [("chong", '重'), ("zhong", '重'), ("lv", '律'), ("lu", '律')] {
            assert_eq!(sounds[syllable].matches(c).count(), 1, "{syllable}");
        }
        assert!(sounds.keys().all(|syllable| syllable.bytes().all(|b| b.is_ascii_lowercase())));
    }

    #[test]
    fn what_a_query_has_changed_stands_in_pairs_as_a_script_counts() {
        let folds: Vec<u16> = Characters::all().folds.encode_utf16().collect();
        let expected: Vec<u16> = "證证".encode_utf16().collect();
        assert!(folds.chunks(2).any(|pair| pair == expected));
    }
}
