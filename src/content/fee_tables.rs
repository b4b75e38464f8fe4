//! A fee's brackets as a table, and a fee's worked example, as HTML in the language of the guide.
//!
//! What may be embedded, and with which arguments, is `embeds`' question.

use super::characters::is_han;
use super::markdown::escape;
use super::said::Facts;
use crate::domain::calc::fee::Reckoned;
use crate::domain::calc::given::Shape;
use crate::domain::fee::{Bracket, Charge, Decimal, FeeRule, Tariff};
use crate::domain::law::Citation;
use crate::domain::money::Money;

/// The box around a table, which scrolls sideways where the screen is narrow.
pub(super) fn region(label: &str, facts: Facts<'_>) -> String {
    let table = facts.in_brackets(if facts.is_english() { "table" } else { "表" });
    format!(
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{}{table}\">\n",
        escape(label)
    )
}

/// A fee of the schedule, with the article that it stands in.
pub(super) fn table(rule: &FeeRule, source: &Citation, facts: Facts<'_>) -> String {
    let mut rows = String::new();
    for (part, charge) in parts(rule, facts) {
        rows.extend(["<tr><td>", &part, "</td><td>", &charge, "</td></tr>\n"]);
    }
    let title = facts.fee_title(rule);
    let (law, article) = (source.law.as_str(), facts.citation(source));
    let link = format!("<a class=\"law\" href=\"#law-{law}\">{article}</a>");
    let (amount, fee) = if facts.is_english() { ("Amount", "Fee") } else { ("金额", "收费") };
    format!(
        "{}<table>\n<caption>{}{}</caption>\n\
         <thead><tr><th>{amount}</th><th>{fee}</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n",
        region(title, facts),
        escape(title),
        facts.in_brackets(&link),
    )
}

fn parts(rule: &FeeRule, facts: Facts<'_>) -> Vec<(String, String)> {
    let english = facts.is_english();
    let each = if english { "Each case" } else { "每件" }.to_owned();
    match &rule.tariff {
        Tariff::Each(charge) => vec![(each, yuan(*charge, facts))],
        Tariff::Range(min, max, brackets) => {
            let range = if english {
                format!("{} to {}", grouped(*min), yuan(*max, facts))
            } else {
                format!("{min}元至{max}元")
            };
            std::iter::once((each, range)).chain(bracket_rows(brackets, facts)).collect()
        }
        Tariff::Brackets(brackets, cap) => {
            let most = if english { "At most" } else { "最多收" }.to_owned();
            let cap = cap.map(|cap| (most, yuan(cap, facts)));
            bracket_rows(brackets, facts).chain(cap).collect()
        }
        Tariff::Share { .. } | Tariff::Rate(_) | Tariff::DailyRate(_) => {
            let charge = if english { "Fee" } else { "收" }.to_owned();
            let text = if english { rule.in_english(None) } else { rule.text(None) };
            vec![(charge, text.unwrap_or_default())]
        }
    }
}

fn bracket_rows(brackets: &[Bracket], facts: Facts<'_>) -> impl Iterator<Item = (String, String)> {
    let from = std::iter::once(None).chain(brackets.iter().map(|bracket| bracket.up_to));
    from.zip(brackets).map(move |(from, Bracket { up_to, charge })| {
        if facts.is_english() {
            (part_in_english(from, *up_to), charge_in_english(*charge))
        } else {
            (part_in_chinese(from, *up_to), charge_in_chinese(*charge))
        }
    })
}

fn part_in_chinese(from: Option<Decimal>, to: Option<Decimal>) -> String {
    match (from, to) {
        (None, Some(to)) => format!("{to:#}元以内"),
        (Some(from), Some(to)) => format!("超过{from:#}元到{to:#}元的部分"),
        (Some(from), None) => format!("超过{from:#}元的部分"),
        (None, None) => "全部".to_owned(),
    }
}

fn part_in_english(from: Option<Decimal>, to: Option<Decimal>) -> String {
    match (from, to) {
        (None, Some(to)) => format!("Up to {} yuan", grouped(to)),
        (Some(from), Some(to)) => {
            format!("The part from {} to {} yuan", grouped(from), grouped(to))
        }
        (Some(from), None) => format!("The part over {} yuan", grouped(from)),
        (None, None) => "All".to_owned(),
    }
}

fn charge_in_chinese(charge: Charge) -> String {
    match charge {
        Charge::Each(each) if each.is_zero() => "不另收".to_owned(),
        Charge::Each(each) => format!("每件{each}元"),
        Charge::Rate(rate) => format!("{rate}%"),
    }
}

fn charge_in_english(charge: Charge) -> String {
    match charge {
        Charge::Each(each) if each.is_zero() => "nothing more".to_owned(),
        Charge::Each(each) => format!("{} yuan a case", grouped(each)),
        Charge::Rate(rate) => format!("{rate}%"),
    }
}

fn grouped(number: Decimal) -> String {
    Money::from(number).for_people()
}

fn yuan(number: Decimal, facts: Facts<'_>) -> String {
    if facts.is_english() { format!("{} yuan", grouped(number)) } else { format!("{number}元") }
}

/// A worked example: what was given, how it is reckoned, and the sum. In English without the working
/// and without choices: those are written in Chinese, and the calculator shows them.
pub(super) fn example(reckoned: &Reckoned, pairs: &[(String, String)], facts: Facts<'_>) -> String {
    let given = reckoned.kind.inputs.iter().filter_map(|input| {
        let (_, value) = pairs.iter().find(|(key, _)| key == input.name)?;
        Some((input, value.as_str()))
    });
    if facts.is_english() {
        let given = given.filter(|(_, value)| !value.contains(is_han));
        let given: Vec<String> = given
            .map(|(input, value)| format!(" {}: {}.", input.label.en, counted(input.shape, value)))
            .collect();
        let sum = reckoned.sum_in_english();
        return format!(
            "<div class=\"example\"><p>Example: {}.{}</p>\n<p>It comes to <strong class=\"limit\">{sum}</strong></p></div>\n",
            escape(reckoned.kind.title.en),
            escape(&given.concat()),
        );
    }
    let given: Vec<String> = given
        .map(|(input, value)| format!("{}：{}", input.label.zh, escape(&shown(value))))
        .collect();
    let steps: Vec<String> = reckoned.steps.iter().map(|step| escape(step)).collect();
    let (title, sum) = (escape(reckoned.kind.title.zh), escape(&reckoned.sum()));
    format!(
        "<div class=\"example\"><p>例：{title}。{}。</p>\n<p>{}</p>\n<p>一共<strong class=\"limit\">{sum}</strong></p></div>\n",
        given.join("，"),
        steps.join("；"),
    )
}

/// An amount as people say it: `5万元`; anything else as it is.
fn shown(value: &str) -> String {
    let all_digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    match value.strip_suffix("0000").filter(|short| all_digits && !short.is_empty()) {
        Some(short) => format!("{short}万元"),
        None => value.to_owned(),
    }
}

/// A number as English writes it: `50,000 yuan`, `100`; anything else as it is.
fn counted(shape: Shape, value: &str) -> String {
    let unit = if matches!(shape, Shape::Amount | Shape::AmountOrZero) { " yuan" } else { "" };
    let number = Decimal::parse(value);
    number.map_or_else(|| value.to_owned(), |number| format!("{}{unit}", grouped(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_says_in_both_languages_which_part_it_is_about() {
        let number = |text: &str| Decimal::parse(text);
        for (from, to, zh, en) in [
            (None, number("10000"), "1万元以内", "Up to 10,000 yuan"),
            (
                number("10000"),
                number("100000"),
                "超过1万元到10万元的部分",
                "The part from 10,000 to 100,000 yuan",
            ),
            (number("100000"), None, "超过10万元的部分", "The part over 100,000 yuan"),
            (None, None, "全部", "All"),
        ] {
            assert_eq!(part_in_chinese(from, to), zh);
            assert_eq!(part_in_english(from, to), en);
        }
        for (shape, value, zh, en) in [
            (Shape::Amount, "50000", "5万元", "50,000 yuan"),
            (Shape::Days, "100", "100", "100"),
            (Shape::Date, "2026-11-24", "2026-11-24", "2026-11-24"),
        ] {
            assert_eq!((shown(value).as_str(), counted(shape, value).as_str()), (zh, en));
        }
    }
}
