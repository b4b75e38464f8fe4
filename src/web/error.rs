//! What went wrong with a page -> status and error page. The cause goes to the log only.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpResponse, ResponseError};

use super::views::ViewsError;
use crate::store::StoreError;

/// Why a page could not be made, or may not be seen.
#[derive(Debug)]
pub(super) enum PageError {
    /// A template failed.
    View(ViewsError),
    /// The store did not answer.
    Store(StoreError),
    /// More is asked at a time than the service does.
    Busy,
    /// Nobody is signed in.
    SignedOut,
    /// Whoever is signed in may not do this.
    NotAllowed,
    /// A form that was not sent from a page of ours, or from one that is too old.
    Forged,
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::View(error) => write!(f, "a page could not be rendered: {error}"),
            Self::Store(error) => write!(f, "the store did not answer a page: {error}"),
            Self::Busy => f.write_str("a page could not be made: too much is asked at a time"),
            Self::SignedOut => f.write_str("nobody is signed in"),
            Self::NotAllowed => f.write_str("the user may not do this"),
            Self::Forged => f.write_str("a form was not sent from a page of ours"),
        }
    }
}

impl PageError {
    /// A heading, and what to do.
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::View(_) | Self::Store(_) | Self::Busy => {
                ("这一页暂时打不开", "请稍后再试，或拨打 <a href=\"tel:12368\">12368</a>。")
            }
            Self::SignedOut => ("请先登录", "<a href=\"/login\">登录 Sign in</a>"),
            Self::NotAllowed => (
                "您的账号不能做这件事",
                "请找管理员。Your account may not do this. <a href=\"/account\">我的账号 Account</a>",
            ),
            Self::Forged => (
                "没有办成，请再来一次",
                "这一页可能打开太久了，或者浏览器没有带上 cookie（只有 https 或本机地址才能登录）。\
                 Please try again; signing in needs https, or this machine's own address. \
                 <a href=\"/login\">登录 Sign in</a>",
            ),
        }
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::View(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Store(_) | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::SignedOut => StatusCode::SEE_OTHER,
            Self::NotAllowed | Self::Forged => StatusCode::FORBIDDEN,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        if status.is_server_error() {
            log::error!("{self}");
        } else {
            log::debug!("{self}");
        }
        let (heading, advice) = self.words();
        let mut response = HttpResponse::build(status);
        response
            .content_type("text/html; charset=utf-8")
            .insert_header((CACHE_CONTROL, "no-store"));
        if matches!(self, Self::SignedOut) {
            response.insert_header((LOCATION, "/login"));
        }
        // Plain on purpose: the templates may be what failed.
        response.body(format!(
            "<!DOCTYPE html><html lang=\"zh-Hans\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{heading}</title>\
             <h1>{heading}</h1><p>{advice}\
             <p><a href=\"/\">全部事项</a></html>"
        ))
    }
}

impl From<ViewsError> for PageError {
    fn from(error: ViewsError) -> Self {
        Self::View(error)
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
