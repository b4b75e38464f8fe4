//! `guides/_facts/placements.csv`: where codes hang. Read in any encoding that WPS and Excel save,
//! written as UTF-8 with a byte-order mark, so that both open it again.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::ops::Range;

use super::Loaded;
use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::domain::court::CourtId;
use crate::domain::period::Day;
use crate::domain::placement::{Channel, Placement, PlacementNumber};
use crate::domain::site::SiteFiles;

/// The registry's path inside a site.
pub const FILE: &str = "guides/_facts/placements.csv";

/// Its columns, in the order in which they are written. `note` (备注) is the court's own.
pub const COLUMNS: [&str; 7] = ["number", "court", "place", "channel", "since", "retired", "note"];

/// Text in UTF-8, with or without byte-order mark, or in GB 18030 (what Excel saves in Chinese).
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::GB18030.decode(bytes).0,
    }
}

/// Reads the registry into the library.
pub fn load(files: &SiteFiles, loaded: &mut Loaded) {
    let Some(bytes) = files.get(FILE) else {
        let message = Words::new("no such file", "没有这个文件");
        loaded.diagnostics.push(Diagnostic::error(FILE, 0..0, message));
        return;
    };
    let text = decode(bytes);
    let rows = read(FILE, &text, None, &mut loaded.diagnostics);
    for row in rows {
        let known = loaded.library.court(&row.placement.court).is_some();
        if !known {
            loaded.diagnostics.push(unknown_court(FILE, &row, loaded));
        }
        let number = row.placement.number;
        if !known {
            continue;
        }
        match loaded.library.placements.entry(number) {
            Entry::Vacant(vacant) => {
                vacant.insert(row.placement);
            }
            Entry::Occupied(_) => {
                let message = Words::new(
                    format!("placement {number} is there twice"),
                    format!("点位 {number} 出现了两次"),
                );
                let hint = Words::new(
                    "numbers are printed in codes and never reused",
                    "编号印在二维码里，永不重复使用",
                );
                let fault = Diagnostic::error(FILE, row.span, message).with_hint(hint);
                loaded.diagnostics.push(fault);
            }
        }
    }
}

/// A row that was read, with its place in the file.
pub struct Row {
    /// The placement.
    pub placement: Placement,
    /// The row's bytes.
    pub span: Range<usize>,
}

/// That a row names a court that `courts.toml` does not have.
pub fn unknown_court(file: &str, row: &Row, loaded: &Loaded) -> Diagnostic {
    let id = row.placement.court.as_str();
    let fault = Diagnostic::error(
        file,
        row.span.clone(),
        Words::new(
            format!("no court {id:?} in courts.toml"),
            format!("courts.toml 中没有法院“{id}”"),
        ),
    );
    match nearest(id, loaded.library.courts.iter().map(|court| court.id.as_str())) {
        Some(near) => fault
            .with_hint(Words::new(format!("did you mean {near:?}?"), format!("是不是“{near}”？"))),
        None => fault,
    }
}

/// The rows of a registry; each row at fault is told and left out. With `next`, a row without a
/// number takes the next one.
pub fn read(
    file: &str,
    text: &str,
    mut next: Option<u32>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(column_name).collect(),
        Err(error) => {
            diagnostics.push(Diagnostic::error(file, 0..0, Words::same(error.to_string())));
            return Vec::new();
        }
    };
    if let Some(message) = header_fault(&header, next.is_some()) {
        diagnostics.push(Diagnostic::error(file, 0..0, message).with_hint(Words::new(
            format!("the first line names the columns: {}", COLUMNS.join(",")),
            format!("第一行应写列名：{}", COLUMNS.join(",")),
        )));
        return Vec::new();
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let at = error.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
                diagnostics.push(Diagnostic::error(file, at..at, Words::same(error.to_string())));
                continue;
            }
        };
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        let span = span_of(&record, text);
        let field = |name: &str| {
            let at = header.iter().position(|column| column == name);
            at.and_then(|i| record.get(i)).unwrap_or_default().trim().to_owned()
        };
        let mut number = field("number");
        if let Some(free) = next.filter(|_| number.is_empty()) {
            number = free.to_string();
            next = Some(free + 1);
        }
        match placement(&number, &field) {
            Ok(placement) => rows.push(Row { placement, span }),
            Err((message, hint)) => {
                diagnostics.push(Diagnostic::error(file, span, message).with_hint(hint));
            }
        }
    }
    rows
}

fn column_name(written: &str) -> String {
    match written.trim() {
        "备注" => "note".to_owned(),
        name => name.to_owned(),
    }
}

/// What is wrong with the names of the columns. A column that we would not write again is refused:
/// nothing of the court's own may be lost.
fn header_fault(header: &[String], numbers_are_given: bool) -> Option<Words> {
    let optional = ["since", "retired", "note"];
    let missing = COLUMNS.iter().find(|name| {
        let spared = optional.contains(name) || (numbers_are_given && **name == "number");
        !spared && !header.iter().any(|column| column == *name)
    });
    if let Some(missing) = missing {
        let words = (format!("no column {missing:?}"), format!("缺少“{missing}”这一列"));
        return Some(Words::new(words.0, words.1));
    }
    // Excel leaves empty columns behind.
    let known = |name: &&String| name.is_empty() || COLUMNS.contains(&name.as_str());
    let unknown = header.iter().find(|name| !known(name))?;
    Some(Words::new(
        format!("a column {unknown:?} that would not be kept: use `note` for what is your own"),
        format!("“{unknown}”这一列不会被保留：自己的说明请写在 note（备注）列"),
    ))
}

/// The bytes of a row in `text`.
pub(super) fn span_of(record: &csv::StringRecord, text: &str) -> Range<usize> {
    let mut at = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
    // The reader counts empty lines before a row as part of it.
    let blank = text.get(at..).map_or(0, |rest| rest.len() - rest.trim_start().len());
    at += blank;
    let length: usize = record.iter().map(|field| field.len() + 1).sum();
    at..(at + length).min(text.len())
}

fn placement(number: &str, field: &impl Fn(&str) -> String) -> Result<Placement, (Words, Words)> {
    let number = number.parse().ok().and_then(PlacementNumber::new).ok_or_else(|| {
        (
            Words::new(
                format!("{number:?} is not a placement's number"),
                format!("“{number}”不是点位编号"),
            ),
            Words::new("numbers are 1 to 262143", "编号是 1 到 262143 的整数"),
        )
    })?;
    let court = CourtId::parse(&field("court")).ok_or_else(|| {
        (
            Words::new(
                format!("{:?} is not a court's id", field("court")),
                format!("“{}”不是法院代号", field("court")),
            ),
            Words::new("use an id of courts.toml", "请用 courts.toml 里的 id"),
        )
    })?;
    let place = field("place");
    if place.is_empty() {
        return Err((
            Words::new("the place is empty", "位置（place）是空的"),
            Words::new("say where it hangs, in a few words", "请用几个字写明挂在哪里"),
        ));
    }
    if place.chars().any(char::is_control) {
        return Err((
            Words::new("the place holds a tab or a line break", "位置（place）里有制表符或换行"),
            Words::new("write it on one line, with spaces", "请写在一行里，用空格隔开"),
        ));
    }
    let channel = Channel::parse(&field("channel")).ok_or_else(|| {
        let names = Channel::ALL.map(Channel::as_str).join(", ");
        (
            Words::new(
                format!("{:?} is not a channel", field("channel")),
                format!("“{}”不是渠道", field("channel")),
            ),
            Words::new(format!("channels are {names}"), format!("渠道有：{names}")),
        )
    })?;
    let (since, retired) = (day(&field("since"))?, day(&field("retired"))?);
    let note = field("note");
    Ok(Placement { number, court, place, channel, since, retired, note })
}

/// A date as we write it or as Excel rewrites it (`2026/1/5`); empty is none.
fn day(text: &str) -> Result<Option<Day>, (Words, Words)> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts: Vec<u32> = text.split(['-', '/']).map_while(|part| part.parse().ok()).collect();
    let day = match parts[..] {
        [year, month, day] => i32::try_from(year)
            .ok()
            .zip(u8::try_from(month).ok())
            .zip(u8::try_from(day).ok())
            .and_then(|((year, month), day)| Day::new(year, month, day)),
        _ => None,
    };
    day.map(Some).ok_or_else(|| {
        (
            Words::new(format!("{text:?} is not a date"), format!("“{text}”不是日期")),
            Words::new("write dates like 2026-11-24", "日期请写成 2026-11-24"),
        )
    })
}

/// The registry's file for `placements`: UTF-8 with byte-order mark, one row a placement.
pub fn write<'a>(placements: impl Iterator<Item = &'a Placement>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().from_writer(b"\xef\xbb\xbf".to_vec());
    let cannot_fail = "writing CSV into memory cannot fail";
    writer.write_record(COLUMNS).expect(cannot_fail);
    for placement in placements {
        let date = |day: Option<Day>| day.map_or(String::new(), |day| day.to_string());
        writer
            .write_record([
                &placement.number.to_string(),
                placement.court.as_str(),
                &placement.place,
                placement.channel.as_str(),
                &date(placement.since),
                &date(placement.retired),
                &placement.note,
            ])
            .expect(cannot_fail);
    }
    writer.into_inner().expect(cannot_fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "number,court,place,channel,since,retired\n\
                       1,baoding,诉讼服务大厅,hall,2026-01-05,\n\
                       2,baoding,24小时法院,court24,2026/1/5,2026-11-01\n";

    fn rows(text: &str) -> (Vec<Placement>, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let rows = read(FILE, text, None, &mut diagnostics);
        (rows.into_iter().map(|row| row.placement).collect(), diagnostics)
    }

    #[test]
    fn a_registry_reads_the_same_in_every_encoding_that_offices_save() {
        let (gb18030, _, _) = encoding_rs::GB18030.encode(CSV);
        let with_mark = [b"\xef\xbb\xbf", CSV.as_bytes()].concat();
        let expected = rows(CSV);
        assert_eq!(expected.0.len(), 2);
        assert_eq!(expected.1, []);
        for bytes in [gb18030.as_ref(), &with_mark, CSV.replace('\n', "\r\n").as_bytes()] {
            assert_eq!(rows(&decode(bytes)), expected);
        }
    }

    #[test]
    fn a_registry_survives_writing_with_the_court_s_own_notes() {
        let with_notes =
            CSV.replace("since,retired", "since,retired,备注").replace("05,\n", "05,,三楼\n");
        let (placements, _) = rows(&with_notes);
        assert_eq!(placements[0].note, "三楼");
        let written = write(placements.iter());
        assert_eq!(rows(&decode(&written)).0, placements);
    }

    #[test]
    fn a_column_that_would_be_lost_is_refused() {
        let (placements, faults) = rows("number,court,place,channel,负责人\n1,a,b,hall,张三\n");
        assert_eq!((placements.len(), faults.len()), (0, 1));
        let (placements, _) = rows("number,court,place,channel,,\n1,a,b,hall,,\n");
        assert_eq!(placements.len(), 1, "Excel's empty columns are nothing");
    }

    #[test]
    fn a_row_at_fault_is_told_and_the_others_are_kept() {
        let (placements, faults) =
            rows("number,court,place,channel\n0,a,b,hall\n3,a,b,hal\n4,a,b,hall\n");
        assert_eq!(placements.len(), 1);
        assert_eq!(faults.len(), 2);
    }
}
