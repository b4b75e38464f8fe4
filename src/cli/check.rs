//! `onecode check`: every fault of the content, in one go.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::args::{Args, Check, Style};
use super::output::Output;
use super::{Ending, clock, diagnostics, revised, site};
use crate::content::{self, Loaded};
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::court::Court;
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::placement::{Channel, Placement};
use crate::domain::site::SiteFiles;
use crate::domain::topic::TopicNumber;
use crate::print::PrintError;
use crate::print::address::BaseUrl;
use crate::print::layout::{self, Layout};
use crate::print::press::{Format, Group, Press, Setup};
use crate::print::subject::Subject;
use crate::print::symbol::Logo;
use crate::print::works;
use crate::typeset::{Fonts, TypesetError};
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
        let mut faults = Vec::new();
        let fonts = works::fonts(&files)?;
        check_glyphs(&loaded, &files, &fonts, &mut faults);
        if faults.is_empty() {
            check_layouts(&loaded, &layouts, &files, &fonts, &mut faults);
        }
        loaded.diagnostics.append(&mut faults);
        let library = std::sync::Arc::new(loaded.library.clone());
        let views = Views::new(library, &files, Some(sample_address()), today);
        match views.and_then(|views| views.sizes()) {
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

/// Whether the print fonts have every character that a poster may show.
fn check_glyphs(loaded: &Loaded, files: &SiteFiles, fonts: &Fonts, faults: &mut Vec<Diagnostic>) {
    let library = &loaded.library;
    let mut check = |file: &str, text: &str, needle: &str| {
        let Some(named) = fonts.missing(text) else { return };
        let message =
            Words::new(format!("the print fonts lack {named}"), format!("印刷字体缺少 {named}"));
        let hint = Words::new("write these characters another way", "请换一种写法");
        faults.push(Diagnostic::error(file, find(files, file, needle), message).with_hint(hint));
    };
    for court in &library.courts {
        check("guides/_facts/courts.toml", &court.name, &court.name);
    }
    for placement in library.placements.values() {
        check(content::registry::FILE, &placement.place, &placement.place);
    }
    for guide in library.guides.values() {
        let file = format!("guides/{}/{}.md", guide.topic, guide.language);
        check(&file, &guide.title, "\ntitle");
        check(&file, &guide.summary, "\nsummary");
        check(&file, &guide.steps.concat(), "\nsteps");
    }
}

/// What a layout is rehearsed with, and the file of its guide.
type Piece<'a> = (String, Subject<'a>);

/// Sets every guide in every layout that has words for it, with the court that takes the most room,
/// and the places that do: by day, and where nobody is on duty. Sheets are set full.
fn check_layouts(
    loaded: &Loaded,
    layouts: &BTreeMap<String, Layout>,
    files: &SiteFiles,
    fonts: &Fonts,
    faults: &mut Vec<Diagnostic>,
) {
    let pieces = pieces(&loaded.library, files, faults);
    let parts = layout::parts(files);
    for layout in layouts.values() {
        let mut press = Press::new(&[layout], &parts, fonts);
        let mut of_languages: BTreeMap<Language, Vec<&Piece<'_>>> = BTreeMap::new();
        for piece in &pieces {
            let language = piece.1.guide.language;
            if layout.words(language).is_some() && layout.suits(piece.1.topic) {
                of_languages.entry(language).or_default().push(piece);
            }
        }
        for pieces in of_languages.values() {
            faults.extend(rehearse(layout, &mut press, pieces, files));
        }
    }
}

/// Every guide with the longest names there are; where a topic has no drawing, that is a fault.
fn pieces<'a>(
    library: &'a Library,
    files: &'a SiteFiles,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Piece<'a>> {
    let length = |text: &str| text.chars().count();
    let Some(court) = library.courts.iter().max_by_key(|court| length(&court.name)) else {
        return Vec::new();
    };
    let longest = |is_24h: bool| {
        let fits = |p: &&Placement| (p.channel == Channel::Court24) == is_24h;
        library.placements.values().filter(fits).max_by_key(|p| length(&p.place))
    };
    let mut pieces = Vec::new();
    for ((number, language), guide) in &library.guides {
        let Some(topic) = library.topics.get(number) else { continue };
        let file = format!("guides/{}/{language}.md", topic.id);
        if files.get(&format!("templates/icons/{}.svg", topic.icon)).is_none() {
            let message = Words::new(
                format!("no drawing templates/icons/{}.svg", topic.icon),
                format!("没有图标 templates/icons/{}.svg", topic.icon),
            );
            faults.push(Diagnostic::error(file.clone(), find(files, &file, "\nicon"), message));
            continue;
        }
        for placement in [false, true].into_iter().filter_map(longest) {
            let beside = None;
            let subject = Subject { court, placement, topic, guide, beside, library, files };
            pieces.push((file.clone(), subject));
        }
    }
    pieces
}

/// Sets `pieces` of one language, as many at once as stand on a page. What fails among others is set
/// again by itself, so that the fault is told of the right piece; each guide's once.
fn rehearse<'p>(
    layout: &Layout,
    press: &mut Press<'_>,
    pieces: &[&'p Piece<'_>],
    files: &SiteFiles,
) -> Vec<Diagnostic> {
    // A logo at fault is told of by whoever loads the layouts.
    let logo = Logo::load(files, &mut Vec::new()).map(Arc::new);
    let setup = Setup { logo, ..Setup::new(sample_address(), Format::Pdf) };
    let mut set = |pieces: &[&Piece<'_>]| {
        let slots = pieces.iter().map(|(_, subject)| *subject).enumerate().collect();
        press.rehearse(&Group { layout, slots }, &setup)
    };
    let mut faults: BTreeMap<&'p str, Diagnostic> = BTreeMap::new();
    for page in pieces.chunks(layout.slots()) {
        let Err(error) = set(page) else { continue };
        let mut told = |error: &PrintError, (file, subject): &'p Piece<'_>| {
            let Subject { court, placement, .. } = subject;
            let found = fault(error, file, court, placement, layout, files);
            faults.entry(file).or_insert(found);
        };
        let among_others = page.len() > 1;
        let alone = page.iter().filter(|_| among_others);
        let alone: Vec<_> =
            alone.filter_map(|piece| Some((set(&[*piece]).err()?, *piece))).collect();
        for (error, piece) in &alone {
            told(error, piece);
        }
        if alone.is_empty() {
            // The only one; or only together do they not fit, which is the design's fault.
            told(&error, page[0]);
        }
    }
    faults.into_values().collect()
}

/// A print fault as a fault of the file that has to be changed.
fn fault(
    error: &PrintError,
    guide: &str,
    court: &Court,
    placement: &Placement,
    layout: &Layout,
    files: &SiteFiles,
) -> Diagnostic {
    let words = error.words();
    let at = |file: &str, needle: &str| {
        Diagnostic::error(file, find(files, file, needle), words.clone())
    };
    let PrintError::Typeset { source: TypesetError::Template { message, at: place }, .. } = error
    else {
        return at(guide, "\nsteps");
    };
    // The design's own words say what does not fit. In a list it may be the words of another guide.
    let listed = message.strip_prefix("topic ").and_then(|rest| rest.split_once(": "));
    let language = guide.rsplit('/').next().unwrap_or_default();
    let other = listed.map(|(topic, _)| format!("guides/{topic}/{language}"));
    let (guide, message) = (other.as_deref().unwrap_or(guide), listed.map_or(&**message, |l| l.1));
    let about = |what: &str| message.starts_with(what);
    if about("the title") {
        at(guide, "\ntitle")
    } else if about("the summary") {
        at(guide, "\nsummary")
    } else if about("step") || message.contains(" steps") {
        at(guide, "\nsteps")
    } else if about("the court") {
        at("guides/_facts/courts.toml", &court.name)
    } else if about("the place") {
        at(content::registry::FILE, &placement.place)
    } else {
        let main = format!("printables/{}/main.typ", layout.name);
        let (template, line) = match place {
            Some((file, line)) if file != "/main.typ" => (format!("printables{file}"), *line),
            Some(_) | None => (main, 1),
        };
        let text = files.get(&template).map(String::from_utf8_lossy).unwrap_or_default();
        let lines = text.split_inclusive('\n').take(line - 1);
        let before: usize = lines.map(str::len).sum();
        Diagnostic::error(template, before..before, words)
    }
}

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
