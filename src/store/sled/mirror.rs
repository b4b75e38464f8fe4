//! A second copy of the few records that nothing else tells of: users, tokens, alarms and strikes.
//!
//! Where sled finds a file damaged it clears the end of it away, says nothing, and whatever lay there is
//! gone, from the file too. Scans stand in the journal as well, and counts follow from scans; users do
//! not. So the frames of these records, as the engine has them, stand one after the other in a file
//! beside it, which is written anew with each change of one. An engine that has an older one of any, or
//! none, is damaged; whoever salvages it reads this file too.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::files::{Files, Tree, engine};
use super::keys;
use crate::store::StoreError;
use crate::store::frame::{self, Kind};
use crate::store::record;

const NAME: &str = "mirror";

/// Where it lies, whether it is there or not.
pub(super) fn file_of(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// The tree that has the records of a kind; none for what is not mirrored.
fn tree_of(kind: Kind) -> Option<Tree> {
    match kind {
        Kind::User => Some(Tree::Users),
        Kind::Token => Some(Tree::Tokens),
        Kind::Alarm => Some(Tree::Alarms),
        Kind::Strike => Some(Tree::Main),
        Kind::Scans | Kind::Sheet | Kind::Feedback | Kind::Mark => None,
    }
}

/// Writes it anew. A fault is no reason to say that a change was not made.
pub(super) fn write(dir: &Path, files: &Files) {
    let written = frames_of(files).and_then(|frames| replace(dir, &frames));
    if let Err(error) = written {
        log::warn!("there is no second copy of users and alarms: {}", error.whole());
    }
}

/// Checks that an engine has all that is in it; and writes it anew where it has not all that the engine
/// has.
pub(super) fn check(dir: &Path, files: &Files) -> Result<(), StoreError> {
    let path = file_of(dir);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        // No reason to keep no scans; and not written over before somebody has looked at it.
        Err(error) => {
            log::error!("the second copy of users cannot be read: {}: {error}", path.display());
            return Ok(());
        }
    };
    let mut missing = 0;
    for (kind, body) in frame::find(&bytes) {
        let (Some(tree), Ok((revision, key, _))) = (tree_of(kind), record::parts(body)) else {
            continue;
        };
        let kept = files.tree(tree).get(key).map_err(engine)?;
        if kept.and_then(|kept| revision_of(kind, &kept)).is_none_or(|kept| kept < revision) {
            missing += 1;
        }
    }
    if missing > 0 {
        return Err(StoreError::Damaged {
            path: files.path.clone(),
            reason: format!("{missing} users, tokens, alarms or strikes are missing"),
        });
    }
    if frames_of(files)? != bytes {
        write(dir, files);
    }
    Ok(())
}

/// Forgets it: another store is about to begin.
pub(super) fn forget(dir: &Path) -> Result<(), StoreError> {
    super::generations::forget(file_of(dir))
}

/// The frames of all that is mirrored. What an early version wrote is none, and is mirrored from its next
/// change on.
fn frames_of(files: &Files) -> Result<Vec<u8>, StoreError> {
    let mut frames = Vec::new();
    for kind in [Kind::User, Kind::Token, Kind::Alarm, Kind::Strike] {
        let Some(tree) = tree_of(kind) else { continue };
        let prefix: &[u8] = if tree == Tree::Main { &[keys::STRIKES] } else { &[] };
        for value in files.tree(tree).scan_prefix(prefix).values() {
            let value = value.map_err(engine)?;
            if revision_of(kind, &value).is_some() {
                frames.extend_from_slice(&value);
            }
        }
    }
    Ok(frames)
}

fn revision_of(kind: Kind, value: &[u8]) -> Option<u64> {
    let body = frame::unwrap(kind, value).ok()?;
    record::parts(body).ok().map(|(revision, ..)| revision)
}

/// Puts `frames` in its place, whole or not at all.
fn replace(dir: &Path, frames: &[u8]) -> Result<(), StoreError> {
    let path = file_of(dir);
    let written = dir.join(format!(".{NAME}"));
    let put = || {
        let mut options = File::options();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&written)?;
        file.write_all(frames)?;
        // Where it is somebody else who changes a user, the service reads it all the same.
        let owner = fs::metadata(dir)?;
        let _ = std::os::unix::fs::fchown(&file, Some(owner.uid()), Some(owner.gid()));
        file.sync_all()?;
        fs::rename(&written, &path)?;
        File::open(dir)?.sync_all()
    };
    put().map_err(|source| StoreError::Io { path: path.clone(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alarm::AlarmKind;
    use crate::domain::password::PasswordHash;
    use crate::domain::period::Moment;
    use crate::domain::user::{Account, Courts, Role, User, UserName};
    use crate::store::Store as _;
    use crate::store::sled::{SledStore, renew};

    const NAMES: [&str; 4] = ["chen", "li", "wang", "zhao"];
    const AT: Moment = Moment(1_795_449_600);

    fn account(name: &str) -> Account {
        let hash = "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$\
                    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let name = UserName::parse(name).unwrap();
        let user = User { name, role: Role::Admin, courts: Courts::All };
        Account { user, password: PasswordHash::parse(hash).unwrap() }
    }

    async fn names(store: &SledStore) -> Vec<String> {
        let users = store.users().await.unwrap();
        users.iter().map(|account| account.user.name.to_string()).collect()
    }

    #[tokio::test]
    async fn wherever_the_engines_file_is_damaged_no_user_is_lost_and_none_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let store = SledStore::open(dir.path()).unwrap();
        for name in NAMES.into_iter().chain(["gone"]) {
            assert!(store.add_user(&account(name)).await.unwrap());
        }
        assert!(store.remove_user(&UserName::parse("gone").unwrap()).await.unwrap());
        drop(store);
        let whole = fs::read(dir.path().join("scans/db")).unwrap();
        let used = whole.iter().rposition(|byte| *byte != 0).unwrap();
        let mut renewed = 0;
        for at in (0..used).step_by(used / 24) {
            let copy = tempfile::tempdir().unwrap();
            fs::create_dir(copy.path().join("scans")).unwrap();
            for file in ["scans/conf", "mirror", "changes"] {
                fs::copy(dir.path().join(file), copy.path().join(file)).unwrap();
            }
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(copy.path().join("scans/db"), bytes).unwrap();
            let store = SledStore::open(copy.path()).unwrap_or_else(|error| {
                assert!(matches!(error, StoreError::Damaged { .. }), "{at}: {error}");
                renewed += 1;
                renew(copy.path(), AT).unwrap();
                SledStore::open(copy.path()).unwrap()
            });
            assert_eq!(names(&store).await, NAMES, "the byte {at} of {used}");
        }
        assert!(renewed > 0, "no byte mattered");
    }

    #[tokio::test]
    async fn what_the_engine_has_lost_without_a_word_is_noticed_and_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let scans = dir.path().join("scans");
        let store = SledStore::open(dir.path()).unwrap();
        for name in NAMES {
            store.add_user(&account(name)).await.unwrap();
        }
        drop(store);
        // As if nothing had ever been there; and nothing else tells of changes.
        fs::remove_dir_all(&scans).unwrap();
        super::super::changes::forget(dir.path()).unwrap();
        let error = SledStore::open(dir.path()).err().unwrap().to_string();
        assert!(error.contains("4 users, tokens, alarms or strikes are missing"), "{error}");
        renew(dir.path(), AT).unwrap();
        let store = SledStore::open(dir.path()).unwrap();
        assert_eq!(names(&store).await, NAMES);
        let alarms = store.alarms().await.unwrap();
        assert!(matches!(alarms[0].kind, AlarmKind::Damaged { .. }));
    }

    #[tokio::test]
    async fn a_second_copy_that_is_damaged_or_gone_is_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = SledStore::open(dir.path()).unwrap();
        store.add_user(&account(NAMES[0])).await.unwrap();
        drop(store);
        let path = file_of(dir.path());
        let whole = fs::read(&path).unwrap();
        let mut torn = whole.clone();
        torn[20] ^= 1;
        for bytes in [torn, Vec::new()] {
            fs::write(&path, bytes).unwrap();
            drop(SledStore::open(dir.path()).unwrap());
            assert_eq!(fs::read(&path).unwrap(), whole);
        }
        fs::remove_file(&path).unwrap();
        drop(SledStore::open(dir.path()).unwrap());
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}
