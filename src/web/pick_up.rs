//! From the phone to paper: a finished document waits in memory until it is fetched in the hall.
//!
//! It is locked with a key that is in the code alone, which only the phone shows: what stands here
//! opens nothing. A code is 50 random bits; it is stretched as a password is, into the place where
//! the document stands and the key that opens it. It is fetched once, or gone in a quarter of an
//! hour. Whoever guesses is slowed down by address, and all together.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::rt::time::timeout;
use actix_web::web;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use tokio::sync::Semaphore;

use super::accounts::{NewSecret, Throttle};
use crate::domain::code::{ALPHABET, symbol_of};
use crate::domain::password::{SALT_BYTES, STRETCHED_BYTES, salt, stretched};
use crate::domain::period::{Clock, Moment};

/// Characters of a code, 5 bits each.
const LENGTH: usize = 10;

/// How many seconds a document waits.
const PATIENCE: i64 = 900;

/// How many documents wait at most, in all and from one address: a whole hall may share one.
const MOST: usize = 300;
const MOST_FROM_ONE: usize = 40;

/// How many bytes they take at most.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Wrong codes a minute, from whatever addresses, before everybody has to wait.
const WRONG_A_MINUTE: u32 = 60;

/// How many codes are stretched at a time, and how long one waits for that.
const AT_ONCE: usize = 2;
const TURN: Duration = Duration::from_secs(10);

/// Bytes of the stretched code that say where the document stands; the rest is the key.
const PLACE_BYTES: usize = STRETCHED_BYTES - KEY_BYTES;
const KEY_BYTES: usize = 32;

type Place = [u8; PLACE_BYTES];

/// Why a document is not taken, or not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Too many documents wait.
    Full,
    /// No document waits under that code.
    NoSuchCode,
    /// Too many tries; none before so many seconds have passed.
    Wait(i64),
    /// More codes are tried at a time than are stretched.
    Busy,
}

/// A document that waits.
struct Kept {
    locked: Vec<u8>,
    until: Moment,
    from: Option<IpAddr>,
}

/// Wrong codes of the present minute.
#[derive(Default)]
struct Wrong {
    minute: i64,
    count: u32,
}

/// Where finished documents wait.
pub(super) struct Shelf {
    kept: Mutex<HashMap<Place, Kept>>,
    wrong: Mutex<Wrong>,
    throttle: Throttle,
    stretching: Arc<Semaphore>,
    salt: [u8; SALT_BYTES],
    new_secret: NewSecret,
    clock: Arc<dyn Clock>,
}

impl Shelf {
    pub(super) fn new(new_secret: NewSecret, clock: Arc<dyn Clock>) -> Self {
        Self {
            kept: Mutex::default(),
            wrong: Mutex::default(),
            throttle: Throttle::default(),
            stretching: Arc::new(Semaphore::new(AT_ONCE)),
            salt: salt(new_secret()),
            new_secret,
            clock,
        }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Place, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops what nobody fetched in time.
    pub(super) fn sweep(&self) {
        let now = self.clock.now();
        self.kept().retain(|_, kept| now < kept.until);
    }

    /// Takes a document and gives its code, as it is shown: `7K3QM-0ZT9X`.
    pub(super) async fn take(
        &self,
        document: &[u8],
        from: Option<IpAddr>,
    ) -> Result<String, Refused> {
        self.sweep();
        if !has_room(&self.kept(), document.len(), from) {
            return Err(Refused::Full);
        }
        let code = code((self.new_secret)());
        let (place, cipher) = self.opened(code.clone()).await?;
        let locked = cipher.encrypt(&Nonce::default(), document).map_err(|_| Refused::Full)?;
        let until = Moment(self.clock.now().0 + PATIENCE);
        let mut kept = self.kept();
        // Others may have come meanwhile.
        if !has_room(&kept, locked.len(), from) {
            return Err(Refused::Full);
        }
        kept.insert(place, Kept { locked, until, from });
        Ok(format!("{}-{}", &code[..LENGTH / 2], &code[LENGTH / 2..]))
    }

    /// Gives the document of a code as it was typed, once.
    pub(super) async fn give(&self, typed: &str, from: Option<IpAddr>) -> Result<Vec<u8>, Refused> {
        let now = self.clock.now();
        self.throttle.admit("", from, now).map_err(Refused::Wait)?;
        if self.wrong(now, 0) >= WRONG_A_MINUTE {
            return Err(Refused::Wait(60));
        }
        self.sweep();
        let Some(code) = read(typed) else {
            self.wrong(now, 1);
            return Err(Refused::NoSuchCode);
        };
        // Whoever comes in vain has not guessed.
        let (place, cipher) = self.opened(code).await.inspect_err(|_| {
            self.throttle.forgive("", from);
        })?;
        let found = self.kept().remove(&place);
        let document =
            found.and_then(|kept| cipher.decrypt(&Nonce::default(), kept.locked.as_slice()).ok());
        let Some(document) = document else {
            self.wrong(now, 1);
            return Err(Refused::NoSuchCode);
        };
        self.throttle.forgive("", from);
        Ok(document)
    }

    /// Counts wrong codes, and says how many there were in this minute.
    fn wrong(&self, now: Moment, more: u32) -> u32 {
        let minute = now.0.div_euclid(60);
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.minute != minute {
            *wrong = Wrong { minute, count: 0 };
        }
        wrong.count = wrong.count.saturating_add(more);
        wrong.count
    }

    /// Where the document of a code stands, and what opens it. Each code locks one document, so the
    /// same nonce is never used twice with a key.
    async fn opened(&self, code: String) -> Result<(Place, ChaCha20Poly1305), Refused> {
        let turn = timeout(TURN, Arc::clone(&self.stretching).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            log::warn!("a code waits in vain: more are tried at a time than are stretched");
            return Err(Refused::Busy);
        };
        let salt = self.salt;
        let work = move || {
            let _turn = turn;
            stretched(&code, salt)
        };
        let bytes = web::block(work).await.map_err(|_| Refused::Busy)?;
        let (mut place, mut key) = ([0; PLACE_BYTES], [0; KEY_BYTES]);
        place.copy_from_slice(&bytes[..PLACE_BYTES]);
        key.copy_from_slice(&bytes[PLACE_BYTES..]);
        Ok((place, ChaCha20Poly1305::new(&Key::from(key))))
    }
}

fn has_room(kept: &HashMap<Place, Kept>, bytes: usize, from: Option<IpAddr>) -> bool {
    let taken: usize = kept.values().map(|kept| kept.locked.len()).sum();
    let from_one = kept.values().filter(|kept| kept.from == from).count();
    kept.len() < MOST && from_one < MOST_FROM_ONE && taken + bytes <= MOST_BYTES
}

/// A code of 50 of these bits.
fn code(secret: [u8; 32]) -> String {
    secret[..LENGTH].iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
}

/// A code as people type it: spaces and hyphens do not count.
fn read(typed: &str) -> Option<String> {
    let typed = typed.chars().map(|c| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    });
    let typed = typed.filter(|c| !c.is_whitespace() && !matches!(c, '-' | '—' | '_'));
    let mut code = String::new();
    for c in typed.take(LENGTH + 1) {
        let symbol = u8::try_from(c).ok().and_then(symbol_of)?;
        code.push(char::from(ALPHABET[usize::from(symbol)]));
    }
    (code.len() == LENGTH).then_some(code)
}

#[cfg(test)]
mod tests;
