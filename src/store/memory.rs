//! An engine that forgets: for tests and for trying out.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use super::tally::{day_count, tally};
use super::{Store, StoreError};
use crate::domain::scan::{DayCount, Scan, ScanQuery};

/// Scans in memory.
#[derive(Debug, Default)]
pub(super) struct MemoryStore {
    scans: Mutex<Vec<Scan>>,
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
}
