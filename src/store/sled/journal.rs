//! What makes a scan last before the engine has it: two small files, written in turn.
//!
//! sled takes two writes and four changes of thread for a commit; a scan does not wait for that. A
//! commit is one frame of scans written into a file that has its full length already, so that syncing
//! it writes those bytes and nothing else. The engine is told afterwards, many commits at once, by the
//! scans' numbers: what it has already is passed over when the journal is read again.
//!
//! A file is begun anew only once the engine has synced all that lies in it.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use crate::domain::scan::Scan;
use crate::store::StoreError;
use crate::store::block::{Block, pack, unpack_body};
use crate::store::frame::{self, Kind};

/// Bytes of each of the two files; some 150,000 scans.
const BYTES: usize = 1 << 20;

const NAMES: [&str; 2] = ["journal-0", "journal-1"];

/// The two files, open.
pub(super) struct Journal {
    halves: [Half; 2],
    active: usize,
    /// The next scan's number.
    next: u64,
}

struct Half {
    file: File,
    path: PathBuf,
    /// Where the next frame goes.
    at: usize,
    /// The number after its last scan; 0 where it is empty.
    last: u64,
}

/// The file that is written to is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full {
    /// The other one is needed until the engine has synced the scans before this number.
    pub(super) needed: u64,
    active: usize,
}

impl Journal {
    /// Opens the journal beside a store whose next scan has the number `next`, making it where there
    /// is none; with the blocks that lie in it and that the store may not have.
    pub(super) fn open(dir: &Path, next: u64) -> Result<(Self, Vec<Block>), StoreError> {
        let mut blocks = Vec::new();
        let first = Half::open(dir.join(NAMES[0]), &mut blocks)?;
        let second = Half::open(dir.join(NAMES[1]), &mut blocks)?;
        let active = usize::from(second.last > first.last);
        blocks.retain(|block| block.next() > next);
        blocks.sort_by_key(|block| block.first);
        let next = blocks.last().map_or(next, |block| block.next().max(next));
        Ok((Self { halves: [first, second], active, next }, blocks))
    }

    /// The blocks that lie in it and that a store whose next scan has the number `next` may not have.
    pub(super) fn blocks(&self, next: u64) -> Result<Vec<Block>, StoreError> {
        let mut blocks = Vec::new();
        for half in &self.halves {
            let mut bytes = fs::read(&half.path).map_err(|source| fault(&half.path, source))?;
            // Not what failed to be written, and was told to have.
            bytes.truncate(half.at);
            whole_frames(&bytes, &mut blocks);
        }
        blocks.retain(|block| block.next() > next);
        blocks.sort_by_key(|block| block.first);
        Ok(blocks)
    }

    /// Keeps `scans`, so that neither a kill nor a power cut loses them once this has returned.
    pub(super) fn append(&mut self, scans: &[Scan]) -> Result<Result<Block, Full>, StoreError> {
        let block = Block { first: self.next, scans: scans.to_vec() };
        let bytes = pack(block.first, scans);
        let half = &mut self.halves[self.active];
        if half.at + bytes.len() > BYTES {
            let needed = self.halves[1 - self.active].last;
            return Ok(Err(Full { needed, active: self.active }));
        }
        half.write(&bytes)?;
        half.at += bytes.len();
        half.last = block.next();
        self.next = block.next();
        Ok(Ok(block))
    }

    /// The number of the first scan that lies in it.
    #[cfg(test)]
    pub(super) fn oldest(&self) -> Option<u64> {
        self.blocks(0).unwrap().first().map(|block| block.first)
    }

    /// Goes on in the other file, of which nothing is needed any more; unless somebody else saw to it
    /// first.
    pub(super) fn turn(&mut self, full: Full) {
        if full.active != self.active {
            return;
        }
        self.active = 1 - self.active;
        let half = &mut self.halves[self.active];
        // What lies behind the next frame has lower numbers: who reads it stops there.
        (half.at, half.last) = (0, 0);
    }
}

/// Checks that nothing is missing between an engine whose next scan has the number `next` and the first
/// of the journal's blocks: sled opens what is left of a file whose end it cannot read, and says nothing.
pub(super) fn check_gap(path: &Path, next: u64, blocks: &[Block]) -> Result<(), StoreError> {
    match blocks.first() {
        Some(block) if block.first > next => Err(StoreError::Damaged {
            path: path.to_owned(),
            reason: format!(
                "its last scan has the number {next}, and the journal begins after {}",
                block.first
            ),
        }),
        Some(_) | None => Ok(()),
    }
}

impl Half {
    fn open(path: PathBuf, blocks: &mut Vec<Block>) -> Result<Self, StoreError> {
        let fault = |source| StoreError::Io { path: path.clone(), source };
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(fault)?;
        let mut bytes = fs::read(&path).map_err(fault)?;
        if bytes.len() < BYTES {
            // Written, not only made longer: only then a sync has nothing else to write.
            let mut end = &file;
            std::io::Seek::seek(&mut end, std::io::SeekFrom::End(0)).map_err(fault)?;
            end.write_all(&vec![0; BYTES - bytes.len()]).map_err(fault)?;
            file.sync_all().map_err(fault)?;
            // Its name, too, has to outlive a power cut.
            let dir = path.parent().map_or(Path::new("."), |dir| dir);
            File::open(dir).and_then(|dir| dir.sync_all()).map_err(fault)?;
            bytes.resize(BYTES, 0);
        }
        let (at, last) = whole_frames(&bytes, blocks);
        Ok(Self { file, path, at, last })
    }

    fn write(&self, bytes: &[u8]) -> Result<(), StoreError> {
        // No test can see the sync go: a killed process leaves its writes to the kernel, only a power
        // cut does not. `strace -f -e fdatasync onecode serve` shows one a commit.
        let written = self.file.write_all_at(bytes, self.at as u64);
        let synced = written.and_then(|()| self.file.sync_data());
        synced.map_err(|source| StoreError::Io { path: self.path.clone(), source })
    }
}

/// Adds the blocks of the frames that a half begins with to `blocks`; where these end, and the number
/// after the last scan. Behind a frame that is damaged those with higher numbers are of the same turn.
fn whole_frames(bytes: &[u8], blocks: &mut Vec<Block>) -> (usize, u64) {
    let (mut at, mut last) = (0, 0);
    while let Some((start, body, length)) = frame::next(Kind::Scans, &bytes[at..]) {
        let block = unpack_body(body).ok().filter(|block| block.first >= last);
        // Of an earlier turn, as is all that follows.
        let Some(block) = block else { break };
        at += start + length;
        last = block.next();
        blocks.push(block);
    }
    (at, last)
}

/// How many scans are missing between the blocks, which are in order.
pub(super) fn missing(blocks: &[Block]) -> u64 {
    blocks.windows(2).map(|pair| pair[1].first.saturating_sub(pair[0].next())).sum()
}

/// Copies the journal of `dir`, of which something is missing, to names that end in `suffix`: where it
/// is now.
pub(super) fn copy_aside(dir: &Path, suffix: &str) -> Result<PathBuf, StoreError> {
    let mut last = dir.join(NAMES[0]);
    for path in files_of(dir) {
        last = dir.join(format!("{}-{suffix}", path.file_name().unwrap_or_default().display()));
        fs::copy(&path, &last).map_err(|source| StoreError::Io { path, source })?;
    }
    Ok(last)
}

fn fault(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::Io { path: path.to_owned(), source }
}

/// The journal's files in `dir`, where there are any.
pub(super) fn files_of(dir: &Path) -> impl Iterator<Item = PathBuf> {
    NAMES.into_iter().map(|name| dir.join(name)).filter(|path| path.is_file())
}

/// Moves the journal of `dir` into the generation at `aside`, which is given up for another one.
pub(super) fn put_aside(dir: &Path, aside: &Path) -> Result<(), StoreError> {
    for path in files_of(dir) {
        let to = aside.join(path.file_name().unwrap_or_default());
        fs::rename(&path, to).map_err(|source| StoreError::Io { path, source })?;
    }
    Ok(())
}

/// Moves the journal back from the generation at `path`, which counts still: it was cut short between
/// [`put_aside`] and the switch to another one.
pub(super) fn bring_back(dir: &Path, path: &Path) -> Result<(), StoreError> {
    for from in files_of(path) {
        let to = dir.join(from.file_name().unwrap_or_default());
        if !to.exists() {
            fs::rename(&from, to).map_err(|source| fault(&from, source))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::Code;
    use crate::domain::period::Moment;
    use crate::domain::scan::{Client, System, Target};

    fn scans(from: i64, many: i64) -> Vec<Scan> {
        let scan = |i| Scan {
            moment: Moment(1_795_449_600 + i),
            target: Target::Live(Code::parse("200041T").unwrap()),
            client: Client::Wechat,
            system: System::Android,
            repeat: false,
            machine: false,
        };
        (from..from + many).map(scan).collect()
    }

    /// The scans that a journal gives back to a store that has those before `next`.
    fn read(dir: &Path, next: u64) -> Vec<Scan> {
        let (_, blocks) = Journal::open(dir, next).unwrap();
        let fresh = |block: Block| {
            let known = usize::try_from(next.saturating_sub(block.first)).unwrap();
            block.scans[known..].to_vec()
        };
        blocks.into_iter().flat_map(fresh).collect()
    }

    #[test]
    fn what_was_appended_is_read_again_from_any_number_on() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, blocks) = Journal::open(dir.path(), 0).unwrap();
        assert_eq!(blocks, []);
        for batch in scans(0, 100).chunks(7) {
            journal.append(batch).unwrap().unwrap();
        }
        drop(journal);
        assert_eq!(read(dir.path(), 0), scans(0, 100));
        assert_eq!(read(dir.path(), 45), scans(45, 55));
        assert_eq!(read(dir.path(), 100), []);
        // It goes on where it ended.
        let (mut journal, _) = Journal::open(dir.path(), 45).unwrap();
        let block = journal.append(&scans(100, 3)).unwrap().unwrap();
        assert_eq!(block.first, 100);
        assert_eq!(read(dir.path(), 98), scans(98, 5));
    }

    #[test]
    fn a_frame_cut_short_and_whatever_lies_behind_it_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(dir.path(), 0).unwrap();
        for batch in scans(0, 30).chunks(10) {
            journal.append(batch).unwrap().unwrap();
        }
        let end = journal.halves[0].at;
        drop(journal);
        let path = dir.path().join(NAMES[0]);
        let mut bytes = fs::read(&path).unwrap();
        bytes[end - 1] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(read(dir.path(), 0), scans(0, 20));
    }

    #[test]
    fn scans_behind_a_damaged_frame_are_taken_over_and_those_in_it_are_told() {
        use crate::domain::alarm::AlarmKind;
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(dir.path(), 0).unwrap();
        let mut ends = Vec::new();
        for batch in scans(0, 50).chunks(10) {
            journal.append(batch).unwrap().unwrap();
            ends.push(journal.halves[0].at);
        }
        drop(journal);
        let path = dir.path().join(NAMES[0]);
        let mut bytes = fs::read(&path).unwrap();
        bytes[ends[1] + 9] ^= 1;
        fs::write(&path, bytes).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for _ in 0..2 {
            let store = crate::store::sled::SledStore::open(dir.path()).unwrap();
            let query = crate::domain::scan::ScanQuery::default();
            let rows = runtime.block_on(crate::store::Store::counts(&store, &query)).unwrap();
            assert_eq!(rows.iter().map(|row| row.total.scans()).sum::<u64>(), 40);
            let alarms = runtime.block_on(crate::store::Store::alarms(&store)).unwrap();
            let [alarm] = &alarms[..] else { panic!("{alarms:?}") };
            let AlarmKind::Damaged { aside, scans, missing, .. } = &alarm.kind else {
                panic!("another alarm")
            };
            assert_eq!((*scans, *missing), (40, 10));
            assert!(Path::new(aside).is_file());
            // What is new goes behind all that was found.
            assert_eq!(store.waiting().as_ref().unwrap().journal.halves[0].at, ends[4]);
        }
    }

    #[test]
    fn a_file_is_begun_anew_only_when_it_is_said_so_and_old_frames_do_not_come_back() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(dir.path(), 0).unwrap();
        let (mut number, mut turns) = (0, Vec::new());
        while turns.len() < 3 {
            match journal.append(&scans(number, 4000)).unwrap() {
                Ok(_) => number += 4000,
                Err(full) => {
                    turns.push(full.needed);
                    journal.turn(full);
                    // Of two who come at once the second changes nothing.
                    journal.turn(full);
                }
            }
        }
        journal.append(&scans(number, 5)).unwrap().unwrap();
        // First nothing is needed; then what the other half had when it was full.
        assert_eq!(turns[0], 0);
        assert!(0 < turns[1] && turns[1] < turns[2], "{turns:?}");
        drop(journal);
        let kept = read(dir.path(), turns[2]);
        let from = i64::try_from(turns[2]).unwrap();
        assert_eq!(kept, scans(from, number + 5 - from));
    }
}
