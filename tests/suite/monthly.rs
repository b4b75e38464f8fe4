//! The monthly report: what is on its pages, read back by a program that is not ours.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use onecode::content;
use onecode::domain::alarm::{Alarm, AlarmKind};
use onecode::domain::code::{Code, RawCode};
use onecode::domain::court::{Court, CourtId, Level};
use onecode::domain::feedback::{Answers, FeedbackCount};
use onecode::domain::library::Library;
use onecode::domain::password::Password;
use onecode::domain::period::{Day, Moment, Month, Period};
use onecode::domain::placement::{Channel, Placement, PlacementNumber};
use onecode::domain::scan::{Class, Client, Count, DayCount, Scan, System, Target};
use onecode::domain::site::SiteFiles;
use onecode::domain::strike::{Strike, Struck};
use onecode::domain::topic::TopicNumber;
use onecode::domain::user::{Account, Courts, Role, User, UserName};
use onecode::report::Question;
use onecode::report::monthly::{FILES, Monthly, Needs};
use onecode::store;

use crate::support::{Site, has_tool, repository};

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
    for (_, count) in &hours {
        total.add(*count);
    }
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
            let client =
                Client::ALL[[0, 0, 0, 0, 1, 2, 4, 5][usize::try_from(some(&of, 8)).unwrap()]];
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

/// The pages as a program that is not ours reads them: how many, and their text without spaces. They
/// are kept, to be looked at.
fn read_back(name: &str, pdf: &[u8]) -> Option<(usize, String)> {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, pdf).unwrap();
    if !has_tool("pdftotext") {
        return None;
    }
    let text = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    let pages = text.matches('\u{c}').count();
    Some((pages, text.chars().filter(|c| !c.is_whitespace()).collect()))
}

/// Whether `parts` stand in `text`, one after the other.
#[track_caller]
fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("no {part} in {rest}"));
        rest = &rest[at + part.len()..];
    }
}

/// `1,234,567`
fn grouped(number: u64) -> String {
    if number < 1000 {
        return number.to_string();
    }
    format!("{},{:03}", grouped(number / 1000), number % 1000)
}

fn people(rows: &[DayCount]) -> Count {
    let mut total = Count::default();
    for row in rows.iter().filter(|row| row.class == Class::People) {
        total.add(row.total);
    }
    total
}

#[test]
fn a_year_of_25_courts_comes_on_a_few_pages_the_same_each_time() {
    let files = files();
    let library = library(&files, 25);
    let monthly = monthly(&library, "2026-10");
    let pdf = monthly.pdf(&files).unwrap();
    assert!(pdf == monthly.pdf(&files).unwrap(), "other bytes");
    // What says PDF/UA-1 of itself has headings, described charts and tables with heads.
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.contains("pdfuaid:part"), "no PDF/UA");
    let Some((pages, text)) = read_back("report-25.pdf", &pdf) else { return };
    assert_eq!(pages, 3);
    let [now, before, year] = [0, 1, 2].map(|i| people(&monthly.counts[i]));
    let total = |count: Count| grouped(count.scans());
    in_order(
        &text,
        &[
            "全部25家法院",
            "10月1日至10月31日",
            "2026年10月扫码月报",
            &format!("共扫码{}次，约{}人次", total(now), grouped(now.visits)),
            "比上个月少",
            &total(now),
            "99/100",
            "79.2%",
            &format!("上月{}（−", total(before)),
            &format!("去年{}（", total(year)),
            "每天的扫码",
            "最多的一天：10月",
            "一周里什么时候忙",
            "最忙：周",
            "大家来办什么",
            "缴费退费",
            "没有人扫：",
            "太安静的点位",
            "7保定市竞秀区人民法院",
            "2026-10-11",
            "各法院",
            "一年来每个月的扫码",
            "机器（爬虫、链接预览、预加载）279次",
            "输错的码和不在册的码62次",
            "已停用的旧海报31次",
            "每个点位",
            "24小时法院自助厅（已停用）",
        ],
    );
    assert!(text.contains("微信") && text.contains("诉讼服务中心2号窗口"), "{text}");
    // Placement 12 was never scanned.
    assert!(text.contains("12流动诉服车0——"), "{text}");
}

#[test]
fn a_small_court_has_one_page_and_nothing_of_others() {
    let files = files();
    let library = library(&files, 2);
    let mut monthly = monthly(&library, "2026-10");
    monthly.question.courts = vec![library.courts[0].id.clone()];
    let pdf = monthly.pdf(&files).unwrap();
    let Some((pages, text)) = read_back("report-1.pdf", &pdf) else { return };
    assert_eq!(pages, 1);
    in_order(&text, &["河北省保定市中级人民法院", "有人扫的点位", "4/4", "每个点位", "这些数"]);
    for other in ["竞秀区", "各法院", "输错的码"] {
        assert!(!text.contains(other), "{other} is in {text}");
    }
    let theirs = |row: &&DayCount| (1..=4).contains(&row.placement);
    let rows: Vec<_> = monthly.counts[0].iter().filter(theirs).cloned().collect();
    assert!(text.contains(&format!("共扫码{}次", grouped(people(&rows).scans()))), "{text}");
}

#[test]
fn a_month_without_scans_is_told_in_words_and_has_no_empty_chart() {
    let files = files();
    let library = library(&files, 1);
    let mut monthly = monthly(&library, "2026-10");
    // Something was counted in the weeks before: the service ran.
    let past = monthly.counts[1].iter().find(|row| row.class == Class::Machines).cloned();
    monthly.counts = [Vec::new(), past.into_iter().collect(), Vec::new(), Vec::new()];
    monthly.answers.clear();
    let pdf = monthly.pdf(&files).unwrap();
    let Some((pages, text)) = read_back("report-none.pdf", &pdf) else { return };
    assert_eq!(pages, 1);
    in_order(&text, &["这个月没有人扫码", "0/4", "没有人回答", "历史太少", "这些数"]);
    for chart in ["每天的扫码", "什么时候忙", "用什么打开", "大家来办什么"] {
        assert!(!text.contains(chart), "{chart} is in {text}");
    }
}

#[test]
fn a_month_under_way_stands_against_as_many_days_and_says_so() {
    let files = files();
    let library = library(&files, 1);
    let monthly = monthly(&library, "2026-11");
    let pdf = monthly.pdf(&files).unwrap();
    let Some((pages, text)) = read_back("report-under-way.pdf", &pdf) else { return };
    assert_eq!(pages, 1);
    let before = people(&monthly.counts[1]);
    let days = monthly.counts[1].iter().map(|row| row.day).max().unwrap();
    assert_eq!(days.to_string(), "2026-10-24");
    let same_days = format!("上月同期{}", grouped(before.scans()));
    in_order(
        &text,
        &["11月1日至11月24日", "还没有过完", "上月同期（1日至24日）", &same_days, "同样的天数"],
    );
}

#[test]
fn alarms_and_struck_out_floods_of_the_month_are_told_without_the_machine() {
    let files = files();
    let library = library(&files, 2);
    let mut monthly = monthly(&library, "2026-10");
    let at = |day: &str| Moment(Day::parse(day).unwrap().start().0 + 9 * 3600);
    let alarm = |number, day, kind| Alarm { number, at: at(day), kind, seen: None };
    monthly.alarms = vec![
        alarm(1, "2026-09-30", AlarmKind::Clock { seconds: 77 }),
        alarm(
            2,
            "2026-10-03",
            AlarmKind::Dropped { scans: 1234, answers: 5, since: at("2026-10-03") },
        ),
        alarm(
            3,
            "2026-10-04",
            AlarmKind::Damaged { aside: "/var/lib/x".into(), scans: 99, missing: 3, last: None },
        ),
    ];
    let struck = |number, placement, undone| {
        let hours = vec![(9, Count { visits: 4000, repeats: 321 })];
        let code = Code::new(PlacementNumber::new(placement).unwrap(), TopicNumber::ALL);
        Struck {
            number,
            strike: Strike {
                code: RawCode::from(code),
                from: at("2026-10-05"),
                until: at("2026-10-06"),
                note: "压力测试".into(),
                by: "wang".into(),
                at: at("2026-10-07"),
            },
            counts: vec![row(
                at("2026-10-05").day(),
                (placement, 0),
                Class::People,
                Client::Other,
                hours,
            )],
            undone,
        }
    };
    // The second was put back, the third is another court's.
    monthly.strikes =
        vec![struck(1, 1, None), struck(2, 2, Some(at("2026-10-08"))), struck(3, 5, None)];
    monthly.question.courts = vec![library.courts[0].id.clone()];
    let pdf = monthly.pdf(&files).unwrap();
    let Some((_, text)) = read_back("report-alarms.pdf", &pdf) else { return };
    in_order(
        &text,
        &[
            "这个月出过的事",
            "2026-10-0309:00",
            "漏记1,234次扫码、5个回答",
            "中间缺3次",
            "码200040G从2026-10-0509:00到2026-10-0609:00的4,321次",
            "压力测试",
        ],
    );
    assert_eq!(text.matches("4,321").count(), 1, "{text}");
    assert!(!text.contains("/var") && !text.contains("77"), "{text}");
}

/// Two scans at placement 1, in the north, and somebody who sees the north alone.
fn recorded(site: &Site) {
    let day = Day::parse("2026-02-10").unwrap();
    let code = Code::new(PlacementNumber::new(1).unwrap(), TopicNumber::new(1).unwrap());
    let scan = Scan {
        moment: Moment(day.start().0 + 9 * 3600),
        target: Target::Live(code),
        client: Client::Wechat,
        system: System::Android,
        repeat: false,
        machine: false,
    };
    let courts = Courts::named_or_all([CourtId::parse("north").unwrap()]);
    let user = User { name: UserName::parse("wang").unwrap(), role: Role::Viewer, courts };
    let password = Password::parse("correct horse").unwrap().hash([9; 16]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = store::open(&site.store()).unwrap();
    runtime.block_on(store.record(&[scan, scan])).unwrap();
    assert!(runtime.block_on(store.add_user(&Account { user, password })).unwrap());
}

#[test]
fn whoever_is_signed_in_takes_the_month_of_their_courts_from_the_page() {
    let site = Site::new();
    recorded(&site);
    let server = site.serve();
    let path = "/stats/report.pdf?month=2026-02";
    assert_eq!(server.get(path).status, 303, "nobody is signed in");
    let login = server.get("/login");
    let pair = |set: String| set.split(';').next().unwrap().to_owned();
    let cookie = pair(login.header("set-cookie"));
    let token = login.text();
    let token = token.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = format!("token={token}&name=wang&password=correct+horse");
    let signed_in = server.post("/login", &[("cookie", &cookie)], &form);
    let cookie = pair(signed_in.header("set-cookie"));
    let get = |path: &str| server.ask("GET", path, &[("cookie", &cookie)]);
    let pdf = get(path);
    assert_eq!((pdf.status, pdf.header("content-type").as_str()), (200, "application/pdf"));
    assert_eq!(pdf.header("content-disposition"), "attachment; filename=\"report-2026-02.pdf\"");
    assert_eq!(pdf.header("cache-control"), "no-store");
    assert_eq!(get("/stats/report.pdf").status, 200, "the last whole month");
    for (query, status, words) in [
        ("month=9999-01", 400, "还没有开始"),
        ("month=2", 400, "请写成 2026-10"),
        ("month=2026-02&court=south", 403, "<title>您的账号看不到这些</title>"),
        ("month=2026-02&court=south", 403, "不能看这个法院"),
        ("from=2026-02-01", 400, "参数"),
    ] {
        let refused = get(&format!("/stats/report.pdf?{query}"));
        assert_eq!(refused.status, status, "{query}");
        assert!(refused.text().contains(words), "{query}: {}", refused.text());
    }
    if let Some((pages, text)) = read_back("report-web.pdf", &pdf.body) {
        assert_eq!(pages, 1);
        in_order(&text, &["北城区人民法院", "2026年2月扫码月报", "共扫码2次"]);
        assert!(!text.contains("南城区"), "{text}");
    }
}

#[test]
fn the_command_writes_the_file_also_while_the_service_runs() {
    let site = Site::new();
    recorded(&site);
    let out = |name: &str| site.path(name).to_str().unwrap().to_owned();
    let write = |name: &str, more: &[&str]| {
        let file = out(name);
        let args = ["report", "--month", "2026-02", "--out", &file];
        let ran = site.run(&[&args, more].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains(&file), "{}", ran.stderr);
        fs::read(&file).unwrap()
    };
    let alone = write("alone.pdf", &[]);
    let server = site.serve();
    assert!(write("served.pdf", &[]) == alone, "other bytes");
    drop(server);
    let south = write("south.pdf", &["--court", "south"]);
    if let Some((_, text)) = read_back("report-site.pdf", &alone) {
        in_order(&text, &["2026年2月扫码月报", "共扫码2次，约2人次", "上个月没有记录"]);
        let (_, south) = read_back("report-south.pdf", &south).unwrap();
        in_order(&south, &["南城区人民法院", "这个月没有人扫码"]);
    }
    let fails = |args: &[&str], words: &str| {
        let ran = site.run(&[&["report"], args].concat());
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.stderr.contains(words), "{args:?} says: {}", ran.stderr);
    };
    fails(&["--month", "9999-01"], "has not begun: the last whole month is --month 20");
    fails(&["--month", "2026-13"], "write a month like 2026-10");
    fails(&["--court", "nort"], "did you mean \"north\"?");
    fails(&["--month", "2026-02", "--out", &out("nowhere/report.pdf")], "nowhere");
}

#[test]
fn a_month_that_was_counted_in_part_is_compared_with_nothing() {
    let files = files();
    let library = library(&files, 2);
    let mut monthly = monthly(&library, "2026-10");
    for (index, first) in [(1, "2026-09-20"), (2, "2025-10-21")] {
        let first = Day::parse(first).unwrap();
        monthly.counts[index].retain(|row| row.day >= first);
    }
    let pdf = monthly.pdf(&files).unwrap();
    let Some((_, text)) = read_back("report-part.pdf", &pdf) else { return };
    in_order(&text, &["上个月没有记录", "去年同月没有记录", "上月无记录", "去年无记录"]);
    assert!(!text.contains('+'), "{text}");
}

#[test]
fn a_month_before_any_record_is_not_said_to_have_had_no_visitors() {
    let files = files();
    let library = library(&files, 2);
    let mut monthly = monthly(&library, "2026-10");
    monthly.counts.iter_mut().for_each(Vec::clear);
    let pdf = monthly.pdf(&files).unwrap();
    let Some((_, text)) = read_back("report-before.pdf", &pdf) else { return };
    in_order(&text, &["这个月没有任何记录：那时还没有开始统计"]);
    assert!(!text.contains("没有人扫码"), "{text}");
}

#[test]
fn a_court_that_is_no_longer_in_the_table_still_has_its_name_on_the_paper() {
    let files = files();
    let library = library(&files, 1);
    let mut monthly = monthly(&library, "2026-10");
    monthly.question.courts = vec![CourtId::parse("old-court").unwrap()];
    let pdf = monthly.pdf(&files).unwrap();
    let Some((_, text)) = read_back("report-gone.pdf", &pdf) else { return };
    in_order(&text, &["old-court", "这个月没有人扫码。", "历史太少，还看不出谁太安静"]);
    assert!(!text.contains("0家法院") && !text.contains("只算这些法院"), "{text}");
}
