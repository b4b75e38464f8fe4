//! A table for people, aligned by what a terminal shows: a Chinese character is two columns wide.

use crate::diagnostic::Tongue;
use crate::report::{Apart, Note, Report};

/// The report as a table with a line of totals and a line of what a reader has to know.
pub fn write(report: &Report, tongue: Tongue) -> String {
    let chinese = tongue == Tongue::Chinese;
    let mut header: Vec<String> = report.columns.iter().map(|c| column(c, chinese)).collect();
    header.extend(report.measures.map(|c| column(c, chinese)));
    let mut lines = vec![header];
    let mut totals = [0u64; 3];
    for (values, numbers) in &report.rows {
        for (total, number) in totals.iter_mut().zip(numbers) {
            *total = total.saturating_add(*number);
        }
        let label = |v: &crate::report::Value| if chinese { v.label.clone() } else { v.id.clone() };
        let mut line: Vec<String> = values.iter().map(label).collect();
        line.extend(numbers.map(|n| n.to_string()));
        lines.push(line);
    }
    if !report.columns.is_empty() {
        let mut line = vec![String::new(); report.columns.len()];
        (if chinese { "合计" } else { "total" }).clone_into(&mut line[0]);
        line.extend(totals.map(|n| n.to_string()));
        lines.push(line);
    }
    aligned(&lines, report.columns.len()) + &note(report.note, chinese)
}

fn note(note: Note, chinese: bool) -> String {
    match (note, chinese) {
        (Note::Apart(Apart { machines, orphans, retired }), true) => {
            format!("另计：机器 {machines}，无效码 {orphans}，停用码 {retired}。访问人次为约数。\n")
        }
        (Note::Apart(Apart { machines, orphans, retired }), false) => format!(
            "apart: machines {machines}, orphans {orphans}, retired {retired}; visits are about\n"
        ),
        (Note::Once, true) => "同一人同一页一天只计一次，为约数。\n".to_owned(),
        (Note::Once, false) => "each person once a day a page, about\n".to_owned(),
    }
}

fn column(name: &str, chinese: bool) -> String {
    let zh = match name {
        "court" => "法院",
        "placement" => "点位",
        "channel" => "渠道",
        "topic" => "事项",
        "client" => "打开方式",
        "day" => "日期",
        "week" => "周",
        "month" => "月份",
        "hour" => "时",
        "weekday" => "星期",
        "scans" => "扫码",
        "visits" => "人次（约）",
        "repeats" => "重复",
        "yes" => "有用",
        "partly" => "有点用",
        "no" => "没找到要的",
        other => other,
    };
    if chinese { zh.to_owned() } else { name.to_owned() }
}

/// The first `texts` columns to the left, the others to the right.
fn aligned(lines: &[Vec<String>], texts: usize) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let widths: Vec<usize> =
        (0..columns).map(|i| lines.iter().map(|line| width(&line[i])).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for line in lines {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(i, (cell, wide))| {
                let gap = " ".repeat(wide - width(cell));
                if i < texts { format!("{cell}{gap}") } else { format!("{gap}{cell}") }
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// Columns on a terminal: two for the characters of East Asian width, one for all others.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| match u32::from(c) {
            0x1100..=0x115f
            | 0x2e80..=0xa4cf
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f
            | 0xff00..=0xff60
            | 0xffe0..=0xffe6
            | 0x20000..=0x3fffd => 2,
            _ => 1,
        })
        .sum()
}
