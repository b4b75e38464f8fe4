//! `onecode fee`: a fee, refund, security or interest, with its steps and articles.

use super::args::{Args, Fee, Style};
use super::output::Output;
use super::told::told;
use super::{Ending, clock, diagnostics, site};
use crate::content;
use crate::diagnostic::{Tongue, nearest};
use crate::domain::calc::fee::{self, KINDS, Question, Reckoned, offered};
use crate::domain::calc::given::Input;
use crate::domain::calc::{CalcError, Label};
use crate::domain::court::CourtId;
use crate::domain::library::Library;
use crate::domain::period::Day;

pub(super) fn run(args: &Args, asked: &Fee, output: &Output) -> anyhow::Result<Ending> {
    let today = clock().now().day();
    let library = match facts(args, today, output)? {
        Facts::Good(library) => library,
        Facts::Fault(ending) => return Ok(ending),
    };
    let library = &*library;
    let day = asked.on.unwrap_or(today);
    let Some(kind) = &asked.kind else {
        output.result(list(library, day, output.tongue()).as_bytes())?;
        return Ok(Ending::Done);
    };
    let mut pairs = Vec::new();
    for pair in &asked.inputs {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(told(
                format!("{pair:?} is no input: write key=value, such as amount=120000"),
                format!("“{pair}”不对：请写成 名称=值，例如 amount=12万"),
            ));
        };
        pairs.push((key.trim().to_owned(), value.to_owned()));
    }
    let court = asked.court.as_deref().map(|id| court(id, library)).transpose()?;
    let question = Question { kind, pairs: &pairs, day, court: court.as_ref() };
    let reckoned = match fee::reckon(&question, library) {
        Ok(reckoned) => reckoned,
        Err(error) => return Err(fault(&error, kind, library, day)),
    };
    match asked.format {
        Style::Json => {
            let mut bytes = serde_json::to_vec_pretty(&reckoned.answer(library))?;
            bytes.push(b'\n');
            output.result(&bytes)?;
        }
        Style::Human => output.result(shown(&reckoned, library, output.tongue()).as_bytes())?,
    }
    Ok(Ending::Done)
}

/// The site's facts, or how the command ends because of them.
pub(super) enum Facts {
    Good(Box<Library>),
    Fault(Ending),
}

/// Reads the facts. A guide at fault keeps nobody from a figure.
pub(super) fn facts(args: &Args, today: Day, output: &Output) -> anyhow::Result<Facts> {
    let files = site::load(args, &["guides/"])?;
    let loaded = content::load(&files, today);
    let mut faults = loaded.diagnostics;
    faults.retain(|fault| fault.file.starts_with("guides/_facts/"));
    Ok(match diagnostics::stop_on_errors(&faults, &files, output) {
        Some(ending) => Facts::Fault(ending),
        None => Facts::Good(Box::new(loaded.library)),
    })
}

fn court(id: &str, library: &Library) -> anyhow::Result<CourtId> {
    let known = CourtId::parse(id).filter(|id| library.court(id).is_some());
    known.ok_or_else(|| {
        let near = nearest(id, library.courts.iter().map(|court| court.id.as_str()));
        let (en, zh) = near.map_or((String::new(), String::new()), |near| {
            (format!(": did you mean {near:?}?"), format!("：是不是“{near}”？"))
        });
        told(
            format!("no court {id:?} in courts.toml{en}"),
            format!("courts.toml 中没有法院“{id}”{zh}"),
        )
    })
}

/// What is wrong, with what could be written instead.
fn fault(error: &CalcError, kind: &str, library: &Library, day: Day) -> anyhow::Error {
    let (mut en, mut zh) = (error.to_string(), error.in_chinese());
    if let Some(input) = error.input() {
        zh = format!("{input}：{zh}");
    }
    if let CalcError::NoKind { .. } = error {
        if let Some(near) = nearest(kind, KINDS.iter().map(|kind| kind.name)) {
            en = format!("{en}: did you mean {near:?}?");
            zh = format!("{zh}：是不是“{near}”");
        }
        en.push_str("; `onecode fee` lists them all");
        zh.push_str("；运行 onecode fee 可列出全部");
    } else if let Some(kind) = fee::kind(kind).filter(|kind| kind.is_offered(library, day)) {
        en = format!("{en}\n  usage: onecode fee {}", usage(kind.name, kind.inputs));
        zh = format!("{zh}\n  用法：onecode fee {}", usage(kind.name, kind.inputs));
    }
    told(en, zh)
}

fn usage(name: &str, inputs: &[Input]) -> String {
    let input = |input: &Input| {
        let pair = format!("{}={}", input.name, input.example());
        if input.required { format!(" {pair}") } else { format!(" [{pair}]") }
    };
    let inputs: String = inputs.iter().map(input).collect();
    format!("{name}{inputs}")
}

/// Every kind that the site can answer.
fn list(library: &Library, day: Day, tongue: Tongue) -> String {
    let mut lines = Vec::new();
    for (group, kinds) in offered(library, day) {
        if !kinds.is_empty() {
            lines.push(format!("{}\n", pick(group.title(), tongue)));
        }
        for kind in kinds {
            let title = pick(kind.title, tongue);
            lines.push(format!("  {}\n      {title}\n", usage(kind.name, kind.inputs)));
        }
    }
    lines.concat()
}

fn pick(label: Label, tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::English => label.en,
        Tongue::Chinese => label.zh,
    }
}

fn shown(reckoned: &Reckoned, library: &Library, tongue: Tongue) -> String {
    let english = tongue == Tongue::English;
    let title = pick(reckoned.kind.title, tongue);
    let (low, high) = (reckoned.low.for_people(), reckoned.high.for_people());
    let mut lines = vec![match (english, reckoned.is_range()) {
        (true, false) => format!("{title}: {low} yuan"),
        (true, true) => format!("{title}: {low} to {high} yuan, as set locally"),
        (false, _) => format!("{title}：{}", reckoned.sum()),
    }];
    lines.extend(reckoned.steps.iter().map(|step| format!("  {step}")));
    for citation in &reckoned.citations {
        let word = if english { "article: " } else { "依据：" };
        lines.push(format!("{word}{}", library.cited(citation)));
    }
    let word = if english { "schedule: " } else { "标准：" };
    lines.push(format!("{word}{}", reckoned.schedule_title));
    let decides = "The court's notice decides (以法院通知为准).";
    lines.push(if english { decides } else { "以法院通知为准。" }.to_owned());
    lines.join("\n") + "\n"
}
