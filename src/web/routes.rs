//! Every URL of the service, on one screen.

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Route, guard};

use super::pages::{design, guide, health, home, scan};

/// The URLs. Whatever has the shape of a code is a scan; whatever else is unknown is 404.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/").route(reading().to(home::page)))
        .service(web::resource("/g/{topic}").route(reading().to(guide::page)))
        .service(web::resource("/design").route(reading().to(design::page)))
        .service(web::resource("/healthz").route(reading().to(health::alive)))
        .service(web::resource("/readyz").route(reading().to(health::ready)))
        .service(web::resource("/robots.txt").route(reading().to(health::robots)))
        .service(web::resource("/{code}").route(reading().to(scan::page)))
        .default_service(web::route().to(scan::not_found));
}

/// GET and HEAD; any other method is 405.
fn reading() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// What every answer carries.
pub(super) fn secured(response: &mut HttpResponse, policy: &str) {
    let headers = [
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ];
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            let name = actix_web::http::header::HeaderName::from_static(name);
            response.headers_mut().insert(name, value);
        }
    }
}
