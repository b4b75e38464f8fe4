//! One list of tests, run on every engine; and what only engines that last can be asked.

use std::sync::{Arc, Weak};
use std::time::Duration;

use onecode::domain::alarm::{Alarm, AlarmKind};
use onecode::domain::code::{Code, RawCode};
use onecode::domain::court::CourtId;
use onecode::domain::feedback::{Answer, Answers, Feedback, FeedbackCount};
use onecode::domain::password::PasswordHash;
use onecode::domain::period::{Day, Moment, Period};
use onecode::domain::placement::PlacementNumber;
use onecode::domain::scan::{Class, Client, Count, Detail, Scan, ScanQuery, System, Target};
use onecode::domain::strike::{Strike, StrikeFault, Struck};
use onecode::domain::token::{ApiToken, TokenHash};
use onecode::domain::topic::TopicNumber;
use onecode::domain::user::{Account, Courts, Role, User, UserName};
use onecode::store::recorder::{Outcome, Recorder};
use onecode::store::upkeep::{Compacted, Tidying, Verified};
use onecode::store::{self, Store, StoreError};

fn each_engine(test: impl Fn(Arc<dyn Store>)) {
    test(store::open("memory:").unwrap());
    let dir = tempfile::tempdir().unwrap();
    test(store::open(&format!("sled:{}", dir.path().join("data").display())).unwrap());
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn scan(moment: i64) -> Scan {
    Scan {
        moment: Moment(moment),
        target: Target::Live(Code::parse("200041T").unwrap()),
        client: Client::Wechat,
        system: System::Android,
        repeat: false,
        machine: false,
    }
}

fn feedback(day: &str, placement: u32, topic: u8, answer: Answer) -> Feedback {
    Feedback {
        day: Day::parse(day).unwrap(),
        placement: PlacementNumber::new(placement),
        topic: TopicNumber::new(topic).unwrap(),
        answer,
    }
}

/// Long enough for the slowest disk and for a backtrace: no test is about time.
const WAIT: Duration = Duration::from_secs(30);

fn all() -> ScanQuery {
    ScanQuery::default()
}

fn of(period: Period) -> ScanQuery {
    ScanQuery { period, ..ScanQuery::default() }
}

#[test]
fn scans_are_counted_by_day_of_shanghai_hour_and_class() {
    each_engine(|store| {
        let midnight = Day::parse("2026-11-24").unwrap().start().0;
        let raw = RawCode::parse("200041X").unwrap();
        let scans = [
            scan(midnight - 1),
            scan(midnight),
            Scan { repeat: true, ..scan(midnight + 5) },
            Scan { machine: true, ..scan(midnight) },
            Scan { target: Target::Orphan(raw), ..scan(midnight) },
            Scan { target: Target::Retired(Code::parse("200041T").unwrap()), ..scan(midnight) },
        ];
        wait(store.record(&scans[..3])).unwrap();
        wait(store.record(&scans[3..])).unwrap();
        let rows = wait(store.counts(&all())).unwrap();
        let people: Vec<_> = rows
            .iter()
            .filter(|row| row.class == Class::People)
            .map(|row| (row.day.to_string(), row.hours.clone()))
            .collect();
        let count = |visits, repeats| Count { visits, repeats };
        assert_eq!(
            people,
            [
                ("2026-11-23".to_owned(), vec![(23, count(1, 0))]),
                ("2026-11-24".to_owned(), vec![(0, count(1, 1))]),
            ]
        );
        for class in [Class::Machines, Class::Orphans, Class::Retired] {
            assert_eq!(rows.iter().filter(|row| row.class == class).count(), 1, "{class:?}");
        }
        let mut kept = Vec::new();
        wait(store.export(&mut |scan| kept.push(scan))).unwrap();
        assert_eq!(kept, scans);
    });
}

#[test]
fn a_period_includes_both_its_ends() {
    each_engine(|store| {
        let day = |text| Day::parse(text).unwrap();
        for date in ["2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01"] {
            wait(store.record(&[scan(day(date).start().0)])).unwrap();
        }
        let period = Period { from: Some(day("2026-11-01")), to: Some(day("2026-11-30")) };
        assert_eq!(wait(store.counts(&of(period))).unwrap().len(), 2);
        let open = Period { from: Some(day("2026-11-30")), to: None };
        assert_eq!(wait(store.counts(&of(open))).unwrap().len(), 2);
        assert_eq!(wait(store.counts(&all())).unwrap().len(), 4);
    });
}

#[test]
fn answers_are_counted_by_day_placement_and_topic_and_are_no_scans() {
    each_engine(|store| {
        wait(store.record_feedback(&[])).unwrap();
        wait(store.record_feedback(&[
            feedback("2026-11-23", 1, 1, Answer::Yes),
            feedback("2026-11-24", 1, 1, Answer::Yes),
            feedback("2026-11-24", 1, 1, Answer::No),
        ]))
        .unwrap();
        // The largest numbers that there are, and none.
        let more = [(1, 1), (PlacementNumber::MAX, 127), (0, 0)];
        for (placement, topic) in more {
            let one = feedback("2026-11-24", placement, topic, Answer::Yes);
            wait(store.record_feedback(&[one])).unwrap();
        }
        let row = |day: &str, placement, topic, yes, no| FeedbackCount {
            day: Day::parse(day).unwrap(),
            placement,
            topic,
            answers: Answers { yes, partly: 0, no },
        };
        let rows = [
            row("2026-11-23", 1, 1, 1, 0),
            row("2026-11-24", 0, 0, 1, 0),
            row("2026-11-24", 1, 1, 2, 1),
            row("2026-11-24", PlacementNumber::MAX, 127, 1, 0),
        ];
        assert_eq!(wait(store.feedback(Period::default())).unwrap(), rows);
        let day = Day::parse("2026-11-24");
        let of = |from, to| wait(store.feedback(Period { from, to })).unwrap();
        assert_eq!(of(day, None), rows[1..]);
        assert_eq!(of(None, day), rows);
        assert_eq!(of(None, day.map(|day| day.plus(-1))), rows[..1]);
        assert_eq!(of(day.map(|day| day.plus(1)), None), []);
        assert_eq!(wait(store.counts(&all())).unwrap(), []);
    });
}

fn account(name: &str, role: Role, courts: &[&str], password: u8) -> Account {
    let courts = courts.iter().map(|id| CourtId::parse(id).unwrap());
    let name = UserName::parse(name).unwrap();
    let user = User { name, role, courts: Courts::named_or_all(courts) };
    // How a hash is made is no matter here.
    let (salt, hash) = ("B".repeat(21) + "A", ["C", "D"][usize::from(password)].repeat(42) + "A");
    let hash = format!("$argon2id$v=19$m=19456,t=2,p=1${salt}${hash}");
    Account { user, password: PasswordHash::parse(&hash).unwrap() }
}

#[test]
fn users_are_added_once_changed_and_removed() {
    let test = |store: &dyn Store| {
        let wang = account("wang", Role::Viewer, &["south", "north"], 0);
        let chief = account("王芳", Role::Admin, &[], 0);
        assert_eq!(wait(store.users()).unwrap(), []);
        assert_eq!(wait(store.user(&wang.user.name)).unwrap(), None);
        assert!(wait(store.add_user(&chief)).unwrap());
        assert!(wait(store.add_user(&wang)).unwrap());
        // The one who was there stays as he was.
        let other = account("wang", Role::Admin, &[], 1);
        assert!(!wait(store.add_user(&other)).unwrap());
        assert_eq!(wait(store.users()).unwrap(), [wang.clone(), chief.clone()]);
        assert_eq!(wait(store.user(&wang.user.name)).unwrap(), Some(wang.clone()));
        assert!(wait(store.set_password(&wang.user.name, &other.password)).unwrap());
        let changed = Account { password: other.password.clone(), ..wang.clone() };
        assert_eq!(wait(store.user(&wang.user.name)).unwrap(), Some(changed));
        assert!(wait(store.remove_user(&wang.user.name)).unwrap());
        assert!(!wait(store.remove_user(&wang.user.name)).unwrap());
        assert!(!wait(store.set_password(&wang.user.name, &other.password)).unwrap());
        assert_eq!(wait(store.users()).unwrap(), [chief]);
        // Users are no scans and no answers.
        assert_eq!(wait(store.counts(&all())).unwrap(), []);
        assert_eq!(wait(store.feedback(Period::default())).unwrap(), []);
    };
    each_engine(|store| test(&*store));
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let url = format!("sled:{}", data.display());
    let store = store::open(&url).unwrap();
    store::remote::answer(&data, store, Weak::new()).unwrap();
    test(&*store::open_to_change(&url).unwrap());
}

/// The engines, and a service that is asked through its socket.
fn each_engine_and_service(test: impl Fn(&dyn Store)) {
    each_engine(|store| test(&*store));
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let url = format!("sled:{}", data.display());
    store::remote::answer(&data, store::open(&url).unwrap(), Weak::new()).unwrap();
    test(&*store::open_to_change(&url).unwrap());
}

#[test]
fn a_role_and_its_courts_are_changed_and_the_password_stays() {
    each_engine_and_service(|store| {
        let wang = account("wang", Role::Viewer, &["north"], 0);
        let changed = account("wang", Role::Printer, &["south", "west"], 0);
        assert!(!wait(store.set_role(&changed.user)).unwrap());
        assert!(wait(store.add_user(&wang)).unwrap());
        assert!(wait(store.set_role(&changed.user)).unwrap());
        assert_eq!(wait(store.users()).unwrap(), [changed]);
    });
}

#[test]
fn tokens_are_found_by_their_hash_until_they_are_removed() {
    each_engine_and_service(|store| {
        let token = |name: &str, secret: &str| ApiToken {
            name: UserName::parse(name).unwrap(),
            courts: Courts::named_or_all([CourtId::parse("north").unwrap()]),
            hash: TokenHash::of(secret),
            since: Day::parse("2026-11-25").unwrap(),
        };
        let (wall, other) = (token("wall", "a"), token("other", "b"));
        assert!(wait(store.add_token(&wall)).unwrap());
        assert!(wait(store.add_token(&other)).unwrap());
        assert!(!wait(store.add_token(&token("wall", "c"))).unwrap());
        assert_eq!(wait(store.tokens()).unwrap(), [other.clone(), wall.clone()]);
        assert_eq!(wait(store.token(&TokenHash::of("a"))).unwrap(), Some(wall.clone()));
        assert_eq!(wait(store.token(&TokenHash::of("c"))).unwrap(), None);
        assert!(wait(store.remove_token(&wall.name)).unwrap());
        assert!(!wait(store.remove_token(&wall.name)).unwrap());
        assert_eq!(wait(store.tokens()).unwrap(), [other]);
    });
}

#[test]
fn an_alarm_stays_until_somebody_has_seen_it() {
    each_engine_and_service(|store| {
        let at = Moment(1_795_449_600);
        for seconds in [60, -60] {
            wait(store.raise(&AlarmKind::Clock { seconds }, at)).unwrap();
        }
        assert!(wait(store.mark_seen(2, "wang", at)).unwrap());
        assert!(!wait(store.mark_seen(2, "li", at)).unwrap());
        assert!(!wait(store.mark_seen(3, "wang", at)).unwrap());
        let alarms = wait(store.alarms()).unwrap();
        let numbers: Vec<u32> = alarms.iter().map(|alarm| alarm.number).collect();
        assert_eq!(numbers, [1, 2]);
        assert_eq!(alarms[0].seen, None);
        assert_eq!(alarms[1].seen.as_ref().unwrap().by, "wang");
        wait(store.raise(&AlarmKind::Clock { seconds: 1 }, at)).unwrap();
        assert_eq!(wait(store.alarms()).unwrap()[2].number, 3);
    });
}

#[test]
fn coarse_counts_are_the_sums_of_fine_ones() {
    each_engine(|store| {
        let midnight = Day::parse("2026-11-24").unwrap().start().0;
        let scans: Vec<Scan> = (0..576)
            .zip(Client::ALL.into_iter().take(5).cycle())
            .map(|(i, client)| Scan {
                client,
                repeat: i % 3 == 0,
                machine: i % 7 == 0,
                ..scan(midnight + i * 300)
            })
            .collect();
        wait(store.record(&scans)).unwrap();
        let read = |detail| wait(store.counts(&ScanQuery { detail, ..all() })).unwrap();
        let mut sums = Vec::new();
        for detail in Detail::ALL {
            let rows = read(detail);
            let hours = rows.iter().flat_map(|row| &row.hours).map(|(_, c)| c.scans());
            let (hours, total): (u64, u64) =
                (hours.sum(), rows.iter().map(|row| row.total.scans()).sum());
            assert_eq!(total, 576);
            assert_eq!(hours, if detail == Detail::Totals { 0 } else { 576 });
            assert!(rows.iter().all(|row| row.client.is_some() == (detail == Detail::Full)));
            sums.push(rows.len());
        }
        // Two days, people and machines; in full also five families.
        assert_eq!(sums, [4, 4, 20]);
    });
}

#[test]
fn a_user_of_very_many_courts_passes_through_the_socket() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let url = format!("sled:{}", data.display());
    let store = store::open(&url).unwrap();
    store::remote::answer(&data, Arc::clone(&store), Weak::new()).unwrap();
    let ids: Vec<String> = (0..4000).map(|i| format!("court-with-a-long-name-{i}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let wang = account("wang", Role::Printer, &ids, 0);
    assert!(wait(store::open_to_change(&url).unwrap().add_user(&wang)).unwrap());
    assert_eq!(wait(store.users()).unwrap(), [wang]);
}

#[test]
fn the_recorder_keeps_every_scan_that_it_acknowledges() {
    each_engine(|store| {
        let (recorder, writer) = Recorder::start(Arc::clone(&store), WAIT).unwrap();
        let outcomes = wait(async {
            // All at once, so that commits hold many.
            let mut waiting = tokio::task::JoinSet::new();
            for i in 0..500 {
                let recorder = recorder.clone();
                waiting.spawn(async move { recorder.record(scan(1_795_449_600 + i)).await });
            }
            for _ in 0..50 {
                let recorder = recorder.clone();
                let one = feedback("2026-11-24", 1, 1, Answer::Partly);
                waiting.spawn(async move { recorder.record_feedback(one).await });
            }
            waiting.join_all().await
        });
        let kept = outcomes.iter().filter(|o| **o == Outcome::Kept).count() as u64;
        assert_eq!((recorder.outcomes().get(Outcome::Kept), kept), (500, 550));
        assert_eq!(recorder.feedback_outcomes().get(Outcome::Kept), 50);
        drop(recorder);
        writer.join().unwrap();
        let counted: u64 = wait(store.counts(&all()))
            .unwrap()
            .iter()
            .flat_map(|row| &row.hours)
            .map(|(_, count)| count.scans())
            .sum();
        assert_eq!(counted, 500);
        assert_eq!(wait(store.feedback(Period::default())).unwrap()[0].answers.partly, 50);
    });
}

/// A store whose every commit goes as the function does.
struct Faulty<F>(F);

#[async_trait::async_trait]
impl<F: Fn() -> Result<(), StoreError> + Send + Sync> Store for Faulty<F> {
    async fn record(&self, _: &[Scan]) -> Result<(), StoreError> {
        self.0()
    }

    async fn counts(
        &self,
        _: &ScanQuery,
    ) -> Result<Vec<onecode::domain::scan::DayCount>, StoreError> {
        Ok(Vec::new())
    }

    async fn export(&self, _: &mut (dyn FnMut(Scan) + Send)) -> Result<(), StoreError> {
        Ok(())
    }

    async fn record_feedback(&self, _: &[Feedback]) -> Result<(), StoreError> {
        self.0()
    }

    async fn feedback(&self, _: Period) -> Result<Vec<FeedbackCount>, StoreError> {
        Ok(Vec::new())
    }

    async fn users(&self) -> Result<Vec<Account>, StoreError> {
        Ok(Vec::new())
    }

    async fn user(&self, _: &UserName) -> Result<Option<Account>, StoreError> {
        Ok(None)
    }

    async fn add_user(&self, _: &Account) -> Result<bool, StoreError> {
        self.0().map(|()| true)
    }

    async fn set_password(&self, _: &UserName, _: &PasswordHash) -> Result<bool, StoreError> {
        self.0().map(|()| true)
    }

    async fn set_role(&self, _: &User) -> Result<bool, StoreError> {
        self.0().map(|()| true)
    }

    async fn tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        Ok(Vec::new())
    }

    async fn add_token(&self, _: &ApiToken) -> Result<bool, StoreError> {
        self.0().map(|()| true)
    }

    async fn remove_token(&self, _: &UserName) -> Result<bool, StoreError> {
        self.0().map(|()| true)
    }

    async fn alarms(&self) -> Result<Vec<Alarm>, StoreError> {
        Ok(Vec::new())
    }

    async fn raise(&self, _: &AlarmKind, _: Moment) -> Result<(), StoreError> {
        self.0()
    }

    async fn mark_seen(&self, _: u32, _: &str, _: Moment) -> Result<bool, StoreError> {
        self.0().map(|()| true)
    }

    async fn strikes(&self) -> Result<Vec<Struck>, StoreError> {
        Ok(Vec::new())
    }

    async fn strike(&self, _: &Strike) -> Result<Result<Struck, StrikeFault>, StoreError> {
        self.0().map(|()| Err(StrikeFault::Nothing))
    }

    async fn undo_strike(&self, _: u32, _: Moment) -> Result<bool, StoreError> {
        self.0().map(|()| true)
    }

    async fn tidy(&self, _: Tidying) -> Result<bool, StoreError> {
        self.0().map(|()| false)
    }

    async fn compact(&self) -> Result<Compacted, StoreError> {
        self.0().map(|()| Compacted { before: 0, after: 0 })
    }

    async fn verify(&self) -> Result<Verified, StoreError> {
        self.0().map(|()| Verified::default())
    }

    async fn backup(&self, _: &mut (dyn std::io::Write + Send)) -> Result<(), StoreError> {
        self.0()
    }

    async fn size(&self) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn remove_user(&self, _: &UserName) -> Result<bool, StoreError> {
        self.0().map(|()| true)
    }
}

#[test]
fn a_store_that_fails_or_panics_costs_a_scan_and_nothing_else() {
    for panics in [false, true] {
        // sled panics on some faults.
        let store = Faulty(move || {
            assert!(!panics, "as sled does");
            Err(StoreError::Engine { reason: "the disk is gone".to_owned() })
        });
        let (recorder, writer) = Recorder::start(Arc::new(store), WAIT).unwrap();
        for _ in 0..3 {
            assert_eq!(wait(recorder.record(scan(0))), Outcome::Dropped);
            let one = feedback("2026-11-24", 1, 1, Answer::Yes);
            assert_eq!(wait(recorder.record_feedback(one)), Outcome::Dropped);
        }
        assert_eq!(recorder.outcomes().get(Outcome::Dropped), 3);
        assert_eq!(recorder.feedback_outcomes().get(Outcome::Dropped), 3);
        drop(recorder);
        writer.join().unwrap();
    }
}

#[test]
fn what_was_recorded_is_there_after_opening_again() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sled:{}", dir.path().join("data").display());
    for round in 1..=3 {
        let store = store::open(&url).unwrap();
        wait(store.record(&[scan(1_795_449_600)])).unwrap();
        let rows = wait(store.counts(&all())).unwrap();
        assert_eq!(rows[0].hours[0].1.visits, round);
        let mut kept = 0;
        wait(store.export(&mut |_| kept += 1)).unwrap();
        assert_eq!(kept, round);
        let answer = feedback("2026-11-24", 1, 1, Answer::No);
        wait(store.record_feedback(&[answer])).unwrap();
        let rows = wait(store.feedback(Period::default())).unwrap();
        assert_eq!((rows.len(), rows[0].answers.no), (1, round));
        let user = account(&format!("user{round}"), Role::Viewer, &[], 0);
        wait(store.add_user(&user)).unwrap();
        assert_eq!(wait(store.users()).unwrap().len() as u64, round);
    }
}

#[test]
fn a_store_belongs_to_its_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let store = store::open(&format!("sled:{}", data.display())).unwrap();
    store::remote::answer(&data, store, Weak::new()).unwrap();
    for path in [data.clone(), data.join("run")] {
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[test]
fn a_running_service_answers_beside_its_store_also_where_the_path_is_long() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("d".repeat(150)).join("data");
    let url = format!("sled:{}", data.display());
    let store = store::open(&url).unwrap();
    wait(store.record(&[scan(1_795_449_600)])).unwrap();
    wait(store.record_feedback(&[feedback("2026-11-24", 1, 1, Answer::Yes)])).unwrap();
    store::remote::answer(&data, Arc::clone(&store), Weak::new()).unwrap();
    let reader = store::open_to_read(&url).unwrap();
    assert_eq!(wait(reader.counts(&all())).unwrap(), wait(store.counts(&all())).unwrap());
    let answers = wait(reader.feedback(Period::default())).unwrap();
    assert_eq!((answers.len(), answers), (1, wait(store.feedback(Period::default())).unwrap()));
}

#[test]
fn a_page_does_not_wait_for_a_store_that_hangs() {
    let (go_on, hangs) = std::sync::mpsc::channel::<()>();
    let hangs = std::sync::Mutex::new(hangs);
    let store = Faulty(move || {
        let _ = hangs.lock().unwrap().recv();
        Ok(())
    });
    let (recorder, writer) = Recorder::start(Arc::new(store), Duration::from_millis(20)).unwrap();
    assert_eq!(wait(recorder.record(scan(0))), Outcome::Late);
    let one = feedback("2026-11-24", 1, 1, Answer::Yes);
    assert_eq!(wait(recorder.record_feedback(one)), Outcome::Late);
    assert_eq!(recorder.outcomes().get(Outcome::Late), 1);
    // Nor do many that wait for the same commit, whichever of them has the timer.
    let many = (1..=500).map(|at| {
        let recorder = recorder.clone();
        async move { recorder.record(scan(at)).await }
    });
    let all = async { many.collect::<tokio::task::JoinSet<_>>().join_all().await };
    let outcomes = wait(async { tokio::time::timeout(Duration::from_secs(20), all).await });
    assert_eq!(outcomes.expect("nobody waits for ever"), vec![Outcome::Late; 500]);
    drop(go_on);
    drop(recorder);
    writer.join().unwrap();
}
