//! The texts of the paper: taken apart, and every field in them looked up.

use std::ops::RangeInclusive;

use super::entry::{Entry, Item, Said};
use super::steps::Asked;
use super::{Reading, either};
use crate::diagnostic::Words;
use crate::domain::document::text::{Form, Piece, Slot, Text, TextFault};
use crate::domain::document::{Case, Condition, Field, FieldKind, Test};

/// Where a text stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope<'a> {
    /// It is printed once for each row of this step.
    pub(super) each: Option<&'a str>,
    /// What `{role}` is replaced by.
    pub(super) role: Option<&'a str>,
    /// Whether it may be the paragraphs of one field.
    pub(super) lone: bool,
}

impl Reading<'_> {
    /// A text of the paper.
    pub(super) fn words(
        &mut self,
        said: &Said<'_>,
        scope: Scope<'_>,
        asked: &mut Asked,
    ) -> Option<Text> {
        let replaced = scope.role.map(|role| said.text.replace("{role}", role));
        let text = replaced.as_deref().unwrap_or(said.text);
        let filled = self.filled(&Said { text, ..said.clone() });
        if filled.contains(char::is_control) {
            let message = Words::new("a text is one line", "一段文字写在一行里");
            self.fault(said.file, said.span.clone(), message);
        }
        let text = match Text::parse(&filled) {
            Ok(text) => text,
            Err(fault) => {
                self.broken(said, &fault);
                return None;
            }
        };
        for piece in &text.0 {
            self.piece(piece, said, scope);
        }
        let slots: Vec<&Slot> = text.slots().collect();
        for slot in &slots {
            self.slot(slot, said, scope, asked);
        }
        let is_whole = scope.lone && matches!(text.0.as_slice(), [Piece::Field(_)]);
        for slot in slots.iter().filter(|slot| !is_whole || slot.step.is_some()) {
            let each = slot.step.as_deref().or(scope.each);
            let found = asked.find(each, &slot.field);
            if found.is_some_and(|(_, field)| field.kind == FieldKind::Text) {
                let id = &slot.field;
                let message = Words::new(
                    format!("{id:?} has paragraphs, and stands alone in a text or a cell"),
                    format!("“{id}”可能有几段，要在正文或格子里单独写"),
                );
                self.fault(said.file, said.span.clone(), message);
            }
        }
        Some(text)
    }

    fn broken(&mut self, said: &Said<'_>, fault: &TextFault) {
        let (message, hint) = match fault {
            TextFault::Unbalanced => (
                Words::new("a brace or a bracket without its other half", "花括号或方括号不成对"),
                Words::new(
                    "write {field}, and [around what may be absent]; brackets hold no brackets",
                    "写 {问题的id}，可有可无的写在 [ ] 里，方括号里不能再有方括号",
                ),
            ),
            TextFault::Name(name) => (
                Words::new(format!("{{{name}}} is no field"), format!("{{{name}}} 不是问题的写法")),
                Words::new(
                    "write {field}, {field:caps}, {field:ticks}, {step.field}, {step:count}, {index} or {}",
                    "可以写 {id}、{id:caps}、{id:ticks}、{步骤.id}、{步骤:count}、{index}、{}",
                ),
            ),
        };
        self.hinted(said.file, said.span.clone(), message, hint);
    }

    /// What may stand somewhere only.
    fn piece(&mut self, piece: &Piece, said: &Said<'_>, scope: Scope<'_>) {
        match piece {
            Piece::Index if scope.each.is_none() => {
                let message = Words::new(
                    "{index} is the number of a row, and here are none",
                    "{index} 是第几行，这里没有行",
                );
                let hint = Words::new("write `each = \"<step>\"`", "请写上 each = \"步骤的id\"");
                self.hinted(said.file, said.span.clone(), message, hint);
            }
            Piece::Optional(pieces) => {
                if !pieces.iter().any(|piece| matches!(piece, Piece::Field(_))) {
                    let message = Words::new(
                        "brackets without a field: they are never printed",
                        "方括号里没有问题：永远不会印出来",
                    );
                    self.fault(said.file, said.span.clone(), message);
                }
                for piece in pieces {
                    self.piece(piece, said, scope);
                }
            }
            Piece::Words(_) | Piece::Field(_) | Piece::Space | Piece::Index => {}
        }
    }

    fn slot(&mut self, slot: &Slot, said: &Said<'_>, scope: Scope<'_>, asked: &mut Asked) {
        let id = slot.field.as_str();
        if let Some(name) = &slot.step {
            let Some(step) = asked.rows(name) else { return self.no_rows(said, name, asked) };
            let Some(field) = step.field(id) else {
                if !slot.form.is_of_rows() {
                    let known: Vec<&str> = step.fields.iter().map(|f| f.id.as_str()).collect();
                    self.no_field(said, id, &known);
                }
                return;
            };
            self.form(slot.form, field, said);
            asked.print(name, id);
            return;
        }
        let Some((step, field)) = asked.find(scope.each, id) else {
            let elsewhere = asked.steps.iter().find(|step| step.field(id).is_some());
            match elsewhere {
                Some(step) => self.in_rows(said, id, &step.id),
                None => self.no_field(said, id, &asked.known(scope.each)),
            }
            return;
        };
        self.form(slot.form, field, said);
        let step = step.id.clone();
        asked.print(&step, id);
    }

    /// Whether a field can be written so.
    fn form(&mut self, form: Form, field: &Field, said: &Said<'_>) {
        let id = &field.id;
        let message = match (form, &field.kind) {
            (Form::Capital, kind) if !matches!(kind, FieldKind::Amount { .. }) => Words::new(
                format!("{id:?} is no amount: {{{id}:caps}} cannot be written"),
                format!("“{id}”不是金额，不能写 {{{id}:caps}}"),
            ),
            (Form::Ticks, kind) if kind.options().is_none() => Words::new(
                format!("{id:?} has no options: {{{id}:ticks}} cannot be written"),
                format!("“{id}”没有选项，不能写 {{{id}:ticks}}"),
            ),
            (Form::Plain | Form::Capital | Form::Ticks | Form::Count | Form::Given, _) => return,
        };
        self.fault(said.file, said.span.clone(), message);
    }

    pub(super) fn no_field(&mut self, said: &Said<'_>, id: &str, known: &[&str]) {
        let message = Words::new(
            format!("no field {id:?} is asked by then"),
            format!("到这里还没有问过“{id}”"),
        );
        let hint = either(id, known);
        self.hinted(said.file, said.span.clone(), message, hint);
    }

    fn in_rows(&mut self, said: &Said<'_>, id: &str, step: &str) {
        let message = Words::new(
            format!("{id:?} is asked once for each row of {step:?}"),
            format!("“{id}”在“{step}”里每一行都问一次"),
        );
        let hint = Words::new(
            format!("write {{{step}.{id}}} for all of them, or `each = {step:?}` for a text each"),
            format!("要全部列出，写 {{{step}.{id}}}；要一行一段，写 each = \"{step}\""),
        );
        self.hinted(said.file, said.span.clone(), message, hint);
    }

    /// Tells that `name` is no step with rows.
    pub(super) fn no_rows(&mut self, said: &Said<'_>, name: &str, asked: &Asked) {
        let message = Words::new(
            format!("no step {name:?} with rows"),
            format!("没有可以重复的步骤“{name}”"),
        );
        let known = asked.steps.iter().filter(|step| step.rows.is_some());
        let known: Vec<&str> = known.map(|step| step.id.as_str()).collect();
        let hint = if known.is_empty() {
            Words::new("give the step `rows = { … }`", "请给那个步骤写上 rows = { … }")
        } else {
            either(name, &known)
        };
        self.hinted(said.file, said.span.clone(), message, hint);
    }

    /// The condition of a part of the paper; a choice that decides what is printed is printed.
    pub(super) fn when(
        &mut self,
        entry: &Entry<'_>,
        each: Option<&str>,
        asked: &mut Asked,
    ) -> Option<Condition> {
        let said = entry.text("when", self)?;
        let condition = self.parsed_condition(&said)?;
        // Whether a step has rows at all.
        if asked.rows(&condition.field).is_some()
            && matches!(condition.test, Test::Given | Test::Empty)
        {
            return Some(condition);
        }
        let found = asked.find(each, &condition.field);
        let known = asked.known(each);
        self.condition(&condition, &said, found.map(|(_, field)| field), &known);
        if let Some((step, field)) = found
            && field.kind.options().is_some()
        {
            let step = step.id.clone();
            asked.print(&step, &condition.field);
        }
        Some(condition)
    }

    /// The step whose rows a part is printed for.
    pub(super) fn each(&mut self, entry: &Entry<'_>, asked: &Asked) -> Option<String> {
        let said = entry.text("each", self)?;
        if asked.rows(said.text).is_none() {
            self.no_rows(&said, said.text, asked);
            return None;
        }
        Some(said.text.to_owned())
    }

    /// Texts, each of which may have a condition.
    pub(super) fn cases(
        &mut self,
        (entry, key): (&Entry<'_>, &str),
        scope: Scope<'_>,
        asked: &mut Asked,
    ) -> Vec<Case> {
        let mut cases = Vec::new();
        for item in entry.items(key, self) {
            let (when, said) = match item {
                Item::Text(said) => (None, Some(said)),
                Item::Table(case) => {
                    case.only(&["when", "text"], self);
                    (self.when(&case, scope.each, asked), case.needed("text", self))
                }
            };
            let text = said.and_then(|said| self.words(&said, scope, asked));
            cases.extend(text.map(|text| Case { when, text }));
        }
        cases
    }

    /// A whole number of a table's cell, 1 where it says nothing.
    pub(super) fn span(&mut self, cell: &Entry<'_>, key: &str) -> u16 {
        const SPANS: RangeInclusive<u16> = 1..=50;
        cell.number(key, SPANS, self).unwrap_or(1)
    }
}
