//! The paper, part by part. A new kind of part is a line in [`PARTS`] and an arm of [`Reading::part`].

use super::Reading;
use super::entry::{Entry, Item, Said};
use super::steps::Asked;
use super::texts::Scope;
use crate::diagnostic::Words;
use crate::domain::document::{Block, FieldKind, Part, Style};

/// Each kind of part, and what else may be said of it.
const PARTS: [(&str, &[&str]); 8] = [
    ("text", &["style", "numbered"]),
    ("heading", &[]),
    ("note", &[]),
    ("court", &[]),
    ("sign", &["date"]),
    ("attach", &[]),
    ("table", &["row"]),
    ("use", &["role"]),
];

/// Reads the body of a document.
pub(super) fn read(
    entry: &Entry<'_>,
    shared: Option<&Entry<'_>>,
    asked: &mut Asked,
    reading: &mut Reading<'_>,
) -> Vec<Block> {
    let mut blocks = Vec::new();
    let parts = entry.tables("body", reading);
    if parts.is_empty() {
        let message = Words::new("a document has a [[body]]", "文书要有 [[body]]");
        reading.fault(entry.file, 0..0, message);
    }
    for part in parts {
        let Some(kind) = reading.part_kind(&part) else { continue };
        if kind == "use" {
            blocks.extend(reading.used(&part, shared, asked));
        } else {
            blocks.extend(reading.block(&part, kind, None, asked));
        }
    }
    blocks
}

impl Reading<'_> {
    /// What a part is: it says exactly one thing.
    fn part_kind(&mut self, part: &Entry<'_>) -> Option<&'static str> {
        let said: Vec<_> = PARTS.iter().filter(|(key, _)| part.place(key).is_some()).collect();
        let [(kind, more)] = said[..] else {
            let known = PARTS.map(|(key, _)| key).join(" ");
            let message = Words::new(
                format!("a part has exactly one of {known}"),
                format!("每一部分要写、也只能写其中一样：{known}"),
            );
            self.fault(part.file, part.span.clone(), message);
            return None;
        };
        part.only(&[&["when", "each", kind][..], more].concat(), self);
        Some(kind)
    }

    /// The parts of a shared block.
    fn used(
        &mut self,
        part: &Entry<'_>,
        shared: Option<&Entry<'_>>,
        asked: &mut Asked,
    ) -> Vec<Block> {
        let Some(name) = part.needed("use", self) else { return Vec::new() };
        let blocks = shared.and_then(|shared| shared.table("block", self));
        let parts = blocks.as_ref().map(|blocks| blocks.tables(name.text, self));
        let parts = parts.unwrap_or_default();
        if parts.is_empty() {
            let known = blocks.iter().flat_map(Entry::names);
            self.unknown(&name, ("block", name.text, "_shared.toml"), known);
        }
        let role = part.text("role", self);
        let each = self.each(part, asked);
        let when = self.when(part, each.as_deref(), asked);
        let outer = Outer { role: role.map(|role| role.text), each, when };
        let mut used = Vec::new();
        for inner in parts {
            match self.part_kind(&inner) {
                Some("use") => {
                    let message = Words::new("a block uses no block", "block 里不能再写 use");
                    self.fault(inner.file, inner.span.clone(), message);
                }
                Some(kind) => used.extend(self.block(&inner, kind, Some(&outer), asked)),
                None => {}
            }
        }
        used
    }

    fn block(
        &mut self,
        entry: &Entry<'_>,
        kind: &str,
        outer: Option<&Outer<'_>>,
        asked: &mut Asked,
    ) -> Option<Block> {
        let own = self.each(entry, asked);
        let each = own.or_else(|| outer?.each.clone());
        let when = self.when(entry, each.as_deref(), asked);
        let outer_when = outer.and_then(|outer| outer.when.clone());
        if when.is_some() && outer_when.is_some() {
            let message = Words::new(
                "this part has a condition of its own, and the block that it is of is used with one",
                "这一部分自己有条件，引用它的地方又写了 when",
            );
            self.fault(entry.file, entry.span.clone(), message);
        }
        let role = outer.and_then(|outer| outer.role);
        let part =
            self.part(entry, kind, Scope { each: each.as_deref(), role, lone: false }, asked)?;
        Some(Block { when: when.or(outer_when), each, part })
    }

    fn part(
        &mut self,
        entry: &Entry<'_>,
        kind: &str,
        scope: Scope<'_>,
        asked: &mut Asked,
    ) -> Option<Part> {
        let mut line = |key: &str, asked: &mut Asked| {
            let said = entry.needed(key, self)?;
            self.words(&said, scope, asked)
        };
        match kind {
            "heading" => return line("heading", asked).map(Part::Heading),
            "note" => return line("note", asked).map(Part::Note),
            _ => {}
        }
        Some(match kind {
            "text" => {
                let cases = self.cases((entry, "text"), Scope { lone: true, ..scope }, asked);
                let (style, numbered) = (self.style(entry), entry.flag("numbered", self));
                (!cases.is_empty()).then_some(Part::Text { cases, style, numbered })?
            }
            "court" => Part::Court(self.one(entry, "court", scope, asked)?),
            "sign" => Part::Sign {
                lines: self.cases((entry, "sign"), scope, asked),
                date: self.one(entry, "date", scope, asked),
            },
            "attach" => {
                let texts = entry.texts("attach", self);
                Part::Attach(texts.iter().filter_map(|t| self.words(t, scope, asked)).collect())
            }
            _ => self.paper_table(entry, scope, asked)?,
        })
    }

    fn style(&mut self, entry: &Entry<'_>) -> Style {
        let Some(said) = entry.text("style", self) else { return Style::Body };
        Style::parse(said.text).unwrap_or_else(|| {
            self.listed(&said, "style", ["body", "flush", "right", "centre"].into_iter());
            Style::Body
        })
    }

    /// The id of a field of the kind that this place takes: a court, or the day of a signature.
    fn one(
        &mut self,
        entry: &Entry<'_>,
        key: &str,
        scope: Scope<'_>,
        asked: &mut Asked,
    ) -> Option<String> {
        let said = entry.text(key, self)?;
        let Some((step, field)) = asked.find(scope.each, said.text) else {
            self.no_field(&said, said.text, &asked.known(scope.each));
            return None;
        };
        let is_fit = match key {
            "court" => field.kind == FieldKind::Court,
            _ => field.kind == FieldKind::Date,
        };
        if !is_fit {
            self.wrong_kind(&said, key);
        }
        let step = step.id.clone();
        asked.print(&step, said.text);
        Some(said.text.to_owned())
    }

    fn wrong_kind(&mut self, said: &Said<'_>, key: &str) {
        let id = said.text;
        let message = Words::new(
            format!("{id:?} is not of kind {key:?}"),
            format!("“{id}”不是 {key} 类的问题"),
        );
        self.fault(said.file, said.span.clone(), message);
    }
}

/// What the place that uses a block says of all its parts.
struct Outer<'a> {
    role: Option<&'a str>,
    each: Option<String>,
    when: Option<crate::domain::document::Condition>,
}

impl Reading<'_> {
    /// A cell: its text, and the table that says more of it, where there is one.
    pub(super) fn cell<'e>(&mut self, item: Item<'e>) -> Option<(Said<'e>, Option<Entry<'e>>)> {
        match item {
            Item::Text(said) => Some((said, None)),
            Item::Table(entry) => {
                entry.only(&["text", "head", "across", "down"], self);
                let said = entry.text("text", self);
                if said.is_none() {
                    let message = Words::new("\"text\" is missing", "没有写“text”");
                    self.fault(entry.file, entry.span.clone(), message);
                }
                Some((said?, Some(entry)))
            }
        }
    }
}
