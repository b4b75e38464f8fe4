//! The service's side of the socket: questions are answered on threads of their own, until the process
//! ends.

use std::io::{BufRead, BufReader};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Weak};

use super::{
    Answer, QUESTION_BYTES, Question, SILENCE, SOCKET, UNREADABLE, records, remote, socket_dir,
    with_short_path, write_line,
};
use crate::domain::password::PasswordHash;
use crate::domain::strike::Strike;
use crate::domain::token::ApiToken;
use crate::domain::user::{Account, User, UserName};
use crate::store::record::Plain;
use crate::store::{AUDIT, Store, StoreError, create_private_dir};

/// Tells who rereads the site that it has changed. Weak, since questions are heard until the process ends,
/// and who rereads goes on for as long as somebody could tell it.
pub type Reread = Weak<Sender<()>>;

/// Answers questions about `store` beside it in `dir`, and passes on to `reread` that the site has
/// changed. To be called by the process that holds the store.
pub fn answer(dir: &Path, store: Arc<dyn Store>, reread: Reread) -> Result<(), StoreError> {
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
        .spawn(move || serve(&listener, &store, &reread))
        .map_err(|source| StoreError::Io { path, source })?;
    Ok(())
}

fn serve(listener: &UnixListener, store: &Arc<dyn Store>, reread: &Reread) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // Out of descriptors, most likely: do not spin.
            std::thread::sleep(std::time::Duration::from_millis(100));
            continue;
        };
        let (store, reread) = (Arc::clone(store), Weak::clone(reread));
        let spawned = std::thread::Builder::new().name("question".to_owned()).spawn(move || {
            if let Err(error) = reply(&stream, &*store, &reread) {
                log::debug!("a question on the local socket was not answered: {error}");
            }
        });
        if let Err(error) = spawned {
            log::warn!("a question on the local socket was not answered: {error}");
        }
    }
}

fn reply(stream: &UnixStream, store: &dyn Store, reread: &Reread) -> std::io::Result<()> {
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    let mut line = String::new();
    let mut reader = BufReader::new(std::io::Read::take(stream, QUESTION_BYTES));
    if reader.read_line(&mut line)? == 0 {
        return Ok(()); // only asked whether somebody is here
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let answer = match serde_json::from_str(&line) {
        Ok(Question::Reread) => {
            Answer::Done(reread.upgrade().is_some_and(|tell| tell.send(()).is_ok()))
        }
        Ok(question) => runtime.block_on(answered(question, store)).unwrap_or_else(told),
        Err(error) => Answer::Error(format!("not a question this version knows: {error}")),
    };
    write_line(&mut &*stream, &answer)?;
    if matches!(answer, Answer::Backup) {
        // A reader tells by its end whether it is whole.
        let backup = runtime.block_on(store.backup(&mut &*stream));
        if let Err(error) = backup {
            log::warn!("a backup was not written to its end: {}", error.whole());
        }
    }
    Ok(())
}

async fn answered(question: Question, store: &dyn Store) -> Result<Answer, StoreError> {
    Ok(match question {
        Question::Counts(query) => Answer::Counts(store.counts(&query).await?),
        Question::Feedback(period) => Answer::Feedback(store.feedback(period).await?),
        Question::Users => Answer::Users(records(&store.users().await?)),
        Question::User { name } => {
            let user = store.user(&name_of(&name)?).await?;
            Answer::Users(records(user.as_slice()))
        }
        Question::Tokens => Answer::Tokens(records(&store.tokens().await?)),
        Question::Alarms => Answer::Alarms(store.alarms().await?),
        Question::Strikes => Answer::Strikes(records(&store.strikes().await?)),
        Question::Strike(record) => {
            let strike = Strike::of(record).ok_or_else(|| remote(UNREADABLE))?;
            let struck = store.strike(&strike).await?;
            audit(struck.is_ok(), &format_args!("scans of {} struck out", strike.code));
            Answer::Strike(struck.map(|struck| struck.record()))
        }
        Question::Compact => Answer::Compacted(store.compact().await?),
        Question::Verify => Answer::Verified(store.verify().await?),
        Question::Backup => Answer::Backup,
        Question::Size => Answer::Size(store.size().await?),
        Question::AddUser(_)
        | Question::SetPassword { .. }
        | Question::SetRole(_)
        | Question::RemoveUser { .. }
        | Question::AddToken(_)
        | Question::RemoveToken { .. }
        | Question::Raise { .. }
        | Question::MarkSeen { .. }
        | Question::UndoStrike { .. }
        | Question::Reread => Answer::Done(changed(question, store).await?),
    })
}

/// Does what was asked, and tells the log of users and tokens that changed.
async fn changed(question: Question, store: &dyn Store) -> Result<bool, StoreError> {
    Ok(match question {
        Question::AddUser(record) => {
            let account = Account::of(record).ok_or_else(|| remote(UNREADABLE))?;
            let added = store.add_user(&account).await?;
            let User { name, role, .. } = &account.user;
            audit(added, &format_args!("user {name} added as {role}"))
        }
        Question::SetPassword { name, password } => {
            let name = name_of(&name)?;
            let password = PasswordHash::parse(&password).ok_or_else(|| remote(UNREADABLE))?;
            let set = store.set_password(&name, &password).await?;
            audit(set, &format_args!("user {name} has another password"))
        }
        Question::SetRole(record) => {
            let user = User::of(record).ok_or_else(|| remote(UNREADABLE))?;
            let set = store.set_role(&user).await?;
            audit(set, &format_args!("user {} is {} now", user.name, user.role))
        }
        Question::RemoveUser { name } => {
            let name = name_of(&name)?;
            let removed = store.remove_user(&name).await?;
            audit(removed, &format_args!("user {name} removed"))
        }
        Question::AddToken(record) => {
            let token = ApiToken::of(record).ok_or_else(|| remote(UNREADABLE))?;
            let added = store.add_token(&token).await?;
            audit(added, &format_args!("token {} added", token.name))
        }
        Question::RemoveToken { name } => {
            let removed = store.remove_token(&name_of(&name)?).await?;
            audit(removed, &format_args!("token {name} removed"))
        }
        Question::Raise { kind, at } => store.raise(&kind, at).await.map(|()| true)?,
        Question::MarkSeen { number, by, at } => store.mark_seen(number, &by, at).await?,
        Question::UndoStrike { number, at } => {
            let undone = store.undo_strike(number, at).await?;
            audit(undone, &format_args!("strike {number} undone"))
        }
        Question::Counts(_)
        | Question::Feedback(_)
        | Question::Users
        | Question::User { .. }
        | Question::Tokens
        | Question::Alarms
        | Question::Strikes
        | Question::Strike(_)
        | Question::Compact
        | Question::Verify
        | Question::Backup
        | Question::Size
        | Question::Reread => false,
    })
}

fn name_of(name: &str) -> Result<UserName, StoreError> {
    UserName::parse(name).ok_or_else(|| remote(UNREADABLE))
}

/// Tells the log of `what` was done; whether it was.
fn audit(done: bool, what: &dyn std::fmt::Display) -> bool {
    if done {
        log::info!(target: AUDIT, "{what}, from the command line");
    }
    done
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `unwrap_or_else` wants")]
fn told(error: StoreError) -> Answer {
    Answer::Error(error.whole())
}
