//! Charts of hand-made numbers: what they say, and that they are well-formed.

use super::*;

/// Whether each tag is closed, in order.
fn is_well_formed(svg: &str) -> bool {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1).map(|part| part.split('>').next().unwrap()) {
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    open.is_empty()
}

fn point(value: u64, before: Option<u64>) -> Point {
    let title = format!("11-24：{value} <次>");
    Point { id: String::new(), label: "11-24".to_owned(), title, value, before, rest: value == 0 }
}

#[test]
fn numbers_are_grouped_and_shares_are_exact_enough() {
    for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
        assert_eq!(grouped(number), text);
    }
    assert_eq!((share(1, 3), share(5, 0), share(u64::MAX, u64::MAX)), (3333, 0, 10_000));
    for (number, text) in [(0, "0"), (10_000, "100"), (1234, "12.34"), (1205, "12.05"), (50, "0.5")]
    {
        assert_eq!(hundredths(number), text);
    }
}

#[test]
fn a_trend_tells_each_day_and_the_time_before_as_far_as_it_is_known() {
    let svg = trend(&[point(10, None), point(0, Some(5)), point(20, Some(20))], "h");
    assert!(is_well_formed(&svg), "{svg}");
    assert!(svg.contains("role=\"img\" aria-labelledby=\"h\""));
    assert_eq!(svg.matches("<title>11-24：").count(), 3);
    assert!(svg.contains("20 &lt;次&gt;") && !svg.contains("<次>"), "{svg}");
    assert_eq!(svg.matches("class=\"mark rest\"").count(), 1);
    // The line begins with the second day; the highest day is as high as the grid.
    assert!(svg.contains("d=\"M150 7500L250 0\""), "{svg}");
    assert!(svg.contains("y=\"0\" width=\"76\" height=\"10000\""), "{svg}");
    assert!(!svg.contains("style=") && !svg.contains("<script"));
    for empty in [trend(&[], "h"), trend(&[point(0, None)], "h")] {
        assert!(is_well_formed(&empty) && !empty.contains("<path"), "{empty}");
    }
    let year: Vec<_> = (0..366).map(|day| point(day, Some(day))).collect();
    assert_eq!(trend(&year, "h").matches(">11-24</text>").count(), 5);
    // On a small phone every other one is left out.
    assert_eq!(trend(&year, "h").matches("class=\"axis half\"").count(), 2);
}

#[test]
fn a_heat_map_is_darkest_at_its_busiest_hour_and_empty_where_nothing_was() {
    let mut week = [[0; 24]; 7];
    (week[0][9], week[6][23]) = (100, 1);
    let days = [
        ("一", "周一"),
        ("二", "周二"),
        ("三", "周三"),
        ("四", "周四"),
        ("五", "周五"),
        ("六", "周六"),
        ("日", "周日"),
    ];
    let svg = heat(&week, &days, &|day, hour, count| format!("{day}{hour}时：{count}"), "h");
    assert!(is_well_formed(&svg), "{svg}");
    assert!(svg.contains("<g class=\"mark q5\"><title>周一9时：100</title>"), "{svg}");
    assert!(svg.contains("<g class=\"mark q1\"><title>周日23时：1</title>"), "{svg}");
    assert_eq!(svg.matches("class=\"mark q0\"").count(), 7 * 24 - 2);
    assert_eq!(levels(&week), [(1, 1, 1), (5, 100, 100)]);
    assert_eq!(levels(&[[0; 24]; 7]), []);
}

#[test]
fn bars_are_as_long_as_their_numbers_and_names_stay_names() {
    let bar = |label: &str, value| Bar {
        label: label.to_owned(),
        shown: grouped(value),
        value,
        title: label.to_owned(),
    };
    let svg = bars(&[bar("北城<区>", 2000), bar("南城", 500), bar("东城", 0)], None, "h");
    assert!(is_well_formed(&svg), "{svg}");
    // Words of the page, which break where they have to, and no words of a picture, which do not.
    assert!(svg.contains("<span>北城&lt;区&gt;</span> <b>2,000</b>"), "{svg}");
    assert!(!svg.contains("<text"), "{svg}");
    assert!(svg.contains("width=\"25%\"") && svg.contains("width=\"0%\""), "{svg}");
    assert!(bars(&[bar("北", 30)], Some(100), "h").contains("width=\"30%\""));
}
