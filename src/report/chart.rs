//! Numbers -> SVG, and words of the page where they have to break; readable without scripts.
//!
//! Lengths across are percentages, so that a chart is as wide as its page and its words keep the
//! page's size; how it looks is said by classes, in `templates/stats.css`. Each mark tells its number
//! to a mouse; a screen reader gets the chart's name here and the numbers from the table beside it.
//! A kind of chart is a file here.

use std::fmt::{self, Write};

mod bars;
mod heat;
mod trend;

pub use bars::{Bar, bars};
pub use heat::{LEVELS, Week, heat, levels};
pub use trend::{Point, trend};

/// `1,234,567`
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `part` of `whole`, in hundredths of a percent: exact enough for any screen, and no float.
fn share(part: u64, whole: u64) -> u64 {
    let share = u128::from(part.min(whole)) * 10_000 / u128::from(whole.max(1));
    u64::try_from(share).unwrap_or(10_000)
}

/// Hundredths as a decimal number: `1234` is `12.34`.
fn hundredths(number: u64) -> String {
    let (whole, rest) = (number / 100, number % 100);
    match rest {
        0 => whole.to_string(),
        rest if rest.is_multiple_of(10) => format!("{whole}.{}", rest / 10),
        rest => format!("{whole}.{rest:02}"),
    }
}

/// A text that is nothing but a text inside SVG.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Adds a part.
fn put(svg: &mut String, part: fmt::Arguments<'_>) {
    svg.write_fmt(part).expect("a text in memory takes everything");
}

/// The opening tag: the chart's look, and the id of the heading that names it.
fn opening(class: &str, heading: &str) -> String {
    format!("<svg class=\"chart {class}\" role=\"img\" aria-labelledby=\"{heading}\">")
}

#[cfg(test)]
mod tests;
