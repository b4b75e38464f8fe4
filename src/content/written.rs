//! Articles as people write them in running text: 第122条, 第一百二十二条, 《民诉法》第122条第2款.
//!
//! Guides name articles by reference; what is typed by hand is found here and told with the
//! reference to write. Pure: text in, places out.

use std::ops::Range;

use crate::diagnostic::Words;
use crate::domain::law::{Article, Law};
use crate::domain::library::Library;
use crate::domain::period::Day;

/// Words that say nothing of where a link leads.
const EMPTY_WORDS: [&str; 12] = [
    "点击这里",
    "点这里",
    "点击此处",
    "这里",
    "此处",
    "点击",
    "更多",
    "here",
    "click here",
    "click",
    "more",
    "read more",
];

/// Whether a link's words say nothing of where it leads.
pub(super) fn says_nothing(words: &str) -> bool {
    let words = words.trim().trim_end_matches(['。', '.', '…', '>', '》', '›', '→']).trim();
    EMPTY_WORDS.iter().any(|empty| words.eq_ignore_ascii_case(empty))
}

/// The number that digits (half or full width) or Chinese numerals write.
pub(super) fn numeral(text: &str) -> Option<u16> {
    if text.is_empty() || text.chars().count() > 9 {
        return None;
    }
    let digits: Option<String> = text.chars().map(digit_of_width).collect();
    if let Some(digits) = digits {
        return digits.parse().ok();
    }
    let places: Option<String> =
        text.chars().map(|c| char::from_digit(u32::from(digit(c)?), 10)).collect();
    if let Some(places) = places {
        return places.parse().ok(); // 一二二
    }
    let (mut total, mut last, mut unit_before) = (0u16, None, u16::MAX);
    for (at, c) in text.chars().enumerate() {
        if let Some(value) = digit(c) {
            if last.is_some() {
                return None;
            }
            last = (value > 0).then_some(value);
            continue;
        }
        let unit = unit(c).filter(|unit| *unit < unit_before)?;
        // 十二, but not 百二.
        let count = last.take().or((unit == 10 && at == 0).then_some(1))?;
        total = total.checked_add(count.checked_mul(unit)?)?;
        unit_before = unit;
    }
    total.checked_add(last.unwrap_or(0))
}

fn digit_of_width(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        _ => None,
    }
}

fn digit(c: char) -> Option<u16> {
    let at = "零一二三四五六七八九".chars().position(|digit| digit == c);
    let at = at.or((c == '〇').then_some(0)).or((c == '两').then_some(2))?;
    u16::try_from(at).ok()
}

fn unit(c: char) -> Option<u16> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    }
}

/// An article in text, with the bytes that it takes.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    article: Article,
    range: Range<usize>,
}

/// The number N of the first 第N条 in `text`.
pub(super) fn article_number(text: &str) -> Option<u16> {
    articles(text).first().map(|written| written.article.article)
}

fn articles(text: &str) -> Vec<Written> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('第').map(|at| at + from) {
        from = at + '第'.len_utf8();
        let Some((article, length)) = part(&text[at..], '条') else { continue };
        let mut end = at + length;
        let mut next = |name: char| {
            let (number, length) = part(&text[end..], name)?;
            end += length;
            Some(number)
        };
        let (paragraph, item) = (next('款'), next('项'));
        found.push(Written {
            article: Article { article, paragraph, item, point: None },
            range: at..end,
        });
        from = end;
    }
    found
}

/// `第N条` at the head of `text`: N and its length in bytes.
fn part(text: &str, name: char) -> Option<(u16, usize)> {
    let (number, _) = text.strip_prefix('第')?.split_once(name)?;
    // 第122、123条: the first of them is told.
    let first = number.split(['、', '至', '和']).next().unwrap_or(number);
    let value = numeral(first.trim().trim_matches(['(', ')', '（', '）']))?;
    (value > 0).then_some((value, '第'.len_utf8() + number.len() + name.len_utf8()))
}

/// An article typed by hand: where, what is wrong, what to write.
pub(super) struct Typed {
    pub(super) range: Range<usize>,
    pub(super) message: Words,
    pub(super) hint: Words,
}

/// The articles typed by hand in `text`, of known laws and of whatever stands in 《》.
pub(super) fn typed(text: &str, library: &Library, today: Day) -> Vec<Typed> {
    let mut found = Vec::new();
    for written in articles(text) {
        let Some((start, law)) = law_before(&text[..written.range.start], library, today) else {
            continue;
        };
        let shown = &text[start..written.range.end];
        found.push(Typed {
            range: start..written.range.end,
            message: Words::new(
                format!("an article typed by hand: {shown}"),
                format!("法条是手写的：{shown}"),
            ),
            hint: reference(law, written.article, library, today),
        });
    }
    found
}

/// The law that stands right before an article, and where its name starts; no law where a name in
/// 《》 is not in `laws.toml`.
fn law_before<'a>(
    before: &str,
    library: &'a Library,
    today: Day,
) -> Option<(usize, Option<&'a Law>)> {
    let mut before = before.trim_end();
    // 《民事诉讼法》（2023年修正）第122条
    if let Some((rest, _)) = before.strip_suffix('）').and_then(|b| b.rsplit_once('（'))
        && rest.ends_with('》')
    {
        before = rest;
    }
    if let Some(inner) = before.strip_suffix('》') {
        let start = inner.rfind('《')?;
        let name = &inner[start + '《'.len_utf8()..];
        let mut named = library.laws.iter().filter(|law| names(law).contains(&name));
        let law = named.clone().find(|law| law.in_force_on(today)).or_else(|| named.next());
        return Some((start, law));
    }
    let suffix = |law: &'a Law| {
        let length =
            |name: &&str| (!name.is_empty() && before.ends_with(name)).then_some(name.len());
        names(law).iter().filter_map(length).max().map(|length| (length, law))
    };
    // A title is that of every version: the text means the one in force.
    let named = library.laws.iter().filter_map(suffix);
    let (length, law) = named.max_by_key(|(length, law)| (*length, law.in_force_on(today)))?;
    Some((before.len() - length, Some(law)))
}

fn names(law: &Law) -> [&str; 3] {
    [&law.short, &law.title, law.title.trim_start_matches("中华人民共和国")]
}

fn reference(law: Option<&Law>, article: Article, library: &Library, today: Day) -> Words {
    let Some(law) = law else {
        return Words::new(
            format!("add the law to laws.toml, then write [](law:…#{})", article.article),
            format!("请先把这部法写进 laws.toml，再写 [](law:…#{})", article.article),
        );
    };
    let (id, number) = match library.current(&law.id, article.article, today) {
        Some((law, number)) => (law.id.as_str(), number.to_string()),
        None => (law.id.as_str(), article.article.to_string()),
    };
    let mut rest = String::new();
    if let Some(paragraph) = article.paragraph {
        rest = format!("-{paragraph}");
    }
    if let Some(item) = article.item {
        rest = format!("{}-{item}", if rest.is_empty() { "-" } else { &rest });
    }
    Words::new(
        format!("write [](law:{id}#{number}{rest})"),
        format!("请写 [](law:{id}#{number}{rest})"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::law::{LawId, Renumbered};

    fn library() -> Library {
        let law = |id: &str, title: &str, short: &str, from: i64, until: Option<i64>| Law {
            id: LawId::parse(id).unwrap(),
            title: title.to_owned(),
            short: short.to_owned(),
            version: String::new(),
            english: None,
            in_force_from: Day::from_number(from),
            in_force_until: until.map(Day::from_number),
            articles: None,
            replaced_by: None,
            renumbered: Vec::new(),
        };
        let title = "中华人民共和国民事诉讼法";
        let mut old = law("cpl-2017", title, "2017年民诉法", 0, Some(9));
        old.replaced_by = LawId::parse("cpl");
        old.renumbered = vec![Renumbered { from: 44, last: 162, by: 3 }];
        let laws = vec![old, law("cpl", title, "民诉法", 10, None)];
        Library { laws, ..Library::default() }
    }

    #[test]
    fn chinese_numerals_are_numbers_too() {
        for (text, number) in [
            ("一", 1),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("九十九", 99),
            ("一百零三", 103),
            ("一百一十", 110),
            ("一百二十二", 122),
            ("二百六十四", 264),
            ("一千二百六十", 1260),
            ("一千零一", 1001),
            ("一二二", 122),
            ("一〇三", 103),
            ("122", 122),
            ("１２２", 122),
        ] {
            assert_eq!(numeral(text), Some(number), "{text}");
        }
        for text in ["", "百", "百二", "一二十", "十百", "一百三百", "万", "1百", "1 2", "条"]
        {
            assert_eq!(numeral(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_article_of_a_text_is_found_in_any_numerals() {
        assert_eq!(article_number("见民诉法第一百二十二条第二项"), Some(122));
        assert_eq!(article_number("第 122 条"), Some(122));
        assert_eq!(article_number("第一步：看第3条"), Some(3));
        assert_eq!(article_number("第一步，每条都写"), None);
    }

    #[test]
    fn what_is_typed_by_hand_is_told_with_the_reference_to_write() {
        let library = library();
        let today = Day::from_number(20);
        let hint = |text: &str| {
            let typed = typed(text, &library, today);
            let hint = typed.first().map(|t| t.hint.in_tongue(crate::diagnostic::Tongue::English));
            hint.map(str::to_owned)
        };
        for (text, reference) in [
            ("依据民诉法第122条。", "write [](law:cpl#122)"),
            ("《民事诉讼法》第一百二十二条第二款", "write [](law:cpl#122-2)"),
            ("中华人民共和国民事诉讼法第6条第1项", "write [](law:cpl#6--1)"),
            ("《民事诉讼法》（2023年修正）第9条", "write [](law:cpl#9)"),
            ("民诉法第103、104条", "write [](law:cpl#103)"),
            ("民诉法第一百零三条至第一百零七条", "write [](law:cpl#103)"),
            ("2017年民诉法第119条", "write [](law:cpl#122)"),
            ("《某法》第三条", "add the law to laws.toml, then write [](law:…#3)"),
        ] {
            assert_eq!(hint(text).as_deref(), Some(reference), "{text}");
        }
        for text in ["见合同第3条", "第122条", "《民诉法》的规定", "民诉法第一编"]
        {
            assert_eq!(hint(text), None, "{text}");
        }
    }

    #[test]
    fn words_that_say_nothing_are_no_link() {
        for words in ["点击这里", " 这里 ", "Click here", "更多…", "此处。"] {
            assert!(says_nothing(words), "{words}");
        }
        for words in ["立案材料", "这里的法院", ""] {
            assert!(!says_nothing(words), "{words}");
        }
    }
}
