//! What handlers share: the site, which is swapped whole, and what outlives it.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix_web::HttpRequest;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use super::accounts::{Accounts, NewSecret};
use super::error::PageError;
use super::papers::Papers;
use super::pick_up::Shelf;
use super::printing::Room;
use super::searches::Searches;
use super::silences::Silences;
use super::views::{Encoding, Medium, Page, PageKey, Views, ViewsError};
use super::visits::{NewKey, Visits};
use crate::domain::court::CourtId;
use crate::domain::duty::Duty;
use crate::domain::library::Library;
use crate::domain::period::{Clock, Day};
use crate::domain::placement::Channel;
use crate::domain::site::SiteFiles;
use crate::print::address::BaseUrl;
use crate::store::Store;
use crate::store::recorder::Recorder;

/// What the service is told by the command line.
pub struct Settings {
    /// The address that posters carry, for the code on printed pages.
    pub base_url: Option<BaseUrl>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Makes the random key by which repeats are told.
    pub new_key: NewKey,
    /// Makes the random values of sessions, forms and salts.
    pub new_secret: NewSecret,
    /// Who may look is asked there.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// Content and the pages made of it, which belong together: a request takes one site and keeps to it.
pub(super) struct Site {
    pub(super) library: Arc<Library>,
    pub(super) views: Views,
    /// Where each court stands among the library's.
    courts: HashMap<CourtId, usize>,
    /// The day that its pages speak of.
    day: Day,
    clock: Arc<dyn Clock>,
}

impl Site {
    fn new(
        library: Library,
        files: &SiteFiles,
        base_url: Option<BaseUrl>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, ViewsError> {
        let library = Arc::new(library);
        let day = clock.now().day();
        let views = Views::new(Arc::clone(&library), files, base_url, day)?;
        let courts = library.courts.iter().enumerate();
        let courts = courts.map(|(at, court)| (court.id.clone(), at)).collect();
        Ok(Arc::new(Self { library, views, courts, day, clock }))
    }

    /// Where a court stands among the library's.
    pub(super) fn court(&self, id: &CourtId) -> Option<usize> {
        self.courts.get(id).copied()
    }

    /// For how many seconds from now its pages say what is right: laws, fees and periods change with
    /// the day. None once that day is over.
    pub(super) fn lasts(&self) -> i64 {
        let now = self.clock.now();
        if now.day() == self.day { self.day.plus(1).start().0 - now.0 } else { 0 }
    }

    /// The key with what the page says of this moment.
    pub(super) fn timed(&self, key: PageKey) -> PageKey {
        // A file that is kept knows no time.
        let is_now = key.medium == Medium::Served;
        if !is_now || !matches!(key.page, Page::Home | Page::Guide(_)) {
            return key;
        }
        let placement = key.placement.and_then(|number| self.library.placements.get(&number));
        let court = placement
            .filter(|placement| placement.channel == Channel::Court24)
            .and_then(|placement| self.library.court(&placement.court));
        let calendar = &self.library.calendar;
        let duty = court.and_then(|court| court.on_duty.at(self.clock.now(), calendar));
        PageKey { duty, ..key }
    }

    /// For how many seconds from now the page of `key` says what is right: until the day is over, or
    /// somebody comes or goes of whom it tells that they are on duty.
    pub(super) fn holds(&self, key: &PageKey) -> i64 {
        let changes = key.duty.and_then(Duty::until).map(|until| until.0 - self.clock.now().0);
        changes.unwrap_or(i64::MAX).min(self.lasts())
    }

    /// Renders in the background what is opened first, for as long as this is the site.
    pub(super) fn warm(self: &Arc<Self>) -> std::io::Result<()> {
        let (keys, site) = (self.views.first_keys(), Arc::downgrade(self));
        std::thread::Builder::new().name("warm".to_owned()).spawn(move || {
            for key in keys {
                // Asked for anew each time: a site that was replaced is not kept alive.
                let Some(site) = site.upgrade() else { break };
                match site.views.get(&site.timed(key)) {
                    // As the browsers of phones ask for it.
                    Ok(view) => drop(view.body(Encoding::Brotli)),
                    Err(error) => log::error!("a page could not be rendered: {error}"),
                }
            }
        })?;
        Ok(())
    }
}

/// Reads files of the site that are too large to be kept, by what their paths begin with.
pub type ReadFiles = Box<dyn Fn(&[&str]) -> Result<SiteFiles, String> + Send + Sync>;

/// How many programs read the numbers at a time; the others wait.
const READERS: usize = 4;

/// How long somebody waits for their turn.
const TURN: Duration = Duration::from_secs(10);

/// What handlers share.
pub struct State {
    site: RwLock<Arc<Site>>,
    pub(super) recorder: Recorder,
    pub(super) visits: Visits,
    /// Who has said today whether a page was useful; apart, so that neither crowds out the other.
    pub(super) judged: Visits,
    pub(super) accounts: Accounts,
    pub(super) searches: Searches,
    pub(super) silences: Silences,
    pub(super) room: Room,
    pub(super) papers: Papers,
    shelf: Option<Shelf>,
    new_secret: NewSecret,
    pub(super) clock: Arc<dyn Clock>,
    base_url: Option<BaseUrl>,
    trusted_proxies: Vec<IpAddr>,
    printables: Option<ReadFiles>,
    reading: Semaphore,
    printing: Arc<Semaphore>,
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
        let clock = || Arc::clone(&settings.clock);
        let site = Site::new(library, files, settings.base_url.clone(), clock())?;
        let printing = Arc::new(Semaphore::new(1));
        Ok(Self {
            accounts: Accounts::new(settings.store, settings.new_secret, clock()),
            room: Room::new(None, Arc::clone(&printing), clock()),
            site: RwLock::new(site),
            searches: Searches::default(),
            silences: Silences::default(),
            papers: Papers::default(),
            shelf: None,
            new_secret: settings.new_secret,
            recorder,
            visits: Visits::new(settings.new_key),
            judged: Visits::new(settings.new_key),
            clock: settings.clock,
            base_url: settings.base_url,
            trusted_proxies: settings.trusted_proxies,
            printables: None,
            reading: Semaphore::new(READERS),
            printing,
        })
    }

    /// What is printed is read by `read` when it is asked for; without it nothing is printed.
    #[must_use]
    pub fn with_printables(self, read: ReadFiles) -> Self {
        Self { printables: Some(read), ..self }
    }

    /// What is printed for those who may stands in `dir` until it is fetched; whatever is there now
    /// is cleared away.
    #[must_use]
    pub fn with_print_room(self, dir: PathBuf) -> Self {
        let room = Room::new(Some(dir), Arc::clone(&self.printing), Arc::clone(&self.clock));
        Self { room, ..self }
    }

    /// Finished documents can be handed over in the hall, by a code.
    #[must_use]
    pub fn with_pick_up(self) -> Self {
        let clock = Arc::clone(&self.clock);
        Self { shelf: Some(Shelf::new(self.new_secret, clock)), ..self }
    }

    /// Where finished documents wait to be fetched in the hall, if the site wants that.
    pub(super) fn shelf(&self) -> Option<&Shelf> {
        self.shelf.as_ref()
    }

    /// Drops the documents that nobody fetched in time.
    pub(super) fn sweep_shelf(&self) {
        if let Some(shelf) = &self.shelf {
            shelf.sweep();
        }
    }

    /// The design and the fonts of what is printed; none where they cannot be read.
    pub(super) fn printables(&self, prefixes: &[&str]) -> Option<SiteFiles> {
        let read = self.printables.as_ref()?;
        read(prefixes)
            .inspect_err(|error| log::error!("what is printed cannot be read: {error}"))
            .ok()
    }

    /// A turn at reading numbers.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, PageError> {
        let turn = actix_web::rt::time::timeout(TURN, self.reading.acquire()).await;
        turn.ok().and_then(Result::ok).ok_or(PageError::Busy)
    }

    /// The turn at printing, which lasts until it is dropped.
    pub(super) async fn printing(&self) -> Result<OwnedSemaphorePermit, PageError> {
        let turn = Arc::clone(&self.printing).acquire_owned();
        let turn = actix_web::rt::time::timeout(TURN, turn).await;
        turn.ok().and_then(Result::ok).ok_or(PageError::Busy)
    }

    /// Makes the path of the one-time link by which the first admin gets an account; it is good
    /// until it is used, or somebody else has an account, or the service ends.
    pub fn open_setup(&self) -> String {
        self.accounts.open_setup()
    }

    /// The address that posters carry.
    pub(super) fn base_url(&self) -> Option<&BaseUrl> {
        self.base_url.as_ref()
    }

    /// The site as it is now.
    pub(super) fn site(&self) -> Arc<Site> {
        Arc::clone(&self.site.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another site in the place of this one, whole; where its templates are at fault the old
    /// one stays. Requests under way end with the site that they began with.
    pub fn replace(&self, library: Library, files: &SiteFiles) -> Result<(), ViewsError> {
        let clock = Arc::clone(&self.clock);
        let site = Site::new(library, files, self.base_url.clone(), clock)?;
        if let Err(error) = site.warm() {
            log::warn!("pages are rendered when they are first asked for: {error}");
        }
        *self.site.write().unwrap_or_else(PoisonError::into_inner) = site;
        self.silences.forget();
        self.room.forget();
        self.papers.forget();
        Ok(())
    }

    /// Drops what tells repeats of any day before `day`.
    pub(super) fn forget_before(&self, day: Day) {
        self.visits.forget_before(day);
        self.judged.forget_before(day);
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
