//! `onecode verify`, `compact`, `backup` and `restore`: keeping the store right, small and safe.
//!
//! The first three ask the running service, or open the store themselves where none runs.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::{Args, Style};
use super::output::Output;
use super::{Ending, clock};
use crate::diagnostic::Words;
use crate::store::upkeep::{Compacted, Verified};
use crate::store::{self, Store};

#[derive(Debug, clap::Args)]
pub(super) struct Verify {
    /// How the answer is written
    #[arg(long, value_enum, default_value = "human")]
    format: Style,
}

#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    /// The file to write; it holds all scans, counts and users
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// A file that `onecode backup` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Put the store that is there aside
    #[arg(long)]
    replace: bool,
}

fn wait<T>(work: impl Future<Output = T>) -> anyhow::Result<T> {
    Ok(tokio::runtime::Builder::new_current_thread().build()?.block_on(work))
}

pub(super) fn verify(args: &Args, verify: &Verify, output: &Output) -> anyhow::Result<Ending> {
    let store = store::open_to_read(&args.store)?;
    let found = wait(store.verify())?.context("while recounting")?;
    match verify.format {
        Style::Human => output.result(human(&found, output).as_bytes())?,
        Style::Json => {
            let mut bytes = serde_json::to_vec_pretty(&found)?;
            bytes.push(b'\n');
            output.result(&bytes)?;
        }
    }
    Ok(if found.differing == 0 { Ending::Done } else { Ending::Fault })
}

fn human(found: &Verified, output: &Output) -> String {
    let Verified { scans, days, struck, differing, .. } = found;
    let mut text = String::new();
    for one in &found.differences {
        let what = format!(
            "{} placement {} topic {} {:?} {}",
            one.day,
            one.placement,
            one.topic,
            one.class,
            one.client.as_str()
        );
        let (raw, counted) = (one.scans.scans(), one.counts.scans());
        text += &output.words(&Words::new(
            format!("{what}: {raw} scans, {counted} counted\n"),
            format!("{what}：逐条 {raw} 次，计数 {counted} 次\n"),
        ));
    }
    if let Some(from) = found.from {
        text += &output.words(&Words::new(
            format!("single scans are kept since {from}; days before are not compared\n"),
            format!("逐条记录自 {from} 起保存；更早的日子不比对\n"),
        ));
    }
    text += &output.words(&Words::new(
        format!(
            "{scans} scans, {days} day(s) compared, {struck} struck out, {differing} difference(s)\n"
        ),
        format!("逐条 {scans} 次，比对 {days} 天，剔除 {struck} 次，不符 {differing} 处\n"),
    ));
    text
}

pub(super) fn compact(args: &Args, output: &Output) -> anyhow::Result<Ending> {
    let store = store::open_to_read(&args.store)?;
    tidied(&*store)?;
    let Compacted { before, after } = wait(store.compact())?.context("while compacting")?;
    output.result(
        output
            .words(&Words::new(
                format!("{before} bytes before, {after} bytes after\n"),
                format!("原来 {before} 字节，现在 {after} 字节\n"),
            ))
            .as_bytes(),
    )?;
    if after >= before {
        output.say(&Words::new(
            "nothing to give back: written anew it would not be smaller, so it stays as it is",
            "没有可以还的空间：重新写一遍也不会更小，所以保持原样",
        ));
    }
    Ok(Ending::Done)
}

/// Without a service nobody has packed days that are over.
fn tidied(store: &dyn Store) -> anyhow::Result<()> {
    let tidying = store::upkeep::Tidying { now: clock().now(), keep_raw: None };
    while wait(store.tidy(tidying))?.context("while tidying")? {}
    Ok(())
}

pub(super) fn backup(args: &Args, backup: &Backup, output: &Output) -> anyhow::Result<Ending> {
    let store = store::open_to_read(&args.store)?;
    let file = &backup.file;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let draft = file.with_file_name(format!(".{name}.part"));
    let written = written(&*store, &draft);
    let bytes = written.inspect_err(|_| {
        // It is of no use to anyone.
        let _ = fs::remove_file(&draft);
    })?;
    fs::rename(&draft, file).with_context(|| format!("cannot write {}", file.display()))?;
    let shown = file.display();
    output.say(&Words::new(
        format!("{shown}: {bytes} bytes; it holds password hashes, keep it as safe as the store"),
        format!("{shown}：{bytes} 字节；里面有口令的散列值，请像数据目录一样妥善保管"),
    ));
    Ok(Ending::Done)
}

/// Writes a backup and reads it again: its bytes.
fn written(store: &dyn Store, path: &Path) -> anyhow::Result<u64> {
    let context = || format!("cannot write {}", path.display());
    // One that was cut short before may be anybody's.
    let _ = fs::remove_file(path);
    let mut options = File::options();
    options.write(true).create_new(true);
    // Password hashes are nobody else's business.
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut into = BufWriter::new(options.open(path).with_context(context)?);
    wait(store.backup(&mut into))?.context("while writing the backup")?;
    into.into_inner()
        .map_err(std::io::IntoInnerError::into_error)?
        .sync_all()
        .with_context(context)?;
    // What a service that was killed did not write to its end is no backup.
    store::check_backup(&mut reader(path)?)?;
    Ok(fs::metadata(path).with_context(context)?.len())
}

pub(super) fn restore(args: &Args, restore: &Restore, output: &Output) -> anyhow::Result<Ending> {
    let suffix = clock().now().to_string().replace([':', '+'], "");
    let replaced = restore.replace.then(|| format!("replaced-{suffix}"));
    let done = store::restore(&args.store, &mut reader(&restore.file)?, replaced.as_deref())?;
    output.say(&Words::new(
        format!("restored {} entries into {}", done.entries, args.store),
        format!("已恢复 {} 条记录到 {}", done.entries, args.store),
    ));
    Ok(Ending::Done)
}

fn reader(file: &Path) -> anyhow::Result<BufReader<File>> {
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(BufReader::new(opened))
}
