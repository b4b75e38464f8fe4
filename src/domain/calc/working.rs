//! The working of a result: what it comes to, step by step, with the articles behind it.
//!
//! Steps are written as one writes them on paper: `(20000-10000)×2.5%=250`. Every rate comes from the
//! fee schedule, by the id of its entry.

use super::CalcError;
use crate::domain::court::CourtId;
use crate::domain::fee::{Bracket, Charge, Decimal, FeeRule, FeeSchedule, Tariff};
use crate::domain::law::Citation;
use crate::domain::money::{Exact, Money};
use crate::domain::period::Day;

/// The facts that a result rests on.
#[derive(Debug, Clone, Copy)]
pub struct Rates<'a> {
    /// The schedule in force on the day.
    pub schedule: &'a FeeSchedule,
    /// The court, for what it has set itself.
    pub court: Option<&'a CourtId>,
    /// The day.
    pub day: Day,
}

/// A result in the making: from `low` to `high`, which are the same unless the law leaves a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Working {
    /// The least it can be.
    pub low: Money,
    /// The most it can be.
    pub high: Money,
    /// How it came about.
    pub steps: Vec<String>,
    /// The articles, in order of use, each once.
    pub citations: Vec<Citation>,
}

impl<'a> Rates<'a> {
    /// The entry of an id.
    pub fn rule(&self, id: &str) -> Result<&'a FeeRule, CalcError> {
        self.schedule.rule(id).ok_or_else(|| CalcError::NoRate { id: id.to_owned() })
    }

    /// The share of an entry.
    pub fn share(&self, id: &str) -> Result<((u8, u8), &'a FeeRule), CalcError> {
        let rule = self.rule(id)?;
        match &rule.tariff {
            Tariff::Share { share, .. } => Ok((*share, rule)),
            Tariff::Each(_)
            | Tariff::Range(..)
            | Tariff::Brackets(..)
            | Tariff::Rate(_)
            | Tariff::DailyRate(_) => Err(CalcError::NoRate { id: id.to_owned() }),
        }
    }

    /// The rate of an entry, in per cent: of the amount, or of the amount for a day.
    pub fn rate(&self, id: &str) -> Result<(Decimal, &'a FeeRule), CalcError> {
        let rule = self.rule(id)?;
        match &rule.tariff {
            Tariff::Rate(rate) | Tariff::DailyRate(rate) => Ok((*rate, rule)),
            Tariff::Each(_) | Tariff::Range(..) | Tariff::Brackets(..) | Tariff::Share { .. } => {
                Err(CalcError::NoRate { id: id.to_owned() })
            }
        }
    }

    /// What an entry charges for `amount`; `base` takes the place of a range where it is known.
    pub fn charge(
        &self,
        id: &str,
        amount: Money,
        base: Option<Money>,
    ) -> Result<Working, CalcError> {
        self.charge_through(id, amount, base, self.schedule.rules.len())
    }

    /// By way of at most `steps` other entries: a share of itself is none.
    fn charge_through(
        &self,
        id: &str,
        amount: Money,
        base: Option<Money>,
        steps: usize,
    ) -> Result<Working, CalcError> {
        let rule = self.rule(id)?;
        match &rule.tariff {
            Tariff::Each(each) => Ok(Working::exactly((*each).into()).citing(rule)),
            Tariff::Range(min, max, brackets) => {
                let mut working = self.range(rule, *min, *max, base)?;
                let parts = parts(brackets, amount);
                if parts.iter().any(|part| part.due > Money::ZERO) {
                    working.add_parts(&parts);
                }
                Ok(working)
            }
            Tariff::Brackets(brackets, cap) => {
                let mut working = Working::exactly(Money::ZERO).citing(rule);
                working.add_parts(&parts(brackets, amount));
                working.hold_below(*cap);
                Ok(working)
            }
            Tariff::Share { share, of: Some(of), cap } if steps > 0 => {
                let mut working = self.charge_through(of, amount, base, steps - 1)?;
                working.citations.clear();
                let mut working = working.citing(rule).divided(*share);
                working.hold_below(*cap);
                Ok(working)
            }
            Tariff::Share { .. } | Tariff::Rate(_) | Tariff::DailyRate(_) => {
                Err(CalcError::NoRate { id: id.to_owned() })
            }
        }
    }

    /// The base of a fee that the law leaves to the province: what was given, what is set locally, or
    /// the range.
    fn range(
        &self,
        rule: &FeeRule,
        min: Decimal,
        max: Decimal,
        base: Option<Money>,
    ) -> Result<Working, CalcError> {
        if let Some(base) = base {
            if base < min.into() || base > max.into() {
                return Err(CalcError::Outside { input: "base".to_owned(), min, max });
            }
            return Ok(Working::exactly(base).citing(rule));
        }
        if let Some(local) = self.schedule.local(&rule.id, self.court, self.day) {
            let mut working = Working::exactly(local.each.into()).citing(rule);
            working.steps = vec![format!("{}（{}）", local.each, local.source)];
            return Ok(working);
        }
        let mut working = Working::exactly(min.into()).citing(rule);
        working.high = max.into();
        working.steps = vec![format!("每件{min}至{max}，由省里在这个幅度内定")];
        Ok(working)
    }
}

/// The part of an amount that lies in one bracket.
struct Part {
    due: Money,
    step: String,
}

fn parts(brackets: &[Bracket], amount: Money) -> Vec<Part> {
    let mut below = Money::ZERO;
    let mut parts = Vec::new();
    for Bracket { up_to, charge } in brackets {
        let top = up_to.map_or(amount, |up_to| amount.min(up_to.into()));
        match charge {
            Charge::Each(each) => {
                parts.push(Part { due: (*each).into(), step: format!("{each}") });
            }
            Charge::Rate(rate) => {
                let due = (top - below) * (rate.exact() / Exact::from_integer(100));
                let step = if below == Money::ZERO {
                    format!("{top}×{rate}%={due}")
                } else {
                    format!("({top}-{below})×{rate}%={due}")
                };
                parts.push(Part { due, step });
            }
        }
        match up_to.map(Money::from) {
            Some(up_to) if amount > up_to => below = up_to,
            _ => break,
        }
    }
    parts
}

impl Working {
    /// A sum and nothing more.
    pub fn exactly(sum: Money) -> Self {
        Self { low: sum, high: sum, steps: vec![sum.to_string()], citations: Vec::new() }
    }

    /// A result said in one sentence.
    pub fn said(sum: Money, step: impl Into<String>) -> Self {
        Self { steps: vec![step.into()], ..Self::exactly(sum) }
    }

    /// The same result, resting on the articles of `rule` too.
    #[must_use]
    pub fn citing(mut self, rule: &FeeRule) -> Self {
        for source in &rule.sources {
            if !self.citations.contains(source) {
                self.citations.push(source.clone());
            }
        }
        self
    }

    /// The same result with words before its first step.
    #[must_use]
    pub fn introduced(mut self, words: &str) -> Self {
        if let Some(first) = self.steps.first_mut() {
            first.insert_str(0, words);
        }
        self
    }

    /// A share of it, as a further step.
    #[must_use]
    pub fn divided(self, share: (u8, u8)) -> Self {
        self.divided_saying(share, "", "")
    }

    /// A share of it, as a further step between words.
    #[must_use]
    pub fn divided_saying(mut self, (n, d): (u8, u8), before: &str, after: &str) -> Self {
        let factor = Exact::new(i128::from(n), i128::from(d));
        let sign = if n == 1 { format!("÷{d}") } else { format!("×{n}/{d}") };
        let one = |sum: Money| {
            let part = sum * factor;
            let rounded = if part.terminates() { "" } else { "（按分四舍五入）" };
            format!("{sum}{sign}={part}{rounded}")
        };
        let mut step = format!("{before}{}", one(self.low));
        if self.high != self.low {
            step = format!("{step}，最多{}", one(self.high));
        }
        self.steps.push(format!("{step}{after}"));
        self.low = self.low * factor;
        self.high = self.high * factor;
        self
    }

    /// Adds what lies in each bracket; a sum of several steps is said.
    fn add_parts(&mut self, parts: &[Part]) {
        let before = self.low != Money::ZERO || self.high != Money::ZERO;
        if !before {
            self.steps.clear();
        }
        let said: Vec<&Part> =
            parts.iter().filter(|part| !before || part.due > Money::ZERO).collect();
        for part in &said {
            self.low = self.low + part.due;
            self.high = self.high + part.due;
            self.steps.push(part.step.clone());
        }
        if self.steps.len() > 1 {
            self.steps.push(self.total());
        }
    }

    fn total(&self) -> String {
        if self.low == self.high {
            format!("合计{}", self.low)
        } else {
            format!("合计{}至{}", self.low, self.high)
        }
    }

    fn hold_below(&mut self, cap: Option<Decimal>) {
        let Some(cap) = cap.map(Money::from) else { return };
        if self.high > cap {
            self.low = self.low.min(cap);
            self.high = cap;
            self.steps.push(format!("超过上限，取{cap}"));
        }
    }
}
