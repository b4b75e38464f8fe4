//! Tests of reading what was typed.

use super::*;
use crate::domain::document::fill::tests::template;

fn typed(pairs: &[(&str, &str)]) -> Typed {
    let mut typed = Typed::default();
    for (key, value) in pairs {
        typed.add((*key).to_owned(), (*value).to_owned());
    }
    typed
}

fn faults(pairs: &[(&str, &str)]) -> Vec<(String, AnswerFault)> {
    let faults = read(&template(), &typed(pairs)).1;
    faults.into_iter().map(|misread| (misread.key, misread.fault)).collect()
}

const WHOLE: [(&str, &str); 4] = [
    ("court", "竞秀区人民法院"),
    ("people.0.kind", "个人"),
    ("people.0.name", "张三"),
    ("facts", "欠钱"),
];

fn whole_and(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    WHOLE.iter().chain(more).copied().collect()
}

#[test]
fn what_is_required_and_empty_is_told_by_its_key() {
    assert_eq!(faults(&WHOLE), []);
    let missing = |key: &str| (key.to_owned(), AnswerFault::Missing);
    assert_eq!(
        faults(&[("people.0.kind", "个人"), ("facts", " \u{200b}\n")]),
        [missing("people.0.name"), missing("court"), missing("facts")]
    );
    // The head of a firm is asked of firms alone.
    let firm = [("people.1.kind", "单位"), ("people.1.name", "某公司")];
    assert_eq!(faults(&whole_and(&firm)), [missing("people.1.head")]);
}

#[test]
fn each_kind_of_answer_is_read_as_people_type_it() {
    let pairs = whole_and(&[
        ("sum", "１万"),
        ("signed", "2026年11月5日"),
        ("people.0.phone", "0312-1234567"),
        ("copies", "３"),
        ("wishes", "调解"),
        ("wishes", "邮寄"),
    ]);
    let (answers, faults) = read(&template(), &typed(&pairs));
    assert!(faults.is_empty());
    let once = |field: &str| answers.once.get(field);
    assert!(once("sum") == Some(&Answer::Amount(Money::yuan(10_000))));
    assert!(once("signed") == Some(&Answer::Day(Day::new(2026, 11, 5).unwrap())));
    assert!(once("copies") == Some(&Answer::Line("3".to_owned())));
    let picked = Answer::Picked(vec!["邮寄".to_owned(), "调解".to_owned()]);
    assert!(once("wishes") == Some(&picked), "in the order of the options");
    for (key, value, fault) in [
        ("sum", "很多", AnswerFault::NotAmount),
        ("signed", "2026-02-30", AnswerFault::NotDay),
        ("copies", "两", AnswerFault::NotCount),
        ("people.0.phone", "问我妈", AnswerFault::NotPhone),
        ("wishes", "别的", AnswerFault::NotOption),
    ] {
        assert_eq!(super::tests::faults(&whole_and(&[(key, value)])), [(key.to_owned(), fault)]);
    }
}

#[test]
fn what_is_too_long_is_told_and_what_nobody_sees_is_left_out() {
    let long = "长".repeat(10_000);
    let pairs = [WHOLE[0], WHOLE[1], ("people.0.name", &*long), WHOLE[3]];
    assert_eq!(faults(&pairs), [("people.0.name".to_owned(), AnswerFault::TooLong(100))]);
    assert_eq!(clean("\u{202e}a\u{0}b\r\nc\td\u{feff}\u{ffff}\u{1b}[1m"), "ab\nc d[1m");
    assert_eq!(clean("堃𬭎<b>&"), "堃𬭎<b>&");
}

#[test]
fn empty_rows_are_left_out_and_rows_can_be_taken_out() {
    let mut typed = typed(&whole_and(&[
        ("people.1.kind", "个人"),
        ("people.2.kind", "个人"),
        ("people.2.name", "李四"),
    ]));
    let names = |typed: &Typed| {
        let (answers, faults) = read(&template(), typed);
        assert!(faults.is_empty());
        let name = |row: &Row| match row.get("name") {
            Some(Answer::Line(name)) => name.clone(),
            _ => String::new(),
        };
        answers.rows["people"].iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names(&typed), ["张三", "李四"]);
    assert_eq!(typed.rows("people"), 3);
    typed.remove_row("people", 0);
    assert_eq!((typed.rows("people"), typed.first("people.1.name")), (2, "李四"));
    assert_eq!(names(&typed), ["李四"]);
    let many: Vec<String> = (0..5).map(|at| format!("people.{at}.name")).collect();
    for key in &many {
        typed.set(key.clone(), "王".to_owned());
    }
    let (_, faults) = read(&template(), &typed);
    assert!(faults.iter().any(|f| f.key == "people" && f.fault == AnswerFault::TooManyRows(3)));
}

#[test]
fn a_key_of_no_field_is_named() {
    let typed = typed(&whole_and(&[
        ("nam", "x"),
        ("people.0.nam", "x"),
        ("people.name", "x"),
        ("people.99.name", "x"),
        ("name", "x"),
    ]));
    assert_eq!(
        unknown(&template(), &typed),
        ["nam", "name", "people.0.nam", "people.99.name", "people.name"]
    );
}
