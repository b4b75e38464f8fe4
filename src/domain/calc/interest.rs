//! Interest on delay: the doubled part, on the principal that is still owed.
//!
//! 利息解释第1条第3款: principal × rate for a day × days. The principal is what the document orders to be
//! paid without its general interest; a payment that lessens it ends one spell and begins another.

use super::CalcError;
use super::given::Given;
use super::working::{Rates, Working};
use crate::domain::money::{Exact, Money};

const RATE: &str = "delay-interest";

/// `principal` with `days`; or spells `principal=200000:30天`, `then=150000:20天`; or `principal` with
/// `from`, `to` and what was `paid` in between.
pub(super) fn double_part(given: &Given<'_>, rates: &Rates<'_>) -> Result<Working, CalcError> {
    let (rate, rule) = rates.rate(RATE)?;
    let factor = rate.exact() / Exact::from_integer(100);
    let spells = spells(given)?;
    let mut working = Working::exactly(Money::ZERO).citing(rule);
    working.steps.clear();
    for (principal, days) in &spells {
        let due = *principal * (factor * Exact::from_integer(i128::from(*days)));
        let rate = Money::from(factor);
        working.steps.push(format!("{principal}×{rate}×{days}={due}"));
        working.low = working.low + due;
    }
    if spells.len() > 1 {
        working.steps.push(format!("合计{}", working.low));
    }
    working.high = working.low;
    Ok(working)
}

/// By which of the three ways it is told; never by two at once, since one would be passed over.
fn spells(given: &Given<'_>) -> Result<Vec<(Money, u32)>, CalcError> {
    let told = |inputs: &[&'static str]| inputs.iter().copied().find(|input| given.has(input));
    let apart = |one: Option<&'static str>, other: Option<&'static str>| match (one, other) {
        (Some(input), Some(with)) => {
            Err(CalcError::Either { input: input.to_owned(), with: with.to_owned() })
        }
        _ => Ok(()),
    };
    let by_dates = told(&["from", "to", "paid"]);
    let mut spells = given.spells("principal");
    if spells.is_empty() {
        apart(by_dates, told(&["days", "then"]))?;
        if by_dates.is_some() {
            return between_days(given);
        }
        if !given.has("days") {
            return Err(missing("days", "100"));
        }
        spells.push((given.amount("principal"), given.days("days")));
    } else {
        apart(told(&["days", "from", "to", "paid"]), Some("principal"))?;
    }
    spells.extend(given.spells("then"));
    Ok(spells)
}

fn missing(input: &str, example: &'static str) -> CalcError {
    CalcError::Missing { input: input.to_owned(), example }
}

/// The spells from `from` to `to`, each payment the end of one.
fn between_days(given: &Given<'_>) -> Result<Vec<(Money, u32)>, CalcError> {
    let from = given.day("from").ok_or_else(|| missing("from", "2026-01-01"))?;
    let to = given.day("to").ok_or_else(|| missing("to", "2026-11-24"))?;
    if to < from {
        return Err(CalcError::Before { input: "to".to_owned(), than: "from".to_owned() });
    }
    let mut payments = given.payments("paid");
    payments.sort_by_key(|(day, _)| *day);
    let principal = given.amount("principal");
    let (mut owed, mut since, mut spells) = (principal, from, Vec::new());
    for (day, amount) in payments {
        let input = || "paid".to_owned();
        if day < from || day > to {
            return Err(CalcError::NotWithin { input: input(), day, first: from, last: to });
        }
        if amount > owed {
            return Err(CalcError::TooMuch { input: input(), than: "principal".to_owned() });
        }
        push(&mut spells, owed, day.number() - since.number());
        owed = owed - amount;
        since = day;
    }
    push(&mut spells, owed, to.number() - since.number());
    if spells.is_empty() {
        spells.push((principal, 0));
    }
    Ok(spells)
}

/// A spell of no days, or with nothing owed, is none.
fn push(spells: &mut Vec<(Money, u32)>, owed: Money, days: i64) {
    if let Ok(days) = u32::try_from(days)
        && days > 0
        && owed > Money::ZERO
    {
        spells.push((owed, days));
    }
}
