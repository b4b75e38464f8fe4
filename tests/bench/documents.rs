//! How many documents a second, from a file of answers to bytes, in one process on one thread.
//!
//! `cargo bench --bench documents -- SLUG ANSWERS.json docx|pdf COUNT OUT` fills in and writes a
//! document of the repository so many times (the blank one where ANSWERS is -), leaves the last in OUT
//! and says what that took as JSON.
//! `tests/bench/documents.sh` runs it beside a peer.

#![allow(clippy::print_stdout, reason = "a benchmark says what it measured")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop at once")]
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark is an edge: it has a clock and arguments"
)]

use std::fs;
use std::path::Path;
use std::time::Instant;

use onecode::content;
use onecode::document::{FILES, Format, Writers, typed};
use onecode::domain::document::DocumentId;
use onecode::domain::document::answers::read;
use onecode::domain::document::fill::fill;
use onecode::domain::period::Day;
use onecode::domain::site::SiteFiles;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [slug, answers, format, count, out] = arguments.as_slice() else {
        println!("SLUG ANSWERS.json docx|pdf COUNT OUT");
        return;
    };
    let files = files();
    let library = content::load(&files, Day::parse("2026-11-28").unwrap()).library;
    let template = library.document(&DocumentId::parse(slug).unwrap()).unwrap();
    let answers = (answers != "-").then(|| fs::read(answers).unwrap());
    let format = Format::parse(format).unwrap();
    let count: u32 = count.parse().unwrap();
    let writers = Writers::new(&files).unwrap();
    let mut bytes = Vec::new();
    let began = Instant::now();
    for _ in 0..count {
        let read = answers.as_ref().map(|answers| {
            let value = serde_json::from_slice(answers).unwrap();
            let (answers, faults) = read(template, &typed(template, &value).ok().unwrap());
            assert!(faults.is_empty());
            answers
        });
        bytes = writers.write(&fill(template, read.as_ref()), format).unwrap();
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("{{\"seconds\": {seconds}, \"bytes\": {}}}", bytes.len());
    fs::write(out, bytes).unwrap();
}

/// What of the repository documents are made with.
fn files() -> SiteFiles {
    let mut files = SiteFiles::default();
    for folder in ["guides/"].iter().chain(&FILES) {
        add(&mut files, folder);
    }
    files
}

fn add(files: &mut SiteFiles, folder: &str) {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            add(files, &format!("{path}/"));
        } else {
            files.insert(path, fs::read(entry.path()).unwrap());
        }
    }
}
