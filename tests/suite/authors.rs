//! README's chapter for authors, tried on a fresh site: each of its blocks as it stands, without Rust.

use std::fs;
use std::path::Path;

use crate::support::{Server, onecode, ran, repository, run};

struct Block {
    how: String,
    text: String,
}

/// The fenced blocks whose info string names a file of the site.
fn blocks() -> Vec<Block> {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        if inside && line == "```" {
            inside = false;
        } else if inside {
            let block = blocks.last_mut().unwrap();
            block.text.push_str(line);
            block.text.push('\n');
        } else if line.starts_with("```") && line.contains("=site/") {
            inside = true;
            blocks.push(Block { how: line.to_owned(), text: String::new() });
        }
    }
    assert!(blocks.len() >= 8, "{}", blocks.len());
    blocks
}

/// The value of `key=value`, `key="value"` or `key='value'` in an info string.
fn value<'a>(how: &'a str, key: &str) -> Option<&'a str> {
    let rest = how.split_once(&format!("{key}="))?.1;
    Some(match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next().unwrap(),
        _ => rest.split_whitespace().next().unwrap(),
    })
}

fn apply(block: &Block, dir: &Path) {
    if let Some(file) = value(&block.how, "append") {
        let file = dir.join(file);
        let text = fs::read_to_string(&file).unwrap();
        fs::write(file, format!("{text}\n{}", block.text)).unwrap();
        return;
    }
    let file = dir.join(value(&block.how, "file").unwrap());
    let Some(line) = value(&block.how, "after") else {
        assert!(!file.exists(), "{} is new", file.display());
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, &block.text).unwrap();
        return;
    };
    let text = fs::read_to_string(&file).unwrap();
    let line = format!("{line}\n");
    assert_eq!(text.matches(&line).count(), 1, "{line} in {}", file.display());
    fs::write(file, text.replace(&line, &format!("{line}{}", block.text))).unwrap();
}

/// A fresh site, under `site/`, with every block of the chapter applied.
fn site_of_the_chapter() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("site");
    assert_eq!(run(["init", root.to_str().unwrap()]).code, 0);
    for block in blocks() {
        apply(&block, dir.path());
    }
    dir
}

#[test]
fn each_addition_of_the_chapter_works_without_rust() {
    let dir = site_of_the_chapter();
    let root = dir.path().join("site");
    let ask = |args: &[&str]| ran(onecode().arg("--root").arg(&root).args(args));
    let check = ask(&["check", "--today", "2026-11-24"]);
    assert_eq!(check.code, 0, "{}", check.stdout);
    // The chapter writes its topic in Chinese; that it is not in English yet is said.
    let expected = ["the holidays end on", "no guide in en, as others have"];
    let mut only = check.stdout.lines().filter(|line| !line.starts_with("  hint"));
    let known = |line: &str| expected.iter().any(|words| line.contains(words));
    assert!(only.all(known), "{}", check.stdout);

    // The topic has a page and a poster.
    let out = dir.path().join("out");
    let out = out.to_str().unwrap();
    let print = ["print", "--base-url", "https://a.cn", "--out", out];
    let topic = ask(&[&print[..], &["--placement", "1", "--topic", "mediation"]].concat());
    assert_eq!(topic.code, 0, "{}", topic.stderr);
    let store = format!("sled:{}", dir.path().join("data").display());
    let page = Server::start(&root, &store, &[]).get("/g/mediation").text();
    assert!(page.contains("<h1>先行调解</h1>") && page.contains("30日"), "{page}");

    // The court takes a placement.
    let place = ["placement", "add", "--court", "dingzhou", "--place", "大厅", "--channel", "hall"];
    assert_eq!(ask(&place).code, 0);

    // The province's figure takes the place of the range, from its day on.
    let fee = |more: &[&str]| {
        let asked = ask(&[&["fee"], more, &["--format", "json"]].concat());
        serde_json::from_str::<serde_json::Value>(&asked.stdout).unwrap_or_default()
    };
    assert_eq!(fee(&["divorce", "--on", "2026-11-24"])["yuan"], "200");
    assert_eq!(fee(&["divorce", "--on", "2023-11-24"])["max_yuan"], "300");

    // Each schedule is used on its own days; the new one has taken over what it does not state.
    let old = fee(&["labour", "--on", "2027-12-31"]);
    assert_eq!((old["yuan"].as_str(), old["schedule"].as_str()), (Some("10"), Some("2007")));
    let new = fee(&["labour", "--on", "2028-01-01"]);
    assert_eq!((new["yuan"].as_str(), new["schedule"].as_str()), (Some("0"), Some("2028")));
    assert_eq!(
        fee(&["property_first_instance", "amount=5万", "--on", "2028-01-01"])["yuan"],
        "1050"
    );

    // The rule for last days is asked for like those that came with the program.
    let last = ask(&["deadline", "reply-mediation", "2026-11-24", "--format", "json"]);
    assert!(last.stdout.contains("\"last_day\": \"2026-11-30\""), "{}", last.stdout);
}

#[test]
fn a_revision_of_a_law_lists_every_guide_and_fact_that_it_touches() {
    let dir = site_of_the_chapter();
    let root = dir.path().join("site");
    let ask = |args: &[&str]| ran(onecode().arg("--root").arg(&root).args(args));
    let before = ask(&["check", "--today", "2026-11-24", "--revised", "fees"]);
    assert_eq!(before.code, 0);
    let files = |text: &str| {
        let names = text.lines().filter(|line| !line.starts_with(' '));
        let names = names.filter_map(|line| line.split(':').next()).map(str::to_owned);
        names.collect::<std::collections::BTreeSet<String>>()
    };
    // What is listed before is what breaks on the day.
    let listed = files(&before.stdout);
    for file in ["guides/fees/zh-Hans.md", "guides/_facts/fees.toml", "guides/_facts/limits.toml"] {
        assert!(listed.contains(file), "{file} in {listed:?}");
    }
    let after = ask(&["check", "--today", "2028-01-01"]);
    assert_eq!(after.code, 1);
    let of_old = |line: &&str| line.contains("is not in force: 2007-04-01");
    let broken: Vec<&str> = after.stdout.lines().filter(of_old).collect();
    let broken = files(&broken.join("\n"));
    assert!(broken.is_subset(&listed), "{broken:?} in {listed:?}");
    assert!(broken.len() >= 4, "{broken:?}");
    assert!(after.stdout.contains("it is article 24 now: write law:fees-2028#24"));
}
