//! What a store's fault is told as: the whole of it to a log, and its kind to those who look after the
//! machine, where they can do something about it.

use std::error::Error;
use std::io::{self, ErrorKind};

use super::StoreError;

/// Why a store takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// There is no room on its disk.
    Full,
    /// Its disk can only be read.
    ReadOnly,
    /// Anything else: the log knows.
    Other,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Full, Self::ReadOnly, Self::Other];

    /// In English, as a clause.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "the disk is full",
            Self::ReadOnly => "the disk is read-only",
            Self::Other => "see the log",
        }
    }

    fn of(error: &io::Error) -> Self {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the standard library's list is open")]
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Other,
        }
    }
}

/// A store that takes nothing at present; it goes on by itself once it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stalled {
    /// Why.
    pub trouble: Trouble,
    /// Whether scans are kept nevertheless, to be counted later.
    pub keeps_scans: bool,
}

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

    /// Its kind.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Io { source, .. } | Self::Backup { source } | Self::Disk { source } => {
                Trouble::of(source)
            }
            Self::Closed { trouble } => *trouble,
            Self::UnknownEngine { .. }
            | Self::Reserved { .. }
            | Self::Missing { .. }
            | Self::InUse { .. }
            | Self::Damaged { .. }
            | Self::Corrupt { .. }
            | Self::Format { .. }
            | Self::Engine { .. }
            | Self::NoBackup { .. }
            | Self::NotEmpty { .. }
            | Self::InMemory
            | Self::Remote { .. } => Trouble::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_with_what_is_behind_it() {
        let source = io::Error::from(ErrorKind::StorageFull);
        let why = source.to_string();
        let error = StoreError::Io { path: "data/scans".into(), source };
        assert_eq!(error.whole(), format!("data/scans: {why}"));
        assert_eq!(error.trouble(), Trouble::Full);
        assert_eq!(StoreError::InMemory.whole(), StoreError::InMemory.to_string());
    }

    #[test]
    fn a_disk_that_cannot_be_written_is_told_from_other_faults() {
        for (kind, trouble) in [
            (ErrorKind::QuotaExceeded, Trouble::Full),
            (ErrorKind::ReadOnlyFilesystem, Trouble::ReadOnly),
            (ErrorKind::PermissionDenied, Trouble::Other),
        ] {
            assert_eq!(StoreError::Disk { source: kind.into() }.trouble(), trouble);
        }
    }
}
