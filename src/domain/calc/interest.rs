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

fn spells(given: &Given<'_>) -> Result<Vec<(Money, u32)>, CalcError> {
    let missing = |input: &str, example| CalcError::Missing { input: input.to_owned(), example };
    let mut spells = given.spells("principal");
    if !spells.is_empty() {
        spells.extend(given.spells("then"));
        return Ok(spells);
    }
    let principal = given.amount("principal");
    if given.has("days") {
        spells.push((principal, given.days("days")));
        spells.extend(given.spells("then"));
        return Ok(spells);
    }
    let from = given.day("from").ok_or_else(|| missing("days", "100"))?;
    let to = given.day("to").ok_or_else(|| missing("to", "2026-11-24"))?;
    let not_more = |input: &str, than: &str| CalcError::NotMore {
        input: input.to_owned(),
        than: than.to_owned(),
    };
    let too_much = |input: &str, than: &str| CalcError::TooMuch {
        input: input.to_owned(),
        than: than.to_owned(),
    };
    if to < from {
        return Err(not_more("to", "from"));
    }
    let mut payments = given.payments("paid");
    payments.sort_by_key(|(day, _)| *day);
    let (mut owed, mut since) = (principal, from);
    for (day, amount) in payments {
        if day < from {
            return Err(not_more("paid", "from"));
        }
        if day > to {
            return Err(too_much("paid", "to"));
        }
        if amount > owed {
            return Err(too_much("paid", "principal"));
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
