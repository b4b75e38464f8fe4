//! `/api/v1/…`: the numbers for programs, by token; `/api/openapi.json` describes them.
//!
//! What is answered is what `onecode stats` and `onecode silent` answer, for the token's courts.
//! Answers change with each scan and are somebody's own: nobody keeps them (`no-store`). No other
//! website's page may read them (no CORS). An address more is a handler here, a line in `routes` and
//! its description in `openapi.json`: a test compares the three.

mod problem;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

pub(in crate::web) use problem::Problem;

use super::pairs;
use crate::diagnostic::Tongue;
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::user::Courts;
use crate::report::asked::{Asking, Fault};
use crate::report::format;
use crate::report::silent;
use crate::web::accounts::Reader;
use crate::web::error::PageError;
use crate::web::state::State;

/// The description; its version is the program's.
const DESCRIPTION: &str = include_str!("openapi.json");

/// GET `/api/openapi.json`, for everybody.
pub(in crate::web) async fn description() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(DESCRIPTION.replace("{version}", env!("CARGO_PKG_VERSION")))
}

/// GET `/api/v1/stats`: what `onecode stats` answers.
pub(in crate::web) async fn stats(
    reader: Reader,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let site = state.site();
    let asking = asked(&request, &reader, &site.library, &state)?;
    let (queries, answers) = (asking.of_scans(), asking.of_feedback());
    let _turn = turn(&state).await?;
    let read = state.accounts.ask_much(move |store| async move {
        let mut counts = Vec::new();
        for query in &queries {
            counts.push(store.counts(query).await?);
        }
        let feedback = match answers {
            Some(period) => store.feedback(period).await?,
            None => Vec::new(),
        };
        Ok((counts, feedback, store.strikes().await?))
    });
    let (counts, feedback, strikes) = read.await.map_err(Problem::Page)?;
    let name = asking.table.name();
    let answered = web::block(move || {
        let answered = asking.answer(&counts, &feedback, &site.library);
        answered.with_struck(&strikes, &asking, &site.library)
    });
    let answered = answered.await.map_err(|_| Problem::Page(PageError::Busy))?;
    let report = &answered.report;
    let columns = report.columns.iter().map(
        |column| json!({ "name": column.name, "title": column.title, "meaning": column.meaning }),
    );
    let notes = report.notes.iter().map(|note| note.in_tongue(Tongue::Chinese));
    Ok(told(&json!({
        "report": name,
        "title": answered.title,
        "from": answered.period.from,
        "to": answered.period.to,
        "columns": columns.collect::<Vec<_>>(),
        "rows": format::json::rows(report),
        "notes": notes.collect::<Vec<_>>(),
    })))
}

/// GET `/api/v1/silent`: what `onecode silent --format json` answers.
pub(in crate::web) async fn silent(
    reader: Reader,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let site = state.site();
    let mut pairs = only(&request, &["court"])?;
    pairs.push(("report".to_owned(), "silent".to_owned()));
    let asking = Asking::read(&pairs, &site.library, state.clock.now());
    let asking = asking.and_then(|asking| asking.within(&reader.courts)).map_err(Problem::Asked)?;
    let queries = asking.of_scans();
    let _turn = turn(&state).await?;
    let read = state.accounts.ask_much(move |store| async move {
        let query = queries.into_iter().next().unwrap_or_default();
        store.counts(&query).await
    });
    let counts = read.await.map_err(Problem::Page)?;
    let found = web::block(move || {
        let found = silent::watch(&counts, &site.library, &asking.question.courts, asking.now);
        found.json(&site.library, asking.now)
    });
    Ok(told(&found.await.map_err(|_| Problem::Page(PageError::Busy))?))
}

/// GET `/api/v1/courts`
pub(in crate::web) async fn courts(
    reader: Reader,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    only(&request, &[])?;
    let site = state.site();
    let theirs = site.library.courts.iter().filter(|court| is_theirs(&reader.courts, &court.id));
    let court = |court: &crate::domain::court::Court| {
        json!({
            "id": court.id,
            "name": court.name,
            "level": court.level.as_str(),
            "address": court.address,
            "hours": court.hours,
            "telephone": court.telephone,
        })
    };
    Ok(told(&Value::Array(theirs.map(court).collect())))
}

/// GET `/api/v1/placements`
pub(in crate::web) async fn placements(
    reader: Reader,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    only(&request, &["court"])?;
    let site = state.site();
    let courts = asked(&request, &reader, &site.library, &state)?.question.courts;
    let placements = site.library.placements.values();
    let theirs = placements.filter(|p| courts.is_empty() || courts.contains(&p.court));
    let placement = |placement: &crate::domain::placement::Placement| {
        json!({
            "number": placement.number,
            "court": placement.court,
            "court_name": site.library.court(&placement.court).map(|court| &court.name),
            "place": placement.place,
            "channel": placement.channel.as_str(),
            "since": placement.since,
            "retired": placement.retired,
        })
    };
    Ok(told(&Value::Array(theirs.map(placement).collect())))
}

/// GET `/api/v1/topics`
pub(in crate::web) async fn topics(
    _: Reader,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    only(&request, &[])?;
    let site = state.site();
    let topic = |topic: &crate::domain::topic::Topic| {
        let guide = site.library.guide(topic.number, Language::ZhHans);
        json!({
            "id": topic.id,
            "number": topic.number,
            "title": guide.map(|guide| &guide.title),
        })
    };
    Ok(told(&Value::Array(site.library.topics.values().map(topic).collect())))
}

/// Any other address under `/api/`.
pub(in crate::web) async fn unknown() -> Result<HttpResponse, Problem> {
    Err(Problem::NoAddress)
}

/// Any other method.
pub(in crate::web) async fn not_allowed() -> Result<HttpResponse, Problem> {
    Err(Problem::Method)
}

/// What the address says, all of which has to be `known` here: a slip of the pen is not passed over.
fn only(request: &HttpRequest, known: &[&str]) -> Result<Vec<(String, String)>, Problem> {
    let pairs = pairs(request.query_string());
    match pairs.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        Some((name, _)) => Err(Problem::Asked(Fault::parameter(name, known))),
        None => Ok(pairs),
    }
}

/// What the address asks for, of the token's courts.
fn asked(
    request: &HttpRequest,
    reader: &Reader,
    library: &Library,
    state: &State,
) -> Result<Asking, Problem> {
    let pairs = pairs(request.query_string());
    let asking = Asking::read(&pairs, library, state.clock.now());
    asking.and_then(|asking| asking.within(&reader.courts)).map_err(Problem::Asked)
}

/// Waits until few enough others are reading.
async fn turn(state: &State) -> Result<tokio::sync::SemaphorePermit<'_>, Problem> {
    state.turn().await.map_err(Problem::Page)
}

fn is_theirs(courts: &Courts, court: &crate::domain::court::CourtId) -> bool {
    match courts {
        Courts::All => true,
        Courts::Named(courts) => courts.contains(court),
    }
}

fn told(answer: &Value) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer)
}
