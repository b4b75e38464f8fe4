//! Sets that are cut short and go on, and the contact sheet that each folder gets in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::support::{Ran, Site, has_tool, onecode, ran};

fn print(site: &Site, out: &str, more: &[&str]) -> Ran {
    let out = site.path(out);
    let base = ["print", "--base-url", "https://fy.example.cn", "--out", out.to_str().unwrap()];
    site.run(&[&base[..], more].concat())
}

/// Every file below `dir`: its bytes and when it was written.
fn files(dir: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let mut files = BTreeMap::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(next) = dirs.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                dirs.push(path);
                continue;
            }
            let written = path.metadata().unwrap().modified().unwrap();
            let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
            files.insert(name, (fs::read(path).unwrap(), written));
        }
    }
    files
}

fn bytes(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    files(dir).into_iter().map(|(name, (bytes, _))| (name, bytes)).collect()
}

fn text(pdf: &Path) -> String {
    let output = Command::new("pdftotext").arg(pdf).arg("-").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Starts to print on one thread and is killed once `count` posters are there.
fn killed_after(site: &Site, out: &str, count: usize) {
    let dir = site.path(out);
    let mut job = onecode()
        .arg("--root")
        .arg(site.root())
        .args(["print", "--base-url", "https://fy.example.cn", "--threads", "1", "--out"])
        .arg(&dir)
        .args(["--court", "north"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let posters = || {
        fs::read_dir(dir.join("north")).map_or(0, |dir| {
            let names = dir.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names.filter(|name| name.ends_with("a4-poster.pdf")).count()
        })
    };
    while posters() < count {
        assert!(job.try_wait().unwrap().is_none(), "the job ended by itself");
        std::thread::yield_now();
    }
    job.kill().unwrap();
    assert_eq!(job.wait().unwrap().signal(), Some(9));
}

/// A site whose court in the north has so many places that its set can be killed in the middle.
fn large_site() -> Site {
    let site = Site::new();
    let file = "guides/_facts/placements.csv";
    let mut registry = fs::read_to_string(site.root().join(file)).unwrap();
    registry.extend((10..15).map(|number| format!("{number},north,窗口{number},hall,,,\n")));
    site.write(file, registry);
    site
}

#[test]
fn a_killed_run_goes_on_where_it_stopped_and_ends_with_the_bytes_of_an_undisturbed_one() {
    let site = large_site();
    assert_eq!(print(&site, "whole", &["--court", "north"]).code, 0);
    let whole = bytes(&site.path("whole"));
    assert_eq!(whole.len(), 16, "fourteen posters, the contact sheet, the manifest");

    killed_after(&site, "out", 4);
    let before = files(&site.path("out"));
    assert!(before.contains_key(".unfinished"));
    for (name, (bytes, _)) in &before {
        let is_ours = !name.starts_with('.') && !name.contains("/.");
        assert!(!is_ours || whole.get(name) == Some(bytes), "{name} is not complete");
    }
    let listed = fs::read_to_string(site.path("out/.unfinished")).unwrap();
    // The line of the last poster may be missing, or the beginning of a line.
    let lines = listed.matches('\n').count();
    fs::write(site.path("out/.unfinished"), format!("{listed}[12345678901,[[\"north/1-f")).unwrap();

    let ran = print(&site, "out", &["--court", "north"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let told = format!(" ({lines} of them were there already");
    assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    let after = files(&site.path("out"));
    assert_eq!(bytes(&site.path("out")), whole);
    let same = before.iter().filter(|(name, (_, written))| {
        name.rsplit('.').next() == Some("pdf")
            && after.get(*name).is_some_and(|(_, now)| now == written)
    });
    assert_eq!(same.count(), lines, "what was there is left alone");
}

#[test]
fn what_was_cut_short_does_not_count_for_another_design_or_another_address() {
    let site = large_site();
    killed_after(&site, "out", 3);
    let design = "printables/a4-poster/main.typ";
    let good = crate::support::repository().join(design);
    let good = fs::read_to_string(good).unwrap();
    site.write(design, format!("{good}\n// Changed since.\n"));
    let ran = print(&site, "out", &["--court", "north"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stderr.contains("there already"), "{}", ran.stderr);
    assert_eq!(print(&site, "whole", &["--court", "north"]).code, 0);
    assert_eq!(bytes(&site.path("out")), bytes(&site.path("whole")));

    killed_after(&site, "other", 3);
    let address = ["--court", "north", "--base-url", "https://other.example.cn"];
    let out = site.path("other");
    let ran = site.run(&[&["print", "--out", out.to_str().unwrap()], &address[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stderr.contains("there already"), "{}", ran.stderr);
}

#[test]
fn what_was_cut_short_counts_for_another_selection_where_it_is_the_same() {
    let site = large_site();
    killed_after(&site, "out", 5);
    // The placements 1 and 2 have two topics each: four of the five that are there.
    let ran = print(&site, "out", &["--placement", "1", "--placement", "2"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("(4 of them were there already"), "{}", ran.stderr);
    assert!(!site.path("out/.unfinished").exists());
    if has_tool("pdftotext") {
        let sheet = text(&site.path("out/north/index.pdf"));
        for file in ["1-fees-a4-poster.pdf", "2-onecode-a4-poster.pdf"] {
            assert!(sheet.contains(file), "{sheet}");
        }
    }
}

/// The files that have a row of the manifest.
fn in_manifest(dir: &Path) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_path(dir.join("manifest.csv")).unwrap();
    reader.records().map(|row| row.unwrap()[0].to_owned()).collect()
}

#[test]
fn what_was_cut_short_is_listed_also_where_a_narrower_selection_follows() {
    let site = large_site();
    killed_after(&site, "out", 8);
    let out = site.path("out");
    let mut done: BTreeSet<String> = listed(&out).into_iter().collect();
    // What somebody spoilt meanwhile is no piece of ours.
    let spoilt = "north/10-fees-a4-poster.pdf";
    assert!(done.remove(spoilt), "{done:?}");
    fs::write(out.join(spoilt), "somebody's own").unwrap();
    let ran = print(&site, "out", &["--placement", "1", "--topic", "fees"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(done.len() >= 5 && !out.join(".unfinished").exists());
    assert_eq!(in_manifest(&out), done);
    if has_tool("pdftotext") {
        let sheet = text(&out.join("north/index.pdf"));
        assert!(sheet.contains("另有") && sheet.contains("2-onecode-a4-poster.pdf"), "{sheet}");
    }
}

#[test]
fn what_fails_leaves_nothing_of_an_earlier_run() {
    let site = Site::new();
    let out = site.path("out");
    let handouts = ["--layout", "handout", "--topic", "fees", "--format", "png"];
    let only = ["--placement", "1", "--topic", "fees"];
    assert_eq!(print(&site, "out", &["--court", "north"]).code, 0);
    assert_eq!(print(&site, "out", &handouts).code, 0);
    assert_eq!(print(&site, "only", &only).code, 0);
    let before = in_manifest(&out);
    let file = "guides/_facts/placements.csv";
    let registry = fs::read_to_string(site.root().join(file)).unwrap();
    site.write(file, registry.replacen("诉讼服务大厅", &"厅".repeat(60), 1));

    let ran = print(&site, "out", &["--court", "north"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(print(&site, "out", &handouts).code, 1);
    let is_at_fault = |name: &String| name.starts_with("north/1-");
    let gone: Vec<&String> = before.iter().filter(|name| is_at_fault(name)).collect();
    assert_eq!(gone.len(), 4, "two posters, and both sides of a handout: {gone:?}");
    let left = files(&out);
    assert!(!left.keys().any(is_at_fault), "{:?}", left.keys());
    let still: BTreeSet<String> =
        before.iter().filter(|name| !is_at_fault(name)).cloned().collect();
    assert_eq!(in_manifest(&out), still);

    // Where nothing came out there is nothing to show.
    assert_eq!(print(&site, "only", &only).code, 1);
    let left = files(&site.path("only"));
    assert_eq!(left.keys().collect::<Vec<_>>(), ["manifest.csv"]);
    // What else stands there is shown all the same.
    let ran = print(&site, "out", &["--placement", "1"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    if has_tool("pdftotext") {
        let sheet = text(&out.join("north/index.pdf"));
        assert!(sheet.contains("没有印成 2 件"), "{sheet}");
        assert!(sheet.contains("另有") && sheet.contains("2-fees-a4-poster.pdf"), "{sheet}");
    }
}

/// A limit on the size of files stands for a disk that is full.
#[test]
fn a_full_disk_leaves_only_whole_files_and_the_next_run_goes_on() {
    let site = large_site();
    let out = site.path("out");
    // Posters fit, the list of what is done soon does not.
    let script = "trap '' XFSZ; ulimit -f 2; exec \"$0\" \"$@\"";
    fs::create_dir_all(&out).unwrap();
    let mut command = Command::new("bash");
    command.args(["-c", script, env!("CARGO_BIN_EXE_onecode"), "--root"]).arg(site.root());
    command.args(["print", "--base-url", "https://fy.example.cn", "--court", "north", "--out"]);
    let full = ran(command.arg(&out).env("LC_ALL", "C").env_remove("LANG"));
    assert_eq!(full.code, 2, "{}", full.stderr);
    assert!(full.stderr.contains("cannot write or read"), "{}", full.stderr);
    for (name, (bytes, _)) in files(&out) {
        let whole = bytes.ends_with(b"%%EOF") || bytes.ends_with(b"%%EOF\n");
        assert!(name.rsplit('.').next() != Some("pdf") || whole, "{name} is cut short");
        assert!(name.rsplit('.').next() != Some("part"), "{name} is left behind");
    }
    let ran = print(&site, "out", &["--court", "north"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(print(&site, "whole", &["--court", "north"]).code, 0);
    assert_eq!(bytes(&out), bytes(&site.path("whole")));
}

#[test]
fn a_contact_sheet_shows_each_piece_with_its_code_and_its_proof() {
    let site = Site::new();
    assert_eq!(print(&site, "out", &["--court", "north"]).code, 0);
    let sheet = site.path("out/north/index.pdf");
    assert!(sheet.is_file());
    let manifest = fs::read_to_string(site.path("out/manifest.csv")).unwrap();
    assert!(!manifest.contains("index.pdf"), "{manifest}");
    if has_tool("pdfinfo") && has_tool("pdftotext") {
        let output = Command::new("pdfinfo").arg(&sheet).output().unwrap();
        let info = String::from_utf8(output.stdout).unwrap();
        for line in ["Pages:           1", "(A4)", "Tagged:          yes"] {
            assert!(info.contains(line), "{info}");
        }
        let text = text(&sheet);
        for words in [
            "北城区人民法院",
            "1-fees-a4-poster.pdf",
            "缴费退费",
            "200041T",
            "合格",
            "1369 格全对",
            "对比度 100%",
            "quircs、rxing 读出",
            "100%",
            "第 1 页，共 1 页",
            "核对日期 2026-11-01",
        ] {
            assert!(text.contains(words), "{words} is not in: {text}");
        }
    }
    assert_eq!(print(&site, "bare", &["--court", "north", "--no-index"]).code, 0);
    assert!(!site.path("bare/north/index.pdf").exists());
}

#[test]
fn a_contact_sheet_is_the_same_on_one_thread_and_on_four() {
    let site = large_site();
    let set = ["--court", "north", "--layout", "a4-poster", "--layout", "a4-onecode"];
    for (out, threads) in [("one", "1"), ("four", "4")] {
        assert_eq!(print(&site, out, &[&set[..], &["--threads", threads]].concat()).code, 0);
    }
    assert_eq!(bytes(&site.path("one")), bytes(&site.path("four")));
}

#[test]
fn a_contact_sheet_names_what_was_printed_there_before() {
    let site = Site::new();
    assert_eq!(print(&site, "out", &["--court", "north"]).code, 0);
    assert_eq!(print(&site, "out", &["--placement", "1", "--topic", "fees"]).code, 0);
    if has_tool("pdftotext") {
        let text = text(&site.path("out/north/index.pdf"));
        for words in ["本文件夹里另有 3 件", "2-fees-a4-poster.pdf", "1-fees-a4-poster.pdf"]
        {
            assert!(text.contains(words), "{words} is not in: {text}");
        }
    }
}

#[test]
fn a_combined_set_has_its_contact_sheet_beside_it_with_each_piece_once() {
    let site = Site::new();
    let args = ["--court", "north", "--combine", "--copies", "3"];
    assert_eq!(print(&site, "out", &args).code, 0);
    assert!(site.path("out/combined.pdf").is_file());
    if has_tool("pdftotext") {
        let text = text(&site.path("out/index.pdf"));
        let unbroken: String = text.split_whitespace().collect();
        assert!(unbroken.contains("4件"), "{text}");
        assert!(unbroken.contains("第4页起"), "{text}");
        assert_eq!(text.matches("200041T").count(), 1, "{text}");
    }
}

/// The first file of each line of what was cut short.
fn listed(out: &Path) -> Vec<String> {
    let lines = fs::read_to_string(out.join(".unfinished")).unwrap();
    let entries = lines.lines().filter_map(|line| serde_json::from_str(line).ok());
    let file = |entry: serde_json::Value| entry[1][0][0].as_str().unwrap().to_owned();
    entries.map(file).collect()
}

#[test]
fn what_was_cut_short_counts_only_as_long_as_its_files_are_what_was_written() {
    let site = large_site();
    assert_eq!(print(&site, "whole", &["--court", "north"]).code, 0);
    killed_after(&site, "out", 5);
    let out = site.path("out");
    let files = listed(&out);
    // One was emptied, another was written again by another set's run that was killed in its turn.
    fs::write(out.join(&files[0]), "").unwrap();
    let lines = fs::read_to_string(out.join(".unfinished")).unwrap();
    let second = lines.lines().nth(1).unwrap();
    let (_, rest) = second.split_once(',').unwrap();
    fs::write(out.join(".unfinished"), format!("{lines}\n[1,{rest}\n")).unwrap();
    let ran = print(&site, "out", &["--court", "north"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let told = format!(" ({} of them were there already", files.len() - 2);
    assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    assert_eq!(bytes(&out), bytes(&site.path("whole")));
}

#[test]
fn two_runs_into_one_folder_keep_the_rows_of_each_other() {
    let site = large_site();
    let file = "guides/_facts/placements.csv";
    let registry = fs::read_to_string(site.root().join(file)).unwrap();
    site.write(file, registry + "20,south,大厅,hall,,,\n");
    let start = |court: &str| {
        onecode()
            .arg("--root")
            .arg(site.root())
            .args(["print", "--base-url", "https://fy.example.cn", "--threads", "1", "--out"])
            .arg(site.path("out"))
            .args(["--court", court])
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut both = [start("north"), start("south")];
    for run in &mut both {
        assert!(run.wait().unwrap().success());
    }
    let manifest = fs::read_to_string(site.path("out/manifest.csv")).unwrap();
    let of = |court: &str| manifest.lines().filter(|line| line.starts_with(court)).count();
    assert_eq!(of("north/"), 14);
    assert!(of("south/") > 0, "{manifest}");
}
