//! Litigation documents: what is asked, and the paper that comes of it.
//!
//! A [`DocumentTemplate`] is read from `printables/documents/<slug>/` by `content`. What was typed
//! becomes [`Answers`](answers::Answers), and both together a [`Document`](paper::Document), which the
//! writers of `document` turn into a page, DOCX and PDF. Nothing here is ever kept.

pub mod answers;
pub mod fill;
pub mod paper;
pub mod text;

use std::fmt;

use super::law::Citation;
use super::period::Day;
use super::topic::{TopicId, is_slug};
use text::Text;

/// The name of a document in URLs and on the command line: 1 to 32 of a-z, 0-9 and -, a letter first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(String);

impl DocumentId {
    /// `None` for anything but 1 to 32 of a-z, 0-9 and -, a letter first.
    pub fn parse(text: &str) -> Option<Self> {
        is_slug(text).then(|| Self(text.to_owned()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What documents are listed under, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentGroup {
    /// To sue.
    Sue,
    /// To answer a claim.
    Answer,
    /// Who acts for whom.
    People,
    /// Evidence and service.
    Evidence,
    /// Preservation of property.
    Preservation,
    /// Enforcement.
    Enforcement,
    /// Court fees.
    Fees,
    /// In the course of a case.
    Procedure,
}

impl DocumentGroup {
    /// All, in the order of the list.
    pub const ALL: [Self; 8] = [
        Self::Sue,
        Self::Answer,
        Self::People,
        Self::Evidence,
        Self::Preservation,
        Self::Enforcement,
        Self::Fees,
        Self::Procedure,
    ];

    /// Its name in `document.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sue => "sue",
            Self::Answer => "answer",
            Self::People => "people",
            Self::Evidence => "evidence",
            Self::Preservation => "preservation",
            Self::Enforcement => "enforcement",
            Self::Fees => "fees",
            Self::Procedure => "procedure",
        }
    }

    /// The group of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == text)
    }
}

/// Which official text stands beside a model of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficialModel {
    /// The Supreme People's Court's styles of civil litigation documents of 2016.
    Styles2016,
    /// The element-type model texts, 法〔2025〕82号.
    Elements2025,
}

impl OfficialModel {
    /// The one of that name in `document.toml`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "style2016" => Some(Self::Styles2016),
            "elements2025" => Some(Self::Elements2025),
            _ => None,
        }
    }

    /// What it is called on paper.
    pub fn title(self) -> &'static str {
        match self {
            Self::Styles2016 => "最高人民法院《民事诉讼文书样式》（2016年）",
            Self::Elements2025 => "要素式示范文本（法〔2025〕82号）",
        }
    }
}

/// Why a field is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A law or an interpretation asks for it.
    Law,
    /// The styles of 2016 have it.
    Model,
    /// The element-type texts have it.
    Elements,
    /// It is usual.
    Custom,
    /// Nobody asks for it, and it may help.
    Free,
}

impl Basis {
    /// The one of that name in `document.toml`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "law" => Some(Self::Law),
            "model" => Some(Self::Model),
            "elements" => Some(Self::Elements),
            "custom" => Some(Self::Custom),
            "free" => Some(Self::Free),
            _ => None,
        }
    }
}

/// A model litigation document of ours that a litigant fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTemplate {
    /// Its name in URLs.
    pub id: DocumentId,
    /// The title on the paper.
    pub title: String,
    /// What lists call it.
    pub name: String,
    /// What it is listed under.
    pub group: DocumentGroup,
    /// Its place within the group.
    pub order: u16,
    /// In plain words, what it is for.
    pub summary: String,
    /// The name and the summary in English, where they were written.
    pub english: Option<EnglishDocument>,
    /// The guide that explains it.
    pub topic: Option<TopicId>,
    /// What to know first, a line each.
    pub about: Vec<String>,
    /// The articles that it rests on.
    pub sources: Vec<Citation>,
    /// Which official texts stand beside it; none where none is known.
    pub model: Vec<OfficialModel>,
    /// When it was last reviewed.
    pub reviewed: Day,
    /// What is asked, one screen after the other.
    pub steps: Vec<Step>,
    /// The paper.
    pub body: Vec<Block>,
}

/// What English pages call a document, which is in Chinese itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnglishDocument {
    /// What lists call it.
    pub name: String,
    /// In plain words, what it is for.
    pub summary: String,
}

impl DocumentTemplate {
    /// The step of an id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// A field that stands once in the document, and its step.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.steps.iter().filter(|step| step.rows.is_none()).find_map(|step| step.field(id))
    }
}

/// One screen of questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its id; in a step with rows, the name of all of them.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// A sentence below it, or empty.
    pub hint: String,
    /// How often its fields repeat, where they do.
    pub rows: Option<Rows>,
    /// What is asked.
    pub fields: Vec<Field>,
}

impl Step {
    /// The field of an id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }
}

/// How often the fields of a step repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// What one of them is called.
    pub label: String,
    /// At least so often.
    pub least: usize,
    /// At most so often.
    pub most: usize,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its id.
    pub id: String,
    /// The question in a word or two.
    pub label: String,
    /// A sentence of help, or empty.
    pub hint: String,
    /// What kind of answer it takes.
    pub kind: FieldKind,
    /// Whether the document cannot do without it.
    pub required: bool,
    /// Why it is asked.
    pub basis: Basis,
    /// The articles that ask for it.
    pub sources: Vec<Citation>,
    /// It is asked only where this holds.
    pub show: Option<Condition>,
    /// How many characters it takes at most.
    pub most: usize,
}

/// What kind of answer a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Line,
    /// Paragraphs.
    Text,
    /// A day.
    Date,
    /// Yuan; the fee kind that the calculator shows beside it, where one is named.
    Amount {
        /// Its name in `fees.toml`.
        fee: Option<String>,
    },
    /// A whole number.
    Count,
    /// A telephone number.
    Phone,
    /// A court: one of the registry, or another.
    Court,
    /// One of these.
    Choice(Vec<String>),
    /// Any of these.
    Ticks(Vec<String>),
}

impl FieldKind {
    /// What can be picked, where something is.
    pub fn options(&self) -> Option<&[String]> {
        match self {
            Self::Choice(options) | Self::Ticks(options) => Some(options),
            Self::Line
            | Self::Text
            | Self::Date
            | Self::Amount { .. }
            | Self::Count
            | Self::Phone
            | Self::Court => None,
        }
    }
}

/// When something is asked or printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The field that it looks at; or the step whose rows are there or not.
    pub field: String,
    /// What it has to be.
    pub test: Test,
}

/// What a field has to be for a condition to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// Answered.
    Given,
    /// Not answered.
    Empty,
    /// This, or among what is ticked.
    Is(String),
}

impl Condition {
    /// `field=value`, `field` or `!field`.
    pub fn parse(text: &str) -> Option<Self> {
        let (field, wanted) = if let Some((field, value)) = text.split_once('=') {
            (field, Test::Is(value.to_owned()))
        } else if let Some(field) = text.strip_prefix('!') {
            (field, Test::Empty)
        } else {
            (text, Test::Given)
        };
        is_slug(field).then(|| Self { field: field.to_owned(), test: wanted })
    }
}

/// A text, and when it is the one that is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Always, where nothing is said.
    pub when: Option<Condition>,
    /// The text.
    pub text: Text,
}

/// A part of the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// It is printed only where this holds.
    pub when: Option<Condition>,
    /// It is printed once for each row of this step.
    pub each: Option<String>,
    /// What it is.
    pub part: Part,
}

/// How a paragraph stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// Its first line indented by two characters.
    Body,
    /// From the left edge.
    Flush,
    /// To the right edge.
    Right,
    /// In the middle.
    Centre,
}

impl Style {
    /// The one of that name in `document.toml`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "body" => Some(Self::Body),
            "flush" => Some(Self::Flush),
            "right" => Some(Self::Right),
            "centre" => Some(Self::Centre),
            _ => None,
        }
    }
}

/// What a part of the paper is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Paragraphs.
    Text {
        /// The first one whose condition holds.
        cases: Vec<Case>,
        /// How they stand.
        style: Style,
        /// Whether they are numbered where there are several.
        numbered: bool,
    },
    /// A heading.
    Heading(Text),
    /// A table.
    Table {
        /// The shares of the width.
        widths: Vec<u16>,
        /// Its rows.
        rows: Vec<Row>,
    },
    /// 此致 and the court of this field.
    Court(String),
    /// Who signs, a line each, and the day.
    Sign {
        /// The lines; `{}` in them is the space to sign.
        lines: Vec<Case>,
        /// The field of the day, where there is one; else it is written by hand.
        date: Option<String>,
    },
    /// What is handed in with it.
    Attach(Vec<Text>),
    /// Guidance on the blank form.
    Note(Text),
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// It is printed only where this holds.
    pub when: Option<Condition>,
    /// It is printed once for each row of this step.
    pub each: Option<String>,
    /// Whether it heads the table on each page.
    pub head: bool,
    /// From the left; those that are covered from above are left out.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What stands in it.
    pub text: Text,
    /// Whether it heads its row.
    pub head: bool,
    /// Over how many columns.
    pub across: u16,
    /// Over how many rows.
    pub down: u16,
}
