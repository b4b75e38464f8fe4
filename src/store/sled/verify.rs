//! Recounts single scans against the counts, a day at a time, while new scans are recorded.
//!
//! Scans are numbered: what is compared is everything before one number, with the open rows as they
//! were at that number. Sheets do not change meanwhile: whoever verifies holds the upkeep's lock.

use std::collections::{BTreeMap, BTreeSet};

use super::counts::{Cells, Sign, cell_of, sheet_of};
use super::files::{Files, engine};
use super::keys;
use crate::domain::period::Day;
use crate::domain::scan::{Class, Count, Detail};
use crate::domain::strike::Struck;
use crate::store::StoreError;
use crate::store::block::{unpack, unpack_hours};
use crate::store::tally::{Cell, Hours, add_hours, tally};
use crate::store::upkeep::{Difference, Verified};

/// What the scans before one number are compared with.
pub(super) struct Snapshot {
    pub(super) main: sled::Tree,
    pub(super) next: u64,
    /// The open rows, by day.
    open: BTreeMap<Day, Cells>,
    /// The days that have a sheet.
    sealed: BTreeSet<Day>,
    struck: Vec<Struck>,
    raw_from: Option<Day>,
}

/// Blocks of scans by the days that they have scans of; a block at midnight has two.
pub(super) type Blocks = BTreeMap<Day, Vec<u64>>;

impl Files {
    /// Everything as it is now.
    pub(super) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let mut open: BTreeMap<Day, Cells> = BTreeMap::new();
        for entry in self.main().scan_prefix([keys::COUNTS]) {
            let (key, value) = entry.map_err(engine)?;
            if let Some(cell) = keys::cell_of(&key) {
                open.entry(cell.day).or_default().insert(cell, unpack_hours(&value)?);
            }
        }
        let mut sealed = BTreeSet::new();
        for key in self.main().scan_prefix([keys::sheet(Detail::Full)]).keys() {
            sealed.extend(keys::day_of(&key.map_err(engine)?));
        }
        let active = self.strikes()?.into_iter().filter(|struck| struck.undone.is_none());
        Ok(Snapshot {
            main: self.main().clone(),
            next: self.next,
            open,
            sealed,
            struck: active.collect(),
            raw_from: self.raw_from()?,
        })
    }
}

/// The blocks before number `next`, by day, and how many scans they hold.
pub(super) fn blocks(main: &sled::Tree, next: u64) -> Result<(Blocks, u64), StoreError> {
    let (mut blocks, mut scans) = (Blocks::new(), 0);
    for entry in main.range(keys::scans(0)..keys::scans(next)) {
        let block = unpack(&entry.map_err(engine)?.1)?;
        scans += block.scans.len() as u64;
        let days: BTreeSet<Day> = block.scans.iter().map(|scan| scan.moment.day()).collect();
        for day in days {
            blocks.entry(day).or_default().push(block.first);
        }
    }
    Ok((blocks, scans))
}

/// The counts of a day by its single scans.
pub(super) fn recount(main: &sled::Tree, blocks: &Blocks, day: Day) -> Result<Cells, StoreError> {
    let mut cells: BTreeMap<Cell, Hours> = BTreeMap::new();
    for first in blocks.get(&day).into_iter().flatten() {
        let Some(block) = main.get(keys::scans(*first)).map_err(engine)? else { continue };
        let mut scans = unpack(&block)?.scans;
        scans.retain(|scan| scan.moment.day() == day);
        for (cell, hours) in tally(&scans) {
            add_hours(cells.entry(cell).or_default(), &hours);
        }
    }
    Ok(cells)
}

/// Takes away what was struck out on `day`; how much that was.
pub(super) fn without_struck(cells: &mut Cells, struck: &[Struck], day: Day) -> u64 {
    let mut all = 0;
    for row in struck.iter().flat_map(|struck| &struck.counts).filter(|row| row.day == day) {
        all += row.total.scans();
        Sign::Minus.apply_all(cells, &cell_of(row).into_iter().collect());
    }
    all
}

impl Snapshot {
    /// Compares every day whose scans are all kept.
    pub(super) fn verify(&self) -> Result<Verified, StoreError> {
        let (blocks, scans) = blocks(&self.main, self.next)?;
        let mut found = Verified { scans, from: self.raw_from, ..Verified::default() };
        let mut days: BTreeSet<Day> = blocks.keys().copied().collect();
        days.extend(self.open.keys().chain(&self.sealed));
        for day in days.into_iter().filter(|day| self.raw_from.is_none_or(|from| from <= *day)) {
            let mut raw = recount(&self.main, &blocks, day)?;
            found.struck += without_struck(&mut raw, &self.struck, day);
            let mut counted = self.open.get(&day).cloned().unwrap_or_default();
            for class in Class::ALL {
                Sign::Plus.apply_all(&mut counted, &sheet_of(&self.main, class, day)?.1);
            }
            found.days += 1;
            compare(&raw, &counted, &mut found);
        }
        Ok(found)
    }
}

fn compare(raw: &Cells, counted: &Cells, found: &mut Verified) {
    let none = Hours::new();
    let cells: BTreeSet<&Cell> = raw.keys().chain(counted.keys()).collect();
    for cell in cells {
        let of = |cells: &Cells| cells.get(cell).unwrap_or(&none).clone();
        let (raw, counted) = (of(raw), of(counted));
        if raw == counted {
            continue;
        }
        found.differing += 1;
        if found.differences.len() < Verified::MOST {
            found.differences.push(Difference {
                day: cell.day,
                class: cell.class,
                placement: cell.placement,
                topic: cell.topic,
                client: cell.client,
                scans: total(&raw),
                counts: total(&counted),
            });
        }
    }
}

/// All openings of a row.
pub(super) fn total(hours: &Hours) -> Count {
    let mut total = Count::default();
    for count in hours.values() {
        total.add(*count);
    }
    total
}
