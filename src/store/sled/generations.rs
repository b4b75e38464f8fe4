//! Which directory holds the store now: compacting and salvaging make a new one and switch to it.
//!
//! A store's directory holds generations `scans`, `scans-1`, `scans-2` …, a file `current` that names
//! the one that counts, and a file `lock` that whoever opens the store holds. Switching is the rename
//! of `current`: before it the old one counts, after it the new one, also through a power cut.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::store::{StoreError, create_private_dir};

const FIRST: &str = "scans";
const CURRENT: &str = "current";
const LOCK: &str = "lock";

/// Stands in a generation that is to be put aside, never to be cleared away.
const ASIDE: &str = "onecode-aside";

/// Holds the store's directory against other processes.
pub(super) fn lock(dir: &Path) -> Result<File, StoreError> {
    create_private_dir(dir)?;
    let path = dir.join(LOCK);
    let file = File::options().create(true).append(true).open(&path);
    let file = file.map_err(|source| StoreError::Io { path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(StoreError::Io { path, source }),
    }
}

/// The directory of the generation that counts.
pub(super) fn current(dir: &Path) -> Result<PathBuf, StoreError> {
    let path = dir.join(CURRENT);
    match fs::read_to_string(&path) {
        Ok(name) => match generation(name.trim_end()) {
            Some(_) => Ok(dir.join(name.trim_end())),
            None => Err(StoreError::Damaged {
                path,
                reason: "it names no directory of the store".to_owned(),
            }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(without_pointer(dir)),
        Err(source) => Err(StoreError::Io { path, source }),
    }
}

/// Without a pointer it is the first, unless that is gone: whoever copied a store by hand may have left
/// the pointer behind.
fn without_pointer(dir: &Path) -> PathBuf {
    let first = dir.join(FIRST);
    let last = || names(dir).ok()?.into_iter().filter_map(|name| generation(&name)).max();
    match last() {
        Some(number) if number > 0 && !first.exists() => dir.join(format!("{FIRST}-{number}")),
        _ => first,
    }
}

/// A directory for the next generation, empty.
pub(super) fn next(dir: &Path) -> Result<PathBuf, StoreError> {
    let here = names(dir)?.into_iter().filter_map(|name| generation(&name)).max();
    let next = dir.join(format!("{FIRST}-{}", here.map_or(1, |last| last + 1)));
    create_private_dir(&next)?;
    Ok(next)
}

/// Makes `path` the generation that counts.
pub(super) fn switch(dir: &Path, path: &Path) -> Result<(), StoreError> {
    let fault = |source| StoreError::Io { path: dir.join(CURRENT), source };
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or(FIRST);
    let written = dir.join(format!(".{CURRENT}"));
    let mut file = File::create(&written).map_err(fault)?;
    file.write_all(format!("{name}\n").as_bytes()).map_err(fault)?;
    file.sync_all().map_err(fault)?;
    // Whatever fails, fails before the switch.
    sync(path)?;
    sync(dir)?;
    fs::rename(&written, dir.join(CURRENT)).map_err(fault)?;
    if let Err(error) = sync(dir) {
        log::warn!("after a power cut the store may be the one before: {error}");
    }
    Ok(())
}

/// Makes the entries of `dir` outlive a power cut.
fn sync(dir: &Path) -> Result<(), StoreError> {
    let synced = File::open(dir).and_then(|dir| dir.sync_all());
    synced.map_err(|source| StoreError::Io { path: dir.to_owned(), source })
}

/// Notes that the generation at `path` is to be put aside, not to be cleared away.
pub(super) fn keep(path: &Path) -> Result<(), StoreError> {
    let kept = File::create(path.join(ASIDE)).and_then(|file| file.sync_all());
    kept.map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
    sync(path)
}

/// Clears away what a switch that was cut short left, and puts aside what is to be kept. What cannot
/// be cleared away now is cleared away next time.
pub(super) fn tidy(dir: &Path) {
    let (Ok(current), Ok(names)) = (current(dir), names(dir)) else { return };
    for name in names.iter().filter(|name| generation(name).is_some()) {
        let path = dir.join(name);
        if path == current {
            continue;
        }
        let done = if path.join(ASIDE).exists() {
            put_aside(dir, &path, "aside").map(|_| ())
        } else {
            fs::remove_dir_all(&path)
                .map_err(|source| StoreError::Io { path: path.clone(), source })
        };
        if let Err(error) = done {
            log::warn!("{} is left of an earlier store: {error}", path.display());
        }
    }
}

/// Where the generation at `path` will be put aside.
pub(super) fn aside(dir: &Path, suffix: &str) -> PathBuf {
    let free = |n: &u32| {
        let name = if *n == 0 { suffix.to_owned() } else { format!("{suffix}-{n}") };
        let path = dir.join(format!("{FIRST}-{name}"));
        (!path.exists()).then_some(path)
    };
    (0..).find_map(|n| free(&n)).expect("some name is free")
}

/// Puts the generation at `path` aside under a name that ends in `suffix`.
pub(super) fn put_aside(dir: &Path, path: &Path, suffix: &str) -> Result<PathBuf, StoreError> {
    let aside = aside(dir, suffix);
    fs::rename(path, &aside).map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
    Ok(aside)
}

/// 0 for `scans`, 7 for `scans-7`; none for any other name.
fn generation(name: &str) -> Option<u64> {
    match name.strip_prefix(FIRST)? {
        "" => Some(0),
        rest => rest.strip_prefix('-')?.parse().ok(),
    }
}

fn names(dir: &Path) -> Result<Vec<String>, StoreError> {
    let fault = |source| StoreError::Io { path: dir.to_owned(), source };
    let entries = fs::read_dir(dir).map_err(fault)?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generation_that_counts_is_the_one_that_was_switched_to() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        assert_eq!(current(dir).unwrap(), dir.join("scans"));
        create_private_dir(&dir.join("scans")).unwrap();
        let next = next(dir).unwrap();
        assert_eq!(next, dir.join("scans-1"));
        // Not switched to yet: a start clears it away.
        tidy(dir);
        assert!(!next.exists() && dir.join("scans").exists());
        create_private_dir(&next).unwrap();
        switch(dir, &next).unwrap();
        assert_eq!(current(dir).unwrap(), next);
        tidy(dir);
        assert!(next.exists() && !dir.join("scans").exists());
    }

    #[test]
    fn a_generation_to_be_kept_is_put_aside_and_never_cleared_away() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        create_private_dir(&dir.join("scans")).unwrap();
        keep(&dir.join("scans")).unwrap();
        let next = next(dir).unwrap();
        switch(dir, &next).unwrap();
        tidy(dir);
        assert!(dir.join("scans-aside").join(ASIDE).exists());
        assert!(next.exists());
    }

    #[test]
    fn a_store_that_was_copied_without_its_pointer_is_found_and_not_cleared_away() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        create_private_dir(&dir.join("scans-3")).unwrap();
        assert_eq!(current(dir).unwrap(), dir.join("scans-3"));
        tidy(dir);
        assert!(dir.join("scans-3").exists());
    }

    #[test]
    fn one_at_a_time_holds_a_store() {
        let dir = tempfile::tempdir().unwrap();
        let held = lock(dir.path()).unwrap();
        assert!(matches!(lock(dir.path()), Err(StoreError::InUse { .. })));
        drop(held);
        lock(dir.path()).unwrap();
    }
}
