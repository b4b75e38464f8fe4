//! What the dashboard's template may use: one value for each of its parts.
//!
//! Filled in by the module above; a part more is a structure here and its place in the template.

use serde::Serialize;

#[derive(Serialize)]
pub(in crate::web::views) struct StatsContext {
    pub(super) wall: bool,
    pub(super) wall_link: String,
    pub(super) span: String,
    pub(super) before: String,
    pub(super) year: String,
    pub(super) unfinished: String,
    pub(super) filtered: String,
    pub(super) presets: Vec<LinkContext>,
    pub(super) from: String,
    pub(super) to: String,
    /// Which days are shown where the fields for them are empty.
    pub(super) moving: String,
    pub(super) hidden: Vec<(String, String)>,
    pub(super) courts: Vec<BoxContext>,
    pub(super) topics: Vec<BoxContext>,
    pub(super) heads: Vec<HeadContext>,
    pub(super) files: Vec<FilesContext>,
    /// The month on paper.
    pub(super) report: LinkContext,
    pub(super) sections: Vec<SectionContext>,
    /// The query of this page, for its forms.
    pub(super) query: String,
    pub(super) sees_alarms: bool,
    pub(super) alarms: Vec<AlarmContext>,
    /// That more of them stand behind a click.
    pub(super) more_alarms: String,
    pub(super) seen: Vec<AlarmContext>,
    pub(super) struck: Vec<String>,
    pub(super) since: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct LinkContext {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) current: bool,
}

#[derive(Serialize)]
pub(super) struct BoxContext {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) checked: bool,
}

#[derive(Serialize)]
pub(super) struct HeadContext {
    pub(super) kind: &'static str,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) href: String,
    pub(super) notes: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct FilesContext {
    pub(super) label: String,
    pub(super) csv: String,
    pub(super) xlsx: String,
}

#[derive(Serialize)]
pub(super) struct SectionContext {
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) about: String,
    pub(super) chart: String,
    pub(super) legend: bool,
    /// Whether the time before is drawn.
    pub(super) before: bool,
    /// Whether its table is open from the start.
    pub(super) open: bool,
    pub(super) shades: Vec<(u64, String)>,
    pub(super) notes: Vec<String>,
    pub(super) head: Vec<(String, bool)>,
    pub(super) rows: Vec<Vec<(String, bool)>>,
    pub(super) total: Vec<(String, bool)>,
    pub(super) files: FilesContext,
}

#[derive(Serialize)]
pub(super) struct AlarmContext {
    /// Of all alarms that it stands for.
    pub(super) numbers: Vec<u32>,
    pub(super) at: String,
    /// How often, where it stands for several.
    pub(super) times: String,
    pub(super) text: String,
    pub(super) seen: String,
}
