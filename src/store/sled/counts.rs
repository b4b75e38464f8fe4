//! The counts: open rows while a day lasts, sheets once it is over.
//!
//! A day has open rows, or sheets, or both where a scan came late; who reads adds them up. Packing a
//! day's rows into sheets is one atomic batch.

use std::collections::BTreeMap;

use super::files::{Change, Files, engine};
use super::keys;
use crate::domain::period::Day;
use crate::domain::scan::{Class, Count, DayCount, Detail, ScanQuery};
use crate::store::StoreError;
use crate::store::block::{pack_hours, unpack_hours};
use crate::store::frame::{self, Kind};
use crate::store::sheet;
use crate::store::tally::{Cell, Hours, add_hours, add_up, project};

/// The counts of one class and day.
pub(super) type Cells = BTreeMap<Cell, Hours>;

/// Reads counts of the main tree.
pub(super) fn read(main: &sled::Tree, query: ScanQuery) -> Result<Vec<DayCount>, StoreError> {
    let mut all = Vec::new();
    for class in Class::ALL {
        let mut rows = sealed(main, class, query)?;
        let open = project(open(main, class, query)?, query.detail);
        // A late scan stands beside the sheet of its day.
        let late = rows.last().zip(open.first()).is_some_and(|(last, open)| open.day <= last.day);
        rows.extend(open);
        all.append(&mut if late { add_up(rows) } else { rows });
    }
    Ok(all)
}

fn sealed(main: &sled::Tree, class: Class, query: ScanQuery) -> Result<Vec<DayCount>, StoreError> {
    let mut rows = Vec::new();
    for entry in main.range(span(keys::sheet(query.detail), class, query)) {
        let (key, piece) = entry.map_err(engine)?;
        let day = keys::day_of(&key).ok_or_else(crate::store::block::torn)?;
        sheet::unpack(&piece, class, day, query.detail, &mut rows)?;
    }
    Ok(rows)
}

fn open(
    main: &sled::Tree,
    class: Class,
    query: ScanQuery,
) -> Result<Vec<(Cell, Hours)>, StoreError> {
    let mut cells = Vec::new();
    for entry in main.range(span(keys::COUNTS, class, query)) {
        let (key, value) = entry.map_err(engine)?;
        if let Some(cell) = keys::cell_of(&key) {
            cells.push((cell, unpack_hours(&value)?));
        }
    }
    Ok(cells)
}

fn span(prefix: u8, class: Class, query: ScanQuery) -> std::ops::Range<[u8; 6]> {
    let first = query.period.from.map_or(0, keys::day_number);
    let end = query.period.to.map_or(u32::MAX, |to| keys::day_number(to) + 1);
    // A period whose end is before its beginning has no day.
    keys::of_day(prefix, class, first)..keys::of_day(prefix, class, end.max(first))
}

/// A day's row of full counts as a cell.
pub(super) fn cell_of(row: &DayCount) -> Option<(Cell, Hours)> {
    let (class, day, placement, topic) = (row.class, row.day, row.placement, row.topic);
    let cell = Cell { class, day, placement, topic, client: row.client? };
    Some((cell, row.hours.iter().copied().collect()))
}

impl Files {
    /// A class and day that is over before `today` and has open rows.
    pub(super) fn unsealed(&self, today: Day) -> Result<Option<(Class, Day)>, StoreError> {
        for class in Class::ALL {
            let end = keys::of_day(keys::COUNTS, class, keys::day_number(today));
            let first = self.main().range(keys::of_day(keys::COUNTS, class, 0)..end).next();
            if let Some((key, _)) = first.transpose().map_err(engine)? {
                return Ok(keys::day_of(&key).map(|day| (class, day)));
            }
        }
        Ok(None)
    }

    /// Packs the open rows of a class and day into its sheets.
    pub(super) fn seal(&mut self, class: Class, day: Day) -> Result<(), StoreError> {
        let mut changes = Vec::new();
        self.reseal(class, day, &mut changes, |_| {})?;
        self.apply(super::files::Tree::Main, changes)?;
        self.sync()
    }

    /// Adds to `changes` what counts `cells` once more, or takes them away.
    pub(super) fn adjust(
        &self,
        cells: Cells,
        sign: Sign,
        changes: &mut Vec<Change>,
    ) -> Result<(), StoreError> {
        let mut days: BTreeMap<(Class, Day), Cells> = BTreeMap::new();
        for (cell, hours) in cells {
            days.entry((cell.class, cell.day)).or_default().insert(cell, hours);
        }
        for ((class, day), cells) in days {
            if sheet_of(self.main(), class, day)?.0 > 0 {
                self.reseal(class, day, changes, |all| sign.apply_all(all, &cells))?;
                continue;
            }
            for (cell, hours) in &cells {
                let key = keys::cell(cell);
                let mut row = self.open_row(&key)?;
                sign.apply(&mut row, hours);
                let row = (!row.is_empty()).then(|| pack_hours(&row));
                changes.push((key.to_vec(), row));
            }
        }
        Ok(())
    }

    /// Adds to `changes` what packs a day anew: its sheet, its open rows, and what `change` does.
    fn reseal(
        &self,
        class: Class,
        day: Day,
        changes: &mut Vec<Change>,
        change: impl FnOnce(&mut Cells),
    ) -> Result<(), StoreError> {
        let (revision, mut cells) = sheet_of(self.main(), class, day)?;
        for entry in
            self.main().scan_prefix(keys::of_day(keys::COUNTS, class, keys::day_number(day)))
        {
            let (key, value) = entry.map_err(engine)?;
            if let Some(cell) = keys::cell_of(&key) {
                add_hours(cells.entry(cell).or_default(), &unpack_hours(&value)?);
            }
            changes.push((key.to_vec(), None));
        }
        change(&mut cells);
        for detail in Detail::ALL {
            let pieces = keys::of_day(keys::sheet(detail), class, keys::day_number(day));
            for key in self.main().scan_prefix(pieces).keys() {
                changes.push((key.map_err(engine)?.to_vec(), None));
            }
        }
        changes.extend(sheets(class, day, revision + 1, &cells));
        Ok(())
    }
}

/// The revision of a day's sheet, 0 where it has none, and its counts.
pub(super) fn sheet_of(
    main: &sled::Tree,
    class: Class,
    day: Day,
) -> Result<(u64, Cells), StoreError> {
    let (mut revision, mut rows) = (0, Vec::new());
    let pieces = keys::of_day(keys::sheet(Detail::Full), class, keys::day_number(day));
    for entry in main.scan_prefix(pieces) {
        let (_, piece) = entry.map_err(engine)?;
        let (head, body) = sheet::head(frame::unwrap(Kind::Sheet, &piece)?)?;
        revision = revision.max(head.revision);
        sheet::unpack_rows(body, class, day, Detail::Full, &mut rows)?;
    }
    Ok((revision, rows.iter().filter_map(cell_of).collect()))
}

/// The sheets of a day, also where nothing is left: so that it is known that the day was packed.
pub(super) fn sheets(class: Class, day: Day, revision: u64, cells: &Cells) -> Vec<Change> {
    let full = project(copied(cells), Detail::Full);
    let mut changes = Vec::new();
    for detail in Detail::ALL {
        let pieces = match detail {
            Detail::Full => sheet::pack_full(class, day, revision, &full),
            Detail::Hours | Detail::Totals => {
                sheet::pack_coarse(&project(copied(cells), detail), detail)
            }
        };
        let keyed = pieces.into_iter().enumerate();
        changes.extend(
            keyed.map(|(at, piece)| (keys::piece(detail, class, day, at).to_vec(), Some(piece))),
        );
    }
    changes
}

fn copied(cells: &Cells) -> impl Iterator<Item = (Cell, Hours)> {
    cells.iter().map(|(cell, hours)| (*cell, hours.clone()))
}

/// Whether counts are added or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

impl Sign {
    pub(super) fn apply_all(self, all: &mut Cells, cells: &Cells) {
        for (cell, hours) in cells {
            let row = all.entry(*cell).or_default();
            self.apply(row, hours);
            if row.is_empty() {
                all.remove(cell);
            }
        }
    }

    fn apply(self, row: &mut Hours, hours: &Hours) {
        match self {
            Self::Plus => add_hours(row, hours),
            Self::Minus => {
                for (hour, count) in hours {
                    row.entry(*hour).or_default().take(*count);
                }
                row.retain(|_, count| *count != Count::default());
            }
        }
    }
}
