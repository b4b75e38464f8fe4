//! Composes a document: the designs of its [`Layout`]s filled in, every symbol proven, and exported.
//!
//! Pure: no files, no clock. A template's file defines `pages(data)`, which sets one piece, or one
//! sheet of them; what stands in `data` is in `group_data` and in `Subject::fields`.

mod blame;
mod export;

use std::sync::Arc;

use serde_json::{Value, json};

use super::address::BaseUrl;
use super::index;
use super::layout::{Fit, Layout, SymbolPlace};
use super::proof::{Facing, Proof, Rigour, prove_as};
use super::subject::{Subject, all_text, icon_path};
use super::symbol::{Logo, Symbol};
use super::{Piece, PrintError};
use crate::diagnostic::Tongue;
use crate::domain::guide::Language;
use crate::typeset::{Engine, Fonts, Pages, Raster};
use blame::{fault, names, piece};
use export::{PNG_PIXELS_PER_MM, cut, export};

/// Pixels a module in the raster that is proven, where the piece itself has no pixels.
const PROOF_PIXELS: f64 = 4.0;

/// The same where spoilt copies are made of it: slanted ones need finer edges.
const STRICT_PIXELS: f64 = 6.0;

/// How far colour runs over the cut on all sides, where a printing works cuts: the trade's 3 mm.
const BLEED_MM: f64 = 3.0;

/// What a piece is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Vector, text selectable, PDF/UA-1.
    Pdf,
    /// Pixels at 300 dpi.
    Png,
    /// Vector, text as outlines.
    Svg,
}

impl Format {
    /// The file name's ending.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Svg => "svg",
        }
    }
}

/// How pieces are made.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The address that codes are printed with.
    pub base_url: BaseUrl,
    /// What pieces are written as.
    pub format: Format,
    /// How a printer that does not hit the labels is made to.
    pub fit: Fit,
    /// Whether the edges of a sheet's slots are drawn, to be held against the stock.
    pub outline: bool,
    /// Whether colour runs over the cut, for a printing works.
    pub bleed: bool,
    /// How hard each symbol is tried.
    pub rigour: Rigour,
    /// What stands in the middle of each symbol.
    pub logo: Option<Arc<Logo>>,
}

impl Setup {
    /// As an office prints.
    pub fn new(base_url: BaseUrl, format: Format) -> Self {
        Self {
            base_url,
            format,
            fit: Fit::default(),
            outline: false,
            bleed: false,
            rigour: Rigour::Plain,
            logo: None,
        }
    }
}

/// What is set at once: one piece, or one sheet of them.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// Its design.
    pub layout: &'a Layout,
    /// Which slots hold what, counted from 0; slot 0 alone where it is no sheet. Never empty.
    pub slots: Vec<(usize, Subject<'a>)>,
}

impl Group<'_> {
    fn first(&self) -> &Subject<'_> {
        &self.slots[0].1
    }
}

/// A finished document that has been proven.
pub struct Printed {
    /// Its files' endings before the dot (empty for the first one, `-2` for the second picture) and
    /// their bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Its symbols.
    pub symbols: Vec<Proven>,
    /// Small pictures of its pieces that differ, where they were asked for.
    pub thumbnails: Vec<Raster>,
}

/// A symbol on a page, with the evidence that it scans.
pub struct Proven {
    /// In which group of the document, from 0.
    pub group: usize,
    /// Which of the group's subjects, from 0.
    pub subject: usize,
    /// The page, from 1.
    pub page: usize,
    /// The slot on the sheet, from 1; else which of the piece's symbols.
    pub slot: usize,
    /// The symbol.
    pub symbol: Symbol,
    /// Where it stands.
    pub place: SymbolPlace,
    /// The evidence that it scans.
    pub proof: Proof,
}

/// A symbol that has its place but is not typeset yet.
struct Placed {
    group: usize,
    subject: usize,
    page: usize,
    slot: usize,
    symbol: usize,
    place: SymbolPlace,
    turned: bool,
}

/// Makes documents of the same layouts, one after the other. One a thread.
pub struct Press<'a> {
    layouts: Vec<&'a Layout>,
    fonts: &'a Fonts,
    engine: Engine,
    thumbnails: bool,
}

impl<'a> Press<'a> {
    /// A press for `layouts`, which may import `parts`.
    pub fn new(layouts: &[&'a Layout], parts: &[(String, String)], fonts: &'a Fonts) -> Self {
        let file = |layout: &Layout| format!("/{}/main.typ", layout.name);
        let imports = layouts.iter().enumerate();
        let imports =
            imports.map(|(at, layout)| format!("#import \"{}\" as layout-{at}\n", file(layout)));
        let pages = (0..layouts.len()).map(|at| format!("layout-{at}.pages, "));
        // The title is set for a content of its own: among the styles of the pages it would keep Typst
        // from remembering anything for a piece of another title.
        let main = format!(
            "{}#let job = json(\"/data.json\")\n\
             #[#set document(title: job.title, author: job.author, keywords: job.keywords, date: none)]\n\
             #set page(bleed: job.bleed_mm * 1mm)\n\
             #for group in job.groups {{ ({},).at(group.layout)(group) }}\n",
            imports.collect::<String>(),
            pages.collect::<String>().trim_end_matches(", "),
        );
        let templates = layouts.iter().map(|layout| (file(layout), layout.template.clone()));
        let parts: Vec<_> = templates.chain(parts.iter().cloned()).collect();
        let engine = Engine::new(&main, &parts, fonts);
        Self { layouts: layouts.to_vec(), fonts, engine, thumbnails: false }
    }

    /// The same, also making small pictures of what it prints, or not.
    #[must_use]
    pub fn with_thumbnails(self, thumbnails: bool) -> Self {
        Self { thumbnails, ..self }
    }

    /// Composes and proves a document; `file` is what errors call it.
    pub fn print(
        &mut self,
        groups: &[Group<'_>],
        setup: &Setup,
        file: &str,
    ) -> Result<Printed, PrintError> {
        let (symbols, placed) = place_all(groups, setup)?;
        let pages = self.typeset(groups, setup, &symbols, &placed);
        let pages = pages.map_err(|error| self.blame(groups, setup, error))?;
        let pictures: Vec<Raster> = if setup.format == Format::Png {
            (0..pages.count()).map(|page| pages.raster(page, PNG_PIXELS_PER_MM)).collect()
        } else {
            Vec::new()
        };
        let mut proven = Vec::new();
        for at in placed {
            let symbol = &symbols[at.symbol];
            let raster = if let Some(picture) = pictures.get(at.page - 1) {
                cut(picture, at.place.area)
            } else {
                let pixels = match setup.rigour {
                    Rigour::Plain => PROOF_PIXELS,
                    Rigour::Strict => STRICT_PIXELS,
                };
                pages.raster_of(at.page - 1, at.place.area, pixels / at.place.module_mm)
            };
            let facing = if at.turned { Facing::UpsideDown } else { Facing::Upright };
            let proof = prove_as(&raster, symbol, setup.rigour, facing).map_err(|refusal| {
                let Group { layout, slots } = &groups[at.group];
                let (layout, piece) =
                    (layout.name.clone(), Box::new(Piece::of(&slots[at.subject].1)));
                PrintError::Refused { file: file.to_owned(), layout, piece, refusal }
            })?;
            let Placed { group, subject, page, slot, place, .. } = at;
            let symbol = symbol.clone();
            proven.push(Proven { group, subject, page, slot, symbol, place, proof });
        }
        let mut thumbnails = Vec::new();
        if self.thumbnails {
            for (page, group) in index::distinct(groups) {
                thumbnails.push(pages.raster(page, thumbnail_scale(group.layout)));
            }
        }
        let files = export(&pages, &pictures, groups, setup.format, file)?;
        Ok(Printed { files, symbols: proven, thumbnails })
    }

    /// Only the small pictures of a document that stands already.
    pub fn thumbnails(
        &mut self,
        groups: &[Group<'_>],
        setup: &Setup,
    ) -> Result<Vec<Raster>, PrintError> {
        let mut thumbnails = Vec::new();
        for (_, group) in index::distinct(groups) {
            let pages = self.compose(group, setup)?;
            thumbnails.push(pages.raster(0, thumbnail_scale(group.layout)));
        }
        Ok(thumbnails)
    }

    /// One piece, or a sheet, as pixels, unproven: for a look at the design.
    pub fn preview(
        &mut self,
        group: &Group<'_>,
        setup: &Setup,
        pixels_per_mm: f64,
    ) -> Result<Vec<Raster>, PrintError> {
        let pages = self.compose(group, setup)?;
        Ok((0..pages.count()).map(|page| pages.raster(page, pixels_per_mm)).collect())
    }

    fn compose(&mut self, group: &Group<'_>, setup: &Setup) -> Result<Pages, PrintError> {
        let composed = self.compose_as_it_is(group, setup);
        composed.map_err(|error| self.blame(std::slice::from_ref(group), setup, error))
    }

    /// The same, with errors that need not say which of the pieces is at fault.
    fn compose_as_it_is(&mut self, group: &Group<'_>, setup: &Setup) -> Result<Pages, PrintError> {
        let groups = std::slice::from_ref(group);
        let (symbols, placed) = place_all(groups, setup)?;
        self.typeset(groups, setup, &symbols, &placed)
    }

    fn typeset(
        &mut self,
        groups: &[Group<'_>],
        setup: &Setup,
        symbols: &[Symbol],
        placed: &[Placed],
    ) -> Result<Pages, PrintError> {
        let mut pictures: Vec<(String, String)> =
            symbols.iter().enumerate().map(|(at, s)| (symbol_path(at), s.svg())).collect();
        let mut list = Vec::new();
        for (at, group) in groups.iter().enumerate() {
            let of_group = |placed: &&Placed| placed.group == at;
            let mut data = group_data(group, setup, placed.iter().filter(of_group), symbols)?;
            let layout = self.layouts.iter().position(|layout| layout.name == group.layout.name);
            data["layout"] = json!(layout.expect("a press has the layouts of what it prints"));
            for (_, subject) in &group.slots {
                let icon = subject.icon(subject.topic).unwrap_or_default();
                pictures.push((icon_path(subject.topic), icon));
                if group.layout.one_code {
                    pictures.extend(subject.listed().1);
                }
            }
            list.push(data);
        }
        let data = document_data(groups, setup, &list);
        if let Some(characters) = self.fonts.missing(&all_text(&data)) {
            return Err(self.lacking(groups, setup, characters));
        }
        let pages = self.engine.typeset(&data, pictures).map_err(|source| fault(groups, source))?;
        let planned: usize = groups.iter().map(|group| group.layout.pages).sum();
        if pages.count() == planned {
            return Ok(pages);
        }
        let (layout, piece) = (names(groups), piece(groups));
        Err(PrintError::Pages { layout, piece, pages: pages.count(), planned })
    }

    /// That the fonts lack `characters`, with the first piece among many that shows one of them.
    fn lacking(&self, groups: &[Group<'_>], setup: &Setup, characters: String) -> PrintError {
        for Group { layout, slots } in groups {
            for (_, subject) in slots {
                let fields = subject.fields(&setup.base_url);
                if self.fonts.missing(&all_text(&fields)).is_some() {
                    let (layout, piece) = (layout.name.clone(), Some(Box::new(Piece::of(subject))));
                    return PrintError::Glyphs { characters, layout, piece };
                }
            }
        }
        PrintError::Glyphs { characters, layout: names(groups), piece: None }
    }
}

/// Pixels a millimetre in small pictures.
fn thumbnail_scale(layout: &Layout) -> f64 {
    index::PIXELS / layout.paper_mm.0.max(layout.paper_mm.1)
}

/// The symbols of `groups`, each once, and their places.
fn place_all(
    groups: &[Group<'_>],
    setup: &Setup,
) -> Result<(Vec<Symbol>, Vec<Placed>), PrintError> {
    let (mut symbols, mut placed) = (Vec::<Symbol>::new(), Vec::new());
    let mut pages = 0;
    for (at, group) in groups.iter().enumerate() {
        let layout = group.layout;
        for (which, (slot, subject)) in group.slots.iter().enumerate() {
            let url = setup.base_url.url(subject.code());
            let symbol = match &setup.logo {
                Some(logo) => Symbol::with_logo(&url, logo)?,
                None => Symbol::new(&url)?,
            };
            let corner = layout.sheet.map_or((0.0, 0.0), |sheet| sheet.corner(*slot, &setup.fit));
            for (nth, square) in layout.symbols.iter().enumerate() {
                let place =
                    square.place(symbol.side(), corner).map_err(|(symbol_mm, least_mm)| {
                        PrintError::SymbolTooSmall {
                            url: symbol.text().to_owned(),
                            modules: symbol.side(),
                            symbol_mm,
                            least_mm,
                            layout: layout.name.clone(),
                            piece: Some(Box::new(Piece::of(subject))),
                        }
                    })?;
                placed.push(Placed {
                    group: at,
                    subject: which,
                    page: pages + square.page,
                    slot: if layout.sheet.is_some() { slot + 1 } else { nth + 1 },
                    symbol: symbols.len(),
                    place,
                    turned: square.turned,
                });
            }
            symbols.push(symbol);
        }
        pages += layout.pages;
    }
    Ok((symbols, placed))
}

fn symbol_path(at: usize) -> String {
    format!("/symbol-{at}.svg")
}

/// What the whole document reads as `/data.json`.
fn document_data(groups: &[Group<'_>], setup: &Setup, list: &[Value]) -> Value {
    let first = groups[0].first();
    let alone = groups.len() == 1 && groups[0].slots.len() == 1;
    let title = if alone {
        first.title()
    } else {
        let tongue =
            if first.guide.language == Language::En { Tongue::English } else { Tongue::Chinese };
        format!("{}｜{}", groups[0].layout.title.in_tongue(tongue), first.court.name)
    };
    let keywords = [first.topic.id.to_string(), first.code().to_string()];
    json!({
        "title": title,
        "author": first.court.name,
        "keywords": if alone { &keywords[..] } else { &[] },
        "bleed_mm": bleed(setup),
        "groups": list,
    })
}

fn bleed(setup: &Setup) -> f64 {
    if setup.bleed { BLEED_MM } else { 0.0 }
}

/// What a layout's `pages(data)` reads of one piece; on a sheet, `slots` holds as much of each.
fn group_data<'p>(
    group: &Group<'_>,
    setup: &Setup,
    placed: impl Iterator<Item = &'p Placed>,
    symbols: &[Symbol],
) -> Result<Value, PrintError> {
    let (layout, first) = (group.layout, group.first());
    let words = |language| {
        layout.words(language).ok_or_else(|| PrintError::NoWords {
            layout: layout.name.clone(),
            language: language.tag().to_owned(),
        })
    };
    let mut of_subjects = vec![Vec::new(); group.slots.len()];
    for at in placed {
        let symbol = &symbols[at.symbol];
        of_subjects[at.subject].push(json!({
            "file": symbol_path(at.symbol),
            "alt": format!("二维码：{}", symbol.text()),
            "x_mm": at.place.area.x_mm,
            "y_mm": at.place.area.y_mm,
            "size_mm": at.place.area.width_mm,
            "module_mm": at.place.module_mm,
            "turned": at.turned,
        }));
    }
    let fields = group.slots.iter().zip(of_subjects).map(|((slot, subject), symbols)| {
        let mut fields = subject.fields(&setup.base_url);
        fields["symbol"] = symbols[0].clone();
        fields["symbols"] = json!(symbols);
        if let Some(sheet) = &layout.sheet {
            let (x_mm, y_mm) = sheet.corner(*slot, &setup.fit);
            fields["x_mm"] = json!(x_mm);
            fields["y_mm"] = json!(y_mm);
        }
        if layout.one_code {
            fields["topics"] = subject.listed().0;
        }
        fields
    });
    let mut fields: Vec<Value> = fields.collect();
    let mut data = match &layout.sheet {
        None => fields.swap_remove(0),
        Some(sheet) => json!({
            "lang": first.guide.language.tag(),
            "court": first.court.name,
            "slots": fields,
            "corners": (0..sheet.slots()).map(|at| sheet.corner(at, &setup.fit)).collect::<Vec<_>>(),
            "slot_width_mm": sheet.width_mm,
            "slot_height_mm": sheet.height_mm,
            "outline": setup.outline,
        }),
    };
    data["words"] = json!(words(first.guide.language)?);
    data["words_beside"] = match first.beside {
        None => Value::Null,
        Some(guide) => json!(words(guide.language)?),
    };
    data["limits"] = layout.limits.clone();
    data["width_mm"] = json!(layout.paper_mm.0);
    data["height_mm"] = json!(layout.paper_mm.1);
    data["bleed_mm"] = json!(bleed(setup));
    Ok(data)
}
