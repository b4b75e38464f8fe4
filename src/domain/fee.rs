//! Court fees and statutory time limits as dated facts, named by id and shown by pages.
//!
//! What they come to for a given case is computed elsewhere; here is only what the schedule says.

use std::fmt;

use super::law::Citation;
use super::period::Day;

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
    /// Yuan a case, fixed by the province between two ends.
    Range(Decimal, Decimal),
    /// By brackets of the amount, with the most that is ever due.
    Brackets(Vec<Bracket>, Option<Decimal>),
}

/// One fee of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeRule {
    /// Its id in `fees.toml`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// How it is reckoned.
    pub tariff: Tariff,
    /// Where it stands.
    pub source: Citation,
}

/// The fees in force from one day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeSchedule {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The first day it is in force.
    pub from: Day,
    /// Its fees.
    pub rules: Vec<FeeRule>,
}

/// A statutory time limit, as shown in text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeLimit {
    /// Its id in `limits.toml`.
    pub id: String,
    /// As shown: `7日`.
    pub text: String,
    /// Where it stands.
    pub source: Citation,
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
}
