//! `index.pdf`: what stands in a folder at a glance, to be filed: a picture of each piece, its file,
//! its codes and its proof.
//!
//! Pure: no files, no clock. What it says is gathered here, how it looks is [`TEMPLATE`]'s; a word
//! more is a key more in `Entry::new` or [`Binder::bind`].

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::PrintError;
use super::address::BaseUrl;
use super::manifest::{Line, Row};
use super::plan::Document;
use super::press::Group;
use super::subject::all_text;
use crate::typeset::{Engine, Fonts, Raster};

/// The contact sheet's name, beside the pieces.
pub const FILE: &str = "index.pdf";

/// Where its design is in a site.
pub const TEMPLATE: &str = "printables/index/main.typ";

/// The longer side of a piece's picture, in pixels: it shows which piece it is, it is not to be read.
pub const PIXELS: f64 = 220.0;

/// One piece, or one sheet of them, as the contact sheet shows it.
pub struct Entry {
    value: Value,
    thumbnail: Raster,
}

/// The pieces of a document that differ, each with the page that it begins on (from 0): copies are
/// shown once.
pub fn distinct<'d, 'a>(groups: &'d [Group<'a>]) -> Vec<(usize, &'d Group<'a>)> {
    let says = |group: &Group<'_>| -> Vec<_> {
        group.slots.iter().map(|(slot, s)| (*slot, s.code(), s.wording())).collect()
    };
    let (mut page, mut list) = (0, Vec::<(usize, &Group<'_>)>::new());
    for group in groups {
        let again = list.last().is_some_and(|(_, last)| {
            last.layout.name == group.layout.name && says(last) == says(group)
        });
        if !again {
            list.push((page, group));
        }
        page += group.layout.pages;
    }
    list
}

/// What the contact sheet shows of `document`, which stands in the files of `written` with their rows
/// of the manifest; `thumbnails` are those of its [`distinct`] pieces.
pub fn entries(
    document: &Document<'_>,
    written: &[(String, Vec<Line>)],
    thumbnails: Vec<Raster>,
) -> Vec<Entry> {
    let mut rows = Vec::new();
    for (at, (_, lines)) in written.iter().enumerate() {
        for row in lines.iter().filter_map(|line| Row::read(line)) {
            // A picture holds one page.
            let page = if written.len() == 1 { row.page() } else { at + 1 };
            rows.push((page, row));
        }
    }
    let pieces = distinct(&document.groups).into_iter().zip(thumbnails);
    pieces
        .map(|((first, group), thumbnail)| {
            let pages = first + 1..=first + group.layout.pages;
            let of_it = rows.iter().filter(|(page, _)| pages.contains(page)).map(|(_, row)| row);
            let file = written.get(if written.len() == 1 { 0 } else { first });
            let file = file.map_or(&*document.file, |(name, _)| name);
            Entry::new(file, first, group, &of_it.collect::<Vec<_>>(), thumbnail)
        })
        .collect()
}

impl Entry {
    fn new(file: &str, first: usize, group: &Group<'_>, rows: &[&Row], thumbnail: Raster) -> Self {
        let subjects = || group.slots.iter().map(|(_, subject)| subject);
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for row in rows {
            *codes.entry(row.field("code")).or_default() += 1;
        }
        let first_row = |name: &str| rows.first().map_or("", |row| row.field(name));
        let value = json!({
            "file": file.rsplit('/').next(),
            "page": first + 1,
            "pages": group.layout.pages,
            "layout": group.layout.title.in_tongue(crate::diagnostic::Tongue::Chinese),
            "width_mm": group.layout.paper_mm.0,
            "height_mm": group.layout.paper_mm.1,
            "courts": each(subjects().map(|s| &*s.court.name)),
            "places": each(subjects().map(|s| &*s.placement.place)),
            "topics": each(subjects().map(|s| &*s.guide.title)),
            "editions": each(subjects().map(|s| s.guide.reviewed.to_string())),
            "language": first_row("language"),
            "codes": codes.iter().map(|(code, count)| json!([code, count])).collect::<Vec<_>>(),
            "symbols": rows.len(),
            "version": first_row("symbol_version"),
            "level": first_row("ec_level"),
            "module_mm": first_row("module_mm"),
            "symbol_mm": first_row("symbol_mm"),
            "max_scan_m": first_row("max_scan_m"),
            "proofs": each(rows.iter().map(|row| row.field("proof"))),
        });
        Self { value, thumbnail: plain(thumbnail) }
    }
}

/// Each text once, in the order of their first appearance.
fn each<T: Into<String>>(texts: impl Iterator<Item = T>) -> Vec<String> {
    let mut list = Vec::new();
    for text in texts.map(Into::into) {
        if !list.contains(&text) {
            list.push(text);
        }
    }
    list
}

/// The picture in six levels a colour: half the bytes, and the eye sees no difference at this size.
fn plain(mut picture: Raster) -> Raster {
    for value in picture.iter_mut() {
        *value = ((u16::from(*value) + 25) / 51 * 51).try_into().unwrap_or(u8::MAX);
    }
    picture
}

/// Sets contact sheets, one after the other. One a thread.
pub struct Binder<'a> {
    engine: Engine,
    fonts: &'a Fonts,
}

/// What a contact sheet tells of, besides its entries.
pub struct Folder<'a> {
    /// Its name; empty for the set's own directory.
    pub name: &'a str,
    /// Whose pieces they are.
    pub courts: Vec<&'a str>,
    /// The address that codes are printed with.
    pub base_url: &'a BaseUrl,
    /// What topics are called, by their slugs.
    pub topics: BTreeMap<&'a str, &'a str>,
    /// What was to be printed and was not.
    pub failed: Vec<&'a str>,
    /// The rows of what else stands there, from an earlier printing.
    pub others: &'a [Row],
}

impl<'a> Binder<'a> {
    /// A binder with the design `template`, which may import `parts`.
    pub fn new(template: &str, parts: &[(String, String)], fonts: &'a Fonts) -> Self {
        Self { engine: Engine::new(template, parts, fonts), fonts }
    }

    /// The contact sheet of `entries` as PDF/UA.
    pub fn bind(
        &mut self,
        folder: &Folder<'_>,
        entries: Vec<Entry>,
    ) -> Result<Vec<u8>, PrintError> {
        let mut list = Vec::new();
        for (at, Entry { mut value, thumbnail }) in entries.into_iter().enumerate() {
            // The same few paths each time: Typst frees none.
            let path = format!("/thumbnail-{at}.rgb");
            value["thumbnail"] = json!({
                "file": path,
                "width": thumbnail.width(),
                "height": thumbnail.height(),
            });
            self.engine.supply(&path, thumbnail.into_raw());
            list.push(value);
        }
        let other = |row: &Row| {
            let file = row.field("file");
            json!({
                "file": file.rsplit('/').next(),
                "place": row.field("place"),
                "topic": row.field("topic"),
                "code": row.field("code"),
                "proof": row.field("proof"),
            })
        };
        let data = json!({
            "courts": folder.courts,
            "folder": folder.name,
            "topics": folder.topics,
            "base_url": folder.base_url.to_string(),
            "entries": list,
            "failed": folder.failed,
            "others": folder.others.iter().map(other).collect::<Vec<_>>(),
        });
        if let Some(characters) = self.fonts.missing(&all_text(&data)) {
            let layout = String::new();
            return Err(PrintError::Glyphs { characters, layout, piece: None });
        }
        let pages = self.engine.typeset(&data, Vec::new());
        pages
            .and_then(|pages| pages.pdf())
            .map_err(|source| PrintError::Index { folder: folder.name.to_owned(), source })
    }
}
