//! Every URL of the service, on one screen.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, ServiceConfig};
use actix_web::{Resource, Route, guard};

use super::pages::{
    api, design, document, guide, health, home, offline, scan, search, staff, tools, useful,
};

/// The URLs. Whatever has the shape of a code is a scan; whatever else is unknown is 404. What is opened
/// most does not come here: see `front`.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/").route(reading().to(home::page)))
        .service(web::resource("/g/{topic}.html").route(reading().to(guide::saved)))
        .service(web::resource("/g/{topic}").route(reading().to(guide::page)))
        .service(
            web::resource("/g/{topic}/useful")
                .route(reading().to(useful::back))
                .route(web::post().to(useful::count)),
        )
        .service(web::resource(["/t", "/t/"]).route(reading().to(tools::index)))
        .service(web::resource("/t/fee").route(reading().to(tools::fee)))
        .service(web::resource("/t/fee.json").route(reading().to(tools::json::fee)))
        .service(web::resource("/t/deadline").route(reading().to(tools::deadline)))
        .service(web::resource("/t/deadline.json").route(reading().to(tools::json::deadline)))
        .service(web::resource("/t/deadline.ics").route(reading().to(tools::calendar)))
        .service(web::resource("/t/interest").route(reading().to(tools::interest)))
        .service(web::resource("/t/interest.json").route(reading().to(tools::json::interest)))
        .service(web::resource("/search").route(reading().to(search::page)))
        .configure(documents)
        .configure(of_staff)
        .service(web::resource("/sw.js").route(reading().to(offline::worker)))
        .service(web::resource("/design").route(reading().to(design::page)))
        .service(web::resource("/healthz").route(reading().to(health::alive)))
        .service(web::resource("/readyz").route(reading().to(health::ready)))
        .service(web::resource("/metrics").route(reading().to(health::metrics)))
        .service(web::resource("/favicon.ico").route(reading().to(health::no_icon)))
        .service(web::resource("/robots.txt").route(reading().to(health::robots)))
        .service(web::resource("/{code}").route(reading().to(scan::page)))
        .default_service(web::route().to(scan::not_found));
}

/// The litigation documents.
fn documents(config: &mut ServiceConfig) {
    config
        .service(web::resource(["/d", "/d/"]).route(reading().to(document::list)))
        .service(web::resource("/d/{slug}.docx").route(reading().to(document::files::blank_docx)))
        .service(web::resource("/d/{slug}.pdf").route(reading().to(document::files::blank_pdf)))
        .service(
            web::resource("/d/{slug}")
                .route(reading().to(document::form))
                .route(web::post().to(document::step)),
        )
        .service(
            web::resource("/d/{slug}/filled.docx")
                .route(reading().to(document::files::how))
                .route(web::post().to(document::files::docx)),
        )
        .service(
            web::resource("/d/{slug}/filled.pdf")
                .route(reading().to(document::files::how))
                .route(web::post().to(document::files::pdf)),
        )
        .service(
            web::resource("/d/{slug}/pick-up")
                .route(reading().to(document::files::how))
                .route(web::post().to(document::files::hand_over)),
        )
        .service(
            web::resource("/pick-up")
                .route(reading().to(document::files::desk))
                .route(web::post().to(document::files::fetch)),
        );
}

/// What is for whoever may sign in.
fn of_staff(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/login")
                .route(reading().to(staff::login))
                .route(web::post().to(staff::sign_in)),
        )
        .service(
            web::resource("/logout")
                .route(reading().to(staff::back))
                .route(web::post().to(staff::sign_out)),
        )
        .service(
            web::resource("/setup/{token}")
                .route(reading().to(staff::setup))
                .route(web::post().to(staff::set_up)),
        )
        .service(web::resource("/account").route(reading().to(staff::account::page)))
        .service(
            web::resource("/account/password")
                .route(reading().to(staff::back))
                .route(web::post().to(staff::account::password)),
        )
        .service(
            web::resource("/account/add")
                .route(reading().to(staff::back))
                .route(web::post().to(staff::account::add)),
        )
        .service(
            web::resource("/account/role")
                .route(reading().to(staff::back))
                .route(web::post().to(staff::account::role)),
        )
        .service(
            web::resource("/account/remove")
                .route(reading().to(staff::back))
                .route(web::post().to(staff::account::remove)),
        )
        .service(web::resource("/stats/report.pdf").route(reading().to(staff::report::pdf)))
        .configure(programs)
        .configure(print_room)
        .service(web::resource("/stats").route(reading().to(staff::stats::page)))
        .service(
            web::resource(["/stats.csv", "/stats.json", "/stats.xlsx"])
                .route(reading().to(staff::stats::file)),
        )
        .service(
            web::resource("/stats/alarms/seen")
                .route(reading().to(staff::stats::back))
                .route(web::post().to(staff::stats::all_seen)),
        )
        .service(
            web::resource("/stats/alarms/{number}/seen")
                .route(reading().to(staff::stats::back))
                .route(web::post().to(staff::stats::seen)),
        );
}

/// Posters for those who may print.
fn print_room(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/print")
                .route(reading().to(staff::print::page))
                .route(web::post().to(staff::print::order)),
        )
        .service(web::resource("/print/preview.png").route(reading().to(staff::print::preview)))
        .service(web::resource("/print/jobs/{id}").route(reading().to(staff::print::jobs::page)))
        .service(
            web::resource("/print/jobs/{id}/cancel")
                .route(reading().to(staff::print::jobs::back))
                .route(web::post().to(staff::print::jobs::cancel)),
        )
        .service(
            web::resource("/print/jobs/{id}/{file}")
                .route(reading().to(staff::print::jobs::download)),
        );
}

/// The numbers for programs.
fn programs(config: &mut ServiceConfig) {
    config
        .service(web::resource("/api/openapi.json").route(reading().to(api::description)))
        .service(
            web::scope("/api/v1")
                .service(program("/stats").route(reading().to(api::stats)))
                .service(program("/silent").route(reading().to(api::silent)))
                .service(program("/courts").route(reading().to(api::courts)))
                .service(program("/placements").route(reading().to(api::placements)))
                .service(program("/topics").route(reading().to(api::topics)))
                .default_service(web::route().to(api::unknown)),
        );
}

/// What a program reads; any method that changes something is refused in its own words.
fn program(path: &str) -> Resource {
    web::resource(path).default_service(web::route().to(api::not_allowed))
}

/// GET and HEAD; any other method is 405.
fn reading() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// What every answer carries; pages set a policy of their own, with their style's hash.
pub(super) const SECURED: [(HeaderName, HeaderValue); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// Puts [`SECURED`] on every answer.
pub(super) fn secured() -> DefaultHeaders {
    SECURED.into_iter().fold(DefaultHeaders::new(), DefaultHeaders::add)
}
