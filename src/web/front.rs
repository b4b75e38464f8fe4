//! What phones open, scans and guides, answered before the routes are asked.
//!
//! `routes` has their addresses too, with whatever can be said of them. But to try its patterns, and to
//! hand a request through its layers, takes about as long as the rest of a guide's answer. So a route of
//! one digit and six more characters of a code, or of `/g/` and a slug, would never be asked.

use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpRequest, HttpResponse, ResponseError, web};

use super::error::{PageError, unbroken};
use super::pages::{guide, scan};
use super::routes;
use super::state::State;

/// Who answers a request.
enum Way<F> {
    Scan(ServiceRequest),
    Guide(ServiceRequest),
    Routed(F),
}

/// Answers a scan or a guide whose address is as posters and pages have it; hands all else to the routes.
pub(super) fn answer<S>(
    request: ServiceRequest,
    routes: &S,
) -> impl Future<Output = Result<ServiceResponse, Error>> + use<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    let way = if scan::is_plain(request.head()) {
        Way::Scan(request)
    } else if guide::is_plain(request.head()) {
        Way::Guide(request)
    } else {
        Way::Routed(routes.call(request))
    };
    async {
        match way {
            Way::Scan(request) => Ok(Box::pin(by(request, scan::page)).await),
            Way::Guide(request) => Ok(Box::pin(by(request, guide::page)).await),
            Way::Routed(answer) => answer.await,
        }
    }
}

/// What `page` answers, with what every answer carries.
async fn by<F>(
    request: ServiceRequest,
    page: impl FnOnce(HttpRequest, web::Data<State>) -> F,
) -> ServiceResponse
where
    F: Future<Output = Result<HttpResponse, PageError>>,
{
    let request = request.into_parts().0;
    let state = request.app_data::<web::Data<State>>().cloned();
    let state = state.expect("the service is made with it");
    let response = whole(page(request.clone(), state)).await;
    ServiceResponse::new(request, response)
}

/// The page, or the error page where it fails or panics.
async fn whole(page: impl Future<Output = Result<HttpResponse, PageError>>) -> HttpResponse {
    let answered = unbroken(page, || Err(PageError::Broken)).await;
    let mut response = answered.unwrap_or_else(|error| error.error_response());
    let headers = response.headers_mut();
    for (name, value) in routes::SECURED {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use super::*;
    use crate::store::StoreError;

    #[test]
    fn a_page_that_fails_or_panics_is_an_error_page_with_what_every_answer_carries() {
        let breaks = async {
            assert!(std::env::args().count() > 99, "QXZ937");
            Ok(HttpResponse::Ok().finish())
        };
        let fails = StoreError::InUse { path: "QXZ937".into() };
        actix_web::rt::System::new().block_on(async {
            for (response, status) in [
                (whole(breaks).await, StatusCode::INTERNAL_SERVER_ERROR),
                (whole(async { Err(fails.into()) }).await, StatusCode::SERVICE_UNAVAILABLE),
            ] {
                assert_eq!(response.status(), status);
                for (name, value) in routes::SECURED {
                    assert_eq!(response.headers().get(&name), Some(&value), "{status}");
                }
                let page = actix_web::body::to_bytes(response.into_body()).await.unwrap();
                let page = String::from_utf8(page.to_vec()).unwrap();
                assert!(page.contains("12368") && !page.contains("QXZ937"), "{page}");
            }
        });
    }
}
