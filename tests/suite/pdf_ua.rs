//! PDF/UA-1 (ISO 14289-1) of what is printed, looked at by a reader that is not ours: what of the
//! Matterhorn Protocol's checkpoints a program can tell, in the file that qpdf takes apart. It
//! stands in for veraPDF, which no package archive has that a test machine reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use onecode::document::Format;
use serde_json::{Map, Value};

use crate::support::{Site, has_tool};

/// A PDF's objects.
struct Pdf {
    objects: Map<String, Value>,
}

impl Pdf {
    fn open(path: &Path) -> Self {
        let args = ["--json=2", "--json-stream-data=inline", "--decode-level=generalized"];
        let output = Command::new("qpdf").args(args).arg(path).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let Value::Object(objects) = json["qpdf"][1].take() else { panic!("no objects") };
        Self { objects }
    }

    /// A value, looked up where it is a reference to an object.
    fn get<'v>(&'v self, value: &'v Value) -> &'v Value {
        let Some(name) = value.as_str().filter(|text| text.ends_with(" R")) else { return value };
        let object = &self.objects[&format!("obj:{name}")];
        if object["stream"].is_object() { &object["stream"]["dict"] } else { &object["value"] }
    }

    /// A stream's bytes.
    fn stream(&self, reference: &Value) -> String {
        let object = &self.objects[&format!("obj:{}", reference.as_str().unwrap())];
        let bytes = BASE64_STANDARD.decode(object["stream"]["data"].as_str().unwrap()).unwrap();
        bytes.into_iter().map(char::from).collect()
    }

    fn root(&self) -> &Value {
        self.get(&self.objects["trailer"]["value"]["/Root"])
    }

    /// The pages in order: the reference to each, and what it is.
    fn pages(&self) -> Vec<(&str, &Value)> {
        let (mut pages, mut left) = (Vec::new(), vec![&self.root()["/Pages"]]);
        while let Some(kid) = left.pop() {
            let page = self.get(kid);
            match page["/Kids"].as_array() {
                Some(kids) => left.extend(kids.iter().rev()),
                None => pages.push((kid.as_str().unwrap(), page)),
            }
        }
        pages
    }
}

/// The operators of a content stream with the words before each.
fn operators(content: &str) -> Vec<(String, String)> {
    let (mut list, mut operands) = (Vec::new(), String::new());
    let mut chars = content.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' => {
                let mut depth = 1;
                while depth > 0 {
                    match chars.next().expect("a string ends") {
                        '\\' => drop(chars.next()),
                        '(' => depth += 1,
                        ')' => depth -= 1,
                        _ => {}
                    }
                }
            }
            '<' if chars.peek() != Some(&'<') => {
                chars.by_ref().find(|c| *c == '>').expect("a string ends");
            }
            '<' => operands.extend(chars.next()),
            'a'..='z' | 'A'..='Z' | '\'' | '"' => {
                let mut name = c.to_string();
                while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '*') {
                    name.push(c);
                }
                list.push((name, std::mem::take(&mut operands)));
            }
            '/' => {
                operands.push('/');
                while let Some(c) =
                    chars.next_if(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c))
                {
                    operands.push(c);
                }
            }
            c => operands.push(c),
        }
    }
    list
}

/// What paints (ISO 32000-1, tables 60, 77, 109, 87).
const PAINTS: [&str; 17] = [
    "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "BI", "Tj", "TJ", "'", "\"",
    "INLINE",
];

/// The marked-content numbers of a content stream; each thing painted must be in one or be an artifact.
fn marked(content: &str, faults: &mut Vec<String>) -> BTreeSet<u64> {
    let (mut open, mut numbers) = (Vec::<&str>::new(), BTreeSet::new());
    for (operator, operands) in operators(content) {
        match operator.as_str() {
            "BMC" | "BDC" => {
                let id = operands.split("/MCID").nth(1).map(|rest| {
                    let digits: String =
                        rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
                    digits.parse::<u64>().unwrap()
                });
                let kind = match id {
                    _ if operands.contains("/Artifact") => "artifact",
                    Some(id) => {
                        if !numbers.insert(id) {
                            faults.push(format!("MCID {id} stands twice"));
                        }
                        "tagged"
                    }
                    None => "other",
                };
                // 01-001, 01-002
                if kind != "other" && open.iter().any(|outer| *outer != "other" && *outer != kind) {
                    faults.push("artifacts and tagged content are nested".to_owned());
                }
                open.push(kind);
            }
            "EMC" => drop(open.pop().expect("as many ends as beginnings")),
            // 01-003
            name if PAINTS.contains(&name) && open.iter().all(|kind| *kind == "other") => {
                faults.push(format!("{name} paints what is neither tagged nor an artifact"));
            }
            _ => {}
        }
    }
    assert_eq!(open, Vec::<&str>::new());
    numbers
}

/// Structure types of ISO 32000-1, 14.8.4, without those of warichu and ruby.
const TYPES: [&str; 33] = [
    "Document",
    "Part",
    "Art",
    "Sect",
    "Div",
    "BlockQuote",
    "Caption",
    "TOC",
    "TOCI",
    "Index",
    "NonStruct",
    "P",
    "H",
    "H1",
    "H2",
    "H3",
    "H4",
    "H5",
    "H6",
    "L",
    "LI",
    "Lbl",
    "LBody",
    "Table",
    "TR",
    "TH",
    "TD",
    "THead",
    "TBody",
    "Span",
    "Link",
    "Figure",
    "Formula",
];

struct Tree<'p> {
    pdf: &'p Pdf,
    /// Marked-content numbers that the structure names, of each page.
    named: BTreeMap<String, BTreeSet<u64>>,
    headings: Vec<u8>,
    faults: Vec<String>,
}

impl Tree<'_> {
    fn walk(&mut self, element: &Value, parent: &str, page: &str) {
        let pdf = self.pdf;
        let element = pdf.get(element);
        let kind = element["/S"].as_str().unwrap();
        let roles = &pdf.get(&pdf.root()["/StructTreeRoot"])["/RoleMap"];
        let kind = pdf.get(roles)[kind].as_str().unwrap_or(kind).trim_start_matches('/').to_owned();
        let page = element["/Pg"].as_str().unwrap_or(page).to_owned();
        // 02-001: what is no standard type has to stand for one.
        if !TYPES.contains(&&*kind) {
            self.faults.push(format!("{kind} is no standard structure type"));
        }
        // 09-004 to 09-006
        let fits = match &*kind {
            "LI" => parent == "L",
            "Lbl" | "LBody" => parent == "LI" || kind == "Lbl",
            "TR" => matches!(parent, "Table" | "THead" | "TBody"),
            "TH" | "TD" => parent == "TR",
            _ => true,
        };
        if !fits {
            self.faults.push(format!("{kind} stands in {parent}"));
        }
        // 13-004
        if kind == "Figure" {
            let described = |key: &str| element[key].as_str().is_some_and(|text| text.len() > 2);
            if !described("/Alt") && !described("/ActualText") {
                self.faults.push("a figure has no description".to_owned());
            }
        }
        if let Some(level) = kind.strip_prefix('H').and_then(|level| level.parse().ok()) {
            self.headings.push(level);
        }
        for kid in each(&element["/K"]) {
            let inner = pdf.get(kid);
            if let Some(id) = kid.as_u64() {
                self.name(&page, id);
            } else if inner["/Type"] == "/MCR" {
                let page = inner["/Pg"].as_str().unwrap_or(&page).to_owned();
                self.name(&page, inner["/MCID"].as_u64().unwrap());
            } else if inner["/Type"] != "/OBJR" {
                self.walk(kid, &kind, &page);
            }
        }
    }

    fn name(&mut self, page: &str, id: u64) {
        if !self.named.entry(page.to_owned()).or_default().insert(id) {
            self.faults.push(format!("MCID {id} of {page} is named twice"));
        }
    }
}

/// The items of a list; a value that is none is its only one, and null is nothing.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    let list = value.as_array();
    let one = (list.is_none() && !value.is_null()).then_some(value);
    list.into_iter().flatten().chain(one)
}

/// What is wrong with the document as a whole.
fn of_document(pdf: &Pdf) -> Vec<String> {
    let root = pdf.root();
    let mut faults = Vec::new();
    let mut must = |holds: bool, what: &str| {
        if !holds {
            faults.push(what.to_owned());
        }
    };
    must(root["/MarkInfo"]["/Marked"] == true, "it is not said to be tagged"); // 06-001
    must(root["/MarkInfo"]["/Suspects"] != true, "its tags are said to be doubtful"); // 02-
    must(root["/Lang"].as_str().is_some_and(|l| l.len() >= 4), "it says no language"); // 11-006
    must(root["/ViewerPreferences"]["/DisplayDocTitle"] == true, "its title is not shown"); // 07-001
    let metadata = pdf.stream(&root["/Metadata"]);
    let plain: String = metadata.split_whitespace().collect::<Vec<_>>().join(" ");
    let says_part = plain.contains("<pdfuaid:part>1<") || plain.contains("pdfuaid:part=\"1\"");
    must(says_part, "its metadata do not say PDF/UA-1"); // 06-002
    must(plain.contains("<dc:title>"), "its metadata have no title"); // 06-003
    must(root["/StructTreeRoot"].is_string(), "it has no structure"); // 01-004
    for object in pdf.objects.values() {
        let dict = &object["value"];
        if dict["/Type"] == "/FontDescriptor" {
            let embedded =
                ["/FontFile", "/FontFile2", "/FontFile3"].iter().any(|k| dict[k].is_string());
            must(embedded, "a font is not embedded"); // 31-009
        }
        if dict["/Type"] == "/Font" && dict["/Subtype"] == "/Type0" {
            must(dict["/ToUnicode"].is_string(), "a font's text cannot be read out"); // 10-001
        }
        must(dict["/S"] != "/JavaScript", "it runs a script");
    }
    faults
}

/// Every fault that can be told of a PDF/UA-1 file.
fn faults(path: &Path) -> Vec<String> {
    let pdf = Pdf::open(path);
    let root = pdf.root();
    let faults = of_document(&pdf);
    let mut tree = Tree { pdf: &pdf, named: BTreeMap::new(), headings: Vec::new(), faults };
    let structure = pdf.get(&root["/StructTreeRoot"]);
    each(&structure["/K"]).for_each(|kid| tree.walk(kid, "", ""));
    // 14-002, 14-003
    let mut deepest = 0;
    for level in std::mem::take(&mut tree.headings) {
        if level > deepest + 1 {
            tree.faults.push(format!("a heading of level {level} follows one of level {deepest}"));
        }
        deepest = level;
    }
    let Tree { named, mut faults, .. } = tree;
    for (reference, page) in pdf.pages() {
        let content: String = each(&page["/Contents"]).map(|part| pdf.stream(part)).collect();
        let numbers = marked(&content, &mut faults);
        // 01-005 and the other way round
        if named.get(reference).cloned().unwrap_or_default() != numbers {
            faults
                .push(format!("page {reference}: the structure names other content than there is"));
        }
        if page["/Annots"].is_array() && page["/Tabs"] != "/S" {
            faults.push("links are not in the order of the structure".to_owned()); // 28-008
        }
    }
    faults
}

#[test]
fn every_layout_and_the_combined_set_hold_to_pdf_ua() {
    if !has_tool("qpdf") {
        return;
    }
    let site = Site::new();
    let out = site.path("out");
    let base = ["print", "--base-url", "https://fy.example.cn", "--out", out.to_str().unwrap()];
    let mut layouts: Vec<String> =
        std::fs::read_dir(crate::support::repository().join("printables"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.join("layout.toml").is_file())
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
    layouts.sort();
    let mut args =
        [&base[..], &["--placement", "1", "--topic", "fees", "--topic", "onecode"]].concat();
    for layout in &layouts {
        args.extend(["--layout", layout]);
    }
    let ran = site.run(&args);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    args.push("--combine");
    assert_eq!(site.run(&args).code, 0);
    let mut seen = 0;
    let folders = [out.join("north"), out.clone()];
    for entry in folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "pdf") {
            assert_eq!(faults(&path), Vec::<String>::new(), "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen > layouts.len(), "{seen} files of {} layouts", layouts.len());
}

#[test]
fn every_document_blank_and_filled_in_holds_to_pdf_ua() {
    if !has_tool("qpdf") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    crate::documents::write_all(dir.path(), &[Format::Pdf]);
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(faults(&path), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn what_is_neither_tagged_nor_an_artifact_is_found() {
    let mut faults = Vec::new();
    let good = "/Artifact BMC\nq 0 0 m 1 1 l f\nQ EMC/Span<</MCID 0>>BDC BT[(\\)f\\()]TJ ET EMC";
    assert_eq!(marked(good, &mut faults), [0].into());
    assert_eq!(faults, Vec::<String>::new());
    marked("q 0 0 m 1 1 l f Q /P<</MCID 3>>BDC /Artifact BMC EMC EMC", &mut faults);
    assert_eq!(faults.len(), 2, "{faults:?}");
}
