//! What differs from court to court, such as where a terminal's button is.

use super::court::CourtId;
use super::law::Citation;

/// A place in the guides that a court may fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalText {
    /// Its id in `local.toml`.
    pub id: String,
    /// What every page shows that belongs to no court, or to one that wrote nothing: HTML.
    pub default: String,
    /// The same in English, where that was written.
    pub default_en: Option<String>,
    /// What the pages of one court show instead: HTML.
    pub courts: Vec<(CourtId, String)>,
    /// The articles that any of these texts cites.
    pub citations: Vec<Citation>,
}

impl LocalText {
    /// The comment in a guide's HTML that a page puts the text in the place of.
    pub fn mark(&self) -> String {
        format!("<!--local:{}-->", self.id)
    }

    /// The court's own text, where it wrote one.
    pub fn own(&self, court: &CourtId) -> Option<&str> {
        self.courts.iter().find(|(id, _)| id == court).map(|(_, text)| text.as_str())
    }
}
