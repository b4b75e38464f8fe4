//! Why there is no answer, as programs read it: RFC 9457, with what to do as `hint`.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use crate::diagnostic::{Tongue, Words};
use crate::report::asked::Fault;
use crate::web::error::PageError;

/// Why there is no answer.
#[derive(Debug)]
pub(in crate::web) enum Problem {
    /// No token was sent.
    NoToken,
    /// The token is none, or was removed.
    WrongToken,
    /// What is asked is not understood, or not the token's to read.
    Asked(Fault),
    /// There is no such address.
    NoAddress,
    /// Only reading is offered.
    Method,
    /// The service could not answer.
    Page(PageError),
}

impl Problem {
    /// What is wrong, and what to do.
    fn words(&self) -> (&'static str, Words) {
        match self {
            Self::NoToken => (
                "a token is needed",
                Words::new(
                    "send `Authorization: Bearer TOKEN`; `onecode token add NAME` makes one",
                    "请带上 Authorization: Bearer 令牌；令牌用 onecode token add 名字 新增",
                ),
            ),
            Self::WrongToken => (
                "no such token",
                Words::new(
                    "it was removed, or copied in part: `onecode token list` names those there are",
                    "令牌已删除，或没有抄全：onecode token list 列出现有的",
                ),
            ),
            Self::Asked(Fault::NotTheirs) => (
                "not this token's to read",
                Words::new(
                    "this token does not read this court: leave out court=",
                    "这个令牌不能读这个法院：请去掉 court=",
                ),
            ),
            Self::Asked(fault) => ("the question is not understood", fault.words()),
            Self::NoAddress => (
                "no such address",
                Words::new(
                    "/api/openapi.json describes all there are",
                    "全部地址见 /api/openapi.json",
                ),
            ),
            Self::Method => (
                "only GET and HEAD are answered",
                Words::new("nothing is changed here", "这里只能读，不能改"),
            ),
            Self::Page(_) => {
                ("no answer at present", Words::new("try again in a moment", "请稍后再试"))
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().0)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NoToken | Self::WrongToken => StatusCode::UNAUTHORIZED,
            Self::Asked(Fault::NotTheirs) => StatusCode::FORBIDDEN,
            Self::Asked(
                Fault::Unknown { .. }
                | Fault::NotADay { .. }
                | Fault::NotAMonth { .. }
                | Fault::FutureMonth { .. }
                | Fault::Reversed { .. }
                | Fault::Together { .. }
                | Fault::NotBy { .. },
            ) => StatusCode::BAD_REQUEST,
            Self::NoAddress => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Page(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Page(error) = self {
            log::error!("{error}");
        }
        let status = self.status_code();
        let (title, hint) = self.words();
        let problem = json!({
            "type": "about:blank",
            "title": title,
            "status": status.as_u16(),
            "hint": hint.in_tongue(Tongue::English),
            "hint_zh": hint.in_tongue(Tongue::Chinese),
        });
        let mut response = HttpResponse::build(status);
        response
            .insert_header((CONTENT_TYPE, "application/problem+json"))
            .insert_header((CACHE_CONTROL, "no-store"));
        match self {
            Self::NoToken => {
                response.insert_header((WWW_AUTHENTICATE, "Bearer"));
            }
            Self::WrongToken => {
                response.insert_header((WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""));
            }
            Self::Asked(_) | Self::NoAddress | Self::Method | Self::Page(_) => {}
        }
        response.body(problem.to_string())
    }
}
