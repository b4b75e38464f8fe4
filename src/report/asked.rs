//! A question as addresses ask it: names and values -> an [`Asking`], which says what to read and then answers.
//!
//! The names are those of the command line's options: `report`, `by`, `from`, `to`, `court`, `topic`;
//! besides, `period` names days that move with the calendar. What a page adds for itself (its
//! language, its size) is the page's to take away before. A table more is an arm of [`Table`].

use super::silent;
use super::{Answered, Asked, Dimension, Question, REPORTS, ReportKind, find, useful};
use crate::diagnostic::{Words, nearest};
use crate::domain::court::CourtId;
use crate::domain::feedback::FeedbackCount;
use crate::domain::library::Library;
use crate::domain::period::{Day, Moment, Month, Period};
use crate::domain::scan::{DayCount, Detail, ScanQuery};
use crate::domain::topic::TopicId;
use crate::domain::user::Courts;

/// What is asked for.
#[derive(Clone, Copy)]
pub enum Table {
    /// A report of scans.
    Scans(&'static dyn ReportKind),
    /// What visitors say of pages.
    Useful,
    /// The placements gone quiet.
    Silent,
}

impl Table {
    /// The name of the table of what visitors say.
    pub const USEFUL: &'static str = "useful";
    /// The name of the table of placements gone quiet.
    pub const SILENT: &'static str = "silent";

    /// All names.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        REPORTS.iter().map(|report| report.name()).chain([Self::USEFUL, Self::SILENT])
    }

    /// The table of a name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            Self::USEFUL => Some(Self::Useful),
            Self::SILENT => Some(Self::Silent),
            name => find(name).map(Self::Scans),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scans(kind) => kind.name(),
            Self::Useful => Self::USEFUL,
            Self::Silent => Self::SILENT,
        }
    }

    /// As people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Scans(kind) => kind.title(),
            Self::Useful => useful::TITLE,
            Self::Silent => silent::TITLE,
        }
    }

    /// What it can be broken down by.
    pub fn by(self) -> &'static [Dimension] {
        match self {
            Self::Scans(kind) => kind.by(),
            Self::Useful => &useful::BY,
            Self::Silent => &[],
        }
    }
}

/// Days that move with the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// 今天
    Today,
    /// 近 7 天, today included
    Week,
    /// 近 30 天, today included
    Days30,
    /// 本月
    Month,
    /// 上月
    LastMonth,
    /// 今年
    Year,
}

impl Preset {
    /// All of them, from the shortest on.
    pub const ALL: [Self; 6] =
        [Self::Today, Self::Week, Self::Days30, Self::Month, Self::LastMonth, Self::Year];

    /// The name used in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Week => "7d",
            Self::Days30 => "30d",
            Self::Month => "month",
            Self::LastMonth => "last-month",
            Self::Year => "year",
        }
    }

    /// One of the names; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == text)
    }

    /// Its days, as of `today`.
    pub fn days(self, today: Day) -> Period {
        let first = today.first_of_month();
        let (from, to) = match self {
            Self::Today => (today, today),
            Self::Week => (today.plus(-6), today),
            Self::Days30 => (today.plus(-29), today),
            Self::Month => (first, today),
            Self::LastMonth => (first.plus_months(-1), first.plus(-1)),
            Self::Year => (Day::new(today.year(), 1, 1).unwrap_or(today), today),
        };
        Period { from: Some(from), to: Some(to) }
    }
}

/// Why a question cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// There is nothing of that name.
    Unknown {
        /// What it should name, in English and in Chinese.
        kind: (&'static str, &'static str),
        /// As asked.
        name: String,
        /// The name that may be meant.
        near: Option<String>,
        /// The names that there are.
        known: String,
    },
    /// Not a date.
    NotADay {
        /// `from` or `to`.
        name: &'static str,
        /// As asked.
        value: String,
    },
    /// Not a month.
    NotAMonth {
        /// As asked.
        value: String,
    },
    /// A month that has not begun.
    FutureMonth {
        /// Which.
        month: Month,
    },
    /// The days end before they begin.
    Reversed {
        /// The first day.
        from: Day,
        /// The last day.
        to: Day,
    },
    /// Days that move with the calendar, and days that do not.
    Together {
        /// Those that move.
        period: Preset,
    },
    /// The table does not go by this dimension.
    NotBy {
        /// The table's name.
        table: &'static str,
        /// What it does not go by.
        by: Dimension,
        /// What it goes by.
        known: &'static [Dimension],
    },
    /// A court that is not the user's to see.
    NotTheirs,
}

impl Fault {
    fn unknown<'a>(
        kind: (&'static str, &'static str),
        name: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) -> Self {
        let near = nearest(name, known.clone()).map(str::to_owned);
        let known = known.collect::<Vec<_>>().join(", ");
        Self::Unknown { kind, name: name.to_owned(), near, known }
    }

    /// That an address has no parameter of this name.
    pub fn parameter(name: &str, known: &[&str]) -> Self {
        Self::unknown(("parameter", "参数"), name, known.iter().copied())
    }

    /// What is wrong and what to do, in English and in Chinese.
    pub fn words(&self) -> Words {
        match self {
            Self::Unknown { kind: (en, zh), name, near: Some(near), .. } => Words::new(
                format!("no {en} {name:?}: did you mean {near:?}?"),
                format!("没有{zh}“{name}”：是不是“{near}”？"),
            ),
            Self::Unknown { kind: (en, zh), name, near: None, known } if known.is_empty() => {
                Words::new(
                    format!("no {en} {name:?}: there are none here, leave it out"),
                    format!("没有{zh}“{name}”：这里不用{zh}，请去掉"),
                )
            }
            Self::Unknown { kind: (en, zh), name, near: None, known } => Words::new(
                format!("no {en} {name:?}: {en}s are {known}"),
                format!("没有{zh}“{name}”：可用的有 {known}"),
            ),
            Self::NotADay { name, value } => Words::new(
                format!("{name}={value} is no day: write a date like 2026-11-24"),
                format!("{name}={value} 不是日期：请写成 2026-11-24"),
            ),
            Self::NotAMonth { value } => Words::new(
                format!("month={value} is no month: write one like 2026-10"),
                format!("month={value} 不是月份：请写成 2026-10"),
            ),
            Self::FutureMonth { month } => Words::new(
                format!("month={month} has not begun: ask for an earlier one"),
                format!("month={month} 还没有开始：请换一个更早的月份"),
            ),
            Self::Reversed { from, to } => Words::new(
                format!("from={from} is after to={to}: swap them"),
                format!("from={from} 晚于 to={to}：请对调"),
            ),
            Self::Together { period } => {
                let period = period.as_str();
                Words::new(
                    format!(
                        "period={period} says which days, and so do from= and to=: leave one out"
                    ),
                    format!("period={period} 和 from=、to= 都说了哪些天：请只留一样"),
                )
            }
            Self::NotBy { table, by, known: [] } => Words::new(
                format!("{table} is not broken down: leave out by={}", by.as_str()),
                format!("{table} 不能再分：请去掉 by={}", by.as_str()),
            ),
            Self::NotBy { table, by, known } => {
                let known = known.iter().map(|d| d.as_str()).collect::<Vec<_>>().join(", ");
                Words::new(
                    format!("{table} does not go by {}; it goes by {known}", by.as_str()),
                    format!("{table} 不能按 {} 分；可以按 {known} 分", by.as_str()),
                )
            }
            Self::NotTheirs => Words::new(
                "your account does not see this court: leave out court=",
                "您的账号不能看这个法院：请去掉 court=",
            ),
        }
    }
}

/// A table and what to count in it.
#[derive(Clone)]
pub struct Asking {
    /// Which table.
    pub table: Table,
    /// What to count.
    pub question: Question,
    /// The present moment.
    pub now: Moment,
}

impl Asking {
    /// Reads what an address asks for. Of `report`, of `from`, of `to` and of `period` the last one counts;
    /// `by`, `court` and `topic` may be given again, or be lists with commas. An empty value says
    /// nothing, as browsers send it of a field that was left empty.
    ///
    /// # Errors
    /// What is not understood is refused, so that no slip of the pen is answered with other numbers.
    pub fn read(pairs: &[(String, String)], library: &Library, now: Moment) -> Result<Self, Fault> {
        let today = now.day();
        let mut table = Table::Scans(REPORTS[0]);
        let mut question = Question {
            by: Vec::new(),
            courts: Vec::new(),
            topics: Vec::new(),
            period: Period::default(),
            today,
        };
        let mut moving = None;
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.trim()));
        for (name, value) in pairs.filter(|(_, value)| !value.is_empty()) {
            match name {
                "report" => {
                    table = Table::parse(value)
                        .ok_or_else(|| Fault::unknown(("report", "报表"), value, Table::names()))?;
                }
                "period" => moving = Some(preset(value)?),
                "from" => question.period.from = Some(day("from", value)?),
                "to" => question.period.to = Some(day("to", value)?),
                "by" => add(&mut question.by, value, dimension)?,
                "court" => add(&mut question.courts, value, |id| court(id, library))?,
                "topic" => add(&mut question.topics, value, |id| topic(id, library))?,
                name => {
                    let known = ["report", "by", "from", "to", "period", "court", "topic"];
                    return Err(Fault::parameter(name, &known));
                }
            }
        }
        if let Some(preset) = moving {
            if question.period != Period::default() {
                return Err(Fault::Together { period: preset });
            }
            question.period = preset.days(today);
        }
        let asking = Self { table, question, now };
        asking.check()?;
        Ok(asking)
    }

    /// Refuses what cannot be answered.
    pub fn check(&self) -> Result<(), Fault> {
        if let Period { from: Some(from), to: Some(to) } = self.question.period
            && from > to
        {
            return Err(Fault::Reversed { from, to });
        }
        let (table, known) = (self.table.name(), self.table.by());
        match self.question.by.iter().find(|by| !known.contains(by)) {
            Some(by) => Err(Fault::NotBy { table, by: *by, known }),
            None => Ok(()),
        }
    }

    /// The names and values that ask the same again; those that say nothing are left out.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let question = &self.question;
        let mut pairs = vec![("report".to_owned(), self.table.name().to_owned())];
        let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
        if !question.by.is_empty() {
            let by: Vec<_> = question.by.iter().map(|by| by.as_str()).collect();
            add("by", by.join(","));
        }
        // A silence has no period: it lasts until now.
        if !matches!(self.table, Table::Silent) {
            for (name, day) in [("from", question.period.from), ("to", question.period.to)] {
                if let Some(day) = day {
                    add(name, day.to_string());
                }
            }
        }
        question.courts.iter().for_each(|court| add("court", court.to_string()));
        question.topics.iter().for_each(|topic| add("topic", topic.to_string()));
        pairs
    }

    /// A name for a file of the answer, without its extension: `courts-2026-10-01-2026-10-31`.
    pub fn file_name(&self) -> String {
        let Period { from, to } = self.question.period;
        let days = [from, to].into_iter().flatten().map(|day| format!("-{day}"));
        format!("{}{}", self.table.name(), days.collect::<String>())
    }

    /// Keeps the question to `courts`: whoever sees some courts alone asks for all of those where
    /// none is named, and for no other.
    pub fn within(mut self, courts: &Courts) -> Result<Self, Fault> {
        let Courts::Named(theirs) = courts else { return Ok(self) };
        if self.question.courts.is_empty() {
            self.question.courts = theirs.iter().cloned().collect();
        }
        // No court named would mean all.
        let some = !self.question.courts.is_empty();
        if some && self.question.courts.iter().all(|court| theirs.contains(court)) {
            Ok(self)
        } else {
            Err(Fault::NotTheirs)
        }
    }

    /// The periods that the answer is about, the one that was asked for first.
    pub fn periods(&self) -> Vec<Period> {
        match self.table {
            Table::Scans(kind) => kind.periods(&self.question),
            Table::Useful | Table::Silent => vec![self.question.period],
        }
    }

    /// What the store has to be asked of scans.
    pub fn of_scans(&self) -> Vec<ScanQuery> {
        let detail = match self.table {
            Table::Scans(kind) => kind.detail(&self.question),
            Table::Useful | Table::Silent => Detail::Hours,
        };
        let query = |period| ScanQuery { period, detail };
        match self.table {
            Table::Scans(_) => self.periods().into_iter().map(query).collect(),
            Table::Silent => vec![query(silent::period(self.now))],
            Table::Useful => Vec::new(),
        }
    }

    /// What the store has to be asked of answers.
    pub fn of_feedback(&self) -> Option<Period> {
        match self.table {
            Table::Useful => Some(self.question.period),
            Table::Scans(_) | Table::Silent => None,
        }
    }

    /// The answer, from what the store said to [`Asking::of_scans`] and [`Asking::of_feedback`].
    pub fn answer(
        &self,
        counts: &[Vec<DayCount>],
        feedback: &[FeedbackCount],
        library: &Library,
    ) -> Answered {
        let (question, periods) = (&self.question, &self.periods());
        let report = match self.table {
            Table::Scans(kind) => kind.answer(&Asked { question, library, periods, counts }),
            Table::Useful => useful::answer(feedback, question, library),
            Table::Silent => {
                let rows = counts.first().map(Vec::as_slice).unwrap_or_default();
                silent::watch(rows, library, &question.courts, self.now).report(library)
            }
        };
        let period = periods.first().copied().unwrap_or(question.period);
        Answered { report, title: self.table.title(), period }
    }
}

/// Adds what a value names, be it one or a list, each once.
fn add<T: PartialEq>(
    list: &mut Vec<T>,
    value: &str,
    read: impl Fn(&str) -> Result<T, Fault>,
) -> Result<(), Fault> {
    for part in value.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let one = read(part)?;
        if !list.contains(&one) {
            list.push(one);
        }
    }
    Ok(())
}

fn day(name: &'static str, value: &str) -> Result<Day, Fault> {
    Day::typed(value).ok_or_else(|| Fault::NotADay { name, value: value.to_owned() })
}

fn preset(value: &str) -> Result<Preset, Fault> {
    let known = Preset::ALL.map(Preset::as_str);
    let unknown = || Fault::unknown(("period", "时段"), value, known.into_iter());
    Preset::parse(value).ok_or_else(unknown)
}

fn dimension(name: &str) -> Result<Dimension, Fault> {
    let known = Dimension::ALL.map(Dimension::as_str);
    let unknown = || Fault::unknown(("dimension", "分法"), name, known.into_iter());
    Dimension::parse(name).ok_or_else(unknown)
}

/// The court of an id, which has to be known.
fn court(id: &str, library: &Library) -> Result<CourtId, Fault> {
    let known = library.courts.iter().map(|court| court.id.as_str());
    let found = CourtId::parse(id).filter(|id| library.court(id).is_some());
    found.ok_or_else(|| Fault::unknown(("court", "法院"), id, known))
}

/// The topic of a slug, which has to be known.
fn topic(slug: &str, library: &Library) -> Result<TopicId, Fault> {
    let known = library.topics.values().map(|topic| topic.id.as_str());
    let found = TopicId::parse(slug).filter(|id| library.topic(id).is_some());
    found.ok_or_else(|| Fault::unknown(("topic", "主题"), slug, known))
}

#[cfg(test)]
mod tests;
