//! Silences of hand-made counts.

use super::*;
use crate::domain::calendar::DayKind;
use crate::domain::placement::Channel;
use crate::domain::scan::Count;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A Tuesday, at 10:30.
fn now() -> Moment {
    Moment(day("2026-11-24").start().0 + 10 * 3600 + 1800)
}

/// Placements 1 and 2, and the holidays of the year.
fn library() -> Library {
    let mut library = Library::default();
    for number in [1, 2].into_iter().filter_map(PlacementNumber::new) {
        let court = CourtId::parse(if number.get() == 1 { "north" } else { "south" }).unwrap();
        let placement = Placement {
            number,
            court,
            place: "大厅".to_owned(),
            channel: Channel::Hall,
            since: None,
            retired: None,
            note: String::new(),
        };
        library.placements.insert(number, placement);
    }
    library.calendar.days.insert(day("2026-10-01"), (DayKind::Off, "国庆节".to_owned()));
    library
}

/// Visits at 9 and 14 o'clock of every day from the first to the last.
fn visits(placement: u32, first: &str, last: &str, visits: u64) -> Vec<DayCount> {
    let (first, last) = (day(first), day(last));
    let days = (0..=last.number() - first.number()).map(|ahead| first.plus(ahead));
    let count = Count { visits, repeats: 0 };
    days.map(|day| DayCount {
        day,
        placement,
        topic: 1,
        client: None,
        class: Class::People,
        total: Count { visits: 2 * visits, repeats: 0 },
        hours: vec![(9, count), (14, count)],
    })
    .collect()
}

fn only(found: &Watch) -> &Silence {
    assert_eq!(found.silent.len(), 1, "{found:?}");
    &found.silent[0]
}

#[test]
fn a_silence_is_measured_by_the_visits_of_the_same_hours_before() {
    // Two visits a day in each of two hours; then none from the 21st on.
    let counts = visits(1, "2026-09-01", "2026-11-20", 2);
    let found = watch(&counts, &library(), &[], now());
    let silence = only(&found);
    assert_eq!(silence.last, Some((day("2026-11-20"), 14)));
    // Eight weeks without the holiday.
    assert_eq!((silence.days, silence.visits), (55, 220));
    // Saturday, Sunday, Monday whole; of Tuesday, 9 o'clock is over and 10 is not.
    assert!((silence.expected - 14.0).abs() < 1e-9, "{silence:?}");
    assert!((silence.probability() - (-14.0f64).exp()).abs() < 1e-15);
    // Nothing is known of placement 2.
    assert_eq!((found.watched, found.unknown.len()), (1, 1));
}

#[test]
fn what_a_clock_gone_wrong_put_ahead_is_no_sign_of_life() {
    let counts = visits(1, "2026-09-01", "2026-11-20", 2);
    let before = watch(&counts, &library(), &[], now());
    // This afternoon, and ten years on.
    let ahead =
        [visits(1, "2026-11-24", "2026-11-24", 2), visits(1, "2036-05-05", "2036-05-05", 9)];
    let mut ahead = ahead.concat();
    ahead[0].hours.remove(0);
    let after = watch(&[counts, ahead].concat(), &library(), &[], now());
    assert_eq!(only(&after).last, only(&before).last);
    assert!(!period(now()).contains(day("2036-05-05")));
}

#[test]
fn a_night_and_a_quiet_place_are_no_alarm() {
    // Last scan this morning at 9, and it is half past 10: nothing is missing.
    let mut busy = visits(1, "2026-09-01", "2026-11-24", 50);
    busy.last_mut().unwrap().hours.truncate(1);
    assert_eq!(watch(&busy, &library(), &[], now()).silent, []);
    // One visit on most days, silent for three: e^-6 is 0.25 %.
    let quiet = visits(1, "2026-09-01", "2026-11-20", 1);
    let early = Moment(day("2026-11-24").start().0);
    let found = watch(&quiet, &library(), &[], early);
    assert_eq!((found.silent.len(), found.watched), (0, 1));
}

#[test]
fn holidays_count_for_nothing_neither_in_the_past_nor_in_the_silence() {
    let mut library = library();
    for date in ["2026-11-21", "2026-11-22", "2026-11-23"] {
        library.calendar.days.insert(day(date), (DayKind::Off, "节".to_owned()));
    }
    let counts = visits(1, "2026-09-01", "2026-11-20", 2);
    let found = watch(&counts, &library, &[], now());
    assert_eq!((found.silent.len(), found.watched), (0, 1), "{found:?}");
    assert!(!found.unannounced);
    // A year without announcement is told.
    library.calendar.days.clear();
    let found = watch(&counts, &library, &[], now());
    assert!(found.unannounced);
    assert!(found.notes().iter().any(|note| format!("{note:?}").contains("not announced")));
}

#[test]
fn too_little_history_is_said_and_never_alarmed() {
    // Three weeks of a busy place, and months of a place that nobody visits.
    let mut counts = visits(1, "2026-10-26", "2026-11-13", 500);
    counts.extend(visits(2, "2026-06-01", "2026-06-09", 1));
    let found = watch(&counts, &library(), &[], now());
    assert_eq!((found.silent.len(), found.watched, found.unknown.len()), (0, 0, 2));
    let notes = format!("{:?}", found.notes());
    assert!(notes.contains("too little history") && notes.contains(": 1-2"), "{notes}");
}

#[test]
fn the_worst_is_first_and_a_silence_of_all_asks_for_the_service() {
    let mut counts = visits(1, "2026-09-01", "2026-11-20", 2);
    counts.extend(visits(2, "2026-09-01", "2026-11-20", 5));
    let found = watch(&counts, &library(), &[], now());
    let order: Vec<_> = found.silent.iter().map(|s| s.placement.get()).collect();
    assert_eq!(order, [2, 1]);
    assert!(format!("{:?}", found.notes()).contains("was the service running?"));
    let north = [CourtId::parse("north").unwrap()];
    let found = watch(&counts, &library(), &north, now());
    assert_eq!(only(&found).placement.get(), 1);
}

#[test]
fn retired_and_future_placements_and_machines_are_left_out() {
    let mut library = library();
    let number = PlacementNumber::new(1).unwrap();
    let mut counts = visits(1, "2026-09-01", "2026-11-20", 2);
    // A machine's visit breaks no silence.
    let machine = visits(1, "2026-11-24", "2026-11-24", 1).remove(0);
    counts.push(DayCount { class: Class::Machines, ..machine });
    assert_eq!(watch(&counts, &library, &[], now()).silent.len(), 1);
    library.placements.get_mut(&number).unwrap().retired = Some(day("2026-11-24"));
    assert_eq!(watch(&counts, &library, &[], now()).silent, []);
    let placement = library.placements.get_mut(&number).unwrap();
    (placement.retired, placement.since) = (None, Some(day("2026-12-01")));
    assert_eq!(watch(&counts, &library, &[], now()).silent, []);
}

#[test]
fn chances_are_written_as_short_as_they_say_something() {
    assert_eq!(chance(0.001), "0.1%");
    assert_eq!(chance(0.000_012_3), "0.0012%");
    assert_eq!(chance(1e-9), "<0.0001%");
    let list = [1, 2, 3, 7, 9].map(|n| never(PlacementNumber::new(n).unwrap()));
    assert_eq!((numbers(&list).as_str(), numbers(&[]).as_str()), ("1-3, 7, 9", ""));
}
