//! The embedded engine: sled 0.34.7, one tree for scans, one for answers, one for users.
//!
//! Keys: `r` + sequence -> a block of scans; `c` + class, day, placement, topic, client -> a day
//! row. Both go into one `apply_batch`, which sled makes atomic. In the tree `feedback`: day,
//! placement, topic -> a row of answers. In the trees `users`, `tokens`, `alarms` and `strikes`: a
//! name or a number -> a record. Its `flush` on Linux is `sync_file_range`, not fsync, so the file is
//! synced here before a commit is acknowledged.
//! Nothing outside this file may depend on sled's ways.

use std::fs::File;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use async_trait::async_trait;

use super::block::{pack, pack_answers, pack_hours, unpack, unpack_answers, unpack_hours};
use super::record::{self, Recorded};
use super::tally::{Cell, FeedbackCell, Hours, feedback_count, project, tally, tally_feedback};
use super::{Store, StoreError, create_private_dir};
use crate::domain::alarm::{Alarm, AlarmKind, Seen};
use crate::domain::feedback::{Answers, Feedback, FeedbackCount};
use crate::domain::password::PasswordHash;
use crate::domain::period::{Day, Moment, Period};
use crate::domain::scan::{Class, Client, DayCount, Scan, ScanQuery};
use crate::domain::strike::Struck;
use crate::domain::token::ApiToken;
use crate::domain::user::{Account, User, UserName};

const SCANS: u8 = b'r';
const COUNTS: u8 = b'c';

/// The name of the tree of answers.
const FEEDBACK: &str = "feedback";

/// The trees of records.
const USERS: &str = "users";
const TOKENS: &str = "tokens";
const ALARMS: &str = "alarms";
const STRIKES: &str = "strikes";

/// Half of what is cached is evicted at a time; a court's whole year of counters fits.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

pub(super) struct SledStore {
    dir: PathBuf,
    /// None after a fault, until it could be opened again: sled keeps an error for ever, and what a
    /// commit that failed left in its memory must not be counted.
    files: RwLock<Option<Files>>,
}

/// An open store.
struct Files {
    db: sled::Db,
    feedback: sled::Tree,
    users: sled::Tree,
    tokens: sled::Tree,
    alarms: sled::Tree,
    strikes: sled::Tree,
    /// sled's one data file: syncing it is what makes a commit outlive a power cut.
    file: File,
    path: PathBuf,
    /// The next block's sequence number.
    next: u64,
}

impl SledStore {
    /// Whether there is a store in `dir`.
    pub(super) fn exists(dir: &Path) -> Result<bool, StoreError> {
        let path = scans_dir(dir).join("db");
        path.try_exists().map_err(|source| StoreError::Io { path, source })
    }

    /// Opens the store in `dir`, making it where there is none.
    ///
    /// # Errors
    /// [`StoreError::InUse`] where another process holds it; that may be over in a moment.
    pub(super) fn open(dir: &Path) -> Result<Self, StoreError> {
        let files = Files::open(dir)?;
        Ok(Self { dir: dir.to_owned(), files: RwLock::new(Some(files)) })
    }

    /// Does `write` on the open store, opening it again after a fault.
    fn commit<T>(
        &self,
        write: impl FnOnce(&mut Files) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // Held while a batch is written, so that there is one writer.
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let open = match &mut *files {
            Some(open) => open,
            closed @ None => closed.insert(Files::open(&self.dir)?),
        };
        let committed = std::panic::catch_unwind(AssertUnwindSafe(|| write(open)));
        let committed = committed.unwrap_or_else(|_| Err(panicked("committing")));
        if committed.is_err() {
            let closed = files.take();
            // On a disk that is full it may panic once more on its way out.
            let _ = std::panic::catch_unwind(AssertUnwindSafe(|| drop(closed)));
        }
        committed
    }

    /// One of the open trees. The lock is let go at once: a long read must not keep a scan waiting.
    fn tree<T>(&self, of: impl FnOnce(&Files) -> T) -> Result<T, StoreError> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.as_ref().map(of).ok_or_else(|| StoreError::Engine {
            reason: "closed after a fault; it is opened again with the next scan".to_owned(),
        })
    }

    fn users_tree(&self) -> Result<sled::Tree, StoreError> {
        self.tree(|files| files.users.clone())
    }

    fn change_user(
        &self,
        name: &UserName,
        change: impl FnOnce(Option<Account>) -> Option<Account>,
    ) -> Result<bool, StoreError> {
        self.commit(|files| files.change(&files.users, name.as_str().as_bytes(), change))
    }
}

impl Files {
    fn open(dir: &Path) -> Result<Self, StoreError> {
        create_private_dir(dir)?;
        let path = scans_dir(dir);
        let config = sled::Config::new().path(&path).cache_capacity(CACHE_BYTES);
        // On some damaged files sled panics instead of saying so.
        let open = || {
            let db = config.open()?;
            let trees = [FEEDBACK, USERS, TOKENS, ALARMS, STRIKES].map(|name| db.open_tree(name));
            Ok((trees, db))
        };
        let (trees, db) = std::panic::catch_unwind(AssertUnwindSafe(open))
            .map_err(|_| StoreError::Damaged {
                path: path.clone(),
                reason: panicked("opening it").to_string(),
            })?
            .map_err(|error| open_error(dir, &path, error))?;
        let [feedback, users, tokens, alarms, strikes] =
            trees.map(|tree| tree.map_err(|error| open_error(dir, &path, error)));
        let db_file = path.join("db");
        let file = File::open(&db_file)
            .map_err(|source| StoreError::Io { path: db_file.clone(), source })?;
        let last = db.scan_prefix([SCANS]).next_back().transpose().map_err(engine)?;
        let last = last.and_then(|(key, _)| key[1..].try_into().ok().map(u64::from_be_bytes));
        Ok(Self {
            db,
            feedback: feedback?,
            users: users?,
            tokens: tokens?,
            alarms: alarms?,
            strikes: strikes?,
            file,
            path: db_file,
            next: last.map_or(0, |n| n + 1),
        })
    }

    fn commit(&mut self, scans: &[Scan]) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (cell, added) in tally(scans) {
            let key = cell_key(&cell);
            let mut hours = match self.db.get(key).map_err(engine)? {
                Some(bytes) => unpack_hours(&bytes)?,
                None => Hours::default(),
            };
            for (hour, count) in added {
                hours.entry(hour).or_default().add(count);
            }
            batch.insert(&key, pack_hours(&hours));
        }
        let mut key = [SCANS; 9];
        key[1..].copy_from_slice(&self.next.to_be_bytes());
        batch.insert(&key, pack(scans));
        self.db.apply_batch(batch).map_err(engine)?;
        self.next += 1;
        self.sync()
    }

    fn commit_feedback(&self, feedback: &[Feedback]) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (cell, added) in tally_feedback(feedback) {
            let key = feedback_key(cell);
            let mut answers = match self.feedback.get(key).map_err(engine)? {
                Some(bytes) => unpack_answers(&bytes)?,
                None => Answers::default(),
            };
            answers.add(added);
            batch.insert(&key, pack_answers(answers));
        }
        self.feedback.apply_batch(batch).map_err(engine)?;
        self.sync()
    }

    /// Changes the record of `key` to what `change` makes of it; says whether it made anything. One
    /// writer at a time: whoever holds these files holds the lock.
    fn change<T: Recorded>(
        &self,
        tree: &sled::Tree,
        key: &[u8],
        change: impl FnOnce(Option<T>) -> Option<T>,
    ) -> Result<bool, StoreError> {
        let kept = tree.get(key).map_err(engine)?;
        let kept = kept.map(|bytes| record::unpack(&bytes)).transpose()?;
        let Some(changed) = change(kept) else { return Ok(false) };
        tree.insert(key, record::pack(&changed)?).map_err(engine)?;
        self.sync()?;
        Ok(true)
    }

    fn remove(&self, tree: &sled::Tree, name: &UserName) -> Result<bool, StoreError> {
        let removed = tree.remove(name.as_str()).map_err(engine)?.is_some();
        self.sync()?;
        Ok(removed)
    }

    /// Adds a record under the next number.
    fn append<T: Recorded>(
        &self,
        tree: &sled::Tree,
        of: impl FnOnce(u32) -> T,
    ) -> Result<(), StoreError> {
        let last = tree.last().map_err(engine)?;
        let last = last.and_then(|(key, _)| key.as_ref().try_into().ok().map(u32::from_be_bytes));
        let number = last.map_or(1, |last| last.saturating_add(1));
        tree.insert(number.to_be_bytes(), record::pack(&of(number))?).map_err(engine)?;
        self.sync()
    }

    fn sync(&self) -> Result<(), StoreError> {
        self.db.flush().map_err(engine)?;
        // No test can see this line go: a killed process leaves its writes to the kernel, only a
        // power cut does not. `strace -f -e fdatasync onecode serve` shows one a commit.
        self.file.sync_data().map_err(|source| StoreError::Io { path: self.path.clone(), source })
    }
}

fn read_counts(db: &sled::Db, query: ScanQuery) -> Result<Vec<DayCount>, StoreError> {
    let mut cells = Vec::new();
    for class in Class::ALL {
        let first = day_key(class, query.period.from.map_or(0, day_number));
        let end = day_key(class, query.period.to.map_or(u32::MAX, |to| day_number(to) + 1));
        for entry in db.range(first..end) {
            let (key, value) = entry.map_err(engine)?;
            if let Some(cell) = cell_of(&key) {
                cells.push((cell, unpack_hours(&value)?));
            }
        }
    }
    Ok(project(cells, query.detail))
}

fn records<T: Recorded>(tree: &sled::Tree) -> Result<Vec<T>, StoreError> {
    tree.iter().values().map(|bytes| record::unpack(&bytes.map_err(engine)?)).collect()
}

fn read_feedback(tree: &sled::Tree, period: Period) -> Result<Vec<FeedbackCount>, StoreError> {
    let first = period.from.map_or(0, day_number).to_be_bytes();
    let end = period.to.map_or(u32::MAX, |to| day_number(to) + 1).to_be_bytes();
    let mut rows = Vec::new();
    for entry in tree.range(first..end) {
        let (key, value) = entry.map_err(engine)?;
        if let Some(cell) = feedback_cell_of(&key) {
            rows.push(feedback_count(cell, unpack_answers(&value)?));
        }
    }
    Ok(rows)
}

fn panicked(doing: &str) -> StoreError {
    StoreError::Engine { reason: format!("the engine panicked while {doing}") }
}

#[async_trait]
impl Store for SledStore {
    async fn record(&self, scans: &[Scan]) -> Result<(), StoreError> {
        if scans.is_empty() { Ok(()) } else { self.commit(|files| files.commit(scans)) }
    }

    async fn counts(&self, query: &ScanQuery) -> Result<Vec<DayCount>, StoreError> {
        read_counts(&self.tree(|files| files.db.clone())?, *query)
    }

    async fn export(&self, each: &mut (dyn FnMut(Scan) + Send)) -> Result<(), StoreError> {
        for entry in self.tree(|files| files.db.clone())?.scan_prefix([SCANS]) {
            let (_, block) = entry.map_err(engine)?;
            unpack(&block)?.into_iter().for_each(&mut *each);
        }
        Ok(())
    }

    async fn record_feedback(&self, feedback: &[Feedback]) -> Result<(), StoreError> {
        if feedback.is_empty() {
            return Ok(());
        }
        self.commit(|files| files.commit_feedback(feedback))
    }

    async fn feedback(&self, period: Period) -> Result<Vec<FeedbackCount>, StoreError> {
        read_feedback(&self.tree(|files| files.feedback.clone())?, period)
    }

    async fn users(&self) -> Result<Vec<Account>, StoreError> {
        records(&self.users_tree()?)
    }

    async fn user(&self, name: &UserName) -> Result<Option<Account>, StoreError> {
        let bytes = self.users_tree()?.get(name.as_str()).map_err(engine)?;
        bytes.map(|bytes| record::unpack(&bytes)).transpose()
    }

    async fn add_user(&self, account: &Account) -> Result<bool, StoreError> {
        let add = |kept: Option<Account>| kept.is_none().then(|| account.clone());
        self.change_user(&account.user.name, add)
    }

    async fn set_password(
        &self,
        name: &UserName,
        password: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let set = |kept: Option<Account>| {
            kept.map(|account| Account { password: password.clone(), ..account })
        };
        self.change_user(name, set)
    }

    async fn set_role(&self, user: &User) -> Result<bool, StoreError> {
        let set =
            |kept: Option<Account>| kept.map(|account| Account { user: user.clone(), ..account });
        self.change_user(&user.name, set)
    }

    async fn remove_user(&self, name: &UserName) -> Result<bool, StoreError> {
        self.commit(|files| files.remove(&files.users, name))
    }

    async fn tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        records(&self.tree(|files| files.tokens.clone())?)
    }

    async fn add_token(&self, token: &ApiToken) -> Result<bool, StoreError> {
        let add = |kept: Option<ApiToken>| kept.is_none().then(|| token.clone());
        let key = token.name.as_str().as_bytes();
        self.commit(|files| files.change(&files.tokens, key, add))
    }

    async fn remove_token(&self, name: &UserName) -> Result<bool, StoreError> {
        self.commit(|files| files.remove(&files.tokens, name))
    }

    async fn alarms(&self) -> Result<Vec<Alarm>, StoreError> {
        records(&self.tree(|files| files.alarms.clone())?)
    }

    async fn raise(&self, kind: &AlarmKind, at: Moment) -> Result<(), StoreError> {
        let alarm = |number| Alarm { number, at, kind: kind.clone(), seen: None };
        self.commit(|files| files.append(&files.alarms, alarm))
    }

    async fn mark_seen(&self, number: u32, by: &str, at: Moment) -> Result<bool, StoreError> {
        let see = |kept: Option<Alarm>| {
            let alarm = kept.filter(|alarm| alarm.seen.is_none())?;
            Some(Alarm { seen: Some(Seen { at, by: by.to_owned() }), ..alarm })
        };
        self.commit(|files| files.change(&files.alarms, &number.to_be_bytes(), see))
    }

    async fn strikes(&self) -> Result<Vec<Struck>, StoreError> {
        records(&self.tree(|files| files.strikes.clone())?)
    }
}

/// Puts the store in `dir` aside under a name that ends in `suffix`.
pub(super) fn set_aside(dir: &Path, suffix: &str) -> Result<PathBuf, StoreError> {
    let path = scans_dir(dir);
    let aside = dir.join(format!("scans-damaged-{suffix}"));
    std::fs::rename(&path, &aside).map_err(|source| StoreError::Io { path, source })?;
    Ok(aside)
}

fn scans_dir(dir: &Path) -> PathBuf {
    dir.join("scans")
}

fn open_error(dir: &Path, path: &Path, error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(source) if source.to_string().contains("could not acquire lock") => {
            StoreError::InUse { path: dir.to_owned() }
        }
        sled::Error::Io(source) => StoreError::Io { path: path.to_owned(), source },
        other @ (sled::Error::Corruption { .. }
        | sled::Error::ReportableBug(_)
        | sled::Error::Unsupported(_)
        | sled::Error::CollectionNotFound(_)) => {
            StoreError::Damaged { path: path.to_owned(), reason: other.to_string() }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
fn engine(error: sled::Error) -> StoreError {
    StoreError::Engine { reason: error.to_string() }
}

/// Days since 1970, as they stand in keys; days before that (a clock gone wrong) share the first.
fn day_number(day: Day) -> u32 {
    u32::try_from(day.number().max(0)).unwrap_or(u32::MAX - 1)
}

fn day_key(class: Class, day: u32) -> [u8; 6] {
    let class = place(&Class::ALL, &class);
    let mut key = [COUNTS, class, 0, 0, 0, 0];
    key[2..].copy_from_slice(&day.to_be_bytes());
    key
}

/// The position by which a key names one of `all`.
fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    let at = all.iter().position(|other| other == one);
    at.and_then(|at| u8::try_from(at).ok()).expect("each value is in the list of all")
}

fn cell_key(cell: &Cell) -> [u8; 12] {
    let mut key = [0; 12];
    key[..6].copy_from_slice(&day_key(cell.class, day_number(cell.day)));
    key[6..10].copy_from_slice(&cell.placement.to_be_bytes());
    key[10] = cell.topic;
    key[11] = place(&Client::ALL, &cell.client);
    key
}

fn cell_of(key: &[u8]) -> Option<Cell> {
    let key: &[u8; 12] = key.try_into().ok()?;
    let [_, class, d0, d1, d2, d3, p0, p1, p2, p3, topic, client] = *key;
    Some(Cell {
        class: *Class::ALL.get(usize::from(class))?,
        day: Day::from_number(i64::from(u32::from_be_bytes([d0, d1, d2, d3]))),
        placement: u32::from_be_bytes([p0, p1, p2, p3]),
        topic,
        client: *Client::ALL.get(usize::from(client))?,
    })
}

fn feedback_key((day, placement, topic): FeedbackCell) -> [u8; 9] {
    let mut key = [0; 9];
    key[..4].copy_from_slice(&day_number(day).to_be_bytes());
    key[4..8].copy_from_slice(&placement.to_be_bytes());
    key[8] = topic;
    key
}

fn feedback_cell_of(key: &[u8]) -> Option<FeedbackCell> {
    let key: &[u8; 9] = key.try_into().ok()?;
    let [d0, d1, d2, d3, p0, p1, p2, p3, topic] = *key;
    let day = Day::from_number(i64::from(u32::from_be_bytes([d0, d1, d2, d3])));
    Some((day, u32::from_be_bytes([p0, p1, p2, p3]), topic))
}
