//! Typeset pages -> the bytes of files.
//!
//! A new format is an arm here.

use super::blame::fault;
use super::{Format, Group};
use crate::print::PrintError;
use crate::typeset::{Area, Pages, Raster};

/// The raster of PNG files: 300 dpi.
pub(super) const PNG_PIXELS_PER_MM: f64 = 300.0 / 25.4;

/// The files of a document: the end of each one's name before the dot, and its bytes.
pub(super) fn export(
    pages: &Pages,
    pictures: &[Raster],
    groups: &[Group<'_>],
    format: Format,
    file: &str,
) -> Result<Vec<(String, Vec<u8>)>, PrintError> {
    let ending = |page: usize| match page {
        0 => String::new(),
        page => format!("-{}", page + 1),
    };
    match format {
        Format::Pdf => {
            let bytes = pages.pdf().map_err(|source| fault(groups, source))?;
            Ok(vec![(String::new(), bytes)])
        }
        Format::Svg => {
            let svg = |page| (ending(page), pages.svg(page).into_bytes());
            Ok((0..pages.count()).map(svg).collect())
        }
        Format::Png => pictures
            .iter()
            .enumerate()
            .map(|(page, picture)| {
                let bytes = png(picture).map_err(|error| PrintError::Encode {
                    file: file.to_owned(),
                    reason: error.to_string(),
                })?;
                Ok((ending(page), bytes))
            })
            .collect(),
    }
}

/// The pixels of `area`, cut from a page at [`PNG_PIXELS_PER_MM`].
pub(super) fn cut(page: &Raster, area: Area) -> Raster {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place on a page is a small positive number of pixels"
    )]
    let pixel = |mm: f64| (mm * PNG_PIXELS_PER_MM).round() as u32;
    let (x, y, side) = (pixel(area.x_mm), pixel(area.y_mm), pixel(area.width_mm));
    image::imageops::crop_imm(page, x, y, side, side).to_image()
}

/// A PNG that knows its size on paper, so that it prints at 100 %.
fn png(raster: &Raster) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, raster.width(), raster.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: 11_811,
        yppu: 11_811,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(raster.as_raw())?;
    writer.finish()?;
    Ok(bytes)
}
