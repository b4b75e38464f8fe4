//! `/stats`: the managers' dashboard, and its tables as files.
//!
//! Whoever sees some courts alone sees those alone, here and in every file: each question goes through
//! [`Asking::within`]. Counts are read and added up on a thread that may take its time.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Form, Query, dress, not_kept, see_address};
use crate::diagnostic::Tongue;
use crate::domain::library::Library;
use crate::domain::period::{Day, Moment, Period};
use crate::domain::scan::{Detail, ScanQuery};
use crate::domain::strike::Struck;
use crate::domain::user::{Courts, Role, User};
use crate::report::asked::{Asking, Preset, Table};
use crate::report::board::{Counted, Gathering, board, pieces};
use crate::report::format;
use crate::report::silent::{Silence, silences};
use crate::store::recorder::Outcome;
use crate::store::{AUDIT, Store, StoreError};
use crate::web::accounts::{SignedIn, Visitor, form_token};
use crate::web::error::PageError;
use crate::web::pages::pairs;
use crate::web::state::{Site, State};
use crate::web::views::{Page, PageKey, Since, Staff, StaffPage, Stats};

/// What the address of the page has besides the question.
const OWN: [&str; 4] = ["lang", "v", "wall", "done"];

/// What an address asks.
struct Address {
    /// The question, with the courts that it names.
    asked: Asking,
    /// The same, kept to the user's courts.
    within: Asking,
    preset: Option<Preset>,
    wall: bool,
}

impl Address {
    fn read(
        request: &HttpRequest,
        user: &User,
        site: &Site,
        now: Moment,
    ) -> Result<Self, PageError> {
        let mut pairs = pairs(request.query_string());
        let wall = pairs.iter().any(|(name, value)| name == "wall" && value == "1");
        pairs.retain(|(name, value)| !OWN.contains(&name.as_str()) && !value.trim().is_empty());
        let has = |name: &str| pairs.iter().find(|(key, _)| key == name);
        let moving = has("from").is_none() && has("to").is_none();
        let preset = has("period").and_then(|(_, value)| Preset::parse(value.trim()));
        spell_out(&mut pairs, now.day());
        let asked = Asking::read(&pairs, &site.library, now)?;
        let within = asked.clone().within(&user.courts)?;
        Ok(Self { asked, within, preset: preset.filter(|_| moving), wall })
    }

    /// Both days given: the last 30 where none is, and until today where only the first one is.
    fn closed(mut self) -> Result<Self, PageError> {
        let today = self.asked.question.today;
        let period = self.asked.question.period;
        if period == Period::default() {
            self.preset = Some(Preset::Days30);
        }
        let to = period.to.unwrap_or(period.from.map_or(today, |from| from.max(today)));
        let closed = Period { from: Some(period.from.unwrap_or(to.plus(-29))), to: Some(to) };
        for asking in [&mut self.asked, &mut self.within] {
            asking.question.period = closed;
            asking.check()?;
        }
        Ok(self)
    }
}

/// The page's form sends the days that move with the calendar first, and then those that were typed: these
/// change one end or both.
fn spell_out(pairs: &mut Vec<(String, String)>, today: Day) {
    let is_typed = |(name, _): &(String, String)| matches!(name.as_str(), "from" | "to");
    let Some(at) = pairs.iter().position(|(name, _)| name == "period") else { return };
    let Some(preset) = Preset::parse(pairs[at].1.trim()) else { return };
    if pairs.iter().position(is_typed).is_some_and(|typed| at < typed) {
        let Period { from, to } = preset.days(today);
        let ends = [("from", from), ("to", to)].into_iter();
        let named = ends.filter_map(|(name, day)| Some((name.to_owned(), day?.to_string())));
        pairs.splice(at..=at, named);
    }
}

/// GET `/stats`
pub(in crate::web) async fn page(
    signed_in: SignedIn,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    signed_in.require(Role::Viewer)?;
    let (site, now) = (state.site(), state.clock.now());
    let user = signed_in.user;
    let address = Address::read(&request, &user, &site, now)?.closed()?;
    let key = PageKey {
        // On this page a court is a filter, and nobody stands anywhere.
        court: None,
        placement: None,
        ..Query::of(&request).key(Page::Staff(StaffPage::Stats), &request, &site)
    };
    let tongue = if key.language.is_english() { Tongue::English } else { Tongue::Chinese };
    let silences = silences_now(&state, &site, now).await?;
    let outcomes = state.recorder.outcomes();
    let since = Since {
        lost: [Outcome::Late, Outcome::Dropped].map(|outcome| outcomes.get(outcome)),
        searches: state.searches.counts().map(|(_, count)| count),
    };
    let token = Visitor::of(&request).token.ok_or(PageError::Forged)?;
    let made = Arc::clone(&site);
    let html = state
        .accounts
        .ask_much(move |store| async move {
            let looked =
                looked(&*store, address, &user, &silences, &made.library, tongue, since).await?;
            let form_token = form_token(&token);
            let staff = Staff {
                form_token,
                stalled: store.stalled(),
                user: Some(&user),
                stats: Some(&looked),
                ..Staff::default()
            };
            Ok(made.views.staff(&key, StaffPage::Stats, &staff))
        })
        .await??;
    let mut response = HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html);
    dress(&mut response, &site);
    not_kept(&mut response);
    Ok(response)
}

/// Reads what the page is made of and adds it up.
async fn looked(
    store: &dyn Store,
    address: Address,
    user: &User,
    silences: &[Silence],
    library: &Library,
    tongue: Tongue,
    since: Since,
) -> Result<Stats, StoreError> {
    let within = &address.within;
    let compare =
        Asking { table: Table::parse("compare").unwrap_or(within.table), ..within.clone() };
    let mut scans = Vec::new();
    for (at, period) in compare.periods().into_iter().enumerate() {
        // The clients and the hours of the period itself are shown; of those before, the days.
        let detail = match at {
            0 => Detail::Full,
            _ if is_one_day(period) => Detail::Hours,
            _ => Detail::Totals,
        };
        let mut gathering = Gathering::new(&within.question, library, at == 0);
        for period in pieces(period) {
            gathering.add(&store.counts(&ScanQuery { period, detail }).await?);
        }
        scans.push(gathering.done());
    }
    let feedback = store.feedback(within.question.period).await?;
    let counted = Counted { scans: &scans, feedback: &feedback, silences };
    let sees_all = user.courts == Courts::All;
    let alarms = if sees_all { Some(store.alarms().await?) } else { None };
    let struck = store.strikes().await?;
    let theirs = |struck: &Struck| is_shown(struck, within, library);
    Ok(Stats {
        board: board(within, &counted, library, tongue),
        struck: struck.into_iter().filter(theirs).collect(),
        asked: address.asked,
        preset: address.preset,
        wall: address.wall,
        courts: user.courts.clone(),
        alarms,
        since: sees_all.then_some(since),
    })
}

fn is_one_day(period: Period) -> bool {
    period.from.is_some() && period.from == period.to
}

/// Whether a flood was struck out of the days and of the courts that are asked for.
fn is_shown(struck: &Struck, asking: &Asking, library: &Library) -> bool {
    let courts = &asking.question.courts;
    let of_court = |number: u32| {
        courts.is_empty()
            || library
                .placements
                .values()
                .any(|p| p.number.get() == number && courts.contains(&p.court))
    };
    let lost = struck.counts.iter();
    let mut within = lost.filter(|row| asking.question.period.contains(row.day));
    struck.undone.is_none() && within.any(|row| of_court(row.placement))
}

/// How long each placement has been silent, as of a few minutes ago.
async fn silences_now(
    state: &State,
    site: &Arc<Site>,
    now: Moment,
) -> Result<Arc<Vec<Silence>>, PageError> {
    if let Some(kept) = state.silences.get(now) {
        return Ok(kept);
    }
    let site = Arc::clone(site);
    let found = state
        .accounts
        .ask_much(move |store| async move {
            let period = crate::report::silent::period(now);
            let rows = store.counts(&ScanQuery { period, detail: Detail::Hours }).await?;
            Ok(silences(&rows, &site.library, now))
        })
        .await?;
    Ok(state.silences.keep(found, now))
}

/// GET `/stats.csv`, `/stats.json`, `/stats.xlsx`: what `onecode stats` answers to the same question.
pub(in crate::web) async fn file(
    signed_in: SignedIn,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    signed_in.require(Role::Viewer)?;
    let (site, now) = (state.site(), state.clock.now());
    let asking = Address::read(&request, &signed_in.user, &site, now)?.within;
    let kind = Kind::of(request.path());
    let (content, name) = (kind.content_type(), asking.file_name());
    let made = Arc::clone(&site);
    let bytes = state
        .accounts
        .ask_much(move |store| async move {
            let mut counts = Vec::new();
            for query in asking.of_scans() {
                counts.push(store.counts(&query).await?);
            }
            let feedback = match asking.of_feedback() {
                Some(period) => store.feedback(period).await?,
                None => Vec::new(),
            };
            let answered = asking.answer(&counts, &feedback, &made.library);
            let answered = answered.with_struck(&store.strikes().await?, &asking, &made.library);
            Ok(match kind {
                Kind::Csv => Ok(format::csv::write(&answered.report)),
                Kind::Json => Ok(format::json::write(&answered.report)),
                Kind::Xlsx => answered.workbook(&asking.question, &made.library),
            })
        })
        .await?
        .map_err(PageError::TooLong)?;
    let extension = kind.extension();
    let mut response = HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, content))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"onecode-{name}.{extension}\""),
        ))
        .body(bytes);
    not_kept(&mut response);
    Ok(response)
}

/// How a table is written into a file.
#[derive(Clone, Copy)]
enum Kind {
    Csv,
    Json,
    Xlsx,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Xlsx];

    fn of(path: &str) -> Self {
        let ends = |kind: &Self| path.ends_with(kind.extension());
        Self::ALL.into_iter().find(ends).unwrap_or(Self::Csv)
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// POST `/stats/alarms/{number}/seen`: 303 back to the page with its filters.
pub(in crate::web) async fn seen(
    signed_in: SignedIn,
    request: HttpRequest,
    number: web::Path<u32>,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    signed_in.require(Role::Viewer)?;
    Form::read(body, &request, &state).await?;
    mark_seen(&signed_in.user, vec![number.into_inner()], &state).await?;
    Ok(back_to(&request))
}

/// POST `/stats/alarms/seen`: the same for each `number` of the form, so that what arrived since the
/// page was made stays unseen.
pub(in crate::web) async fn all_seen(
    signed_in: SignedIn,
    request: HttpRequest,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    signed_in.require(Role::Viewer)?;
    let form = Form::read(body, &request, &state).await?;
    let numbers = form.all("number").filter_map(|number| number.parse().ok()).collect();
    mark_seen(&signed_in.user, numbers, &state).await?;
    Ok(back_to(&request))
}

async fn mark_seen(user: &User, numbers: Vec<u32>, state: &State) -> Result<(), PageError> {
    // An alarm is about all courts: whoever sees some alone is not told of it.
    if user.courts != Courts::All {
        return Err(PageError::NotAllowed);
    }
    let (now, by) = (state.clock.now(), user.name.to_string());
    for number in numbers {
        let marking = by.clone();
        let marked = state
            .accounts
            .ask(move |store| async move { store.mark_seen(number, &marking, now).await })
            .await?;
        if marked {
            log::info!(target: AUDIT, "alarm {number} was seen by {by}");
        }
    }
    Ok(())
}

/// GET of an address of a form: some web views repeat a POST in this way.
pub(in crate::web) async fn back(request: HttpRequest) -> HttpResponse {
    back_to(&request)
}

fn back_to(request: &HttpRequest) -> HttpResponse {
    match request.query_string() {
        "" => see_address("/stats"),
        query => see_address(&format!("/stats?{query}")),
    }
}
