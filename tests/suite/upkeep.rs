//! A store kept small and right, by what it answers: whatever is done to it, counts and scans stay.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onecode::domain::alarm::AlarmKind;
use onecode::domain::code::{Code, RawCode};
use onecode::domain::feedback::{Answer, Feedback, FeedbackCount};
use onecode::domain::period::{Day, Moment, Period};
use onecode::domain::placement::PlacementNumber;
use onecode::domain::scan::{Client, DayCount, Detail, Scan, ScanQuery, System, Target};
use onecode::domain::strike::{Strike, StrikeFault};
use onecode::domain::topic::TopicNumber;
use onecode::store::upkeep::{LEAST_RAW_DAYS, Tidying};
use onecode::store::{self, Store, StoreError};

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Scans of some days: of all classes, clients and hours, with repeats; in no day the same.
fn scans(first: Day, days: i64, each_day: i64) -> Vec<Scan> {
    let scan = |i: i64| {
        let number = u32::try_from(i % 11 + 1).unwrap();
        let placement = PlacementNumber::new(number).unwrap();
        let topic = TopicNumber::new(u8::try_from(i % 9).unwrap()).unwrap();
        let code = Code::new(placement, topic);
        let target = match i % 17 {
            0 => Target::Orphan(RawCode::parse("9ZZZZZZ").unwrap()),
            1 => Target::Retired(code),
            _ => Target::Live(code),
        };
        let second = 86_400 / each_day * (i % each_day);
        Scan {
            moment: Moment(first.plus(i / each_day).start().0 + second),
            target,
            client: Client::ALL[usize::try_from(i % 5).unwrap()],
            system: System::Android,
            repeat: i % 3 == 0,
            machine: i % 13 == 0,
        }
    };
    (0..days * each_day).map(scan).collect()
}

/// A store with a past, and what it answers.
struct Kept {
    dir: tempfile::TempDir,
    store: Option<Arc<dyn Store>>,
}

impl Kept {
    fn new(scans: &[Scan], batch: usize) -> Self {
        let mut kept = Self { dir: tempfile::tempdir().unwrap(), store: None };
        kept.open();
        for batch in scans.chunks(batch) {
            wait(kept.store().record(batch)).unwrap();
        }
        let answer = Feedback {
            day: day("2026-11-20"),
            placement: PlacementNumber::new(3),
            topic: TopicNumber::new(1).unwrap(),
            answer: Answer::Partly,
        };
        wait(kept.store().record_feedback(&[answer, answer])).unwrap();
        kept
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn url(&self) -> String {
        format!("sled:{}", self.data().display())
    }

    fn open(&mut self) {
        self.store = None;
        self.store = Some(store::open(&self.url()).unwrap());
    }

    fn store(&self) -> &dyn Store {
        self.store.as_deref().unwrap()
    }

    fn tidy(&self, now: Moment, keep_raw: Option<u32>) {
        while wait(self.store().tidy(Tidying { now, keep_raw })).unwrap() {}
    }

    fn answers(&self) -> Answers {
        answers(self.store())
    }

    /// The files of the generation that counts.
    fn current(&self) -> PathBuf {
        let name = fs::read_to_string(self.data().join("current"));
        self.data().join(name.map_or("scans".to_owned(), |name| name.trim().to_owned()))
    }

    fn asides(&self) -> Vec<String> {
        let entries = fs::read_dir(self.data()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.contains("damaged") || name.contains("replaced")).collect()
    }
}

type Answers = (Vec<Vec<DayCount>>, Vec<Scan>, Vec<FeedbackCount>);

fn answers(store: &dyn Store) -> Answers {
    let counts = |detail| {
        let query = ScanQuery { detail, ..ScanQuery::default() };
        wait(store.counts(&query)).unwrap()
    };
    let mut scans = Vec::new();
    wait(store.export(&mut |scan| scans.push(scan))).unwrap();
    let feedback = wait(store.feedback(Period::default())).unwrap();
    (Detail::ALL.map(counts).to_vec(), scans, feedback)
}

/// What a store in memory counts of `scans`.
fn expected(scans: &[Scan]) -> Vec<Vec<DayCount>> {
    let memory = store::open("memory:").unwrap();
    wait(memory.record(scans)).unwrap();
    answers(&*memory).0
}

/// Noon after the last of `scans`' days.
fn later(scans: &[Scan]) -> Moment {
    Moment(scans.last().unwrap().moment.day().plus(1).start().0 + 12 * 3600)
}

#[test]
fn packing_days_and_merging_blocks_changes_no_answer() {
    let scans = scans(day("2026-11-18"), 4, 900);
    let mut kept = Kept::new(&scans, 7);
    let before = kept.answers();
    assert!(before.0 == expected(&scans));
    kept.tidy(later(&scans), None);
    assert!(kept.answers() == before);
    let verified = wait(kept.store().verify()).unwrap();
    assert_eq!((verified.scans, verified.differing, verified.days), (3600, 0, 4));
    kept.open();
    assert!(kept.answers() == before);
    // Periods and a late scan: of a day that was packed.
    let late = Scan { moment: Moment(day("2026-11-19").start().0 + 5), ..scans[100] };
    wait(kept.store().record(&[late])).unwrap();
    let all = [&scans[..], &[late]].concat();
    assert!(kept.answers().0 == expected(&all));
    let period = Period { from: Some(day("2026-11-19")), to: Some(day("2026-11-20")) };
    for detail in Detail::ALL {
        let within = |row: &DayCount| period.contains(row.day);
        let read = wait(kept.store().counts(&ScanQuery { period, detail })).unwrap();
        let all = wait(kept.store().counts(&ScanQuery { detail, ..ScanQuery::default() })).unwrap();
        assert!(read == all.into_iter().filter(within).collect::<Vec<_>>());
    }
    kept.tidy(later(&scans), None);
    assert!(kept.answers().0 == expected(&all));
    assert_eq!(wait(kept.store().verify()).unwrap().differing, 0);
}

#[test]
fn a_period_that_ends_before_it_begins_has_no_day() {
    let scans = scans(day("2026-11-18"), 2, 40);
    let kept = Kept::new(&scans, 40);
    let period = Period { from: Some(day("2026-11-19")), to: Some(day("2026-11-18")) };
    let query = ScanQuery { period, detail: Detail::Full };
    assert_eq!(wait(kept.store().counts(&query)).unwrap(), []);
    assert_eq!(wait(kept.store().feedback(period)).unwrap(), []);
}

#[test]
fn compacting_gives_space_back_and_changes_no_answer() {
    let scans = scans(day("2026-11-18"), 3, 3000);
    let mut kept = Kept::new(&scans, 3);
    kept.tidy(later(&scans), None);
    let before = kept.answers();
    let compacted = wait(kept.store().compact()).unwrap();
    assert!(compacted.after < compacted.before, "{compacted:?}");
    assert!(kept.answers() == before);
    // It goes on with the new one, which is the only one that is left.
    wait(kept.store().record(&scans[..9])).unwrap();
    kept.open();
    let all = [&scans[..], &scans[..9]].concat();
    assert!((kept.answers().0, kept.answers().1.len()) == (expected(&all), all.len()));
    let generations = fs::read_dir(kept.data()).unwrap();
    let names = generations.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.starts_with("scans")).count(), 1);
}

#[test]
fn a_store_that_would_not_be_smaller_stays_as_it_is() {
    let scans = scans(day("2026-11-18"), 1, 20);
    let mut kept = Kept::new(&scans, 20);
    let (before, current) = (kept.answers(), kept.current());
    let compacted = wait(kept.store().compact()).unwrap();
    assert_eq!(compacted.after, compacted.before);
    assert_eq!(kept.current(), current);
    kept.open();
    assert!(kept.answers() == before);
    let generations = fs::read_dir(kept.data()).unwrap();
    let names = generations.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.starts_with("scans")).count(), 1);
}

#[test]
fn scans_recorded_while_a_copy_is_made_are_in_it() {
    let scans = scans(day("2026-11-18"), 3, 4000);
    let kept = Kept::new(&scans, 50);
    let store = Arc::clone(kept.store.as_ref().unwrap());
    let more = &scans[..2000];
    std::thread::scope(|scope| {
        let recording = scope.spawn(|| {
            for batch in more.chunks(5) {
                wait(store.record(batch)).unwrap();
            }
        });
        let mut rounds = 0;
        while !recording.is_finished() || rounds == 0 {
            wait(store.compact()).unwrap();
            wait(store.backup(&mut Vec::new())).unwrap();
            assert_eq!(wait(store.verify()).unwrap().differing, 0);
            rounds += 1;
        }
    });
    let all = [&scans[..], more].concat();
    assert!((kept.answers().0, kept.answers().1) == (expected(&all), all));
}

#[test]
fn single_scans_are_given_up_after_their_days_and_counts_stay() {
    let scans = scans(day("2026-11-01"), 14, 300);
    let kept = Kept::new(&scans, 100);
    let before = kept.answers();
    let now = later(&scans); // noon of the 15th
    kept.tidy(now, Some(LEAST_RAW_DAYS));
    let after = kept.answers();
    assert!(after.0 == before.0);
    let from = day("2026-11-07");
    let kept_scans: Vec<Scan> =
        scans.iter().copied().filter(|scan| scan.moment.day() >= from).collect();
    assert!(after.1 == kept_scans);
    let verified = wait(kept.store().verify()).unwrap();
    assert_eq!((verified.from, verified.days, verified.differing), (Some(from), 8, 0));
    let strike = strike(&scans[0], "2026-11-06", "2026-11-08");
    assert_eq!(wait(kept.store().strike(&strike)).unwrap().unwrap_err(), StrikeFault::Gone);
}

/// `scans`, of which the hundred from the 350th on were recorded while the clock said 2036.
fn with_some_ahead(mut scans: Vec<Scan>) -> Vec<Scan> {
    for scan in &mut scans[350..450] {
        scan.moment = Moment(scan.moment.0 + 3653 * 86_400);
    }
    scans
}

#[test]
fn scans_that_a_clock_gone_wrong_put_ahead_keep_no_others_from_being_given_up() {
    let scans = with_some_ahead(scans(day("2026-11-01"), 14, 300));
    let mut kept = Kept::new(&scans, 50);
    let before = kept.answers();
    kept.tidy(Moment(day("2026-11-15").start().0), Some(LEAST_RAW_DAYS));
    kept.open();
    let after = kept.answers();
    assert!(after.0 == before.0);
    let from = day("2026-11-07");
    assert!(after.1 == [&scans[350..450], &scans[1800..]].concat());
    let verified = wait(kept.store().verify()).unwrap();
    assert_eq!((verified.from, verified.differing), (Some(from), 0));
}

#[test]
fn scans_that_a_clock_gone_wrong_put_ahead_can_be_struck_out() {
    let scans = with_some_ahead(scans(day("2026-11-01"), 3, 300));
    let mut kept = Kept::new(&scans, 50);
    let Target::Live(code) = scans[351].target else { panic!("it opens no page") };
    let code = RawCode::from(code).to_string();
    let url = kept.url();
    kept.store = None;
    let strike = |to: &str| {
        let args = ["strike", "out", &code, "--from", "2036-11-01", "--to", to, "--note", "时钟"];
        crate::support::run(["--store", &url].into_iter().chain(args).map(str::to_owned))
    };
    let done = strike("2036-11-30");
    assert_eq!((done.code, done.stdout.contains(" scans")), (0, true), "{}", done.stderr);
    let all = crate::support::run(
        [
            "--store",
            &url,
            "strike",
            "out",
            &code,
            "--from",
            "2026-11-01",
            "--to",
            "2099-01-01",
            "--note",
            "x",
        ]
        .map(str::to_owned),
    );
    assert!(all.stderr.contains("wholly ahead"), "{}", all.stderr);
    kept.open();
    assert_eq!(wait(kept.store().verify()).unwrap().differing, 0);
    let ahead = |rows: &[DayCount]| rows.iter().filter(|row| row.day.year() == 2036).count();
    let (now, then) = (kept.answers().0, expected(&scans));
    assert!(ahead(&now[0]) < ahead(&then[0]));
}

fn strike(scan: &Scan, from: &str, until: &str) -> Strike {
    let code = match scan.target {
        Target::Live(code) | Target::Retired(code) => RawCode::from(code),
        Target::Orphan(raw) => raw,
    };
    let (from, until) = (day(from).start(), day(until).start());
    let (note, by) = ("教学演示".to_owned(), "test".to_owned());
    Strike { code, from, until, note, by, at: until }
}

#[test]
fn a_flood_is_struck_out_by_code_and_time_and_can_be_undone() {
    let scans = scans(day("2026-11-18"), 4, 900);
    let kept = Kept::new(&scans, 30);
    // One day is packed, others are open: both kinds are struck out.
    let now = Moment(day("2026-11-20").start().0 + 3600);
    kept.tidy(now, None);
    let before = kept.answers();
    let strike = strike(&scans[3], "2026-11-19", "2026-11-21");
    let struck = wait(kept.store().strike(&strike)).unwrap().unwrap();
    let left: Vec<Scan> = scans.iter().copied().filter(|scan| !strike.strikes(scan)).collect();
    assert!(left.len() < scans.len());
    assert_eq!(struck.total().scans(), (scans.len() - left.len()) as u64);
    assert!(kept.answers().0 == expected(&left));
    // The scans themselves stay, and the recount knows.
    assert!(kept.answers().1 == scans);
    let verified = wait(kept.store().verify()).unwrap();
    assert_eq!((verified.differing, verified.struck), (0, struck.total().scans()));
    // Packing the struck days changes nothing; nor does striking twice.
    kept.tidy(later(&scans), None);
    assert!(kept.answers().0 == expected(&left));
    let again = wait(kept.store().strike(&strike)).unwrap();
    assert_eq!(again.unwrap_err(), StrikeFault::Overlaps { number: struck.number });
    assert!(wait(kept.store().undo_strike(struck.number, now)).unwrap());
    assert!(!wait(kept.store().undo_strike(struck.number, now)).unwrap());
    assert!(!wait(kept.store().undo_strike(99, now)).unwrap());
    assert!(kept.answers() == before);
    assert_eq!(wait(kept.store().strikes()).unwrap()[0].undone, Some(now));
    let nothing = Strike { code: RawCode::parse("0000000").unwrap(), ..strike };
    assert_eq!(wait(kept.store().strike(&nothing)).unwrap().unwrap_err(), StrikeFault::Nothing);
}

#[test]
fn a_backup_brings_back_everything_and_only_a_whole_one_is_taken() {
    let scans = scans(day("2026-11-18"), 3, 500);
    let kept = Kept::new(&scans, 20);
    kept.tidy(Moment(day("2026-11-20").start().0 + 3600), None);
    let strike = strike(&scans[3], "2026-11-18", "2026-11-19");
    wait(kept.store().strike(&strike)).unwrap().unwrap();
    wait(kept.store().raise(&AlarmKind::Clock { seconds: 100 }, strike.at)).unwrap();
    let mut backup = Vec::new();
    wait(kept.store().backup(&mut backup)).unwrap();
    let before = (kept.answers(), wait(kept.store().strikes()), wait(kept.store().alarms()));
    let before = format!("{before:?}");
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sled:{}", dir.path().join("data").display());
    for cut in [0, 10, 500, backup.len() - 33, backup.len() - 1] {
        let taken = store::restore(&url, &mut &backup[..cut], None);
        assert!(matches!(taken, Err(StoreError::NoBackup { .. })), "{cut} {taken:?}");
        assert!(store::check_backup(&mut &backup[..cut]).is_err());
        assert!(!dir.path().join("data").exists(), "nothing is left behind");
    }
    let mut broken = backup.clone();
    broken[4000] ^= 1;
    assert!(store::restore(&url, &mut &broken[..], None).is_err());
    assert!(matches!(store::open_to_read(&url), Err(StoreError::Missing { .. })));
    store::restore(&url, &mut &backup[..], None).unwrap();
    let brought = store::open(&url).unwrap();
    let after = (answers(&*brought), wait(brought.strikes()), wait(brought.alarms()));
    assert!(format!("{after:?}") == before);
    drop(brought);
    // Never over something, unless that is put aside.
    let refused = store::restore(&url, &mut &backup[..], None);
    assert!(matches!(refused, Err(StoreError::NotEmpty { .. })));
    store::restore(&url, &mut &backup[..], Some("replaced-x")).unwrap();
    assert!(dir.path().join("data/scans-replaced-x/db").exists());
    assert!(answers(&*store::open(&url).unwrap()).1 == scans);
}

/// Breaks the engine's file so that it can no longer be opened.
fn damage(generation: &Path) {
    let file = generation.join("conf");
    assert!(file.exists(), "sled keeps its settings there");
    fs::write(file, b"nothing that sled wrote").unwrap();
}

#[test]
fn what_can_be_read_of_a_damaged_store_is_taken_over() {
    let scans = scans(day("2026-11-17"), 4, 700);
    let mut kept = Kept::new(&scans, 40);
    kept.tidy(Moment(day("2026-11-19").start().0 + 3600), None);
    let strike = strike(&scans[3], "2026-11-18", "2026-11-20");
    wait(kept.store().strike(&strike)).unwrap().unwrap();
    let before = kept.answers();
    kept.store = None;
    let damaged = kept.current();
    damage(&damaged);
    assert!(matches!(store::open(&kept.url()), Err(StoreError::Damaged { .. })));
    let at = later(&scans);
    let alarm = store::renew(&kept.url(), at).unwrap();
    let AlarmKind::Damaged { aside, scans: saved, missing, last } = &alarm else {
        panic!("{alarm:?}");
    };
    assert_eq!((*saved, *missing), (2800, 0));
    assert_eq!(*last, Some(scans.last().unwrap().moment));
    assert!(Path::new(aside).join("db").exists());
    kept.open();
    assert!(kept.answers() == before);
    let verified = wait(kept.store().verify()).unwrap();
    assert_eq!((verified.differing, verified.scans), (0, 2800));
    // It stays told until somebody has seen it.
    let alarms = wait(kept.store().alarms()).unwrap();
    assert_eq!((alarms.len(), &alarms[0].kind, &alarms[0].seen), (1, &alarm, &None));
    // And is a store like any other.
    wait(kept.store().record(&scans[..5])).unwrap();
    kept.tidy(at, None);
    assert_eq!(kept.answers().1.len(), 2805);
    assert_eq!(kept.asides().len(), 1);
}

#[test]
fn what_was_struck_out_does_not_come_back_with_an_older_sheet_of_a_damaged_store() {
    let scans = scans(day("2026-11-17"), 2, 700);
    let mut kept = Kept::new(&scans, 40);
    kept.tidy(later(&scans), None);
    let strike = strike(&scans[3], "2026-11-17", "2026-11-19");
    wait(kept.store().strike(&strike)).unwrap().unwrap();
    let before = kept.answers();
    kept.store = None;
    // The sheets that were written with the strike: class, day in three bytes, revision.
    let file = kept.current().join("db");
    let mut bytes = fs::read(&file).unwrap();
    let mut broken = 0;
    for at in 0..bytes.len() - 20 {
        if bytes[at..].starts_with(&[2, 0xC7, b'o', b'c', 1]) {
            let length = bytes[at + 5..].iter().take_while(|byte| **byte > 127).count() + 1;
            let revision = at + 5 + length + 4;
            if bytes[revision] == 2 {
                bytes[revision + 3] ^= 1;
                broken += 1;
            }
        }
    }
    fs::write(&file, bytes).unwrap();
    assert!(broken > 0);
    damage(&kept.current());
    store::renew(&kept.url(), later(&scans)).unwrap();
    kept.open();
    assert!(kept.answers().0 == before.0);
    assert_eq!(wait(kept.store().verify()).unwrap().differing, 0);
}

#[test]
fn what_is_missing_of_a_damaged_store_is_told() {
    let scans = scans(day("2026-11-17"), 2, 3600);
    let mut kept = Kept::new(&scans, 1800);
    kept.store = None;
    // Every copy of the block of noon of the first day, wherever it lies: its number and its first
    // scan begin it.
    let block = onecode::store::block::pack(1800, &scans[1800..1950]);
    let begins = &block[7..24];
    let mut broken = 0;
    for file in [kept.current().join("db"), kept.data().join("journal-0")] {
        let mut bytes = fs::read(&file).unwrap();
        for at in 0..bytes.len() - begins.len() {
            if bytes[at..].starts_with(begins) {
                bytes[at..at + 200].fill(0);
                broken += 1;
            }
        }
        fs::write(&file, bytes).unwrap();
    }
    assert!(broken > 1);
    damage(&kept.current());
    let alarm = store::renew(&kept.url(), later(&scans)).unwrap();
    let AlarmKind::Damaged { scans: saved, missing, .. } = alarm else { panic!("{alarm:?}") };
    assert_eq!((saved, missing), (7050, 150));
    kept.open();
    // What is left is numbered on, counted, and right.
    wait(kept.store().record(&scans[..5])).unwrap();
    let left = [&scans[..1800], &scans[1950..], &scans[..5]].concat();
    assert!(kept.answers().0 == expected(&left));
    assert_eq!(wait(kept.store().verify()).unwrap().differing, 0);
}

#[test]
fn a_removed_user_does_not_come_back_with_a_damaged_store() {
    use onecode::domain::password::PasswordHash;
    use onecode::domain::user::{Account, Courts, Role, User, UserName};
    let mut kept = Kept::new(&scans(day("2026-11-17"), 1, 10), 10);
    let hash = format!("$argon2id$v=19$m=19456,t=2,p=1${}A${}A", "B".repeat(21), "C".repeat(42));
    let account = |name: &str| Account {
        user: User { name: UserName::parse(name).unwrap(), role: Role::Admin, courts: Courts::All },
        password: PasswordHash::parse(&hash).unwrap(),
    };
    wait(kept.store().add_user(&account("wang"))).unwrap();
    wait(kept.store().add_user(&account("li"))).unwrap();
    wait(kept.store().remove_user(&account("li").user.name)).unwrap();
    kept.store = None;
    damage(&kept.current());
    store::renew(&kept.url(), Moment(0)).unwrap();
    kept.open();
    assert_eq!(wait(kept.store().users()).unwrap(), [account("wang")]);
    // And may be added again.
    assert!(wait(kept.store().add_user(&account("li"))).unwrap());
    assert_eq!(wait(kept.store().users()).unwrap().len(), 2);
}

#[test]
fn a_store_of_version_0_2_is_read_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let midnight = day("2026-11-24").start().0;
    old_store(&data.join("scans"));
    let url = format!("sled:{}", data.display());
    let store = store::open(&url).unwrap();
    let (counts, scans, feedback) = answers(&*store);
    let moments: Vec<i64> = scans.iter().map(|scan| scan.moment.0 - midnight).collect();
    assert_eq!(moments, [0, 5, 5]);
    assert_eq!(counts, expected(&scans));
    assert_eq!(feedback[0].answers.yes, 300);
    assert_eq!(wait(store.users()).unwrap()[0].user.name.as_str(), "wang");
    assert_eq!(wait(store.verify()).unwrap().differing, 0);
    wait(store.record(&scans)).unwrap();
    wait(store.tidy(Tidying { now: Moment(midnight + 90_000), keep_raw: None })).unwrap();
    assert_eq!(answers(&*store).1.len(), 6);
    assert_eq!(wait(store.verify()).unwrap().differing, 0);
}

/// As version 0.2 wrote it: two blocks of openings of 200041T, their day row, answers, a user.
fn old_store(generation: &Path) {
    let old = sled::Config::new().path(generation).open().unwrap();
    let block = |number: u8| [&b"r"[..], &[0; 7], &[number]].concat();
    // The version, the moment, flags, the code; then five seconds later the same.
    let first = [1, 0x80, 0x8C, 0xA3, 0xB0, 0x0D, 0, 0x81, 1, 10, 0, 0x81, 1];
    let second = [1, 0x8A, 0x8C, 0xA3, 0xB0, 0x0D, 0, 0x81, 1];
    old.insert(block(0), &first).unwrap();
    old.insert(block(1), &second).unwrap();
    let number = u32::try_from(day("2026-11-24").number()).unwrap();
    let row = [&[b'c', 0], &number.to_be_bytes()[..], &[0, 0, 0, 1, 1, 0]].concat();
    old.insert(row, &[1, 0, 3, 0]).unwrap();
    let answers = [&number.to_be_bytes()[..], &[0, 0, 0, 1, 1]].concat();
    old.open_tree("feedback").unwrap().insert(answers, &[1, 172, 2, 0, 1]).unwrap();
    let hash = format!("$argon2id$v=19$m=19456,t=2,p=1${}A${}A", "B".repeat(21), "C".repeat(42));
    let user = format!(r#"{{"name":"wang","role":"admin","courts":null,"password":"{hash}"}}"#);
    let user = [&[1], user.as_bytes()].concat();
    old.open_tree("users").unwrap().insert("wang", user).unwrap();
    old.flush().unwrap();
}

/// A copy of a store's directory as a process that is killed now would leave it.
fn killed(kept: &Kept) -> Kept {
    let copy = Kept { dir: tempfile::tempdir().unwrap(), store: None };
    copy_dir(&kept.data(), &copy.data());
    copy
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_dir(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn scans_are_counted_once_also_where_all_single_scans_were_given_up() {
    let scans = scans(day("2026-11-01"), 2, 300);
    let mut kept = Kept::new(&scans, 100);
    let before = kept.answers().0;
    // A holiday: nothing was scanned for longer than scans are kept.
    kept.tidy(Moment(day("2026-11-20").start().0), Some(LEAST_RAW_DAYS));
    assert!(kept.answers() == (before.clone(), Vec::new(), kept.answers().2));
    kept.open();
    assert!(kept.answers().0 == before);
    wait(kept.store().compact()).unwrap();
    kept.open();
    assert!(kept.answers().0 == before);
    // And what comes after it is counted.
    wait(kept.store().record(&scans[..9])).unwrap();
    kept.open();
    assert!(kept.answers().0 == expected(&[&scans[..], &scans[..9]].concat()));
}

#[test]
fn a_clock_that_was_ahead_for_a_while_does_not_keep_later_scans_from_being_looked_over() {
    let scans = scans(day("2026-11-01"), 4, 300);
    let kept = Kept::new(&scans, 100);
    kept.tidy(Moment(day("2099-01-01").start().0), Some(LEAST_RAW_DAYS));
    assert_eq!(kept.answers().1.len(), scans.len(), "no such clock is believed");
    kept.tidy(Moment(day("2026-12-01").start().0), Some(LEAST_RAW_DAYS));
    assert_eq!(kept.answers().1, []);
    let more: Vec<Scan> = scans
        .iter()
        .map(|scan| Scan { moment: Moment(scan.moment.0 + 10 * 86_400), ..*scan })
        .collect();
    wait(kept.store().record(&more)).unwrap();
    let verified = wait(kept.store().verify()).unwrap();
    assert_eq!((verified.from, verified.days), (Some(day("2026-11-05")), 4));
    let strike = strike(&more[3], "2026-11-11", "2026-11-13");
    wait(kept.store().strike(&strike)).unwrap().unwrap();
}

#[test]
fn a_restore_that_was_killed_loses_no_scan_of_the_store_that_was_there() {
    let scans = scans(day("2026-11-18"), 1, 300);
    let kept = Kept::new(&scans, 100);
    let mut cut = killed(&kept);
    // The journal is moved first; then it was killed.
    for name in ["journal-0", "journal-1"] {
        fs::rename(cut.data().join(name), cut.current().join(name)).unwrap();
    }
    cut.open();
    assert!(cut.answers() == kept.answers());
}

#[test]
fn a_copy_that_cannot_be_finished_is_not_switched_to() {
    let scans = scans(day("2026-11-18"), 1, 300);
    let mut kept = Kept::new(&scans, 100);
    // Its size cannot be told.
    fs::remove_dir_all(kept.current().join("blobs")).unwrap();
    assert!(wait(kept.store().compact()).is_err());
    wait(kept.store().record(&scans[..9])).unwrap();
    wait(kept.store().raise(&AlarmKind::Clock { seconds: 100 }, Moment(0))).unwrap();
    kept.open();
    assert!(kept.answers().0 == expected(&[&scans[..], &scans[..9]].concat()));
    assert_eq!(wait(kept.store().alarms()).unwrap().len(), 1);
}

/// Takes a backup, and asks for counts each time something of it is to be written.
struct Asking(Arc<dyn Store>, usize);

impl std::io::Write for Asking {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let (store, (done, asked)) = (Arc::clone(&self.0), std::sync::mpsc::channel());
        std::thread::spawn(move || {
            wait(store.counts(&ScanQuery::default())).unwrap();
            done.send(())
        });
        self.1 += 1;
        let answered = asked.recv_timeout(std::time::Duration::from_secs(10));
        answered.map(|()| bytes.len()).map_err(std::io::Error::other)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn nobody_waits_for_whoever_takes_a_backup() {
    let kept = Kept::new(&scans(day("2026-11-18"), 1, 30), 30);
    let mut asking = Asking(Arc::clone(kept.store.as_ref().unwrap()), 0);
    wait(kept.store().backup(&mut asking)).unwrap();
    assert!(asking.1 > 3);
}

#[test]
fn nobody_else_can_read_a_store_also_in_a_directory_that_was_there() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut kept = Kept { dir: tempfile::tempdir().unwrap(), store: None };
    fs::create_dir(kept.data()).unwrap();
    fs::set_permissions(kept.data(), fs::Permissions::from_mode(0o755)).unwrap();
    kept.open();
    for entry in fs::read_dir(kept.data()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        if entry.file_name() != "lock" {
            assert_eq!(mode & 0o077, 0, "{} {mode:o}", entry.path().display());
        }
    }
}
