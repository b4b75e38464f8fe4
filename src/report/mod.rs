//! Counts -> answers. No store here, only numbers.
//!
//! A [`Report`] is columns and rows; how it is written is a file in [`mod@format`]. A report of scans
//! is a file here with its [`ReportKind`], and a line in [`REPORTS`]: the command line lists it from
//! there. [`useful`] counts what visitors say of pages, [`silent`] looks for codes gone quiet; a
//! question that comes in an address is read by [`asked`]; [`monthly`] sets a month on paper.

mod against;
pub mod alarms;
pub mod asked;
pub mod board;
pub mod chart;
mod column;
mod compare;
mod courts;
mod dimension;
mod fold;
pub mod format;
mod hours;
mod machines;
pub mod monthly;
mod placements;
mod scans;
pub mod silent;
mod struck;
mod topics;
pub mod useful;

pub use against::Stage;
pub use column::Column;
pub use dimension::{Dimension, Value};

use crate::diagnostic::Words;
use crate::domain::court::CourtId;
use crate::domain::library::Library;
use crate::domain::period::{Day, Period};
use crate::domain::placement::PlacementNumber;
use crate::domain::scan::{Class, DayCount, Detail};
use crate::domain::topic::{TopicId, TopicNumber};

/// One named report of scans.
pub trait ReportKind: Sync {
    /// As options name it.
    fn name(&self) -> &'static str;

    /// As people call it.
    fn title(&self) -> &'static str;

    /// What it can be broken down by.
    fn by(&self) -> &'static [Dimension] {
        &[]
    }

    /// How finely it needs the counts of a question.
    fn detail(&self, question: &Question) -> Detail {
        question.detail()
    }

    /// The periods whose counts it needs, the one that was asked for first.
    fn periods(&self, question: &Question) -> Vec<Period> {
        vec![question.period]
    }

    /// The answer.
    fn answer(&self, asked: &Asked) -> Report;
}

/// All reports of scans; the first is what is meant where none is named.
pub static REPORTS: &[&dyn ReportKind] = &[
    &scans::Scans,
    &compare::Compare,
    &hours::Hours,
    &topics::Topics,
    &courts::Courts,
    &placements::Placements,
    &machines::Machines,
];

/// The report of a name.
pub fn find(name: &str) -> Option<&'static dyn ReportKind> {
    REPORTS.iter().copied().find(|report| report.name() == name)
}

/// What to count.
#[derive(Debug, Clone)]
pub struct Question {
    /// Broken down by what, in this order.
    pub by: Vec<Dimension>,
    /// Of these courts; empty means all.
    pub courts: Vec<CourtId>,
    /// On these topics; empty means all.
    pub topics: Vec<TopicId>,
    /// In these days.
    pub period: Period,
    /// The present day.
    pub today: Day,
}

impl Question {
    /// How finely its dimensions need the counts.
    pub fn detail(&self) -> Detail {
        if self.by.contains(&Dimension::Client) {
            Detail::Full
        } else if self.by.contains(&Dimension::Hour) {
            Detail::Hours
        } else {
            Detail::Totals
        }
    }
}

/// A question with all that its answer is computed from.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// What to count.
    pub question: &'a Question,
    /// All content.
    pub library: &'a Library,
    /// As the report's kind named them.
    pub periods: &'a [Period],
    /// The counts of each of the periods, of all courts and topics.
    pub counts: &'a [Vec<DayCount>],
}

impl<'a> Asked<'a> {
    /// The counts of period `index` that the question is about.
    fn counts(self, index: usize) -> impl Iterator<Item = &'a DayCount> {
        let counts = self.counts.get(index).map(Vec::as_slice).unwrap_or_default();
        let wanted = Wanted::new(self.question, self.library);
        counts.iter().filter(move |row| wanted.has(row))
    }

    /// People's openings among them.
    fn people(self, index: usize) -> impl Iterator<Item = &'a DayCount> {
        self.counts(index).filter(|row| row.class == Class::People)
    }
}

/// A named answer computed from counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What its rows hold.
    pub columns: Vec<&'static Column>,
    /// One cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// One cell a column, where a sum says something; the first is left for its name.
    pub total: Option<Vec<Cell>>,
    /// What a reader has to know.
    pub notes: Vec<Words>,
}

/// A report with what its heading says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The numbers.
    pub report: Report,
    /// As people call it.
    pub title: &'static str,
    /// The days it is about.
    pub period: Period,
}

impl Answered {
    /// The report as a workbook, with a sheet that says what it is.
    pub fn workbook(
        &self,
        question: &Question,
        library: &Library,
    ) -> Result<Vec<u8>, format::xlsx::XlsxFault> {
        let about = about(self.title, &self.report, question, self.period, library);
        format::xlsx::write(&self.report, self.title, &about)
    }
}

/// Whether a period whose first counts are of `first` was counted from its beginning, but for a tenth
/// of its days, or for two of a short one, on which a court may have been closed: against a part of it
/// every number has grown.
fn is_known(period: Period, first: Option<Day>) -> bool {
    let (Period { from: Some(from), to: Some(to) }, Some(first)) = (period, first) else {
        return false;
    };
    first.number() - from.number() <= ((to.number() - from.number()) / 10).max(2)
}

/// What stands in one place of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A name.
    Text(Value),
    /// A day.
    Day(Day),
    /// A whole number.
    Number(i64),
    /// A number with one decimal, in tenths.
    Tenths(i32),
    /// Nothing is known.
    Nothing,
}

impl Cell {
    /// A text that is the same to scripts and people.
    fn text(text: &str) -> Self {
        Self::Text(Value::plain(text))
    }

    fn count(count: u64) -> Self {
        Self::Number(i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn day(day: Option<Day>) -> Self {
        day.map_or(Self::Nothing, Self::Day)
    }

    /// `part` of `whole` to one decimal, rounded half away from zero; nothing where `whole` is zero.
    fn ratio(part: i64, whole: u64, times: i64) -> Self {
        if whole == 0 {
            return Self::Nothing;
        }
        let (part, whole) = (i128::from(part) * i128::from(times) * 10, i128::from(whole));
        let tenths = (2 * part.abs() + whole) / (2 * whole) * part.signum();
        Self::Tenths(i32::try_from(tenths).unwrap_or(if part < 0 { i32::MIN } else { i32::MAX }))
    }

    /// `part` of `whole` in percent.
    fn percent(part: i64, whole: u64) -> Self {
        Self::ratio(part, whole, 100)
    }
}

/// `12.3`, `-0.5`.
pub fn decimal(tenths: i32) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
}

/// The sums of all whole numbers from column `first` on.
fn sums(rows: &[Vec<Cell>], first: usize, columns: usize) -> Vec<Cell> {
    let sum = |column: usize| {
        let numbers = rows.iter().filter_map(|row| match row.get(column) {
            Some(Cell::Number(number)) => Some(*number),
            _ => None,
        });
        Cell::Number(numbers.fold(0, i64::saturating_add))
    };
    (0..columns).map(|i| if i < first { Cell::Nothing } else { sum(i) }).collect()
}

/// What a sheet says of itself: the question, the columns, what a reader has to know. In Chinese.
fn about<'a>(
    title: &str,
    report: &Report,
    question: &'a Question,
    period: Period,
    library: &'a Library,
) -> Vec<(String, String)> {
    let all = |names: Vec<&str>| match names.as_slice() {
        [] => "全部".to_owned(),
        names => names.join("、"),
    };
    // A court that is no longer in the table still has its id.
    let court = |id: &'a CourtId| library.court(id).map_or(id.as_str(), |court| &court.name);
    let courts = question.courts.iter().map(court).collect();
    let topics: Vec<String> = question
        .topics
        .iter()
        .filter_map(|id| library.topic(id))
        .map(|topic| dimension::topic_value(topic.number.get(), library).label)
        .collect();
    let mut lines = vec![
        ("报表".to_owned(), title.to_owned()),
        ("时间".to_owned(), format!("{}（北京时间，含首尾两天）", span(period).1)),
        ("法院".to_owned(), all(courts)),
        ("事项".to_owned(), all(topics.iter().map(String::as_str).collect())),
    ];
    if !question.by.is_empty() {
        let by = question.by.iter().map(|d| d.column().title).collect();
        lines.push(("分组".to_owned(), all(by)));
    }
    let meaning = |c: &&Column| (c.title.to_owned(), c.meaning.to_owned());
    lines.push((String::new(), String::new()));
    lines.extend(report.columns.iter().map(meaning));
    lines.push((String::new(), String::new()));
    let notes = report.notes.iter().map(|note| note.in_tongue(crate::diagnostic::Tongue::Chinese));
    lines.extend(notes.map(|note| ("注".to_owned(), note.to_owned())));
    lines
}

/// A period in English and in Chinese.
fn span(period: Period) -> (String, String) {
    match (period.from, period.to) {
        (Some(from), Some(to)) => (format!("{from} to {to}"), format!("{from} 至 {to}")),
        (Some(from), None) => (format!("since {from}"), format!("{from} 起")),
        (None, Some(to)) => (format!("until {to}"), format!("截至 {to}")),
        (None, None) => ("all".to_owned(), "有记录以来".to_owned()),
    }
}

/// Which placements and topics a question is about, looked up once and not with each row.
struct Wanted {
    /// By number; none where it is about all.
    placements: Option<Vec<bool>>,
    /// By number; none where it is about all.
    topics: Option<[bool; 256]>,
}

impl Wanted {
    fn new(question: &Question, library: &Library) -> Self {
        let placements = (!question.courts.is_empty()).then(|| {
            let most = library.placements.keys().last().map_or(0, |number| number.get() as usize);
            let mut wanted = vec![false; most + 1];
            for number in library.placements.keys() {
                wanted[number.get() as usize] = is_of_court(number.get(), question, library);
            }
            wanted
        });
        let topics = (!question.topics.is_empty()).then(|| {
            let mut wanted = [false; 256];
            for number in library.topics.keys() {
                wanted[usize::from(number.get())] = is_of_topic(number.get(), question, library);
            }
            wanted
        });
        Self { placements, topics }
    }

    fn has(&self, row: &DayCount) -> bool {
        let of_place = |wanted: &Vec<bool>| wanted.get(row.placement as usize) == Some(&true);
        // An orphan is on no topic.
        let of_topic = |wanted: &[bool; 256]| row.placement > 0 && wanted[usize::from(row.topic)];
        self.placements.as_ref().is_none_or(of_place) && self.topics.as_ref().is_none_or(of_topic)
    }
}

fn is_of_court(placement: u32, question: &Question, library: &Library) -> bool {
    question.courts.is_empty()
        || PlacementNumber::new(placement)
            .and_then(|n| library.placements.get(&n))
            .is_some_and(|p| question.courts.contains(&p.court))
}

fn is_of_topic(topic: u8, question: &Question, library: &Library) -> bool {
    question.topics.is_empty()
        || TopicNumber::new(topic)
            .and_then(|n| library.topics.get(&n))
            .is_some_and(|t| question.topics.contains(&t.id))
}

#[cfg(test)]
mod tests;
