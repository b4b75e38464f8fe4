//! Frames: values that can be found in a damaged file without the engine that wrote it.
//!
//! A frame is four bytes that begin each, its kind, the length of its body, the body, and the CRC-32
//! of kind, length and body. What it is about stands in the body, not only in its key: whoever finds
//! one knows what it is. The first byte is the format version of what lies in it: 2.

use super::StoreError;
use super::block::{put, take, torn};

/// How each frame begins.
const MAGIC: [u8; 4] = [2, 0xC7, b'o', b'c'];

/// No frame is larger: pieces are cut long before; a flood of years takes the most.
pub(super) const MOST: usize = 8 << 20;

/// What lies in a frame. A kind's number never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Scans, as recorded.
    Scans,
    /// A piece of the counts of a day that is over.
    Sheet,
    /// A row of answers.
    Feedback,
    /// A user.
    User,
    /// A token.
    Token,
    /// An alarm.
    Alarm,
    /// A flood that was struck out.
    Strike,
    /// A number that the store remembers of itself.
    Mark,
}

impl Kind {
    /// All kinds; the position of each is its number.
    const ALL: [Self; 8] = [
        Self::Scans,
        Self::Sheet,
        Self::Feedback,
        Self::User,
        Self::Token,
        Self::Alarm,
        Self::Strike,
        Self::Mark,
    ];

    fn number(self) -> u8 {
        let at = Self::ALL.iter().position(|kind| *kind == self);
        at.and_then(|at| u8::try_from(at).ok()).expect("each kind is in the list of all")
    }
}

/// Frames `body`.
pub(super) fn wrap(kind: Kind, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() + 14);
    bytes.extend(MAGIC);
    bytes.push(kind.number());
    put(&mut bytes, body.len() as u64);
    bytes.extend(body);
    let sum = crc32fast::hash(&bytes[MAGIC.len()..]);
    bytes.extend(sum.to_le_bytes());
    bytes
}

/// The body of a frame of `kind`.
///
/// # Errors
/// [`StoreError::Format`] for a version from the future, [`StoreError::Engine`] for bytes that are
/// no whole frame of that kind.
pub(super) fn unwrap(kind: Kind, bytes: &[u8]) -> Result<&[u8], StoreError> {
    match bytes.first() {
        Some(version) if *version > MAGIC[0] => {
            return Err(StoreError::Format { version: *version });
        }
        _ => {}
    }
    match at_start(bytes) {
        Some((found, body, rest)) if found == kind && rest.is_empty() => Ok(body),
        _ => Err(torn()),
    }
}

/// The frame at the very start of `bytes`, and what follows it.
fn at_start(bytes: &[u8]) -> Option<(Kind, &[u8], &[u8])> {
    let summed = bytes.strip_prefix(&MAGIC)?;
    let (number, mut rest) = summed.split_first()?;
    let kind = *Kind::ALL.get(usize::from(*number))?;
    let length = usize::try_from(take(&mut rest)?).ok().filter(|length| *length <= MOST)?;
    let (body, rest) = rest.split_at_checked(length)?;
    let (sum, rest) = rest.split_at_checked(4)?;
    let until = summed.len() - rest.len() - sum.len();
    (crc32fast::hash(&summed[..until]).to_le_bytes() == *sum).then_some((kind, body, rest))
}

/// The first whole frame of `kind` in `bytes`: where it begins, its body, and its length.
pub(super) fn next(kind: Kind, bytes: &[u8]) -> Option<(usize, &[u8], usize)> {
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.windows(MAGIC.len()).position(|window| window == MAGIC)?;
        match at_start(&bytes[at..]) {
            Some((found, body, after)) if found == kind => {
                return Some((at, body, bytes.len() - after.len() - at));
            }
            _ => from = at + 1,
        }
    }
}

/// Every whole frame in `bytes`, wherever it begins.
pub(super) fn find(bytes: &[u8]) -> impl Iterator<Item = (Kind, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(at..)?;
            at += rest.windows(MAGIC.len()).position(|window| window == MAGIC)?;
            if let Some((kind, body, after)) = at_start(&bytes[at..]) {
                at = bytes.len() - after.len();
                return Some((kind, body));
            }
            at += 1;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_frames_are_found_among_anything() {
        let first = wrap(Kind::Scans, b"one");
        let second = wrap(Kind::Sheet, &[7; 300]);
        let mut broken = wrap(Kind::User, b"broken");
        *broken.last_mut().unwrap() ^= 1;
        let bytes = [b"xx", &MAGIC[..], &first, &broken, &second, &first[..6], &MAGIC].concat();
        let found: Vec<_> = find(&bytes).collect();
        assert_eq!(found, [(Kind::Scans, &b"one"[..]), (Kind::Sheet, &[7; 300][..])]);
    }

    #[test]
    fn a_frame_is_read_whole_or_not_at_all() {
        let frame = wrap(Kind::Alarm, b"body");
        assert_eq!(unwrap(Kind::Alarm, &frame).unwrap(), b"body");
        assert!(unwrap(Kind::User, &frame).is_err());
        for end in 0..frame.len() {
            assert!(unwrap(Kind::Alarm, &frame[..end]).is_err());
        }
        for at in 0..frame.len() {
            let mut broken = frame.clone();
            broken[at] ^= 0x40;
            assert!(unwrap(Kind::Alarm, &broken).is_err(), "{at}");
        }
        assert!(matches!(unwrap(Kind::Alarm, &[9, 1]), Err(StoreError::Format { version: 9 })));
    }
}
