//! What page templates may use: one value for each page.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::document::{self, DocumentContext, Sheet};
use super::links::Links;
use super::night;
use super::printing::Printing;
use super::search::{self, SearchContext};
use super::staff::{self, Staff, StaffContext, StaffPage};
use super::stats::Stats;
use super::texts::Texts;
use super::tool::{self, Choice, Entered, Tool, Voice};
use super::{Medium, Notice, Page, PageKey, Table, hex};
use crate::domain::code::Code;
use crate::domain::court::Court;
use crate::domain::guide::{Guide, Language};
use crate::domain::law::Law;
use crate::domain::library::Library;
use crate::domain::placement::{Channel, Placement};
use crate::domain::topic::{Topic, TopicNumber};

#[derive(Serialize)]
pub(super) struct PageContext {
    style: String,
    form_style: String,
    stats_style: String,
    print_style: String,
    document_style: String,
    paper_style: String,
    lang: &'static str,
    dir: &'static str,
    t: Table,
    large: bool,
    /// Where the page is read: `served`, `exported` or `saved`.
    medium: &'static str,
    /// The program that shows it within itself, by its name.
    app: String,
    /// The script of a guide.
    script: String,
    /// Where the page can be had as a file.
    save: String,
    today: String,
    title: String,
    description: String,
    path: String,
    /// What every address begins with for those who do not come from here; empty where it is not known.
    origin: String,
    home_link: String,
    large_link: String,
    normal_link: String,
    languages: Vec<LanguageContext>,
    topics: Vec<TopicContext>,
    notice: NoticeContext,
    useful: UsefulContext,
    place: PlaceContext,
    guide: GuideContext,
    tools: Choice,
    documents: Choice,
    search: SearchContext,
    pub(super) tool: Option<Tool>,
    document: Option<DocumentContext>,
    staff: Option<StaffContext>,
    page_qr: String,
    year: String,
}

#[derive(Serialize)]
struct LanguageContext {
    tag: &'static str,
    name: &'static str,
    href: String,
    current: bool,
}

#[derive(Serialize)]
struct TopicContext {
    title: String,
    summary: String,
    icon: String,
    href: String,
    current: bool,
}

#[derive(Serialize, Default)]
struct NoticeContext {
    kind: &'static str,
    text: String,
}

#[derive(Serialize)]
struct UsefulContext {
    /// Where an answer goes; empty on a page that is on no topic.
    action: String,
    thanks: bool,
}

#[derive(Serialize, Default)]
struct PlaceContext {
    known: bool,
    court: String,
    place: String,
    address: String,
    hours: String,
    telephone: String,
    telephone_href: String,
    is_24h: bool,
    /// Whether people are there now: `open`, `closed`; empty where the court has not told.
    duty: &'static str,
    /// When that changes, in words; empty where it is not known.
    turns: String,
    silent: bool,
    code: String,
}

#[derive(Serialize, Default)]
struct GuideContext {
    title: String,
    summary: String,
    icon: String,
    night: String,
    lead: String,
    body: String,
    contents: Vec<HeadingContext>,
    laws: Vec<LawContext>,
    reviewed: String,
    review_by: String,
    version: String,
    /// Marks the guide's own text, where it is in another language than the page around it.
    mark: String,
    /// Whether it is there in another language than the one asked for.
    fallback: bool,
}

#[derive(Serialize)]
struct HeadingContext {
    id: String,
    title: String,
}

#[derive(Serialize)]
struct LawContext {
    id: String,
    /// What the text calls it, where that is another name.
    short: String,
    title: String,
    /// Its Chinese title, where `title` is none.
    original: String,
    version: String,
    in_force: String,
}

/// What a staff page may use.
pub(super) fn of_staff(
    key: &PageKey,
    staff: &Staff<'_>,
    library: &Library,
    texts: &Texts,
) -> PageContext {
    // What the dashboard's address says lasts when the language or the size changes.
    let filters = staff.stats.map(Stats::lasting).or(staff.print.map(Printing::lasting));
    let filters = filters.unwrap_or_default();
    let entered = Entered { pairs: filters, today: texts.today };
    let context = of(key, Some(&entered), library, texts);
    let stats_style = staff.stats.map_or(String::new(), |_| texts.stats_style.clone());
    let staff = staff::of(staff, &context.t, &Links { key, library, entered: &[] });
    let print_style = match key.page {
        Page::Staff(StaffPage::Print | StaffPage::PrintJob) => texts.print_style.clone(),
        Page::Staff(
            StaffPage::Login | StaffPage::Setup | StaffPage::Account | StaffPage::Stats,
        )
        | Page::Home
        | Page::Guide(_)
        | Page::Tool(_)
        | Page::Document(_)
        | Page::Search
        | Page::Design
        | Page::NotFound => String::new(),
    };
    PageContext { staff: Some(staff), stats_style, print_style, ..context }
}

/// What a page of the documents may use.
pub(super) fn of_document(
    key: &PageKey,
    sheet: &Sheet<'_>,
    library: &Library,
    texts: &Texts,
) -> PageContext {
    let context = of(key, None, library, texts);
    let Page::Document(page) = key.page else { return context };
    let language = key.language.written();
    let voice = Voice { language, strings: &context.t, icons: &texts.icons };
    let document = document::of(page, sheet, &voice, &Links { key, library, entered: &[] });
    PageContext {
        title: document.title(&context.title, &context.t),
        document_style: texts.document_style.clone(),
        paper_style: document.paper_style(&texts.paper_style),
        document: Some(document),
        ..context
    }
}

/// What the page of the search may use, with what was found.
pub(super) fn of_search(
    key: &PageKey,
    answer: &search::Answer<'_>,
    library: &Library,
    texts: &Texts,
) -> PageContext {
    // The language and the size change without asking again.
    let pairs = vec![(search::QUERY.to_owned(), answer.query().to_owned())];
    let context = of(key, Some(&Entered { pairs, today: texts.today }), library, texts);
    let search = search::of(answer, &context.t, &Links { key, library, entered: &[] });
    PageContext { search, ..context }
}

/// What the page of `key` may use, with what was `entered` into its form.
pub(super) fn of(
    key: &PageKey,
    entered: Option<&Entered>,
    library: &Library,
    texts: &Texts,
) -> PageContext {
    let number = key.page.topic().unwrap_or(TopicNumber::ALL);
    let guide = library.guide(number, key.language);
    let topic = library.topics.get(&number);
    let t = texts.strings(key.language);
    let links = Links { key, library, entered: entered.map_or(&[], |entered| &entered.pairs) };
    // A language that is made from another changes the characters of the finished page.
    let language = key.language.written();
    let voice = Voice { language, strings: &t, icons: &texts.icons };
    let tool = key.page.calculator();
    let tool = tool.map(|tool| tool::of(tool, entered, texts, &voice, &links));
    let path = links.to(key.page, key.large, None);
    let site = t.get("site").cloned().unwrap_or_default();
    let heading = heading(key.page, tool.as_ref(), guide, library, &voice);
    let place = place(key, number, library);
    let origin = texts.base_url.as_ref().map(ToString::to_string).unwrap_or_default();
    PageContext {
        style: texts.style.clone(),
        form_style: texts.form_style.clone(),
        stats_style: String::new(),
        print_style: String::new(),
        document_style: String::new(),
        paper_style: String::new(),
        lang: language.tag(),
        dir: language.direction(),
        large: key.large,
        medium: key.medium.as_str(),
        app: key.app.map_or(String::new(), |app| voice.say(app.name())),
        script: if is_kept(key) { texts.register.clone() } else { String::new() },
        save: topic.filter(|_| is_kept(key)).map_or(String::new(), |topic| links.saved(topic)),
        today: texts.today.to_string(),
        title: title(key, &heading, &site, &place),
        description: guide.map_or(String::new(), |guide| guide.summary.clone()),
        home_link: links.to(Page::Home, key.large, None),
        large_link: links.to(key.page, true, None),
        normal_link: links.to(key.page, false, None),
        languages: languages(key, library, texts, &links),
        topics: topics(key, library, texts, &links),
        notice: notice(key, &t),
        useful: UsefulContext {
            action: key.page.topic().and(topic).map_or(String::new(), |topic| links.useful(topic)),
            thanks: key.thanks,
        },
        guide: guide.zip(topic).map_or_else(GuideContext::default, |(guide, topic)| {
            guide_context(guide, topic, library, texts, &t, &links)
        }),
        tools: tool::entrance(&voice, &links),
        documents: tool::entrance_to_documents(&voice, &links),
        search: match key.medium {
            Medium::Served => search::box_of(&links),
            Medium::Exported | Medium::Saved => search::exported(&links, texts),
        },
        tool,
        document: None,
        staff: None,
        page_qr: texts.symbol(&path),
        path: format!("{origin}{path}"),
        origin,
        place,
        year: texts.today.month()[..4].to_owned(),
        t,
    }
}

/// What the page is called.
fn heading(
    page: Page,
    tool: Option<&Tool>,
    guide: Option<&Guide>,
    library: &Library,
    voice: &Voice<'_>,
) -> String {
    match (tool, page) {
        (Some(tool), _) => tool.title(voice),
        (None, Page::Document(page)) => document::heading(page, library, voice.strings),
        (None, Page::Search) => voice.say("search_title"),
        (None, Page::Staff(page)) => voice.say(page.title()),
        (None, _) => guide.map_or_else(|| voice.say("site"), |guide| guide.title.clone()),
    }
}

/// Whether the page can be taken along: as a file, and by the browser itself.
fn is_kept(key: &PageKey) -> bool {
    key.medium == Medium::Served && matches!(key.page, Page::Home | Page::Guide(_))
}

/// Unique for each page, the particular first.
fn title(key: &PageKey, heading: &str, site: &str, place: &PlaceContext) -> String {
    let court = if place.known { format!(" - {}", place.court) } else { String::new() };
    match key.page {
        Page::Home => format!("{site}{court}"),
        Page::Guide(_) | Page::Tool(_) | Page::Document(_) | Page::Search | Page::Staff(_) => {
            format!("{heading} - {site}{court}")
        }
        Page::Design => format!("design - {site}"),
        Page::NotFound => format!("404 - {site}"),
    }
}

fn languages(
    key: &PageKey,
    library: &Library,
    texts: &Texts,
    links: &Links<'_>,
) -> Vec<LanguageContext> {
    let there = texts.of_page(key.page, library).into_iter();
    let list: Vec<LanguageContext> = there
        .map(|language| LanguageContext {
            tag: language.tag(),
            name: language.name(),
            href: links.to(key.page, key.large, Some(language)),
            current: language == key.language,
        })
        .collect();
    // One language alone is no choice.
    if list.len() > 1 { list } else { Vec::new() }
}

fn topics(key: &PageKey, library: &Library, texts: &Texts, links: &Links<'_>) -> Vec<TopicContext> {
    let listed = library.topics.values().filter(|topic| topic.number != TopicNumber::ALL);
    listed
        .filter_map(|topic| {
            let guide = library.guide(topic.number, key.language)?;
            Some(TopicContext {
                title: guide.title.clone(),
                summary: guide.summary.clone(),
                icon: texts.icons.get(&topic.icon).cloned().unwrap_or_default(),
                href: links.to(Page::Guide(topic.number), key.large, None),
                current: key.page == Page::Guide(topic.number),
            })
        })
        .collect()
}

fn notice(key: &PageKey, t: &Table) -> NoticeContext {
    let kind = match (key.notice, key.page) {
        (Notice::Orphan, _) => "orphan",
        (Notice::Retired, _) => "retired",
        (Notice::Unclear, _) => "unclear",
        (Notice::None, Page::NotFound) => "not_found",
        (
            Notice::None,
            Page::Home
            | Page::Guide(_)
            | Page::Tool(_)
            | Page::Document(_)
            | Page::Search
            | Page::Staff(_)
            | Page::Design,
        ) => {
            return NoticeContext::default();
        }
    };
    let text = t.get(&format!("notice_{kind}")).cloned().unwrap_or_default();
    NoticeContext { kind, text }
}

/// The court whose page this is.
fn court<'a>(key: &PageKey, library: &'a Library) -> Option<&'a Court> {
    match key.placement.and_then(|number| library.placements.get(&number)) {
        Some(placement) => library.court(&placement.court),
        None => key.court.and_then(|i| library.courts.get(i)),
    }
}

fn place(key: &PageKey, number: TopicNumber, library: &Library) -> PlaceContext {
    let placement = key.placement.and_then(|number| library.placements.get(&number));
    let of_court = court(key, library).map(|court| place_of(court, placement));
    let (duty, turns) = night::duty(key, key.language.written());
    let code = match (key.page, key.placement) {
        (Page::Home | Page::Guide(_), Some(placement)) => Code::new(placement, number).to_string(),
        _ => String::new(),
    };
    PlaceContext { duty, turns, code, ..of_court.unwrap_or_default() }
}

fn place_of(court: &Court, placement: Option<&Placement>) -> PlaceContext {
    let digits: String =
        court.telephone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    PlaceContext {
        known: true,
        court: court.name.clone(),
        place: placement.map_or(String::new(), |p| p.place.clone()),
        address: court.address.clone(),
        hours: court.hours.clone(),
        telephone: court.telephone.clone(),
        telephone_href: format!("tel:{digits}"),
        is_24h: placement.is_some_and(|p| p.channel == Channel::Court24),
        silent: [&court.address, &court.hours, &court.telephone].iter().all(|t| t.is_empty()),
        ..PlaceContext::default()
    }
}

/// The guide's HTML with each local text in its place: the court's own where it wrote one.
fn with_local_texts(body: &str, guide: &Guide, links: &Links<'_>, t: &Table) -> String {
    let court = court(links.key, links.library);
    links.library.locals.iter().fold(body.to_owned(), |body, local| {
        let mark = local.mark();
        if !body.contains(&mark) {
            return body;
        }
        let own = court.and_then(|court| local.own(&court.id));
        let label = t.get(if own.is_some() { "local_own" } else { "local_default" });
        let label = label.map_or("", String::as_str);
        let (text, written_in) = match (own, &local.default_en, guide.language) {
            (None, Some(english), language) if language.is_english() => {
                (english.as_str(), language)
            }
            (own, _, _) => (own.unwrap_or(&local.default), Language::ZhHans),
        };
        let lang = if guide.language == written_in { "" } else { " lang=\"zh-Hans\"" };
        let html = format!(
            "<div class=\"notice local\"><p><b>{label}</b></p><div{lang}>{text}</div></div>"
        );
        body.replace(&mark, &html)
    })
}

fn guide_context(
    guide: &Guide,
    topic: &Topic,
    library: &Library,
    texts: &Texts,
    t: &Table,
    links: &Links<'_>,
) -> GuideContext {
    let body = with_local_texts(&links.lasting(&guide.body), guide, links, t);
    // What comes before the first heading is the answer: it stands before the contents.
    let (lead, body) = body.split_at(body.find("<section id=").unwrap_or(body.len()));
    let spoken = links.key.language.written();
    let mark = |language| format!(" lang=\"{language}\"");
    let laws = guide.laws().into_iter().filter_map(|id| library.law(id));
    GuideContext {
        title: guide.title.clone(),
        summary: guide.summary.clone(),
        icon: texts.icons.get(&topic.icon).cloned().unwrap_or_default(),
        night: guide.night.clone(),
        lead: lead.to_owned(),
        body: body.to_owned(),
        contents: guide
            .contents
            .iter()
            .map(|h| HeadingContext { id: h.id.clone(), title: h.title.clone() })
            .collect(),
        laws: laws.map(|law| law_context(law, guide.language)).collect(),
        reviewed: guide.reviewed.to_string(),
        review_by: guide.review_by.to_string(),
        version: hex(&Sha256::digest(guide.body.as_bytes())[..4]),
        mark: if guide.language == spoken { String::new() } else { mark(guide.language) },
        fallback: ![spoken, links.key.language].contains(&guide.language),
    }
}

/// A law as the guide's language calls it; in English with the name that stands in Chinese books.
fn law_context(law: &Law, language: Language) -> LawContext {
    let english = law.english.as_ref().filter(|_| language.is_english());
    let (short, title, version, original) = match english {
        Some(law_en) => (&*law_en.short, &law_en.title, &law_en.version, law.title.as_str()),
        None => ("", &law.title, &law.version, ""),
    };
    LawContext {
        id: law.id.as_str().to_owned(),
        short: short.to_owned(),
        title: title.clone(),
        original: original.to_owned(),
        version: version.clone(),
        in_force: law.in_force_from.to_string(),
    }
}
