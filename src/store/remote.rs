//! The store of a running service, read through a local socket that only its user can open.
//!
//! sled is opened by one process only. So the service answers questions on a socket beside the
//! store, and the command line asks there first. One JSON line a question, one an answer.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Store, StoreError, create_private_dir};
use crate::domain::feedback::{Feedback, FeedbackCount};
use crate::domain::scan::{DayCount, Scan, ScanQuery};

/// A side that says nothing for this long is gone.
const SILENCE: Duration = Duration::from_secs(30);

/// A question is one short line.
const QUESTION_BYTES: u64 = 4096;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Question {
    Counts(ScanQuery),
    Feedback(ScanQuery),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Counts(Vec<DayCount>),
    Feedback(Vec<FeedbackCount>),
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
        store.stream().is_ok().then_some(store)
    }

    fn stream(&self) -> std::io::Result<UnixStream> {
        let stream = with_short_path(&socket_dir(&self.dir), |path| UnixStream::connect(path))?;
        stream.set_read_timeout(Some(SILENCE))?;
        stream.set_write_timeout(Some(SILENCE))?;
        Ok(stream)
    }

    /// The answer to `question`; an error that the service tells is an error here.
    fn ask(&self, question: &Question) -> Result<Answer, StoreError> {
        let exchange = || -> std::io::Result<Answer> {
            let mut stream = self.stream()?;
            write_line(&mut stream, question)?;
            let mut line = String::new();
            BufReader::new(stream).read_line(&mut line)?;
            Ok(serde_json::from_str(&line)?)
        };
        match exchange() {
            Ok(Answer::Error(reason)) => Err(remote(reason)),
            Ok(answer) => Ok(answer),
            Err(error) => Err(remote(error.to_string())),
        }
    }
}

#[async_trait]
impl Store for RemoteStore {
    async fn record(&self, _: &[Scan]) -> Result<(), StoreError> {
        Err(remote("only the service itself records scans"))
    }

    async fn counts(&self, query: &ScanQuery) -> Result<Vec<DayCount>, StoreError> {
        match self.ask(&Question::Counts(*query))? {
            Answer::Counts(rows) => Ok(rows),
            Answer::Feedback(_) | Answer::Error(_) => Err(remote(BESIDE)),
        }
    }

    async fn export(&self, _: &mut (dyn FnMut(Scan) + Send)) -> Result<(), StoreError> {
        Err(remote("scans are not handed out while the service runs: ask for counts"))
    }

    async fn record_feedback(&self, _: &[Feedback]) -> Result<(), StoreError> {
        Err(remote("only the service itself records answers"))
    }

    async fn feedback(&self, query: &ScanQuery) -> Result<Vec<FeedbackCount>, StoreError> {
        match self.ask(&Question::Feedback(*query))? {
            Answer::Feedback(rows) => Ok(rows),
            Answer::Counts(_) | Answer::Error(_) => Err(remote(BESIDE)),
        }
    }
}

const BESIDE: &str = "it answered another question";

fn remote(reason: impl Into<String>) -> StoreError {
    StoreError::Remote { reason: reason.into() }
}

/// Answers questions about `store` beside it in `dir`, on threads of their own, until the process
/// ends. To be called by the process that holds the store.
pub fn answer(dir: &Path, store: Arc<dyn Store>) -> Result<(), StoreError> {
    let socket_dir = socket_dir(dir);
    create_private_dir(&socket_dir)?;
    // Also where the directory was there before.
    let private = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o700);
    std::fs::set_permissions(&socket_dir, private)
        .map_err(|source| StoreError::Io { path: socket_dir.clone(), source })?;
    let path = socket_dir.join(SOCKET);
    // Whoever holds the store's lock may clear away what a killed service left.
    let _ = std::fs::remove_file(&path);
    let listener = with_short_path(&socket_dir, |path| UnixListener::bind(path))
        .map_err(|source| StoreError::Io { path: path.clone(), source })?;
    std::thread::Builder::new()
        .name("questions".to_owned())
        .spawn(move || serve(&listener, &store))
        .map_err(|source| StoreError::Io { path, source })?;
    Ok(())
}

fn serve(listener: &UnixListener, store: &Arc<dyn Store>) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // Out of descriptors, most likely: do not spin.
            std::thread::sleep(Duration::from_millis(100));
            continue;
        };
        let store = Arc::clone(store);
        let spawned = std::thread::Builder::new().name("question".to_owned()).spawn(move || {
            if let Err(error) = reply(&stream, &*store) {
                log::debug!("a question on the local socket was not answered: {error}");
            }
        });
        if let Err(error) = spawned {
            log::warn!("a question on the local socket was not answered: {error}");
        }
    }
}

fn reply(stream: &UnixStream, store: &dyn Store) -> std::io::Result<()> {
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    let mut line = String::new();
    let mut reader = BufReader::new(std::io::Read::take(stream, QUESTION_BYTES));
    if reader.read_line(&mut line)? == 0 {
        return Ok(()); // only asked whether somebody is here
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let answer = match serde_json::from_str(&line) {
        Ok(Question::Counts(query)) => {
            runtime.block_on(store.counts(&query)).map_or_else(told, Answer::Counts)
        }
        Ok(Question::Feedback(query)) => {
            runtime.block_on(store.feedback(&query)).map_or_else(told, Answer::Feedback)
        }
        Err(error) => Answer::Error(format!("not a question this version knows: {error}")),
    };
    write_line(&mut &*stream, &answer)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_or_else` wants")]
fn told(error: StoreError) -> Answer {
    Answer::Error(error.to_string())
}

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
