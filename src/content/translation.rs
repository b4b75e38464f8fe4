//! Guides in other languages: whether each is there, and of which version of its source it is.

use sha2::{Digest, Sha256};

use super::{Loaded, Source};
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::guide::Language;

/// Warns of translations that are missing, or older than their source.
pub(super) fn check(sources: &[Source<'_>], loaded: &mut Loaded) {
    let originals = || sources.iter().filter(|source| source.language == Language::ZhHans);
    for language in Language::ALL.into_iter().filter(|l| *l != Language::ZhHans) {
        let translations: Vec<_> = sources.iter().filter(|s| s.language == language).collect();
        if translations.is_empty() {
            continue;
        }
        for original in originals() {
            let fault = match translations.iter().find(|s| s.topic == original.topic) {
                Some(translation) => older(translation, original),
                None => Some(missing(original, language)),
            };
            loaded.diagnostics.extend(fault);
        }
    }
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
