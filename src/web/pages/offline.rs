//! `/sw.js`: the worker that shows a guide again where there is no network. What it keeps and what it
//! never touches is in `templates/offline/worker.js`.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::answer;
use crate::web::state::State;

/// It may ask this service, and nobody else.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; connect-src 'self'");

/// GET `/sw.js`
pub(in crate::web) async fn worker(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let site = state.site();
    let mut response = answer(site.views.worker(), StatusCode::OK, &request, &site);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
