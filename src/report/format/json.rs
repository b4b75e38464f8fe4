//! JSON: one array, one object a row.

use serde_json::{Map, Value, json};

use crate::report::{Cell, Report};

/// The report as an array of objects.
pub fn write(report: &Report) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(&rows(report)).expect("a tree of values is JSON");
    bytes.push(b'\n');
    bytes
}

/// One object a row.
pub fn rows(report: &Report) -> Vec<Value> {
    let row = |cells: &Vec<Cell>| {
        let mut row = Map::new();
        for (column, cell) in report.columns.iter().zip(cells) {
            row.insert(column.name.to_owned(), value(cell));
        }
        Value::Object(row)
    };
    report.rows.iter().map(row).collect()
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Text(value) => json!(value.id),
        Cell::Day(day) => json!(day),
        Cell::Number(number) => json!(number),
        Cell::Tenths(tenths) => json!(f64::from(*tenths) / 10.0),
        Cell::Nothing => Value::Null,
    }
}
