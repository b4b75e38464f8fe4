//! Floods that were struck out of the counts, as the notes of a report tell of them.
//!
//! The monthly report and the dashboard have places of their own for them; what is lost of a period is
//! reckoned here for all.

use super::asked::{Asking, Table};
use super::{Answered, Wanted};
use crate::diagnostic::Words;
use crate::domain::library::Library;
use crate::domain::period::{Moment, Period};
use crate::domain::scan::Count;
use crate::domain::strike::Struck;

impl Answered {
    /// Notes what was struck out of the counts that `asking` is about, and not put back.
    #[must_use]
    pub fn with_struck(mut self, strikes: &[Struck], asking: &Asking, library: &Library) -> Self {
        // Answers and silences are not counted from what a strike takes away.
        if matches!(asking.table, Table::Scans(_)) {
            let wanted = Wanted::new(&asking.question, library);
            let notes = strikes.iter().filter_map(|struck| note(struck, self.period, &wanted));
            self.report.notes.extend(notes);
        }
        self
    }
}

fn note(struck: &Struck, period: Period, wanted: &Wanted) -> Option<Words> {
    let scans = lost(struck, period, wanted)?;
    let strike = &struck.strike;
    let (code, note) = (strike.code, &strike.note);
    let [from, until] = [strike.from, strike.until].map(minute);
    Some(Words::new(
        format!("struck out, not counted: {scans} scans of {code}, {from} to {until}: {note}"),
        format!("已剔除，未计入：码 {code} 从 {from} 到 {until} 的 {scans} 次（{note}）"),
    ))
}

/// How many openings of what is wanted the counts of a period lost by a strike; none where it is undone
/// or took nothing of them.
pub(super) fn lost(struck: &Struck, period: Period, wanted: &Wanted) -> Option<u64> {
    let mut lost = Count::default();
    let rows = struck.counts.iter().filter(|row| period.contains(row.day));
    rows.filter(|row| wanted.has(row)).for_each(|row| lost.add(row.total));
    Some(lost.scans()).filter(|scans| *scans > 0 && struck.undone.is_none())
}

/// `2026-10-12 08:30`
pub(super) fn minute(at: Moment) -> String {
    at.to_string().chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}
