//! How alarms are said to people.

use crate::diagnostic::Words;
use crate::domain::alarm::{Alarm, AlarmKind};
use crate::domain::period::Moment;

/// An alarm in words: what happened, and what to do.
pub fn words(alarm: &Alarm) -> Words {
    match &alarm.kind {
        AlarmKind::Damaged { aside, scans, missing, last } => {
            let (until, until_zh) = (last.map_or("none".to_owned(), |at| shown(at).0), {
                last.map_or("无".to_owned(), |at| shown(at).1)
            });
            let (gaps, gaps_zh) = match missing {
                0 => ("none among them is missing".to_owned(), "中间没有缺".to_owned()),
                _ => (format!("{missing} among them are missing"), format!("中间缺 {missing} 次")),
            };
            Words::new(
                format!(
                    "the store was damaged and is now {aside}: {scans} scans were taken over, \
                     {gaps}, the last one is of {until}; if there were later ones, they are \
                     lost. Keep it until somebody has looked at the disk"
                ),
                format!(
                    "数据目录损坏，已移到 {aside}：接回 {scans} 次扫码，{gaps_zh}，最后一次是 \
                     {until_zh}，其后如还有，已丢失。请检查磁盘，查清之前不要删除"
                ),
            )
        }
        AlarmKind::Dropped { scans, answers, since } => {
            let (since, since_zh) = shown(*since);
            Words::new(
                format!(
                    "since {since} the store took nothing: {scans} scans and {answers} answers were \
                     not kept; the pages were served. Look for a full or failing disk"
                ),
                format!(
                    "{since_zh} 起数据写不进去：漏记 {scans} 次扫码、{answers} 个回答；网页照常打开。\
                     请检查磁盘是否已满或有故障"
                ),
            )
        }
        AlarmKind::Clock { seconds } => Words::new(
            format!(
                "the machine's clock was set by {seconds} s: scans of that time may stand under a \
                 wrong hour or day. Look at the time service"
            ),
            format!(
                "服务器的时钟被拨动了 {seconds} 秒：这段时间的扫码可能记错钟点或日期。请检查校时服务"
            ),
        ),
    }
}

/// A moment to the minute: for logs, and as people write it.
fn shown(at: Moment) -> (String, String) {
    let text = at.to_string();
    let minute = text.get(..16).unwrap_or(&text);
    (minute.to_owned(), minute.replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_says_what_was_lost_and_what_to_do() {
        let at = Moment(1_795_449_600);
        for (kind, parts) in [
            (
                AlarmKind::Damaged { aside: "x".into(), scans: 7, missing: 3, last: Some(at) },
                &["接回 7 次", "缺 3 次", "2026-11-24 00:00"][..],
            ),
            (
                AlarmKind::Damaged { aside: "x".into(), scans: 7, missing: 0, last: None },
                &["接回 7 次", "没有缺", "最后一次是 无"],
            ),
            (AlarmKind::Dropped { scans: 5, answers: 2, since: at }, &["5", "2", "磁盘"]),
            (AlarmKind::Clock { seconds: -3600 }, &["-3600", "校时"]),
        ] {
            let alarm = Alarm { number: 1, at, kind, seen: None };
            let words = words(&alarm);
            let text = words.in_tongue(crate::diagnostic::Tongue::Chinese);
            assert!(parts.iter().all(|part| text.contains(part)), "{text}");
        }
    }
}
