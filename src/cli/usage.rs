//! What clap says of wrong usage, in Chinese; what is not known here stays as clap says it.
//!
//! A value's parser gives its reason in English: its Chinese is a line in [`REASONS`].

use std::error::Error as _;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// How a reason begins, and how it begins in Chinese; what follows are names and numbers.
const REASONS: &[(&str, &str)] = &[
    ("write a date like 2026-11-24", "请写成 2026-11-24 这样的日期"),
    ("write a month like 2026-10", "请写成 2026-10 这样的月份"),
    ("write 2026-11-24 or 2026-11-24T14:30", "请写成 2026-11-24 或 2026-11-24T14:30"),
    ("a placement's number is 1 to ", "点位编号是 1 到 "),
    ("channels are ", "渠道有 "),
    ("dimensions are ", "可以按这些分："),
    ("roles are ", "角色有 "),
    (
        "a name is 1 to 32 letters, digits and . - _ without spaces",
        "名字是 1 到 32 个文字、数字和 . - _，没有空格",
    ),
    (
        "write two numbers of millimetres up to 20, such as 0.5,-1",
        "请写两个不超过 20 的毫米数，如 0.5,-1",
    ),
    ("write a factor from 0.95 to 1.05, such as 1.002", "请写 0.95 到 1.05 的倍数，如 1.002"),
    ("a code has seven characters, such as 200041T", "码是七个字符，例如 200041T"),
    ("a note has 1 to 200 characters", "说明是 1 到 200 个字"),
    ("invalid digit found in string", "请写一个整数"),
    ("cannot parse integer from empty string", "请写一个整数"),
];

/// Wrong usage in Chinese; none where it is to be told as clap tells it.
pub(super) fn in_chinese(error: &Error) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let list = |kind| match error.get(kind) {
        Some(ContextValue::Strings(list)) => list.join("、"),
        _ => String::new(),
    };
    let kind = error.kind();
    let told = if kind == ErrorKind::ValueValidation {
        let (argument, value) = (text(ContextKind::InvalidArg)?, text(ContextKind::InvalidValue)?);
        format!("{argument} 的值“{value}”不对：{}", reason(&error.source()?.to_string()))
    } else if kind == ErrorKind::InvalidValue {
        let (argument, value) = (text(ContextKind::InvalidArg)?, text(ContextKind::InvalidValue)?);
        let known = list(ContextKind::ValidValue);
        if value.is_empty() {
            let known = if known.is_empty() { known } else { format!("：{known}") };
            format!("{argument} 后面要写一个值{known}")
        } else {
            format!("{argument} 的值“{value}”不对：可用的有 {known}")
        }
    } else if kind == ErrorKind::UnknownArgument {
        let meant = text(ContextKind::SuggestedArg).map(str::to_owned);
        format!("没有“{}”这个选项{}", text(ContextKind::InvalidArg)?, perhaps(meant))
    } else if kind == ErrorKind::InvalidSubcommand {
        let meant = Some(list(ContextKind::SuggestedSubcommand)).filter(|meant| !meant.is_empty());
        format!("没有“{}”这个命令{}", text(ContextKind::InvalidSubcommand)?, perhaps(meant))
    } else if kind == ErrorKind::MissingRequiredArgument {
        format!("还要写明：{}", list(ContextKind::InvalidArg))
    } else {
        return None;
    };
    Some(format!("错误：{told}\n  提示：各选项的用法见 --help"))
}

fn perhaps(meant: Option<String>) -> String {
    meant.map_or_else(String::new, |meant| format!("：是不是“{meant}”？"))
}

fn reason(english: &str) -> String {
    if let Some((least, most)) =
        english.split_once(" is not in ").and_then(|(_, range)| range.split_once("..="))
    {
        return format!("请写 {least} 到 {most} 的数");
    }
    let known = REASONS.iter().find_map(|(en, zh)| Some((english.strip_prefix(en)?, zh)));
    known.map_or_else(|| english.to_owned(), |(names, zh)| format!("{zh}{names}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args;
    use crate::diagnostic::Tongue;

    fn told(line: &str) -> String {
        let line = std::iter::once("onecode").chain(line.split(' '));
        let error = args::command(Tongue::Chinese).try_get_matches_from(line).unwrap_err();
        in_chinese(&error).unwrap_or_else(|| panic!("{error}"))
    }

    #[test]
    fn wrong_usage_is_told_in_chinese() {
        for (line, words) in [
            ("stats --from 2026-02-30", "请写成 2026-11-24 这样的日期"),
            ("stats --by foo", "可以按这些分：court, placement"),
            ("report --month 2026-13", "请写成 2026-10 这样的月份"),
            ("user add li --role boss", "角色有 viewer"),
            ("user add a!b --role viewer", "名字是 1 到 32 个"),
            ("placement retire 0", "点位编号是 1 到 262143"),
            ("placement add --court a --place b --channel x", "渠道有 hall"),
            ("strike out x --from 2026-11-24 --to 2026-11-24 --note a", "码是七个字符"),
            ("strike out 200041T --from x --to 2026-11-24 --note a", "或 2026-11-24T14:30"),
            ("print --offset 1", "毫米数"),
            ("print --pitch-scale 3", "0.95 到 1.05"),
            ("print --copies x", "请写一个整数"),
            ("stats --format xml", "可用的有 table、csv、json、xlsx"),
            ("print --copies 999", "请写 1 到 500 的数"),
            ("stats --frm 2026-01-01", "没有“--frm”这个选项：是不是“--from”？"),
            ("stat", "没有“stat”这个命令：是不是“stats"),
            ("print --court", "--court <ID> 后面要写一个值"),
            ("placement retire", "还要写明：<N>"),
        ] {
            let told = told(line);
            assert!(told.starts_with("错误：") && told.contains(words), "{line}: {told}");
        }
    }
}
