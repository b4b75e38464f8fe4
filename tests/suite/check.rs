//! Content faults: each site under `tests/sites/bad` is the good one with a mistake, and its
//! `expected.txt` is what `onecode check` says of it.

use std::fs;
use std::path::Path;

use snapbox::Data;

use crate::support::{Site, copy, onecode, ran, repository, run};

#[test]
fn our_own_content_is_clean() {
    let check = run(["check", "--today", "2026-11-24"]);
    // The State Council has not announced 2027: that is said, and is no fault of ours.
    let expected = "guides/_facts/holidays.csv:1:1: warning: the holidays end on 2026-12-31: deadlines \
        after that cannot be promised\n  hint: add the next year from the State Council's notice as \
        soon as it is out\n";
    assert_eq!((check.code, check.stdout.as_str()), (0, expected));
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
    assert!(mistakes.len() > 90);
    // Each is a run of the program: as many at once as there are processors.
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for part in mistakes.chunks(mistakes.len().div_ceil(threads)) {
            scope.spawn(|| part.iter().for_each(|mistake| mistake_is_told(mistake)));
        }
    });
}

fn mistake_is_told(mistake: &Path) {
    let site = Site::new();
    copy(mistake, &site.root());
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
fn a_revision_lists_every_place_that_rests_on_it() {
    let site = Site::new();
    let text = fs::read_to_string(site.root().join("guides/fees/zh-Hans.md")).unwrap();
    site.write("guides/fees/zh-Hans.md", text + "\n{{ local id=\"screens\" }}\n");
    let listed = site.run(&["check", "--today", "2026-11-24", "--revised", "fees#22"]);
    assert_eq!(listed.code, 0);
    snapbox::assert_data_eq!(
        listed.stdout,
        snapbox::str![[r"
guides/_facts/limits.toml:5:7: 交费办法第22条第1款
guides/_facts/local.toml:8:8: 交费办法第22条第1款 through limit:pay-fee
guides/fees/zh-Hans.md:5:10: 交费办法第22条第1款 through limit:pay-fee
guides/fees/zh-Hans.md:12:6: 交费办法第22条第1款 through limit:pay-fee
guides/fees/zh-Hans.md:12:26: 交费办法第22条第1款
printables/documents/relief/document.toml:6:10: 交费办法第22条第1款 through limit:pay-fee

"]]
    );
    assert_eq!(listed.stderr, "6 place(s) in 4 file(s) to read again\n");
    let json = site.run(&["check", "--revised", "fees", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let through = |name: &str| list.as_array().unwrap().iter().any(|u| u["through"] == name);
    assert!(through("fee:property") && through("fee:labour"), "{list}");
    let none = site.run(&["check", "--revised", "fees#2"]);
    assert_eq!((none.code, none.stdout.as_str()), (0, ""));
    let unknown = site.run(&["check", "--revised", "fee"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean \"fees\"?"), "{}", unknown.stderr);
}

#[test]
fn each_language_has_the_strings_of_the_source() {
    let site = Site::new();
    let file = "templates/strings/en.toml";
    let good = fs::read_to_string(repository().join(file)).unwrap();
    site.write(file, good.replace("\nskip = ", "\nskipp = "));
    let check = site.run(&["check", "--today", "2026-11-24"]);
    assert_eq!(check.code, 1);
    assert!(check.stdout.contains("en.toml:1:1: error: no string \"skip\""), "{}", check.stdout);
    assert!(check.stdout.contains("error: zh-Hans.toml has no string \"skipp\""));
    assert!(check.stdout.contains("did you mean \"skip\"?"));
}

#[test]
fn a_page_above_the_byte_budget_is_told_with_its_size() {
    let site = Site::new();
    // A drawing that does not compress: the page has it several times, the guide's own text is short.
    let points = (1u64..2500).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40);
    let path: Vec<String> = points.map(|n| format!("L{} {}", n % 2400, n / 2400 % 2400)).collect();
    let path = path.concat();
    let icon = fs::read_to_string(repository().join("templates/icons/fees.svg")).unwrap();
    let icon = icon.replace("</svg>", &format!("<path d=\"M0 0{path}\"/></svg>"));
    site.write("templates/icons/fees.svg", icon);
    let check = site.run(&["check", "--today", "2026-11-24"]);
    assert_eq!(check.code, 1);
    for page in ["guides/fees/zh-Hans.md:1:1", "guides/onecode/zh-Hans.md:1:1"] {
        let line = check.stdout.lines().find(|line| line.starts_with(page)).unwrap_or_default();
        assert!(line.contains("error: the page takes ") && line.ends_with("more than 13312"));
    }
}

#[test]
fn a_warning_counts_as_an_error_where_that_is_asked() {
    let site = Site::new();
    copy(&repository().join("tests/sites/bad/review-due"), &site.root());
    assert_eq!(site.run(&["check", "--today", "2026-11-24"]).code, 0);
    assert_eq!(site.run(&["check", "--today", "2026-11-24", "--strict"]).code, 1);
    let later = site.run(&["check", "--today", "2026-12-11"]);
    assert!(later.stdout.contains(": error: due for review since"), "{}", later.stdout);
    // A review that is long due stops neither the printer nor the service.
    copy(&repository().join("tests/sites/bad/review-long-due"), &site.root());
    assert_eq!(site.run(&["check"]).code, 1);
    let out = site.path("out");
    let print = ["print", "--base-url", "https://a.cn", "--placement", "1", "--topic", "fees"];
    let print = site.run(&[&print[..], &["--out", out.to_str().unwrap()]].concat());
    assert_eq!(print.code, 0, "{}", print.stderr);
    let _ = site.serve();
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
