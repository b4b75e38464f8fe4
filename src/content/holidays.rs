//! `guides/_facts/holidays.csv`: the State Council's yearly notices, in any encoding WPS or Excel saves.

use std::collections::BTreeSet;

use super::Loaded;
use super::registry::{decode, span_of};
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::calendar::DayKind;
use crate::domain::period::Day;
use crate::domain::site::SiteFiles;

const FILE: &str = "guides/_facts/holidays.csv";
const COLUMNS: [&str; 4] = ["date", "kind", "name", "source"];

/// This many days before the last announced year ends, the next notice is asked for.
const AHEAD: i64 = 60;

/// Reads the table: `date,kind,name,source`.
pub(super) fn load(files: &SiteFiles, loaded: &mut Loaded) {
    let Some(bytes) = files.get(FILE) else {
        let message = Words::new("no such file", "没有这个文件");
        loaded.diagnostics.push(Diagnostic::error(FILE, 0..0, message));
        return;
    };
    let text = decode(bytes);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(true).from_reader(text.as_bytes());
    let columns = reader.headers().map(|h| h.iter().map(str::trim).map(str::to_owned).collect());
    let columns: Vec<String> = columns.unwrap_or_default();
    if columns != COLUMNS {
        let message = Words::new(
            format!("the columns are {}", COLUMNS.join(",")),
            format!("列名应为 {}", COLUMNS.join(",")),
        );
        loaded.diagnostics.push(Diagnostic::error(FILE, 0..0, message));
        return;
    }
    for record in reader.records() {
        let Ok(record) = record else { continue }; // decoded text is UTF-8, and ragged rows are let in
        if record.iter().any(|field| !field.trim().is_empty()) {
            add_day(&record, span_of(&record, &text).start, loaded);
        }
    }
    check_years(loaded);
}

/// Holidays on the same day of every year. A year with rows counts as announced, so that one without
/// these would make promises that nobody made.
const EVERY_YEAR: [(u8, u8); 3] = [(1, 1), (5, 1), (10, 1)];

fn check_years(loaded: &mut Loaded) {
    let days = &loaded.library.calendar.days;
    let years: BTreeSet<i32> = days.keys().map(|day| day.year()).collect();
    let wanted = years.into_iter().flat_map(|year| EVERY_YEAR.map(|(m, d)| Day::new(year, m, d)));
    let is_off = |day: &Day| days.get(day).is_some_and(|(kind, _)| *kind == DayKind::Off);
    let missing: Vec<Day> = wanted.flatten().filter(|day| !is_off(day)).collect();
    for day in missing {
        let message = Words::new(
            format!("{day} is no day off here: is the notice of that year there as a whole?"),
            format!("{day} 没有写成放假：那一年的放假通知写全了吗？"),
        );
        let hint = Words::new(
            "a year with rows counts as announced: add all of its days, or none",
            "写了几行，那一年就算已经公布：请把整年写全，或者都不写",
        );
        loaded.diagnostics.push(Diagnostic::error(FILE, 0..0, message).with_hint(hint));
    }
}

fn add_day(record: &csv::StringRecord, at: usize, loaded: &mut Loaded) {
    let field = |i: usize| record.get(i).unwrap_or_default().trim();
    let mut fault = |message: Words| {
        loaded.diagnostics.push(Diagnostic::error(FILE, at..at, message));
    };
    let Some(day) = Day::typed(field(0)) else {
        fault(Words::new("not a date like 2026-11-24", "不是 2026-11-24 这样的日期"));
        return;
    };
    let kind = match field(1) {
        "off" => DayKind::Off,
        "work" => DayKind::Work,
        _ => {
            fault(Words::new("a day is off or work", "kind 应为 off（放假）或 work（上班）"));
            return;
        }
    };
    if field(2).is_empty() {
        fault(Words::new("which holiday is it? the name is empty", "节日名称是空的"));
    }
    if !field(3).starts_with("http") {
        fault(Words::new(
            "the source, the notice's address, is missing",
            "缺少来源（放假通知的网址）",
        ));
    }
    let name = field(2).to_owned();
    if loaded.library.calendar.days.insert(day, (kind, name)).is_some() {
        let message = Words::new(format!("{day} is there twice"), format!("{day} 写了两次"));
        loaded.diagnostics.push(Diagnostic::error(FILE, at..at, message));
    }
}

/// Warns when deadlines will soon end in a year whose holidays are not in the table.
pub(super) fn check_end(today: Day, loaded: &mut Loaded) {
    let Some(end) = loaded.library.calendar.end() else { return };
    if end >= today.plus(AHEAD) {
        return;
    }
    let message = Words::new(
        format!("the holidays end on {end}: deadlines after that cannot be promised"),
        format!("节假日只写到 {end}：以后的期限算不准"),
    );
    let hint = Words::new(
        "add the next year from the State Council's notice as soon as it is out",
        "国务院的下一年放假通知一公布，就请补上",
    );
    let warning = Diagnostic::warning(FILE, 0..0, message).with_hint(hint);
    loaded.diagnostics.push(warning.by_date());
}
