//! The edge: arguments in, exit code out, and the one place where everything is put together.
//!
//! One file a subcommand. The clock, the environment, randomness and the standard streams belong
//! here; everyone else is handed them. To add a subcommand: a file here, a variant in `args`.

mod alarm;
mod args;
mod check;
mod chinese;
mod deadline;
mod demo;
mod diagnostics;
mod document;
mod export;
mod fee;
mod init;
mod keep;
mod locale;
mod output;
mod panics;
mod placement;
mod print;
mod reload;
mod report;
mod revised;
mod serve;
mod silent;
mod site;
mod stats;
mod strike;
mod token;
mod told;
mod usage;
mod user;
mod watch;

use std::process::ExitCode;
use std::sync::Arc;

use clap::FromArgMatches;

use crate::diagnostic::Tongue;
use crate::domain::period::{Clock, Moment};
use args::{Args, Command};
use output::Output;

/// How a command ended: exit code 0, 1 or 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Done.
    Done,
    /// The content or the answer is at fault.
    Fault,
}

/// Runs the program with the arguments and the environment of the process.
pub fn run() -> ExitCode {
    let tongue = locale::tongue();
    let args = match args::command(tongue).try_get_matches() {
        Ok(matches) => match Args::from_arg_matches(&matches) {
            Ok(args) => args,
            Err(error) => return shown(&error, tongue),
        },
        Err(error) => return shown(&error, tongue),
    };
    start_log(&args);
    let output = Output::new(tongue, args.quiet);
    match dispatch(&args, &output) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Fault) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error);
            ExitCode::from(2)
        }
    }
}

/// Help and version end well, wrong usage ends with 2.
fn shown(error: &clap::Error, tongue: Tongue) -> ExitCode {
    let chinese = if tongue == Tongue::Chinese { usage::in_chinese(error) } else { None };
    match chinese {
        Some(text) => Output::new(tongue, false).to_stderr(&text),
        // There is nobody to tell that telling failed.
        None => drop(error.print()),
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn dispatch(args: &Args, output: &Output) -> anyhow::Result<Ending> {
    match &args.command {
        Command::Demo(demo) => demo::run(args, demo, output),
        Command::Init(init) => init::run(init, output),
        Command::Check(check) => check::run(args, check, output),
        Command::Print(print) => print::run(args, print, output),
        Command::Placement(placement) => placement::run(args, placement, output),
        Command::Serve(serve) => serve::run(args, serve, output),
        Command::Stats(stats) => stats::run(args, stats, output),
        Command::Silent(silent) => silent::run(args, silent, output),
        Command::Report(report) => report::run(args, report, output),
        Command::User(user) => user::run(args, user, output),
        Command::Token(token) => token::run(args, token, output),
        Command::Alarm(alarm) => alarm::run(args, alarm, output),
        Command::Strike(strike) => strike::run(args, strike, output),
        Command::Verify(verify) => keep::verify(args, verify, output),
        Command::Compact => keep::compact(args, output),
        Command::Backup(backup) => keep::backup(args, backup, output),
        Command::Restore(restore) => keep::restore(args, restore, output),
        Command::Fee(fee) => fee::run(args, fee, output),
        Command::Deadline(deadline) => deadline::run(args, deadline, output),
        Command::Document(document) => document::run(args, document, output),
        Command::Export(export) => export::run(args, export, output),
    }
}

fn start_log(args: &Args) {
    let level = match (args.quiet, args.verbose) {
        (true, _) => log::LevelFilter::Error,
        (false, 0) => log::LevelFilter::Warn,
        (false, 1) => log::LevelFilter::Info,
        (false, _) => log::LevelFilter::Debug,
    };
    // Only our own words: what libraries log may hold addresses.
    env_logger::Builder::new()
        .filter_level(log::LevelFilter::Off)
        .filter_module("onecode", level)
        // Who signed in and which users changed is told at any level: it is what a log is kept for.
        .filter_module(crate::store::AUDIT, log::LevelFilter::Info)
        .format_target(false)
        .init();
}

/// `onecode stats | head` is no fault.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// The clock on the wall.
#[derive(Debug, Clone, Copy)]
struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everyone else is handed")]
    fn now(&self) -> Moment {
        let now = std::time::SystemTime::now();
        // A clock before 1970 is wrong; it must not stop a page.
        let seconds = now.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
        Moment(i64::try_from(seconds).unwrap_or(0))
    }
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(WallClock)
}

/// 256 random bits.
fn new_secret() -> [u8; 32] {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).expect("the system gives random bytes");
    secret
}
