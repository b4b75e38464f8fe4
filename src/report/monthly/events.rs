//! What happened in a month that bears on its numbers: alarms, and floods that were struck out.

use serde_json::{Value as Json, json};

use super::super::Wanted;
use super::Monthly;
use crate::domain::alarm::AlarmKind;
use crate::domain::period::Moment;
use crate::domain::scan::Count;

/// The alarms raised in the month. Nothing of the machine: the paper goes to people who need not know
/// where the store is.
pub(super) fn alarms(monthly: &Monthly) -> Vec<Json> {
    let period = monthly.needs.periods[0];
    let raised = monthly.alarms.iter().filter(|alarm| period.contains(alarm.at.day()));
    raised
        .map(|alarm| {
            let numbers = match &alarm.kind {
                AlarmKind::Damaged { scans, missing, .. } => {
                    json!({ "kind": "damaged", "scans": scans, "missing": missing })
                }
                AlarmKind::Dropped { scans, answers, .. } => {
                    json!({ "kind": "dropped", "scans": scans, "answers": answers })
                }
                AlarmKind::Clock { seconds } => json!({ "kind": "clock", "seconds": seconds }),
            };
            json!({ "at": minute(alarm.at), "what": numbers, "seen": alarm.seen.is_some() })
        })
        .collect()
}

/// What was struck out of the month's counts, and not put back.
pub(super) fn strikes(monthly: &Monthly) -> Vec<Json> {
    let period = monthly.needs.periods[0];
    let wanted = Wanted::new(&monthly.question, monthly.library);
    let mut told = Vec::new();
    for struck in monthly.strikes.iter().filter(|struck| struck.undone.is_none()) {
        let mut lost = Count::default();
        let rows = struck.counts.iter().filter(|row| period.contains(row.day));
        for row in rows.filter(|row| wanted.has(row)) {
            lost.add(row.total);
        }
        if lost.scans() > 0 {
            let strike = &struck.strike;
            told.push(json!({
                "code": strike.code.to_string(),
                "from": minute(strike.from),
                "until": minute(strike.until),
                "scans": lost.scans(),
                "note": strike.note,
            }));
        }
    }
    told
}

/// `2026-10-12 08:30`
fn minute(at: Moment) -> String {
    at.to_string().chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}
