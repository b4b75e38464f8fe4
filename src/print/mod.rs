//! A library, a placement and a layout -> proven posters.
//!
//! [`symbol`] makes the QR symbol, [`layout`] reads `printables/<layout>/`, [`plan`] puts pieces
//! together to documents, [`press`] composes and exports one, [`proof`] reads it back from its
//! pixels, [`job`] makes many and writes them, [`index`] shows what a folder holds.
//! A new design is a folder in `printables/`, without Rust; a new format is an arm in `press`.

pub mod address;
pub mod index;
pub mod job;
pub mod layout;
pub mod manifest;
pub mod plan;
pub mod press;
pub mod proof;
pub mod subject;
pub mod symbol;
mod words;
pub mod works;

use std::path::PathBuf;

use crate::domain::placement::PlacementNumber;
use crate::typeset::TypesetError;
use proof::Refusal;

fn at_place(at: Option<&(PlacementNumber, String)>) -> String {
    at.map_or_else(String::new, |(number, place)| format!(" of placement {number}, {place}"))
}

/// Why a piece was not printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The base URL is not one that codes can be printed with.
    #[error("{url:?} cannot be printed: use https://host or http://host:port, without a path")]
    BaseUrl {
        /// As given.
        url: String,
    },
    /// The URL is too long for the layout's symbol.
    #[error(
        "the address {url} needs a symbol of {modules} modules, {symbol_mm:.1} mm wide; \
         {layout} asks for {least_mm:.0} mm: use a shorter host"
    )]
    SymbolTooSmall {
        /// What the symbol says.
        url: String,
        /// Modules across.
        modules: u32,
        /// What it would measure, without its quiet zone.
        symbol_mm: f64,
        /// What the layout asks for.
        least_mm: f64,
        /// The layout's name.
        layout: String,
    },
    /// The URL is too long for any symbol.
    #[error("the address {url} is too long for a QR symbol")]
    UrlTooLong {
        /// What the symbol was to say.
        url: String,
    },
    /// There is no text in that language.
    #[error("no guide in {language} for the topic {topic}: add guides/{topic}/{language}.md")]
    NoGuide {
        /// The topic's slug.
        topic: String,
        /// The language's tag.
        language: String,
    },
    /// The layout has no words in that language.
    #[error(
        "the layout {layout} has no words in {language}: add [words.{language}] to its layout.toml"
    )]
    NoWords {
        /// The layout's name.
        layout: String,
        /// The language's tag.
        language: String,
    },
    /// The site has no fonts.
    #[error("no fonts in printables/fonts: posters cannot be printed")]
    NoFonts,
    /// A font of the site is none.
    #[error("{source}")]
    Fonts {
        /// Which one.
        #[source]
        source: TypesetError,
    },
    /// Characters that the print fonts lack.
    #[error("the print fonts lack {characters}{}: write these characters another way", at_place(at.as_ref()))]
    Glyphs {
        /// Each missing character once.
        characters: String,
        /// The first placement that shows one of them, and its place's name; `None` where it is the
        /// design.
        at: Option<(PlacementNumber, String)>,
    },
    /// The design did not come out.
    #[error("the layout {layout} does not fit: {source}")]
    Typeset {
        /// The layout's name.
        layout: String,
        /// Why.
        #[source]
        source: TypesetError,
    },
    /// A folder's contact sheet did not come out.
    #[error("the contact sheet {folder}/index.pdf cannot be set: {source}")]
    Index {
        /// The folder's name.
        folder: String,
        /// Why.
        #[source]
        source: TypesetError,
    },
    /// It came out on another number of pages than planned.
    #[error("the layout {layout} came out on {pages} pages instead of {planned}: shorten its text")]
    Pages {
        /// The layout's name.
        layout: String,
        /// How many pages.
        pages: usize,
        /// How many it should be.
        planned: usize,
    },
    /// It does not scan.
    #[error("{file} does not scan and was not written: {refusal}")]
    Refused {
        /// The file that was not written.
        file: String,
        /// What is wrong with it.
        #[source]
        refusal: Refusal,
    },
    /// The picture could not be packed.
    #[error("{file}: {reason}")]
    Encode {
        /// The file that was not written.
        file: String,
        /// The encoder's words.
        reason: String,
    },
    /// A file could not be written.
    #[error("cannot write or read {}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The manifest that is there is not one of ours.
    #[error("{} is there but is no manifest of ours: move it away", path.display())]
    Manifest {
        /// Where it is.
        path: PathBuf,
    },
}
