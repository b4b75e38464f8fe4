//! What counts as the same character: one for one, so that a place in the folded text is the same
//! place in the text that is shown.

use crate::domain::script::simplified;

/// The character that stands for `c` in texts and queries alike: half-width, lower case.
pub fn fold_char(c: char) -> char {
    if is_han(c) {
        return c;
    }
    let half = match c {
        '\u{3000}' => ' ',
        // The full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xfee0).expect("it is the range of ASCII")
        }
        _ => c,
    };
    if half.is_ascii() {
        return half.to_ascii_lowercase();
    }
    let mut lower = half.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) => only,
        _ => half,
    }
}

/// A text as it is compared.
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// A query as it is compared with texts. Every query passes here, and no text does: texts are written
/// in simplified characters, and what is typed in traditional ones is changed here.
pub fn fold_query(query: &str) -> String {
    fold(&simplified(query))
}

/// Whether it is a Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether it is part of a word that is written between spaces: a letter or a digit, not Chinese.
pub fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_han(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_and_case_do_not_matter_and_each_character_stays_one() {
        assert_eq!(fold("ＰＤＦ　Word，１２３６８"), "pdf word,12368");
        for text in ["İstanbul ß ǅ", "退费🙂\u{1f468}\u{200d}\u{1f469}", "\u{0}\u{7f}"] {
            assert_eq!(fold(text).chars().count(), text.chars().count(), "{text:?}");
        }
    }
}
