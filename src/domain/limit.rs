//! Statutory time limits and shares as facts, and the rules by which a last day is counted.

use super::law::Citation;

/// How long, or how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Hours.
    Hours(u16),
    /// Days.
    Days(u16),
    /// Months of the calendar.
    Months(u16),
    /// Years of the calendar.
    Years(u16),
    /// Not a span: per cent.
    Percent(u16),
}

impl Length {
    /// As English pages show it: `7 days`, `1 year`, `50%`.
    pub fn in_english(self) -> String {
        let (number, unit) = match self {
            Self::Hours(number) => (number, "hour"),
            Self::Days(number) => (number, "day"),
            Self::Months(number) => (number, "month"),
            Self::Years(number) => (number, "year"),
            Self::Percent(number) => return format!("{number}%"),
        };
        let plural = if number == 1 { "" } else { "s" };
        format!("{number} {unit}{plural}")
    }
}

/// A statutory time limit or share, as shown in text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeLimit {
    /// Its id in `limits.toml`.
    pub id: String,
    /// As shown: `7日`.
    pub text: String,
    /// How long it is.
    pub length: Length,
    /// Where it stands.
    pub source: Citation,
    /// How its last day is found, where people ask for that.
    pub rule: Option<DeadlineRule>,
}

/// A deadline that people ask for: a limit of `limits.toml` with a `rule`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineRule {
    /// Its name for ever: `pay-fee`.
    pub name: String,
    /// What has to be done: `交受理费`.
    pub title: String,
    /// The day that has to be given: `收到交费通知那天`.
    pub start: String,
    /// Both in English, where they were written.
    pub english: Option<EnglishRule>,
    /// Whether it is counted back from that day.
    pub back: bool,
    /// Further articles behind the limit, such as the one by which another law's counting holds.
    pub with: Vec<Citation>,
}

/// What English pages say of a [`DeadlineRule`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnglishRule {
    /// What has to be done.
    pub title: String,
    /// The day that has to be given.
    pub start: String,
}

/// The articles by which days are counted, said with every result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counting {
    /// For every limit that is counted forwards.
    pub forwards: Vec<Citation>,
    /// Further ones for limits in months and years.
    pub by_calendar: Vec<Citation>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_in_english_counts_one_as_one() {
        for (length, shown) in [
            (Length::Hours(48), "48 hours"),
            (Length::Days(7), "7 days"),
            (Length::Months(6), "6 months"),
            (Length::Years(1), "1 year"),
            (Length::Percent(50), "50%"),
        ] {
            assert_eq!(length.in_english(), shown);
        }
    }
}
