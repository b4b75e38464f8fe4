//! Interest on delay: a kind of [`super::fees`] with a form of its own, since what was paid in between
//! is asked as a day and an amount, not as `2026-11-24:5万`.

use super::fees::{all_faults, answer, reckon};
use super::form::{complaints, described, field, iso, manner, said};
use super::{Answer, Calculator, Entered, Field, Fieldset, Tool, Voice, back};
use crate::domain::calc::CalcError;
use crate::domain::calc::fee::{self, Kind};
use crate::domain::calc::given::{Input, Shape};
use crate::domain::money::Money;
use crate::domain::period::Day;
use crate::web::views::links::Links;

/// Its name among the kinds.
pub(in crate::web::views) const KIND: &str = "delay_interest_double_part";

const PAID: &str = "paid";
const PAID_DAY: &str = "paid_day";
const PAID_AMOUNT: &str = "paid_amount";

/// How many payments the form has room for at first.
const PAYMENTS: usize = 3;

/// Whether the form has a field of that name.
pub(super) fn takes(name: &str) -> bool {
    let of_kind = fee::kind(KIND).is_some_and(|kind| super::has_input(kind, name));
    of_kind || matches!(name, PAID_DAY | PAID_AMOUNT)
}

/// The page.
pub(super) fn page(
    entered: Option<&Entered>,
    today: Day,
    voice: &Voice<'_>,
    links: &Links<'_>,
) -> Tool {
    let kind = fee::kind(KIND).expect("the table of kinds has the interest on delay");
    let payments = entered.map_or_else(Vec::new, payments);
    let pairs = entered.map_or_else(Vec::new, |entered| asked(entered, &payments));
    let half_said = payments.iter().any(|(day, amount)| fault_of(day, amount, voice).is_some());
    let (answer, faults) = match reckon(kind, &pairs, today, links) {
        Ok(_) if half_said => (None, Vec::new()),
        Ok(reckoned) => {
            // The rate is of an interpretation, not of the fee schedule.
            let schedule = String::new();
            let notes = vec![voice.say("interest_lead")];
            let answer = answer(&reckoned, &pairs, voice, links);
            (Some(Answer { notes, schedule, ..answer }), Vec::new())
        }
        Err(_) if entered.is_none() => (None, Vec::new()),
        Err(first) => (None, all_faults(kind, &pairs, first, today, links)),
    };
    let faults: Vec<CalcError> =
        faults.into_iter().map(|fault| at_the_date(fault, &pairs)).collect();
    let fieldsets = fieldsets(kind, &pairs, &payments, &faults, voice);
    Tool {
        heading: voice.say("interest_title"),
        lead: if entered.is_none() { voice.say("interest_lead") } else { String::new() },
        back: Some(back("tools", Calculator::Index, voice, links)),
        errors: complaints(fieldsets.iter().flat_map(|set| &set.fields), voice),
        answer,
        fieldsets,
        ..Tool::default()
    }
}

/// The payments as they were typed, those of a script too.
fn payments(entered: &Entered) -> Vec<(String, String)> {
    let all = |wanted: &str| {
        let of_name = entered.pairs.iter().filter(|(name, _)| name == wanted);
        of_name.map(|(_, value)| value.trim().to_owned()).collect::<Vec<_>>()
    };
    let (days, mut amounts) = (all(PAID_DAY), all(PAID_AMOUNT).into_iter());
    let mut payments: Vec<_> =
        days.into_iter().map(|day| (day, amounts.next().unwrap_or_default())).collect();
    payments.extend(amounts.map(|amount| (String::new(), amount)));
    payments.extend(all(PAID).iter().map(|paid| {
        let (day, amount) = paid.split_once([':', '：']).unwrap_or((paid, ""));
        (day.to_owned(), amount.to_owned())
    }));
    payments.retain(|(day, amount)| !day.is_empty() || !amount.is_empty());
    payments
}

/// The question as `domain::calc` takes it; a payment that cannot be read is left out of it, and told
/// at its field.
fn asked(entered: &Entered, payments: &[(String, String)]) -> Vec<(String, String)> {
    let ours =
        |(name, _): &&(String, String)| !matches!(name.as_str(), PAID | PAID_DAY | PAID_AMOUNT);
    let mut pairs: Vec<_> = entered.pairs.iter().filter(ours).cloned().collect();
    let read = payments.iter().filter(|(day, amount)| {
        Day::typed(day).is_some() && Money::parse(amount).is_some_and(|paid| paid > Money::ZERO)
    });
    pairs.extend(read.map(|(day, amount)| (PAID.to_owned(), format!("{day}:{amount}"))));
    pairs
}

/// Whose first day or number of days is missing is asked for the day, which people know.
fn at_the_date(fault: CalcError, pairs: &[(String, String)]) -> CalcError {
    let dated = pairs.iter().any(|(name, value)| name == "from" && !value.trim().is_empty());
    if !dated && matches!(&fault, CalcError::Missing { input, .. } if input == "days") {
        return CalcError::Missing { input: "from".to_owned(), example: Shape::Date.example() };
    }
    fault
}

fn fieldsets(
    kind: &Kind,
    pairs: &[(String, String)],
    payments: &[(String, String)],
    faults: &[CalcError],
    voice: &Voice<'_>,
) -> Vec<Fieldset> {
    let place = |input: &&Input| match input.name {
        "principal" => 0,
        "from" => 1,
        "to" => 2,
        _ => 3,
    };
    let mut inputs: Vec<&Input> = kind.inputs.iter().filter(|input| input.name != PAID).collect();
    inputs.sort_by_key(place);
    let mut fields: Vec<Field> = inputs
        .into_iter()
        .filter_map(|input| field(input, pairs, faults, kind.inputs, voice))
        .collect();
    for (name, hint) in [("principal", "interest_principal"), ("days", "interest_days")] {
        if let Some(field) = fields.iter_mut().find(|field| field.name == name) {
            field.hint = voice.say(hint);
        }
    }
    let mut rows: Vec<Field> = Vec::new();
    let nothing = (String::new(), String::new());
    for at in 0..PAYMENTS.max(payments.len() + 1) {
        let (day, amount) = payments.get(at).unwrap_or(&nothing);
        rows.extend(row(at + 1, day, amount, voice));
    }
    if let Some(fault) = faults.iter().find(|fault| fault.input() == Some(PAID))
        && let Some(first) = rows.get_mut(usize::from(matches!(fault, CalcError::TooMuch { .. })))
    {
        first.error = said(fault, kind.inputs, voice);
    }
    let paid = Fieldset {
        legend: voice.say("interest_paid"),
        hint: voice.say("interest_paid_hint"),
        pairs: true,
        fields: rows.into_iter().map(described).collect(),
    };
    vec![Fieldset { fields, ..Fieldset::default() }, paid]
}

/// The two fields of one payment.
fn row(number: usize, day: &str, amount: &str, voice: &Voice<'_>) -> [Field; 2] {
    let (shape, mode, _) = manner(Shape::Date, day);
    let fault = fault_of(day, amount, voice);
    let (day_error, amount_error) = match fault {
        Some((true, error)) => (error, String::new()),
        Some((false, error)) => (String::new(), error),
        None => Default::default(),
    };
    let named = |key: &str| voice.fill(key, &number.to_string());
    let when = Field {
        id: format!("f-{PAID_DAY}-{number}"),
        name: PAID_DAY.to_owned(),
        label: named("interest_paid_day"),
        value: if shape == "date" { iso(day) } else { day.to_owned() },
        shape,
        mode,
        error: day_error,
        ..Field::default()
    };
    let how_much = Field {
        id: format!("f-{PAID_AMOUNT}-{number}"),
        name: PAID_AMOUNT.to_owned(),
        label: named("interest_paid_amount"),
        value: amount.to_owned(),
        shape: "text",
        mode: "text",
        unit: voice.say("yuan"),
        error: amount_error,
        ..Field::default()
    };
    [when, how_much]
}

/// What is wrong with a payment: with its day, or else with its amount.
fn fault_of(day: &str, amount: &str, voice: &Voice<'_>) -> Option<(bool, String)> {
    if day.is_empty() && amount.is_empty() {
        return None;
    }
    let fault = match (Day::typed(day), Money::parse(amount)) {
        (Some(_), Some(paid)) if paid > Money::ZERO => return None,
        (Some(_), Some(_)) => CalcError::Zero { input: PAID_AMOUNT.to_owned() },
        (Some(_), None) if amount.is_empty() => {
            CalcError::Missing { input: PAID_AMOUNT.to_owned(), example: Shape::Amount.example() }
        }
        (Some(_), None) => {
            CalcError::Amount { input: PAID_AMOUNT.to_owned(), text: amount.to_owned() }
        }
        (None, _) if day.is_empty() => {
            CalcError::Missing { input: PAID_DAY.to_owned(), example: Shape::Date.example() }
        }
        (None, _) => CalcError::Date { input: PAID_DAY.to_owned(), text: day.to_owned() },
    };
    let at_day = fault.input() == Some(PAID_DAY);
    Some((at_day, said(&fault, &[], voice)))
}
