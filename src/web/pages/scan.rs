//! `/{CODE}`: a scan. Counted, and answered at once with the guide: one round trip, no redirect.

use actix_web::dev::RequestHead;
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue, USER_AGENT};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Query, answer, encoding, has_it, tagged};
use crate::domain::code::{Code, RawCode};
use crate::domain::period::{Day, Moment};
use crate::domain::scan::{Scan, Target};
use crate::domain::topic::TopicNumber;
use crate::store::recorder::Outcome;
use crate::web::client::Agent;
use crate::web::error::PageError;
use crate::web::state::{Site, State};
use crate::web::views::{App, Notice, Page, PageKey};

const ONECODE_SCAN: HeaderName = HeaderName::from_static("onecode-scan");

/// Whether it is a scan as codes are printed: no escapes, nothing to look twice at.
pub(in crate::web) fn is_plain(head: &RequestHead) -> bool {
    let path = head.uri.path().strip_prefix('/');
    matches!(head.method, Method::GET | Method::HEAD) && path.and_then(RawCode::parse).is_some()
}

/// GET `/{CODE}`, or 404 where the path has not the shape of a code.
pub(in crate::web) async fn page(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let path = request.match_info().as_str().trim_start_matches('/');
    let Some(raw) = RawCode::parse(path) else {
        return not_found(request, state).await;
    };
    let site = state.site();
    let now = state.clock.now();
    let agent = Agent::of(&request);
    let (target, key) = opened(raw, path, agent, &request, &site, now.day());
    let view = site.views.get(&site.timed(key));
    let encoding = encoding(&request);
    let tag = view.as_ref().ok().map(|view| of_day(&view.tag(encoding), now.day()));
    let again = tag.as_ref().is_some_and(|tag| has_it(&request, tag));
    // Before anything can fail: a page at fault is no reason to lose the scan.
    let outcome = if request.method() == Method::HEAD {
        None // asks about the page, opens nothing
    } else {
        Some(record(raw, target, agent, &request, &state, now, again).await)
    };
    let (view, tag) = (view?, tag.unwrap_or(HeaderValue::from_static("\"\"")));
    let mut response = tagged(&view, encoding, &tag, StatusCode::OK, &request, &site);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Some(outcome) = outcome {
        headers.insert(ONECODE_SCAN, HeaderValue::from_static(outcome.as_str()));
    }
    Ok(response)
}

/// The tag of a page on a day: who has it has opened the page on that day before, wherever the phone is
/// and whether or not the service was started meanwhile.
fn of_day(tag: &HeaderValue, day: Day) -> HeaderValue {
    let tag = tag.as_bytes().strip_suffix(b"\"").unwrap_or_default();
    // By hand: formatting takes as long as finding the page.
    let (mut digits, mut from, mut number) = ([b'0'; 20], 20, day.number().max(0).unsigned_abs());
    loop {
        from -= 1;
        digits[from] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    HeaderValue::from_bytes(&[tag, b".", &digits[from..], b"\""].concat())
        .unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// What a code stands for, and the page that it opens. Whatever is wrong with a code, a useful page
/// opens.
fn opened(
    raw: RawCode,
    path: &str,
    agent: Agent,
    request: &HttpRequest,
    site: &Site,
    today: Day,
) -> (Target, PageKey) {
    let query = Query::of(request);
    let app = || App::of(agent.client);
    let orphan = |court, placement| {
        let home = query.key_in(Page::Home, app, request, site);
        (Target::Orphan(raw), PageKey { court, placement, notice: Notice::Orphan, ..home })
    };
    let Ok(code) = Code::parse(path) else { return orphan(None, None) };
    let Some(placement) = site.library.placements.get(&code.placement()) else {
        return orphan(None, None);
    };
    let court = site.court(&placement.court);
    let here = Some(placement.number);
    let page = match site.library.topics.get(&code.topic()) {
        None => return orphan(court, here),
        Some(topic) if topic.number == TopicNumber::ALL => Page::Home,
        Some(topic) => Page::Guide(topic.number),
    };
    let (target, notice) = if placement.retired.is_some_and(|day| day <= today) {
        (Target::Retired(code), Notice::Retired)
    } else {
        (Target::Live(code), Notice::None)
    };
    let key = query.key_in(page, app, request, site);
    (target, PageKey { court, placement: here, notice, ..key })
}

async fn record(
    raw: RawCode,
    target: Target,
    agent: Agent,
    request: &HttpRequest,
    state: &State,
    moment: Moment,
    again: bool,
) -> Outcome {
    let string = request.headers().get(USER_AGENT).map_or(&b""[..], |value| value.as_bytes());
    // A 304 is an opening too, and a repeat: its tag says that it was opened on this day before.
    let seen = || state.visits.repeats(moment.day(), state.address(request), string, raw);
    let repeat = !agent.machine && (seen() || again);
    let scan = Scan {
        moment,
        target,
        client: agent.client,
        system: agent.system,
        repeat,
        machine: agent.machine,
    };
    state.recorder.record(scan).await
}

/// 404 with the landing page, uncounted.
pub(in crate::web) async fn not_found(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads {
        return Ok(HttpResponse::MethodNotAllowed().insert_header(("allow", "GET, HEAD")).finish());
    }
    missing(&request, &state.site())
}

/// 404 with the landing page.
pub(super) fn missing(request: &HttpRequest, site: &Site) -> Result<HttpResponse, PageError> {
    let key = Query::of(request).key(Page::NotFound, request, site);
    let key = PageKey { court: None, placement: None, ..key };
    let view = site.views.get(&key)?;
    let mut response = answer(&view, StatusCode::NOT_FOUND, request, site);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}
