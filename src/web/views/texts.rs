//! What all pages share: styles, strings, icons.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Page, Table, ViewsError};
use crate::domain::duty::Duty;
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::period::Day;
use crate::domain::script::Script;
use crate::domain::site::SiteFiles;
use crate::domain::topic::TopicNumber;
use crate::print::address::BaseUrl;
use crate::print::symbol::Symbol;

/// What all pages share.
pub(super) struct Texts {
    pub(super) style: String,
    pub(super) form_style: String,
    pub(super) stats_style: String,
    pub(super) print_style: String,
    pub(super) document_style: String,
    pub(super) paper_style: String,
    /// The script within guides, which sees to it that they are shown where there is no network.
    pub(super) register: String,
    worker: String,
    /// The scripts that search an exported site, by their names.
    pub(super) search_scripts: Vec<(String, String)>,
    strings: Vec<(Language, Table)>,
    pub(super) script: Script,
    pub(super) icons: Table,
    pub(super) base_url: Option<BaseUrl>,
    pub(super) today: Day,
}

impl Texts {
    /// Reads `style.css`, `form.css`, `strings/` and `icons/` under `templates/`.
    pub(super) fn read(
        files: &SiteFiles,
        base_url: Option<BaseUrl>,
        today: Day,
    ) -> Result<Self, ViewsError> {
        let missing = |file: &str| ViewsError::Missing { file: file.to_owned() };
        let text = |file: &str| {
            let bytes = files.get(file).ok_or_else(|| missing(file))?;
            std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| missing(file))
        };
        let mut strings = Vec::new();
        let mut made = Made::default();
        for language in Language::ALL {
            let file = format!("templates/strings/{language}.toml");
            if files.get(&file).is_none() {
                continue;
            }
            let text = text(&file)?;
            let fault = |reason: String| ViewsError::Strings { reason, file: file.clone() };
            let table = if language.made_from().is_some() {
                made = toml::from_str(&text).map_err(|e| fault(e.message().to_owned()))?;
                std::mem::take(&mut made.strings)
            } else {
                toml::from_str(&text).map_err(|e| fault(e.message().to_owned()))?
            };
            strings.push((language, table));
        }
        let script = Script::new(&made.exceptions, made.characters);
        let script = script.map_err(|error| ViewsError::Strings {
            file: format!("templates/strings/{}.toml", Language::ZhHant),
            reason: error.to_string(),
        })?;
        let mut icons = Table::new();
        for (name, file) in files_of("templates/icons/", ".svg", files) {
            icons.insert(name.to_owned(), text(file)?);
        }
        let mut search_scripts = Vec::new();
        for (name, file) in files_of("templates/search/", ".js", files) {
            search_scripts.push((name.to_owned(), text(file)?));
        }
        Ok(Self {
            style: minified(&text("templates/style.css")?),
            form_style: minified(&text("templates/form.css")?),
            stats_style: minified(&text("templates/stats.css")?),
            print_style: minified(&text("templates/print.css")?),
            document_style: minified(&text("templates/document.css")?),
            paper_style: minified(&text("templates/paper.css")?),
            register: text("templates/offline/register.js")?.trim().to_owned(),
            worker: text("templates/offline/worker.js")?,
            search_scripts,
            strings,
            script,
            icons,
            base_url,
            today,
        })
    }

    /// The languages that have strings and are not made from another.
    pub(super) fn languages(&self) -> Vec<Language> {
        let languages = self.strings.iter().map(|(language, _)| *language);
        languages.filter(|language| language.made_from().is_none()).collect()
    }

    /// The languages that are made from another and have a file that says how.
    pub(super) fn made_languages(&self) -> Vec<Language> {
        let languages = self.strings.iter().map(|(language, _)| *language);
        languages.filter(|language| language.made_from().is_some()).collect()
    }

    /// The languages that a page of `library` can be had in.
    pub(super) fn of_page(&self, page: Page, library: &Library) -> Vec<Language> {
        let has_strings = |language: &Language| self.strings.iter().any(|(l, _)| l == language);
        let topic = page.topic().unwrap_or(TopicNumber::ALL);
        let has_guide = |language| library.guides.contains_key(&(topic, language));
        let is_there = |language: &Language| match (page, language.made_from()) {
            (Page::Staff(_), None) | (Page::Tool(_) | Page::Document(_) | Page::Search, _) => {
                has_strings(language)
            }
            (Page::Staff(_), Some(_)) => false,
            (Page::Home | Page::Guide(_) | Page::Design | Page::NotFound, source) => {
                let is_made = |source| has_guide(source) && has_strings(language);
                has_guide(*language) || source.is_some_and(is_made)
            }
        };
        Language::ALL.into_iter().filter(is_there).collect()
    }

    /// The script that shows a guide again where there is no network, with its words in each language.
    pub(super) fn worker(&self) -> String {
        let mut words: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
        for language in Language::ALL {
            let own = self.strings(language.written());
            let said = own.into_iter().filter_map(|(key, text)| {
                let text = match language.made_from() {
                    Some(_) => self.script.traditional(&text),
                    None => text,
                };
                Some((key.strip_prefix("offline_")?.to_owned(), text))
            });
            words.insert(language.tag(), said.collect());
        }
        let words = serde_json::to_string(&words).expect("texts can be written");
        format!("const WORDS = {words};\n{}", self.worker)
    }

    /// A page's own QR symbol, for paper, without the visitor's particulars; none where the public address
    /// is not known.
    pub(super) fn symbol(&self, path: &str) -> String {
        let Some(base) = &self.base_url else { return String::new() };
        let path = path.split('?').next().unwrap_or_default();
        Symbol::small(&format!("{base}{path}")).map_or_else(|_| String::new(), |s| s.short_svg())
    }

    /// The symbol of a whole address of ours, with all that it says; none where it is not known, or so long
    /// that a phone could hardly read it from paper.
    pub(super) fn whole_symbol(&self, path: &str) -> Option<String> {
        let symbol = Symbol::small(&format!("{}{path}", self.base_url.as_ref()?)).ok()?;
        (symbol.version() <= FINEST).then(|| symbol.short_svg())
    }

    /// A moment at which nobody is on duty, to try the pages with.
    pub(super) fn late(&self) -> Duty {
        Duty::Closed { until: Some(self.today.plus(1).start()) }
    }

    /// The strings of `language`, with those of the source language where they are missing.
    pub(super) fn strings(&self, language: Language) -> Table {
        let of = |wanted: Language| self.strings.iter().find(|(l, _)| *l == wanted).map(|(_, t)| t);
        let mut table = of(Language::ZhHans).cloned().unwrap_or_default();
        table.extend(of(language).cloned().unwrap_or_default());
        table
    }
}

/// The version of the finest symbol on a page's paper: 34 mm wide, it has modules of half a millimetre.
const FINEST: u8 = 10;

/// The files of a folder with that ending: the name of each, and its path.
fn files_of<'a>(
    folder: &'a str,
    ending: &'a str,
    files: &'a SiteFiles,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let name = move |file: &'a str| file.strip_prefix(folder)?.strip_suffix(ending);
    files.under(folder).filter_map(move |(file, _)| Some((name(file)?, file)))
}

/// What is said of a language that is made from another.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Made {
    /// What its pages say in their own way.
    strings: Table,
    /// Phrases that the tables get wrong, with what they become.
    exceptions: BTreeMap<String, String>,
    /// Characters of the tables with those to write for them.
    characters: BTreeMap<char, char>,
}

/// The style without comments and without white space at line ends: it goes out with every page.
fn minified(css: &str) -> String {
    let mut rest = css;
    let mut text = String::with_capacity(css.len());
    while let Some((before, after)) = rest.split_once("/*") {
        text.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
