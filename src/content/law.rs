//! `guides/_facts/laws.toml`: laws in each version, what became of their articles, and the subjects
//! that are known by name; and what is wrong with citing an article on a day.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::Loaded;
use super::facts::{Table, unknown};
use super::uses::Use;
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::law::{Article, Citation, EnglishLaw, Law, LawId, Renumbered, Subject};
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

/// What a block of text says and cites.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) text: String,
    /// The articles that it cites.
    pub(super) cited: Vec<Citation>,
    /// The articles that the time limits in it rest on.
    pub(super) rests_on: Vec<Citation>,
}

impl Block {
    fn is_about(&self, subject: &Subject) -> bool {
        let rests = |c: &Citation| c.law == subject.law && c.article.article == subject.article;
        subject.is_in(&self.text) || self.rests_on.iter().any(rests)
    }

    fn cites(&self, law: &LawId, number: u16) -> bool {
        self.cited.iter().any(|c| c.law == *law && c.article.article == number)
    }
}

/// A number of an older version, cited for a subject that is known by name: what to say of it.
pub(super) fn old_number(library: &Library, block: &Block) -> Option<(Words, Words)> {
    // Which articles are cited is asked first: most blocks cite none, and a search costs more.
    let cites_old = |s: &&Subject| s.old.iter().any(|old| block.cites(&s.law, *old));
    for subject in library.subjects.iter().filter(cites_old) {
        if block.cites(&subject.law, subject.article) || !block.is_about(subject) {
            continue;
        }
        // What is another subject's number today is not an old one.
        let meant = |number: u16| {
            let mut others = library.subjects.iter().filter(|other| other.law == subject.law);
            others.any(|other| other.article == number && block.is_about(other))
        };
        let stale = |old: &&u16| block.cites(&subject.law, **old) && !meant(**old);
        let old = subject.old.iter().find(stale);
        if let (Some(old), Some(law)) = (old, library.law(&subject.law)) {
            return Some(advice(subject, *old, law, block));
        }
    }
    None
}

fn advice(subject: &Subject, old: u16, law: &Law, block: &Block) -> (Words, Words) {
    let said = subject.words.iter().find(|word| block.text.contains(word.as_str()));
    let word = said.unwrap_or(&subject.words[0]);
    let (article, id, short, from) =
        (subject.article, law.id.as_str(), &law.short, law.in_force_from);
    let message = Words::new(
        format!(
            "in older versions of {short} “{word}” was article {old}; since {from} it is article {article}"
        ),
        format!("{short}旧版里“{word}”是第{old}条；{from}起是第{article}条"),
    );
    let hint = Words::new(
        format!("write law:{id}#{article}; if {old} is right, give it a [[subject]] in laws.toml"),
        format!(
            "请写 law:{id}#{article}；第{old}条没写错的话，请在 laws.toml 里给它写一个 [[subject]]"
        ),
    );
    (message, hint)
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
    en: Option<RawEnglish>,
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

/// What English pages call a law.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct RawEnglish {
    title: String,
    short: String,
    version: String,
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
                english: raw.en.clone().map(|RawEnglish { title, short, version }| EnglishLaw {
                    title,
                    short,
                    version,
                }),
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
        let cited = Article { article, paragraph: None, item: None, point: None };
        loaded.uses.push(Use {
            file: self.file.to_owned(),
            span: raw.article.span(),
            citation: Citation { law: law.clone(), article: cited },
            through: None,
        });
        loaded.library.subjects.push(Subject { law, article, words, old });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The library that our own table makes.
    fn library() -> Library {
        let mut files = SiteFiles::default();
        let laws = include_str!("../../guides/_facts/laws.toml");
        files.insert("guides/_facts/laws.toml", laws.as_bytes());
        let mut loaded = Loaded::default();
        load(&files, &mut loaded);
        assert_eq!(loaded.diagnostics, Vec::new());
        loaded.library
    }

    fn today() -> Day {
        Day::parse("2026-11-24").unwrap()
    }

    #[test]
    fn articles_of_2017_and_2021_are_told_by_the_numbers_of_today() {
        let library = library();
        let now = |law: &str, article: u16| {
            let law = LawId::parse(law).unwrap();
            library.current(&law, article, today()).map(|(law, n)| (law.id.as_str(), n))
        };
        for (of_2017, of_2021, of_today) in [
            (82, 85, 85),
            (87, 90, 90),
            (100, 103, 103),
            (101, 104, 104),
            (119, 122, 122),
            (121, 124, 124),
            (123, 126, 126),
            (127, 130, 130),
            (151, 154, 154),
            (162, 165, 165),
            (164, 171, 171),
            (224, 231, 235),
            (225, 232, 236),
            (226, 233, 237),
            (227, 234, 238),
            (239, 246, 250),
            (240, 247, 251),
            (241, 248, 252),
            (253, 260, 264),
            (255, 262, 266),
            (257, 264, 268),
        ] {
            assert_eq!(now("cpl-2017", of_2017), Some(("cpl", of_today)), "2017: {of_2017}");
            assert_eq!(now("cpl-2021", of_2021), Some(("cpl", of_today)), "2021: {of_2021}");
            let subject = library.subjects.iter().find(|subject| subject.article == of_today);
            assert!(subject.unwrap().old.contains(&of_2017), "{of_today}");
        }
        for (law, article, of_today) in [
            ("cpl-2021", 273, Some(("cpl", 279))),
            ("cpl-2021", 275, None),
            ("cpl-2017", 40, None),
            ("cpl-interp-2020", 273, Some(("cpl-interp", 273))),
            ("cpl-interp-2020", 274, None),
            ("cpl-interp-2020", 519, Some(("cpl-interp", 517))),
            ("enforcement-1998", 20, Some(("enforcement", 18))),
            ("enforcement-1998", 21, None),
        ] {
            assert_eq!(now(law, article), of_today, "{law}#{article}");
        }
    }

    #[test]
    fn an_old_number_is_told_only_where_no_other_subject_has_it_today() {
        let library = library();
        let told = |text: &str, cited: &[&str]| {
            let cited = cited.iter().map(|text| Citation::parse(text).unwrap()).collect();
            let block = Block { text: text.to_owned(), cited, rests_on: Vec::new() };
            let (message, _) = old_number(&library, &block)?;
            Some(message.in_tongue(crate::diagnostic::Tongue::Chinese).to_owned())
        };
        assert_eq!(
            told("不服就上诉", &["cpl#164"]).unwrap(),
            "民诉法旧版里“上诉”是第164条；2024-01-01起是第171条"
        );
        assert_eq!(told("不服就上诉", &["cpl#171", "cpl#164"]), None);
        assert_eq!(told("简易程序的判决也能上诉", &["cpl#164"]), None);
        assert_eq!(told("加倍支付利息", &["cpl#264"]), None);
        assert!(told("法院终结执行", &["cpl#264"]).is_some());
        assert_eq!(told("不服就上诉", &["admin#164"]), None);
    }
}
