//! `onecode stats`: asks the running service, or the store itself where none runs; for scans, or
//! for what visitors say of pages.

use anyhow::Context;

use super::args::{Args, ReportFormat, Stats};
use super::output::Output;
use super::told::told;
use super::{Ending, clock, print, site};
use crate::content;
use crate::domain::period::Period;
use crate::domain::scan::ScanQuery;
use crate::report::{self, Dimension, Question, format, useful};
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
    check_dimensions(stats)?;
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
    let report = if stats.useful {
        let answers = runtime.block_on(store.feedback(&query));
        useful::answer(&answers.context("while reading the answers")?, &question, &library)
    } else {
        let counts = runtime.block_on(store.counts(&query)).context("while reading the counts")?;
        report::answer(&counts, &question, &library)
    };
    match stats.format {
        ReportFormat::Table => {
            output.result(format::table::write(&report, output.tongue()).as_bytes())?;
        }
        ReportFormat::Csv => output.result(&format::csv::write(&report))?,
        ReportFormat::Json => output.result(&format::json::write(&report))?,
    }
    Ok(Ending::Done)
}

/// Refuses what is not kept of an answer.
fn check_dimensions(stats: &Stats) -> anyhow::Result<()> {
    let unknown = stats.by.iter().find(|d| stats.useful && useful::UNKNOWN.contains(d));
    let Some(unknown) = unknown.map(|d| d.as_str()) else { return Ok(()) };
    let known = Dimension::ALL.into_iter().filter(|d| !useful::UNKNOWN.contains(d));
    let known = known.map(Dimension::as_str).collect::<Vec<_>>().join(", ");
    Err(told(
        format!("the {unknown} of an answer is not kept; --useful goes by {known}"),
        format!("回答不记 {unknown}；--useful 可以按 {known} 分"),
    ))
}
