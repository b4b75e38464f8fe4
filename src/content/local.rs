//! `guides/_facts/local.toml`: what differs from court to court, with a default that holds everywhere.
//!
//! Guides name an entry by `{{ local id="…" }}`; the page puts in the court's own text, or the
//! default. Texts are plain; a reference such as `[](limit:pay-fee)` is filled in as text.

use serde::Deserialize;
use toml::Spanned;

use super::Loaded;
use super::facts::{Table, unknown};
use super::markdown::escape;
use super::references::References;
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::court::CourtId;
use crate::domain::guide::Language;
use crate::domain::law::LawId;
use crate::domain::local::LocalText;
use crate::domain::period::Day;
use crate::domain::site::SiteFiles;

const FILE: &str = "guides/_facts/local.toml";

/// Reads the texts; courts, laws, limits and links have to be there already.
pub(super) fn load(files: &SiteFiles, today: Day, loaded: &mut Loaded) {
    let Some(mut table) = Table::read::<LocalFile>(files, FILE, loaded) else { return };
    for raw in std::mem::take(&mut table.value.local) {
        table.add(&raw, today, loaded);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LocalFile {
    #[serde(default)]
    local: Vec<RawLocal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLocal {
    id: Spanned<String>,
    #[serde(rename = "about")]
    _about: String,
    default: Spanned<String>,
    /// The default in English.
    en: Option<Spanned<String>>,
    #[serde(default)]
    court: Vec<RawOwn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOwn {
    court: Spanned<String>,
    text: Spanned<String>,
}

impl Table<LocalFile> {
    fn add(&self, raw: &RawLocal, today: Day, loaded: &mut Loaded) {
        let taken = loaded.library.locals.iter().any(|l| l.id == *raw.id.as_ref());
        let id = self.new_id(&raw.id, |t| LawId::parse(t).map(|_| t.to_owned()), taken, loaded);
        let mut citations = Vec::new();
        let chinese = (Language::ZhHans, today);
        let default = html(&raw.default, chinese, &mut citations, loaded);
        let english = raw.en.as_ref();
        let default_en =
            english.and_then(|en| html(en, (Language::En, today), &mut Vec::new(), loaded));
        let mut courts: Vec<(CourtId, String)> = Vec::new();
        for own in &raw.court {
            let court = self.court(&own.court, &courts, loaded);
            let text = html(&own.text, chinese, &mut citations, loaded);
            courts.extend(court.zip(text));
        }
        if let (Some(id), Some(default)) = (id, default) {
            loaded.library.locals.push(LocalText { id, default, default_en, courts, citations });
        }
    }

    /// A court that is known and has no text here yet.
    fn court(
        &self,
        raw: &Spanned<String>,
        courts: &[(CourtId, String)],
        loaded: &mut Loaded,
    ) -> Option<CourtId> {
        let id = raw.as_ref();
        let known = &loaded.library.courts;
        let Some(court) = known.iter().find(|court| court.id.as_str() == id) else {
            let names = known.iter().map(|court| court.id.as_str());
            let fault = unknown(FILE, raw.span(), "court", id, "courts.toml", names);
            loaded.diagnostics.push(fault);
            return None;
        };
        let court = court.id.clone();
        if courts.iter().any(|(taken, _)| *taken == court) {
            let message =
                Words::new(format!("{id} has two texts here"), format!("“{id}”在这里写了两段"));
            self.fault(loaded, raw.span(), message);
            return None;
        }
        Some(court)
    }
}

/// A text as HTML, a paragraph a line, unless it is empty, holds HTML or a broken reference.
fn html(
    raw: &Spanned<String>,
    (language, today): (Language, Day),
    citations: &mut Vec<crate::domain::law::Citation>,
    loaded: &mut Loaded,
) -> Option<String> {
    let (mut faults, mut anchors) = (Vec::new(), Vec::new());
    let mut references = References {
        library: &loaded.library,
        file: FILE,
        today,
        language,
        diagnostics: &mut faults,
        citations,
        uses: &mut loaded.uses,
        anchors: &mut anchors,
    };
    let text = references.fill(raw.as_ref(), &raw.span());
    loaded.diagnostics.append(&mut faults);
    let refused = if text.trim().is_empty() {
        Words::new("the text is empty", "这段文字是空的")
    } else if text.contains(['<', '>']) {
        Words::new("texts of courts have no HTML", "本院说明里不能写 HTML")
    } else if text.contains("](") || text.contains("{{") {
        Words::new(
            "plain words and references like [](limit:pay-fee) only",
            "只能写文字和 [](limit:pay-fee) 这样的引用",
        )
    } else {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines = lines.map(escape).collect::<Vec<_>>().join("</p><p>");
        return Some(format!("<p>{lines}</p>"));
    };
    loaded.diagnostics.push(Diagnostic::error(FILE, raw.span(), refused).with_hint(Words::new(
        "write what holds in plain words; leave the entry out where there is nothing to say",
        "请写成平常的话；没有要说的，就不写这一条",
    )));
    None
}
