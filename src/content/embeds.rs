//! What a guide may embed on a line of its own, such as `{{ fee_table kind="property" }}`: a closed list.
//!
//! An embed shows what is computed from the facts, so that no figure is typed twice. To add one: a
//! name in [`EMBEDS`], an arm in [`html`].

use std::ops::Range;

use super::fee_tables;
use super::references::References;
use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::domain::calc::fee::{self, Question};

/// Each embed with the argument that it cannot do without; nothing, where it takes none.
const EMBEDS: [(&str, &str); 4] =
    [("fee_table", "kind"), ("fee_example", "kind"), ("local", "id"), ("words", "")];

/// The mark at which the page's terms are explained, once it is known which they are.
pub(super) const WORDS: &str = "<!--words-->";

/// The pairs of `kind="property" amount="50000"`; `None` where they are written another way.
pub(super) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        pairs.push((key.trim().to_owned(), value.to_owned()));
        rest = after.trim_start();
    }
    Some(pairs)
}

/// What the embed `name` shows, unless it is at fault.
pub(super) fn html(
    name: &str,
    mut pairs: Vec<(String, String)>,
    references: &mut References<'_>,
    span: &Range<usize>,
) -> Option<String> {
    let known = EMBEDS.iter().find(|(known, _)| *known == name);
    let names = || EMBEDS.iter().map(|(known, _)| *known);
    let Some((_, argument)) = known else {
        let list = names().collect::<Vec<_>>();
        let hint = match nearest(name, names()) {
            Some(near) => {
                Words::new(format!("did you mean {near:?}?"), format!("是不是“{near}”？"))
            }
            None => Words::new(
                format!("there are {}", list.join(", ")),
                format!("可用的有 {}", list.join("、")),
            ),
        };
        let message = Words::new(format!("no embed {name:?}"), format!("没有“{name}”这种嵌入"));
        references.fault(span, message, hint);
        return None;
    };
    if argument.is_empty() && pairs.is_empty() {
        return Some(format!("{WORDS}\n"));
    }
    let given = pairs.iter().position(|(key, _)| key == argument).map(|at| pairs.remove(at).1);
    let Some(given) = given.filter(|_| pairs.is_empty() || name == "fee_example") else {
        let form = if argument.is_empty() {
            format!("{{{{ {name} }}}}")
        } else {
            format!("{{{{ {name} {argument}=\"…\" }}}}")
        };
        references.fault(
            span,
            Words::new(format!("{name} is not written like this"), format!("{name} 不是这样写的")),
            Words::new(format!("write {form}"), format!("请写 {form}")),
        );
        return None;
    };
    match name {
        "local" => references.local(&given, span),
        "fee_example" => example(&given, &pairs, references, span),
        _ => table(&given, references, span),
    }
}

fn table(kind: &str, references: &mut References<'_>, span: &Range<usize>) -> Option<String> {
    let rule = references.fee(kind, span)?.clone();
    let first = rule.sources.first()?;
    let facts = references.facts();
    references.translated(rule.title_en.is_some(), ("fee", kind, "fees.toml"), span);
    references.citations.extend(rule.sources.iter().cloned());
    Some(fee_tables::table(&rule, first, facts))
}

/// A worked example, reckoned by the calculator that answers on the same page's links.
fn example(
    kind: &str,
    pairs: &[(String, String)],
    references: &mut References<'_>,
    span: &Range<usize>,
) -> Option<String> {
    let question = Question { kind, pairs, day: references.today, court: None };
    let reckoned = match fee::reckon(&question, references.library) {
        Ok(reckoned) => reckoned,
        Err(error) => {
            let message = Words::new(error.to_string(), error.in_chinese());
            let fault = Diagnostic::error(references.file, span.clone(), message);
            references.diagnostics.push(match nearest(kind, fee::KINDS.iter().map(|k| k.name)) {
                Some(near) if near != kind => fault.with_hint(Words::new(
                    format!("did you mean {near:?}?"),
                    format!("是不是“{near}”？"),
                )),
                _ => fault,
            });
            return None;
        }
    };
    references.citations.extend(reckoned.citations.iter().cloned());
    Some(fee_tables::example(&reckoned, pairs, references.facts()))
}
