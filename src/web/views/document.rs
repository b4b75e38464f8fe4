//! What the pages of litigation documents show: the list, a step of a form, the finished paper.
//!
//! What was typed goes from page to page in the form itself and is kept nowhere. A step is put
//! together in [`form`], the paper in [`preview`]; what is asked, and what comes of it, is
//! `domain::document`'s.

mod form;
mod preview;

use serde::Serialize;

use super::links::Links;
use super::tool::{Basis, Voice, basis};
use super::{Page, Table};
use crate::domain::calc::fee;
use crate::domain::document::answers::{Answer, Answers, Misread, Typed, key, read};
use crate::domain::document::fill::fill;
use crate::domain::document::paper::Document;
use crate::domain::document::{
    DocumentGroup, DocumentTemplate, Field, FieldKind, OfficialModel, Step,
};
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::money::Money;
use crate::domain::period::Day;
pub(in crate::web) use form::is_asked;

/// A page of the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentPage {
    /// All documents.
    List,
    /// One document: its place in the library's list.
    Form(usize),
    /// Where a document that was handed in is fetched.
    PickUp,
}

/// What a document's page shows. It has no `Debug`: what was typed must not come into a log.
pub enum Showing<'a> {
    /// The list, or the form for a code.
    Plain,
    /// A step of a form.
    Step {
        /// Which one, from 0.
        step: usize,
        /// What was typed up to now.
        typed: &'a Typed,
        /// What is wrong with it.
        faults: &'a [Misread],
        /// Whether it is the first page of all, which says what the document is.
        first: bool,
    },
    /// The finished paper.
    Paper {
        /// What was typed.
        typed: &'a Typed,
        /// What was understood.
        answers: &'a Answers,
        /// The paper.
        document: &'a Document,
    },
    /// A few words, with what was typed still at hand where there is something.
    Words {
        /// Which words.
        words: Words,
        /// What was typed.
        typed: Option<&'a Typed>,
    },
}

/// Words on a page that shows little else.
#[derive(Clone, PartialEq, Eq)]
pub enum Words {
    /// How a finished document is got, for whoever opens its address.
    HowToGet,
    /// The PDF's fonts lack these characters.
    NoGlyphs(Vec<char>),
    /// The document waits in the hall under this code.
    Code(String),
    /// No more documents can wait at present.
    Full,
    /// There is no document under that code.
    NoSuchCode,
    /// Too many tries; the next one after so many minutes.
    Wait(i64),
    /// Too much is asked at a time: the same once more, in a moment.
    Busy(Wanted),
    /// The file cannot be made: the site or the program is at fault.
    NotMade(Wanted),
}

/// What was asked for and is not there.
#[derive(Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The PDF.
    Pdf,
    /// The DOCX.
    Docx,
    /// A code for the hall.
    PickUp,
    /// The file of this code, as it was typed.
    Code(String),
}

/// A page of a document for one visitor.
pub struct Sheet<'a> {
    /// What it shows.
    pub showing: Showing<'a>,
    /// Whether it is shown within another program, such as `WeChat`, which keeps no files.
    pub in_app: bool,
    /// Whether documents can be handed over in the hall.
    pub pick_up: bool,
    /// The day, for fees.
    pub today: Day,
}

/// What the templates may use.
#[derive(Serialize, Default)]
pub(super) struct DocumentContext {
    groups: Vec<GroupContext>,
    id: String,
    name: String,
    summary: String,
    summary_lang: &'static str,
    about: Vec<String>,
    laws: Vec<Basis>,
    models: Vec<String>,
    reviewed: String,
    first: bool,
    in_app: bool,
    pick_up: bool,
    /// What lasts from page to page, with its question mark.
    lasting: String,
    /// The name of the form's action that shows this page again.
    stay: &'static str,
    errors: Vec<Complaint>,
    step: Option<form::StepContext>,
    /// Everything typed that has no field on this page.
    hidden: Vec<Named>,
    amounts: Vec<AmountContext>,
    paper: Option<preview::PaperContext>,
    steps: Vec<Named>,
    words: &'static str,
    /// What the words are about: characters, a code, minutes.
    told: String,
}

#[derive(Serialize)]
struct GroupContext {
    title: String,
    documents: Vec<LinkContext>,
}

#[derive(Serialize)]
struct LinkContext {
    name: String,
    summary: String,
    /// The language of both, where it is not the page's.
    lang: &'static str,
    href: String,
}

/// A line of the summary of errors, with a link to the field.
#[derive(Serialize)]
struct Complaint {
    text: String,
    href: String,
}

#[derive(Serialize)]
pub(super) struct Named {
    name: String,
    value: String,
}

/// An amount that was typed: in figures, in words, and what the court takes for it.
#[derive(Serialize)]
struct AmountContext {
    label: String,
    figures: String,
    capitals: String,
    fee: String,
}

/// What a document's page may use.
pub(super) fn of(
    page: DocumentPage,
    sheet: &Sheet<'_>,
    voice: &Voice<'_>,
    links: &Links<'_>,
) -> DocumentContext {
    let mut context = DocumentContext {
        in_app: sheet.in_app,
        pick_up: sheet.pick_up,
        lasting: links.lasting_query(),
        ..DocumentContext::default()
    };
    let library = links.library;
    match page {
        DocumentPage::List => context.groups = groups(voice, links),
        DocumentPage::PickUp => {}
        DocumentPage::Form(at) => {
            if let Some(template) = library.documents.get(at) {
                template.id.as_str().clone_into(&mut context.id);
                context.name.clone_from(&template.name);
                let asked = Asked { template, sheet, voice, library };
                asked.fill(&mut context);
            }
        }
    }
    if let Showing::Words { words, .. } = &sheet.showing {
        (context.words, context.told) = told(words);
    }
    context
}

impl DocumentContext {
    /// The page's title: what is wrong comes first, so that it is read aloud first.
    pub(super) fn title(&self, title: &str, t: &Table) -> String {
        if self.errors.is_empty() {
            return title.to_owned();
        }
        format!("{} - {title}", t.get("errors_title").map_or("", String::as_str))
    }

    /// The style of the paper, on the page that shows one.
    pub(super) fn paper_style(&self, style: &str) -> String {
        self.paper.as_ref().map_or(String::new(), |_| style.to_owned())
    }
}

/// Every page in which a part of the templates shows, given to `render` one after the other.
pub(super) fn samples<E>(
    library: &Library,
    today: Day,
    render: &mut dyn FnMut(DocumentPage, &Sheet<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let typed = &Typed::default();
    let sheet = |showing| Sheet { showing, in_app: true, pick_up: true, today };
    render(DocumentPage::List, &sheet(Showing::Plain))?;
    render(DocumentPage::PickUp, &sheet(Showing::Plain))?;
    let said = [
        Words::HowToGet,
        Words::NoGlyphs(vec!['x']),
        Words::Code("2".to_owned()),
        Words::Full,
        Words::NoSuchCode,
        Words::Wait(1),
        Words::Busy(Wanted::Pdf),
        Words::Busy(Wanted::Code("2".to_owned())),
        Words::NotMade(Wanted::Docx),
        Words::NotMade(Wanted::PickUp),
    ];
    for words in &said {
        let showing = Showing::Words { words: words.clone(), typed: None };
        render(DocumentPage::PickUp, &sheet(showing))?;
    }
    let Some(template) = library.documents.first() else { return Ok(()) };
    let page = DocumentPage::Form(0);
    let (answers, faults) = &read(template, typed);
    for step in 0..template.steps.len() {
        let first = step == 0;
        render(page, &sheet(Showing::Step { step, typed, faults, first }))?;
    }
    let document = &fill(template, None);
    render(page, &sheet(Showing::Paper { typed, answers, document }))?;
    for words in said {
        render(page, &sheet(Showing::Words { words, typed: Some(typed) }))?;
    }
    Ok(())
}

/// The name of the words, and what they are about.
fn told(words: &Words) -> (&'static str, String) {
    match words {
        Words::HowToGet => ("how", String::new()),
        Words::NoGlyphs(missing) => {
            let missing: Vec<String> = missing.iter().map(char::to_string).collect();
            ("glyphs", missing.join("、"))
        }
        Words::Code(code) => ("code", code.clone()),
        Words::Full => ("full", String::new()),
        Words::NoSuchCode => ("no_code", String::new()),
        Words::Wait(minutes) => ("wait", minutes.to_string()),
        Words::Busy(wanted) => ("busy", again(wanted)),
        Words::NotMade(wanted) => ("not_made", again(wanted)),
    }
}

/// The end of the address at which it is asked for again; the code.
fn again(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Pdf => "filled.pdf".to_owned(),
        Wanted::Docx => "filled.docx".to_owned(),
        Wanted::PickUp => "pick-up".to_owned(),
        Wanted::Code(code) => code.clone(),
    }
}

fn groups(voice: &Voice<'_>, links: &Links<'_>) -> Vec<GroupContext> {
    let of_group = |group: DocumentGroup| {
        let documents = links.library.documents.iter().enumerate();
        let documents = documents.filter(|(_, document)| document.group == group);
        let link = |(at, document): (usize, &DocumentTemplate)| {
            let (name, summary, lang) = called(document, voice);
            let href = links.to(Page::Document(DocumentPage::Form(at)), links.key.large, None);
            LinkContext { name: name.to_owned(), summary: summary.to_owned(), lang, href }
        };
        let title = voice.say(&format!("documents_{}", group.as_str()));
        GroupContext { title, documents: documents.map(link).collect() }
    };
    let groups = DocumentGroup::ALL.into_iter().map(of_group);
    groups.filter(|group| !group.documents.is_empty()).collect()
}

/// What a page calls a document, what it says of it, and the language of both where it is not the page's.
fn called<'d>(
    document: &'d DocumentTemplate,
    voice: &Voice<'_>,
) -> (&'d str, &'d str, &'static str) {
    if let Some(english) = document.english.as_ref().filter(|_| voice.language.is_english()) {
        return (&english.name, &english.summary, "");
    }
    let is_own = voice.language == Language::ZhHans;
    let lang = if is_own { "" } else { Language::ZhHans.tag() };
    (&document.name, &document.summary, lang)
}

/// A document and how it is asked for.
struct Asked<'a> {
    template: &'a DocumentTemplate,
    sheet: &'a Sheet<'a>,
    voice: &'a Voice<'a>,
    library: &'a Library,
}

impl Asked<'_> {
    fn fill(&self, context: &mut DocumentContext) {
        match &self.sheet.showing {
            Showing::Plain => {}
            Showing::Step { step, typed, faults, first } => {
                let answers = read(self.template, typed).0;
                let (shown, names) = form::step(self, *step, typed, &answers, faults);
                context.errors = form::complaints(&shown);
                context.step = Some(shown);
                context.hidden = hidden(typed, &names);
                context.amounts = step.checked_sub(1).map_or_else(Vec::new, |before| {
                    self.amounts(&answers, &self.template.steps[before..=before])
                });
                context.stay = "stay";
                if *first {
                    self.introduce(context);
                }
            }
            Showing::Paper { typed, answers, document } => {
                context.hidden = hidden(typed, &[]);
                context.amounts = self.amounts(answers, &self.template.steps);
                context.paper = Some(preview::paper(document));
                context.steps = self.steps(answers);
                context.stay = "look";
            }
            Showing::Words { typed, .. } => {
                context.hidden = typed.map_or_else(Vec::new, |typed| hidden(typed, &[]));
                context.stay = "look";
            }
        }
    }

    /// What the document is, where the official text is, and the blank forms.
    fn introduce(&self, context: &mut DocumentContext) {
        let template = self.template;
        context.first = true;
        let (name, summary, lang) = called(template, self.voice);
        // The heading is the paper's own.
        context.summary =
            if name == template.name { summary.to_owned() } else { format!("{name}. {summary}") };
        context.summary_lang = lang;
        context.about.clone_from(&template.about);
        context.laws = basis(&template.sources, self.library, self.voice);
        context.models = self.models();
        context.reviewed = template.reviewed.to_string();
    }

    fn models(&self) -> Vec<String> {
        let name = |model: &OfficialModel| match model {
            OfficialModel::Styles2016 => "official_styles2016",
            OfficialModel::Elements2025 => "official_elements2025",
        };
        self.template.model.iter().map(|model| self.voice.say(name(model))).collect()
    }

    /// The steps that ask something, as buttons that lead to them.
    fn steps(&self, answers: &Answers) -> Vec<Named> {
        let steps = self.template.steps.iter().enumerate();
        let steps = steps.filter(|(_, step)| is_asked(step, answers));
        steps
            .map(|(at, step)| Named { name: step.title.clone(), value: format!("go.{at}") })
            .collect()
    }

    /// The amounts that were typed in these steps.
    fn amounts(&self, answers: &Answers, steps: &[Step]) -> Vec<AmountContext> {
        let mut amounts = Vec::new();
        for step in steps {
            let once = std::slice::from_ref(&answers.once);
            let rows = match &step.rows {
                None => once,
                Some(_) => answers.rows.get(&step.id).map_or(&[][..], Vec::as_slice),
            };
            for (row, field) in
                rows.iter().flat_map(|row| step.fields.iter().map(move |f| (row, f)))
            {
                if let (FieldKind::Amount { fee }, Some(Answer::Amount(amount))) =
                    (&field.kind, row.get(&field.id))
                {
                    amounts.push(self.amount(field, fee.as_deref(), *amount));
                }
            }
        }
        amounts
    }

    fn amount(&self, field: &Field, fee: Option<&str>, amount: Money) -> AmountContext {
        let reckoned =
            fee.and_then(|fee| fee::of_amount(fee, amount, self.sheet.today, self.library).ok());
        let fee = reckoned.map_or(String::new(), |reckoned| {
            let (title, sum) = if self.voice.language.is_english() {
                (reckoned.kind.title.en, reckoned.sum_in_english())
            } else {
                (reckoned.kind.title.zh, reckoned.sum())
            };
            format!("{title}{}{sum}", self.voice.say("colon"))
        });
        AmountContext {
            label: field.label.clone(),
            figures: format!("{}{}", amount.for_people(), self.voice.say("yuan")),
            capitals: amount.in_capitals(),
            fee,
        }
    }
}

/// What was typed in fields that this page does not show.
fn hidden(typed: &Typed, shown: &[String]) -> Vec<Named> {
    let rest = typed.iter().filter(|(key, _)| !shown.iter().any(|name| name == key));
    let named = rest.flat_map(|(key, values)| {
        let given = values.iter().filter(|value| !value.is_empty());
        given.map(move |value| Named { name: key.to_owned(), value: value.clone() })
    });
    named.collect()
}

/// The heading of a page.
pub(super) fn heading(page: DocumentPage, library: &Library, t: &Table) -> String {
    let said = |name: &str| t.get(name).cloned().unwrap_or_default();
    match page {
        DocumentPage::List => said("documents_title"),
        DocumentPage::Form(at) => {
            library.documents.get(at).map_or(String::new(), |document| document.name.clone())
        }
        DocumentPage::PickUp => said("pick_up_title"),
    }
}

/// The key of the first row that is not typed yet, for a row that is added.
pub(in crate::web) fn next_row(step: &Step, rows: usize) -> Option<String> {
    step.fields.first().map(|field| key(Some((&step.id, rows)), &field.id))
}
