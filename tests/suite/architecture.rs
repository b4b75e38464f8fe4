//! The house's rules as tables: what may import what, and which crates are confined where.
//!
//! Changing a table is a design change: a commit of its own, saying why.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::repository;

/// Module -> the modules of ours that it may name.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    (
        "cli",
        &[
            "content",
            "diagnostic",
            "document",
            "domain",
            "print",
            "report",
            "store",
            "typeset",
            "web",
        ],
    ),
    ("web", &["document", "print", "report", "store", "domain", "diagnostic"]),
    ("content", &["domain", "diagnostic"]),
    ("print", &["typeset", "domain", "diagnostic"]),
    ("document", &["typeset", "domain", "diagnostic"]),
    // A table for people is written in the language of the person at the command line.
    ("report", &["typeset", "domain", "diagnostic"]),
    ("typeset", &["diagnostic"]),
    ("store", &["domain"]),
    ("domain", &[]),
    ("diagnostic", &[]),
];

/// What is confined -> the files and folders that may name it.
const CONFINED: &[(&str, &[&str])] = &[
    ("clap", &["src/cli/"]),
    ("anyhow", &["src/cli/"]),
    ("indicatif", &["src/cli/"]),
    ("getrandom", &["src/cli/mod.rs"]),
    ("pinyin", &["src/domain/search/sounds.rs"]),
    ("rpassword", &["src/cli/user.rs"]),
    ("argon2", &["src/domain/password.rs"]),
    ("chacha20poly1305", &["src/web/pick_up.rs"]),
    ("env_logger", &["src/cli/"]),
    ("rust_embed", &["src/cli/site.rs"]),
    ("actix_web", &["src/web/", "src/cli/serve.rs"]),
    ("tera", &["src/web/views.rs", "src/document/docx.rs"]),
    ("base64", &["src/web/views.rs", "src/print/symbol/logo.rs"]),
    ("brotli", &["src/web/views/coding.rs"]),
    ("aho_corasick", &["src/web/client.rs", "src/domain/script.rs"]),
    ("ferrous_opencc", &["src/domain/script.rs"]),
    ("mimalloc", &["src/main.rs"]),
    ("icalendar", &["src/web/calendar.rs"]),
    ("chrono", &["src/web/calendar.rs"]),
    ("form_urlencoded", &["src/web/views/links.rs"]),
    ("strsim", &["src/diagnostic.rs"]),
    ("flate2", &["src/web/views/coding.rs"]),
    ("zstd", &["src/web/views/coding.rs"]),
    ("quick_cache", &["src/web/views.rs"]),
    ("rust_xlsxwriter", &["src/report/format/xlsx.rs"]),
    ("sled", &["src/store/sled.rs", "src/store/sled/"]),
    ("crc32fast", &["src/store/frame.rs"]),
    ("qrcode", &["src/print/symbol.rs"]),
    ("roxmltree", &["src/print/symbol/logo.rs", "src/document/docx/"]),
    ("quircs", &["src/print/proof.rs"]),
    ("rqrr", &["src/print/proof.rs"]),
    ("rxing", &["src/print/proof.rs"]),
    ("png", &["src/print/press/export.rs"]),
    ("image", &["src/print/", "src/typeset/"]),
    ("rayon", &["src/typeset/"]),
    ("typst", &["src/typeset/"]),
    ("typst_layout", &["src/typeset/"]),
    ("typst_pdf", &["src/typeset/"]),
    ("typst_render", &["src/typeset/"]),
    ("typst_svg", &["src/typeset/"]),
    ("comrak", &["src/content/markdown.rs", "src/content/markdown/", "src/content/plain.rs"]),
    ("zip", &["src/web/printing/bundle.rs", "src/document/docx.rs", "src/document/docx/"]),
    ("encoding_rs", &["src/content/registry.rs", "src/content/characters.rs"]),
];

/// The clock, the environment, randomness and the standard streams belong to cli.
const EDGE: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "env::var",
    "env::args",
    "RandomState::new()",
    "io::stdout",
    "io::stderr",
    "println!",
    "eprintln!",
];

fn sources(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// Each line of code of each source file, without comments and without unit tests.
fn lines() -> Vec<(String, usize, String)> {
    let mut files = Vec::new();
    sources(&repository().join("src"), &mut files);
    let mut lines = Vec::new();
    for file in files {
        let name = file.strip_prefix(repository()).unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            if line.starts_with("#[cfg(test)]") {
                break;
            }
            let code = line.split("//").next().unwrap().trim();
            if !code.is_empty() {
                lines.push((name.clone(), number + 1, code.to_owned()));
            }
        }
    }
    assert!(lines.len() > 1000);
    lines
}

/// The module of ours that a file is in.
fn module(file: &str) -> &str {
    let path = file.trim_start_matches("src/");
    path.split(['/', '.']).next().unwrap()
}

#[test]
fn modules_import_only_what_they_may() {
    let mut faults = Vec::new();
    for (file, line, code) in lines() {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module(&file)) else {
            assert!(matches!(module(&file), "lib" | "main"), "{file} is in no module of the table");
            continue;
        };
        for after in code.split("crate::").skip(1) {
            let name: String =
                after.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if name != module(&file) && !allowed.contains(&name.as_str()) {
                faults.push(format!("{file}:{line}: {} may not import {name}", module(&file)));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn outside_crates_stay_where_they_belong() {
    let mut faults = Vec::new();
    for (file, line, code) in lines() {
        for (name, places) in CONFINED {
            let needle = format!("{name}::");
            let named = code.match_indices(&needle).any(|(at, _)| {
                let before = code[..at].chars().next_back();
                // `format::csv` is ours, `super::sled` is ours, `::csv` and `csv` are not.
                let ours = code[..at].ends_with("super::")
                    || code[..at].ends_with("self::")
                    || code[..at].ends_with("crate::")
                    || (code[..at].ends_with("::") && !code[..at].ends_with(" ::"));
                !ours && before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
            });
            let declared = code.starts_with(&format!("use {name};"));
            let own_module = *name == "sled" && file == "src/store/mod.rs";
            if (named || declared) && !own_module && !places.iter().any(|p| file.starts_with(p)) {
                faults.push(format!("{file}:{line}: {name} is confined to {}", places.join(", ")));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn the_clock_and_the_streams_belong_to_the_edge() {
    let mut faults = Vec::new();
    for (file, line, code) in lines() {
        for word in EDGE {
            if code.contains(word) && module(&file) != "cli" {
                faults.push(format!("{file}:{line}: {word} belongs to cli"));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn every_module_says_what_it_is_for() {
    let mut files = Vec::new();
    sources(&repository().join("src"), &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{} opens without a header", file.display());
    }
}

#[test]
fn no_source_file_is_longer_than_the_house_allows() {
    let mut files = Vec::new();
    sources(&repository().join("src"), &mut files);
    for file in files {
        let count = fs::read_to_string(&file).unwrap().lines().count();
        assert!(count <= 500, "{} has {count} lines: split it by noun", file.display());
    }
}

/// What `cargo deny check bans licenses sources` would say, from what cargo itself knows: no
/// further tool has to be built for eight minutes.
#[test]
fn dependencies_come_from_the_registry_under_free_licences() {
    const FREE: &[&str] = &[
        "MIT",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "Unicode-3.0",
        "0BSD",
        "CC0-1.0",
        "Unlicense",
        "BSL-1.0",
        "MIT-0",
        "OFL-1.1",
        "MPL-2.0",
        "NCSA",
        "LLVM-exception",
        "Apache-2.0 WITH LLVM-exception",
    ];
    // Only what this machine builds: a fresh one has not fetched what others need.
    let host = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let host = String::from_utf8(host).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", &host])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    let mut seen = BTreeSet::new();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let source = package["source"].as_str().unwrap_or_default();
        if name != "onecode" {
            assert!(source.starts_with("registry+"), "{name} comes from {source}");
        }
        let licence = package["license"].as_str().unwrap_or_default();
        // One alternative has to be free in all its parts.
        let free =
            licence.replace('/', " OR ").replace(['(', ')'], "").split(" OR ").any(|choice| {
                let parts = choice.split(" AND ").map(str::trim);
                parts.clone().count() > 0 && parts.into_iter().all(|part| FREE.contains(&part))
            });
        assert!(free, "{name} is under {licence:?}");
        seen.insert((name, package["version"].as_str().unwrap()));
    }
    for banned in ["openssl-sys", "actix-governor", "chrono-tz", "native-tls"] {
        assert!(!seen.iter().any(|(name, _)| *name == banned), "{banned} is banned");
    }
}
