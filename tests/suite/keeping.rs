//! Keeping a store by the command line, as whoever runs the service does: while it runs, and where it
//! does not; and a service whose store is damaged.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::{Server, Site, phone};

/// The code of placement 1, topic 1.
const FEES: &str = "/200041T";

fn scans(site: &Site) -> u64 {
    site.stats(&[])[0]["scans"].as_u64().unwrap()
}

/// The present moment in Shanghai, as `date` writes it.
fn now(format: &str) -> String {
    let date = Command::new("date").arg(format).env("TZ", "Asia/Shanghai").output().unwrap();
    String::from_utf8(date.stdout).unwrap().trim().to_owned()
}

#[test]
fn verify_compact_and_backup_ask_the_running_service_or_do_without_one() {
    let site = Site::new();
    let mut server = Some(site.serve());
    for i in 0..7 {
        let agent = phone(i);
        let answer = server.as_ref().unwrap().ask("GET", FEES, &[("user-agent", &agent)]);
        assert_eq!(answer.header("onecode-scan"), "kept");
    }
    for name in ["running.onecode", "stopped.onecode"] {
        let verified = site.run(&["verify"]);
        assert_eq!((verified.code, verified.stderr.as_str()), (0, ""));
        assert!(verified.stdout.starts_with("7 scans, 1 day(s) compared, 0 struck out, 0 diff"));
        let json = site.run(&["verify", "--format", "json"]).stdout;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&json["scans"], &json["differing"]), (&7.into(), &0.into()));
        let compacted = site.run(&["compact"]);
        assert_eq!(compacted.code, 0, "{}", compacted.stderr);
        assert!(compacted.stdout.contains("bytes before"));
        let file = site.path(name);
        // Left by one that was cut short, readable by everybody.
        fs::write(file.with_extension("onecode-part"), b"").unwrap();
        let backup = site.run(&["backup", file.to_str().unwrap()]);
        assert_eq!(backup.code, 0, "{}", backup.stderr);
        assert!(fs::read(&file).unwrap().starts_with(b"onecode backup 1\n"));
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "it holds password hashes");
        if let Some(server) = server.take() {
            server.stop();
        }
    }
    assert_eq!(scans(&site), 7);
}

#[test]
fn a_backup_is_restored_to_an_empty_store_and_over_one_only_when_told() {
    let site = Site::new();
    let server = site.serve();
    server.get(FEES);
    let file = site.path("backup");
    let file = file.to_str().unwrap();
    assert_eq!(site.run(&["backup", file]).code, 0);
    server.ask("GET", FEES, &[("user-agent", &phone(1))]);
    let running = site.run(&["restore", file]);
    assert_eq!(running.code, 2);
    assert!(running.stderr.contains("in use"), "{}", running.stderr);
    server.stop();
    assert_eq!(scans(&site), 2);
    let there = site.run(&["restore", file]);
    assert_eq!(there.code, 2);
    assert!(there.stderr.contains("--replace"), "{}", there.stderr);
    assert_eq!(scans(&site), 2);
    let replaced = site.run(&["restore", file, "--replace"]);
    assert_eq!(replaced.code, 0, "{}", replaced.stderr);
    assert_eq!(scans(&site), 1);
    // The store that was there is aside, with its journal.
    let aside = fs::read_dir(site.path("data")).unwrap().map(|entry| entry.unwrap().path());
    let aside: Vec<_> =
        aside.filter(|path| path.to_str().unwrap().contains("scans-replaced-")).collect();
    assert_eq!(aside.len(), 1);
    assert!(aside[0].join("journal-0").exists());
    let cut = site.path("cut");
    fs::write(&cut, &fs::read(file).unwrap()[..60]).unwrap();
    let refused = site.run(&["restore", cut.to_str().unwrap(), "--replace"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("cut short"), "{}", refused.stderr);
    assert_eq!(scans(&site), 1);
}

#[test]
fn a_flood_is_struck_out_and_counted_again_while_the_service_runs() {
    let site = Site::new();
    let server = site.serve();
    for i in 0..5 {
        server.ask("GET", FEES, &[("user-agent", &phone(i))]);
    }
    for _ in 0..2 {
        server.ask("GET", FEES, &[("user-agent", "curl/8")]);
    }
    server.get("/2000813");
    assert_eq!(scans(&site), 6);
    let yesterday = "2020-01-01";
    let mut strike = site.run(&["strike", "out", "200041T", "--from", yesterday, "--to", "x"]);
    assert_eq!(strike.code, 2);
    assert!(strike.stderr.contains("2026-11-24T14:30"), "{}", strike.stderr);
    let out = |to: &str| {
        let note = ["--note", "教学演示"];
        site.run(
            &[&["strike", "out", "200041T", "--from", yesterday, "--to", to], &note[..]].concat(),
        )
    };
    let future = out(&now("+%F"));
    assert_eq!(future.code, 2);
    let says = ["a strike ends before now", "write --to 20"].map(|s| future.stderr.contains(s));
    assert_eq!(says, [true, true], "{}", future.stderr);
    let reversed = out("2019-01-01");
    assert!(reversed.stderr.contains("swap --from and --to"), "{}", reversed.stderr);
    let args = ["--from", yesterday, "--to", "2020-01-02", "--note", "x"];
    let mistyped = site.run(&[&["strike", "out", "2000XXX"], &args[..]].concat());
    assert!(mistyped.stderr.contains("2000XXX is no valid code"), "{}", mistyped.stderr);
    // Until the present second: whatever came in it is tried again in the next one.
    while scans(&site) != 1 {
        strike = out(&now("+%FT%T"));
        if strike.code == 0 && scans(&site) != 1 {
            assert_eq!(
                site.run(&["strike", "undo", strike.stdout.split(' ').next().unwrap()]).code,
                0
            );
        }
    }
    let kinds = "7 scans (5 of people, 2 of machines), struck out from the command line at 20";
    assert!(strike.stdout.contains(kinds), "{}", strike.stdout);
    let table = site.run(&["stats"]).stdout;
    assert!(table.contains("struck out, not counted: 7 scans of 200041T"), "{table}");
    let before = site.run(&["stats", "--to", "2020-01-31"]).stdout;
    assert!(!before.contains("struck out"), "{before}");
    assert!(site.run(&["verify"]).stdout.contains("7 struck out, 0 difference"));
    let listed = site.run(&["strike", "list"]).stdout;
    let last = listed.lines().last().unwrap();
    assert!(last.contains("教学演示") && !last.contains("undone"), "{listed}");
    let number = last.split(' ').next().unwrap();
    let undone = site.run(&["strike", "undo", number]);
    assert_eq!(undone.code, 0);
    assert!(undone.stderr.contains("its 7 scans are counted again"), "{}", undone.stderr);
    assert!(!site.run(&["stats"]).stdout.contains("struck out"));
    let again = site.run(&["strike", "undo", number]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("strike list"), "{}", again.stderr);
    assert_eq!(scans(&site), 6);
}

#[test]
fn a_damaged_store_is_put_aside_its_scans_taken_over_and_an_alarm_stays_until_seen() {
    let site = Site::new();
    let server = site.serve();
    for i in 0..4 {
        server.ask("GET", FEES, &[("user-agent", &phone(i))]);
    }
    server.stop();
    fs::write(site.path("data/scans/conf"), b"nothing that the engine wrote").unwrap();
    let server = site.serve();
    assert!(server.first.contains("4 scans were taken over"), "{}", server.first);
    assert_eq!(server.get(FEES).header("onecode-scan"), "kept");
    assert_eq!(scans(&site), 5);
    let alarms = site.run(&["alarm", "list"]);
    assert!(alarms.stdout.contains("the store was damaged"), "{}", alarms.stdout);
    server.stop();
    let server = site.serve();
    assert!(site.run(&["alarm", "list"]).stdout.contains("the store was damaged"));
    assert_eq!(site.run(&["alarm", "seen", "1"]).code, 0);
    assert_eq!(site.run(&["alarm", "list"]).stdout, "");
    assert!(site.run(&["alarm", "list", "--all"]).stdout.contains("seen by"));
    assert_eq!(site.run(&["alarm", "seen", "1"]).code, 2);
    assert_eq!(site.run(&["verify"]).code, 0);
    drop(server);
}

#[test]
fn a_store_that_cannot_be_opened_stops_no_page_and_is_opened_once_it_can_be() {
    let site = Site::new();
    // A file stands where the store's directory would be.
    fs::create_dir_all(site.path("data")).unwrap();
    fs::write(site.path("data/scans"), b"in the way").unwrap();
    let server = Server::start(&site.root(), &site.store(), &[]);
    assert!(server.first.contains("The pages are served"), "{}", server.first);
    let answer = server.get(FEES);
    assert_eq!((answer.status, answer.header("onecode-scan")), (200, "dropped".to_owned()));
    fs::remove_file(site.path("data/scans")).unwrap();
    assert_eq!(server.get(FEES).header("onecode-scan"), "kept");
    assert_eq!(scans(&site), 1);
}
