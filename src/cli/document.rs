//! `onecode document`: a litigation document, blank or filled in, as DOCX or PDF; the schema of its
//! answers; the list of all.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;

use super::args::Args;
use super::output::Output;
use super::told::told;
use super::{Ending, clock, diagnostics, panics, site};
use crate::content;
use crate::diagnostic::{Tongue, Words, nearest};
use crate::document::{self, DataFault, DocumentError, FILES, Format, Writers, Wrong};
use crate::domain::document::answers::{AnswerFault, Misread, read};
use crate::domain::document::fill::fill;
use crate::domain::document::paper::Document;
use crate::domain::document::{DocumentGroup, DocumentTemplate, Field};
use crate::domain::library::Library;
use crate::domain::site::SiteFiles;
use crate::print::job::write_whole;

/// A file of answers is never larger: the longest document takes some 100 KB.
const LARGEST: u64 = 4 * 1024 * 1024;

#[derive(Debug, clap::Args)]
pub(super) struct DocumentArgs {
    /// Which document [without it: a list of all]
    #[arg(value_name = "SLUG")]
    slug: Option<String>,
    /// Fill it in with the answers in this JSON file; - reads standard input [default: the blank form]
    #[arg(long, value_name = "FILE.json", requires = "slug")]
    data: Option<PathBuf>,
    /// The JSON Schema of its answers, instead of the document
    #[arg(long, requires = "slug", conflicts_with_all = ["data", "format"])]
    schema: bool,
    /// As what it is written [default: as the name of --out ends, else docx]
    #[arg(long, value_enum)]
    format: Option<Written>,
    /// Write it to this file, - is standard output; with --all, a directory [default: SLUG.docx]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Every document, blank, into the directory --out
    #[arg(long, requires = "out", conflicts_with_all = ["slug", "data", "schema"])]
    all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Written {
    Docx,
    Pdf,
}

impl Written {
    fn format(self) -> Format {
        match self {
            Self::Docx => Format::Docx,
            Self::Pdf => Format::Pdf,
        }
    }
}

pub(super) fn run(args: &Args, asked: &DocumentArgs, output: &Output) -> anyhow::Result<Ending> {
    panics::tell_only_where();
    let files = site::load(args, &[&["guides/"], &FILES[..]].concat())?;
    let loaded = content::load(&files, clock().now().day());
    let library = loaded.library;
    let Some(slug) = &asked.slug else {
        if !asked.all {
            output.result(list(&library, output.tongue()).as_bytes())?;
            return Ok(Ending::Done);
        }
        let mut faults = loaded.diagnostics;
        faults.retain(|fault| fault.file.starts_with(FILES[0]));
        return match diagnostics::stop_on_errors(&faults, &files, output) {
            Some(ending) => Ok(ending),
            None => all(asked, &library, &files, output),
        };
    };
    // Another document at fault keeps nobody from this one.
    let own = format!("{}{slug}/", FILES[0]);
    let shared = format!("{}_", FILES[0]);
    let mut faults = loaded.diagnostics;
    faults.retain(|fault| fault.file.starts_with(&own) || fault.file.starts_with(&shared));
    if let Some(ending) = diagnostics::stop_on_errors(&faults, &files, output) {
        return Ok(ending);
    }
    let template = find(slug, &library)?;
    if asked.schema {
        let mut bytes = serde_json::to_vec_pretty(&document::schema(template))?;
        bytes.push(b'\n');
        put(asked.out.as_deref(), &bytes, output)?;
        return Ok(Ending::Done);
    }
    let Some(paper) = paper(template, asked.data.as_deref(), output)? else {
        return Ok(Ending::Fault);
    };
    let (format, out) = where_to(asked, slug);
    if out == Path::new("-") && output.is_seen() {
        return Err(told(
            "a document cannot be shown on a terminal: add --out FILE",
            "文书不能显示在终端上：请加 --out 文件",
        ));
    }
    match Writers::new(&files).and_then(|writers| writers.write(&paper, format)) {
        Ok(bytes) => put(Some(&out), &bytes, output)?,
        Err(error) => return unwritten(error, output),
    }
    Ok(Ending::Done)
}

fn find<'a>(slug: &str, library: &'a Library) -> anyhow::Result<&'a DocumentTemplate> {
    let found = library.documents.iter().find(|document| document.id.as_str() == slug);
    found.ok_or_else(|| {
        let near = nearest(slug, library.documents.iter().map(|document| document.id.as_str()));
        let (en, zh) = near.map_or((String::new(), String::new()), |near| {
            (format!(": did you mean {near:?}?"), format!("：是不是“{near}”？"))
        });
        told(
            format!("no document {slug:?}{en}\n  `onecode document` lists them all"),
            format!("没有文书“{slug}”{zh}\n  运行 onecode document 可列出全部"),
        )
    })
}

/// The format and the file: each says something of the other.
fn where_to(asked: &DocumentArgs, slug: &str) -> (Format, PathBuf) {
    let ending = asked.out.as_deref().and_then(Path::extension).and_then(|e| e.to_str());
    let format = asked.format.map(Written::format);
    let format = format
        .or_else(|| Format::parse(&ending.unwrap_or_default().to_ascii_lowercase()))
        .unwrap_or(Format::Docx);
    let out = asked.out.clone();
    (format, out.unwrap_or_else(|| PathBuf::from(format!("{slug}.{}", format.extension()))))
}

/// Writes to a file and says so, or to standard output.
fn put(out: Option<&Path>, bytes: &[u8], output: &Output) -> anyhow::Result<()> {
    let Some(out) = out.filter(|out| *out != Path::new("-")) else {
        return output.result(bytes);
    };
    write_whole(out, bytes)?;
    let out = out.display();
    output.say(&Words::new(format!("written to {out}"), format!("已写入 {out}")));
    Ok(())
}

/// Every document, blank.
fn all(
    asked: &DocumentArgs,
    library: &Library,
    files: &SiteFiles,
    output: &Output,
) -> anyhow::Result<Ending> {
    let dir = asked.out.as_deref().unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir).with_context(|| format!("while making {}", dir.display()))?;
    let formats = asked.format.map_or(Format::ALL.to_vec(), |written| vec![written.format()]);
    let writers = match Writers::new(files) {
        Ok(writers) => writers,
        Err(error) => return unwritten(error, output),
    };
    for template in &library.documents {
        let paper = fill(template, None);
        for format in &formats {
            let file = format!("{}.{}", template.id, format.extension());
            match writers.write(&paper, *format) {
                Ok(bytes) => write_whole(&dir.join(file), &bytes)?,
                Err(error) => return unwritten(error, output),
            }
        }
    }
    let (count, dir) = (library.documents.len(), dir.display());
    output.say(&Words::new(
        format!("{count} documents written to {dir}"),
        format!("已把 {count} 份文书写入 {dir}"),
    ));
    Ok(Ending::Done)
}

/// Why there is no document, and what to do.
fn unwritten(error: DocumentError, output: &Output) -> anyhow::Result<Ending> {
    let words = match &error {
        DocumentError::Glyphs { missing } => {
            let characters: Vec<String> = missing.iter().map(char::to_string).collect();
            Words::new(
                format!("{error}: write it as --format docx, where Word takes a font of its own"),
                format!(
                    "PDF 的字体里没有 {}：请写成 --format docx，由 Word 或 WPS 找字体",
                    characters.join("、")
                ),
            )
        }
        DocumentError::Missing { file } => Words::new(
            format!("{error}: take that of `onecode init` again"),
            format!("没有 {file}，或它不是 UTF-8 文本：请用 onecode init 写出的那一份"),
        ),
        DocumentError::Docx(_) | DocumentError::Typeset(_) => return Err(error.into()),
    };
    output.insist(&words);
    Ok(Ending::Fault)
}

/// The document: blank, or filled in from a file; `None` where the file is at fault, which is told.
fn paper(
    template: &DocumentTemplate,
    data: Option<&Path>,
    output: &Output,
) -> anyhow::Result<Option<Document>> {
    let Some(file) = data else { return Ok(Some(fill(template, None))) };
    let name = file.display();
    let value = match serde_json::from_slice(&bytes(file)?) {
        Ok(value) => value,
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            output.insist(&Words::new(
                format!("{name}:{line}:{column}: error: not JSON: {error}"),
                format!("{name}:{line}:{column}: 错误：不是正确的 JSON：{error}"),
            ));
            return Ok(None);
        }
    };
    let tell = |path: &str, words: &Words| {
        let place = if path.is_empty() { String::new() } else { format!(" {path}:") };
        output.insist(&Words::new(
            format!("{name}:{place} error: {}", words.in_tongue(Tongue::English)),
            format!("{name}:{place} 错误：{}", words.in_tongue(Tongue::Chinese)),
        ));
    };
    match document::typed(template, &value) {
        Err(faults) => {
            for fault in &faults {
                tell(&fault.path, &shape(fault, template));
            }
            Ok(None)
        }
        Ok(typed) => {
            let (answers, faults) = read(template, &typed);
            for fault in &faults {
                tell(&document::place(&fault.key), &wrong(fault, template));
            }
            Ok(faults.is_empty().then(|| fill(template, Some(&answers))))
        }
    }
}

fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    let reading = || format!("while reading {}", file.display());
    let source: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(file).with_context(reading)?)
    };
    let mut bytes = Vec::new();
    source.take(LARGEST + 1).read_to_end(&mut bytes).with_context(reading)?;
    if bytes.len() as u64 > LARGEST {
        let (file, most) = (file.display(), LARGEST >> 20);
        return Err(told(
            format!("{file} is larger than {most} MiB"),
            format!("{file} 超过了 {most} MiB"),
        ));
    }
    Ok(bytes)
}

/// What is wrong with the shape of a file.
fn shape(fault: &DataFault, template: &DocumentTemplate) -> Words {
    match fault.wrong {
        Wrong::NotObject => Words::new("is no object {…}", "应为对象 {…}"),
        Wrong::NotList => Words::new("is no list […] of rows", "应为数组 […]，每行一个对象"),
        Wrong::NotText => Words::new("is no text \"…\" and no number", "应为文字 \"…\" 或数字"),
        Wrong::NotTexts => {
            Words::new("is no text \"…\" and no list of texts", "应为文字 \"…\" 或文字的数组")
        }
        Wrong::TooMany(most) => too_many(most),
        Wrong::Unknown => {
            let (place, name) = fault.path.rsplit_once("].").unwrap_or(("", &fault.path));
            let step = place.split_once('[').and_then(|(step, _)| template.step(step));
            let near = match step {
                Some(step) => nearest(name, step.fields.iter().map(|field| field.id.as_str())),
                None => nearest(name, names(template)),
            };
            let (en, zh) = near.map_or((String::new(), String::new()), |near| {
                (format!(": did you mean {near:?}?"), format!("：是不是“{near}”？"))
            });
            Words::new(format!("no such field{en}"), format!("没有这一项{zh}"))
        }
    }
}

/// What may stand at the top of a file.
fn names(template: &DocumentTemplate) -> impl Iterator<Item = &str> {
    template.steps.iter().flat_map(|step| match step.rows {
        Some(_) => vec![step.id.as_str()],
        None => step.fields.iter().map(|field| field.id.as_str()).collect(),
    })
}

fn too_many(most: usize) -> Words {
    Words::new(format!("more than {most} rows"), format!("超过了 {most} 行"))
}

/// What is wrong with an answer. The answer itself is not repeated: it is nobody's business.
fn wrong(fault: &Misread, template: &DocumentTemplate) -> Words {
    let step = &template.steps[fault.step];
    let field = step.field(fault.key.rsplit('.').next().unwrap_or_default());
    let label = field.map_or(&*step.title, |field| &*field.label);
    let (en, zh) = match fault.fault {
        AnswerFault::Missing => ("is missing".to_owned(), "没有填".to_owned()),
        AnswerFault::TooLong(most) => {
            (format!("is longer than {most} characters"), format!("超过了 {most} 个字"))
        }
        AnswerFault::NotDay => {
            ("is no day like 2026-11-28".to_owned(), "不是日期，请写成 2026-11-28".to_owned())
        }
        AnswerFault::NotAmount => {
            ("is no amount like 50000".to_owned(), "不是金额，请写成 50000".to_owned())
        }
        AnswerFault::NotCount => ("is no whole number".to_owned(), "不是整数".to_owned()),
        AnswerFault::NotPhone => ("is no telephone number".to_owned(), "不是电话号码".to_owned()),
        AnswerFault::NotOption => {
            let options = field.and_then(options).unwrap_or_default();
            (format!("is none of {options}"), format!("只能是 {options}"))
        }
        AnswerFault::TooManyRows(most) => return too_many(most),
        AnswerFault::Unknown => ("is no field".to_owned(), "不是一项".to_owned()),
    };
    Words::new(format!("{label} {en}"), format!("“{label}”{zh}"))
}

fn options(field: &Field) -> Option<String> {
    field.kind.options().map(|options| options.join("、"))
}

/// Every document under its group.
fn list(library: &Library, tongue: Tongue) -> String {
    let mut lines = Vec::new();
    for group in DocumentGroup::ALL {
        let of_group = || library.documents.iter().filter(|document| document.group == group);
        if of_group().next().is_some() {
            lines.push(format!("{}\n", title(group, tongue)));
        }
        for document in of_group() {
            let DocumentTemplate { id, name, summary, .. } = document;
            lines.push(format!("  {id}\n      {name}：{summary}\n"));
        }
    }
    lines.concat()
}

fn title(group: DocumentGroup, tongue: Tongue) -> &'static str {
    let (en, zh) = match group {
        DocumentGroup::Sue => ("to sue", "起诉"),
        DocumentGroup::Answer => ("to answer and to appeal", "答辩、上诉"),
        DocumentGroup::People => ("who acts for whom", "委托和身份"),
        DocumentGroup::Evidence => ("evidence and service", "证据和送达"),
        DocumentGroup::Preservation => ("preservation of property", "保全"),
        DocumentGroup::Enforcement => ("enforcement", "执行"),
        DocumentGroup::Fees => ("court fees", "诉讼费"),
        DocumentGroup::Procedure => ("in the course of a case", "办案过程中"),
    };
    match tongue {
        Tongue::English => en,
        Tongue::Chinese => zh,
    }
}
