//! One picture a layout: what a change of design does is seen, not guessed. `SNAPSHOTS=overwrite`
//! refreshes the pictures; a changed one is looked at before it is committed.

use std::fs;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use onecode::content;
use onecode::domain::code::Code;
use onecode::domain::guide::Language;
use onecode::domain::period::Day;
use onecode::domain::site::SiteFiles;
use onecode::print::address::BaseUrl;
use onecode::print::layout;
use onecode::print::press::{Format, Group, Press, Setup};
use onecode::print::subject::Subject;
use onecode::typeset::{Fonts, Raster};

use crate::support::repository;

/// Enough to see a hierarchy change, small enough to keep.
const PIXELS_PER_MM: f64 = 2.0;

/// A tile is compared by itself, so that a line that is gone is not lost in a white page: its side
/// in pixels, and the mean difference of its pixels, of 255, that rounding may make.
const TILE: u32 = 20;
const LIKE: u32 = 6;

fn read(files: &mut SiteFiles, dir: &str) {
    for entry in fs::read_dir(repository().join(dir)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{dir}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            read(files, &path);
        } else {
            files.insert(path, fs::read(entry.path()).unwrap());
        }
    }
}

fn compare(name: &str, drawn: &Raster) {
    let file = repository().join(format!("tests/golden/{name}.png"));
    if std::env::var("SNAPSHOTS").is_ok_and(|v| v == "overwrite") {
        // Kept for ever, so as small as it can be.
        let (best, filter) = (CompressionType::Best, FilterType::Adaptive);
        let file = fs::File::create(&file).unwrap();
        drawn.write_with_encoder(PngEncoder::new_with_quality(file, best, filter)).unwrap();
    }
    let golden = image::open(&file).expect("run with SNAPSHOTS=overwrite once").to_rgb8();
    assert_eq!(golden.dimensions(), drawn.dimensions(), "{name}");
    for (x, y) in (0..golden.height())
        .step_by(TILE as usize)
        .flat_map(|y| (0..golden.width()).step_by(TILE as usize).map(move |x| (x, y)))
    {
        let cut = |page: &Raster| image::imageops::crop_imm(page, x, y, TILE, TILE).to_image();
        let (was, is) = (cut(&golden), cut(drawn));
        let sum: u32 = was.iter().zip(is.iter()).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        let mean = sum / u32::try_from(was.len()).unwrap();
        assert!(mean < LIKE, "{name} looks different at {x},{y} (by {mean} of 255): look at it");
    }
}

#[test]
fn every_layout_looks_as_it_did() {
    let mut files = SiteFiles::default();
    for dir in ["guides", "printables", "templates/icons"] {
        read(&mut files, dir);
    }
    let mut faults = Vec::new();
    let layouts = layout::load(&files, &mut faults);
    let library = content::load(&files, Day::parse("2026-11-24").unwrap()).library;
    assert_eq!(faults, []);
    let fonts = files
        .under("printables/fonts/")
        .filter(|(path, _)| path.rsplit('.').next() == Some("ttf"))
        .map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
    let fonts = Fonts::read(fonts).unwrap();
    let base_url = BaseUrl::parse("https://fy.example.cn", false).unwrap();
    let (setup, parts) = (Setup::new(base_url, Format::Png), layout::parts(&files));
    for layout in layouts.values() {
        for code in ["200041T", "200040G"] {
            let code = Code::parse(code).unwrap();
            let placement = &library.placements[&code.placement()];
            let topic = &library.topics[&code.topic()];
            if !layout.suits(topic) {
                continue;
            }
            let subject = Subject {
                court: library.court(&placement.court).unwrap(),
                placement,
                topic,
                guide: library.guide(topic.number, Language::ZhHans).unwrap(),
                beside: None,
                library: &library,
                files: &files,
            };
            // A sheet shows its first slot and its last one.
            let mut slots = vec![(0, subject), (layout.slots() - 1, subject)];
            slots.dedup_by_key(|(slot, _)| *slot);
            let mut press = Press::new(&[layout], &parts, &fonts);
            let pages = press.preview(&Group { layout, slots }, &setup, PIXELS_PER_MM).unwrap();
            for (page, drawn) in pages.iter().enumerate() {
                let page = if page == 0 { String::new() } else { format!("-{}", page + 1) };
                compare(&format!("{}-{}{page}", layout.name, topic.id), drawn);
            }
        }
    }
}
