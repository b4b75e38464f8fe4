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

/// The narrowest module, in millimetres, whatever a layout says (GS1 prints none below 0.396).
const LEAST_MODULE_MM: f64 = 0.4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    layout: RawLayout,
    symbol: OneOrMore,
    sheet: Option<Sheet>,
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
    #[serde(default = "one")]
    pages: usize,
}

/// `[symbol]` where a piece has one, `[[symbol]]` where it has more.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(SymbolBox),
    More(Vec<SymbolBox>),
}

fn one() -> usize {
    1
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
    /// The paper's width and height in millimetres.
    pub paper_mm: (f64, f64),
    /// How many pages a piece has, or a sheet.
    pub pages: usize,
    /// How many pieces stand on one page, where they do.
    pub sheet: Option<Sheet>,
    /// The squares kept for symbols: at least one, and just one on a sheet's piece.
    pub symbols: Vec<SymbolBox>,
    words: BTreeMap<String, BTreeMap<String, String>>,
}

/// A sheet of labels or cards: equal rectangles in columns and rows.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// How many stand side by side.
    pub columns: usize,
    /// How many stand one below the other.
    pub rows: usize,
    /// From the page's left edge to the first one, in millimetres.
    pub left_mm: f64,
    /// From the page's top edge to the first one.
    pub top_mm: f64,
    /// One's width.
    pub width_mm: f64,
    /// One's height.
    pub height_mm: f64,
    /// From one's left edge to the next one's.
    pub pitch_x_mm: f64,
    /// From one's top edge to the next one's.
    pub pitch_y_mm: f64,
    /// So far from one's edge nothing is printed: printers shift. That much of it may be off the page.
    #[serde(default)]
    pub safe_mm: f64,
}

impl Sheet {
    /// How many pieces stand on it.
    pub fn slots(&self) -> usize {
        self.columns * self.rows
    }

    /// The top left corner, in millimetres, of a slot, counted from 0 along the rows.
    pub fn corner(&self, slot: usize, fit: &Fit) -> (f64, f64) {
        let along = |at: usize, first: f64, pitch: f64| {
            first + f64::from(u32::try_from(at).unwrap_or(u32::MAX)) * pitch * fit.pitch_scale
        };
        let (column, row) = (slot % self.columns, slot / self.columns);
        (
            along(column, self.left_mm, self.pitch_x_mm) + fit.offset_mm.0,
            along(row, self.top_mm, self.pitch_y_mm) + fit.offset_mm.1,
        )
    }

    /// Whether what is printed in the slots keeps on the paper.
    pub fn holds(&self, fit: &Fit, (width, height): (f64, f64)) -> bool {
        let (first, last) = (self.corner(0, fit), self.corner(self.slots().saturating_sub(1), fit));
        let on = |from: f64, to: f64, room: f64| {
            from + self.safe_mm >= -ROUNDING && to - self.safe_mm <= room + ROUNDING
        };
        on(first.0, last.0 + self.width_mm, width) && on(first.1, last.1 + self.height_mm, height)
    }
}

/// What sums of millimetres may be off.
const ROUNDING: f64 = 1e-9;

/// How a printer that does not hit the labels is made to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Everything on a sheet is moved to the right and down by so much, in millimetres.
    pub offset_mm: (f64, f64),
    /// Columns and rows stand so many times as far apart.
    pub pitch_scale: f64,
}

impl Default for Fit {
    fn default() -> Self {
        Self { offset_mm: (0.0, 0.0), pitch_scale: 1.0 }
    }
}

/// The square kept for a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SymbolBox {
    /// On which of the piece's pages, from 1.
    #[serde(default = "one")]
    pub page: usize,
    /// From the left edge of the page, or of the sheet's slot, in millimetres.
    pub x_mm: f64,
    /// From its top edge.
    pub y_mm: f64,
    /// Its side.
    pub box_mm: f64,
    /// Symbols narrower than this, without their quiet zone, are refused.
    pub min_symbol_mm: f64,
    /// Whether it stands upside down, as on the far face of a folded tent.
    #[serde(default)]
    pub turned: bool,
}

impl SymbolBox {
    /// Where a symbol of `side` modules (without quiet zone) stands: as large as the box allows with
    /// modules of a whole number of printer dots; `corner` is that of its page or slot. Where that
    /// is smaller than it must be: what it would measure, and what is asked for.
    pub fn place(&self, side: u32, corner: (f64, f64)) -> Result<SymbolPlace, (f64, f64)> {
        let side = f64::from(side);
        let across = side + 2.0 * f64::from(super::symbol::QUIET_ZONE);
        let dots = (self.box_mm / DOT_MM / across + 1e-9).floor();
        let module_mm = dots * DOT_MM;
        let symbol_mm = module_mm * side;
        let least_mm = self.min_symbol_mm.max(LEAST_MODULE_MM * side);
        if symbol_mm < least_mm {
            return Err((symbol_mm, least_mm));
        }
        let width_mm = module_mm * across;
        let to_dot = |mm: f64| (mm / DOT_MM).round() * DOT_MM;
        let margin = (self.box_mm - width_mm) / 2.0;
        let area = Area {
            x_mm: to_dot(corner.0 + self.x_mm + margin),
            y_mm: to_dot(corner.1 + self.y_mm + margin),
            width_mm,
            height_mm: width_mm,
        };
        Ok(SymbolPlace { area, module_mm, symbol_mm })
    }
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

    /// How many pieces stand together: those of a sheet, else one.
    pub fn slots(&self) -> usize {
        self.sheet.map_or(1, |sheet| sheet.slots())
    }

    /// The fixed words in `language`.
    pub fn words(&self, language: Language) -> Option<&BTreeMap<String, String>> {
        self.words.get(language.tag())
    }
}

/// What templates may import: every `printables/NAME.typ`, as `/NAME.typ`.
pub fn parts(files: &SiteFiles) -> Vec<(String, String)> {
    files
        .under("printables/")
        .filter_map(|(file, bytes)| {
            let name = file.strip_prefix("printables")?;
            let is_part = name.strip_suffix(".typ")?.matches('/').count() == 1;
            is_part.then(|| (name.to_owned(), String::from_utf8_lossy(bytes).into_owned()))
        })
        .collect()
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
    let symbols = match raw.symbol {
        OneOrMore::One(symbol) => vec![symbol],
        OneOrMore::More(symbols) => symbols,
    };
    let paper_mm = (raw.layout.width_mm, raw.layout.height_mm);
    // A sheet's symbols are measured from the corner of their slot.
    let (width, height) = raw.sheet.map_or(paper_mm, |sheet| (sheet.width_mm, sheet.height_mm));
    let on_it = |symbol: &SymbolBox| {
        let fits = |from: f64, room: f64| from >= 0.0 && from + symbol.box_mm <= room;
        (1..=raw.layout.pages).contains(&symbol.page)
            && fits(symbol.x_mm, width)
            && fits(symbol.y_mm, height)
    };
    if symbols.is_empty() || !symbols.iter().all(on_it) {
        return Err(fault("the symbol's box is not on the page", "二维码的方框超出了纸面"));
    }
    if raw.sheet.is_some_and(|sheet| !is_on_paper(&sheet, paper_mm)) {
        return Err(fault("the sheet's slots are not on the page", "标签超出了纸面"));
    }
    Ok(Layout {
        name: raw.layout.name,
        title: Words::new(raw.layout.title_en, raw.layout.title_zh),
        template: source.to_owned(),
        limits: raw.limits,
        one_code: raw.layout.one_code,
        paper_mm,
        pages: raw.layout.pages,
        sheet: raw.sheet,
        symbols,
        words: raw.words,
    })
}

/// Whether a sheet has slots, and all of them are on the paper.
fn is_on_paper(sheet: &Sheet, paper_mm: (f64, f64)) -> bool {
    let whole = Sheet { safe_mm: 0.0, ..*sheet };
    sheet.slots() > 0 && sheet.safe_mm >= 0.0 && whole.holds(&Fit::default(), paper_mm)
}
