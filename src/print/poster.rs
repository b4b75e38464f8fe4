//! Composes a poster: the design of a [`Layout`] filled in for one placement and one guide, proven,
//! and exported.
//!
//! Pure: no files, no clock. To let layouts show one thing more, add it to `fields`.

use std::fmt;

use serde_json::{Value, json};

use super::PrintError;
use super::layout::{Layout, SymbolPlace};
use super::proof::{Proof, prove};
use super::symbol::Symbol;
use crate::domain::code::Code;
use crate::domain::court::Court;
use crate::domain::guide::Guide;
use crate::domain::library::Library;
use crate::domain::placement::Placement;
use crate::domain::site::SiteFiles;
use crate::domain::topic::Topic;
use crate::typeset::{Area, Engine, Fonts, Pages, Raster};

/// Pixels a module in the raster that is proven, where the piece itself has no pixels.
const PROOF_PIXELS: f64 = 6.0;

/// The raster of PNG files: 300 dpi.
const PNG_PIXELS_PER_MM: f64 = 300.0 / 25.4;

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

/// The address that codes are printed with: scheme and host, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: String,
}

impl BaseUrl {
    /// Reads `https://host` or `http://host:port`. With `upper`, whole URLs are printed in capitals,
    /// which makes a smaller symbol.
    pub fn parse(url: &str, upper: bool) -> Result<Self, PrintError> {
        let trimmed = url.trim().trim_end_matches('/');
        let host = trimmed
            .split_once("://")
            .filter(|(scheme, _)| matches!(scheme.to_ascii_lowercase().as_str(), "https" | "http"))
            .map_or("", |(_, host)| host);
        let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let is_name = !name.is_empty() && name.chars().all(plain);
        if !is_name || port.parse::<u16>().is_err() {
            return Err(PrintError::BaseUrl { url: url.to_owned() });
        }
        let url = if upper { trimmed.to_ascii_uppercase() } else { trimmed.to_ascii_lowercase() };
        Ok(Self { url })
    }

    /// The URL in the symbol.
    pub fn url(&self, code: Code) -> String {
        format!("{}/{code}", self.url)
    }

    /// The address in words, for people who cannot scan.
    fn address(&self, code: Code) -> String {
        let host = self.url.split_once("://").map_or("", |(_, host)| host);
        format!("{}/{code}", host.to_ascii_lowercase())
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

/// What one piece is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Whose wall it hangs on.
    pub court: &'a Court,
    /// Where.
    pub placement: &'a Placement,
    /// What about.
    pub topic: &'a Topic,
    /// In which words.
    pub guide: &'a Guide,
    /// What else there is: one-code posters list it.
    pub library: &'a Library,
    /// Where the topics' drawings are.
    pub files: &'a SiteFiles,
}

impl Subject<'_> {
    /// The drawing of a topic as SVG. Typst knows no `currentColor`: it takes the family's ink.
    fn icon(&self, topic: &Topic) -> Option<String> {
        let drawing = self.files.get(&format!("templates/icons/{}.svg", topic.icon))?;
        Some(String::from_utf8_lossy(drawing).replace("currentColor", "#1B1B1B"))
    }

    /// What one-code posters read as `topics`: every topic but the one code that has a guide in this
    /// language, by number; and the drawings (path and SVG) of those that have one.
    fn listed(&self) -> (Value, Vec<(String, String)>) {
        let (mut list, mut icons) = (Vec::new(), Vec::new());
        for topic in self.library.topics.values().filter(|topic| topic.number.get() != 0) {
            let guide = self.library.guides.get(&(topic.number, self.guide.language));
            let Some(guide) = guide else { continue };
            // One path a number: Typst frees no paths.
            let drawn = self.icon(topic);
            let path = drawn.map(|svg| (format!("/icon-{}.svg", topic.number.get()), svg));
            list.push(json!({
                "number": topic.number.get(),
                "slug": topic.id.as_str(),
                "title": guide.title,
                "summary": guide.summary,
                "icon_file": path.as_ref().map(|(path, _)| path),
            }));
            icons.extend(path);
        }
        (Value::Array(list), icons)
    }

    /// The code that is printed.
    pub fn code(&self) -> Code {
        Code::new(self.placement.number, self.topic.number)
    }
}

/// A finished piece that has been proven.
pub struct Poster {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// The evidence that it scans.
    pub proof: Proof,
    /// Its symbol.
    pub symbol: Symbol,
    /// Where its symbol stands.
    pub place: SymbolPlace,
}

/// Makes pieces of one layout, one after the other. One a thread.
pub struct Press<'a> {
    layout: &'a Layout,
    fonts: &'a Fonts,
    engine: Engine,
}

impl<'a> Press<'a> {
    /// A press for `layout`.
    pub fn new(layout: &'a Layout, fonts: &'a Fonts) -> Self {
        Self { layout, fonts, engine: Engine::new(&layout.template, fonts) }
    }

    /// Composes and proves one piece; `file` is what errors call it.
    pub fn print(
        &mut self,
        subject: &Subject<'_>,
        base_url: &BaseUrl,
        format: Format,
        file: &str,
    ) -> Result<Poster, PrintError> {
        let (symbol, place) = self.symbol(subject, base_url)?;
        let pages = self.typeset(subject, base_url, &symbol, place)?;
        let refused = |refusal| PrintError::Refused { file: file.to_owned(), refusal };
        let (bytes, proof) = if format == Format::Png {
            let raster = pages.raster(PNG_PIXELS_PER_MM);
            let proof = prove(&cut(&raster, place.area), &symbol).map_err(refused)?;
            let bytes = png(&raster).map_err(|error| PrintError::Encode {
                file: file.to_owned(),
                reason: error.to_string(),
            })?;
            (bytes, proof)
        } else {
            let raster = pages.raster_of(place.area, PROOF_PIXELS / place.module_mm);
            let proof = prove(&raster, &symbol).map_err(refused)?;
            let bytes = match format {
                Format::Svg => pages.svg().into_bytes(),
                Format::Pdf | Format::Png => pages.pdf().map_err(|source| self.fault(source))?,
            };
            (bytes, proof)
        };
        Ok(Poster { bytes, proof, symbol, place })
    }

    /// Composes one piece without exporting it: whether its text fits and its glyphs are there.
    pub fn rehearse(
        &mut self,
        subject: &Subject<'_>,
        base_url: &BaseUrl,
    ) -> Result<(), PrintError> {
        let (symbol, place) = self.symbol(subject, base_url)?;
        self.typeset(subject, base_url, &symbol, place).map(|_| ())
    }

    /// One piece as pixels, unproven: for a look at the design.
    pub fn preview(
        &mut self,
        subject: &Subject<'_>,
        base_url: &BaseUrl,
        pixels_per_mm: f64,
    ) -> Result<Raster, PrintError> {
        let (symbol, place) = self.symbol(subject, base_url)?;
        Ok(self.typeset(subject, base_url, &symbol, place)?.raster(pixels_per_mm))
    }

    fn symbol(
        &self,
        subject: &Subject<'_>,
        base_url: &BaseUrl,
    ) -> Result<(Symbol, SymbolPlace), PrintError> {
        let symbol = Symbol::new(&base_url.url(subject.code()))?;
        match self.layout.place_symbol(symbol.side()) {
            Ok(place) => Ok((symbol, place)),
            Err((symbol_mm, least_mm)) => Err(PrintError::SymbolTooSmall {
                url: symbol.text().to_owned(),
                modules: symbol.side(),
                symbol_mm,
                least_mm,
                layout: self.layout.name.clone(),
            }),
        }
    }

    fn typeset(
        &mut self,
        subject: &Subject<'_>,
        base_url: &BaseUrl,
        symbol: &Symbol,
        place: SymbolPlace,
    ) -> Result<Pages, PrintError> {
        let language = subject.guide.language;
        let Some(words) = self.layout.words(language) else {
            return Err(PrintError::NoWords {
                layout: self.layout.name.clone(),
                language: language.tag().to_owned(),
            });
        };
        let mut data = fields(subject, base_url, symbol, place);
        data["words"] = json!(words);
        data["limits"] = self.layout.limits.clone();
        let mut pictures = vec![
            ("/symbol.svg".to_owned(), symbol.svg()),
            ("/icon.svg".to_owned(), subject.icon(subject.topic).unwrap_or_default()),
        ];
        if self.layout.one_code {
            let (list, icons) = subject.listed();
            data["topics"] = list;
            pictures.extend(icons);
        }
        if let Some(characters) = self.fonts.missing(&all_text(&data)) {
            return Err(PrintError::Glyphs { characters });
        }
        let pages = self.engine.typeset(&data, pictures).map_err(|source| self.fault(source))?;
        match pages.count() {
            1 => Ok(pages),
            count => Err(PrintError::Pages { layout: self.layout.name.clone(), pages: count }),
        }
    }

    fn fault(&self, source: crate::typeset::TypesetError) -> PrintError {
        PrintError::Typeset { layout: self.layout.name.clone(), source }
    }
}

/// What a layout's template reads as `/data.json`.
fn fields(subject: &Subject<'_>, base_url: &BaseUrl, symbol: &Symbol, place: SymbolPlace) -> Value {
    let Subject { court, placement, topic, guide, .. } = subject;
    let code = subject.code();
    json!({
        "lang": guide.language.tag(),
        "court": court.name,
        "place": placement.place,
        "channel": placement.channel.as_str(),
        "topic": {
            "number": topic.number.get(),
            "slug": topic.id.as_str(),
            "title": guide.title,
            "summary": guide.summary,
            "icon_file": "/icon.svg",
        },
        "steps": guide.steps,
        "code": code.to_string(),
        "url": symbol.text(),
        "address": base_url.address(code),
        "hotline": "12368",
        "edition": guide.reviewed.to_string(),
        "symbol": {
            "file": "/symbol.svg",
            "alt": format!("二维码：{}", symbol.text()),
            "x_mm": place.area.x_mm,
            "y_mm": place.area.y_mm,
            "size_mm": place.area.width_mm,
            "module_mm": place.module_mm,
        },
    })
}

/// Every string in `data`, one after the other.
fn all_text(data: &Value) -> String {
    match data {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(all_text).collect(),
        Value::Object(values) => values.values().map(all_text).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

/// The pixels of `area`, cut from a page at [`PNG_PIXELS_PER_MM`].
fn cut(page: &Raster, area: Area) -> Raster {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_are_a_scheme_and_a_host() {
        let code = Code::parse("200041T").unwrap();
        let base = BaseUrl::parse("HTTPS://FY.Example.cn/", false).unwrap();
        assert_eq!(base.url(code), "https://fy.example.cn/200041T");
        assert_eq!(base.address(code), "fy.example.cn/200041T");
        let upper = BaseUrl::parse("https://fy.example.cn:8443", true).unwrap();
        assert_eq!(upper.url(code), "HTTPS://FY.EXAMPLE.CN:8443/200041T");
        assert_eq!(upper.address(code), "fy.example.cn:8443/200041T");
        for url in [
            "fy.example.cn",
            "ftp://a",
            "https://",
            "https://a/b",
            "https://a?x",
            "https://a b",
            "https://a:x",
        ] {
            assert!(BaseUrl::parse(url, false).is_err(), "{url}");
        }
    }
}
