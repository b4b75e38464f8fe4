//! How scans, hours and answers are packed into bytes: versioned, variable-length integers, no padding.
//!
//! A block of scans is, in a frame: the number of its first scan, the first moment, then for each
//! scan the seconds since the one before, flags, and the code. Format 1 was not framed and had no
//! number. A day row of format 1 is: the version, then for each hour that has a count the hour, its
//! visits and its repeats. A row of answers is, in a frame: its key, then how often each was given, in
//! the order of [`Answer::ALL`]; format 1 was not framed and had no key. Formats are only ever added
//! to.

use super::StoreError;
use super::frame::{self, Kind};
use super::tally::Hours;
use crate::domain::code::{Code, RawCode};
use crate::domain::feedback::{Answer, Answers};
use crate::domain::period::Moment;
use crate::domain::scan::{Client, Count, Scan, System, Target};

/// The format of what is not framed.
const VERSION: u8 = 1;

/// Scans in the order in which they were recorded, with their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The number of its first scan; scans are numbered from 0, without a gap.
    pub first: u64,
    /// The scans.
    pub scans: Vec<Scan>,
}

impl Block {
    /// The number of the scan after its last.
    pub fn next(&self) -> u64 {
        self.first.saturating_add(self.scans.len() as u64)
    }
}

/// Packs scans, of which the first has the number `first`; the order is kept.
pub fn pack(first: u64, scans: &[Scan]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(12 + scans.len() * 8);
    put(&mut bytes, first);
    let mut last = 0;
    for scan in scans {
        put_signed(&mut bytes, scan.moment.0 - last);
        last = scan.moment.0;
        let (kind, code) = match scan.target {
            Target::Live(code) => (0, u64::from(code.number())),
            Target::Retired(code) => (1, u64::from(code.number())),
            Target::Orphan(raw) => (2, raw.number()),
        };
        put(&mut bytes, flags(scan) | kind << 7);
        put(&mut bytes, code);
    }
    frame::wrap(Kind::Scans, &bytes)
}

/// Unpacks what [`pack`] made.
///
/// # Errors
/// [`StoreError::Format`] for a version from the future, [`StoreError::Engine`] for bytes that
/// are no block.
pub fn unpack(bytes: &[u8]) -> Result<Block, StoreError> {
    unpack_body(frame::unwrap(Kind::Scans, bytes)?)
}

/// Unpacks the body of a frame of scans.
pub(super) fn unpack_body(mut body: &[u8]) -> Result<Block, StoreError> {
    let first = take(&mut body).ok_or_else(torn)?;
    Ok(Block { first, scans: scans(body)? })
}

/// Unpacks a block of format 1.
pub(super) fn unpack_old(bytes: &[u8]) -> Result<Vec<Scan>, StoreError> {
    scans(body(bytes)?)
}

fn scans(mut rest: &[u8]) -> Result<Vec<Scan>, StoreError> {
    let mut scans = Vec::new();
    let mut moment = 0i64;
    while !rest.is_empty() {
        moment =
            take_signed(&mut rest).and_then(|step| moment.checked_add(step)).ok_or_else(torn)?;
        let flags = take(&mut rest).ok_or_else(torn)?;
        let code = take(&mut rest).ok_or_else(torn)?;
        scans.push(scan_of(Moment(moment), flags, code).ok_or_else(torn)?);
    }
    Ok(scans)
}

/// Packs a day row.
pub(super) fn pack_hours(hours: &Hours) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    for (hour, count) in hours {
        bytes.push(*hour);
        put(&mut bytes, count.visits);
        put(&mut bytes, count.repeats);
    }
    bytes
}

/// Unpacks what [`pack_hours`] made.
pub(super) fn unpack_hours(bytes: &[u8]) -> Result<Hours, StoreError> {
    let mut rest = body(bytes)?;
    let mut hours = Hours::new();
    while let Some((hour, after)) = rest.split_first() {
        rest = after;
        let visits = take(&mut rest).ok_or_else(torn)?;
        let repeats = take(&mut rest).ok_or_else(torn)?;
        hours.insert(*hour, Count { visits, repeats });
    }
    Ok(hours)
}

/// Packs a row of answers; `key` is what it is kept under.
pub(super) fn pack_answers(key: [u8; 9], answers: Answers) -> Vec<u8> {
    let mut bytes = key.to_vec();
    for answer in Answer::ALL {
        put(&mut bytes, answers.get(answer));
    }
    frame::wrap(Kind::Feedback, &bytes)
}

/// Unpacks what [`pack_answers`] made, also in format 1.
pub(super) fn unpack_answers(bytes: &[u8]) -> Result<Answers, StoreError> {
    if bytes.first() == Some(&VERSION) {
        return answers(body(bytes)?);
    }
    unpack_answers_body(frame::unwrap(Kind::Feedback, bytes)?).map(|(_, answers)| answers)
}

/// Unpacks the body of a frame of answers.
pub(super) fn unpack_answers_body(body: &[u8]) -> Result<([u8; 9], Answers), StoreError> {
    let (key, rest) = body.split_first_chunk().ok_or_else(torn)?;
    Ok((*key, answers(rest)?))
}

fn answers(mut rest: &[u8]) -> Result<Answers, StoreError> {
    let mut next = || take(&mut rest).ok_or_else(torn);
    let answers = Answers { yes: next()?, partly: next()?, no: next()? };
    if rest.is_empty() { Ok(answers) } else { Err(torn()) }
}

fn body(bytes: &[u8]) -> Result<&[u8], StoreError> {
    match bytes.split_first() {
        Some((&VERSION, rest)) => Ok(rest),
        Some((version, _)) => Err(StoreError::Format { version: *version }),
        None => Err(torn()),
    }
}

pub(super) fn torn() -> StoreError {
    StoreError::Engine { reason: "a record is cut short or is not one of ours".to_owned() }
}

/// Seven bits: client (3), system (2), repeat, machine.
fn flags(scan: &Scan) -> u64 {
    let client = Client::ALL.iter().position(|c| *c == scan.client).unwrap_or(5) as u64;
    let system = System::ALL.iter().position(|s| *s == scan.system).unwrap_or(3) as u64;
    client | system << 3 | u64::from(scan.repeat) << 5 | u64::from(scan.machine) << 6
}

fn scan_of(moment: Moment, flags: u64, code: u64) -> Option<Scan> {
    let target = match flags >> 7 {
        0 => Target::Live(Code::from_number(u32::try_from(code).ok()?)?),
        1 => Target::Retired(Code::from_number(u32::try_from(code).ok()?)?),
        2 => Target::Orphan(RawCode::from_number(code)?),
        _ => return None,
    };
    Some(Scan {
        moment,
        target,
        client: *Client::ALL.get((flags & 7) as usize)?,
        system: System::ALL[(flags >> 3 & 3) as usize],
        repeat: flags >> 5 & 1 == 1,
        machine: flags >> 6 & 1 == 1,
    })
}

/// LEB128.
pub(super) fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value > 127 {
        bytes.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    bytes.push((value & 127) as u8);
}

/// Reads what [`put`] wrote.
pub(super) fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 127) << shift;
        if byte & 128 == 0 {
            return Some(value);
        }
    }
    None
}

/// Zigzag, so that a clock set back costs no more than one that runs.
fn put_signed(bytes: &mut Vec<u8>, value: i64) {
    put(bytes, ((value << 1) ^ (value >> 63)).cast_unsigned());
}

fn take_signed(rest: &mut &[u8]) -> Option<i64> {
    take(rest).map(|v| (v >> 1).cast_signed() ^ -((v & 1).cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scans() -> Vec<Scan> {
        let code = Code::parse("200041T").unwrap();
        let scan = Scan {
            moment: Moment(1_795_449_600),
            target: Target::Live(code),
            client: Client::Wechat,
            system: System::Harmonyos,
            repeat: false,
            machine: false,
        };
        vec![
            scan,
            Scan { moment: Moment(1_795_449_590), repeat: true, ..scan },
            Scan { target: Target::Retired(code), machine: true, client: Client::Other, ..scan },
            Scan {
                target: Target::Orphan(RawCode::parse("ZZZZZZZ").unwrap_or(code.into())),
                ..scan
            },
            Scan { target: Target::Orphan(RawCode::parse("9ZZZZZZ").unwrap()), ..scan },
        ]
    }

    #[test]
    fn scans_survive_packing_in_order() {
        let block = unpack(&pack(1 << 40, &scans())).unwrap();
        assert_eq!((block.first, &block.scans), (1 << 40, &scans()));
        assert_eq!(block.next(), (1 << 40) + 5);
        assert_eq!(unpack(&pack(0, &[])).unwrap().scans, vec![]);
    }

    #[test]
    fn blocks_of_format_1_are_read_for_ever() {
        // As version 0.2.0 wrote it: an opening of 200041T in WeChat on Android at midnight.
        let bytes = [1, 0x80, 0x8C, 0xA3, 0xB0, 0x0D, 0, 0x81, 1];
        let scan = &unpack_old(&bytes).unwrap()[0];
        assert_eq!((scan.moment, scan.client), (Moment(1_795_449_600), Client::Wechat));
        assert_eq!(scan.target, Target::Live(Code::parse("200041T").unwrap()));
        assert_eq!(unpack_answers(&[1, 172, 2, 0, 1]).unwrap().yes, 300);
    }

    #[test]
    fn a_scan_among_many_takes_at_most_six_bytes() {
        let many: Vec<Scan> = (0..1000).map(|_| scans()[0]).collect();
        let length = pack(0, &many).len();
        assert!(length <= 6 * 1000, "{length}");
    }

    #[test]
    fn answers_survive_packing_and_a_row_cut_short_is_refused() {
        let answers = Answers { yes: 300, partly: 0, no: u64::MAX };
        let packed = pack_answers([7; 9], answers);
        assert_eq!(unpack_answers(&packed).unwrap(), answers);
        for end in 0..packed.len() {
            assert!(unpack_answers(&packed[..end]).is_err());
        }
        assert!(unpack_answers(&[&packed[..], &[1]].concat()).is_err());
        assert!(matches!(unpack_answers(&[3, 1, 1, 1]), Err(StoreError::Format { version: 3 })));
    }

    #[test]
    fn bytes_from_elsewhere_are_refused_and_never_panic() {
        assert!(matches!(unpack(&[9]), Err(StoreError::Format { version: 9 })));
        let packed = pack(7, &scans());
        for end in 0..packed.len() {
            let _ = unpack(&packed[..end]);
        }
        assert!(unpack(&packed[..packed.len() - 1]).is_err());
        let bytes = [VERSION, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255];
        assert!(unpack_old(&bytes).is_err() && unpack(&bytes).is_err());
    }
}
