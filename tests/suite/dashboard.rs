//! The managers' dashboard: who sees what, filters in links, files, alarms.

use std::fs;

use onecode::domain::period::Day;
use onecode::store;

use crate::support::{repository, year};

/// Fills the store of `ONECODE_TEST_YEAR` (a directory, made anew) with a year of 25 courts, and
/// writes the site that goes with it there: for looking at the dashboard.
///
/// `ONECODE_TEST_YEAR=/tmp/year cargo suite -- --ignored a_year_to_look_at`, then
/// `onecode --root /tmp/year/site --store sled:/tmp/year/data serve`.
#[test]
#[ignore = "makes a store to look at, for half a minute"]
fn a_year_to_look_at() {
    let dir = std::path::PathBuf::from(std::env::var("ONECODE_TEST_YEAR").unwrap());
    let facts = dir.join("site/guides/_facts");
    for folder in ["guides", "templates"] {
        crate::support::copy(&repository().join(folder), &dir.join("site").join(folder));
    }
    fs::write(facts.join("courts.toml"), year::courts()).unwrap();
    fs::write(facts.join("placements.csv"), year::placements()).unwrap();
    let store = store::open(&format!("sled:{}", dir.join("data").display())).unwrap();
    let days = std::env::var("ONECODE_TEST_DAYS").map_or(365, |days| days.parse().unwrap());
    let last = std::env::var("ONECODE_TEST_LAST").unwrap_or("2026-11-24".to_owned());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(year::fill(&*store, Day::parse(&last).unwrap(), days, 20, 9));
}
