//! Silent placements for scripts.

use serde_json::{Value, json};

use super::{Hour, Silence, THRESHOLD, WEEKS, Watch};
use crate::domain::library::Library;
use crate::domain::period::Moment;

impl Watch {
    /// What was found, as one object: for `onecode silent --format json` and `/api/v1/silent`.
    pub fn json(&self, library: &Library, now: Moment) -> Value {
        answer(self, library, now)
    }
}

fn answer(found: &Watch, library: &Library, now: Moment) -> Value {
    let all = |list: &[Silence]| -> Vec<Value> {
        list.iter().map(|silence| placement(silence, library)).collect()
    };
    let mut silent = all(&found.silent);
    for (row, silence) in silent.iter_mut().zip(&found.silent) {
        row["expected"] = json!((silence.expected * 10.0).round() / 10.0);
        row["probability"] = json!(silence.probability());
    }
    json!({
        "at": now.to_string(),
        "threshold": THRESHOLD,
        "weeks": WEEKS,
        "watched": found.watched,
        "last": found.last.map(hour),
        "holidays_announced": !found.unannounced,
        "silent": silent,
        "too_little_history": all(&found.unknown),
    })
}

fn placement(silence: &Silence, library: &Library) -> Value {
    let placement = library.placements.get(&silence.placement);
    let court = placement.map(|placement| &placement.court);
    json!({
        "placement": silence.placement,
        "court": court,
        "court_name": court.and_then(|id| library.court(id)).map(|court| &court.name),
        "place": placement.map(|placement| &placement.place),
        "last": silence.last.map(hour),
        "days": silence.days,
        "visits": silence.visits,
    })
}

/// The beginning of an hour: `2026-11-24T08:00:00+08:00`.
fn hour((day, hour): Hour) -> String {
    Moment(day.start().0 + i64::from(hour) * 3600).to_string()
}
