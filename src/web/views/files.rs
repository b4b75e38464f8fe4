//! Our addresses as the names of files, and the addresses that a page holds.
//!
//! A file stands in the folder of its language and its size: `g/fees.html`, `en/large/g/fees.html`.
//! What all pages share, such as blank papers, stands in no such folder.

use super::links::decoded;
use super::tool::INTEREST;
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::topic::TopicNumber;

/// Where in an exported site an address of ours leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) struct Spot {
    /// The file's path.
    pub(in crate::web) file: String,
    /// The place in it; empty for its beginning.
    pub(in crate::web) anchor: String,
}

impl Spot {
    /// Where `address` leads, such as `/t/fee?kind=divorce&lang=en`; `None` where there is no such page
    /// in an exported site.
    pub(in crate::web) fn of(address: &str, library: &Library) -> Option<Self> {
        let (address, anchor) = address.split_once('#').unwrap_or((address, ""));
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let query = decoded(query);
        let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, v)| v.as_str());
        let (name, own) = name(path, value("kind").or(value("rule")), library)?;
        let anchor = if own.is_empty() { anchor } else { own };
        let folder = match name {
            Name::Shared(_) => String::new(),
            Name::Page(_) => {
                let language = value("lang").and_then(Language::parse).unwrap_or(Language::ZhHans);
                folder(language, value("v") == Some("large"))
            }
        };
        let (Name::Page(name) | Name::Shared(name)) = name;
        Some(Self { file: folder + &name, anchor: anchor.to_owned() })
    }

    /// The address of this from the file `from`.
    pub(in crate::web) fn seen_from(&self, from: &str) -> String {
        let anchor = if self.anchor.is_empty() { "" } else { "#" };
        format!("{}{anchor}{}", relative(from, &self.file), self.anchor)
    }
}

/// The folder of the pages in that language and size, with a slash at its end.
pub(super) fn folder(language: Language, large: bool) -> String {
    let own = if language == Language::ZhHans { String::new() } else { format!("{language}/") };
    if large { own + "large/" } else { own }
}

enum Name {
    Page(String),
    Shared(String),
}

/// The file of a path, and the place in it that belongs to what is `chosen` of its kinds.
fn name<'a>(path: &str, chosen: Option<&'a str>, library: &Library) -> Option<(Name, &'a str)> {
    let page = |name: &str| Some((Name::Page(format!("{name}.html")), ""));
    let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    match parts[..] {
        [""] => page("index"),
        ["search"] => page("search"),
        ["search", _] => Some((Name::Shared(path[1..].to_owned()), "")),
        ["g", topic] => {
            let whole = library.topics.get(&TopicNumber::ALL);
            let is_whole = whole.is_some_and(|whole| whole.id.as_str() == topic);
            page(&if is_whole { "index".to_owned() } else { format!("g/{topic}") })
        }
        ["t" | "d"] => page(&format!("{}/index", parts[0])),
        [folder @ ("t" | "d"), ""] => page(&format!("{folder}/index")),
        ["t", "fee"] if chosen == Some(INTEREST) => page("t/interest"),
        ["t", tool @ ("fee" | "deadline" | "interest")] => {
            Some((Name::Page(format!("t/{tool}.html")), chosen.unwrap_or_default()))
        }
        ["d", file] if matches!(file.rsplit('.').next(), Some("docx" | "pdf")) => {
            Some((Name::Shared(path[1..].to_owned()), ""))
        }
        ["d", document] => page(&format!("d/{document}")),
        _ => None,
    }
}

/// The address of the file `to` from the file `from`.
fn relative(from: &str, to: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.split('/').collect(), to.split('/').collect());
    let most = from.len().min(to.len()) - 1;
    let same = (0..most).take_while(|at| from[*at] == to[*at]).count();
    "../".repeat(from.len() - 1 - same) + &to[same..].join("/")
}

/// The attributes that hold addresses.
const ADDRESSES: [&str; 4] = ["href", "src", "action", "formaction"];

/// The elements in which no tags stand.
const RAW: [&str; 2] = ["style", "script"];

/// `html` with each address as `change` gives it; where that is `None`, without the attribute.
pub(in crate::web) fn with_addresses(
    html: &str,
    change: &mut dyn FnMut(&str) -> Option<String>,
) -> String {
    let mut done = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        done.push_str(&rest[..at]);
        let tag = &rest[at + 1..];
        done.push('<');
        rest = change_tag(tag, change, &mut done);
        if let Some(raw) = RAW.iter().find(|raw| tag.starts_with(*raw)) {
            let (inside, after) = rest.split_at(rest.find(&format!("</{raw}")).unwrap_or(0));
            done.push_str(inside);
            rest = after;
        }
    }
    done + rest
}

/// Adds the tag that `html` begins with to `done`, its addresses changed; what follows the tag.
fn change_tag<'a>(
    html: &'a str,
    change: &mut dyn FnMut(&str) -> Option<String>,
    done: &mut String,
) -> &'a str {
    let mut rest = html;
    loop {
        let end = rest.find('>').map_or(rest.len(), |at| at + 1);
        let attribute = rest.split_once("=\"").filter(|(before, _)| before.len() < end);
        let attribute =
            attribute.and_then(|(before, after)| Some((before, after.split_once('"')?)));
        let Some((before, (value, after))) = attribute else {
            done.push_str(&rest[..end]);
            return &rest[end..];
        };
        rest = after;
        let name = before.rsplit([' ', '\n']).next().unwrap_or_default();
        if !ADDRESSES.contains(&name) {
            done.extend([before, "=\"", value, "\""]);
            continue;
        }
        match change(&value.replace("&amp;", "&")) {
            Some(value) => done.extend([before, "=\"", &value.replace('&', "&amp;"), "\""]),
            None => done.push_str(before[..before.len() - name.len()].trim_end()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_a_file_and_each_file_finds_every_other() {
        let library = Library::default();
        for (address, file, anchor) in [
            ("/", "index.html", ""),
            ("/?lang=en", "en/index.html", ""),
            ("/g/fees?lang=zh-Hant&v=large#pay", "zh-Hant/large/g/fees.html", "pay"),
            ("/t/fee?kind=divorce&v=large", "large/t/fee.html", "divorce"),
            ("/t/deadline?rule=appeal-judgment", "t/deadline.html", "appeal-judgment"),
            ("/t/", "t/index.html", ""),
            ("/d/complaint?court=north&place=2", "d/complaint.html", ""),
            ("/d/complaint.pdf", "d/complaint.pdf", ""),
            ("/search/en.js", "search/en.js", ""),
        ] {
            let spot = Spot::of(address, &library).unwrap();
            assert_eq!((&*spot.file, &*spot.anchor), (file, anchor), "{address}");
        }
        for address in ["/login", "/stats", "/g/fees/useful", "/200041T", "/design", "g/fees"] {
            assert_eq!(Spot::of(address, &library), None, "{address}");
        }
        for (from, to, seen) in [
            ("index.html", "index.html", "index.html"),
            ("index.html", "g/fees.html", "g/fees.html"),
            ("g/fees.html", "g/filing.html", "filing.html"),
            ("en/large/g/fees.html", "large/g/fees.html", "../../../large/g/fees.html"),
            ("large/d/index.html", "d/complaint.pdf", "../../d/complaint.pdf"),
        ] {
            assert_eq!(relative(from, to), seen, "{from} {to}");
        }
    }

    #[test]
    fn every_address_of_a_page_is_seen_and_nothing_else() {
        let html = "<style>[href=\"/s\"]</style><a class=\"a\" href=\"/?a=1&amp;b=2\">=\"</a>\
                    <form action=\"/x\"><i title=\"href\">";
        let mut seen = Vec::new();
        let same = with_addresses(html, &mut |address| {
            seen.push(address.to_owned());
            Some(address.to_owned())
        });
        assert_eq!((&*same, &*seen), (html, &["/?a=1&b=2".to_owned(), "/x".to_owned()][..]));
        let html = "<a class=\"a\" href=\"/x\">x</a>";
        assert_eq!(with_addresses(html, &mut |_| None), "<a class=\"a\">x</a>");
    }
}
