//! Guides in other languages: whether each is there, of which version of its source it is, and
//! whether it has every section, article and fact of its source.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::{Loaded, Source};
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::guide::Language;

/// Warns of translations that are missing, older than their source, or lack a part of it. `pages` has
/// the ids of each guide's headings.
pub(super) fn check(
    sources: &[Source<'_>],
    pages: &BTreeMap<String, Vec<String>>,
    loaded: &mut Loaded,
) {
    let originals = || sources.iter().filter(|source| source.language == Language::ZhHans);
    for language in Language::ALL.into_iter().filter(|l| *l != Language::ZhHans) {
        let translations: Vec<_> = sources.iter().filter(|s| s.language == language).collect();
        if translations.is_empty() {
            continue;
        }
        for original in originals() {
            let Some(translation) = translations.iter().find(|s| s.topic == original.topic) else {
                // What is not written in a language that is made from another is made.
                if language.made_from().is_none() {
                    loaded.diagnostics.push(missing(original, language));
                }
                continue;
            };
            let faults = [
                older(translation, original),
                lacking(translation, original, &anchors(pages), ("section", "章节")),
                lacking(translation, original, &references(loaded), ("reference", "引用")),
            ];
            loaded.diagnostics.extend(faults.into_iter().flatten());
        }
    }
}

/// The headings of a file, as links name them.
fn anchors(pages: &BTreeMap<String, Vec<String>>) -> impl Fn(&str) -> BTreeSet<String> {
    |file| pages.get(file).into_iter().flatten().map(|id| format!("#{id}")).collect()
}

/// What a file refers to: articles, limits, fees, texts of courts.
fn references(loaded: &Loaded) -> impl Fn(&str) -> BTreeSet<String> {
    |file| {
        let of_file = loaded.uses.iter().filter(|found| found.file == file);
        let written = of_file.map(|found| match &found.through {
            Some(fact) => format!("[]({fact})"),
            None => format!("[](law:{})", found.citation.address()),
        });
        written.collect()
    }
}

/// What the source has and the translation has not.
fn lacking(
    translation: &Source<'_>,
    original: &Source<'_>,
    parts: &impl Fn(&str) -> BTreeSet<String>,
    (kind, chinese): (&str, &str),
) -> Option<Diagnostic> {
    let (there, here) = (parts(original.file), parts(translation.file));
    let missing: Vec<&str> = there.difference(&here).map(String::as_str).collect();
    if missing.is_empty() {
        return None;
    }
    let plural = if missing.len() == 1 { "" } else { "s" };
    let message = Words::new(
        format!("lacks {} {kind}{plural} of its source: {}", missing.len(), missing.join(", ")),
        format!("比原文少 {} 处{chinese}：{}", missing.len(), missing.join("、")),
    );
    let hint = Words::new(
        format!("say it as {} does, with the same ids", original.file),
        format!("请照 {} 补上，id 不变", original.file),
    );
    Some(Diagnostic::warning(translation.file, 0..0, message).with_hint(hint))
}

/// The version of a source: eight hexadecimal digits of the SHA-256 of what follows its front matter.
fn version(source: &Source<'_>) -> String {
    let digest = Sha256::digest(source.text[source.body.clone()].as_bytes());
    format!("{:08x}", u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]))
}

fn missing(original: &Source<'_>, language: Language) -> Diagnostic {
    let topic = &original.topic;
    let message = Words::new(
        format!("no guide in {language}, as others have"),
        format!("缺 {language} 的指引，别的主题已有"),
    );
    Diagnostic::warning(format!("guides/{topic}/"), 0..0, message).with_hint(Words::new(
        format!("translate it as guides/{topic}/{language}.md"),
        format!("请译成 guides/{topic}/{language}.md"),
    ))
}

fn older(translation: &Source<'_>, original: &Source<'_>) -> Option<Diagnostic> {
    let now = version(original);
    let hint = Words::new(
        format!("compare it with {}, then set source_version = \"{now}\"", original.file),
        format!("请与 {} 对照，再写 source_version = \"{now}\"", original.file),
    );
    let (span, message) = match translation.front.source_version() {
        Some((said, _)) if said == now => return None,
        Some((said, span)) => {
            let message = Words::new(
                format!("older than its source: it is of version {said}"),
                format!("比原文旧：译自版本 {said}"),
            );
            (span, message)
        }
        None => {
            let message = Words::new(
                "does not say of which version of its source it is",
                "没有写明译自原文的哪个版本",
            );
            (0..0, message)
        }
    };
    Some(Diagnostic::warning(translation.file, span, message).with_hint(hint))
}
