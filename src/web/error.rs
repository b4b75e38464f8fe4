//! What went wrong with a page -> status and error page. The cause goes to the log only.

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError};

use super::routes;
use super::views::ViewsError;
use crate::diagnostic::{Tongue, Words};
use crate::report::asked::Fault;
use crate::report::format::xlsx::XlsxFault;
use crate::report::monthly::MonthlyError;
use crate::store::StoreError;
use crate::store::trouble::Trouble;

/// After how many seconds it is worth trying again, where too much is asked at a time.
pub(super) const SOON: i64 = 10;

/// Why a page could not be made, or may not be seen.
#[derive(Debug)]
pub(super) enum PageError {
    /// A template failed.
    View(ViewsError),
    /// The store did not answer.
    Store(StoreError),
    /// More is asked at a time than the service does.
    Busy,
    /// Nobody is signed in; where to sign in, and go on to.
    SignedOut(String),
    /// Whoever is signed in may not do this.
    NotAllowed,
    /// A form that was not sent from a page of ours, or from one that is too old.
    Forged,
    /// A question about the numbers that cannot be answered.
    Unanswerable(Fault),
    /// The monthly report could not be set.
    Report(MonthlyError),
    /// Nothing can be printed here yet, and why.
    Unprintable(Words),
    /// More was typed than a document takes.
    Oversized,
    /// A form that did not come in as a whole.
    Unread,
    /// A document could not be written: the site's own files are at fault. What was typed may be in the
    /// reason, so it is not told, not even to the log.
    Unwritten,
    /// A page with what somebody typed could not be rendered: the templates are at fault. What was
    /// typed may be in the reason.
    Unshown,
    /// The program is at fault: its place is in the log already.
    Broken,
    /// A table that does not fit into a workbook.
    TooLong(XlsxFault),
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::View(error) => write!(f, "a page could not be rendered: {error}"),
            Self::Store(error) => write!(f, "the store did not answer a page: {}", error.whole()),
            Self::Busy => f.write_str("a page could not be made: too much is asked at a time"),
            Self::SignedOut(_) => f.write_str("nobody is signed in"),
            Self::NotAllowed => f.write_str("the user may not do this"),
            Self::Forged => f.write_str("a form was not sent from a page of ours"),
            Self::Unanswerable(fault) => f.write_str(fault.words().in_tongue(Tongue::English)),
            Self::Report(error) => write!(f, "the monthly report could not be set: {error}"),
            Self::Unprintable(words) => f.write_str(words.in_tongue(Tongue::English)),
            Self::Oversized => f.write_str("a document's form is too long"),
            Self::Unread => f.write_str("a document's form did not come in as a whole"),
            Self::Unwritten => f.write_str(
                "a document could not be written: `onecode document SLUG` with it tells why",
            ),
            Self::Unshown => f.write_str(
                "a page with what somebody typed could not be rendered: templates/document*.html are at \
                 fault",
            ),
            Self::Broken => f.write_str("a page could not be made: the program is at fault"),
            Self::TooLong(fault) => fault.fmt(f),
        }
    }
}

impl PageError {
    /// A heading, and what to do.
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        let (heading, advice) = match self {
            Self::Store(error) => of_store(error.trouble()),
            Self::View(_) | Self::Busy | Self::Unwritten | Self::Unshown | Self::Broken => {
                ("这一页暂时打不开", "请稍后再试，或拨打 <a href=\"tel:12368\">12368</a>。")
            }
            Self::SignedOut(_) => ("请先登录", "<a href=\"/login\">登录 Sign in</a>"),
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
            Self::Unanswerable(fault) => {
                let words = fault.words();
                let words = [Tongue::Chinese, Tongue::English].map(|t| escaped(words.in_tongue(t)));
                let onward = "<p><a href=\"/stats\">扫码统计 Statistics</a>";
                let hidden = matches!(fault, Fault::NotTheirs);
                let heading =
                    if hidden { "您的账号看不到这些" } else { "没有看懂要查什么" };
                return (heading, format!("{}{onward}", words.join("<br>")).into());
            }
            Self::Report(_) => (
                "月报没有排出来",
                "请管理员看一下服务的日志。The report could not be set: an admin finds why in the log. \
                 <a href=\"/stats\">扫码统计 Statistics</a>",
            ),
            Self::Unprintable(words) => {
                let words = [Tongue::Chinese, Tongue::English].map(|t| escaped(words.in_tongue(t)));
                return ("印不了", words.join("<br>").into());
            }
            Self::Oversized => (
                "写得太多了",
                "一份文书最多写两万来字。请按“返回”，写短一些，多的另附一页。 \
                 Too much for one document: go back and put the rest on a separate page.",
            ),
            Self::Unread => (
                "没有收全",
                "网络可能断了一下。请按“返回”，再点一次。 \
                 The form did not come in as a whole: go back and send it again.",
            ),
            Self::TooLong(_) => (
                "这张表装不下",
                "XLSX 一张表最多 1048576 行：请缩小范围，或改用 CSV。Ask for less, or for CSV. \
                 <a href=\"/stats\">扫码统计 Statistics</a>",
            ),
        };
        (heading, advice.into())
    }
}

/// What is said where the store does not answer. The staff alone ask it anything: what visitors open does
/// without.
fn of_store(trouble: Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::Full => (
            "服务器的磁盘满了，暂时办不了",
            "请让管理服务器的人腾出磁盘空间；腾出后自动恢复，不用重启。<br>\
             The service's disk is full: have whoever looks after the server make room; everything then \
             goes on by itself.",
        ),
        Trouble::ReadOnly => (
            "服务器的磁盘只能读，暂时办不了",
            "请让管理服务器的人检查磁盘，重新挂载为可写；之后自动恢复，不用重启。<br>\
             The service's disk can only be read: have whoever looks after the server mount it for \
             writing; everything then goes on by itself.",
        ),
        Trouble::Other => (
            "这一页暂时打不开",
            "请稍后再试，或拨打 <a href=\"tel:12368\">12368</a>。<br>\
             The store does not answer: try again later; the service's log says why.",
        ),
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::View(_) | Self::Report(_) | Self::Unwritten | Self::Unshown | Self::Broken => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::Store(_) | Self::Busy | Self::Unprintable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::SignedOut(_) => StatusCode::SEE_OTHER,
            Self::NotAllowed | Self::Forged | Self::Unanswerable(Fault::NotTheirs) => {
                StatusCode::FORBIDDEN
            }
            Self::Oversized => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unanswerable(_) | Self::TooLong(_) | Self::Unread => StatusCode::BAD_REQUEST,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        if matches!(self, Self::Busy) {
            // Nothing is at fault.
            log::warn!("{self}");
        } else if status.is_server_error() {
            log::error!("{self}");
        } else {
            log::debug!("{self}");
        }
        let (heading, advice) = self.words();
        let mut response = HttpResponse::build(status);
        response
            .content_type("text/html; charset=utf-8")
            .insert_header((CACHE_CONTROL, "no-store"));
        if let Self::SignedOut(login) = self {
            response.insert_header((LOCATION, login.as_str()));
        }
        if matches!(self, Self::Busy) {
            response.insert_header((RETRY_AFTER, SOON));
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

/// A page that panics is an error page; whoever sent a form is not left without an answer.
pub(super) async fn caught<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    unbroken(next.call(request), || Err(broken())).await
}

/// The answer, or what is said in its place where it panics.
pub(super) async fn unbroken<T>(answer: impl Future<Output = T>, otherwise: impl Fn() -> T) -> T {
    let mut answer = pin!(answer);
    poll_fn(|context| {
        // What panicked is not asked again: it is dropped with its answer.
        let polled = catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready(otherwise()))
    })
    .await
}

/// An answer that goes out by itself: what every answer carries has to be on it already.
fn broken() -> actix_web::Error {
    let mut response = PageError::Broken.error_response();
    for (name, value) in routes::SECURED {
        response.headers_mut().insert(name, value);
    }
    InternalError::from_response(PageError::Broken, response).into()
}

/// A text that is nothing but a text on a page.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl From<Fault> for PageError {
    fn from(fault: Fault) -> Self {
        Self::Unanswerable(fault)
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

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::{App, test, web};

    use super::*;

    async fn at_fault() -> HttpResponse {
        assert!(std::env::args().count() > 99, "QXZ937");
        HttpResponse::Ok().finish()
    }

    #[test]
    fn a_page_that_panics_is_an_error_page_and_the_next_one_is_served() {
        actix_web::rt::System::new().block_on(async {
            let fine = || async { HttpResponse::Ok().body("fine") };
            let app = App::new().wrap(from_fn(caught)).route("/", web::get().to(fine));
            let app = test::init_service(app.route("/fault", web::post().to(at_fault))).await;
            let request = test::TestRequest::post().uri("/fault").to_request();
            let error = test::try_call_service(&app, request).await.unwrap_err();
            let response = error.error_response();
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(response.headers().get(CACHE_CONTROL).unwrap(), "no-store");
            assert_eq!(response.headers().get("x-content-type-options").unwrap(), "nosniff");
            let page = actix_web::body::to_bytes(response.into_body()).await.unwrap();
            let page = String::from_utf8(page.to_vec()).unwrap();
            assert!(page.contains("12368") && !page.contains("QXZ937"), "{page}");
            let request = test::TestRequest::get().uri("/").to_request();
            assert_eq!(test::call_and_read_body(&app, request).await, "fine");
        });
    }
}
