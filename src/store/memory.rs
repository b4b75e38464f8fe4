//! An engine that forgets: for tests and for trying out.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::tally::{feedback_count, project, tally, tally_feedback};
use super::upkeep::{Compacted, Tidying, Verified};
use super::{Store, StoreError};
use crate::domain::alarm::{Alarm, AlarmKind, Seen};
use crate::domain::feedback::{Feedback, FeedbackCount};
use crate::domain::password::PasswordHash;
use crate::domain::period::{Moment, Period};
use crate::domain::scan::{DayCount, Detail, Scan, ScanQuery};
use crate::domain::strike::{Strike, StrikeFault, Struck};
use crate::domain::token::ApiToken;
use crate::domain::user::{Account, User, UserName};

/// Everything in memory.
#[derive(Default)]
pub(super) struct MemoryStore {
    scans: Mutex<Vec<Scan>>,
    feedback: Mutex<Vec<Feedback>>,
    users: Mutex<BTreeMap<UserName, Account>>,
    tokens: Mutex<BTreeMap<UserName, ApiToken>>,
    alarms: Mutex<Vec<Alarm>>,
    strikes: Mutex<Vec<Struck>>,
}

impl MemoryStore {
    fn accounts(&self) -> MutexGuard<'_, BTreeMap<UserName, Account>> {
        locked(&self.users)
    }
}

/// A thread that panicked left nothing half done here.
fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Store for MemoryStore {
    async fn record(&self, scans: &[Scan]) -> Result<(), StoreError> {
        locked(&self.scans).extend_from_slice(scans);
        Ok(())
    }

    async fn counts(&self, query: &ScanQuery) -> Result<Vec<DayCount>, StoreError> {
        let strikes = locked(&self.strikes).clone();
        let struck = |scan: &Scan| {
            strikes.iter().any(|one| one.undone.is_none() && one.strike.strikes(scan))
        };
        let mut scans = locked(&self.scans).clone();
        scans.retain(|scan| !struck(scan));
        let mut cells = tally(&scans);
        cells.retain(|cell, _| query.period.contains(cell.day));
        Ok(project(cells, query.detail))
    }

    async fn export(&self, each: &mut (dyn FnMut(Scan) + Send)) -> Result<(), StoreError> {
        let scans = locked(&self.scans).clone();
        scans.into_iter().for_each(each);
        Ok(())
    }

    async fn record_feedback(&self, feedback: &[Feedback]) -> Result<(), StoreError> {
        locked(&self.feedback).extend_from_slice(feedback);
        Ok(())
    }

    async fn feedback(&self, period: Period) -> Result<Vec<FeedbackCount>, StoreError> {
        let cells = tally_feedback(&locked(&self.feedback));
        let rows = cells.into_iter().map(|(cell, answers)| feedback_count(cell, answers));
        Ok(rows.filter(|row| period.contains(row.day)).collect())
    }

    async fn users(&self) -> Result<Vec<Account>, StoreError> {
        Ok(self.accounts().values().cloned().collect())
    }

    async fn user(&self, name: &UserName) -> Result<Option<Account>, StoreError> {
        Ok(self.accounts().get(name).cloned())
    }

    async fn add_user(&self, account: &Account) -> Result<bool, StoreError> {
        let mut accounts = self.accounts();
        let new = !accounts.contains_key(&account.user.name);
        accounts.entry(account.user.name.clone()).or_insert_with(|| account.clone());
        Ok(new)
    }

    async fn set_password(
        &self,
        name: &UserName,
        password: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let mut accounts = self.accounts();
        let Some(account) = accounts.get_mut(name) else { return Ok(false) };
        account.password = password.clone();
        Ok(true)
    }

    async fn set_role(&self, user: &User) -> Result<bool, StoreError> {
        let mut accounts = self.accounts();
        let Some(account) = accounts.get_mut(&user.name) else { return Ok(false) };
        account.user = user.clone();
        Ok(true)
    }

    async fn remove_user(&self, name: &UserName) -> Result<bool, StoreError> {
        Ok(self.accounts().remove(name).is_some())
    }

    async fn tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        Ok(locked(&self.tokens).values().cloned().collect())
    }

    async fn add_token(&self, token: &ApiToken) -> Result<bool, StoreError> {
        let mut tokens = locked(&self.tokens);
        let new = !tokens.contains_key(&token.name);
        tokens.entry(token.name.clone()).or_insert_with(|| token.clone());
        Ok(new)
    }

    async fn remove_token(&self, name: &UserName) -> Result<bool, StoreError> {
        Ok(locked(&self.tokens).remove(name).is_some())
    }

    async fn alarms(&self) -> Result<Vec<Alarm>, StoreError> {
        Ok(locked(&self.alarms).clone())
    }

    async fn raise(&self, kind: &AlarmKind, at: Moment) -> Result<(), StoreError> {
        let mut alarms = locked(&self.alarms);
        let number = alarms.last().map_or(1, |last| last.number + 1);
        alarms.push(Alarm { number, at, kind: kind.clone(), seen: None });
        Ok(())
    }

    async fn mark_seen(&self, number: u32, by: &str, at: Moment) -> Result<bool, StoreError> {
        let mut alarms = locked(&self.alarms);
        let alarm = alarms.iter_mut().find(|alarm| alarm.number == number && alarm.seen.is_none());
        let Some(alarm) = alarm else { return Ok(false) };
        alarm.seen = Some(Seen { at, by: by.to_owned() });
        Ok(true)
    }

    async fn strikes(&self) -> Result<Vec<Struck>, StoreError> {
        Ok(locked(&self.strikes).clone())
    }

    async fn strike(&self, strike: &Strike) -> Result<Result<Struck, StrikeFault>, StoreError> {
        let mut strikes = locked(&self.strikes);
        if let Some(other) = strikes.iter().find(|other| other.overlaps(strike)) {
            return Ok(Err(StrikeFault::Overlaps { number: other.number }));
        }
        let mut scans = locked(&self.scans).clone();
        scans.retain(|scan| strike.strikes(scan));
        if scans.is_empty() {
            return Ok(Err(StrikeFault::Nothing));
        }
        let number = strikes.last().map_or(1, |last| last.number + 1);
        let counts = project(tally(&scans), Detail::Full);
        let struck = Struck { number, strike: strike.clone(), counts, undone: None };
        strikes.push(struck.clone());
        Ok(Ok(struck))
    }

    async fn undo_strike(&self, number: u32, at: Moment) -> Result<bool, StoreError> {
        let mut strikes = locked(&self.strikes);
        let struck = strikes.iter_mut().find(|one| one.number == number && one.undone.is_none());
        let Some(struck) = struck else { return Ok(false) };
        struck.undone = Some(at);
        Ok(true)
    }

    async fn tidy(&self, _: Tidying) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn compact(&self) -> Result<Compacted, StoreError> {
        Err(StoreError::InMemory)
    }

    async fn verify(&self) -> Result<Verified, StoreError> {
        Err(StoreError::InMemory)
    }

    async fn backup(&self, _: &mut (dyn Write + Send)) -> Result<(), StoreError> {
        Err(StoreError::InMemory)
    }

    async fn size(&self) -> Result<u64, StoreError> {
        Ok(0)
    }
}
