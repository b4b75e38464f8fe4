//! `/g/{topic}`: a guide, not counted as a scan.

use actix_web::dev::RequestHead;
use actix_web::http::Method;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Query, content, disposition, of_key, scan};
use crate::domain::topic::{TopicId, TopicNumber};
use crate::web::error::PageError;
use crate::web::state::{Site, State};
use crate::web::views::{Medium, Page, PageKey};

/// Whether it is a guide's address as pages write it: no escapes, nothing to look twice at.
pub(in crate::web) fn is_plain(head: &RequestHead) -> bool {
    let topic = head.uri.path().strip_prefix("/g/");
    matches!(head.method, Method::GET | Method::HEAD) && topic.and_then(TopicId::parse).is_some()
}

/// GET `/g/{topic}`
pub(in crate::web) async fn page(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let topic = request.match_info().as_str().strip_prefix("/g/").unwrap_or_default();
    match shown(topic, &site) {
        Some(page) => content(page, &request, &site),
        None => scan::not_found(request, state).await,
    }
}

/// GET `/g/{topic}.html`: the same as a file by itself, to be kept.
pub(in crate::web) async fn saved(
    request: HttpRequest,
    topic: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let Some(page) = shown(&topic, &site) else { return scan::missing(&request, &site) };
    let key = Query::of(&request).key(page, &request, &site);
    let key = PageKey { medium: Medium::Saved, app: None, thanks: false, ..key };
    let number = page.topic().unwrap_or(TopicNumber::ALL);
    let title = site.library.guide(number, key.language).map_or("", |guide| guide.title.as_str());
    let mut response = of_key(&key, &request, &site)?;
    let named = disposition("attachment", &topic, title, "html");
    response.headers_mut().insert(CONTENT_DISPOSITION, named);
    Ok(response)
}

/// The page of a topic's slug.
pub(super) fn shown(topic: &str, site: &Site) -> Option<Page> {
    let topic = site.library.topic(&TopicId::parse(topic)?)?;
    Some(if topic.number == TopicNumber::ALL { Page::Home } else { Page::Guide(topic.number) })
}
