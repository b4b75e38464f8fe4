//! `manifest.csv`: one row a symbol, beside the files it tells of.

use std::collections::BTreeMap;
use std::path::Path;

use super::PrintError;
use super::address::BaseUrl;
use super::plan::Document;
use super::press::{Printed, Proven};

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

/// One symbol's row, as a line of CSV without its end.
pub type Line = String;

/// One symbol's row, read again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row(Vec<String>);

impl Row {
    /// Reads a line that [`lines`] wrote.
    pub fn read(line: &str) -> Option<Self> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        let record = reader.records().next()?.ok()?;
        let fields = record.iter().map(str::to_owned).collect();
        (record.len() == COLUMNS.len()).then_some(Self(fields))
    }

    /// What stands in the column `name`; nothing where there is none.
    pub fn field(&self, name: &str) -> &str {
        let at = COLUMNS.iter().position(|column| *column == name);
        at.and_then(|at| self.0.get(at)).map_or("", String::as_str)
    }

    /// Its page in its file, from 1.
    pub fn page(&self) -> usize {
        self.field("page").parse().unwrap_or(1)
    }
}

/// The rows of a document that has been proven and stands in `files`, the file of each page.
pub fn lines(document: &Document<'_>, printed: &Printed, files: &[String]) -> Vec<Line> {
    let line = |proven: &Proven| {
        let group = &document.groups[proven.group];
        let subject = &group.slots[proven.subject].1;
        // A picture holds one page.
        let (file, page) = match files {
            [one] => (one, proven.page),
            each => (&each[proven.page - 1], 1),
        };
        encode([
            file,
            &page.to_string(),
            &proven.slot.to_string(),
            subject.court.id.as_str(),
            &subject.placement.number.to_string(),
            &plain(&subject.placement.place),
            subject.topic.id.as_str(),
            &subject.wording().to_string(),
            &group.layout.name,
            &subject.code().to_string(),
            proven.symbol.text(),
            &proven.symbol.version().to_string(),
            &proven.symbol.level().to_string(),
            &format!("{:.3}", proven.place.module_mm),
            &format!("{:.1}", proven.place.symbol_mm),
            &format!("{:.1}", proven.place.symbol_mm / 1000.0 * SCAN_DISTANCE),
            &proven.proof.to_string(),
        ])
    };
    printed.symbols.iter().map(line).collect()
}

/// A field that no spreadsheet takes for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() }
}

/// Fields as a line of CSV without its end.
fn encode<'f>(fields: impl IntoIterator<Item = &'f str>) -> Line {
    let cannot_fail = "writing CSV into memory cannot fail";
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(fields).expect(cannot_fail);
    let bytes = writer.into_inner().expect(cannot_fail);
    String::from_utf8(bytes).expect("the fields are UTF-8").trim_end().to_owned()
}

/// The rows of each file of the manifest in `dir` that is still there; none where there is no
/// manifest.
pub fn read(dir: &Path) -> Result<BTreeMap<String, Vec<Line>>, PrintError> {
    let mut rows: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for record in records(dir)? {
        let file = record.get(0).unwrap_or_default();
        if dir.join(file).is_file() {
            rows.entry(file.to_owned()).or_default().push(encode(&record));
        }
    }
    Ok(rows)
}

fn records(dir: &Path) -> Result<Vec<csv::StringRecord>, PrintError> {
    let path = dir.join(FILE);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(PrintError::Io { path, source }),
    };
    let foreign = || PrintError::Manifest { path: path.clone() };
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    if reader.headers().map_err(|_| foreign())?.iter().ne(COLUMNS) {
        return Err(foreign());
    }
    reader.records().map(|record| record.map_err(|_| foreign())).collect()
}

/// Whether the manifest in `dir` tells of posters for a real address that is not `base_url`; those
/// for this machine itself are nobody's loss.
pub fn names_another_host(dir: &Path, base_url: &BaseUrl) -> Result<bool, PrintError> {
    let url = COLUMNS.iter().position(|column| *column == "url").unwrap_or_default();
    let ours = format!("{base_url}/");
    Ok(records(dir)?
        .iter()
        .filter(|row| dir.join(row.get(0).unwrap_or_default()).is_file())
        .filter_map(|row| row.get(url))
        .any(|url| !url.starts_with(&ours) && !url.starts_with("http://127.0.0.1")))
}

/// The manifest's bytes.
pub fn write(rows: &BTreeMap<String, Vec<Line>>) -> Vec<u8> {
    let mut text = encode(COLUMNS);
    for line in rows.values().flatten() {
        text.push('\n');
        text.push_str(line);
    }
    text.push('\n');
    text.into_bytes()
}
