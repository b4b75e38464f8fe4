//! `onecode check --revised LAW[#ARTICLE]`: what has to be read again when a law is revised.

use serde_json::json;

use super::args::Style;
use super::output::Output;
use super::told::told;
use super::{Ending, diagnostics};
use crate::content::Loaded;
use crate::content::uses::{Revision, Use};
use crate::diagnostic::{Tongue, Words, nearest};
use crate::domain::site::SiteFiles;

pub(super) fn run(
    law: &str,
    format: Style,
    loaded: &Loaded,
    files: &SiteFiles,
    output: &Output,
) -> anyhow::Result<Ending> {
    let revision = parse(law, loaded)?;
    let touched = || loaded.uses.iter().filter(|cited| revision.touches(&cited.citation));
    match format {
        Style::Human => {
            let lines = touched().map(|cited| line(cited, loaded, files, output.tongue()));
            output.result(lines.collect::<String>().as_bytes())?;
        }
        Style::Json => {
            let list: Vec<_> = touched().map(|cited| entry(cited, loaded, files)).collect();
            let mut bytes = serde_json::to_vec_pretty(&list)?;
            bytes.push(b'\n');
            output.result(&bytes)?;
        }
    }
    let places = touched().count();
    let mut names: Vec<&str> = touched().map(|cited| cited.file.as_str()).collect();
    names.dedup();
    let count = names.len();
    output.say(&Words::new(
        format!("{places} place(s) in {count} file(s) to read again"),
        format!("要重新核对 {count} 个文件里的 {places} 处"),
    ));
    if loaded.has_errors() {
        output.insist(&Words::new(
            "the content has errors, so places may be missing here: run `onecode check`",
            "内容有错误，这里可能列不全：请先运行 onecode check",
        ));
    }
    Ok(Ending::Done)
}

fn parse(text: &str, loaded: &Loaded) -> anyhow::Result<Revision> {
    let Some(revision) = Revision::parse(text) else {
        return Err(told(
            format!("--revised {text}: write a law's id, or cpl#122 for one article"),
            format!("--revised {text}：请写法律的 id，或写 cpl#122 指明一条"),
        ));
    };
    if loaded.library.law(&revision.law).is_some() {
        return Ok(revision);
    }
    let id = revision.law.as_str();
    let near = nearest(id, loaded.library.laws.iter().map(|law| law.id.as_str()));
    let (en, zh) = near.map_or((String::new(), String::new()), |near| {
        (format!("; did you mean {near:?}?"), format!("；是不是“{near}”？"))
    });
    Err(told(
        format!("--revised: no law {id:?} in laws.toml{en}"),
        format!("--revised：laws.toml 中没有“{id}”{zh}"),
    ))
}

/// `guides/fees/zh-Hans.md:12:5: 交费办法第22条第1款 through limit:pay-fee`
fn line(cited: &Use, loaded: &Loaded, files: &SiteFiles, tongue: Tongue) -> String {
    let (line, column) = diagnostics::place(&cited.file, cited.span.start, files);
    let word = if tongue == Tongue::Chinese { "经" } else { "through" };
    let through = cited.through.as_ref().map_or(String::new(), |name| format!(" {word} {name}"));
    format!("{}:{line}:{column}: {}{through}\n", cited.file, shown(cited, loaded))
}

fn entry(cited: &Use, loaded: &Loaded, files: &SiteFiles) -> serde_json::Value {
    let (line, column) = diagnostics::place(&cited.file, cited.span.start, files);
    json!({
        "file": cited.file,
        "line": line,
        "column": column,
        "law": cited.citation.law.as_str(),
        "article": cited.citation.article.article,
        "citation": shown(cited, loaded),
        "through": cited.through,
    })
}

fn shown(cited: &Use, loaded: &Loaded) -> String {
    let short = loaded.library.law(&cited.citation.law).map_or("", |law| &law.short);
    format!("{short}{}", cited.citation.article)
}
