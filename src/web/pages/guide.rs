//! `/g/{topic}`: a guide, not counted as a scan.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{content, scan};
use crate::domain::topic::{TopicId, TopicNumber};
use crate::web::error::PageError;
use crate::web::state::{Site, State};
use crate::web::views::Page;

/// GET `/g/{topic}`
pub(in crate::web) async fn page(
    request: HttpRequest,
    topic: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    match shown(&topic, &site) {
        Some(page) => content(page, &request, &site),
        None => scan::not_found(request, state).await,
    }
}

/// The page of a topic's slug.
pub(super) fn shown(topic: &str, site: &Site) -> Option<Page> {
    let topic = site.library.topic(&TopicId::parse(topic)?)?;
    Some(if topic.number == TopicNumber::ALL { Page::Home } else { Page::Guide(topic.number) })
}
