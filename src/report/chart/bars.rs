//! Names with their numbers, each above a bar: for courts, topics, channels.

use super::{escaped, hundredths, opening, put, share};

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

/// How high a bar is with its name, in hundredths of the page's letter.
const ROW: u64 = 250;

/// The chart that is named by `heading`, the id of an element. The longest is as long as the chart,
/// or as it is of the `whole`.
pub fn bars(bars: &[Bar], whole: Option<u64>, heading: &str) -> String {
    let most = whole.unwrap_or_else(|| bars.iter().map(|bar| bar.value).max().unwrap_or(0));
    let rows = u64::try_from(bars.len()).unwrap_or(0);
    let height = hundredths(rows * ROW);
    let tag = opening("bars", heading);
    let mut svg = tag.replacen("<svg", &format!("<svg height=\"{height}em\""), 1);
    for (row, bar) in (0u64..).zip(bars) {
        let at = row * ROW;
        put(
            &mut svg,
            format_args!(
                "<g class=\"mark\"><title>{}</title><rect class=\"hit\" y=\"{}em\" width=\"100%\" \
             height=\"2.4em\"/><text y=\"{}em\">{}</text><text class=\"value\" x=\"100%\" \
             y=\"{}em\" text-anchor=\"end\">{}</text><rect class=\"rail\" y=\"{}em\" width=\"100%\" \
             height=\".4em\" rx=\"2\"/><rect y=\"{}em\" width=\"{}%\" height=\".4em\" rx=\"2\"/></g>",
                escaped(&bar.title),
                hundredths(at),
                hundredths(at + 110),
                escaped(&bar.label),
                hundredths(at + 110),
                escaped(&bar.shown),
                hundredths(at + 160),
                hundredths(at + 160),
                hundredths(share(bar.value, most)),
            ),
        );
    }
    svg + "</svg>"
}
