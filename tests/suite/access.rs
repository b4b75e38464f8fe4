//! Every page read by the HTML standard's own checker.
//!
//! `ONECODE_TEST_MATRIX=full` reads every page in every way; else each in four of the six, and what
//! differs by its words alone (the forms of most documents) in one.

use std::collections::BTreeSet;
use std::process::Command;

use onecode::domain::user::Role;
use serde_json::Value;

use crate::support::local::Local;
use crate::support::{has_tool, map, tool_file};

/// In which ways a page is opened: in the source's language in both sizes, in English, and in
/// traditional characters in one of the sizes. Of what differs by its words alone, in one way.
fn ways(path: &str, turn: usize) -> Vec<(&'static str, bool)> {
    let all = map::LANGUAGES.map(|language| [(language, false), (language, true)]).concat();
    let is_full = std::env::var("ONECODE_TEST_MATRIX").is_ok_and(|value| value == "full");
    let alike = path.starts_with("/d/") && path.len() > 3 && !path.starts_with("/d/complaint");
    match (is_full, alike) {
        (true, _) => all,
        (false, true) => vec![all[turn % all.len()]],
        (false, false) => vec![all[0], all[1], all[2 + turn % 2], all[4 + (turn / 2) % 2]],
    }
}

#[test]
fn every_page_is_valid_html() {
    if !has_tool("java") {
        return;
    }
    let Some(checker) = tool_file("vnu.jar") else { return };
    let (dir, pages) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let service = Local::whole(dir.path());
    service.add("li", Role::Admin, &[]);
    service.scan_a_little();
    let (visitor, staff) = (service.browser(), service.signed_in("li"));
    let open = map::open().into_iter().map(|path| (path, &visitor));
    let signed_in = map::SIGNED_IN.iter().map(|path| ((*path).to_owned(), &staff));
    let mut paths = Vec::new();
    for (turn, (path, browser)) in open.chain(signed_in).enumerate() {
        for (language, large) in ways(&path, turn) {
            let path = map::shown(&path, language, large);
            let page = pages.path().join(format!("{:03}.html", paths.len()));
            std::fs::write(page, browser.get(&path).bytes).unwrap();
            paths.push(path);
        }
    }
    let output = Command::new("java")
        .args(["-Xss4m", "-jar"])
        .arg(checker)
        .args(["--format", "json", "--exit-zero-always"])
        .arg(pages.path())
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&output.stderr).unwrap();
    let faults = told["messages"].as_array().unwrap().iter().map(|message| {
        let file = message["url"].as_str().unwrap_or_default().rsplit('/').next().unwrap();
        let number: Option<usize> = file.trim_end_matches(".html").parse().ok();
        let path = number.map_or("", |number| &paths[number]);
        format!("{path}: {} {}", message["message"], message["extract"])
    });
    let faults: BTreeSet<String> = faults.collect();
    assert!(faults.is_empty(), "{faults:#?}");
}
