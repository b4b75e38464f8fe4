//! Court fees and statutory time limits as dated facts, named by id and shown by pages.
//!
//! What they come to for a given case is computed elsewhere; here is only what the schedule says.

use std::fmt;

use super::court::CourtId;
use super::law::Citation;
use super::money::{Exact, Money};
use super::period::{Day, Period};

/// A non-negative decimal number as the schedule writes it, up to 12 digits and 6 decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal {
    millionths: u64,
}

impl Decimal {
    /// Reads `50`, `0.5`, `10000`; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |t: &str, most: usize| {
            (1..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit())
        };
        if !digits(whole, 12) || !digits(fraction, 6) {
            return None;
        }
        let scale = 10u64.pow(6 - u32::try_from(fraction.len()).ok()?);
        let millionths =
            whole.parse::<u64>().ok()? * 1_000_000 + fraction.parse::<u64>().ok()? * scale;
        Some(Self { millionths })
    }

    /// Whether it is nought.
    pub fn is_zero(self) -> bool {
        self.millionths == 0
    }

    /// The number itself.
    pub fn exact(self) -> Exact {
        Exact::new(i128::from(self.millionths), 1_000_000)
    }
}

impl fmt::Display for Decimal {
    /// With `{:#}`, whole ten thousands are written as 万: `10万`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.millionths / 1_000_000, self.millionths % 1_000_000);
        if fraction > 0 {
            return write!(f, "{whole}.{}", format!("{fraction:06}").trim_end_matches('0'));
        }
        if f.alternate() && whole >= 10_000 && whole % 10_000 == 0 {
            return write!(f, "{}万", whole / 10_000);
        }
        write!(f, "{whole}")
    }
}

/// One step of a fee: what is due for the part of the amount that lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bracket {
    /// Up to this amount in yuan, included; `None` in the last bracket.
    pub up_to: Option<Decimal>,
    /// What the part in this bracket costs.
    pub charge: Charge,
}

/// What a [`Bracket`] charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge {
    /// Yuan a case.
    Each(Decimal),
    /// Per cent of the part.
    Rate(Decimal),
}

/// How a fee is reckoned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tariff {
    /// Yuan a case.
    Each(Decimal),
    /// Yuan a case, fixed by the province between two ends; and brackets of the amount on top, where
    /// there are any.
    Range(Decimal, Decimal, Vec<Bracket>),
    /// By brackets of the amount, with the most that is ever due.
    Brackets(Vec<Bracket>, Option<Decimal>),
    /// A share of what is due, or of another fee of the schedule, with the most that is ever due.
    Share {
        /// Numerator and denominator.
        share: (u8, u8),
        /// The other fee's id.
        of: Option<String>,
        /// In yuan.
        cap: Option<Decimal>,
    },
    /// Per cent of the amount.
    Rate(Decimal),
    /// Per cent of the amount for each day.
    DailyRate(Decimal),
}

/// One fee of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeRule {
    /// Its id in `fees.toml`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What English pages call it, where that was written.
    pub title_en: Option<String>,
    /// How it is reckoned.
    pub tariff: Tariff,
    /// Where it stands; at least one.
    pub sources: Vec<Citation>,
}

impl FeeRule {
    /// As shown in a sentence: `每件10元`, `每件50元至100元`, `30%`, `三分之一`; brackets are named, since
    /// they need a table. `part` is what follows `#` in a reference: `cap`, `free`, `min`, `max`.
    /// `None` where the fee has no such part.
    pub fn text(&self, part: Option<&str>) -> Option<String> {
        let yuan = |number: &Decimal| format!("{number:#}元");
        match (part, &self.tariff) {
            (None, Tariff::Each(each)) => Some(format!("每件{each}元")),
            (None, Tariff::Range(min, max, _)) => Some(format!("每件{min}元至{max}元")),
            (None, Tariff::Brackets(..)) => Some(self.title.clone()),
            (None, Tariff::Share { share, .. }) => Some(share_text(*share)),
            (None, Tariff::Rate(rate)) => Some(format!("{rate}%")),
            (None, Tariff::DailyRate(rate)) => Some(format!("每天{rate}%")),
            (
                Some("cap"),
                Tariff::Brackets(_, Some(cap)) | Tariff::Share { cap: Some(cap), .. },
            ) => Some(yuan(cap)),
            (Some("min"), Tariff::Range(min, ..)) => Some(yuan(min)),
            (Some("max"), Tariff::Range(_, max, _)) => Some(yuan(max)),
            (Some("free"), Tariff::Range(_, _, brackets)) => {
                brackets.first().and_then(|bracket| bracket.up_to.as_ref()).map(yuan)
            }
            (Some(_), _) => None,
        }
    }
}

impl FeeRule {
    /// What [`FeeRule::text`] says, in English: `10 yuan a case`, `one third`. Brackets are named in
    /// Chinese where they have no English title.
    pub fn in_english(&self, part: Option<&str>) -> Option<String> {
        let yuan = |number: &Decimal| format!("{} yuan", Money::from(*number).for_people());
        match (part, &self.tariff) {
            (None, Tariff::Each(each)) => Some(format!("{} a case", yuan(each))),
            (None, Tariff::Range(min, max, _)) => {
                Some(format!("{} to {} a case", Money::from(*min).for_people(), yuan(max)))
            }
            (None, Tariff::Brackets(..)) => Some(self.title_en.clone().unwrap_or(self.text(part)?)),
            (None, Tariff::Share { share, .. }) => Some(share_in_english(*share)),
            (None, Tariff::DailyRate(rate)) => Some(format!("{rate}% a day")),
            (None, Tariff::Rate(_)) => self.text(part),
            (
                Some("cap"),
                Tariff::Brackets(_, Some(cap)) | Tariff::Share { cap: Some(cap), .. },
            ) => Some(yuan(cap)),
            (Some("min"), Tariff::Range(min, ..)) => Some(yuan(min)),
            (Some("max"), Tariff::Range(_, max, _)) => Some(yuan(max)),
            (Some("free"), Tariff::Range(_, _, brackets)) => {
                brackets.first().and_then(|bracket| bracket.up_to.as_ref()).map(yuan)
            }
            (Some(_), _) => None,
        }
    }
}

fn share_in_english((numerator, denominator): (u8, u8)) -> String {
    match (numerator, denominator) {
        (1, 1) => "all".to_owned(),
        (1, 2) => "half".to_owned(),
        (1, 3) => "one third".to_owned(),
        (n, d) => format!("{n}/{d}"),
    }
}

fn share_text((numerator, denominator): (u8, u8)) -> String {
    let digit = |n: u8| {
        "零一二三四五六七八九十".chars().nth(usize::from(n)).map_or(n.to_string(), String::from)
    };
    match (numerator, denominator) {
        (1, 1) => "全部".to_owned(),
        (1, 2) => "一半".to_owned(),
        (n, d) => format!("{}分之{}", digit(d), digit(n)),
    }
}

/// What a province or a court has set within the range that the schedule leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalFee {
    /// The fee's id.
    pub fee: String,
    /// The court; `None` for all courts of the site.
    pub court: Option<CourtId>,
    /// When it is in force.
    pub period: Period,
    /// Yuan a case.
    pub each: Decimal,
    /// The document that sets it.
    pub source: String,
}

/// The fees in force from one day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeSchedule {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The days it is in force: a first one, and a last one where that is known.
    pub from: Day,
    /// The last day it is in force, where that is known.
    pub until: Option<Day>,
    /// Its fees.
    pub rules: Vec<FeeRule>,
    /// What is set locally.
    pub local: Vec<LocalFee>,
}

impl FeeSchedule {
    /// The fee of an id.
    pub fn rule(&self, id: &str) -> Option<&FeeRule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// What is set locally for a fee on `day`: by the court itself, else for all courts of the site.
    pub fn local(&self, fee: &str, court: Option<&CourtId>, day: Day) -> Option<&LocalFee> {
        let fits = |local: &&LocalFee| local.fee == fee && local.period.contains(day);
        let mut own = self.local.iter().filter(fits);
        own.clone()
            .find(|local| local.court.is_some() && local.court.as_ref() == court)
            .or_else(|| own.find(|local| local.court.is_none()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_what_was_written() {
        for (text, plain, short) in [
            ("50", "50", "50"),
            ("0.5", "0.5", "0.5"),
            ("10000", "10000", "1万"),
            ("896000", "896000", "896000"),
        ] {
            let number = Decimal::parse(text).unwrap();
            assert_eq!(
                (format!("{number}").as_str(), format!("{number:#}").as_str()),
                (plain, short)
            );
        }
        for text in ["", "-1", "1.", ".5", "1e3", "１", "1.0000001", "9999999999999"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_fee_is_said_in_english_with_its_thousands_apart() {
        let number = |text: &str| Decimal::parse(text).unwrap();
        let free = Bracket { up_to: Some(number("200000")), charge: Charge::Each(number("0")) };
        let share = |share| Tariff::Share { share, of: None, cap: Some(number("300000")) };
        for (tariff, part, shown) in [
            (Tariff::Each(number("10")), None, "10 yuan a case"),
            (
                Tariff::Range(number("500"), number("1000"), vec![free]),
                None,
                "500 to 1,000 yuan a case",
            ),
            (Tariff::Range(number("50"), number("300"), vec![free]), Some("free"), "200,000 yuan"),
            (Tariff::Range(number("50"), number("300"), vec![free]), Some("min"), "50 yuan"),
            (Tariff::Brackets(vec![free], None), None, "Court fee"),
            (share((1, 3)), None, "one third"),
            (share((1, 2)), Some("cap"), "300,000 yuan"),
            (Tariff::Rate(number("30")), None, "30%"),
            (Tariff::DailyRate(number("0.0175")), None, "0.0175% a day"),
        ] {
            let (title, title_en) = ("受理费".to_owned(), Some("Court fee".to_owned()));
            let rule = FeeRule { id: String::new(), title, title_en, tariff, sources: Vec::new() };
            assert_eq!(rule.in_english(part).as_deref(), Some(shown));
            assert_eq!(rule.in_english(Some("other")), None);
        }
    }
}
