//! Tells a repeated opening, or answer, of the day from a first one, without keeping anything of
//! the person.
//!
//! A bounded set in memory of keyed hashes of address, agent and code (or page). The key is random,
//! never written, and dropped with the set at midnight. Full, it takes whoever is new for a first.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::domain::period::Day;

/// About 16 MB when full.
const MOST: usize = 1_000_000;

/// Makes a random key.
pub(super) type NewKey = fn() -> RandomState;

pub(super) struct Visits {
    new_key: NewKey,
    today: Mutex<Today>,
}

struct Today {
    day: Option<Day>,
    key: RandomState,
    seen: HashSet<u64>,
}

impl Visits {
    pub(super) fn new(new_key: NewKey) -> Self {
        let today = Today { day: None, key: new_key(), seen: HashSet::new() };
        Self { new_key, today: Mutex::new(today) }
    }

    /// Whether this phone opened this code, or judged this page, before on this day.
    pub(super) fn repeats(
        &self,
        day: Day,
        address: Option<IpAddr>,
        agent: &[u8],
        what: impl Hash,
    ) -> bool {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        // A request that was slow over midnight must not bring yesterday back; a clock that was far
        // ahead and was put right must not keep the set for years.
        if today.day.is_none_or(|seen| seen < day || is_far_ahead(seen, day)) {
            *today = Today { day: Some(day), key: (self.new_key)(), seen: HashSet::new() };
        }
        // As one number: a hash takes longer for many parts than for many bytes.
        let address = match address {
            Some(IpAddr::V4(address)) => address.to_ipv6_mapped().to_bits(),
            Some(IpAddr::V6(address)) => address.to_bits(),
            None => 0,
        };
        let hash = today.key.hash_one((address, agent, what));
        if today.seen.len() >= MOST {
            return today.seen.contains(&hash);
        }
        !today.seen.insert(hash)
    }

    /// Drops the key and the set of any day before `day`, and of one that the clock has left again.
    pub(super) fn forget_before(&self, day: Day) {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if today.day.is_some_and(|seen| seen < day || is_far_ahead(seen, day)) {
            *today = Today { day: None, key: (self.new_key)(), seen: HashSet::new() };
        }
    }
}

/// Whether the clock must have been wrong, for `seen` to have been a day before it was `day`.
fn is_far_ahead(seen: Day, day: Day) -> bool {
    seen > day.plus(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::RawCode;

    #[test]
    fn a_phone_repeats_only_itself_and_only_within_a_day() {
        let visits = Visits::new(RandomState::new);
        let day = Day::parse("2026-11-24").unwrap();
        let code = RawCode::parse("200041T").unwrap();
        let other = RawCode::parse("2000813").unwrap();
        let phone = Some(IpAddr::from([10, 0, 0, 1]));
        assert!(!visits.repeats(day, phone, b"wechat", code));
        assert!(visits.repeats(day, phone, b"wechat", code));
        assert!(!visits.repeats(day, phone, b"alipay", code));
        assert!(!visits.repeats(day, phone, b"wechat", other));
        assert!(!visits.repeats(day.plus(1), phone, b"wechat", code));
        assert!(visits.repeats(day, phone, b"wechat", code), "yesterday is not brought back");
        visits.forget_before(day.plus(1));
        assert!(visits.repeats(day.plus(1), phone, b"wechat", code));
        visits.forget_before(day.plus(2));
        assert!(!visits.repeats(day.plus(1), phone, b"wechat", code));
    }

    #[test]
    fn a_clock_that_was_years_ahead_and_put_right_leaves_no_set_behind() {
        let visits = Visits::new(RandomState::new);
        let day = Day::parse("2026-11-24").unwrap();
        let code = RawCode::parse("200041T").unwrap();
        let phone = Some(IpAddr::from([10, 0, 0, 1]));
        assert!(!visits.repeats(day.plus(7300), phone, b"wechat", code));
        assert!(!visits.repeats(day, phone, b"wechat", code), "another day: no repeat");
        assert!(visits.repeats(day, phone, b"wechat", code));
        assert!(!visits.repeats(day.plus(1), phone, b"wechat", code), "midnight is midnight again");
        assert!(!visits.repeats(day.plus(7300), phone, b"wechat", code));
        visits.forget_before(day);
        assert_eq!(visits.today.lock().unwrap().seen.len(), 0);
    }
}
