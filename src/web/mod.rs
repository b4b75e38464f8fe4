//! The pages that scans open, and the scans themselves: actix-web.
//!
//! `routes` holds every URL on one screen, [`views`] renders and keeps the pages, [`pages`] has a
//! file a page. A page is a file there, a line in `routes`, and a template.

pub mod client;
mod error;
pub mod pages;
mod routes;
mod state;
pub mod views;
mod visits;

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpServer, web};

pub use state::{Settings, State};

/// A slow or silent client is let go after this.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves on `listener` until the server is stopped. Its future has to be awaited.
pub fn serve(listener: TcpListener, state: State) -> std::io::Result<Server> {
    let state = web::Data::new(state);
    Ok(HttpServer::new(move || App::new().app_data(state.clone()).configure(routes::configure))
        .client_request_timeout(REQUEST_TIMEOUT)
        .client_disconnect_timeout(REQUEST_TIMEOUT)
        .shutdown_timeout(10)
        .listen(listener)?
        .run())
}
