//! What handlers share.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use actix_web::HttpRequest;

use super::views::{Views, ViewsError};
use super::visits::{NewKey, Visits};
use crate::domain::library::Library;
use crate::domain::period::Clock;
use crate::domain::site::SiteFiles;
use crate::print::poster::BaseUrl;
use crate::store::recorder::Recorder;

/// What the service is told by the command line.
pub struct Settings {
    /// The address that posters carry, for the code on printed pages.
    pub base_url: Option<BaseUrl>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Makes the random key by which repeats are told.
    pub new_key: NewKey,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// What handlers share.
pub struct State {
    pub(super) library: Arc<Library>,
    pub(super) views: Views,
    pub(super) recorder: Recorder,
    pub(super) visits: Visits,
    pub(super) clock: Arc<dyn Clock>,
    trusted_proxies: Vec<IpAddr>,
}

impl State {
    /// Reads the templates of `files` and renders every page once, so that a fault shows here and
    /// not to a visitor.
    pub fn new(
        library: Library,
        files: &SiteFiles,
        recorder: Recorder,
        settings: Settings,
    ) -> Result<Self, ViewsError> {
        let library = Arc::new(library);
        let today = settings.clock.now().day();
        let views = Views::new(Arc::clone(&library), files, settings.base_url, today)?;
        Ok(Self {
            library,
            views,
            recorder,
            visits: Visits::new(settings.new_key),
            clock: settings.clock,
            trusted_proxies: settings.trusted_proxies,
        })
    }

    /// The phone's address: the peer's, or behind trusted proxies the last hop that is none of them.
    pub(super) fn address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip().to_canonical();
        if !self.trusted_proxies.contains(&peer) {
            return Some(peer);
        }
        let forwarded = request.headers().get_all("x-forwarded-for");
        let hops = forwarded.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','));
        let mut hops: Vec<&str> = hops.collect();
        while let Some(hop) = hops.pop() {
            match address_of(hop.trim()) {
                Some(address) if self.trusted_proxies.contains(&address) => {}
                Some(address) => return Some(address),
                None => break,
            }
        }
        Some(peer)
    }
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`, as proxies write them.
fn address_of(hop: &str) -> Option<IpAddr> {
    let address = hop.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|a| a.ip()));
    address.ok().map(|address| address.to_canonical())
}
