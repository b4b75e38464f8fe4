//! The only fonts that print uses, and which characters they have.

use std::collections::BTreeSet;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use super::TypesetError;

/// The fonts of a site.
#[derive(Clone)]
pub struct Fonts {
    pub(super) fonts: Vec<Font>,
    pub(super) book: LazyHash<FontBook>,
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
        Ok(Self { fonts, book })
    }

    /// The characters of `text` that some font lacks, each named once: `喆 (U+5586), 堃 (U+5803)`;
    /// `None` where there are none. A design may set any text in any of its weights, so a character
    /// has to be in all of them.
    pub fn missing(&self, text: &str) -> Option<String> {
        let missing: BTreeSet<char> = text
            .chars()
            .filter(|c| !c.is_control() && !c.is_whitespace())
            .filter(|c| !self.fonts.iter().all(|f| f.info().coverage.contains(u32::from(*c))))
            .collect();
        let named: Vec<String> =
            missing.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect();
        (!named.is_empty()).then(|| named.join(", "))
    }
}
