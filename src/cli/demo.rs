//! `onecode demo`: what a newcomer sees first. Prints and proves a poster set, then serves it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use anyhow::Context;

use super::args::{Args, Demo, Serve};
use super::output::Output;
use super::told::told;
use super::{Ending, diagnostics, print, serve, site};
use crate::diagnostic::Words;
use crate::domain::code::Code;
use crate::domain::library::Library;
use crate::domain::topic::TopicNumber;
use crate::print::address::BaseUrl;
use crate::print::job::Settings;
use crate::print::plan::{self, Arrangement, Selection};
use crate::print::press::{Format, Setup};
use crate::print::symbol::Logo;
use crate::print::{layout, manifest};
use crate::store::recorder::PATIENCE;

pub(super) fn run(args: &Args, demo: &Demo, output: &Output) -> anyhow::Result<Ending> {
    let files = site::load(args, &site::FOLDERS)?;
    let (mut loaded, fonts) = print::read(&files, || Ok(files.clone()));
    let layouts = layout::load(&files, &mut loaded.diagnostics);
    let logo = Logo::load(&files, &mut loaded.diagnostics).map(Arc::new);
    if let Some(ending) = diagnostics::stop_on_errors(&loaded.diagnostics, &files, output) {
        return Ok(ending);
    }
    // Bound first: the posters carry the port.
    let listener = bind_somewhere(demo)?;
    let address = listener.local_addr()?;
    let base_url = args.base_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let base_url = BaseUrl::parse(&base_url, false)?;
    if manifest::names_another_host(&demo.out, &base_url)? {
        let out = demo.out.display();
        return Err(told(
            format!(
                "{out} holds posters for another address, which the demo would replace: use --out demo"
            ),
            format!("{out} 里有印给另一个网址的海报，会被演示覆盖：请加 --out demo"),
        ));
    }
    let Some(layout) = layouts.get(layout::DEFAULT) else {
        let name = layout::DEFAULT;
        return Err(told(format!("no layout {name}"), format!("没有版式 {name}")));
    };
    let first = loaded
        .library
        .courts
        .first()
        .ok_or_else(|| told("no court in courts.toml", "courts.toml 里没有法院"))?;
    let selection = Selection { courts: vec![first.id.clone()], ..Selection::default() };
    output.say(&Words::new(
        format!("printing the set of {} into {} …", first.name, demo.out.display()),
        format!("正在印制 {} 的一套海报，放在 {} …", first.name, demo.out.display()),
    ));
    let settings = Settings {
        setup: Setup { logo, ..Setup::new(base_url.clone(), Format::Pdf) },
        out: demo.out.clone(),
        threads: print::threads(None),
        aside: true,
    };
    let arranged = Arrangement::default();
    let library = &loaded.library;
    let documents = plan::plan(library, &files, &[layout], &selection, arranged, Format::Pdf)?;
    let index = Some(print::index_design(&files)?);
    let outcome = print::set(&documents, &files, &fonts?, &settings, index, output)?;
    let ending = print::summary(&outcome, &settings, output);
    if demo.no_serve || ending == Ending::Fault {
        return Ok(ending);
    }
    let code = first_code(&loaded.library);
    let options = serving(address);
    let (files, serve) = (&files, &options);
    let base = Some(base_url.clone());
    let service = serve::Service { args, loaded, files, base_url: base, serve };
    service.run(listener, output, &|address| {
        if let Some(code) = code {
            output.insist(&welcome(code, address, &base_url, args));
        }
    })?;
    Ok(Ending::Done)
}

/// How the service is run: as without any option.
fn serving(listen: SocketAddr) -> Serve {
    let scan_wait = u16::try_from(PATIENCE.as_millis()).unwrap_or(u16::MAX);
    Serve { listen, trusted_proxy: Vec::new(), scan_wait, keep_raw: None, pick_up: false }
}

/// What a newcomer can do now.
fn welcome(code: Code, address: SocketAddr, base_url: &BaseUrl, args: &Args) -> Words {
    // As this program was called: a newcomer has it nowhere on the path.
    let program = std::env::args().next().unwrap_or_else(|| "onecode".to_owned());
    let (scanned, port, store) = (base_url.url(code), address.port(), &args.store);
    let root = args.root.as_ref().map_or(String::new(), |dir| format!("--root {} ", dir.display()));
    Words::new(
        format!(
            "\n  one scan to try:  http://{address}/{code}\n  posters carry:    {scanned}\n  \
             statistics:       {program} stats {root}--store {store} --by court,topic\n  \
             with a phone:     {program} demo {root}--listen 0.0.0.0:{port} --base-url \
             http://ADDRESS-OF-THIS-MACHINE:{port}\n  stop with Ctrl-C"
        ),
        format!(
            "\n  试扫一次：  http://{address}/{code}\n  海报上的码：{scanned}\n  \
             查看统计：  {program} stats {root}--store {store} --by court,topic\n  \
             用手机试：  {program} demo {root}--listen 0.0.0.0:{port} --base-url \
             http://本机地址:{port}\n  按 Ctrl-C 停止"
        ),
    )
}

/// The address asked for; any free port where that one is busy.
fn bind_somewhere(demo: &Demo) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(demo.listen) {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let mut other = demo.listen;
            other.set_port(0);
            serve::bind(other)
        }
        other => other.with_context(|| format!("cannot listen on {}", demo.listen)),
    }
}

/// The first placement's code on the first topic.
fn first_code(library: &Library) -> Option<Code> {
    let placement = library.placements.keys().next()?;
    let topic = library.topics.keys().find(|number| **number != TopicNumber::ALL)?;
    Some(Code::new(*placement, *topic))
}
