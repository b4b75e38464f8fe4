//! The dashboard of hand-made counts.

use super::*;
use crate::domain::period::Day;
use crate::report::{Question, REPORTS};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn people(date: Day, visits: u64) -> DayCount {
    let total = Count { visits, repeats: 0 };
    DayCount {
        day: date,
        placement: 1,
        topic: 1,
        client: None,
        class: Class::People,
        total,
        hours: vec![(9, total)],
    }
}

fn of(from: &str, to: &str, scans: &[Vec<DayCount>]) -> Board {
    let period = Period { from: Some(day(from)), to: Some(day(to)) };
    let today = day("2026-11-24");
    let question =
        Question { by: Vec::new(), courts: Vec::new(), topics: Vec::new(), period, today };
    let asking = Asking { table: Table::Scans(REPORTS[0]), question, now: today.start() };
    let counted = Counted { scans, feedback: &[], silences: &[] };
    board(&asking, &counted, &Library::default(), Tongue::Chinese)
}

#[test]
fn a_period_that_was_counted_in_part_is_compared_with_nothing() {
    let week = |from: &str| (0..7).map(|ahead| people(day(from).plus(ahead), 10)).collect();
    let (now, before): (Vec<_>, Vec<_>) = (week("2026-11-16"), week("2026-11-09"));
    let part = before[3..].to_vec();
    let board = of("2026-11-16", "2026-11-22", &[now.clone(), before, Vec::new()]);
    let scans = board.sums.map(|sums| sums.map(|sums| sums.people.scans()));
    assert_eq!(scans, [Some(70), Some(70), None]);
    assert!(board.sections[0].chart.contains("<title>2026-11-16 周一：10 次，上期 10 次</title>"));
    let board = of("2026-11-16", "2026-11-22", &[now, part, Vec::new()]);
    assert_eq!(board.sums.map(|sums| sums.is_some()), [true, false, false]);
    assert!(!board.sections[0].chart.contains("上期"));
    assert_eq!(board.busiest, Some((1, 9, 10)));
}

#[test]
fn the_trend_is_as_fine_as_its_columns_can_be_told_apart() {
    let columns = |from, to| {
        let board = of(from, to, &[vec![people(day(to), 1)]]);
        board.sections[0].chart.matches("<g class=\"mark").count()
    };
    assert_eq!(columns("2026-11-24", "2026-11-24"), 24);
    assert_eq!(columns("2026-11-01", "2026-11-24"), 24);
    assert_eq!(columns("2025-11-25", "2026-11-24"), 365);
    assert_eq!(columns("2024-01-01", "2026-11-24"), 35);
}

#[test]
fn changes_are_told_of_what_was_not_zero() {
    assert_eq!((change(15, 10), change(5, 10), change(5, 0)), (Some(500), Some(-500), None));
}
