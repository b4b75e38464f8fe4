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

/// A design of a site's own: a symbol alone, and what its `main.typ` says of `data` before it.
fn design(site: &Site, name: &str, says: &str) {
    let layout = format!(
        "[layout]\nname = \"{name}\"\ntitle-zh = \"试版\"\ntitle-en = \"Trial\"\npaper = \"a4\"\n\
         width_mm = 210\nheight_mm = 297\n\
         [symbol]\nx_mm = 5\ny_mm = 5\nbox_mm = 60\nmin_symbol_mm = 20\n\
         [words.zh-Hans]\nscan = \"扫\"\n[words.en]\nscan = \"Scan\"\n"
    );
    site.write(&format!("printables/{name}/layout.toml"), layout);
    let symbol = "set page(width: 210mm, height: 297mm, margin: 0mm)\n  let s = data.symbol\n  \
                  place(top + left, dx: s.x_mm * 1mm, dy: s.y_mm * 1mm, \
                  image(s.file, width: s.size_mm * 1mm, alt: s.alt))";
    let main = format!("#let pages(data) = {{\n  {says}\n  {symbol}\n}}\n");
    site.write(&format!("printables/{name}/main.typ"), main);
}

/// Courts and placements of a site: `id,name` and `number,court,place,channel` a line.
fn registry(site: &Site, courts: &[(&str, &str)], placements: &[&str]) {
    let court = |(id, name): &(&str, &str)| {
        format!("[[court]]\nid = \"{id}\"\nname = \"{name}\"\nlevel = \"basic\"\n\n")
    };
    let courts: Vec<String> = courts.iter().map(court).collect();
    site.write("guides/_facts/courts.toml", courts.concat());
    let rows: Vec<String> = placements.iter().map(|row| format!("{row},,\n")).collect();
    let rows = format!("number,court,place,channel,since,retired\n{}", rows.concat());
    site.write("guides/_facts/placements.csv", rows);
}

/// The lines of `onecode check` that tell of errors.
fn errors(site: &Site) -> Vec<String> {
    let check = site.run(&["check", "--today", "2026-11-24"]);
    let errors = check.stdout.lines().filter(|line| line.contains(": error: "));
    errors.map(str::to_owned).collect()
}

#[test]
fn a_court_is_tried_with_its_own_places_and_never_with_those_of_another() {
    let site = Site::new();
    // Nine and eight characters: each has a short one beside it.
    let (long_court, long_place) = ("北城高新区人民法院", "第二诉讼服务大厅");
    let courts = [("north", long_court), ("south", "南城法院")];
    let places =
        ["1,north,大厅,hall", &format!("2,south,{long_place},hall"), "3,north,夜间,court24"];
    registry(&site, &courts, &places);
    let says = "if data.court.clusters().len() + data.place.clusters().len() > 12 { \
                panic(\"the place is too long for the strip: shorten it to 2 characters\") }";
    design(&site, "strip", says);
    assert_eq!(errors(&site), [""; 0]);
    // Where the two do meet they are told of, and not where they do not.
    registry(&site, &courts, &[&places[..], &[&format!("4,north,{long_place},hall")]].concat());
    let told = "guides/_facts/placements.csv:5:9: error: the layout strip does not fit: the place is \
                too long: shorten it to 2 characters (placement 4)";
    assert_eq!(errors(&site), [told]);
}

#[test]
fn what_is_too_long_is_told_once_for_all_designs_guides_and_placements() {
    let site = Site::new();
    let long = "北城区人民法院".repeat(6);
    let rows = |court: &str, from: usize| -> Vec<String> {
        (from..from + 5).map(|n| format!("{n},{court},{n}号窗口,hall")).collect()
    };
    let rows = [rows("north", 1), rows("south", 6), rows("east", 11)].concat();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let longer = long.clone() + "东";
    registry(&site, &[("south", "南城法院"), ("north", &long), ("east", &longer)], &rows);
    let errors = errors(&site);
    let [north, east] = &errors[..] else { panic!("one for each court: {errors:#?}") };
    for (told, place, placements) in [
        (north, "guides/_facts/courts.toml:8:9", " (placements 1, 2, 3 and 2 more)"),
        (east, "guides/_facts/courts.toml:13:9", " (placements 11, 12, 13 and 2 more)"),
    ] {
        assert!(told.starts_with(&format!("{place}: error: the layouts a3-poster, ")), "{told}");
        assert!(
            told.contains("handout, ") && told.contains("tent do not fit: the court's"),
            "{told}"
        );
        assert!(told.ends_with(placements), "{told}");
    }
}

#[test]
fn every_wording_is_tried_and_a_fault_of_the_second_language_is_told_in_its_guide() {
    let site = Site::new();
    copy(&repository().join("tests/sites/bad/translation-older"), &site.root());
    let says = "if data.beside != none { panic(\"the title beside is too long for the strip: \" \
                + \"shorten it to 5 characters\") }\n  \
                if data.lang == \"en\" { panic(\"words.scan is too long: shorten it in layout.toml\") }";
    design(&site, "strip", says);
    assert_eq!(
        errors(&site),
        [
            "guides/fees/en.md:3:1: error: the layout strip (zh-Hans+en) does not fit: the title beside \
             is too long: shorten it to 5 characters",
            "printables/strip/layout.toml:16:1: error: the layout strip does not fit: words.scan is too \
             long: shorten it in layout.toml",
        ]
    );
}

#[test]
fn what_a_design_has_no_room_for_is_told_in_chinese() {
    let site = Site::new();
    design(
        &site,
        "strip",
        "panic(\"step 2 is too long for the strip: shorten it to 9 characters\")",
    );
    let root = site.root();
    let check = ran(onecode().env("LANG", "zh_CN.UTF-8").arg("--root").arg(root).arg("check"));
    let told =
        "guides/fees/zh-Hans.md:5:1: 错误: 版式 strip 放不下：第 2 步太长：请改到 9 个字以内\n";
    assert!(check.stdout.contains(told), "{}", check.stdout);
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
