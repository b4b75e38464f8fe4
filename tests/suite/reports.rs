//! Reports and silent placements as a manager asks for them, of a store with a past.

use std::fs;
use std::io::{Cursor, Read};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use onecode::domain::code::Code;
use onecode::domain::period::{Day, Moment};
use onecode::domain::placement::PlacementNumber;
use onecode::domain::scan::{Client, Scan, System, Target};
use onecode::domain::topic::TopicNumber;
use onecode::store;

use crate::support::{Site, onecode, ran};

fn today() -> Day {
    let now: Duration = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Moment(i64::try_from(now.as_secs()).unwrap()).day()
}

fn scan(placement: u32, moment: i64) -> Scan {
    let placement = PlacementNumber::new(placement).unwrap();
    Scan {
        moment: Moment(moment),
        target: Target::Live(Code::new(placement, TopicNumber::new(1).unwrap())),
        client: Client::Wechat,
        system: System::Android,
        repeat: false,
        machine: false,
    }
}

/// Records scans before any service runs.
fn record(site: &Site, scans: &[Scan]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = store::open(&site.store()).unwrap();
    runtime.block_on(store.record(scans)).unwrap();
}

/// One scan an hour, from so many days ago to so many days ago, both whole.
fn hourly(placement: u32, from: i64, to: i64) -> Vec<Scan> {
    let (first, end) = (today().plus(-from).start().0, today().plus(1 - to).start().0);
    (first..end).step_by(3600).map(|moment| scan(placement, moment)).collect()
}

fn told(site: &Site, args: &[&str]) -> String {
    let ran = site.run(args);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
    ran.stdout
}

/// Two scans at placement 1, three at 2, on days of 2026.
fn some(site: &Site) {
    let at = |day: &str, hour: i64| Day::parse(day).unwrap().start().0 + hour * 3600;
    record(
        site,
        &[
            scan(1, at("2026-01-20", 9)),
            scan(1, at("2026-02-10", 9)),
            scan(2, at("2026-02-10", 23)),
            scan(2, at("2026-02-11", 23)),
            scan(2, at("2026-02-11", 23)),
        ],
    );
}

#[test]
fn every_report_answers_in_every_format() {
    let site = Site::new();
    some(&site);
    let csv = |args: &[&str]| told(&site, &[&["stats", "--format", "csv"], args].concat());
    let courts = csv(&["--report", "courts", "--from", "2026-01-06", "--to", "2026-02-28"]);
    assert_eq!(
        courts,
        "court,scans,placements,scans_per_placement,unused\nnorth,5,2,2.5,0\nsouth,0,1,0.0,1\n"
    );
    let february = ["--from", "2026-02-01", "--to", "2026-02-28", "--by", "placement"];
    // A dimension that is named twice is one column.
    let once = csv(&february);
    assert_eq!(csv(&[&february[..], &["--by", "placement"]].concat()), once);
    assert!(once.starts_with("placement,"), "{once}");
    let compare = csv(&[&["--report", "compare"], &february[..]].concat());
    // January was counted from the 20th on only.
    assert!(compare.contains("\n1,1,1,0,,,,\n2,3,0,3,,,,\n"), "{compare}");
    assert!(csv(&["--report", "hours"]).contains("\n23,0,1,2,0,0,0,0,3\n"));
    assert!(csv(&["--report", "placements"]).contains("2026-01-20,2026-02-10,2,2\n"));
    assert!(csv(&["--report", "topics"]).contains("fees,5,100.0,5,0\n"));
    assert!(csv(&["--report", "machines"]).ends_with("\n5,0,0,0,0.0,0.0,0.0\n"));
    let help = site.run(&["stats", "--help"]).stdout;
    for report in onecode::report::REPORTS.iter().map(|report| report.name()) {
        let of = |format| told(&site, &["stats", "--report", report, "--format", format]);
        let rows: serde_json::Value = serde_json::from_str(&of("json")).unwrap();
        let columns = csv(&["--report", report]).lines().next().unwrap().to_owned();
        assert!(rows[0].get(columns.split(',').next().unwrap()).is_some(), "{report}: {rows}");
        assert!(help.contains(report), "--help does not name {report}");
        assert!(of("table").starts_with(columns.split(',').next().unwrap().trim()), "{report}");
    }
    let chinese = ran(onecode()
        .env("LC_ALL", "zh_CN.UTF-8")
        .args(["stats", "--report", "courts", "--root"])
        .arg(site.root())
        .args(["--store", &site.store()]));
    assert!(chinese.stdout.starts_with("法院            扫码  点位数"), "{}", chinese.stdout);
}

#[test]
fn a_wrong_report_is_answered_with_the_right_one() {
    let site = Site::new();
    let fails = |args: &[&str], words: &str| {
        let ran = site.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(ran.stderr.contains(words), "{args:?} says: {}", ran.stderr);
    };
    fails(&["stats", "--report", "cort"], "no report \"cort\": did you mean \"courts\"?");
    fails(&["stats", "--report", "zzzzzzz"], "reports are scans, compare, hours, topics");
    fails(&["stats", "--report", "courts", "--by", "topic"], "leave out --by");
    fails(&["stats", "--report", "compare", "--by", "day"], "does not go by day; it goes by court");
    fails(&["stats", "--report", "hours", "--useful"], "cannot be used with");
    let file = site.path("nowhere/report.xlsx");
    some(&site);
    fails(&["stats", "--out", file.to_str().unwrap()], "report.xlsx");
}

/// The parts of a workbook.
fn part(book: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_workbook_has_real_numbers_and_days_and_says_what_they_mean() {
    let site = Site::new();
    let places = "number,court,place,channel,since,retired\n\
                  1,north,大厅,hall,2026-01-05,\n2,north,=1+1,hall,2026-01-05,\n";
    site.write("guides/_facts/placements.csv", places);
    some(&site);
    let book = |name: &str| {
        let file = site.path(name);
        let out = file.to_str().unwrap();
        let args = ["--report", "placements", "--court", "north", "--from", "2026-01-01"];
        told(&site, &[&["stats", "--format", "xlsx", "--out", out], &args[..]].concat());
        fs::read(file).unwrap()
    };
    let first = book("one.xlsx");
    assert_eq!(first, book("two.xlsx"), "the same bytes");
    let (rows, words) =
        (part(&first, "xl/worksheets/sheet1.xml"), part(&first, "xl/sharedStrings.xml"));
    assert!(rows.contains("<pane ySplit=\"1\"") && rows.contains("state=\"frozen\""), "{rows}");
    assert!(rows.contains("<autoFilter ref=\"A1:J3\"/>"), "{rows}");
    // 2026-01-05 in a spreadsheet's days; three scans; no formula.
    assert!(rows.contains("<v>46027</v>") && rows.contains("<v>3</v>"), "{rows}");
    assert!(!rows.contains("<f>") && words.contains(">=1+1<"), "{words}");
    for said in ["点位一览", "北城区人民法院", "首次扫码", "2026-01-01 起（北京时间，含首尾两天）"]
    {
        assert!(words.contains(said), "{said} is not in {words}");
    }
    assert!(part(&first, "xl/workbook.xml").contains("name=\"说明\""));
    // Useful answers too; to a pipe where no file is named.
    let piped = onecode()
        .args(["stats", "--useful", "--by", "day", "--format", "xlsx", "--root"])
        .arg(site.root())
        .args(["--store", &site.store()])
        .output()
        .unwrap();
    assert!(piped.status.success() && piped.stdout.starts_with(b"PK"));
    assert!(part(&piped.stdout, "xl/sharedStrings.xml").contains("没找到要的"));
}

#[test]
fn a_placement_gone_quiet_is_named_and_one_without_a_past_is_not_alarmed() {
    let site = Site::new();
    // Placement 1 went quiet twenty days ago; 2 is scanned every hour until today; 3 is retired.
    let mut scans = hourly(1, 80, 20);
    scans.extend(hourly(2, 80, 0));
    scans.extend(hourly(3, 80, 20));
    record(&site, &scans);
    let json = || told(&site, &["silent", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&json()).unwrap();
    assert_eq!(found["watched"], 2, "{found}");
    let silent = found["silent"].as_array().unwrap();
    assert_eq!(silent.len(), 1, "{found}");
    assert_eq!((&silent[0]["placement"], &silent[0]["court"]), (&1.into(), &"north".into()));
    let last = format!("{}T23:00:00+08:00", today().plus(-20));
    assert_eq!(silent[0]["last"], last.as_str());
    assert!(silent[0]["probability"].as_f64().unwrap() < 0.001, "{found}");
    let human = told(&site, &["silent"]);
    assert!(human.starts_with("placement  court  place"), "{human}");
    assert!(human.contains("north  诉讼服务大厅") && human.contains("below 0.1%"), "{human}");
    let south = told(&site, &["silent", "--court", "south"]);
    assert!(south.starts_with("0 of 0 placements silent"), "{south}");
    let wrong = site.run(&["silent", "--court", "nort"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("did you mean \"north\"?"));
    // Asked of a running service, the answer is the same.
    let server = site.serve();
    let asked: serde_json::Value = serde_json::from_str(&json()).unwrap();
    assert_eq!(asked["silent"][0]["placement"], silent[0]["placement"]);
    drop(server);
}
