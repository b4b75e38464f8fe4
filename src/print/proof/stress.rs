//! The pixels of a symbol -> copies as phones meet it: far, blurred, in the shade, aslant, scratched.
//!
//! Whole numbers and plain arithmetic only, no sines and no chance: the same pixels give the same
//! copies on every machine. Whether a copy is read is for `proof` to find out. A further stress is a
//! variant of [`Stress`], its words, and an arm in [`Stress::copy`].

use std::fmt;

use image::{GrayImage, Luma};

use super::super::symbol::QUIET_ZONE;

/// Pixels a module in copies that are not made small.
const PIXELS: u32 = 4;

/// Pixels a module in the copy from far away.
const FAR_PIXELS: u32 = 3;

/// What is left of the contrast in the shade, in per cent.
const SHADE: i32 = 30;

/// How far away a camera looks from at an angle, in widths of the symbol with its quiet zone.
const CAMERA: f64 = 3.0;

/// The sine and the cosine of 30 degrees.
const TILT: (f64, f64) = (0.5, 0.866_025_403_784_438_6);

/// The share of the symbol's area that is damaged, in thousandths.
const DAMAGE: u32 = 30;

/// A finder's side, in modules.
const FINDER: u32 = 7;

/// Where the damage begins; any number but 0 would do.
const SEED: u32 = 0x1804_2015;

/// A Gaussian bell with a sigma of 0.3 modules of [`PIXELS`] pixels: its middle and one flank, in
/// 1,024ths.
const BELL: [u32; 5] = [340, 241, 85, 15, 1];

/// Samples a side for each pixel of a copy.
const SAMPLES: u32 = 2;

/// A way in which phones meet a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stress {
    /// Three pixels a module, and the pixels' edges not on the modules'.
    Far,
    /// Out of focus: a Gaussian blur with a sigma of 0.3 modules.
    Blur,
    /// In the shade: 30 per cent of its contrast.
    Shade,
    /// From an angle of 30 degrees.
    Tilt,
    /// Scratches and stains, black and white, on 3 per cent of its area.
    Damage,
}

impl fmt::Display for Stress {
    /// As it stands behind "neither decoder reads it".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Far => "at 3 pixels a module",
            Self::Blur => "blurred by 0.3 modules",
            Self::Shade => "at 30 % of its contrast",
            Self::Tilt => "tilted by 30 degrees",
            Self::Damage => "with 3 % of its area damaged",
        })
    }
}

impl Stress {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Far, Self::Blur, Self::Shade, Self::Tilt, Self::Damage];

    /// What helps where a symbol does not bear it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Far | Self::Blur | Self::Tilt => {
                "leave the logo out or use a shorter host, so that the symbol has fewer modules"
            }
            Self::Shade => "print the symbol in plain black on white",
            Self::Damage => "leave the logo out, so that error correction is kept for the damage",
        }
    }

    /// A copy of `original` as it is met this way.
    pub(super) fn copy(self, original: &Original<'_>) -> GrayImage {
        let Original { luma, side, even } = original;
        match self {
            Self::Far => far(luma, *side, FAR_PIXELS),
            Self::Blur => blurred(even, 1),
            Self::Shade => shaded(even.clone(), SHADE),
            Self::Tilt => tilted(luma, side * PIXELS, TILT),
            Self::Damage => damaged(even.clone(), *side, DAMAGE),
        }
    }
}

/// The pixels that copies are made of.
pub(super) struct Original<'a> {
    luma: &'a GrayImage,
    side: u32,
    /// At [`PIXELS`] pixels a module, which half of the stresses begin with.
    even: GrayImage,
}

impl<'a> Original<'a> {
    /// The square of a symbol that is `side` modules wide with its quiet zone.
    pub(super) fn new(luma: &'a GrayImage, side: u32) -> Self {
        let even = seen(luma, side * PIXELS, |x, y| (x, y));
        Self { luma, side, even }
    }
}

/// Looks at `luma` with `pixels` by `pixels`: `find` gives for a point of the copy the point of the
/// original that is seen there, both from 0 to 1. Beyond its edge goes on what is at the edge.
fn seen(luma: &GrayImage, pixels: u32, find: impl Fn(f64, f64) -> (f64, f64)) -> GrayImage {
    let (width, height) = luma.dimensions();
    let original = luma.as_raw();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the picture, which has far fewer pixels than 2^32"
    )]
    let index = |at: f64, length: u32| {
        (at * f64::from(length)).clamp(0.0, f64::from(length.saturating_sub(1))) as u32
    };
    let step = 1.0 / f64::from(pixels * SAMPLES);
    let place = |pixel: u32, sample: u32| (f64::from(pixel * SAMPLES + sample) + 0.5) * step;
    let mut copy = Vec::with_capacity((pixels * pixels) as usize);
    for row in 0..pixels {
        for column in 0..pixels {
            let mut sum = 0;
            for down in 0..SAMPLES {
                for right in 0..SAMPLES {
                    let (x, y) = find(place(column, right), place(row, down));
                    let at = index(y, height) * width + index(x, width);
                    sum += original.get(at as usize).map_or(255, |v| u32::from(*v));
                }
            }
            copy.push(to_pixel(sum / (SAMPLES * SAMPLES)));
        }
    }
    GrayImage::from_raw(pixels, pixels, copy).expect("one byte a pixel")
}

fn to_pixel(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// At `a_module` pixels a module, with the edges of modules in the middle of pixels: no camera holds
/// its grid to the symbol's.
fn far(luma: &GrayImage, side: u32, a_module: u32) -> GrayImage {
    let pixels = side * a_module;
    let half = 0.5 / f64::from(pixels);
    seen(luma, pixels, |x, y| (x + half, y + half))
}

/// Blurred by the bell, `times` over: sigma grows with the root of it.
fn blurred(luma: &GrayImage, times: usize) -> GrayImage {
    let mut copy = luma.clone();
    for _ in 0..times {
        copy = transposed_blur(&transposed_blur(&copy));
    }
    copy
}

/// Blurs along rows and turns rows into columns, so that twice of it is the whole blur.
fn transposed_blur(luma: &GrayImage) -> GrayImage {
    let (width, height) = luma.dimensions();
    let mut copy = GrayImage::new(height, width);
    for (y, row) in luma.as_raw().chunks_exact(width as usize).enumerate() {
        let last = row.len() - 1;
        for x in 0..row.len() {
            let mut sum = BELL[0] * u32::from(row[x]);
            for (distance, weight) in BELL.iter().enumerate().skip(1) {
                let before = row[x.saturating_sub(distance)];
                let after = row[(x + distance).min(last)];
                sum += weight * (u32::from(before) + u32::from(after));
            }
            copy.as_mut()[x * height as usize + y] = to_pixel((sum + 512) / 1024);
        }
    }
    copy
}

/// At a share of its contrast, in per cent, around a middle grey.
fn shaded(mut luma: GrayImage, per_cent: i32) -> GrayImage {
    for value in luma.as_mut() {
        let from_middle = (i32::from(*value) - 128) * per_cent / 100;
        *value = u8::try_from(128 + from_middle).unwrap_or(u8::MAX);
    }
    luma
}

/// Turned about its upright axis, as a camera sees it: one side is nearer and taller than the other.
fn tilted(luma: &GrayImage, pixels: u32, (sine, cosine): (f64, f64)) -> GrayImage {
    // The nearer edge just fits into the picture.
    let focus = CAMERA - sine / 2.0;
    seen(luma, pixels, |x, y| {
        let (across, up) = ((x - 0.5) / focus, (y - 0.5) / focus);
        let right = across * CAMERA / (cosine - across * sine);
        let down = up * (CAMERA + right * sine);
        (right + 0.5, down + 0.5)
    })
}

/// With round stains, black and white by turns, each one to two modules wide, until `per_mille` of
/// the symbol's area without its quiet zone is hit. The finders stay clean: no error correction helps
/// them, so a stain there would tell of the seed and not of the symbol.
fn damaged(mut luma: GrayImage, side: u32, per_mille: u32) -> GrayImage {
    let a_module = luma.width() / side;
    let from = a_module * QUIET_ZONE;
    let across = luma.width() - 2 * from;
    let mut left = across * across * per_mille / 1000;
    let mut clean = clean_parts(across, FINDER * a_module);
    let mut state = SEED;
    let mut chance = |below: u32| {
        // Marsaglia's xorshift: no crate's next version changes where the stains are.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % below
    };
    let mut ink = 0;
    while left > 0 {
        let (x, y) = (chance(across), chance(across));
        let radius = u32::midpoint(a_module, chance(a_module + 1));
        let span = |at: u32| at.saturating_sub(radius)..=(at + radius).min(across - 1);
        for (row, column) in span(y).flat_map(|row| span(x).map(move |column| (row, column))) {
            let inside = column.abs_diff(x).pow(2) + row.abs_diff(y).pow(2) <= radius * radius;
            let is_clean = &mut clean[(row * across + column) as usize];
            if inside && *is_clean && left > 0 {
                *is_clean = false;
                left -= 1;
                luma.put_pixel(from + column, from + row, Luma([ink]));
            }
        }
        ink = u8::MAX - ink;
    }
    luma
}

/// Which pixels of a symbol `across` pixels wide may be hit: all but its three finders.
fn clean_parts(across: u32, finder: u32) -> Vec<bool> {
    let far = across - finder;
    let near_edge = |at: u32| at < finder || at >= far;
    // Three corners: there is no finder at the bottom right.
    let is_finder = |x: u32, y: u32| near_edge(x) && near_edge(y) && !(x >= far && y >= far);
    (0..across).flat_map(|y| (0..across).map(move |x| !is_finder(x, y))).collect()
}

#[cfg(test)]
mod tests;
