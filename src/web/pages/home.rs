//! `/`: the one code's landing page, with every topic.

use actix_web::{HttpRequest, HttpResponse, web};

use super::content;
use crate::web::error::PageError;
use crate::web::state::State;
use crate::web::views::Page;

/// GET `/`
pub(in crate::web) async fn page(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    content(Page::Home, &request, &state.site())
}
