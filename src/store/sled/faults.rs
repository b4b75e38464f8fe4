//! What the log was told of the store's faults: once when one begins and once when it is over, not with
//! every try.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::store::StoreError;

#[derive(Default)]
pub(super) struct Faults {
    /// Scans wait in the journal, and the log knows.
    waiting: AtomicBool,
}

impl Faults {
    /// Tells the log how taking over what waits has ended, where that is news; whether it was.
    pub(super) fn tell_taking_over(&self, done: &Result<(), StoreError>) -> bool {
        let news = self.waiting.swap(done.is_err(), Ordering::Relaxed) != done.is_err();
        match done {
            Err(error) if news => log::warn!("scans wait in the journal: {}", error.whole()),
            Ok(()) if news => log::warn!("the scans that waited in the journal are counted"),
            Ok(()) | Err(_) => {}
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_told_when_scans_begin_to_wait_and_when_they_are_counted_again() {
        let faults = Faults::default();
        let fails = || Err(StoreError::Engine { reason: "testing".to_owned() });
        let told = [Ok(()), fails(), fails(), fails(), Ok(()), Ok(()), fails()]
            .map(|done| faults.tell_taking_over(&done));
        assert_eq!(told, [false, true, false, false, true, false, true]);
    }
}
