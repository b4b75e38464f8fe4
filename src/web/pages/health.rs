//! `/healthz`, `/readyz`, `/robots.txt`, `/favicon.ico`: for machines.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use crate::store::recorder::{Outcome, Outcomes};
use crate::web::state::State;

/// GET `/healthz`: the process answers.
pub(in crate::web) async fn alive() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).body("ok\n")
}

/// GET `/readyz`: pages are served, and what became of the scans and answers since the start. Always 200: a
/// store at fault is no reason to take the pages away.
pub(in crate::web) async fn ready(state: web::Data<State>) -> HttpResponse {
    let lines = |kind: &str, outcomes: &Outcomes| {
        let line = |o: Outcome| format!("{kind} {} {}\n", o.as_str(), outcomes.get(o));
        [Outcome::Kept, Outcome::Late, Outcome::Dropped].map(line).concat()
    };
    let scans = lines("scans", state.recorder.outcomes());
    let answers = lines("answers", state.recorder.feedback_outcomes());
    let body = format!("ready\n{scans}{answers}");
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).body(body)
}

/// GET `/robots.txt`: the guides and the calculators may be found, codes are not for robots.
pub(in crate::web) async fn robots() -> HttpResponse {
    HttpResponse::Ok().body("User-agent: *\nAllow: /$\nAllow: /g/\nAllow: /t/\nDisallow: /\n")
}

/// GET `/favicon.ico`: browsers ask for it by themselves; nothing, to be asked for once a year.
pub(in crate::web) async fn no_icon() -> HttpResponse {
    HttpResponse::NoContent().insert_header((CACHE_CONTROL, "public, max-age=31536000")).finish()
}
