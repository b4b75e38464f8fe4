//! What a guide may embed on a line of its own, such as `{{ fee_table kind="property" }}`: a closed list.
//!
//! An embed shows what is computed from the facts, so that no figure is typed twice. To add one: a
//! name in [`EMBEDS`], an arm in [`html`].

use std::ops::Range;

use super::markdown::escape;
use super::references::References;
use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::domain::calc::fee::{self, Question};
use crate::domain::fee::{Bracket, Charge, FeeRule, Tariff};

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
    let source = references.citation_text(first);
    references.citations.extend(rule.sources.iter().cloned());
    Some(fee_table(&rule, &source, first.law.as_str()))
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
    let given: Vec<String> = reckoned
        .kind
        .inputs
        .iter()
        .filter_map(|input| {
            let (_, value) = pairs.iter().find(|(key, _)| key == input.name)?;
            Some(format!("{}：{}", input.label.zh, escape(&shown(value))))
        })
        .collect();
    let steps: Vec<String> = reckoned.steps.iter().map(|step| escape(step)).collect();
    let (title, sum) = (escape(reckoned.kind.title.zh), escape(&reckoned.sum()));
    Some(format!(
        "<div class=\"example\"><p>例：{title}。{}。</p>\n<p>{}</p>\n<p>一共<strong class=\"limit\">{sum}</strong></p></div>\n",
        given.join("，"),
        steps.join("；"),
    ))
}

/// An amount as people say it: `5万元`; anything else as it is.
fn shown(value: &str) -> String {
    let all_digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    match value.strip_suffix("0000").filter(|short| all_digits && !short.is_empty()) {
        Some(short) => format!("{short}万元"),
        None => value.to_owned(),
    }
}

fn fee_table(rule: &FeeRule, source: &str, law: &str) -> String {
    let mut rows = String::new();
    let mut row = |part: &str, charge: &str| {
        rows.extend(["<tr><td>", part, "</td><td>", charge, "</td></tr>\n"]);
    };
    match &rule.tariff {
        Tariff::Each(each) => row("每件", &format!("{each}元")),
        Tariff::Range(min, max, brackets) => {
            row("每件", &format!("{min}元至{max}元"));
            bracket_rows(brackets, &mut row);
        }
        Tariff::Brackets(brackets, cap) => {
            bracket_rows(brackets, &mut row);
            if let Some(cap) = cap {
                row("最多收", &format!("{cap}元"));
            }
        }
        Tariff::Share { .. } | Tariff::Rate(_) | Tariff::DailyRate(_) => {
            row("收", &rule.text(None).unwrap_or_default());
        }
    }
    let title = escape(&rule.title);
    format!(
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{title}（表）\">\n<table>\n\
         <caption>{title}（<a class=\"law\" href=\"#law-{law}\">{source}</a>）</caption>\n\
         <thead><tr><th>金额</th><th>收费</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

fn bracket_rows(brackets: &[Bracket], row: &mut impl FnMut(&str, &str)) {
    let mut below = None;
    for Bracket { up_to, charge } in brackets {
        let part = match (below, up_to) {
            (None, Some(to)) => format!("{to:#}元以内"),
            (Some(from), Some(to)) => format!("超过{from:#}元到{to:#}元的部分"),
            (Some(from), None) => format!("超过{from:#}元的部分"),
            (None, None) => "全部".to_owned(),
        };
        let charge = match charge {
            Charge::Each(each) if each.is_zero() => "不另收".to_owned(),
            Charge::Each(each) => format!("每件{each}元"),
            Charge::Rate(rate) => format!("{rate}%"),
        };
        row(&part, &charge);
        below = *up_to;
    }
}
