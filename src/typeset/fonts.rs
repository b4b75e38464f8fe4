//! The only fonts that print uses, and which characters they have.

use std::collections::BTreeSet;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use super::TypesetError;

/// The fonts of a site.
#[derive(Clone)]
pub struct Fonts {
    pub(super) faces: Vec<Font>,
    pub(super) book: LazyHash<FontBook>,
    /// The characters that all of them have, a bit each: looked up for every character of every piece.
    covered: Vec<u64>,
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
        let covered = covered(&fonts);
        Ok(Self { faces: fonts, book, covered })
    }

    fn has(&self, character: char) -> bool {
        let at = u32::from(character) as usize;
        self.covered.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// The characters of `text` that some font lacks, each named once: `喆 (U+5586), 堃 (U+5803)`;
    /// `None` where there are none. A design may set any text in any of its weights, so a character
    /// has to be in all of them.
    pub fn missing(&self, text: &str) -> Option<String> {
        let missing: BTreeSet<char> = text
            .chars()
            .filter(|c| !c.is_control() && !c.is_whitespace())
            .filter(|c| !self.has(*c))
            .collect();
        let named: Vec<String> =
            missing.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect();
        (!named.is_empty()).then(|| named.join(", "))
    }
}

/// What all of `fonts` cover, a bit a character. Asking [`typst::text::Coverage`] walks all its runs.
fn covered(fonts: &[Font]) -> Vec<u64> {
    let mut common: Option<Vec<u64>> = None;
    for font in fonts {
        let mut bits = vec![0_u64; 0x11_0000 / 64];
        for character in font.info().coverage.iter() {
            if let Some(word) = bits.get_mut(character as usize / 64) {
                *word |= 1 << (character % 64);
            }
        }
        common = Some(match common {
            None => bits,
            Some(common) => common.iter().zip(&bits).map(|(a, b)| a & b).collect(),
        });
    }
    common.unwrap_or_default()
}
