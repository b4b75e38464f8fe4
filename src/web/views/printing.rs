//! What the print room's pages show: the form with what was chosen, a look at it, how far a job is.
//!
//! What may be ordered is `web::printing::order`'s; how it looks is the template's and `print.css`'s.

use serde::Serialize;

use super::Table;
use super::links::{Links, encoded};
use crate::diagnostic::{Tongue, Words};
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::topic::TopicNumber;
use crate::domain::user::{Courts, Role, User, UserName};
use crate::print::layout::{Fit, Layout};
use crate::print::works::Works;
use crate::web::printing::jobs::Stage;
use crate::web::printing::order::{
    Asked, Bundle, MOST, Order, Size, WORDINGS, Wrong, courts, hanging,
};

/// A4, in millimetres: what is smaller stands on a table or is handed out.
const A4_MM: (f64, f64) = (210.0, 297.0);

/// A design to choose.
pub struct Design {
    name: String,
    title: Words,
    kind: Kind,
    /// Across and down, in millimetres, its pages one below the other.
    picture_mm: (f64, f64),
}

/// Where a piece is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Wall,
    Table,
    Sheet,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Wall, Self::Table, Self::Sheet];

    fn of(layout: &Layout) -> Self {
        let (width, height) = layout.paper_mm;
        let small = width * height < A4_MM.0 * A4_MM.1 * 0.9;
        if layout.sheet.is_some() {
            Self::Sheet
        } else if small || layout.symbols.len() > 1 || layout.pages > 1 {
            Self::Table
        } else {
            Self::Wall
        }
    }

    /// The name of its heading among the strings.
    fn title(self) -> &'static str {
        match self {
            Self::Wall => "print_wall",
            Self::Table => "print_table",
            Self::Sheet => "print_sheet",
        }
    }
}

impl Design {
    /// All that a site has.
    pub(in crate::web) fn all(works: &Works) -> Vec<Self> {
        let design = |layout: &Layout| Self {
            name: layout.name.clone(),
            title: layout.title.clone(),
            kind: Kind::of(layout),
            picture_mm: (
                layout.paper_mm.0,
                std::iter::repeat_n(layout.paper_mm.1, layout.pages).sum(),
            ),
        };
        works.layouts.values().map(design).collect()
    }
}

/// A look at an order.
#[derive(Default)]
pub struct Look {
    pub(in crate::web) size: Option<Size>,
    /// Whether there is a picture of its first piece.
    pub(in crate::web) picture: bool,
    /// What is wrong.
    pub(in crate::web) faults: Vec<Words>,
}

/// What the print room's page is made of.
pub struct Printing {
    pub(in crate::web) designs: Vec<Design>,
    pub(in crate::web) user: User,
    pub(in crate::web) asked: Asked,
    pub(in crate::web) look: Look,
    /// The user's jobs, the newest first.
    pub(in crate::web) jobs: Vec<(String, Size, Stage)>,
}

/// What a job's page is made of.
pub struct PrintJob {
    pub(in crate::web) id: String,
    pub(in crate::web) layout: Words,
    pub(in crate::web) order: Order,
    pub(in crate::web) size: Size,
    pub(in crate::web) done: usize,
    pub(in crate::web) stage: Stage,
}

const SAMPLE: Size = Size { documents: 1, pieces: 1, pages: 1 };

fn sample_order(library: &Library) -> Option<Order> {
    Some(Order {
        court: library.courts.first()?.id.clone(),
        places: Vec::new(),
        topics: Vec::new(),
        layout: "a".to_owned(),
        wording: WORDINGS[0],
        bundle: Bundle::Pdf,
        copies: 1,
        skip: 0,
        fit: Fit::default(),
        outline: false,
    })
}

fn sample_stages() -> [Stage; 3] {
    [Stage::Waiting(1), Stage::Running, Stage::Faulty(vec![Words::same("a")])]
}

impl Printing {
    /// What lasts when the language or the size of the page changes.
    pub(super) fn lasting(&self) -> Vec<(String, String)> {
        self.asked.order.pairs()
    }

    /// Pages with which every part of the template is tried.
    pub(super) fn samples(library: &Library) -> Vec<Self> {
        let wrong = Wrong { words: "print_wrong_copies", about: String::new() };
        let sample = |picture: bool| {
            let wrong = if picture { Vec::new() } else { vec![("copies", wrong.clone())] };
            Some(Self {
                designs: vec![Design {
                    name: "a".to_owned(),
                    title: Words::same("a"),
                    kind: Kind::Sheet,
                    picture_mm: A4_MM,
                }],
                user: User { name: UserName::parse("a")?, role: Role::Admin, courts: Courts::All },
                asked: Asked {
                    order: sample_order(library)?,
                    wrong: wrong.into_iter().collect(),
                    typed: [("copies", "x".to_owned())].into(),
                },
                look: Look { size: Some(SAMPLE), picture, faults: vec![Words::same("a")] },
                jobs: sample_stages().map(|stage| ("a".to_owned(), SAMPLE, stage)).into(),
            })
        };
        [true, false].into_iter().filter_map(sample).collect()
    }
}

impl PrintJob {
    /// Pages with which every part of the template is tried.
    pub(super) fn samples(library: &Library) -> Vec<Self> {
        let sample = |stage: Stage| {
            let (id, layout) = ("a".to_owned(), Words::same("a"));
            let order = sample_order(library)?;
            Some(Self { id, layout, order, size: SAMPLE, done: 0, stage })
        };
        sample_stages().into_iter().filter_map(sample).collect()
    }
}

#[derive(Serialize)]
pub(super) struct PrintContext {
    /// The court whose places are shown.
    court: String,
    court_name: String,
    courts: Vec<ChoiceContext>,
    places: Vec<ChoiceContext>,
    topics: Vec<ChoiceContext>,
    designs: Vec<GroupContext>,
    wordings: Vec<ChoiceContext>,
    bundles: Vec<ChoiceContext>,
    copies: FieldContext,
    /// What is for sheets alone.
    fits: Vec<FieldContext>,
    on_sheet: bool,
    outline: bool,
    /// What is wrong, by the field; empty where nothing is.
    wrong: std::collections::BTreeMap<&'static str, String>,
    faults: Vec<String>,
    /// How much it is; empty where that is not known.
    amount: String,
    /// The picture's address; empty where there is none.
    picture: String,
    picture_alt: String,
    picture_size: (u32, u32),
    jobs: Vec<JobLineContext>,
}

#[derive(Serialize)]
struct ChoiceContext {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Serialize)]
struct GroupContext {
    title: String,
    choices: Vec<ChoiceContext>,
}

#[derive(Serialize)]
struct FieldContext {
    name: &'static str,
    label: String,
    hint: String,
    value: String,
    error: String,
}

#[derive(Serialize)]
struct JobLineContext {
    href: String,
    amount: String,
    stage: String,
}

#[derive(Serialize)]
pub(super) struct JobContext {
    id: String,
    court: String,
    layout: String,
    amount: String,
    /// Whether there is more to come.
    open: bool,
    stage: String,
    done: usize,
    all: usize,
    /// What counts the documents where they are counted one by one.
    counted: bool,
    /// The file's address; empty until it is ready.
    file: String,
    file_label: String,
    faults: Vec<String>,
    /// The form with the same choice.
    again: String,
}

fn tongue(language: Language) -> Tongue {
    if language.is_english() { Tongue::English } else { Tongue::Chinese }
}

/// A string with each `{}` in turn replaced.
fn with(t: &Table, key: &str, values: &[&str]) -> String {
    let text = t.get(key).cloned().unwrap_or_default();
    values.iter().fold(text, |text, value| text.replacen("{}", value, 1))
}

fn amount(size: Size, t: &Table) -> String {
    let Size { documents, pieces, pages } = size;
    let [documents, pieces, pages] = [documents, pieces, pages].map(|n| n.to_string());
    with(t, "print_amount", &[&pieces, &pages, &documents])
}

fn stage(stage: &Stage, t: &Table) -> String {
    match stage {
        Stage::Waiting(before) => with(t, "print_waiting", &[&before.to_string()]),
        Stage::Running => with(t, "print_running", &[]),
        Stage::Ready(..) => with(t, "print_ready", &[]),
        Stage::Faulty(_) => with(t, "print_faulty", &[]),
    }
}

/// An address in the language and the size of this page.
fn address(path: &str, pairs: &[(String, String)], links: &Links<'_>) -> String {
    let mut pairs = pairs.to_vec();
    pairs.extend(links.kept(links.key.large, None));
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", encoded(&pairs)) }
}

/// What the template may use of `printing`.
pub(super) fn of(printing: &Printing, t: &Table, links: &Links<'_>) -> PrintContext {
    let Printing { asked, look, .. } = printing;
    let (order, tongue) = (&asked.order, tongue(links.key.language));
    let court = links.library.court(&order.court);
    let design = printing.designs.iter().find(|design| design.name == order.layout);
    let pairs = order.pairs();
    PrintContext {
        court: order.court.to_string(),
        court_name: court.map_or(String::new(), |court| court.name.clone()),
        courts: courts_of(printing, links.library),
        places: places(order, links.library),
        topics: topics(order, links),
        designs: designs(printing, t, tongue),
        wordings: WORDINGS
            .map(|wording| {
                let label = wording.languages().map(Language::name).collect::<Vec<_>>().join(" + ");
                let (value, chosen) = (wording.to_string(), wording == order.wording);
                ChoiceContext { value, label, chosen }
            })
            .into(),
        bundles: Bundle::ALL
            .map(|bundle| ChoiceContext {
                value: bundle.as_str().to_owned(),
                label: with(t, &format!("print_as_{}", bundle.as_str()), &[]),
                chosen: bundle == order.bundle,
            })
            .into(),
        copies: field(asked, t, "copies", order.copies.to_string()),
        fits: vec![
            field(asked, t, "skip", order.skip.to_string()),
            field(asked, t, "right", order.fit.offset_mm.0.to_string()),
            field(asked, t, "down", order.fit.offset_mm.1.to_string()),
            field(asked, t, "pitch", order.fit.pitch_scale.to_string()),
        ],
        on_sheet: design.is_some_and(|design| design.kind == Kind::Sheet),
        outline: order.outline,
        wrong: asked.wrong.iter().map(|(field, wrong)| (*field, said(wrong, t))).collect(),
        faults: look.faults.iter().map(|words| words.in_tongue(tongue).to_owned()).collect(),
        amount: look.size.map_or(String::new(), |size| amount(size, t)),
        picture: if look.picture {
            format!("/print/preview.png?{}", encoded(&pairs))
        } else {
            String::new()
        },
        picture_alt: design.map_or(String::new(), |design| {
            with(t, "print_picture", &[design.title.in_tongue(tongue)])
        }),
        picture_size: pixels(design.map_or(A4_MM, |design| design.picture_mm)),
        jobs: printing.jobs.iter().map(|job| line(job, t, links)).collect(),
    }
}

/// The shape of a picture, so that the page does not jump when it comes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "paper measures a small positive number of millimetres"
)]
fn pixels((width, height): (f64, f64)) -> (u32, u32) {
    (width.round() as u32, height.round() as u32)
}

fn line((id, size, at): &(String, Size, Stage), t: &Table, links: &Links<'_>) -> JobLineContext {
    JobLineContext {
        href: address(&format!("/print/jobs/{id}"), &[], links),
        amount: amount(*size, t),
        stage: stage(at, t),
    }
}

fn said(wrong: &Wrong, t: &Table) -> String {
    let most = MOST.to_string();
    with(t, wrong.words, &[&wrong.about, &most])
}

fn field(asked: &Asked, t: &Table, name: &'static str, value: String) -> FieldContext {
    let wrong = asked.wrong.get(name);
    let typed = wrong.and_then(|_| asked.typed.get(name).cloned());
    FieldContext {
        name,
        label: with(t, &format!("print_{name}"), &[]),
        hint: with(t, &format!("print_{name}_hint"), &[]),
        value: typed.unwrap_or(value),
        error: wrong.map_or(String::new(), |wrong| said(wrong, t)),
    }
}

fn courts_of(printing: &Printing, library: &Library) -> Vec<ChoiceContext> {
    let choice = |court: &crate::domain::court::Court| ChoiceContext {
        value: court.id.to_string(),
        label: court.name.clone(),
        chosen: court.id == printing.asked.order.court,
    };
    courts(&printing.user, library).into_iter().map(choice).collect()
}

fn places(order: &Order, library: &Library) -> Vec<ChoiceContext> {
    let theirs = hanging(library).filter(|placement| placement.court == order.court);
    theirs
        .map(|placement| ChoiceContext {
            value: placement.number.to_string(),
            label: format!("{} · {}", placement.number, placement.place),
            chosen: order.places.contains(&placement.number),
        })
        .collect()
}

fn topics(order: &Order, links: &Links<'_>) -> Vec<ChoiceContext> {
    let title = |number: TopicNumber| {
        let guide = links.library.guide(number, links.key.language);
        guide.map_or(String::new(), |guide| guide.title.clone())
    };
    let topics = links.library.topics.values();
    topics
        .map(|topic| ChoiceContext {
            value: topic.id.to_string(),
            label: title(topic.number),
            chosen: order.topics.contains(&topic.id),
        })
        .collect()
}

fn designs(printing: &Printing, t: &Table, tongue: Tongue) -> Vec<GroupContext> {
    let group = |kind: Kind| GroupContext {
        title: with(t, kind.title(), &[]),
        choices: printing
            .designs
            .iter()
            .filter(|design| design.kind == kind)
            .map(|design| ChoiceContext {
                value: design.name.clone(),
                label: design.title.in_tongue(tongue).to_owned(),
                chosen: design.name == printing.asked.order.layout,
            })
            .collect(),
    };
    Kind::ALL.map(group).into_iter().filter(|group| !group.choices.is_empty()).collect()
}

/// What the template may use of `job`.
pub(super) fn of_job(job: &PrintJob, t: &Table, links: &Links<'_>) -> JobContext {
    let tongue = tongue(links.key.language);
    let court = links.library.court(&job.order.court);
    let file = job.order.bundle.file();
    let (ready, label, faults) = match &job.stage {
        Stage::Ready(_, bytes, _) => {
            (true, with(t, "print_file", &[file, &sized(*bytes)]), &[][..])
        }
        Stage::Faulty(faults) => (false, String::new(), &faults[..]),
        Stage::Waiting(_) | Stage::Running => (false, String::new(), &[][..]),
    };
    JobContext {
        court: court.map_or(job.order.court.to_string(), |court| court.name.clone()),
        layout: job.layout.in_tongue(tongue).to_owned(),
        amount: amount(job.size, t),
        open: job.stage.is_open(),
        stage: stage(&job.stage, t),
        done: job.done,
        all: job.size.documents,
        counted: job.size.documents > 1,
        file: if ready { format!("/print/jobs/{}/{file}", job.id) } else { String::new() },
        file_label: label,
        faults: faults.iter().map(|words| words.in_tongue(tongue).to_owned()).collect(),
        again: address("/print", &job.order.pairs(), links),
        id: job.id.clone(),
    }
}

/// Bytes as people read them.
fn sized(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
