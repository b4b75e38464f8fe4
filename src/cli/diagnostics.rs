//! How diagnostics look: one line each with a hint below, or JSON. The line's form is a contract:
//! `guides/fees/zh-Hans.md:4:9: error: no fee "propety" in fees.toml`.

use serde_json::json;

use super::output::Output;
use crate::content::registry::decode;
use crate::diagnostic::{Diagnostic, Severity, Tongue, Words, line_and_column};
use crate::domain::site::SiteFiles;

/// The faults as lines.
pub(super) fn lines(diagnostics: &[Diagnostic], files: &SiteFiles, tongue: Tongue) -> String {
    let line = |diagnostic: &Diagnostic| {
        let (line, column) = place(&diagnostic.file, diagnostic.span.start, files);
        let severity = match (diagnostic.severity, tongue) {
            (Severity::Error, Tongue::English) => "error",
            (Severity::Error, Tongue::Chinese) => "错误",
            (Severity::Warning, Tongue::English) => "warning",
            (Severity::Warning, Tongue::Chinese) => "提醒",
        };
        let word = if tongue == Tongue::Chinese { "提示" } else { "hint" };
        let hint = diagnostic
            .hint
            .as_ref()
            .map_or(String::new(), |hint| format!("  {word}: {}\n", hint.in_tongue(tongue)));
        let (file, message) = (&diagnostic.file, diagnostic.message.in_tongue(tongue));
        format!("{file}:{line}:{column}: {severity}: {message}\n{hint}")
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().concat()
}

/// The faults as a JSON array.
pub(super) fn json(diagnostics: &[Diagnostic], files: &SiteFiles, tongue: Tongue) -> Vec<u8> {
    let list = diagnostics.iter().map(|diagnostic| {
        let (line, column) = place(&diagnostic.file, diagnostic.span.start, files);
        json!({
            "severity": if diagnostic.is_error() { "error" } else { "warning" },
            "file": diagnostic.file,
            "line": line,
            "column": column,
            "message": diagnostic.message.in_tongue(tongue),
            "hint": diagnostic.hint.as_ref().map(|hint| hint.in_tongue(tongue)),
        })
    });
    let mut bytes =
        serde_json::to_vec_pretty(&list.collect::<Vec<_>>()).expect("a tree of values is JSON");
    bytes.push(b'\n');
    bytes
}

/// Tells what time alone brought, which is served all the same: posters hang on the walls. The other
/// faults.
pub(super) fn tell_dated(
    diagnostics: &[Diagnostic],
    files: &SiteFiles,
    output: &Output,
) -> Vec<Diagnostic> {
    let (dated, lasting): (Vec<_>, Vec<_>) =
        diagnostics.iter().cloned().partition(|fault| fault.by_date);
    output.say(&Words::same(lines(&dated, files, output.tongue()).trim_end()));
    lasting
}

/// Stops a command whose content has errors, after telling them.
pub(super) fn stop_on_errors(
    diagnostics: &[Diagnostic],
    files: &SiteFiles,
    output: &Output,
) -> Option<super::Ending> {
    let told = tell_errors(diagnostics, files, output, "nothing was done", "未做任何事");
    told.then_some(super::Ending::Fault)
}

/// Tells the errors, if there are any, and what they led to, in English and in Chinese.
pub(super) fn tell_errors(
    diagnostics: &[Diagnostic],
    files: &SiteFiles,
    output: &Output,
    en: &str,
    zh: &str,
) -> bool {
    let stops = |fault: &&Diagnostic| fault.is_error() && !fault.review;
    let errors: Vec<Diagnostic> = diagnostics.iter().filter(stops).cloned().collect();
    if errors.is_empty() {
        return false;
    }
    let text = lines(&errors, files, output.tongue());
    output.insist(&Words::new(
        format!("{text}the content has {} error(s): {en}", errors.len()),
        format!("{text}内容有 {} 处错误，{zh}", errors.len()),
    ));
    true
}

/// Line and column of a byte of a file.
pub(super) fn place(file: &str, offset: usize, files: &SiteFiles) -> (usize, usize) {
    let bytes = files.get(file).unwrap_or_default();
    // Spans of guides count a byte-order mark, those of tables do not: neither is on line 1 often.
    line_and_column(&decode(bytes), offset)
}
