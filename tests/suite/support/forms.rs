//! A form as a browser has it: what stands in its fields, what somebody types, what is sent.

use onecode::domain::document::answers::key;
use onecode::domain::document::{DocumentTemplate, Field, FieldKind, Step};

/// What no page, log or file may hold once somebody typed it.
pub(crate) const MARK: &str = "QXZ937";

/// What stands for the mark where letters are refused: a day, an amount, a telephone number.
pub(crate) const MARKS: [&str; 6] =
    [MARK, "1917-03-29", "1917年3月29日", "76543.21", "76,543.21", "13697531246"];

/// The form that is on a page, with what stands in it.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) action: String,
    /// Names and values as they would be sent.
    pub(crate) fields: Vec<(String, String)>,
    /// The names of what can be seen and typed into or picked.
    pub(crate) seen: Vec<String>,
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = tag[start..].split('"').next()?;
    Some(plain(value))
}

/// HTML as the text that it stands for.
pub(crate) fn plain(html: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2F;", "/"),
    ];
    let text = pairs.iter().fold(html.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&amp;", "&")
}

impl Form {
    /// The form that is sent by POST.
    pub(crate) fn on(page: &str) -> Self {
        let start = page.find("method=\"post\"").expect("a form that is posted");
        let start = page[..start].rfind("<form").unwrap();
        let html = page[start..].split("</form>").next().unwrap();
        let mut form = Self::default();
        let mut select = None;
        for part in html.split('<').skip(1) {
            let (tag, text) = part.split_once('>').unwrap_or((part, ""));
            let name = attribute(tag, "name");
            let value = attribute(tag, "value").unwrap_or_default();
            let kind = attribute(tag, "type").unwrap_or_default();
            match (tag.split(' ').next().unwrap(), name) {
                ("form", _) => form.action = attribute(tag, "action").unwrap(),
                ("input", Some(name)) if kind == "hidden" => form.fields.push((name, value)),
                ("input", Some(name)) => {
                    let is_picked = kind == "radio" || kind == "checkbox";
                    if !is_picked || tag.contains(" checked") {
                        form.fields.push((name.clone(), value));
                    }
                    form.seen.push(name);
                }
                ("textarea", Some(name)) => {
                    let text = text.strip_prefix('\n').unwrap_or(text);
                    form.fields.push((name.clone(), plain(text)));
                    form.seen.push(name);
                }
                ("select", Some(name)) => {
                    form.seen.push(name.clone());
                    select = Some(name);
                }
                ("option", _) if tag.contains(" selected") => {
                    form.fields.push((select.clone().unwrap(), value));
                }
                _ => {}
            }
        }
        form
    }

    /// The first value of a name.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Puts values in the place of those under a name.
    pub(crate) fn set(&mut self, name: &str, values: &[&str]) {
        self.fields.retain(|(known, _)| known != name);
        self.fields.extend(values.iter().map(|value| (name.to_owned(), (*value).to_owned())));
    }

    /// What is sent by a button.
    pub(crate) fn sent(&self, button: &str) -> String {
        let button = [("do".to_owned(), button.to_owned())];
        let encode = |text: &str| {
            text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
        };
        let pairs = self.fields.iter().chain(&button);
        let pairs: Vec<String> =
            pairs.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        pairs.join("&")
    }

    /// Types into everything that can be seen: the mark, or what stands for it.
    pub(crate) fn fill_in(&mut self, template: &DocumentTemplate) {
        let step = self.get("at").to_owned();
        let step = template.step(&step).unwrap();
        let mut seen = self.seen.clone();
        seen.dedup();
        for name in seen {
            let (row, field) = asked(step, &name);
            let values = marked(field, row);
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            self.set(&name, &values);
        }
    }
}

/// The row and the field of a name.
fn asked<'a>(step: &'a Step, name: &str) -> (usize, &'a Field) {
    let found = (0..50).find_map(|row| {
        let of = step.rows.as_ref().map(|_| (step.id.as_str(), row));
        let field = step.fields.iter().find(|field| key(of, &field.id) == name)?;
        Some((row, field))
    });
    found.unwrap_or_else(|| panic!("{name} is asked in {}", step.id))
}

/// What is typed into a field; the rows take turns with what can be picked.
fn marked(field: &Field, row: usize) -> Vec<String> {
    match &field.kind {
        FieldKind::Line => vec![MARK.to_owned()],
        FieldKind::Text => vec![format!("{MARK} <b>&\n第二段 {MARK}")],
        FieldKind::Date => vec!["1917-03-29".to_owned()],
        FieldKind::Amount { .. } => vec!["76543.21".to_owned()],
        FieldKind::Count => vec!["3".to_owned()],
        FieldKind::Phone => vec!["13697531246".to_owned()],
        FieldKind::Court => vec![String::new(), format!("{MARK}法院")],
        FieldKind::Choice(options) => vec![options[row % options.len()].clone()],
        FieldKind::Ticks(options) => options.clone(),
    }
}
