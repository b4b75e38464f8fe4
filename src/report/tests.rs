//! Each report of hand-made counts.

use std::collections::BTreeMap;

use super::*;
use crate::diagnostic::Tongue;
use crate::domain::court::{Court, Level};
use crate::domain::duty::OnDuty;
use crate::domain::placement::{Channel, Placement};
use crate::domain::scan::{Class, Client, Count};
use crate::domain::topic::Topic;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn court(id: &str, name: &str) -> Court {
    Court {
        id: CourtId::parse(id).unwrap(),
        name: name.to_owned(),
        level: Level::Basic,
        address: String::new(),
        hours: String::new(),
        telephone: String::new(),
        on_duty: OnDuty::default(),
    }
}

fn placement(number: u32, court: &str, place: &str) -> Placement {
    Placement {
        number: PlacementNumber::new(number).unwrap(),
        court: CourtId::parse(court).unwrap(),
        place: place.to_owned(),
        channel: Channel::Hall,
        since: None,
        retired: None,
        note: String::new(),
    }
}

/// North has placements 1 and 2, south has 3, which was taken down on 2026-03-01.
pub(super) fn library() -> Library {
    let courts = vec![court("north", "北城区人民法院"), court("south", "南城区人民法院")];
    let mut library = Library { courts, ..Library::default() };
    let retired = Some(day("2026-03-01"));
    for placement in [
        placement(1, "north", "诉讼服务大厅"),
        placement(2, "north", "=2 号柱"),
        Placement { retired, ..placement(3, "south", "立案窗口") },
    ] {
        library.placements.insert(placement.number, placement);
    }
    for (number, id) in [(0, "onecode"), (1, "fees"), (2, "filing")] {
        let number = TopicNumber::new(number).unwrap();
        let topic = Topic { id: TopicId::parse(id).unwrap(), number, icon: String::new() };
        library.topics.insert(number, topic);
    }
    library
}

/// Of topic 1: visits in one hour.
fn count(date: &str, hour: u8, placement: u32, class: Class, visits: u64) -> DayCount {
    DayCount {
        day: day(date),
        placement,
        topic: u8::from(placement > 0),
        client: Some(Client::Wechat),
        class,
        total: Count { visits, repeats: 0 },
        hours: vec![(hour, Count { visits, repeats: 0 })],
    }
}

fn people(date: &str, placement: u32, visits: u64) -> DayCount {
    count(date, 9, placement, Class::People, visits)
}

fn question(from: Option<&str>, to: Option<&str>, by: &[Dimension]) -> Question {
    Question {
        by: by.to_vec(),
        courts: Vec::new(),
        topics: Vec::new(),
        period: Period { from: from.map(day), to: to.map(day) },
        today: day("2026-11-24"),
    }
}

/// The report `name` as CSV, computed from those of `all` that fall into its periods.
fn told(name: &str, question: &Question, all: &[DayCount]) -> (String, String) {
    let (library, kind) = (library(), find(name).unwrap());
    let periods = kind.periods(question);
    // No finer than the report says that it needs them.
    let detail = kind.detail(question);
    let coarse = |row: &DayCount| DayCount {
        client: row.client.filter(|_| detail == Detail::Full),
        hours: if detail == Detail::Totals { Vec::new() } else { row.hours.clone() },
        ..row.clone()
    };
    let within = |period: &Period| {
        all.iter().filter(|row| period.contains(row.day)).map(coarse).collect::<Vec<_>>()
    };
    let counts: Vec<_> = periods.iter().map(within).collect();
    let asked = Asked { question, library: &library, periods: &periods, counts: &counts };
    let report = kind.answer(&asked);
    for row in report.rows.iter().chain(&report.total) {
        assert_eq!(row.len(), report.columns.len(), "{name}");
    }
    let csv = String::from_utf8(format::csv::write(&report)).unwrap();
    (csv, format::table::write(&report, Tongue::Chinese))
}

#[test]
fn whole_months_are_compared_with_whole_months_and_days_with_as_many_days() {
    let periods = |from, to| {
        let periods = find("compare").unwrap().periods(&question(from, to, &[]));
        periods.into_iter().map(|period| span(period).0).collect::<Vec<_>>()
    };
    assert_eq!(
        periods(Some("2026-03-01"), Some("2026-03-31")),
        ["2026-03-01 to 2026-03-31", "2026-02-01 to 2026-02-28", "2025-03-01 to 2025-03-31"]
    );
    assert_eq!(
        periods(Some("2024-01-01"), Some("2024-02-29")),
        ["2024-01-01 to 2024-02-29", "2023-11-01 to 2023-12-31", "2023-01-01 to 2023-02-28"]
    );
    assert_eq!(
        periods(Some("2026-11-02"), Some("2026-11-08")),
        ["2026-11-02 to 2026-11-08", "2026-10-26 to 2026-11-01", "2025-11-02 to 2025-11-08"]
    );
    // The four weeks up to yesterday, where no day is named.
    assert_eq!(periods(None, None)[..2], ["2026-10-27 to 2026-11-23", "2026-09-29 to 2026-10-26"]);
    assert_eq!(periods(Some("2026-11-24"), None)[0], "2026-11-24 to 2026-11-24");
}

#[test]
fn a_period_is_compared_with_the_one_before_and_the_year_before() {
    let counts = [
        people("2026-11-02", 1, 30),
        people("2026-10-02", 1, 20),
        people("2026-10-06", 3, 7),
        people("2025-11-03", 1, 40),
        people("2026-09-30", 1, 1000),
        // The month is under way: what came after as many days of the others is not compared.
        people("2026-10-25", 1, 5000),
        people("2025-11-30", 1, 5000),
    ];
    let asked = question(Some("2026-11-01"), Some("2026-11-30"), &[Dimension::Court]);
    let (csv, table) = told("compare", &asked, &counts);
    assert_eq!(
        csv,
        "court,scans,before,change,change_percent,year_before,year_change,year_change_percent\n\
         north,30,20,10,50.0,40,-10,-25.0\n\
         south,0,7,-7,-100.0,0,0,\n"
    );
    assert!(table.contains("北城区人民法院    30    20    10       50.0"), "{table}");
    assert!(table.contains("合计"), "{table}");
    assert!(table.contains("上期 2026-10-01 至 2026-10-24；"), "{table}");
    assert!(table.contains("这个月还没有过完"), "{table}");
}

#[test]
fn no_percentage_is_told_of_a_time_that_was_counted_in_part_or_has_not_begun() {
    let counts = [
        people("2026-11-02", 1, 30),
        people("2026-10-01", 1, 30),
        people("2025-11-20", 1, 2),
        people("2025-10-31", 1, 1),
    ];
    let asked = question(Some("2026-10-01"), Some("2026-10-31"), &[]);
    let (csv, table) = told("compare", &asked, &counts);
    assert!(csv.ends_with("\n30,,,,1,29,\n"), "{csv}");
    assert!(table.contains("（记录不全，不算百分比）"), "{table}");
    let asked = question(Some("2026-12-01"), Some("2026-12-31"), &[]);
    let (csv, table) = told("compare", &asked, &counts);
    assert!(csv.ends_with("\n0,,,,,,\n"), "{csv}");
    assert!(table.contains("本期还没有开始"), "{table}");
    let asked = question(Some("0001-01-01"), Some("9999-12-31"), &[]);
    let (_, table) = told("compare", &asked, &counts);
    assert!(table.contains("；上期 没有；"), "{table}");
}

#[test]
fn nothing_is_said_of_a_time_in_which_nothing_was_counted() {
    let counts = [people("2026-11-02", 1, 30), people("2026-10-01", 1, 30)];
    let asked = question(Some("2026-11-01"), Some("2026-11-30"), &[]);
    let (csv, table) = told("compare", &asked, &counts);
    assert!(csv.ends_with("\n30,30,0,0.0,,,\n"), "{csv}");
    assert!(table.contains("去年同期 2025-11-01 至 2025-11-24（没有记录）"), "{table}");
}

#[test]
fn hours_stand_against_weekdays_with_all_24_of_them() {
    let counts = [
        count("2026-11-23", 9, 1, Class::People, 2),
        count("2026-11-16", 9, 2, Class::People, 3),
        count("2026-11-22", 23, 1, Class::People, 4),
        count("2026-11-22", 23, 1, Class::Machines, 9),
    ];
    let (csv, table) = told("hours", &question(None, None, &[]), &counts);
    assert_eq!(csv.lines().count(), 25);
    assert!(csv.starts_with("hour,mon,tue,wed,thu,fri,sat,sun,scans\n00,0,0,"), "{csv}");
    assert!(csv.contains("\n09,5,0,0,0,0,0,0,5\n"), "{csv}");
    assert!(csv.ends_with("\n23,0,0,0,0,0,0,4,4\n"), "{csv}");
    assert!(table.contains("合计     5"), "{table}");
    let by_court = told("hours", &question(None, None, &[Dimension::Court]), &counts).0;
    assert_eq!(by_court.lines().count(), 25);
    assert!(by_court.contains("\nnorth,09,5,"), "{by_court}");
}

#[test]
fn topics_are_ranked_and_those_that_nobody_asked_for_are_told() {
    let repeats = Count { visits: 0, repeats: 1 };
    let counts = [
        people("2026-11-02", 1, 2),
        DayCount { topic: 2, ..people("2026-11-02", 1, 5) },
        DayCount {
            topic: 2,
            total: repeats,
            hours: vec![(10, repeats)],
            ..people("2026-11-02", 1, 0)
        },
    ];
    let csv = told("topics", &question(None, None, &[]), &counts).0;
    assert_eq!(
        csv,
        "topic,scans,percent,visits,repeats\nfiling,6,75.0,5,1\nfees,2,25.0,2,0\nonecode,0,0.0,0,0\n"
    );
}

#[test]
fn courts_are_ranked_by_scans_a_placement_that_hung_in_the_period() {
    let counts = [people("2026-02-10", 1, 10), people("2026-02-10", 3, 7)];
    let csv = told("courts", &question(None, None, &[]), &counts).0;
    assert_eq!(
        csv,
        "court,scans,placements,scans_per_placement,unused\nsouth,7,1,7.0,0\nnorth,10,2,5.0,1\n"
    );
    // Taken down before it: the court has none.
    let later = question(Some("2026-03-01"), None, &[]);
    assert!(!told("courts", &later, &[]).0.contains("south"));
    let gone = told("courts", &later, &[people("2026-11-01", 9, 4)]).1;
    assert!(gone.contains("另有 4 次扫码来自已不在册的点位"), "{gone}");
}

#[test]
fn a_placement_shows_its_first_and_last_scan_and_a_formula_is_no_formula() {
    let counts = [people("2026-02-10", 2, 1), people("2026-11-20", 2, 3)];
    let (csv, table) = told("placements", &question(None, None, &[]), &counts);
    assert_eq!(
        csv,
        "placement,court,place,channel,since,retired,first,last,scans,visits\n\
         1,north,诉讼服务大厅,hall,,,,,0,0\n\
         2,north,'=2 号柱,hall,,,2026-02-10,2026-11-20,4,4\n\
         3,south,立案窗口,hall,,2026-03-01,,,0,0\n"
    );
    assert!(table.contains("共 3 个点位，其中 2 个没有人扫"), "{table}");
}

#[test]
fn machines_orphans_and_retired_codes_have_their_share_of_all_openings() {
    let counts = [
        count("2026-11-02", 9, 1, Class::People, 5),
        count("2026-11-02", 9, 1, Class::Machines, 3),
        count("2026-11-02", 9, 0, Class::Orphans, 1),
        count("2026-11-02", 9, 3, Class::Retired, 1),
    ];
    let columns = "scans,machines,orphans,retired,machines_percent,orphans_percent,retired_percent";
    let csv = told("machines", &question(None, None, &[]), &counts).0;
    assert_eq!(csv, format!("{columns}\n5,3,1,1,30.0,10.0,10.0\n"));
    let by = [Dimension::Court, Dimension::Topic];
    let (csv, table) = told("machines", &question(None, None, &by), &counts);
    assert!(csv.contains("\nnorth,fees,5,3,0,0,37.5,0.0,0.0\n"), "{csv}");
    assert!(csv.contains("\nnone,none,0,0,1,0,0.0,100.0,0.0\n"), "{csv}");
    assert!(table.contains("（无效码）"), "{table}");
    let nothing = told("machines", &question(None, None, &[]), &[]).0;
    assert_eq!(nothing, format!("{columns}\n0,0,0,0,,,\n"));
}

#[test]
fn names_of_reports_and_columns_are_each_their_own() {
    let names: std::collections::BTreeSet<_> = REPORTS.iter().map(|r| r.name()).collect();
    assert_eq!(names.len(), REPORTS.len());
    for kind in REPORTS {
        let (csv, _) = told(kind.name(), &question(None, None, &[]), &[]);
        let header = csv.lines().next().unwrap();
        let columns: std::collections::BTreeSet<_> = header.split(',').collect();
        assert_eq!(columns.len(), header.split(',').count(), "{header}");
        assert!(kind.title().chars().count() <= 31, "a sheet's name");
    }
}

#[test]
fn numbers_of_one_decimal_are_rounded_to_the_nearest() {
    assert_eq!(Cell::percent(1, 3), Cell::Tenths(333));
    assert_eq!(Cell::percent(-2, 3), Cell::Tenths(-667));
    assert_eq!(Cell::ratio(1, 20, 1), Cell::Tenths(1));
    assert_eq!(Cell::percent(i64::MAX, 1), Cell::Tenths(i32::MAX));
    assert_eq!(
        (decimal(-5), decimal(123), decimal(0)),
        ("-0.5".into(), "12.3".into(), "0.0".into())
    );
}

#[test]
fn the_same_report_is_the_same_workbook() {
    let asked = question(None, None, &[]);
    let library = library();
    let kind = find("placements").unwrap();
    let counts = [vec![people("2026-11-20", 2, 3)]];
    let periods = kind.periods(&asked);
    let report = kind.answer(&Asked {
        question: &asked,
        library: &library,
        periods: &periods,
        counts: &counts,
    });
    let about = about(kind.title(), &report, &asked, periods[0], &library);
    let write = || format::xlsx::write(&report, kind.title(), &about).unwrap();
    let book = write();
    assert!(book.starts_with(b"PK"));
    assert_eq!(book, write());
    let words: Vec<_> = about.iter().map(|(what, which)| format!("{what}：{which}")).collect();
    assert!(words.contains(&"时间：有记录以来（北京时间，含首尾两天）".to_owned()), "{words:?}");
    assert!(words.iter().any(|line| line.starts_with("首次扫码：")), "{words:?}");
}

#[test]
fn folding_rows_before_they_are_named_changes_no_number() {
    let library = library();
    let mut rows = Vec::new();
    for (at, date) in ["2026-10-31", "2026-11-01", "2026-11-02", "2026-11-09"].iter().enumerate() {
        for placement in [0, 1, 2, 3, 9] {
            let hour = u8::try_from(at * 7).unwrap();
            let visits = u64::try_from(at).unwrap() * 10 + u64::from(placement);
            let row = count(date, hour, placement, Class::Machines, visits);
            let client = [Client::Wechat, Client::Qq][at % 2];
            rows.push(DayCount { client: Some(client), ..row });
        }
    }
    let pairs = Dimension::ALL.iter().flat_map(|a| Dimension::ALL.map(|b| vec![*a, b]));
    for by in pairs.chain([Vec::new()]) {
        let named = |row| by.iter().map(|d| d.of(row, &library)).collect::<Vec<_>>();
        let (mut folded, mut plain) = (BTreeMap::new(), BTreeMap::new());
        for ((_, row), count) in fold::fold(rows.iter(), &by, &library) {
            *folded.entry(named(row)).or_insert(0) += count.scans();
        }
        for row in &rows {
            let (day, placement, topic, client) = (row.day, row.placement, row.topic, row.client);
            let hour = Some(row.hours[0].0);
            let row = (named(dimension::Row { day, placement, topic, client, hour }), row.total);
            *plain.entry(row.0).or_insert(0) += row.1.scans();
        }
        assert_eq!(folded, plain, "{by:?}");
    }
}
