//! `onecode placement`: where codes hang. The registry is one CSV file, written whole by rename.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use anyhow::Context;
use serde_json::json;

use super::args::{Args, Placement as PlacementArgs, PlacementAction, Style};
use super::output::Output;
use super::told::told;
use super::{Ending, clock, diagnostics, print, site};
use crate::content::registry::{self, decode};
use crate::content::{self, Loaded};
use crate::diagnostic::Words;
use crate::domain::court::CourtId;
use crate::domain::document::answers::clean;
use crate::domain::period::Day;
use crate::domain::placement::{Channel, Placement, PlacementNumber};
use crate::domain::site::SiteFiles;
use crate::print::job::write_whole;
use crate::store;
use crate::store::remote::RemoteStore;

pub(super) fn run(
    args: &Args,
    placement: &PlacementArgs,
    output: &Output,
) -> anyhow::Result<Ending> {
    let action = &placement.action;
    // Held from reading to writing, so that two commands at once never give one number twice.
    let _lock = match action {
        PlacementAction::List { .. } => None,
        PlacementAction::Add { .. }
        | PlacementAction::Retire { .. }
        | PlacementAction::Import { .. } => Some(lock(args)?),
    };
    let files = site::load(args, &["guides/"])?;
    let today = clock().now().day();
    let loaded = content::load(&files, today);
    // Only the registry's own faults matter here: a guide at fault is no reason not to add a place.
    let own: Vec<_> = loaded
        .diagnostics
        .iter()
        .filter(|d| d.file.starts_with("guides/_facts/"))
        .cloned()
        .collect();
    if let Some(ending) = diagnostics::stop_on_errors(&own, &files, output) {
        return Ok(ending);
    }
    match action {
        PlacementAction::List { court, format } => {
            let courts = print::courts(court, &loaded.library)?;
            let wanted = |p: &&Placement| courts.is_empty() || courts.contains(&p.court);
            let list: Vec<&Placement> = loaded.library.placements.values().filter(wanted).collect();
            show(&list, *format, &loaded, output)
        }
        PlacementAction::Add { court, place, channel, since, format } => {
            add(args, &loaded, court, place, *channel, since.unwrap_or(today), *format, output)
        }
        PlacementAction::Retire { number, on } => {
            retire(args, &loaded, *number, on.unwrap_or(today), output)
        }
        PlacementAction::Import { file } => import(args, &loaded, &files, file, output),
    }
}

/// Locks the registry against other commands until the file is dropped.
fn lock(args: &Args) -> anyhow::Result<File> {
    let facts = site::writable_root(args)?.join("guides/_facts");
    if !facts.is_dir() {
        let facts = facts.display();
        return Err(told(
            format!("{facts} is not there: run `onecode init`"),
            format!("没有 {facts}：请先运行 onecode init"),
        ));
    }
    let path = facts.join(".placements.lock");
    let locking = || format!("while locking {}", path.display());
    let file = File::create(&path).with_context(locking)?;
    file.lock().with_context(locking)?;
    Ok(file)
}

fn show(
    list: &[&Placement],
    format: Style,
    loaded: &Loaded,
    output: &Output,
) -> anyhow::Result<Ending> {
    let name = |p: &Placement| loaded.library.court(&p.court).map_or("", |court| &court.name);
    let text = match format {
        Style::Json => {
            let rows = list.iter().map(|p| {
                json!({
                    "number": p.number.get(),
                    "court": p.court.as_str(),
                    "court_name": name(p),
                    "place": p.place,
                    "channel": p.channel.as_str(),
                    "since": p.since,
                    "retired": p.retired,
                })
            });
            serde_json::to_string_pretty(&rows.collect::<Vec<_>>())? + "\n"
        }
        Style::Human => list.iter().fold(String::new(), |text, p| {
            let retired = p
                .retired
                .map_or(String::new(), |day| format!("  {} {day}", output.pick("retired", "停用")));
            let (number, court, channel) = (p.number, p.court.as_str(), p.channel.as_str());
            let (name, place) = (name(p), &p.place);
            text + &format!("{number:>6}  {court:<12} {channel:<9} {name} · {place}{retired}\n")
        }),
    };
    output.result(text.as_bytes())?;
    Ok(Ending::Done)
}

#[expect(clippy::too_many_arguments, reason = "the arguments of one command")]
fn add(
    args: &Args,
    loaded: &Loaded,
    court: &str,
    place: &str,
    channel: Channel,
    since: Day,
    format: Style,
    output: &Output,
) -> anyhow::Result<Ending> {
    let court: CourtId = print::courts(&[court.to_owned()], &loaded.library)?.remove(0);
    let place = place.trim().to_owned();
    if place.is_empty() {
        return Err(told(
            "--place is empty: say where it hangs, in a few words",
            "--place 是空的：请用几个字写明挂在哪里",
        ));
    }
    if place.chars().any(char::is_control) {
        return Err(told(
            "--place holds a tab or a line break: write it on one line, with spaces",
            "--place 里有制表符或换行：请写在一行里，用空格隔开",
        ));
    }
    if clean(&place) != place {
        return Err(told(
            "--place has characters that nobody sees, such as a zero-width space: type it anew",
            "--place 里有看不见的字符（如零宽空格）：请重新输入",
        ));
    }
    let mut placements = loaded.library.placements.clone();
    let number = next_number(&placements)?;
    let since = Some(since);
    let note = String::new();
    let added = Placement { number, court, place, channel, since, retired: None, note };
    placements.insert(number, added.clone());
    save(args, &placements)?;
    // First: whoever reads what is shown may be gone.
    tell_service(args, output);
    show(&[&added], format, loaded, output)
}

fn retire(
    args: &Args,
    loaded: &Loaded,
    number: PlacementNumber,
    on: Day,
    output: &Output,
) -> anyhow::Result<Ending> {
    let mut placements = loaded.library.placements.clone();
    let Some(placement) = placements.get_mut(&number) else {
        return Err(print::no_placement(number));
    };
    if let Some(day) = placement.retired {
        return Err(told(
            format!("placement {number} is retired since {day}"),
            format!("点位 {number} 已于 {day} 停用"),
        ));
    }
    placement.retired = Some(on);
    save(args, &placements)?;
    output.say(&Words::new(
        format!("placement {number} is retired since {on}; its codes still open their guides"),
        format!("点位 {number} 自 {on} 起停用；它的码仍能打开指引"),
    ));
    tell_service(args, output);
    Ok(Ending::Done)
}

fn import(
    args: &Args,
    loaded: &Loaded,
    files: &SiteFiles,
    file: &Path,
    output: &Output,
) -> anyhow::Result<Ending> {
    let bytes = std::fs::read(file).with_context(|| format!("while reading {}", file.display()))?;
    let shown = file.display().to_string();
    let mut placements = loaded.library.placements.clone();
    let next = next_number(&placements)?.get();
    let mut faults = Vec::new();
    let rows = registry::read(&shown, &decode(&bytes), Some(next), &mut faults);
    let count = rows.len();
    for row in rows {
        if loaded.library.court(&row.placement.court).is_none() {
            faults.push(registry::unknown_court(&shown, &row, loaded));
        }
        let number = row.placement.number;
        if let Some(there) = placements.get(&number)
            && *there != row.placement
        {
            faults.push(
                crate::diagnostic::Diagnostic::error(
                    &*shown,
                    row.span.clone(),
                    Words::new(
                        format!("placement {number} is taken"),
                        format!("点位 {number} 已被占用"),
                    ),
                )
                .with_hint(Words::new(
                    "leave the number empty to take the next one",
                    "编号留空即可自动取下一个",
                )),
            );
        }
        placements.insert(number, row.placement);
    }
    let mut shown_files = files.clone();
    shown_files.insert(shown, bytes);
    if let Some(ending) = diagnostics::stop_on_errors(&faults, &shown_files, output) {
        return Ok(ending); // all or nothing
    }
    let added = placements.len() - loaded.library.placements.len();
    save(args, &placements)?;
    output.say(&Words::new(
        format!("{count} row(s) read, {added} placement(s) added"),
        format!("读入 {count} 行，新增 {added} 个点位"),
    ));
    tell_service(args, output);
    Ok(Ending::Done)
}

/// The number after the largest ever given: numbers are never reused.
fn next_number(
    placements: &BTreeMap<PlacementNumber, Placement>,
) -> anyhow::Result<PlacementNumber> {
    let last = placements.keys().next_back().map_or(0, |number| number.get());
    PlacementNumber::new(last + 1)
        .ok_or_else(|| told("all 262143 placement numbers are taken", "262143 个点位编号都用完了"))
}

fn save(args: &Args, placements: &BTreeMap<PlacementNumber, Placement>) -> anyhow::Result<()> {
    let path = site::writable_root(args)?.join(registry::FILE);
    Ok(write_whole(&path, &registry::write(placements.values()))?)
}

/// A code that the running service does not know is scanned as an orphan, for ever: it is told at once.
fn tell_service(args: &Args, output: &Output) {
    // What is wrong with the store's address is no fault of the registry, which is written.
    let dir = store::directory(&args.store).ok().flatten();
    if let Some(service) = dir.and_then(|dir| RemoteStore::connect(&dir)) {
        output.say(&match service.reread() {
            Ok(true) => Words::new(
                "the running service was told to read the site anew",
                "已通知正在运行的服务重新读取站点",
            ),
            Ok(false) | Err(_) => Words::new(
                "the running service could not be told: it reads the site anew by `kill -HUP` its process, \
                 and at midnight",
                "没能通知正在运行的服务：请对它的进程执行 kill -HUP，否则它到半夜才重新读取站点",
            ),
        });
    }
}
