//! Tests of filling a template in.

use super::super::answers::{Typed, read};
use super::super::{Basis, Cell, DocumentGroup, DocumentId, OfficialModel, Rows};
use super::*;

fn field(id: &str, kind: FieldKind, required: bool) -> Field {
    Field {
        id: id.to_owned(),
        label: id.to_owned(),
        hint: String::new(),
        most: if kind == FieldKind::Text { 4000 } else { 100 },
        kind,
        required,
        basis: Basis::Custom,
        sources: Vec::new(),
        show: None,
    }
}

fn options(options: &[&str]) -> Vec<String> {
    options.iter().map(|option| (*option).to_owned()).collect()
}

fn text(text: &str) -> Text {
    Text::parse(text).unwrap()
}

fn case(when: Option<&str>, words: &str) -> Case {
    Case { when: when.map(|when| Condition::parse(when).unwrap()), text: text(words) }
}

fn block(part: Part) -> Block {
    Block { when: None, each: None, part }
}

fn people() -> Step {
    let mut head = field("head", FieldKind::Line, true);
    head.show = Condition::parse("kind=单位");
    Step {
        id: "people".to_owned(),
        title: "原告".to_owned(),
        hint: String::new(),
        rows: Some(Rows { label: "原告".to_owned(), least: 1, most: 3 }),
        fields: vec![
            field("kind", FieldKind::Choice(options(&["个人", "单位"])), true),
            field("name", FieldKind::Line, true),
            head,
            field("phone", FieldKind::Phone, false),
        ],
    }
}

fn rest() -> Step {
    Step {
        id: "rest".to_owned(),
        title: "其他".to_owned(),
        hint: String::new(),
        rows: None,
        fields: vec![
            field("court", FieldKind::Court, true),
            field("facts", FieldKind::Text, true),
            field("sum", FieldKind::Amount { fee: None }, false),
            field("copies", FieldKind::Count, false),
            field("wishes", FieldKind::Ticks(options(&["邮寄", "调解"])), false),
            field("signed", FieldKind::Date, false),
        ],
    }
}

fn words(cases: Vec<Case>, style: Style, numbered: bool) -> Part {
    Part::Text { cases, style, numbered }
}

fn table() -> Part {
    let cell = |words: &str| Cell { text: text(words), head: false, across: 1, down: 1 };
    let row = |each: Option<&str>, head, cells: [&str; 2]| Row {
        when: None,
        each: each.map(str::to_owned),
        head,
        cells: cells.map(cell).to_vec(),
    };
    let rows =
        vec![row(None, true, ["序号", "姓名"]), row(Some("people"), false, ["{index}", "{name}"])];
    Part::Table { widths: vec![1, 3], rows }
}

fn body() -> Vec<Block> {
    let parties = vec![
        case(Some("kind=个人"), "原告：{name}[，电话{phone}]。"),
        case(Some("kind=单位"), "原告：{name}，代表人{head}。"),
    ];
    let sum = vec![case(None, "还{sum}元（{sum:caps}），{wishes:ticks}。")];
    let signed =
        Part::Sign { lines: vec![case(None, "具状人：{}")], date: Some("signed".to_owned()) };
    let sum_when = Condition::parse("sum");
    vec![
        Block {
            when: None,
            each: Some("people".to_owned()),
            part: words(parties, Style::Body, false),
        },
        block(Part::Heading(text("事实"))),
        block(words(vec![case(None, "{facts}")], Style::Body, true)),
        Block { when: sum_when, each: None, part: words(sum, Style::Flush, false) },
        block(table()),
        block(Part::Court("court".to_owned())),
        block(signed),
        block(Part::Attach(vec![text("副本{people:count}份"), text("[{copies}份复印件]")])),
        block(Part::Note(text("签名"))),
    ]
}

/// A small document that has one of each thing.
pub(crate) fn template() -> DocumentTemplate {
    DocumentTemplate {
        id: DocumentId::parse("sample").unwrap(),
        title: "样书".to_owned(),
        name: "样书".to_owned(),
        group: DocumentGroup::Sue,
        order: 1,
        english: None,
        summary: String::new(),
        topic: None,
        about: Vec::new(),
        sources: Vec::new(),
        model: Vec::new(),
        reviewed: Day::new(2026, 11, 25).unwrap(),
        steps: vec![people(), rest()],
        body: body(),
    }
}

fn filled(pairs: &[(&str, &str)]) -> Document {
    let mut typed = Typed::default();
    for (key, value) in pairs {
        typed.add((*key).to_owned(), (*value).to_owned());
    }
    fill(&template(), Some(&read(&template(), &typed).0))
}

/// The document as lines of plain text: `_` a blank, `□` and `☑` boxes, `|` between cells.
fn lines(document: &Document) -> Vec<String> {
    let line = |runs: &[Run]| {
        let run = |run: &Run| match run {
            Run::Text(text) => text.clone(),
            Run::Blank(_) => "_".to_owned(),
            Run::Tick(ticked) => if *ticked { "☑" } else { "□" }.to_owned(),
        };
        runs.iter().map(run).collect::<String>()
    };
    let mut lines = Vec::new();
    for part in &document.parts {
        match part {
            Printed::Heading { runs } => lines.push(format!("# {}", line(runs))),
            Printed::Note { runs } => lines.push(format!("! {}", line(runs))),
            Printed::Paragraph { runs, .. } => lines.push(line(runs)),
            Printed::Table { rows, .. } => {
                for row in rows {
                    let cell = |cell: &PrintedCell| {
                        cell.paragraphs.iter().map(|runs| line(runs)).collect::<Vec<_>>().join("/")
                    };
                    lines.push(row.cells.iter().map(cell).collect::<Vec<_>>().join("|"));
                }
            }
        }
    }
    lines
}

#[test]
fn a_filled_document_says_what_was_answered_and_leaves_out_what_was_not_asked() {
    let document = filled(&[
        ("people.0.kind", "个人"),
        ("people.0.name", "张三"),
        ("people.1.kind", "单位"),
        ("people.1.name", "某公司"),
        ("people.1.head", "李四"),
        ("people.1.phone", "13800000000"),
        ("court", "竞秀区人民法院"),
        ("facts", "第一。\n\n第二。"),
        ("sum", "50000"),
        ("wishes", "调解"),
        ("signed", "2026-11-05"),
    ]);
    assert_eq!(
        lines(&document),
        [
            "原告：张三。",
            "原告：某公司，代表人李四。",
            "# 事实",
            "1. 第一。",
            "2. 第二。",
            "还50,000元（人民币伍万元整），□邮寄　☑调解。",
            "序号|姓名",
            "1|张三",
            "2|某公司",
            "此致",
            "竞秀区人民法院",
            "具状人：_",
            "2026年11月5日",
            "附：副本2份",
        ]
    );
}

#[test]
fn a_blank_form_shows_every_part_with_spaces() {
    let document = fill(&template(), None);
    let lines = lines(&document);
    assert!(lines[0].starts_with("! 这是我们的样本，不是官方文本。"), "{}", lines[0]);
    assert_eq!(&lines[1..5], ["原告：_，电话_。", "原告：_，代表人_。", "# 事实", "1. _"]);
    assert!(lines.contains(&"还_元（_），□邮寄　□调解。".to_owned()));
    assert_eq!(lines.iter().filter(|line| line.ends_with("|_")).count(), BLANK_ROWS);
    assert!(lines.contains(&"_年_月_日".to_owned()));
    assert!(lines.contains(&"　　2. _份复印件".to_owned()));
    assert_eq!(lines.last().unwrap(), "! 签名");
}

#[test]
fn whether_there_are_rows_is_said_by_boxes() {
    let mut template = template();
    template.steps[0].rows = Some(Rows { label: "代理人".to_owned(), least: 0, most: 3 });
    template.body = vec![block(words(vec![case(None, "{people:given}")], Style::Body, false))];
    let said = |typed: Option<&[(&str, &str)]>| {
        let answers = typed.map(|pairs| {
            let mut typed = Typed::default();
            for (key, value) in pairs {
                typed.add((*key).to_owned(), (*value).to_owned());
            }
            read(&template, &typed).0
        });
        lines(&fill(&template, answers.as_ref())).concat()
    };
    assert_eq!(said(Some(&[("people.0.kind", "个人"), ("people.0.name", "甲")])), "☑有　□无");
    assert_eq!(said(Some(&[])), "□有　☑无");
    assert!(said(None).ends_with("□有　□无"));
}

#[test]
fn only_a_blank_form_says_that_it_is_our_model_and_where_the_official_text_is() {
    let said = |model: &[OfficialModel]| {
        let template = DocumentTemplate { model: model.to_vec(), ..template() };
        lines(&fill(&template, None)).swap_remove(0)
    };
    assert!(said(&[]).ends_with("没有找到全国统一的官方文本，受理的法院另有要求的，照法院的写。"));
    let both = said(&[OfficialModel::Styles2016, OfficialModel::Elements2025]);
    let official =
        "官方文本见最高人民法院《民事诉讼文书样式》（2016年）和要素式示范文本（法〔2025〕82号），";
    assert!(both.contains(official), "{both}");
    assert!(!lines(&filled(&[])).iter().any(|line| line.contains("样本")));
}

#[test]
fn how_to_sign_goes_below_where_it_leaves_no_room_to_sign() {
    let signed = |words: &str| {
        let part = Part::Sign { lines: vec![Case { when: None, text: text(words) }], date: None };
        let body = vec![Block { when: None, each: None, part }];
        let lines = lines(&fill(&DocumentTemplate { body, ..template() }, None));
        lines[1..lines.len() - 1].to_vec()
    };
    assert_eq!(signed("起诉人（签名）：{}"), ["起诉人（签名）：_"]);
    assert_eq!(
        signed("起诉人（签名；单位盖章并由法定代表人或负责人签名）：{}"),
        ["起诉人：_", "（签名；单位盖章并由法定代表人或负责人签名）"]
    );
    let unit = "{court}（盖章）";
    assert_eq!(signed(unit), ["_（盖章）"]);
}

#[test]
fn paragraphs_that_their_writer_numbered_are_not_numbered_again() {
    let document = filled(&[("facts", "1、甲\n2、乙")]);
    assert!(lines(&document).contains(&"1、甲".to_owned()));
    let document = filled(&[("facts", "（一）甲\n（二）乙")]);
    assert!(lines(&document).contains(&"（一）甲".to_owned()));
    let document = filled(&[("facts", "2024年借钱\n2025年没还")]);
    assert!(lines(&document).contains(&"1. 2024年借钱".to_owned()));
}

#[test]
fn a_signature_stays_with_what_stands_before_it() {
    let document = filled(&[("facts", "欠钱"), ("court", "法院")]);
    let kept = |part: &Printed| matches!(part, Printed::Paragraph { keep: true, .. });
    let at = document.parts.iter().position(kept).unwrap();
    let kept: Vec<bool> = document.parts[at..].iter().map(kept).collect();
    assert_eq!(kept, [true, true, true, false, false], "此致, court, signature; then day, annex");
}

#[test]
fn a_table_is_of_the_row_that_it_is_printed_for_and_a_row_hides_what_stands_once() {
    let mut template = template();
    template.steps[1].fields.push(field("phone", FieldKind::Phone, false));
    let cell = |words: &str| Cell { text: text(words), head: false, across: 1, down: 1 };
    let row = Row {
        when: Condition::parse("kind=单位"),
        each: None,
        head: false,
        cells: vec![cell("{name}"), cell("[电话{phone}]")],
    };
    let part = Part::Table { widths: vec![1, 1], rows: vec![row] };
    template.body = vec![Block { when: None, each: Some("people".to_owned()), part }];
    let mut typed = Typed::default();
    for (key, value) in [
        ("people.0.kind", "个人"),
        ("people.0.name", "甲"),
        ("people.1.kind", "单位"),
        ("people.1.name", "乙公司"),
        ("phone", "0312-12368"),
    ] {
        typed.add(key.to_owned(), value.to_owned());
    }
    let document = fill(&template, Some(&read(&template, &typed).0));
    let lines = lines(&document);
    assert!(lines.iter().any(|line| line.contains("乙公司")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains('甲') || line.contains("0312")), "{lines:?}");
}
