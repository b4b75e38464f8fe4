//! The inputs of a kind, and what was given for them: checked before anything is reckoned.

use super::{CalcError, Label};
use crate::domain::money::Money;
use crate::domain::period::Day;

/// The most days that anything is reckoned for: a hundred years.
const MOST_DAYS: u32 = 36_525;

/// How often an input may be repeated.
const MOST_REPEATS: usize = 50;

/// What an input looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// An amount of more than nothing.
    Amount,
    /// An amount, or nothing.
    AmountOrZero,
    /// Amounts: the key repeated, or joined by `+`.
    Amounts,
    /// A whole number of things, from 1: `1`, `1项`.
    Count,
    /// A whole number of days: `30`, `30天`.
    Days,
    /// A day.
    Date,
    /// One of these.
    Choice(&'static [&'static str]),
    /// An amount for a number of days: `150000:20天`; the key may be repeated.
    Spell,
    /// A day and the amount paid on it: `2026-11-24:5万`; the key may be repeated.
    Payment,
    /// An amount, or a [`Shape::Spell`].
    AmountOrSpell,
}

impl Shape {
    /// A value that it could have.
    pub fn example(self) -> &'static str {
        match self {
            Self::Amount | Self::AmountOrZero | Self::AmountOrSpell => "12万",
            Self::Amounts => "60000+40000",
            Self::Count => "1",
            Self::Days => "30",
            Self::Date => "2026-11-24",
            Self::Choice(choices) => choices[0],
            Self::Spell => "150000:20天",
            Self::Payment => "2026-11-24:5万",
        }
    }

    /// Whether its key may be repeated.
    pub fn repeats(self) -> bool {
        matches!(self, Self::Amounts | Self::Spell | Self::Payment)
    }
}

/// One thing that has to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    /// Its key: `amount`.
    pub name: &'static str,
    /// The question that a person is asked.
    pub label: Label,
    /// A word of help; may be empty.
    pub hint: Label,
    /// Whether there is no answer without it.
    pub required: bool,
    /// What it looks like.
    pub shape: Shape,
}

/// Examples that stand in another proportion to the other inputs than their shape's own; what the
/// province sets has no figure that fits everywhere.
const EXAMPLES: [(&str, Shape, &str); 5] = [
    ("base", Shape::Amount, "…"),
    ("to", Shape::Amount, "20万"),
    ("to", Shape::AmountOrZero, "8万"),
    ("already_paid", Shape::AmountOrZero, "1350"),
    ("borne_by_winner", Shape::AmountOrZero, "300"),
];

impl Input {
    /// A value that it could have, beside the examples of the other inputs.
    pub fn example(&self) -> &'static str {
        let own =
            EXAMPLES.iter().find(|(name, shape, _)| (*name, *shape) == (self.name, self.shape));
        own.map_or(self.shape.example(), |(_, _, example)| example)
    }
}

/// What was given, each value checked against the shape of its input.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    inputs: &'a [Input],
    pairs: &'a [(String, String)],
}

impl<'a> Given<'a> {
    /// Pairs of key and value; empty values count as not given.
    pub fn new(
        kind: &str,
        inputs: &'a [Input],
        pairs: &'a [(String, String)],
    ) -> Result<Self, CalcError> {
        let given = Self { inputs, pairs };
        for (name, _) in pairs {
            if !inputs.iter().any(|input| input.name == name) {
                let takes: Vec<&str> = inputs.iter().map(|input| input.name).collect();
                return Err(CalcError::NoInput {
                    kind: kind.to_owned(),
                    input: name.clone(),
                    takes: takes.join(", "),
                });
            }
        }
        for input in inputs {
            let values = given.texts(input.name);
            if input.required && values.is_empty() {
                let (input, example) = (input.name.to_owned(), input.example());
                return Err(CalcError::Missing { input, example });
            }
            if values.len() > 1 && !input.shape.repeats() {
                return Err(CalcError::Twice { input: input.name.to_owned() });
            }
            if values.len() > MOST_REPEATS {
                let (input, most) = (input.name.to_owned(), MOST_REPEATS);
                return Err(CalcError::TooMany { input, most });
            }
            for text in values {
                check(input, text)?;
            }
        }
        Ok(given)
    }

    fn texts(&self, name: &str) -> Vec<&'a str> {
        let of_name =
            self.pairs.iter().filter(|(key, value)| key == name && !value.trim().is_empty());
        of_name.map(|(_, value)| value.trim()).collect()
    }

    /// The value as it was typed.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.texts(name).first().copied()
    }

    /// Whether anything was given for an input.
    pub fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// An amount; nothing where it was not given.
    pub fn amount(&self, name: &str) -> Money {
        self.text(name).and_then(Money::parse).unwrap_or(Money::ZERO)
    }

    /// All amounts of a key that may be repeated.
    pub fn amounts(&self, name: &str) -> Vec<Money> {
        let parts = self.texts(name).into_iter().flat_map(|text| text.split(['+', '＋']));
        parts.filter_map(Money::parse).collect()
    }

    /// A whole number of days; none where they were not given.
    pub fn days(&self, name: &str) -> u32 {
        self.text(name).and_then(|text| whole(text, &DAY_UNITS, 0, MOST_DAYS)).unwrap_or(0)
    }

    /// A day.
    pub fn day(&self, name: &str) -> Option<Day> {
        self.text(name).and_then(Day::typed)
    }

    /// The choice that was made; the first where none was.
    pub fn choice(&self, name: &str) -> &'static str {
        let shape = self.inputs.iter().find(|input| input.name == name).map(|input| input.shape);
        let Some(Shape::Choice(choices)) = shape else { return "" };
        let made = self.text(name).and_then(|text| choices.iter().find(|choice| **choice == text));
        made.or(choices.first()).copied().unwrap_or_default()
    }

    /// Amounts for numbers of days.
    pub fn spells(&self, name: &str) -> Vec<(Money, u32)> {
        self.texts(name).into_iter().filter_map(spell).collect()
    }

    /// Days and the amounts paid on them.
    pub fn payments(&self, name: &str) -> Vec<(Day, Money)> {
        self.texts(name).into_iter().filter_map(payment).collect()
    }
}

const DAY_UNITS: [&str; 2] = ["天", "日"];

fn check(input: &Input, text: &str) -> Result<(), CalcError> {
    let name = || input.name.to_owned();
    let typed = || text.to_owned();
    let no_amount = || CalcError::Amount { input: name(), text: typed() };
    let positive = |text: &str| match Money::parse(text) {
        Some(amount) if amount == Money::ZERO => Err(CalcError::Zero { input: name() }),
        Some(_) => Ok(()),
        None => Err(no_amount()),
    };
    let in_range = |units: &[&str], least, most| {
        whole(text, units, least, most).map(drop).ok_or_else(|| CalcError::Whole {
            input: name(),
            text: typed(),
            least,
            most,
        })
    };
    let no_pair = || {
        let either = input.shape == Shape::AmountOrSpell;
        let example = if either { Shape::Spell } else { input.shape }.example();
        CalcError::Pair { input: name(), text: typed(), example }
    };
    match input.shape {
        Shape::AmountOrZero => Money::parse(text).map(drop).ok_or_else(no_amount),
        Shape::Amounts => text.split(['+', '＋']).try_for_each(positive),
        Shape::Count => in_range(&["项", "个", "件"], 1, 1000),
        Shape::Days => in_range(&DAY_UNITS, 0, MOST_DAYS),
        Shape::Date => Day::typed(text)
            .map(drop)
            .ok_or_else(|| CalcError::Date { input: name(), text: typed() }),
        Shape::Choice(choices) if choices.contains(&text) => Ok(()),
        Shape::Choice(choices) => {
            Err(CalcError::Choice { input: name(), text: typed(), choices: choices.join("、") })
        }
        Shape::Spell => spell(text).map(drop).ok_or_else(no_pair),
        Shape::Payment => payment(text).map(drop).ok_or_else(no_pair),
        Shape::AmountOrSpell if text.contains([':', '：']) => {
            spell(text).map(drop).ok_or_else(no_pair)
        }
        Shape::Amount | Shape::AmountOrSpell => positive(text),
    }
}

/// A whole number with one of `units` behind it, or none.
fn whole(text: &str, units: &[&str], least: u32, most: u32) -> Option<u32> {
    let number = units.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
    let number: String = number.trim().chars().map(crate::domain::money::half_width).collect();
    let digits = (1..=6).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let number = digits.then(|| number.parse().ok()).flatten()?;
    (least..=most).contains(&number).then_some(number)
}

fn spell(text: &str) -> Option<(Money, u32)> {
    let (amount, days) = text.split_once([':', '：'])?;
    let amount = Money::parse(amount).filter(|amount| *amount > Money::ZERO)?;
    Some((amount, whole(days.trim(), &DAY_UNITS, 0, MOST_DAYS)?))
}

fn payment(text: &str) -> Option<(Day, Money)> {
    let (day, amount) = text.split_once([':', '：'])?;
    Some((Day::typed(day)?, Money::parse(amount).filter(|amount| *amount > Money::ZERO)?))
}
