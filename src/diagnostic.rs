//! A fault in a content file, as a value: where it is, what is wrong, what to do.
//!
//! Knows nothing else of ours. Building diagnostics is the work of `content` and `print`; how they
//! look is decided by `cli::diagnostics` alone. A new kind of fault needs nothing here.

use std::ops::Range;

/// The language in which the program speaks to the person at the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// English: the form scripts may rely on.
    English,
    /// Simplified Chinese.
    Chinese,
}

/// One message in both languages of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    en: String,
    zh: String,
}

impl Words {
    /// The same message in English and in Chinese.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// A text that is the same in both languages, such as the message of a library.
    pub fn same(text: impl Into<String>) -> Self {
        let en = text.into();
        Self { zh: en.clone(), en }
    }

    /// The message in English.
    pub fn english(&self) -> &str {
        &self.en
    }

    /// The message in Chinese.
    pub fn chinese(&self) -> &str {
        &self.zh
    }

    /// The message in `tongue`.
    pub fn in_tongue(&self, tongue: Tongue) -> &str {
        match tongue {
            Tongue::English => &self.en,
            Tongue::Chinese => &self.zh,
        }
    }
}

/// How grave a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Stops `print` and `serve`; `check` exits 1.
    Error,
    /// Shown, and nothing more.
    Warning,
}

/// A fault in one content file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// The file's path inside the site, such as `guides/fees/zh-Hans.md`.
    pub file: String,
    /// Byte range in that file; empty at 0 where the whole file is meant.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: Words,
    /// What to do about it.
    pub hint: Option<Words>,
    /// Whether time alone brought it: a law that ran out overnight. It must not keep a service that
    /// is started by itself from serving.
    pub by_date: bool,
    /// Whether it asks for a review and nothing more: `check` fails, and nothing else stops.
    pub review: bool,
}

impl Diagnostic {
    /// An error at `span` of `file`.
    pub fn error(file: impl Into<String>, span: Range<usize>, message: Words) -> Self {
        Self {
            severity: Severity::Error,
            file: file.into(),
            span,
            message,
            hint: None,
            by_date: false,
            review: false,
        }
    }

    /// A warning at `span` of `file`.
    pub fn warning(file: impl Into<String>, span: Range<usize>, message: Words) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, span, message) }
    }

    /// The same diagnostic with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: Words) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The same diagnostic as one that time alone brings.
    #[must_use]
    pub fn by_date(mut self) -> Self {
        self.by_date = true;
        self
    }

    /// The same diagnostic as one that asks for a review, which time alone brings.
    #[must_use]
    pub fn for_review(mut self) -> Self {
        self.review = true;
        self.by_date()
    }

    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The name in `known` nearest to `wrong`, if one is near enough to be meant.
///
/// Near enough: an edit distance, swaps of neighbours counted as one, of at most a third of the longer name, rounded up.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(wrong, name), name))
        .filter(|(distance, name)| {
            *distance <= wrong.chars().count().max(name.chars().count()).div_ceil(3)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Line and column, both from 1, of byte `offset` in `text`; columns count characters.
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_the_name_that_was_meant() {
        assert_eq!(nearest("propety", ["labour", "property"]), Some("property"));
        assert_eq!(nearest("zzz", ["labour", "property"]), None);
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        assert_eq!(line_and_column("一二\n三四", 0), (1, 1));
        assert_eq!(line_and_column("一二\n三四", 10), (2, 2));
        assert_eq!(line_and_column("ab", 99), (1, 3));
        assert_eq!(line_and_column("一", 1), (1, 1));
    }
}
