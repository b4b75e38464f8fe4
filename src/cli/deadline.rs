//! `onecode deadline`: the last day of a statutory period.

use super::args::{Args, Deadline, Style};
use super::fee::{Facts, facts};
use super::output::Output;
use super::told::told;
use super::{Ending, clock};
use crate::diagnostic::{Tongue, nearest};
use crate::domain::calc::CalcError;
use crate::domain::calc::deadline::{self, rules};
use crate::domain::library::Library;
use crate::domain::limit::{DeadlineRule, TimeLimit};

pub(super) fn run(args: &Args, asked: &Deadline, output: &Output) -> anyhow::Result<Ending> {
    let library = match facts(args, clock().now().day(), output)? {
        Facts::Good(library) => library,
        Facts::Fault(ending) => return Ok(ending),
    };
    let library = &*library;
    let (Some(rule), Some(start)) = (&asked.rule, asked.start) else {
        if let Some(rule) = &asked.rule {
            let start = rules(library).find(|(_, known)| known.name == *rule);
            let start = start.map_or("", |(_, known)| &known.start);
            return Err(told(
                format!("{rule} needs the day to count from ({start}), such as 2026-11-24"),
                format!("还要写从哪天起算（{start}），例如 2026-11-24"),
            ));
        }
        output.result(list(library).as_bytes())?;
        return Ok(Ending::Done);
    };
    let found = deadline::reckon(rule, start, library);
    if let Err(error @ CalcError::Date { .. }) = &found {
        return Err(told(error.to_string(), error.in_chinese()));
    }
    let Ok(deadline) = found else {
        let near = nearest(rule, rules(library).map(|(_, known)| known.name.as_str()));
        let (en, zh) = near.map_or((String::new(), String::new()), |near| {
            (format!(": did you mean {near:?}?"), format!("：是不是“{near}”"))
        });
        return Err(told(
            format!("there is no rule {rule:?}{en}; `onecode deadline` lists them all"),
            format!("没有“{rule}”这种期限{zh}；运行 onecode deadline 可列出全部"),
        ));
    };
    match asked.format {
        Style::Json => {
            let mut bytes = serde_json::to_vec_pretty(&deadline.answer(library))?;
            bytes.push(b'\n');
            output.result(&bytes)?;
        }
        Style::Human => output.result(shown(&deadline, library, output.tongue()).as_bytes())?,
    }
    Ok(Ending::Done)
}

/// Every rule: its name, what it is for, the day to start from.
fn list(library: &Library) -> String {
    let line = |(limit, rule): (&TimeLimit, &DeadlineRule)| {
        format!("{}  {}（{}）\n      {}\n", rule.name, rule.title, limit.text, rule.start)
    };
    rules(library).map(line).collect::<Vec<_>>().concat()
}

fn shown(found: &deadline::Deadline, library: &Library, tongue: Tongue) -> String {
    let english = tongue == Tongue::English;
    let mut lines = Vec::new();
    let (title, last) = (&found.rule.title, found.day_to_tell());
    lines.push(if english {
        format!("{title}: last day {last} ({})", weekday(last.weekday(), tongue))
    } else {
        format!("{title}：最后一天 {last} {}", weekday(last.weekday(), tongue))
    });
    let (start, period, counted) = (found.start, &found.period, found.counted_to);
    let rest = found.rest.as_ref().map_or(String::new(), |rest| format!("（{rest}）"));
    lines.push(match (english, found.rule.back) {
        (true, false) => format!("  {period} from the day after {start}: {counted}{rest}"),
        (false, false) => format!("  从 {start} 的次日起数{period}，数到 {counted}{rest}"),
        (true, true) => format!("  {period} back from {start}: {counted}{rest}"),
        (false, true) => format!("  从 {start} 往回数{period}，数到 {counted}{rest}"),
    });
    let safe = found.safe_day;
    if found.moved && !found.rule.back {
        lines.push(if english {
            format!("  moved to the next workday by practice; safest is to act by {safe}")
        } else {
            format!("  顺延到下一个上班日，是通行算法；最稳妥在 {safe} 当天或之前办完")
        });
    } else if found.moved {
        lines.push(if english {
            "  moved to the workday before".to_owned()
        } else {
            "  遇放假，提前到前一个上班日".to_owned()
        });
    }
    if !found.certain {
        lines.push(if english {
            format!("  that year's holidays are not known here: act by {safe}, better earlier")
        } else {
            format!("  本站还没有那一年的放假安排：最晚在 {safe} 办，越早越好")
        });
    }
    for citation in &found.citations {
        let article = library.cited(citation);
        lines.push(format!("{}{article}", if english { "article: " } else { "依据：" }));
    }
    lines.push(if english {
        "The court's notice decides (以法院通知为准).".to_owned()
    } else {
        "以法院通知为准。".to_owned()
    });
    lines.join("\n") + "\n"
}

fn weekday(number: u8, tongue: Tongue) -> &'static str {
    let names = match tongue {
        Tongue::English => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        Tongue::Chinese => ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
    };
    names[usize::from(number - 1) % 7]
}
