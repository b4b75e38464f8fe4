//! A text -> its QR Code symbol (ISO/IEC 18004), with a quiet zone of four modules.
//!
//! Only the matrix and its drawing: how large it is printed is `layout`'s work, and that it scans is
//! `proof`'s. A symbol may have a [`Logo`] in its middle.

mod logo;

use std::fmt::Write;
use std::ops::Range;

use qrcode::bits::encode_auto;
use qrcode::{EcLevel, QrCode, Version};

use super::PrintError;
pub use logo::{FILES as LOGO_FILES, Logo, MOST_OF_SIDE, modules_for as logo_modules};

/// The quiet zone that ISO/IEC 18004 asks for on all sides, in modules.
pub const QUIET_ZONE: u32 = 4;

/// A QR symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    text: String,
    version: u8,
    level: char,
    side: u32,
    modules: Vec<bool>,
    middle: Option<Middle>,
}

/// What stands in the middle in place of modules.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Middle {
    logo: Logo,
    /// Across, in modules.
    modules: u32,
}

impl Symbol {
    /// The smallest symbol of error correction level Q that says `text`; level H where the same
    /// size has room for it.
    pub fn new(text: &str) -> Result<Self, PrintError> {
        let too_long = |_| PrintError::UrlTooLong { url: text.to_owned() };
        // Only one of the two is drawn: trying all masks is what takes the time.
        let at_q = encode_auto(text.as_bytes(), EcLevel::Q).map_err(too_long)?;
        if let Ok(code) = QrCode::with_version(text, at_q.version(), EcLevel::H) {
            return Ok(Self::of(text, code, 'H'));
        }
        let code = QrCode::with_bits(at_q, EcLevel::Q).map_err(too_long)?;
        Ok(Self::of(text, code, 'Q'))
    }

    /// The smallest symbol at level M, for a page that carries its own address: each byte is sent.
    pub fn small(text: &str) -> Result<Self, PrintError> {
        let too_long = |_| PrintError::UrlTooLong { url: text.to_owned() };
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(too_long)?;
        Ok(Self::of(text, code, 'M'))
    }

    /// The smallest symbol of level H, which outlives what a logo covers, with `logo` in its middle.
    pub fn with_logo(text: &str, logo: &Logo) -> Result<Self, PrintError> {
        let too_long = |_| PrintError::UrlTooLong { url: text.to_owned() };
        let code = QrCode::with_error_correction_level(text, EcLevel::H).map_err(too_long)?;
        let symbol = Self::of(text, code, 'H');
        let modules = logo::modules_for(symbol.side);
        Ok(symbol.covered(logo, modules))
    }

    /// The same with a logo on `modules` by `modules` of it, however many they are.
    pub(super) fn covered(self, logo: &Logo, modules: u32) -> Self {
        Self { middle: Some(Middle { logo: logo.clone(), modules }), ..self }
    }

    fn of(text: &str, code: QrCode, level: char) -> Self {
        let version = match code.version() {
            Version::Normal(version) | Version::Micro(version) => u8::try_from(version),
        };
        Self {
            text: text.to_owned(),
            version: version.expect("a version is 1 to 40"),
            level,
            side: u32::try_from(code.width()).expect("a symbol has 21 to 177 modules"),
            modules: code.into_colors().into_iter().map(|c| c == qrcode::Color::Dark).collect(),
            middle: None,
        }
    }

    /// What it says.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// 1 to 40.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// `Q` or `H`.
    pub fn level(&self) -> char {
        self.level
    }

    /// Modules across, without the quiet zone.
    pub fn side(&self) -> u32 {
        self.side
    }

    /// Modules across, with the quiet zone.
    pub fn side_with_quiet_zone(&self) -> u32 {
        self.side + 2 * QUIET_ZONE
    }

    /// How many modules across the logo takes: 0 where there is none.
    pub fn logo_modules(&self) -> u32 {
        self.middle.as_ref().map_or(0, |middle| middle.modules)
    }

    /// Whether a module is given up to the logo; column and row count as in [`Self::is_dark`].
    pub fn is_under_logo(&self, column: u32, row: u32) -> bool {
        let logo = self.logo_span();
        logo.contains(&column) && logo.contains(&row)
    }

    fn logo_span(&self) -> Range<u32> {
        let from = (self.side_with_quiet_zone() - self.logo_modules()) / 2;
        from..from + self.logo_modules()
    }

    /// Whether a module is dark; column and row count from the top left of the quiet zone.
    pub fn is_dark(&self, column: u32, row: u32) -> bool {
        let inside = |at: u32| at.checked_sub(QUIET_ZONE).filter(|at| *at < self.side);
        inside(column)
            .zip(inside(row))
            .is_some_and(|(column, row)| self.modules[(row * self.side + column) as usize])
    }

    /// The symbol with its quiet zone as SVG: one path of merged runs, so that no printer and no
    /// viewer shows hairlines between modules. A logo stands on white, half a module of it around.
    pub fn svg(&self) -> String {
        let side = self.side_with_quiet_zone();
        let mut path = String::new();
        let is_drawn = |column, row| self.is_dark(column, row) && !self.is_under_logo(column, row);
        for row in 0..side {
            let mut column = 0;
            while column < side {
                let end = (column..side).find(|at| !is_drawn(*at, row)).unwrap_or(side);
                let run = end - column;
                if run > 0 {
                    let drawn = write!(path, "M{column} {row}h{run}v1h-{run}z");
                    drawn.expect("writing into memory cannot fail");
                }
                column += run.max(1);
            }
        }
        let logo = self.middle.as_ref().map_or_else(String::new, |middle| {
            let from = f64::from(self.logo_span().start) + 0.5;
            middle.logo.svg(from, f64::from(middle.modules) - 1.0)
        });
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
             <path fill=\"#000\" d=\"{path}\"/>{logo}</svg>"
        )
    }

    /// The symbol as short SVG, without a logo: a stroke for each run of a row, from where the last
    /// one ended.
    pub fn short_svg(&self) -> String {
        let side = self.side_with_quiet_zone();
        let mut path = String::new();
        for row in 0..side {
            let mut pen = None;
            let mut column = 0;
            while column < side {
                let end = (column..side).find(|at| !self.is_dark(*at, row)).unwrap_or(side);
                let run = end - column;
                if run > 0 {
                    let drawn = match pen {
                        None => write!(path, "M{column} {row}.5h{run}"),
                        Some(pen) => write!(path, "m{} 0h{run}", column - pen),
                    };
                    drawn.expect("writing into memory cannot fail");
                    pen = Some(end);
                }
                column += run.max(1);
            }
        }
        format!(
            "<svg viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path stroke=\"#000\" d=\"{path}\"/></svg>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_address_takes_a_small_symbol_at_the_highest_level_that_is_free() {
        let symbol = Symbol::new("https://fy.example.cn/200041T").unwrap();
        assert_eq!((symbol.version(), symbol.level(), symbol.side()), (3, 'Q', 29));
        let upper = Symbol::new("HTTPS://FY.EXAMPLE.CN/200041T").unwrap();
        assert_eq!((upper.version(), upper.side()), (2, 25));
        assert_eq!(Symbol::new("hi").unwrap().level(), 'H');
        assert!(Symbol::new(&"x".repeat(3000)).is_err());
    }

    #[test]
    fn the_quiet_zone_is_white_and_the_finders_stand_behind_it() {
        let symbol = Symbol::new("https://fy.example.cn/200041T").unwrap();
        let side = symbol.side_with_quiet_zone();
        for at in 0..side {
            for edge in 0..QUIET_ZONE {
                assert!(!symbol.is_dark(at, edge) && !symbol.is_dark(edge, at));
                assert!(
                    !symbol.is_dark(at, side - 1 - edge) && !symbol.is_dark(side - 1 - edge, at)
                );
            }
        }
        assert!((0..7).all(|i| symbol.is_dark(QUIET_ZONE + i, QUIET_ZONE)));
        assert!(!symbol.is_dark(side, side));
    }

    #[test]
    fn the_short_drawing_has_every_module_and_no_other() {
        let symbol = Symbol::small("https://fy.example.cn/g/fees").unwrap();
        assert_eq!((symbol.version(), symbol.level()), (3, 'M'));
        let side = symbol.side_with_quiet_zone();
        let svg = symbol.short_svg();
        let path = svg.rsplit("d=\"").next().unwrap().split('"').next().unwrap();
        let mut drawn = vec![false; (side * side) as usize];
        for line in path.split('M').skip(1) {
            let (start, rest) = line.split_once(".5").unwrap();
            let (column, row) = start.split_once(' ').unwrap();
            let (mut column, row): (u32, u32) = (column.parse().unwrap(), row.parse().unwrap());
            for step in rest.split('m') {
                let (skip, run) = step.split_once('h').unwrap();
                column += skip.strip_suffix(" 0").map_or(0, |skip| skip.parse::<u32>().unwrap());
                let run: u32 = run.parse().unwrap();
                (column..column + run).for_each(|at| drawn[(row * side + at) as usize] = true);
                column += run;
            }
        }
        let all = (0..side).flat_map(|row| (0..side).map(move |column| (column, row)));
        for (column, row) in all {
            let at = (row * side + column) as usize;
            assert_eq!(drawn[at], symbol.is_dark(column, row), "{column} {row}");
        }
    }
}
