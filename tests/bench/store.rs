//! How large, how quick and how hungry the store is with so many scans of a year of 25 courts.
//!
//! `cargo bench --bench store -- 10000000` fills a store through the recorder's own path, day by day,
//! tidied each night as the service does; then compacts it, opens it anew in a process of its own,
//! recounts it and asks what managers ask. Nothing is asserted: the figures go into README.md.

#![allow(clippy::print_stdout, reason = "a benchmark says what it measured")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop at once")]
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark is an edge: it has a clock and arguments"
)]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use onecode::domain::code::Code;
use onecode::domain::court::{Court, CourtId, Level};
use onecode::domain::duty::OnDuty;
use onecode::domain::library::Library;
use onecode::domain::period::{Day, Moment, Period};
use onecode::domain::placement::{Channel, Placement, PlacementNumber};
use onecode::domain::scan::{Client, Scan, ScanQuery, System, Target};
use onecode::domain::topic::{Topic, TopicId, TopicNumber};
use onecode::report::{self, Asked, Dimension, Question};
use onecode::store::upkeep::Tidying;
use onecode::store::{self, Store};

const COURTS: u32 = 25;
const PLACEMENTS: u32 = 8;
const TOPICS: u32 = 9;
const DAYS: i64 = 365;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    match arguments.as_slice() {
        [open, url] if open == "open" => opened(url),
        [scans, rest @ ..] => run(scans.parse().unwrap(), rest.first().map(String::as_str)),
        [] => run(200_000, None),
    }
}

fn run(scans: u64, dir: Option<&str>) {
    let temporary = tempfile::tempdir().unwrap();
    let dir = dir.map_or(temporary.path(), Path::new).join("data");
    let url = format!("sled:{}", dir.display());
    let store = store::open(&url).unwrap();
    let began = Instant::now();
    fill(&*store, scans);
    let seconds = began.elapsed().as_secs_f64();
    println!("{scans} scans recorded and tidied in {seconds:.1} s: {:.0}/s", per(scans, seconds));
    size("steady state", &*store, &dir, scans);
    let began = Instant::now();
    wait(store.compact()).unwrap();
    println!("compacted in {:.1} s", began.elapsed().as_secs_f64());
    size("compacted", &*store, &dir, scans);
    let began = Instant::now();
    let verified = wait(store.verify()).unwrap();
    println!(
        "recounted {} scans in {:.1} s: {} differences",
        verified.scans,
        began.elapsed().as_secs_f64(),
        verified.differing
    );
    drop(store);
    let program = std::env::current_exe().unwrap();
    let opened = Command::new(program).args(["open", &url]).status().unwrap();
    assert!(opened.success());
}

/// What a service meets that starts on the store.
fn opened(url: &str) {
    let began = Instant::now();
    let store = store::open(url).unwrap();
    println!("opened in {:.0} ms, {} MB resident", ms(began), resident());
    let library = library();
    let last = last_day();
    let month = Period { from: Some(last.plus(-29)), to: Some(last) };
    for round in ["first", "second", "third"] {
        ask(&store, &library, month, &[Dimension::Topic, Dimension::Court], round);
    }
    for (by, name) in [
        (&[Dimension::Day][..], "30 days by day"),
        (&[Dimension::Hour, Dimension::Weekday], "30 days by hour and weekday"),
        (&[Dimension::Client], "30 days by client"),
    ] {
        ask(&store, &library, month, by, name);
    }
    let year = Period { from: Some(last.plus(1 - DAYS)), to: Some(last) };
    ask(&store, &library, year, &[Dimension::Month, Dimension::Court], "a year by month and court");
    println!("{} MB resident", resident());
}

fn ask(store: &Arc<dyn Store>, library: &Library, period: Period, by: &[Dimension], name: &str) {
    let (courts, topics) = (Vec::new(), Vec::new());
    let question = Question { by: by.to_vec(), courts, topics, period, today: last_day() };
    let kind = report::find("scans").unwrap();
    let began = Instant::now();
    let query = ScanQuery { period, detail: kind.detail(&question) };
    let rows = [wait(store.counts(&query)).unwrap()];
    let read = ms(began);
    let asked = Asked { question: &question, library, periods: &[period], counts: &rows };
    let report = kind.answer(&asked);
    println!(
        "{name}: {:.1} ms ({read:.1} to read {} rows), {} rows",
        ms(began),
        rows[0].len(),
        report.rows.len()
    );
}

fn last_day() -> Day {
    Day::parse("2026-10-31").unwrap()
}

/// Office hours of weekdays mostly, and a little at night, as 24-hour courts have it.
fn fill(store: &dyn Store, scans: u64) {
    let mut random = Random(20_261_125);
    let first = last_day().plus(1 - DAYS);
    let weights: Vec<u64> = (0..DAYS).map(|i| day_weight(first.plus(i))).collect();
    let all: u64 = weights.iter().sum();
    for (i, weight) in (0..).zip(weights) {
        let day = first.plus(i);
        let mut today: Vec<Scan> =
            (0..scans * weight / all).map(|_| scan(day, &mut random)).collect();
        today.sort_by_key(|scan| scan.moment);
        // As they come: a few at a time when it is quiet, more when it is not.
        for batch in today.chunks((today.len() / 2000).clamp(1, 2048)) {
            wait(store.record(batch)).unwrap();
        }
        let now = Moment(day.plus(1).start().0 + 3600);
        while wait(store.tidy(Tidying { now, keep_raw: None })).unwrap() {}
    }
}

fn day_weight(day: Day) -> u64 {
    if day.weekday() > 5 { 3 } else { 20 }
}

fn scan(day: Day, random: &mut Random) -> Scan {
    // Busier courts, places and topics come first.
    let number = random.skewed(COURTS) * PLACEMENTS + random.skewed(PLACEMENTS) + 1;
    let topic = u8::try_from(random.skewed(TOPICS)).unwrap();
    let code = Code::new(PlacementNumber::new(number).unwrap(), TopicNumber::new(topic).unwrap());
    let hour = if random.below(20) == 0 { random.below(24) } else { 8 + random.below(10) };
    let client = match random.below(100) {
        0..80 => Client::Wechat,
        80..86 => Client::Alipay,
        86..97 => Client::Browser,
        _ => Client::Other,
    };
    Scan {
        moment: Moment(day.start().0 + i64::from(hour * 3600 + random.below(3600))),
        target: Target::Live(code),
        client,
        system: System::ALL[random.below(4) as usize],
        repeat: random.below(6) == 0,
        machine: random.below(50) == 0,
    }
}

/// xorshift64*: the same scans on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let random = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        u32::try_from((random * u64::from(end)) >> 32).unwrap()
    }

    fn skewed(&mut self, end: u32) -> u32 {
        self.below(end).min(self.below(end))
    }
}

fn library() -> Library {
    let mut library = Library::default();
    for court in 0..COURTS {
        let id = CourtId::parse(&format!("court-{court}")).unwrap();
        library.courts.push(Court {
            id: id.clone(),
            name: format!("第{court}人民法院"),
            level: Level::Basic,
            address: String::new(),
            hours: String::new(),
            telephone: String::new(),
            on_duty: OnDuty::default(),
        });
        for place in 0..PLACEMENTS {
            let number = PlacementNumber::new(court * PLACEMENTS + place + 1).unwrap();
            let placement = Placement {
                number,
                court: id.clone(),
                place: format!("{place} 号柱"),
                channel: Channel::Hall,
                since: None,
                retired: None,
                note: String::new(),
            };
            library.placements.insert(number, placement);
        }
    }
    for topic in 0..TOPICS {
        let number = TopicNumber::new(u8::try_from(topic).unwrap()).unwrap();
        let id = TopicId::parse(&format!("topic-{topic}")).unwrap();
        library.topics.insert(number, Topic { id, number, icon: String::new() });
    }
    library
}

fn size(state: &str, store: &dyn Store, dir: &Path, scans: u64) {
    let bytes = wait(store.size()).unwrap();
    let all: u64 = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("journal"))
        .map(|entry| entry.metadata().unwrap().len())
        .sum();
    println!(
        "{state}: {:.1} MB, {:.2} bytes a scan; the journal beside it {:.1} MB",
        per(bytes, 1e6),
        per(bytes, per(scans, 1.0)),
        per(all, 1e6)
    );
}

#[expect(clippy::cast_precision_loss, reason = "a figure to be read")]
fn per(number: u64, divisor: f64) -> f64 {
    number as f64 / divisor
}

fn ms(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}
