//! A library, a placement and a layout -> proven posters.
//!
//! [`symbol`] makes the QR symbol, [`layout`] reads `printables/<layout>/`, [`plan`] puts pieces
//! together to documents, [`press`] composes and exports one, [`proof`] reads it back from its
//! pixels, [`job`] makes many and writes them, [`index`] shows what a folder holds.
//! A new design is a folder in `printables/`, without Rust; a new format is an arm in `press`.

pub mod address;
mod complaint;
pub mod index;
pub mod job;
pub mod layout;
pub mod manifest;
pub mod plan;
pub mod press;
pub mod proof;
pub mod rehearsal;
pub mod subject;
pub mod symbol;
mod words;
pub mod works;

use std::fmt;
use std::path::PathBuf;

use crate::domain::code::Code;
use crate::domain::placement::PlacementNumber;
use crate::typeset::TypesetError;
pub use complaint::{Advice, Complaint, What};
use proof::Refusal;
use subject::Subject;
pub use words::causes;

/// Which piece is at fault: what to look for on a wall, in the registry and in the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The court's name.
    pub court: String,
    /// The placement's number.
    pub placement: PlacementNumber,
    /// What the placement is called.
    pub place: String,
    /// The topic's slug.
    pub topic: String,
    /// The code on the piece.
    pub code: Code,
}

impl Piece {
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        Self {
            court: subject.court.name.clone(),
            placement: subject.placement.number,
            place: subject.placement.place.clone(),
            topic: subject.topic.id.to_string(),
            code: subject.code(),
        }
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { court, placement, place, topic, code } = self;
        write!(f, "placement {placement}, {place}, of {court}; topic {topic}, code {code}")
    }
}

/// ` (placement 7, …)`, or nothing where it is not one piece's fault.
fn named(piece: Option<&Piece>) -> String {
    piece.map_or_else(String::new, |piece| format!(" ({piece})"))
}

/// What a design said.
fn said(source: &TypesetError) -> String {
    complaint::words(&source.to_string()).english().to_owned()
}

/// ` in the layout a4-poster`, or nothing where there is none.
fn in_layout(layout: &str) -> String {
    if layout.is_empty() { String::new() } else { format!(" in the layout {layout}") }
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
         {layout} asks for {least_mm:.0} mm: use a shorter host{}",
        named(piece.as_deref())
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
        /// Whose symbol.
        piece: Option<Box<Piece>>,
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
    #[error(
        "the print fonts lack {characters}{}{}: write these characters another way",
        in_layout(layout), named(piece.as_deref())
    )]
    Glyphs {
        /// Each missing character once.
        characters: String,
        /// The layout's name; empty on a contact sheet.
        layout: String,
        /// The first piece that shows one of them; `None` where it is the design.
        piece: Option<Box<Piece>>,
    },
    /// The design did not come out.
    #[error("the layout {layout} does not fit: {}{}", said(source), named(piece.as_deref()))]
    Typeset {
        /// The layout's name.
        layout: String,
        /// Which piece; `None` where it is the design, or only many together do not fit.
        piece: Option<Box<Piece>>,
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
    #[error(
        "the layout {layout} came out on {pages} pages instead of {planned}: shorten its text{}",
        named(piece.as_deref())
    )]
    Pages {
        /// The layout's name.
        layout: String,
        /// Which piece; `None` where only many together do not fit.
        piece: Option<Box<Piece>>,
        /// How many pages.
        pages: usize,
        /// How many it should be.
        planned: usize,
    },
    /// It does not scan.
    #[error(
        "{file} does not scan and was not written: {refusal}{}{}",
        in_layout(layout),
        named(Some(piece))
    )]
    Refused {
        /// The file that was not written.
        file: String,
        /// The layout's name.
        layout: String,
        /// Which piece of the file.
        piece: Box<Piece>,
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
