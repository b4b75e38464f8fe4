//! The kinds of fees, and the page of one kind.

use super::form::{complaints, field, said};
use super::words::{cut, day as in_words, grouped, pieces};
use super::{
    Answer, Calculator, Choice, Complaint, Entered, Fieldset, Group, Named, Step, Sum, Tool, Voice,
    back, basis, unknown,
};
use crate::diagnostic::nearest;
use crate::domain::calc::CalcError;
use crate::domain::calc::fee::{self, KINDS, Kind, Question, Reckoned, offered};
use crate::domain::calc::given::{Input, Shape};
use crate::domain::money::Money;
use crate::domain::period::Day;
use crate::web::views::Page;
use crate::web::views::links::Links;

/// Every kind that the site can answer, by group, the rare ones folded.
pub(super) fn list(
    entered: Option<&Entered>,
    today: Day,
    voice: &Voice<'_>,
    links: &Links<'_>,
) -> Tool {
    let href = |kind: &Kind| {
        let calculator = Calculator::of_kind(kind.name, links.library, today);
        links.to(Page::Tool(calculator.unwrap_or(Calculator::FeeKinds)), links.key.large, None)
    };
    let groups = offered(links.library, today).filter(|(_, kinds)| !kinds.is_empty());
    let groups = groups.map(|(group, kinds)| Group {
        title: voice.pick(group.title()).to_owned(),
        folded: group == fee::Group::Rare,
        icons: false,
        links: kinds
            .iter()
            .map(|kind| Choice {
                id: kind.name.to_owned(),
                title: voice.pick(kind.title).to_owned(),
                href: href(kind),
                ..Choice::default()
            })
            .collect(),
    });
    let errors = entered.map_or_else(Vec::new, |entered| {
        let wrong = entered.value("kind");
        let names = KINDS.iter().filter(|kind| kind.is_offered(links.library, today));
        let near = nearest(wrong, names.map(|kind| kind.name)).and_then(fee::kind);
        unknown(wrong, near.map(|kind| (voice.pick(kind.title).to_owned(), href(kind))), voice)
    });
    Tool {
        heading: voice.say("fee_title"),
        lead: voice.say("fee_lead"),
        groups: groups.collect(),
        errors,
        ..Tool::default()
    }
}

/// The page of one kind. Where nothing has to be known the answer stands at once.
pub(super) fn page(
    kind: &'static Kind,
    entered: Option<&Entered>,
    today: Day,
    voice: &Voice<'_>,
    links: &Links<'_>,
) -> Tool {
    let pairs = entered.map_or_else(Vec::new, |entered| summands_apart(kind, &entered.pairs));
    let (answer, faults) = match reckon(kind, &pairs, today, links) {
        Ok(reckoned) => (Some(answer(&reckoned, &pairs, voice, links)), Vec::new()),
        Err(_) if entered.is_none() => (None, Vec::new()),
        Err(first) => (None, all_faults(kind, &pairs, first, today, links)),
    };
    let fields = kind.inputs.iter();
    let fields: Vec<_> =
        fields.filter_map(|input| field(input, &pairs, &faults, kind.inputs, voice)).collect();
    let mut errors = complaints(&fields, voice);
    if errors.is_empty() {
        errors.extend(
            faults.iter().map(|fault| Complaint {
                text: said(fault, kind.inputs, voice),
                href: String::new(),
            }),
        );
    }
    let fieldsets =
        if fields.is_empty() { vec![] } else { vec![Fieldset { fields, ..Fieldset::default() }] };
    Tool {
        heading: voice.pick(kind.title).to_owned(),
        back: Some(back("fee_other", Calculator::FeeKinds, voice, links)),
        errors,
        answer,
        fieldsets,
        ..Tool::default()
    }
}

pub(super) fn reckon(
    kind: &Kind,
    pairs: &[(String, String)],
    day: Day,
    links: &Links<'_>,
) -> Result<Reckoned, CalcError> {
    let court = links.key.court.and_then(|at| links.library.courts.get(at)).map(|court| &court.id);
    fee::reckon(&Question { kind: kind.name, pairs, day, court }, links.library)
}

/// Every input at fault, not the first alone: each is taken as right in turn to see what is wrong
/// besides.
pub(super) fn all_faults(
    kind: &Kind,
    pairs: &[(String, String)],
    first: CalcError,
    day: Day,
    links: &Links<'_>,
) -> Vec<CalcError> {
    let mut pairs = pairs.to_vec();
    let mut faults = vec![first];
    for _ in kind.inputs {
        let Some(name) = faults.last().and_then(CalcError::input) else { break };
        let Some(wrong) = kind.inputs.iter().find(|input| input.name == name) else { break };
        pairs.retain(|(key, _)| key != wrong.name);
        pairs.push((wrong.name.to_owned(), wrong.shape.example().to_owned()));
        let Err(next) = reckon(kind, &pairs, day, links) else { break };
        // What two inputs say of each other means nothing once one of them is made up.
        let alone = !matches!(next, CalcError::NotMore { .. } | CalcError::TooMuch { .. });
        let known = faults.iter().any(|fault| fault.input() == next.input());
        if !alone || known || next.input().is_none() {
            break;
        }
        faults.push(next);
    }
    faults
}

/// An address that was typed by hand says `60000+40000`, and its `+` is read as a space: put back,
/// before two amounts are taken for one.
pub(in crate::web) fn summands_apart(
    kind: &Kind,
    pairs: &[(String, String)],
) -> Vec<(String, String)> {
    let several = |name: &str| {
        kind.inputs.iter().any(|input| input.name == name && input.shape == Shape::Amounts)
    };
    let mended = |(name, value): &(String, String)| {
        let words: Vec<&str> = value.split_whitespace().collect();
        let value = if several(name) { words.join("+") } else { value.clone() };
        (name.clone(), value)
    };
    pairs.iter().map(mended).collect()
}

pub(super) fn answer(
    reckoned: &Reckoned,
    pairs: &[(String, String)],
    voice: &Voice<'_>,
    links: &Links<'_>,
) -> Answer {
    let sum = |money: Money, before: &str| Sum {
        big: format!("{before}{}", money.for_people()),
        small: voice.say("yuan"),
    };
    let range = reckoned.is_range();
    let mut sums = vec![sum(reckoned.low, "")];
    if range {
        sums.push(sum(reckoned.high, &voice.say("range_to")));
    }
    Answer {
        label: voice.say("answer"),
        sum: sums,
        notes: if range { vec![voice.say("range")] } else { Vec::new() },
        entered: shown(reckoned.kind.inputs, pairs, voice),
        steps: reckoned.steps.iter().map(|step| Step::of(step, voice)).collect(),
        steps_lang: voice.foreign(),
        rounded: [reckoned.low, reckoned.high].iter().any(|sum| sum.to_the_fen() != *sum),
        laws: basis(&reckoned.citations, links.library, voice),
        schedule: reckoned.schedule_title.clone(),
        ..Answer::default()
    }
}

impl Step {
    fn of(step: &str, voice: &Voice<'_>) -> Self {
        let (left, right) = cut(step);
        // A number alone is what does not depend on the amount.
        let left = if left.is_empty() { voice.say("flat") } else { left };
        Self { left: pieces(&left), right }
    }
}

/// What was entered, as it was understood.
fn shown(inputs: &[Input], pairs: &[(String, String)], voice: &Voice<'_>) -> Vec<Named> {
    let given = pairs.iter().filter(|(_, value)| !value.trim().is_empty());
    given
        .filter_map(|(name, value)| {
            let input = inputs.iter().find(|input| input.name == name)?;
            let value = understood(input.shape, value.trim(), voice);
            Some(Named { name: voice.pick(input.label).to_owned(), value })
        })
        .collect()
}

fn understood(shape: Shape, value: &str, voice: &Voice<'_>) -> String {
    let money = |text: &str| {
        Money::parse(text).map(|money| format!("{}{}", money.for_people(), voice.say("yuan")))
    };
    let day = |text: &str| Day::typed(text).map(|day| in_words(day, voice.language).0);
    let read = match shape {
        Shape::Amount | Shape::AmountOrZero | Shape::AmountOrSpell => money(value),
        Shape::Amounts => Some(grouped(value)),
        Shape::Date => day(value),
        Shape::Payment => value
            .split_once([':', '：'])
            .and_then(|(on, paid)| Some(format!("{} {}", day(on)?, money(paid)?))),
        Shape::Count | Shape::Days | Shape::Choice(_) | Shape::Spell => None,
    };
    read.unwrap_or_else(|| value.to_owned())
}
