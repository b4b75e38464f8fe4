//! How many changes beside scans the engine was told, kept outside the engine: sled opens what is left
//! of a file whose end it cannot read, and says nothing. Scans have their numbers in the journal; users,
//! tokens, alarms, answers and strikes have this.
//!
//! The engine has the same number as a mark. Where it has a lower one, changes are missing.

use std::fs::{self, File};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::store::StoreError;
use crate::store::frame::{self, Kind};

const NAME: &str = "changes";

fn file_of(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// Notes that `number` changes were made and synced. A fault is no reason to say that the last of them
/// was not.
pub(super) fn note(dir: &Path, number: u64) {
    let noted = frame::wrap(Kind::Mark, &number.to_le_bytes());
    let write = || {
        let mut options = File::options();
        let file =
            options.write(true).create(true).truncate(false).mode(0o600).open(file_of(dir))?;
        file.write_all_at(&noted, 0)?;
        file.sync_data()
    };
    if let Err(error) = write() {
        log::warn!("{}: {error}", file_of(dir).display());
    }
}

/// How many changes were noted; none where none were, or where the note was cut short.
fn noted(dir: &Path) -> Option<u64> {
    let bytes = fs::read(file_of(dir)).ok()?;
    let number = frame::unwrap(Kind::Mark, &bytes).ok()?;
    Some(u64::from_le_bytes(number.try_into().ok()?))
}

/// Checks that an engine in `path`, which has the mark `number`, has all changes that were noted.
pub(super) fn check(dir: &Path, path: &Path, number: u64) -> Result<(), StoreError> {
    match noted(dir) {
        Some(noted) if noted > number => Err(StoreError::Damaged {
            path: path.to_owned(),
            reason: format!(
                "the last {} changes of users, tokens, alarms, answers or strikes are missing",
                noted - number
            ),
        }),
        Some(_) | None => Ok(()),
    }
}

/// Forgets the note: another store is about to count.
pub(super) fn forget(dir: &Path) -> Result<(), StoreError> {
    super::generations::forget(file_of(dir))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::feedback::{Answer, Feedback};
    use crate::domain::period::Day;
    use crate::domain::topic::TopicNumber;
    use crate::store::Store as _;
    use crate::store::sled::SledStore;

    fn answer() -> Feedback {
        let day = Day::parse("2026-11-24").unwrap();
        Feedback { day, placement: None, topic: TopicNumber::ALL, answer: Answer::Yes }
    }

    #[tokio::test]
    async fn changes_that_the_engine_has_lost_without_a_word_are_noticed_once() {
        let dir = tempfile::tempdir().unwrap();
        let (scans, before) = (dir.path().join("scans"), dir.path().join("before"));
        let store = SledStore::open(dir.path()).unwrap();
        store.record_feedback(&[answer()]).await.unwrap();
        drop(store);
        fs::create_dir(&before).unwrap();
        for file in ["conf", "db"] {
            fs::copy(scans.join(file), before.join(file)).unwrap();
        }
        let store = SledStore::open(dir.path()).unwrap();
        store.record_feedback(&[answer()]).await.unwrap();
        store.record_feedback(&[answer()]).await.unwrap();
        drop(store);
        fs::remove_dir_all(&scans).unwrap();
        fs::rename(&before, &scans).unwrap();
        let error = SledStore::open(dir.path()).err().unwrap().to_string();
        assert!(error.contains("the last 2 changes"), "{error}");
        let at = crate::domain::period::Moment(1_795_449_600);
        crate::store::sled::renew(dir.path(), at).unwrap();
        let store = SledStore::open(dir.path()).unwrap();
        assert_eq!(store.alarms().await.unwrap().len(), 1);
    }

    #[test]
    fn a_note_cut_short_says_nothing() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(noted(dir.path()), None);
        note(dir.path(), 7);
        note(dir.path(), 8);
        assert_eq!(noted(dir.path()), Some(8));
        let path = file_of(dir.path());
        let mut bytes = fs::read(&path).unwrap();
        bytes[6] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(noted(dir.path()), None);
    }
}
