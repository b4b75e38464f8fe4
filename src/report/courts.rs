//! `courts`: the league of courts by scans a placement, so that large and small ones compare.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::fold;
use super::{Asked, Cell, Dimension, Question, Report, ReportKind, Value, column, span};
use crate::diagnostic::Words;
use crate::domain::court::CourtId;
use crate::domain::library::Library;
use crate::domain::placement::{Placement, PlacementNumber};

/// One row a court that has a placement which hung at some time of the period; the most used first.
pub(super) struct Courts;

/// What is added up of a court.
#[derive(Default)]
struct Sum {
    scans: u64,
    placements: u64,
    unused: u64,
}

impl ReportKind for Courts {
    fn name(&self) -> &'static str {
        "courts"
    }

    fn title(&self) -> &'static str {
        "法院排名"
    }

    fn answer(&self, asked: &Asked) -> Report {
        let mut scans: BTreeMap<u32, u64> = BTreeMap::new();
        for ((_, row), count) in fold(asked.people(0), &[Dimension::Placement], asked.library) {
            *scans.entry(row.placement).or_default() += count.scans();
        }
        let mut courts: BTreeMap<&CourtId, Sum> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for placement in asked.library.placements.values() {
            let used = scans.get(&placement.number.get()).copied().unwrap_or(0);
            let theirs = is_of(placement, asked.question);
            // Where something was scanned, something hung.
            if theirs && (used > 0 || hung(placement, asked.question)) {
                let sum = courts.entry(&placement.court).or_default();
                sum.scans += used;
                sum.placements += 1;
                sum.unused += u64::from(used == 0);
                seen.insert(placement.number);
            }
        }
        let lost = scans.iter().filter(|(n, _)| {
            PlacementNumber::new(**n).is_none_or(|number| !seen.contains(&number))
        });
        let lost: u64 = lost.map(|(_, scans)| scans).sum();
        let mut courts: Vec<_> = courts.into_iter().collect();
        // a/b against c/d, without rounding; then by name.
        courts.sort_by(|(a, x), (b, y)| {
            let (x, y) = (cross(y.scans, x.placements), cross(x.scans, y.placements));
            x.cmp(&y).then_with(|| a.cmp(b))
        });
        let row = |(id, sum): &(&CourtId, Sum)| {
            let mut row = vec![Cell::Text(Value::court(id, asked.library))];
            row.extend(numbers(sum));
            row
        };
        let all = courts.iter().fold(Sum::default(), |all, (_, sum)| Sum {
            scans: all.scans + sum.scans,
            placements: all.placements + sum.placements,
            unused: all.unused + sum.unused,
        });
        let mut total = vec![Cell::Nothing];
        total.extend(numbers(&all));
        Report {
            columns: vec![
                &column::COURT,
                &column::SCANS,
                &column::PLACEMENTS,
                &column::PER_PLACEMENT,
                &column::UNUSED,
            ],
            rows: courts.iter().map(row).collect(),
            total: Some(total),
            notes: notes(asked, lost),
        }
    }
}

fn numbers(sum: &Sum) -> [Cell; 4] {
    let scans = i64::try_from(sum.scans).unwrap_or(i64::MAX);
    let per = Cell::ratio(scans, sum.placements, 1);
    [Cell::count(sum.scans), Cell::count(sum.placements), per, Cell::count(sum.unused)]
}

fn cross(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

fn is_of(placement: &Placement, question: &Question) -> bool {
    question.courts.is_empty() || question.courts.contains(&placement.court)
}

/// The numbers of the placements that the question is about and that hung at some time of it.
pub(super) fn hanging(library: &Library, question: &Question) -> BTreeSet<i64> {
    let placements = library.placements.values();
    let asked = placements.filter(|p| is_of(p, question) && hung(p, question));
    asked.map(|placement| i64::from(placement.number.get())).collect()
}

/// Whether a placement hung at some time of the period, as far as the registry knows.
fn hung(placement: &Placement, question: &Question) -> bool {
    let end = question.period.to.unwrap_or(question.today);
    let before_end = placement.since.is_none_or(|since| since <= end);
    let start = question.period.from;
    let after_start = match (placement.retired, start) {
        (Some(retired), Some(start)) => retired > start,
        (Some(_) | None, _) => true,
    };
    before_end && after_start
}

fn notes(asked: &Asked, lost: u64) -> Vec<Words> {
    let period = span(asked.question.period);
    let mut notes = vec![Words::new(
        format!("placements: those that hung at some time ({})", period.0),
        format!("点位：这段时间里挂过的都算（{}）。", period.1),
    )];
    if lost > 0 {
        notes.push(Words::new(
            format!("{lost} scan(s) of placements that the registry no longer has are left out"),
            format!("另有 {lost} 次扫码来自已不在册的点位，没有算进来。"),
        ));
    }
    notes
}
