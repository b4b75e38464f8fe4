//! `guides/_facts/*.toml`: courts and official links; every other table has a file of its own.

use std::ops::Range;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::value::Datetime;

use super::uses::Use;
use super::{Loaded, fees, holidays, law, limits, words};
use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::domain::court::{Court, CourtId, Level};
use crate::domain::duty::OnDuty;
use crate::domain::law::{Citation, LawId};
use crate::domain::library::OfficialLink;
use crate::domain::period::Day;
use crate::domain::site::SiteFiles;

/// Reads every table of facts; laws first, since the others cite them.
pub fn load(files: &SiteFiles, today: Day, loaded: &mut Loaded) {
    if let Some(mut table) = Table::read::<CourtsFile>(files, "guides/_facts/courts.toml", loaded) {
        let courts = std::mem::take(&mut table.value.court);
        for raw in courts {
            table.add_court(raw, loaded);
        }
    }
    law::load(files, loaded);
    limits::load(files, loaded);
    holidays::load(files, loaded);
    if let Some(mut table) = Table::read::<LinksFile>(files, "guides/_facts/links.toml", loaded) {
        let links = std::mem::take(&mut table.value.link);
        for raw in links {
            table.add_link(raw, loaded);
        }
    }
    fees::load(files, today, loaded);
    words::load(files, loaded);
}

/// A fault of the TOML reader itself.
pub(super) fn toml_fault(file: &str, offset: usize, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().unwrap_or(0..0);
    let message = error.message().trim().replace('\n', " ");
    Diagnostic::error(file, span.start + offset..span.end + offset, Words::same(message))
}

/// A TOML date that is a day and nothing more.
pub(super) fn day_of(
    value: &Spanned<Datetime>,
    fault: &mut impl FnMut(Range<usize>, Words),
) -> Option<Day> {
    let datetime = value.as_ref();
    let day = match (datetime.date, datetime.time) {
        (Some(date), None) => Day::new(i32::from(date.year), date.month, date.day),
        _ => None,
    };
    if day.is_none() {
        fault(value.span(), Words::new("not a date like 2026-11-24", "不是 2026-11-24 这样的日期"));
    }
    day
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CourtsFile {
    #[serde(default)]
    court: Vec<RawCourt>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCourt {
    id: Spanned<String>,
    name: Spanned<String>,
    level: Spanned<String>,
    #[serde(default)]
    address: String,
    #[serde(default)]
    hours: String,
    #[serde(default)]
    telephone: String,
    /// When people are on duty on workdays, such as `08:30-12:00`.
    on_duty: Option<Spanned<Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinksFile {
    #[serde(default)]
    link: Vec<RawLink>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLink {
    id: Spanned<String>,
    title: String,
    /// Its title in English.
    en: Option<String>,
    url: Spanned<String>,
}

/// One file of facts while it is read.
pub(super) struct Table<T> {
    pub(super) file: &'static str,
    pub(super) value: T,
}

impl Table<()> {
    /// The file, unless it is missing or at fault as a whole.
    pub(super) fn read<T: DeserializeOwned>(
        files: &SiteFiles,
        file: &'static str,
        loaded: &mut Loaded,
    ) -> Option<Table<T>> {
        let Some(bytes) = files.get(file) else {
            loaded.diagnostics.push(Diagnostic::error(
                file,
                0..0,
                Words::new("no such file", "没有这个文件"),
            ));
            return None;
        };
        let fault = match std::str::from_utf8(bytes).map(toml::from_str) {
            Ok(Ok(value)) => return Some(Table { file, value }),
            Ok(Err(error)) => toml_fault(file, 0, &error),
            Err(_) => {
                Diagnostic::error(file, 0..0, Words::new("not UTF-8 text", "不是 UTF-8 文本"))
            }
        };
        loaded.diagnostics.push(fault);
        None
    }
}

impl<T> Table<T> {
    pub(super) fn fault(&self, loaded: &mut Loaded, span: Range<usize>, message: Words) {
        loaded.diagnostics.push(Diagnostic::error(self.file, span, message));
    }

    /// An id that is one, and that is new.
    pub(super) fn new_id<I>(
        &self,
        raw: &Spanned<String>,
        parse: impl Fn(&str) -> Option<I>,
        taken: bool,
        loaded: &mut Loaded,
    ) -> Option<I> {
        let text = raw.as_ref();
        if taken {
            let message = Words::new(
                format!("there are two entries with the id {text:?}"),
                format!("有两条记录的 id 都是“{text}”"),
            );
            self.fault(loaded, raw.span(), message);
            return None;
        }
        let id = parse(text);
        if id.is_none() {
            let message = Words::new(
                format!("{text:?} is not an id: 1 to 32 of a-z, 0-9 and -, a letter first"),
                format!("“{text}”不能作 id：1 到 32 个小写字母、数字或 -，以字母开头"),
            );
            self.fault(loaded, raw.span(), message);
        }
        id
    }

    pub(super) fn day(&self, raw: &Spanned<Datetime>, loaded: &mut Loaded) -> Option<Day> {
        day_of(raw, &mut |span, message| self.fault(loaded, span, message))
    }

    /// A citation of a law that is known.
    pub(super) fn citation(&self, raw: &Spanned<String>, loaded: &mut Loaded) -> Option<Citation> {
        citation(self.file, raw.as_ref(), raw.span(), loaded)
    }

    fn add_court(&self, raw: RawCourt, loaded: &mut Loaded) {
        let taken = loaded.library.courts.iter().any(|c| c.id.as_str() == raw.id.as_ref());
        let id = self.new_id(&raw.id, CourtId::parse, taken, loaded);
        let level = Level::parse(raw.level.as_ref());
        if level.is_none() {
            let message = Words::new(
                "a level is basic, intermediate or high",
                "level 应为 basic（基层）、intermediate（中级）或 high（高级）",
            );
            self.fault(loaded, raw.level.span(), message);
        }
        if raw.name.as_ref().trim().is_empty() {
            let message = Words::new("the name is empty", "名称是空的");
            self.fault(loaded, raw.name.span(), message);
        }
        let on_duty = self.on_duty(raw.on_duty.as_ref(), loaded);
        if let (Some(id), Some(level)) = (id, level) {
            loaded.library.courts.push(Court {
                id,
                name: raw.name.into_inner(),
                level,
                address: raw.address,
                hours: raw.hours,
                telephone: raw.telephone,
                on_duty,
            });
        }
    }

    fn on_duty(&self, raw: Option<&Spanned<Vec<String>>>, loaded: &mut Loaded) -> OnDuty {
        let Some(raw) = raw else { return OnDuty::default() };
        let read = OnDuty::parse(raw.as_ref());
        if read.is_none() {
            let message = Words::new(
                "on_duty is spans of a workday, one after the other, like [\"08:30-12:00\", \
                 \"14:00-17:30\"]",
                "on_duty 写工作日上班的时段，从早到晚，例如 [\"08:30-12:00\", \"14:00-17:30\"]",
            );
            self.fault(loaded, raw.span(), message);
        }
        read.unwrap_or_default()
    }

    fn add_link(&self, raw: RawLink, loaded: &mut Loaded) {
        let taken = loaded.library.links.iter().any(|l| l.id == *raw.id.as_ref());
        let id = self.new_id(&raw.id, |t| LawId::parse(t).map(|_| t.to_owned()), taken, loaded);
        let url = raw.url.as_ref();
        let host = url.strip_prefix("https://").unwrap_or_default();
        if host.is_empty() || url.contains(|c: char| c.is_whitespace() || "\"'<>".contains(c)) {
            let message =
                Words::new("an official link begins with https://", "官方链接应以 https:// 开头");
            self.fault(loaded, raw.url.span(), message);
            return;
        }
        if let Some(id) = id {
            loaded.library.links.push(OfficialLink {
                id,
                title: raw.title,
                title_en: raw.en,
                url: raw.url.into_inner(),
            });
        }
    }
}

/// A citation of a law that is known; it joins the places that rest on an article.
pub(super) fn citation(
    file: &str,
    text: &str,
    span: Range<usize>,
    loaded: &mut Loaded,
) -> Option<Citation> {
    let Some(citation) = Citation::parse(text) else {
        let message = Words::new(
            "not a citation like fees#22-1 (law#article-paragraph-item)",
            "不是 fees#22-1（法律#条-款-项）这样的引用",
        );
        loaded.diagnostics.push(Diagnostic::error(file, span, message));
        return None;
    };
    if loaded.library.law(&citation.law).is_none() {
        let fault = unknown_law(file, span, &citation, loaded);
        loaded.diagnostics.push(fault);
        return None;
    }
    loaded.uses.push(Use {
        file: file.to_owned(),
        span,
        citation: citation.clone(),
        through: None,
    });
    Some(citation)
}

/// A citation of a law that `laws.toml` does not have.
pub(super) fn unknown_law(
    file: &str,
    span: Range<usize>,
    citation: &Citation,
    loaded: &Loaded,
) -> Diagnostic {
    unknown(
        file,
        span,
        "law",
        citation.law.as_str(),
        "laws.toml",
        loaded.library.laws.iter().map(|law| law.id.as_str()),
    )
}

/// `no fee "propety" in fees.toml`, with the nearest name as hint.
pub(super) fn unknown<'a>(
    file: &str,
    span: Range<usize>,
    kind: &str,
    id: &str,
    table: &str,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let fault = Diagnostic::error(
        file,
        span,
        Words::new(format!("no {kind} {id:?} in {table}"), format!("{table} 中没有“{id}”")),
    );
    match nearest(id, known) {
        Some(near) => fault
            .with_hint(Words::new(format!("did you mean {near:?}?"), format!("是不是“{near}”？"))),
        None => fault,
    }
}
