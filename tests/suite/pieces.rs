//! What every printed piece has to say, in every language and under long names; that its page is
//! its paper's size, and that the marks to cut along stand on white.

use std::fs;
use std::path::Path;
use std::process::Command;

use image::RgbImage;

use crate::support::{Site, has_tool};

const POSTERS: [&str; 5] = ["a4-poster", "a3-poster", "large-poster", "tent", "handout"];
const ONE_CODES: [&str; 2] = ["a4-onecode", "a3-onecode"];
const SHEETS: [&str; 4] = ["stickers-l7159", "stickers-l7160", "stickers-3x8", "badge"];
const WORDINGS: [&str; 3] = ["zh-Hans", "en", "zh-Hans+en"];

const CHINESE_STEPS: [&str; 3] = ["收到通知就去交费", "交不起先申请减免", "该退的会退给您"];
const ENGLISH_STEPS: [&str; 3] = [
    "Pay within a week of the notice",
    "Cannot pay? Ask for relief first",
    "What is due comes back",
];
const CHINESE_PROMISE: &str = "本页不收费、不要身份证号、不要验证码";

/// A site whose two guides speak both languages, with steps that tests know.
fn bilingual() -> Site {
    let site = Site::new();
    for (topic, chinese, english) in
        [("fees", "缴费退费", "Fees and refunds"), ("onecode", "一码通", "All court services")]
    {
        let source = format!("guides/{topic}/zh-Hans.md");
        let guide = fs::read_to_string(site.root().join(&source)).unwrap();
        let with = |title: &str, steps: [&str; 3]| {
            let lines = guide.lines().map(|line| match line.split_once(" = ") {
                Some(("title", _)) => format!("title = {title:?}"),
                Some(("summary", _)) => format!("summary = {title:?}"),
                Some(("steps", _)) => format!("steps = {steps:?}"),
                _ => line.to_owned(),
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        site.write(&source, with(chinese, CHINESE_STEPS));
        site.write(&format!("guides/{topic}/en.md"), with(english, ENGLISH_STEPS));
    }
    site
}

/// Prints placement 1 in `layouts`, and returns the folder of its court.
fn print(site: &Site, base_url: &str, layouts: &[&str], more: &[&str]) -> std::path::PathBuf {
    let out = site.path("out");
    let mut args = vec!["print", "--base-url", base_url, "--out", out.to_str().unwrap()];
    args.extend(["--placement", "1"]);
    args.extend(layouts.iter().flat_map(|layout| ["--layout", layout]));
    args.extend(WORDINGS.iter().flat_map(|wording| ["--lang", wording]));
    args.extend(more);
    let ran = site.run(&args);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    out.join("north")
}

/// The text of one page, from 1, its lines joined; without spaces where a language has none.
fn text(pdf: &Path, page: usize) -> String {
    let page = page.to_string();
    let mut command = Command::new("pdftotext");
    command.args(["-raw", "-f", &*page, "-l", &*page]).arg(pdf).arg("-");
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is missing of `wanted` in a text, where lines may break anywhere.
fn missing<'w>(text: &str, wanted: &[&'w str]) -> Vec<&'w str> {
    let tight = |text: &str| text.replace(' ', "");
    let text = tight(text);
    wanted.iter().filter(|words| !text.contains(&tight(words))).copied().collect()
}

/// What a piece says in `wording`; `small`: on labels and badges, which leave out the steps, and
/// promise in English in fewer words and beside Chinese not again.
fn wanted(wording: &str, topic: &str, small: bool) -> Vec<&'static str> {
    let (chinese, english) = (wording.starts_with("zh-Hans"), wording.ends_with("en"));
    let (titles, code) = match topic {
        "fees" => (["缴费退费", "Fees and refunds"], "fy.example.cn/200041T"),
        _ => (["一码通", "All court services"], "fy.example.cn/200040G"),
    };
    let mut list = vec!["北城区人民法院", "诉讼服务大厅", "12368", "2026-11-01", code];
    let mut say = |condition: bool, words: &[&'static str]| {
        if condition {
            list.extend(words);
        }
    };
    say(chinese, &[titles[0], CHINESE_PROMISE, "微信扫一扫"]);
    say(english, &[titles[1]]);
    say(english && !small, &["Free. We never ask for ID numbers or passcodes", "Scan with WeChat"]);
    say(english && small && !chinese, &["Free. We ask no ID number, no passcode"]);
    // The one-code posters list the topics instead of steps.
    say(chinese && !small && topic == "fees", &CHINESE_STEPS);
    say(english && !small && topic == "fees", &ENGLISH_STEPS);
    say(chinese && topic == "onecode", &["缴费退费"]);
    say(english && topic == "onecode", &["Fees and refunds"]);
    // What only a second language tells from a first one.
    say(english && !small, &["Court service hotline", "No smartphone?", "Reviewed"]);
    say(english && !small, &["Any phone camera works too", "Cannot scan? Type in a browser"]);
    say(english && !small && topic == "fees", &["Court services, one code"]);
    list
}

/// A file's wording as the end of its name.
fn ending(wording: &str) -> String {
    if wording == "zh-Hans" { String::new() } else { format!("-{wording}") }
}

#[test]
fn every_piece_says_in_every_language_what_a_piece_has_to_say() {
    if !has_tool("pdftotext") {
        return;
    }
    let site = bilingual();
    let base = "https://fy.example.cn";
    let small = print(&site, base, &SHEETS, &["--topic", "fees"]);
    print(&site, base, &POSTERS, &["--topic", "fees"]);
    print(&site, base, &ONE_CODES, &["--topic", "onecode"]);
    let mut faults = Vec::new();
    let mut ask = |file: String, page: usize, wanted: &[&str]| {
        let text = text(&small.join(&file), page);
        let missing = missing(&text, wanted);
        if !missing.is_empty() {
            faults.push(format!("{file} lacks {missing:?} on page {page}: {text}"));
        }
    };
    for wording in WORDINGS {
        let end = ending(wording);
        for layout in SHEETS {
            ask(format!("{layout}-1{end}.pdf"), 1, &wanted(wording, "fees", true));
        }
        for layout in POSTERS {
            let mut list = wanted(wording, "fees", false);
            // A tent in two languages has no room for what else scans.
            list.retain(|words| layout != "tent" || *words != "Any phone camera works too");
            let file = format!("1-fees-{layout}{end}.pdf");
            // A title is found as it is written, however far apart its characters stand.
            if wording != "en" {
                let output = Command::new("pdftotext").arg(small.join(&file)).arg("-").output();
                let said = String::from_utf8_lossy(&output.unwrap().stdout).into_owned();
                assert!(said.contains("缴费退费"), "{file}: {said}");
            }
            ask(file, 1, &list);
        }
        for layout in ONE_CODES {
            ask(format!("1-onecode-{layout}{end}.pdf"), 1, &wanted(wording, "onecode", false));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_longest_names_of_courts_fit_labels_and_badges_and_break_before_what_a_court_is() {
    if !has_tool("pdftotext") {
        return;
    }
    let site = bilingual();
    let file = "guides/_facts/courts.toml";
    let courts = fs::read_to_string(site.root().join(file)).unwrap();
    // On a label; a badge has room for more.
    for (court, label) in [
        ("积石山保安族东乡族撒拉族自治县人民法院", ["积石山保安族东乡族撒拉族", "自治县人民法院"]),
        ("新疆生产建设兵团第八师中级人民法院", ["新疆生产建设兵团", "第八师中级人民法院"]),
        ("内蒙古自治区鄂尔多斯市中级人民法院", ["内蒙古自治区鄂尔多斯市", "中级人民法院"]),
        ("保定高新技术产业开发区人民法院", ["保定高新技术产业开发区", "人民法院"]),
    ] {
        site.write(file, courts.replace("北城区人民法院", court));
        // A host as long as courts have them.
        let base = "https://susong.hebeicourt.gov.cn";
        let dir = print(&site, base, &SHEETS, &["--topic", "fees"]);
        for wording in WORDINGS {
            for layout in SHEETS {
                let text = text(&dir.join(format!("{layout}-1{}.pdf", ending(wording))), 1);
                let promise =
                    if wording == "en" { "Free. We ask no ID number," } else { CHINESE_PROMISE };
                let said = [court, "诉讼服务大厅", promise, "12368", "2026-11-01", "200041T"];
                assert_eq!(missing(&text, &said), [""; 0], "{layout} {wording}: {text}");
                if layout != "badge" {
                    assert!(text.contains(label[0]) && text.contains(label[1]), "{text}");
                    let one_line = text.split(' ').any(|word| word.contains(court));
                    assert!(!one_line, "{layout}: {text}");
                }
            }
        }
    }
}

#[test]
fn each_page_is_exactly_as_large_as_its_paper() {
    if !has_tool("pdfinfo") {
        return;
    }
    let site = Site::new();
    let out = site.path("out");
    let mut args = vec!["print", "--base-url", "https://fy.example.cn", "--placement", "1"];
    args.extend(["--out", out.to_str().unwrap()]);
    let layouts = POSTERS.iter().chain(&ONE_CODES).chain(&SHEETS);
    args.extend(layouts.clone().flat_map(|layout| ["--layout", layout]));
    assert_eq!(site.run(&args).code, 0);
    for layout in layouts {
        let wanted = match *layout {
            "a3-poster" | "large-poster" => (297.0, 420.0),
            "a3-onecode" => (420.0, 297.0),
            "a4-onecode" => (297.0, 210.0),
            "handout" => (148.0, 210.0),
            _ => (210.0, 297.0),
        };
        let name = match *layout {
            sheet if SHEETS.contains(layout) => format!("{sheet}-1.pdf"),
            one if ONE_CODES.contains(layout) => format!("1-onecode-{one}.pdf"),
            poster => format!("1-fees-{poster}.pdf"),
        };
        let output = Command::new("pdfinfo").arg(out.join("north").join(name)).output().unwrap();
        let info = String::from_utf8_lossy(&output.stdout).into_owned();
        let paper = info.lines().find_map(|line| line.strip_prefix("Page size:")).unwrap();
        let numbers = paper.split_whitespace().filter_map(|word| word.parse::<f64>().ok());
        let points: Vec<f64> = numbers.collect();
        let off = |points: f64, mm: f64| (points - mm / 25.4 * 72.0).abs();
        assert!(
            off(points[0], wanted.0) < 0.01 && off(points[1], wanted.1) < 0.01,
            "{layout}: {paper}"
        );
    }
}

/// A page at 600 dpi.
fn raster(pdf: &Path) -> RgbImage {
    let picture = pdf.with_extension("");
    let mut command = Command::new("pdftoppm");
    command.args(["-r", "600", "-singlefile", "-png"]).arg(pdf).arg(&picture);
    assert!(command.status().unwrap().success());
    image::open(picture.with_extension("png")).unwrap().to_rgb8()
}

#[test]
fn the_marks_to_cut_badges_along_stand_on_white_and_on_no_card() {
    if !has_tool("pdftoppm") {
        return;
    }
    let site = Site::new();
    // A full sheet, so that a card's red runs out on all sides of the marks.
    let out = site.path("out");
    let mut args = vec!["print", "--base-url", "https://fy.example.cn", "--out"];
    args.extend([out.to_str().unwrap(), "--placement", "1", "--topic", "fees"]);
    args.extend(["--layout", "badge", "--copies", "10"]);
    assert_eq!(site.run(&args).code, 0);
    let page = raster(&out.join("north/badge-1.pdf"));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small, positive")]
    let pixel = |mm: f64| (mm / 25.4 * 600.0).round() as u32;
    let is_white = |x: u32, y: u32| page.get_pixel(x, y).0.iter().all(|channel| *channel > 240);
    for row in 0..5 {
        let top = 7.5 + 57.0 * f64::from(row);
        for column in 0..2 {
            for cut in [14.4 + 95.6 * f64::from(column), 100.0 + 95.6 * f64::from(column)] {
                // Above a card and below it: a dark mark with white at both sides, for half a millimetre.
                for (from, to) in [(top - 3.0, top), (top + 54.0, top + 57.0)] {
                    let marked = (pixel(from)..pixel(to)).filter(|y| {
                        let dark = (pixel(cut - 0.1)..=pixel(cut + 0.1))
                            .any(|x| page.get_pixel(x, *y).0.iter().all(|channel| *channel < 120));
                        dark && is_white(pixel(cut - 0.4), *y) && is_white(pixel(cut + 0.4), *y)
                    });
                    let marked = marked.count();
                    assert!(marked > pixel(0.5) as usize, "row {row} at {cut}: {marked} pixels");
                }
                // On the card's edge itself there is none, nor in the red that runs over it.
                let inside = (pixel(top - 1.4)..pixel(top + 53.9)).find(|y| {
                    let x = pixel(cut);
                    page.get_pixel(x, *y).0.iter().all(|channel| *channel < 120)
                });
                assert_eq!(inside, None, "row {row} at {cut}");
            }
        }
    }
}
