//! A table of TOML while it is read, key by key: whatever is at fault in it is told, and the rest is
//! read all the same.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::{Reading, either};
use crate::diagnostic::Words;

/// A text and where it stands.
#[derive(Clone)]
pub(super) struct Said<'a> {
    pub(super) text: &'a str,
    pub(super) file: &'a str,
    /// All of the file.
    pub(super) whole: &'a str,
    pub(super) span: Range<usize>,
}

/// A value of a list that takes texts and tables.
pub(super) enum Item<'a> {
    Text(Said<'a>),
    Table(Entry<'a>),
}

/// A table of a file.
#[derive(Clone)]
pub(super) struct Entry<'a> {
    pub(super) file: &'a str,
    pub(super) span: Range<usize>,
    whole: &'a str,
    table: &'a DeTable<'a>,
}

impl<'a> Entry<'a> {
    /// A whole file.
    pub(super) fn new(file: &'a str, whole: &'a str, table: &'a DeTable<'a>) -> Self {
        Self { file, span: 0..0, whole, table }
    }

    fn said(&self, text: &'a str, span: Range<usize>) -> Said<'a> {
        Said { text, file: self.file, whole: self.whole, span }
    }

    /// Tells each key that is none of `known`.
    pub(super) fn only(&self, known: &[&str], reading: &mut Reading<'_>) {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let message =
                Words::new(format!("no key {name:?} here"), format!("这里没有“{name}”这个键"));
            let hint = either(name, known);
            reading.hinted(self.file, key.span(), message, hint);
        }
    }

    /// The names of its keys, in the order of the alphabet.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.table.keys().map(|key| key.get_ref().as_ref())
    }

    /// Where its value of a key stands, if it has one.
    pub(super) fn place(&self, key: &str) -> Option<Range<usize>> {
        self.get(key).map(Spanned::span)
    }

    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    fn read<T>(
        &self,
        key: &str,
        (en, zh): (&str, &str),
        reading: &mut Reading<'_>,
        as_wanted: impl FnOnce(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(key)?;
        let wanted = as_wanted(value.get_ref());
        if wanted.is_none() {
            let message =
                Words::new(format!("{key:?} is to be {en}"), format!("“{key}”应当是{zh}"));
            reading.fault(self.file, value.span(), message);
        }
        wanted
    }

    fn missing(&self, key: &str, reading: &mut Reading<'_>) {
        let message = Words::new(format!("{key:?} is missing"), format!("没有写“{key}”"));
        reading.fault(self.file, self.span.clone(), message);
    }

    /// A text, where there is one.
    pub(super) fn text(&self, key: &str, reading: &mut Reading<'_>) -> Option<Said<'a>> {
        let text = self.read(key, ("a text", "一段文字"), reading, |value| value.as_str())?;
        Some(self.said(text, self.place(key)?))
    }

    /// A text that has to be there, and is not empty.
    pub(super) fn needed(&self, key: &str, reading: &mut Reading<'_>) -> Option<Said<'a>> {
        if self.get(key).is_none() {
            self.missing(key, reading);
        }
        let said = self.text(key, reading)?;
        if said.text.trim().is_empty() {
            reading.fault(said.file, said.span, Words::new("the text is empty", "内容是空的"));
            return None;
        }
        Some(said)
    }

    /// Whether it says so; no, where it says nothing.
    pub(super) fn flag(&self, key: &str, reading: &mut Reading<'_>) -> bool {
        let kind = ("true or false", " true 或 false");
        self.read(key, kind, reading, DeValue::as_bool).unwrap_or_default()
    }

    /// A whole number of `range`, where there is one.
    pub(super) fn number(
        &self,
        key: &str,
        range: std::ops::RangeInclusive<u16>,
        reading: &mut Reading<'_>,
    ) -> Option<u16> {
        let (first, last) = (range.start(), range.end());
        let kind = (&*format!("{first} to {last}"), &*format!(" {first} 到 {last}"));
        self.read(key, kind, reading, |value| number(value).filter(|n| range.contains(n)))
    }

    /// A day that has to be there.
    pub(super) fn date(&self, key: &str, reading: &mut Reading<'_>) -> Option<Spanned<Datetime>> {
        if self.get(key).is_none() {
            self.missing(key, reading);
        }
        let kind = ("a date like 2026-11-24", " 2026-11-24 这样的日期");
        let date = self.read(key, kind, reading, |value| value.as_datetime().copied())?;
        Some(Spanned::new(self.place(key)?, date))
    }

    /// The texts of a list; none where there is no list.
    pub(super) fn texts(&self, key: &str, reading: &mut Reading<'_>) -> Vec<Said<'a>> {
        let texts = self.read(key, ("a list of texts", "文字的列表"), reading, |value| {
            let text = |item: &'a Spanned<DeValue<'a>>| {
                Some(self.said(item.get_ref().as_str()?, item.span()))
            };
            value.as_array()?.iter().map(text).collect()
        });
        texts.unwrap_or_default()
    }

    /// A text that stands alone, or the texts of a list.
    pub(super) fn one_or_more(&self, key: &str, reading: &mut Reading<'_>) -> Vec<Said<'a>> {
        match self.get(key).map(|value| value.get_ref().is_array()) {
            None => Vec::new(),
            Some(true) => self.texts(key, reading),
            Some(false) => self.text(key, reading).into_iter().collect(),
        }
    }

    /// The whole numbers of a list.
    pub(super) fn numbers(&self, key: &str, reading: &mut Reading<'_>) -> Vec<u16> {
        let kind = ("a list of numbers from 1", "一列从 1 起的数");
        let numbers = self.read(key, kind, reading, |value| {
            let from_one = |item: &Spanned<DeValue<'_>>| number(item.get_ref()).filter(|n| *n > 0);
            value.as_array()?.iter().map(from_one).collect()
        });
        numbers.unwrap_or_default()
    }

    /// A table inside, where there is one.
    pub(super) fn table(&self, key: &str, reading: &mut Reading<'_>) -> Option<Self> {
        let table = self.read(key, ("a table", "一张表"), reading, DeValue::as_table)?;
        Some(Self { span: self.place(key)?, table, ..*self })
    }

    /// The tables of a list; none where there is no list.
    pub(super) fn tables(&self, key: &str, reading: &mut Reading<'_>) -> Vec<Self> {
        let items = self.read(key, ("a list of tables", "表的列表"), reading, |value| {
            let item = |item: &'a Spanned<DeValue<'a>>| match self.item(item)? {
                Item::Table(entry) => Some(entry),
                Item::Text(_) => None,
            };
            value.as_array()?.iter().map(item).collect()
        });
        items.unwrap_or_default()
    }

    /// The texts and tables of a list; a text that stands alone is a list of one.
    pub(super) fn items(&self, key: &str, reading: &mut Reading<'_>) -> Vec<Item<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let kind = ("a text, or a list of texts and tables", "一段文字，或文字和表的列表");
        let items = self.read(key, kind, reading, |inside| match inside.as_array() {
            Some(list) => list.iter().map(|item| self.item(item)).collect(),
            None => self.item(value).map(|item| vec![item]),
        });
        items.unwrap_or_default()
    }

    fn item(&self, value: &'a Spanned<DeValue<'a>>) -> Option<Item<'a>> {
        let span = value.span();
        match (value.get_ref().as_str(), value.get_ref().as_table()) {
            (Some(text), _) => Some(Item::Text(self.said(text, span))),
            (None, Some(table)) => Some(Item::Table(Self { span, table, ..*self })),
            (None, None) => None,
        }
    }
}

fn number(value: &DeValue<'_>) -> Option<u16> {
    let integer = value.as_integer()?;
    u16::from_str_radix(integer.as_str(), integer.radix()).ok()
}
