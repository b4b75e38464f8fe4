//! `printables/logo.svg` or `printables/logo.png` -> [`Logo`]: what stands in the middle of symbols.
//!
//! How large it may be is said here, [`super::Symbol`] makes the room, and `proof` sees to it that
//! the symbol is read all the same.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, ImageReader};
use roxmltree::{Document, ParsingOptions};
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Words};
use crate::domain::site::SiteFiles;
use crate::typeset::{Engine, Fonts};

/// Where a site keeps its logo; the first that is there counts.
pub const FILES: [&str; 2] = ["printables/logo.svg", "printables/logo.png"];

/// A logo takes at most this share of a symbol's side, in per cent: 4 % of its area.
pub const MOST_OF_SIDE: u32 = 20;

/// A logo of more bytes is refused: it is in every file that is printed.
const MOST_BYTES: usize = 256 * 1024;

/// A PNG of more pixels a side is refused: it is unpacked for each piece, and no printer shows as many.
const MOST_PIXELS: u32 = 2048;

/// What is lighter is white, in each colour.
const WHITE: u8 = 245;

/// A picture for the middle of symbols.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    href: String,
}

impl Logo {
    /// The logo of a site; `None` where it has none, or one with a fault.
    pub fn load(files: &SiteFiles, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let (file, bytes) = FILES.into_iter().find_map(|file| Some((file, files.get(file)?)))?;
        for unused in FILES.into_iter().filter(|other| *other != file && files.get(other).is_some())
        {
            let (en, zh) = (
                format!("this logo is not used, since there is {file}: remove one of the two"),
                format!("有了 {file}，这个徽标就不用了：请删掉其中一个"),
            );
            diagnostics.push(Diagnostic::warning(unused, 0..0, Words::new(en, zh)));
        }
        let read = Self::read(bytes);
        read.map_err(|words| diagnostics.push(Diagnostic::error(file, 0..0, words))).ok()
    }

    /// Reads a PNG picture, or an SVG drawing of shapes alone.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(bytes: &[u8]) -> Result<Self, Words> {
        if bytes.len() > MOST_BYTES {
            return Err(Words::new(
                "the logo is larger than 256 KB: it is in every file that is printed",
                "徽标超过 256 KB：它会印进每一个文件，请换小一些的",
            ));
        }
        let kind = if bytes.starts_with(b"\x89PNG") {
            let reader = || ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
            if let Ok((width, height)) = reader().into_dimensions()
                && width.max(height) > MOST_PIXELS
            {
                return Err(Words::new(
                    "the logo has more than 2,048 pixels on a side: make it smaller",
                    "徽标的边长超过 2048 像素：请缩小",
                ));
            }
            reader().decode().map_err(|error| {
                let reason = error.to_string();
                Words::new(
                    format!("this PNG picture cannot be read: {reason}"),
                    format!("这个 PNG 图片读不出来：{reason}"),
                )
            })?;
            "image/png"
        } else {
            drawing(bytes)?;
            "image/svg+xml"
        };
        let logo = Self { href: format!("data:{kind};base64,{}", STANDARD.encode(bytes)) };
        if logo.is_seen() {
            return Ok(logo);
        }
        Err(Words::new(
            "nothing of this logo is seen on white paper: it is white or transparent throughout, or lies \
             outside its viewBox",
            "这个徽标在白纸上什么也看不见：它全是白色或透明的，或者画在 viewBox 之外",
        ))
    }

    /// The picture as SVG, in a square `side` wide that is `from` away from the left and the top. What it
    /// draws beyond its own edges is cut off: there are modules.
    pub(super) fn svg(&self, from: f64, side: f64) -> String {
        format!(
            "<clipPath id=\"logo\"><path d=\"M{from} {from}h{side}v{side}h-{side}z\"/></clipPath>\
             <image clip-path=\"url(#logo)\" x=\"{from}\" y=\"{from}\" width=\"{side}\" \
             height=\"{side}\" href=\"{}\"/>",
            self.href
        )
    }

    /// Whether it leaves anything on white paper.
    fn is_seen(&self) -> bool {
        let template = "#set page(width: 64mm, height: 64mm, margin: 0mm)\n\
                        #image(\"/logo.svg\", width: 64mm, height: 64mm)";
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">";
        let pictures =
            vec![("/logo.svg".to_owned(), format!("{svg}{}</svg>", self.svg(0.0, 64.0)))];
        let Ok(fonts) = Fonts::read(std::iter::empty::<(String, Vec<u8>)>()) else { return false };
        let pages = Engine::new(template, &[], &fonts).typeset(&Value::Null, pictures);
        // Fine lines are more than a breath at four pixels a millimetre.
        let raster = pages.map(|pages| pages.raster(0, 4.0)).unwrap_or_default();
        raster.iter().any(|value| *value < WHITE)
    }
}

/// Whether `bytes` are a drawing that looks the same everywhere: text would need a font, and a
/// picture in a drawing in a symbol is shown by some viewers only.
fn drawing(bytes: &[u8]) -> Result<(), Words> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.contains("<svg"));
    let Some(text) = text else {
        return Err(Words::new(
            "neither a PNG picture nor an SVG drawing",
            "既不是 PNG 图片，也不是 SVG 图形",
        ));
    };
    // Drawing programs name a document type.
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let tree = Document::parse_with_options(text, options).map_err(|error| {
        Words::new(
            format!("this SVG drawing cannot be read: {error}"),
            format!("这个 SVG 图形读不出来：{error}"),
        )
    })?;
    let has =
        |names: &[&str]| tree.descendants().any(|node| names.contains(&node.tag_name().name()));
    if has(&["image", "text", "foreignObject"]) {
        return Err(Words::new(
            "a logo as SVG is drawn of shapes alone: turn its text and pictures into paths",
            "SVG 徽标只能由图形组成：请把其中的文字和图片转成路径",
        ));
    }
    if !has(&["path", "rect", "circle", "ellipse", "line", "polyline", "polygon"]) {
        return Err(Words::new("this SVG drawing is empty", "这个 SVG 图形是空的"));
    }
    Ok(())
}

/// The side of the square, in modules, that a logo takes of a symbol of `side` modules: at most
/// [`MOST_OF_SIDE`] of it, and odd as every symbol's side is, so that it is in the very middle.
pub fn modules_for(side: u32) -> u32 {
    let most = side * MOST_OF_SIDE / 100;
    most - u32::from(most.is_multiple_of(2) && most > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(bytes: &[u8]) -> String {
        let mut files = SiteFiles::default();
        files.insert(FILES[0], bytes.to_vec());
        let mut diagnostics = Vec::new();
        assert_eq!(Logo::load(&files, &mut diagnostics), None);
        diagnostics.remove(0).message.in_tongue(crate::diagnostic::Tongue::English).to_owned()
    }

    #[test]
    fn a_logo_takes_at_most_a_fifth_of_the_side_and_an_odd_number_of_modules() {
        let taken: Vec<u32> = [21, 25, 29, 33, 37, 177].map(modules_for).into();
        assert_eq!(taken, [3, 5, 5, 5, 7, 35]);
    }

    #[test]
    fn a_file_that_is_no_logo_is_told_with_its_name_and_why() {
        assert_eq!(fault(b"GIF89a"), "neither a PNG picture nor an SVG drawing");
        assert!(fault(b"\x89PNG\r\n\x1a\n").starts_with("this PNG picture cannot be read"));
        let mut large = Cursor::new(Vec::new());
        let picture = image::GrayImage::new(MOST_PIXELS + 1, 1);
        picture.write_to(&mut large, ImageFormat::Png).unwrap();
        assert!(fault(large.get_ref()).contains("2,048 pixels"));
        assert!(fault(b"<svg><text>A</text></svg>").contains("shapes alone"));
        assert!(fault(b"<svg><path d='M0 0'").starts_with("this SVG drawing cannot be read"));
        assert_eq!(fault(b"<svg/>"), "this SVG drawing is empty");
        assert!(fault(&vec![0; MOST_BYTES + 1]).contains("larger than 256 KB"));
    }

    #[test]
    fn a_logo_of_which_white_paper_shows_nothing_is_refused() {
        let drawn = |shape: &str| {
            let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>";
            Logo::read(format!("{svg}{shape}</svg>").as_bytes())
        };
        let mut clear = Cursor::new(Vec::new());
        let picture = image::RgbaImage::from_pixel(8, 8, image::Rgba([204, 0, 0, 0]));
        picture.write_to(&mut clear, ImageFormat::Png).unwrap();
        let unseen = [
            drawn("<path fill='#fff' d='M0 0h9v9H0z'/>"),
            drawn("<path fill='none' d='M0 0h9v9H0z'/>"),
            drawn("<path d='M10 0h9v9h-9z'/>"),
            Logo::read(clear.get_ref()),
        ];
        for (at, logo) in unseen.into_iter().enumerate() {
            let told = logo.expect_err(&format!("logo {at}"));
            let told = told.in_tongue(crate::diagnostic::Tongue::English);
            assert!(told.starts_with("nothing of this logo is seen"), "logo {at}: {told}");
        }
        // White on white is seen by what is around it; so is a fine line, and a pale ground.
        assert!(drawn("<path fill='#fff' d='M0 0h9v9H0z'/><path d='M4 4h.1v.1z'/>").is_ok());
        assert!(drawn("<path fill='none' stroke='#000' stroke-width='.05' d='M0 4h9'/>").is_ok());
        assert!(drawn("<path fill='#ffe' d='M0 0h9v9H0z'/>").is_ok());
    }

    #[test]
    fn of_two_logos_the_one_that_is_not_used_is_told_of() {
        let mut files = SiteFiles::default();
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M0 0h9v9z'/></svg>";
        files.insert(FILES[0], svg.to_vec());
        files.insert(FILES[1], b"of no matter".to_vec());
        let mut diagnostics = Vec::new();
        assert_eq!(Logo::load(&files, &mut diagnostics), Some(Logo::read(svg).unwrap()));
        let told: Vec<_> = diagnostics.iter().map(|d| (&*d.file, d.is_error())).collect();
        assert_eq!(told, [(FILES[1], false)]);
    }

    #[test]
    fn a_site_without_a_logo_has_none_and_no_fault() {
        let mut diagnostics = Vec::new();
        assert_eq!(Logo::load(&SiteFiles::default(), &mut diagnostics), None);
        assert!(diagnostics.is_empty());
    }
}
