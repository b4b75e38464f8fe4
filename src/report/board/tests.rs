//! The dashboard of hand-made counts.

use super::*;
use crate::domain::period::Day;
use crate::domain::scan::Client;
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
    let library = Library::default();
    let period = Period { from: Some(day(from)), to: Some(day(to)) };
    let today = day("2026-11-24");
    let question =
        Question { by: Vec::new(), courts: Vec::new(), topics: Vec::new(), period, today };
    let gathered = |(at, rows): (usize, &Vec<DayCount>)| {
        let mut gathering = Gathering::new(&question, &library, at == 0);
        rows.chunks(3).for_each(|rows| gathering.add(rows));
        gathering.done()
    };
    let scans: Vec<_> = scans.iter().enumerate().map(gathered).collect();
    let asking = Asking { table: Table::Scans(REPORTS[0]), question, now: today.start() };
    let counted = Counted { scans: &scans, feedback: &[], silences: &[] };
    board(&asking, &counted, &library, Tongue::Chinese)
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
fn a_day_under_way_and_a_month_ahead_are_compared_with_nothing() {
    let hour = |date: &str| vec![people(day(date), 10)];
    let board = of("2026-11-24", "2026-11-24", &[hour("2026-11-24"), hour("2026-11-23")]);
    assert_eq!(board.sums.map(|sums| sums.is_some()), [true, false, false]);
    assert_eq!(board.stage, Stage::Day);
    // Its hours still stand beside those of the day before.
    assert!(board.sections[0].chart.contains("上期 10 次"));
    let ahead = of("2027-01-01", "2027-01-31", &[Vec::new(), hour("2026-12-01")]);
    assert_eq!(ahead.sums.map(|sums| sums.is_some()), [true, false, false]);
    assert_eq!(ahead.stage, Stage::Unbegun);
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

#[test]
fn what_is_gathered_in_pieces_gives_the_tables_that_all_rows_give() {
    use crate::report::tests::library;
    let library = library();
    let mut rows = Vec::new();
    for number in 0..400u32 {
        let class = Class::ALL[number as usize % 4];
        let placement = if class == Class::Orphans { 0 } else { 1 + number % 3 };
        let total = Count { visits: u64::from(number % 5), repeats: u64::from(number % 3) };
        rows.push(DayCount {
            day: day("2026-01-05").plus(i64::from(number / 8)),
            placement,
            topic: u8::try_from(number % 4).unwrap() * u8::from(placement > 0),
            client: Some(Client::ALL[number as usize % Client::ALL.len()]),
            class,
            total,
            hours: vec![(u8::try_from(number % 24).unwrap(), total)],
        });
    }
    let (from, to) = (day("2026-01-05"), day("2026-02-25"));
    let period = Period { from: Some(from), to: Some(to) };
    for (courts, topics) in [("", ""), ("north", ""), ("south", "fees"), ("", "filing")] {
        let pairs =
            [("court", courts), ("topic", topics)].map(|(k, v)| (k.to_owned(), v.to_owned()));
        let mut asking = Asking::read(&pairs, &library, to.start()).unwrap();
        asking.question.period = period;
        let mut gathering = Gathering::new(&asking.question, &library, true);
        for piece in pieces(period) {
            let rows = rows.iter().filter(|row| piece.contains(row.day)).cloned();
            gathering.add(&rows.collect::<Vec<_>>());
        }
        let scans = [gathering.done()];
        let counted = Counted { scans: &scans, feedback: &[], silences: &[] };
        let board = board(&asking, &counted, &library, Tongue::Chinese);
        for section in board.sections.iter().filter(|section| section.part != Part::Silent) {
            let told = section.asking.answer(&[rows.clone()], &[], &library);
            assert_eq!(section.answered, told, "{courts} {topics} {}", section.part.as_str());
        }
    }
}

#[test]
fn a_long_period_is_read_in_pieces_that_leave_no_day_out() {
    for (from, to) in [
        ("2026-11-24", "2026-11-24"),
        ("2026-10-25", "2026-11-24"),
        ("2025-01-01", "2026-11-24"),
        ("0001-01-01", "9999-12-31"),
    ] {
        let pieces = pieces(Period { from: Some(day(from)), to: Some(day(to)) });
        assert_eq!(pieces[0].from, Some(day(from)));
        assert_eq!(pieces.last().unwrap().to, Some(day(to)));
        assert!(pieces.windows(2).all(|pair| pair[0].to.unwrap().plus(1) == pair[1].from.unwrap()));
        assert!(pieces.len() <= 66, "{} pieces", pieces.len());
    }
    assert_eq!(
        pieces(Period { from: Some(day("2026-01-01")), to: Some(day("2026-11-24")) }).len(),
        11
    );
}
