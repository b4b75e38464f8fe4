//! `onecode alarm`: what somebody who answers for the service has to know; while it runs too.

use anyhow::Context;

use super::args::{Args, Style};
use super::output::Output;
use super::told::told;
use super::{Ending, clock};
use crate::diagnostic::{Tongue, Words};
use crate::domain::alarm::Alarm;
use crate::report::alarms::words;
use crate::store::{self, StoreError};

#[derive(Debug, clap::Args)]
pub(super) struct AlarmArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Alarms that nobody has seen yet
    List {
        /// Those that were seen too
        #[arg(long)]
        all: bool,
        /// How they are written
        #[arg(long, value_enum, default_value = "human")]
        format: Style,
    },
    /// Somebody has seen this alarm
    Seen {
        /// The alarm's number
        #[arg(value_name = "N")]
        number: u32,
    },
}

/// Who has seen an alarm, or struck a flood out, at the command line.
pub(super) const BY: &str = "onecode";

pub(super) fn run(args: &Args, asked: &AlarmArgs, output: &Output) -> anyhow::Result<Ending> {
    let store = match store::open_to_read(&args.store) {
        Err(StoreError::Missing { .. }) => store::open("memory:")?,
        opened => opened?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    match &asked.action {
        Action::List { all, format } => {
            let mut alarms = runtime.block_on(store.alarms()).context("while reading alarms")?;
            alarms.retain(|alarm| *all || alarm.seen.is_none());
            match format {
                Style::Human => output.result(human(&alarms, output).as_bytes())?,
                Style::Json => output.result(&json(&alarms)?)?,
            }
        }
        Action::Seen { number } => {
            let seen = runtime.block_on(store.mark_seen(*number, BY, clock().now()));
            if !seen.context("while noting it")? {
                return Err(told(
                    format!("no alarm {number} waits to be seen: `onecode alarm list` has them"),
                    format!("没有待阅的 {number} 号警报：onecode alarm list 可以列出"),
                ));
            }
        }
    }
    Ok(Ending::Done)
}

fn human(alarms: &[Alarm], output: &Output) -> String {
    let line = |alarm: &Alarm| {
        let seen = match &alarm.seen {
            None => String::new(),
            Some(seen) => output.words(&Words::new(
                format!(" (seen by {} at {})", seen.by, seen.at),
                format!("（{} 于 {} 已阅）", seen.by, seen.at),
            )),
        };
        format!("{} {}{seen}: {}\n", alarm.number, alarm.at, output.words(&words(alarm)))
    };
    alarms.iter().map(line).collect()
}

fn json(alarms: &[Alarm]) -> anyhow::Result<Vec<u8>> {
    let alarms: Vec<_> = alarms
        .iter()
        .map(|alarm| {
            serde_json::json!({
                "number": alarm.number,
                "at": alarm.at.to_string(),
                "kind": alarm.kind,
                "text": words(alarm).in_tongue(Tongue::English),
                "seen_by": alarm.seen.as_ref().map(|seen| &seen.by),
                "seen_at": alarm.seen.as_ref().map(|seen| seen.at.to_string()),
            })
        })
        .collect();
    let mut bytes = serde_json::to_vec_pretty(&alarms)?;
    bytes.push(b'\n');
    Ok(bytes)
}
