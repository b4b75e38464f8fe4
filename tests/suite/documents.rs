//! Litigation documents by the command line: blank and filled in, read back by programs that are not
//! ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use onecode::content;
use onecode::document::{FILES, Format, Writers, typed};
use onecode::domain::document::answers::read;
use onecode::domain::document::fill::fill;
use onecode::domain::period::Day;
use onecode::domain::site::SiteFiles;
use serde_json::{Value, json};

use crate::support::{Ran, Site, has_tool, repository, run};

/// A document that has one of each thing.
const SAMPLE: &str = r#"
title = "样书"
name = "样书（试验）"
group = "sue"
order = 1
summary = "只用来试验"
sources = []
model = []
reviewed = 2026-11-28

[[step]]
id = "people"
title = "原告"
rows = { label = "原告", least = 1, most = 3 }
[[step.field]]
id = "kind"
label = "个人还是单位"
kind = "choice"
options = ["个人", "单位"]
required = true
basis = "custom"
[[step.field]]
id = "name"
label = "姓名"
kind = "line"
required = true
basis = "custom"
[[step.field]]
id = "head"
label = "法定代表人"
kind = "line"
required = true
basis = "custom"
show = "kind=单位"

[[step]]
id = "rest"
title = "其他"
[[step.field]]
id = "court"
label = "法院"
kind = "court"
required = true
basis = "custom"
[[step.field]]
id = "facts"
label = "事实和理由"
kind = "text"
required = true
basis = "custom"
[[step.field]]
id = "sum"
label = "金额"
kind = "amount"
basis = "custom"
[[step.field]]
id = "wishes"
label = "意愿"
kind = "ticks"
options = ["邮寄", "调解"]
basis = "custom"
[[step.field]]
id = "signed"
label = "日期"
kind = "date"
basis = "custom"

[[body]]
each = "people"
text = "原告：{name}[，法定代表人：{head}]。"
[[body]]
heading = "事实和理由"
[[body]]
text = "{facts}"
[[body]]
text = "请求给付{sum}元（{sum:caps}），{wishes:ticks}。"
[[body]]
table = [1, 2, 3]
[[body.row]]
head = true
cells = [{ text = "原告", across = 2 }, "名称"]
[[body.row]]
each = "people"
cells = ["{index}", { text = "{name}", across = 2 }]
[[body.row]]
cells = [{ text = "两行", head = true, down = 2 }, "甲", "乙"]
[[body.row]]
cells = ["丙", "丁"]
[[body]]
court = "court"
[[body]]
sign = ["具状人：{}"]
date = "signed"
[[body]]
attach = ["本状副本", "证据"]
"#;

/// A site with the sample as its only document.
fn site() -> Site {
    let site = Site::new();
    site.write("printables/documents/sample/document.toml", SAMPLE);
    site
}

fn answers() -> Value {
    json!({
        "people": [{ "kind": "个人", "name": "喆堃㛃𬭎" }, { "kind": "单位", "name": "某公司", "head": "李四" }],
        "court": "保定市竞秀区人民法院",
        "facts": ["借款五万元。", "一直没有还。"],
        "sum": 50000,
        "wishes": ["调解"],
        "signed": "2026-11-28",
    })
}

impl Site {
    /// `onecode document sample` with these answers, written to a file of that name.
    fn document(&self, answers: &Value, out: &str) -> (Ran, PathBuf) {
        let (data, out) = (self.path("answers.json"), self.path(out));
        fs::write(&data, answers.to_string()).unwrap();
        let (data, file) = (data.to_str().unwrap(), out.to_str().unwrap());
        (self.run(&["document", "sample", "--data", data, "--out", file]), out)
    }
}

/// The text of a PDF in the order in which it is drawn, without spaces, boxes and the foot of pages.
fn text(pdf: &Path) -> String {
    let output = Command::new("pdftotext").arg("-raw").arg(pdf).arg("-").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let is_foot =
        |line: &str| line.starts_with("第 ") && line.contains(" 页") && line.contains("共 ");
    let lines = text.split(['\n', '\u{c}']).filter(|line| !is_foot(line));
    bare(&lines.collect::<String>())
}

/// What is left to compare of a text: programs see blanks and boxes in their own ways.
fn bare(text: &str) -> String {
    let is_bare = |c: &char| !c.is_whitespace() && !"□☑✓".contains(*c);
    text.chars().filter(is_bare).collect()
}

/// The paragraphs of a DOCX.
fn paragraphs(docx: &Path) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(fs::File::open(docx).unwrap()).unwrap();
    let mut part = archive.by_name("word/document.xml").unwrap();
    let xml = std::io::read_to_string(&mut part).unwrap();
    let xml = roxmltree::Document::parse(&xml).unwrap();
    let paragraphs = xml.descendants().filter(|node| node.tag_name().name() == "p");
    let text = |node: roxmltree::Node<'_, '_>| {
        let texts = node.descendants().filter(|node| node.tag_name().name() == "t");
        bare(&texts.filter_map(|node| node.text()).collect::<String>())
    };
    paragraphs.map(text).filter(|text| !text.is_empty()).collect()
}

/// Each paragraph stands in `text`, after the one before; the first characters of it: a page may end
/// within.
fn stand_in_order(paragraphs: &[String], text: &str) {
    let mut rest = text;
    for paragraph in paragraphs {
        let start: String = paragraph.chars().take(10).collect();
        let at = rest.find(&start).unwrap_or_else(|| panic!("{start} is not in {rest}"));
        rest = &rest[at + start.len()..];
    }
}

#[test]
fn documents_are_listed_by_what_they_are_for() {
    let site = site();
    let ran = site.run(&["document"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let listed = "to sue\n  sample\n      样书（试验）：只用来试验\n";
    assert!(ran.stdout.contains(listed), "{}", ran.stdout);
    let ran = site.run(&["document", "sampel"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("no document \"sampel\": did you mean \"sample\"?"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_filled_in_document_says_the_same_as_docx_and_as_pdf() {
    let site = site();
    let (ran, docx) = site.document(&answers(), "a.docx");
    assert_eq!((ran.code, ran.stdout), (0, String::new()), "{}", ran.stderr);
    let (ran, pdf) = site.document(&answers(), "a.pdf");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    if !has_tool("pdftotext") {
        return;
    }
    let told = paragraphs(&docx);
    assert_eq!(
        told,
        [
            "样书",
            "原告：喆堃㛃𬭎。",
            "原告：某公司，法定代表人：李四。",
            "事实和理由",
            "借款五万元。",
            "一直没有还。",
            "请求给付50,000元（人民币伍万元整），邮寄调解。",
            "原告",
            "名称",
            "1",
            "喆堃㛃𬭎",
            "2",
            "某公司",
            "两行",
            "甲",
            "乙",
            "丙",
            "丁",
            "此致",
            "保定市竞秀区人民法院",
            "具状人：",
            "2026年11月28日",
            "附：1.本状副本",
            "2.证据",
        ]
    );
    // A cell over several rows is drawn after the first of them; its tag stands where it belongs.
    let (tall, rest): (Vec<_>, Vec<_>) = told.into_iter().partition(|text| text == "两行");
    stand_in_order(&rest, &text(&pdf));
    stand_in_order(&tall, &text(&pdf));
    let again = fs::read(&docx).unwrap();
    assert!(again == fs::read(site.document(&answers(), "b.docx").1).unwrap());
}

#[test]
fn what_is_wrong_with_answers_is_told_all_at_once_by_its_place_and_without_repeating_it() {
    let site = site();
    let mut wrong = answers();
    wrong["people"] =
        json!([{ "kind": "单位", "name": "标记甲" }, { "kind": "标记乙", "name": "x" }]);
    wrong["sum"] = json!("标记丙");
    wrong["facts"] = json!("长".repeat(10_000));
    let (ran, out) = site.document(&wrong, "a.docx");
    assert_eq!((ran.code, ran.stdout), (1, String::new()));
    let places: Vec<&str> = ran
        .stderr
        .lines()
        .map(|line| line.split_once("answers.json: ").unwrap().1.split(':').next().unwrap())
        .collect();
    assert_eq!(places, ["people[0].head", "people[1].kind", "facts", "sum"], "{}", ran.stderr);
    assert!(!ran.stderr.contains("标记"), "{}", ran.stderr);
    assert!(!out.exists());

    let (ran, _) = site.document(&json!({ "courd": 1, "people": {} }), "a.docx");
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("courd: error: no such field: did you mean \"court\"?"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("people: error: is no list […] of rows"), "{}", ran.stderr);

    fs::write(site.path("answers.json"), "{\n  \"court\": }").unwrap();
    let data = site.path("answers.json");
    let ran = site.run(&["document", "sample", "--data", data.to_str().unwrap(), "--out", "-"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("answers.json:2:12: error: not JSON"), "{}", ran.stderr);
}

#[test]
fn a_character_that_no_font_has_is_named_and_docx_offered() {
    let site = site();
    let mut rare = answers();
    rare["people"][0]["name"] = json!("𠮷😀");
    let (ran, out) = site.document(&rare, "a.pdf");
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("😀 (U+1F600), 𠮷 (U+20BB7): write it as --format docx"),
        "{}",
        ran.stderr
    );
    assert!(!out.exists());
    assert_eq!(site.document(&rare, "a.docx").0.code, 0);
}

#[test]
fn hostile_text_comes_out_as_plain_text() {
    let site = site();
    let mut hostile = answers();
    let text_in =
        "</w:t>\u{202e}<script>alert(1)</script>&amp; #panic(\"x\") $x$ ]]> {{ title }}\u{1}";
    hostile["facts"] = json!([text_in, "a".repeat(3000)]);
    let plain = bare("</w:t><script>alert(1)</script>&amp; #panic(\"x\") $x$ ]]> {{ title }}");
    let (ran, docx) = site.document(&hostile, "a.docx");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (ran, pdf) = site.document(&hostile, "a.pdf");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    if has_tool("pdftotext") {
        assert!(paragraphs(&docx).contains(&plain));
        let text = text(&pdf);
        assert!(text.contains(&plain), "{text}");
        assert!(text.contains(&"a".repeat(3000)), "what is longer than a line breaks");
    }
}

#[test]
fn a_signature_is_never_alone_on_a_page() {
    if !has_tool("pdftotext") {
        return;
    }
    let site = site();
    // Wherever the page ends, something of the matter stands above the signature.
    for lines in (1..24).step_by(2) {
        let mut long = answers();
        long["facts"] = json!(vec!["事实"; lines]);
        let (ran, pdf) = site.document(&long, "a.pdf");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let output = Command::new("pdftotext").arg("-raw").arg(&pdf).arg("-").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let page = text.split('\u{c}').find(|page| page.contains("具状人")).unwrap();
        assert!(page.contains("此致") && page.contains("两行"), "{lines} lines: {page}");
    }
}

#[test]
fn the_schema_is_json_and_standard_output_takes_a_document() {
    let site = site();
    let ran = site.run(&["document", "sample", "--schema"]);
    let schema: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["required"], json!(["court", "facts", "people"]));
    let out = site.path("blank.pdf");
    let shell =
        format!("\"$0\" --root \"$1\" document sample --format pdf --out - > {}", out.display());
    let done = Command::new("sh")
        .args(["-c", &shell, env!("CARGO_BIN_EXE_onecode")])
        .arg(site.root())
        .status()
        .unwrap();
    assert!(done.success());
    assert!(fs::read(out).unwrap().starts_with(b"%PDF-1."));
}

/// What of the repository documents are made with.
fn files() -> SiteFiles {
    fn add(files: &mut SiteFiles, folder: &str) {
        for entry in fs::read_dir(repository().join(folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                add(files, &format!("{path}/"));
            } else {
                files.insert(path, fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut files = SiteFiles::default();
    for folder in ["guides/"].iter().chain(&FILES) {
        add(&mut files, folder);
    }
    files
}

/// Writes every document of ours into `dir`: blank, and filled in where there are answers for it.
pub(crate) fn write_all(dir: &Path, formats: &[Format]) {
    let files = files();
    let library = content::load(&files, Day::parse("2026-11-28").unwrap()).library;
    let writers = Writers::new(&files).unwrap();
    assert!(!library.documents.is_empty());
    for template in &library.documents {
        let mut papers = vec![(template.id.to_string(), fill(template, None))];
        let data = repository().join(format!("tests/documents/{}.json", template.id));
        if data.exists() {
            let value = serde_json::from_slice(&fs::read(data).unwrap()).unwrap();
            let (answers, faults) = read(template, &typed(template, &value).ok().unwrap());
            assert_eq!(faults, [], "{}", template.id);
            papers.push((format!("{}-filled", template.id), fill(template, Some(&answers))));
        }
        for (name, paper) in papers {
            for format in formats {
                let bytes = writers.write(&paper, *format).unwrap();
                fs::write(dir.join(format!("{name}.{}", format.extension())), bytes).unwrap();
            }
        }
    }
}

/// The DOCX of a directory.
fn docx_in(dir: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|ending| ending == "docx")).collect()
}

#[test]
fn every_document_reads_the_same_in_both_formats() {
    if !has_tool("pdftotext") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &Format::ALL);
    for docx in docx_in(dir.path()) {
        stand_in_order(&paragraphs(&docx), &text(&docx.with_extension("pdf")));
    }
}

#[test]
fn an_office_program_opens_every_document_and_shows_all_of_it() {
    if !has_tool("soffice") || !has_tool("pdftotext") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &[Format::Docx]);
    let files = docx_in(dir.path());
    let profile = format!("-env:UserInstallation=file://{}", dir.path().join("profile").display());
    let opened = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "pdf", "--outdir"])
        .arg(dir.path())
        .args(&files)
        .output()
        .unwrap();
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
    for docx in files {
        let shown = text(&docx.with_extension("pdf"));
        // What a blank form says of itself stands in a frame, which is drawn after all else.
        let is_framed = |text: &String| text.starts_with("这是我们的样本，不是官方文本。");
        let (framed, rest): (Vec<_>, Vec<_>) = paragraphs(&docx).into_iter().partition(is_framed);
        stand_in_order(&rest, &shown);
        assert!(framed.iter().all(|text| shown.contains(text)), "{framed:?} in {shown}");
    }
}

#[test]
fn every_document_is_written_blank_by_one_command() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_str().unwrap();
    let ran = run(["document", "--all", "--format", "docx", "--out", out]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let written = docx_in(dir.path()).len();
    assert!(ran.stderr.starts_with(&format!("{written} documents written to ")), "{}", ran.stderr);
}
