//! `/healthz`, `/readyz`, `/metrics`, `/robots.txt`, `/favicon.ico`: for machines.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use crate::store::recorder::{Outcome, Outcomes};
use crate::store::trouble::Stalled;
use crate::web::state::State;

/// GET `/healthz`: the process answers.
pub(in crate::web) async fn alive() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).body("ok\n")
}

/// GET `/readyz`: pages are served, and what became of the scans and answers since the start. Always 200: a
/// store at fault is no reason to take the pages away, but its first line says so.
pub(in crate::web) async fn ready(state: web::Data<State>) -> HttpResponse {
    let lines = |kind: &str, outcomes: &Outcomes| {
        let line = |o: Outcome| format!("{kind} {} {}\n", o.as_str(), outcomes.get(o));
        [Outcome::Kept, Outcome::Late, Outcome::Dropped].map(line).concat()
    };
    let scans = lines("scans", state.recorder.outcomes());
    let answers = lines("answers", state.recorder.feedback_outcomes());
    let ready = state.accounts.stalled().map_or("ready".to_owned(), |stalled| {
        let scans = if stalled.keeps_scans { "wait in the journal" } else { "are being dropped" };
        format!(
            "ready, but the store takes nothing and scans {scans}: {}",
            stalled.trouble.as_str()
        )
    });
    let body = format!("{ready}\n{scans}{answers}");
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).body(body)
}

/// GET `/metrics`: numbers for Prometheus (text format 0.0.4). Open to anybody, as the contract lists
/// it: they are sums since the start that betray nobody.
pub(in crate::web) async fn metrics(state: web::Data<State>) -> HttpResponse {
    // A store that does not answer is no reason to say nothing of the rest.
    let size = state.accounts.ask(|store| async move { store.size().await }).await.ok();
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(metrics_text(&state, size))
}

fn metrics_text(state: &State, size: Option<u64>) -> String {
    let of = |name: &str, help: &str, outcomes: &Outcomes| {
        let lines = [Outcome::Kept, Outcome::Late, Outcome::Dropped].map(|outcome| {
            let (what, count) = (outcome.as_str(), outcomes.get(outcome));
            format!("{name}{{outcome=\"{what}\"}} {count}\n")
        });
        format!("# HELP {name} {help}\n# TYPE {name} counter\n{}", lines.concat())
    };
    let version = env!("CARGO_PKG_VERSION");
    [
        gauge(
            "onecode_build_info",
            "Which version this is.",
            &format!("onecode_build_info{{version=\"{version}\"}} 1"),
        ),
        of(
            "onecode_scans_total",
            "Scans since the start, by what became of them when their page went out.",
            state.recorder.outcomes(),
        ),
        of(
            "onecode_answers_total",
            "Answers of visitors since the start, in the same way.",
            state.recorder.feedback_outcomes(),
        ),
        searches(state),
        gauge(
            "onecode_sessions",
            "Sessions of the staff that are open.",
            &format!("onecode_sessions {}", state.accounts.sessions()),
        ),
        stalled(state),
        size.map_or(String::new(), |bytes| {
            let help = "What the store takes on the disk.";
            gauge("onecode_store_bytes", help, &format!("onecode_store_bytes {bytes}"))
        }),
    ]
    .concat()
}

fn gauge(name: &str, help: &str, line: &str) -> String {
    format!("# HELP {name} {help}\n# TYPE {name} gauge\n{line}\n")
}

/// Whether the store takes what it is given.
fn stalled(state: &State) -> String {
    let stalled = match state.accounts.stalled() {
        None => 0,
        Some(Stalled { keeps_scans: true, .. }) => 1,
        Some(Stalled { keeps_scans: false, .. }) => 2,
    };
    let help = "0: the store takes everything. 1: scans wait in its journal. 2: scans are dropped.";
    gauge("onecode_store_stalled", help, &format!("onecode_store_stalled {stalled}"))
}

/// How often searches found something; never what was searched for.
fn searches(state: &State) -> String {
    let name = "onecode_searches_total";
    let lines = state
        .searches
        .counts()
        .map(|(outcome, count)| format!("{name}{{outcome=\"{outcome}\"}} {count}\n"));
    let help = "Searches of people since the start, by whether anything was found.";
    format!("# HELP {name} {help}\n# TYPE {name} counter\n{}", lines.concat())
}

/// GET `/robots.txt`: the guides, the calculators and the documents may be found, codes are not for robots.
pub(in crate::web) async fn robots() -> HttpResponse {
    HttpResponse::Ok().body(
        "User-agent: *\nAllow: /$\nAllow: /?\nAllow: /g/\nAllow: /t/\nAllow: /d/\nDisallow: /\n",
    )
}

/// GET `/favicon.ico`: browsers ask for it by themselves; nothing, to be asked for once a year.
pub(in crate::web) async fn no_icon() -> HttpResponse {
    HttpResponse::NoContent().insert_header((CACHE_CONTROL, "public, max-age=31536000")).finish()
}
