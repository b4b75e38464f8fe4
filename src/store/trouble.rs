//! What a store's fault is told as: the whole of it to a log.

use std::error::Error;

use super::StoreError;

impl StoreError {
    /// What happened and why, to the last cause, in one line: for a log, and for whoever prints no chain
    /// of causes.
    pub fn whole(&self) -> String {
        let mut said = self.to_string();
        let mut cause = self.source();
        while let Some(behind) = cause {
            said.push_str(": ");
            said.push_str(&behind.to_string());
            cause = behind.source();
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_fault_is_told_with_what_is_behind_it() {
        let source = io::Error::from(io::ErrorKind::StorageFull);
        let why = source.to_string();
        let error = StoreError::Io { path: "data/scans".into(), source };
        assert_eq!(error.whole(), format!("data/scans: {why}"));
        assert_eq!(StoreError::InMemory.whole(), StoreError::InMemory.to_string());
    }
}
