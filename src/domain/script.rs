//! Simplified Chinese in traditional characters: by `OpenCC`'s tables, and before them by our own.
//! And back, for what visitors type.
//!
//! Characters change, words never: the texts name laws, courts and papers of the mainland, which are
//! called there what they are called. A phrase that the tables get wrong is an exception, a line of
//! `templates/strings/zh-Hant.toml`; reading that file is others' work.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// `OpenCC`'s table of phrases and characters, without the words of any region.
static TABLES: LazyLock<OpenCC> = LazyLock::new(|| {
    OpenCC::from_config(BuiltinConfig::S2t).expect("the tables are part of the program")
});

/// The way back.
static BACK: LazyLock<OpenCC> = LazyLock::new(|| {
    OpenCC::from_config(BuiltinConfig::T2s).expect("the tables are part of the program")
});

/// `text` in simplified characters, whichever it was typed in.
pub fn simplified(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { BACK.convert(text) }
}

/// How simplified characters become traditional ones.
#[derive(Debug)]
pub struct Script {
    phrases: AhoCorasick,
    written: Vec<String>,
    forms: BTreeMap<char, char>,
}

impl Script {
    /// `exceptions` are phrases with what they become, the longest first wherever several begin at
    /// one place; `forms` are traditional characters of the tables with those to write for them.
    pub fn new(
        exceptions: &BTreeMap<String, String>,
        forms: BTreeMap<char, char>,
    ) -> Result<Self, BuildError> {
        let (phrases, written): (Vec<_>, Vec<_>) =
            exceptions.iter().filter(|(phrase, _)| !phrase.is_empty()).unzip();
        let phrases =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(phrases)?;
        Ok(Self { phrases, written: written.into_iter().cloned().collect(), forms })
    }

    /// `text` in traditional characters, as many as it had.
    pub fn traditional(&self, text: &str) -> String {
        let mut done = String::with_capacity(text.len());
        let mut from = 0;
        for found in self.phrases.find_iter(text) {
            self.push(&text[from..found.start()], &mut done);
            done.push_str(&self.written[found.pattern().as_usize()]);
            from = found.end();
        }
        self.push(&text[from..], &mut done);
        done
    }

    /// By the tables alone.
    fn push(&self, text: &str, done: &mut String) {
        if text.is_ascii() {
            done.push_str(text);
            return;
        }
        let form = |c| self.forms.get(&c).copied().unwrap_or(c);
        done.extend(TABLES.convert(text).chars().map(form));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(exceptions: &[(&str, &str)], forms: &[(char, char)]) -> Script {
        let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        Script::new(&exceptions.iter().map(owned).collect(), forms.iter().copied().collect())
            .unwrap()
    }

    #[test]
    fn characters_follow_their_phrase_and_words_stay_those_of_the_mainland() {
        let plain = script(&[], &[]);
        for (simplified, traditional) in [
            ("民事诉讼法第122条", "民事訴訟法第122條"),
            ("网络信息", "網絡信息"),
            ("软件、视频、短信", "軟件、視頻、短信"),
            ("以后／皇后", "以後／皇后"),
            ("日历，病历", "日曆，病歷"),
            ("tel:12368", "tel:12368"),
            ("", ""),
        ] {
            assert_eq!(plain.traditional(simplified), traditional);
        }
    }

    #[test]
    fn what_is_typed_in_traditional_characters_is_read_in_simplified_ones() {
        for (typed, read) in [
            ("退費", "退费"),
            ("強制執行", "强制执行"),
            ("為什麼／爲什麼", "为什么／为什么"),
            ("裡面、裏面", "里面、里面"),
            ("退费", "退费"),
            ("一只、复议、准许、后果、台账", "一只、复议、准许、后果、台账"),
            ("tuifei 12368", "tuifei 12368"),
            ("", ""),
        ] {
            assert_eq!(simplified(typed), read);
        }
    }

    #[test]
    fn an_exception_comes_first_and_the_longest_of_them() {
        let own = script(&[("签", "簽"), ("标签", "標籤"), ("不准", "不准")], &[('爲', '為')]);
        for (simplified, traditional) in [
            ("怎么签？", "怎麼簽？"),
            ("这张标签", "這張標籤"),
            ("认为不准", "認為不准"),
            ("以此为准", "以此為準"),
        ] {
            assert_eq!(own.traditional(simplified), traditional);
        }
    }
}
