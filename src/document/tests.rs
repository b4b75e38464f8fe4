//! Tests of both writers together.

use std::fs;
use std::path::Path;

pub(super) use crate::domain::document::fill::tests::template;

use super::*;
use crate::domain::document::answers::{Typed, read};
use crate::domain::document::fill::fill;

/// What of the repository the writers are made with.
fn files() -> SiteFiles {
    fn add(files: &mut SiteFiles, root: &Path, folder: &str) {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                add(files, root, &format!("{path}/"));
            } else {
                files.insert(path, fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut files = SiteFiles::default();
    for folder in FILES {
        add(&mut files, Path::new(env!("CARGO_MANIFEST_DIR")), folder);
    }
    files
}

pub(super) fn writers() -> Writers {
    Writers::new(&files()).unwrap()
}

/// The sample, filled in; `more` overrides what it is filled in with.
pub(super) fn filled(more: &[(&str, &str)]) -> Document {
    let mut typed = Typed::default();
    let whole = [
        ("people.0.kind", "个人"),
        ("people.0.name", "张三"),
        ("people.1.kind", "单位"),
        ("people.1.name", "某公司"),
        ("people.1.head", "李四"),
        ("court", "保定市竞秀区人民法院"),
        ("facts", "第一段。\n第二段“引号”。"),
        ("sum", "50000"),
        ("wishes", "调解"),
        ("signed", "2026-11-05"),
    ];
    for (key, value) in whole.iter().chain(more) {
        typed.set((*key).to_owned(), (*value).to_owned());
    }
    let (answers, faults) = read(&template(), &typed);
    assert_eq!(faults, []);
    fill(&template(), Some(&answers))
}

#[test]
fn a_format_goes_by_the_end_of_a_files_name() {
    assert_eq!(Format::parse("docx"), Some(Format::Docx));
    assert_eq!(Format::parse("pdf"), Some(Format::Pdf));
    assert_eq!(Format::parse("doc"), None);
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let (writers, document) = (writers(), filled(&[]));
    for format in Format::ALL {
        let first = writers.write(&document, format).unwrap();
        assert!(first == writers.write(&document, format).unwrap(), "{format:?}");
        assert!(first == self::writers().write(&document, format).unwrap(), "{format:?}");
    }
}

#[test]
fn rare_names_are_printed_and_what_no_font_has_is_named_all_at_once() {
    const NONE: [char; 0] = [];
    let writers = writers();
    let named = |name: &str| {
        let document = filled(&[("people.0.name", name)]);
        writers.write(&document, Format::Docx).unwrap();
        match writers.write(&document, Format::Pdf) {
            Ok(_) => Vec::new(),
            Err(DocumentError::Glyphs { missing }) => missing,
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(named("喆堃㛃𬭎囍䶮𫍯"), NONE);
    assert_eq!(named("葛\u{e0100}"), NONE, "a selector of variants is no character of its own");
    assert_eq!(named("𠮷😀张𠮷"), ['😀', '𠮷']);
    let error = DocumentError::Glyphs { missing: vec!['😀', '𠮷'] };
    assert_eq!(error.to_string(), "the print fonts lack 😀 (U+1F600), 𠮷 (U+20BB7)");
}

#[test]
fn a_missing_file_is_named() {
    let error = Writers::new(&SiteFiles::default()).err().unwrap();
    assert_eq!(
        error.to_string(),
        "printables/documents/_docx/content-types.xml: no such file, or not UTF-8 text"
    );
}
