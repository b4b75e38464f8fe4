//! `guides/_facts/fees.toml`: fee schedules, each in force between two days.
//!
//! What provinces and courts have set within them is read by `local_fees`.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::Loaded;
use super::facts::{Table, unknown};
use super::local_fees::RawLocal;
use super::uses::Use;
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::calc::fee::{KINDS, Kind};
use crate::domain::fee::{Bracket, Charge, Decimal, FeeRule, FeeSchedule, Tariff};
use crate::domain::law::{Citation, LawId};
use crate::domain::period::Day;
use crate::domain::site::SiteFiles;

pub(super) const FILE: &str = "guides/_facts/fees.toml";

/// Reads the schedules; the laws that they cite and the courts have to be there already.
pub(super) fn load(files: &SiteFiles, today: Day, loaded: &mut Loaded) {
    if let Some(table) = Table::read::<FeesFile>(files, FILE, loaded) {
        table.add_schedules(loaded);
        table.add_fees(today, loaded);
        table.inherit(today, loaded);
        table.check_shares(loaded);
        table.add_local(loaded);
        if loaded.diagnostics.iter().all(|fault| fault.file != FILE) {
            table.check_kinds(loaded);
        }
    }
}

fn odd_shape(id: &str, kind: &Kind) -> Words {
    Words::new(
        format!("{} cannot be reckoned with {id:?} written in this shape", kind.name),
        format!("“{id}”这样写，算不了“{}”", kind.title.zh),
    )
}

fn no_entry(id: &str, kind: &Kind) -> Words {
    Words::new(
        format!("{} offers a choice that takes an entry {id:?}, and there is none", kind.name),
        format!("“{}”里有一种情形要用“{id}”这一条，表里没有", kind.title.zh),
    )
}

/// Whether a share of this fee is a share of a sum: the way there is no longer than the schedule.
fn ends_in_a_sum(schedule: &FeeSchedule, id: &str) -> bool {
    let mut id = id;
    for _ in &schedule.rules {
        match schedule.rule(id).map(|rule| &rule.tariff) {
            Some(Tariff::Share { of: Some(of), .. }) => id = of,
            Some(Tariff::Each(_) | Tariff::Range(..) | Tariff::Brackets(..)) => return true,
            Some(Tariff::Share { of: None, .. } | Tariff::Rate(_) | Tariff::DailyRate(_))
            | None => return false,
        }
    }
    false
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeesFile {
    #[serde(default)]
    schedule: Vec<RawSchedule>,
    #[serde(default)]
    fee: Vec<RawFee>,
    #[serde(default)]
    pub(super) local: Vec<RawLocal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSchedule {
    id: Spanned<String>,
    title: String,
    from: Spanned<Datetime>,
    until: Option<Spanned<Datetime>>,
    like: Option<Spanned<String>>,
}

/// One citation, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Sources {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFee {
    id: Spanned<String>,
    title: String,
    /// Its title in English.
    en: Option<String>,
    law: Spanned<Sources>,
    each: Option<Spanned<String>>,
    each_min: Option<Spanned<String>>,
    each_max: Option<Spanned<String>>,
    brackets: Option<Spanned<Vec<RawBracket>>>,
    share: Option<Spanned<String>>,
    of: Option<Spanned<String>>,
    rate: Option<Spanned<String>>,
    daily_rate: Option<Spanned<String>>,
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
    pub(super) fn decimal(&self, raw: &Spanned<String>, loaded: &mut Loaded) -> Option<Decimal> {
        let number = Decimal::parse(raw.as_ref());
        if number.is_none() {
            let message = Words::new("not a number like 50 or 0.5", "不是 50 或 0.5 这样的数");
            self.fault(loaded, raw.span(), message);
        }
        number
    }

    /// The schedules, in order of time: each begins on the day after the one before it ends.
    fn add_schedules(&self, loaded: &mut Loaded) {
        for raw in &self.value.schedule {
            let taken = loaded.library.schedules.iter().any(|s| s.id == *raw.id.as_ref());
            if taken || raw.id.as_ref().trim().is_empty() {
                let message =
                    Words::new("schedules have different ids", "各个标准的 id 应各不相同、不为空");
                self.fault(loaded, raw.id.span(), message);
                continue;
            }
            let Some(from) = self.day(&raw.from, loaded) else { continue };
            let until = raw.until.as_ref().and_then(|until| self.day(until, loaded));
            if until.is_some_and(|until| until < from) {
                let message = Words::new("`until` is before `from`", "until 早于 from");
                self.fault(loaded, raw.from.span(), message);
            }
            let before = loaded.library.schedules.last().map(|before| before.until);
            if let Some(end) = before
                && end.map(|end| end.plus(1)) != Some(from)
            {
                let said = end.map_or("…".to_owned(), |end| end.to_string());
                let message = Words::new(
                    format!("the schedule before it ends on {said}: there is a gap or an overlap"),
                    format!("前一个标准到 {said} 为止：中间有空档或重叠"),
                );
                self.fault(loaded, raw.from.span(), message);
            }
            let (id, title) = (raw.id.as_ref().clone(), raw.title.clone());
            let schedule =
                FeeSchedule { id, title, from, until, rules: Vec::new(), local: Vec::new() };
            loaded.library.schedules.push(schedule);
        }
        if loaded.library.schedules.is_empty() {
            let message = Words::new("there is no [[schedule]]", "没有 [[schedule]]");
            self.fault(loaded, 0..0, message);
        }
    }

    fn above(&self, raw: &RawFee) -> Option<&RawSchedule> {
        let before = |schedule: &&RawSchedule| schedule.id.span().start < raw.id.span().start;
        self.value.schedule.iter().rfind(before)
    }

    /// Which schedule an entry belongs to: the last one that stands before it in the file.
    fn schedule_of(&self, raw: &RawFee, loaded: &mut Loaded) -> Option<usize> {
        let named = self.above(raw);
        let schedules = &loaded.library.schedules;
        let at = named.and_then(|n| schedules.iter().position(|s| s.id == *n.id.as_ref()));
        if named.is_none() {
            let message = Words::new(
                "a fee stands below the [[schedule]] that it belongs to",
                "费用要写在它所属的 [[schedule]] 下面",
            );
            self.fault(loaded, raw.id.span(), message);
        }
        at
    }

    /// A schedule that is `like` another one takes over every entry that it does not state itself.
    fn inherit(&self, today: Day, loaded: &mut Loaded) {
        for raw in &self.value.schedule {
            let Some(like) = &raw.like else { continue };
            let schedules = &loaded.library.schedules;
            let place = |id: &str| schedules.iter().position(|schedule| schedule.id == id);
            let Some(own) = place(raw.id.as_ref()) else { continue };
            let Some(base) = place(like.as_ref()).filter(|base| *base < own) else {
                let earlier: Vec<String> = schedules[..own].iter().map(|s| s.id.clone()).collect();
                let earlier = earlier.iter().map(String::as_str);
                let fault =
                    unknown(FILE, like.span(), "schedule", like.as_ref(), "fees.toml", earlier);
                loaded.diagnostics.push(fault);
                continue;
            };
            let missing = |rule: &&FeeRule| schedules[own].rule(&rule.id).is_none();
            let rules: Vec<FeeRule> =
                schedules[base].rules.iter().filter(missing).cloned().collect();
            let in_force = |s: &FeeSchedule| s.from <= today && s.until.is_none_or(|u| today <= u);
            if in_force(&schedules[own]) {
                let uses = rules.iter().flat_map(|rule| {
                    rule.sources.iter().map(|citation| Use {
                        file: FILE.to_owned(),
                        span: like.span(),
                        citation: citation.clone(),
                        through: Some(format!("fee:{}", rule.id)),
                    })
                });
                loaded.uses.extend(uses);
            }
            loaded.library.schedules[own].rules.extend(rules);
        }
    }

    fn add_fees(&self, today: Day, loaded: &mut Loaded) {
        for raw in &self.value.fee {
            let Some(at) = self.schedule_of(raw, loaded) else { continue };
            let taken = loaded.library.schedules[at].rule(raw.id.as_ref()).is_some();
            let id = self.new_id(&raw.id, |t| LawId::parse(t).map(|_| t.to_owned()), taken, loaded);
            let noted = loaded.uses.len();
            let sources = self.sources(&raw.law, loaded);
            let schedule = &loaded.library.schedules[at];
            if schedule.from > today || schedule.until.is_some_and(|until| until < today) {
                // What it rests on was, or will be, in force on its own days.
                loaded.uses.truncate(noted);
            }
            let tariff = self.tariff(raw, loaded);
            if let (Some(id), Some(sources), Some(tariff)) = (id, sources, tariff) {
                let (title, title_en) = (raw.title.clone(), raw.en.clone());
                let rule = FeeRule { id, title, title_en, tariff, sources };
                loaded.library.schedules[at].rules.push(rule);
            }
        }
    }

    fn sources(&self, raw: &Spanned<Sources>, loaded: &mut Loaded) -> Option<Vec<Citation>> {
        let listed = match raw.as_ref() {
            Sources::One(one) => std::slice::from_ref(one),
            Sources::Several(several) => several.as_slice(),
        };
        let cite = |text: &String| self.citation(&Spanned::new(raw.span(), text.clone()), loaded);
        let sources: Option<Vec<Citation>> = listed.iter().map(cite).collect();
        sources.filter(|sources| !sources.is_empty())
    }

    /// A share of another fee names one of the same schedule that amounts to something, and that is
    /// not in the end a share of itself.
    fn check_shares(&self, loaded: &mut Loaded) {
        for raw in &self.value.fee {
            let Some(of) = &raw.of else { continue };
            let (above, schedules) = (self.above(raw), &loaded.library.schedules);
            let schedule = above.and_then(|s| schedules.iter().find(|t| t.id == *s.id.as_ref()));
            let Some(schedule) = schedule else { continue }; // said already
            if schedule.rule(of.as_ref()).is_none() {
                let ids = schedule.rules.iter().map(|rule| rule.id.as_str());
                let fault = unknown(FILE, of.span(), "fee", of.as_ref(), "fees.toml", ids);
                loaded.diagnostics.push(fault);
            } else if !ends_in_a_sum(schedule, of.as_ref()) {
                let message = Words::new(
                    "a share is of a fee with `each`, a range, or `brackets`, never of itself",
                    "of 要指向写着 each、幅度或 brackets 的费用，不能绕回自己",
                );
                self.fault(loaded, of.span(), message);
            }
        }
    }

    /// Every kind of question that a schedule has the entries for finds them in a shape that it can
    /// reckon with, whatever is chosen.
    fn check_kinds(&self, loaded: &mut Loaded) {
        for schedule in &loaded.library.schedules {
            let span = |id: &str| {
                let of = |raw: &&RawFee| {
                    raw.id.as_ref() == id
                        && self.above(raw).is_some_and(|above| *above.id.as_ref() == schedule.id)
                };
                let entry = self.value.fee.iter().find(of).map(|raw| raw.id.span());
                let mut own = self.value.schedule.iter().filter(|s| *s.id.as_ref() == schedule.id);
                entry.or_else(|| own.next().map(|s| s.id.span())).unwrap_or(0..0)
            };
            let mut missing = BTreeSet::new();
            for kind in KINDS {
                let plain = kind.lacks(schedule, None);
                // What has no entry at all is not offered.
                let chosen = kind.choices().map(|choice| kind.lacks(schedule, Some(choice)));
                let lacks = plain.clone().map_or_else(|| chosen.flatten().collect(), |id| vec![id]);
                for id in lacks {
                    if schedule.rule(&id).is_some() {
                        let fault = Diagnostic::error(FILE, span(&id), odd_shape(&id, kind));
                        loaded.diagnostics.push(fault);
                    } else if plain.is_none() && missing.insert(id.clone()) {
                        let fault = Diagnostic::warning(FILE, span(&id), no_entry(&id, kind));
                        loaded.diagnostics.push(fault);
                    }
                }
            }
        }
    }

    fn tariff(&self, raw: &RawFee, loaded: &mut Loaded) -> Option<Tariff> {
        let cap = match &raw.cap {
            Some(cap) => Some(self.decimal(cap, loaded)?),
            None => None,
        };
        // A range has no cap.
        let capped = raw.each_min.is_none() && (raw.brackets.is_some() || raw.share.is_some());
        let shapes = [&raw.each, &raw.each_min, &raw.share, &raw.rate, &raw.daily_rate];
        let given = shapes.iter().filter(|shape| shape.is_some()).count();
        let brackets = raw.brackets.as_ref();
        let one = given == 1 && (brackets.is_none() || raw.each_min.is_some())
            || given == 0 && brackets.is_some();
        let odd = raw.each_min.is_some() != raw.each_max.is_some()
            || (raw.of.is_some() && raw.share.is_none())
            || (cap.is_some() && !capped);
        if !one || odd {
            let message = Words::new(
                "a fee has `each`, or `each_min` and `each_max` (and `brackets` on top), or \
                 `brackets`, or `share` (with `of`), or `rate`, or `daily_rate`; `cap` goes with \
                 `brackets` and `share`, not with a range",
                "费用要写 each，或 each_min 加 each_max（可再加 brackets），或 brackets，或 share（可加 of），\
                 或 rate，或 daily_rate；cap 只跟 brackets 或 share 用，不跟幅度用",
            );
            self.fault(loaded, raw.id.span(), message);
            return None;
        }
        let brackets = match brackets {
            Some(brackets) => Some(self.brackets(brackets, loaded)?),
            None => None,
        };
        if let (Some(min), Some(max)) = (&raw.each_min, &raw.each_max) {
            let ends = (self.decimal(min, loaded)?, self.decimal(max, loaded)?);
            if ends.0 >= ends.1 {
                let message =
                    Words::new("each_min is not below each_max", "each_min 应小于 each_max");
                self.fault(loaded, min.span(), message);
            }
            return Some(Tariff::Range(ends.0, ends.1, brackets.unwrap_or_default()));
        }
        if let Some(brackets) = brackets {
            return Some(Tariff::Brackets(brackets, cap));
        }
        if let Some(share) = &raw.share {
            let of = raw.of.as_ref().map(|of| of.as_ref().clone());
            return Some(Tariff::Share { share: self.share(share, loaded)?, of, cap });
        }
        let number = |raw: &Option<Spanned<String>>, loaded: &mut Loaded| {
            raw.as_ref().and_then(|raw| self.decimal(raw, loaded))
        };
        number(&raw.each, loaded)
            .map(Tariff::Each)
            .or_else(|| number(&raw.rate, loaded).map(Tariff::Rate))
            .or_else(|| number(&raw.daily_rate, loaded).map(Tariff::DailyRate))
    }

    fn share(&self, raw: &Spanned<String>, loaded: &mut Loaded) -> Option<(u8, u8)> {
        let text = raw.as_ref();
        let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
        let parts = (numerator.parse::<u8>().ok(), denominator.parse::<u8>().ok());
        let share = parts.0.zip(parts.1).filter(|(n, d)| *n > 0 && n <= d);
        if share.is_none() {
            let message = Words::new("not a share like 1/2", "不是 1/2 这样的份额");
            self.fault(loaded, raw.span(), message);
        }
        share
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
