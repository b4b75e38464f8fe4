//! What happened in a month that bears on its numbers: alarms, and floods that were struck out.

use serde_json::{Value as Json, json};

use super::super::Wanted;
use super::super::struck::{lost, minute};
use super::Monthly;
use crate::domain::alarm::AlarmKind;
use crate::domain::strike::Struck;

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
    let told = |struck: &Struck| {
        let (strike, scans) = (&struck.strike, lost(struck, period, &wanted)?);
        Some(json!({
            "code": strike.code.to_string(),
            "from": minute(strike.from),
            "until": minute(strike.until),
            "scans": scans,
            "note": strike.note,
        }))
    };
    monthly.strikes.iter().filter_map(told).collect()
}
