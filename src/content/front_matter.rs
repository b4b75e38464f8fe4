//! The TOML between `+++` lines at the head of a guide.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::facts::{day_of, toml_fault};
use super::plain::{self, Kind, Passage};
use super::references::References;
use super::said::Facts;
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::period::Day;
use crate::domain::topic::TopicNumber;

/// A title is set in characters 20 mm high and more: this many fit across A4.
const TITLE_CHARACTERS: usize = 8;

/// How many lines a poster has.
const STEPS: std::ops::RangeInclusive<usize> = 3..=5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    number: Spanned<i64>,
    title: Spanned<String>,
    summary: Spanned<String>,
    steps: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    night: Option<Spanned<String>>,
    icon: String,
    reviewed: Spanned<toml::value::Datetime>,
    review_by: Spanned<toml::value::Datetime>,
    source_version: Option<Spanned<String>>,
}

/// A guide's front matter; spans are in the whole file.
pub struct FrontMatter {
    pub(super) number: TopicNumber,
    pub(super) number_span: Range<usize>,
    pub(super) title: Spanned<String>,
    summary: Spanned<String>,
    steps: Spanned<Vec<Spanned<String>>>,
    night: Option<Spanned<String>>,
    pub(super) icon: String,
    pub(super) reviewed: Day,
    pub(super) review_by: Day,
    review_by_span: Range<usize>,
    source_version: Option<Spanned<String>>,
    offset: usize,
}

/// The texts of a front matter with their references filled in.
pub struct Filled {
    pub(super) summary: String,
    pub(super) steps: Vec<String>,
    pub(super) night: String,
}

/// The front matter of `text` and the byte range of what follows it.
pub fn read(
    file: &str,
    text: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(FrontMatter, Range<usize>)> {
    let Some((toml, body)) = split(text) else {
        diagnostics.push(
            Diagnostic::error(
                file,
                0..0,
                Words::new("no front matter", "没有文件头（front matter）"),
            )
            .with_hint(Words::new(
                "begin the file with a line `+++`, the settings, and a line `+++`",
                "文件开头应有一行 `+++`，接着是设置，再一行 `+++`",
            )),
        );
        return None;
    };
    let offset = toml.start;
    let raw: Raw = match toml::from_str(&text[toml.clone()]) {
        Ok(raw) => raw,
        Err(error) => {
            diagnostics.push(toml_fault(file, offset, &error));
            return None;
        }
    };
    let shifted = |span: Range<usize>| span.start + offset..span.end + offset;
    let mut fault = |span: Range<usize>, message: Words| {
        diagnostics.push(Diagnostic::error(file, shifted(span), message));
    };
    let number = u8::try_from(*raw.number.as_ref()).ok().and_then(TopicNumber::new);
    if number.is_none() {
        fault(
            raw.number.span(),
            Words::new("a topic's number is 0 to 127", "主题编号应为 0 到 127"),
        );
    }
    let reviewed = day_of(&raw.reviewed, &mut fault);
    let review_by = day_of(&raw.review_by, &mut fault);
    let front = FrontMatter {
        number: number?,
        number_span: shifted(raw.number.span()),
        title: raw.title,
        summary: raw.summary,
        steps: raw.steps,
        night: raw.night,
        icon: raw.icon,
        reviewed: reviewed?,
        review_by: review_by?,
        review_by_span: shifted(raw.review_by.span()),
        source_version: raw.source_version,
        offset,
    };
    Some((front, body))
}

/// The byte ranges of the TOML and of the body.
fn split(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let start = text.find('\n')? + 1;
    if text[..start].trim_start_matches('\u{feff}').trim_end() != "+++" {
        return None;
    }
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "+++" {
            return Some((start..at, at + line.len()..text.len()));
        }
        at += line.len();
    }
    None
}

impl FrontMatter {
    fn span<T>(&self, value: &Spanned<T>) -> Range<usize> {
        value.span().start + self.offset..value.span().end + self.offset
    }

    /// Which version of its source a translation is of, and where that is said.
    pub(super) fn source_version(&self) -> Option<(&str, Range<usize>)> {
        self.source_version.as_ref().map(|text| (text.as_ref().as_str(), self.span(text)))
    }

    /// Every text as it is shown, with the place of every word in `file`.
    pub(super) fn passages(&self, file: &str, facts: Facts<'_>) -> Vec<Passage> {
        let one = |kind| move |text| (kind, text);
        let steps = self.steps.as_ref().iter().map(one(Kind::Step));
        [(Kind::Title, &self.title), (Kind::Summary, &self.summary)]
            .into_iter()
            .chain(steps)
            .chain(self.night.as_ref().map(one(Kind::Night)))
            .flat_map(|(kind, text)| {
                plain::front(kind, text.as_ref(), file, &self.span(text), facts)
            })
            .collect()
    }

    /// Where the night's text stands, or the steps where it is missing.
    pub(super) fn night_span(&self) -> Range<usize> {
        self.night.as_ref().map_or_else(|| self.span(&self.steps), |night| self.span(night))
    }

    /// The texts with references such as `[](limit:pay-fee)` filled in.
    pub fn resolve(&self, references: &mut References<'_>) -> Filled {
        let mut fill = |text: &Spanned<String>| {
            references.fill(text.as_ref(), &self.span(text)).trim().to_owned()
        };
        Filled {
            summary: fill(&self.summary),
            steps: self.steps.as_ref().iter().map(&mut fill).collect(),
            night: self.night.as_ref().map(&mut fill).unwrap_or_default(),
        }
    }
}

/// Checks lengths and dates.
pub fn check(
    file: &str,
    front: &FrontMatter,
    filled: &Filled,
    today: Day,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut fault = |span, message: Words| diagnostics.push(Diagnostic::error(file, span, message));
    let title = front.title.as_ref().trim();
    let is_chinese = file.contains("/zh-");
    if title.is_empty() || (is_chinese && title.chars().count() > TITLE_CHARACTERS) {
        fault(
            front.span(&front.title),
            Words::new(
                format!(
                    "a title has 1 to {TITLE_CHARACTERS} characters: it is set large on posters"
                ),
                format!("标题应为 1 到 {TITLE_CHARACTERS} 个字：海报上要放得很大"),
            ),
        );
    }
    if filled.summary.is_empty() {
        fault(front.span(&front.summary), Words::new("the summary is empty", "摘要是空的"));
    }
    if !STEPS.contains(&filled.steps.len()) {
        fault(
            front.span(&front.steps),
            Words::new("a poster has 3 to 5 steps", "海报应有 3 到 5 个步骤"),
        );
    }
    for (text, span) in filled.steps.iter().zip(front.steps.as_ref()) {
        if text.is_empty() {
            fault(front.span(span), Words::new("an empty step", "步骤是空的"));
        }
    }
    if front.review_by <= front.reviewed {
        fault(
            front.review_by_span.clone(),
            Words::new("`review_by` is not after `reviewed`", "`review_by` 应晚于 `reviewed`"),
        );
    }
    diagnostics.extend(due(file, front, today));
}

/// How long after `review_by` a guide may go unreviewed, in days.
const GRACE: i64 = 30;

/// A guide whose review is due: a warning, and after the days of grace an error.
fn due(file: &str, front: &FrontMatter, today: Day) -> Option<Diagnostic> {
    if today <= front.review_by {
        return None;
    }
    let span = front.review_by_span.clone();
    let fault = if today <= front.review_by.plus(GRACE) {
        let message = Words::new(
            format!("due for review since {}", front.review_by),
            format!("{} 起就该复核了", front.review_by),
        );
        Diagnostic::warning(file, span, message)
    } else {
        let message = Words::new(
            format!("due for review since {}, more than {GRACE} days ago", front.review_by),
            format!("{} 起就该复核了，已过 {GRACE} 天", front.review_by),
        );
        Diagnostic::error(file, span, message)
    };
    Some(fault.for_review().with_hint(Words::new(
        "check each rule against the law in force, then set `reviewed` and `review_by`",
        "请逐条核对现行法律，再更新 `reviewed` 和 `review_by`",
    )))
}
