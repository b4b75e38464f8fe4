//! `manifest.csv`: one row a symbol, beside the files it tells of.

use std::collections::BTreeMap;
use std::path::Path;

use super::PrintError;
use super::poster::{BaseUrl, Poster};

/// The manifest's name.
pub const FILE: &str = "manifest.csv";

/// Its columns.
const COLUMNS: [&str; 17] = [
    "file",
    "page",
    "slot",
    "court",
    "placement",
    "place",
    "topic",
    "language",
    "layout",
    "code",
    "url",
    "symbol_version",
    "ec_level",
    "module_mm",
    "symbol_mm",
    "max_scan_m",
    "proof",
];

/// A symbol is read from at most ten times its width (the trade's rule, not ISO/IEC 18004's).
const SCAN_DISTANCE: f64 = 10.0;

/// One symbol's row.
pub struct Row {
    /// The file, relative to the manifest, with `/`.
    pub file: String,
    /// The court's id.
    pub court: String,
    /// The placement's number.
    pub placement: u32,
    /// The placement's place.
    pub place: String,
    /// The topic's slug.
    pub topic: String,
    /// The language's tag.
    pub language: String,
    /// The layout's name.
    pub layout: String,
    /// The code.
    pub code: String,
}

impl Row {
    /// The row of a piece that has been proven.
    pub fn fields(&self, poster: &Poster) -> Vec<String> {
        vec![
            self.file.clone(),
            "1".to_owned(),
            "1".to_owned(),
            self.court.clone(),
            self.placement.to_string(),
            plain(&self.place),
            self.topic.clone(),
            self.language.clone(),
            self.layout.clone(),
            self.code.clone(),
            poster.symbol.text().to_owned(),
            poster.symbol.version().to_string(),
            poster.symbol.level().to_string(),
            format!("{:.3}", poster.place.module_mm),
            format!("{:.1}", poster.place.symbol_mm),
            format!("{:.1}", poster.place.symbol_mm / 1000.0 * SCAN_DISTANCE),
            poster.proof.to_string(),
        ]
    }
}

/// A field that no spreadsheet takes for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() }
}

/// The rows of the manifest in `dir` whose files are still there, by file; none where there is no
/// manifest.
pub fn read(dir: &Path) -> Result<BTreeMap<String, Vec<String>>, PrintError> {
    let path = dir.join(FILE);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(source) => return Err(PrintError::Io { path, source }),
    };
    let foreign = || PrintError::Manifest { path: path.clone() };
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    if reader.headers().map_err(|_| foreign())?.iter().ne(COLUMNS) {
        return Err(foreign());
    }
    let mut rows = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|_| foreign())?;
        let file = record.get(0).unwrap_or_default();
        if dir.join(file).is_file() {
            rows.insert(file.to_owned(), record.iter().map(str::to_owned).collect());
        }
    }
    Ok(rows)
}

/// Whether the manifest in `dir` tells of posters for a real address that is not `base_url`; those
/// for this machine itself are nobody's loss.
pub fn names_another_host(dir: &Path, base_url: &BaseUrl) -> Result<bool, PrintError> {
    let url = COLUMNS.iter().position(|column| *column == "url").unwrap_or_default();
    let ours = format!("{base_url}/");
    Ok(read(dir)?
        .values()
        .filter_map(|row| row.get(url))
        .any(|url| !url.starts_with(&ours) && !url.starts_with("http://127.0.0.1")))
}

/// The manifest's bytes.
pub fn write(rows: &BTreeMap<String, Vec<String>>) -> Vec<u8> {
    let cannot_fail = "writing CSV into memory cannot fail";
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).expect(cannot_fail);
    for row in rows.values() {
        writer.write_record(row).expect(cannot_fail);
    }
    writer.into_inner().expect(cannot_fail)
}
