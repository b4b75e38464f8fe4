//! Which directory holds the store now: compacting and salvaging make a new one and switch to it.
//!
//! A store's directory holds generations `scans`, `scans-1`, `scans-2` …, a file `current` that names
//! the one that counts, and a file `lock` that whoever opens the store holds. Switching is the rename
//! of `current`: before it the old one counts, after it the new one, also through a power cut.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::domain::period::Moment;
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

/// Removes a store's directory that holds nothing but the lock, which whoever calls holds.
pub(super) fn remove_empty(dir: &Path) {
    let holds = fs::read_dir(dir).map_or(0, Iterator::count);
    if holds == 1 && fs::remove_file(dir.join(LOCK)).is_ok() {
        // Where somebody was quicker it is theirs now.
        let _ = fs::remove_dir(dir);
    }
}

/// The directory of the generation that counts.
pub(super) fn current(dir: &Path) -> Result<PathBuf, StoreError> {
    Ok(match pointed(dir)? {
        Some(Ok(path)) => path,
        Some(Err(_)) | None => without_pointer(dir),
    })
}

/// What the pointer names: none where there is no pointer, an error where that is no directory of the
/// store: a file that was damaged, or copied without what it names.
fn pointed(dir: &Path) -> Result<Option<Result<PathBuf, String>>, StoreError> {
    let path = dir.join(CURRENT);
    let name = match fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).trim_end().to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StoreError::Io { path, source }),
    };
    let is_there = generation(&name).is_some() && dir.join(&name).is_dir();
    Ok(Some(if is_there { Ok(dir.join(&name)) } else { Err(name) }))
}

/// Without a pointer it is the first, unless that is gone, then the last that holds anything: whoever
/// copied a store by hand may have left the pointer behind.
fn without_pointer(dir: &Path) -> PathBuf {
    let first = dir.join(FIRST);
    let path = |number: u64| {
        if number == 0 { first.clone() } else { dir.join(format!("{FIRST}-{number}")) }
    };
    let all = names(dir).unwrap_or_default();
    let numbers = || all.iter().filter_map(|name| generation(name));
    let filled = numbers().filter(|number| path(*number).join("db").is_file()).max();
    match filled.or_else(|| numbers().max().filter(|_| !first.is_dir())) {
        Some(number) if !first.join("db").is_file() => path(number),
        _ => first,
    }
}

/// Mends a pointer that names no directory of the store, before anything is cleared away by it.
pub(super) fn point(dir: &Path) -> Result<(), StoreError> {
    if let Some(Err(name)) = pointed(dir)? {
        let path = without_pointer(dir);
        if path.is_dir() {
            let file = dir.join(CURRENT).display().to_string();
            log::error!("{file} names {name:?}, which is not there: {} is taken", path.display());
            switch(dir, &path)?;
        }
    }
    Ok(())
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
        log::warn!("after a power cut the store may be the one before: {}", error.whole());
    }
    Ok(())
}

/// Makes the entries of `dir` outlive a power cut.
fn sync(dir: &Path) -> Result<(), StoreError> {
    let synced = File::open(dir).and_then(|dir| dir.sync_all());
    synced.map_err(|source| StoreError::Io { path: dir.to_owned(), source })
}

/// Removes a file beside the generations, where it is there.
pub(super) fn forget(path: PathBuf) -> Result<(), StoreError> {
    match fs::remove_file(&path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::Io { path, source })
        }
        Ok(()) | Err(_) => Ok(()),
    }
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

/// How the name of something that was found damaged ends.
pub(super) fn damaged(at: Moment) -> String {
    format!("damaged-{}", at.to_string().replace([':', '+'], ""))
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
    fn a_pointer_that_names_nothing_of_the_store_is_mended_and_nothing_is_cleared_away() {
        for name in ["scans-9\n", "", "\u{0}\u{0}", "../elsewhere"] {
            let dir = tempfile::tempdir().unwrap();
            let dir = dir.path();
            for generation in ["scans-1", "scans-2"] {
                create_private_dir(&dir.join(generation)).unwrap();
            }
            fs::write(dir.join("scans-1/db"), "what counts").unwrap();
            fs::write(dir.join(CURRENT), name).unwrap();
            assert_eq!(current(dir).unwrap(), dir.join("scans-1"), "{name:?}");
            point(dir).unwrap();
            assert_eq!(fs::read_to_string(dir.join(CURRENT)).unwrap(), "scans-1\n");
            tidy(dir);
            assert!(dir.join("scans-1/db").exists() && !dir.join("scans-2").exists());
        }
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
