//! The only fonts that print uses, and which characters they have.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use typst::foundations::Bytes;
use typst::layout::Abs;
use typst::text::{Font, FontBook, FontInstance, FontVariations};
use typst::utils::LazyHash;

use super::TypesetError;

/// The fonts of a site.
#[derive(Clone)]
pub struct Fonts {
    pub(super) faces: Vec<Font>,
    pub(super) book: LazyHash<FontBook>,
    /// The characters that all of them have, a bit each: looked up for every character of every piece.
    covered: Vec<u64>,
    /// The characters that one of them has at least.
    known: Vec<u64>,
}

impl Fonts {
    /// Reads font files: path in the site and bytes.
    pub fn read<B>(files: impl IntoIterator<Item = (String, B)>) -> Result<Self, TypesetError>
    where
        B: AsRef<[u8]> + Send + Sync + 'static,
    {
        let mut fonts = Vec::new();
        for (file, bytes) in files {
            let before = fonts.len();
            fonts.extend(Font::iter(Bytes::new(bytes)));
            if fonts.len() == before {
                return Err(TypesetError::Font { file });
            }
        }
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        let bits: Vec<Vec<u64>> = fonts.iter().map(coverage).collect();
        let (covered, known) = (joined(&bits, |a, b| a & b), joined(&bits, |a, b| a | b));
        Ok(Self { faces: fonts, book, covered, known })
    }

    /// The characters of `text` that some font lacks, each named once: `喆 (U+5586), 堃 (U+5803)`;
    /// `None` where there are none. A design may set any text in any of its weights, so a character
    /// has to be in all of them.
    pub fn missing(&self, text: &str) -> Option<String> {
        let missing = outside(text, &self.covered);
        let named: Vec<String> =
            missing.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect();
        (!named.is_empty()).then(|| named.join(", "))
    }

    /// How wide `text` is on one line, in em, in the face in which it is widest; without kerning.
    pub fn width(&self, text: &str) -> f64 {
        let advance = |face: &FontInstance, c: char| {
            let glyph = face.ttf().glyph_index(c)?;
            Some(face.x_advance(glyph.0)?.get())
        };
        let width = |font: &Font| {
            let (variant, plain) = (font.info().variant, FontVariations::default());
            let face = font.clone().instantiate(variant, Abs::pt(10.0), &plain);
            // What a font lacks counts as a Chinese character does.
            text.chars().map(|c| advance(&face, c).unwrap_or(1.0)).sum::<f64>()
        };
        self.faces.iter().map(width).fold(0.0, f64::max)
    }

    /// The characters of `text` that no font has, for a design that takes each from the first font
    /// that has it. Selectors of variants need none: without them the character itself is shown.
    pub fn lacking(&self, text: &str) -> BTreeSet<char> {
        let mut missing = outside(text, &self.known);
        missing.retain(|c| !matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'));
        missing
    }
}

impl Hash for Fonts {
    /// Of the files' bytes, which Typst hashes once and needs itself: they are megabytes.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.faces.hash(state);
    }
}

/// The characters of `text` that are none of `bits`.
fn outside(text: &str, bits: &[u64]) -> BTreeSet<char> {
    let is_seen = |c: &char| !c.is_control() && !c.is_whitespace();
    let has = |c: &char| {
        let at = u32::from(*c) as usize;
        bits.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    };
    text.chars().filter(is_seen).filter(|c| !has(c)).collect()
}

/// What a font covers, a bit a character. Asking [`typst::text::Coverage`] walks all its runs.
fn coverage(font: &Font) -> Vec<u64> {
    let mut bits = vec![0_u64; 0x11_0000 / 64];
    for character in font.info().coverage.iter() {
        if let Some(word) = bits.get_mut(character as usize / 64) {
            *word |= 1 << (character % 64);
        }
    }
    bits
}

fn joined(all: &[Vec<u64>], join: fn(u64, u64) -> u64) -> Vec<u64> {
    let join = |one: Vec<u64>, other: &Vec<u64>| {
        one.iter().zip(other).map(|(a, b)| join(*a, *b)).collect()
    };
    all.split_first().map_or_else(Vec::new, |(first, rest)| rest.iter().fold(first.clone(), join))
}
