//! `/design`: every component of the visual language on one page, for whoever changes it.

use actix_web::{HttpRequest, HttpResponse, web};

use super::content;
use crate::web::error::PageError;
use crate::web::state::State;
use crate::web::views::Page;

/// GET `/design`
pub(in crate::web) async fn page(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    content(Page::Design, &request, &state.site())
}
