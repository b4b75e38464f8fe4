//! Tests of the parts: each well-formed XML, what stands in it in the schema's order, text as text.

use std::collections::BTreeMap;
use std::io::Read;

use roxmltree::Node;

use super::super::Format;
use super::super::tests::{filled, template, writers};
use super::*;
use crate::domain::document::fill::fill;
use crate::domain::document::paper::{Printed, PrintedCell, PrintedRow, Run};

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// The order of ECMA-376 for the children of the elements that we write, of those that may come up.
const ORDER: &[(&str, &str)] = &[
    ("p", "pPr r|fldSimple"),
    (
        "pPr",
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr pBdr shd tabs kinsoku \
         wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN adjustRightInd snapToGrid \
         spacing ind contextualSpacing jc textAlignment outlineLvl rPr sectPr",
    ),
    ("r", "rPr t|tab|br"),
    (
        "rPr",
        "rStyle rFonts b bCs i iCs strike snapToGrid vanish color spacing w kern position sz szCs \
         highlight u bdr shd vertAlign lang",
    ),
    ("tbl", "tblPr tblGrid tr"),
    (
        "tblPr",
        "tblStyle tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption",
    ),
    ("tblBorders", "top left bottom right insideH insideV"),
    ("tblCellMar", "top left bottom right"),
    ("tblGrid", "gridCol"),
    ("tr", "trPr tc"),
    ("trPr", "cantSplit|tblHeader"),
    ("tc", "tcPr p"),
    ("tcPr", "tcW gridSpan vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign"),
    ("body", "p|tbl sectPr"),
    (
        "sectPr",
        "headerReference|footerReference type pgSz pgMar pgBorders pgNumType cols titlePg docGrid",
    ),
    ("styles", "docDefaults latentStyles style"),
    ("docDefaults", "rPrDefault pPrDefault"),
    (
        "style",
        "name aliases basedOn next link uiPriority semiHidden unhideWhenUsed qFormat pPr rPr tblPr trPr \
         tcPr",
    ),
    (
        "settings",
        "zoom defaultTabStop characterSpacingControl noLineBreaksAfter noLineBreaksBefore compat \
         themeFontLang decimalSymbol listSeparator",
    ),
    ("compat", "ulTrailSpace compatSetting"),
    ("font", "altName panose1 charset family pitch sig"),
];

/// Elements whose children, where they have any, stand in no order of their own.
const FREE: &[&str] =
    &["document", "fonts", "ftr", "fldSimple", "tabs", "rPrDefault", "pPrDefault"];

/// Each part by its name.
fn parts(docx: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        parts.insert(part.name().unwrap().into_owned(), text);
    }
    parts
}

fn docx(document: &Document) -> BTreeMap<String, String> {
    parts(&writers().write(document, Format::Docx).unwrap())
}

/// What stands where the schema does not allow it.
fn disorder(part: &str, node: Node<'_, '_>, faults: &mut Vec<String>) {
    let name = node.tag_name().name();
    let children = || node.children().filter(Node::is_element);
    if node.tag_name().namespace() == Some(WORD) && children().next().is_some() {
        match ORDER.iter().find(|(parent, _)| *parent == name) {
            Some((_, order)) => {
                let mut least = 0;
                for child in children() {
                    let child = child.tag_name().name();
                    match order.split(' ').position(|place| place.split('|').any(|p| p == child)) {
                        Some(at) if at >= least => least = at,
                        Some(_) => faults.push(format!("{part}: {child} too late in {name}")),
                        None => faults.push(format!("{part}: {child} in {name}")),
                    }
                }
            }
            None if FREE.contains(&name) => {}
            None => faults.push(format!("{part}: nothing is known of {name}")),
        }
    }
    if name == "tc" && node.last_element_child().is_none_or(|c| c.tag_name().name() != "p") {
        faults.push(format!("{part}: a cell that does not end with a paragraph"));
    }
    children().for_each(|child| disorder(part, child, faults));
}

/// The text of each paragraph.
fn paragraphs(part: &str) -> Vec<String> {
    let xml = roxmltree::Document::parse(part).unwrap();
    let paragraphs = xml.descendants().filter(|node| node.tag_name().name() == "p");
    let text = |node: Node<'_, '_>| {
        let texts = node.descendants().filter(|node| node.tag_name().name() == "t");
        texts.filter_map(|node| node.text()).collect::<String>()
    };
    paragraphs.map(text).collect()
}

/// A document that has one of each thing, cells over several rows and columns among them.
fn whole() -> Document {
    let mut document = filled(&[]);
    let cell = |words: &str, across, down| PrintedCell {
        head: across > 1,
        across,
        down,
        paragraphs: vec![vec![Run::Text(words.to_owned())], vec![Run::Tick(true), Run::Blank(3)]],
    };
    let row = |head, cells| PrintedRow { head, cells };
    let rows = vec![
        row(true, vec![cell("头", 3, 1)]),
        row(false, vec![cell("甲", 1, 2), cell("乙", 2, 1)]),
        row(false, vec![cell("丙", 1, 1), cell("丁", 1, 1)]),
    ];
    document.parts.push(Printed::Note { runs: vec![Run::Text("说明".to_owned())] });
    document.parts.push(Printed::Table { widths: vec![1, 1, 2], rows });
    document
}

#[test]
fn every_part_is_well_formed_and_in_the_order_of_the_schema() {
    for document in [whole(), filled(&[]), fill(&template(), None)] {
        let mut faults = Vec::new();
        let parts = docx(&document);
        assert_eq!(parts.len(), SHARED.len() + OWN.len());
        for (name, text) in &parts {
            let xml = roxmltree::Document::parse(text).unwrap();
            disorder(name, xml.root_element(), &mut faults);
        }
        assert_eq!(faults, Vec::<String>::new());
    }
}

#[test]
fn the_test_of_the_order_finds_what_is_out_of_order() {
    let wrong = format!(
        "<w:body xmlns:w=\"{WORD}\"><w:sectPr/><w:p><w:pPr><w:jc/><w:ind/></w:pPr></w:p>\
         <w:tbl><w:tr><w:tc><w:tcPr/></w:tc></w:tr></w:tbl><w:sdt><w:p/></w:sdt></w:body>"
    );
    let xml = roxmltree::Document::parse(&wrong).unwrap();
    let mut faults = Vec::new();
    disorder("it", xml.root_element(), &mut faults);
    assert_eq!(
        faults,
        [
            "it: p too late in body",
            "it: tbl too late in body",
            "it: sdt in body",
            "it: ind too late in pPr",
            "it: a cell that does not end with a paragraph",
            "it: nothing is known of sdt",
        ]
    );
}

#[test]
fn every_part_is_declared_and_reached_and_none_names_a_person_or_a_time() {
    let parts = docx(&whole());
    for (name, _) in
        parts.iter().filter(|(name, _)| !name.contains("_rels/") && name.as_str() != SHARED[0].1)
    {
        assert!(parts[SHARED[0].1].contains(&format!("\"/{name}\"")), "{name}");
        let file = name.trim_start_matches("word/");
        let reached = |rels: &str| parts[rels].contains(&format!("Target=\"{file}\""));
        let reached =
            reached("word/_rels/document.xml.rels") || parts["_rels/.rels"].contains(&**name);
        assert!(reached, "{name}");
    }
    for word in ["creator", "lastModifiedBy", "created", "modified"] {
        assert!(!parts["docProps/core.xml"].contains(word), "{word}");
    }
}

#[test]
fn merged_cells_go_on_below_and_a_signature_is_not_left_alone() {
    let text = &docx(&whole())["word/document.xml"];
    let blank = "&#160;".repeat(12);
    for piece in [
        "<w:gridSpan w:val=\"3\"/>",
        "<w:vMerge w:val=\"restart\"/>",
        "<w:vMerge/>",
        "<w:cantSplit/><w:tblHeader/>",
        "<w:t>☑</w:t>",
        &format!("<w:u w:val=\"single\"/></w:rPr><w:t xml:space=\"preserve\">{blank}</w:t>"),
    ] {
        assert!(text.contains(piece), "{piece}");
    }
    let xml = roxmltree::Document::parse(text).unwrap();
    let kept = |words: &str| {
        let is_it = |node: &Node<'_, '_>| {
            node.tag_name().name() == "p"
                && node.descendants().any(|n| n.text().is_some_and(|t| t.contains(words)))
        };
        let node = xml.descendants().rfind(is_it).unwrap();
        node.descendants().any(|node| node.tag_name().name() == "keepNext")
    };
    assert!(kept("此致") && kept("竞秀区人民法院") && kept("具状人"));
    assert!(kept("某公司"), "the last row of the table before it");
    assert!(!kept("2026年11月5日"));
}

#[test]
fn no_line_ends_with_a_box() {
    let parts = docx(&whole());
    let settings = &parts["word/settings.xml"];
    let list = settings.split("<w:noLineBreaksAfter w:lang=\"zh-CN\" w:val=\"").nth(1).unwrap();
    let list = list.split('"').next().unwrap();
    // A list of our own takes the place of Word's.
    assert!(['□', '☑', '（', '“', '《'].iter().all(|sign| list.contains(*sign)), "{list}");
    // It holds for what is written in the Chinese manner.
    let text = &parts["word/document.xml"];
    for run in text.split("<w:r>").filter(|run| run.contains("☑") || run.contains("□")) {
        assert!(run.starts_with("<w:rPr><w:rFonts w:hint=\"eastAsia\""), "{run}");
    }
}

#[test]
fn hostile_text_comes_out_as_plain_text() {
    let hostile = "</w:t><script>alert(1)</script>&amp;\"']]>\u{202e}\u{1}{{ title }}{% raw %}😀";
    let long = "长".repeat(4000);
    let parts = docx(&filled(&[("people.0.name", hostile), ("facts", &long)]));
    let told = paragraphs(&parts["word/document.xml"]);
    let plain = "</w:t><script>alert(1)</script>&amp;\"']]>{{ title }}{% raw %}😀";
    assert!(told.contains(&format!("原告：{plain}。")));
    assert!(told.contains(&long));
    // What an author writes cannot spoil the file either.
    let mut document = filled(&[]);
    document.title = "题\u{0}\u{b}目\u{ffff}".to_owned();
    assert_eq!(paragraphs(&docx(&document)["word/document.xml"])[0], "题目");
}
