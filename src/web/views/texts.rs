//! What all pages share: styles, strings, icons.

use super::{Table, ViewsError};
use crate::domain::guide::Language;
use crate::domain::period::Day;
use crate::domain::site::SiteFiles;
use crate::print::address::BaseUrl;

/// What all pages share.
pub(super) struct Texts {
    pub(super) style: String,
    pub(super) form_style: String,
    pub(super) stats_style: String,
    pub(super) print_style: String,
    pub(super) document_style: String,
    pub(super) paper_style: String,
    strings: Vec<(Language, Table)>,
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
        for language in Language::ALL {
            let file = format!("templates/strings/{language}.toml");
            if files.get(&file).is_some() {
                let table = toml::from_str(&text(&file)?).map_err(|error| ViewsError::Strings {
                    reason: error.message().to_owned(),
                    file,
                })?;
                strings.push((language, table));
            }
        }
        let mut icons = Table::new();
        for (file, _) in files.under("templates/icons/") {
            if let Some(name) =
                file.strip_prefix("templates/icons/").and_then(|f| f.strip_suffix(".svg"))
            {
                icons.insert(name.to_owned(), text(file)?);
            }
        }
        Ok(Self {
            style: minified(&text("templates/style.css")?),
            form_style: minified(&text("templates/form.css")?),
            stats_style: minified(&text("templates/stats.css")?),
            print_style: minified(&text("templates/print.css")?),
            document_style: minified(&text("templates/document.css")?),
            paper_style: minified(&text("templates/paper.css")?),
            strings,
            icons,
            base_url,
            today,
        })
    }

    /// The languages that have strings.
    pub(super) fn languages(&self) -> Vec<Language> {
        self.strings.iter().map(|(language, _)| *language).collect()
    }

    /// The strings of `language`, with those of the source language where they are missing.
    pub(super) fn strings(&self, language: Language) -> Table {
        let of = |wanted: Language| self.strings.iter().find(|(l, _)| *l == wanted).map(|(_, t)| t);
        let mut table = of(Language::ZhHans).cloned().unwrap_or_default();
        table.extend(of(language).cloned().unwrap_or_default());
        table
    }
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
