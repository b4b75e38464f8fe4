//! `placements`: the life of each placement: since when it is scanned, when last, how often.

use super::fold::Map;
use super::{Asked, Cell, Report, ReportKind, Value, column, span, sums};
use crate::diagnostic::Words;
use crate::domain::period::Day;
use crate::domain::placement::Placement;
use crate::domain::scan::Count;

/// One row a placement of the registry, by number, also where nobody scanned it.
pub(super) struct Placements;

/// First day, last day, how often.
type Life = (Day, Day, Count);

impl ReportKind for Placements {
    fn name(&self) -> &'static str {
        "placements"
    }

    fn title(&self) -> &'static str {
        "点位一览"
    }

    fn answer(&self, asked: &Asked) -> Report {
        let mut lives: Map<u32, Life> = Map::default();
        for row in asked.people(0) {
            let count = row.total;
            if count.scans() == 0 {
                continue;
            }
            let life = lives.entry(row.placement).or_insert((row.day, row.day, Count::default()));
            life.0 = life.0.min(row.day);
            life.1 = life.1.max(row.day);
            life.2.add(count);
        }
        let courts = &asked.question.courts;
        let asked_for = |p: &&Placement| courts.is_empty() || courts.contains(&p.court);
        let placements = asked.library.placements.values().filter(asked_for);
        let rows: Vec<_> = placements.map(|p| row(p, lives.get(&p.number.get()), asked)).collect();
        let columns = vec![
            &column::NUMBER,
            &column::COURT,
            &column::PLACE,
            &column::CHANNEL,
            &column::SINCE,
            &column::RETIRED,
            &column::FIRST,
            &column::LAST,
            &column::SCANS,
            &column::VISITS,
        ];
        let never = rows.iter().filter(|row| row[6] == Cell::Nothing).count();
        let total = Some(sums(&rows, 8, columns.len()));
        let period = span(asked.question.period);
        let note = Words::new(
            format!("{} placement(s), {never} of them without a scan; {}", rows.len(), period.0),
            format!("共 {} 个点位，其中 {never} 个没有人扫；{}。", rows.len(), period.1),
        );
        Report { columns, rows, total, notes: vec![note] }
    }
}

fn row(placement: &Placement, life: Option<&Life>, asked: &Asked) -> Vec<Cell> {
    let count = life.map_or(Count::default(), |life| life.2);
    vec![
        Cell::Number(i64::from(placement.number.get())),
        Cell::Text(Value::court(&placement.court, asked.library)),
        Cell::text(&placement.place),
        Cell::Text(Value::channel(placement.channel)),
        Cell::day(placement.since),
        Cell::day(placement.retired),
        Cell::day(life.map(|life| life.0)),
        Cell::day(life.map(|life| life.1)),
        Cell::count(count.scans()),
        Cell::count(count.visits),
    ]
}
