//! Weekdays by hours, the more the darker.

use super::{escaped, grouped, hundredths, opening, put, share};

/// Numbers by weekday, Monday first, and by hour.
pub type Week = [[u64; 24]; 7];

/// How many shades there are; one more is for nothing at all.
pub const LEVELS: u64 = 5;

/// How wide the weekdays' names are, in hundredths of a percent.
const NAMES: u64 = 600;
/// How high a weekday is.
const ROW: u64 = 1_250;

/// The chart that is named by `heading`, the id of an element; `days` are the weekdays' names, the
/// short and the long, and `title` tells a mark's weekday, hour and number.
pub fn heat(
    week: &Week,
    days: &[(&str, &str); 7],
    title: &dyn Fn(&str, usize, &str) -> String,
    heading: &str,
) -> String {
    let most = week.iter().flatten().copied().max().unwrap_or(0);
    let wide = (10_000 - NAMES) / 24;
    let mut svg = opening("heat", heading);
    for (row, (hours, (short, long))) in (0u64..).zip(week.iter().zip(days)) {
        let middle = hundredths(row * ROW + ROW / 2);
        put(
            &mut svg,
            format_args!(
                "<text class=\"axis\" x=\"0\" y=\"{middle}%\" dy=\".35em\">{}</text>",
                escaped(short)
            ),
        );
        for (at, count) in hours.iter().enumerate() {
            let column = u64::try_from(at).unwrap_or(0);
            put(
                &mut svg,
                format_args!(
                    "<g class=\"mark q{}\"><title>{}</title><rect x=\"{}%\" y=\"{}%\" width=\"{}%\" \
                 height=\"{}%\" rx=\"2\"/></g>",
                    level(*count, most),
                    escaped(&title(long, at, &grouped(*count))),
                    hundredths(NAMES + column * wide),
                    hundredths(row * ROW),
                    hundredths(wide - 40),
                    hundredths(ROW - 130),
                ),
            );
        }
    }
    for hour in (0..24).step_by(4) {
        put(
            &mut svg,
            format_args!(
                "<text class=\"axis\" x=\"{}%\" y=\"100%\" dy=\"-1\">{hour}</text>",
                hundredths(NAMES + hour * wide)
            ),
        );
    }
    svg + "</svg>"
}

/// Which shade a number has: 0 for nothing, up to [`LEVELS`].
fn level(count: u64, most: u64) -> u64 {
    if count == 0 { 0 } else { (share(count, most) * LEVELS).div_ceil(10_000).clamp(1, LEVELS) }
}

/// The numbers that each shade stands for, both included; the lightest first.
pub fn levels(week: &Week) -> Vec<(u64, u64, u64)> {
    let most = week.iter().flatten().copied().max().unwrap_or(0);
    let mut levels: Vec<(u64, u64, u64)> = Vec::new();
    let mut counts: Vec<u64> = week.iter().flatten().copied().filter(|c| *c > 0).collect();
    counts.sort_unstable();
    for count in counts {
        let shade = level(count, most);
        match levels.last_mut() {
            Some(last) if last.0 == shade => last.2 = count,
            _ => levels.push((shade, count, count)),
        }
    }
    levels
}
