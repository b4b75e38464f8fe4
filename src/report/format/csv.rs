//! Comma-separated values (RFC 4180), for spreadsheets and scripts.

use crate::report::Report;

/// The report with a header line.
pub fn write(report: &Report) -> Vec<u8> {
    let cannot_fail = "writing CSV into memory cannot fail";
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let counts = ["scans", "visits", "repeats"];
    writer.write_record(report.columns.iter().copied().chain(counts)).expect(cannot_fail);
    for (values, count) in &report.rows {
        let numbers = [count.scans(), count.visits, count.repeats].map(|n| n.to_string());
        let fields = values.iter().map(|v| v.id.as_str());
        writer.write_record(fields.chain(numbers.iter().map(String::as_str))).expect(cannot_fail);
    }
    writer.into_inner().expect(cannot_fail)
}
