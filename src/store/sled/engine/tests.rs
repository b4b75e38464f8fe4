//! A store that loses what it was told.

use std::path::Path;

use super::*;
use crate::domain::code::Code;
use crate::domain::scan::{Client, ScanQuery, System, Target};
use crate::store::sled::SledStore;

fn scans(from: i64, many: i64) -> Vec<Scan> {
    let scan = |i| Scan {
        moment: Moment(1_795_449_600 + i),
        target: Target::Live(Code::parse("200041T").unwrap()),
        client: Client::Wechat,
        system: System::Android,
        repeat: false,
        machine: false,
    };
    (from..from + many).map(scan).collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn replace(with: &Path, dir: &Path) {
    std::fs::remove_dir_all(dir).unwrap();
    copy(with, dir);
}

/// Fills both halves of the journal, so that the first of them is begun anew.
fn turn_the_journal(store: &SledStore, from: i64) -> i64 {
    let (mut next, first) = (from, store.waiting().as_ref().unwrap().journal.oldest());
    while store.waiting().as_ref().unwrap().journal.oldest() == first {
        store.keep(&scans(next, 8192)).unwrap();
        next += 8192;
    }
    next
}

#[test]
fn scans_that_the_engine_has_lost_without_a_word_are_noticed_and_what_is_left_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let store = SledStore::open(dir.path()).unwrap();
    store.keep(&scans(0, 10)).unwrap();
    store.take_over(true).unwrap();
    let (scans_dir, before) = (dir.path().join("scans"), dir.path().join("before"));
    copy(&scans_dir, &before);
    let all = turn_the_journal(&store, 10);
    drop(store);
    // As sled opens a file whose end it cannot read: with less in it.
    replace(&before, &scans_dir);
    let error = SledStore::open(dir.path()).err().unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    let alarm = crate::store::sled::renew(dir.path(), Moment(1_795_449_600)).unwrap();
    let AlarmKind::Damaged { scans, missing, .. } = alarm else { panic!("another alarm") };
    assert!(missing > 0 && scans > 10, "{missing} missing, {scans} taken over");
    assert_eq!(i64::try_from(scans + missing).unwrap(), all);
    assert_eq!(counted(&SledStore::open(dir.path()).unwrap()), scans);
}

#[test]
fn scans_that_the_engine_has_lost_while_it_was_open_are_noticed_too() {
    let dir = tempfile::tempdir().unwrap();
    let store = SledStore::open(dir.path()).unwrap();
    store.keep(&scans(0, 10)).unwrap();
    store.take_over(true).unwrap();
    let (scans_dir, before) = (dir.path().join("scans"), dir.path().join("before"));
    copy(&scans_dir, &before);
    let next = turn_the_journal(&store, 10);
    assert!(store.commit(|_| Err::<(), _>(panicked("testing"))).is_err());
    replace(&before, &scans_dir);
    store.keep(&scans(next, 5)).unwrap();
    store.take_over(true).unwrap();
    let alarms: Vec<Alarm> = store.all(Tree::Alarms).unwrap();
    let AlarmKind::Damaged { scans, missing, .. } = &alarms[0].kind else { panic!("another") };
    assert!(*missing > 0);
    assert_eq!(i64::try_from(scans + missing).unwrap(), next + 5);
    assert_eq!(counted(&store), *scans);
}

fn counted(store: &SledStore) -> u64 {
    store.settle();
    let main = store.tree(Tree::Main).unwrap();
    let rows = super::super::counts::read(&main, ScanQuery::default()).unwrap();
    rows.iter().map(|row| row.total.scans()).sum()
}

#[tokio::test]
async fn a_store_that_was_closed_is_written_by_nobody_and_can_be_opened_at_once() {
    use crate::store::Store as _;
    let dir = tempfile::tempdir().unwrap();
    for round in 0..20 {
        let store = SledStore::open(dir.path()).unwrap();
        store.record(&scans(round * 5000, 5000)).await.unwrap();
        drop(store);
    }
    assert_eq!(counted(&SledStore::open(dir.path()).unwrap()), 100_000);
}

#[test]
fn what_the_engine_forgets_at_a_fault_is_taken_over_from_the_journal_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = SledStore::open(dir.path()).unwrap();
    store.keep(&scans(0, 10)).unwrap();
    assert_eq!(counted(&store), 10);
    store.commit(Files::sync).unwrap();
    let (scans_dir, before) = (dir.path().join("scans"), dir.path().join("before"));
    copy(&scans_dir, &before);
    store.keep(&scans(10, 20)).unwrap();
    assert_eq!(counted(&store), 30);
    // A commit fails, and what the engine had only in its memory cannot be written either.
    assert!(store.commit(|_| Err::<(), _>(panicked("testing"))).is_err());
    std::fs::remove_dir_all(&scans_dir).unwrap();
    std::fs::rename(&before, &scans_dir).unwrap();
    store.keep(&scans(30, 5)).unwrap();
    store.take_over(true).unwrap();
    assert_eq!(counted(&store), 35);
    drop(store);
    assert_eq!(counted(&SledStore::open(dir.path()).unwrap()), 35);
}
