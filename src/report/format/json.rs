//! JSON: one array, one object a row.

use serde_json::{Map, Value, json};

use crate::report::Report;

/// The report as an array of objects.
pub fn write(report: &Report) -> Vec<u8> {
    let rows = report.rows.iter().map(|(values, numbers)| {
        let mut row = Map::new();
        for (column, value) in report.columns.iter().zip(values) {
            row.insert((*column).to_owned(), json!(value.id));
        }
        for (measure, number) in report.measures.iter().zip(numbers) {
            row.insert((*measure).to_owned(), json!(number));
        }
        Value::Object(row)
    });
    let mut bytes =
        serde_json::to_vec_pretty(&rows.collect::<Vec<_>>()).expect("a tree of values is JSON");
    bytes.push(b'\n');
    bytes
}
