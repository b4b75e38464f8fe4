//! The pages that scans open, and the scans themselves: actix-web.
//!
//! `routes` holds every URL on one screen, [`views`] renders and keeps the pages, [`pages`] has a
//! file a page. A page is a file there, a line in `routes`, and a template.

mod accounts;
mod calendar;
pub mod client;
mod error;
pub mod export;
mod front;
pub mod pages;
mod papers;
mod pick_up;
mod printing;
mod routes;
mod searches;
mod silences;
mod state;
pub mod views;
mod visits;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};

pub use state::{ReadFiles, Settings, State};

use crate::domain::period::Day;

/// A slow or silent client is let go after this.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// How often it is looked whether midnight has passed.
pub const MIDNIGHT_WATCH: Duration = Duration::from_secs(30);

/// Serves on `listener` until the server is stopped. Its future has to be awaited.
pub fn serve(listener: TcpListener, state: Arc<State>) -> std::io::Result<Server> {
    state.site().warm()?;
    let watched = Arc::downgrade(&state);
    std::thread::Builder::new().name("midnight".to_owned()).spawn(move || {
        let mut last = None;
        // Asked for anew each time: a service that has ended is not kept alive.
        while let Some(state) = watched.upgrade() {
            let day = state.clock.now().day();
            if let Some(last) = last.filter(|last| has_jumped(*last, day)) {
                log::warn!(
                    "the clock went from {last} to {day}: scans are counted by what it says"
                );
            }
            last = Some(day);
            state.forget_before(day);
            state.room.jobs.sweep();
            state.sweep_shelf();
            drop(state);
            std::thread::sleep(MIDNIGHT_WATCH);
        }
    })?;
    let state = web::Data::from(state);
    Ok(HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .wrap(from_fn(error::caught))
            .wrap(routes::secured())
            .wrap_fn(front::answer)
            .configure(routes::configure)
    })
    .client_request_timeout(REQUEST_TIMEOUT)
    .client_disconnect_timeout(REQUEST_TIMEOUT)
    .shutdown_timeout(10)
    .listen(listener)?
    .run())
}

/// Whether between two looks, half a minute apart, more passed than a midnight.
fn has_jumped(last: Day, now: Day) -> bool {
    now != last && now != last.plus(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_midnight_is_no_jump_of_the_clock() {
        let day = Day::parse("2026-12-31").unwrap();
        assert!(!has_jumped(day, day) && !has_jumped(day, day.plus(1)));
        assert!(has_jumped(day, day.plus(2)) && has_jumped(day, day.plus(-1)));
    }
}
