//! `onecode report`: the monthly report as PDF, of the running service or of the store itself.

use std::path::PathBuf;

use anyhow::Context;

use super::args::{Args, Report};
use super::output::Output;
use super::told::told;
use super::{Ending, clock, print, site};
use crate::content;
use crate::diagnostic::Words;
use crate::domain::library::Library;
use crate::print::job::write_whole;
use crate::report::Question;
use crate::report::monthly::{FILES, Monthly, MonthlyError, Needs, TEMPLATE};
use crate::store::{self, Store, StoreError};

pub(super) fn run(args: &Args, report: &Report, output: &Output) -> anyhow::Result<Ending> {
    let now = clock().now();
    let month = report.month.unwrap_or_else(|| Needs::last_whole(now));
    let needs = Needs::of(month, now).map_err(in_words)?;
    // Names only: a guide at fault must not keep a manager from the numbers.
    let files = site::load(args, &[&["guides/"], &FILES[..]].concat())?;
    let library = content::load(&files, now.day()).library;
    let question = Question {
        by: Vec::new(),
        courts: print::courts(&report.court, &library)?,
        topics: print::topics(&report.topic, &library)?,
        period: needs.periods[0],
        today: now.day(),
    };
    let store = store::open_to_read(&args.store)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let monthly = runtime
        .block_on(read(&*store, needs, &library, question))
        .context("while reading the counts")?;
    let pdf = monthly.pdf(&files).map_err(in_words)?;
    let out = report.out.clone().unwrap_or_else(|| PathBuf::from(format!("report-{month}.pdf")));
    write_whole(&out, &pdf)?;
    let out = out.display();
    output.say(&Words::new(format!("written to {out}"), format!("已写入 {out}")));
    Ok(Ending::Done)
}

/// All that the report is computed from.
async fn read<'a>(
    store: &dyn Store,
    needs: Needs,
    library: &'a Library,
    question: Question,
) -> Result<Monthly<'a>, StoreError> {
    let [month, before, year, past] = needs.queries();
    Ok(Monthly {
        counts: [
            store.counts(&month).await?,
            store.counts(&before).await?,
            store.counts(&year).await?,
            store.counts(&past).await?,
        ],
        answers: store.feedback(month.period).await?,
        alarms: store.alarms().await?,
        strikes: store.strikes().await?,
        needs,
        library,
        question,
    })
}

/// Why there is no report, and what to do.
fn in_words(error: MonthlyError) -> anyhow::Error {
    match error {
        MonthlyError::Future { month } => {
            let last = Needs::last_whole(clock().now());
            told(
                format!("{month} has not begun: the last whole month is --month {last}"),
                format!("{month} 还没有开始：最近一个整月是 --month {last}"),
            )
        }
        MonthlyError::NoTemplate => told(
            format!("no {TEMPLATE}, or it is not UTF-8 text: take that of `onecode init` again"),
            format!("没有 {TEMPLATE}，或它不是 UTF-8 文本：请用 onecode init 写出的那一份"),
        ),
        MonthlyError::Glyphs { characters } => told(
            format!(
                "the print fonts lack {characters}: write the names in courts.toml and \
                 placements.csv another way"
            ),
            format!(
                "印刷字体缺少 {characters}：请把 courts.toml、placements.csv 里的名称换一种写法"
            ),
        ),
        MonthlyError::Typeset(error) => error.into(),
    }
}
