//! Sheets of labels and cards: every slot read back by zbar from poppler's pixels, measured against the
//! stock's own table, and filled as asked for.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use image::RgbImage;

use crate::support::{Ran, Site, has_tool, onecode, repository};

type Row = BTreeMap<String, String>;

/// From where to where, in millimetres.
type Span = (f64, f64);

/// A stock as its maker states it: columns, rows, left, top, width, height, pitch across and down.
struct Stock {
    layout: &'static str,
    columns: usize,
    rows: usize,
    corner: (f64, f64),
    size: (f64, f64),
    pitch: (f64, f64),
    least_mm: f64,
}

const STOCKS: [Stock; 4] = [
    Stock {
        layout: "stickers-l7159",
        columns: 3,
        rows: 8,
        corner: (7.2, 12.9),
        size: (63.5, 33.9),
        pitch: (66.0, 33.9),
        least_mm: 20.0,
    },
    Stock {
        layout: "stickers-l7160",
        columns: 3,
        rows: 7,
        corner: (7.2, 15.1),
        size: (63.5, 38.1),
        pitch: (66.0, 38.1),
        least_mm: 20.0,
    },
    Stock {
        layout: "stickers-3x8",
        columns: 3,
        rows: 8,
        corner: (0.0, 0.5),
        size: (70.0, 37.0),
        pitch: (70.0, 37.0),
        least_mm: 20.0,
    },
    Stock {
        layout: "badge",
        columns: 2,
        rows: 5,
        corner: (14.4, 7.5),
        size: (85.6, 54.0),
        pitch: (95.6, 57.0),
        least_mm: 25.0,
    },
];

impl Stock {
    /// The corner of a slot, from 0.
    fn at(&self, slot: usize) -> (f64, f64) {
        let times = |n: usize| f64::from(u32::try_from(n).unwrap());
        (
            self.corner.0 + times(slot % self.columns) * self.pitch.0,
            self.corner.1 + times(slot / self.columns) * self.pitch.1,
        )
    }

    fn slots(&self) -> usize {
        self.columns * self.rows
    }
}

const DPI: u32 = 300;
const PIXELS_PER_MM: f64 = 300.0 / 25.4;

fn print(site: &Site, out: &str, more: &[&str]) -> Ran {
    let out = site.path(out);
    let base = ["print", "--base-url", "https://fy.example.cn", "--out", out.to_str().unwrap()];
    site.run(&[&base[..], more].concat())
}

fn printed(site: &Site, out: &str, more: &[&str]) -> Vec<Row> {
    let ran = print(site, out, more);
    assert_eq!(ran.code, 0, "{more:?}: {}", ran.stderr);
    manifest(&site.path(out))
}

fn manifest(dir: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(dir.join("manifest.csv")).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// A page of a PDF, from 1, as poppler draws it.
fn page(pdf: &Path, page: usize) -> RgbImage {
    let (dir, number) = (tempfile::tempdir().unwrap(), page.to_string());
    let picture = dir.path().join("page");
    let dpi = DPI.to_string();
    let done = Command::new("pdftoppm")
        .args(["-r", &dpi, "-f", &number, "-l", &number, "-singlefile", "-png"])
        .args([pdf, &picture])
        .status();
    assert!(done.unwrap().success());
    image::open(picture.with_extension("png")).unwrap().to_rgb8()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a small positive number"
)]
fn pixel(mm: f64) -> u32 {
    (mm.max(0.0) * PIXELS_PER_MM).round() as u32
}

/// A slot's pixels, with nothing of its neighbours.
fn crop(page: &RgbImage, corner: (f64, f64), size: (f64, f64)) -> RgbImage {
    let (x, y, w, h) = (pixel(corner.0), pixel(corner.1), pixel(size.0), pixel(size.1));
    image::imageops::crop_imm(page, x, y, w, h).to_image()
}

/// What zbar reads in some pixels.
fn zbar(pixels: &RgbImage) -> String {
    let file = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    pixels.save(file.path()).unwrap();
    let output = Command::new("zbarimg").args(["-q", "--raw"]).arg(file.path()).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The top left pixel of the symbol's black in a slot: that of the first dark run as wide as a finder.
fn finder(slot: &RgbImage, module_mm: f64) -> (f64, f64) {
    let width = pixel(7.0 * module_mm) - 3;
    let dark = |x: u32, y: u32| slot.get_pixel(x, y).0.iter().all(|channel| *channel < 60);
    for y in 0..slot.height() {
        for x in 0..slot.width() - width {
            if (0..width).all(|along| dark(x + along, y)) && dark(x, y + width - 1) {
                return (f64::from(x) / PIXELS_PER_MM, f64::from(y) / PIXELS_PER_MM);
            }
        }
    }
    panic!("no symbol in the slot");
}

/// As many rows of the registry as fill a sheet of 24 with two topics.
fn crowded() -> Site {
    let site = Site::new();
    let row = |n: u32| format!("{n},north,{n}号窗口,hall,2026-01-05,\n");
    let rows = (1..=14).map(row).collect::<Vec<_>>().concat();
    site.write(
        "guides/_facts/placements.csv",
        format!("number,court,place,channel,since,retired\n{rows}20,south,诉讼服务大厅,hall,2026-01-05,\n"),
    );
    site
}

#[test]
fn every_slot_of_a_full_sheet_scans_and_stands_where_the_stock_has_it() {
    if !has_tool("pdftoppm") || !has_tool("zbarimg") {
        return;
    }
    let site = crowded();
    let mut args = vec!["--court", "north"];
    args.extend(STOCKS.iter().flat_map(|stock| ["--layout", stock.layout]));
    let rows = printed(&site, "out", &args);
    for stock in STOCKS {
        let file = format!("north/{}-1.pdf", stock.layout);
        let of_sheet: Vec<&Row> = rows.iter().filter(|row| row["file"] == file).collect();
        assert_eq!(of_sheet.len(), stock.slots(), "{file}");
        let page = page(&site.path("out").join(&file), 1);
        let mut expected = None;
        for (slot, row) in of_sheet.iter().enumerate() {
            assert_eq!((&*row["page"], &row["slot"]), ("1", &(slot + 1).to_string()), "{file}");
            let module: f64 = row["module_mm"].parse().unwrap();
            assert!(module >= 0.4, "{file}: {module}");
            assert!(row["symbol_mm"].parse::<f64>().unwrap() >= stock.least_mm, "{file}");
            let pixels = crop(&page, stock.at(slot), stock.size);
            assert_eq!(zbar(&pixels), row["url"], "{file}, slot {slot}");
            if stock.layout.starts_with("stickers-l") {
                assert_clear_of_edges(&pixels);
            }
            let at = finder(&pixels, module);
            let (x, y) = *expected.get_or_insert(at);
            let off = (at.0 - x).abs().max((at.1 - y).abs());
            // A pixel and a half: the crop's and the symbol's own rounding to printer dots.
            assert!(off < 0.17, "{file}, slot {slot}: the symbol is {off} mm off");
        }
        // Four modules of quiet zone and a margin of the label's are before it.
        let (x, y) = expected.unwrap();
        assert!(x > 5.4 && y > 5.4, "{file}: {x}, {y}");
    }
}

/// Within 2.4 mm of a label's edge nothing is printed.
fn assert_clear_of_edges(label: &RgbImage) {
    let margin = pixel(2.4);
    let (w, h) = label.dimensions();
    let inked = label.enumerate_pixels().find(|(x, y, pixel)| {
        let is_near = *x < margin || *y < margin || *x > w - margin || *y > h - margin;
        is_near && pixel.0.iter().any(|channel| *channel < 250)
    });
    assert_eq!(inked, None);
}

#[test]
fn the_used_labels_of_the_first_sheet_alone_are_skipped() {
    let site = crowded();
    let base = ["--layout", "stickers-l7159", "--skip", "5"];
    let rows = printed(&site, "out", &base);
    let place = |row: &Row| (row["file"].clone(), row["slot"].parse::<usize>().unwrap());
    let of_north: Vec<_> = rows.iter().filter(|row| row["court"] == "north").map(place).collect();
    assert_eq!(of_north.len(), 28);
    let first: Vec<_> =
        (6..=24).map(|slot| ("north/stickers-l7159-1.pdf".to_owned(), slot)).collect();
    let second: Vec<_> =
        (1..=9).map(|slot| ("north/stickers-l7159-2.pdf".to_owned(), slot)).collect();
    assert_eq!(of_north, [first, second].concat());
    // Another court has sheets of its own.
    let of_south: Vec<_> = rows.iter().filter(|row| row["court"] == "south").map(place).collect();
    let file = "south/stickers-l7159-1.pdf".to_owned();
    assert_eq!(of_south, [(file.clone(), 1), (file, 2)]);
    let ran = print(&site, "out", &["--layout", "stickers-l7159", "--skip", "24"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("the sheet has 24 labels, so 0 to 23"), "{}", ran.stderr);
}

#[test]
fn copies_stand_side_by_side_and_languages_on_sheets_of_their_own() {
    let site = Site::new();
    let chinese = fs::read_to_string(site.root().join("guides/fees/zh-Hans.md")).unwrap();
    let title = chinese.lines().find(|line| line.starts_with("title")).unwrap();
    site.write("guides/fees/en.md", chinese.replace(title, "title = \"Court fees\""));
    let base = ["--placement", "1", "--topic", "fees", "--layout", "stickers-3x8", "--copies", "3"];
    let languages = ["--lang", "zh-Hans", "--lang", "en", "--lang", "zh-Hans+en"];
    let rows = printed(&site, "out", &[&base[..], &languages].concat());
    for file in ["stickers-3x8-1.pdf", "stickers-3x8-1-en.pdf", "stickers-3x8-1-zh-Hans+en.pdf"] {
        let of_file = rows.iter().filter(|row| row["file"] == format!("north/{file}"));
        let slots: Vec<_> = of_file.map(|row| (&*row["slot"], &*row["code"])).collect();
        assert_eq!(slots, [("1", "200041T"), ("2", "200041T"), ("3", "200041T")], "{file}");
    }
    if has_tool("pdfinfo") {
        // As readers for the blind tell it: label by label.
        let pdf = site.path("out/north/stickers-3x8-1-zh-Hans+en.pdf");
        let output = Command::new("pdfinfo").arg("-struct-text").arg(pdf).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let labels: Vec<&str> = text.split("  H1").collect();
        assert_eq!(labels.len(), 4, "{text}");
        for label in &labels[1..] {
            let mut rest = *label;
            for words in
                ["缴费退费", "Court fees", "Figure", "微信扫一扫", "12368", "北城区", "200041T"]
            {
                let at = rest.find(words).unwrap_or_else(|| panic!("no {words}: {label}"));
                rest = &rest[at..];
            }
        }
    }
}

#[test]
fn a_printer_that_misses_the_labels_is_corrected() {
    if !has_tool("pdftoppm") {
        return;
    }
    let site = crowded();
    let base = ["--court", "north", "--topic", "fees", "--layout", "badge", "--copies", "2"];
    let places = |more: &[&str]| {
        let rows = printed(&site, "out", &[&base[..], more].concat());
        let page = page(&site.path("out/north/badge-1.pdf"), 1);
        let module: f64 = rows[0]["module_mm"].parse().unwrap();
        let of_slot = |slot: usize| {
            let (x, y) = STOCKS[3].at(slot);
            let at = finder(&crop(&page, (x - 3.0, y - 3.0), (85.0, 54.0)), module);
            (x + at.0, y + at.1)
        };
        (of_slot(0), of_slot(9))
    };
    let close = |is: (f64, f64), wanted: (f64, f64)| {
        assert!((is.0 - wanted.0).abs().max((is.1 - wanted.1).abs()) < 0.2, "{is:?}, {wanted:?}");
    };
    let (first, last) = places(&[]);
    let (moved, _) = places(&["--offset", "1.5,-2"]);
    close(moved, (first.0 + 1.5, first.1 - 2.0));
    let (stays, scaled) = places(&["--pitch-scale", "1.01"]);
    close(stays, first);
    close(scaled, (last.0 + 0.956, last.1 + 4.0 * 0.57));
    for (option, value) in [("--offset", "15,0"), ("--pitch-scale", "1.05")] {
        let ran = print(&site, "out", &[&base[..], &[option, value]].concat());
        assert_eq!(ran.code, 2);
        assert!(
            ran.stderr.contains(&format!("{option} moves labels of badge off")),
            "{}",
            ran.stderr
        );
    }
    // What a label leaves white at its edges may be off the page.
    let edge = ["--court", "south", "--topic", "fees", "--layout", "stickers-3x8"];
    printed(&site, "out", &[&edge[..], &["--offset", "-2,1"]].concat());
}

#[test]
fn the_edges_of_all_labels_are_drawn_where_that_is_asked_for() {
    if !has_tool("pdftoppm") {
        return;
    }
    let site = Site::new();
    let stock = &STOCKS[0];
    let base = ["--placement", "1", "--topic", "fees", "--layout", stock.layout];
    for is_asked in [false, true] {
        let outline: &[&str] = if is_asked { &["--outline"] } else { &[] };
        printed(&site, "out", &[&base[..], outline].concat());
        let page = page(&site.path("out/north/stickers-l7159-1.pdf"), 1);
        for slot in 0..stock.slots() {
            let (x, y) = stock.at(slot);
            let middle = pixel(y + stock.size.1 / 2.0);
            let is_inked = |x: u32| page.get_pixel(x, middle).0[0] < 200;
            for edge in [x, x + stock.size.0] {
                let is_drawn = (pixel(edge - 0.2)..=pixel(edge + 0.2)).any(is_inked);
                assert_eq!(is_drawn, is_asked, "slot {slot}");
            }
        }
    }
}

/// The longest dark run of `lines`, in millimetres.
fn longest(lines: impl Iterator<Item = impl Iterator<Item = bool>>) -> f64 {
    let longest = lines.map(|line| {
        line.fold((0u32, 0u32), |(best, run), dark| {
            let run = if dark { run + 1 } else { 0 };
            (best.max(run), run)
        })
    });
    f64::from(longest.map(|(best, _)| best).max().unwrap()) / PIXELS_PER_MM
}

#[test]
fn every_sheet_says_how_to_print_it_beside_a_rule_of_fifty_millimetres() {
    if !has_tool("pdftoppm") || !has_tool("pdftotext") {
        return;
    }
    let site = crowded();
    // From where to where on the page it says so: across, and down. All slots are taken.
    let whole = (0.0, 210.0);
    let top = (4.1, 7.9);
    let notes: [(&str, &[&str], Span, Span); 7] = [
        ("stickers-l7159", &[], whole, top),
        ("stickers-l7160", &[], whole, top),
        // Where labels are moved into the margin, the note moves along it, or to the other one.
        ("stickers-l7160", &["--offset", "0,-4"], whole, top),
        ("stickers-l7159", &["--offset", "0,-4"], whole, (284.0, 293.0)),
        ("badge", &[], (4.1, 8.0), (0.0, 297.0)),
        ("badge", &["--offset", "-2,0"], (202.0, 205.9), (0.0, 297.0)),
        // There is no margin: where the test print shows the edges, above that of the first row.
        ("stickers-3x8", &["--outline", "--offset", "1,0.5"], whole, (33.8, 37.7)),
    ];
    for (layout, more, across, down) in notes {
        let base = ["--court", "north", "--layout", layout];
        printed(&site, "out", &[&base[..], more].concat());
        let pdf = site.path("out/north").join(format!("{layout}-1.pdf"));
        let output = Command::new("pdftotext").arg(&pdf).arg("-").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        for words in ["按 100% 打印，不要“适应页面”", "此线长 50 毫米"] {
            assert_eq!(text.matches(words).count(), 1, "{layout} {more:?}: {text}");
        }
        let page = page(&pdf, 1);
        let (x, y) =
            (pixel(across.0)..pixel(across.1).min(page.width()), pixel(down.0)..pixel(down.1));
        let is_dark = |x: u32, y: u32| page.get_pixel(x, y).0[0] < 128;
        let rule = if across == whole {
            longest(y.map(|y| x.clone().map(move |x| is_dark(x, y))))
        } else {
            longest(x.map(|x| y.clone().map(move |y| is_dark(x, y))))
        };
        assert!((rule - 50.0).abs() < 0.5, "{layout} {more:?}: {rule} mm");
    }
    // A label that is given away does not say how it was printed.
    printed(&site, "out", &["--court", "north", "--layout", "stickers-3x8"]);
    let pdf = site.path("out/north/stickers-3x8-1.pdf");
    let output = Command::new("pdftotext").arg(pdf).arg("-").output().unwrap();
    assert!(!String::from_utf8(output.stdout).unwrap().contains("100%"));
}

#[test]
fn sheets_are_combined_and_made_in_every_format_with_the_same_bytes() {
    let site = Site::new();
    let base = ["--court", "north", "--topic", "fees", "--layout", "badge"];
    for format in ["pdf", "svg", "png"] {
        let more = [&base[..], &["--format", format]].concat();
        assert_eq!(printed(&site, "a", &more).last().unwrap()["slot"], "2");
        printed(&site, "b", &more);
        let read =
            |dir: &str| fs::read(site.path(dir).join(format!("north/badge-1.{format}"))).unwrap();
        assert!(read("a") == read("b"), "{format}");
    }
    let more = ["--layout", "stickers-l7159", "--combine", "--copies", "20"];
    let rows = printed(&site, "c", &[&base[..], &more].concat());
    assert!(rows.iter().all(|row| row["file"] == "combined.pdf"));
    let at = |row: &Row| (row["layout"].clone(), row["page"].clone(), row["slot"].clone());
    let is = |layout: &str, page: &str, slot: &str| {
        rows.iter().any(|row| at(row) == (layout.into(), page.into(), slot.into()))
    };
    assert!(is("badge", "4", "10") && is("stickers-l7159", "5", "1"));
    assert!(is("stickers-l7159", "6", "16") && !is("stickers-l7159", "6", "17"));
    if has_tool("pdftoppm") && has_tool("zbarimg") {
        let last = crop(&page(&site.path("c/combined.pdf"), 6), STOCKS[0].at(15), STOCKS[0].size);
        assert_eq!(zbar(&last), "https://fy.example.cn/2000813");
    }
}

#[test]
fn sheets_of_a_larger_selection_before_do_not_stay_behind() {
    let site = crowded();
    let base = ["--court", "north", "--layout", "stickers-l7159"];
    let rows = printed(&site, "out", &base);
    assert_eq!(rows.last().unwrap()["file"], "north/stickers-l7159-2.pdf");
    let mine = site.path("out/north/stickers-l7159-3.pdf");
    fs::write(&mine, "somebody's own").unwrap();
    printed(&site, "out", &["--court", "north", "--layout", "badge"]);
    let rows = printed(&site, "out", &[&base[..], &["--topic", "fees"]].concat());
    assert!(!site.path("out/north/stickers-l7159-2.pdf").exists());
    assert!(rows.iter().all(|row| site.path("out").join(&row["file"]).is_file()));
    assert_eq!(rows.iter().filter(|row| row["layout"] == "stickers-l7159").count(), 14);
    // Other series, and what no manifest lists, are left alone.
    assert_eq!(rows.iter().filter(|row| row["layout"] == "badge").count(), 28);
    assert!(mine.is_file());
}

#[test]
fn one_label_among_many_that_cannot_be_set_is_named() {
    let site = crowded();
    let file = "guides/_facts/placements.csv";
    let good = fs::read_to_string(site.root().join(file)).unwrap();
    let base = ["--court", "north", "--layout", "stickers-l7159"];
    site.write(file, good.replace("7号窗口", "7号𪚥口"));
    let ran = print(&site, "out", &base);
    assert_eq!(ran.code, 1);
    let told =
        "the print fonts lack 𪚥 (U+2A6A5) in the layout stickers-l7159 (placement 7, 7号𪚥口, of ";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    site.write(file, good.replace("7号窗口", &"窗".repeat(40)));
    let ran = print(&site, "out", &base);
    assert_eq!(ran.code, 1);
    let told = "the place is too long for the label: shorten it to 26 characters (placement 7, ";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert!(!site.path("out/north/stickers-l7159-1.pdf").exists());
    // The check says it too, at its line of the registry.
    let check = site.run(&["check", "--today", "2026-11-24"]);
    let told = check.stdout.lines().find(|line| line.starts_with(&format!("{file}:8:9: error: ")));
    let told = told.unwrap_or_else(|| panic!("{}", check.stdout));
    assert!(
        told.contains("stickers-l7159") && told.ends_with("characters (placement 7)"),
        "{told}"
    );
}

#[test]
fn a_sheet_is_refused_where_colour_was_to_run_over_the_paper_s_edge() {
    let site = Site::new();
    let ran = print(&site, "out", &["--layout", "a4-poster", "--layout", "badge", "--press"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("badge is a sheet and is printed without it"), "{}", ran.stderr);
    assert!(!site.path("out").exists());
}

#[test]
fn the_summary_counts_files_and_symbols() {
    let site = Site::new();
    let ran = print(&site, "out", &["--court", "north", "--layout", "badge"]);
    assert!(ran.stderr.contains("1 file(s) written to "), "{}", ran.stderr);
    assert!(ran.stderr.contains(" with 4 symbol(s), each read back"), "{}", ran.stderr);
}

#[test]
fn a_run_that_is_stopped_leaves_whole_sheets_and_is_finished_by_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let args =
        ["print", "--base-url", "https://fy.example.cn", "--layout", "badge", "--topic", "fees"];
    let run = |more: &[&str]| {
        let mut command = onecode();
        command.args(args).args(more).arg("--out").arg(&out);
        command
    };
    let mut job = run(&["--threads", "1"]).spawn().unwrap();
    while !out.join("baoding/badge-1.pdf").exists() {
        assert!(job.try_wait().unwrap().is_none(), "the job ended by itself");
        std::thread::yield_now();
    }
    // Not asked but killed: it has no moment to tidy up.
    job.kill().unwrap();
    job.wait().unwrap();
    let sheets = || {
        let courts = fs::read_dir(&out).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir());
        let files =
            courts.flat_map(|court| fs::read_dir(court).unwrap().map(|e| e.unwrap().path()));
        let is_sheet = |file: &std::path::PathBuf| {
            file.extension().is_some_and(|e| e == "pdf") && !file.ends_with("index.pdf")
        };
        files.filter(is_sheet).collect::<Vec<_>>()
    };
    let whole = sheets();
    assert!(!whole.is_empty() && whole.len() < 22, "{}", whole.len());
    for sheet in &whole {
        assert!(
            fs::read(sheet).unwrap().trim_ascii_end().ends_with(b"%%EOF"),
            "{}",
            sheet.display()
        );
    }
    let courts = fs::read_to_string(repository().join("guides/_facts/courts.toml")).unwrap();
    let all = courts.matches("[[court]]").count();
    assert!(run(&[]).status().unwrap().success());
    assert_eq!((sheets().len(), manifest(&out).len()), (all, 2 * all));
}
