//! The placements of a month: what each came to, and which fell silent.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::super::{Asked, Cell, ReportKind, courts, placements, silent};
use super::Monthly;
use super::value::cell;

/// The placements that hung in the month, or were scanned in it, by court; first and last scan as far
/// back as a year and a week.
pub(super) fn lives(monthly: &Monthly) -> Json {
    let question = monthly.question(&[]);
    let asked = Asked {
        question: &question,
        library: monthly.library,
        periods: &[monthly.needs.past],
        counts: &monthly.counts[3..],
    };
    let past = placements::Placements.answer(&asked).rows;
    let past: BTreeMap<String, (Json, Json)> = past
        .iter()
        .filter_map(|row| Some((cell(row.first()?).to_string(), (cell(&row[6]), cell(&row[7])))))
        .collect();
    let hung = courts::hanging(monthly.library, &question);
    let mut courts: Vec<(String, Vec<Json>)> = Vec::new();
    let (mut used, mut all, mut never) = (0_u64, 0_u64, 0_u64);
    for row in monthly.rows(&placements::Placements, &[]) {
        let (Some(Cell::Number(number)), Some(Cell::Text(court))) = (row.first(), row.get(1))
        else {
            continue;
        };
        let scanned = row.get(8) != Some(&Cell::Number(0));
        if !scanned && !hung.contains(number) {
            continue;
        }
        (all, used) = (all + 1, used + u64::from(scanned));
        let (first, last) = past.get(&number.to_string()).cloned().unwrap_or_default();
        never += u64::from(last.is_null());
        let place = json!({
            "number": number, "place": cell(&row[2]), "channel": cell(&row[3]),
            "retired": cell(&row[5]), "scans": cell(&row[8]), "first": first, "last": last,
        });
        match courts.iter_mut().find(|(name, _)| *name == court.label) {
            Some((_, places)) => places.push(place),
            None => courts.push((court.label.clone(), vec![place])),
        }
    }
    let courts: Vec<Json> = courts
        .into_iter()
        .map(|(name, places)| json!({ "court": name, "places": places }))
        .collect();
    json!({ "since": monthly.needs.past.from, "courts": courts, "all": all, "used": used, "never": never })
}

/// Which placements were improbably silent at the end.
pub(super) fn silences(monthly: &Monthly) -> Json {
    let (library, end) = (monthly.library, monthly.needs.end);
    let found = silent::watch(&monthly.counts[3], library, &monthly.question.courts, end);
    let report = found.report(library);
    let rows: Vec<Vec<Json>> =
        report.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    json!({
        "watched": found.watched,
        "unknown": found.unknown.len(),
        "rows": rows,
        "weeks": silent::WEEKS,
        "unannounced": found.unannounced,
    })
}
