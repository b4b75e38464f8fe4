//! The file of answers that a program hands in: its JSON Schema, and what stands in it -> [`Typed`].
//!
//! The schema says what is taken for certain; the reading is as kind as the form is. What answers
//! themselves get wrong is `domain::document::answers`' to tell, by a key that [`place`] turns into
//! the place in the file.

use serde_json::{Map, Value, json};

use crate::domain::document::answers::{Typed, key};
use crate::domain::document::{Condition, DocumentTemplate, Field, FieldKind, Step, Test};

/// What is wrong with the shape of a file of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Neither fields nor a row of them: no JSON object.
    NotObject,
    /// A step that repeats is a list of rows.
    NotList,
    /// An answer is a text, or a number where it is one.
    NotText,
    /// An answer is a text or a list of texts.
    NotTexts,
    /// More rows than this.
    TooMany(usize),
    /// The document has no such field.
    Unknown,
}

/// Something wrong and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFault {
    /// Its place: `plaintiffs[0].name`; empty for the whole.
    pub path: String,
    /// What is wrong.
    pub wrong: Wrong,
}

/// The place in a file of what stands under `key` in [`Typed`]: `plaintiffs.0.name` is
/// `plaintiffs[0].name`.
pub fn place(key: &str) -> String {
    let mut parts = key.splitn(3, '.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(step), Some(row), Some(field)) => format!("{step}[{row}].{field}"),
        _ => key.to_owned(),
    }
}

/// What stands in a file of answers.
///
/// # Errors
/// All that is wrong with its shape, by the names of the fields.
pub fn typed(template: &DocumentTemplate, value: &Value) -> Result<Typed, Vec<DataFault>> {
    let mut reading = Reading { typed: Typed::default(), faults: Vec::new() };
    let Value::Object(entries) = value else {
        return Err(vec![DataFault { path: String::new(), wrong: Wrong::NotObject }]);
    };
    for (name, value) in entries {
        let step = template.step(name).filter(|step| step.rows.is_some());
        match (step, template.field(name)) {
            (Some(step), _) => reading.rows(step, value),
            (None, Some(field)) => reading.field(field, None, value),
            (None, None) => reading.fault(name, Wrong::Unknown),
        }
    }
    if reading.faults.is_empty() { Ok(reading.typed) } else { Err(reading.faults) }
}

struct Reading {
    typed: Typed,
    faults: Vec<DataFault>,
}

impl Reading {
    fn fault(&mut self, key: &str, wrong: Wrong) {
        self.faults.push(DataFault { path: place(key), wrong });
    }

    fn rows(&mut self, step: &Step, value: &Value) {
        let Value::Array(rows) = value else {
            return self.fault(&step.id, Wrong::NotList);
        };
        let most = step.rows.as_ref().map_or(0, |rows| rows.most);
        if rows.len() > most {
            self.fault(&step.id, Wrong::TooMany(most));
        }
        for (at, row) in rows.iter().take(most).enumerate() {
            let Value::Object(entries) = row else {
                self.fault(&format!("{}[{at}]", step.id), Wrong::NotObject);
                continue;
            };
            for (name, value) in entries {
                match step.field(name) {
                    Some(field) => self.field(field, Some((&step.id, at)), value),
                    None => self.fault(&key(Some((&step.id, at)), name), Wrong::Unknown),
                }
            }
        }
    }

    fn field(&mut self, field: &Field, row: Option<(&str, usize)>, value: &Value) {
        let key = key(row, &field.id);
        let several = matches!(field.kind, FieldKind::Text | FieldKind::Ticks(_));
        match value {
            Value::Null => {}
            Value::String(text) => self.typed.add(key, text.clone()),
            Value::Number(number) => self.typed.add(key, number.to_string()),
            Value::Array(list) if several => {
                let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
                match (texts, &field.kind) {
                    (None, _) => self.fault(&key, Wrong::NotTexts),
                    (Some(texts), FieldKind::Text) => self.typed.add(key, texts.join("\n")),
                    (Some(texts), _) => {
                        for text in texts {
                            self.typed.add(key.clone(), text.to_owned());
                        }
                    }
                }
            }
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                self.fault(&key, if several { Wrong::NotTexts } else { Wrong::NotText });
            }
        }
    }
}

/// The JSON Schema (2020-12) of a document's file of answers.
pub fn schema(template: &DocumentTemplate) -> Value {
    let once: Vec<&Field> = template
        .steps
        .iter()
        .filter(|step| step.rows.is_none())
        .flat_map(|step| &step.fields)
        .collect();
    let mut whole = object(&once, &|_| true);
    for step in &template.steps {
        let Some(rows) = &step.rows else { continue };
        let fields: Vec<&Field> = step.fields.iter().collect();
        let is_here = |condition: &Condition| step.field(&condition.field).is_some();
        let mut list = Map::new();
        list.insert("title".into(), step.title.clone().into());
        describe(&mut list, &step.hint);
        list.insert("type".into(), "array".into());
        list.insert("minItems".into(), rows.least.into());
        list.insert("maxItems".into(), rows.most.into());
        list.insert("items".into(), Value::Object(object(&fields, &is_here)));
        insert(&mut whole, "properties", &step.id, Value::Object(list));
        if rows.least > 0 {
            push(&mut whole, "required", step.id.clone().into());
        }
        // What depends on an answer outside the row cannot be said within it.
        for field in fields.iter().filter(|field| field.required) {
            if let Some(condition) = field.show.as_ref().filter(|condition| !is_here(condition)) {
                let on = template.field(&condition.field);
                let row = json!({ "items": { "required": [field.id] } });
                let then = json!({ "properties": { (step.id.clone()): row } });
                push(&mut whole, "allOf", json!({ "if": holds(condition, on), "then": then }));
            }
        }
    }
    whole.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    whole.insert("title".into(), template.name.clone().into());
    describe(&mut whole, &template.summary);
    Value::Object(whole)
}

fn insert(object: &mut Map<String, Value>, list: &str, name: &str, value: Value) {
    let entry = object.entry(list).or_insert_with(|| json!({}));
    if let Value::Object(entries) = entry {
        entries.insert(name.to_owned(), value);
    }
}

fn push(object: &mut Map<String, Value>, list: &str, value: Value) {
    let entry = object.entry(list).or_insert_with(|| json!([]));
    if let Value::Array(entries) = entry {
        entries.push(value);
    }
}

/// An object of these fields; what they need where `is_here` says that it can be seen.
fn object(fields: &[&Field], is_here: &dyn Fn(&Condition) -> bool) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("type".into(), "object".into());
    object.insert("additionalProperties".into(), false.into());
    for field in fields {
        insert(&mut object, "properties", &field.id, one(field));
        match &field.show {
            None if field.required => push(&mut object, "required", field.id.clone().into()),
            Some(condition) if field.required && is_here(condition) => {
                let on = fields.iter().find(|field| field.id == condition.field).copied();
                let then = json!({ "required": [field.id] });
                push(&mut object, "allOf", json!({ "if": holds(condition, on), "then": then }));
            }
            Some(_) | None => {}
        }
    }
    object
}

fn holds(condition: &Condition, on: Option<&Field>) -> Value {
    let name = &condition.field;
    match &condition.test {
        Test::Given => json!({ "required": [name] }),
        Test::Empty => json!({ "not": { "required": [name] } }),
        Test::Is(value) => {
            let is_list = on.is_some_and(|field| matches!(field.kind, FieldKind::Ticks(_)));
            let test = json!({ "const": value });
            let test = if is_list { json!({ "contains": test }) } else { test };
            json!({ "required": [name], "properties": { (name.clone()): test } })
        }
    }
}

fn one(field: &Field) -> Value {
    let least = usize::from(field.required);
    let most = field.most;
    let mut value = match &field.kind {
        FieldKind::Line | FieldKind::Phone | FieldKind::Court => {
            json!({ "type": "string", "minLength": least, "maxLength": most })
        }
        FieldKind::Text => {
            let list = json!({ "type": "array", "items": { "type": "string" }, "minItems": least });
            let text = json!({ "type": "string", "minLength": least, "maxLength": most });
            json!({ "anyOf": [text, list] })
        }
        FieldKind::Date => json!({ "type": "string", "format": "date" }),
        FieldKind::Amount { .. } => json!({ "type": ["string", "number"], "minimum": 0 }),
        FieldKind::Count => json!({ "type": ["string", "integer"], "minimum": 0 }),
        FieldKind::Choice(options) => json!({ "enum": options }),
        FieldKind::Ticks(options) => {
            let item = json!({ "enum": options });
            json!({ "type": "array", "items": item, "uniqueItems": true, "minItems": least })
        }
    };
    if let Value::Object(entries) = &mut value {
        entries.insert("title".into(), field.label.clone().into());
        describe(entries, &field.hint);
    }
    value
}

fn describe(object: &mut Map<String, Value>, text: &str) {
    let text = without_links(text);
    if !text.is_empty() {
        object.insert("description".into(), text.into());
    }
}

/// `[words](target)` as its words; one without words is left out.
fn without_links(text: &str) -> String {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some((before, words, after)) = link(rest) {
        plain.push_str(before);
        plain.push_str(words);
        rest = after;
    }
    plain + rest
}

fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('[')?;
    let (words, rest) = rest.split_once("](")?;
    let (_, after) = rest.split_once(')')?;
    Some((before, words, after))
}

#[cfg(test)]
mod tests {
    use super::super::tests::template;
    use super::*;
    use crate::domain::document::answers::read;

    fn faults(value: &Value) -> Vec<(String, Wrong)> {
        let faults = typed(&template(), value).err().unwrap_or_default();
        faults.into_iter().map(|fault| (fault.path, fault.wrong)).collect()
    }

    #[test]
    fn a_file_of_answers_is_read_as_a_form_is() {
        let value = json!({
            "people": [
                { "kind": "个人", "name": "张三", "phone": null },
                { "kind": "单位", "name": "某公司", "head": "李四" },
            ],
            "court": "竞秀区人民法院",
            "facts": ["第一。", "第二。"],
            "sum": 50000.5,
            "copies": 2,
            "wishes": ["调解", "邮寄"],
        });
        let typed = typed(&template(), &value).ok().unwrap();
        assert_eq!(typed.first("facts"), "第一。\n第二。");
        assert_eq!(typed.first("people.1.head"), "李四");
        assert_eq!(typed.all("wishes").len(), 2);
        assert_eq!(typed.first("sum"), "50000.5");
        assert!(read(&template(), &typed).1.is_empty());
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_by_its_place() {
        assert_eq!(faults(&json!([])), [(String::new(), Wrong::NotObject)]);
        let value = json!({
            "court": ["甲"],
            "facts": [1],
            "nobody": 1,
            "people": ["张三", { "name": true, "age": 3 }, {}, {}],
            "rest": {},
            "wishes": {},
        });
        let told = faults(&value);
        let expected = [
            ("court", Wrong::NotText),
            ("facts", Wrong::NotTexts),
            ("nobody", Wrong::Unknown),
            ("people", Wrong::TooMany(3)),
            ("people[0]", Wrong::NotObject),
            ("people[1].age", Wrong::Unknown),
            ("people[1].name", Wrong::NotText),
            ("rest", Wrong::Unknown),
            ("wishes", Wrong::NotTexts),
        ];
        assert_eq!(told, expected.map(|(path, wrong)| (path.to_owned(), wrong)));
        assert_eq!(faults(&json!({ "people": {} })), [("people".to_owned(), Wrong::NotList)]);
        assert_eq!(
            (place("people.1.name"), place("facts")),
            ("people[1].name".into(), "facts".into())
        );
    }

    #[test]
    fn the_schema_says_what_is_required_and_when() {
        let schema = schema(&template());
        assert_eq!(schema["required"], json!(["court", "facts", "people"]));
        assert_eq!(schema["additionalProperties"], false);
        let row = &schema["properties"]["people"];
        assert_eq!((&row["minItems"], &row["maxItems"]), (&json!(1), &json!(3)));
        assert_eq!(row["items"]["required"], json!(["kind", "name"]));
        let when = json!({ "required": ["kind"], "properties": { "kind": { "const": "单位" } } });
        assert_eq!(
            row["items"]["allOf"],
            json!([{ "if": when, "then": { "required": ["head"] } }])
        );
        assert_eq!(row["items"]["properties"]["kind"]["enum"], json!(["个人", "单位"]));
        assert_eq!(schema["properties"]["wishes"]["items"]["enum"], json!(["邮寄", "调解"]));
    }

    #[test]
    fn a_description_has_no_links() {
        assert_eq!(
            without_links("收到后[](limit:answer)，见[第124条](law:cpl#124)。"),
            "收到后，见第124条。"
        );
        assert_eq!(without_links("没有[链接"), "没有[链接");
    }
}
