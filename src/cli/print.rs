//! `onecode print`: the whole set, or what is selected, each piece proven before it is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::args::{Args, PosterFormat, Print, Prove, Sheets, UrlCase};
use super::output::Output;
use super::told::told;
use super::{Ending, clock, diagnostics, site};
use crate::content::{self, Loaded};
use crate::diagnostic::{Tongue, Words, nearest};
use crate::domain::court::CourtId;
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::placement::PlacementNumber;
use crate::domain::site::SiteFiles;
use crate::domain::topic::TopicId;
use crate::print::address::BaseUrl;
use crate::print::causes;
use crate::print::index;
use crate::print::job::{self, Outcome, Settings, Supplies};
use crate::print::layout::{self, Fit, Layout, Sheet};
use crate::print::plan::{self, Arrangement, Document, Selection};
use crate::print::press::{Format, Setup};
use crate::print::proof::Rigour;
use crate::print::subject::Wording;
use crate::print::symbol::Logo;
use crate::print::works;
use crate::typeset::{self, Fonts};

/// How many causes of failures are told.
const TOLD: usize = 10;

pub(super) fn run(args: &Args, print: &Print, output: &Output) -> anyhow::Result<Ending> {
    let Some(base_url) = &args.base_url else {
        return Err(told(
            "--base-url is missing: say which address posters shall carry, \
             such as --base-url https://fy.example.cn",
            "缺少 --base-url：请写明海报上的网址，例如 --base-url https://fy.example.cn",
        ));
    };
    let base_url = BaseUrl::parse(base_url, print.url_case == UrlCase::Upper)?;
    // A fault in a litigation document keeps nobody from posters; the fonts are read beside the rest.
    let of_pieces = ["guides/", "printables/", "templates/icons/"];
    let files = site::load_but(args, &of_pieces, &[site::DOCUMENTS, site::FONTS])?;
    let (mut loaded, fonts) = read(&files, || site::load(args, &[site::FONTS]));
    let layouts = layout::load(&files, &mut loaded.diagnostics);
    let logo = Logo::load(&files, &mut loaded.diagnostics).map(Arc::new);
    if let Some(ending) = diagnostics::stop_on_errors(&loaded.diagnostics, &files, output) {
        return Ok(ending);
    }
    let selection = selection(print, &loaded.library)?;
    let layouts = suited(chosen(&print.layout, &layouts)?, &selection, &loaded.library, output)?;
    let format = match print.format {
        PosterFormat::Pdf => Format::Pdf,
        PosterFormat::Png => Format::Png,
        PosterFormat::Svg => Format::Svg,
    };
    let arrangement = arrangement(print, &layouts)?;
    let documents = plan::plan(&loaded.library, &files, &layouts, &selection, arrangement, format)?;
    let fit = Fit { offset_mm: print.sheets.offset, pitch_scale: print.sheets.pitch_scale };
    let setup = Setup {
        fit,
        outline: print.sheets.outline,
        bleed: print.press,
        rigour: if print.prove == Prove::Strict { Rigour::Strict } else { Rigour::Plain },
        logo,
        ..Setup::new(base_url, format)
    };
    let (out, threads) = (print.out.clone(), threads(print.threads));
    let settings = Settings { setup, out, threads, aside: true };
    let index = if print.no_index { None } else { Some(index_design(&files)?) };
    let outcome = set(&documents, &files, &fonts?, &settings, index, output)?;
    Ok(summary(&outcome, &settings, output))
}

/// Reads the content of a site, and the fonts that `fonts` gives, at once: for one poster each takes as
/// long as the other.
pub(super) fn read(
    files: &SiteFiles,
    fonts: impl FnOnce() -> anyhow::Result<SiteFiles> + Send,
) -> (Loaded, anyhow::Result<Fonts>) {
    let fonts = || anyhow::Ok(works::fonts(&fonts()?).inspect(typeset::warm_up)?);
    std::thread::scope(|scope| {
        let fonts = scope.spawn(fonts);
        let loaded = content::load(files, clock().now().day());
        (loaded, fonts.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// How pieces are put together, where that makes sense.
fn arrangement(print: &Print, layouts: &[&Layout]) -> anyhow::Result<Arrangement> {
    if print.combine && print.format != PosterFormat::Pdf {
        return Err(told(
            "--combine makes one PDF: leave --format out",
            "--combine 合成的是一个 PDF：请去掉 --format",
        ));
    }
    if print.press && print.format != PosterFormat::Pdf {
        return Err(told(
            "--press needs a PDF, which says where the page is cut: leave --format out",
            "--press 要写成 PDF，裁切线记在 PDF 里：请去掉 --format",
        ));
    }
    let Sheets { skip, offset, pitch_scale, outline } = &print.sheets;
    let sheets: Vec<(&Layout, Sheet)> =
        layouts.iter().filter_map(|layout| Some((*layout, layout.sheet?))).collect();
    let Some(room) = sheets.iter().map(|(_, sheet)| sheet.slots()).min() else {
        let neutral = *skip == 0 && *offset == (0.0, 0.0) && !outline;
        if !neutral || (*pitch_scale - 1.0).abs() > f64::EPSILON {
            return Err(told(
                "--skip, --offset, --pitch-scale and --outline are for sheets: add --layout with one",
                "--skip、--offset、--pitch-scale、--outline 只用于标签纸：请用 --layout 指定一种",
            ));
        }
        let copies = usize::from(print.copies);
        return Ok(Arrangement { skip: 0, copies, combined: print.combine });
    };
    for (layout, sheet) in sheets {
        check_fit(&print.sheets, layout, &sheet)?;
        if print.press {
            let name = &layout.name;
            return Err(told(
                format!(
                    "--press is for posters, which are cut at the paper's edge: {name} is a sheet \
                     and is printed without it"
                ),
                format!("--press 用于裁到纸边的海报：{name} 是整张排版，请去掉 --press"),
            ));
        }
    }
    if *skip >= room {
        return Err(told(
            format!("--skip {skip}: the sheet has {room} labels, so 0 to {}", room - 1),
            format!("--skip {skip}：这种纸只有 {room} 枚，可填 0 到 {}", room - 1),
        ));
    }
    Ok(Arrangement { skip: *skip, copies: usize::from(print.copies), combined: print.combine })
}

/// Whether all slots stay on the page, moved as asked for; else which option moves them off.
fn check_fit(asked: &Sheets, layout: &Layout, sheet: &Sheet) -> anyhow::Result<()> {
    let holds =
        |offset_mm, pitch_scale| sheet.holds(&Fit { offset_mm, pitch_scale }, layout.paper_mm);
    if holds(asked.offset, asked.pitch_scale) {
        return Ok(());
    }
    let option = if !holds(asked.offset, 1.0) {
        "--offset"
    } else if !holds((0.0, 0.0), asked.pitch_scale) {
        "--pitch-scale"
    } else {
        "--offset + --pitch-scale"
    };
    let name = &layout.name;
    Err(told(
        format!("{option} moves labels of {name} off the page: use a smaller correction"),
        format!("{option} 使 {name} 的内容超出了纸面：请把修正量改小"),
    ))
}

/// The design of contact sheets.
pub(super) fn index_design(files: &SiteFiles) -> anyhow::Result<&str> {
    let design = files.get(index::TEMPLATE).and_then(|bytes| std::str::from_utf8(bytes).ok());
    design.ok_or_else(|| {
        let file = index::TEMPLATE;
        told(
            format!("no {file}, or it is not UTF-8 text: take that of `onecode init` again, or add --no-index"),
            format!("没有 {file}，或它不是 UTF-8 文本：请用 onecode init 写出的那一份，或加 --no-index"),
        )
    })
}

/// Prints a set with a progress bar, with contact sheets of the design `index` where there is one.
pub(super) fn set(
    documents: &[Document<'_>],
    files: &SiteFiles,
    fonts: &Fonts,
    settings: &Settings,
    index: Option<&str>,
    output: &Output,
) -> anyhow::Result<Outcome> {
    if documents.is_empty() {
        return Err(told(
            "nothing to print: no placement that hangs fits the selection; see `onecode placement list`; \
             one that is retired is printed where --placement names it",
            "没有可印的：所选范围里没有在用的点位；请看 onecode placement list；停用的点位要用 --placement \
             写明编号才印",
        ));
    }
    let parts = layout::parts(files);
    let supplies = Supplies { fonts, parts: &parts, index };
    let bar = output.progress(documents.len());
    let stop = stop_on_signal()?;
    let outcome = job::run(documents, &supplies, settings, &stop, &|| bar.inc(1))?;
    bar.finish_and_clear();
    Ok(outcome)
}

/// A flag that Ctrl-C and SIGTERM set: the pieces in hand are finished and listed, no more begun.
fn stop_on_signal() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let flag = Arc::clone(&stop);
    let mut terminate = runtime.block_on(async {
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    })?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        });
        flag.store(true, Ordering::Relaxed);
    })?;
    Ok(stop)
}

/// Says what a job came to.
pub(super) fn summary(outcome: &Outcome, settings: &Settings, output: &Output) -> Ending {
    for cause in causes(outcome.failed.iter().chain(&outcome.unbound), TOLD) {
        let (en, zh) = (cause.english(), cause.chinese());
        output.insist(&Words::new(format!("error: {en}"), format!("错误：{zh}")));
    }
    let (written, symbols, failed) = (outcome.written, outcome.symbols, outcome.failed.len());
    let out = settings.out.display();
    let left = outcome.planned - written - failed;
    let before = already(outcome.before);
    if left > 0 {
        output.insist(&Words::new(
            format!(
                "stopped: {written} file(s) in {out} are complete{}, {left} are left; run it again",
                before.in_tongue(Tongue::English)
            ),
            format!(
                "已停下：{out} 中 {written} 个文件已完成{}，还有 {left} 个；重新运行即可",
                before.in_tongue(Tongue::Chinese)
            ),
        ));
        return Ending::Fault;
    }
    output.say(&Words::new(
        format!(
            "{written} file(s) written to {out}{} with {symbols} symbol(s), each read back from its \
             pixels; {failed} failed",
            before.in_tongue(Tongue::English)
        ),
        format!(
            "已写入 {out}{}：{written} 个文件，{symbols} 个码，每个码都从像素读回校验；失败 {failed} 个文件",
            before.in_tongue(Tongue::Chinese)
        ),
    ));
    if failed + outcome.unbound.len() == 0 { Ending::Done } else { Ending::Fault }
}

/// How many files a run that was cut short had finished; nothing where there were none.
fn already(before: usize) -> Words {
    if before == 0 {
        return Words::same(String::new());
    }
    Words::new(
        format!(" ({before} of them were there already, from a run that was cut short)"),
        format!("（其中 {before} 个是上次中断前已印好的，没有重印）"),
    )
}

/// As many as asked for; else one a processor.
pub(super) fn threads(asked: Option<u16>) -> usize {
    asked.map_or_else(
        || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        usize::from,
    )
}

fn selection(print: &Print, library: &Library) -> anyhow::Result<Selection> {
    let mut selection = Selection {
        placements: print.placement.clone(),
        courts: courts(&print.court, library)?,
        topics: topics(&print.topic, library)?,
        channels: print.channel.clone(),
        new_since: print.new_since,
        wordings: Vec::new(),
    };
    for number in &selection.placements {
        if !library.placements.contains_key(number) {
            return Err(no_placement(*number));
        }
    }
    for text in &print.lang {
        selection.wordings.push(wording(text)?);
    }
    Ok(selection)
}

/// A language, or two, that pieces can be printed in.
fn wording(text: &str) -> anyhow::Result<Wording> {
    let Some(wording) = Wording::parse(text) else {
        return Err(told(
            format!("no language {text:?}: zh-Hans or en, or two at once: zh-Hans+en"),
            format!("没有语言“{text}”：可用 zh-Hans、en，两种并列写成 zh-Hans+en"),
        ));
    };
    if wording.languages().any(|language| language == Language::ZhHant) {
        return Err(told(
            format!(
                "--lang {text}: zh-Hant is not printed, because the print fonts draw characters in \
                 their mainland shapes, which are wrong in traditional text: use --lang zh-Hans, en \
                 or zh-Hans+en; on the phone the same code opens the page in zh-Hant"
            ),
            format!(
                "--lang {text}：印刷品没有繁体（zh-Hant），因为印刷字体是大陆字形，印出的繁体字形不对：\
                 请用 --lang zh-Hans、en 或 zh-Hans+en；同一个码在手机上能看繁体网页"
            ),
        ));
    }
    Ok(wording)
}

/// The layouts that are made for a topic which is selected. What lists all topics carries the one code
/// and is made for no other: left out beside other layouts, and told; an error where it is alone.
fn suited<'a>(
    layouts: Vec<&'a Layout>,
    selection: &Selection,
    library: &Library,
    output: &Output,
) -> anyhow::Result<Vec<&'a Layout>> {
    let topics = || library.topics.values();
    let is_wanted = |layout: &&Layout| {
        selection.topics.is_empty()
            || topics().any(|topic| layout.suits(topic) && selection.topics.contains(&topic.id))
    };
    let (suited, others): (Vec<_>, Vec<_>) = layouts.into_iter().partition(is_wanted);
    let Some(layout) = others.first() else { return Ok(suited) };
    let made_for = topics().find(|topic| layout.suits(topic));
    let made_for = made_for.map_or("", |topic| topic.id.as_str());
    let names = others.iter().map(|layout| &*layout.name).collect::<Vec<_>>().join(", ");
    let (en, zh) = (
        format!(
            "{names} lists all topics beside the one code, so it is not printed by topic: add \
             --topic {made_for}, or leave --topic out"
        ),
        format!(
            "{names} 列的是全部主题，只配一码通这一个码，不按主题印：请加上 --topic {made_for}，或去掉 --topic"
        ),
    );
    if suited.is_empty() {
        return Err(told(en, zh));
    }
    output.insist(&Words::new(format!("left out: {en}"), format!("没有印：{zh}")));
    Ok(suited)
}

/// The courts of a list of ids, all of which have to be known.
pub(super) fn courts(ids: &[String], library: &Library) -> anyhow::Result<Vec<CourtId>> {
    let known = || library.courts.iter().map(|court| court.id.as_str());
    ids.iter()
        .map(|id| {
            CourtId::parse(id)
                .filter(|id| library.court(id).is_some())
                .ok_or_else(|| unknown(("court", "法院"), id, known()))
        })
        .collect()
}

/// The topics of a list of slugs, all of which have to be known.
pub(super) fn topics(slugs: &[String], library: &Library) -> anyhow::Result<Vec<TopicId>> {
    let known = || library.topics.values().map(|topic| topic.id.as_str());
    slugs
        .iter()
        .map(|slug| {
            TopicId::parse(slug)
                .filter(|id| library.topic(id).is_some())
                .ok_or_else(|| unknown(("topic", "主题"), slug, known()))
        })
        .collect()
}

fn chosen<'a>(
    names: &[String],
    layouts: &'a BTreeMap<String, Layout>,
) -> anyhow::Result<Vec<&'a Layout>> {
    let default = [layout::DEFAULT.to_owned()];
    let names: BTreeSet<&String> =
        if names.is_empty() { &default[..] } else { names }.iter().collect();
    let known = || layouts.keys().map(String::as_str);
    names
        .into_iter()
        .map(|name| layouts.get(name).ok_or_else(|| unknown(("layout", "版式"), name, known())))
        .collect()
}

/// That there is no such placement.
pub(super) fn no_placement(number: PlacementNumber) -> anyhow::Error {
    told(
        format!("no placement {number}: see `onecode placement list`"),
        format!("没有点位 {number}：请看 onecode placement list"),
    )
}

/// A name that is none, with the nearest that is one.
pub(super) fn unknown<'a>(
    kind: (&str, &str),
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> anyhow::Error {
    let (en, zh) = kind;
    if let Some(near) = nearest(name, known.clone()) {
        return told(
            format!("no {en} {name:?}: did you mean {near:?}?"),
            format!("没有{zh}“{name}”：是不是“{near}”？"),
        );
    }
    let list = known.collect::<Vec<_>>().join(", ");
    told(
        format!("no {en} {name:?}: {en}s are {list}"),
        format!("没有{zh}“{name}”：可用的有 {list}"),
    )
}
