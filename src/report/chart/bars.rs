//! Names with their numbers, each above a bar: for courts, topics, channels.
//!
//! The words are words of the page, so that a long name breaks and its number goes to a line of its
//! own where both do not fit side by side, whatever the size of the letters; only the bar is drawn.

use super::{escaped, hundredths, put, share};

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Whose.
    pub label: String,
    /// Its number as it is shown.
    pub shown: String,
    /// How long it is, against the others.
    pub value: u64,
    /// What more there is to say of it.
    pub title: String,
}

/// The chart that is named by `heading`, the id of an element. The longest is as long as the chart,
/// or as it is of the `whole`.
pub fn bars(bars: &[Bar], whole: Option<u64>, heading: &str) -> String {
    let most = whole.unwrap_or_else(|| bars.iter().map(|bar| bar.value).max().unwrap_or(0));
    let mut html = format!("<div class=\"chart bars\" role=\"img\" aria-labelledby=\"{heading}\">");
    for bar in bars {
        put(
            &mut html,
            format_args!(
                "<div class=\"measure\" title=\"{}\"><span>{}</span> <b>{}</b><svg \
                 aria-hidden=\"true\"><rect class=\"rail\" width=\"100%\" height=\"100%\" rx=\"2\"/>\
                 <rect width=\"{}%\" height=\"100%\" rx=\"2\"/></svg></div>",
                escaped(&bar.title),
                escaped(&bar.label),
                escaped(&bar.shown),
                hundredths(share(bar.value, most)),
            ),
        );
    }
    html + "</div>"
}
