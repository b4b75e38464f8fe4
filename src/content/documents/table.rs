//! The tables of the paper: rows and cells, which fill the grid of the columns exactly.

use super::Reading;
use super::entry::Entry;
use super::steps::Asked;
use super::texts::Scope;
use crate::diagnostic::Words;
use crate::domain::document::{Cell, Part, Row};

impl Reading<'_> {
    /// A table with its rows.
    pub(super) fn paper_table(
        &mut self,
        entry: &Entry<'_>,
        scope: Scope<'_>,
        asked: &mut Asked,
    ) -> Option<Part> {
        let widths = entry.numbers("table", self);
        let mut grid = Grid { covered: vec![0; widths.len()], from: 0..0 };
        let (mut rows, mut is_headed) = (Vec::new(), true);
        for part in entry.tables("row", self) {
            part.only(&["head", "each", "when", "cells"], self);
            let row = self.row(&part, scope, asked);
            is_headed &= row.head;
            if row.head && !is_headed {
                let message = Words::new(
                    "a row that heads the table stands above all others",
                    "表头的行要写在最前面",
                );
                self.fault(part.file, part.span.clone(), message);
            }
            grid.add(&row, &part, self);
            rows.push(row);
        }
        if widths.is_empty() || rows.is_empty() {
            let message =
                Words::new("a table has columns and rows", "表格要有各栏的宽度，也要有行");
            self.fault(entry.file, entry.span.clone(), message);
            return None;
        }
        grid.end(entry, self);
        Some(Part::Table { widths, rows })
    }

    fn row(&mut self, part: &Entry<'_>, scope: Scope<'_>, asked: &mut Asked) -> Row {
        let each = self.each(part, asked);
        let scope = Scope { each: each.as_deref().or(scope.each), lone: true, ..scope };
        let when = self.when(part, scope.each, asked);
        let head = part.flag("head", self);
        let mut cells = Vec::new();
        for item in part.items("cells", self) {
            let Some((said, more)) = self.cell(item) else { continue };
            let Some(text) = self.words(&said, scope, asked) else { continue };
            let mut cell = Cell { text, head: false, across: 1, down: 1 };
            if let Some(more) = more {
                cell.head = more.flag("head", self);
                cell.across = self.span(&more, "across");
                cell.down = self.span(&more, "down");
            }
            cells.push(cell);
        }
        Row { when, each, head, cells }
    }
}

/// How far down each column is covered by cells from above.
struct Grid {
    covered: Vec<u16>,
    /// The row whose cells reach down.
    from: std::ops::Range<usize>,
}

impl Grid {
    fn add(&mut self, row: &Row, part: &Entry<'_>, reading: &mut Reading<'_>) {
        let is_reached = self.covered.iter().any(|rows| *rows > 0);
        let reaches = row.cells.iter().any(|cell| cell.down > 1);
        if (row.each.is_some() || row.when.is_some()) && (is_reached || reaches) {
            let message = Words::new(
                "cells that reach down are for rows that are always there, each of them once",
                "跨行的格子，只能用在一定会有、也不重复的行里",
            );
            reading.fault(part.file, part.span.clone(), message);
        }
        let mut next: Vec<u16> = self.covered.iter().map(|rows| rows.saturating_sub(1)).collect();
        let mut free = self.covered.iter().map(|rows| *rows == 0).collect::<Vec<bool>>();
        let mut fits = true;
        for cell in &row.cells {
            let start = free.iter().position(|free| *free).unwrap_or(free.len());
            let columns = start..start + usize::from(cell.across);
            if free.get(columns.clone()).is_none_or(|columns| columns.contains(&false)) {
                fits = false;
                break;
            }
            free[columns.clone()].fill(false);
            next[columns].fill(cell.down - 1);
        }
        if !fits || free.contains(&true) {
            let (cells, columns) = (row.cells.len(), free.len());
            let message = Words::new(
                format!("the {cells} cells of this row do not fill its {columns} columns"),
                format!("这一行的 {cells} 个格子填不满、或超出了 {columns} 栏"),
            );
            let hint = Words::new(
                "count what each cell takes in `across`, and leave out what is covered from above",
                "请数一数每格的 across；被上面跨行格子盖住的不要再写",
            );
            reading.hinted(part.file, part.span.clone(), message, hint);
        }
        self.covered = next;
        if reaches {
            self.from = part.span.clone();
        }
    }

    fn end(&self, entry: &Entry<'_>, reading: &mut Reading<'_>) {
        if self.covered.iter().any(|rows| *rows > 0) {
            let message = Words::new("a cell reaches below the table", "有格子跨到了表格的下面");
            reading.fault(entry.file, self.from.clone(), message);
        }
    }
}
