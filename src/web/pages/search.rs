//! `/search?q=`: search over the whole site. What somebody looks for is kept nowhere: only whether it
//! was found is counted.

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Query, content, fresh};
use crate::domain::search::MOST_ASKED;
use crate::web::client::Agent;
use crate::web::error::PageError;
use crate::web::state::State;
use crate::web::views::{Page, QUERY};

/// GET `/search`: the box alone; with `q` what it finds.
pub(in crate::web) async fn page(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let query = Query::of(&request);
    let asked: String = query.more(QUERY).unwrap_or_default().chars().take(MOST_ASKED).collect();
    if asked.is_empty() {
        return content(Page::Search, &request, &site);
    }
    let (html, is_hit) = site.views.search(&query.key(Page::Search, &request, &site), &asked)?;
    if request.method() == Method::GET && !Agent::of(&request).machine {
        state.searches.count(is_hit);
    }
    let mut response = fresh(html, StatusCode::OK, &request, &site);
    // It may hold a name: no cache keeps it, not even the browser's.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
