//! `templates/strings/zh-Hant.toml`: how the pages of a language are made from another's.
//!
//! What is wrong with the file itself, and what of the guides has no traditional form. The characters
//! are `domain::script`'s work.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::characters::{is_han, is_simplified, not_traditional};
use super::strings::{self, Strings};
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::script::Script;
use crate::domain::site::SiteFiles;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Made {
    strings: Strings,
    exceptions: BTreeMap<String, Spanned<String>>,
    characters: BTreeMap<char, Spanned<char>>,
}

/// Tells what is wrong with the file, and the characters of guides that it leaves without a
/// traditional form. What is no such file is told by whoever renders pages.
pub(super) fn check(
    file: &str,
    text: &str,
    source: &Strings,
    files: &SiteFiles,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Ok(made) = toml::from_str::<Made>(text) else { return };
    strings::unknown(file, &made.strings, source, diagnostics);
    let before = diagnostics.len();
    for (phrase, written) in &made.exceptions {
        let fault = exception(file, phrase, written.as_ref(), &written.span());
        diagnostics.extend(fault);
    }
    for written in made.characters.values() {
        diagnostics.extend(not_traditional(file, written.span(), *written.as_ref()));
    }
    if diagnostics.len() > before {
        return;
    }
    let exceptions = made.exceptions.into_iter().map(|(k, v)| (k, v.into_inner())).collect();
    let forms = made.characters.into_iter().map(|(k, v)| (k, v.into_inner())).collect();
    let Ok(script) = Script::new(&exceptions, forms) else { return };
    let guides = files.under("guides/").filter(|(file, _)| file.ends_with("/zh-Hans.md"));
    for (guide, text) in guides.filter_map(|(f, bytes)| Some((f, std::str::from_utf8(bytes).ok()?)))
    {
        without_form(guide, text, (&script, file), diagnostics);
    }
}

/// An exception changes characters one by one, each into a traditional one.
fn exception(file: &str, phrase: &str, written: &str, span: &Range<usize>) -> Option<Diagnostic> {
    let (from, to) = (phrase.chars().count(), written.chars().count());
    if from != to || !phrase.chars().all(is_han) {
        let message = Words::new(
            format!("{phrase:?} and {written:?} are not the same number of Chinese characters"),
            format!("“{phrase}”和“{written}”应是一样多的汉字"),
        );
        let hint = Words::new(
            "change characters, not words: laws, courts and papers keep their names",
            "只换字，不换词：法律、法院、文书的名称不变",
        );
        return Some(Diagnostic::error(file, span.clone(), message).with_hint(hint));
    }
    written.chars().find_map(|c| not_traditional(file, span.clone(), c))
}

/// Warns of the characters of a guide whose traditional form devices may lack, each once.
fn without_form(
    guide: &str,
    text: &str,
    (script, file): (&Script, &str),
    diagnostics: &mut Vec<Diagnostic>,
) {
    let made = script.traditional(text);
    let mut seen = BTreeSet::new();
    for ((at, c), form) in text.char_indices().zip(made.chars()).filter(|(_, form)| is_han(*form)) {
        // A rare character that stays as it is has been told of already.
        let is_told = form == c && !is_simplified(c);
        if is_told || not_traditional(guide, 0..0, form).is_none() || !seen.insert(c) {
            continue;
        }
        let message = Words::new(
            format!("{c} becomes {form} on traditional pages, which Big5 does not have"),
            format!("“{c}”在繁体页面上变成“{form}”，Big5 里没有"),
        );
        let hint = Words::new(
            format!("give it another form under [characters] in {file}"),
            format!("请在 {file} 的 [characters] 里给它换一种写法"),
        );
        let span = at..at + c.len_utf8();
        diagnostics.push(Diagnostic::warning(guide, span, message).with_hint(hint));
    }
}
