//! The argument tree. Each shared option is also an environment variable `ONECODE_*`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use super::chinese;
use crate::diagnostic::Tongue;
use crate::domain::period::{Day, Month};
use crate::domain::placement::{Channel, PlacementNumber};
use crate::report::Dimension;
use crate::store::upkeep::LEAST_RAW_DAYS;

/// QR posters for court guides: print and prove them, serve the pages, count the scans
#[derive(Debug, Parser)]
#[command(name = "onecode", version, arg_required_else_help = true)]
pub(super) struct Args {
    /// The site's directory, made by `onecode init` [default: the built-in site]
    #[arg(long, global = true, value_name = "DIR", env = "ONECODE_ROOT")]
    pub(super) root: Option<PathBuf>,

    /// Where scans are kept: sled:DIR or memory:
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "ONECODE_STORE",
        default_value = "sled:data"
    )]
    pub(super) store: String,

    /// The address that posters carry, such as <https://fy.example.cn>
    #[arg(long, global = true, value_name = "URL", env = "ONECODE_BASE_URL")]
    pub(super) base_url: Option<String>,

    /// Say nothing but results and errors
    #[arg(short, long, global = true, env = "ONECODE_QUIET", value_parser = clap::builder::FalseyValueParser::new())]
    pub(super) quiet: bool,

    /// Say more; twice, say still more
    #[arg(short, long, global = true, action = clap::ArgAction::Count, env = "ONECODE_VERBOSE")]
    pub(super) verbose: u8,

    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The main job on the built-in site: print and prove a poster set, then serve it
    Demo(Demo),
    /// Write the built-in site into a directory, to be edited
    Init(Init),
    /// Find faults in the content: one line a fault, exit 1 if there are errors
    Check(Check),
    /// Print posters, each proven to scan before it is written
    Print(Print),
    /// Where codes hang: list, add, retire, import
    Placement(Placement),
    /// Serve the pages and record the scans
    Serve(Serve),
    /// Count the scans, while the service runs too
    Stats(Stats),
    /// Placements whose codes have gone quiet, worst first
    Silent(Silent),
    /// The monthly report as PDF
    Report(Report),
    /// Who may read statistics and print: list, add, remove, set a role or a password
    User(super::user::UserArgs),
    /// What lets a program read the numbers: list, add, remove
    Token(super::token::TokenArgs),
    /// What has to be known of the service: list alarms, note that one was seen
    Alarm(super::alarm::AlarmArgs),
    /// Take an erroneous flood out of the counts: out, list, undo
    Strike(super::strike::StrikeArgs),
    /// Recount single scans against the counts; exit 1 where they differ
    Verify(super::keep::Verify),
    /// Give the disk back what the store no longer uses, while the service runs too
    Compact,
    /// Write all that the store holds to a file, while the service runs too
    Backup(super::keep::Backup),
    /// Fill an empty store from a backup; no service may run on it
    Restore(super::keep::Restore),
    /// A court fee, refund, security or interest, with its steps and articles
    Fee(Fee),
    /// The last day of a statutory period
    Deadline(Deadline),
    /// A litigation document, blank or filled in from a JSON file
    Document(super::document::DocumentArgs),
    /// The whole site as static files, for kiosks, intranets and USB sticks
    Export(Export),
}

#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// Where the posters go
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(super) out: PathBuf,
    /// The address to serve on; another port is taken where this one is busy
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(super) listen: SocketAddr,
    /// Print only, do not serve
    #[arg(long)]
    pub(super) no_serve: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// A directory that does not exist yet, or is empty
    #[arg(value_name = "DIR")]
    pub(super) dir: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Style {
    Human,
    Json,
}

#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// The day for which laws and reviews are checked [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) today: Option<Day>,
    /// Count warnings as errors
    #[arg(long)]
    pub(super) strict: bool,
    /// As if this law, or this article of it, were revised: list every place that rests on it
    #[arg(long, value_name = "LAW[#ARTICLE]")]
    pub(super) revised: Option<String>,
    /// How faults and places are written
    #[arg(long, value_enum, default_value = "human")]
    pub(super) format: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PosterFormat {
    Pdf,
    Png,
    Svg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum UrlCase {
    Lower,
    Upper,
}

#[derive(Debug, clap::Args)]
pub(super) struct Print {
    /// Where the posters and manifest.csv go
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(super) out: PathBuf,
    /// Only these courts
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(super) court: Vec<String>,
    /// Only these placements
    #[arg(long, value_name = "N", value_parser = placement_number)]
    pub(super) placement: Vec<PlacementNumber>,
    /// Only these topics
    #[arg(long, value_name = "SLUG", value_delimiter = ',')]
    pub(super) topic: Vec<String>,
    /// In these layouts [default: a4-poster]
    #[arg(long, value_name = "NAME")]
    pub(super) layout: Vec<String>,
    /// In these languages, or in two at once such as zh-Hans+en [default: zh-Hans]
    #[arg(long, value_name = "LANG")]
    pub(super) lang: Vec<String>,
    /// Only placements of this kind: hall, court24, center, online, hotline, staff or outreach
    #[arg(long, value_name = "NAME", value_parser = channel)]
    pub(super) channel: Vec<Channel>,
    /// Only placements that hang since this day or later
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) new_since: Option<Day>,
    /// What posters are written as
    #[arg(long, value_enum, default_value = "pdf")]
    pub(super) format: PosterFormat,
    /// strict also reads five spoilt copies of each symbol: small, blurred, pale, tilted, stained
    #[arg(long, value_enum, default_value = "plain")]
    pub(super) prove: Prove,
    /// Everything in one file, combined.pdf
    #[arg(long)]
    pub(super) combine: bool,
    /// How many of each
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=500))]
    pub(super) copies: u16,
    /// Without the contact sheet index.pdf of each court
    #[arg(long)]
    pub(super) no_index: bool,
    /// For a printing works: PDF pages 3 mm larger on each side, where what reaches the edge runs on
    #[arg(long)]
    pub(super) press: bool,
    #[command(flatten)]
    pub(super) sheets: Sheets,
    /// Whether addresses in symbols are in capitals, which makes smaller symbols
    #[arg(long, value_enum, default_value = "lower")]
    pub(super) url_case: UrlCase,
    /// How many posters are made at once [default: one a processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) threads: Option<u16>,
}

/// How hard each symbol is tried before its file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Prove {
    Plain,
    Strict,
}

/// How sheets of labels or cards are filled.
#[derive(Debug, clap::Args)]
pub(super) struct Sheets {
    /// On sheets: how many labels of the first one are used already
    #[arg(long, value_name = "N", default_value = "0")]
    pub(super) skip: usize,
    /// On sheets: move everything right and down by so many millimetres, such as 0.5,-1
    #[arg(long, value_name = "X,Y", default_value = "0,0", value_parser = offset, allow_hyphen_values = true)]
    pub(super) offset: (f64, f64),
    /// On sheets: columns and rows this many times as far apart, 0.95 to 1.05
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = pitch_scale)]
    pub(super) pitch_scale: f64,
    /// On sheets: draw the labels' edges, to be held against the stock
    #[arg(long)]
    pub(super) outline: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Placement {
    #[command(subcommand)]
    pub(super) action: PlacementAction,
}

#[derive(Debug, Subcommand)]
pub(super) enum PlacementAction {
    /// All placements
    List {
        /// Only these courts
        #[arg(long, value_name = "ID", value_delimiter = ',')]
        court: Vec<String>,
        /// How they are written
        #[arg(long, value_enum, default_value = "human")]
        format: Style,
    },
    /// A new placement, with the next number
    Add {
        /// The court
        #[arg(long, value_name = "ID")]
        court: String,
        /// Where it hangs, in a few words
        #[arg(long, value_name = "TEXT")]
        place: String,
        /// hall, court24, center, online, hotline, staff or outreach
        #[arg(long, value_name = "NAME", value_parser = channel)]
        channel: Channel,
        /// Since when it hangs there
        #[arg(long, value_name = "DATE", value_parser = day)]
        since: Option<Day>,
        /// How the new placement is written
        #[arg(long, value_enum, default_value = "human")]
        format: Style,
    },
    /// The poster was taken down; its codes still open their guides
    Retire {
        /// The placement
        #[arg(value_name = "N", value_parser = placement_number)]
        number: PlacementNumber,
        /// Since when [default: today]
        #[arg(long, value_name = "DATE", value_parser = day)]
        on: Option<Day>,
    },
    /// Placements from a table saved by WPS or Excel (UTF-8 or GB 18030)
    Import {
        /// The columns number,court,place,channel,since,retired; an empty number takes the next one
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// The address to serve on
    #[arg(long, value_name = "ADDRESS", env = "ONECODE_LISTEN", default_value = "127.0.0.1:8080")]
    pub(super) listen: SocketAddr,
    /// A proxy whose X-Forwarded-For is believed (may be given again)
    #[arg(long, value_name = "IP", env = "ONECODE_TRUSTED_PROXY", value_delimiter = ',')]
    pub(super) trusted_proxy: Vec<IpAddr>,
    /// How long a page waits until its scan is on the disk, in milliseconds
    #[arg(long, value_name = "MS", env = "ONECODE_SCAN_WAIT", default_value_t = 200,
        value_parser = clap::value_parser!(u16).range(..=10_000))]
    pub(super) scan_wait: u16,
    /// How many days single scans are kept; counts stay [default: for ever]
    #[arg(long, value_name = "DAYS", env = "ONECODE_KEEP_RAW",
        value_parser = clap::value_parser!(u32).range(i64::from(LEAST_RAW_DAYS)..=36_500))]
    pub(super) keep_raw: Option<u32>,
    /// Let finished documents be fetched in the hall by a code from the phone (off by default)
    #[arg(long, env = "ONECODE_PICK_UP")]
    pub(super) pick_up: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    Table,
    Csv,
    Json,
    Xlsx,
}

#[derive(Debug, clap::Args)]
pub(super) struct Stats {
    /// scans, compare, hours, topics, courts, placements, machines [default: scans]
    #[arg(long, value_name = "NAME", conflicts_with = "useful")]
    pub(super) report: Option<String>,
    /// What visitors said of the pages (useful: yes, partly, no), instead of scans
    #[arg(long)]
    pub(super) useful: bool,
    /// From this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) from: Option<Day>,
    /// To this day, included
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) to: Option<Day>,
    /// court, placement, channel, topic, client, day, week, month, hour, weekday
    #[arg(long, value_name = "DIM", value_delimiter = ',', value_parser = dimension)]
    pub(super) by: Vec<Dimension>,
    /// Only these courts
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(super) court: Vec<String>,
    /// Only these topics
    #[arg(long, value_name = "SLUG", value_delimiter = ',')]
    pub(super) topic: Vec<String>,
    /// How the report is written
    #[arg(long, value_enum, default_value = "table")]
    pub(super) format: ReportFormat,
    /// Write it to this file; xlsx on a terminal needs one
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Silent {
    /// Only these courts
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(super) court: Vec<String>,
    /// How they are written
    #[arg(long, value_enum, default_value = "human")]
    pub(super) format: Style,
}

#[derive(Debug, clap::Args)]
pub(super) struct Report {
    /// Which month, such as 2026-10 [default: the last whole one]
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub(super) month: Option<Month>,
    /// Only these courts
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(super) court: Vec<String>,
    /// Only these topics
    #[arg(long, value_name = "SLUG", value_delimiter = ',')]
    pub(super) topic: Vec<String>,
    /// Write it to this file [default: report-MONTH.pdf]
    #[arg(long, value_name = "FILE.pdf")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Fee {
    /// What is asked [without it: a list of all kinds and their inputs]
    #[arg(value_name = "KIND")]
    pub(super) kind: Option<String>,
    /// What is known, such as amount=120000 or amount=12万; a repeated input repeats its key
    #[arg(value_name = "k=v")]
    pub(super) inputs: Vec<String>,
    /// By the schedule in force on this day [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) on: Option<Day>,
    /// By what this court has set within the law's range
    #[arg(long, value_name = "ID")]
    pub(super) court: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value = "human")]
    pub(super) format: Style,
}

#[derive(Debug, clap::Args)]
pub(super) struct Deadline {
    /// Which period [without it: a list of all rules]
    #[arg(value_name = "RULE")]
    pub(super) rule: Option<String>,
    /// The day from which it runs, such as 2026-11-24
    #[arg(value_name = "DATE", value_parser = typed_day)]
    pub(super) start: Option<Day>,
    /// How the answer is written
    #[arg(long, value_enum, default_value = "human")]
    pub(super) format: Style,
}

#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// A directory that does not exist, is empty, or was exported before; it is replaced as a whole
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// With this court's details
    #[arg(long, value_name = "ID", conflicts_with = "placement")]
    pub(super) court: Option<String>,
    /// As it is seen at this placement, such as the screen of a 24-hour court
    #[arg(long, value_name = "N", value_parser = placement_number)]
    pub(super) placement: Option<PlacementNumber>,
}

fn typed_day(text: &str) -> Result<Day, String> {
    Day::typed(text).ok_or_else(|| "write a date like 2026-11-24".to_owned())
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "write a date like 2026-11-24".to_owned())
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "write a month like 2026-10".to_owned())
}

fn placement_number(text: &str) -> Result<PlacementNumber, String> {
    text.parse()
        .ok()
        .and_then(PlacementNumber::new)
        .ok_or_else(|| format!("a placement's number is 1 to {}", PlacementNumber::MAX))
}

fn channel(text: &str) -> Result<Channel, String> {
    Channel::parse(text)
        .ok_or_else(|| format!("channels are {}", Channel::ALL.map(Channel::as_str).join(", ")))
}

fn offset(text: &str) -> Result<(f64, f64), String> {
    let millimetres = |text: &str| {
        let value = text.trim().parse::<f64>().ok()?;
        (value.abs() <= 20.0).then_some(value)
    };
    text.split_once(',')
        .and_then(|(x, y)| Some((millimetres(x)?, millimetres(y)?)))
        .ok_or_else(|| "write two numbers of millimetres up to 20, such as 0.5,-1".to_owned())
}

fn pitch_scale(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|factor| (0.95..=1.05).contains(factor))
        .ok_or_else(|| "write a factor from 0.95 to 1.05, such as 1.002".to_owned())
}

fn dimension(text: &str) -> Result<Dimension, String> {
    let names = || Dimension::ALL.map(Dimension::as_str).join(", ");
    Dimension::parse(text).ok_or_else(|| format!("dimensions are {}", names()))
}

/// The argument tree with its help in `tongue`.
pub(super) fn command(tongue: Tongue) -> clap::Command {
    let command = Args::command();
    match tongue {
        Tongue::English => command,
        Tongue::Chinese => chinese::in_chinese(command, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::super::chinese::chinese;
    use super::*;

    #[test]
    fn the_argument_tree_holds_together() {
        Args::command().debug_assert();
        command(Tongue::Chinese).debug_assert();
    }

    #[test]
    fn everything_the_help_says_is_said_in_chinese_too() {
        fn walk(command: &clap::Command, path: &str, silent: &mut Vec<String>) {
            if chinese(path).is_none() {
                silent.push(path.to_owned());
            }
            for arg in command.get_arguments() {
                let id = arg.get_id().to_string();
                let key = format!("{path}--{id}");
                if chinese(&key).is_none() && chinese(&format!("--{id}")).is_none() {
                    silent.push(key);
                }
            }
            for sub in command.get_subcommands() {
                let name = sub.get_name();
                let path = if path.is_empty() { name.to_owned() } else { format!("{path} {name}") };
                walk(sub, &path, silent);
            }
        }
        let mut silent = Vec::new();
        walk(&Args::command(), "", &mut silent);
        assert_eq!(silent, Vec::<String>::new());
    }
}
