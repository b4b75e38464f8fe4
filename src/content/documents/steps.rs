//! What a document asks: its steps and their fields, with those that it takes from a shared list.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::entry::{Entry, Said};
use super::{Reading, either};
use crate::diagnostic::Words;
use crate::domain::document::answers::MOST_ROWS;
use crate::domain::document::{Basis, Condition, Field, FieldKind, Rows, Step, Test};
use crate::domain::topic::is_slug;

/// What one screen asks at most.
const FIELDS: usize = 14;

/// A label stands beside its field on a telephone.
const LABEL: usize = 20;

const STEP_KEYS: [&str; 9] =
    ["id", "title", "hint", "rows", "use", "basis", "sources", "required", "field"];

const FIELD_KEYS: [&str; 10] =
    ["id", "label", "hint", "kind", "options", "required", "basis", "sources", "show", "most"];

/// Ids that mean something else in texts.
const TAKEN: [&str; 2] = ["role", "index"];

/// A place in a file.
type Place = (String, Range<usize>);

/// What a document asks, and what of it was printed so far.
pub(super) struct Asked {
    pub(super) steps: Vec<Step>,
    /// Where each step asks for its fields, by their ids.
    places: BTreeMap<(String, String), Place>,
    printed: BTreeSet<(String, String)>,
}

impl Asked {
    /// The step of an id, if its fields repeat.
    pub(super) fn rows(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id && step.rows.is_some())
    }

    /// A field as a text finds it: in the rows of `each`, else among those that stand once.
    pub(super) fn find(&self, each: Option<&str>, id: &str) -> Option<(&Step, &Field)> {
        let row = each.and_then(|each| self.rows(each));
        let once = self.steps.iter().filter(|step| step.rows.is_none());
        row.into_iter().chain(once).find_map(|step| Some((step, step.field(id)?)))
    }

    /// The ids that a text may name.
    pub(super) fn known(&self, each: Option<&str>) -> Vec<&str> {
        let row = each.and_then(|each| self.rows(each));
        let once = self.steps.iter().filter(|step| step.rows.is_none());
        row.into_iter().chain(once).flat_map(|step| &step.fields).map(|f| f.id.as_str()).collect()
    }

    /// Notes that a field is printed.
    pub(super) fn print(&mut self, step: &str, field: &str) {
        self.printed.insert((step.to_owned(), field.to_owned()));
    }

    /// Tells the fields that stand nowhere on the paper.
    pub(super) fn check_printed(&self, reading: &mut Reading<'_>) {
        for (key, (file, span)) in
            self.places.iter().filter(|(key, _)| !self.printed.contains(*key))
        {
            let (step, field) = key;
            let message = Words::new(
                format!("{field:?} of {step:?} is asked and never printed"),
                format!("“{step}”里问了“{field}”，正文里没有写"),
            );
            let hint = Words::new(
                format!("write {{{field}}} where it belongs in the body, or do not ask it"),
                format!("请在正文该写的地方写 {{{field}}}，或者不要问它"),
            );
            reading.hinted(file, span.clone(), message, hint);
        }
    }
}

/// Reads every step of a document.
pub(super) fn read(
    entry: &Entry<'_>,
    shared: Option<&Entry<'_>>,
    reading: &mut Reading<'_>,
) -> Asked {
    let mut asked = Asked { steps: Vec::new(), places: BTreeMap::new(), printed: BTreeSet::new() };
    for entry in entry.tables("step", reading) {
        entry.only(&STEP_KEYS, reading);
        let Some(id) = entry.needed("id", reading) else { continue };
        let title = entry.needed("title", reading);
        let hint = entry.text("hint", reading).map(|said| reading.line(&said));
        let rows = rows(&entry, reading);
        reading.id(&id, asked.steps.iter().any(|step| step.id == id.text));
        let mut step = Step {
            id: id.text.to_owned(),
            title: title.map_or(String::new(), |said| said.text.to_owned()),
            hint: hint.unwrap_or_default(),
            rows,
            fields: Vec::new(),
        };
        for source in sources(&entry, shared, reading) {
            let Some(field) = source.read(&entry, &step, &mut asked, reading) else { continue };
            let key = (step.id.clone(), field.id.clone());
            asked.places.insert(key, (entry.file.to_owned(), source.place));
            step.fields.push(field);
        }
        check_size(&step, &id, reading);
        asked.steps.push(step);
    }
    if asked.steps.is_empty() {
        let message = Words::new("a document has a [[step]]", "文书至少要有一个 [[step]]");
        reading.fault(entry.file, 0..0, message);
    }
    check_ids(entry, &asked, reading);
    asked
}

/// A step with rows and a field that stands once are told apart by their ids in a file of answers.
fn check_ids(entry: &Entry<'_>, asked: &Asked, reading: &mut Reading<'_>) {
    let steps: Vec<&Step> = asked.steps.iter().filter(|step| step.rows.is_some()).collect();
    for step in entry.tables("step", reading) {
        let Some(id) = step.text("id", reading) else { continue };
        if steps.iter().any(|step| step.id == id.text) && asked.find(None, id.text).is_some() {
            reading.twice(&id);
        }
    }
}

fn rows(entry: &Entry<'_>, reading: &mut Reading<'_>) -> Option<Rows> {
    let rows = entry.table("rows", reading)?;
    rows.only(&["label", "least", "most"], reading);
    let label = rows.needed("label", reading)?.text.to_owned();
    let most = u16::try_from(MOST_ROWS).unwrap_or(u16::MAX);
    let most = rows.number("most", 1..=most, reading)?;
    let least = rows.number("least", 0..=most, reading)?;
    Some(Rows { label, least: usize::from(least), most: usize::from(most) })
}

/// A field's table, and where the document asks for it.
struct Source<'a> {
    entry: Entry<'a>,
    listed: bool,
    place: Range<usize>,
}

/// The fields of the lists that a step uses, then its own; one of the same id takes the other's place.
fn sources<'a>(
    step: &Entry<'a>,
    shared: Option<&Entry<'a>>,
    reading: &mut Reading<'_>,
) -> Vec<Source<'a>> {
    let mut sources = Vec::new();
    let used = step.one_or_more("use", reading);
    for name in &used {
        let lists = shared.and_then(|shared| shared.table("list", reading));
        let fields = lists.as_ref().map(|lists| lists.tables(name.text, reading));
        if fields.as_ref().is_none_or(Vec::is_empty) {
            let known = lists.iter().flat_map(Entry::names);
            reading.unknown(name, ("list", name.text, "_shared.toml"), known);
        }
        let source = |entry| Source { entry, listed: true, place: name.span.clone() };
        sources.extend(fields.unwrap_or_default().into_iter().map(source));
    }
    if used.is_empty() {
        for key in ["basis", "required", "sources"] {
            if let Some(span) = step.place(key) {
                let message = Words::new(
                    format!("{key:?} is about the fields of \"use\", and there is none"),
                    format!("“{key}”说的是 use 的那些问题，这里没有 use"),
                );
                reading.fault(step.file, span, message);
            }
        }
    }
    for entry in step.tables("field", reading) {
        let id = entry.text("id", reading);
        let place = id.as_ref().map_or(entry.span.clone(), |id| id.span.clone());
        let source = Source { entry, listed: false, place };
        let same = |old: &&mut Source<'_>| {
            old.listed
                && id.as_ref().is_some_and(|id| {
                    old.entry.text("id", reading).is_some_and(|old| old.text == id.text)
                })
        };
        match sources.iter_mut().find(same) {
            Some(old) => *old = source,
            None => sources.push(source),
        }
    }
    sources
}

impl Source<'_> {
    fn read(
        &self,
        step: &Entry<'_>,
        before: &Step,
        asked: &mut Asked,
        reading: &mut Reading<'_>,
    ) -> Option<Field> {
        let mut field = field(&self.entry, reading)?;
        let id = self.entry.text("id", reading)?;
        let once = before.rows.is_none() && asked.find(None, id.text).is_some();
        reading.id(&id, once || before.field(id.text).is_some());
        if TAKEN.contains(&id.text) {
            let message = Words::new(
                format!("{:?} means something else in texts", id.text),
                format!("“{}”在正文里另有意思，不能作 id", id.text),
            );
            reading.fault(id.file, id.span.clone(), message);
        }
        if self.listed {
            adapt(step, &mut field, reading);
        }
        if let (Some(show), Some(said)) = (&field.show, self.entry.text("show", reading)) {
            let here = before.field(&show.field).map(|field| (before, field));
            let found = here.or_else(|| asked.find(None, &show.field));
            let known = before.fields.iter().map(|field| field.id.as_str());
            let known: Vec<&str> = known.chain(asked.known(None)).collect();
            reading.condition(show, &said, found.map(|(_, field)| field), &known);
            // A choice that decides what else is asked need not be said again.
            if let Some((step, field)) = found.filter(|(_, field)| field.kind.options().is_some()) {
                let (step, field) = (step.id.clone(), field.id.clone());
                asked.print(&step, &field);
            }
        }
        Some(field)
    }
}

/// What a step says of the fields that it takes from a list.
fn adapt(step: &Entry<'_>, field: &mut Field, reading: &mut Reading<'_>) {
    if step.place("required").is_some() {
        let required = step.texts("required", reading);
        field.required = required.iter().any(|id| id.text == field.id);
    }
    if field.basis != Basis::Law {
        return;
    }
    if let Some(basis) = step.text("basis", reading) {
        field.basis = reading.basis(&basis).unwrap_or(field.basis);
    }
    if field.basis != Basis::Law {
        field.sources.clear();
    } else if step.place("sources").is_some() {
        field.sources = reading.citations(step, "sources");
    }
}

/// A field as its table says it.
fn field(entry: &Entry<'_>, reading: &mut Reading<'_>) -> Option<Field> {
    entry.only(&[&FIELD_KEYS[..], &["fee"]].concat(), reading);
    let id = entry.needed("id", reading);
    let label = entry.needed("label", reading);
    let kind = kind(entry, reading);
    let basis = entry.needed("basis", reading);
    let basis = basis.and_then(|said| reading.basis(&said));
    let sources = reading.citations(entry, "sources");
    let hint = entry.text("hint", reading).map(|said| reading.line(&said));
    let required = entry.flag("required", reading);
    let show = entry.text("show", reading);
    let show = show.and_then(|said| reading.parsed_condition(&said));
    let (id, label, kind, basis) = (id?, label?, kind?, basis?);
    if label.text.chars().count() > LABEL {
        let message = Words::new(
            format!("a label has at most {LABEL} characters"),
            format!("问题的名称不超过 {LABEL} 个字"),
        );
        reading.fault(label.file, label.span.clone(), message);
    }
    let is_bare = entry.texts("sources", reading).is_empty();
    check_basis(&id, basis, required, is_bare, reading);
    let most = most(entry, &kind, reading);
    Some(Field {
        id: id.text.to_owned(),
        label: label.text.to_owned(),
        hint: hint.unwrap_or_default(),
        kind,
        required,
        basis,
        sources,
        show,
        most,
    })
}

fn check_basis(
    id: &Said<'_>,
    basis: Basis,
    required: bool,
    is_bare: bool,
    reading: &mut Reading<'_>,
) {
    if basis == Basis::Law && is_bare {
        let message = Words::new(
            "what a law asks for names its article in \"sources\"",
            "依据是法律的，要在“sources”里写明法条",
        );
        reading.fault(id.file, id.span.clone(), message);
    }
    if basis == Basis::Free && required {
        let message = Words::new(
            "what nobody asks for is not required",
            "依据是 free（可写可不写）的，不能必填",
        );
        reading.fault(id.file, id.span.clone(), message);
    }
}

fn kind(entry: &Entry<'_>, reading: &mut Reading<'_>) -> Option<FieldKind> {
    let said = entry.needed("kind", reading)?;
    let options = entry.texts("options", reading);
    let options: Vec<String> = options.iter().map(|option| option.text.to_owned()).collect();
    let fee = entry.text("fee", reading);
    let (is_picked, is_amount) = (matches!(said.text, "choice" | "ticks"), said.text == "amount");
    for (key, has_place) in [("options", is_picked), ("fee", is_amount)] {
        if let Some(span) = entry.place(key).filter(|_| !has_place) {
            let message = Words::new(
                format!("{:?} takes no {key:?}", said.text),
                format!("“{}”不用写“{key}”", said.text),
            );
            reading.fault(entry.file, span, message);
        }
    }
    let least = if said.text == "choice" { 2 } else { 1 };
    let mut others = options.iter().enumerate();
    let is_odd =
        |(at, option): (usize, &String)| option.trim().is_empty() || options[..at].contains(option);
    if is_picked && (options.len() < least || others.any(is_odd)) {
        let message = Words::new(
            format!("{:?} has {least} or more options, each another one", said.text),
            format!("“{}”要有 {least} 个或更多选项，不能空，不能重复", said.text),
        );
        reading.fault(said.file, said.span.clone(), message);
    }
    Some(match said.text {
        "line" => FieldKind::Line,
        "text" => FieldKind::Text,
        "date" => FieldKind::Date,
        "amount" => FieldKind::Amount { fee: fee.and_then(|fee| reading.fee(&fee)) },
        "count" => FieldKind::Count,
        "phone" => FieldKind::Phone,
        "court" => FieldKind::Court,
        "choice" => FieldKind::Choice(options),
        "ticks" => FieldKind::Ticks(options),
        _ => {
            let known =
                ["line", "text", "date", "amount", "count", "phone", "court", "choice", "ticks"];
            reading.listed(&said, "kind", known.into_iter());
            return None;
        }
    })
}

/// How many characters a field takes.
fn most(entry: &Entry<'_>, kind: &FieldKind, reading: &mut Reading<'_>) -> usize {
    let (usual, is_free) = match kind {
        FieldKind::Line | FieldKind::Court => (100, true),
        FieldKind::Text => (4000, true),
        FieldKind::Phone => (40, true),
        FieldKind::Date
        | FieldKind::Amount { .. }
        | FieldKind::Count
        | FieldKind::Choice(_)
        | FieldKind::Ticks(_) => (40, false),
    };
    if let Some(span) = entry.place("most").filter(|_| !is_free) {
        let message = Words::new("this kind takes no \"most\"", "这种问题不用写“most”");
        reading.fault(entry.file, span, message);
    }
    entry.number("most", 1..=10_000, reading).map_or(usual, usize::from)
}

/// Fields that exclude each other are not asked at once.
fn check_size(step: &Step, id: &Said<'_>, reading: &mut Reading<'_>) {
    let at_once = |choice: &Field| {
        let asked = |option: &String| {
            let is_asked = |field: &&Field| {
                field.show.as_ref().is_none_or(|show| {
                    show.field != choice.id || show.test == Test::Is(option.clone())
                })
            };
            step.fields.iter().filter(is_asked).count()
        };
        choice.kind.options().into_iter().flatten().map(asked).max()
    };
    let choices = step.fields.iter().filter(|f| matches!(f.kind, FieldKind::Choice(_)));
    let count = choices.filter_map(at_once).min().unwrap_or(step.fields.len());
    if step.fields.is_empty() || count > FIELDS {
        let message = Words::new(
            format!("{count} fields: a step asks 1 to {FIELDS} at once"),
            format!("有 {count} 个问题：一步里一次问 1 到 {FIELDS} 个"),
        );
        reading.fault(id.file, id.span.clone(), message);
    }
}

impl Reading<'_> {
    /// An id that is one, and that is new.
    fn id(&mut self, id: &Said<'_>, taken: bool) {
        if taken {
            self.twice(id);
        } else if !is_slug(id.text) {
            let message = Words::new(
                format!("{:?} is not an id: 1 to 32 of a-z, 0-9 and -, a letter first", id.text),
                format!("“{}”不能作 id：1 到 32 个小写字母、数字或 -，以字母开头", id.text),
            );
            self.fault(id.file, id.span.clone(), message);
        }
    }

    fn twice(&mut self, id: &Said<'_>) {
        let message = Words::new(
            format!("the id {:?} is there twice", id.text),
            format!("id“{}”出现了两次", id.text),
        );
        self.fault(id.file, id.span.clone(), message);
    }

    fn basis(&mut self, said: &Said<'_>) -> Option<Basis> {
        let basis = Basis::parse(said.text);
        if basis.is_none() {
            let known = ["law", "model", "elements", "custom", "free"];
            self.listed(said, "basis", known.into_iter());
        }
        basis
    }

    /// A fee of the schedule in force.
    fn fee(&mut self, said: &Said<'_>) -> Option<String> {
        let schedule = self.loaded.library.fees_on(self.today);
        let known: Vec<String> =
            schedule.iter().flat_map(|s| &s.rules).map(|rule| rule.id.clone()).collect();
        if known.iter().any(|id| id == said.text) {
            return Some(said.text.to_owned());
        }
        let known = known.iter().map(String::as_str);
        self.unknown(said, ("fee", said.text, "fees.toml"), known);
        None
    }

    pub(super) fn parsed_condition(&mut self, said: &Said<'_>) -> Option<Condition> {
        let condition = Condition::parse(said.text);
        if condition.is_none() {
            let message = Words::new(
                "not a condition like kind=个人, facts or !facts",
                "不是 kind=个人、facts、!facts 这样的条件",
            );
            self.fault(said.file, said.span.clone(), message);
        }
        condition
    }

    /// Checks that a condition looks at a field that is `found`, and at an option of it.
    pub(super) fn condition(
        &mut self,
        condition: &Condition,
        said: &Said<'_>,
        found: Option<&Field>,
        known: &[&str],
    ) {
        let Some(field) = found else {
            self.no_field(said, &condition.field, known);
            return;
        };
        let Test::Is(value) = &condition.test else { return };
        let options = field.kind.options().unwrap_or_default();
        if !options.contains(value) {
            let known: Vec<&str> = options.iter().map(String::as_str).collect();
            let id = &field.id;
            let message = Words::new(
                format!("{value:?} is no option of {id:?}"),
                format!("“{id}”没有“{value}”这个选项"),
            );
            self.hinted(said.file, said.span.clone(), message, either(value, &known));
        }
    }
}
