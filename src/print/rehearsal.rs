//! What would not come out, found before anybody prints: every design with every guide in every
//! wording, on the placements that are hardest to set.
//!
//! A placement is set with its own court. Which ones are hardest is told by how wide their names are in
//! the print fonts. The work is shared by threads, a design in a wording each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::layout::Layout;
use super::press::{Group, Press, Setup};
use super::subject::{Subject, Wording};
use super::{Complaint, PrintError, What};
use crate::domain::court::Court;
use crate::domain::library::Library;
use crate::domain::placement::{Channel, Placement};
use crate::domain::site::SiteFiles;
use crate::domain::topic::{Topic, TopicNumber};
use crate::typeset::{Fonts, TypesetError};

/// How many more placements are tried, where the hardest one fails for its own or its court's name.
const FURTHER: usize = 24;

/// What is rehearsed, and with what.
pub struct Rehearsal<'a> {
    /// The content.
    pub library: &'a Library,
    /// Where the topics' drawings are.
    pub files: &'a SiteFiles,
    /// The designs.
    pub layouts: &'a BTreeMap<String, Layout>,
    /// What designs may import: path and text.
    pub parts: &'a [(String, String)],
    /// The fonts.
    pub fonts: &'a Fonts,
    /// How pieces would be made.
    pub setup: &'a Setup,
}

/// A piece that does not come out.
pub struct Fault<'a> {
    /// Its design.
    pub layout: &'a Layout,
    /// What it is about.
    pub subject: Subject<'a>,
    /// Why.
    pub error: PrintError,
}

/// A court and one of its placements, with how wide their names are.
#[derive(Clone, Copy)]
struct Spot<'a> {
    court: &'a Court,
    placement: &'a Placement,
    court_width: f64,
    place_width: f64,
}

impl Spot<'_> {
    /// Where nobody is on duty pieces say so in other words.
    fn is_unattended(&self) -> bool {
        self.placement.channel == Channel::Court24
    }

    fn both(&self) -> f64 {
        self.court_width + self.place_width
    }

    /// How hard it is where that name has to fit: the same beside a longer one is harder.
    fn hardness(&self, name: Name) -> (f64, f64) {
        let width = match name {
            Name::Court => self.court_width,
            Name::Place => self.place_width,
        };
        (width, self.both())
    }
}

/// One of the two names on each piece.
#[derive(Clone, Copy, PartialEq)]
enum Name {
    Court,
    Place,
}

impl Name {
    fn what(self) -> What<'static> {
        match self {
            Self::Court => What::Court,
            Self::Place => What::Place,
        }
    }
}

fn by(one: (f64, f64), other: (f64, f64)) -> std::cmp::Ordering {
    one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
}

impl<'a> Rehearsal<'a> {
    /// Sets everything, on `threads` threads at most: what does not come out, by design, wording and
    /// topic.
    pub fn run(&self, threads: usize) -> Vec<Fault<'a>> {
        let spots = self.spots();
        let hard = hardest(&spots);
        let (mut scenes, mut order) = (Vec::new(), Vec::new());
        for layout in self.layouts.values() {
            for wording in Wording::PRINTED {
                let pieces = self.pieces(layout, wording, &hard);
                if !pieces.is_empty() {
                    order.push((std::cmp::Reverse(pieces.len()), scenes.len()));
                    scenes.push((layout, pieces));
                }
            }
        }
        // The longest first: so no thread is left alone with one at the end.
        order.sort_unstable();
        let next = AtomicUsize::new(0);
        let found: Mutex<BTreeMap<usize, Vec<Fault<'a>>>> = Mutex::default();
        let work = || {
            while let Some((_, at)) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                let (layout, pieces) = &scenes[*at];
                let faults = self.scene(layout, pieces, &spots);
                found.lock().unwrap_or_else(PoisonError::into_inner).insert(*at, faults);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads.min(scenes.len()) {
                scope.spawn(work);
            }
            work();
        });
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.into_values().flatten().collect()
    }

    /// Every court with each of its places once; retired ones only where nothing else hangs.
    fn spots(&self) -> Vec<Spot<'a>> {
        let in_use = |placement: &&Placement| placement.retired.is_none();
        let all = || self.library.placements.values();
        let none_in_use = !all().any(|placement| in_use(&placement));
        let courts = self.library.courts.iter();
        let courts: BTreeMap<_, _> =
            courts.map(|court| (&court.id, (court, self.fonts.width(&court.name)))).collect();
        let mut spots: BTreeMap<_, Spot<'a>> = BTreeMap::new();
        for placement in all().filter(|placement| none_in_use || in_use(placement)) {
            let Some(&(court, court_width)) = courts.get(&placement.court) else { continue };
            let key = (&court.id, &placement.place, placement.channel == Channel::Court24);
            let place_width = self.fonts.width(&placement.place);
            spots.entry(key).or_insert(Spot { court, placement, court_width, place_width });
        }
        spots.into_values().collect()
    }

    /// What is set of a design in a wording: every topic on the hardest spot, and those with the widest
    /// title and with the one code on the others, too. On sheets, where pieces share a page and each
    /// line takes room from the others, every topic on all of them.
    fn pieces(&self, layout: &Layout, wording: Wording, hard: &[Spot<'a>]) -> Vec<Subject<'a>> {
        if !wording.languages().all(|language| layout.words(language).is_some()) {
            return Vec::new();
        }
        let guide = |topic: &Topic, language| self.library.guides.get(&(topic.number, language));
        let suited = |topic: &&'a Topic| {
            layout.suits(topic) && wording.languages().all(|l| guide(topic, l).is_some())
        };
        let topics: Vec<&'a Topic> = self.library.topics.values().filter(suited).collect();
        let title = |topic: &Topic| {
            guide(topic, wording.language).map_or(0.0, |guide| self.fonts.width(&guide.title))
        };
        let widest = topics.iter().max_by(|a, b| title(a).total_cmp(&title(b)));
        let widest = widest.map(|topic| topic.number);
        let mut pieces = Vec::new();
        for topic in &topics {
            let everywhere = layout.sheet.is_some()
                || topic.number == TopicNumber::ALL
                || Some(topic.number) == widest;
            let spots = if everywhere { hard.len() } else { 1 };
            for spot in hard.iter().take(spots) {
                pieces.extend(self.subject(topic, wording, spot));
            }
        }
        pieces
    }

    fn subject(&self, topic: &'a Topic, wording: Wording, spot: &Spot<'a>) -> Option<Subject<'a>> {
        let guide = |language| self.library.guides.get(&(topic.number, language));
        let beside = match wording.beside {
            Some(language) => Some(guide(language)?),
            None => None,
        };
        Some(Subject {
            court: spot.court,
            placement: spot.placement,
            topic,
            guide: guide(wording.language)?,
            beside,
            library: self.library,
            files: self.files,
        })
    }

    /// Sets the pieces of a design in a wording, as many at once as stand on a page.
    fn scene(
        &self,
        layout: &'a Layout,
        pieces: &[Subject<'a>],
        spots: &[Spot<'a>],
    ) -> Vec<Fault<'a>> {
        let mut press = Press::new(&[layout], self.parts, self.fonts);
        let mut faults = Vec::new();
        for page in pieces.chunks(layout.slots()) {
            let group = Group { layout, slots: page.iter().copied().enumerate().collect() };
            for (at, error) in press.rehearse(&group, self.setup) {
                faults.push(Fault { layout, subject: page[at], error });
            }
        }
        for name in [Name::Court, Name::Place] {
            let is_it =
                |fault: &&Fault<'a>| complaint(&fault.error).is_some_and(|c| c.what == name.what());
            if let Some(first) = faults.iter().find(is_it) {
                let subject = first.subject;
                faults.extend(self.further(layout, &mut press, &subject, name, spots));
            }
        }
        faults
    }

    /// The other spots where the same name is too long, from the hardest one down to the first that
    /// fits: whoever shortens one is told of all at once.
    fn further(
        &self,
        layout: &'a Layout,
        press: &mut Press<'_>,
        subject: &Subject<'a>,
        name: Name,
        spots: &[Spot<'a>],
    ) -> Vec<Fault<'a>> {
        let mut spots: Vec<&Spot<'a>> = spots.iter().collect();
        spots.sort_by(|a, b| by(b.hardness(name), a.hardness(name)));
        let mut seen = BTreeSet::new();
        if name == Name::Court {
            spots.retain(|spot| seen.insert(&spot.court.id));
        }
        let mut faults = Vec::new();
        for spot in spots.into_iter().take(FURTHER) {
            let (court, placement) = (spot.court, spot.placement);
            let subject = Subject { court, placement, ..*subject };
            let group = Group { layout, slots: vec![(0, subject)] };
            let Some((_, error)) = press.rehearse(&group, self.setup).pop() else { break };
            faults.push(Fault { layout, subject, error });
        }
        faults
    }
}

/// What the design said, where it is that something is too long.
pub fn complaint(error: &PrintError) -> Option<Complaint<'_>> {
    let PrintError::Typeset { source: TypesetError::Template { message, .. }, .. } = error else {
        return None;
    };
    Complaint::read(message)
}

/// The spots that are hardest to set, by day and where nobody is on duty: the widest names together,
/// the widest court and the widest place, each as it is in the registry.
fn hardest<'a>(spots: &[Spot<'a>]) -> Vec<Spot<'a>> {
    let mut hard: Vec<Spot<'a>> = Vec::new();
    for unattended in [false, true] {
        let of_kind = || spots.iter().filter(|spot| spot.is_unattended() == unattended);
        let widest = [
            of_kind().max_by(|a, b| a.both().total_cmp(&b.both())),
            of_kind().max_by(|a, b| by(a.hardness(Name::Court), b.hardness(Name::Court))),
            of_kind().max_by(|a, b| by(a.hardness(Name::Place), b.hardness(Name::Place))),
        ];
        for spot in widest.into_iter().flatten() {
            if hard.iter().all(|known| known.placement.number != spot.placement.number) {
                hard.push(*spot);
            }
        }
    }
    hard
}
