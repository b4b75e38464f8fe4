//! The monthly report on paper: what a month came to, as a PDF in the posters' look.
//!
//! [`Needs`] says which counts to read, [`Monthly`] holds them, `value` makes the one JSON value of
//! them that `printables/report/main.typ` sets. Words and looks are changed there, without Rust; a
//! number more is a key more in `value`. The same input gives the same bytes.

mod events;
mod places;
mod value;

use super::{Question, against, silent};
use crate::domain::alarm::Alarm;
use crate::domain::feedback::FeedbackCount;
use crate::domain::library::Library;
use crate::domain::period::{Day, Moment, Month, Period};
use crate::domain::scan::{DayCount, Detail, ScanQuery};
use crate::domain::site::SiteFiles;
use crate::domain::strike::Struck;
use crate::typeset::{self, Engine, Fonts, OneThread, TypesetError};

/// Where the design is in a site.
pub const TEMPLATE: &str = "printables/report/main.typ";

/// What of a site a report is made with, besides the guides.
pub const FILES: [&str; 2] = ["printables/report/", "printables/fonts/"];

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum MonthlyError {
    /// The month has not begun.
    #[error("{month} has not begun")]
    Future {
        /// What was asked for.
        month: Month,
    },
    /// The site has no design for it.
    #[error("no {TEMPLATE}, or it is not UTF-8 text")]
    NoTemplate,
    /// Characters that the print fonts lack.
    #[error("the print fonts lack {characters}")]
    Glyphs {
        /// Each missing character once.
        characters: String,
    },
    /// The design, or a font, is at fault.
    #[error("{TEMPLATE} cannot be set: {0}")]
    Typeset(#[from] TypesetError),
}

/// A month as far as it has come, and what it stands against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// The month.
    pub month: Month,
    /// Its days, as many of the month before, as many of the same month a year before.
    pub periods: [Period; 3],
    /// The days that tell of silences at its end.
    pub past: Period,
    /// The end: the first moment after the month, or the present one.
    end: Moment,
}

impl Needs {
    /// What a report on `month` is computed from.
    ///
    /// # Errors
    /// [`MonthlyError::Future`] where the month has not begun.
    pub fn of(month: Month, now: Moment) -> Result<Self, MonthlyError> {
        let today = now.day();
        if month.first() > today {
            return Err(MonthlyError::Future { month });
        }
        let last = month.last().min(today);
        let mut periods = against::periods(month.first(), month.last(), today);
        periods[0].to = Some(last);
        let end = Moment(now.0.min(last.plus(1).start().0));
        let past = Period { to: Some(last), ..silent::period(end) };
        Ok(Self { month, periods, past, end })
    }

    /// The counts to read, each as coarsely as it will do: those of the three periods, then those of
    /// the past.
    pub fn queries(&self) -> [ScanQuery; 4] {
        let [month, before, year] = self.periods;
        let query = |period, detail| ScanQuery { period, detail };
        [
            query(month, Detail::Full),
            query(before, Detail::Totals),
            query(year, Detail::Totals),
            query(self.past, Detail::Hours),
        ]
    }

    /// The last whole month before `now`.
    pub fn last_whole(now: Moment) -> Month {
        Month::of(now.day()).plus(-1)
    }

    /// Whether the month is over.
    pub fn is_over(&self) -> bool {
        self.periods[0].to == Some(self.month.last())
            && self.end == self.month.plus(1).first().start()
    }

    fn last(&self) -> Day {
        self.periods[0].to.unwrap_or(self.month.last())
    }
}

/// All that a report is computed from.
pub struct Monthly<'a> {
    /// Which month, against which others.
    pub needs: Needs,
    /// All content.
    pub library: &'a Library,
    /// Whose scans, on what; its period is the month's.
    pub question: Question,
    /// The counts of [`Needs::queries`].
    pub counts: [Vec<DayCount>; 4],
    /// What visitors said of pages in the month.
    pub answers: Vec<FeedbackCount>,
    /// All alarms; those of the month are told.
    pub alarms: Vec<Alarm>,
    /// All floods that were struck out; those of the month are told.
    pub strikes: Vec<Struck>,
}

impl Monthly<'_> {
    /// The report as PDF/UA, with the design and the fonts of `files`.
    pub fn pdf(&self, files: &SiteFiles) -> Result<Vec<u8>, MonthlyError> {
        let template = files.get(TEMPLATE).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let template = template.ok_or(MonthlyError::NoTemplate)?;
        let fonts = fonts(files)?;
        let value = value::of(self);
        if let Some(characters) = fonts.missing(&value.to_string()) {
            return Err(MonthlyError::Glyphs { characters });
        }
        // The other processors are the visitors'.
        let pdf = OneThread::default()
            .run(|| Engine::new(template, &[], &fonts).typeset(&value, Vec::new())?.pdf())?;
        // Once a month: nothing is worth keeping until then.
        typeset::forget();
        Ok(pdf)
    }
}

fn fonts(files: &SiteFiles) -> Result<Fonts, TypesetError> {
    let paths = files.under("printables/fonts/").map(|(path, _)| path);
    let fonts = paths.filter(|path| {
        let ending = std::path::Path::new(path).extension();
        ending.is_some_and(|e| e.eq_ignore_ascii_case("ttf") || e.eq_ignore_ascii_case("otf"))
    });
    Fonts::read(
        fonts.filter_map(|path| files.get_shared(path).map(|bytes| (path.to_owned(), bytes))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(month: &str, today: &str) -> Result<Needs, MonthlyError> {
        let noon = Moment(Day::parse(today).unwrap().start().0 + 12 * 3600);
        Needs::of(Month::parse(month).unwrap(), noon)
    }

    #[test]
    fn a_whole_month_stands_against_whole_months_and_one_under_way_against_as_many_days() {
        let days = |needs: &Needs| needs.periods.map(|period| super::super::span(period).0);
        let whole = needs("2026-02", "2026-03-01").unwrap();
        assert!(whole.is_over());
        assert_eq!(
            days(&whole),
            ["2026-02-01 to 2026-02-28", "2026-01-01 to 2026-01-31", "2025-02-01 to 2025-02-28"]
        );
        // What is known of a month that is over does not depend on when it is asked for.
        assert_eq!(whole, needs("2026-02", "2027-11-24").unwrap());
        let begun = needs("2026-03", "2026-03-30").unwrap();
        assert!(!begun.is_over());
        assert_eq!(
            days(&begun),
            ["2026-03-01 to 2026-03-30", "2026-02-01 to 2026-02-28", "2025-03-01 to 2025-03-30"]
        );
        assert!(!needs("2026-03", "2026-03-31").unwrap().is_over(), "its last day is under way");
        assert!(matches!(needs("2026-04", "2026-03-31"), Err(MonthlyError::Future { .. })));
    }
}
