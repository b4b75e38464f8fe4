//! One picture a layout: what a change of design does is seen, not guessed. `SNAPSHOTS=overwrite`
//! refreshes the pictures; a changed one is looked at before it is committed.

use std::fs;

use onecode::content;
use onecode::domain::code::Code;
use onecode::domain::guide::Language;
use onecode::domain::period::Day;
use onecode::domain::site::SiteFiles;
use onecode::print::layout;
use onecode::print::poster::{BaseUrl, Subject, fields};
use onecode::print::symbol::Symbol;
use onecode::typeset::{Engine, Fonts, Raster};

use crate::support::repository;

/// Enough to see a hierarchy change, small enough to keep.
const PIXELS_PER_MM: f64 = 2.0;

/// Mean difference of a pixel in tenths of a step of 255: rounding differs between processors,
/// design does not.
const LIKE: u64 = 5;

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
        drawn.save(&file).unwrap();
    }
    let golden = image::open(&file).expect("run with SNAPSHOTS=overwrite once").to_rgb8();
    assert_eq!(golden.dimensions(), drawn.dimensions(), "{name}");
    let sum: u64 = golden.iter().zip(drawn.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    // In tenths, so that whole numbers do.
    let mean = sum * 10 / golden.len() as u64;
    assert!(
        mean < LIKE,
        "{name} looks different (mean difference {mean} tenths of 255): look at it"
    );
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
    for layout in layouts.values() {
        for code in ["200041T", "200040G"] {
            let code = Code::parse(code).unwrap();
            let (placement, topic) = library.resolve(code).unwrap();
            let icon = files.get(&format!("templates/icons/{}.svg", topic.icon)).unwrap();
            let subject = Subject {
                court: library.court(&placement.court).unwrap(),
                placement,
                topic,
                guide: library.guide(topic.number, Language::ZhHans).unwrap(),
                icon,
            };
            let symbol = Symbol::new(&base_url.url(code)).unwrap();
            let place = layout.place_symbol(symbol.side()).unwrap();
            let mut data = fields(&subject, &base_url, &symbol, place);
            data["words"] = serde_json::to_value(layout.words(Language::ZhHans)).unwrap();
            data["limits"] = layout.limits.clone();
            let drawing = symbol.svg();
            let pictures = [("/symbol.svg", drawing.as_bytes()), ("/icon.svg", icon)];
            let pages = Engine::new(&layout.template, &fonts).typeset(&data, &pictures).unwrap();
            compare(&format!("{}-{}", layout.name, topic.id), &pages.raster(PIXELS_PER_MM));
        }
    }
}
