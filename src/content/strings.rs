//! `templates/strings/*.toml`: each language has the strings that the source language has.
//!
//! What a file says of a language that is made from another is `script`'s question.

use std::collections::BTreeMap;

use toml::Spanned;

use super::script;
use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::domain::guide::Language;
use crate::domain::site::SiteFiles;

pub(super) type Strings = BTreeMap<String, Spanned<String>>;

/// Tells the keys that a file lacks, and those that no page asks for. What is no table of strings is
/// told by whoever renders pages.
pub fn check(files: &SiteFiles, diagnostics: &mut Vec<Diagnostic>) {
    let path = |language: Language| format!("templates/strings/{language}.toml");
    let text = |file: &str| std::str::from_utf8(files.get(file)?).ok();
    let read = |file: &str| -> Option<Strings> { toml::from_str(text(file)?).ok() };
    let Some(source) = read(&path(Language::ZhHans)) else { return };
    for language in Language::ALL.into_iter().filter(|l| *l != Language::ZhHans) {
        let file = path(language);
        if language.made_from().is_some() {
            if let Some(text) = text(&file) {
                script::check(&file, text, &source, files, diagnostics);
            }
            continue;
        }
        let Some(strings) = read(&file) else { continue };
        for (key, text) in source.iter().filter(|(key, _)| !strings.contains_key(*key)) {
            let text = text.as_ref();
            let message = Words::new(format!("no string {key:?}"), format!("缺少“{key}”"));
            let hint = Words::new(
                format!("add {key} = \"…\"; in zh-Hans it is {text:?}"),
                format!("请添加 {key} = \"…\"；zh-Hans 里是“{text}”"),
            );
            diagnostics.push(Diagnostic::error(&*file, 0..0, message).with_hint(hint));
        }
        unknown(&file, &strings, &source, diagnostics);
    }
}

/// Tells the keys that the source has not.
pub(super) fn unknown(
    file: &str,
    strings: &Strings,
    source: &Strings,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (key, text) in strings.iter().filter(|(key, _)| !source.contains_key(*key)) {
        let message = Words::new(
            format!("zh-Hans.toml has no string {key:?}"),
            format!("zh-Hans.toml 里没有“{key}”"),
        );
        let hint = match nearest(key, source.keys().map(String::as_str)) {
            Some(near) => {
                Words::new(format!("did you mean {near:?}?"), format!("是不是“{near}”？"))
            }
            None => Words::new("take it out of both, or add it there", "请删去，或在那里也添上"),
        };
        diagnostics.push(Diagnostic::error(file, text.span(), message).with_hint(hint));
    }
}
