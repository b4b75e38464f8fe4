//! `onecode stats`: asks the running service, or the store itself where none runs.

use anyhow::Context;

use super::args::{Args, ReportFormat, Stats};
use super::output::Output;
use super::told::told;
use super::{Ending, clock, print, site};
use crate::content;
use crate::domain::period::Period;
use crate::domain::scan::ScanQuery;
use crate::report::{self, Question, format};
use crate::store;

pub(super) fn run(args: &Args, stats: &Stats, output: &Output) -> anyhow::Result<Ending> {
    if let (Some(from), Some(to)) = (stats.from, stats.to)
        && from > to
    {
        return Err(told(
            format!("--from {from} is after --to {to}"),
            format!("--from {from} 晚于 --to {to}"),
        ));
    }
    // Names only: a guide at fault must not keep a manager from the numbers.
    let files = site::load(args, &["guides/"])?;
    let library = content::load(&files, clock().now().day()).library;
    let question = Question {
        by: stats.by.clone(),
        courts: print::courts(&stats.court, &library)?,
        topics: print::topics(&stats.topic, &library)?,
    };
    let query = ScanQuery { period: Period { from: stats.from, to: stats.to } };
    let store = store::open_to_read(&args.store)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let counts = runtime.block_on(store.counts(&query)).context("while reading the counts")?;
    let report = report::answer(&counts, &question, &library);
    match stats.format {
        ReportFormat::Table => {
            output.result(format::table::write(&report, output.tongue()).as_bytes())?;
        }
        ReportFormat::Csv => output.result(&format::csv::write(&report))?,
        ReportFormat::Json => output.result(&format::json::write(&report))?,
    }
    Ok(Ending::Done)
}
