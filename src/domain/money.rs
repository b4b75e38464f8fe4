//! Exact amounts of money in yuan: rationals, never floating point.
//!
//! What people type is read by [`Money::parse`]; what a calculation comes to is written exactly, or
//! rounded half up to the fen where it does not terminate.

use std::fmt;
use std::ops::{Add, Mul, Sub};

use num_rational::Ratio;

use super::fee::Decimal;

/// An exact number; amounts, shares and rates stay far below its range.
pub type Exact = Ratio<i128>;

/// No claim is as large as this many yuan: what is typed beyond it is a slip.
const LIMIT: i128 = 1_000_000_000_000;

/// An exact amount in yuan; never negative where it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(Exact);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(Ratio::new_raw(0, 1));

    /// Whole yuan.
    pub fn yuan(yuan: u32) -> Self {
        Self(Exact::from_integer(i128::from(yuan)))
    }

    /// The number of yuan.
    pub fn exact(self) -> Exact {
        self.0
    }

    /// An amount as people type it: `12万`, `３０，０００`, `1.5万元`, `￥100,000.50`, `1亿`; digits may be
    /// full width and grouped by threes, units traditional. `None` for anything else: signs, letters, two units, parts
    /// of a fen, a trillion yuan and more.
    pub fn parse(text: &str) -> Option<Self> {
        let folded: String = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
        let number = folded.trim_start_matches('¥');
        let number = number.strip_suffix('整').unwrap_or(number);
        let number = number.strip_suffix(['元', '圆', '圓', '块', '塊']).unwrap_or(number);
        let (number, unit) = split_unit(number);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let whole = ungrouped(whole)?;
        let digits = |t: &str, most: usize| {
            (1..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit())
        };
        if !digits(&whole, 15) || !digits(fraction, 10) {
            return None;
        }
        let scale = 10i128.pow(u32::try_from(fraction.len()).ok()?);
        let digits = whole.parse::<i128>().ok()? * scale + fraction.parse::<i128>().ok()?;
        let yuan = Exact::new(digits * unit, scale);
        let in_fen = (yuan * Exact::from_integer(100)).is_integer();
        (in_fen && yuan < Exact::from_integer(LIMIT)).then_some(Self(yuan))
    }

    /// Whether a decimal fraction says it exactly.
    pub fn terminates(self) -> bool {
        let mut rest = *self.0.denom();
        for prime in [2, 5] {
            while rest % prime == 0 {
                rest /= prime;
            }
        }
        rest == 1
    }

    /// Half a fen and more counts as a fen.
    #[must_use]
    pub fn to_the_fen(self) -> Self {
        let fen = (self.0 * Exact::from_integer(100) + Exact::new(1, 2)).floor();
        Self(fen / Exact::from_integer(100))
    }

    /// As pages show it: to the fen, with commas: `1,050`, `16.67`, `50.50`.
    pub fn for_people(self) -> String {
        let text = self.to_the_fen().to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) && digit.is_ascii_digit() {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        match fraction.len() {
            0 => grouped,
            1 => format!("{grouped}.{fraction}0"),
            _ => format!("{grouped}.{fraction}"),
        }
    }
}

impl Money {
    /// As papers write it beside the figures, to the fen: `人民币壹拾万零伍佰元伍角整`. The characters
    /// are those of 《正确填写票据和结算凭证的基本规定》 (1997).
    pub fn in_capitals(self) -> String {
        let fen = (self.to_the_fen().0 * Exact::from_integer(100)).to_integer();
        let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
        let mut text = String::from("人民币");
        if yuan > 0 || (jiao == 0 && fen == 0) {
            text.push_str(&whole_in_capitals(yuan));
            text.push('元');
        }
        match (jiao, fen) {
            (0, 0) => text.push('整'),
            (0, fen) => {
                if yuan > 0 {
                    text.push('零');
                }
                text.extend([capital(fen), '分']);
            }
            (jiao, 0) => text.extend([capital(jiao), '角', '整']),
            (jiao, fen) => text.extend([capital(jiao), '角', capital(fen), '分']),
        }
        text
    }
}

fn capital(digit: i128) -> char {
    const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
    usize::try_from(digit).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or('零')
}

/// A whole number below a trillion.
fn whole_in_capitals(number: i128) -> String {
    let mut text = String::new();
    let mut zero = false;
    for (myriads, unit) in [(100_000_000, "亿"), (10_000, "万"), (1, "")] {
        let group = number / myriads % 10_000;
        for (place, name) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
            let digit = group / place % 10;
            if digit == 0 {
                zero = true;
                continue;
            }
            if zero && !text.is_empty() {
                text.push('零');
            }
            zero = false;
            text.push(capital(digit));
            text.push_str(name);
        }
        if group > 0 {
            text.push_str(unit);
            // A nought at a group's end is not said before thousands: 壹拾万伍仟.
            zero = false;
        }
    }
    if text.is_empty() { "零".to_owned() } else { text }
}

impl fmt::Display for Money {
    /// The decimal string: exact, or rounded half up to the fen where it does not terminate.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = if self.terminates() { self.0 } else { self.to_the_fen().0 };
        write_decimal(number, f)
    }
}

fn write_decimal(number: Exact, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (whole, mut rest) = (number.trunc(), number.fract());
    write!(f, "{}", whole.to_integer())?;
    if *rest.numer() == 0 {
        return Ok(());
    }
    f.write_str(".")?;
    while *rest.numer() != 0 {
        rest *= Exact::from_integer(10);
        write!(f, "{}", rest.trunc().to_integer())?;
        rest = rest.fract();
    }
    Ok(())
}

impl From<Exact> for Money {
    fn from(yuan: Exact) -> Self {
        Self(yuan)
    }
}

impl From<Decimal> for Money {
    fn from(number: Decimal) -> Self {
        Self(number.exact())
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul<Exact> for Money {
    type Output = Self;
    fn mul(self, factor: Exact) -> Self {
        Self(self.0 * factor)
    }
}

/// Full-width digits and signs as half-width ones, traditional units as simplified ones.
pub(super) fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from(b'0' + u8::try_from(c as u32 - '０' as u32).unwrap_or(0)),
        '，' => ',',
        '．' | '。' => '.',
        '￥' => '¥',
        '：' => ':',
        '＋' => '+',
        '－' => '-',
        '萬' => '万',
        '億' => '亿',
        c => c,
    }
}

/// The digits and what the unit behind them stands for.
fn split_unit(number: &str) -> (&str, i128) {
    let units = [
        ("千万", 10_000_000),
        ("百万", 1_000_000),
        ("万", 10_000),
        ("亿", 100_000_000),
        ("千", 1_000),
        ("百", 100),
    ];
    for (unit, worth) in units {
        if let Some(number) = number.strip_suffix(unit) {
            return (number, worth);
        }
    }
    (number, 1)
}

/// The digits without commas; `None` where the groups are not of three.
fn ungrouped(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let fits = rest.is_empty()
        || ((1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3));
    fits.then(|| whole.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (typed, exact) in [
            ("1", "1"),
            ("12万", "120000"),
            ("３０，０００", "30000"),
            ("1.5万元", "15000"),
            ("１．５万", "15000"),
            ("100,000.50", "100000.5"),
            ("￥1,234,567.89元", "1234567.89"),
            (" 2 亿 ", "200000000"),
            ("3百万", "3000000"),
            ("1千万元整", "10000000"),
            ("5千", "5000"),
            ("12萬", "120000"),
            ("1.5億圓", "150000000"),
            ("800块", "800"),
            ("0.123456万", "1234.56"),
            ("999999999999.99", "999999999999.99"),
        ] {
            assert_eq!(Money::parse(typed).unwrap().to_string(), exact, "{typed}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for typed in [
            "",
            "元",
            "万",
            "-1",
            "+1",
            "1e5",
            "12万3千",
            "1,00",
            "3,0000",
            ",100",
            "1,,000",
            "0.001",
            "1.",
            ".5",
            "十二万",
            "about 5",
            "1000000000000",
            "1万亿",
            "0x10",
            "1 2万元元",
            "1_000",
            "99999999999999999999",
            "¥",
            "1.2.3",
            "1,000.5,0",
            "٣",
        ] {
            assert_eq!(Money::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn what_does_not_terminate_is_rounded_half_up_to_the_fen() {
        let third = |yuan: u32| Money::yuan(yuan) * Exact::new(1, 3);
        assert_eq!((third(50).to_string().as_str(), third(50).terminates()), ("16.67", false));
        assert_eq!(third(2300).to_string(), "766.67");
        assert_eq!((third(9).to_string().as_str(), third(9).terminates()), ("3", true));
        let exact = Money::from(Exact::new(600_000_005, 4000));
        assert_eq!(exact.to_string(), "150000.00125");
        assert_eq!(Money::from(Exact::new(50_025, 1000)).for_people(), "50.03");
        assert_eq!(Money::parse("1234567.5").unwrap().for_people(), "1,234,567.50");
        assert_eq!(Money::yuan(999).for_people(), "999");
        assert_eq!(Money::ZERO.for_people(), "0");
    }

    #[test]
    fn amounts_are_written_in_capitals() {
        for (typed, words) in [
            ("0", "零元整"),
            ("0.05", "伍分"),
            ("0.5", "伍角整"),
            ("1", "壹元整"),
            ("10", "壹拾元整"),
            ("1.05", "壹元零伍分"),
            ("1234.56", "壹仟贰佰叁拾肆元伍角陆分"),
            ("100500.5", "壹拾万零伍佰元伍角整"),
            ("105000", "壹拾万伍仟元整"),
            ("20003", "贰万零叁元整"),
            ("1000005", "壹佰万零伍元整"),
            ("100000005", "壹亿零伍元整"),
            ("1020304050", "壹拾亿贰仟零叁拾万肆仟零伍拾元整"),
            ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ] {
            let amount = Money::parse(typed).unwrap();
            assert_eq!(amount.in_capitals(), format!("人民币{words}"), "{typed}");
        }
    }
}
