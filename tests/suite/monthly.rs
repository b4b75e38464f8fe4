//! The monthly report: what is on its pages, read back by a program that is not ours.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use onecode::content;
use onecode::domain::court::{Court, CourtId, Level};
use onecode::domain::feedback::{Answers, FeedbackCount};
use onecode::domain::library::Library;
use onecode::domain::period::{Day, Month, Moment, Period};
use onecode::domain::placement::{Channel, Placement, PlacementNumber};
use onecode::domain::scan::{Class, Client, Count, DayCount};
use onecode::domain::site::SiteFiles;
use onecode::report::Question;
use onecode::report::monthly::{FILES, Monthly, Needs};

use crate::support::{has_tool, repository};

fn read(files: &mut SiteFiles, dir: &str) {
    for entry in fs::read_dir(repository().join(dir)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{}/{}", dir.trim_end_matches('/'), entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            read(files, &path);
        } else {
            files.insert(path, fs::read(entry.path()).unwrap());
        }
    }
}

fn files() -> SiteFiles {
    let mut files = SiteFiles::default();
    ["guides/"].iter().chain(&FILES).for_each(|dir| read(&mut files, dir));
    files
}

/// 2026-11-24T08:00:00+08:00
const NOW: Moment = Moment(1_795_478_400);

/// The built-in guides with `courts` courts of four placements each.
fn library(files: &SiteFiles, courts: u32) -> Library {
    let mut library = content::load(files, NOW.day()).library;
    library.placements.clear();
    while library.courts.len() < courts as usize {
        let id = CourtId::parse(&format!("court{}", library.courts.len())).unwrap();
        let name = format!("保定市第{}人民法院", library.courts.len());
        library.courts.push(Court { id, name, level: Level::Basic, ..library.courts[0].clone() });
    }
    library.courts.truncate(courts as usize);
    let spots = [
        ("诉讼服务大厅导诉台", Channel::Hall),
        ("24小时法院自助厅", Channel::Court24),
        ("诉讼服务中心 2 号窗口", Channel::Center),
        ("流动诉服车", Channel::Outreach),
    ];
    for number in 1..=courts * 4 {
        let (place, channel) = spots[((number - 1) % 4) as usize];
        let placement = Placement {
            number: PlacementNumber::new(number).unwrap(),
            court: library.courts[((number - 1) / 4) as usize].id.clone(),
            place: place.to_owned(),
            channel,
            since: None,
            retired: (number == 30).then(|| Day::parse("2026-10-20").unwrap()),
            note: String::new(),
        };
        library.placements.insert(placement.number, placement);
    }
    library
}

/// A number below `most` that depends on `of` alone.
fn some(of: &[u64], most: u64) -> u64 {
    let mixed = of.iter().fold(0x9E37_79B9_7F4A_7C15_u64, |state, value| {
        let state = (state ^ value).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state ^ (state >> 29)
    });
    mixed % most
}

fn row(
    day: Day,
    (placement, topic): (u32, u8),
    class: Class,
    client: Client,
    hours: Vec<(u8, Count)>,
) -> DayCount {
    let mut total = Count::default();
    hours.iter().for_each(|(_, count)| total.add(*count));
    DayCount { day, placement, topic, client: Some(client), class, total, hours }
}

/// Scans of a day as courts have them: busy in the morning, few at weekends; placement 7 fell down,
/// nobody ever scans 12.
fn day(day: Day, library: &Library) -> Vec<DayCount> {
    let mut rows = Vec::new();
    let date = u64::try_from(day.number()).unwrap();
    let rest = library.calendar.rest(day).is_some();
    for number in library.placements.keys().map(|number| number.get()) {
        let fell = number == 7 && day >= Day::parse("2026-10-12").unwrap();
        if number == 12 || fell {
            continue;
        }
        for topic in 0..6u8 {
            let of = [date, u64::from(number), u64::from(topic)];
            let client = Client::ALL[[0, 0, 0, 0, 1, 2, 4, 5][some(&of, 8) as usize]];
            let size = (2 + number % 4 * 2 + number / 20) * u32::from(7 - topic) / 9;
            let hours = (7..22u8).filter_map(|hour| {
                let busy = match hour {
                    9 | 10 => 8,
                    14..=16 => 6,
                    8 | 11 | 17 => 4,
                    _ => 1,
                };
                let most = u64::from(size) * busy / if rest { 24 } else { 6 } + 1;
                let visits = some(&[of[0], of[1], of[2], u64::from(hour)], most);
                let repeats = visits / 3;
                (visits > 0).then_some((hour, Count { visits, repeats }))
            });
            let hours: Vec<_> = hours.collect();
            if !hours.is_empty() {
                rows.push(row(day, (number, topic), Class::People, client, hours));
            }
        }
    }
    let apart = |class, visits| {
        let of = if class == Class::Orphans { (0, 0) } else { (1, 1) };
        row(day, of, class, Client::Other, vec![(3, Count { visits, repeats: 0 })])
    };
    rows.extend([apart(Class::Machines, 9), apart(Class::Orphans, 2), apart(Class::Retired, 1)]);
    rows
}

fn counts(period: Period, library: &Library) -> Vec<DayCount> {
    let (from, to) = (period.from.unwrap().number(), period.to.unwrap().number());
    (from..=to).flat_map(|number| day(Day::from_number(number), library)).collect()
}

fn question(needs: &Needs) -> Question {
    Question {
        by: Vec::new(),
        courts: Vec::new(),
        topics: Vec::new(),
        period: needs.periods[0],
        today: NOW.day(),
    }
}

fn monthly<'a>(library: &'a Library, month: &str) -> Monthly<'a> {
    let needs = Needs::of(Month::parse(month).unwrap(), NOW).unwrap();
    let answers = (0..5u8).map(|topic| FeedbackCount {
        day: needs.month.first(),
        placement: 1,
        topic,
        answers: Answers { yes: 40 + u64::from(topic), partly: 9, no: u64::from(topic) },
    });
    Monthly {
        question: question(&needs),
        counts: needs.queries().map(|query| counts(query.period, library)),
        answers: answers.collect(),
        alarms: Vec::new(),
        strikes: Vec::new(),
        needs,
        library,
    }
}

/// Where the last run's pages can be looked at.
fn kept(name: &str, pdf: &[u8]) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, pdf).unwrap();
    file
}

#[test]
fn a_year_of_25_courts_comes_on_a_few_pages() {
    let files = files();
    let library = library(&files, 25);
    let monthly = monthly(&library, "2026-10");
    let pdf = monthly.pdf(&files).unwrap();
    assert_eq!(pdf, monthly.pdf(&files).unwrap(), "the same bytes");
    let file = kept("report-25.pdf", &pdf);
    if !has_tool("pdftotext") {
        return;
    }
    let text = Command::new("pdftotext").args(["-layout"]).arg(&file).arg("-").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("2026年10月扫码月报"), "{text}");
}

#[test]
fn a_small_court_has_one_page() {
    let files = files();
    let library = library(&files, 1);
    let pdf = monthly(&library, "2026-10").pdf(&files).unwrap();
    kept("report-1.pdf", &pdf);
}
