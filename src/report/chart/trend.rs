//! A number a day, as columns, with the time before as a thin line.

use super::{escaped, grouped, hundredths, opening, put, share};

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Its hour, day or month, as the table beside the chart names it.
    pub id: String,
    /// What stands under it, where there is room.
    pub label: String,
    /// What it says of itself, with its number.
    pub title: String,
    /// How high it is.
    pub value: u64,
    /// How high it was in the time before, where that is known.
    pub before: Option<u64>,
    /// Whether nobody works then.
    pub rest: bool,
}

/// How many labels have room under a chart on a phone.
const LABELS: usize = 5;

/// Where the columns stand, from the top, in hundredths of a percent of the height.
const TOP: u64 = 900;
/// How high the highest line of the grid is above their foot.
const HEIGHT: u64 = 7_900;

/// The chart that is named by `heading`, the id of an element.
pub fn trend(points: &[Point], heading: &str) -> String {
    let most = points.iter().flat_map(|p| [p.value, p.before.unwrap_or(0)]).max().unwrap_or(0);
    let (step, lines) = grid(most);
    let top = step * lines;
    // The scale stands beside the chart: a width that fits its numbers is no share of the page's.
    let mut scale = "<svg class=\"scale\" aria-hidden=\"true\">".to_owned();
    let mut svg = opening("trend", heading);
    for line in 0..=lines {
        let (value, y) = (step * line, TOP + HEIGHT - share(step * line, top) * HEIGHT / 10_000);
        let (label, y) = (grouped(value), hundredths(y));
        put(
            &mut svg,
            format_args!("<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{y}%\" y2=\"{y}%\"/>"),
        );
        put(
            &mut scale,
            format_args!(
                "<text class=\"axis\" x=\"100%\" y=\"{y}%\" dy=\".35em\" \
                 text-anchor=\"end\">{label}</text>"
            ),
        );
    }
    put(
        &mut svg,
        format_args!(
            "<svg y=\"{}%\" width=\"100%\" height=\"{}%\" viewBox=\"0 0 {} 10000\" \
             preserveAspectRatio=\"none\">",
            hundredths(TOP),
            hundredths(HEIGHT),
            points.len().max(1) * 100,
        ),
    );
    points.iter().enumerate().for_each(|(at, point)| svg += &column(at, point, top));
    svg += &before(points, top);
    svg += "</svg>";
    format!("<div class=\"plot\">{scale}</svg>{svg}{}</svg></div>", labels(points))
}

/// A column, in a mark as high as the chart: the lowest is as easy to point at as the highest.
fn column(at: usize, point: &Point, top: u64) -> String {
    let height = share(point.value, top);
    let class = if point.rest { "mark rest" } else { "mark" };
    format!(
        "<g class=\"{class}\"><title>{}</title><rect class=\"hit\" x=\"{}\" width=\"100\" \
         height=\"10000\"/><rect x=\"{}\" y=\"{}\" width=\"76\" height=\"{height}\"/></g>",
        escaped(&point.title),
        at * 100,
        at * 100 + 12,
        10_000 - height,
    )
}

/// The line of the time before; it is broken where nothing is known.
fn before(points: &[Point], top: u64) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for (at, point) in points.iter().enumerate() {
        if let Some(value) = point.before {
            let verb = if drawing { 'L' } else { 'M' };
            put(&mut path, format_args!("{verb}{} {}", at * 100 + 50, 10_000 - share(value, top)));
        }
        drawing = point.before.is_some();
    }
    if path.is_empty() {
        return path;
    }
    format!("<path class=\"before\" vector-effect=\"non-scaling-stroke\" d=\"{path}\"/>")
}

/// The labels of a few columns, evenly apart; the outer ones stay inside.
fn labels(points: &[Point]) -> String {
    let Some(last) = points.len().checked_sub(1) else { return String::new() };
    let many = LABELS.min(points.len());
    let mut text = String::new();
    for i in 0..many {
        let at = if many == 1 { 0 } else { i * last / (many - 1) };
        // Where there is no room for all of them, the page leaves every other one out.
        let half = if many == LABELS && i % 2 == 1 { " half" } else { "" };
        let middle = share((at * 2 + 1) as u64, (points.len() * 2) as u64);
        let (x, anchor) = match at {
            0 if points.len() > LABELS => (0, "start"),
            at if at == last && points.len() > LABELS => (10_000, "end"),
            _ => (middle, "middle"),
        };
        put(
            &mut text,
            format_args!(
                "<text class=\"axis{half}\" x=\"{}%\" y=\"100%\" dy=\"-3\" text-anchor=\"{anchor}\">{}\
                 </text>",
                hundredths(x),
                escaped(&points[at].label),
            ),
        );
    }
    text
}

/// The step between the lines of the grid, and how many there are above the foot: round numbers, of
/// which the highest holds `most`.
fn grid(most: u64) -> (u64, u64) {
    let mut ten: u64 = 1;
    loop {
        for times in [1, 2, 5] {
            let step = ten.saturating_mul(times);
            let lines = most.div_ceil(step).max(1);
            if lines <= 4 {
                return (step, lines);
            }
        }
        ten = ten.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_has_few_lines_at_round_numbers() {
        for (most, step, lines) in
            [(0, 1, 1), (1, 1, 1), (4, 1, 4), (5, 2, 3), (97, 50, 2), (101, 50, 3), (3999, 1000, 4)]
        {
            assert_eq!(grid(most), (step, lines), "{most}");
        }
        assert!(grid(u64::MAX).1 <= 4);
    }
}
