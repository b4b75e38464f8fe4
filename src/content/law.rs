//! `guides/_facts/laws.toml`: laws in each version, what became of their articles, and the subjects
//! that are known by name; and what is wrong with citing an article on a day.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::Loaded;
use super::facts::{Table, unknown};
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::law::{Citation, Law, LawId, Renumbered, Subject};
use crate::domain::library::Library;
use crate::domain::period::Day;
use crate::domain::site::SiteFiles;

/// Reads the laws; the other tables cite them.
pub(super) fn load(files: &SiteFiles, loaded: &mut Loaded) {
    let Some(mut table) = Table::read::<LawsFile>(files, "guides/_facts/laws.toml", loaded) else {
        return;
    };
    let laws = std::mem::take(&mut table.value.law);
    for raw in &laws {
        table.add_law(raw, loaded);
    }
    for raw in &laws {
        table.check_successor(raw, loaded);
    }
    for raw in std::mem::take(&mut table.value.subject) {
        table.add_subject(&raw, loaded);
    }
}

/// Checks what the tables of facts cite, as guides' citations are checked.
pub(super) fn check_facts(loaded: &mut Loaded, today: Day) {
    for cited in &loaded.uses {
        let (file, span) = (cited.file.as_str(), &cited.span);
        let faults = faults(&loaded.library, today, file, span, &cited.citation, "");
        loaded.diagnostics.extend(faults);
    }
}

/// What is wrong with citing an article on `today`; `prefix` is how a reference is written there:
/// `law:` or nothing.
pub(super) fn faults(
    library: &Library,
    today: Day,
    file: &str,
    span: &Range<usize>,
    citation: &Citation,
    prefix: &str,
) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let Some(law) = library.law(&citation.law) else { return faults };
    let (title, article) = (&law.title, citation.article.article);
    if let Some(last) = law.articles.filter(|last| article > *last) {
        let message = Words::new(
            format!("{title} has no article {article}: it ends at {last}"),
            format!("《{title}》没有{}：最后一条是第{last}条", citation.article),
        );
        faults.push(Diagnostic::error(file, span.clone(), message));
    }
    if !law.in_force_on(today) {
        let (version, from) = (&law.version, law.in_force_from);
        let until = law.in_force_until.map_or(String::new(), |day| format!(" – {day}"));
        let message = Words::new(
            format!("{title} ({version}) is not in force: {from}{until}"),
            format!("《{title}》（{version}）不在施行期内：{from}{until}"),
        );
        let fault = Diagnostic::error(file, span.clone(), message).by_date();
        faults.push(match moved(library, today, citation, prefix) {
            Some(hint) => fault.with_hint(hint),
            None => fault,
        });
    }
    faults
}

/// Where an article of an old version stands today, as a hint.
fn moved(library: &Library, today: Day, citation: &Citation, prefix: &str) -> Option<Words> {
    let law = library.version(&citation.law, today)?;
    let (id, version) = (law.id.as_str(), &law.version);
    let Some((_, article)) = library.current(&citation.law, citation.article.article, today) else {
        return Some(Words::new(
            format!("look up its number in {version} and write {prefix}{id}#…"),
            format!("请查它在{version}里的条号，再写 {prefix}{id}#…"),
        ));
    };
    let precise = citation.article.paragraph.is_some() || citation.article.item.is_some();
    let (en, zh) = if precise {
        (", after looking up the paragraph", "，款、项请再核对")
    } else {
        ("", "")
    };
    Some(Words::new(
        format!("it is article {article} now: write {prefix}{id}#{article}{en}"),
        format!("现在是第{article}条：请写 {prefix}{id}#{article}{zh}"),
    ))
}

/// A number of an older version, cited for a subject that is known by name: what to say of it.
pub(super) fn old_number(
    library: &Library,
    text: &str,
    cited: &[Citation],
) -> Option<(Words, Words)> {
    let names = |law: &LawId, number: u16| {
        cited.iter().any(|c| c.law == *law && c.article.article == number)
    };
    for subject in library.subjects.iter().filter(|subject| subject.is_in(text)) {
        if names(&subject.law, subject.article) {
            continue;
        }
        // What is another subject's number today is not an old one.
        let meant = |number: u16| {
            let mut others = library.subjects.iter().filter(|other| other.law == subject.law);
            others.any(|other| other.article == number && other.is_in(text))
        };
        let old = subject.old.iter().find(|old| names(&subject.law, **old) && !meant(**old));
        let (Some(old), Some(law)) = (old, library.law(&subject.law)) else { continue };
        let (word, article) = (subject.words.iter().find(|w| text.contains(w.as_str()))?, subject);
        let (article, id, short) = (article.article, law.id.as_str(), &law.short);
        let from = law.in_force_from;
        return Some((
            Words::new(
                format!(
                    "in older versions of {short} “{word}” was article {old}; since {from} it is article {article}"
                ),
                format!("{short}旧版里“{word}”是第{old}条；{from}起是第{article}条"),
            ),
            Words::new(
                format!(
                    "write law:{id}#{article}, or name the subject of article {old} in laws.toml"
                ),
                format!(
                    "请写 law:{id}#{article}；要是没写错，请在 laws.toml 里给第{old}条写一个 [[subject]]"
                ),
            ),
        ));
    }
    None
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LawsFile {
    #[serde(default)]
    law: Vec<RawLaw>,
    #[serde(default)]
    subject: Vec<RawSubject>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLaw {
    id: Spanned<String>,
    title: Spanned<String>,
    short: String,
    version: String,
    in_force_from: Spanned<Datetime>,
    in_force_until: Option<Spanned<Datetime>>,
    articles: Option<u16>,
    replaced_by: Option<Spanned<String>>,
    #[serde(default)]
    renumbered: Vec<Spanned<RawRenumbered>>,
    #[serde(rename = "note")]
    _note: Option<String>,
    #[serde(rename = "checked")]
    _checked: Option<Spanned<Datetime>>,
}

/// `{ from = 82, to = 85 }` or `{ from = 44, last = 162, by = 3 }`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRenumbered {
    from: u16,
    last: Option<u16>,
    to: Option<u16>,
    by: Option<i16>,
}

impl RawRenumbered {
    fn parse(&self) -> Option<Renumbered> {
        let (from, last) = (self.from, self.last.unwrap_or(self.from));
        let by = match (self.to, self.by) {
            (Some(to), None) if self.last.is_none() => i16::try_from(to).ok()? - from.cast_signed(),
            (None, Some(by)) => by,
            _ => return None,
        };
        let stays = from.checked_add_signed(by).is_some_and(|to| to > 0);
        (from > 0 && from <= last && last < 10_000 && stays).then_some(Renumbered {
            from,
            last,
            by,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSubject {
    law: Spanned<String>,
    article: Spanned<u16>,
    words: Spanned<Vec<String>>,
    #[serde(default)]
    old: Vec<u16>,
}

impl Table<LawsFile> {
    fn add_law(&self, raw: &RawLaw, loaded: &mut Loaded) {
        let taken = loaded.library.laws.iter().any(|l| l.id.as_str() == raw.id.as_ref());
        let id = self.new_id(&raw.id, LawId::parse, taken, loaded);
        let from = self.day(&raw.in_force_from, loaded);
        let until = raw.in_force_until.as_ref().and_then(|raw| self.day(raw, loaded));
        let mut renumbered = Vec::new();
        for entry in &raw.renumbered {
            if let Some(entry) = entry.as_ref().parse() {
                renumbered.push(entry);
                continue;
            }
            let message = Words::new(
                "not { from = 82, to = 85 } or { from = 44, last = 162, by = 3 }",
                "应写 { from = 82, to = 85 } 或 { from = 44, last = 162, by = 3 }",
            );
            self.fault(loaded, entry.span(), message);
        }
        if let (Some(id), Some(in_force_from)) = (id, from) {
            loaded.library.laws.push(Law {
                id,
                title: raw.title.as_ref().clone(),
                short: raw.short.clone(),
                version: raw.version.clone(),
                in_force_from,
                in_force_until: until,
                articles: raw.articles,
                replaced_by: raw.replaced_by.as_ref().and_then(|id| LawId::parse(id.as_ref())),
                renumbered,
            });
        }
    }

    /// A law that another one replaced has an end, and that other one is there.
    fn check_successor(&self, raw: &RawLaw, loaded: &mut Loaded) {
        let Some(next) = &raw.replaced_by else { return };
        self.known_law(next, loaded);
        if raw.in_force_until.is_none() || next.as_ref() == raw.id.as_ref() {
            let message = Words::new(
                "a law that was replaced has `in_force_until`, and another law in `replaced_by`",
                "写了 replaced_by 的，要写 in_force_until，而且不能指向自己",
            );
            self.fault(loaded, next.span(), message);
        }
    }

    fn known_law(&self, id: &Spanned<String>, loaded: &mut Loaded) -> Option<LawId> {
        let laws = &loaded.library.laws;
        if let Some(law) = laws.iter().find(|law| law.id.as_str() == id.as_ref()) {
            return Some(law.id.clone());
        }
        let known = laws.iter().map(|law| law.id.as_str());
        let fault = unknown(self.file, id.span(), "law", id.as_ref(), "laws.toml", known);
        loaded.diagnostics.push(fault);
        None
    }

    fn add_subject(&self, raw: &RawSubject, loaded: &mut Loaded) {
        let Some(law) = self.known_law(&raw.law, loaded) else { return };
        let article = *raw.article.as_ref();
        let last = loaded.library.law(&law).and_then(|law| law.articles).unwrap_or(u16::MAX);
        if article == 0 || article > last || raw.old.contains(&article) {
            let message = Words::new(
                "a subject's article is in the law, and is none of its old numbers",
                "article 应是这部法现有的条号，不能又写在 old 里",
            );
            self.fault(loaded, raw.article.span(), message);
            return;
        }
        let words = raw.words.as_ref();
        if words.is_empty() || words.iter().any(|word| word.trim().chars().count() < 2) {
            let message = Words::new(
                "a subject has words of two characters or more",
                "words 里每个词至少两个字",
            );
            self.fault(loaded, raw.words.span(), message);
            return;
        }
        let (words, old) = (words.clone(), raw.old.clone());
        loaded.library.subjects.push(Subject { law, article, words, old });
    }
}
