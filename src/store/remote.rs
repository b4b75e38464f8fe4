//! The store of a running service, asked through a local socket that only its user can open.
//!
//! sled is opened by one process only. So the service answers questions on a socket beside the
//! store, and the command line asks there first. One JSON line a question, one an answer; how the service
//! comes to it is `answering`'s.

mod answering;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::record::{AccountRecord, Plain, RoleRecord, StrikeRecord, StruckRecord, TokenRecord};
use super::upkeep::{Compacted, Tidying, Verified};
pub use answering::{Reread, answer};

use super::{Store, StoreError};
use crate::domain::alarm::{Alarm, AlarmKind};
use crate::domain::feedback::{Feedback, FeedbackCount};
use crate::domain::password::PasswordHash;
use crate::domain::period::{Moment, Period};
use crate::domain::scan::{DayCount, Scan, ScanQuery};
use crate::domain::strike::{Strike, StrikeFault, Struck};
use crate::domain::token::ApiToken;
use crate::domain::user::{Account, User, UserName};

/// A side that says nothing for this long is gone.
const SILENCE: Duration = Duration::from_secs(30);

/// Compacting, recounting and backing up look at all that a store holds before they answer.
const LONG_SILENCE: Duration = Duration::from_hours(1);

/// A question is one line; the longest is a new user with the name of each court.
const QUESTION_BYTES: u64 = 256 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Question {
    Counts(ScanQuery),
    Feedback(Period),
    Users,
    User { name: String },
    AddUser(AccountRecord),
    SetPassword { name: String, password: String },
    SetRole(RoleRecord),
    RemoveUser { name: String },
    Tokens,
    AddToken(TokenRecord),
    RemoveToken { name: String },
    Alarms,
    Raise { kind: AlarmKind, at: Moment },
    MarkSeen { number: u32, by: String, at: Moment },
    Strikes,
    Strike(StrikeRecord),
    UndoStrike { number: u32, at: Moment },
    Compact,
    Verify,
    Backup,
    Size,
    Reread,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Counts(Vec<DayCount>),
    Feedback(Vec<FeedbackCount>),
    Users(Vec<AccountRecord>),
    Tokens(Vec<TokenRecord>),
    Alarms(Vec<Alarm>),
    Strikes(Vec<StruckRecord>),
    Strike(Result<StruckRecord, StrikeFault>),
    Compacted(Compacted),
    Verified(Verified),
    /// What follows this line, until the end, is the backup.
    Backup,
    Size(u64),
    Done(bool),
    Error(String),
}

/// The store of a running service.
pub struct RemoteStore {
    dir: PathBuf,
}

impl RemoteStore {
    /// The service that runs on the store in `dir`, if one answers.
    pub fn connect(dir: &Path) -> Option<Self> {
        let store = Self { dir: dir.to_owned() };
        store.stream(SILENCE).is_ok().then_some(store)
    }

    /// Tells the service that its site has changed; whether it will read it.
    pub fn reread(&self) -> Result<bool, StoreError> {
        self.change(&Question::Reread)
    }

    fn stream(&self, silence: Duration) -> std::io::Result<UnixStream> {
        let stream = with_short_path(&socket_dir(&self.dir), |path| UnixStream::connect(path))?;
        stream.set_read_timeout(Some(silence))?;
        stream.set_write_timeout(Some(SILENCE))?;
        Ok(stream)
    }

    /// The answer to `question`; an error that the service tells is an error here.
    fn ask(&self, question: &Question) -> Result<Answer, StoreError> {
        self.ask_for(question, SILENCE).map(|(answer, _)| answer)
    }

    /// The answer, and what follows it.
    fn ask_for(
        &self,
        question: &Question,
        silence: Duration,
    ) -> Result<(Answer, BufReader<UnixStream>), StoreError> {
        let exchange = || -> std::io::Result<(Answer, BufReader<UnixStream>)> {
            let mut stream = self.stream(silence)?;
            write_line(&mut stream, question)?;
            let (mut line, mut reader) = (String::new(), BufReader::new(stream));
            reader.read_line(&mut line)?;
            Ok((serde_json::from_str(&line)?, reader))
        };
        match exchange() {
            Ok((Answer::Error(reason), _)) => Err(remote(reason)),
            Ok(answered) => Ok(answered),
            Err(error) => Err(remote(error.to_string())),
        }
    }

    fn accounts(&self, question: &Question) -> Result<Vec<Account>, StoreError> {
        let Answer::Users(records) = self.ask(question)? else { return Err(remote(BESIDE)) };
        all(records)
    }

    fn change(&self, question: &Question) -> Result<bool, StoreError> {
        let Answer::Done(done) = self.ask(question)? else { return Err(remote(BESIDE)) };
        Ok(done)
    }
}

#[async_trait]
impl Store for RemoteStore {
    async fn record(&self, _: &[Scan]) -> Result<(), StoreError> {
        Err(remote("only the service itself records scans"))
    }

    async fn counts(&self, query: &ScanQuery) -> Result<Vec<DayCount>, StoreError> {
        let Answer::Counts(rows) = self.ask(&Question::Counts(*query))? else {
            return Err(remote(BESIDE));
        };
        Ok(rows)
    }

    async fn export(&self, _: &mut (dyn FnMut(Scan) + Send)) -> Result<(), StoreError> {
        Err(remote("scans are not handed out while the service runs: ask for counts"))
    }

    async fn record_feedback(&self, _: &[Feedback]) -> Result<(), StoreError> {
        Err(remote("only the service itself records answers"))
    }

    async fn feedback(&self, period: Period) -> Result<Vec<FeedbackCount>, StoreError> {
        let Answer::Feedback(rows) = self.ask(&Question::Feedback(period))? else {
            return Err(remote(BESIDE));
        };
        Ok(rows)
    }

    async fn users(&self) -> Result<Vec<Account>, StoreError> {
        self.accounts(&Question::Users)
    }

    async fn user(&self, name: &UserName) -> Result<Option<Account>, StoreError> {
        Ok(self.accounts(&Question::User { name: name.to_string() })?.pop())
    }

    async fn add_user(&self, account: &Account) -> Result<bool, StoreError> {
        self.change(&Question::AddUser(account.record()))
    }

    async fn set_password(
        &self,
        name: &UserName,
        password: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let password = password.as_str().to_owned();
        self.change(&Question::SetPassword { name: name.to_string(), password })
    }

    async fn set_role(&self, user: &User) -> Result<bool, StoreError> {
        self.change(&Question::SetRole(user.record()))
    }

    async fn remove_user(&self, name: &UserName) -> Result<bool, StoreError> {
        self.change(&Question::RemoveUser { name: name.to_string() })
    }

    async fn tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        let Answer::Tokens(records) = self.ask(&Question::Tokens)? else {
            return Err(remote(BESIDE));
        };
        all(records)
    }

    async fn add_token(&self, token: &ApiToken) -> Result<bool, StoreError> {
        self.change(&Question::AddToken(token.record()))
    }

    async fn remove_token(&self, name: &UserName) -> Result<bool, StoreError> {
        self.change(&Question::RemoveToken { name: name.to_string() })
    }

    async fn alarms(&self) -> Result<Vec<Alarm>, StoreError> {
        let Answer::Alarms(alarms) = self.ask(&Question::Alarms)? else {
            return Err(remote(BESIDE));
        };
        Ok(alarms)
    }

    async fn raise(&self, kind: &AlarmKind, at: Moment) -> Result<(), StoreError> {
        self.change(&Question::Raise { kind: kind.clone(), at }).map(|_| ())
    }

    async fn mark_seen(&self, number: u32, by: &str, at: Moment) -> Result<bool, StoreError> {
        self.change(&Question::MarkSeen { number, by: by.to_owned(), at })
    }

    async fn strikes(&self) -> Result<Vec<Struck>, StoreError> {
        let Answer::Strikes(records) = self.ask(&Question::Strikes)? else {
            return Err(remote(BESIDE));
        };
        all(records)
    }

    async fn strike(&self, strike: &Strike) -> Result<Result<Struck, StrikeFault>, StoreError> {
        let (answer, _) = self.ask_for(&Question::Strike(strike.record()), LONG_SILENCE)?;
        let Answer::Strike(struck) = answer else { return Err(remote(BESIDE)) };
        match struck {
            Ok(record) => Struck::of(record).map(Ok).ok_or_else(|| remote(UNREADABLE)),
            Err(fault) => Ok(Err(fault)),
        }
    }

    async fn undo_strike(&self, number: u32, at: Moment) -> Result<bool, StoreError> {
        let (answer, _) = self.ask_for(&Question::UndoStrike { number, at }, LONG_SILENCE)?;
        let Answer::Done(done) = answer else { return Err(remote(BESIDE)) };
        Ok(done)
    }

    async fn tidy(&self, _: Tidying) -> Result<bool, StoreError> {
        Ok(false) // the service does by itself
    }

    async fn compact(&self) -> Result<Compacted, StoreError> {
        let (answer, _) = self.ask_for(&Question::Compact, LONG_SILENCE)?;
        let Answer::Compacted(compacted) = answer else { return Err(remote(BESIDE)) };
        Ok(compacted)
    }

    async fn verify(&self) -> Result<Verified, StoreError> {
        let (answer, _) = self.ask_for(&Question::Verify, LONG_SILENCE)?;
        let Answer::Verified(verified) = answer else { return Err(remote(BESIDE)) };
        Ok(verified)
    }

    async fn backup(&self, into: &mut (dyn Write + Send)) -> Result<(), StoreError> {
        let (answer, mut rest) = self.ask_for(&Question::Backup, LONG_SILENCE)?;
        let Answer::Backup = answer else { return Err(remote(BESIDE)) };
        std::io::copy(&mut rest, into).map_err(|source| StoreError::Backup { source })?;
        Ok(())
    }

    async fn size(&self) -> Result<u64, StoreError> {
        let Answer::Size(size) = self.ask(&Question::Size)? else { return Err(remote(BESIDE)) };
        Ok(size)
    }
}

/// The values of records; an error where this version does not know one.
fn all<T: Plain>(records: Vec<T::Record>) -> Result<Vec<T>, StoreError> {
    let values: Option<Vec<T>> = records.into_iter().map(T::of).collect();
    values.ok_or_else(|| remote(UNREADABLE))
}

fn records<T: Plain>(values: &[T]) -> Vec<T::Record> {
    values.iter().map(T::record).collect()
}

const BESIDE: &str = "it answered another question";

fn remote(reason: impl Into<String>) -> StoreError {
    StoreError::Remote { reason: reason.into() }
}

const UNREADABLE: &str = "a user that this version cannot read";

fn write_line(stream: &mut impl Write, value: &impl Serialize) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    stream.write_all(&line)
}

const SOCKET: &str = "socket";

/// A directory of its own, made readable by its owner alone: whoever else can see the store's
/// directory still cannot open the socket.
fn socket_dir(dir: &Path) -> PathBuf {
    dir.join("run")
}

/// Calls `with` with a path to the socket that is short enough for the kernel (108 bytes).
fn with_short_path<T>(
    dir: &Path,
    with: impl FnOnce(&Path) -> std::io::Result<T>,
) -> std::io::Result<T> {
    let path = dir.join(SOCKET);
    if path.as_os_str().len() < 100 {
        return with(&path);
    }
    let handle = std::fs::File::open(dir)?;
    let descriptor = std::os::fd::AsRawFd::as_raw_fd(&handle);
    with(Path::new(&format!("/proc/self/fd/{descriptor}/{SOCKET}")))
}
