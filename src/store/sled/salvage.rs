//! Saves what can be read of a damaged generation into a new one.
//!
//! The engine is not asked: its files are searched for frames. A file holds many versions of a value;
//! of each the newest counts. Days whose scans are all there are counted anew, less what was struck
//! out; a day of which the sheet tells more keeps its sheet.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::copy::{Generation, Sink};
use super::counts::{Cells, cell_of, sheets};
use super::files::{Files, Tree};
use super::verify::{recount, total, without_struck};
use super::{generations, keys};
use crate::domain::alarm::{Alarm, AlarmKind};
use crate::domain::period::{Day, Moment};
use crate::domain::scan::{Class, Detail};
use crate::domain::strike::Struck;
use crate::store::StoreError;
use crate::store::block::{Block, pack, pack_answers, unpack_answers_body, unpack_body};
use crate::store::frame::{self, Kind};
use crate::store::record::{self, Kept};
use crate::store::sheet::{self, Head};
use crate::store::tally::Cell;

/// How much of a file is searched at a time.
const CHUNK: usize = 16 << 20;

/// A salvaged block has at most so many scans.
const BLOCK: usize = 2048;

/// The pieces of one revision of a sheet.
type Pieces = BTreeMap<u64, Vec<u8>>;

/// By revision how many pieces there are, and those that were found.
type Revisions = BTreeMap<u64, (u64, Pieces)>;

/// What was found.
#[derive(Default)]
struct Found {
    blocks: BTreeMap<u64, Block>,
    sheets: HashMap<(Class, Day), Revisions>,
    answers: HashMap<[u8; 9], (u64, Vec<u8>)>,
    /// Of each kind and key the newest record.
    records: HashMap<(Kind, Vec<u8>), (u64, Vec<u8>)>,
}

/// Puts the damaged generation of `dir` aside, with what can be read of it in a new one that counts;
/// what was found of it, as the alarm that was raised.
pub(super) fn renew(dir: &Path, at: Moment) -> Result<AlarmKind, StoreError> {
    let old = generations::current(dir)?;
    let mut found = Found::default();
    for file in files_of(&old)?.into_iter().chain(super::journal::files_of(dir)) {
        search(&file, &mut found)?;
    }
    let mirror = super::mirror::file_of(dir);
    if mirror.is_file()
        && let Err(error) = search(&mirror, &mut found)
    {
        // What can be read of the rest is not given up for it.
        log::error!("users may be missing: {}", error.whole());
    }
    let new = generations::next(dir)?;
    let suffix = generations::damaged(at);
    let aside = generations::aside(dir, &suffix).display().to_string();
    let alarm = found.write(&new, at, aside).inspect_err(|_| {
        // On a disk that is full each try would leave another one.
        let _ = fs::remove_dir_all(&new);
    })?;
    // Whatever is cut short from here on, the damaged one is not cleared away.
    if old.exists() {
        generations::keep(&old)?;
    }
    // What is missing now is told by the alarm.
    super::changes::forget(dir)?;
    generations::switch(dir, &new)?;
    if old.exists() {
        generations::put_aside(dir, &old, &suffix)?;
    }
    Ok(alarm)
}

/// The engine's files of a generation: its log, and what it keeps beside it.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut files = vec![path.join("db")];
    let beside = path.join("blobs");
    if let Ok(entries) = fs::read_dir(&beside) {
        let entries: Result<Vec<_>, _> = entries.collect();
        let entries = entries.map_err(|source| StoreError::Io { path: beside, source })?;
        files.extend(entries.into_iter().map(|entry| entry.path()));
    }
    files.retain(|file| file.is_file());
    Ok(files)
}

/// Adds each frame of a file to `found`. What cannot be read of it is passed over.
fn search(path: &Path, found: &mut Found) -> Result<(), StoreError> {
    let mut file =
        File::open(path).map_err(|source| StoreError::Io { path: path.into(), source })?;
    let mut bytes = Vec::new();
    loop {
        let read = (&mut file).take(CHUNK as u64).read_to_end(&mut bytes);
        for (kind, body) in frame::find(&bytes) {
            found.add(kind, body);
        }
        match read {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) => {
                log::warn!("{} cannot be read to its end: {error}", path.display());
                return Ok(());
            }
        }
        // A frame may lie across the cut; what is found twice counts once.
        let kept = bytes.len().min(frame::MOST + 64);
        bytes.drain(..bytes.len() - kept);
    }
}

impl Found {
    fn add(&mut self, kind: Kind, body: &[u8]) {
        match kind {
            Kind::Scans => {
                if let Ok(block) = unpack_body(body) {
                    self.add_block(block);
                }
            }
            Kind::Sheet => {
                if let Ok((head, _)) = sheet::head(body) {
                    let Head { class, day, revision, piece, pieces } = head;
                    let revisions = self.sheets.entry((class, day)).or_default();
                    let kept = revisions.entry(revision).or_insert((pieces, Pieces::new()));
                    kept.1.insert(piece, body.to_vec());
                }
            }
            Kind::Feedback => {
                if let Ok((key, answers)) = unpack_answers_body(body) {
                    // Answers only become more.
                    let all = answers.yes + answers.partly + answers.no;
                    let kept = self.answers.entry(key).or_default();
                    if all >= kept.0 {
                        *kept = (all, pack_answers(key, answers));
                    }
                }
            }
            Kind::User | Kind::Token | Kind::Alarm | Kind::Strike | Kind::Mark => {
                if let Ok((revision, key, _)) = record::parts(body) {
                    let kept = self.records.entry((kind, key.to_vec())).or_default();
                    if revision >= kept.0 {
                        *kept = (revision, frame::wrap(kind, body));
                    }
                }
            }
        }
    }

    /// Of two blocks that begin alike the longer one has all of the shorter.
    fn add_block(&mut self, block: Block) {
        let kept = self.blocks.get(&block.first).map_or(0, |kept| kept.scans.len());
        if block.scans.len() > kept {
            self.blocks.insert(block.first, block);
        }
    }

    /// Fills the generation at `path`; the alarm that is raised in it.
    fn write(self, path: &Path, at: Moment, aside: String) -> Result<AlarmKind, StoreError> {
        let mut new = Generation::new(path)?;
        for (key, (_, bytes)) in &self.answers {
            new.put(Tree::Feedback, key, Some(bytes))?;
        }
        let mut struck = Vec::new();
        for ((kind, key), (_, bytes)) in &self.records {
            let tree = match kind {
                Kind::User => Tree::Users,
                Kind::Token => Tree::Tokens,
                Kind::Alarm => Tree::Alarms,
                Kind::Strike => {
                    if let Ok(Kept { value: Some(one), .. }) = record::unpack::<Struck>(bytes) {
                        struck.push(one);
                    }
                    Tree::Main
                }
                Kind::Mark => {
                    new.put(Tree::Main, &[&[keys::MARKS], &key[..]].concat(), Some(bytes))?;
                    continue;
                }
                Kind::Scans | Kind::Sheet | Kind::Feedback => continue,
            };
            new.put(tree, key, Some(bytes))?;
        }
        struck.retain(|one| one.undone.is_none());
        let (scans, missing, last) = write_scans(self.blocks, &mut new)?;
        let mut files = new.finish()?;
        write_counts(&mut files, &self.sheets, &struck)?;
        let kind = AlarmKind::Damaged { aside, scans, missing, last };
        files.append(Tree::Alarms, |number| Alarm {
            number,
            at,
            kind: kind.clone(),
            seen: None,
        })?;
        Ok(kind)
    }
}

/// Writes all scans once, by their numbers: how many, how many are missing among them, the moment of
/// the last.
fn write_scans(
    blocks: BTreeMap<u64, Block>,
    new: &mut Generation,
) -> Result<(u64, u64, Option<Moment>), StoreError> {
    let (mut scans, mut missing, mut last) = (0, 0, None);
    let mut next = blocks.keys().next().copied().unwrap_or(0);
    for (first, block) in blocks {
        missing += first.saturating_sub(next);
        let known = usize::try_from(next.saturating_sub(first)).unwrap_or(usize::MAX);
        let fresh = block.scans.get(known..).unwrap_or_default();
        let from = first.max(next);
        for (at, part) in fresh.chunks(BLOCK).enumerate() {
            let number = from + (at * BLOCK) as u64;
            new.put(Tree::Main, &keys::scans(number), Some(&pack(number, part)))?;
        }
        scans += fresh.len() as u64;
        last = fresh.last().map(|scan| scan.moment).or(last);
        next = next.max(from + fresh.len() as u64);
    }
    Ok((scans, missing, last))
}

/// Writes the sheets of each day, by its scans or by its newest whole sheet, whichever tells more.
fn write_counts(
    files: &mut Files,
    sheets_found: &HashMap<(Class, Day), Revisions>,
    struck: &[Struck],
) -> Result<(), StoreError> {
    let main = files.main().clone();
    let (blocks, _) = super::verify::blocks(&main, files.next)?;
    let mut days: BTreeSet<Day> = blocks.keys().copied().collect();
    days.extend(sheets_found.keys().map(|(_, day)| *day));
    let mut gone = None;
    for day in days {
        let mut raw = recount(&main, &blocks, day)?;
        let all = raw.clone();
        without_struck(&mut raw, struck, day);
        for class in Class::ALL {
            let raw: Cells = of_class(&raw, class);
            let (revision, sheet) = sheets_found
                .get(&(class, day))
                .and_then(|revisions| newest_whole(revisions, class, day))
                .unwrap_or_default();
            // One that tells of just these scans was written before some were struck out.
            let outdated = sheet == of_class(&all, class);
            let tells_more = !outdated && scans_of(&sheet) > scans_of(&raw);
            let cells = if tells_more { sheet } else { raw };
            if cells.is_empty() {
                continue;
            }
            if tells_more {
                gone = gone.max(Some(day));
            }
            files.apply(Tree::Main, sheets(class, day, revision + 1, &cells))?;
        }
    }
    if let Some(day) = gone {
        let change = files.raw_gone_before(day.plus(1))?;
        files.apply(Tree::Main, vec![change])?;
    }
    files.sync()
}

fn of_class(cells: &Cells, class: Class) -> Cells {
    let of_class = |(cell, _): &(&Cell, _)| cell.class == class;
    cells.iter().filter(of_class).map(|(cell, hours)| (*cell, hours.clone())).collect()
}

fn scans_of(cells: &Cells) -> u64 {
    cells.values().map(|hours| total(hours).scans()).sum()
}

/// The highest revision of which every piece was found, and its counts.
fn newest_whole(revisions: &Revisions, class: Class, day: Day) -> Option<(u64, Cells)> {
    let whole = |(_, (pieces, found)): &(&u64, &(u64, Pieces))| found.len() as u64 == *pieces;
    let (revision, (_, found)) = revisions.iter().rev().find(whole)?;
    let mut rows = Vec::new();
    for body in found.values() {
        let (_, packed) = sheet::head(body).ok()?;
        sheet::unpack_rows(packed, class, day, Detail::Full, &mut rows).ok()?;
    }
    Some((*revision, rows.iter().filter_map(cell_of).collect()))
}
