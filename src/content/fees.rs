//! `guides/_facts/fees.toml`: the fees in force from one day on.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::Loaded;
use super::facts::Table;
use crate::diagnostic::Words;
use crate::domain::fee::{Bracket, Charge, Decimal, FeeRule, FeeSchedule, Tariff};
use crate::domain::law::LawId;
use crate::domain::site::SiteFiles;

/// Reads the schedule; the laws that it cites have to be there already.
pub(super) fn load(files: &SiteFiles, loaded: &mut Loaded) {
    if let Some(table) = Table::read::<FeesFile>(files, "guides/_facts/fees.toml", loaded) {
        table.add_fees(loaded);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeesFile {
    schedule: RawSchedule,
    #[serde(default)]
    fee: Vec<RawFee>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSchedule {
    id: String,
    title: String,
    from: Spanned<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFee {
    id: Spanned<String>,
    title: String,
    law: Spanned<String>,
    each: Option<Spanned<String>>,
    each_min: Option<Spanned<String>>,
    each_max: Option<Spanned<String>>,
    brackets: Option<Spanned<Vec<RawBracket>>>,
    cap: Option<Spanned<String>>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBracket {
    up_to: Option<Spanned<String>>,
    each: Option<Spanned<String>>,
    rate: Option<Spanned<String>>,
}

impl Table<FeesFile> {
    fn decimal(&self, raw: &Spanned<String>, loaded: &mut Loaded) -> Option<Decimal> {
        let number = Decimal::parse(raw.as_ref());
        if number.is_none() {
            let message = Words::new("not a number like 50 or 0.5", "不是 50 或 0.5 这样的数");
            self.fault(loaded, raw.span(), message);
        }
        number
    }

    fn add_fees(self, loaded: &mut Loaded) {
        let Some(from) = self.day(&self.value.schedule.from, loaded) else { return };
        let mut rules: Vec<FeeRule> = Vec::new();
        for raw in &self.value.fee {
            let taken = rules.iter().any(|rule| rule.id == *raw.id.as_ref());
            let id = self.new_id(&raw.id, |t| LawId::parse(t).map(|_| t.to_owned()), taken, loaded);
            let source = self.citation(&raw.law, loaded);
            let tariff = self.tariff(raw, loaded);
            if let (Some(id), Some(source), Some(tariff)) = (id, source, tariff) {
                rules.push(FeeRule { id, title: raw.title.clone(), tariff, source });
            }
        }
        let RawSchedule { id, title, .. } = self.value.schedule;
        loaded.library.fees = Some(FeeSchedule { id, title, from, rules });
    }

    fn tariff(&self, raw: &RawFee, loaded: &mut Loaded) -> Option<Tariff> {
        match (&raw.each, &raw.each_min, &raw.each_max, &raw.brackets) {
            (Some(each), None, None, None) => Some(Tariff::Each(self.decimal(each, loaded)?)),
            (None, Some(min), Some(max), None) => {
                let ends = (self.decimal(min, loaded)?, self.decimal(max, loaded)?);
                if ends.0 >= ends.1 {
                    let message =
                        Words::new("each_min is not below each_max", "each_min 应小于 each_max");
                    self.fault(loaded, min.span(), message);
                }
                Some(Tariff::Range(ends.0, ends.1))
            }
            (None, None, None, Some(brackets)) => {
                let cap = match &raw.cap {
                    Some(cap) => Some(self.decimal(cap, loaded)?),
                    None => None,
                };
                Some(Tariff::Brackets(self.brackets(brackets, loaded)?, cap))
            }
            _ => {
                let message = Words::new(
                    "a fee has `each`, or `each_min` and `each_max`, or `brackets`",
                    "费用要写 each，或 each_min 加 each_max，或 brackets",
                );
                self.fault(loaded, raw.id.span(), message);
                None
            }
        }
    }

    /// Brackets that rise, with an open last one: no gap, no overlap.
    fn brackets(
        &self,
        raw: &Spanned<Vec<RawBracket>>,
        loaded: &mut Loaded,
    ) -> Option<Vec<Bracket>> {
        let mut brackets: Vec<Bracket> = Vec::new();
        for entry in raw.as_ref() {
            let charge = match (&entry.each, &entry.rate) {
                (Some(each), None) => self.decimal(each, loaded).map(Charge::Each),
                (None, Some(rate)) => self.decimal(rate, loaded).map(Charge::Rate),
                _ => {
                    let message = Words::new(
                        "a bracket has `each` or `rate`",
                        "每一段要写 each 或 rate 之一",
                    );
                    self.fault(loaded, raw.span(), message);
                    None
                }
            };
            let up_to = match &entry.up_to {
                Some(up_to) => Some(self.decimal(up_to, loaded)?),
                None => None,
            };
            brackets.push(Bracket { up_to, charge: charge? });
        }
        let rising = brackets.windows(2).all(|pair| match (pair[0].up_to, pair[1].up_to) {
            (Some(low), Some(high)) => low < high,
            (Some(_), None) => true,
            (None, _) => false,
        });
        if !rising || brackets.last().is_none_or(|last| last.up_to.is_some()) {
            let message = Words::new(
                "brackets rise by `up_to`, and the last one has none",
                "各段的 up_to 应逐段升高，最后一段不写 up_to",
            );
            self.fault(loaded, raw.span(), message);
            return None;
        }
        Some(brackets)
    }
}
