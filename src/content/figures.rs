//! Figures typed by hand: `7日`, `5万元`, `三个月内`. No figure stands in a guide that is not
//! computed or cited, so each is a fault, and the facts of the same value are named.
//!
//! What is a figure and what only looks like one (`2026年1月1日`, `24小时法院`, `第二天`) is decided
//! here. A new unit is an entry in [`UNITS`], or in [`SPELT_UNITS`] for numbers in characters.

use std::ops::Range;

use super::plain::Passage;
use super::said::Facts;
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::law::{Article, Citation};
use crate::domain::library::Library;
use crate::domain::period::Day;

/// What makes a figure of a number in digits, and the unit under which it is compared.
const UNITS: [(&str, &str); 31] = [
    ("元", "元"),
    ("%", "%"),
    ("％", "%"),
    ("日", "日"),
    ("天", "日"),
    ("个工作日", "工作日"),
    ("工作日", "工作日"),
    ("个月", "月"),
    ("年", "年"),
    ("小时", "小时"),
    ("个小时", "小时"),
    ("分钟", "分钟"),
    ("周", "周"),
    ("个星期", "周"),
    ("個星期", "周"),
    // As zh-Hant.md writes them.
    ("個工作日", "工作日"),
    ("個月", "月"),
    ("小時", "小时"),
    ("個小時", "小时"),
    ("分鐘", "分钟"),
    // As en.md writes them.
    ("yuan", "元"),
    ("day", "日"),
    ("days", "日"),
    ("working days", "工作日"),
    ("week", "周"),
    ("weeks", "周"),
    ("month", "月"),
    ("months", "月"),
    ("year", "年"),
    ("years", "年"),
    ("hours", "小时"),
];

/// What makes a figure of a number in characters; more than a bare unit, since 一日 is also a word.
const SPELT_UNITS: [(&str, &str); 23] = [
    ("日内", "日"),
    ("日前", "日"),
    ("天内", "日"),
    ("个月内", "月"),
    ("年内", "年"),
    ("个月", "月"),
    ("元", "元"),
    ("小时", "小时"),
    ("日內", "日"),
    ("天內", "日"),
    ("年內", "年"),
    ("個月", "月"),
    ("小時", "小时"),
    ("日以内", "日"),
    ("日之内", "日"),
    ("天以内", "日"),
    ("天之内", "日"),
    ("年以内", "年"),
    ("年之内", "年"),
    ("个工作日", "工作日"),
    ("個工作日", "工作日"),
    ("周内", "周"),
    ("个星期", "周"),
];

/// What is open round the clock is a name, not a time limit.
const ROUND_THE_CLOCK: [&str; 6] = ["法院", "自助", "服务", "服務", "开放", "開放"];

/// What may stand between a number and its unit: `5万元`, `20余日`.
const SCALES: [char; 7] = ['十', '百', '千', '万', '亿', '余', '多'];

/// A figure found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    /// Its bytes in the text.
    pub(super) at: Range<usize>,
    /// Its value in millionths, unless it is too large, and its unit.
    value: Option<u128>,
    /// As it is compared: 月 for 个月内.
    pub(super) unit: &'static str,
}

/// Every figure of a text, in order.
pub(super) fn scan(text: &str) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let found = if digit(c).is_some() {
            in_digits(text, at)
        } else if spelt(c).is_some() {
            in_characters(text, at)
        } else {
            Found { next: at + c.len_utf8(), figure: None }
        };
        at = found.next;
        figures.extend(found.figure);
    }
    figures
}

struct Found {
    next: usize,
    figure: Option<Figure>,
}

/// The value of an ASCII or full-width digit.
fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(u32::from(c) - u32::from('0')),
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        _ => None,
    }
}

/// The value of a character that numbers are written with; 半 is none.
fn spelt(c: char) -> Option<u128> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' | '两' | '兩' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return scale(c),
    })
}

fn scale(c: char) -> Option<u128> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        '万' | '萬' => Some(10_000),
        '亿' | '億' => Some(100_000_000),
        _ => None,
    }
}

fn in_digits(text: &str, start: usize) -> Found {
    let (mut value, mut end) = number(&text[start..]);
    end += start;
    for c in text[end..].chars().take_while(|c| SCALES.contains(c)) {
        let times = scale(c).unwrap_or(1);
        value = value.and_then(|value| value.checked_mul(times));
        end += c.len_utf8();
    }
    // A space between a number and its unit does not make it less of a figure.
    let space = usize::from(text[end..].starts_with(' '));
    let unit = longest(&text[end + space..], &UNITS);
    let Some((written, unit)) = unit else { return Found { next: end, figure: None } };
    let next = end + space + written.len();
    let (before, number) = (&text[..start], &text[start..end]);
    let is_year =
        unit == "年" && number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    // 5月1日, and 3日 in 5月1日至3日.
    let is_date = written == "日" && (before.ends_with('月') || before.ends_with("日至"));
    let is_name = unit == "小时"
        && number == "24"
        && (before.ends_with("全天")
            || ROUND_THE_CLOCK.iter().any(|name| text[next..].starts_with(name)));
    let is_one = !is_year && !is_date && !is_name && !before.ends_with('第');
    Found { next, figure: is_one.then_some(Figure { at: start..next, value, unit }) }
}

/// The value in millionths, and the length, of the digits that `text` begins with.
fn number(text: &str) -> (Option<u128>, usize) {
    let mut value = Some(0u128);
    let mut decimals = None;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        if let Some(digit) = digit(c) {
            let more = |value: u128| value.checked_mul(10)?.checked_add(u128::from(digit));
            value = value.and_then(more);
            decimals = decimals.map(|count: u32| count + 1);
        } else if matches!(c, '.' | '．') && decimals.is_none() && rest.starts_with(is_digit) {
            decimals = Some(0);
        } else if !(c == ',' && decimals.is_none() && is_thousands(rest)) {
            break;
        }
        end = at + c.len_utf8();
    }
    let decimals = decimals.unwrap_or(0);
    let millionths = 6u32.checked_sub(decimals).and_then(|zeros| 10u128.checked_pow(zeros));
    (value.zip(millionths).and_then(|(value, times)| value.checked_mul(times)), end)
}

fn is_digit(c: char) -> bool {
    digit(c).is_some()
}

fn is_thousands(rest: &str) -> bool {
    rest.chars().take_while(|c| is_digit(*c)).count() == 3
}

fn in_characters(text: &str, start: usize) -> Found {
    let rest = &text[start..];
    let length = rest.find(|c| spelt(c).is_none()).unwrap_or(rest.len());
    let number = &rest[..length];
    let end = start + length;
    if let Some(after) = text[end..].strip_prefix("分之") {
        return share(number, start..end + "分之".len(), after);
    }
    let Some((written, unit)) = longest(&text[end..], &SPELT_UNITS) else {
        return Found { next: end, figure: None };
    };
    let next = end + written.len();
    // 万元 alone is a unit; 第三个月 and 同一年内 count no time.
    let counts = number.chars().any(|c| c == '十' || scale(c).is_none());
    let is_one = counts && !text[..start].ends_with(['第', '同', '统', '唯']);
    let value = spelt_value(number);
    Found { next, figure: is_one.then_some(Figure { at: start..next, value, unit }) }
}

/// 百分之三十, 三分之一, 万分之一点七五; but not 百分之百.
fn share(parts: &str, head: Range<usize>, after: &str) -> Found {
    let length = after.find(|c| c != '点' && spelt(c).is_none()).unwrap_or(after.len());
    let next = head.end + length;
    let count = spelt_value(&after[..length]);
    let (unit, value) = if parts == "百" {
        ("%", count)
    } else {
        let of = |count: u128| count.checked_mul(1_000_000)?.checked_div(spelt_value(parts)?);
        ("分之", count.and_then(of))
    };
    let is_one = length > 0 && &after[..length] != parts;
    Found { next, figure: is_one.then_some(Figure { at: head.start..next, value, unit }) }
}

/// The value in millionths of 十五, 三十, 两百, 一万五千.
fn spelt_value(number: &str) -> Option<u128> {
    let (mut whole, mut section, mut digit) = (0u128, 0u128, 0u128);
    for c in number.chars() {
        match scale(c) {
            None => digit = digit.checked_mul(10)?.checked_add(spelt(c)?)?,
            Some(times) if times < 10_000 => {
                section = section.checked_add(digit.max(1).checked_mul(times)?)?;
                digit = 0;
            }
            Some(times) => {
                let below = section.checked_add(digit)?.max(1);
                whole = whole.checked_add(below)?.checked_mul(times)?;
                (section, digit) = (0, 0);
            }
        }
    }
    whole.checked_add(section)?.checked_add(digit)?.checked_mul(1_000_000)
}

fn longest(
    text: &str,
    units: &[(&'static str, &'static str)],
) -> Option<(&'static str, &'static str)> {
    let fits = units.iter().filter(|(written, _)| text.starts_with(written));
    fits.max_by_key(|(written, _)| written.len()).copied()
}

/// Every figure that was typed into a guide.
pub(super) fn check(
    file: &str,
    passages: &[Passage],
    facts: Facts<'_>,
    faults: &mut Vec<Diagnostic>,
) {
    for passage in passages {
        for figure in scan(&passage.text) {
            if passage.is_typed(figure.at.start) {
                let written = &passage.text[figure.at.clone()];
                let message = Words::new(
                    format!("the figure {written:?} is typed by hand"),
                    format!("“{written}”是手写的数字"),
                );
                let fault = Diagnostic::error(file, passage.span(figure.at.clone()), message);
                faults.push(fault.with_hint(hint(&figure, &passage.text, facts)));
            }
        }
    }
}

/// The facts of the same value, those that the passage cites first; else where to put it.
fn hint(figure: &Figure, passage: &str, facts: Facts<'_>) -> Words {
    let mut same: Vec<(bool, String)> = listed(facts.library, facts.today)
        .filter(|(_, text, _)| {
            let equal =
                |f: &Figure| f.value.is_some() && (f.value, f.unit) == (figure.value, figure.unit);
            // A fact of two figures, such as 50元至300元, says something else.
            matches!(&scan(text)[..], [one] if equal(one))
        })
        .map(|(address, _, source)| (!passage.contains(&cited(source, facts)), address))
        .collect();
    same.sort_by_key(|(is_elsewhere, _)| *is_elsewhere);
    let same: Vec<String> =
        same.into_iter().take(3).map(|(_, address)| format!("[]({address})")).collect();
    if same.is_empty() {
        return Words::new(
            "add it to limits.toml or fees.toml with its article, or let an embed compute it",
            "请连同法条写进 limits.toml 或 fees.toml 再引用，或用嵌入的表和计算器算出来",
        );
    }
    let which = if same.len() > 1 { "，看哪一个是您要说的" } else { "" };
    Words::new(
        format!("write {}", same.join(" or ")),
        format!("改写成 {}{which}", same.join(" 或 ")),
    )
}

/// Address, text and source of every fact, and of every part of a fee.
fn listed(library: &Library, today: Day) -> impl Iterator<Item = (String, String, &Citation)> {
    let limits = library.limits.iter();
    let limits =
        limits.map(|limit| (format!("limit:{}", limit.id), limit.text.clone(), &limit.source));
    let rules = library.fees_on(today).map_or(&[][..], |fees| &fees.rules);
    let fees = rules.iter().flat_map(|rule| {
        [None, Some("cap"), Some("min"), Some("max"), Some("free")].into_iter().filter_map(|part| {
            let anchor = part.map_or(String::new(), |part| format!("#{part}"));
            Some((format!("fee:{}{anchor}", rule.id), rule.text(part)?, rule.sources.first()?))
        })
    });
    limits.chain(fees)
}

/// How a guide shows the article of `source`: a paragraph or an item of it may follow.
fn cited(source: &Citation, facts: Facts<'_>) -> String {
    let article = Article::whole(source.article.article);
    facts.citation(&Citation { law: source.law.clone(), article })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        scan(text).into_iter().map(|figure| &text[figure.at]).collect()
    }

    #[test]
    fn a_number_with_a_unit_is_a_figure() {
        for figure in [
            "7日",
            "15 天",
            "３０日",
            "5万元",
            "1,000元",
            "12.5%",
            "0.5％",
            "20余日",
            "3个工作日",
            "6个月",
            "2年",
            "48小时",
            "10多天",
            "1000元",
            "2000元",
            "7 days",
            "1 year",
            "48 hours",
            "5,000 yuan",
        ] {
            assert_eq!(found(&format!("约{figure}。")), [figure]);
        }
        assert_eq!(found("头1万元交50元，余下按2.5%交"), ["1万元", "50元", "2.5%"]);
    }

    #[test]
    fn dates_names_and_bare_numbers_are_no_figures() {
        for text in [
            "2026年1月1日",
            "1991年",
            "24小时法院",
            "24小时自助",
            "12368",
            "24:00",
            "第3条",
            "A4纸",
            "10份",
            "第2天",
            "5月1日",
            "10月1日至8日",
            "全天24小时可办",
            "百分之百",
            "第3周",
            "",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
        assert_eq!(found("24小时内"), ["24小时"]);
        assert_eq!(found("20年"), ["20年"]);
    }

    #[test]
    fn numbers_in_characters_are_figures_before_what_sets_a_limit() {
        for (text, figure) in [
            ("应在七日内交", "七日内"),
            ("满三十日前", "三十日前"),
            ("两个月内", "两个月内"),
            ("十五天内", "十五天内"),
            ("交五十元", "五十元"),
            ("二十四小时", "二十四小时"),
            ("應在七日內交", "七日內"),
            ("兩個月內", "兩個月"),
            ("6個月內", "6個月"),
            ("48小時", "48小時"),
            ("十个工作日内", "十个工作日"),
            ("七日之内", "七日之内"),
            ("一周内答复", "一周内"),
            ("等3周", "3周"),
            ("不超过百分之三十。", "百分之三十"),
            ("退三分之一", "三分之一"),
            ("万分之一点七五的利息", "万分之一点七五"),
        ] {
            assert_eq!(found(text), [figure]);
        }
        for text in [
            "一日三餐",
            "半年内",
            "几日内",
            "第二天",
            "第三个月",
            "同一年内",
            "万元",
            "一审",
            "百元",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn the_same_value_is_known_however_it_is_written() {
        let value = |text: &str| {
            let figure = scan(text).remove(0);
            (figure.value, figure.unit)
        };
        for (one, other) in [
            ("7日", "七日内"),
            ("15天", "十五日内"),
            ("1万元", "10,000元"),
            ("0.5%", "０.５０％"),
            ("两个月", "2个月"),
            ("百分之三十", "30%"),
            ("一万五千元", "1.5万元"),
            ("一百二十元", "120元"),
            ("48小時", "48小时"),
            ("48 hours", "48小时"),
            ("10,000 yuan", "1万元"),
            ("2 months", "两个月"),
            ("兩個月", "2个月"),
        ] {
            assert_eq!(value(one), value(other), "{one} {other}");
            assert!(value(one).0.is_some());
        }
        assert_ne!(value("7日"), value("7小时"));
    }

    #[test]
    fn odd_text_neither_stops_the_scanner_nor_splits_a_character() {
        let long = "9".repeat(60) + "元" + &"九".repeat(60) + "万亿亿亿亿亿亿元";
        for text in
            ["1.", "1,", "1,,000", ".5", "1.2.3元", "１．", "十", "\u{20000}7\u{301}日", &long]
        {
            for figure in scan(text) {
                assert!(text.get(figure.at.clone()).is_some());
            }
        }
        assert_eq!(scan(&long)[0].value, None);
    }
}
