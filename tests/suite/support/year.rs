//! A year of scans in 25 courts with 8 placements each, the same each time: for looking at pages, for
//! measuring. Nobody's real numbers.

use onecode::domain::code::{Code, RawCode};
use onecode::domain::feedback::{Answer, Feedback};
use onecode::domain::period::{Day, Moment};
use onecode::domain::placement::{Channel, PlacementNumber};
use onecode::domain::scan::{Client, Scan, System, Target};
use onecode::domain::topic::TopicNumber;
use onecode::store::Store;

/// How many courts.
pub(crate) const COURTS: u32 = 25;
/// How many placements each of them has.
pub(crate) const EACH: u32 = 8;

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
pub(crate) fn courts() -> String {
    let court = |(at, name): (usize, &&str)| {
        format!(
            "[[court]]\nid = \"court-{}\"\nname = \"{name}区人民法院\"\nlevel = \"basic\"\n\n",
            at + 1
        )
    };
    NAMES.iter().enumerate().map(court).collect()
}

/// `placements.csv` of the year.
pub(crate) fn placements() -> String {
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

/// The same numbers each time (Steele and Vigna's SplitMix64).
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
pub(crate) async fn fill(store: &dyn Store, last: Day, days: i64, busy: u64, topics: u8) {
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
