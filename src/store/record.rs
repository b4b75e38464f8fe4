//! How what is kept one by one is written: users, tokens, alarms, strikes.
//!
//! Versioned, in the store and on the local socket alike. A record of format 1 is the version, then
//! one JSON object. Formats are only ever added to.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::domain::code::RawCode;
use crate::domain::court::CourtId;
use crate::domain::password::PasswordHash;
use crate::domain::period::{Day, Moment};
use crate::domain::scan::DayCount;
use crate::domain::strike::{Strike, Struck};
use crate::domain::token::{ApiToken, TokenHash};
use crate::domain::user::{Account, Courts, Role, User, UserName};

/// The format that is written.
const VERSION: u8 = 1;

/// A value that is kept as a record of its own.
pub(super) trait Recorded: Sized {
    /// The value in plain ones.
    type Record: Serialize + DeserializeOwned;

    fn record(&self) -> Self::Record;

    /// The value; `None` where a part of it is none that this version knows.
    fn of(record: Self::Record) -> Option<Self>;
}

/// Packs a value.
pub(super) fn pack<T: Recorded>(value: &T) -> Result<Vec<u8>, StoreError> {
    let mut bytes = vec![VERSION];
    serde_json::to_writer(&mut bytes, &value.record()).map_err(|error| torn(&error))?;
    Ok(bytes)
}

/// Unpacks what [`pack`] made.
pub(super) fn unpack<T: Recorded>(bytes: &[u8]) -> Result<T, StoreError> {
    match bytes.split_first() {
        Some((&VERSION, body)) => {
            let record = serde_json::from_slice(body).map_err(|error| torn(&error))?;
            T::of(record).ok_or_else(|| torn(&"a value that is none"))
        }
        Some((version, _)) => Err(StoreError::Format { version: *version }),
        None => Err(torn(&"it is empty")),
    }
}

fn torn(why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Engine { reason: format!("a record cannot be read: {why}") }
}

/// Courts by their ids; none for all.
type CourtIds = Option<Vec<String>>;

fn court_ids(courts: &Courts) -> CourtIds {
    match courts {
        Courts::All => None,
        Courts::Named(courts) => Some(courts.iter().map(CourtId::to_string).collect()),
    }
}

pub(super) fn courts_of(ids: &CourtIds) -> Option<Courts> {
    match ids {
        None => Some(Courts::All),
        Some(ids) => {
            let ids = ids.iter().map(|id| CourtId::parse(id));
            Some(Courts::Named(ids.collect::<Option<_>>()?))
        }
    }
}

/// A user in plain values.
#[derive(Serialize, Deserialize)]
pub(super) struct AccountRecord {
    pub(super) name: String,
    pub(super) role: String,
    pub(super) courts: CourtIds,
    pub(super) password: String,
}

impl Recorded for Account {
    type Record = AccountRecord;

    fn record(&self) -> AccountRecord {
        let Self { user, password } = self;
        AccountRecord {
            name: user.name.to_string(),
            role: user.role.to_string(),
            courts: court_ids(&user.courts),
            password: password.as_str().to_owned(),
        }
    }

    fn of(record: AccountRecord) -> Option<Self> {
        let user = User {
            name: UserName::parse(&record.name)?,
            role: Role::parse(&record.role)?,
            courts: courts_of(&record.courts)?,
        };
        Some(Self { user, password: PasswordHash::parse(&record.password)? })
    }
}

/// What a user may do, in plain values.
#[derive(Serialize, Deserialize)]
pub(super) struct RoleRecord {
    pub(super) name: String,
    pub(super) role: String,
    pub(super) courts: CourtIds,
}

impl Recorded for User {
    type Record = RoleRecord;

    fn record(&self) -> RoleRecord {
        let (name, role) = (self.name.to_string(), self.role.to_string());
        RoleRecord { name, role, courts: court_ids(&self.courts) }
    }

    fn of(record: RoleRecord) -> Option<Self> {
        let (name, role) = (UserName::parse(&record.name)?, Role::parse(&record.role)?);
        Some(Self { name, role, courts: courts_of(&record.courts)? })
    }
}

/// A token in plain values.
#[derive(Serialize, Deserialize)]
pub(super) struct TokenRecord {
    name: String,
    courts: CourtIds,
    hash: String,
    since: Day,
}

impl Recorded for ApiToken {
    type Record = TokenRecord;

    fn record(&self) -> TokenRecord {
        TokenRecord {
            name: self.name.to_string(),
            courts: court_ids(&self.courts),
            hash: self.hash.as_str().to_owned(),
            since: self.since,
        }
    }

    fn of(record: TokenRecord) -> Option<Self> {
        Some(Self {
            name: UserName::parse(&record.name)?,
            courts: courts_of(&record.courts)?,
            hash: TokenHash::parse(&record.hash)?,
            since: record.since,
        })
    }
}

impl Recorded for crate::domain::alarm::Alarm {
    type Record = Self;

    fn record(&self) -> Self {
        self.clone()
    }

    fn of(record: Self) -> Option<Self> {
        Some(record)
    }
}

/// What is to be struck out, in plain values.
#[derive(Serialize, Deserialize)]
pub(super) struct StrikeRecord {
    code: String,
    from: Moment,
    until: Moment,
    note: String,
    by: String,
    at: Moment,
}

impl Recorded for Strike {
    type Record = StrikeRecord;

    fn record(&self) -> StrikeRecord {
        StrikeRecord {
            code: self.code.to_string(),
            from: self.from,
            until: self.until,
            note: self.note.clone(),
            by: self.by.clone(),
            at: self.at,
        }
    }

    fn of(record: StrikeRecord) -> Option<Self> {
        let StrikeRecord { code, from, until, note, by, at } = record;
        Some(Self { code: RawCode::parse(&code)?, from, until, note, by, at })
    }
}

/// What was struck out, in plain values.
#[derive(Serialize, Deserialize)]
pub(super) struct StruckRecord {
    number: u32,
    strike: StrikeRecord,
    counts: Vec<DayCount>,
    undone: Option<Moment>,
}

impl Recorded for Struck {
    type Record = StruckRecord;

    fn record(&self) -> StruckRecord {
        let (number, undone) = (self.number, self.undone);
        StruckRecord { number, strike: self.strike.record(), counts: self.counts.clone(), undone }
    }

    fn of(record: StruckRecord) -> Option<Self> {
        let StruckRecord { number, strike, counts, undone } = record;
        Some(Self { number, strike: Strike::of(strike)?, counts, undone })
    }
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
        let account: Account = unpack(&bytes).unwrap();
        assert_eq!(account.user.role, Role::Viewer);
        assert_eq!(pack(&account).unwrap(), bytes);
        assert!(matches!(
            unpack::<Account>(&[&[2], json.as_bytes()].concat()),
            Err(StoreError::Format { version: 2 })
        ));
        for broken in [json.replace("viewer", "root"), json.replace("$argon2id", "$2b"), "{".into()]
        {
            assert!(unpack::<Account>(&[&[1], broken.as_bytes()].concat()).is_err(), "{broken}");
        }
    }
}
