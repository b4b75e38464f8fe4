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
use std::sync::{Arc, Weak};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpServer, web};

pub use state::{Settings, State};

/// A slow or silent client is let go after this.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// How often it is looked whether midnight has passed.
const MIDNIGHT_WATCH: Duration = Duration::from_secs(30);

/// Serves on `listener` until the server is stopped. Its future has to be awaited.
pub fn serve(listener: TcpListener, state: State) -> std::io::Result<Server> {
    let state = Arc::new(state);
    in_background("warm", Arc::downgrade(&state), |state| {
        let keys = state.upgrade().map(|state| state.views.first_keys()).unwrap_or_default();
        for key in keys {
            // Asked for anew each time: a service that has ended is not kept alive.
            let Some(state) = state.upgrade() else { break };
            if let Err(error) = state.views.get(&key) {
                log::error!("a page could not be rendered: {error}");
            }
        }
    })?;
    in_background("midnight", Arc::downgrade(&state), |state| {
        while let Some(state) = state.upgrade() {
            state.visits.forget_before(state.clock.now().day());
            drop(state); // nor here
            std::thread::sleep(MIDNIGHT_WATCH);
        }
    })?;
    let state = web::Data::from(state);
    Ok(HttpServer::new(move || {
        App::new().app_data(state.clone()).wrap(routes::secured()).configure(routes::configure)
    })
    .client_request_timeout(REQUEST_TIMEOUT)
    .client_disconnect_timeout(REQUEST_TIMEOUT)
    .shutdown_timeout(10)
    .listen(listener)?
    .run())
}

fn in_background(
    name: &str,
    state: Weak<State>,
    work: fn(&Weak<State>),
) -> std::io::Result<std::thread::JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(move || work(&state))
}
