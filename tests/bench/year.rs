//! A year of scans in 25 courts, and the site that goes with it: for looking at the dashboard.
//!
//! `cargo bench --bench year -- DIR [DAYS] [LAST]` fills `DIR/data` with the scans of DAYS days (365)
//! up to LAST (today) and writes `DIR/site`; then
//! `onecode --root DIR/site --store sled:DIR/data serve`. Takes half a minute. Nobody's real numbers, and
//! the same each time.

#![allow(clippy::print_stdout, reason = "it says what to do next")]
#![allow(clippy::unwrap_used, reason = "a tool that cannot go on should stop at once")]
#![allow(clippy::disallowed_methods, reason = "it is an edge: it has a clock and arguments")]

use std::path::Path;
use std::{env, fs};

use onecode::domain::code::{Code, RawCode};
use onecode::domain::feedback::{Answer, Feedback};
use onecode::domain::period::{Day, Moment};
use onecode::domain::placement::{Channel, PlacementNumber};
use onecode::domain::scan::{Client, Scan, System, Target};
use onecode::domain::topic::TopicNumber;
use onecode::store::{self, Store};

/// How many courts.
const COURTS: u32 = 25;
/// How many placements each of them has.
const EACH: u32 = 8;

const NAMES: [&str; 25] = [
    "竞秀",
    "莲池",
    "满城",
    "清苑",
    "徐水",
    "涞水",
    "阜平",
    "定兴",
    "唐县",
    "高阳",
    "容城",
    "涞源",
    "望都",
    "安新",
    "易县",
    "曲阳",
    "蠡县",
    "顺平",
    "博野",
    "雄县",
    "涿州",
    "定州",
    "安国",
    "高碑店",
    "高新",
];

/// `courts.toml` of the year.
fn courts() -> String {
    let court = |(at, name): (usize, &&str)| {
        format!(
            "[[court]]\nid = \"court-{}\"\nname = \"{name}区人民法院\"\nlevel = \"basic\"\n\n",
            at + 1
        )
    };
    NAMES.iter().enumerate().map(court).collect()
}

/// `placements.csv` of the year.
fn placements() -> String {
    let mut text = "number,court,place,channel,since,retired\n".to_owned();
    for number in 1..=COURTS * EACH {
        let (court, at) = ((number - 1) / EACH + 1, (number - 1) % EACH);
        let channel = Channel::ALL[at as usize % 7];
        let row = format!(
            "{number},court-{court},{} {}号,{},,\n",
            channel.title(),
            at + 1,
            channel.as_str()
        );
        text.push_str(&row);
    }
    text
}

/// The same numbers each time (Steele and Vigna's `SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    /// The place of one of `weights`.
    fn one_of(&mut self, weights: &[u64]) -> usize {
        let mut rolled = self.below(weights.iter().sum());
        for (at, weight) in weights.iter().enumerate() {
            if rolled < *weight {
                return at;
            }
            rolled -= weight;
        }
        0
    }
}

/// By the hour: court hours, with a pause at noon; at night a few.
const HOURS: [u64; 24] =
    [1, 1, 1, 1, 1, 1, 2, 8, 30, 52, 46, 34, 12, 18, 40, 44, 36, 20, 8, 6, 5, 4, 3, 2];

/// The scans of one day, about `busy` a placement where it is a working day.
fn scans_of(day: Day, busy: u64, topics: u8, dice: &mut Dice) -> Vec<Scan> {
    let factor = if day.weekday() > 5 { 20 } else { 100 };
    let season = 80 + (day.number() % 365).unsigned_abs() * 40 / 365;
    let mut scans = Vec::new();
    for number in 1..=COURTS * EACH {
        let size = 30 + u64::from((number * 7919) % 140);
        let usual = busy * factor * season * size / 1_000_000;
        let many = usual * 3 / 4 + dice.below(usual / 2 + 2);
        for _ in 0..many {
            scans.push(one(day, number, topics, dice));
        }
    }
    scans
}

fn one(day: Day, number: u32, topics: u8, dice: &mut Dice) -> Scan {
    let hour = i64::try_from(dice.one_of(&HOURS)).unwrap();
    let second = i64::try_from(dice.below(3600)).unwrap();
    let weights: Vec<u64> = (0..topics).map(|topic| 60 / (u64::from(topic) + 2)).collect();
    let topic = u8::try_from(dice.one_of(&weights)).unwrap();
    let code = Code::new(PlacementNumber::new(number).unwrap(), TopicNumber::new(topic).unwrap());
    let orphan = dice.below(200) == 0;
    Scan {
        moment: Moment(day.start().0 + hour * 3600 + second),
        target: if orphan {
            Target::Orphan(RawCode::parse("2ZZZZZZ").unwrap())
        } else {
            Target::Live(code)
        },
        client: Client::ALL[dice.one_of(&[62, 8, 5, 3, 18, 4])],
        system: System::ALL[dice.one_of(&[55, 20, 22, 3])],
        repeat: dice.below(5) == 0,
        machine: dice.below(25) == 0,
    }
}

/// Records the days up to `last`, with about `busy` scans a placement and working day, on the
/// topics numbered below `topics`. Placement 3 is scanned no more in the last two weeks.
async fn fill(store: &dyn Store, last: Day, days: i64, busy: u64, topics: u8) {
    let mut dice = Dice(4);
    for ahead in (0..days).rev() {
        let day = last.plus(-ahead);
        let mut scans = scans_of(day, busy, topics, &mut dice);
        if ahead < 14 {
            let fallen = |scan: &Scan| scan.cell().0 == 3;
            scans.retain(|scan| !fallen(scan));
        }
        store.record(&scans).await.unwrap();
        let feedback: Vec<Feedback> = (1..topics)
            .map(|topic| Feedback {
                day,
                placement: PlacementNumber::new(u32::from(topic)),
                topic: TopicNumber::new(topic).unwrap(),
                answer: Answer::ALL[dice.one_of(&[7, 2, 1])],
            })
            .collect();
        store.record_feedback(&feedback).await.unwrap();
    }
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|a| a != "--bench").collect();
    let Some(dir) = arguments.first().map(Path::new) else {
        println!("cargo bench --bench year -- DIR [DAYS] [LAST]");
        return;
    };
    let days = arguments.get(1).map_or(365, |days| days.parse().unwrap());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let today = Moment(i64::try_from(now.as_secs()).unwrap()).day();
    let last = arguments.get(2).map_or(today, |day| Day::parse(day).unwrap());
    let (site, data) = (dir.join("site"), dir.join("data"));
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["guides", "templates"] {
        copy(&repository.join(folder), &site.join(folder));
    }
    let facts = site.join("guides/_facts");
    fs::write(facts.join("courts.toml"), courts()).unwrap();
    fs::write(facts.join("placements.csv"), placements()).unwrap();
    let store = store::open(&format!("sled:{}", data.display())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(fill(&*store, last, days, 20, 9));
    println!("onecode --root {} --store sled:{} serve", site.display(), data.display());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
