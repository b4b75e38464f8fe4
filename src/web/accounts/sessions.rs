//! Sessions, in memory alone: a restart signs everybody out. Of a token only its SHA-256 is kept.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::domain::password::PasswordHash;
use crate::domain::period::Moment;
use crate::domain::user::{Account, UserName};

/// A session that nobody used for so many seconds is over: eight hours.
const IDLE: i64 = 8 * 3600;

/// How many sessions there are at most; the one idle longest makes room.
const MOST: usize = 10_000;

/// What is kept of a token.
pub(super) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

struct Session {
    name: UserName,
    /// As it was at sign-in: another one ends the session.
    password: PasswordHash,
    used: Moment,
}

impl Session {
    fn is_over(&self, now: Moment) -> bool {
        now.0 - self.used.0 >= IDLE
    }
}

#[derive(Default)]
pub(super) struct Sessions {
    open: Mutex<HashMap<[u8; 32], Session>>,
}

impl Sessions {
    fn open(&self) -> MutexGuard<'_, HashMap<[u8; 32], Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, token: &str, account: &Account, now: Moment) {
        let mut open = self.open();
        open.retain(|_, session| !session.is_over(now));
        if open.len() >= MOST {
            let idle = open.iter().min_by_key(|(_, session)| session.used).map(|(key, _)| *key);
            idle.and_then(|key| open.remove(&key));
        }
        let (name, password) = (account.user.name.clone(), account.password.clone());
        open.insert(digest(token), Session { name, password, used: now });
    }

    /// Whose session it is, and the password it began with; from now on it lasts as long again.
    pub(super) fn find(&self, token: &str, now: Moment) -> Option<(UserName, PasswordHash)> {
        let (mut open, key) = (self.open(), digest(token));
        let session = open.get_mut(&key)?;
        if session.is_over(now) {
            open.remove(&key);
            return None;
        }
        session.used = now;
        Some((session.name.clone(), session.password.clone()))
    }

    /// How many are open.
    pub(super) fn count(&self, now: Moment) -> usize {
        self.open().values().filter(|session| !session.is_over(now)).count()
    }

    pub(super) fn end(&self, token: &str) {
        self.open().remove(&digest(token));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::user::{Courts, Role, User};

    fn account() -> Account {
        let name = UserName::parse("wang").unwrap();
        let hash =
            format!("$argon2id$v=19$m=19456,t=2,p=1${}A${}A", "B".repeat(21), "C".repeat(42));
        Account {
            user: User { name, role: Role::Viewer, courts: Courts::All },
            password: PasswordHash::parse(&hash).unwrap(),
        }
    }

    #[test]
    fn a_session_lasts_while_it_is_used_and_eight_hours_more() {
        let sessions = Sessions::default();
        sessions.begin("a", &account(), Moment(0));
        assert!(sessions.find("b", Moment(0)).is_none());
        assert!(sessions.find("a", Moment(IDLE - 1)).is_some());
        assert!(sessions.find("a", Moment(2 * IDLE - 2)).is_some());
        assert!(sessions.find("a", Moment(3 * IDLE - 2)).is_none());
        assert!(sessions.find("a", Moment(0)).is_none(), "it does not come back");
        sessions.begin("a", &account(), Moment(0));
        sessions.end("a");
        assert!(sessions.find("a", Moment(0)).is_none());
    }

    #[test]
    fn the_session_idle_longest_makes_room() {
        let sessions = Sessions::default();
        for i in 0..MOST {
            sessions.begin(&i.to_string(), &account(), Moment(i64::try_from(i).unwrap() % IDLE));
        }
        sessions.begin("new", &account(), Moment(IDLE - 1));
        assert!(sessions.find("0", Moment(1)).is_none());
        assert!(sessions.find("new", Moment(1)).is_some() && sessions.open().len() <= MOST);
    }
}
