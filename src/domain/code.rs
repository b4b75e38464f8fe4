//! The short token in a poster's URL and under its symbol.
//!
//! Seven characters of Crockford's base 32: the format digit `2`, five characters of the number
//! `placement × 128 + topic`, and a check character that catches every single wrong character and
//! every swap of neighbours. Computed, never stored: a reprint gives the same code for ever.

use std::fmt;

use super::placement::PlacementNumber;
use super::topic::TopicNumber;

/// Crockford's alphabet: no I, L, O, U.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The first character of each code of this format.
const FORMAT: u8 = 2;

/// How many characters a code has.
pub const LENGTH: usize = 7;

/// A printed code: one placement and one topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code {
    placement: PlacementNumber,
    topic: TopicNumber,
}

impl Code {
    /// The code of `topic` at `placement`.
    pub fn new(placement: PlacementNumber, topic: TopicNumber) -> Self {
        Self { placement, topic }
    }

    /// Where the code hangs.
    pub fn placement(self) -> PlacementNumber {
        self.placement
    }

    /// What it is about; 0 is the one code of all topics.
    pub fn topic(self) -> TopicNumber {
        self.topic
    }

    /// Reads what somebody scanned or typed.
    ///
    /// Case does not matter; I and L are read as 1, O as 0.
    ///
    /// # Errors
    /// [`CodeError::Shape`] where it is no code at all (any other path), and
    /// [`CodeError::Check`] where it has the shape of a code but was mistyped.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let symbols = RawCode::parse(text).ok_or(CodeError::Shape)?.symbols();
        let number = symbols[1..6].iter().fold(0u32, |sum, s| sum * 32 + u32::from(*s));
        let topic = TopicNumber::new((number % 128) as u8).ok_or(CodeError::Check)?;
        let placement = PlacementNumber::new(number / 128).ok_or(CodeError::Check)?;
        if symbols[0] != FORMAT || check(&symbols[..6]) != symbols[6] {
            return Err(CodeError::Check);
        }
        Ok(Self { placement, topic })
    }

    /// `placement × 128 + topic`, below 2²⁵.
    pub fn number(self) -> u32 {
        self.placement.get() * 128 + u32::from(self.topic.get())
    }

    /// The code of a [`Code::number`], if there is one.
    pub fn from_number(number: u32) -> Option<Self> {
        let topic = TopicNumber::new((number % 128) as u8)?;
        Some(Self { placement: PlacementNumber::new(number / 128)?, topic })
    }

    fn symbols(self) -> [u8; LENGTH] {
        let number = self.number();
        let mut symbols = [FORMAT; LENGTH];
        for (i, symbol) in symbols[1..6].iter_mut().enumerate() {
            *symbol = ((number >> (5 * (4 - i))) & 31) as u8;
        }
        symbols[6] = check(&symbols[..6]);
        symbols
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for symbol in self.symbols() {
            write!(f, "{}", char::from(ALPHABET[usize::from(symbol)]))?;
        }
        Ok(())
    }
}

/// Seven characters that have the shape of a code, right or wrong: what an orphan scan keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RawCode(u64);

impl RawCode {
    /// Seven characters of the alphabet, beginning with a digit; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != LENGTH {
            return None;
        }
        if !text.starts_with(|first: char| first.is_ascii_digit()) {
            return None; // a word such as `install` is no code
        }
        text.bytes()
            .try_fold(0, |number, byte| Some(number * 32 + u64::from(symbol_of(byte)?)))
            .map(Self)
    }

    /// Below 2³⁵.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The raw code of a [`RawCode::number`], if there is one.
    pub fn from_number(number: u64) -> Option<Self> {
        (number >> 35 == 0 && number >> 30 <= 9).then_some(Self(number))
    }

    fn symbols(self) -> [u8; LENGTH] {
        let mut symbols = [0; LENGTH];
        for (i, symbol) in symbols.iter_mut().enumerate() {
            *symbol = ((self.0 >> (5 * (LENGTH - 1 - i))) & 31) as u8;
        }
        symbols
    }
}

impl From<Code> for RawCode {
    fn from(code: Code) -> Self {
        Self(code.symbols().iter().fold(0, |sum, s| sum * 32 + u64::from(*s)))
    }
}

impl fmt::Display for RawCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for symbol in self.symbols() {
            write!(f, "{}", char::from(ALPHABET[usize::from(symbol)]))?;
        }
        Ok(())
    }
}

/// Why a text is not a [`Code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not seven characters of the alphabet beginning with a digit.
    #[error("not a code: a code is seven letters and digits, beginning with a digit")]
    Shape,
    /// The check character does not fit: a typing error.
    #[error("mistyped code: its check character does not fit")]
    Check,
}

/// The value of a character as people type it: case does not matter, I and L are 1, O is 0.
pub fn symbol_of(byte: u8) -> Option<u8> {
    let byte = match byte.to_ascii_uppercase() {
        b'I' | b'L' => b'1',
        b'O' => b'0',
        other => other,
    };
    ALPHABET.iter().position(|c| *c == byte).and_then(|at| u8::try_from(at).ok())
}

/// Σ αⁱ·sᵢ (i from 1) in GF(32) with x⁵+x²+1 and α = x.
fn check(symbols: &[u8]) -> u8 {
    symbols.iter().rev().fold(0, |sum, s| times_alpha(sum ^ s))
}

fn times_alpha(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 32 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(placement: u32, topic: u8) -> Code {
        Code::new(PlacementNumber::new(placement).unwrap(), TopicNumber::new(topic).unwrap())
    }

    #[test]
    fn the_contracts_codes_come_out_to_the_letter() {
        for (placement, topic, text) in [
            (1, 0, "200040G"),
            (1, 1, "200041T"),
            (2, 1, "2000813"),
            (25, 3, "200343V"),
            (70_000, 12, "28HE0CH"),
            (262_143, 127, "2ZZZZZ6"),
        ] {
            assert_eq!(code(placement, topic).to_string(), text);
            assert_eq!(Code::parse(text), Ok(code(placement, topic)));
            assert_eq!(
                Code::from_number(code(placement, topic).number()),
                Some(code(placement, topic))
            );
        }
    }

    #[test]
    fn lower_case_and_look_alikes_are_read() {
        assert_eq!(Code::parse("2ooo4og"), Ok(code(1, 0)));
        assert_eq!(Code::parse("20004lt"), Ok(code(1, 1)));
    }

    #[test]
    fn every_single_wrong_character_and_every_swap_of_neighbours_is_caught() {
        for (placement, topic) in [(1, 0), (25, 3), (70_000, 12), (262_143, 127), (199_999, 77)] {
            let right = code(placement, topic).symbols();
            let text = |symbols: &[u8; 7]| -> String {
                symbols.iter().map(|s| char::from(ALPHABET[usize::from(*s)])).collect()
            };
            for i in 0..7 {
                for wrong in (0..32).filter(|w| *w != right[i]) {
                    let mut symbols = right;
                    symbols[i] = wrong;
                    assert!(Code::parse(&text(&symbols)).is_err(), "{}", text(&symbols));
                }
            }
            for i in 0..6 {
                let mut symbols = right;
                symbols.swap(i, i + 1);
                if symbols != right {
                    assert!(Code::parse(&text(&symbols)).is_err(), "{}", text(&symbols));
                }
            }
        }
    }

    #[test]
    fn what_is_not_a_code_is_told_from_what_is_mistyped() {
        assert_eq!(Code::parse("200041X"), Err(CodeError::Check));
        for path in [
            "healthz",
            "install",
            "oldsite",
            "stats",
            "A00041T",
            "200041",
            "20004 T",
            "200041U",
            "２00041T",
        ] {
            assert_eq!(Code::parse(path), Err(CodeError::Shape), "{path}");
        }
    }

    #[test]
    fn placement_zero_is_no_code() {
        let symbols = [2, 0, 0, 0, 0, 1];
        let mut text: String =
            symbols.iter().map(|s| char::from(ALPHABET[usize::from(*s)])).collect();
        text.push(char::from(ALPHABET[usize::from(check(&symbols))]));
        assert_eq!(Code::parse(&text), Err(CodeError::Check));
    }
}
