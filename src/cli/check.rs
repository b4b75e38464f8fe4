//! `onecode check`: every fault of the content, in one go.

mod printing;

use std::collections::BTreeMap;

use super::args::{Args, Check, Style};
use super::output::Output;
use super::print::threads;
use super::{Ending, clock, diagnostics, revised, site};
use crate::content::{self, Loaded};
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::guide::Language;
use crate::domain::site::SiteFiles;
use crate::domain::topic::TopicNumber;
use crate::print::address::BaseUrl;
use crate::print::layout;
use crate::print::symbol::Logo;
use crate::print::works;
use crate::web::views::{Views, ViewsError};

pub(super) fn run(args: &Args, check: &Check, output: &Output) -> anyhow::Result<Ending> {
    let files = site::load(args, &site::FOLDERS)?;
    let today = check.today.unwrap_or_else(|| clock().now().day());
    let mut loaded = content::load(&files, today);
    if let Some(law) = &check.revised {
        return revised::run(law, check.format, &loaded, &files, output);
    }
    content::strings::check(&files, &mut loaded.diagnostics);
    let layouts = layout::load(&files, &mut loaded.diagnostics);
    Logo::load(&files, &mut loaded.diagnostics);
    if !loaded.has_errors() {
        let fonts = works::fonts(&files)?;
        let library = std::sync::Arc::new(loaded.library.clone());
        // Pages are made beside the pieces: both take their time.
        let (mut faults, sizes) = std::thread::scope(|scope| {
            let sizes = scope.spawn(|| {
                let views = Views::new(library, &files, Some(sample_address()), today);
                views.and_then(|views| views.sizes())
            });
            let faults = printing::check(&loaded, &layouts, &files, &fonts, threads(None));
            (faults, sizes.join())
        });
        loaded.diagnostics.append(&mut faults);
        match sizes.unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
            Ok(sizes) => check_sizes(&sizes, &mut loaded),
            Err(error) => loaded.diagnostics.push(view_fault(&error)),
        }
    }
    let found = &loaded.diagnostics;
    match check.format {
        Style::Json => output.result(&diagnostics::json(found, &files, output.tongue()))?,
        Style::Human => {
            output.result(diagnostics::lines(found, &files, output.tongue()).as_bytes())?;
        }
    }
    let errors = found.iter().filter(|d| d.is_error()).count();
    let warnings = found.len() - errors;
    let guides = loaded.library.guides.len();
    output.say(&Words::new(
        format!("{guides} guides checked: {errors} error(s), {warnings} warning(s)"),
        format!("检查了 {guides} 份指引：错误 {errors} 处，提醒 {warnings} 处"),
    ));
    let stop = errors + if check.strict { warnings } else { 0 };
    Ok(if stop == 0 { Ending::Done } else { Ending::Fault })
}

/// An address of the usual length.
fn sample_address() -> BaseUrl {
    BaseUrl::parse("https://susong.baoding.example.cn", false).expect("a plain address is one")
}

/// What a page may take, compressed by gzip: it fits in the first flight of packets.
const PAGE_BYTES: usize = 13 * 1024;

fn check_sizes(sizes: &BTreeMap<TopicNumber, (usize, Language)>, loaded: &mut Loaded) {
    for (number, (size, language)) in sizes.iter().filter(|(_, (size, _))| *size > PAGE_BYTES) {
        let Some(guide) = loaded.library.guide(*number, *language) else { continue };
        let file = format!("guides/{}/{}.md", guide.topic, guide.language);
        let message = Words::new(
            format!("the page takes {size} bytes compressed, more than {PAGE_BYTES}"),
            format!("网页压缩后有 {size} 字节，超过 {PAGE_BYTES}"),
        );
        let hint = Words::new(
            "shorten the guide, or move a part into a topic of its own",
            "请缩短这份指引，或把一部分分出去另立主题",
        );
        loaded.diagnostics.push(Diagnostic::error(file, 0..0, message).with_hint(hint));
    }
}

/// Where `needle` first stands in a file; where it begins with the end of a line, the next line's start.
fn find(files: &SiteFiles, file: &str, needle: &str) -> std::ops::Range<usize> {
    let text = files.get(file).map(content::registry::decode).unwrap_or_default();
    let at = text.find(needle).map_or(0, |at| at + usize::from(needle.starts_with('\n')));
    at..at
}

fn view_fault(error: &ViewsError) -> Diagnostic {
    let file = match error {
        ViewsError::Strings { file, .. } | ViewsError::Missing { file } => file.clone(),
        ViewsError::Template(_) => "templates/".to_owned(),
    };
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        message = source.to_string();
        cause = source.source();
    }
    Diagnostic::error(file, 0..0, Words::same(message.replace('\n', " ")))
}
