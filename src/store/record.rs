//! How what is kept one by one is written: users, tokens, alarms, strikes.
//!
//! A record is a frame: its revision, which rises with each change, its key, and one JSON object, or
//! nothing where it was removed: what is found in a damaged file must not bring a removed user back.
//! Format 1 was its version and the JSON object alone. On the local socket the JSON goes without a
//! frame. Formats are only ever added to.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::block::{put, take};
use super::frame::{self, Kind};
use crate::domain::alarm::Alarm;
use crate::domain::code::RawCode;
use crate::domain::court::CourtId;
use crate::domain::password::PasswordHash;
use crate::domain::period::{Day, Moment};
use crate::domain::scan::DayCount;
use crate::domain::strike::{Strike, Struck};
use crate::domain::token::{ApiToken, TokenHash};
use crate::domain::user::{Account, Courts, Role, User, UserName};

/// The format that was not framed.
const OLD: u8 = 1;

/// A value that can be written in plain ones.
pub(super) trait Plain: Sized {
    /// The plain values.
    type Record: Serialize + DeserializeOwned;

    fn record(&self) -> Self::Record;

    /// The value; `None` where a part of it is none that this version knows.
    fn of(record: Self::Record) -> Option<Self>;
}

/// A value that is kept as a record of its own.
pub(super) trait Recorded: Plain {
    /// The kind of its frame.
    const KIND: Kind;
}

impl Recorded for Account {
    const KIND: Kind = Kind::User;
}

impl Recorded for ApiToken {
    const KIND: Kind = Kind::Token;
}

impl Recorded for Alarm {
    const KIND: Kind = Kind::Alarm;
}

impl Recorded for Struck {
    const KIND: Kind = Kind::Strike;
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept<T> {
    /// How often it was changed.
    pub(super) revision: u64,
    /// None where it was removed.
    pub(super) value: Option<T>,
}

/// Packs a record that is kept under `key`.
pub(super) fn pack<T: Recorded>(key: &[u8], kept: &Kept<T>) -> Result<Vec<u8>, StoreError> {
    let mut body = Vec::new();
    put(&mut body, kept.revision);
    put(&mut body, key.len() as u64);
    body.extend(key);
    if let Some(value) = &kept.value {
        serde_json::to_writer(&mut body, &value.record()).map_err(|error| torn(&error))?;
    }
    if body.len() > frame::MOST {
        return Err(torn(&"it is too large"));
    }
    Ok(frame::wrap(T::KIND, &body))
}

/// Unpacks what [`pack`] made, also in format 1.
pub(super) fn unpack<T: Recorded>(bytes: &[u8]) -> Result<Kept<T>, StoreError> {
    if let Some((&OLD, json)) = bytes.split_first() {
        return Ok(Kept { revision: 0, value: Some(value(json)?) });
    }
    let (revision, _, json) = parts(frame::unwrap(T::KIND, bytes)?)?;
    let value = if json.is_empty() { None } else { Some(value(json)?) };
    Ok(Kept { revision, value })
}

/// The revision, the key and the JSON of a frame's body.
pub(super) fn parts(mut body: &[u8]) -> Result<(u64, &[u8], &[u8]), StoreError> {
    let cut = || torn(&"it is cut short");
    let revision = take(&mut body).ok_or_else(cut)?;
    let length = take(&mut body).and_then(|length| usize::try_from(length).ok());
    let (key, json) = length.and_then(|length| body.split_at_checked(length)).ok_or_else(cut)?;
    Ok((revision, key, json))
}

fn value<T: Recorded>(json: &[u8]) -> Result<T, StoreError> {
    let record = serde_json::from_slice(json).map_err(|error| torn(&error))?;
    T::of(record).ok_or_else(|| torn(&"a value that is none"))
}

fn torn(why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Engine { reason: format!("a record cannot be read: {why}") }
}

/// A number that the store remembers of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(pub(super) u64);

impl Plain for Mark {
    type Record = u64;

    fn record(&self) -> u64 {
        self.0
    }

    fn of(record: u64) -> Option<Self> {
        Some(Self(record))
    }
}

impl Recorded for Mark {
    const KIND: Kind = Kind::Mark;
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

impl Plain for Account {
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

impl Plain for User {
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

impl Plain for ApiToken {
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

impl Plain for Alarm {
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

impl Plain for Strike {
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

impl Plain for Struck {
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

    fn json() -> String {
        let hash = "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$\
                    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        format!(r#"{{"name":"wang","role":"viewer","courts":["north"],"password":"{hash}"}}"#)
    }

    #[test]
    fn records_of_format_1_are_read_for_ever() {
        let json = json();
        let kept: Kept<Account> = unpack(&[&[1], json.as_bytes()].concat()).unwrap();
        assert_eq!((kept.revision, kept.value.unwrap().user.role), (0, Role::Viewer));
        assert!(matches!(
            unpack::<Account>(&[&[3], json.as_bytes()].concat()),
            Err(StoreError::Format { version: 3 })
        ));
        for broken in [json.replace("viewer", "root"), json.replace("$argon2id", "$2b"), "{".into()]
        {
            assert!(unpack::<Account>(&[&[1], broken.as_bytes()].concat()).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_record_keeps_its_key_and_its_revision_also_where_it_was_removed() {
        let old: Kept<Account> = unpack(&[&[1], json().as_bytes()].concat()).unwrap();
        for value in [old.value, None] {
            let kept = Kept { revision: 300, value };
            let bytes = pack(b"wang", &kept).unwrap();
            assert_eq!(unpack::<Account>(&bytes).unwrap(), kept);
            let body = frame::unwrap(Kind::User, &bytes).unwrap();
            let (revision, key, json) = parts(body).unwrap();
            assert_eq!((revision, key, json.is_empty()), (300, &b"wang"[..], kept.value.is_none()));
        }
    }
}
