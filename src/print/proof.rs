//! Pixels -> the evidence that a symbol scans, or a reason to refuse the piece.
//!
//! The pixels are those of the typeset page, cut to the symbol's square: what covers the symbol,
//! moves it or touches its quiet zone is seen. Three tests, each for itself: every module is
//! compared with the matrix, and two decoders, neither of which made the symbol, read it.

use std::fmt;

use image::GrayImage;
use rxing::BarcodeFormat;

use super::symbol::Symbol;
use crate::typeset::Raster;

/// Symbol contrast below this share of full is refused (ISO/IEC 15415 calls 70 % the best grade).
const LEAST_CONTRAST: u8 = 70;

/// Where a module is looked at, in tenths of its side.
const POINTS: [u32; 3] = [2, 5, 8];

/// The evidence that a symbol scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// How many modules, quiet zone included, were compared and found right.
    pub modules: u32,
    /// Contrast between the lightest dark and the darkest light module, in per cent of full.
    pub contrast: u8,
}

impl fmt::Display for Proof {
    /// As it stands in the manifest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ok: {} modules, contrast {} %, rqrr, rxing", self.modules, self.contrast)
    }
}

/// Why a piece is not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Modules are not as they should be: something covers the symbol or it is not where the layout
    /// says.
    #[error("{wrong} of {all} modules are not as they should be")]
    Modules {
        /// How many differ.
        wrong: u32,
        /// How many there are, quiet zone included.
        all: u32,
    },
    /// Dark and light are too near each other.
    #[error("the symbol's contrast is {contrast} %, at least {LEAST_CONTRAST} % are needed")]
    Contrast {
        /// In per cent of full.
        contrast: u8,
    },
    /// A decoder does not read it.
    #[error("the decoder {decoder} does not read it ({reason})")]
    Unread {
        /// Its name.
        decoder: &'static str,
        /// Its words.
        reason: String,
    },
    /// A decoder reads something else.
    #[error("the decoder {decoder} reads {read:?}")]
    Misread {
        /// Its name.
        decoder: &'static str,
        /// What it reads.
        read: String,
    },
}

/// Proves that `raster`, the square of `symbol` with its quiet zone, says what `symbol` says.
pub fn prove(raster: &Raster, symbol: &Symbol) -> Result<Proof, Refusal> {
    let luma = image::imageops::grayscale(raster);
    let contrast = compare_modules(&luma, symbol)?;
    for (decoder, decode) in [("rqrr", rqrr as Decoder), ("rxing", rxing)] {
        match decode(&luma) {
            Ok(read) if read == symbol.text() => {}
            Ok(read) => return Err(Refusal::Misread { decoder, read }),
            Err(reason) => return Err(Refusal::Unread { decoder, reason }),
        }
    }
    Ok(Proof { modules: symbol.side_with_quiet_zone().pow(2), contrast })
}

type Decoder = fn(&GrayImage) -> Result<String, String>;

/// Compares nine points of each module with the matrix, at a fifth, a half and four fifths of its
/// sides, and gives the contrast in per cent.
fn compare_modules(luma: &GrayImage, symbol: &Symbol) -> Result<u8, Refusal> {
    let side = symbol.side_with_quiet_zone();
    let (mut wrong, mut darkest_light, mut lightest_dark) = (0, u8::MAX, u8::MIN);
    for row in 0..side {
        for column in 0..side {
            let dark = symbol.is_dark(column, row);
            let values = POINTS.into_iter().flat_map(|down| {
                POINTS.map(|right| {
                    let point = |at: u32, tenths: u32, pixels: u32| {
                        (10 * at + tenths) * pixels / (10 * side)
                    };
                    let x = point(column, right, luma.width());
                    luma.get_pixel_checked(x, point(row, down, luma.height()))
                        .map_or(128, |pixel| pixel.0[0])
                })
            });
            let (least, most) = values.fold((u8::MAX, u8::MIN), |(l, m), v| (l.min(v), m.max(v)));
            match dark {
                true if most < 128 => lightest_dark = lightest_dark.max(most),
                false if least >= 128 => darkest_light = darkest_light.min(least),
                _ => wrong += 1,
            }
        }
    }
    if wrong > 0 {
        return Err(Refusal::Modules { wrong, all: side * side });
    }
    let share = u16::from(darkest_light - lightest_dark) * 100 / 255;
    let contrast = u8::try_from(share).expect("a share is at most 100");
    if contrast < LEAST_CONTRAST { Err(Refusal::Contrast { contrast }) } else { Ok(contrast) }
}

fn rqrr(luma: &GrayImage) -> Result<String, String> {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let pixels = luma.as_raw();
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let grids = image.detect_grids();
    let [grid] = &grids[..] else {
        return Err(format!("{} symbols found", grids.len()));
    };
    grid.decode().map(|(_, text)| text).map_err(|error| error.to_string())
}

fn rxing(luma: &GrayImage) -> Result<String, String> {
    let format = Some(BarcodeFormat::QR_CODE);
    rxing::helpers::detect_in_luma_slice(luma.as_raw(), luma.width(), luma.height(), format)
        .map(|result| result.getText().to_owned())
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    const PIXELS: u32 = 6;

    fn drawn(symbol: &Symbol, dark: u8) -> Raster {
        let side = symbol.side_with_quiet_zone() * PIXELS;
        Raster::from_fn(side, side, |x, y| {
            let is_dark = symbol.is_dark(x / PIXELS, y / PIXELS);
            Rgb([if is_dark { dark } else { 255 }; 3])
        })
    }

    fn symbol() -> Symbol {
        Symbol::new("https://fy.example.cn/200041T").unwrap()
    }

    #[test]
    fn a_clean_symbol_is_proven_module_by_module_and_by_two_decoders() {
        let proof = prove(&drawn(&symbol(), 0), &symbol()).unwrap();
        assert_eq!(proof, Proof { modules: 37 * 37, contrast: 100 });
    }

    #[test]
    fn a_symbol_that_says_something_else_is_refused() {
        let other = Symbol::new("https://fy.example.cn/2000813").unwrap();
        assert!(matches!(prove(&drawn(&other, 0), &symbol()), Err(Refusal::Modules { .. })));
    }

    #[test]
    fn the_decoders_read_what_is_there_whatever_was_meant() {
        let luma = image::imageops::grayscale(&drawn(&symbol(), 0));
        assert_eq!(rqrr(&luma).as_deref(), Ok(symbol().text()));
        assert_eq!(rxing(&luma).as_deref(), Ok(symbol().text()));
        let blank = GrayImage::from_pixel(luma.width(), luma.height(), image::Luma([255]));
        assert!(rqrr(&blank).is_err() && rxing(&blank).is_err());
    }

    #[test]
    fn anything_printed_in_the_quiet_zone_is_seen() {
        let mut raster = drawn(&symbol(), 0);
        // A hairline between the centres of modules.
        for x in 0..raster.width() {
            raster.put_pixel(x, PIXELS + 1, Rgb([0; 3]));
        }
        assert_eq!(prove(&raster, &symbol()), Err(Refusal::Modules { wrong: 37, all: 37 * 37 }));
    }

    #[test]
    fn a_pale_symbol_is_refused() {
        let refusal = prove(&drawn(&symbol(), 100), &symbol());
        assert_eq!(refusal, Err(Refusal::Contrast { contrast: 60 }));
    }
}
