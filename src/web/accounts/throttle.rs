//! Slows down whoever tries passwords, by name and by address; in memory, bounded.
//!
//! The first tries are free. Then each has to wait for twice as long as the one before, up to a
//! quarter of an hour. A try is counted before it is made, so that many at once gain nothing, and
//! given back when it was right.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::sessions::digest;
use crate::domain::period::Moment;

/// Tries that a name has before it has to wait.
const FREE_BY_NAME: u32 = 5;

/// Tries that an address has: a court's whole staff may share one.
const FREE_BY_ADDRESS: u32 = 30;

/// The longest wait, in seconds.
const LONGEST: i64 = 900;

/// Tries are forgotten when so many seconds have passed since the last.
const FORGOTTEN: i64 = 3600;

/// How many names and addresses are remembered; the one tried longest ago makes room.
const MOST: usize = 20_000;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    /// A digest: it is as long whatever was typed.
    Name([u8; 32]),
    Address(IpAddr),
}

impl Key {
    fn free(&self) -> u32 {
        match self {
            Self::Name(_) => FREE_BY_NAME,
            Self::Address(_) => FREE_BY_ADDRESS,
        }
    }
}

struct Tries {
    count: u32,
    last: Moment,
}

impl Tries {
    /// How many seconds the next try has to wait from `now` on.
    fn wait(&self, free: u32, now: Moment) -> i64 {
        let Some(more) = self.count.checked_sub(free) else { return 0 };
        let wait = 2i64.checked_pow(more + 1).map_or(LONGEST, |wait| wait.min(LONGEST));
        let passed = now.0 - self.last.0;
        // A clock put back must not lock anybody out.
        if passed < 0 { 0 } else { (wait - passed).max(0) }
    }
}

#[derive(Default)]
pub(in crate::web) struct Throttle {
    tries: Mutex<HashMap<Key, Tries>>,
}

impl Throttle {
    fn tries(&self) -> MutexGuard<'_, HashMap<Key, Tries>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a try.
    ///
    /// # Errors
    /// The seconds to wait, where it has to; it is not counted then.
    pub(in crate::web) fn admit(
        &self,
        name: &str,
        address: Option<IpAddr>,
        now: Moment,
    ) -> Result<(), i64> {
        let mut tries = self.tries();
        let keys = keys(name, address);
        let waits = keys.iter().filter_map(|key| Some(tries.get(key)?.wait(key.free(), now)));
        match waits.max() {
            Some(wait) if wait > 0 => return Err(wait),
            _ => {}
        }
        for key in keys {
            if tries.len() >= MOST && !tries.contains_key(&key) {
                tries.retain(|_, tries| now.0 - tries.last.0 < FORGOTTEN);
                if tries.len() >= MOST {
                    let oldest = tries.iter().min_by_key(|(_, t)| t.last).map(|(key, _)| key);
                    let oldest = oldest.cloned();
                    oldest.and_then(|key| tries.remove(&key));
                }
            }
            let found = tries.entry(key).or_insert(Tries { count: 0, last: now });
            if now.0 - found.last.0 >= FORGOTTEN {
                found.count = 0;
            }
            *found = Tries { count: found.count.saturating_add(1), last: now };
        }
        Ok(())
    }

    /// Gives a try back that was right: all of the name's, but only this one of the address's, which
    /// may have an account of its own among those it guesses at.
    pub(in crate::web) fn forgive(&self, name: &str, address: Option<IpAddr>) {
        let mut tries = self.tries();
        for key in keys(name, address) {
            match (&key, tries.get_mut(&key)) {
                (Key::Address(_), Some(found)) if found.count > 1 => found.count -= 1,
                _ => drop(tries.remove(&key)),
            }
        }
    }
}

fn keys(name: &str, address: Option<IpAddr>) -> Vec<Key> {
    let address = address.map(|address| match address {
        IpAddr::V4(_) => address,
        // One household, and one attacker, has a whole /64.
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
    });
    // An empty name is none that anybody has: what is no name is counted by address alone.
    let name = (!name.is_empty()).then(|| Key::Name(digest(name)));
    name.into_iter().chain(address.map(Key::Address)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(n: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, n])
    }

    #[test]
    fn a_name_waits_twice_as_long_each_time_from_wherever_it_is_tried() {
        let throttle = Throttle::default();
        for i in 0..5 {
            assert_eq!(throttle.admit("wang", Some(from(i)), Moment(0)), Ok(()));
        }
        let mut now = 0;
        for wait in [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            assert_eq!(throttle.admit("wang", Some(from(9)), Moment(now)), Err(wait));
            assert_eq!(throttle.admit("wang", Some(from(9)), Moment(now + wait - 1)), Err(1));
            now += wait;
            assert_eq!(throttle.admit("wang", Some(from(9)), Moment(now)), Ok(()), "{wait}");
        }
        assert_eq!(throttle.admit("li", Some(from(10)), Moment(now)), Ok(()), "another name");
        assert_eq!(
            throttle.admit("wang", Some(from(9)), Moment(now - 99_999)),
            Ok(()),
            "clock put back"
        );
        throttle.forgive("wang", Some(from(9)));
        assert_eq!(throttle.admit("wang", Some(from(9)), Moment(now)), Ok(()));
    }

    #[test]
    fn an_address_waits_whatever_names_it_tries_and_is_forgotten_in_an_hour() {
        let throttle = Throttle::default();
        for i in 0..30 {
            assert_eq!(throttle.admit(&format!("user{i}"), Some(from(1)), Moment(0)), Ok(()));
        }
        assert_eq!(throttle.admit("other", Some(from(1)), Moment(0)), Err(2));
        assert_eq!(throttle.admit("", Some(from(1)), Moment(0)), Err(2));
        assert_eq!(throttle.admit("other", Some(from(2)), Moment(0)), Ok(()));
        // Being right once does not start the guessing anew.
        assert_eq!(throttle.admit("other", Some(from(1)), Moment(2)), Ok(()));
        throttle.forgive("other", Some(from(1)));
        assert_eq!(throttle.admit("other", Some(from(1)), Moment(2)), Err(2));
        assert_eq!(throttle.admit("other", Some(from(1)), Moment(FORGOTTEN + 2)), Ok(()));
        assert_eq!(throttle.admit("other", Some(from(1)), Moment(FORGOTTEN + 2)), Ok(()));
    }

    #[test]
    fn a_network_of_ipv6_is_one_address_and_the_map_is_bounded() {
        let throttle = Throttle::default();
        let six = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        for i in 0..30 {
            let address = six(&format!("2001:db8::{i}"));
            assert_eq!(throttle.admit("", address, Moment(0)), Ok(()));
        }
        assert_eq!(throttle.admit("", six("2001:db8::ffff"), Moment(0)), Err(2));
        assert_eq!(throttle.admit("", six("2001:db8:0:1::1"), Moment(0)), Ok(()));
        for i in 0..MOST {
            throttle.admit(&i.to_string(), None, Moment(1)).unwrap();
        }
        assert!(throttle.tries().len() <= MOST);
    }
}
