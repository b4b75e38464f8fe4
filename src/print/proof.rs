//! Pixels -> the evidence that a symbol scans, or a reason to refuse the piece.
//!
//! The pixels are those of the typeset page, cut to the symbol's square: what covers the symbol,
//! moves it or touches its quiet zone is seen. Three tests, each for itself: every module is
//! compared with the matrix, and two decoders, neither of which made the symbol, read it. Strict
//! proof also has copies read that are spoilt on purpose; how is [`Stress`]'s work.
//!
//! Of the decoders of one family, quircs is three times as quick as rqrr, but splits light from dark
//! wherever they differ most: that would bear any shade. So it reads what is clean, whose contrast is
//! measured, and rqrr what is spoilt.

mod stress;

use std::fmt;

use image::GrayImage;
use rxing::BarcodeFormat;

use super::symbol::{self, Symbol};
use crate::typeset::Raster;
use stress::Original;
pub use stress::Stress;

/// Symbol contrast below this share of full is refused (ISO/IEC 15415 calls 70 % the best grade).
const LEAST_CONTRAST: u8 = 70;

/// Where a module is looked at, in tenths of its side.
const POINTS: [u32; 3] = [2, 5, 8];

/// The decoders: none of them made the symbol, and no code is common to two of them.
const DECODERS: [(&str, Decoder); 2] = [("quircs", quircs), ("rxing", rxing)];

/// The decoders of what is spoilt, likewise.
const STRICT_DECODERS: [(&str, Decoder); 2] = [("rqrr", rqrr), ("rxing", rxing)];

/// How much is asked of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rigour {
    /// That it is as it should be, and read by both decoders.
    #[default]
    Plain,
    /// That one of them reads it also from each copy of [`Stress::ALL`].
    Strict,
}

/// Which way up a symbol is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Facing {
    /// As the page.
    #[default]
    Upright,
    /// Turned by 180 degrees, as on the far face of a folded card.
    UpsideDown,
}

/// The evidence that a symbol scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// How many modules, quiet zone included, were compared and found right.
    pub modules: u32,
    /// How many were not compared, since the logo stands on them.
    pub under_logo: u32,
    /// Contrast between the lightest dark and the darkest light module, in per cent of full.
    pub contrast: u8,
    /// What strict proof found, where it was asked for.
    pub strict: Option<Strict>,
}

/// How many of the copies under stress each decoder reads. Each copy is read by one of them, or
/// there is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Strict {
    /// Read by rxing.
    pub rxing: u8,
    /// Read by rqrr.
    pub rqrr: u8,
}

impl fmt::Display for Proof {
    /// As it stands in the manifest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ok: {} modules", self.modules)?;
        if self.under_logo > 0 {
            write!(f, " and {} under the logo", self.under_logo)?;
        }
        write!(f, ", contrast {} %, quircs, rxing", self.contrast)?;
        self.strict.map_or(Ok(()), |Strict { rxing, rqrr }| {
            let all = Stress::ALL.len();
            write!(f, "; strict {all}/{all} (rxing {rxing}, rqrr {rqrr})")
        })
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
        /// How many there are to compare, quiet zone included.
        all: u32,
    },
    /// The logo covers more than error correction should have to make up for.
    #[error("the logo covers {modules} modules across, at most {most} are allowed")]
    Logo {
        /// How many.
        modules: u32,
        /// How many it may be.
        most: u32,
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
    /// No decoder reads it under a stress.
    #[error("no decoder reads it {stress} ({reasons}): {}", stress.advice())]
    Stressed {
        /// Which.
        stress: Stress,
        /// Each decoder's words.
        reasons: String,
    },
}

/// Proves that `raster`, the square of `symbol` with its quiet zone, says what `symbol` says.
pub fn prove(raster: &Raster, symbol: &Symbol) -> Result<Proof, Refusal> {
    prove_as(raster, symbol, Rigour::Plain, Facing::Upright)
}

/// As [`prove`], with as much `rigour` as is asked for, of a symbol that is printed `facing` that way.
pub fn prove_as(
    raster: &Raster,
    symbol: &Symbol,
    rigour: Rigour,
    facing: Facing,
) -> Result<Proof, Refusal> {
    let most = symbol::logo_modules(symbol.side());
    if symbol.logo_modules() > most {
        return Err(Refusal::Logo { modules: symbol.logo_modules(), most });
    }
    let mut luma = grey(raster);
    if facing == Facing::UpsideDown {
        image::imageops::rotate180_in_place(&mut luma);
    }
    let contrast = compare_modules(&luma, symbol)?;
    for (decoder, decode) in DECODERS {
        match decode(&luma) {
            Ok(read) if read == symbol.text() => {}
            Ok(read) => return Err(Refusal::Misread { decoder, read }),
            Err(reason) => return Err(Refusal::Unread { decoder, reason }),
        }
    }
    let strict = match rigour {
        Rigour::Plain => None,
        Rigour::Strict => Some(bear(&luma, symbol, &Stress::ALL)?),
    };
    let under_logo = symbol.logo_modules().pow(2);
    let modules = symbol.side_with_quiet_zone().pow(2) - under_logo;
    Ok(Proof { modules, under_logo, contrast, strict })
}

/// Has a copy under each of `stresses` read by both decoders: one has to, and none may read anything
/// else.
fn bear(luma: &GrayImage, symbol: &Symbol, stresses: &[Stress]) -> Result<Strict, Refusal> {
    let mut found = Strict::default();
    let original = Original::new(luma, symbol.side_with_quiet_zone());
    for stress in stresses {
        let read = read_copy(&stress.copy(&original), symbol)?;
        let [rqrr, rxing] =
            read.map_err(|reasons| Refusal::Stressed { stress: *stress, reasons })?;
        found.rqrr += u8::from(rqrr);
        found.rxing += u8::from(rxing);
    }
    Ok(found)
}

/// Which of [`STRICT_DECODERS`] read a spoilt copy, or the words of all where none does.
fn read_copy(copy: &GrayImage, symbol: &Symbol) -> Result<Result<[bool; 2], String>, Refusal> {
    let (mut has_read, mut reasons) = ([false; 2], Vec::new());
    for (has_read, (decoder, decode)) in has_read.iter_mut().zip(STRICT_DECODERS) {
        match decode(copy) {
            Ok(read) if read == symbol.text() => *has_read = true,
            Ok(read) => return Err(Refusal::Misread { decoder, read }),
            Err(reason) => reasons.push(format!("{decoder}: {reason}")),
        }
    }
    Ok(if has_read.contains(&true) { Ok(has_read) } else { Err(reasons.join("; ")) })
}

type Decoder = fn(&GrayImage) -> Result<String, String>;

/// Compares nine points of each module with the matrix, at a fifth, a half and four fifths of its
/// sides, and gives the contrast in per cent. What the logo covers is passed over.
fn compare_modules(luma: &GrayImage, symbol: &Symbol) -> Result<u8, Refusal> {
    let side = symbol.side_with_quiet_zone();
    let (mut wrong, mut darkest_light, mut lightest_dark) = (0, u8::MAX, u8::MIN);
    for row in 0..side {
        for column in 0..side {
            if symbol.is_under_logo(column, row) {
                continue;
            }
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
        let all = side * side - symbol.logo_modules().pow(2);
        return Err(Refusal::Modules { wrong, all });
    }
    let share = u16::from(darkest_light - lightest_dark) * 100 / 255;
    let contrast = u8::try_from(share).expect("a share is at most 100");
    if contrast < LEAST_CONTRAST { Err(Refusal::Contrast { contrast }) } else { Ok(contrast) }
}

/// How light each pixel is: as `image` has it, but without its detour over floating point.
fn grey(raster: &Raster) -> GrayImage {
    const SHARES: [u32; 3] = [2126, 7152, 722];
    let lightness = |pixel: &[u8]| {
        let sum: u32 = pixel.iter().zip(SHARES).map(|(part, share)| u32::from(*part) * share).sum();
        u8::try_from(sum / SHARES.iter().sum::<u32>()).expect("a mean of bytes is a byte")
    };
    let pixels = raster.as_raw().chunks_exact(3).map(lightness).collect();
    GrayImage::from_raw(raster.width(), raster.height(), pixels).expect("a byte for each pixel")
}

fn quircs(luma: &GrayImage) -> Result<String, String> {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let mut finder = quircs::Quirc::new();
    let found: Vec<_> = finder.identify(width, height, luma.as_raw()).collect();
    let [found] = &found[..] else {
        return Err(format!("{} symbols found", found.len()));
    };
    let symbol = found.as_ref().map_err(ToString::to_string)?;
    let data = symbol.decode().map_err(|error| error.to_string())?;
    String::from_utf8(data.payload).map_err(|error| error.to_string())
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
mod tests;
