//! Content faults: each site under `tests/sites/bad` is the good one with a mistake, and its
//! `expected.txt` is what `onecode check` says of it.

use std::fs;

use snapbox::Data;

use crate::support::{Site, copy, onecode, ran, repository, run};

#[test]
fn our_own_content_is_clean() {
    let check = run(["check", "--today", "2026-11-24"]);
    assert_eq!((check.code, check.stdout.as_str()), (0, ""));
}

#[test]
fn the_good_site_is_clean() {
    let check = Site::new().run(&["check", "--today", "2026-11-24"]);
    assert_eq!((check.code, check.stdout.as_str()), (0, ""));
}

#[test]
fn each_mistake_is_told_with_its_place_and_what_to_do() {
    let bad = repository().join("tests/sites/bad");
    let mut mistakes: Vec<_> = fs::read_dir(bad).unwrap().map(|e| e.unwrap().path()).collect();
    mistakes.sort();
    assert!(mistakes.len() > 60);
    for mistake in mistakes {
        let site = Site::new();
        copy(&mistake, &site.root());
        if let Ok(removed) = fs::read_to_string(mistake.join("remove")) {
            fs::remove_file(site.root().join(removed.trim())).unwrap();
        }
        let check = site.run(&["check", "--today", "2026-11-24"]);
        let only_warnings = check.stdout.lines().all(|l| !l.contains(": error: "));
        assert_eq!(check.code, i32::from(!only_warnings), "{}", mistake.display());
        assert!(!check.stdout.is_empty(), "{} is not noticed", mistake.display());
        snapbox::assert_data_eq!(
            check.stdout,
            Data::read_from(&mistake.join("expected.txt"), None).raw()
        );
    }
}

#[test]
fn faults_are_also_json_and_chinese() {
    let site = Site::new();
    site.write("guides/fees/en.md", "no front matter");
    let json = site.run(&["check", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(list[0]["file"], "guides/fees/en.md");
    assert_eq!(list[0]["line"], 1);
    let chinese =
        ran(onecode().env("LANG", "zh_CN.UTF-8").arg("--root").arg(site.root()).arg("check"));
    assert!(
        chinese.stdout.starts_with("guides/fees/en.md:1:1: 错误: 没有文件头"),
        "{}",
        chinese.stdout
    );
}

#[test]
fn a_word_of_the_law_is_shown_with_its_plain_words() {
    let site = Site::new();
    let text = site.serve().get("/g/fees").text();
    assert!(text.contains("<dfn>标的额</dfn>（要对方给的钱数）"), "{text}");
}

#[test]
fn a_fault_stops_print_and_serve_and_leaves_nothing_behind() {
    let site = Site::new();
    copy(&repository().join("tests/sites/bad/unknown-fee"), &site.root());
    let out = site.path("out");
    let print = site.run(&["print", "--base-url", "https://a.cn", "--out", out.to_str().unwrap()]);
    assert_eq!(print.code, 1);
    assert!(print.stderr.contains("no fee \"propety\" in fees.toml"), "{}", print.stderr);
    assert!(!out.exists());
    let serve = site.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(serve.code, 1);
    assert!(!site.path("data").exists());
}
