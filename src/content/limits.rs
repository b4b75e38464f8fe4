//! `guides/_facts/limits.toml`: statutory time limits, and the rules by which last days are counted.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::Loaded;
use super::facts::Table;
use super::figures;
use crate::diagnostic::Words;
use crate::domain::law::{Citation, LawId};
use crate::domain::limit::{Counting, DeadlineRule, EnglishRule, Length, TimeLimit};
use crate::domain::site::SiteFiles;

/// Reads the limits; the laws that they cite have to be there already.
pub(super) fn load(files: &SiteFiles, loaded: &mut Loaded) {
    if let Some(mut table) = Table::read::<LimitsFile>(files, "guides/_facts/limits.toml", loaded) {
        let counting = std::mem::take(&mut table.value.counting);
        loaded.library.counting = Counting {
            forwards: table.citations(&counting.forwards, loaded),
            by_calendar: table.citations(&counting.by_calendar, loaded),
        };
        for raw in std::mem::take(&mut table.value.limit) {
            table.add_limit(raw, loaded);
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsFile {
    #[serde(default)]
    counting: RawCounting,
    #[serde(default)]
    limit: Vec<RawLimit>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawCounting {
    #[serde(default)]
    forwards: Vec<Spanned<String>>,
    #[serde(default)]
    by_calendar: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLimit {
    id: Spanned<String>,
    text: Spanned<String>,
    days: Option<u16>,
    hours: Option<u16>,
    months: Option<u16>,
    years: Option<u16>,
    percent: Option<u16>,
    #[serde(rename = "what")]
    _what: Option<String>,
    law: Spanned<String>,
    /// Further articles, said with the last day.
    #[serde(default)]
    with: Vec<Spanned<String>>,
    rule: Option<Spanned<String>>,
    title: Option<String>,
    title_en: Option<String>,
    start: Option<String>,
    start_en: Option<String>,
    #[serde(default)]
    back: bool,
}

/// The unit by which figures are compared.
fn unit(length: Length) -> &'static str {
    match length {
        Length::Hours(_) => "小时",
        Length::Days(_) => "日",
        Length::Months(_) => "月",
        Length::Years(_) => "年",
        Length::Percent(_) => "%",
    }
}

impl RawLimit {
    /// The one length that is given.
    fn length(&self) -> Option<Length> {
        match (self.days, self.hours, self.months, self.years, self.percent) {
            (Some(n), None, None, None, None) => Some(Length::Days(n)),
            (None, Some(n), None, None, None) => Some(Length::Hours(n)),
            (None, None, Some(n), None, None) => Some(Length::Months(n)),
            (None, None, None, Some(n), None) => Some(Length::Years(n)),
            (None, None, None, None, Some(n)) => Some(Length::Percent(n)),
            _ => None,
        }
    }
}

impl Table<LimitsFile> {
    fn citations(&self, raw: &[Spanned<String>], loaded: &mut Loaded) -> Vec<Citation> {
        raw.iter().filter_map(|raw| self.citation(raw, loaded)).collect()
    }

    fn add_limit(&self, raw: RawLimit, loaded: &mut Loaded) {
        let taken = loaded.library.limits.iter().any(|l| l.id == *raw.id.as_ref());
        let id = self.new_id(&raw.id, |t| LawId::parse(t).map(|_| t.to_owned()), taken, loaded);
        let length = raw.length();
        let number = length.map(|length| match length {
            Length::Hours(n)
            | Length::Days(n)
            | Length::Months(n)
            | Length::Years(n)
            | Length::Percent(n) => n.to_string(),
        });
        let shown: String = raw.text.as_ref().chars().filter(char::is_ascii_digit).collect();
        let unit = length.map(unit);
        let odd = |figure: &figures::Figure| Some(figure.unit) != unit;
        let odd = figures::scan(raw.text.as_ref()).iter().any(odd);
        if number.is_none() || odd || (!shown.is_empty() && Some(shown) != number) {
            let message = Words::new(
                "a limit has one of days, hours, months, years, percent, and its text shows that number with its unit",
                "期限要写 days、hours、months、years、percent 之一，且 text 中的数字、单位与它一致",
            );
            self.fault(loaded, raw.text.span(), message);
        }
        let source = self.citation(&raw.law, loaded);
        let rule = self.rule(&raw, length, loaded);
        if let (Some(id), Some(length), Some(source)) = (id, length, source) {
            let text = raw.text.into_inner();
            loaded.library.limits.push(TimeLimit { id, text, length, source, rule });
        }
    }

    /// A rule has a name of its own, a title, the day to start from, and a span that can be counted.
    fn rule(
        &self,
        raw: &RawLimit,
        length: Option<Length>,
        loaded: &mut Loaded,
    ) -> Option<DeadlineRule> {
        let extras = raw.title.is_some() || raw.start.is_some() || raw.back;
        let Some(name) = &raw.rule else {
            if extras {
                self.incomplete(raw.id.span(), loaded);
            }
            return None;
        };
        let named =
            |limit: &TimeLimit| limit.rule.as_ref().is_some_and(|rule| rule.name == *name.as_ref());
        let taken = loaded.library.limits.iter().any(named);
        let id = self.new_id(name, |t| LawId::parse(t).map(|_| t.to_owned()), taken, loaded)?;
        let counted =
            matches!(length, Some(Length::Days(_) | Length::Months(_) | Length::Years(_)));
        let (Some(title), Some(start), true) = (&raw.title, &raw.start, counted) else {
            self.incomplete(name.span(), loaded);
            return None;
        };
        let with = self.citations(&raw.with, loaded);
        let (title, start) = (title.clone(), start.clone());
        let english = raw.title_en.clone().zip(raw.start_en.clone());
        let english = english.map(|(title, start)| EnglishRule { title, start });
        Some(DeadlineRule { name: id, title, start, english, back: raw.back, with })
    }

    fn incomplete(&self, span: Range<usize>, loaded: &mut Loaded) {
        let message = Words::new(
            "a rule for last days has `rule`, `title`, `start`, and days, months or years",
            "算最后一天的规则要写 rule、title、start，以及 days、months 或 years",
        );
        self.fault(loaded, span, message);
    }
}
