//! The designs beyond a single page in a single language: the tent's two faces, the handout's two
//! sides, two languages on one piece, what a printing works cuts off; all read back from poppler's
//! pixels and text by programs that are not ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use image::RgbImage;
use image::imageops::{crop_imm, rotate180};

use crate::support::{Ran, Site, has_tool, repository};

const LAYOUTS: [(&str, &str); 7] = [
    ("a4-poster", "fees"),
    ("a3-poster", "fees"),
    ("large-poster", "fees"),
    ("a4-onecode", "onecode"),
    ("a3-onecode", "onecode"),
    ("tent", "fees"),
    ("handout", "fees"),
];

fn has_tools() -> bool {
    ["pdftoppm", "pdftotext", "pdfinfo", "zbarimg"].into_iter().all(has_tool)
}

/// Pieces of placement 1; more arguments may select another one.
fn print(site: &Site, more: &[&str]) -> Ran {
    let out = site.path("out");
    let base = ["print", "--base-url", "https://fy.example.cn", "--out", out.to_str().unwrap()];
    site.run(&[&base[..], &["--placement", "1"], more].concat())
}

/// The file of a piece of placement 1; `ending` is the wording's, if any.
fn pdf(site: &Site, topic: &str, layout: &str, ending: &str) -> PathBuf {
    site.path("out").join(format!("north/1-{topic}-{layout}{ending}.pdf"))
}

fn tool(name: &str, args: &[&str]) -> String {
    let output = Command::new(name).args(args).output().unwrap();
    // Poppler cuts some characters of a structure in two.
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Whether a document says some words: on a line or two, and however far apart their letters are.
fn says(pdf: &Path, words: &str) -> bool {
    let tight = |text: &str| text.split_whitespace().collect::<String>();
    tight(&tool("pdftotext", &["-raw", pdf.to_str().unwrap(), "-"])).contains(&tight(words))
}

/// One of a document's pages as pixels.
fn raster(pdf: &Path, page: usize, dpi: usize) -> RgbImage {
    let (page, dpi) = (page.to_string(), dpi.to_string());
    let picture = pdf.with_extension("");
    let args = ["-png", "-singlefile", "-r", &*dpi, "-f", &*page, "-l", &*page];
    let mut command = Command::new("pdftoppm");
    assert!(command.args(args).arg(pdf).arg(&picture).status().unwrap().success());
    image::open(picture.with_extension("png")).unwrap().to_rgb8()
}

/// What zbar reads in a picture; `near` says where it may leave it.
fn zbar(picture: &RgbImage, near: &Path) -> String {
    let file = near.with_extension("crop.png");
    picture.save(&file).unwrap();
    tool("zbarimg", &["-q", "--raw", file.to_str().unwrap()]).trim().to_owned()
}

/// Sets a key of a guide's front matter, which may be a list.
fn set(site: &Site, file: &str, key: &str, value: &str) {
    let guide = fs::read_to_string(site.root().join(file)).unwrap();
    let from = guide.find(&format!("\n{key} = ")).unwrap() + 1;
    let to = from + guide[from..].find('\n').unwrap();
    site.write(file, format!("{}{key} = {value}{}", &guide[..from], &guide[to..]));
}

fn steps(words: &[&str]) -> String {
    format!("{words:?}")
}

/// A site that speaks English, too.
fn bilingual() -> Site {
    let site = Site::new();
    for (topic, title, summary, lines) in [
        ("fees", "Fees and refunds", "What you pay and how it comes back", STEPS),
        ("onecode", "All court services", "One code for every matter", STEPS),
    ] {
        let source = format!("guides/{topic}/zh-Hans.md");
        let file = format!("guides/{topic}/en.md");
        site.write(&file, fs::read(site.root().join(source)).unwrap());
        set(&site, &file, "title", &format!("{title:?}"));
        set(&site, &file, "summary", &format!("{summary:?}"));
        set(&site, &file, "steps", &steps(&lines));
    }
    site
}

const STEPS: [&str; 3] =
    ["Pay within [](limit:pay-fee)", "Cannot pay? Ask for relief first", "What is due comes back"];

#[test]
fn a_piece_in_two_languages_has_both_and_scans_in_every_design() {
    if !has_tools() {
        return;
    }
    let site = bilingual();
    for (layout, topic) in LAYOUTS {
        let ran = print(&site, &["--topic", topic, "--layout", layout, "--lang", "zh-Hans+en"]);
        assert_eq!(ran.code, 0, "{layout}: {}", ran.stderr);
        let file = pdf(&site, topic, layout, "-zh-Hans+en");
        let (chinese, english) = match topic {
            "onecode" => ("一码通", "All court services"),
            _ => ("缴费退费", "Fees and refunds"),
        };
        let safety = ["本页不收费、不要身份证号、不要验证码", "Free. We never ask for ID numbers"];
        let calls = ["Scan with", "No smartphone?", "Court service hotline", "12368"];
        for words in [chinese, english].into_iter().chain(safety).chain(calls) {
            assert!(says(&file, words), "{layout} does not say {words}");
        }
        // Each step stands below its Chinese; the one-code poster lists topics instead.
        let below = if topic == "onecode" {
            &["Fees and refunds"][..]
        } else {
            &["Pay within 7 days", STEPS[1], STEPS[2]]
        };
        for words in below {
            assert!(says(&file, words), "{layout} does not say {words}");
        }
        let code = if topic == "onecode" { "200040G" } else { "200041T" };
        let read = zbar(&raster(&file, 1, 100), &file);
        let read = read.lines().next().unwrap_or_default();
        assert_eq!(read, format!("https://fy.example.cn/{code}"), "{layout}");
    }
}

#[test]
fn both_faces_of_a_tent_are_one_design_and_both_scan() {
    if !has_tools() {
        return;
    }
    let site = Site::new();
    let ran = print(&site, &["--topic", "fees", "--layout", "tent"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let file = pdf(&site, "fees", "tent", "");
    assert!(tool("pdfinfo", &[file.to_str().unwrap()]).contains("Pages:           1"));
    // 10 pixels a millimetre: the fold is between two of them.
    let page = raster(&file, 1, 254);
    let (width, half) = (page.width(), page.height() / 2);
    let near = crop_imm(&page, 0, half, width, half).to_image();
    let far = crop_imm(&page, 0, 0, width, half).to_image();
    for face in [&near, &far] {
        assert_eq!(zbar(face, &file), "https://fy.example.cn/200041T");
    }
    // Folded, the far face is the near one: but for the fold's words, and for half a printer's dot.
    let below_the_fold = 60;
    let upright = rotate180(&far);
    let unlike = |a: &RgbImage, b: &RgbImage| {
        let cut = |face: &RgbImage| {
            crop_imm(face, 0, below_the_fold, width, half - below_the_fold).to_image()
        };
        let pairs = cut(a).into_raw().into_iter().zip(cut(b).into_raw());
        let (sum, count) =
            pairs.fold((0, 0), |(sum, count), (a, b)| (sum + u64::from(a.abs_diff(b)), count + 1));
        sum / count
    };
    let (turned, unturned) = (unlike(&near, &upright), unlike(&near, &far));
    assert!(turned < 12 && unturned > 3 * turned, "{turned} turned, {unturned} unturned");
    let rows = fs::read_to_string(site.path("out/manifest.csv")).unwrap();
    assert_eq!(rows.matches("ok: ").count(), 2, "{rows}");
}

#[test]
fn a_reader_for_the_blind_hears_one_face_of_a_tent_and_both_its_symbols() {
    if !has_tool("pdfinfo") {
        return;
    }
    let site = Site::new();
    assert_eq!(print(&site, &["--topic", "fees", "--layout", "tent"]).code, 0);
    let file = pdf(&site, "fees", "tent", "");
    let said = tool("pdfinfo", &["-struct-text", file.to_str().unwrap()]);
    for words in ["缴费退费", "12368", "本页不收费、不要身份证号、不要验证码"]
    {
        assert_eq!(said.matches(words).count(), 1, "{words} in: {said}");
    }
    assert_eq!(said.matches("Figure").count(), 2, "{said}");
}

#[test]
fn a_handout_scans_on_both_sides_and_its_back_is_for_writing_on() {
    if !has_tools() {
        return;
    }
    let site = Site::new();
    let ran = print(&site, &["--topic", "fees", "--layout", "handout"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let file = pdf(&site, "fees", "handout", "");
    let path = file.to_str().unwrap();
    let info = tool("pdfinfo", &[path]);
    // A5: 148 by 210 mm.
    for line in ["Pages:           2", "419.528 x 595.276"] {
        assert!(info.contains(line), "{info}");
    }
    for page in [1, 2] {
        let read = zbar(&raster(&file, page, 110), &file);
        assert_eq!(read, "https://fy.example.cn/200041T", "side {page}");
        let number = page.to_string();
        let text = tool("pdftotext", &["-f", &*number, "-l", &*number, path, "-"]);
        let both = ["北城区人民法院", "诉讼服务大厅", "缴费退费", "fy.example.cn/200041T", "12368"];
        let step = ["次日起7日内交费", "本页不收费、不要身份证号、不要验证码"];
        let back = ["记一记", "案号", "电话", "最后期限", "2026-11-01"];
        let more = if page == 2 { &back[..] } else { &[] };
        for words in both.iter().chain(&step).chain(more) {
            assert!(text.contains(words), "side {page}: {words} is not in: {text}");
        }
    }
}

#[test]
fn three_to_five_steps_fit_a_tent_and_a_handout_and_no_other_number() {
    let site = bilingual();
    let long = ["有困难的，起诉时就申请缓交减交或者免交诉费"; 6];
    let english = ["Cannot pay? Ask for relief when you sue them"; 6];
    assert_eq!((long[0].chars().count(), english[0].len()), (21, 44));
    for count in 2..=6 {
        set(&site, "guides/fees/zh-Hans.md", "steps", &steps(&long[..count]));
        set(&site, "guides/fees/en.md", "steps", &steps(&english[..count]));
        for layout in ["tent", "handout"] {
            for wording in ["zh-Hans", "en", "zh-Hans+en"] {
                let args = ["--topic", "fees", "--layout", layout, "--lang", wording];
                let ran = print(&site, &args);
                let fits = (3..=5).contains(&count);
                assert_eq!(ran.code == 0, fits, "{layout} {wording} {count}: {}", ran.stderr);
            }
        }
    }
}

/// The longest of some words.
fn longest<'a>(words: impl Iterator<Item = &'a str>) -> &'a str {
    words.max_by_key(|word| word.chars().count()).unwrap()
}

#[test]
fn the_longest_court_and_place_of_the_registry_fit_every_design() {
    let facts = |name: &str| {
        let file = repository().join(format!("guides/_facts/{name}"));
        fs::read_to_string(file).unwrap()
    };
    let (courts, places) = (facts("courts.toml"), facts("placements.csv"));
    let court =
        longest(courts.lines().filter_map(|line| {
            line.strip_prefix("name = \"").and_then(|rest| rest.strip_suffix('"'))
        }));
    let place = longest(places.lines().skip(1).filter_map(|line| line.split(',').nth(2)));
    assert!(court.chars().count() >= 15 && place.chars().count() >= 6, "{court} {place}");
    let site = bilingual();
    let file = "guides/_facts/courts.toml";
    let ours = fs::read_to_string(site.root().join(file)).unwrap();
    let registry = "guides/_facts/placements.csv";
    let placements = fs::read_to_string(site.root().join(registry)).unwrap();
    // And names as long as a layout promises to take.
    let (long_court, long_place) = ("长".repeat(26), "处".repeat(24));
    for (court, place) in [(court, place), (&*long_court, &*long_place)] {
        site.write(file, ours.replace("北城区人民法院", court));
        site.write(registry, placements.replace("诉讼服务大厅", place));
        for (layout, topic) in LAYOUTS {
            for wording in ["zh-Hans", "zh-Hans+en"] {
                let args = ["--topic", topic, "--layout", layout, "--lang", wording];
                let ran = print(&site, &args);
                assert_eq!(ran.code, 0, "{layout} {wording} {court} {place}: {}", ran.stderr);
            }
        }
    }
}

#[test]
fn what_is_too_long_for_a_tent_or_a_handout_is_named_with_how_far_to_shorten_it() {
    let site = bilingual();
    let quoted = |letter: &str, count: usize| format!("{:?}", letter.repeat(count));
    let short = quoted("短", 6);
    let steps = format!("[{short}, {}, {short}]", quoted("长", 40));
    // A Chinese title of more than 8 characters is told by the guide already.
    for (language, key, value, what) in [
        ("en", "title", quoted("W", 40), "the title is too long for the"),
        ("zh-Hans", "summary", quoted("长", 40), "the summary is too long for the"),
        ("zh-Hans", "steps", steps, "step 2 is too long for the"),
    ] {
        let file = format!("guides/fees/{language}.md");
        let guide = fs::read_to_string(site.root().join(&file)).unwrap();
        set(&site, &file, key, &value);
        for layout in ["tent", "handout"] {
            let args = ["--topic", "fees", "--layout", layout, "--lang", language];
            let ran = print(&site, &args);
            assert_eq!(ran.code, 1, "{layout} {key}");
            for words in [&*format!("{what} {layout}"), "shorten it to", "characters"] {
                assert!(ran.stderr.contains(words), "{layout} {key}: {}", ran.stderr);
            }
            assert!(!pdf(&site, "fees", layout, "").exists(), "{layout} {key}");
        }
        site.write(&file, &guide);
    }
    // The language beside is told apart.
    set(&site, "guides/fees/en.md", "title", &quoted("W", 60));
    let bilingual = ["--topic", "fees", "--layout", "tent", "--lang", "zh-Hans+en"];
    let ran = print(&site, &bilingual);
    assert!(ran.stderr.contains("the title beside is too long for the tent"), "{}", ran.stderr);
}

/// A box of a PDF's first page in points: left, bottom, right, top.
fn boxed(pdf: &Path, name: &str) -> Vec<f64> {
    let info = tool("pdfinfo", &["-box", pdf.to_str().unwrap()]);
    let line = info.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_start_matches(':').split_whitespace().map(|n| n.parse().unwrap()).collect()
}

#[test]
fn for_a_printing_works_a_piece_has_a_bleed_that_colour_at_the_edge_runs_into() {
    if !has_tools() {
        return;
    }
    let mm = |points: f64| (points / 72.0 * 25.4 * 10.0).round() / 10.0;
    let site = Site::new();
    for (layout, topic) in LAYOUTS {
        let args = ["--topic", topic, "--layout", layout];
        assert_eq!(print(&site, &args).code, 0);
        let file = pdf(&site, topic, layout, "");
        let paper = boxed(&file, "MediaBox");
        assert_eq!(boxed(&file, "TrimBox"), paper, "{layout}");
        let plain = raster(&file, 1, 50);

        let ran = print(&site, &[&args[..], &["--press"]].concat());
        assert_eq!(ran.code, 0, "{layout}: {}", ran.stderr);
        let (media, trim) = (boxed(&file, "MediaBox"), boxed(&file, "TrimBox"));
        let extent = |of: &[f64]| (mm(of[2] - of[0]), mm(of[3] - of[1]));
        let (width, height) = extent(&paper);
        assert_eq!(extent(&trim), (width, height), "{layout}");
        assert_eq!(extent(&media), (width + 6.0, height + 6.0), "{layout}");
        assert_eq!((mm(trim[0]), mm(trim[1])), (3.0, 3.0), "{layout}");

        // Where the paper's edge is white the bleed is white; where it is not, as at a fold's mark,
        // the same runs on into it.
        let pressed = raster(&file, 1, 50);
        let over = (pressed.width() - plain.width()) / 2;
        assert!((5..=6).contains(&over), "{layout}: {over} pixels");
        let dark = |page: &RgbImage, x: u32| {
            page.enumerate_pixels().filter(|(at, _, pixel)| *at == x && pixel.0[0] < 200).count()
        };
        let expected = if layout == "tent" { 1..=2 } else { 0..=0 };
        for (page, x) in [(&plain, 1), (&pressed, 1), (&pressed, pressed.width() - 2)] {
            let dark = dark(page, x);
            assert!(expected.contains(&dark), "{layout}: {dark} dark pixels at {x}");
        }
    }
}

#[test]
fn a_picture_that_could_not_say_where_it_is_cut_is_refused() {
    for format in ["png", "svg"] {
        let ran = print(&Site::new(), &["--press", "--format", format]);
        assert_eq!(ran.code, 2, "{format}");
        assert!(ran.stderr.contains("--press needs a PDF"), "{format}: {}", ran.stderr);
    }
}
