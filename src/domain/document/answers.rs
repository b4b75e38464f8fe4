//! What was typed -> answers, or what is wrong with it, each beside its field.
//!
//! Nothing typed is ever lost: [`Typed`] stays as it is, so that a form can show it again. It has no
//! `Debug`: what a litigant types must not come into a log by an accident.

use std::collections::BTreeMap;

use super::{Condition, DocumentTemplate, Field, FieldKind, Rows, Step, Test};
use crate::domain::money::{Money, half_width};
use crate::domain::period::Day;

/// How many rows a step takes at the very most, whatever its template says.
pub const MOST_ROWS: usize = 50;

/// What was typed, by field: `facts`, or `plaintiffs.0.name` in the first row of a step.
#[derive(Clone, Default)]
pub struct Typed(BTreeMap<String, Vec<String>>);

impl Typed {
    /// Adds a value under a key; several under one key are what was ticked.
    pub fn add(&mut self, key: String, value: String) {
        self.0.entry(key).or_default().push(value);
    }

    /// Sets a key to one value.
    pub fn set(&mut self, key: String, value: String) {
        self.0.insert(key, vec![value]);
    }

    /// The first value of a key; empty where there is none.
    pub fn first(&self, key: &str) -> &str {
        self.all(key).first().map_or("", String::as_str)
    }

    /// All values of a key.
    pub fn all(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// Every key and its values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(key, values)| (key.as_str(), values.as_slice()))
    }

    /// How many rows of a step were typed, empty ones among them.
    pub fn rows(&self, step: &str) -> usize {
        let index = |key: &str| {
            let (index, _) = key.strip_prefix(step)?.strip_prefix('.')?.split_once('.')?;
            index.parse::<usize>().ok().filter(|index| *index < MOST_ROWS)
        };
        self.0.keys().filter_map(|key| index(key)).max().map_or(0, |index| index + 1)
    }

    /// Takes out a row; those after it move up.
    pub fn remove_row(&mut self, step: &str, row: usize) {
        let prefix = format!("{step}.");
        let all = std::mem::take(&mut self.0);
        for (key, values) in all {
            let place = key.strip_prefix(&prefix).and_then(|rest| rest.split_once('.'));
            let place =
                place.and_then(|(index, field)| Some((index.parse::<usize>().ok()?, field)));
            match place {
                Some((index, _)) if index == row => {}
                Some((index, field)) if index > row => {
                    self.0.insert(format!("{prefix}{}.{field}", index - 1), values);
                }
                Some(_) | None => {
                    self.0.insert(key, values);
                }
            }
        }
    }
}

/// The key of a field: `row` is its step and the row's number, where it repeats.
pub fn key(row: Option<(&str, usize)>, field: &str) -> String {
    match row {
        None => field.to_owned(),
        Some((step, index)) => format!("{step}.{index}.{field}"),
    }
}

/// One answer.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// One line.
    Line(String),
    /// Paragraphs, none of them empty.
    Paragraphs(Vec<String>),
    /// A day.
    Day(Day),
    /// Yuan.
    Amount(Money),
    /// One or several of the field's options, in their order.
    Picked(Vec<String>),
}

/// The answers of one row, or of all fields that stand once.
pub type Row = BTreeMap<String, Answer>;

/// What was answered; fields that were not asked have no answer.
#[derive(Clone, Default)]
pub struct Answers {
    /// The fields that stand once.
    pub once: Row,
    /// The rows of each step that repeats.
    pub rows: BTreeMap<String, Vec<Row>>,
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFault {
    /// It is required and empty.
    Missing,
    /// It is longer than so many characters.
    TooLong(usize),
    /// Not a day.
    NotDay,
    /// Not an amount of money.
    NotAmount,
    /// Not a whole number.
    NotCount,
    /// Not a telephone number.
    NotPhone,
    /// Not one of the options.
    NotOption,
    /// More rows than this.
    TooManyRows(usize),
    /// The document has no such field.
    Unknown,
}

/// A fault and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// The number of its step, from 0.
    pub step: usize,
    /// The key of its field; the step's id where it is about its rows.
    pub key: String,
    /// What is wrong.
    pub fault: AnswerFault,
}

/// Reads what was typed for the whole document.
pub fn read(template: &DocumentTemplate, typed: &Typed) -> (Answers, Vec<Misread>) {
    let mut answers = Answers::default();
    let mut faults = Vec::new();
    for (number, step) in template.steps.iter().enumerate() {
        let mut reading = Reading { step: number, typed, faults: &mut faults };
        match &step.rows {
            None => {
                let read = reading.fields(step, None, &answers.once);
                answers.once.extend(read);
            }
            Some(rows) => {
                let read = reading.rows(step, rows, &answers.once);
                answers.rows.insert(step.id.clone(), read);
            }
        }
    }
    (answers, faults)
}

/// The keys of `typed` that name no field of the document.
pub fn unknown(template: &DocumentTemplate, typed: &Typed) -> Vec<String> {
    let is_known = |key: &str| {
        let Some((step, rest)) = key.split_once('.') else {
            return template.field(key).is_some();
        };
        let Some((index, field)) = rest.split_once('.') else { return false };
        let step = template.step(step).filter(|step| step.rows.is_some());
        index.parse::<usize>().is_ok_and(|index| index < MOST_ROWS)
            && step.is_some_and(|step| step.field(field).is_some())
    };
    typed.iter().map(|(key, _)| key.to_owned()).filter(|key| !is_known(key)).collect()
}

struct Reading<'a> {
    step: usize,
    typed: &'a Typed,
    faults: &'a mut Vec<Misread>,
}

impl Reading<'_> {
    fn fault(&mut self, key: &str, fault: AnswerFault) {
        self.faults.push(Misread { step: self.step, key: key.to_owned(), fault });
    }

    /// Rows that are wholly empty are left out, as long as enough remain.
    fn rows(&mut self, step: &Step, rows: &Rows, once: &Row) -> Vec<Row> {
        let typed = self.typed.rows(&step.id);
        if typed > rows.most {
            self.fault(&step.id, AnswerFault::TooManyRows(rows.most));
        }
        let is_given = |index: usize| {
            step.fields.iter().any(|field| {
                let values = self.typed.all(&key(Some((&step.id, index)), &field.id));
                let is_telling = !matches!(field.kind, FieldKind::Choice(_));
                is_telling && values.iter().any(|value| !clean(value).is_empty())
            })
        };
        let mut indices: Vec<usize> = (0..typed).filter(|index| is_given(*index)).collect();
        for index in 0..rows.least {
            if indices.len() < rows.least && !indices.contains(&index) {
                indices.push(index);
            }
        }
        indices.sort_unstable();
        indices.truncate(rows.most);
        indices.into_iter().map(|index| self.fields(step, Some((&step.id, index)), once)).collect()
    }

    fn fields(&mut self, step: &Step, row: Option<(&str, usize)>, once: &Row) -> Row {
        let mut read = Row::new();
        for field in &step.fields {
            let is_asked = field.show.as_ref().is_none_or(|condition| {
                let is_here = step.field(&condition.field).is_some();
                condition.holds(if is_here { &read } else { once }.get(&condition.field))
            });
            if !is_asked {
                continue;
            }
            let key = key(row, &field.id);
            match answer(field, self.typed.all(&key)) {
                Ok(Some(answer)) => {
                    read.insert(field.id.clone(), answer);
                }
                Ok(None) if field.required => self.fault(&key, AnswerFault::Missing),
                Ok(None) => {}
                Err(fault) => self.fault(&key, fault),
            }
        }
        read
    }
}

impl Condition {
    /// Whether it holds for what was answered.
    pub fn holds(&self, answer: Option<&Answer>) -> bool {
        match (&self.test, answer) {
            (Test::Given, answer) => answer.is_some(),
            (Test::Empty, answer) => answer.is_none(),
            (Test::Is(value), Some(Answer::Picked(picked))) => picked.contains(value),
            (Test::Is(value), Some(Answer::Line(line))) => line == value,
            (
                Test::Is(_),
                None | Some(Answer::Paragraphs(_) | Answer::Day(_) | Answer::Amount(_)),
            ) => false,
        }
    }
}

/// The answer that was typed, `None` where there is none.
fn answer(field: &Field, values: &[String]) -> Result<Option<Answer>, AnswerFault> {
    if let Some(options) = field.kind.options() {
        let most = if matches!(field.kind, FieldKind::Choice(_)) { 1 } else { values.len() };
        return picked(options, &values[..most.min(values.len())]);
    }
    let text = clean(values.first().map_or("", String::as_str));
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > field.most {
        return Err(AnswerFault::TooLong(field.most));
    }
    let line = || text.split_whitespace().collect::<Vec<_>>().join(" ");
    let answer = match &field.kind {
        FieldKind::Text => Answer::Paragraphs(
            text.lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
        ),
        FieldKind::Date => Answer::Day(Day::typed(&line()).ok_or(AnswerFault::NotDay)?),
        FieldKind::Amount { .. } => {
            Answer::Amount(Money::parse(&line()).ok_or(AnswerFault::NotAmount)?)
        }
        FieldKind::Count => Answer::Line(count(&line()).ok_or(AnswerFault::NotCount)?),
        FieldKind::Phone => Answer::Line(phone(&line()).ok_or(AnswerFault::NotPhone)?),
        FieldKind::Line | FieldKind::Court | FieldKind::Choice(_) | FieldKind::Ticks(_) => {
            Answer::Line(line())
        }
    };
    Ok(Some(answer))
}

fn picked(options: &[String], values: &[String]) -> Result<Option<Answer>, AnswerFault> {
    let values: Vec<String> =
        values.iter().map(|value| clean(value)).filter(|value| !value.is_empty()).collect();
    if values.iter().any(|value| !options.contains(value)) {
        return Err(AnswerFault::NotOption);
    }
    let picked: Vec<String> =
        options.iter().filter(|option| values.contains(option)).cloned().collect();
    Ok((!picked.is_empty()).then_some(Answer::Picked(picked)))
}

fn folded(text: &str) -> String {
    text.chars().map(half_width).collect()
}

fn count(text: &str) -> Option<String> {
    let digits = folded(text);
    let is_number = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse::<u32>().ok().map(|number| number.to_string())).flatten()
}

/// Digits, and what people write between them; several numbers may stand beside each other.
fn phone(text: &str) -> Option<String> {
    let text = folded(text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || "+-() （）,;/；／、转".contains(c));
    (is_plain && (5..=40).contains(&digits)).then_some(text)
}

/// The text without what nobody sees: control characters (XML 1.0 forbids most), marks that turn the
/// direction of writing, zero-width characters, what stands for no character at all.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_unseen = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c,
                '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}')
            || (c as u32) & 0xfffe == 0xfffe
            || matches!(c as u32, 0xfdd0..=0xfdef)
    };
    let tabs = text.replace('\t', " ");
    tabs.chars().filter(|c| !is_unseen(*c)).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests;
