//! Our own litigation documents: each loads clean, stands blank, and says every answer of
//! `tests/documents/<slug>.json`.

use std::fs;

use onecode::content;
use onecode::domain::document::answers::{Answer, Answers, Row, Typed, key, read, unknown};
use onecode::domain::document::fill::fill;
use onecode::domain::document::paper::{Document, Printed};
use onecode::domain::document::{DocumentTemplate, FieldKind, Part, Step};
use onecode::domain::period::Day;
use onecode::domain::site::SiteFiles;
use serde_json::Value;

use crate::support::repository;

fn documents() -> Vec<DocumentTemplate> {
    let mut files = SiteFiles::default();
    add(&mut files, "guides");
    add(&mut files, "printables/documents");
    content::load(&files, Day::parse("2026-11-28").unwrap()).library.documents
}

fn add(files: &mut SiteFiles, folder: &str) {
    for entry in fs::read_dir(repository().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            add(files, &name);
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// What a value says: one text, or several.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(words).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            vec![value.to_string()]
        }
    }
}

/// A field's values under its key: what is ticked one by one, paragraphs as lines.
fn put(typed: &mut Typed, step: &Step, key: String, id: &str, value: &Value) {
    let is_ticked = step.field(id).is_some_and(|f| matches!(f.kind, FieldKind::Ticks(_)));
    if is_ticked {
        for word in words(value) {
            typed.add(key.clone(), word);
        }
    } else {
        typed.add(key, words(value).join("\n"));
    }
}

/// The answers in a document's file, as they would be typed.
fn typed(template: &DocumentTemplate) -> Typed {
    let file = repository().join(format!("tests/documents/{}.json", template.id));
    let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let value: Value = serde_json::from_str(&text).unwrap();
    let mut typed = Typed::default();
    for (name, value) in value.as_object().unwrap() {
        let Some(step) = template.step(name).filter(|step| step.rows.is_some()) else {
            let step = template.steps.iter().find(|step| step.field(name).is_some());
            let step = step.unwrap_or_else(|| panic!("{}: {name}", template.id));
            put(&mut typed, step, name.clone(), name, value);
            continue;
        };
        for (at, row) in value.as_array().unwrap().iter().enumerate() {
            for (field, value) in row.as_object().unwrap() {
                put(&mut typed, step, key(Some((name, at)), field), field, value);
            }
        }
    }
    typed
}

/// What an answer looks like on paper; nothing for what only decides what else is printed.
fn shown(kind: &FieldKind, answer: &Answer) -> Vec<String> {
    match (kind, answer) {
        (FieldKind::Choice(_), _) => Vec::new(),
        (_, Answer::Line(line)) => vec![line.clone()],
        (_, Answer::Paragraphs(paragraphs)) => paragraphs.clone(),
        (_, Answer::Amount(amount)) => vec![amount.for_people()],
        (_, Answer::Picked(picked)) => picked.clone(),
        (_, Answer::Day(day)) => {
            let parts: Vec<u32> = day.to_string().split('-').map(|p| p.parse().unwrap()).collect();
            vec![format!("{}年{}月{}日", parts[0], parts[1], parts[2])]
        }
    }
}

fn rows_of<'a>(answers: &'a Answers, step: &Step) -> Vec<&'a Row> {
    match answers.rows.get(&step.id) {
        Some(rows) => rows.iter().collect(),
        None => vec![&answers.once],
    }
}

#[test]
fn every_document_says_every_answer() {
    let documents = documents();
    assert!(documents.len() >= 24);
    for template in &documents {
        let typed = typed(template);
        assert_eq!(unknown(template, &typed), Vec::<String>::new(), "{}", template.id);
        let (answers, faults) = read(template, &typed);
        assert_eq!(faults, [], "{}", template.id);
        let text = fill(template, Some(&answers)).text();
        for step in &template.steps {
            for row in rows_of(&answers, step) {
                let answered = step.fields.iter().filter_map(|f| Some((f, row.get(&f.id)?)));
                for (field, answer) in answered {
                    for words in shown(&field.kind, answer) {
                        let id = &template.id;
                        assert!(text.contains(&words), "{id}: {} {words}\n{text}", field.id);
                    }
                }
            }
        }
    }
}

#[test]
fn every_blank_document_names_its_parts_and_is_signed() {
    for template in documents() {
        let document = fill(&template, None);
        assert!(document.blank && document.text().starts_with(&template.title));
        assert!(document.parts.len() >= template.body.len(), "{}", template.id);
        let is_signed = |part: &Part| matches!(part, Part::Sign { .. });
        assert!(template.body.iter().any(|block| is_signed(&block.part)), "{}", template.id);
        assert!(!template.sources.is_empty(), "{}", template.id);
        check_tables(&template, &document);
    }
}

#[test]
fn every_blank_document_says_that_it_is_our_model_and_no_filled_in_one_does() {
    for template in documents() {
        let official: String = match template.model.as_slice() {
            [] => "没有找到全国统一的官方文本".to_owned(),
            models => models.iter().map(|model| model.title()).collect::<Vec<_>>().join("和"),
        };
        let blank = fill(&template, None);
        let Some(Printed::Note { runs: said }) = blank.parts.first() else {
            panic!("{} begins with no note", template.id);
        };
        let said = format!("{said:?}");
        assert!(said.contains("这是我们的样本，不是官方文本。"), "{}: {said}", template.id);
        assert!(said.contains(&official), "{}: {said}", template.id);
        assert_eq!(blank.text().matches(&official).count(), 1, "{}", template.id);
        let filled = fill(&template, Some(&read(&template, &typed(&template)).0));
        let is_note = |part: &Printed| matches!(part, Printed::Note { .. });
        assert!(!filled.parts.iter().any(is_note), "{}", template.id);
        let text = filled.text();
        assert!(
            !text.contains("样本，不是") && !text.contains(&official),
            "{}: {text}",
            template.id
        );
    }
}

/// Every row of a table without cells that reach down has all its columns.
fn check_tables(template: &DocumentTemplate, document: &Document) {
    for part in &document.parts {
        let Printed::Table { widths, rows, .. } = part else { continue };
        if rows.iter().flat_map(|row| &row.cells).any(|cell| cell.down > 1) {
            continue;
        }
        for row in rows {
            let across: usize = row.cells.iter().map(|cell| usize::from(cell.across)).sum();
            assert_eq!(across, widths.len(), "{}", template.id);
        }
    }
}
