//! Fees, refunds, security and interest: a kind, what is given for it, and the result.

use serde::Serialize;

use super::given::{Given, Input, Shape};
use super::kinds;
use super::working::{Rates, Working};
use super::{CalcError, Label};
use crate::domain::court::CourtId;
use crate::domain::fee::FeeSchedule;
use crate::domain::law::Citation;
use crate::domain::library::Library;
use crate::domain::money::Money;
use crate::domain::period::Day;

pub use super::kinds::KINDS;

/// What people ask about, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Suing.
    Suit,
    /// Getting money back.
    Refund,
    /// Preservation.
    Preservation,
    /// Enforcement, and interest on delay.
    Enforcement,
    /// What few need.
    Rare,
}

impl Group {
    /// All groups.
    pub const ALL: [Self; 5] =
        [Self::Suit, Self::Refund, Self::Preservation, Self::Enforcement, Self::Rare];

    /// What the group is called.
    pub fn title(self) -> Label {
        let (zh, en) = match self {
            Self::Suit => ("打官司要交多少", "What suing costs"),
            Self::Refund => ("能退多少、减多少", "What comes back, what is let off"),
            Self::Preservation => ("保全交多少、担保多少", "Preservation: fee and security"),
            Self::Enforcement => ("申请执行、迟延利息", "Enforcement and interest on delay"),
            Self::Rare => ("不常用的", "Less common"),
        };
        Label { zh, en }
    }
}

/// One kind of question: its name is a contract, in commands and in URLs.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name for ever: `property_first_instance`.
    pub name: &'static str,
    /// Where it is listed.
    pub group: Group,
    /// What it is called.
    pub title: Label,
    /// What has to be known.
    pub inputs: &'static [Input],
    /// An entry of the fee schedule without which there is no answer.
    pub(super) needs: &'static str,
    /// The answer.
    pub(super) reckon: fn(&Given<'_>, &Rates<'_>) -> Result<Working, CalcError>,
}

/// The kind of a name. The vectors' `X_min`, `X_max` and `X_base` ask for kind `X`.
pub fn kind(name: &str) -> Option<&'static Kind> {
    let of = |name: &str| KINDS.iter().find(|kind| kind.name == name);
    let bare = name.strip_suffix("_min").or_else(|| name.strip_suffix("_max")).unwrap_or(name);
    of(name).or_else(|| of(bare)).or_else(|| of(bare.strip_suffix("_base").unwrap_or(bare)))
}

impl Kind {
    /// Whether the site's facts have what it needs on `day`.
    pub fn is_offered(&self, library: &Library, day: Day) -> bool {
        library.fees_on(day).is_some_and(|schedule| {
            schedule.rule(self.needs).is_some() && self.lacks(schedule, None).is_none()
        })
    }

    /// The entry of `schedule` that a plain question lacks, or finds in another shape than it needs;
    /// with a choice of one input made, where one is given.
    pub fn lacks(&self, schedule: &FeeSchedule, choice: Option<(&str, &str)>) -> Option<String> {
        let required = self.inputs.iter().filter(|input| input.required);
        let required = required.filter(|input| choice.is_none_or(|(name, _)| name != input.name));
        let pairs: Vec<(String, String)> = required
            .map(|input| (input.name, input.example()))
            .chain(choice)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let given = Given::new(self.name, self.inputs, &pairs).ok()?;
        let rates = Rates { schedule, court: None, day: schedule.from };
        match (self.reckon)(&given, &rates) {
            Err(CalcError::NoRate { id }) => Some(id),
            Ok(working) if working.low < Money::ZERO => Some(self.needs.to_owned()),
            Ok(_) | Err(_) => None,
        }
    }

    /// Every choice that its inputs leave: the input's name and the choice.
    pub fn choices(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.inputs.iter().flat_map(|input| {
            let choices = if let Shape::Choice(choices) = input.shape { choices } else { &[] };
            choices.iter().map(|choice| (input.name, *choice))
        })
    }
}

/// A question: the kind, what is given for it, and for when and where.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The kind's name.
    pub kind: &'a str,
    /// Pairs of input and value; a repeated input repeats its key.
    pub pairs: &'a [(String, String)],
    /// The day: the schedule in force on it is used, and never another one.
    pub day: Day,
    /// The court, for what it has set itself.
    pub court: Option<&'a CourtId>,
}

/// A result. Amounts are exact inside; a value that does not terminate is rounded half up to the fen
/// when it is written.
#[derive(Debug, Clone)]
pub struct Reckoned {
    /// The kind.
    pub kind: &'static Kind,
    /// The least it can be.
    pub low: Money,
    /// The most it can be; the same as `low` unless the law leaves a range.
    pub high: Money,
    /// How it came about.
    pub steps: Vec<String>,
    /// The articles behind it, in order of use.
    pub citations: Vec<Citation>,
    /// The schedule's id.
    pub schedule: String,
    /// The schedule's title.
    pub schedule_title: String,
}

/// Answers a question from the facts of `library`.
pub fn reckon(question: &Question<'_>, library: &Library) -> Result<Reckoned, CalcError> {
    let kind =
        kind(question.kind).ok_or_else(|| CalcError::NoKind { kind: question.kind.to_owned() })?;
    let given = Given::new(kind.name, kind.inputs, question.pairs)?;
    let schedule =
        library.fees_on(question.day).ok_or(CalcError::NoSchedule { day: question.day })?;
    let rates = Rates { schedule, court: question.court, day: question.day };
    let working = (kind.reckon)(&given, &rates)?;
    Ok(Reckoned {
        kind,
        low: working.low,
        high: working.high,
        steps: working.steps,
        citations: working.citations,
        schedule: schedule.id.clone(),
        schedule_title: schedule.title.clone(),
    })
}

/// What the fee of that name comes to for one amount: a kind, or the first that rests on this entry of
/// the schedule and asks for an amount.
pub fn of_amount(
    name: &str,
    amount: Money,
    day: Day,
    library: &Library,
) -> Result<Reckoned, CalcError> {
    let no_kind = || CalcError::NoKind { kind: name.to_owned() };
    let amount_of = |kind: &'static Kind| {
        let takes_one =
            |shape| matches!(shape, Shape::Amount | Shape::AmountOrZero | Shape::AmountOrSpell);
        Some((kind, kind.inputs.iter().find(|input| takes_one(input.shape))?))
    };
    let named = KINDS.iter().filter(|kind| kind.name == name);
    let resting = KINDS.iter().filter(|kind| kind.needs == name);
    let (kind, input) = named.chain(resting).find_map(amount_of).ok_or_else(no_kind)?;
    let pairs = [(input.name.to_owned(), amount.to_string())];
    reckon(&Question { kind: kind.name, pairs: &pairs, day, court: None }, library)
}

/// A result as JSON gives it: the form is a contract.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    yuan: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_yuan: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_yuan: Option<String>,
    steps: Vec<String>,
    articles: Vec<String>,
    schedule: String,
    rounded: bool,
}

impl Reckoned {
    /// Whether the law leaves a range.
    pub fn is_range(&self) -> bool {
        self.low != self.high
    }

    /// The result as JSON gives it.
    pub fn answer(&self, library: &Library) -> Answer {
        let range = self.is_range();
        Answer {
            kind: self.kind.name,
            yuan: (!range).then(|| self.low.to_string()),
            min_yuan: range.then(|| self.low.to_string()),
            max_yuan: range.then(|| self.high.to_string()),
            steps: self.steps.clone(),
            articles: self.citations.iter().map(|c| library.cited(c)).collect(),
            schedule: self.schedule.clone(),
            rounded: !(self.low.terminates() && self.high.terminates()),
        }
    }

    /// The sum as pages show it: `1,050元`, `50元至300元`.
    pub fn sum(&self) -> String {
        if self.is_range() {
            format!("{}元至{}元", self.low.for_people(), self.high.for_people())
        } else {
            format!("{}元", self.low.for_people())
        }
    }
}

impl Reckoned {
    /// The sum as English pages show it: `1,050 yuan`, `50 to 300 yuan`.
    pub fn sum_in_english(&self) -> String {
        if self.is_range() {
            format!("{} to {} yuan", self.low.for_people(), self.high.for_people())
        } else {
            format!("{} yuan", self.low.for_people())
        }
    }
}

/// The kinds that the site's facts can answer on `day`, by group.
pub fn offered(library: &Library, day: Day) -> impl Iterator<Item = (Group, Vec<&'static Kind>)> {
    Group::ALL.into_iter().map(move |group| {
        let of_group = kinds::KINDS.iter().filter(|kind| kind.group == group);
        (group, of_group.filter(|kind| kind.is_offered(library, day)).collect())
    })
}
