//! A workbook for WPS and Excel: the report on one sheet, what it means on the next.
//!
//! Always in Chinese: it is for the people of the court, whoever runs the command. Numbers and days
//! are real ones; a text is a text, whatever it begins with. The same report gives the same bytes.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::table::width;
use crate::report::{Cell, Report, decimal};

/// Why a report is not a workbook.
#[derive(Debug, thiserror::Error)]
#[error("the report does not fit into a workbook of 1048576 rows: ask for less, or for CSV")]
pub struct XlsxFault(#[source] XlsxError);

/// Days from the beginning of a spreadsheet's calendar to 1970-01-01.
const EPOCH: i64 = 25_569;

/// Wide enough for a sentence, narrow enough for a page.
const WIDEST: usize = 60;

/// The report named `title`, and `about` it: pairs of what and which.
pub fn write(
    report: &Report,
    title: &str,
    about: &[(String, String)],
) -> Result<Vec<u8>, XlsxFault> {
    workbook(report, title, about).map_err(XlsxFault)
}

fn workbook(
    report: &Report,
    title: &str,
    about: &[(String, String)],
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // Fixed, so that the same report is the same file.
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&created));
    rows(workbook.add_worksheet(), report, title)?;
    explained(workbook.add_worksheet(), about)?;
    workbook.save_to_buffer()
}

fn rows(sheet: &mut Worksheet, report: &Report, title: &str) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_name(title)?.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    let header = bold.clone().set_background_color(Color::RGB(0x00E7_ECF2)).set_text_wrap();
    let mut widths = Vec::new();
    for (at, column) in (0u16..).zip(&report.columns) {
        let align = if column.words { FormatAlign::Left } else { FormatAlign::Right };
        sheet.write_string_with_format(0, at, column.title, &header.clone().set_align(align))?;
        // Room for the button of the filter.
        widths.push(width(column.title) + 3);
    }
    let total = report.total.iter().map(|row| (row, &bold));
    let plain = Format::new();
    let all = report.rows.iter().map(|row| (row, &plain)).chain(total);
    for (line, (row, format)) in (1u32..).zip(all) {
        for ((at, cell), widest) in (0u16..).zip(row).zip(&mut widths) {
            *widest = width(&written(sheet, (line, at), cell, format)?).max(*widest);
        }
    }
    if report.total.is_some() {
        let line =
            u32::try_from(report.rows.len() + 1).map_err(|_| XlsxError::RowColumnLimitError)?;
        sheet.write_string_with_format(line, 0, "合计", &bold)?;
    }
    for (at, widest) in (0u16..).zip(&widths) {
        sheet.set_column_width(at, characters(*widest))?;
    }
    let last = u32::try_from(report.rows.len()).map_err(|_| XlsxError::RowColumnLimitError)?;
    // The line of totals stays where it is, whatever is sorted or left out.
    if let Some(right) = u16::try_from(report.columns.len()).ok().and_then(|n| n.checked_sub(1))
        && last > 0
    {
        sheet.autofilter(0, 0, last, right)?;
    }
    Ok(())
}

/// Writes a cell, and says how it reads.
fn written(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    format: &Format,
) -> Result<String, XlsxError> {
    let as_number = |code: &str| format.clone().set_num_format(code);
    Ok(match cell {
        Cell::Text(value) => {
            sheet.write_string_with_format(row, column, &value.label, format)?;
            value.label.clone()
        }
        Cell::Day(day) => {
            let serial = double(day.number() + EPOCH);
            let left = as_number("yyyy-mm-dd").set_align(FormatAlign::Left);
            sheet.write_number_with_format(row, column, serial, &left)?;
            day.to_string()
        }
        Cell::Number(number) => {
            sheet.write_number_with_format(row, column, double(*number), &as_number("0"))?;
            number.to_string()
        }
        Cell::Tenths(tenths) => {
            let number = f64::from(*tenths) / 10.0;
            sheet.write_number_with_format(row, column, number, &as_number("0.0"))?;
            decimal(*tenths)
        }
        Cell::Nothing => String::new(),
    })
}

fn explained(sheet: &mut Worksheet, about: &[(String, String)]) -> Result<(), XlsxError> {
    sheet.set_name("说明")?.set_paper_size(9).set_print_fit_to_pages(1, 0);
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (line, (what, which)) in (0u32..).zip(about) {
        sheet.write_string_with_format(line, 0, what, &bold)?;
        sheet.write_string_with_format(line, 1, which, &wrapped)?;
    }
    let widest = about.iter().map(|(what, _)| width(what)).max().unwrap_or(0);
    sheet.set_column_width(0, characters(widest))?.set_column_width(1, characters(WIDEST))?;
    Ok(())
}

/// A column's width in the digits that spreadsheets measure by.
fn characters(width: usize) -> f64 {
    u32::try_from(width.clamp(8, WIDEST) + 2).map_or(8.0, f64::from)
}

#[expect(clippy::cast_precision_loss, reason = "a spreadsheet knows no other numbers")]
fn double(number: i64) -> f64 {
    number as f64
}
