//! `printables/<layout>/` -> [`Layout`]: the design and its measures. Changed without Rust.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Words};
use crate::domain::guide::Language;
use crate::domain::site::SiteFiles;
use crate::domain::topic::Topic;
use crate::typeset::Area;

/// The layout that is printed where none is named.
pub const DEFAULT: &str = "a4-poster";

/// One printer dot at 300 dpi, in millimetres: modules measure a whole number of them.
pub const DOT_MM: f64 = 25.4 / 300.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    layout: RawLayout,
    symbol: RawSymbol,
    #[serde(default)]
    limits: serde_json::Value,
    words: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawLayout {
    name: String,
    title_zh: String,
    title_en: String,
    #[serde(rename = "paper")]
    _paper: String,
    #[serde(rename = "width_mm")]
    width_mm: f64,
    #[serde(rename = "height_mm")]
    height_mm: f64,
    #[serde(default)]
    one_code: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the file's keys, each with its unit")]
struct RawSymbol {
    x_mm: f64,
    y_mm: f64,
    box_mm: f64,
    min_symbol_mm: f64,
}

/// A design for one kind of piece.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Its folder's name.
    pub name: String,
    /// What it is called, in both languages of the command line.
    pub title: Words,
    /// The template.
    pub template: String,
    /// What the template has room for, handed to it as it stands.
    pub limits: serde_json::Value,
    /// Whether it lists all topics beside the one code: then it is made for topic 0 alone.
    pub one_code: bool,
    symbol: SymbolBox,
    words: BTreeMap<String, BTreeMap<String, String>>,
}

/// The square kept for the symbol.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_field_names, reason = "each field says its unit")]
struct SymbolBox {
    x_mm: f64,
    y_mm: f64,
    side_mm: f64,
    least_mm: f64,
}

/// Where a symbol stands on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SymbolPlace {
    /// The square of the symbol with its quiet zone.
    pub area: Area,
    /// One module.
    pub module_mm: f64,
    /// The symbol's width without its quiet zone.
    pub symbol_mm: f64,
}

impl Layout {
    /// Whether this design is made for `topic`: what lists all topics leads to all of them.
    pub fn suits(&self, topic: &Topic) -> bool {
        !self.one_code || topic.number.get() == 0
    }

    /// Where a symbol of `side` modules (without quiet zone) stands: as large as the box allows with
    /// modules of a whole number of printer dots. `None` where that is smaller than it must be.
    pub fn place_symbol(&self, side: u32) -> Result<SymbolPlace, (f64, f64)> {
        let side = f64::from(side);
        let across = side + 2.0 * f64::from(super::symbol::QUIET_ZONE);
        // Half a dot of grace: 107 mm are not a whole number of dots, either.
        let dots = (self.symbol.side_mm / DOT_MM / across + 1e-9).floor();
        let module_mm = dots * DOT_MM;
        let symbol_mm = module_mm * side;
        if symbol_mm < self.symbol.least_mm {
            return Err((symbol_mm, self.symbol.least_mm));
        }
        let width_mm = module_mm * across;
        let to_dot = |mm: f64| (mm / DOT_MM).round() * DOT_MM;
        let margin = (self.symbol.side_mm - width_mm) / 2.0;
        let area = Area {
            x_mm: to_dot(self.symbol.x_mm + margin),
            y_mm: to_dot(self.symbol.y_mm + margin),
            width_mm,
            height_mm: width_mm,
        };
        Ok(SymbolPlace { area, module_mm, symbol_mm })
    }

    /// The fixed words in `language`.
    pub fn words(&self, language: Language) -> Option<&BTreeMap<String, String>> {
        self.words.get(language.tag())
    }
}

/// Reads every layout of a site, by name.
pub fn load(files: &SiteFiles, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Layout> {
    let mut layouts = BTreeMap::new();
    for (file, bytes) in files.under("printables/") {
        if let Some(folder) =
            file.strip_prefix("printables/").and_then(|f| f.strip_suffix("/layout.toml"))
            && !folder.contains('/')
        {
            match read(folder, file, bytes, files) {
                Ok(layout) => {
                    layouts.insert(folder.to_owned(), layout);
                }
                Err(fault) => diagnostics.push(fault),
            }
        }
    }
    layouts
}

#[expect(clippy::result_large_err, reason = "made at most once a layout")]
fn read(folder: &str, file: &str, bytes: &[u8], files: &SiteFiles) -> Result<Layout, Diagnostic> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Diagnostic::error(file, 0..0, Words::new("not UTF-8 text", "不是 UTF-8 文本"))
    })?;
    let raw: Raw = toml::from_str(text).map_err(|error| {
        let message = error.message().trim().replace('\n', " ");
        Diagnostic::error(file, error.span().unwrap_or(0..0), Words::same(message))
    })?;
    let template = format!("printables/{folder}/main.typ");
    let source = files.get(&template).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let Some(source) = source else {
        return Err(Diagnostic::error(
            template,
            0..0,
            Words::new("no such file, or not UTF-8 text", "没有这个文件，或不是 UTF-8 文本"),
        ));
    };
    let fault = |en: &str, zh: &str| Diagnostic::error(file, 0..0, Words::new(en, zh));
    if raw.layout.name != folder {
        return Err(fault("`name` is not the folder's name", "name 应与文件夹同名"));
    }
    let symbol = &raw.symbol;
    let fits = |from: f64, page: f64| from >= 0.0 && from + symbol.box_mm <= page;
    if !fits(symbol.x_mm, raw.layout.width_mm) || !fits(symbol.y_mm, raw.layout.height_mm) {
        return Err(fault("the symbol's box is not on the page", "二维码的方框超出了纸面"));
    }
    Ok(Layout {
        name: raw.layout.name,
        title: Words::new(raw.layout.title_en, raw.layout.title_zh),
        template: source.to_owned(),
        limits: raw.limits,
        one_code: raw.layout.one_code,
        symbol: SymbolBox {
            x_mm: raw.symbol.x_mm,
            y_mm: raw.symbol.y_mm,
            side_mm: raw.symbol.box_mm,
            least_mm: raw.symbol.min_symbol_mm,
        },
        words: raw.words,
    })
}
