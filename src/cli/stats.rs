//! `onecode stats`: asks the running service, or the store itself where none runs; for scans, or
//! for what visitors say of pages.

use anyhow::Context;

use super::args::{Args, ReportFormat, Stats};
use super::output::Output;
use super::told::told;
use super::{Ending, clock, print, site};
use crate::content;
use crate::domain::library::Library;
use crate::domain::period::Period;
use crate::print::job::write_whole;
use crate::report::asked::{Asking, Table};
use crate::report::{self, Answered, Dimension, Question, REPORTS, ReportKind, format, useful};
use crate::store;

pub(super) fn run(args: &Args, stats: &Stats, output: &Output) -> anyhow::Result<Ending> {
    let kind = kind(stats)?;
    check_arguments(stats, kind, output)?;
    let now = clock().now();
    // Names only: a guide at fault must not keep a manager from the numbers.
    let files = site::load(args, &["guides/"])?;
    let library = content::load(&files, now.day()).library;
    let mut by = Vec::new();
    for dimension in &stats.by {
        // Named twice it would be two columns of the same.
        if !by.contains(dimension) {
            by.push(*dimension);
        }
    }
    let question = Question {
        by,
        courts: print::courts(&stats.court, &library)?,
        topics: print::topics(&stats.topic, &library)?,
        period: Period { from: stats.from, to: stats.to },
        today: now.day(),
    };
    let table = if stats.useful { Table::Useful } else { Table::Scans(kind) };
    let asking = Asking { table, question, now };
    let store = store::open_to_read(&args.store)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut counts = Vec::new();
    for query in asking.of_scans() {
        counts.push(runtime.block_on(store.counts(&query)).context("while reading the counts")?);
    }
    let feedback = match asking.of_feedback() {
        Some(period) => {
            runtime.block_on(store.feedback(period)).context("while reading the answers")?
        }
        None => Vec::new(),
    };
    let strikes = runtime.block_on(store.strikes()).context("while reading strikes")?;
    let answered = asking.answer(&counts, &feedback, &library);
    let answered = answered.with_struck(&strikes, &asking, &library);
    let bytes = written(&answered, &asking.question, &library, stats.format, output)?;
    match &stats.out {
        Some(file) => write_whole(file, &bytes)?,
        None => output.result(&bytes)?,
    }
    Ok(Ending::Done)
}

fn written(
    answered: &Answered,
    question: &Question,
    library: &Library,
    format: ReportFormat,
    output: &Output,
) -> anyhow::Result<Vec<u8>> {
    Ok(match format {
        ReportFormat::Table => format::table::write(&answered.report, output.tongue()).into_bytes(),
        ReportFormat::Csv => format::csv::write(&answered.report),
        ReportFormat::Json => format::json::write(&answered.report),
        ReportFormat::Xlsx => answered.workbook(question, library).map_err(|fault| {
            told(fault.to_string(), "一张表最多 1048576 行，装不下：请缩小范围，或改用 csv")
        })?,
    })
}

/// The report that is asked for.
fn kind(stats: &Stats) -> anyhow::Result<&'static dyn ReportKind> {
    let name = stats.report.as_deref().unwrap_or(REPORTS[0].name());
    let names = || REPORTS.iter().map(|report| report.name());
    report::find(name).ok_or_else(|| print::unknown(("report", "报表"), name, names()))
}

/// Refuses what cannot be answered, and bytes on a terminal.
fn check_arguments(stats: &Stats, kind: &dyn ReportKind, output: &Output) -> anyhow::Result<()> {
    if let (Some(from), Some(to)) = (stats.from, stats.to)
        && from > to
    {
        return Err(told(
            format!("--from {from} is after --to {to}"),
            format!("--from {from} 晚于 --to {to}"),
        ));
    }
    if stats.format == ReportFormat::Xlsx && stats.out.is_none() && output.is_seen() {
        return Err(told(
            "a workbook is nothing for a terminal: add --out FILE.xlsx",
            "xlsx 不能显示在终端上：请加 --out 文件.xlsx",
        ));
    }
    let known = if stats.useful { &useful::BY[..] } else { kind.by() };
    match stats.by.iter().find(|by| !known.contains(by)) {
        Some(unknown) => Err(not_by(unknown.as_str(), known, stats.useful, kind.name())),
        None => Ok(()),
    }
}

/// That an answer does not go by this dimension.
fn not_by(unknown: &str, known: &[Dimension], useful: bool, name: &str) -> anyhow::Error {
    if known.is_empty() {
        return told(
            format!("--report {name} is not broken down: leave out --by"),
            format!("--report {name} 不能再分：请去掉 --by"),
        );
    }
    let known = known.iter().copied().map(Dimension::as_str).collect::<Vec<_>>().join(", ");
    if useful {
        return told(
            format!("the {unknown} of an answer is not kept; --useful goes by {known}"),
            format!("回答不记 {unknown}；--useful 可以按 {known} 分"),
        );
    }
    told(
        format!("--report {name} does not go by {unknown}; it goes by {known}"),
        format!("--report {name} 不能按 {unknown} 分；可以按 {known} 分"),
    )
}
