//! A service of our own in this process, whose clock we set, and a browser that signs in to it.

use std::hash::RandomState;
use std::net::TcpListener;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use onecode::content;
use onecode::domain::code::Code;
use onecode::domain::court::CourtId;
use onecode::domain::password::Password;
use onecode::domain::period::{Clock, Moment};
use onecode::domain::placement::PlacementNumber;
use onecode::domain::scan::{Client, Scan, System, Target};
use onecode::domain::site::SiteFiles;
use onecode::domain::topic::TopicNumber;
use onecode::domain::user::{Account, Courts, Role, User, UserName};
use onecode::print::address::BaseUrl;
use onecode::store::recorder::Recorder;
use onecode::store::{self, Store};
use onecode::web;

use super::{PHONE, map, repository, unpacked};

pub(crate) const PASSWORD: &str = "correct horse";

/// 2026-11-24T08:00:00+08:00
pub(crate) const MORNING: i64 = 1_795_478_400;

#[derive(Default)]
pub(crate) struct Hand(pub(crate) AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// Different values, never the same twice, and known to nobody but the test.
pub(crate) fn secret() -> [u8; 32] {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let mut secret = [0; 32];
    secret[0] = NEXT.fetch_add(1, Ordering::SeqCst);
    secret[31] = 7;
    secret
}

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// A service of our own, whose clock we set.
pub(crate) struct Local {
    pub(crate) url: String,
    pub(crate) clock: Arc<Hand>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) setup: String,
    pub(crate) handle: actix_web::dev::ServerHandle,
    pub(crate) thread: Option<std::thread::JoinHandle<()>>,
}

/// Puts all files of a directory into `files`, as if it stood at `path` in a site.
pub(crate) fn add(files: &mut SiteFiles, dir: &std::path::Path, path: &str) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{path}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            add(files, &entry.path(), &path);
        } else {
            files.insert(path, std::fs::read(entry.path()).unwrap());
        }
    }
}

pub(crate) fn files() -> SiteFiles {
    let mut files = SiteFiles::default();
    add(&mut files, &repository().join("tests/sites/good/guides"), "guides");
    add(&mut files, &repository().join("templates"), "templates");
    files
}

impl Local {
    pub(crate) fn start() -> Self {
        Self::with(&files(), None, |state| state)
    }

    /// A service that prints into `dir` with the printables of this repository and of `more`.
    pub(crate) fn printing(dir: &std::path::Path, more: &[(&str, &str)]) -> Self {
        let (mut site, mut printables) = (files(), SiteFiles::default());
        add(&mut printables, &repository().join("printables"), "printables");
        add(&mut printables, &repository().join("templates/icons"), "templates/icons");
        for (path, text) in more {
            site.insert(*path, text.as_bytes().to_vec());
            printables.insert(*path, text.as_bytes().to_vec());
        }
        let base_url = BaseUrl::parse("https://fy.example.cn", false).unwrap();
        Self::with(&site, Some(base_url), |state| {
            state
                .with_printables(Box::new(move |_| Ok(printables.clone())))
                .with_print_room(dir.to_owned())
        })
    }

    /// A service with this repository's documents, which can be handed over in the hall.
    pub(crate) fn with_documents(dir: &std::path::Path) -> Self {
        Self::with_documents_after(dir, || ())
    }

    /// The same; the design and the fonts are read when `wait` has come back.
    pub(crate) fn with_documents_after(
        dir: &std::path::Path,
        wait: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let (mut site, mut printables) = (SiteFiles::default(), SiteFiles::default());
        for folder in ["guides", "templates", "printables/documents"] {
            add(&mut site, &repository().join(folder), folder);
        }
        add(&mut printables, &repository().join("printables"), "printables");
        Self::with(&site, None, |state| {
            let read = move |_: &[&str]| {
                wait();
                Ok(printables.clone())
            };
            state.with_printables(Box::new(read)).with_print_room(dir.to_owned()).with_pick_up()
        })
    }

    /// A service with everything: this repository's content, the print room and the hall's desk.
    pub(crate) fn whole(dir: &std::path::Path) -> Self {
        let (mut site, mut printables) = (SiteFiles::default(), SiteFiles::default());
        for folder in ["guides", "templates", "printables/documents"] {
            add(&mut site, &repository().join(folder), folder);
        }
        add(&mut printables, &repository().join("printables"), "printables");
        add(&mut printables, &repository().join("templates/icons"), "templates/icons");
        let room = dir.join("room");
        let base_url = BaseUrl::parse("https://fy.example.cn", false).unwrap();
        Self::with(&site, Some(base_url), |state| {
            let read = move |_: &[&str]| Ok(printables.clone());
            state.with_printables(Box::new(read)).with_print_room(room.clone()).with_pick_up()
        })
    }

    /// Opens every page there is, as whoever may see it: calls `look` with its place in the list, its address
    /// and a browser.
    pub(crate) fn visit_all(&self, mut look: impl FnMut(usize, &str, &Browser)) {
        self.add("li", Role::Admin, &[]);
        self.scan_a_little();
        let (visitor, staff) = (self.browser(), self.signed_in("li"));
        let open = map::open().into_iter().map(|path| (path, &visitor));
        let signed_in = map::SIGNED_IN.iter().map(|path| ((*path).to_owned(), &staff));
        for (at, (path, browser)) in open.chain(signed_in).enumerate() {
            look(at, &path, browser);
        }
    }

    /// Keeps a few scans of yesterday and of today, so that there are numbers to be shown.
    pub(crate) fn scan_a_little(&self) {
        let placement = PlacementNumber::new(3).unwrap();
        let code = Code::new(placement, TopicNumber::new(1).unwrap());
        let scan = |hour: i64| Scan {
            moment: Moment(MORNING - hour * 3600),
            target: Target::Live(code),
            client: Client::Wechat,
            system: System::Android,
            repeat: false,
            machine: false,
        };
        wait(self.store.record(&[1, 2, 2, 25, 26].map(scan))).unwrap();
    }

    fn with(
        files: &SiteFiles,
        base_url: Option<BaseUrl>,
        furnish: impl FnOnce(web::State) -> web::State,
    ) -> Self {
        let clock = Arc::new(Hand(AtomicI64::new(MORNING)));
        let store = store::open("memory:").unwrap();
        let (recorder, _) = Recorder::start(Arc::clone(&store), Duration::from_secs(10)).unwrap();
        let settings = web::Settings {
            base_url,
            trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
            new_key: RandomState::new,
            new_secret: secret,
            store: Arc::clone(&store),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
        };
        let library = content::load(files, clock.now().day()).library;
        let state = furnish(web::State::new(library, files, recorder, settings).unwrap());
        let state = Arc::new(state);
        let setup = state.open_setup();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (say, said) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let server = web::serve(listener, state).unwrap();
                say.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let handle = said.recv().unwrap();
        Self { url, clock, store, setup, handle, thread: Some(thread) }
    }

    pub(crate) fn add(&self, name: &str, role: Role, courts: &[&str]) -> Account {
        let courts = courts.iter().map(|id| CourtId::parse(id).unwrap());
        let name = UserName::parse(name).unwrap();
        let user = User { name, role, courts: Courts::named_or_all(courts) };
        let password = Password::parse(PASSWORD).unwrap().hash([9; 16]);
        let account = Account { user, password };
        assert!(wait(self.store.add_user(&account)).unwrap());
        account
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser { url: self.url.clone(), ..Browser::default() }
    }

    pub(crate) fn signed_in(&self, name: &str) -> Browser {
        let browser = self.browser();
        browser.get("/login");
        assert_eq!(browser.sign_in(name, PASSWORD).to(), (303, "/account"));
        browser
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        drop(wait(async { tokio::time::timeout(Duration::ZERO, self.handle.stop(false)).await }));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Keeps a cookie and the token of the last form.
#[derive(Default)]
pub(crate) struct Browser {
    pub(crate) url: String,
    pub(crate) cookie: Mutex<String>,
    pub(crate) token: Mutex<String>,
    /// What it sends besides.
    pub(crate) headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    /// As text, unpacked; empty where it is none.
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

impl Page {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn to(&self) -> (u16, &str) {
        (self.status, self.header("location"))
    }

    #[track_caller]
    pub(crate) fn shows(&self, status: u16, words: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert!(self.text.contains(words), "{words} is not in {}", self.text);
    }
}

impl Browser {
    pub(crate) fn get(&self, path: &str) -> Page {
        let page = self.send("GET", path, String::new());
        if let Some(at) = page.text.split("name=\"token\" value=\"").nth(1) {
            at.split('"').next().unwrap().clone_into(&mut self.token.lock().unwrap());
        }
        page
    }

    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token.lock().unwrap().clone();
        let encode = |text: &str| {
            text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
        };
        let fields = fields.iter().map(|(name, value)| format!("&{name}={}", encode(value)));
        self.send("POST", path, format!("token={token}{}", fields.collect::<String>()))
    }

    pub(crate) fn sign_in(&self, name: &str, password: &str) -> Page {
        self.post("/login", &[("name", name), ("password", password)])
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: String) -> Page {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(PHONE)
            .accept_encoding("gzip, br")
            .build()
            .into();
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let cookie = self.cookie.lock().unwrap().clone();
        if !cookie.is_empty() {
            request = request.header("cookie", cookie);
        }
        if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let mut response = agent.run(request.body(body).unwrap()).unwrap();
        for set in response.headers().get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            pair.clone_into(&mut self.cookie.lock().unwrap());
        }
        let body = response.body_mut().with_config().limit(1 << 28);
        let bytes = body.read_to_vec().unwrap();
        let coding = response.headers().get("content-encoding").map(|name| name.to_str().unwrap());
        let bytes = unpacked(coding.unwrap_or_default(), &bytes);
        Page {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: String::from_utf8(bytes.clone()).unwrap_or_default(),
            bytes,
        }
    }
}
