//! Questions as addresses ask them.

use super::*;
use crate::domain::court::{Court, Level};
use crate::domain::duty::OnDuty;

fn read(query: &str) -> Result<Asking, Fault> {
    let mut library = Library::default();
    for id in ["north", "south"] {
        library.courts.push(Court {
            id: CourtId::parse(id).unwrap(),
            name: id.to_owned(),
            level: Level::Basic,
            address: String::new(),
            hours: String::new(),
            telephone: String::new(),
            on_duty: OnDuty::default(),
        });
    }
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let pairs: Vec<_> = pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
    Asking::read(&pairs, &library, Day::parse("2026-11-24").unwrap().start())
}

#[test]
fn an_address_asks_what_the_command_line_asks() {
    let asking =
        read("report=compare&by=court,topic&by=hour&court=north&from=2026-11-01&to=").unwrap();
    assert_eq!(asking.table.name(), "compare");
    assert_eq!(asking.question.by, [Dimension::Court, Dimension::Topic, Dimension::Hour]);
    assert_eq!(asking.question.courts[0].as_str(), "north");
    assert_eq!(asking.question.period.from, Day::parse("2026-11-01"));
    assert_eq!(asking.question.period.to, None);
    let again = asking.pairs().iter().map(|(a, b)| format!("{a}={b}")).collect::<Vec<_>>();
    assert_eq!(again.join("&"), "report=compare&by=court,topic,hour&from=2026-11-01&court=north");
    assert_eq!(read("").unwrap().table.name(), "scans");
    assert!(matches!(read("report=silent").unwrap().table, Table::Silent));
}

#[test]
fn presets_move_with_the_calendar() {
    let days = |preset: &str| {
        let period = read(&format!("period={preset}")).unwrap().question.period;
        format!("{}/{}", period.from.unwrap(), period.to.unwrap())
    };
    assert_eq!(days("today"), "2026-11-24/2026-11-24");
    assert_eq!(days("7d"), "2026-11-18/2026-11-24");
    assert_eq!(days("30d"), "2026-10-26/2026-11-24");
    assert_eq!(days("month"), "2026-11-01/2026-11-24");
    assert_eq!(days("last-month"), "2026-10-01/2026-10-31");
    assert_eq!(days("year"), "2026-01-01/2026-11-24");
}

#[test]
fn a_slip_of_the_pen_is_refused_with_what_to_do() {
    let says = |query: &str| {
        let fault = read(query).err().unwrap_or_else(|| panic!("{query} is answered"));
        fault.words().in_tongue(crate::diagnostic::Tongue::English).to_owned()
    };
    assert!(says("cuort=north").contains("did you mean \"court\"?"));
    assert!(says("court=nort").contains("did you mean \"north\"?"));
    assert!(says("report=courts&by=topic").contains("leave out by=topic"));
    assert!(says("report=compare&by=day").contains("it goes by court, placement"));
    assert!(says("from=yesterday").contains("write a date like 2026-11-24"));
    assert!(says("from=2026-11-02&to=2026-11-01").contains("swap them"));
    for both in
        ["from=2026-11-01&period=30d", "period=today&from=2026-01-01", "period=7d&to=2026-11-20"]
    {
        assert!(says(both).contains("leave one out"), "{both}");
    }
    assert!(read("period=7d&from=&to=").is_ok(), "empty fields say nothing");
    assert!(says("period=8d").contains("did you mean \"7d\"?"));
}

#[test]
fn whoever_sees_some_courts_never_asks_for_others() {
    let theirs = Courts::named_or_all([CourtId::parse("north").unwrap()]);
    let within = |query: &str| read(query).unwrap().within(&theirs).map(|a| a.question.courts);
    assert_eq!(within("").unwrap()[0].as_str(), "north");
    assert_eq!(within("court=north").unwrap().len(), 1);
    assert_eq!(within("court=north,south"), Err(Fault::NotTheirs));
    assert_eq!(within("court=south"), Err(Fault::NotTheirs));
    let nobody = Courts::Named(std::collections::BTreeSet::new());
    assert!(read("").unwrap().within(&nobody).is_err());
    assert_eq!(read("").unwrap().within(&Courts::All).unwrap().question.courts, []);
}
