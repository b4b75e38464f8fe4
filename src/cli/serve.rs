//! `onecode serve`: the pages, the scans, and the local socket beside the store.

use std::hash::RandomState;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;

use super::args::{Args, Serve};
use super::output::Output;
use super::reload::{self, Reloader};
use super::told::store_in_chinese;
use super::watch::{Later, Watch};
use super::{Ending, clock, diagnostics, new_secret, panics, site};
use crate::content::{self, Loaded};
use crate::diagnostic::{Tongue, Words};
use crate::domain::alarm::Alarm;
use crate::domain::site::SiteFiles;
use crate::print::address::BaseUrl;
use crate::report::alarms;
use crate::store::recorder::Recorder;
use crate::store::remote::Reread;
use crate::store::{self, Store, StoreError};
use crate::web;

/// How the print room's directory is called where there is no store on the disk; our number follows.
const PRINT_DIR: &str = "onecode-print-";

pub(super) fn run(args: &Args, serve: &Serve, output: &Output) -> anyhow::Result<Ending> {
    let files = site::load(args, &[&site::CONTENT[..], &["templates/"]].concat())?;
    let loaded = content::load(&files, clock().now().day());
    let lasting = diagnostics::tell_dated(&loaded.diagnostics, &files, output);
    if let Some(ending) = diagnostics::stop_on_errors(&lasting, &files, output) {
        return Ok(ending);
    }
    let listener = bind(serve.listen)?;
    let base_url = args.base_url.as_deref().map(|url| BaseUrl::parse(url, false)).transpose()?;
    let service = Service { args, loaded, files: &files, base_url, serve };
    service.run(listener, output, &|_| {})?;
    Ok(Ending::Done)
}

/// A service that is about to start.
pub(super) struct Service<'a> {
    pub(super) args: &'a Args,
    pub(super) loaded: Loaded,
    pub(super) files: &'a SiteFiles,
    pub(super) base_url: Option<BaseUrl>,
    pub(super) serve: &'a Serve,
}

impl Service<'_> {
    /// Serves on `listener` until it is told to stop, by a signal; `started` is called once it
    /// answers.
    pub(super) fn run(
        self,
        listener: TcpListener,
        output: &Output,
        started: &dyn Fn(SocketAddr),
    ) -> anyhow::Result<()> {
        panics::tell_only_where();
        let address = listener.local_addr()?;
        let (store, recorder, writer) =
            start_store(&self.args.store, self.serve.scan_wait, output)?;
        let (hung_up, heard) = mpsc::channel();
        let hung_up = Arc::new(hung_up);
        let mut later: Vec<Later<'_>> = Vec::new();
        later.extend(self.answer_questions(&store, Arc::downgrade(&hung_up), output)?);
        let (scans, answers) = recorder.shared_outcomes();
        let keep_raw = self.serve.keep_raw;
        let settings = web::Settings {
            base_url: self.base_url.clone(),
            trusted_proxies: self.serve.trusted_proxy.clone(),
            new_key: RandomState::new,
            new_secret,
            store: Arc::clone(&store),
            clock: clock(),
        };
        let state = web::State::new(self.loaded.library, self.files, recorder, settings)?;
        let state = state.with_print_room(print_dir(&self.args.store)?);
        let state = if self.serve.pick_up { state.with_pick_up() } else { state };
        let root = self.args.root.clone();
        let state = Arc::new(state.with_printables(Box::new(move |prefixes| {
            site::load_from(root.as_deref(), prefixes, &[]).map_err(|error| format!("{error:#}"))
        })));
        let setup = setup_link(&*store, &state, self.base_url.as_ref(), address)?;
        if setup.is_none() {
            later.push(link_later(&store, &state, self.base_url.as_ref(), address, output));
        }
        let watch =
            Watch { store: Arc::clone(&store), clock: clock(), scans, answers, keep_raw, later };
        let reloader = Reloader { args: self.args, output, state: Arc::downgrade(&state) };
        let served = std::thread::scope(|scope| {
            scope.spawn(move || reloader.run(&heard));
            let (going_on, stopped) = mpsc::channel();
            scope.spawn(move || watch.run(&stopped));
            let _going_on = going_on;
            actix_web::rt::System::new().block_on(async {
                let server = web::serve(listener, state)?;
                let (hangup, handle) = (reload::on_hangup(hung_up)?, server.handle());
                actix_web::rt::spawn(async move {
                    hangup.await;
                    handle.stop(true).await;
                });
                let server = actix_web::rt::spawn(server);
                // It hears signals once it has been polled; only then it is said to serve.
                tokio::task::yield_now().await;
                output.say(&setup.unwrap_or_else(|| Words::new("", "")));
                output.insist(&Words::new(
                    format!("serving http://{address}"),
                    format!("网页已开启：http://{address}"),
                ));
                started(address);
                server.await.map_err(std::io::Error::other)?
            })
        });
        // The recorder goes with the server; what was handed in is committed before we leave.
        if writer.join().is_err() {
            log::error!("the recorder ended early");
        }
        served.context("while serving")
    }

    /// Answers questions beside the store. On a disk that takes nothing there is no socket: then the pages
    /// are served, and what is given tries again.
    fn answer_questions(
        &self,
        store: &Arc<dyn Store>,
        reread: Reread,
        output: &Output,
    ) -> anyhow::Result<Option<Later<'static>>> {
        let Some(dir) = store::directory(&self.args.store)? else { return Ok(None) };
        let store = Arc::clone(store);
        let answer = move || store::remote::answer(&dir, Arc::clone(&store), Weak::clone(&reread));
        let Err(error) = answer() else { return Ok(None) };
        let (english, chinese) = (error.whole(), store_in_chinese(&error));
        output.insist(&Words::new(
            format!("warning: commands cannot ask this service yet: {english}"),
            format!("提醒：其他命令暂时不能询问这个服务：{chinese}"),
        ));
        Ok(Some(Box::new(move || answer().is_ok())))
    }
}

/// Where the print room keeps what it printed until it is fetched: beside the store, which is ours
/// alone, or where there is none on the disk in a directory with our number. Those of services that
/// were killed are cleared away.
fn print_dir(store: &str) -> anyhow::Result<PathBuf> {
    if let Some(dir) = store::directory(store)? {
        return Ok(dir.join("print-room"));
    }
    let temporary = std::env::temp_dir();
    for entry in std::fs::read_dir(&temporary).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let writer = name.strip_prefix(PRINT_DIR).and_then(|pid| pid.parse::<u32>().ok());
        if writer.is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists()) {
            // Somebody else's to clear away, then.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    Ok(temporary.join(format!("{PRINT_DIR}{}", std::process::id())))
}

/// Where nobody has an account yet: the link by which the first admin gets one; none where that cannot be
/// told yet.
fn setup_link(
    store: &dyn Store,
    state: &web::State,
    base_url: Option<&BaseUrl>,
    address: SocketAddr,
) -> anyhow::Result<Option<Words>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    match runtime.block_on(store.users()) {
        Ok(users) if users.is_empty() => {}
        Ok(_) => return Ok(Some(Words::new("", ""))),
        // No reason to keep the guides from being read.
        Err(error) => {
            log::debug!("users cannot be read: {}", error.whole());
            return Ok(None);
        }
    }
    let path = state.open_setup();
    let host = base_url.map_or_else(|| format!("http://{}", near(address)), BaseUrl::to_string);
    Ok(Some(Words::new(
        format!("no users yet; the first admin, once, until the next start: {host}{path}"),
        format!("还没有用户；第一位管理员从这里开户（只能用一次，重启后作废）：{host}{path}"),
    )))
}

/// Says the link once it can be told. Not for longer than the pages: who has the state has the recorder.
fn link_later<'a>(
    store: &Arc<dyn Store>,
    state: &Arc<web::State>,
    base_url: Option<&'a BaseUrl>,
    address: SocketAddr,
    output: &'a Output,
) -> Later<'a> {
    log::error!("users cannot be read: it is tried again now and then");
    let (state, store) = (Arc::downgrade(state), Arc::clone(store));
    Box::new(move || {
        let Some(state) = state.upgrade() else { return true };
        let link = setup_link(&*store, &state, base_url, address).ok().flatten();
        link.inspect(|link| output.say(link)).is_some()
    })
}

/// `address` as a browser on this machine reaches it.
fn near(address: SocketAddr) -> SocketAddr {
    let local = match address {
        SocketAddr::V4(_) => IpAddr::from(Ipv4Addr::LOCALHOST),
        SocketAddr::V6(_) => IpAddr::from(Ipv6Addr::LOCALHOST),
    };
    if address.ip().is_unspecified() { SocketAddr::new(local, address.port()) } else { address }
}

/// Binds `address`.
pub(super) fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))
}

/// Opens the store, answers questions beside it, and starts the recorder.
fn start_store(
    url: &str,
    wait: u16,
    output: &Output,
) -> anyhow::Result<(Arc<dyn Store>, Recorder, JoinHandle<()>)> {
    let store = open(url, output)?;
    let patience = Duration::from_millis(u64::from(wait));
    let (recorder, writer) =
        Recorder::start(Arc::clone(&store), patience).context("while starting the recorder")?;
    Ok((store, recorder, writer))
}

/// Opens the store. A damaged one is put aside, and what can be read of it is taken over; whatever else
/// is wrong with it, the pages are served, and it is opened with the first scan that can be recorded.
fn open(url: &str, output: &Output) -> anyhow::Result<Arc<dyn Store>> {
    let error = match store::open(url) {
        Err(StoreError::Damaged { path, reason }) => match renew(url, &path, &reason, output) {
            Err(error) => error,
            Ok(store) => return Ok(store),
        },
        Err(
            error @ (StoreError::Io { .. } | StoreError::Disk { .. } | StoreError::Engine { .. }),
        ) => error,
        other => return Ok(other?),
    };
    let (english, chinese) = (error.whole(), store_in_chinese(&error));
    output.insist(&Words::new(
        format!("warning: scans are not being kept: {english}. The pages are served"),
        format!("提醒：扫码暂时记不下来：{chinese}。网页照常打开"),
    ));
    Ok(store::open_later(url)?)
}

fn renew(
    url: &str,
    path: &Path,
    reason: &str,
    output: &Output,
) -> Result<Arc<dyn Store>, StoreError> {
    let at = clock().now();
    let kind = store::renew(url, at)?;
    let alarm = alarms::words(&Alarm { number: 0, at, kind, seen: None });
    let path = path.display();
    let said = |tongue| alarm.in_tongue(tongue);
    output.insist(&Words::new(
        format!("warning: {path}: {reason}: {}", said(Tongue::English)),
        format!("提醒：{path}：{reason}：{}", said(Tongue::Chinese)),
    ));
    store::open(url)
}
