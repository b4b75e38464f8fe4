//! `onecode strike`: takes an erroneous flood of scans out of the counts, undoably; while the service
//! runs too.

use anyhow::Context;

use super::alarm::BY;
use super::args::Args;
use super::output::Output;
use super::told::told;
use super::{Ending, clock};
use crate::diagnostic::Words;
use crate::domain::code::{Code, RawCode};
use crate::domain::period::{Day, Moment};
use crate::domain::scan::Class;
use crate::domain::strike::{Strike, StrikeFault, Struck};
use crate::store::{self, Store};

#[derive(Debug, clap::Args)]
pub(super) struct StrikeArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Take the scans of a code in a time out of the counts; they stay where they are kept
    Out {
        /// The code under the symbol, such as 200041T
        #[arg(value_name = "CODE", value_parser = code)]
        code: RawCode,
        /// From this day or moment, such as 2026-11-24 or 2026-11-24T14:30
        #[arg(long, value_name = "WHEN", value_parser = from)]
        from: Moment,
        /// To this day, included, or until before this moment
        #[arg(long, value_name = "WHEN", value_parser = until)]
        to: Moment,
        /// Why, in a few words
        #[arg(long, value_name = "TEXT", value_parser = note)]
        note: String,
    },
    /// What was struck out
    List,
    /// Count again what was struck out
    Undo {
        /// The strike's number
        #[arg(value_name = "N")]
        number: u32,
    },
}

fn code(text: &str) -> Result<RawCode, String> {
    RawCode::parse(text).ok_or_else(|| "a code has seven characters, such as 200041T".to_owned())
}

fn from(text: &str) -> Result<Moment, String> {
    when(text, 0)
}

fn until(text: &str) -> Result<Moment, String> {
    when(text, 1)
}

/// A moment, or the beginning of the day `more` days later.
fn when(text: &str, more: i64) -> Result<Moment, String> {
    let day = Day::typed(text).map(|day| day.plus(more).start());
    let moment = day.or_else(|| Moment::typed(text));
    moment.ok_or_else(|| "write 2026-11-24 or 2026-11-24T14:30".to_owned())
}

fn note(text: &str) -> Result<String, String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= 200;
    fits.then(|| text.to_owned()).ok_or_else(|| "a note has 1 to 200 characters".to_owned())
}

pub(super) fn run(args: &Args, asked: &StrikeArgs, output: &Output) -> anyhow::Result<Ending> {
    let store = store::open_to_read(&args.store)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    match &asked.action {
        Action::Out { code, from, to, note } => {
            let at = clock().now();
            let (by, note) = (BY.to_owned(), note.clone());
            let strike = Strike { code: *code, from: *from, until: *to, note, by, at };
            check(&strike)?;
            let struck = runtime.block_on(store.strike(&strike)).context("while striking out")?;
            let struck = struck.map_err(|fault| fault_of(fault, *code))?;
            output.result(line(&struck, output).as_bytes())?;
        }
        Action::List => list(&*store, &runtime, output)?,
        Action::Undo { number } => {
            let strikes = runtime.block_on(store.strikes()).context("while reading strikes")?;
            let undone = runtime.block_on(store.undo_strike(*number, clock().now()));
            if !undone.context("while undoing it")? {
                return Err(told(
                    format!("nothing is struck out under {number}: `onecode strike list` has all"),
                    format!("没有第 {number} 号剔除，或已撤销：onecode strike list 可以列出"),
                ));
            }
            let struck = strikes.iter().find(|struck| struck.number == *number);
            let scans = struck.map_or(0, |struck| struck.total().scans());
            output.say(&Words::new(
                format!("strike {number} is undone: its {scans} scans are counted again"),
                format!("已撤销第 {number} 号剔除：{scans} 次重新计入"),
            ));
        }
    }
    Ok(Ending::Done)
}

/// Refuses a time that is none, or that is not over. What lies ahead as a whole is what a clock gone wrong
/// recorded.
fn check(strike: &Strike) -> anyhow::Result<()> {
    let Strike { from, until, at, .. } = strike;
    if from >= until {
        return Err(told(
            format!(
                "the time ends at {until}, not after it begins, {from}: swap --from and --to, or write \
                 a later --to"
            ),
            format!("结束（{until}）不晚于开始（{from}）：请对调 --from 和 --to，或把 --to 改晚"),
        ));
    }
    if from <= at && until > at {
        // As it may be typed: without the hours from Greenwich.
        let now: String = at.to_string().chars().take(19).collect();
        return Err(told(
            format!(
                "--to means until {until}, which is not over: a strike ends before now, or lies wholly \
                 ahead, where the clock was wrong. To strike out all until now, write --to {now}"
            ),
            format!(
                "--to 是到 {until} 为止，还没有过完：只能剔除现在以前的（时钟曾走快而记到以后的，可以整段在\
                 以后）。要剔到现在，请写 --to {now}"
            ),
        ));
    }
    Ok(())
}

fn list(
    store: &dyn Store,
    runtime: &tokio::runtime::Runtime,
    output: &Output,
) -> anyhow::Result<()> {
    let strikes = runtime.block_on(store.strikes()).context("while reading strikes")?;
    let lines: String = strikes.iter().map(|struck| line(struck, output)).collect();
    output.result(lines.as_bytes())
}

fn line(struck: &Struck, output: &Output) -> String {
    let Strike { code, from, until, note, by, at } = &struck.strike;
    let (number, scans) = (struck.number, struck.total().scans());
    let (kinds, kinds_zh) = kinds(struck);
    let (who, who_zh) = match by.as_str() {
        BY => ("from the command line".to_owned(), "由命令行".to_owned()),
        by => (format!("by {by}"), format!("由 {by} ")),
    };
    let (undone, undone_zh) = match struck.undone {
        None => (String::new(), String::new()),
        Some(at) => (format!("; undone {at}"), format!("；{at} 撤销")),
    };
    output.words(&Words::new(
        format!("{number} {code} {from} to {until}: {scans} scans{kinds}, struck out {who} at {at}: {note}{undone}\n"),
        format!("{number} {code} {from} 至 {until}：{scans} 次{kinds_zh}，{at} {who_zh}剔除：{note}{undone_zh}\n"),
    ))
}

/// Whose scans they were, where they were not people's alone.
fn kinds(struck: &Struck) -> (String, String) {
    let of = |class: Class| {
        let rows = struck.counts.iter().filter(move |row| row.class == class);
        rows.map(|row| row.total.scans()).sum::<u64>()
    };
    let kinds = [
        (Class::People, "people", "人"),
        (Class::Machines, "machines", "机器"),
        (Class::Orphans, "unknown codes", "无效码"),
        (Class::Retired, "retired codes", "停用码"),
    ];
    if of(Class::People) == struck.total().scans() {
        return Default::default();
    }
    let there = kinds.map(|(class, en, zh)| (of(class), en, zh)).into_iter();
    let told = there.filter(|(scans, ..)| *scans > 0);
    let (en, zh): (Vec<_>, Vec<_>) = told
        .map(|(scans, en, zh)| (format!("{scans} of {en}"), format!("{zh} {scans} 次")))
        .unzip();
    (format!(" ({})", en.join(", ")), format!("（{}）", zh.join("，")))
}

fn fault_of(fault: StrikeFault, code: RawCode) -> anyhow::Error {
    let is_valid = Code::parse(&code.to_string()).is_ok();
    match fault {
        StrikeFault::Nothing if !is_valid => told(
            format!(
                "{code} is no valid code (a character is mistyped), and no scan of it in that time is \
                 counted: copy the code from the poster"
            ),
            format!(
                "{code} 不是有效的码（有字符抄错），这段时间也没有它的扫码：请照海报上的码再抄一遍"
            ),
        ),
        StrikeFault::Nothing => told(
            "no scan of that code in that time is counted: look at `onecode stats --by day,hour`",
            "这个码在这段时间没有计入的扫码：请用 onecode stats --by day,hour 看一看",
        ),
        StrikeFault::Gone => told(
            "scans of that time are no longer kept one by one, so they cannot be told apart: begin \
             later (`onecode verify` says since when they are kept)",
            "那段时间的逐条记录已经不保存，分不出来：请把起点改晚（onecode verify 会说从哪天起有）",
        ),
        StrikeFault::Overlaps { number } => told(
            format!("strike {number} took some of them out already: undo that one first"),
            format!("第 {number} 号剔除已经去掉了其中一部分：请先撤销它"),
        ),
    }
}
