//! One step of a form: its fields, what was typed into them, and what is wrong with that.
//!
//! What is asked only after a certain choice is hidden by the style alone: the choice's buttons stand
//! before it as siblings, `.a1:not(:checked)~.on-a1`. Without the style all is shown.

use std::collections::HashMap;

use serde::Serialize;

use super::{Asked, Complaint};
use crate::domain::document::answers::{AnswerFault, Answers, Misread, Typed, key, read};
use crate::domain::document::{Basis, Condition, Field, FieldKind, Step, Test};
use crate::domain::guide::Language;
use crate::domain::law::Citation;
use crate::domain::money::Money;

/// What the choices are called in the style, by their order in a step.
const GROUPS: [&str; 4] = ["a", "b", "c", "d"];

/// How many options of a choice the style knows.
const OPTIONS: usize = 8;

/// A step.
#[derive(Serialize)]
pub(super) struct StepContext {
    id: String,
    title: String,
    hint: String,
    number: usize,
    of: usize,
    first: bool,
    last: bool,
    /// Whether nothing in the whole document is wrong any more.
    complete: bool,
    error: String,
    /// What one more row is called; empty where there can be none.
    add: String,
    rows: Vec<RowContext>,
}

#[derive(Serialize)]
struct RowContext {
    legend: String,
    /// The value of the button that takes it out; empty where it has to stay.
    remove: String,
    fields: Vec<FieldContext>,
}

#[derive(Serialize, Default)]
struct FieldContext {
    id: String,
    name: String,
    label: String,
    hint: String,
    /// Why it is asked, and whether it has to be.
    why: String,
    /// What was understood of an amount: in words, and the fee.
    reads: String,
    error: String,
    described_by: String,
    /// `line`, `text`, `court`, `choice`, `ticks`.
    shape: &'static str,
    /// Whether what can be picked stands beside what hangs on it.
    flat: bool,
    /// The classes by which it is hidden until it is asked.
    on: String,
    mode: &'static str,
    unit: String,
    value: String,
    options: Vec<OptionContext>,
}

#[derive(Serialize)]
struct OptionContext {
    id: String,
    value: String,
    label: String,
    checked: bool,
    /// By which the style knows it.
    class: String,
}

/// Whether a step asks anything, by what was answered before it.
pub(in crate::web) fn is_asked(step: &Step, answers: &Answers) -> bool {
    step.fields.iter().any(|field| may_be_asked(step, field, answers))
}

/// Whether a field may be asked: what hangs on the same step is for the style to hide.
fn may_be_asked(step: &Step, field: &Field, answers: &Answers) -> bool {
    field.show.as_ref().is_none_or(|condition| {
        step.field(&condition.field).is_some()
            || condition.holds(answers.once.get(&condition.field))
    })
}

/// A step, and the names of the fields that it shows.
pub(super) fn step(
    asked: &Asked<'_>,
    at: usize,
    typed: &Typed,
    answers: &Answers,
    faults: &[Misread],
) -> (StepContext, Vec<String>) {
    let steps = &asked.template.steps;
    let step = &steps[at];
    let faults: Vec<&Misread> = faults.iter().filter(|fault| fault.step == at).collect();
    let shown = Shown { asked, step, typed, answers, faults: &faults, on: on(step) };
    let rows = match &step.rows {
        None => vec![shown.row(None, String::new(), String::new())],
        Some(rows) => {
            let count = typed.rows(&step.id).max(rows.least).max(1).min(rows.most);
            let row = |index: usize| {
                let legend = format!("{} {}", rows.label, index + 1);
                let may_go = count > rows.least.max(1);
                let remove = if may_go { format!("remove.{index}") } else { String::new() };
                shown.row(Some((&step.id, index)), legend, remove)
            };
            (0..count).map(row).collect()
        }
    };
    let add = step.rows.as_ref().filter(|step| rows.len() < step.most);
    let add = add.map_or(String::new(), |step| asked.voice.fill("document_add", &step.label));
    let error = faults.iter().find(|fault| fault.key == step.id);
    let names = rows.iter().flat_map(|row| row.fields.iter().map(|f| f.name.clone())).collect();
    let is_asked = |step: &&Step| is_asked(step, answers);
    let context = StepContext {
        id: step.id.clone(),
        title: step.title.clone(),
        hint: step.hint.clone(),
        number: steps[..at].iter().filter(is_asked).count() + 1,
        of: steps.iter().filter(is_asked).count(),
        first: !steps[..at].iter().any(|step| is_asked(&step)),
        last: !steps[at + 1..].iter().any(|step| is_asked(&step)),
        complete: read(asked.template, typed).1.is_empty(),
        error: error.map_or(String::new(), |fault| shown.said(fault.fault, false)),
        add,
        rows,
    };
    (context, names)
}

/// The lines of the summary for what is at fault.
pub(super) fn complaints(step: &StepContext) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    if !step.error.is_empty() {
        complaints.push(Complaint { text: step.error.clone(), href: "#step".to_owned() });
    }
    for row in &step.rows {
        for field in row.fields.iter().filter(|field| !field.error.is_empty()) {
            let of = if row.legend.is_empty() { String::new() } else { format!("{} ", row.legend) };
            complaints.push(Complaint {
                text: format!("{of}{}：{}", field.label, field.error),
                href: format!("#{}", field.id),
            });
        }
    }
    complaints
}

/// By which classes each field of a step is hidden, and which group each choice is.
#[derive(Default)]
struct On<'a> {
    groups: HashMap<&'a str, &'static str>,
    classes: HashMap<&'a str, String>,
}

fn on(step: &Step) -> On<'_> {
    let mut on = On::default();
    for field in &step.fields {
        let Some(Condition { field: of, test: Test::Is(value) }) = &field.show else { continue };
        let Some(choice) = step.field(of) else { continue };
        let at = choice.kind.options().and_then(|o| o.iter().position(|option| option == value));
        let Some(at) = at.filter(|at| *at < OPTIONS) else { continue };
        let next = GROUPS.get(on.groups.len()).copied();
        let group = on.groups.get(of.as_str()).copied().or(next);
        let Some(group) = group else { continue };
        on.groups.insert(&choice.id, group);
        // What hides the choice hides also what hangs on it.
        let before = on.classes.get(choice.id.as_str()).cloned().unwrap_or_default();
        on.classes.insert(&field.id, format!("{before} on-{group}{}", at + 1));
    }
    on
}

/// A step as it is shown.
struct Shown<'a> {
    asked: &'a Asked<'a>,
    step: &'a Step,
    typed: &'a Typed,
    answers: &'a Answers,
    faults: &'a [&'a Misread],
    on: On<'a>,
}

impl Shown<'_> {
    fn row(&self, row: Option<(&str, usize)>, legend: String, remove: String) -> RowContext {
        let fields = self.step.fields.iter();
        let fields = fields.filter(|field| may_be_asked(self.step, field, self.answers));
        let fields = fields.map(|field| self.field(field, key(row, &field.id))).collect();
        RowContext { legend, remove, fields }
    }

    fn field(&self, field: &Field, name: String) -> FieldContext {
        let voice = self.asked.voice;
        let fault = self.faults.iter().find(|fault| fault.key == name);
        let id = format!("f-{name}");
        let is_amount = matches!(field.kind, FieldKind::Amount { .. });
        let is_picked = field.kind.options().is_some();
        let group = self.on.groups.get(field.id.as_str()).copied();
        let (shape, mode, example) = manner(&field.kind);
        let example = if example.is_empty() { String::new() } else { voice.say(example) };
        let joint = if field.hint.is_empty() || example.is_empty() { "" } else { " " };
        let mut context = FieldContext {
            label: field.label.clone(),
            hint: format!("{}{joint}{example}", field.hint),
            why: self.why(field),
            reads: self.reads(field, &name),
            error: fault.map_or(String::new(), |fault| self.said(fault.fault, is_picked)),
            shape,
            flat: group.is_some(),
            on: self.on.classes.get(field.id.as_str()).cloned().unwrap_or_default(),
            mode,
            unit: if is_amount { voice.say("yuan") } else { String::new() },
            value: self.value(field, &name),
            options: self.options(field, &id, &name, group),
            id,
            name,
            ..FieldContext::default()
        };
        let parts = [("hint", &context.hint), ("why", &context.why), ("error", &context.error)];
        let parts = parts.iter().filter(|(_, text)| !text.is_empty());
        let ids: Vec<String> = parts.map(|(part, _)| format!("{}-{part}", context.id)).collect();
        context.described_by = ids.join(" ");
        context
    }

    /// What was typed; a court that is chosen from the list is not typed.
    fn value(&self, field: &Field, name: &str) -> String {
        let typed = self.typed.first(name);
        let listed = field.kind == FieldKind::Court
            && self.asked.library.courts.iter().any(|court| court.name == typed);
        if listed { String::new() } else { typed.to_owned() }
    }

    /// What can be picked; where nothing has to be, also that, since a round button is not unpressed.
    fn options(
        &self,
        field: &Field,
        id: &str,
        name: &str,
        group: Option<&str>,
    ) -> Vec<OptionContext> {
        let voice = self.asked.voice;
        let typed = self.typed.all(name);
        let option = |(at, value): (usize, &String)| OptionContext {
            id: format!("{id}-{}", at + 1),
            value: value.clone(),
            label: value.clone(),
            checked: typed.contains(value),
            class: group
                .filter(|_| at < OPTIONS)
                .map_or(String::new(), |g| format!("{g}{}", at + 1)),
        };
        let none = |label: &str| OptionContext {
            id: format!("{id}-0"),
            value: String::new(),
            label: voice.say(label),
            checked: typed.iter().all(String::is_empty),
            class: String::new(),
        };
        match &field.kind {
            FieldKind::Choice(options) => {
                let none = (!field.required).then(|| none("document_none"));
                options.iter().enumerate().map(option).chain(none).collect()
            }
            FieldKind::Ticks(options) => options.iter().enumerate().map(option).collect(),
            FieldKind::Court => {
                let courts = self.asked.library.courts.iter().map(|court| &court.name);
                let courts = courts.enumerate().map(option);
                std::iter::once(none("document_court_choose")).chain(courts).collect()
            }
            FieldKind::Line
            | FieldKind::Text
            | FieldKind::Date
            | FieldKind::Amount { .. }
            | FieldKind::Count
            | FieldKind::Phone => Vec::new(),
        }
    }

    /// Whether it has to be answered, and who says so.
    fn why(&self, field: &Field) -> String {
        let voice = self.asked.voice;
        let must = voice.say(if field.required { "document_must" } else { "document_may" });
        let basis = match field.basis {
            Basis::Law => "basis_law",
            Basis::Model => "basis_model",
            Basis::Elements => "basis_elements",
            Basis::Custom => "basis_custom",
            Basis::Free => return must,
        };
        let articles: Vec<String> = field.sources.iter().map(|c| self.cited(c)).collect();
        let articles = if field.basis == Basis::Law { articles.join("、") } else { String::new() };
        format!("{must} · {}{articles}", voice.say(basis))
    }

    /// `民诉法第124条`, `Civil Procedure Law art. 124`.
    fn cited(&self, citation: &Citation) -> String {
        let law = self.asked.library.law(&citation.law);
        let english = law.and_then(|law| law.english.as_ref());
        match (self.asked.voice.language, english, law) {
            (Language::En, Some(english), _) => {
                format!("{} {}", english.short, citation.article.in_english())
            }
            (_, _, law) => format!("{}{}", law.map_or("", |law| &law.short), citation.article),
        }
    }

    /// What was understood of an amount.
    fn reads(&self, field: &Field, name: &str) -> String {
        let FieldKind::Amount { fee } = &field.kind else { return String::new() };
        let read = Money::parse(self.typed.first(name));
        let Some(amount) = read else { return String::new() };
        let amount = self.asked.amount(field, fee.as_deref(), amount);
        let joint = if amount.fee.is_empty() { "" } else { " · " };
        format!("{}{joint}{}", amount.capitals, amount.fee)
    }

    fn said(&self, fault: AnswerFault, is_picked: bool) -> String {
        let voice = self.asked.voice;
        match fault {
            AnswerFault::Missing if is_picked => voice.say("choose_one"),
            AnswerFault::Missing => voice.say("fault_missing"),
            AnswerFault::TooLong(most) => voice.fill("fault_long", &most.to_string()),
            AnswerFault::NotDay => voice.say("fault_day"),
            AnswerFault::NotAmount => voice.say("fault_amount"),
            AnswerFault::NotCount => voice.say("fault_count"),
            AnswerFault::NotPhone => voice.say("fault_phone"),
            AnswerFault::NotOption | AnswerFault::Unknown => voice.say("choose_one"),
            AnswerFault::TooManyRows(most) => voice.fill("fault_rows", &most.to_string()),
        }
    }
}

/// What a field looks like, the keyboard it wants, and an example. A day is typed, not turned to on a
/// wheel: a year of birth is dozens of turns away, and some web views have no wheel at all.
fn manner(kind: &FieldKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        FieldKind::Line => ("line", "", ""),
        FieldKind::Text => ("text", "", ""),
        FieldKind::Date => ("line", "numeric", "example_day"),
        // No keypad of digits: people write 12万.
        FieldKind::Amount { .. } => ("line", "text", "hint_amount"),
        FieldKind::Count => ("line", "numeric", ""),
        FieldKind::Phone => ("line", "tel", ""),
        FieldKind::Court => ("court", "", ""),
        FieldKind::Choice(_) => ("choice", "", ""),
        FieldKind::Ticks(_) => ("ticks", "", ""),
    }
}
