//! What the managers' dashboard shows, from its numbers: words, links that carry the filters, tables.
//!
//! The numbers are `report::board`'s; how they look is the template's and `stats.css`'s. A headline
//! more is a line in `heads`.

mod alerts;
mod context;
mod heads;
mod table;

pub(super) use context::StatsContext;
use context::{BoxContext, FilesContext, LinkContext, SectionContext};

use super::Table;
use super::links::{Links, encoded};
use crate::diagnostic::Tongue;
use crate::domain::alarm::{Alarm, AlarmKind, Seen};
use crate::domain::guide::Language;
use crate::domain::library::Library;
use crate::domain::period::{Day, Moment, Month, Period};
use crate::domain::strike::Struck;
use crate::domain::user::Courts;
use crate::report::asked::{Asking, Preset, Table as Asked};
use crate::report::board::{Board, Counted, Part, Section, Sums, board, change};
use crate::report::chart::grouped;
use crate::report::monthly::Needs;
use crate::report::{Question, REPORTS, Stage, decimal};

/// What the page is made of.
pub struct Stats {
    /// The numbers.
    pub board: Board,
    /// The question as the address asks it, with both days.
    pub asked: Asking,
    /// The days that move with the calendar, where the address names such.
    pub preset: Option<Preset>,
    /// Whether it hangs on a wall.
    pub wall: bool,
    /// The courts that the user sees.
    pub courts: Courts,
    /// The alarms, for whoever sees all courts.
    pub alarms: Option<Vec<Alarm>>,
    /// What was struck out in the period, of these courts.
    pub struck: Vec<Struck>,
    /// What is counted since the start, for whoever sees all courts.
    pub since: Option<Since>,
}

/// What is counted since the start, for all courts together.
#[derive(Clone, Copy)]
pub struct Since {
    /// How many scans were late and how many were dropped.
    pub lost: [u64; 2],
    /// How many searches found something and how many nothing.
    pub searches: [u64; 2],
}

impl Stats {
    /// The filters as the address has them: days that move with the calendar go on moving.
    fn filters(&self) -> Vec<(String, String)> {
        let mut pairs = match self.preset {
            Some(preset) => vec![("period".to_owned(), preset.as_str().to_owned())],
            None => days(self.asked.question.period),
        };
        pairs.extend(self.chosen());
        pairs
    }

    /// The courts and topics that were chosen.
    fn chosen(&self) -> Vec<(String, String)> {
        let question = &self.asked.question;
        let courts = question.courts.iter().map(|id| ("court".to_owned(), id.to_string()));
        let topics = question.topics.iter().map(|id| ("topic".to_owned(), id.to_string()));
        courts.chain(topics).collect()
    }

    /// What lasts when the language or the size of the page changes.
    pub(super) fn lasting(&self) -> Vec<(String, String)> {
        let mut pairs = self.filters();
        if self.wall {
            pairs.push(("wall".to_owned(), "1".to_owned()));
        }
        pairs
    }

    /// A dashboard with which every part of the template is tried.
    pub(super) fn sample(library: &Library, today: Day) -> Self {
        let now = today.start();
        let table = Asked::Scans(REPORTS[0]);
        let question = Question {
            by: Vec::new(),
            courts: Vec::new(),
            topics: Vec::new(),
            period: Preset::Week.days(today),
            today,
        };
        let asked = Asking { table, question, now };
        let counted = Counted { scans: &[], feedback: &[], silences: &[] };
        let alarm =
            |number, seen| Alarm { number, at: now, kind: AlarmKind::Clock { seconds: 60 }, seen };
        Self {
            board: board(&asked, &counted, library, Tongue::Chinese),
            asked,
            preset: Some(Preset::Week),
            wall: true,
            courts: Courts::All,
            alarms: Some(vec![alarm(1, None), alarm(2, Some(Seen { at: now, by: String::new() }))]),
            struck: Vec::new(),
            since: Some(Since { lost: [1, 1], searches: [1, 1] }),
        }
    }
}

/// What the template may use of `stats`.
pub(super) fn of(stats: &Stats, t: &Table, links: &Links<'_>) -> StatsContext {
    let tongue = tongue(links.key.language);
    let page = Page { stats, t, links, tongue };
    let board = &stats.board;
    let period = |index: usize| board.periods.get(index).copied().unwrap_or_default();
    let known = |index: usize| board.sums[index].is_some();
    // A day under way, and what has not begun, are compared with nothing that is on record either.
    let told = matches!(board.stage, Stage::Day | Stage::Unbegun);
    let none = |index: usize| if told || known(index) { "" } else { page.t("stats_unknown") };
    let (open, seen): (Vec<&Alarm>, Vec<&Alarm>) =
        stats.alarms.iter().flatten().partition(|alarm| alarm.seen.is_none());
    StatsContext {
        wall: stats.wall,
        wall_link: page.link("/stats", &stats.filters(), !stats.wall),
        span: page.span(period(0)),
        before: format!("{}{}", page.span(period(1)), none(1)),
        year: format!("{}{}", page.span(period(2)), none(2)),
        unfinished: page.unfinished(),
        filtered: page.filtered(),
        presets: page.presets(),
        from: page.typed_day(stats.asked.question.period.from),
        to: page.typed_day(stats.asked.question.period.to),
        moving: page.moving(),
        hidden: page.hidden(),
        courts: page.courts(),
        topics: page.topics(),
        heads: page.heads(),
        files: ["compare", "machines"].map(|name| page.other_files(name)).into(),
        report: page.report(),
        sections: board.sections.iter().map(|section| page.section(section)).collect(),
        query: page.link("", &stats.filters(), stats.wall),
        sees_alarms: stats.alarms.is_some(),
        more_alarms: page.more_alarms(&open),
        alarms: page.alerts(&open),
        seen: seen.into_iter().rev().take(10).map(|alarm| page.alarm(alarm)).collect(),
        struck: stats.struck.iter().map(|struck| page.struck(struck)).collect(),
        since: page.since(),
    }
}

fn tongue(language: Language) -> Tongue {
    if language.is_english() { Tongue::English } else { Tongue::Chinese }
}

struct Page<'a> {
    stats: &'a Stats,
    t: &'a Table,
    links: &'a Links<'a>,
    tongue: Tongue,
}

impl Page<'_> {
    fn t(&self, key: &str) -> &str {
        self.t.get(key).map_or("", String::as_str)
    }

    /// A string with each `{}` in turn replaced.
    fn with(&self, key: &str, values: &[&str]) -> String {
        values.iter().fold(self.t(key).to_owned(), |text, value| text.replacen("{}", value, 1))
    }

    fn library(&self) -> &Library {
        self.links.library
    }

    /// An address with `pairs`, in the language and the size of this page.
    fn link(&self, path: &str, pairs: &[(String, String)], wall: bool) -> String {
        let mut pairs = pairs.to_vec();
        if wall {
            pairs.push(("wall".to_owned(), "1".to_owned()));
        }
        pairs.extend(self.links.kept(self.links.key.large, None));
        let query = encoded(&pairs);
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    fn presets(&self) -> Vec<LinkContext> {
        let preset = |preset: Preset| {
            let mut pairs = vec![("period".to_owned(), preset.as_str().to_owned())];
            pairs.extend(self.stats.chosen());
            LinkContext {
                label: self.preset_name(preset),
                href: self.link("/stats", &pairs, self.stats.wall),
                current: self.stats.preset == Some(preset),
            }
        };
        Preset::ALL.into_iter().map(preset).collect()
    }

    /// A day as a field shows it: left empty where the days move with the calendar.
    fn typed_day(&self, day: Option<Day>) -> String {
        let day = day.filter(|_| self.stats.preset.is_none());
        day.map_or(String::new(), |day| day.to_string())
    }

    /// Which days are shown while the fields for them are left empty, so that they go on moving.
    fn moving(&self) -> String {
        let Some(preset) = self.stats.preset else { return String::new() };
        let name = self.preset_name(preset);
        self.with("stats_moving", &[&name, &self.span(self.stats.asked.question.period)])
    }

    fn preset_name(&self, preset: Preset) -> String {
        self.t(&format!("stats_in_{}", preset.as_str().replace('-', "_"))).to_owned()
    }

    /// What the form keeps besides its fields.
    fn hidden(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        if let Some(preset) = self.stats.preset {
            pairs.push(("period".to_owned(), preset.as_str().to_owned()));
        }
        if self.stats.wall {
            pairs.push(("wall".to_owned(), "1".to_owned()));
        }
        pairs.extend(self.links.kept(self.links.key.large, None));
        pairs
    }

    fn courts(&self) -> Vec<BoxContext> {
        let chosen = &self.stats.asked.question.courts;
        let theirs = |id| match &self.stats.courts {
            Courts::All => true,
            Courts::Named(courts) => courts.contains(id),
        };
        let courts = self.library().courts.iter().filter(|court| theirs(&court.id));
        let boxes: Vec<_> = courts
            .map(|court| BoxContext {
                value: court.id.to_string(),
                label: court.name.clone(),
                checked: chosen.contains(&court.id),
            })
            .collect();
        // One court alone is no choice.
        if boxes.len() > 1 { boxes } else { Vec::new() }
    }

    fn topics(&self) -> Vec<BoxContext> {
        let chosen = &self.stats.asked.question.topics;
        let topics = self.library().topics.values();
        topics
            .map(|topic| BoxContext {
                value: topic.id.to_string(),
                label: self
                    .library()
                    .guide(topic.number, self.links.key.language)
                    .map_or(topic.id.to_string(), |guide| guide.title.clone()),
                checked: chosen.contains(&topic.id),
            })
            .collect()
    }

    /// Which courts and topics the numbers are of; empty where they are of all.
    fn filtered(&self) -> String {
        let boxes = self.courts().into_iter().chain(self.topics());
        let names: Vec<String> = boxes.filter(|b| b.checked).map(|b| b.label).collect();
        names.join(if self.tongue == Tongue::English { ", " } else { "、" })
    }

    fn span(&self, period: Period) -> String {
        let [from, to] =
            [period.from, period.to].map(|d| d.map_or(String::new(), |d| d.to_string()));
        if from == to { from } else { self.with("stats_span", &[&from, &to]) }
    }

    fn section(&self, section: &Section) -> SectionContext {
        let (report, part) = (&section.answered.report, section.part);
        let name = part.as_str();
        let shade = |(shade, from, to): &(u64, u64, u64)| {
            let (from, to) = (grouped(*from), grouped(*to));
            (*shade, if from == to { from } else { format!("{from}–{to}") })
        };
        // What is counted apart is said once.
        let once = matches!(part, Part::Channels | Part::Clients);
        let notes = if once { &[][..] } else { &report.notes };
        SectionContext {
            id: name,
            title: self.t(&format!("stats_{name}_title")).to_owned(),
            about: self.t(&format!("stats_{name}_about")).to_owned(),
            chart: section.chart.clone(),
            legend: part == Part::Trend,
            before: section.chart.contains("class=\"before\""),
            open: is_open(part, !section.chart.is_empty(), report.rows.len()),
            shades: section.shades.iter().map(shade).collect(),
            notes: notes.iter().map(|note| self.note(note)).collect(),
            head: self.column_names(section),
            rows: self.rows(section),
            total: self.total(section),
            files: self.files(&section.asking, section.answered.title),
        }
    }

    /// The files of a table: the same question as on the page, with its days as they are now.
    fn files(&self, asking: &Asking, title: &str) -> FilesContext {
        let mut asking = asking.clone();
        asking.question.courts.clone_from(&self.stats.asked.question.courts);
        let query = encoded(&asking.pairs());
        FilesContext {
            label: title.to_owned(),
            csv: format!("/stats.csv?{query}"),
            xlsx: format!("/stats.xlsx?{query}"),
        }
    }

    /// The files of a report that has no part of its own.
    fn other_files(&self, name: &str) -> FilesContext {
        let table = Asked::parse(name).unwrap_or(self.stats.asked.table);
        let asking = Asking { table, ..self.stats.asked.clone() };
        self.files(&asking, self.t(&format!("stats_{name}_file")))
    }

    /// The month on paper: the one that is looked at, else the last whole one.
    fn report(&self) -> LinkContext {
        let asked = &self.stats.asked;
        let months =
            [asked.question.period.from, asked.question.period.to].map(|d| d.map(Month::of));
        let begun = |month: &Month| month.first() <= asked.now.day();
        let month = match months {
            [Some(from), Some(to)] if from == to => Some(to).filter(begun),
            _ => None,
        };
        let month = month.unwrap_or_else(|| Needs::last_whole(asked.now)).to_string();
        let mut pairs = vec![("month".to_owned(), month.clone())];
        pairs.extend(self.stats.chosen());
        LinkContext {
            label: self.with("stats_report", &[&month]),
            href: format!("/stats/report.pdf?{}", encoded(&pairs)),
            current: false,
        }
    }

    fn struck(&self, struck: &Struck) -> String {
        let (strike, scans) = (&struck.strike, grouped(struck.total().scans()));
        let (code, from) = (strike.code.to_string(), minute(strike.from));
        self.with(
            "stats_struck_line",
            &[&code, &from, &minute(strike.until), &scans, &strike.note, &strike.by],
        )
    }

    fn since(&self) -> Vec<String> {
        let Some(Since { lost: [late, dropped], searches: [hits, misses] }) = self.stats.since
        else {
            return Vec::new();
        };
        [("stats_lost", [late, dropped]), ("stats_searches", [hits, misses])]
            .map(|(key, [some, others])| self.with(key, &[&grouped(some), &grouped(others)]))
            .into()
    }
}

/// Whether a table is open from the start. Paper and a wall show none that is closed, and those gone
/// quiet are what somebody has to go and see.
fn is_open(part: Part, drawn: bool, rows: usize) -> bool {
    part == Part::Silent || (!drawn && rows < 20)
}

/// A period's days as an address names them.
fn days(period: Period) -> Vec<(String, String)> {
    let day = |name: &str, day: Option<Day>| day.map(|day| (name.to_owned(), day.to_string()));
    [day("from", period.from), day("to", period.to)].into_iter().flatten().collect()
}

/// `2026-11-24 08:30`
fn minute(at: Moment) -> String {
    at.to_string().get(..16).unwrap_or_default().replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placements_gone_quiet_are_shown_without_a_click_however_many_they_are() {
        assert!(is_open(Part::Silent, false, 36) && is_open(Part::Silent, false, 1));
        assert!(!is_open(Part::Placements, false, 36) && !is_open(Part::Courts, true, 3));
    }
}
