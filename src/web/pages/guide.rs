//! `/g/{topic}`: a guide, not counted as a scan.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{content, scan};
use crate::domain::topic::{TopicId, TopicNumber};
use crate::web::error::PageError;
use crate::web::state::State;
use crate::web::views::Page;

/// GET `/g/{topic}`
pub(in crate::web) async fn page(
    request: HttpRequest,
    topic: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    match TopicId::parse(&topic).and_then(|id| site.library.topic(&id)) {
        Some(topic) if topic.number == TopicNumber::ALL => content(Page::Home, &request, &site),
        Some(topic) => content(Page::Guide(topic.number), &request, &site),
        None => scan::not_found(request, state).await,
    }
}
