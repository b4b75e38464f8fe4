//! What went wrong with a page -> status and error page. The cause goes to the log only.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use super::views::ViewsError;

/// Why a page could not be made.
#[derive(Debug)]
pub(super) enum PageError {
    /// A template failed.
    View(ViewsError),
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::View(error) => write!(f, "a page could not be rendered: {error}"),
        }
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::View(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        log::error!("{self}");
        // Plain on purpose: the templates are what failed.
        HttpResponse::build(self.status_code()).content_type("text/html; charset=utf-8").body(
            "<!DOCTYPE html><html lang=\"zh-Hans\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>暂时打不开</title>\
             <h1>这一页暂时打不开</h1><p>请稍后再试，或拨打 <a href=\"tel:12368\">12368</a>。\
             <p><a href=\"/\">全部事项</a></html>",
        )
    }
}

impl From<ViewsError> for PageError {
    fn from(error: ViewsError) -> Self {
        Self::View(error)
    }
}
