//! How a user is written: versioned, in the store and on the local socket alike.
//!
//! A record of format 1 is the version, then one JSON object. Formats are only ever added to.

use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::domain::court::CourtId;
use crate::domain::password::PasswordHash;
use crate::domain::user::{Account, Courts, Role, User, UserName};

/// The format that is written.
const VERSION: u8 = 1;

/// A user in plain values.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    name: String,
    role: String,
    /// None for all.
    courts: Option<Vec<String>>,
    password: String,
}

impl Record {
    pub(super) fn of(account: &Account) -> Self {
        let Account { user, password } = account;
        let courts = match &user.courts {
            Courts::All => None,
            Courts::Named(courts) => Some(courts.iter().map(CourtId::to_string).collect()),
        };
        Self {
            name: user.name.to_string(),
            role: user.role.to_string(),
            courts,
            password: password.as_str().to_owned(),
        }
    }

    /// The user; `None` where a value is none that this version knows.
    pub(super) fn account(&self) -> Option<Account> {
        let courts = match &self.courts {
            None => Courts::All,
            Some(ids) => {
                let ids = ids.iter().map(|id| CourtId::parse(id));
                Courts::Named(ids.collect::<Option<_>>()?)
            }
        };
        let user =
            User { name: UserName::parse(&self.name)?, role: Role::parse(&self.role)?, courts };
        Some(Account { user, password: PasswordHash::parse(&self.password)? })
    }
}

pub(super) fn pack(account: &Account) -> Result<Vec<u8>, StoreError> {
    let mut bytes = vec![VERSION];
    serde_json::to_writer(&mut bytes, &Record::of(account)).map_err(|error| torn(&error))?;
    Ok(bytes)
}

/// Unpacks what [`pack`] made.
pub(super) fn unpack(bytes: &[u8]) -> Result<Account, StoreError> {
    match bytes.split_first() {
        Some((&VERSION, body)) => {
            let record: Record = serde_json::from_slice(body).map_err(|error| torn(&error))?;
            record.account().ok_or_else(|| torn(&"a value that is none"))
        }
        Some((version, _)) => Err(StoreError::Format { version: *version }),
        None => Err(torn(&"it is empty")),
    }
}

fn torn(why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Engine { reason: format!("a user's record cannot be read: {why}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_format_1_are_read_for_ever() {
        let hash = "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$\
                    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let json =
            format!(r#"{{"name":"wang","role":"viewer","courts":["north"],"password":"{hash}"}}"#);
        let bytes = [&[1], json.as_bytes()].concat();
        let account = unpack(&bytes).unwrap();
        assert_eq!(account.user.role, Role::Viewer);
        assert_eq!(pack(&account).unwrap(), bytes);
        assert!(matches!(
            unpack(&[&[2], json.as_bytes()].concat()),
            Err(StoreError::Format { version: 2 })
        ));
        for broken in [json.replace("viewer", "root"), json.replace("$argon2id", "$2b"), "{".into()]
        {
            assert!(unpack(&[&[1], broken.as_bytes()].concat()).is_err(), "{broken}");
        }
    }
}
