//! `/g/{topic}/useful`: what somebody says of a page. Counted once a day a person a page; nothing of
//! the person is kept.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, LOCATION, USER_AGENT};
use actix_web::rt::time::timeout;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Query, answer, guide, pairs, scan};
use crate::domain::feedback::{Answer, Feedback};
use crate::domain::topic::TopicNumber;
use crate::web::REQUEST_TIMEOUT;
use crate::web::client::Agent;
use crate::web::error::PageError;
use crate::web::state::State;
use crate::web::views::{Notice, PageKey};

/// An answer is a few letters.
const FORM_BYTES: usize = 1024;

/// POST `/g/{topic}/useful`: 303 to the page, which then thanks; 400 with the page where the answer
/// is none of the three.
pub(in crate::web) async fn count(
    request: HttpRequest,
    topic: web::Path<String>,
    form: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let Some(page) = guide::shown(&topic, &site) else { return scan::missing(&request, &site) };
    let key = Query::of(&request).key(page, &request, &site);
    let Some(said) = said(form).await else {
        let view = site.views.get(&PageKey { notice: Notice::Unclear, thanks: false, ..key })?;
        let mut response = answer(&view, StatusCode::BAD_REQUEST, &request, &site);
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return Ok(response);
    };
    let feedback = Feedback {
        day: state.clock.now().day(),
        placement: key.placement,
        topic: page.topic().unwrap_or(TopicNumber::ALL),
        answer: said,
    };
    if counts(&request, feedback, &state) {
        // Whatever becomes of it, the page goes out: its outcome is counted and logged there.
        state.recorder.record_feedback(feedback).await;
    }
    Ok(see(&site.views.address(&PageKey { thanks: true, ..key })))
}

/// GET `/g/{topic}/useful`: some web views repeat a POST in this way; 303 to the page.
pub(in crate::web) async fn back(
    request: HttpRequest,
    topic: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let Some(page) = guide::shown(&topic, &site) else { return scan::missing(&request, &site) };
    let key = Query::of(&request).key(page, &request, &site);
    Ok(see(&site.views.address(&PageKey { thanks: false, ..key })))
}

/// The answer of a form, where it is short, comes soon and is one of the three; the first counts.
async fn said(form: web::Payload) -> Option<Answer> {
    let form = timeout(REQUEST_TIMEOUT, form.to_bytes_limited(FORM_BYTES)).await;
    let form = form.ok()?.ok()?.ok()?;
    let pairs = pairs(std::str::from_utf8(&form).ok()?);
    let (_, value) = pairs.iter().find(|(name, _)| name == "answer")?;
    Answer::parse(value)
}

/// Whether a person gave it on our own page, for the first time today.
fn counts(request: &HttpRequest, feedback: Feedback, state: &State) -> bool {
    let from = request.headers().get("sec-fetch-site").map(HeaderValue::as_bytes);
    if Agent::of(request).machine || from == Some(b"cross-site") {
        return false;
    }
    let agent = request.headers().get(USER_AGENT).map_or(&b""[..], HeaderValue::as_bytes);
    !state.judged.repeats(feedback.day, state.address(request), agent, feedback.topic)
}

fn see(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, address))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}
