//! `onecode silent`: placements whose codes have gone quiet, worst first.

use anyhow::Context;

use super::args::{Args, Silent, Style};
use super::output::Output;
use super::{Ending, clock, print, site};
use crate::content;
use crate::domain::scan::{Detail, ScanQuery};
use crate::report::format;
use crate::report::silent;
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
            let mut bytes = serde_json::to_vec_pretty(&found.json(&library, now))?;
            bytes.push(b'\n');
            output.result(&bytes)?;
        }
    }
    Ok(Ending::Done)
}
