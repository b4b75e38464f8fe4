//! Posters read back by decoders that are not ours, from the pixels of programs that are not ours.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Ran, Site, has_tool, onecode, ran};

fn print(site: &Site, out: &str, more: &[&str]) -> Ran {
    let out = site.path(out);
    let base = ["print", "--base-url", "https://fy.example.cn", "--out", out.to_str().unwrap()];
    site.run(&[&base[..], more].concat())
}

fn manifest(dir: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(dir.join("manifest.csv")).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// What zbar reads in a picture.
fn zbar(picture: &Path) -> String {
    let output = Command::new("zbarimg").args(["-q", "--raw"]).arg(picture).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_whole_set_is_one_command_and_every_poster_stands_in_the_manifest() {
    let site = Site::new();
    let ran = print(&site, "out", &["--court", "north"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows = manifest(&site.path("out"));
    assert_eq!(rows.len(), 4);
    for row in &rows {
        assert!(site.path("out").join(&row["file"]).is_file(), "{}", row["file"]);
        assert!(row["proof"].starts_with("ok: 1369 modules"), "{}", row["proof"]);
        assert!(row["symbol_mm"].parse::<f64>().unwrap() >= 80.0);
        assert_eq!(row["url"], format!("https://fy.example.cn/{}", row["code"]));
    }
    assert_eq!(rows[0]["file"], "north/1-fees-a4-poster.pdf");
    assert_eq!((rows[0]["page"].as_str(), rows[0]["slot"].as_str()), ("1", "1"));
    assert_eq!(rows[0]["code"], "200041T");

    // A second run for another court keeps what the manifest says of the first.
    let ran = print(&site, "out", &["--placement", "3", "--topic", "fees"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(manifest(&site.path("out")).len(), 5);
}

#[test]
fn printing_twice_gives_the_same_bytes() {
    let site = Site::new();
    for format in ["pdf", "svg"] {
        let args = ["--placement", "1", "--topic", "fees", "--format", format];
        assert_eq!(print(&site, "a", &args).code, 0);
        assert_eq!(print(&site, "b", &args).code, 0);
        let file = format!("north/1-fees-a4-poster.{format}");
        let read = |dir: &str| fs::read(site.path(dir).join(&file)).unwrap();
        assert_eq!(read("a"), read("b"), "{format}");
    }
    let read = |dir: &str| fs::read(site.path(dir).join("manifest.csv")).unwrap();
    assert_eq!(read("a"), read("b"));
}

#[test]
fn a_png_is_read_by_a_decoder_that_is_not_ours() {
    if !has_tool("zbarimg") {
        return;
    }
    let site = Site::new();
    let args = ["--placement", "2", "--topic", "onecode", "--format", "png"];
    assert_eq!(print(&site, "out", &args).code, 0);
    let file = site.path("out/north/2-onecode-a4-poster.png");
    assert_eq!(zbar(&file), "https://fy.example.cn/2000809");
}

#[test]
fn a_pdf_is_one_tagged_a4_page_with_selectable_text_that_scans() {
    if !has_tool("pdftoppm")
        || !has_tool("pdftotext")
        || !has_tool("pdfinfo")
        || !has_tool("zbarimg")
    {
        return;
    }
    let site = Site::new();
    assert_eq!(print(&site, "out", &["--placement", "1", "--topic", "fees"]).code, 0);
    let pdf = site.path("out/north/1-fees-a4-poster.pdf");
    let tool = |name: &str, args: &[&str]| {
        let output = Command::new(name).args(args).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let path = pdf.to_str().unwrap();
    let info = tool("pdfinfo", &[path]);
    for line in ["Pages:           1", "(A4)", "Tagged:          yes"] {
        assert!(info.contains(line), "{info}");
    }
    let text = tool("pdftotext", &[path, "-"]);
    for words in [
        "北城区人民法院",
        "缴费退费",
        "次日起7日内交费",
        "fy.example.cn/200041T",
        "12368",
        "本页不收费、不要身份证号、不要验证码",
        "2026-11-01",
    ] {
        assert!(text.contains(words), "{words} is not in: {text}");
    }
    let picture = site.path("page");
    let args = ["-r", "100", "-png", "-singlefile", path, picture.to_str().unwrap()];
    assert!(Command::new("pdftoppm").args(args).status().unwrap().success());
    assert_eq!(zbar(&picture.with_extension("png")), "https://fy.example.cn/200041T");
}

#[test]
fn a_poster_that_does_not_scan_is_not_written() {
    let site = Site::new();
    let good =
        fs::read_to_string(crate::support::repository().join("printables/a4-poster/main.typ"))
            .unwrap();
    for (name, spoil) in [
        (
            "a stamp over the symbol",
            "#place(top + std.left, dx: 60mm, dy: 120mm, rect(width: 30mm, height: 30mm, fill: white))",
        ),
        (
            "a stain in the quiet zone",
            "#place(top + std.left, dx: 21mm, dy: 100mm, rect(width: 4mm, height: 60mm, fill: black))",
        ),
    ] {
        let good = good.trim_end().strip_suffix(']').unwrap();
        site.write("printables/a4-poster/main.typ", format!("{good}\n{spoil}\n]\n"));
        for format in ["pdf", "svg"] {
            let args = ["--placement", "1", "--topic", "fees", "--format", format];
            let ran = print(&site, "out", &args);
            assert_eq!(ran.code, 1, "{name}: {}", ran.stderr);
            assert!(ran.stderr.contains("does not scan and was not written"), "{}", ran.stderr);
        }
        assert_eq!(manifest(&site.path("out")).len(), 0);
        assert!(!site.path("out/north").exists(), "{name}");
    }
}

#[test]
fn a_poster_that_runs_onto_a_second_page_is_not_written() {
    let site = Site::new();
    let file = "printables/a4-poster/main.typ";
    let good = fs::read_to_string(crate::support::repository().join(file)).unwrap();
    let good = good.trim_end().strip_suffix(']').unwrap();
    site.write(file, format!("{good}\n#pagebreak()\n#pdf.artifact(rect())\n]\n"));
    let ran = print(&site, "out", &["--placement", "1", "--topic", "fees"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("came out on 2 pages instead of 1"), "{}", ran.stderr);
    assert!(!site.path("out/north").exists());
}

#[test]
fn a_character_that_no_font_has_is_named_and_nothing_is_written() {
    let site = Site::new();
    let file = "guides/_facts/courts.toml";
    let courts = fs::read_to_string(site.root().join(file)).unwrap();
    site.write(file, courts.replace("北城区", "北𪚥区"));
    let ran = print(&site, "out", &["--placement", "1", "--topic", "fees"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("the print fonts lack 𪚥 (U+2A6A5)"), "{}", ran.stderr);
    assert!(!site.path("out/north").exists());
    let check = site.run(&["check", "--today", "2026-11-24"]);
    assert!(
        check.stdout.starts_with("guides/_facts/courts.toml:3:9: error: the print fonts lack"),
        "{}",
        check.stdout
    );
}

/// A site whose guide on fees has a second step that fits no poster.
fn with_a_long_step() -> Site {
    let site = Site::new();
    let file = "guides/fees/zh-Hans.md";
    let guide = fs::read_to_string(site.root().join(file)).unwrap();
    site.write(file, guide.replace("交不起先申请", &"长".repeat(40)));
    site
}

#[test]
fn what_does_not_fit_names_its_court_place_topic_code_and_layout() {
    let site = with_a_long_step();
    let told = "error: the layout tent does not fit: step 2 is too long for the tent: shorten it to \
                22 characters (placement 1, 诉讼服务大厅, of 北城区人民法院; topic fees, code 200041T)";
    let one = ["--placement", "1", "--topic", "fees", "--layout", "tent"];
    let ran = print(&site, "out", &one);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    // Among many pieces in one file it is found, and what is wrong with many is told once.
    let ran = print(&site, "out", &["--court", "north", "--layout", "tent", "--combine"]);
    assert_eq!((ran.code, ran.stderr.matches("error: ").count()), (1, 1), "{}", ran.stderr);
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let ran = print(&site, "out", &["--court", "north", "--layout", "tent"]);
    let both = format!("{told} (and 1 more piece)\n");
    assert_eq!((ran.code, ran.stderr.matches("error: ").count()), (1, 1), "{}", ran.stderr);
    assert!(ran.stderr.contains(&both), "{}", ran.stderr);
}

#[test]
fn what_does_not_fit_or_scan_is_told_in_chinese() {
    let chinese = |site: &Site, more: &[&str]| {
        let mut command = onecode();
        command.env("LANG", "zh_CN.UTF-8").arg("--root").arg(site.root());
        command.args(["print", "--base-url", "https://fy.example.cn", "--out"]);
        ran(command.arg(site.path("out")).args(["--placement", "1", "--topic", "fees"]).args(more))
    };
    let piece = "（北城区人民法院，点位 1“诉讼服务大厅”，主题 fees，编号 200041T）";
    let site = with_a_long_step();
    let ran = chinese(&site, &["--layout", "tent"]);
    let told = format!("错误：版式 tent 放不下：第 2 步太长：请改到 22 个字以内{piece}\n");
    assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    let site = Site::new();
    let file = "printables/a4-poster/main.typ";
    let good = fs::read_to_string(crate::support::repository().join(file)).unwrap();
    let good = good.trim_end().strip_suffix(']').unwrap();
    let stamp =
        "#place(top + std.left, dx: 60mm, dy: 120mm, rect(width: 30mm, height: 30mm, fill: white))";
    site.write(file, format!("{good}\n{stamp}\n]\n"));
    let ran = chinese(&site, &[]);
    let told = "错误：版式 a4-poster：north/1-fees-a4-poster.pdf 扫不出来，没有写出：1369 格中有 ";
    assert!(ran.stderr.contains(told) && ran.stderr.contains(piece), "{}", ran.stderr);
}

#[test]
fn traditional_characters_are_not_printed_and_it_is_said_why() {
    let site = Site::new();
    for wording in ["zh-Hant", "zh-Hant+en", "zh-Hans+zh-Hant"] {
        let ran = print(&site, "out", &["--lang", wording]);
        assert_eq!(ran.code, 2, "{wording}");
        for words in
            ["zh-Hant is not printed, because the print fonts", "use --lang zh-Hans, en or"]
        {
            assert!(ran.stderr.contains(words), "{wording}: {}", ran.stderr);
        }
    }
    let ran = print(&site, "out", &["--lang", "fr"]);
    assert!(ran.stderr.contains("no language \"fr\": zh-Hans or en, or two"), "{}", ran.stderr);
    assert!(!site.path("out").exists());
}

#[test]
fn a_stranger_s_manifest_is_left_alone() {
    let site = Site::new();
    fs::create_dir(site.path("out")).unwrap();
    fs::write(site.path("out/manifest.csv"), "name,price\n").unwrap();
    let ran = print(&site, "out", &["--placement", "1", "--topic", "fees"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("is no manifest of ours"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(site.path("out/manifest.csv")).unwrap(), "name,price\n");
}

#[test]
fn retired_placements_are_printed_only_where_they_are_named() {
    let site = Site::new();
    let ran = print(&site, "out", &["--court", "south"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("nothing to print"), "{}", ran.stderr);
    assert_eq!(print(&site, "out", &["--placement", "3", "--topic", "fees"]).code, 0);
}

#[test]
fn capitals_make_a_smaller_symbol() {
    let site = Site::new();
    let args = ["--placement", "1", "--topic", "fees", "--url-case", "upper"];
    assert_eq!(print(&site, "out", &args).code, 0);
    let row = &manifest(&site.path("out"))[0];
    assert_eq!(row["url"], "HTTPS://FY.EXAMPLE.CN/200041T");
    assert_eq!(row["symbol_version"], "2");
}

#[test]
fn a_job_that_is_stopped_leaves_whole_posters_and_a_manifest_of_them() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    fs::create_dir_all(out.join("baoding")).unwrap();
    // What a job left that was killed: no process has this number.
    let left = out.join("baoding/.1-fees-a4-poster.pdf.4194305-0.part");
    fs::write(&left, "half").unwrap();
    let mut job = crate::support::onecode()
        .args(["print", "--base-url", "https://fy.example.cn", "--out"])
        .arg(&out)
        .spawn()
        .unwrap();
    // The whole set takes a minute; it is stopped once something is there.
    while !out.join("baoding/1-onecode-a4-poster.pdf").exists() {
        assert!(job.try_wait().unwrap().is_none(), "the job ended by itself");
        std::thread::yield_now();
    }
    let term = Command::new("kill").args(["-TERM", &job.id().to_string()]).status().unwrap();
    assert!(term.success());
    assert_eq!(job.wait().unwrap().code(), Some(1));
    let rows = manifest(&out);
    assert!(!rows.is_empty() && rows.len() < 264, "{}", rows.len());
    let mut posters = 0;
    for court in fs::read_dir(&out).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()) {
        for file in fs::read_dir(court).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            assert!(!name.starts_with('.'), "{name} is left behind");
            posters += usize::from(name != "index.pdf");
        }
    }
    assert_eq!(posters, rows.len());
}

#[test]
fn every_poster_scans_from_its_pixels_and_says_what_each_poster_says() {
    let site = Site::new();
    for (layout, topic) in [
        ("a3-poster", "fees"),
        ("large-poster", "fees"),
        ("a4-onecode", "onecode"),
        ("a3-onecode", "onecode"),
    ] {
        let ran = print(&site, "out", &["--placement", "1", "--topic", topic, "--layout", layout]);
        assert_eq!(ran.code, 0, "{layout}: {}", ran.stderr);
        let row = manifest(&site.path("out")).into_iter().find(|row| row["layout"] == layout);
        let row = row.unwrap();
        let pdf = site.path("out").join(&row["file"]);
        let pdf = pdf.to_str().unwrap();
        if has_tool("pdftotext") {
            let output = Command::new("pdftotext").args([pdf, "-"]).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let address = format!("fy.example.cn/{}", row["code"]);
            let words = [&row["place"], &row["code"], &address];
            let fixed = ["北城区人民法院", "12368", "本页不收费、不要身份证号、不要验证码"];
            for words in words.into_iter().map(String::as_str).chain(fixed) {
                assert!(text.contains(words), "{layout}: {words} is not in: {text}");
            }
        }
        if has_tool("pdftoppm") && has_tool("zbarimg") {
            let picture = site.path(layout);
            let args = ["-r", "60", "-png", "-singlefile", pdf, picture.to_str().unwrap()];
            assert!(Command::new("pdftoppm").args(args).status().unwrap().success());
            assert_eq!(zbar(&picture.with_extension("png")), row["url"], "{layout}");
        }
    }
}

#[test]
fn a_one_code_poster_lists_every_topic_and_is_made_for_no_other() {
    let site = Site::new();
    let layout = ["--placement", "1", "--layout", "a4-onecode"];
    assert_eq!(print(&site, "out", &layout).code, 0);
    let rows = manifest(&site.path("out"));
    assert_eq!(rows.iter().map(|row| &*row["topic"]).collect::<Vec<_>>(), ["onecode"]);
    let ran = print(&site, "out", &[&layout[..], &["--topic", "fees"]].concat());
    assert_eq!(ran.code, 2);
    let told = "a4-onecode lists all topics beside the one code, so it is not printed by topic: add \
                --topic onecode, or leave --topic out";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    // Beside another design it is left out, and that is said.
    let both = ["--layout", "stickers-3x8", "--topic", "fees"];
    let ran = print(&site, "both", &[&layout[..], &both].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("left out: {told}")), "{}", ran.stderr);
    assert!(manifest(&site.path("both")).iter().all(|row| row["layout"] == "stickers-3x8"));
    if has_tool("pdftotext") {
        let pdf = site.path("out").join(&rows[0]["file"]);
        let output = Command::new("pdftotext").arg(pdf).arg("-").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let guide = fs::read_to_string(site.root().join("guides/fees/zh-Hans.md")).unwrap();
        for key in ["title = \"", "summary = \""] {
            let words = guide.split(key).nth(1).unwrap().split('"').next().unwrap();
            assert!(text.contains(words), "{words} is not in: {text}");
        }
    }
}

#[test]
fn a_listed_topic_that_is_too_long_is_told_in_its_own_guide() {
    let site = Site::new();
    let file = "guides/fees/zh-Hans.md";
    let guide = fs::read_to_string(site.root().join(file)).unwrap();
    let from = guide.find("summary = \"").unwrap();
    let to = from + guide[from..].find('\n').unwrap();
    let long = format!("summary = \"{}\"", "长".repeat(36));
    site.write(file, format!("{}{long}{}", &guide[..from], &guide[to..]));
    let check = site.run(&["check", "--today", "2026-11-24"]);
    let line = guide[..from].lines().count() + 1;
    let at = format!("{file}:{line}:1: error: the layouts a3-onecode, ");
    let told: Vec<&str> = check.stdout.lines().filter(|line| line.contains(": error: ")).collect();
    let [told] = told[..] else { panic!("told once: {told:#?}") };
    let end = "do not fit: the summary is too long: shorten it to 34 characters";
    assert!(
        told.starts_with(&at) && told.contains(" a4-onecode, ") && told.ends_with(end),
        "{told}"
    );
}

#[test]
fn the_one_code_posters_of_both_sizes_are_one_design() {
    let read = |layout: &str| {
        let file = crate::support::repository().join(format!("printables/{layout}/main.typ"));
        fs::read_to_string(file).unwrap()
    };
    assert!(read("a4-onecode") == read("a3-onecode"), "copy one main.typ over the other");
}

#[test]
fn placements_that_are_new_and_those_of_a_kind_are_printed_alone() {
    let site = Site::new();
    site.write(
        "guides/_facts/placements.csv",
        "number,court,place,channel,since,retired\n\
         1,north,诉讼服务大厅,hall,2026-01-05,\n\
         2,north,24小时法院,court24,2026-03-01,\n\
         3,south,二楼大厅,hall,2026-03-02,\n\
         4,south,三楼大厅,hall,,\n\
         5,south,四楼大厅,hall,2026-03-02,2026-05-01\n",
    );
    let cases: [(&[&str], &[&str]); 7] = [
        (&[], &["1", "2", "3", "4"]),
        // On that very day, too; of one without a date nobody knows.
        (&["--new-since", "2026-03-01"], &["2", "3"]),
        (&["--new-since", "2026-03-02"], &["3"]),
        (&["--channel", "court24"], &["2"]),
        (&["--channel", "hall"], &["1", "3", "4"]),
        (&["--channel", "hall", "--channel", "court24", "--court", "north"], &["1", "2"]),
        (&["--channel", "hall", "--new-since", "2026-01-05"], &["1", "3"]),
    ];
    for (at, (more, expected)) in cases.into_iter().enumerate() {
        let out = format!("out-{at}");
        let ran = print(&site, &out, &[&["--topic", "fees", "--no-index"], more].concat());
        assert_eq!(ran.code, 0, "{more:?}: {}", ran.stderr);
        let mut manifest = csv::Reader::from_path(site.path(&out).join("manifest.csv")).unwrap();
        let printed: Vec<String> =
            manifest.records().map(|row| row.unwrap()[4].to_owned()).collect();
        assert_eq!(printed, expected, "{more:?}");
    }
    let ran = print(&site, "none", &["--channel", "court24", "--new-since", "2026-03-02"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("nothing to print"), "{}", ran.stderr);
}

#[test]
fn a_fault_in_a_litigation_document_keeps_nobody_from_posters() {
    let site = Site::new();
    site.write("printables/documents/complaint-loan/document.toml", "title = [\n");
    let guide = "guides/fees/zh-Hans.md";
    let text = fs::read_to_string(site.root().join(guide)).unwrap();
    site.write(guide, text + "\n[不在的文书](/d/no-such-document)\n");
    let checked = site.run(&["check"]);
    assert_eq!(checked.code, 1, "{}", checked.stderr);
    let ran = print(&site, "out", &["--placement", "1", "--topic", "fees", "--no-index"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(manifest(&site.path("out")).len(), 1);
    // A font of the site's own is still read, and refused where it is none.
    site.write("printables/fonts/NotoSansSC-Bold.ttf", "no font");
    let ran = print(&site, "out", &["--placement", "1", "--topic", "fees", "--no-index"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("NotoSansSC-Bold.ttf"), "{}", ran.stderr);
}
