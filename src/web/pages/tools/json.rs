//! `/t/….json`: the calculators for scripts. What is answered is `domain::calc`'s contract; a question
//! at fault is 400, an unknown kind or rule 404, each with what could be written instead.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::Query;
use crate::diagnostic::nearest;
use crate::domain::calc::CalcError;
use crate::domain::calc::deadline::{self, rules};
use crate::domain::calc::fee::{self, KINDS, Question};
use crate::domain::calc::given::Input;
use crate::domain::court::CourtId;
use crate::domain::period::Day;
use crate::web::state::{Site, State};
use crate::web::views::{start, summands_apart};

/// Why there is no answer.
#[derive(Serialize)]
struct Fault<'a> {
    error: String,
    error_zh: String,
    input: Option<&'a str>,
    hint: String,
}

/// GET `/t/fee.json`
pub(in crate::web) async fn fee(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let query = Query::of(&request);
    let kind = query.more("kind").unwrap_or_default().to_owned();
    answer_fee(&kind, query, &state)
}

/// GET `/t/interest.json`: the kind of fee that has a page of its own.
pub(in crate::web) async fn interest(
    request: HttpRequest,
    state: web::Data<State>,
) -> HttpResponse {
    answer_fee("delay_interest_double_part", Query::of(&request), &state)
}

fn answer_fee(kind: &str, mut query: Query, state: &State) -> HttpResponse {
    let (site, today) = (state.site(), state.clock.now().day());
    let court = query.court.as_deref().and_then(CourtId::parse);
    query.more.retain(|(name, _)| name != "kind");
    let pairs =
        fee::kind(kind).map_or_else(|| query.more.clone(), |k| summands_apart(k, &query.more));
    let question = Question { kind, pairs: &pairs, day: today, court: court.as_ref() };
    match fee::reckon(&question, &site.library) {
        Ok(reckoned) => told(StatusCode::OK, &reckoned.answer(&site.library)),
        Err(error) => refused(&error, &hint_on_fees(&error, kind, today, &site)),
    }
}

/// GET `/t/deadline.json`
pub(in crate::web) async fn deadline(
    request: HttpRequest,
    state: web::Data<State>,
) -> HttpResponse {
    let (query, site) = (Query::of(&request), state.site());
    let rule = query.more("rule").unwrap_or_default();
    let day = start(query.more("start").unwrap_or_default());
    let known = rules(&site.library).any(|(_, known)| known.name == rule);
    // What is asked comes before from when.
    let found = match day {
        Err(error) if known => Err(error),
        day => deadline::reckon(rule, day.unwrap_or(Day::from_number(0)), &site.library),
    };
    match found {
        Ok(found) => told(StatusCode::OK, &found.answer(&site.library)),
        Err(error) => {
            let near = nearest(rule, rules(&site.library).map(|(_, known)| known.name.as_str()));
            let hint = if matches!(error, CalcError::NoRule { .. }) {
                did_you_mean(near, "pay-fee")
            } else {
                "start=2026-11-24".to_owned()
            };
            refused(&error, &hint)
        }
    }
}

fn did_you_mean(near: Option<&str>, such_as: &str) -> String {
    near.map_or(format!("such as {such_as:?}"), |near| format!("did you mean {near:?}?"))
}

fn hint_on_fees(error: &CalcError, kind: &str, day: Day, site: &Site) -> String {
    let offered = KINDS.iter().filter(|kind| kind.is_offered(&site.library, day));
    let Some(kind) = fee::kind(kind).filter(|kind| kind.is_offered(&site.library, day)) else {
        return did_you_mean(
            nearest(kind, offered.map(|kind| kind.name)),
            "property_first_instance",
        );
    };
    let at_fault = kind.inputs.iter().filter(|input| error.input() == Some(input.name));
    let pairs = |inputs: &mut dyn Iterator<Item = &_>| {
        let pair = |input: &Input| format!("{}={}", input.name, input.shape.example());
        inputs.map(pair).collect::<Vec<_>>().join("&")
    };
    let one = pairs(&mut at_fault.into_iter());
    if one.is_empty() { pairs(&mut kind.inputs.iter()) } else { one }
}

fn refused(error: &CalcError, hint: &str) -> HttpResponse {
    let status = match error {
        CalcError::NoKind { .. }
        | CalcError::NoRule { .. }
        | CalcError::NoSchedule { .. }
        | CalcError::NoRate { .. } => StatusCode::NOT_FOUND,
        CalcError::NoInput { .. }
        | CalcError::Missing { .. }
        | CalcError::Twice { .. }
        | CalcError::Amount { .. }
        | CalcError::Zero { .. }
        | CalcError::Whole { .. }
        | CalcError::Date { .. }
        | CalcError::Choice { .. }
        | CalcError::Pair { .. }
        | CalcError::NotMore { .. }
        | CalcError::TooMuch { .. }
        | CalcError::TooMany { .. }
        | CalcError::Either { .. }
        | CalcError::NotWithin { .. }
        | CalcError::Before { .. }
        | CalcError::Outside { .. } => StatusCode::BAD_REQUEST,
    };
    let fault = Fault {
        error: error.to_string(),
        error_zh: error.in_chinese(),
        input: error.input(),
        hint: hint.to_owned(),
    };
    told(status, &fault)
}

fn told(status: StatusCode, answer: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).insert_header((CACHE_CONTROL, "private, max-age=0")).json(answer)
}
