//! The site map: the address of every page there is, and of each kind of answer.
//!
//! A page more is a line here; guides and documents are found by themselves.

use std::fs;

use super::repository;

/// The languages that every page can be had in.
pub(crate) const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// What everybody may open, but for guides and documents; what answers 404 or 400 is among it.
const OPEN: [&str; 24] = [
    "/",
    "/?place=2",
    "/200041T",
    "/2000813",
    "/2ZZZZZ7",
    "/nothing",
    "/g/fees?place=2",
    "/g/fees?court=jingxiu&thanks=1",
    "/design",
    "/t/",
    "/t/fee",
    "/t/fee?kind=property_first_instance",
    "/t/fee?kind=property_first_instance&amount=1234567890.12",
    "/t/fee?kind=property_first_instance&amount=much",
    "/t/deadline",
    "/t/deadline?rule=appeal-judgment&start=2026-11-27",
    "/t/deadline?rule=apply-enforcement&start=2026-12-24",
    "/t/interest",
    "/d/",
    "/d/complaint/filled.pdf",
    "/login",
    "/search",
    "/search?q=tuifei",
    "/search?q=zzzzz",
];

/// What only who has signed in may open.
pub(crate) const SIGNED_IN: [&str; 5] =
    ["/account", "/stats", "/stats?period=7d&court=jingxiu", "/print", "/print?topic=fees"];

/// The folders of `dir`, but for what begins with an underscore.
fn folders(dir: &str) -> Vec<String> {
    let entries = fs::read_dir(repository().join(dir)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('_')).collect();
    names.sort();
    names
}

/// Every guide's slug.
pub(crate) fn guides() -> Vec<String> {
    folders("guides").into_iter().filter(|slug| slug != "onecode").collect()
}

/// Every document's slug.
pub(crate) fn documents() -> Vec<String> {
    folders("printables/documents")
}

/// Every page that everybody may open.
pub(crate) fn open() -> Vec<String> {
    let open = OPEN.iter().map(|path| (*path).to_owned());
    let guides = guides().into_iter().map(|slug| format!("/g/{slug}"));
    let documents = documents().into_iter().map(|slug| format!("/d/{slug}"));
    open.chain(guides).chain(documents).collect()
}

/// The address in a language and a size.
pub(crate) fn shown(path: &str, language: &str, large: bool) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}lang={language}{}", if large { "&v=large" } else { "" })
}
