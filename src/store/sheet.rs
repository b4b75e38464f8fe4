//! The counts of a day that is over, packed: a few large values instead of very many small ones.
//!
//! A sheet holds the rows of one class and day as finely as one [`Detail`] has them, cut into pieces.
//! A row is: the placement as the step from the row before, the topic, in full the client, then where
//! hours are asked for a bit for each hour that has a count and the counts of those, else the day's
//! count. The full sheet is framed with what it is about, so that it is found in a damaged file; the
//! coarser ones are made of it and start with their format version.

use super::StoreError;
use super::block::{put, take, torn};
use super::frame::{self, Kind};
use crate::domain::period::Day;
use crate::domain::scan::{Class, Client, Count, DayCount, Detail};

/// The format of the coarse sheets.
const VERSION: u8 = 1;

/// A piece is cut once it has so many bytes.
const PIECE: usize = 12 * 1024;

/// What a piece of a full sheet says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) class: Class,
    pub(super) day: Day,
    /// Rises each time the day is packed anew.
    pub(super) revision: u64,
    /// From 0.
    pub(super) piece: u64,
    /// How many there are.
    pub(super) pieces: u64,
}

/// Packs the full rows of one class and day, rising by placement, topic and client.
pub(super) fn pack_full(class: Class, day: Day, revision: u64, rows: &[DayCount]) -> Vec<Vec<u8>> {
    let cut = cut(rows, Detail::Full);
    let pieces = cut.len() as u64;
    let framed = (0u64..).zip(cut).map(|(piece, rows)| {
        let mut body = vec![number(&Class::ALL, &class)];
        put(&mut body, day.number().max(0).cast_unsigned());
        for number in [revision, piece, pieces] {
            put(&mut body, number);
        }
        body.extend(rows);
        frame::wrap(Kind::Sheet, &body)
    });
    framed.collect()
}

/// Packs the coarser rows of one class and day.
pub(super) fn pack_coarse(rows: &[DayCount], detail: Detail) -> Vec<Vec<u8>> {
    let versioned = cut(rows, detail).into_iter().map(|rows| [&[VERSION], &rows[..]].concat());
    versioned.collect()
}

/// Adds the rows of a piece to `rows`.
pub(super) fn unpack(
    bytes: &[u8],
    class: Class,
    day: Day,
    detail: Detail,
    rows: &mut Vec<DayCount>,
) -> Result<(), StoreError> {
    let body = match detail {
        Detail::Full => head(frame::unwrap(Kind::Sheet, bytes)?)?.1,
        Detail::Totals | Detail::Hours => match bytes.split_first() {
            Some((&VERSION, body)) => body,
            Some((version, _)) => return Err(StoreError::Format { version: *version }),
            None => return Err(torn()),
        },
    };
    unpack_rows(body, class, day, detail, rows)
}

/// What a piece of a full sheet says of itself, and its rows.
pub(super) fn head(mut body: &[u8]) -> Result<(Head, &[u8]), StoreError> {
    let (class, rest) = body.split_first().ok_or_else(torn)?;
    let class = *Class::ALL.get(usize::from(*class)).ok_or_else(torn)?;
    body = rest;
    let mut next = || take(&mut body).ok_or_else(torn);
    let day = Day::from_number(i64::try_from(next()?).map_err(|_| torn())?);
    let (revision, piece, pieces) = (next()?, next()?, next()?);
    Ok((Head { class, day, revision, piece, pieces }, body))
}

/// The rows, cut where a piece is full.
fn cut(rows: &[DayCount], detail: Detail) -> Vec<Vec<u8>> {
    let mut pieces = vec![Vec::new()];
    let mut placement = 0;
    for row in rows {
        let last = pieces.last_mut().expect("there is always one");
        if last.len() >= PIECE {
            pieces.push(Vec::new());
            placement = 0;
        }
        let last = pieces.last_mut().expect("there is always one");
        put_row(last, row, placement, detail);
        placement = row.placement;
    }
    pieces
}

fn put_row(bytes: &mut Vec<u8>, row: &DayCount, before: u32, detail: Detail) {
    put(bytes, u64::from(row.placement.saturating_sub(before)));
    bytes.push(row.topic);
    if let Some(client) = row.client {
        bytes.push(number(&Client::ALL, &client));
    }
    if detail == Detail::Totals {
        put_count(bytes, row.total);
        return;
    }
    let hours = row.hours.iter().fold(0u32, |hours, (hour, _)| hours | 1 << (hour % 24));
    bytes.extend(&hours.to_le_bytes()[..3]);
    for (_, count) in &row.hours {
        put_count(bytes, *count);
    }
}

/// Most often there are no repeats.
fn put_count(bytes: &mut Vec<u8>, count: Count) {
    put(bytes, count.visits.min(u64::MAX >> 1) << 1 | u64::from(count.repeats > 0));
    if count.repeats > 0 {
        put(bytes, count.repeats);
    }
}

fn take_count(rest: &mut &[u8]) -> Option<Count> {
    let first = take(rest)?;
    let repeats = if first & 1 == 1 { take(rest)? } else { 0 };
    Some(Count { visits: first >> 1, repeats })
}

/// Adds the packed rows to `rows`.
pub(super) fn unpack_rows(
    mut rest: &[u8],
    class: Class,
    day: Day,
    detail: Detail,
    rows: &mut Vec<DayCount>,
) -> Result<(), StoreError> {
    let mut placement = 0u32;
    while !rest.is_empty() {
        let row = take_row(&mut rest, placement, class, day, detail).ok_or_else(torn)?;
        placement = row.placement;
        rows.push(row);
    }
    Ok(())
}

fn take_row(
    rest: &mut &[u8],
    before: u32,
    class: Class,
    day: Day,
    detail: Detail,
) -> Option<DayCount> {
    let placement = before.checked_add(u32::try_from(take(rest)?).ok()?)?;
    let topic = take_byte(rest)?;
    let client = match detail {
        Detail::Full => Some(*Client::ALL.get(usize::from(take_byte(rest)?))?),
        Detail::Totals | Detail::Hours => None,
    };
    let (mut total, mut hours) = (Count::default(), Vec::new());
    if detail == Detail::Totals {
        total = take_count(rest)?;
    } else {
        let mut bits = [0; 4];
        bits[..3].copy_from_slice(rest.split_off(..3)?);
        let mut bits = u32::from_le_bytes(bits);
        hours.reserve_exact(bits.count_ones() as usize);
        while bits != 0 {
            let count = take_count(rest)?;
            total.add(count);
            hours.push((u8::try_from(bits.trailing_zeros()).ok()?, count));
            bits &= bits - 1;
        }
    }
    Some(DayCount { day, placement, topic, client, class, total, hours })
}

fn take_byte(rest: &mut &[u8]) -> Option<u8> {
    rest.split_off_first().copied()
}

/// The position by which a value of `all` is written.
pub(super) fn number<T: PartialEq>(all: &[T], one: &T) -> u8 {
    let at = all.iter().position(|other| other == one);
    at.and_then(|at| u8::try_from(at).ok()).expect("each value is in the list of all")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(detail: Detail, many: u32) -> Vec<DayCount> {
        let day = Day::parse("2026-11-24").unwrap();
        let rows = (0..many).map(|i| {
            let hours: Vec<_> = (0u8..24)
                .filter(|hour| (i + u32::from(*hour)) % 3 == 0)
                .map(|hour| (hour, Count { visits: u64::from(i * 7), repeats: u64::from(i % 2) }))
                .collect();
            let mut total = Count::default();
            for (_, count) in &hours {
                total.add(*count);
            }
            DayCount {
                day,
                placement: 5 + i / 9 * 3,
                topic: (i % 9) as u8,
                client: (detail == Detail::Full).then_some(Client::ALL[(i % 6) as usize]),
                class: Class::People,
                total,
                hours: if detail == Detail::Totals { Vec::new() } else { hours },
            }
        });
        rows.collect()
    }

    #[test]
    fn rows_survive_packing_as_finely_as_they_were_asked_for() {
        for detail in Detail::ALL {
            for many in [0, 1, 5000] {
                let rows = rows(detail, many);
                let day = Day::parse("2026-11-24").unwrap();
                let pieces = match detail {
                    Detail::Full => pack_full(Class::People, day, 3, &rows),
                    Detail::Totals | Detail::Hours => pack_coarse(&rows, detail),
                };
                assert!(pieces.iter().all(|piece| piece.len() < PIECE + 200));
                assert_eq!(pieces.len() > 1, many > 1);
                let mut read = Vec::new();
                for piece in &pieces {
                    unpack(piece, Class::People, day, detail, &mut read).unwrap();
                }
                assert_eq!(read, rows);
            }
        }
    }

    #[test]
    fn a_full_piece_says_what_it_is_about() {
        let day = Day::parse("2026-11-24").unwrap();
        let pieces = pack_full(Class::Orphans, day, 7, &rows(Detail::Full, 5000));
        let last = frame::unwrap(Kind::Sheet, pieces.last().unwrap()).unwrap();
        let many = pieces.len() as u64;
        let expected =
            Head { class: Class::Orphans, day, revision: 7, piece: many - 1, pieces: many };
        assert_eq!(head(last).unwrap().0, expected);
    }

    #[test]
    fn a_piece_cut_short_is_refused_and_never_panics() {
        let day = Day::parse("2026-11-24").unwrap();
        let piece = &pack_coarse(&rows(Detail::Hours, 4), Detail::Hours)[0];
        let mut faults = 0;
        for end in 0..piece.len() {
            let mut read = Vec::new();
            let read = unpack(&piece[..end], Class::People, day, Detail::Hours, &mut read);
            faults += usize::from(read.is_err());
        }
        // A cut between two rows cannot be told.
        assert!(faults > piece.len() - 6, "{faults} of {}", piece.len());
    }
}
