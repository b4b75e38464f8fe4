//! The texts of a document's body: words with fields in braces and optional parts in brackets.

use crate::domain::topic::is_slug;

/// A text, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(pub Vec<Piece>);

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words as they stand.
    Words(String),
    /// What was answered, or a space to fill in.
    Field(Slot),
    /// A space to sign: `{}`.
    Space,
    /// The number of the row: `{index}`.
    Index,
    /// Left out where none of its fields has an answer: `[…]`.
    Optional(Vec<Piece>),
}

/// A field in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The step whose rows it is of, where it is named: `{step.field}`, `{step:count}` or `{step:given}`.
    pub step: Option<String>,
    /// The field; empty for a count of rows.
    pub field: String,
    /// How it is written.
    pub form: Form,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// An amount in words: 人民币壹佰元整.
    Capital,
    /// Every option with a box.
    Ticks,
    /// The number of rows.
    Count,
    /// Whether there are rows: ☑有　□无.
    Given,
}

impl Form {
    /// Whether it tells of a step's rows, and of none of its fields.
    pub fn is_of_rows(self) -> bool {
        matches!(self, Self::Count | Self::Given)
    }
}

/// Why a text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextFault {
    /// A brace or a bracket without its other half, or within another.
    Unbalanced,
    /// Not a field's name.
    Name(String),
}

impl Text {
    /// Reads a text.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('[') {
            let (before, after) = rest.split_at(at);
            pieces.extend(flat(before)?);
            let end = after.find(']').ok_or(TextFault::Unbalanced)?;
            let inner = &after[1..end];
            if inner.contains('[') {
                return Err(TextFault::Unbalanced);
            }
            pieces.push(Piece::Optional(flat(inner)?));
            rest = &after[end + 1..];
        }
        pieces.extend(flat(rest)?);
        Ok(Self(pieces))
    }

    /// The fields that it names.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.0
            .iter()
            .flat_map(|piece| match piece {
                Piece::Optional(pieces) => pieces.as_slice(),
                other @ (Piece::Words(_) | Piece::Field(_) | Piece::Space | Piece::Index) => {
                    std::slice::from_ref(other)
                }
            })
            .filter_map(|piece| match piece {
                Piece::Field(slot) => Some(slot),
                Piece::Words(_) | Piece::Space | Piece::Index | Piece::Optional(_) => None,
            })
    }
}

/// A text without optional parts.
fn flat(text: &str) -> Result<Vec<Piece>, TextFault> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}', ']']) {
        let (before, after) = rest.split_at(at);
        if !before.is_empty() {
            pieces.push(Piece::Words(before.to_owned()));
        }
        let end = after.find('}').filter(|_| after.starts_with('{'));
        let end = end.ok_or(TextFault::Unbalanced)?;
        pieces.push(slot(&after[1..end])?);
        rest = &after[end + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest.to_owned()));
    }
    Ok(pieces)
}

fn slot(name: &str) -> Result<Piece, TextFault> {
    match name {
        "" => return Ok(Piece::Space),
        "index" => return Ok(Piece::Index),
        _ => {}
    }
    let fault = || TextFault::Name(name.to_owned());
    let (path, form) = match name.split_once(':') {
        None => (name, Form::Plain),
        Some((path, "caps")) => (path, Form::Capital),
        Some((path, "ticks")) => (path, Form::Ticks),
        Some((path, "count")) => (path, Form::Count),
        Some((path, "given")) => (path, Form::Given),
        Some(_) => return Err(fault()),
    };
    let (step, field) = match (path.split_once('.'), form) {
        (None, Form::Count | Form::Given) => (Some(path), ""),
        (None, _) => (None, path),
        (Some(_), Form::Count | Form::Given) => return Err(fault()),
        (Some((step, field)), _) => (Some(step), field),
    };
    if step.is_some_and(|step| !is_slug(step)) || !(field.is_empty() || is_slug(field)) {
        return Err(fault());
    }
    Ok(Piece::Field(Slot { step: step.map(str::to_owned), field: field.to_owned(), form }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(step: Option<&str>, field: &str, form: Form) -> Piece {
        Piece::Field(Slot { step: step.map(str::to_owned), field: field.to_owned(), form })
    }

    #[test]
    fn a_text_is_taken_apart() {
        let words = |text: &str| Piece::Words(text.to_owned());
        assert_eq!(
            Text::parse("请{defendants.name}还{sum}元（{sum:caps}）[，担保{kind:ticks}]。{}")
                .unwrap()
                .0,
            [
                words("请"),
                field(Some("defendants"), "name", Form::Plain),
                words("还"),
                field(None, "sum", Form::Plain),
                words("元（"),
                field(None, "sum", Form::Capital),
                words("）"),
                Piece::Optional(vec![words("，担保"), field(None, "kind", Form::Ticks)]),
                words("。"),
                Piece::Space,
            ]
        );
        let count = Text::parse("{index}/{defendants:count}").unwrap().0;
        assert_eq!(count[0], Piece::Index);
        assert_eq!(count[2], field(Some("defendants"), "", Form::Count));
        let given = Text::parse("{agents:given}").unwrap().0;
        assert_eq!(given[0], field(Some("agents"), "", Form::Given));
    }

    #[test]
    fn what_is_not_closed_or_not_a_name_is_refused() {
        for text in ["{a", "a}", "[a", "a]", "[a[b]]"] {
            assert_eq!(Text::parse(text), Err(TextFault::Unbalanced), "{text}");
        }
        for text in ["{A}", "{a.b.c}", "{a:b}", "{a.b:count}", "{a.b:given}", "{.a}", "{a b}"] {
            assert!(matches!(Text::parse(text), Err(TextFault::Name(_))), "{text}");
        }
    }
}
