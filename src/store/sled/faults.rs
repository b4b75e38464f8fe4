//! What the store could not do last: for whoever asks how it is, and for the log, which is told once when
//! scans begin to wait and once when that is over, not with every try.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::StoreError;
use crate::store::trouble::{Stalled, Trouble};

/// So much is written to find out whether a disk takes anything again: about what the engine needs to be
/// opened and to take over some scans.
const ROOM: usize = 1 << 20;

#[derive(Default)]
pub(super) struct Faults(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// Why the last scans could not be kept.
    keeping: Option<Trouble>,
    /// Why the engine could not write last.
    committing: Option<Trouble>,
    /// Scans wait in the journal, and the log knows.
    waiting: bool,
}

impl Faults {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes how keeping scans has ended.
    pub(super) fn note_keeping<T>(&self, done: &Result<T, StoreError>) {
        self.known().keeping = done.as_ref().err().map(StoreError::trouble);
    }

    /// Notes how a commit of the engine has ended.
    pub(super) fn note_commit<T>(&self, done: &Result<T, StoreError>) {
        self.known().committing = done.as_ref().err().map(StoreError::trouble);
    }

    /// Tells the log how taking over what waits has ended, where that is news; whether it was.
    pub(super) fn tell_taking_over(&self, done: &Result<(), StoreError>) -> bool {
        let before = std::mem::replace(&mut self.known().waiting, done.is_err());
        let news = before != done.is_err();
        match done {
            Err(error) if news => log::warn!("scans wait in the journal: {}", error.whole()),
            Ok(()) if news => log::warn!("the scans that waited in the journal are counted"),
            Ok(()) | Err(_) => {}
        }
        news
    }

    /// What it takes at present, where it does not take everything.
    pub(super) fn stalled(&self) -> Option<Stalled> {
        let known = self.known();
        let dropping = known.keeping.map(|trouble| Stalled { trouble, keeps_scans: false });
        dropping.or(known.committing.map(|trouble| Stalled { trouble, keeps_scans: true }))
    }

    /// Where scans could not be kept, looks whether the disk of `dir` takes something again: the next scan,
    /// which would tell, may come hours later.
    pub(super) fn look_again(&self, dir: &Path) {
        if self.known().keeping.is_some() && room(dir).is_ok() {
            self.known().keeping = None;
        }
    }
}

/// Whether the disk of `dir` takes anything; the error says why it does not.
pub(super) fn room(dir: &Path) -> Result<(), StoreError> {
    let path = dir.join(".room");
    let tried = File::create(&path).and_then(|mut file| {
        file.write_all(&vec![0; ROOM])?;
        file.sync_data()
    });
    // Where it cannot be removed it was never made, or the next try takes it.
    let _ = fs::remove_file(&path);
    tried.map_err(|source| StoreError::Io { path: dir.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    fn full() -> Result<(), StoreError> {
        Err(StoreError::Disk { source: ErrorKind::StorageFull.into() })
    }

    #[test]
    fn the_log_is_told_when_scans_begin_to_wait_and_when_they_are_counted_again() {
        let faults = Faults::default();
        let told = [Ok(()), full(), full(), full(), Ok(()), Ok(()), full()]
            .map(|done| faults.tell_taking_over(&done));
        assert_eq!(told, [false, true, false, false, true, false, true]);
    }

    #[test]
    fn scans_that_are_dropped_weigh_more_than_those_that_wait() {
        let faults = Faults::default();
        let stalled = |keeps_scans| Some(Stalled { trouble: Trouble::Full, keeps_scans });
        assert_eq!(faults.stalled(), None);
        faults.note_commit(&full());
        assert_eq!(faults.stalled(), stalled(true));
        faults.note_keeping(&full());
        assert_eq!(faults.stalled(), stalled(false));
        let dir = tempfile::tempdir().unwrap();
        faults.look_again(&dir.path().join("nowhere"));
        assert_eq!(faults.stalled(), stalled(false));
        faults.look_again(dir.path());
        assert_eq!(faults.stalled(), stalled(true));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left behind");
        faults.note_commit(&Ok::<_, StoreError>(()));
        assert_eq!(faults.stalled(), None);
    }
}
