//! A form as it was sent -> what was typed, and what is shown next.

use std::time::Duration;

use actix_web::rt::time::timeout;
use actix_web::{HttpMessage, HttpRequest, web};

use crate::domain::document::answers::{Answers, Misread, Typed, read, unknown};
use crate::domain::document::{DocumentTemplate, FieldKind, Step};
use crate::web::error::PageError;
use crate::web::pages::pairs;
use crate::web::views::{is_asked, next_row};

/// How much may be typed into one document.
const TYPED_BYTES: usize = 64 * 1024;

/// A form in the encoding of the web takes three bytes for each of another than plain English.
const FORM_BYTES: usize = 3 * TYPED_BYTES;

/// How many names and values: more than any document has fields.
const PAIRS: usize = 4_000;

/// How long a form may take to come in: at 2G speed a long one needs half a minute.
const PATIENCE: Duration = Duration::from_mins(1);

/// What comes next.
pub(super) enum Outcome {
    /// A step, with what is wrong in it.
    Step {
        /// Which one.
        step: usize,
        /// What is wrong.
        faults: Vec<Misread>,
    },
    /// Nothing is missing.
    Paper(Answers),
}

/// What a button asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// The same step again.
    Stay,
    Next,
    Back,
    /// One row more.
    Add,
    /// One row less.
    Remove(usize),
    /// That step.
    Go(usize),
    /// The finished paper.
    Look,
}

impl Wish {
    fn parse(text: &str) -> Self {
        let numbered = |prefix: &str| text.strip_prefix(prefix).and_then(|n| n.parse().ok());
        match text {
            "next" => Self::Next,
            "back" => Self::Back,
            "add" => Self::Add,
            "look" => Self::Look,
            _ => match (numbered("remove."), numbered("go.")) {
                (Some(row), _) => Self::Remove(row),
                (None, Some(step)) => Self::Go(step),
                (None, None) => Self::Stay,
            },
        }
    }
}

/// What was sent. It has no `Debug`: what was typed must not come into a log.
pub(super) struct Form {
    typed: Typed,
    at: usize,
    wish: Wish,
}

impl Form {
    /// Reads a form; of what it says only what the document asks is taken.
    ///
    /// # Errors
    /// [`PageError::Oversized`] where it is too long, [`PageError::Unread`] where it does not come in,
    /// or is none.
    pub(super) async fn read(
        request: &HttpRequest,
        body: web::Payload,
        template: &DocumentTemplate,
    ) -> Result<Self, PageError> {
        // Read as a form, anything else would be one with nothing in it.
        let kind = request.content_type();
        if !kind.is_empty() && !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(PageError::Unread);
        }
        let body = timeout(PATIENCE, body.to_bytes_limited(FORM_BYTES)).await;
        let body = body.map_err(|_| PageError::Unread)?;
        let body = body.map_err(|_| PageError::Oversized)?.map_err(|_| PageError::Unread)?;
        let pairs = pairs(std::str::from_utf8(&body).map_err(|_| PageError::Unread)?);
        let bytes: usize = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
        if pairs.len() > PAIRS || bytes > TYPED_BYTES {
            return Err(PageError::Oversized);
        }
        Ok(Self::of(pairs, template))
    }

    fn of(pairs: Vec<(String, String)>, template: &DocumentTemplate) -> Self {
        let mut sent = Typed::default();
        for (name, value) in pairs {
            sent.add(name, value);
        }
        let at = template.steps.iter().position(|step| step.id == sent.first("at")).unwrap_or(0);
        let wish = Wish::parse(sent.first("do"));
        let strange = unknown(template, &sent);
        let mut typed = Typed::default();
        for (name, values) in sent.iter().filter(|(name, _)| !strange.iter().any(|s| s == name)) {
            match kind(template, name) {
                Some(FieldKind::Ticks(options)) => {
                    for value in values.iter().take(options.len()) {
                        typed.add(name.to_owned(), value.clone());
                    }
                }
                // From the list and as text: what was written out goes first.
                Some(FieldKind::Court) => {
                    let value = values.iter().rev().find(|value| !value.trim().is_empty());
                    typed.set(name.to_owned(), value.cloned().unwrap_or_default());
                }
                _ => typed.set(name.to_owned(), values.first().cloned().unwrap_or_default()),
            }
        }
        Self { typed, at, wish }
    }

    /// What was typed.
    pub(super) fn into_typed(self) -> Typed {
        self.typed
    }

    /// What was typed, and what is shown next.
    pub(super) fn outcome(self, template: &DocumentTemplate) -> (Typed, Outcome) {
        let Self { mut typed, at, wish } = self;
        let (answers, faults) = read(template, &typed);
        let plain = |step| Outcome::Step { step, faults: Vec::new() };
        let outcome = match wish {
            Wish::Stay => plain(at),
            Wish::Go(step) => plain(step.min(template.steps.len().saturating_sub(1))),
            Wish::Back => plain(before(template, &answers, at)),
            Wish::Look => finished(answers, faults),
            Wish::Next => {
                let here: Vec<Misread> =
                    faults.iter().filter(|fault| fault.step == at).cloned().collect();
                if here.is_empty() {
                    match after(template, &answers, at) {
                        Some(step) => plain(step),
                        None => finished(answers, faults),
                    }
                } else {
                    Outcome::Step { step: at, faults: here }
                }
            }
            Wish::Add => {
                add_row(template, &mut typed, at);
                plain(at)
            }
            Wish::Remove(row) => {
                if let Some(step) = template.steps.get(at) {
                    typed.remove_row(&step.id, row);
                }
                plain(at)
            }
        };
        (typed, outcome)
    }
}

/// The paper, or the first step that keeps it from being one.
fn finished(answers: Answers, faults: Vec<Misread>) -> Outcome {
    match faults.first() {
        None => Outcome::Paper(answers),
        Some(fault) => Outcome::Step { step: fault.step, faults },
    }
}

fn add_row(template: &DocumentTemplate, typed: &mut Typed, at: usize) {
    let Some(step) = template.steps.get(at) else { return };
    let Some(rows) = &step.rows else { return };
    let shown = typed.rows(&step.id).max(rows.least).max(1);
    if shown < rows.most
        && let Some(name) = next_row(step, shown)
    {
        typed.set(name, String::new());
    }
}

/// The first step that asks anything.
pub(super) fn first(template: &DocumentTemplate, answers: &Answers) -> usize {
    template.steps.iter().position(|step| is_asked(step, answers)).unwrap_or(0)
}

fn before(template: &DocumentTemplate, answers: &Answers, at: usize) -> usize {
    let before = template.steps.get(..at).unwrap_or_default();
    before.iter().rposition(|step| is_asked(step, answers)).unwrap_or(0)
}

fn after(template: &DocumentTemplate, answers: &Answers, at: usize) -> Option<usize> {
    let after = template.steps.iter().enumerate().skip(at + 1);
    after.into_iter().find(|(_, step)| is_asked(step, answers)).map(|(at, _)| at)
}

/// What kind of answer the field of a key takes.
fn kind<'a>(template: &'a DocumentTemplate, name: &str) -> Option<&'a FieldKind> {
    let of_row = name.split_once('.').and_then(|(step, rest)| {
        let (_, field) = rest.split_once('.')?;
        template.step(step).and_then(|step: &Step| step.field(field))
    });
    of_row.or_else(|| template.field(name)).map(|field| &field.kind)
}
