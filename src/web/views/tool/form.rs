//! Fields made of a kind's inputs, with what was entered and what is wrong with it.

use super::{Complaint, Field, FieldOption, Voice};
use crate::domain::calc::CalcError;
use crate::domain::calc::given::{Input, Shape};
use crate::domain::period::Day;

/// An input's field; none where there is nothing to choose.
pub(super) fn field(
    input: &Input,
    pairs: &[(String, String)],
    faults: &[CalcError],
    inputs: &[Input],
    voice: &Voice<'_>,
) -> Option<Field> {
    let values = pairs.iter().filter(|(name, _)| name == input.name);
    let values: Vec<&str> = values.map(|(_, value)| value.trim()).collect();
    let given = values.iter().any(|value| !value.is_empty());
    // One choice is none; a spell is for scripts.
    if matches!(input.shape, Shape::Choice([_])) || (input.shape == Shape::Spell && !given) {
        return None;
    }
    let kept = if input.shape == Shape::Amounts {
        values.join("+")
    } else {
        values.first().copied().unwrap_or_default().to_owned()
    };
    let fault = faults.iter().find(|fault| fault.input() == Some(input.name));
    let error = fault.map_or(String::new(), |fault| match (fault, input.shape) {
        (CalcError::Missing { .. }, Shape::Choice(_)) => voice.say("choose_one"),
        (fault, _) => said(fault, inputs, voice),
    });
    let (shape, mode, unit) = manner(input.shape, &kept);
    let field = Field {
        id: format!("f-{}", input.name),
        name: input.name.to_owned(),
        label: voice.pick(input.label).to_owned(),
        hint: hint(input, voice),
        value: if shape == "date" { iso(&kept) } else { kept.clone() },
        shape,
        mode,
        unit: if unit { voice.say("yuan") } else { String::new() },
        error,
        options: options(input, &kept, voice),
        ..Field::default()
    };
    Some(described(field))
}

/// With the ids of its hint and of its error, for who hears the page.
pub(super) fn described(mut field: Field) -> Field {
    let mut ids = Vec::new();
    if !field.hint.is_empty() {
        ids.push(format!("{}-hint", field.id));
    }
    if !field.error.is_empty() {
        ids.push(format!("{}-error", field.id));
    }
    field.described_by = ids.join(" ");
    field
}

/// The field's type, the keyboard it wants, and whether yuan stands behind it. A day that could not
/// be read is shown as it was typed: a date field would drop it.
pub(super) fn manner(shape: Shape, value: &str) -> (&'static str, &'static str, bool) {
    match shape {
        // No keypad of digits: people write 12万.
        Shape::Amount | Shape::AmountOrZero | Shape::AmountOrSpell | Shape::Amounts => {
            ("text", "text", true)
        }
        Shape::Count | Shape::Days => ("text", "numeric", false),
        Shape::Date if value.is_empty() || Day::typed(value).is_some() => ("date", "", false),
        Shape::Date | Shape::Choice(_) | Shape::Spell | Shape::Payment => ("text", "", false),
    }
}

/// A day as a date field takes it.
pub(super) fn iso(value: &str) -> String {
    Day::typed(value).map_or(String::new(), |day| day.to_string())
}

fn hint(input: &Input, voice: &Voice<'_>) -> String {
    let own = voice.pick(input.hint);
    let example = match input.shape {
        Shape::Amount | Shape::AmountOrZero | Shape::AmountOrSpell => voice.say("hint_amount"),
        Shape::Count | Shape::Days | Shape::Date | Shape::Spell | Shape::Payment => {
            voice.fill("hint_example", input.shape.example())
        }
        Shape::Amounts | Shape::Choice(_) => String::new(),
    };
    match (own.is_empty(), example.is_empty()) {
        (true, _) => example,
        (false, true) => own.to_owned(),
        (false, false) => format!("{own}{}{example}", voice.say("hint_joint")),
    }
}

/// The choices; where none has to be made also that, since a round button is not unpressed.
fn options(input: &Input, value: &str, voice: &Voice<'_>) -> Vec<FieldOption> {
    let Shape::Choice(choices) = input.shape else { return Vec::new() };
    let none = FieldOption {
        value: String::new(),
        label: voice.say("choose_none"),
        checked: value.is_empty(),
    };
    let option = |choice: &&str| FieldOption {
        value: (*choice).to_owned(),
        label: (*choice).to_owned(),
        checked: *choice == value,
    };
    let choices = choices.iter().map(option);
    if input.required { choices.collect() } else { choices.chain([none]).collect() }
}

/// A fault in the page's language, with other inputs called as their fields are.
pub(super) fn said(fault: &CalcError, inputs: &[Input], voice: &Voice<'_>) -> String {
    let named = |name: &str| {
        let input = inputs.iter().find(|input| input.name == name);
        input.map_or_else(|| name.to_owned(), |input| voice.pick(input.label).to_owned())
    };
    let mut fault = fault.clone();
    if let CalcError::NotMore { than: other, .. }
    | CalcError::TooMuch { than: other, .. }
    | CalcError::Before { than: other, .. }
    | CalcError::Either { with: other, .. } = &mut fault
    {
        *other = named(other);
    }
    if let CalcError::Amount { text, .. }
    | CalcError::Whole { text, .. }
    | CalcError::Date { text, .. }
    | CalcError::Choice { text, .. }
    | CalcError::Pair { text, .. } = &mut fault
    {
        *text = short(text);
    }
    if !voice.language.is_english() {
        return fault.in_chinese();
    }
    let text = fault.to_string();
    // The field says which one it is.
    let name = fault.input().unwrap_or_default();
    let text = text.replace(&format!("{name}="), "");
    let said = text.strip_prefix(name).unwrap_or(&text);
    said.trim_start_matches([':', ' ']).to_owned()
}

/// What was typed, as far as it is needed to know it again: an address that somebody else made up
/// must not fill the page with its words.
fn short(text: &str) -> String {
    const MOST: usize = 20;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(MOST).collect::<String>())
}

/// The lines of the summary for the fields that are at fault.
pub(super) fn complaints<'a>(
    fields: impl IntoIterator<Item = &'a Field>,
    voice: &Voice<'_>,
) -> Vec<Complaint> {
    let wrong = fields.into_iter().filter(|field| !field.error.is_empty());
    wrong
        .map(|field| Complaint {
            text: format!("{}{}{}", field.label, voice.say("colon"), field.error),
            href: format!("#{}", field.id),
        })
        .collect()
}
