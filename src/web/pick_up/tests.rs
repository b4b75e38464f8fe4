//! Tests of the shelf: once, in time, and not by guessing.

use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

use super::*;

#[derive(Default)]
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

fn secret() -> [u8; 32] {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    [NEXT.fetch_add(1, Ordering::SeqCst); 32]
}

fn shelf() -> (Shelf, Arc<Hand>) {
    let clock = Arc::new(Hand::default());
    (Shelf::new(secret, Arc::clone(&clock) as Arc<dyn Clock>), clock)
}

fn address(n: u8) -> IpAddr {
    IpAddr::from([10, 0, 0, n])
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}

#[test]
fn a_document_is_fetched_once_however_its_code_is_typed() {
    let (shelf, _) = shelf();
    let code = wait(shelf.take(b"paper", Some(address(1)))).unwrap();
    assert_eq!((code.len(), code.as_bytes()[5]), (11, b'-'));
    let typed = format!(" {} ", code.to_ascii_lowercase().replace('-', " ").replace('1', "l"));
    assert_eq!(wait(shelf.give(&typed, Some(address(2)))), Ok(b"paper".to_vec()));
    assert_eq!(wait(shelf.give(&code, Some(address(2)))), Err(Refused::NoSuchCode));
    assert!(shelf.kept().is_empty());
}

#[test]
fn what_stands_there_opens_nothing_and_goes_in_a_quarter_of_an_hour() {
    let (shelf, clock) = shelf();
    let code = wait(shelf.take(b"a paper with a name", Some(address(1)))).unwrap();
    let plain = code.replace('-', "");
    for (place, kept) in shelf.kept().iter() {
        let holds = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|w| w == what);
        assert!(!holds(&kept.locked, b"name") && !holds(place, plain.as_bytes()));
    }
    clock.0.store(PATIENCE - 1, Ordering::SeqCst);
    shelf.sweep();
    assert_eq!(shelf.kept().len(), 1);
    clock.0.store(PATIENCE, Ordering::SeqCst);
    assert_eq!(wait(shelf.give(&code, Some(address(1)))), Err(Refused::NoSuchCode));
    assert!(shelf.kept().is_empty());
}

#[test]
fn guessing_is_slowed_down_by_address_and_in_all() {
    let (shelf, clock) = shelf();
    let code = wait(shelf.take(b"paper", Some(address(1)))).unwrap();
    for _ in 0..30 {
        assert_eq!(wait(shelf.give("?", Some(address(9)))), Err(Refused::NoSuchCode));
    }
    assert_eq!(wait(shelf.give(&code, Some(address(9)))), Err(Refused::Wait(2)));
    for n in 0..30 {
        assert_eq!(wait(shelf.give("0", Some(address(100 + n)))), Err(Refused::NoSuchCode));
    }
    assert_eq!(
        wait(shelf.give(&code, Some(address(8)))),
        Err(Refused::Wait(60)),
        "too many in all"
    );
    clock.0.store(60, Ordering::SeqCst);
    assert_eq!(wait(shelf.give(&code, Some(address(8)))), Ok(b"paper".to_vec()));
}

#[test]
fn no_address_takes_all_the_room() {
    let (shelf, _) = shelf();
    for n in 0..MOST_FROM_ONE {
        let locked = vec![0; 10];
        let place = [u8::try_from(n).unwrap(); PLACE_BYTES];
        shelf.kept().insert(place, Kept { locked, until: Moment(9), from: Some(address(1)) });
    }
    assert_eq!(wait(shelf.take(b"paper", Some(address(1)))), Err(Refused::Full));
    assert!(wait(shelf.take(b"paper", Some(address(2)))).is_ok());
    assert!(!has_room(&shelf.kept(), MOST_BYTES, Some(address(3))));
}

#[test]
fn a_code_is_ten_characters_of_the_alphabet() {
    assert_eq!(code([255; 32]), "Z".repeat(LENGTH));
    assert_eq!(read("zzzzz－ＺＺＺＺo"), Some("ZZZZZZZZZ0".to_owned()));
    for typed in ["", "ZZZZZ", "ZZZZZ-ZZZZZZ", "ZZZZZ-ZZZZU", "诉讼诉讼诉讼诉讼诉讼"] {
        assert_eq!(read(typed), None, "{typed}");
    }
}

#[test]
fn whoever_waits_in_vain_is_told_so_and_has_not_guessed() {
    let (shelf, _) = shelf();
    let turns = Arc::clone(&shelf.stretching).try_acquire_many_owned(2).unwrap();
    let code = "0".repeat(LENGTH);
    assert_eq!(wait(shelf.give(&code, Some(address(9)))), Err(Refused::Busy));
    drop(turns);
    // All the tries that an address has are still there.
    for _ in 0..30 {
        assert_eq!(wait(shelf.give("?", Some(address(9)))), Err(Refused::NoSuchCode));
    }
    assert_eq!(wait(shelf.give("?", Some(address(9)))), Err(Refused::Wait(2)));
}
