//! Calculators: pure, exact, each result with its steps and its articles.
//!
//! What is reckoned is a table of kinds in `kinds`; how, in [`working`] from the facts of the fee
//! schedule; last days in [`deadline`]. Rates and articles are data in `guides/_facts/`, never here.
//! To add a kind: an entry in the table, and its facts in `fees.toml`.

pub mod deadline;
pub mod fee;
pub mod given;
mod inputs;
mod interest;
mod kinds;
mod methods;
pub mod working;

use crate::domain::fee::Decimal;
use crate::domain::period::Day;

/// A text in the two languages of the interface's sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Simplified Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// Why there is no answer: what was asked is at fault, or the site's facts have no rate for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalcError {
    /// No such kind.
    #[error("there is no kind {kind:?}")]
    NoKind {
        /// As asked.
        kind: String,
    },
    /// No such deadline.
    #[error("there is no rule {rule:?}")]
    NoRule {
        /// As asked.
        rule: String,
    },
    /// An input that the kind does not take.
    #[error("{kind} takes no input {input:?}; it takes {takes}")]
    NoInput {
        /// The kind.
        kind: String,
        /// As asked.
        input: String,
        /// The names of those it takes.
        takes: String,
    },
    /// An input that the kind needs.
    #[error("{input} is missing: write it like {input}={example}")]
    Missing {
        /// The input.
        input: String,
        /// A value it could have.
        example: &'static str,
    },
    /// An input that may be given once.
    #[error("{input} is given twice")]
    Twice {
        /// The input.
        input: String,
    },
    /// An input that is repeated too often.
    #[error("{input} is given more than {most} times: add some of them up")]
    TooMany {
        /// The input.
        input: String,
        /// How often it may be given.
        most: usize,
    },
    /// Two inputs that say the same thing in two ways.
    #[error("{input} does not go with {with}: leave one of them out")]
    Either {
        /// The input.
        input: String,
        /// The other one.
        with: String,
    },
    /// A day that lies before or behind those that it belongs to.
    #[error("{input}: {day} is not from {first} to {last}")]
    NotWithin {
        /// The input.
        input: String,
        /// The day.
        day: Day,
        /// The first one.
        first: Day,
        /// The last one.
        last: Day,
    },
    /// A last day before the first.
    #[error("{input} is before {than}")]
    Before {
        /// The input.
        input: String,
        /// The other one.
        than: String,
    },
    /// Not an amount.
    #[error("{input}: {text:?} is not an amount; write it like 30000, 12万, 1.5万元 or 100,000.50")]
    Amount {
        /// The input.
        input: String,
        /// As typed.
        text: String,
    },
    /// An amount of nothing where there has to be one.
    #[error("{input}: the amount has to be more than 0")]
    Zero {
        /// The input.
        input: String,
    },
    /// Not a number of things or days.
    #[error("{input}: {text:?} is not a whole number from {least} to {most}")]
    Whole {
        /// The input.
        input: String,
        /// As typed.
        text: String,
        /// The least it can be.
        least: u32,
        /// The most it can be.
        most: u32,
    },
    /// Not a day.
    #[error("{input}: {text:?} is not a date; write it like 2026-11-24")]
    Date {
        /// The input.
        input: String,
        /// As typed.
        text: String,
    },
    /// None of the choices.
    #[error("{input}: {text:?} is none of {choices}")]
    Choice {
        /// The input.
        input: String,
        /// As typed.
        text: String,
        /// Those there are.
        choices: String,
    },
    /// Not an amount for a number of days.
    #[error("{input}: {text:?} is not an amount and its days; write it like {example}")]
    Pair {
        /// The input.
        input: String,
        /// As typed.
        text: String,
        /// A value it could have.
        example: &'static str,
    },
    /// One input has to be more than another.
    #[error("{input} has to be more than {than}")]
    NotMore {
        /// The input.
        input: String,
        /// The other one.
        than: String,
    },
    /// One input may not be more than another.
    #[error("{input} is more than {than}")]
    TooMuch {
        /// The input.
        input: String,
        /// The other one.
        than: String,
    },
    /// An amount beyond the range that the law leaves.
    #[error("{input} has to be from {min} to {max}")]
    Outside {
        /// The input.
        input: String,
        /// The least.
        min: Decimal,
        /// The most.
        max: Decimal,
    },
    /// No schedule for that day: a lookup never falls back to another time.
    #[error("there is no fee schedule for {day}")]
    NoSchedule {
        /// The day.
        day: Day,
    },
    /// The site's facts do not have what the kind needs.
    #[error("fees.toml has no usable entry {id:?}")]
    NoRate {
        /// The entry's id.
        id: String,
    },
}

impl CalcError {
    /// The input that is at fault, where one is.
    pub fn input(&self) -> Option<&str> {
        match self {
            Self::NoInput { input, .. }
            | Self::Missing { input, .. }
            | Self::Twice { input }
            | Self::TooMany { input, .. }
            | Self::Either { input, .. }
            | Self::NotWithin { input, .. }
            | Self::Before { input, .. }
            | Self::Amount { input, .. }
            | Self::Zero { input }
            | Self::Whole { input, .. }
            | Self::Date { input, .. }
            | Self::Choice { input, .. }
            | Self::Pair { input, .. }
            | Self::NotMore { input, .. }
            | Self::TooMuch { input, .. }
            | Self::Outside { input, .. } => Some(input),
            Self::NoKind { .. }
            | Self::NoRule { .. }
            | Self::NoSchedule { .. }
            | Self::NoRate { .. } => None,
        }
    }

    /// The fault in Chinese, for the place where the input stands.
    pub fn in_chinese(&self) -> String {
        match self {
            Self::NoKind { kind } => format!("没有“{kind}”这种费用"),
            Self::NoRule { rule } => format!("没有“{rule}”这种期限"),
            Self::NoInput { input, takes, .. } => format!("这里不用填“{input}”，可填的有：{takes}"),
            Self::Missing { example, .. } => format!("这一项要填，例如 {example}"),
            Self::Twice { .. } => "这一项只能填一次".to_owned(),
            Self::TooMany { most, .. } => format!("这一项最多填 {most} 次，请把一些合起来填"),
            Self::Either { with, .. } => format!("填了“{with}”，这一项就不要填"),
            Self::NotWithin { day, first, last, .. } => {
                format!("{day} 不在 {first} 到 {last} 之间")
            }
            Self::Before { than, .. } => format!("不能早于“{than}”"),
            Self::Amount { text, .. } => {
                format!("“{text}”不是金额，请写成 30000、12万、1.5万元 或 100,000.50 这样")
            }
            Self::Zero { .. } => "金额要大于 0".to_owned(),
            Self::Whole { text, least, most, .. } => {
                format!("“{text}”不对，请填 {least} 到 {most} 的整数")
            }
            Self::Date { text, .. } => format!("“{text}”不是日期，请写成 2026-11-24 这样"),
            Self::Choice { text, choices, .. } => format!("“{text}”不在可选的里面：{choices}"),
            Self::Pair { text, example, .. } => format!("“{text}”不对，请写成 {example} 这样"),
            Self::NotMore { than, .. } => format!("应大于“{than}”"),
            Self::TooMuch { than, .. } => format!("不能大于“{than}”"),
            Self::Outside { min, max, .. } => format!("应在 {min} 到 {max} 之间"),
            Self::NoSchedule { day } => format!("没有 {day} 施行的收费标准"),
            Self::NoRate { id } => format!("本站的 fees.toml 里没有可用的“{id}”"),
        }
    }
}
