//! Scans and answers in, counts out; and who may look: the [`Store`] trait and the engines behind it.
//!
//! An engine is a file beside this one, an arm in [`open`] and a line in the conformance test.
//! Nothing outside an engine's file may depend on its ways. Grouping scans into commits is
//! [`recorder`]'s work; reading the store of a running service is [`remote`]'s.

pub mod block;
mod frame;
mod memory;
mod record;
pub mod recorder;
pub mod remote;
mod sheet;
mod sled;
mod tally;
pub mod trouble;
pub mod upkeep;

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::alarm::{Alarm, AlarmKind};
use crate::domain::feedback::{Feedback, FeedbackCount};
use crate::domain::password::PasswordHash;
use crate::domain::period::{Moment, Period};
use crate::domain::scan::{DayCount, Scan, ScanQuery};
use crate::domain::strike::{Strike, StrikeFault, Struck};
use crate::domain::token::{ApiToken, TokenHash};
use crate::domain::user::{Account, User, UserName};
use trouble::{Stalled, Trouble};
use upkeep::{Compacted, Restored, Tidying, Verified};

/// Where scans live.
///
/// Blocking engines are called from threads that may block: the recorder's, and those that answer
/// questions.
#[async_trait]
pub trait Store: Send + Sync {
    /// Keeps `scans` and counts them, in one atomic step, so that neither a killed process nor a
    /// power cut loses them once this has returned.
    async fn record(&self, scans: &[Scan]) -> Result<(), StoreError>;

    /// The counts of a period, as finely as they are asked for.
    async fn counts(&self, query: &ScanQuery) -> Result<Vec<DayCount>, StoreError>;

    /// Hands each scan that is kept to `each`, in the order in which they were recorded.
    async fn export(&self, each: &mut (dyn FnMut(Scan) + Send)) -> Result<(), StoreError>;

    /// Counts answers to 「这一页有用吗？」, in one atomic step that lasts as scans do.
    async fn record_feedback(&self, feedback: &[Feedback]) -> Result<(), StoreError>;

    /// The answers of a period, by day, placement and topic.
    async fn feedback(&self, period: Period) -> Result<Vec<FeedbackCount>, StoreError>;

    /// All users, by name.
    async fn users(&self) -> Result<Vec<Account>, StoreError>;

    /// The user of that name.
    async fn user(&self, name: &UserName) -> Result<Option<Account>, StoreError>;

    /// Adds a user; false, and nothing done, where there is one of that name. What is done lasts as
    /// scans do, here and below.
    async fn add_user(&self, account: &Account) -> Result<bool, StoreError>;

    /// Gives a user another password; false where there is none of that name.
    async fn set_password(
        &self,
        name: &UserName,
        password: &PasswordHash,
    ) -> Result<bool, StoreError>;

    /// Gives the user of that name the role and the courts of `user`; false where there is none.
    async fn set_role(&self, user: &User) -> Result<bool, StoreError>;

    /// Removes a user; false where there is none of that name.
    async fn remove_user(&self, name: &UserName) -> Result<bool, StoreError>;

    /// All tokens by which programs read the numbers, by name.
    async fn tokens(&self) -> Result<Vec<ApiToken>, StoreError>;

    /// The token of that hash.
    async fn token(&self, hash: &TokenHash) -> Result<Option<ApiToken>, StoreError> {
        Ok(self.tokens().await?.into_iter().find(|token| token.hash == *hash))
    }

    /// Adds a token; false, and nothing done, where there is one of that name.
    async fn add_token(&self, token: &ApiToken) -> Result<bool, StoreError>;

    /// Removes a token; false where there is none of that name.
    async fn remove_token(&self, name: &UserName) -> Result<bool, StoreError>;

    /// All alarms, in the order in which they were raised.
    async fn alarms(&self) -> Result<Vec<Alarm>, StoreError>;

    /// Raises an alarm.
    async fn raise(&self, kind: &AlarmKind, at: Moment) -> Result<(), StoreError>;

    /// Notes who has seen an alarm; false where there is none of that number, or it was seen before.
    async fn mark_seen(&self, number: u32, by: &str, at: Moment) -> Result<bool, StoreError>;

    /// All floods that were struck out of the counts, in that order.
    async fn strikes(&self) -> Result<Vec<Struck>, StoreError>;

    /// Strikes a flood out of the counts; the inner error where there is nothing to strike out.
    async fn strike(&self, strike: &Strike) -> Result<Result<Struck, StrikeFault>, StoreError>;

    /// Counts again what was struck out under `number`; false where nothing is.
    async fn undo_strike(&self, number: u32, at: Moment) -> Result<bool, StoreError>;

    /// Keeps the store small, by a step so short that no page waits for it; whether there may be
    /// another step to do.
    async fn tidy(&self, tidying: Tidying) -> Result<bool, StoreError>;

    /// Gives back the space of what is no longer used, while scans are recorded.
    async fn compact(&self) -> Result<Compacted, StoreError>;

    /// Recounts single scans against the counts, while scans are recorded.
    async fn verify(&self) -> Result<Verified, StoreError>;

    /// Writes all that the store holds, as it is at one moment, while scans are recorded;
    /// [`restore`] reads it.
    async fn backup(&self, into: &mut (dyn Write + Send)) -> Result<(), StoreError>;

    /// Bytes on the disk.
    async fn size(&self) -> Result<u64, StoreError>;

    /// Whether it takes everything at present, or why not; from what it was asked to do last.
    fn stalled(&self) -> Option<Stalled> {
        None
    }
}

/// Where the log is told who signed in and which users changed: names and roles, nothing else.
pub const AUDIT: &str = "onecode::audit";

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no engine of ours.
    #[error("no store engine `{url}`: use sled:DIR or memory:")]
    UnknownEngine {
        /// As given, without any password.
        url: String,
    },
    /// The engine's name is kept for later.
    #[error("the store engine `{engine}` is not built yet: use sled:DIR")]
    Reserved {
        /// The URL's scheme.
        engine: String,
    },
    /// There is no store to read from.
    #[error("no store at {}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Another process has it open, and does not answer on its socket.
    #[error("the store {} is in use by another process", path.display())]
    InUse {
        /// The store's directory.
        path: PathBuf,
    },
    /// It cannot be opened: what is on the disk is not what was written.
    #[error("the store {} is damaged: {reason}", path.display())]
    Damaged {
        /// The store's directory.
        path: PathBuf,
        /// The engine's words.
        reason: String,
    },
    /// While it was open, what was read was not what was written.
    #[error("the store is damaged: {reason}")]
    Corrupt {
        /// The engine's words.
        reason: String,
    },
    /// A record's format version is newer than this program.
    #[error("the store holds a record of format {version}, which this version cannot read")]
    Format {
        /// The version found.
        version: u8,
    },
    /// A file of the store could not be read or written.
    #[error("{}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The engine failed.
    #[error("the store failed: {reason}")]
    Engine {
        /// The engine's words.
        reason: String,
    },
    /// The engine could not read or write its files.
    #[error("the store's files cannot be read or written")]
    Disk {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A fault has closed it; it is opened again by itself once that can be.
    #[error("the store is closed until it can be written again ({})", trouble.as_str())]
    Closed {
        /// The fault.
        trouble: Trouble,
    },
    /// A backup could not be written or read.
    #[error("the backup failed")]
    Backup {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file is no whole backup.
    #[error("this is no backup that can be restored: {reason}")]
    NoBackup {
        /// What is wrong with it.
        reason: String,
    },
    /// Something is there already that must not be written over.
    #[error("the store {} is not empty", path.display())]
    NotEmpty {
        /// The store's directory.
        path: PathBuf,
    },
    /// The engine keeps nothing on a disk.
    #[error("a store in memory has nothing to look after")]
    InMemory,
    /// The running service did not answer as expected.
    #[error("the running service did not answer: {reason}")]
    Remote {
        /// What went wrong.
        reason: String,
    },
}

/// A store's URL, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Location {
    Sled(PathBuf),
    Memory,
}

impl Location {
    fn parse(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':') {
            Some(("sled", dir)) if !dir.is_empty() => Ok(Self::Sled(PathBuf::from(dir))),
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("postgres" | "postgresql", _)) => {
                Err(StoreError::Reserved { engine: "postgres".to_owned() })
            }
            // Never the whole URL: it may hold a password.
            _ => {
                let url = url.split_once("://").map_or(url, |(scheme, _)| scheme);
                Err(StoreError::UnknownEngine { url: url.to_owned() })
            }
        }
    }
}

/// Opens the store of `url` for recording, making it where there is none.
pub fn open(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match Location::parse(url)? {
        Location::Memory => Ok(Arc::new(memory::MemoryStore::default())),
        Location::Sled(dir) => patiently(|| {
            match sled::SledStore::open(&dir) {
                // A service answers: it will not be over in a moment.
                Err(StoreError::InUse { path }) if remote::RemoteStore::connect(&dir).is_some() => {
                    Some(Err(StoreError::InUse { path }))
                }
                Err(StoreError::InUse { .. }) => None,
                opened => Some(opened.map(|store| Arc::new(store) as Arc<dyn Store>)),
            }
        })
        .unwrap_or(Err(StoreError::InUse { path: dir })),
    }
}

/// Opens the store of `url` for reading: by asking the service that runs on it, else by itself.
pub fn open_to_read(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    let Location::Sled(dir) = Location::parse(url)? else {
        return open(url);
    };
    patiently(|| {
        if let Some(service) = remote::RemoteStore::connect(&dir) {
            return Some(Ok(Arc::new(service) as Arc<dyn Store>));
        }
        match sled::SledStore::exists(&dir) {
            Ok(true) => {}
            Ok(false) => return Some(Err(StoreError::Missing { path: dir.clone() })),
            Err(error) => return Some(Err(error)),
        }
        match sled::SledStore::open(&dir) {
            // A service that is starting has no socket yet.
            Err(StoreError::InUse { .. }) => None,
            opened => Some(opened.map(|store| Arc::new(store) as Arc<dyn Store>)),
        }
    })
    .unwrap_or(Err(StoreError::InUse { path: dir }))
}

/// Opens the store of `url` to change its users: by asking the service that runs on it, else by
/// itself, making it where there is none.
pub fn open_to_change(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match open_to_read(url) {
        Err(StoreError::Missing { .. }) => open(url),
        opened => opened,
    }
}

/// Tries for half a minute: opening takes as long as a store is large, and whoever just ended lets
/// go of its lock a moment later.
fn patiently<T>(mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..600 {
        let done = attempt();
        if done.is_some() {
            return done;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    None
}

/// Opens the store of `url` for a service whose pages are to be served whatever is wrong with the
/// disk: it is opened with the first scan that can be recorded.
pub fn open_later(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match Location::parse(url)? {
        Location::Memory => open(url),
        Location::Sled(dir) => Ok(Arc::new(sled::SledStore::open_later(&dir)?)),
    }
}

/// Puts the damaged store of `url` aside and starts anew from what can be read of it; the alarm that
/// was raised in the new one.
pub fn renew(url: &str, at: Moment) -> Result<AlarmKind, StoreError> {
    match Location::parse(url)? {
        Location::Sled(dir) => sled::renew(&dir, at),
        Location::Memory => Err(StoreError::InMemory),
    }
}

/// Reads a backup to its end: how many entries it has.
///
/// # Errors
/// [`StoreError::NoBackup`] where it is not whole.
pub fn check_backup(from: &mut dyn Read) -> Result<u64, StoreError> {
    sled::check(from)
}

/// Fills the store of `url` from a backup; one that is there already is put aside under a name that
/// ends in `replaced`, where that is given.
///
/// # Errors
/// [`StoreError::NotEmpty`] where there is one and it may not be replaced. Whatever the error, the
/// store is as it was.
pub fn restore(
    url: &str,
    from: &mut dyn Read,
    replaced: Option<&str>,
) -> Result<Restored, StoreError> {
    match Location::parse(url)? {
        Location::Sled(dir) => sled::restore(&dir, from, replaced),
        Location::Memory => Err(StoreError::InMemory),
    }
}

/// The directory that holds the store of `url`, where it has one.
pub fn directory(url: &str) -> Result<Option<PathBuf>, StoreError> {
    Ok(match Location::parse(url)? {
        Location::Sled(dir) => Some(dir),
        Location::Memory => None,
    })
}

/// Makes `dir` with its parents, readable by its owner alone.
fn create_private_dir(dir: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|source| StoreError::Io { path: dir.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_engines_and_never_show_a_password() {
        assert_eq!(Location::parse("sled:data").unwrap(), Location::Sled("data".into()));
        assert_eq!(Location::parse("memory:").unwrap(), Location::Memory);
        for url in ["mysql://u:secret@h/x", "sled:", "data", "postgres://u:secret@h/x"] {
            let message = Location::parse(url).unwrap_err().to_string();
            assert!(!message.contains("secret"), "{message}");
        }
    }
}
