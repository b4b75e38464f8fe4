//! What a form, or an address, orders: read strictly, with an error beside each field that is at fault.
//!
//! A field more is a field of [`Order`], a part of [`Asked::read`] and of [`Order::pairs`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::court::{Court, CourtId};
use crate::domain::library::Library;
use crate::domain::placement::{Placement, PlacementNumber};
use crate::domain::topic::{Topic, TopicId};
use crate::domain::user::User;
use crate::print::PrintError;
use crate::print::address::BaseUrl;
use crate::print::layout::{DEFAULT, Fit, Layout};
use crate::print::plan::{Arrangement, Document, Selection, plan};
use crate::print::press::{Format, Setup};
use crate::print::subject::Wording;
use crate::print::symbol::Logo;
use crate::print::works::Works;

/// How many pieces an order has at most; the command line prints any number.
pub(in crate::web) const MOST: usize = 2_000;

/// How many pages one PDF has at most: it is set as a whole, takes more than a megabyte of memory a page,
/// and the press is nobody else's meanwhile.
const MOST_IN_ONE: usize = 100;

/// How many names and values an address or a form has at most.
const PAIRS: usize = 5_000;

/// What the page's address says besides an order.
const OF_THE_PAGE: [&str; 3] = ["lang", "v", "done"];

/// How many of each piece at most, where they share sheets; else as many as one PDF takes, since copies
/// stand in one.
const COPIES: usize = 500;

/// The languages that pieces come in.
pub(in crate::web) const WORDINGS: [Wording; 3] = Wording::PRINTED;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Bundle {
    /// All pieces, one after the other.
    Pdf,
    /// A PDF each, and the manifest.
    Zip,
}

impl Bundle {
    pub(in crate::web) const ALL: [Self; 2] = [Self::Pdf, Self::Zip];

    pub(in crate::web) fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Zip => "zip",
        }
    }

    /// The file's name.
    pub(in crate::web) fn file(self) -> &'static str {
        match self {
            Self::Pdf => "combined.pdf",
            Self::Zip => "set.zip",
        }
    }

    pub(in crate::web) fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Zip => "application/zip",
        }
    }
}

/// What is to be printed.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::web) struct Order {
    pub(in crate::web) court: CourtId,
    /// None means all that hang.
    pub(in crate::web) places: Vec<PlacementNumber>,
    /// None means all.
    pub(in crate::web) topics: Vec<TopicId>,
    pub(in crate::web) layout: String,
    pub(in crate::web) wording: Wording,
    pub(in crate::web) bundle: Bundle,
    pub(in crate::web) copies: usize,
    pub(in crate::web) skip: usize,
    pub(in crate::web) fit: Fit,
    pub(in crate::web) outline: bool,
}

/// How much an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) struct Size {
    /// Files, or as many parts of one.
    pub(in crate::web) documents: usize,
    pub(in crate::web) pieces: usize,
    pub(in crate::web) pages: usize,
}

impl Order {
    /// The documents to print.
    pub(in crate::web) fn plan<'a>(
        &self,
        library: &'a Library,
        works: &'a Works,
    ) -> Result<Vec<Document<'a>>, PrintError> {
        let Some(layout) = works.layouts.get(&self.layout) else { return Ok(Vec::new()) };
        let selection = Selection {
            courts: vec![self.court.clone()],
            placements: self.places.clone(),
            // What lists all topics is about all of them.
            topics: if layout.one_code { Vec::new() } else { self.topics.clone() },
            wordings: vec![self.wording],
            ..Selection::default()
        };
        let arrangement = Arrangement {
            skip: self.skip,
            copies: self.copies,
            combined: self.bundle == Bundle::Pdf,
        };
        plan(library, &works.files, &[layout], &selection, arrangement, Format::Pdf)
    }

    /// How its pieces are made.
    pub(in crate::web) fn setup(&self, base_url: BaseUrl, logo: Option<Arc<Logo>>) -> Setup {
        let plain = Setup::new(base_url, Format::Pdf);
        Setup { fit: self.fit, outline: self.outline, logo, ..plain }
    }

    /// How much it is.
    pub(in crate::web) fn size(documents: &[Document<'_>]) -> Size {
        let groups = || documents.iter().flat_map(|document| &document.groups);
        Size {
            documents: documents.len(),
            pieces: groups().map(|group| group.slots.len()).sum(),
            pages: groups().map(|group| group.layout.pages).sum(),
        }
    }

    /// The names and values that say the same in an address, without what goes without saying.
    pub(in crate::web) fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = vec![("court", self.court.to_string())];
        pairs.extend(self.places.iter().map(|number| ("place", number.to_string())));
        pairs.extend(self.topics.iter().map(|topic| ("topic", topic.to_string())));
        pairs.push(("layout", self.layout.clone()));
        let mut say = |said: bool, name, value: String| {
            if said {
                pairs.push((name, value));
            }
        };
        say(self.wording != WORDINGS[0], "wording", self.wording.to_string());
        say(self.bundle != Bundle::Pdf, "format", self.bundle.as_str().to_owned());
        say(self.copies != 1, "copies", self.copies.to_string());
        say(self.skip != 0, "skip", self.skip.to_string());
        let Fit { offset_mm: (x, y), pitch_scale } = self.fit;
        let plain = Fit::default();
        let differ = |value: f64, usual: f64| (value - usual).abs() > f64::EPSILON;
        say(differ(x, plain.offset_mm.0), "right", x.to_string());
        say(differ(y, plain.offset_mm.1), "down", y.to_string());
        say(differ(pitch_scale, plain.pitch_scale), "pitch", pitch_scale.to_string());
        say(self.outline, "outline", "yes".to_owned());
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// What is wrong with a field: the name of the words for it among the strings, and what they speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) struct Wrong {
    pub(in crate::web) words: &'static str,
    pub(in crate::web) about: String,
}

/// What was asked for, and what is wrong with it.
#[derive(Debug, Clone)]
pub(in crate::web) struct Asked {
    /// With what is usual in the place of what is wrong.
    pub(in crate::web) order: Order,
    /// By the field.
    pub(in crate::web) wrong: BTreeMap<&'static str, Wrong>,
    /// What was typed, by the field.
    pub(in crate::web) typed: BTreeMap<&'static str, String>,
}

/// Why an order cannot even be asked about.
pub(in crate::web) enum NoOrder {
    /// The court is not one of the user's.
    NotTheirs,
    /// The user has no court with a placement.
    NoCourt,
    /// The site has no design.
    NoLayout,
}

/// The courts that a user may print for: theirs, with something that hangs.
pub(in crate::web) fn courts<'a>(user: &User, library: &'a Library) -> Vec<&'a Court> {
    let hanging: BTreeSet<&CourtId> = hanging(library).map(|p| &p.court).collect();
    let theirs = |court: &&Court| user.may_see(&court.id) && hanging.contains(&court.id);
    library.courts.iter().filter(theirs).collect()
}

/// The placements whose codes hang.
pub(in crate::web) fn hanging(library: &Library) -> impl Iterator<Item = &Placement> {
    library.placements.values().filter(|placement| placement.retired.is_none())
}

/// The names and values of an address or a form, while what is wrong with them is found.
struct Reading<'a> {
    pairs: &'a [(String, String)],
    wrong: BTreeMap<&'static str, Wrong>,
    typed: BTreeMap<&'static str, String>,
}

impl Reading<'_> {
    /// The first value of a field that has one.
    fn one(&mut self, name: &'static str) -> Option<String> {
        let value = self.pairs.iter().find(|(key, _)| key == name)?.1.trim().to_owned();
        self.typed.insert(name, value.clone());
        (!value.is_empty()).then_some(value)
    }

    /// What `read` makes of each value of a field.
    fn all<T>(
        &mut self,
        name: &'static str,
        words: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for (_, value) in self.pairs.iter().filter(|(key, _)| key == name).take(PAIRS) {
            match read(value.trim()) {
                Some(value) => found.push(value),
                None => self.fault(name, words, value.chars().take(40).collect()),
            }
        }
        found
    }

    /// What `read` makes of a field; what is usual where it says nothing or is wrong.
    fn or<T>(
        &mut self,
        name: &'static str,
        words: &'static str,
        about: impl Into<String>,
        usual: T,
        read: impl Fn(&str) -> Option<T>,
    ) -> T {
        let Some(value) = self.one(name) else { return usual };
        read(&value).unwrap_or_else(|| {
            self.fault(name, words, about.into());
            usual
        })
    }

    fn fault(&mut self, name: &'static str, words: &'static str, about: String) {
        self.wrong.entry(name).or_insert(Wrong { words, about });
    }
}

impl Asked {
    /// Reads what is asked for.
    pub(in crate::web) fn read(
        pairs: &[(String, String)],
        user: &User,
        library: &Library,
        works: &Works,
    ) -> Result<Self, NoOrder> {
        let mut reading = Reading { pairs, wrong: BTreeMap::new(), typed: BTreeMap::new() };
        let court = court(&mut reading, user, library)?;
        // The places are those of the court that was shown with them.
        let moved = reading.one("of").is_some_and(|of| of != court.as_str());
        let places = if moved { Vec::new() } else { places(&mut reading, &court, library) };
        let topics = topics(&mut reading, library);
        let usual = works.layouts.get(DEFAULT).or_else(|| works.layouts.values().next());
        let usual = usual.ok_or(NoOrder::NoLayout)?;
        let layout =
            reading.or("layout", "print_wrong_layout", "", usual, |name| works.layouts.get(name));
        let most = if layout.sheet.is_some() { COPIES } else { MOST_IN_ONE / layout.pages.max(1) };
        let copies = reading.or("copies", "print_wrong_copies", most.to_string(), 1, |text| {
            whole(text).filter(|copies| (1..=most).contains(copies))
        });
        let wording = reading.or("wording", "print_wrong_wording", "", WORDINGS[0], |text| {
            // A plus sign in an address is a space to whoever reads it.
            WORDINGS.into_iter().find(|wording| wording.to_string() == text.replace(' ', "+"))
        });
        let (skip, fit, outline) = on_sheets(&mut reading, layout);
        let layout_name = layout.name.clone();
        let mut order = Order {
            court,
            places,
            topics,
            layout: layout_name,
            wording,
            bundle: Bundle::Pdf,
            copies,
            skip,
            fit,
            outline,
        };
        check_wording(&mut reading, &order, layout, library);
        order.bundle = bundle(&mut reading, pieces(&order, layout, library), layout);
        if pairs.len() > PAIRS {
            reading.fault("court", "print_wrong_many", PAIRS.to_string());
        }
        Ok(Self { order, wrong: reading.wrong, typed: reading.typed })
    }
}

fn court(reading: &mut Reading<'_>, user: &User, library: &Library) -> Result<CourtId, NoOrder> {
    let theirs = courts(user, library);
    let first = theirs.first().ok_or(NoOrder::NoCourt)?.id.clone();
    let Some(text) = reading.one("court") else { return Ok(first) };
    let known = CourtId::parse(&text).filter(|id| library.court(id).is_some());
    match known {
        Some(id) if !user.may_see(&id) => Err(NoOrder::NotTheirs),
        Some(id) if theirs.iter().any(|court| court.id == id) => Ok(id),
        Some(_) => {
            reading.fault("court", "print_wrong_empty", text);
            Ok(first)
        }
        None => {
            reading.fault("court", "print_wrong_court", text.chars().take(40).collect());
            Ok(first)
        }
    }
}

fn places(reading: &mut Reading<'_>, court: &CourtId, library: &Library) -> Vec<PlacementNumber> {
    let theirs: BTreeSet<PlacementNumber> =
        hanging(library).filter(|p| p.court == *court).map(|p| p.number).collect();
    let mut places = reading.all("place", "print_wrong_place", |text| {
        let number = PlacementNumber::new(u32::try_from(whole(text)?).ok()?)?;
        theirs.contains(&number).then_some(number)
    });
    places.sort_unstable();
    places.dedup();
    if places.len() == theirs.len() { Vec::new() } else { places }
}

fn topics(reading: &mut Reading<'_>, library: &Library) -> Vec<TopicId> {
    let mut topics = reading.all("topic", "print_wrong_topic", |text| {
        TopicId::parse(text).filter(|id| library.topic(id).is_some())
    });
    topics.sort_unstable();
    topics.dedup();
    if topics.len() == library.topics.len() { Vec::new() } else { topics }
}

/// What is for sheets alone; as usual on anything else.
fn on_sheets(reading: &mut Reading<'_>, layout: &Layout) -> (usize, Fit, bool) {
    let room = layout.slots();
    let millimetres = |text: &str| decimal(text).filter(|mm| mm.abs() <= 20.0);
    let skip = reading.or("skip", "print_wrong_skip", (room - 1).to_string(), 0, |text| {
        whole(text).filter(|skip| *skip < room || layout.sheet.is_none())
    });
    let right = reading.or("right", "print_wrong_offset", "", 0.0, millimetres);
    let down = reading.or("down", "print_wrong_offset", "", 0.0, millimetres);
    let pitch_scale = reading.or("pitch", "print_wrong_pitch", "", 1.0, |text| {
        decimal(text).filter(|factor| (0.95..=1.05).contains(factor))
    });
    let outline = reading.one("outline").is_some();
    let Some(sheet) = &layout.sheet else { return (0, Fit::default(), false) };
    let fit = Fit { offset_mm: (right, down), pitch_scale };
    if !sheet.holds(&fit, layout.paper_mm) {
        let moved = Fit { pitch_scale: 1.0, ..fit };
        let field = if sheet.holds(&moved, layout.paper_mm) { "pitch" } else { "right" };
        reading.fault(field, "print_wrong_off_paper", String::new());
    }
    (skip, fit, outline)
}

/// The topics of an order that its layout is made for.
fn suited<'a>(
    order: &Order,
    layout: &Layout,
    library: &'a Library,
) -> impl Iterator<Item = &'a Topic> {
    let named = |topic: &&Topic| {
        layout.one_code || order.topics.is_empty() || order.topics.contains(&topic.id)
    };
    library.topics.values().filter(|topic| layout.suits(topic)).filter(named)
}

/// Whether the design and the guides have those languages.
fn check_wording(reading: &mut Reading<'_>, order: &Order, layout: &Layout, library: &Library) {
    for language in order.wording.languages() {
        if layout.words(language).is_none() {
            reading.fault("wording", "print_wrong_words", language.to_string());
        }
        let lacks = |topic: &&Topic| !library.guides.contains_key(&(topic.number, language));
        let missing: Vec<&str> =
            suited(order, layout, library).filter(lacks).map(|topic| topic.id.as_str()).collect();
        if !missing.is_empty() {
            reading.fault("wording", "print_wrong_guides", missing.join(", "));
        }
    }
}

/// How many pieces an order is.
fn pieces(order: &Order, layout: &Layout, library: &Library) -> usize {
    let places = match order.places.len() {
        0 => hanging(library).filter(|placement| placement.court == order.court).count(),
        some => some,
    };
    let topics = suited(order, layout, library).count();
    places.saturating_mul(topics).saturating_mul(order.copies)
}

/// What an order of so many pieces is packed as: where nothing is said, as one PDF that is not too long.
fn bundle(reading: &mut Reading<'_>, pieces: usize, layout: &Layout) -> Bundle {
    let is_long = pieces.div_ceil(layout.slots()) * layout.pages > MOST_IN_ONE;
    let usual = if is_long { Bundle::Zip } else { Bundle::Pdf };
    let bundle = reading.or("format", "print_wrong_format", "", usual, |text| {
        Bundle::ALL.into_iter().find(|bundle| bundle.as_str() == text)
    });
    // Whoever has chosen nothing yet has made no mistake.
    let chosen = reading.pairs.iter().any(|(name, _)| !OF_THE_PAGE.contains(&name.as_str()));
    if pieces > MOST && chosen {
        reading.fault("copies", "print_wrong_amount", pieces.to_string());
    } else if bundle == Bundle::Pdf && is_long {
        reading.fault("format", "print_wrong_whole", MOST_IN_ONE.to_string());
    }
    bundle
}

/// Digits alone.
fn whole(text: &str) -> Option<usize> {
    (text.len() <= 7 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `-1`, `0.5` or `1.002`: no exponents, nothing that is no number.
fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (plain && text.len() <= 10).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digits_and_nothing_else() {
        for (text, number) in [("0", Some(0)), ("12", Some(12)), ("007", Some(7))] {
            assert_eq!(whole(text), number);
        }
        for text in ["", "-1", "+1", "1.0", "1e2", "１", " 1", "99999999", "inf"] {
            assert_eq!(whole(text), None, "{text:?}");
        }
        for (text, number) in [("0.5", 0.5), ("-1", -1.0), ("+2", 2.0), ("1.002", 1.002)] {
            assert_eq!(decimal(text), Some(number), "{text}");
        }
        for text in ["", "nan", "inf", "1e3", "0,5", "--1", "1.2.3", "."] {
            assert_eq!(decimal(text), None, "{text:?}");
        }
    }
}
