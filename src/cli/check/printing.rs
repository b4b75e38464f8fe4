//! Whether everything can be printed: glyphs, drawings, and what designs have no room for, as faults of
//! the files that have to be changed. A cause is told once, however many designs and pieces it is in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{find, sample_address};
use crate::content::{self, Loaded};
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::court::Court;
use crate::domain::library::Library;
use crate::domain::placement::{Placement, PlacementNumber};
use crate::domain::site::SiteFiles;
use crate::print::layout::{self, Layout};
use crate::print::press::{Format, Setup};
use crate::print::rehearsal::{self, Fault, Rehearsal};
use crate::print::subject::{Subject, Wording};
use crate::print::symbol::Logo;
use crate::print::{Advice, Complaint, PrintError, What};
use crate::typeset::{Fonts, TypesetError};

/// How many placements are named where one cause is in many.
const NAMED: usize = 3;

/// Everything that keeps pieces from being printed, on `threads` threads.
pub(super) fn check(
    loaded: &Loaded,
    layouts: &BTreeMap<String, Layout>,
    files: &SiteFiles,
    fonts: &Fonts,
    threads: usize,
) -> Vec<Diagnostic> {
    let library = &loaded.library;
    let faults = glyphs(library, files, fonts);
    if !faults.is_empty() {
        return faults;
    }
    let faults = drawings(library, files);
    if !faults.is_empty() {
        return faults;
    }
    // A logo at fault is told of by whoever loads the layouts.
    let logo = Logo::load(files, &mut Vec::new()).map(Arc::new);
    let setup = Setup { logo, ..Setup::new(sample_address(), Format::Pdf) };
    let parts = layout::parts(files);
    let rehearsal = Rehearsal { library, files, layouts, parts: &parts, fonts, setup: &setup };
    causes(&rehearsal.run(threads), library, files)
}

/// Whether the print fonts have every character that a poster may show.
fn glyphs(library: &Library, files: &SiteFiles, fonts: &Fonts) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
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
    faults
}

/// Whether every topic has its drawing.
fn drawings(library: &Library, files: &SiteFiles) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for (number, language) in library.guides.keys() {
        let Some(topic) = library.topics.get(number) else { continue };
        let drawing = format!("templates/icons/{}.svg", topic.icon);
        if files.get(&drawing).is_none() {
            let file = format!("guides/{}/{language}.md", topic.id);
            let message =
                Words::new(format!("no drawing {drawing}"), format!("没有图标 {drawing}"));
            faults.push(Diagnostic::error(&*file, find(files, &file, "\nicon"), message));
        }
    }
    faults
}

/// What is told once: where it is to be mended, and what is wrong there.
type Cause = (String, usize, String);

/// In which designs and where a cause shows.
struct Shown<'f> {
    /// The first fault of it.
    fault: &'f Fault<'f>,
    /// What the design says of it, where it is that something is too long.
    complaint: Option<Complaint<'f>>,
    /// The designs, and in which wordings.
    layouts: BTreeMap<&'f str, BTreeSet<Wording>>,
    placements: BTreeSet<PlacementNumber>,
}

/// Each cause of `faults` once, in the order of the files.
fn causes(faults: &[Fault<'_>], library: &Library, files: &SiteFiles) -> Vec<Diagnostic> {
    let mut causes: BTreeMap<Cause, Shown<'_>> = BTreeMap::new();
    for fault in faults {
        let complaint = rehearsal::complaint(&fault.error);
        let (file, at) = place(fault, complaint, files);
        let what = complaint.map_or_else(|| said(&fault.error), |c| format!("{:?}", c.what));
        let shown = causes.entry((file, at, what)).or_insert_with(|| {
            let (layouts, placements) = (BTreeMap::new(), BTreeSet::new());
            // The file says of which topic.
            let complaint = complaint.map(|complaint| Complaint { topic: None, ..complaint });
            Shown { fault, complaint, layouts, placements }
        });
        let wordings = shown.layouts.entry(&fault.layout.name).or_default();
        wordings.insert(fault.subject.wording());
        if let (Some(known), Some(new)) = (&mut shown.complaint, complaint) {
            known.advice = stricter(known.advice, new.advice);
            match known.what {
                What::Court => shown.placements.extend(of_court(fault.subject.court, library)),
                What::Place => drop(shown.placements.insert(fault.subject.placement.number)),
                What::Title
                | What::Summary
                | What::Step(_)
                | What::Steps(..)
                | What::Address
                | What::Word(_) => {}
            }
        }
    }
    let told = causes
        .into_iter()
        .map(|((file, at, _), shown)| Diagnostic::error(file, at..at, shown.words()));
    told.collect()
}

/// What fits every design: of two advices the smaller number.
fn stricter(known: Advice, new: Advice) -> Advice {
    match (known, new) {
        (Advice::Characters(one), Advice::Characters(other)) => Advice::Characters(one.min(other)),
        _ => known,
    }
}

/// The placements of a court that are in use.
fn of_court<'a>(court: &'a Court, library: &'a Library) -> impl Iterator<Item = PlacementNumber> {
    let of_it = move |p: &&Placement| p.court == court.id && p.retired.is_none();
    library.placements.values().filter(of_it).map(|placement| placement.number)
}

impl Shown<'_> {
    fn words(&self) -> Words {
        let PrintError::Typeset { source, .. } = &self.fault.error else {
            return self.fault.error.words();
        };
        let said = match &self.complaint {
            Some(complaint) => complaint.words(),
            None => Words::same(source.to_string()),
        };
        let layouts: Vec<String> = self.layouts.iter().map(layout_in).collect();
        let (s, does) = if layouts.len() == 1 { ("", "does") } else { ("s", "do") };
        let where_to = placements(&self.placements);
        Words::new(
            format!(
                "the layout{s} {} {does} not fit: {}{}",
                layouts.join(", "),
                said.english(),
                where_to.english()
            ),
            format!("版式 {} 放不下：{}{}", layouts.join("、"), said.chinese(), where_to.chinese()),
        )
    }
}

/// `a4-poster`, or `a4-poster (zh-Hans+en)` where it is only in two languages that it does not fit.
fn layout_in((name, wordings): (&&str, &BTreeSet<Wording>)) -> String {
    if wordings.iter().any(|wording| wording.beside.is_none()) {
        return (*name).to_owned();
    }
    let wordings: Vec<String> = wordings.iter().map(Wording::to_string).collect();
    format!("{name} ({})", wordings.join(", "))
}

/// ` (placements 3, 4, 5 and 12 more)`; nothing where there are none.
fn placements(numbers: &BTreeSet<PlacementNumber>) -> Words {
    let named: Vec<String> = numbers.iter().take(NAMED).map(ToString::to_string).collect();
    let (s, more) = (if numbers.len() == 1 { "" } else { "s" }, numbers.len() - named.len());
    let (en, zh) = (named.join(", "), named.join("、"));
    match (named.len(), more) {
        (0, _) => Words::same(""),
        (_, 0) => Words::new(format!(" (placement{s} {en})"), format!("（点位 {zh}）")),
        _ => Words::new(
            format!(" (placements {en} and {more} more)"),
            format!("（点位 {zh}，另有 {more} 处）"),
        ),
    }
}

/// The error without what differs from piece to piece.
fn said(error: &PrintError) -> String {
    match error {
        PrintError::Typeset { source, .. } => source.to_string(),
        PrintError::Glyphs { layout, characters, .. } => format!("{layout} {characters}"),
        PrintError::SymbolTooSmall { layout, .. } | PrintError::Pages { layout, .. } => {
            layout.clone()
        }
        PrintError::BaseUrl { .. }
        | PrintError::UrlTooLong { .. }
        | PrintError::NoGuide { .. }
        | PrintError::NoWords { .. }
        | PrintError::NoFonts
        | PrintError::Fonts { .. }
        | PrintError::Index { .. }
        | PrintError::Refused { .. }
        | PrintError::Encode { .. }
        | PrintError::Io { .. }
        | PrintError::Manifest { .. } => error.to_string(),
    }
}

/// The file that has to be changed, and where.
fn place(
    fault: &Fault<'_>,
    complaint: Option<Complaint<'_>>,
    files: &SiteFiles,
) -> (String, usize) {
    let Fault { layout, subject, error } = fault;
    let at = |file: String, needle: &str| {
        let start = find(files, &file, needle).start;
        (file, start)
    };
    let folder = format!("printables/{}", layout.name);
    let Some(complaint) = complaint else {
        if let PrintError::Typeset { source: TypesetError::Template { at, .. }, .. } = error
            && let Some((part, line)) = at.as_ref().filter(|(part, _)| part != "/main.typ")
        {
            return at_line(format!("printables{part}"), *line, files);
        }
        let (file, needle) = match error {
            PrintError::SymbolTooSmall { .. } => ("layout.toml", "\n[symbol"),
            PrintError::Glyphs { .. } | PrintError::NoWords { .. } => ("layout.toml", "\n[words"),
            PrintError::Typeset { .. }
            | PrintError::Pages { .. }
            | PrintError::BaseUrl { .. }
            | PrintError::UrlTooLong { .. }
            | PrintError::NoGuide { .. }
            | PrintError::NoFonts
            | PrintError::Fonts { .. }
            | PrintError::Index { .. }
            | PrintError::Refused { .. }
            | PrintError::Encode { .. }
            | PrintError::Io { .. }
            | PrintError::Manifest { .. } => ("main.typ", ""),
        };
        return at(format!("{folder}/{file}"), needle);
    };
    let topic = complaint.topic.unwrap_or(subject.topic.id.as_str());
    let lead = subject.guide.language;
    let language = subject.beside.filter(|_| complaint.beside).map_or(lead, |g| g.language);
    let guide = format!("guides/{topic}/{language}.md");
    match complaint.what {
        What::Title => at(guide, "\ntitle"),
        What::Summary => at(guide, "\nsummary"),
        What::Step(_) | What::Steps(..) => at(guide, "\nsteps"),
        What::Court => at("guides/_facts/courts.toml".to_owned(), &subject.court.name),
        What::Place => in_registry(subject, files),
        What::Word(key) => in_words(folder + "/layout.toml", language.tag(), key, files),
        What::Address => at(folder + "/main.typ", ""),
    }
}

/// The beginning of a line, from 1.
fn at_line(file: String, line: usize, files: &SiteFiles) -> (String, usize) {
    let text = files.get(&file).map(String::from_utf8_lossy).unwrap_or_default();
    let before = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    (file, before)
}

/// A place in the row of its placement.
fn in_registry(subject: &Subject<'_>, files: &SiteFiles) -> (String, usize) {
    let file = content::registry::FILE;
    let text = files.get(file).map(content::registry::decode).unwrap_or_default();
    let (number, place) = (subject.placement.number.to_string(), &*subject.placement.place);
    let mut before = 0;
    for row in text.split_inclusive('\n') {
        let is_it =
            row.split(',').any(|field| field.trim_matches(['"', ' ', '\u{feff}']) == number);
        if let Some(at) = row.find(place).filter(|_| is_it) {
            return (file.to_owned(), before + at);
        }
        before += row.len();
    }
    (file.to_owned(), find(files, file, place).start)
}

/// One of a layout's own words in a language.
fn in_words(file: String, language: &str, key: &str, files: &SiteFiles) -> (String, usize) {
    let text = files.get(&file).map(String::from_utf8_lossy).unwrap_or_default();
    let section = text.find(&format!("[words.{language}]")).unwrap_or(0);
    let at = text[section..].find(&format!("\n{key} ")).map_or(section, |at| section + at + 1);
    (file, at)
}
