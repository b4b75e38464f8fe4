//! How each kind of the table is reckoned, from entries of the fee schedule named by id.

use super::CalcError;
use super::given::Given;
use super::working::{Rates, Working};
use crate::domain::money::{Exact, Money};

type Answer = Result<Working, CalcError>;

/// The fee of a property claim.
pub(super) fn property(given: &Given<'_>, rates: &Rates<'_>, key: &str) -> Answer {
    rates.charge("property", given.amount(key), None)
}

/// A fee a case.
pub(super) fn flat(rates: &Rates<'_>, id: &str) -> Answer {
    rates.charge(id, Money::ZERO, None)
}

/// Nothing is due, or nothing comes back.
pub(super) fn nothing(rates: &Rates<'_>, id: &str, words: &str) -> Answer {
    let working = flat(rates, id)?;
    Ok(Working { steps: vec![words.to_owned()], ..working })
}

/// What the law says of the whole, by the entry `id`: its share is said where it is not all.
fn by_entry(working: Working, rates: &Rates<'_>, id: &str) -> Answer {
    let (share, rule) = rates.share(id)?;
    let working = working.citing(rule);
    Ok(if share.0 == share.1 { working } else { working.divided(share) })
}

/// What was paid comes back, as far as the entry says.
pub(super) fn back(
    given: &Given<'_>,
    rates: &Rates<'_>,
    key: &str,
    id: &str,
    words: &str,
) -> Answer {
    by_entry(Working::said(given.amount(key), words), rates, id)
}

/// A fee on a base that the province sets, with what its amount adds, halved where that is so.
pub(super) fn based(given: &Given<'_>, rates: &Rates<'_>, id: &str, key: &str) -> Answer {
    let base = given.has("base").then(|| given.amount("base"));
    maybe_halved(rates.charge(id, given.amount(key), base)?, given, rates)
}

/// The entry behind a reason for halving.
pub(super) fn halving(reason: &str) -> &'static str {
    match reason {
        "调解结案减半" => "halved-mediation",
        "申请撤诉减半" => "halved-withdrawal",
        "简易程序减半" => "halved-summary",
        _ => "halved-joined",
    }
}

pub(super) fn halved(working: Working, rates: &Rates<'_>, id: &str) -> Answer {
    let (share, rule) = rates.share(id)?;
    Ok(working.divided(share).citing(rule))
}

pub(super) fn maybe_halved(working: Working, given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    match given.text("reason") {
        Some(reason) => halved(working, rates, halving(reason)),
        None => Ok(working),
    }
}

pub(super) fn halved_property(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    let id = halving(given.choice("reason"));
    halved(property(given, rates, "amount")?, rates, id)
}

pub(super) fn halve_once(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    let (share, rule) = rates.share("halved-once")?;
    let working = property(given, rates, "amount")?.citing(rule);
    let factor = Exact::new(i128::from(share.0), i128::from(share.1));
    let twice = working.low * factor * factor;
    Ok(working.divided_saying(share, "只减半一次：", &format!("（不是{twice}）")))
}

pub(super) fn introduced(
    given: &Given<'_>,
    rates: &Rates<'_>,
    key: &str,
    id: &str,
    words: &str,
) -> Answer {
    by_entry(property(given, rates, key)?.introduced(words), rates, id)
}

pub(super) fn several(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    let total = given.amounts("amounts").into_iter().fold(Money::ZERO, |sum, amount| sum + amount);
    let working = rates.charge("property", total, None)?;
    by_entry(working.introduced(&format!("合并计算{total}：")), rates, "several")
}

pub(super) fn intellectual_property(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    let rule = rates.rule("ip-no-amount")?; // the same item says that an amount is charged as property
    let working = property(given, rates, "amount")?.introduced("按财产案件：").citing(rule);
    maybe_halved(working, given, rates)
}

pub(super) fn topup(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    rates.share("topup")?; // a missing entry is told before what was typed
    let (due, paid) = (property(given, rates, "amount")?, given.amount("already_paid"));
    if paid > due.low {
        let (input, than) = ("already_paid".to_owned(), due.low.to_string());
        return Err(CalcError::TooMuch { input, than });
    }
    let rest = due.low - paid;
    let working = Working::said(rest, format!("应交{}-已交{paid}=补交{rest}", due.low));
    by_entry(Working { citations: due.citations, ..working }, rates, "topup")
}

pub(super) fn unpaid(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    let (share, rule) = rates.share("topup-unpaid")?;
    let working = Working::exactly(given.amount("already_paid")).citing(rule);
    let working = Working { steps: Vec::new(), ..working };
    Ok(working.divided_saying(share, "未补足按撤诉处理，已收退一半：", ""))
}

pub(super) fn difference(
    given: &Given<'_>,
    rates: &Rates<'_>,
    low: &str,
    high: &str,
    id: &str,
) -> Answer {
    rates.share(id)?; // a missing entry is told before what was typed
    let fee = |key: &str| match given.amount(key) {
        amount if amount == Money::ZERO => Ok(Working::exactly(Money::ZERO)),
        amount => rates.charge("property", amount, None),
    };
    let (less, more) = (fee(low)?, fee(high)?);
    if given.amount(high) <= given.amount(low) {
        let (input, than) = ("to".to_owned(), "from".to_owned());
        return Err(if low == "from" {
            CalcError::NotMore { input, than }
        } else {
            CalcError::TooMuch { input, than }
        });
    }
    let rest = more.low - less.low;
    let working = Working::said(rest, format!("{}-{}={rest}", more.low, less.low));
    by_entry(Working { citations: more.citations, ..working }, rates, id)
}

pub(super) fn increase(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    difference(given, rates, "from", "to", "increase")
}

pub(super) fn decrease(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    if given.choice("when") == "法庭调查终结后" {
        let words = "法庭调查终结后减少请求的，不退，由变更请求的当事人负担";
        return nothing(rates, "decrease-late", words);
    }
    difference(given, rates, "to", "from", "decrease")
}

pub(super) fn reduction(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    let (rate, rule) = rates.rate("reduction")?;
    let (fee, hundred) = (given.amount("fee"), Exact::from_integer(100));
    let left = hundred - rate.exact();
    let most = fee * (left / hundred);
    let words = format!("减交比例不低于{rate}%：最多交{fee}×{left}%={most}");
    Ok(Working::said(most, words).citing(rule))
}

pub(super) fn criminal(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    if given.choice("event") == "移送后民事仍需审理" {
        return nothing(rates, "refund-criminal-goes-on", "移送后民事部分仍需审理，不退");
    }
    back(given, rates, "paid", "refund-criminal", "退还；移送后民事仍需继续审理的不退")
}

pub(super) fn winner(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    rates.share("refund-winner")?; // a missing entry is told before what was typed
    let (prepaid, borne) = (given.amount("prepaid"), given.amount("borne_by_winner"));
    if borne > prepaid {
        let (input, than) = ("borne_by_winner".to_owned(), "prepaid".to_owned());
        return Err(CalcError::TooMuch { input, than });
    }
    let rest = prepaid - borne;
    by_entry(Working::said(rest, format!("{prepaid}-{borne}={rest}")), rates, "refund-winner")
}

pub(super) fn half_back(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    let (id, who) = match given.choice("event") {
        "调解结案" => ("refund-mediation", "减半后按调解书负担，先退"),
        "适用简易程序" => ("refund-summary", "减半，多收的退"),
        _ => ("refund-withdrawal", "减半后原告负担，退"),
    };
    let (share, rule) = rates.share(id)?;
    let working = Working::exactly(given.amount("prepaid")).citing(rule);
    let working = Working { steps: Vec::new(), ..working };
    Ok(working.divided_saying(share, who, ""))
}

pub(super) fn in_suit(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    let (rate, rule) = rates.rate("security-in-suit")?;
    let requested = given.amount("requested");
    let most = requested * (rate.exact() / Exact::from_integer(100));
    Ok(Working::said(most, format!("{requested}×{rate}%={most}，为上限")).citing(rule))
}

pub(super) fn pre_suit(given: &Given<'_>, rates: &Rates<'_>) -> Answer {
    let (rate, rule) = rates.rate("security-pre-suit")?;
    let due = given.amount("requested") * (rate.exact() / Exact::from_integer(100));
    Ok(Working::said(due, "相当于请求保全数额；特殊情况可酌情").citing(rule))
}
