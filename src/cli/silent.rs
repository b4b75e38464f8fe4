//! `onecode silent`: placements whose codes have gone quiet, worst first.

use anyhow::Context;
use serde_json::{Value, json};

use super::args::{Args, Silent, Style};
use super::output::Output;
use super::{Ending, clock, print, site};
use crate::content;
use crate::domain::library::Library;
use crate::domain::period::Moment;
use crate::domain::scan::{Detail, ScanQuery};
use crate::report::format;
use crate::report::silent::{self, Silence, Watch};
use crate::store;

pub(super) fn run(args: &Args, asked: &Silent, output: &Output) -> anyhow::Result<Ending> {
    let now = clock().now();
    // Names only: a guide at fault must not keep anybody from an alarm.
    let files = site::load(args, &["guides/"])?;
    let library = content::load(&files, now.day()).library;
    let courts = print::courts(&asked.court, &library)?;
    let store = store::open_to_read(&args.store)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let query = ScanQuery { period: silent::period(now), detail: Detail::Hours };
    let counted = runtime.block_on(store.counts(&query)).context("while reading the counts")?;
    let found = silent::watch(&counted, &library, &courts, now);
    match asked.format {
        Style::Human => {
            let mut report = found.report(&library);
            if report.rows.is_empty() {
                report.columns.clear();
            }
            let table = format::table::write(&report, output.tongue());
            output.result(table.trim_start().as_bytes())?;
        }
        Style::Json => {
            let mut bytes = serde_json::to_vec_pretty(&answer(&found, &library, now))?;
            bytes.push(b'\n');
            output.result(&bytes)?;
        }
    }
    Ok(Ending::Done)
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
        "threshold": silent::THRESHOLD,
        "weeks": silent::WEEKS,
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
fn hour((day, hour): silent::Hour) -> String {
    Moment(day.start().0 + i64::from(hour) * 3600).to_string()
}
