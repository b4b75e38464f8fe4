//! Numbers, sums and days as people read them.

use crate::domain::guide::Language;
use crate::domain::period::Day;

/// A text with its long numbers in groups of three, as bank slips have them: `(50,000−10,000)×2.5%`.
pub(super) fn grouped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        shown.push_str(&rest[..at].replace('-', "−"));
        let end = rest[at..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |n| at + n);
        let digits = &rest[at..end];
        let fraction = rest[..at].ends_with('.');
        for (index, digit) in digits.chars().enumerate() {
            let left = digits.len() - index;
            if index > 0 && left.is_multiple_of(3) && digits.len() > 3 && !fraction {
                shown.push(',');
            }
            shown.push(digit);
        }
        rest = &rest[end..];
    }
    shown.push_str(&rest.replace('-', "−"));
    shown
}

/// A step of a reckoning cut into what is reckoned and what it comes to: at its last `=`, or before
/// the number that it ends in.
pub(super) fn cut(step: &str) -> (String, String) {
    let number = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
    };
    if let Some((left, right)) = step.rsplit_once('=')
        && number(right)
    {
        return (grouped(left), grouped(right));
    }
    let before = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let words = &step[..before(step)];
    // The two ends of a range stay together.
    if let Some(low) = words.strip_suffix('至').filter(|low| before(low) < low.len()) {
        let words = &low[..before(low)];
        return (grouped(words), grouped(&step[words.len()..]));
    }
    let right = &step[words.len()..];
    if number(right) { (grouped(words), grouped(right)) } else { (grouped(step), String::new()) }
}

/// An expression cut before its signs: no number is broken where a line ends.
pub(super) fn pieces(expression: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in expression.chars() {
        let last = pieces.last().map_or("", String::as_str);
        if matches!(c, '−' | '×' | '÷' | '+' | '=') && !last.is_empty() {
            pieces.push(String::new());
        }
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    }
    pieces
}

/// The days of the week, Monday first.
const WEEKDAYS: [(&str, &str); 7] = [
    ("星期一", "Monday"),
    ("星期二", "Tuesday"),
    ("星期三", "Wednesday"),
    ("星期四", "Thursday"),
    ("星期五", "Friday"),
    ("星期六", "Saturday"),
    ("星期日", "Sunday"),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day and its day of the week: `2026年12月9日` and `星期三`, or `9 December 2026` and `Wednesday`.
pub(in crate::web::views) fn day(day: Day, language: Language) -> (String, &'static str) {
    let text = day.to_string();
    let mut parts = text.rsplitn(3, '-').map(|part| part.trim_start_matches('0'));
    let (date, month) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let year = parts.next().unwrap_or_default();
    let (chinese, english) = WEEKDAYS[usize::from(day.weekday() - 1)];
    if !language.is_english() {
        return (format!("{year}年{month}月{date}日"), chinese);
    }
    let name = month.parse().ok().and_then(|n: usize| MONTHS.get(n.checked_sub(1)?));
    (format!("{date} {} {year}", name.unwrap_or(&month)), english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_grouped_and_fractions_are_not() {
        for (plain, shown) in [
            ("1050", "1,050"),
            ("50", "50"),
            ("(1000001-1000000)×0.9%", "(1,000,001−1,000,000)×0.9%"),
            ("100000×0.000175×1", "100,000×0.000175×1"),
            ("4999.995", "4,999.995"),
            ("第9条两种例外之一", "第9条两种例外之一"),
        ] {
            assert_eq!(grouped(plain), shown);
        }
    }

    #[test]
    fn a_step_is_cut_where_its_sum_begins() {
        for (step, left, right) in [
            ("50", "", "50"),
            ("(50000-10000)×2.5%=1000", "(50,000−10,000)×2.5%", "1,000"),
            ("合计1050", "合计", "1,050"),
            ("合计1550至1800", "合计", "1,550至1,800"),
            ("每件50至300，由省里在这个幅度内定", "每件50至300，由省里在这个幅度内定", ""),
            ("按件10元，与金额无关", "按件10元，与金额无关", ""),
            (
                "50+max(0,200001-200000)×0.5%=50+0.005=50.005",
                "50+max(0,200,001−200,000)×0.5%=50+0.005",
                "50.005",
            ),
            ("300÷3=16.67（按分四舍五入）", "300÷3=16.67（按分四舍五入）", ""),
        ] {
            assert_eq!(cut(step), (left.to_owned(), right.to_owned()), "{step}");
        }
    }

    #[test]
    fn an_expression_breaks_before_its_signs() {
        assert_eq!(pieces("(50,000−10,000)×2.5%"), ["(50,000", "−10,000)", "×2.5%"]);
        assert_eq!(pieces("合计"), ["合计"]);
    }

    #[test]
    fn a_day_is_written_as_people_say_it() {
        let ninth = Day::parse("2026-12-09").unwrap();
        assert_eq!(day(ninth, Language::ZhHans), ("2026年12月9日".to_owned(), "星期三"));
        assert_eq!(day(ninth, Language::En), ("9 December 2026".to_owned(), "Wednesday"));
    }
}
