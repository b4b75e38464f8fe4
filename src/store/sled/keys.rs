//! What is kept under which key.
//!
//! In the main tree, whose batches are atomic: `s` + number of the first scan -> a block of scans;
//! `c` + class, day, placement, topic, client -> a day row, while the day is open; `f`, `h`, `t` +
//! class, day, piece -> the sheets of a day that is over, in full, by hours, by totals; `x` + number
//! -> what was struck out; `m` + name -> a mark. In the other trees: a name or a number -> a record,
//! and day, placement, topic -> a row of answers. `r` + number was a block of scans of version 0.2.

use crate::domain::period::Day;
use crate::domain::scan::{Class, Client, Detail};
use crate::store::sheet::number;
use crate::store::tally::{Cell, FeedbackCell};

pub(super) const SCANS: u8 = b's';
pub(super) const OLD_SCANS: u8 = b'r';
pub(super) const COUNTS: u8 = b'c';
pub(super) const STRIKES: u8 = b'x';
pub(super) const MARKS: u8 = b'm';

pub(super) fn scans(first: u64) -> [u8; 9] {
    let mut key = [SCANS; 9];
    key[1..].copy_from_slice(&first.to_be_bytes());
    key
}

pub(super) fn strike(number: u32) -> [u8; 5] {
    let mut key = [STRIKES; 5];
    key[1..].copy_from_slice(&number.to_be_bytes());
    key
}

pub(super) fn mark(name: &str) -> Vec<u8> {
    [&[MARKS], name.as_bytes()].concat()
}

/// Days since 1970, as they stand in keys; days before that (a clock gone wrong) share the first.
pub(super) fn day_number(day: Day) -> u32 {
    u32::try_from(day.number().max(0)).unwrap_or(u32::MAX - 1)
}

/// How the open rows, or the sheets, of a class begin from a day on.
pub(super) fn of_day(prefix: u8, class: Class, day: u32) -> [u8; 6] {
    let mut key = [prefix, number(&Class::ALL, &class), 0, 0, 0, 0];
    key[2..].copy_from_slice(&day.to_be_bytes());
    key
}

/// How the sheets of a detail begin.
pub(super) fn sheet(detail: Detail) -> u8 {
    match detail {
        Detail::Full => b'f',
        Detail::Hours => b'h',
        Detail::Totals => b't',
    }
}

pub(super) fn piece(detail: Detail, class: Class, day: Day, piece: usize) -> [u8; 8] {
    let mut key = [0; 8];
    key[..6].copy_from_slice(&of_day(sheet(detail), class, day_number(day)));
    let piece = u16::try_from(piece).expect("a day has fewer pieces than that");
    key[6..].copy_from_slice(&piece.to_be_bytes());
    key
}

/// The day of an open row or of a piece.
pub(super) fn day_of(key: &[u8]) -> Option<Day> {
    let number = u32::from_be_bytes(key.get(2..6)?.try_into().ok()?);
    Some(Day::from_number(i64::from(number)))
}

pub(super) fn cell(cell: &Cell) -> [u8; 12] {
    let mut key = [0; 12];
    key[..6].copy_from_slice(&of_day(COUNTS, cell.class, day_number(cell.day)));
    key[6..10].copy_from_slice(&cell.placement.to_be_bytes());
    key[10] = cell.topic;
    key[11] = number(&Client::ALL, &cell.client);
    key
}

pub(super) fn cell_of(key: &[u8]) -> Option<Cell> {
    let key: &[u8; 12] = key.try_into().ok()?;
    let [_, class, _, _, _, _, p0, p1, p2, p3, topic, client] = *key;
    Some(Cell {
        class: *Class::ALL.get(usize::from(class))?,
        day: day_of(key)?,
        placement: u32::from_be_bytes([p0, p1, p2, p3]),
        topic,
        client: *Client::ALL.get(usize::from(client))?,
    })
}

pub(super) fn feedback((day, placement, topic): FeedbackCell) -> [u8; 9] {
    let mut key = [0; 9];
    key[..4].copy_from_slice(&day_number(day).to_be_bytes());
    key[4..8].copy_from_slice(&placement.to_be_bytes());
    key[8] = topic;
    key
}

pub(super) fn feedback_of(key: &[u8]) -> Option<FeedbackCell> {
    let key: &[u8; 9] = key.try_into().ok()?;
    let [d0, d1, d2, d3, p0, p1, p2, p3, topic] = *key;
    let day = Day::from_number(i64::from(u32::from_be_bytes([d0, d1, d2, d3])));
    Some((day, u32::from_be_bytes([p0, p1, p2, p3]), topic))
}
