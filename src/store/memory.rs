//! An engine that forgets: for tests and for trying out.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::tally::{day_count, feedback_count, tally, tally_feedback};
use super::{Store, StoreError};
use crate::domain::feedback::{Feedback, FeedbackCount};
use crate::domain::password::PasswordHash;
use crate::domain::scan::{DayCount, Scan, ScanQuery};
use crate::domain::user::{Account, UserName};

/// Scans, answers and users in memory.
#[derive(Debug, Default)]
pub(super) struct MemoryStore {
    scans: Mutex<Vec<Scan>>,
    feedback: Mutex<Vec<Feedback>>,
    users: Mutex<BTreeMap<UserName, Account>>,
}

impl MemoryStore {
    fn accounts(&self) -> MutexGuard<'_, BTreeMap<UserName, Account>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn record(&self, scans: &[Scan]) -> Result<(), StoreError> {
        self.scans.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(scans);
        Ok(())
    }

    async fn counts(&self, query: &ScanQuery) -> Result<Vec<DayCount>, StoreError> {
        let cells = tally(&self.scans.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(cells
            .into_iter()
            .filter(|(cell, _)| query.period.contains(cell.day))
            .map(|(cell, hours)| day_count(cell, hours))
            .collect())
    }

    async fn export(&self, each: &mut (dyn FnMut(Scan) + Send)) -> Result<(), StoreError> {
        let scans = self.scans.lock().unwrap_or_else(PoisonError::into_inner).clone();
        scans.into_iter().for_each(each);
        Ok(())
    }

    async fn record_feedback(&self, feedback: &[Feedback]) -> Result<(), StoreError> {
        self.feedback.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(feedback);
        Ok(())
    }

    async fn feedback(&self, query: &ScanQuery) -> Result<Vec<FeedbackCount>, StoreError> {
        let cells = tally_feedback(&self.feedback.lock().unwrap_or_else(PoisonError::into_inner));
        let rows = cells.into_iter().map(|(cell, answers)| feedback_count(cell, answers));
        Ok(rows.filter(|row| query.period.contains(row.day)).collect())
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

    async fn remove_user(&self, name: &UserName) -> Result<bool, StoreError> {
        Ok(self.accounts().remove(name).is_some())
    }
}
