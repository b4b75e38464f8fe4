//! A selection of courts, places and topics -> the documents to print.

use std::collections::BTreeMap;

use super::PrintError;
use super::layout::Layout;
use super::press::{Format, Group};
use super::subject::{Subject, Wording};
use crate::domain::court::CourtId;
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::period::Day;
use crate::domain::placement::{Channel, Placement, PlacementNumber};
use crate::domain::site::SiteFiles;
use crate::domain::topic::TopicId;

/// The combined document's name.
const COMBINED: &str = "combined";

/// Which pieces to print; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Of which courts.
    pub courts: Vec<CourtId>,
    /// At which placements.
    pub placements: Vec<PlacementNumber>,
    /// At placements of which kind.
    pub channels: Vec<Channel>,
    /// At placements that hang since this day or later.
    pub new_since: Option<Day>,
    /// On which topics.
    pub topics: Vec<TopicId>,
    /// In which languages; empty means zh-Hans.
    pub wordings: Vec<Wording>,
}

impl Selection {
    /// Whether pieces for `placement` are wanted. Retired ones only where they are named.
    fn wants(&self, placement: &Placement) -> bool {
        let named = self.placements.contains(&placement.number);
        let in_use = if self.placements.is_empty() { placement.retired.is_none() } else { named };
        let since = self.new_since.is_none_or(|day| placement.since.is_some_and(|on| on >= day));
        in_use
            && since
            && (self.courts.is_empty() || self.courts.contains(&placement.court))
            && (self.channels.is_empty() || self.channels.contains(&placement.channel))
    }

    fn wordings(&self) -> Vec<Wording> {
        let mut wordings = match &self.wordings[..] {
            [] => vec![Wording::only(Language::ZhHans)],
            some => some.to_vec(),
        };
        wordings.sort();
        wordings.dedup();
        wordings
    }
}

/// How pieces are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrangement {
    /// How many slots of the first sheet are used already.
    pub skip: usize,
    /// How many of each piece; at least 1.
    pub copies: usize,
    /// Whether everything becomes one document.
    pub combined: bool,
}

impl Default for Arrangement {
    fn default() -> Self {
        Self { skip: 0, copies: 1, combined: false }
    }
}

/// One document to print.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    /// The file it becomes, relative to the directory, with `/`.
    pub file: String,
    /// What it holds, in order; never empty.
    pub groups: Vec<Group<'a>>,
    /// Of which series of sheets it is one.
    pub series: Option<Series>,
}

/// The sheets of a court in one layout and language: `<before><page><after>`. They are printed
/// together, so that more of them than there are now are left over from another selection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    before: String,
    after: String,
}

impl Series {
    fn file(&self, page: usize) -> String {
        format!("{}{page}{}", self.before, self.after)
    }

    /// Which of its sheets a file is; `None` where it is none.
    pub fn page(&self, file: &str) -> Option<usize> {
        let page = file.strip_prefix(&self.before)?.strip_suffix(&self.after)?;
        page.parse().ok().filter(|number| self.file(*number) == file)
    }
}

impl Document<'_> {
    /// How many symbols it holds.
    pub fn symbols(&self) -> usize {
        self.groups.iter().map(|group| group.slots.len() * group.layout.symbols.len()).sum()
    }
}

/// The documents of a selection in `layouts`: court by court, each in the order of placements and
/// topics.
pub fn plan<'a>(
    library: &'a Library,
    files: &'a SiteFiles,
    layouts: &[&'a Layout],
    selection: &Selection,
    arrangement: Arrangement,
    format: Format,
) -> Result<Vec<Document<'a>>, PrintError> {
    let subjects = subjects(library, files, selection)?;
    let mut documents = Vec::new();
    // Courts in the order of their first placements.
    let mut courts: Vec<(&CourtId, Vec<Subject<'a>>)> = Vec::new();
    let mut known = BTreeMap::new();
    for subject in subjects {
        let id = &subject.court.id;
        let at = *known.entry(id).or_insert_with(|| {
            courts.push((id, Vec::new()));
            courts.len() - 1
        });
        courts[at].1.push(subject);
    }
    // Only one sheet is begun already.
    let mut skip = arrangement.skip;
    for (_, subjects) in courts {
        for layout in layouts {
            let suited: Vec<Subject<'a>> =
                subjects.iter().filter(|s| layout.suits(s.topic)).copied().collect();
            if layout.sheet.is_none() {
                documents.extend(singles(layout, &suited, arrangement, format));
                continue;
            }
            let of_layout = sheets(layout, &suited, (skip, arrangement.copies), format);
            skip = if of_layout.is_empty() { skip } else { 0 };
            documents.extend(of_layout);
        }
    }
    if arrangement.combined && !documents.is_empty() {
        let groups = documents.into_iter().flat_map(|document| document.groups).collect();
        let file = format!("{COMBINED}.{}", format.extension());
        documents = vec![Document { file, groups, series: None }];
    }
    Ok(documents)
}

fn subjects<'a>(
    library: &'a Library,
    files: &'a SiteFiles,
    selection: &Selection,
) -> Result<Vec<Subject<'a>>, PrintError> {
    let wordings = selection.wordings();
    let mut subjects = Vec::new();
    for placement in library.placements.values().filter(|p| selection.wants(p)) {
        let Some(court) = library.court(&placement.court) else { continue };
        for topic in library.topics.values() {
            if !selection.topics.is_empty() && !selection.topics.contains(&topic.id) {
                continue;
            }
            let guide = |language: Language| {
                library.guides.get(&(topic.number, language)).ok_or_else(|| PrintError::NoGuide {
                    topic: topic.id.to_string(),
                    language: language.tag().to_owned(),
                })
            };
            for wording in &wordings {
                let beside = wording.beside.map(guide).transpose()?;
                let guide = guide(wording.language)?;
                subjects.push(Subject { court, placement, topic, guide, beside, library, files });
            }
        }
    }
    Ok(subjects)
}

/// Each piece by itself, as often as asked for: `<court>/<placement>-<topic>-<layout>[-<lang>].<ext>`
fn singles<'a>(
    layout: &'a Layout,
    subjects: &[Subject<'a>],
    arrangement: Arrangement,
    format: Format,
) -> Vec<Document<'a>> {
    let document = |subject: &Subject<'a>| {
        let (court, number, topic) =
            (&subject.court.id, subject.placement.number, &subject.topic.id);
        let (layout_name, language) = (&layout.name, suffix(subject.wording()));
        let ending = format.extension();
        let group = Group { layout, slots: vec![(0, *subject)] };
        Document {
            file: format!("{court}/{number}-{topic}-{layout_name}{language}.{ending}"),
            groups: vec![group; arrangement.copies],
            series: None,
        }
    };
    subjects.iter().map(document).collect()
}

/// Sheets filled along the rows, those of a language together: `<court>/<layout>-<page>[-<lang>].<ext>`
fn sheets<'a>(
    layout: &'a Layout,
    subjects: &[Subject<'a>],
    (skip, copies): (usize, usize),
    format: Format,
) -> Vec<Document<'a>> {
    let mut of_wordings: BTreeMap<Wording, Vec<Subject<'a>>> = BTreeMap::new();
    for subject in subjects {
        let copies = std::iter::repeat_n(*subject, copies);
        of_wordings.entry(subject.wording()).or_default().extend(copies);
    }
    let room = layout.slots();
    let mut documents = Vec::new();
    for (at, (wording, subjects)) in of_wordings.into_iter().enumerate() {
        let skip = if at == 0 { skip.min(room.saturating_sub(1)) } else { 0 };
        let mut slots = subjects.into_iter().zip(skip..).map(|(subject, at)| (at, subject));
        let mut page = 0;
        loop {
            let (first, end) = (page * room, (page + 1) * room);
            let taken = end - first.max(skip);
            let of_page: Vec<_> =
                slots.by_ref().take(taken).map(|(at, subject)| (at - first, subject)).collect();
            let Some((_, subject)) = of_page.first() else { break };
            page += 1;
            let series = Series {
                before: format!("{}/{}-", subject.court.id, layout.name),
                after: format!("{}.{}", suffix(wording), format.extension()),
            };
            documents.push(Document {
                file: series.file(page),
                groups: vec![Group { layout, slots: of_page }],
                series: Some(series),
            });
        }
    }
    documents
}

/// The end of a file's name that tells its language; none for zh-Hans.
fn suffix(wording: Wording) -> String {
    let plain = Wording::only(Language::ZhHans);
    if wording == plain { String::new() } else { format!("-{wording}") }
}
