//! Keeping the store small and right, in steps so short that no page waits for them: days that are
//! over are packed, blocks of scans are merged by hour, old scans are given up, floods struck out.

use std::collections::BTreeMap;

use super::counts::{Cells, Sign};
use super::files::{Change, Files, Tree, engine};
use super::keys;
use crate::domain::period::{Day, Moment};
use crate::domain::scan::{Class, Detail, Scan};
use crate::domain::strike::{Strike, StrikeFault, Struck};
use crate::store::StoreError;
use crate::store::block::{Block, pack, unpack};
use crate::store::record::{self, Kept, Mark};
use crate::store::tally::{Cell, Hours, tally};

/// A merged block is closed once it has so many scans.
const MERGED_SCANS: usize = 2048;

/// So many blocks are merged, looked at or given up in one step.
const STEP: usize = 1024;

/// The first day whose scans are all kept, as a number.
const RAW_FROM: &str = "raw-from";

/// The number after the last scan that was given up.
const GIVEN_UP: &str = "given-up";

/// How many changes were made that are no scans.
const CHANGES: &str = "changes";

/// Up to which scan blocks are merged.
const MERGED: &str = "merged";

const HOUR: i64 = 3600;

/// Where nobody has scanned anything for so many days before today, the clock is not believed.
const SILENT_DAYS: i64 = 30;

impl Files {
    fn mark(&self, name: &str) -> Result<Option<u64>, StoreError> {
        let kept = self.main().get(keys::mark(name)).map_err(engine)?;
        let kept = kept.map(|bytes| record::unpack(&bytes)).transpose()?;
        Ok(kept.and_then(|kept: Kept<Mark>| kept.value).map(|mark| mark.0))
    }

    /// A change that remembers a number that only rises.
    fn marking(name: &str, number: u64) -> Result<Change, StoreError> {
        let kept = Kept { revision: number, value: Some(Mark(number)) };
        Ok((keys::mark(name), Some(record::pack(name.as_bytes(), &kept)?)))
    }

    /// The first day whose scans are all kept; none where no scan was ever given up.
    pub(super) fn raw_from(&self) -> Result<Option<Day>, StoreError> {
        let mark = self.mark(RAW_FROM)?;
        Ok(mark.map(|number| Day::from_number(i64::try_from(number).unwrap_or(i64::MAX))))
    }

    /// The number after the last scan that was given up.
    pub(super) fn given_up(&self) -> Result<u64, StoreError> {
        Ok(self.mark(GIVEN_UP)?.unwrap_or(0))
    }

    /// How many changes were made that are no scans.
    pub(super) fn changes(&self) -> Result<u64, StoreError> {
        Ok(self.mark(CHANGES)?.unwrap_or(0))
    }

    /// A change that says how many there were.
    pub(super) fn marking_changes(number: u64) -> Result<Change, StoreError> {
        Self::marking(CHANGES, number)
    }

    /// A change that says that not all scans of days before `day` are kept.
    pub(super) fn raw_gone_before(&self, day: Day) -> Result<Change, StoreError> {
        let day = u64::from(keys::day_number(day));
        Self::marking(RAW_FROM, day.max(self.mark(RAW_FROM)?.unwrap_or(0)))
    }

    /// Merges the next blocks of one hour that is over; false where there is nothing to merge.
    pub(super) fn merge(&mut self, now: Moment) -> Result<bool, StoreError> {
        let from = self.mark(MERGED)?.unwrap_or(0);
        let mut group: Vec<Block> = Vec::new();
        // Blocks that stay as they are.
        let mut passed = from;
        let mut closed = false;
        for entry in self.main().range(keys::scans(from)..=keys::scans(u64::MAX)).take(STEP) {
            let block = unpack(&entry.map_err(engine)?.1)?;
            if !belongs(&group, &block) {
                if group.len() > 1 {
                    closed = true;
                    break;
                }
                passed = group.last().map_or(passed, Block::next);
                group.clear();
            }
            group.push(block);
        }
        let over = group.first().is_some_and(|block| hour(block) != now.0.div_euclid(HOUR));
        if group.len() > 1 && (closed || over || group.len() >= STEP) {
            self.replace(&group)?;
            return Ok(true);
        }
        if passed == from {
            return Ok(false);
        }
        self.apply(Tree::Main, vec![Self::marking(MERGED, passed)?])?;
        self.sync()?;
        Ok(true)
    }

    fn replace(&mut self, group: &[Block]) -> Result<(), StoreError> {
        let first = group.first().map_or(0, |block| block.first);
        let next = group.last().map_or(first, Block::next);
        let scans: Vec<Scan> = group.iter().flat_map(|block| block.scans.iter().copied()).collect();
        let mut changes: Vec<Change> =
            group.iter().map(|block| (keys::scans(block.first).to_vec(), None)).collect();
        changes.push((keys::scans(first).to_vec(), Some(pack(first, &scans))));
        changes.push(Self::marking(MERGED, if scans.len() < MERGED_SCANS { first } else { next })?);
        self.apply(Tree::Main, changes)?;
        self.sync()
    }

    /// Gives up the first blocks whose scans are all of days before `before`; false where there is
    /// none. Those of days after `today`, which a clock gone wrong gave, stay: they may still be struck out.
    pub(super) fn give_up(&mut self, before: Day, today: Day) -> Result<bool, StoreError> {
        let mut changes = Vec::new();
        let (mut last, mut next) = (None, 0);
        for entry in self.main().scan_prefix([keys::SCANS]).take(STEP) {
            let (key, block) = entry.map_err(engine)?;
            let block = unpack(&block)?;
            let Some(day) = block.scans.iter().map(|scan| scan.moment.day()).max() else {
                continue;
            };
            if day > today {
                continue;
            }
            if day >= before {
                break;
            }
            (last, next) = (last.max(Some(day)), block.next());
            changes.push((key.to_vec(), None));
        }
        if changes.is_empty() || !self.is_plausible(today)? {
            return Ok(false);
        }
        // Not before `before`: the clock may have been ahead, and this never goes back.
        if let Some(last) = last {
            changes.push(self.raw_gone_before(last.plus(1))?);
        }
        // Where no scan is left, the journal must still be told what is counted already.
        changes.push(Self::marking(GIVEN_UP, next)?);
        self.apply(Tree::Main, changes)?;
        self.sync()?;
        Ok(true)
    }

    /// Whether scans of any of the days before `today` are counted: a clock that is years ahead when the
    /// service starts would give up everything.
    fn is_plausible(&self, today: Day) -> Result<bool, StoreError> {
        let days = keys::day_number(today.plus(-SILENT_DAYS))..keys::day_number(today);
        let of_people = |prefix| {
            let range = keys::of_day(prefix, Class::People, days.start)
                ..keys::of_day(prefix, Class::People, days.end);
            self.main().range(range).next().transpose().map_err(engine)
        };
        let open = of_people(keys::COUNTS)?.is_some();
        Ok(open || of_people(keys::sheet(Detail::Totals))?.is_some())
    }

    pub(super) fn strikes(&self) -> Result<Vec<Struck>, StoreError> {
        super::files::records(self.main().scan_prefix([keys::STRIKES]))
    }

    /// Strikes out what was counted of `cells`; its number.
    pub(super) fn strike(
        &mut self,
        strike: &Strike,
        cells: Cells,
        number: u32,
    ) -> Result<Struck, StoreError> {
        let counts = crate::store::tally::project(cells.clone(), crate::domain::scan::Detail::Full);
        let struck = Struck { number, strike: strike.clone(), counts, undone: None };
        let mut changes = Vec::new();
        self.adjust(cells, Sign::Minus, &mut changes)?;
        changes.push(strike_change(&struck, 1)?);
        self.apply(Tree::Main, changes)?;
        self.sync_record()?;
        Ok(struck)
    }

    /// Counts again what was struck out under `number`; false where nothing is.
    pub(super) fn undo_strike(&mut self, number: u32, at: Moment) -> Result<bool, StoreError> {
        let kept = self.main().get(keys::strike(number)).map_err(engine)?;
        let kept = kept.map(|bytes| record::unpack(&bytes)).transpose()?;
        let Some(Kept { revision, value: Some(struck) }) = kept else { return Ok(false) };
        let struck: Struck = struck;
        if struck.undone.is_some() {
            return Ok(false);
        }
        let mut changes = Vec::new();
        let cells = struck.counts.iter().filter_map(super::counts::cell_of).collect();
        self.adjust(cells, Sign::Plus, &mut changes)?;
        changes.push(strike_change(&Struck { undone: Some(at), ..struck }, revision + 1)?);
        self.apply(Tree::Main, changes)?;
        self.sync_record()?;
        Ok(true)
    }
}

fn strike_change(struck: &Struck, revision: u64) -> Result<Change, StoreError> {
    let key = keys::strike(struck.number);
    let kept = Kept { revision, value: Some(struck.clone()) };
    Ok((key.to_vec(), Some(record::pack(&key, &kept)?)))
}

/// Whether `block` may be merged with `group`.
fn belongs(group: &[Block], block: &Block) -> bool {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return true };
    let scans: usize = group.iter().map(|block| block.scans.len()).sum();
    last.next() == block.first
        && hour(first) == hour(block)
        && scans + block.scans.len() <= MERGED_SCANS
}

/// The hour of a block's first scan. Shanghai's hours begin when those of UTC do.
fn hour(block: &Block) -> i64 {
    block.scans.first().map_or(0, |scan| scan.moment.0.div_euclid(HOUR))
}

/// The scans that `strike` is about, as counts, of those before number `next`.
///
/// # Errors
/// The inner error where there is none, or not all are kept.
pub(super) fn cells_of(
    main: &sled::Tree,
    next: u64,
    strike: &Strike,
    raw_from: Option<Day>,
) -> Result<Result<Cells, StrikeFault>, StoreError> {
    if raw_from.is_some_and(|day| strike.from < day.start()) {
        return Ok(Err(StrikeFault::Gone));
    }
    let mut cells: BTreeMap<Cell, Hours> = BTreeMap::new();
    for entry in main.range(keys::scans(0)..keys::scans(next)) {
        let mut scans = unpack(&entry.map_err(engine)?.1)?.scans;
        scans.retain(|scan| strike.strikes(scan));
        for (cell, hours) in tally(&scans) {
            crate::store::tally::add_hours(cells.entry(cell).or_default(), &hours);
        }
    }
    Ok(if cells.is_empty() { Err(StrikeFault::Nothing) } else { Ok(cells) })
}
