//! Comma-separated values (RFC 4180), for spreadsheets and scripts.

use crate::report::Report;

/// The report with a header line.
pub fn write(report: &Report) -> Vec<u8> {
    let cannot_fail = "writing CSV into memory cannot fail";
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let header = report.columns.iter().copied().chain(report.measures);
    writer.write_record(header).expect(cannot_fail);
    for (values, numbers) in &report.rows {
        let numbers = numbers.map(|n| n.to_string());
        let fields = values.iter().map(|v| v.id.as_str());
        writer.write_record(fields.chain(numbers.iter().map(String::as_str))).expect(cannot_fail);
    }
    writer.into_inner().expect(cannot_fail)
}
