//! What the pages of the calculators show: choices, a form, what is wrong with it, an answer.
//!
//! Reckoning is `domain::calc`'s work; here its results are put into words for a page. A calculator
//! is a file here, a [`Calculator`] and an entry in the index.

mod deadline;
mod fees;
mod form;
mod interest;
pub(super) mod named;
mod words;

pub(in crate::web) use deadline::start;
pub(in crate::web) use fees::summands_apart;
pub(in crate::web::views) use interest::KIND as INTEREST;
pub(in crate::web::views) use words::day as day_in_words;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::links::Links;
use super::texts::Texts;
use super::{DocumentPage, Page, Table, hex};
use crate::domain::calc::Label;
use crate::domain::calc::deadline::rules;
use crate::domain::calc::fee::{self, KINDS, Kind};
use crate::domain::guide::Language;
use crate::domain::law::Citation;
use crate::domain::library::Library;
use crate::domain::limit::{DeadlineRule, EnglishRule, TimeLimit};
use crate::domain::period::Day;

/// A page of the calculators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Calculator {
    /// All calculators.
    Index,
    /// The kinds of fees.
    FeeKinds,
    /// One kind: its place in [`KINDS`].
    Fee(usize),
    /// The rules on time limits.
    DeadlineRules,
    /// One rule: its place among the library's.
    Deadline(usize),
    /// Interest on delay, which has a form of its own.
    Interest,
}

impl Calculator {
    /// The calculator of a kind that the site can answer on `day`.
    pub fn of_kind(name: &str, library: &Library, day: Day) -> Option<Self> {
        let kind = fee::kind(name).filter(|kind| kind.is_offered(library, day))?;
        if kind.name == interest::KIND {
            return Some(Self::Interest);
        }
        KINDS.iter().position(|known| known.name == kind.name).map(Self::Fee)
    }

    /// The calculator of a rule.
    pub fn of_rule(name: &str, library: &Library) -> Option<Self> {
        rules(library).position(|(_, rule)| rule.name == name).map(Self::Deadline)
    }

    /// Its path, and what its address has to say besides.
    pub(super) fn address(self, library: &Library) -> (String, Vec<(String, String)>) {
        let with = |name: &str, value: Option<&str>| {
            value.map(|value| (name.to_owned(), value.to_owned())).into_iter().collect()
        };
        let (path, query) = match self {
            Self::Index => ("/t/", Vec::new()),
            Self::FeeKinds => ("/t/fee", Vec::new()),
            Self::Fee(at) => ("/t/fee", with("kind", KINDS.get(at).map(|kind| kind.name))),
            Self::DeadlineRules => ("/t/deadline", Vec::new()),
            Self::Deadline(at) => {
                let rule = rules(library).nth(at).map(|(_, rule)| rule.name.as_str());
                ("/t/deadline", with("rule", rule))
            }
            Self::Interest => ("/t/interest", Vec::new()),
        };
        (path.to_owned(), query)
    }

    /// Whether its form has a field of that name, as opposed to what `WeChat` and others add to an
    /// address that is passed on.
    pub fn takes(self, name: &str, value: &str) -> bool {
        if name == "from" && matches!(value, "singlemessage" | "groupmessage" | "timeline") {
            return false;
        }
        match self {
            Self::Index | Self::FeeKinds | Self::DeadlineRules => false,
            Self::Fee(at) => KINDS.get(at).is_some_and(|kind| has_input(kind, name)),
            Self::Deadline(_) => name == deadline::START,
            Self::Interest => interest::takes(name),
        }
    }

    /// Pages in which every part of the templates shows.
    pub(super) fn samples(library: &Library, today: Day) -> Vec<(Self, Option<Entered>)> {
        let with = |name: &str, value: &str| {
            let pairs = vec![(name.to_owned(), value.to_owned())];
            Some(Entered { pairs, today })
        };
        let mut samples = vec![(Self::Index, None), (Self::FeeKinds, None)];
        samples.push((Self::FeeKinds, with("kind", "?")));
        samples
            .extend([None, with("amount", "12万"), with("amount", "?")].map(|e| (Self::Fee(0), e)));
        samples.extend([(Self::DeadlineRules, None), (Self::Interest, None)]);
        if rules(library).next().is_some() {
            samples.extend(
                [None, with(deadline::START, "2026-11-24")].map(|e| (Self::Deadline(0), e)),
            );
        }
        samples
    }
}

fn has_input(kind: &Kind, name: &str) -> bool {
    kind.inputs.iter().any(|input| input.name == name)
}

/// What was entered into a form, in the order of the address.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The names and values, without those that any page's address may have.
    pub pairs: Vec<(String, String)>,
    /// The day on which it is asked.
    pub today: Day,
}

impl Entered {
    /// The first value of `name`.
    fn value(&self, name: &str) -> &str {
        let found = self.pairs.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// A calculator's page: any of its parts may be empty.
#[derive(Serialize, Default)]
pub(super) struct Tool {
    pub(super) heading: String,
    lead: String,
    /// The way up to the choice before this one.
    back: Option<Choice>,
    /// Where all calculators are.
    top: String,
    pub(super) errors: Vec<Complaint>,
    answer: Option<Answer>,
    action: String,
    hidden: Vec<Named>,
    fieldsets: Vec<Fieldset>,
    groups: Vec<Group>,
}

#[derive(Serialize, Default)]
struct Group {
    title: String,
    /// Whether it has to be opened first.
    folded: bool,
    /// Whether its links have icons, and the room of a topic.
    icons: bool,
    links: Vec<Choice>,
}

#[derive(Serialize, Default)]
pub(super) struct Choice {
    /// Its name among its kind; empty for what stands alone.
    id: String,
    title: String,
    note: String,
    icon: String,
    href: String,
    /// The language of the title, where it is not the page's.
    lang: &'static str,
}

/// A line of the summary of errors, with a link to the field.
#[derive(Serialize, Default)]
pub(super) struct Complaint {
    text: String,
    href: String,
}

#[derive(Serialize, Default)]
struct Named {
    name: String,
    value: String,
}

/// Fields under one legend; without one they stand alone.
#[derive(Serialize, Default)]
struct Fieldset {
    legend: String,
    hint: String,
    /// Whether the fields belong together two by two.
    pairs: bool,
    fields: Vec<Field>,
}

#[derive(Serialize, Default)]
struct Field {
    id: String,
    name: String,
    label: String,
    hint: String,
    /// `text` or `date`.
    #[serde(rename = "type")]
    shape: &'static str,
    /// The keyboard of a phone.
    mode: &'static str,
    unit: String,
    value: String,
    error: String,
    described_by: String,
    options: Vec<FieldOption>,
}

#[derive(Serialize, Default)]
struct FieldOption {
    value: String,
    label: String,
    checked: bool,
}

#[derive(Serialize, Default)]
struct Answer {
    label: String,
    /// Several where the answer is a range.
    sum: Vec<Sum>,
    /// Whether it is a day, which is longer than a sum.
    day: bool,
    notes: Vec<String>,
    warning: String,
    calendar: String,
    entered: Vec<Named>,
    steps: Vec<Step>,
    /// The language of the steps, where it is not the page's.
    steps_lang: &'static str,
    rounded: bool,
    laws: Vec<Basis>,
    schedule: String,
    paper: Colophon,
}

/// What an answer says of itself on paper.
#[derive(Serialize, Default)]
struct Colophon {
    /// The day on which it was worked out.
    made: String,
    /// Changes with what is reckoned and with the rules.
    version: String,
    /// Where it is had again, or where it would be too long to be typed, its calculator; empty where the
    /// service has no address.
    address: String,
    /// The same to be scanned; empty where that is not the answer's own address.
    symbol: String,
}

#[derive(Serialize, Default)]
struct Sum {
    big: String,
    small: String,
}

/// A line of the reckoning: the expression, and what it comes to.
#[derive(Serialize, Default)]
struct Step {
    /// In pieces between which a line may break.
    left: Vec<String>,
    right: String,
}

/// A law in its version, with the articles that the answer rests on.
#[derive(Serialize, Default)]
pub(super) struct Basis {
    title: String,
    articles: String,
    version: String,
    in_force: String,
    /// Of the title, the articles and the version, where it is not the page's.
    lang: &'static str,
}

/// The language of a page and its strings.
pub(super) struct Voice<'a> {
    pub(super) language: Language,
    pub(super) strings: &'a Table,
    pub(super) icons: &'a Table,
}

impl Voice<'_> {
    pub(super) fn say(&self, key: &str) -> String {
        self.strings.get(key).cloned().unwrap_or_default()
    }

    /// The string of `key` with `{}` filled in.
    pub(super) fn fill(&self, key: &str, with: &str) -> String {
        self.say(key).replace("{}", with)
    }

    fn pick(&self, label: Label) -> &'static str {
        if self.is_english() { label.en } else { label.zh }
    }

    fn is_english(&self) -> bool {
        self.language.is_english()
    }

    /// The English words of a rule, on an English page.
    fn english_of<'r>(&self, rule: &'r DeadlineRule) -> Option<&'r EnglishRule> {
        rule.english.as_ref().filter(|_| self.is_english())
    }

    /// `7日`, `7 days`.
    fn length(&self, limit: &TimeLimit) -> String {
        if self.is_english() { limit.length.in_english() } else { limit.text.clone() }
    }

    /// What marks a text that exists in simplified Chinese only.
    fn foreign(&self) -> &'static str {
        if self.language == Language::ZhHans { "" } else { Language::ZhHans.tag() }
    }

    fn icon(&self, name: &str) -> String {
        self.icons.get(name).cloned().unwrap_or_default()
    }
}

impl Tool {
    /// The page's title: what is wrong comes first, so that it is read aloud first.
    pub(super) fn title(&self, voice: &Voice<'_>) -> String {
        if self.errors.is_empty() {
            return self.heading.clone();
        }
        format!("{} - {}", voice.say("errors_title"), self.heading)
    }

    /// Has an answer say, for paper, of when it is and where it is had again.
    fn sign(&mut self, day: Day, texts: &Texts, links: &Links<'_>) {
        let Some(answer) = &mut self.answer else { return };
        let said = (&answer.sum, &answer.steps, &answer.laws, &answer.schedule);
        let said = serde_json::to_vec(&said).expect("words are JSON");
        let &Links { key, library, .. } = links;
        let path = links.to(key.page, key.large, None);
        let plain = Links { key, library, entered: &[] }.to(key.page, key.large, None);
        let symbol = texts.whole_symbol(&path);
        let address = if symbol.is_some() { path } else { plain };
        let address = texts.base_url.as_ref().map(|base| format!("{base}{address}"));
        answer.paper = Colophon {
            made: day.to_string(),
            version: hex(&Sha256::digest(said)[..4]),
            address: address.unwrap_or_default(),
            symbol: symbol.unwrap_or_default(),
        };
    }
}

/// The page of `calculator`.
pub(super) fn of(
    calculator: Calculator,
    entered: Option<&Entered>,
    texts: &Texts,
    voice: &Voice<'_>,
    links: &Links<'_>,
) -> Tool {
    let today = entered.map_or(texts.today, |entered| entered.today);
    let mut tool = match calculator {
        Calculator::Index => index(voice, links),
        Calculator::FeeKinds => fees::list(entered, today, voice, links),
        Calculator::Fee(at) => fees::page(&KINDS[at], entered, today, voice, links),
        Calculator::DeadlineRules => deadline::list(entered, voice, links),
        Calculator::Deadline(at) => deadline::page(at, entered, today, voice, links),
        Calculator::Interest => interest::page(entered, today, voice, links),
    };
    tool.sign(today, texts, links);
    let (action, hidden) = calculator.address(links.library);
    let kept = links.kept(links.key.large, None);
    tool.action = action;
    tool.hidden =
        hidden.into_iter().chain(kept).map(|(name, value)| Named { name, value }).collect();
    if calculator != Calculator::Index {
        tool.top = links.to(Page::Tool(Calculator::Index), links.key.large, None);
    }
    tool
}

/// The way from the landing page to the calculators.
pub(super) fn entrance(voice: &Voice<'_>, links: &Links<'_>) -> Choice {
    choice("tools", "fee", Calculator::Index, voice, links)
}

/// The link to the litigation documents; none where the site has none.
pub(super) fn entrance_to_documents(voice: &Voice<'_>, links: &Links<'_>) -> Choice {
    if links.library.documents.is_empty() {
        return Choice::default();
    }
    Choice {
        title: voice.say("documents_title"),
        note: voice.say("documents_note"),
        icon: voice.icon("documents"),
        href: links.to(Page::Document(DocumentPage::List), links.key.large, None),
        ..Choice::default()
    }
}

fn choice(
    name: &str,
    icon: &str,
    calculator: Calculator,
    voice: &Voice<'_>,
    links: &Links<'_>,
) -> Choice {
    Choice {
        title: voice.say(&format!("{name}_title")),
        note: voice.say(&format!("{name}_note")),
        icon: voice.icon(icon),
        href: links.to(Page::Tool(calculator), links.key.large, None),
        ..Choice::default()
    }
}

/// The link back to the choice before this page.
fn back(name: &str, calculator: Calculator, voice: &Voice<'_>, links: &Links<'_>) -> Choice {
    Choice {
        title: voice.say(name),
        href: links.to(Page::Tool(calculator), links.key.large, None),
        ..Choice::default()
    }
}

fn index(voice: &Voice<'_>, links: &Links<'_>) -> Tool {
    let list = [
        ("fee", Calculator::FeeKinds),
        ("deadline", Calculator::DeadlineRules),
        ("interest", Calculator::Interest),
    ];
    let links = list.map(|(name, calculator)| choice(name, name, calculator, voice, links));
    Tool {
        heading: voice.say("tools_title"),
        lead: voice.say("tools_lead"),
        groups: vec![Group { icons: true, links: links.into(), ..Group::default() }],
        ..Tool::default()
    }
}

/// What is said of a name that is no kind and no rule, with the one that is near.
fn unknown(name: &str, near: Option<(String, String)>, voice: &Voice<'_>) -> Vec<Complaint> {
    // Whoever made up the address does not speak through our page: a name is told, a sentence is not.
    let is_name = name.len() <= 40
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let text =
        if is_name { voice.fill("kind_unknown", name) } else { voice.say("kind_unknown_unnamed") };
    let mut said = vec![Complaint { text, href: String::new() }];
    said.extend(
        near.map(|(title, href)| Complaint { text: voice.fill("did_you_mean", &title), href }),
    );
    said
}

/// The laws of `citations`, each once with its articles.
pub(super) fn basis(citations: &[Citation], library: &Library, voice: &Voice<'_>) -> Vec<Basis> {
    let mut laws: Vec<(&Citation, Basis)> = Vec::new();
    for citation in citations {
        let law = library.law(&citation.law);
        let english = law.and_then(|law| law.english.as_ref()).filter(|_| voice.is_english());
        let (article, joint) = match english {
            Some(_) => (citation.article.in_english(), ", "),
            None => (citation.article.to_string(), "、"),
        };
        if let Some((_, basis)) = laws.iter_mut().find(|(first, _)| first.law == citation.law) {
            if !basis.articles.split(joint).any(|known| known == article) {
                basis.articles.push_str(joint);
                basis.articles.push_str(&article);
            }
            continue;
        }
        let (title, version) = match (english, law) {
            (Some(english), _) => (english.title.as_str(), english.version.as_str()),
            (None, Some(law)) => (law.title.as_str(), law.version.as_str()),
            (None, None) => (citation.law.as_str(), ""),
        };
        let basis = Basis {
            title: title.to_owned(),
            articles: article,
            version: version.to_owned(),
            in_force: law.map_or(String::new(), |law| law.in_force_from.to_string()),
            lang: if english.is_some() { "" } else { voice.foreign() },
        };
        laws.push((citation, basis));
    }
    laws.into_iter().map(|(_, basis)| basis).collect()
}
