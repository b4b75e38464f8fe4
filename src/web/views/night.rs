//! What a page says of the hours of a court in which somebody stands at night.

use super::PageKey;
use super::tool::day_in_words;
use crate::domain::duty::Duty;
use crate::domain::guide::Language;

/// Whether people are where the visitor stands, and when that changes: the time today, else the day, too.
pub(super) fn duty(key: &PageKey, language: Language) -> (&'static str, String) {
    let (name, until) = match key.duty {
        None => return ("", String::new()),
        Some(Duty::Open { until }) => ("open", Some(until)),
        Some(Duty::Closed { until }) => ("closed", until),
    };
    let turns = until.map_or(String::new(), |moment| {
        let (day, weekday) = day_in_words(moment.day(), language);
        let time = moment.to_string()[11..16].to_owned();
        match name {
            "open" => time,
            _ if language.is_english() => format!("{weekday} {day}, {time}"),
            _ => format!("{day}（{weekday}）{time}"),
        }
    });
    (name, turns)
}
