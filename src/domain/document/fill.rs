//! A template and answers -> the paper; without answers, the blank form.
//!
//! Total: whatever was answered, a document comes of it. What has no answer is a space to fill in
//! with a pen, unless the template leaves it out.

use super::answers::{Answer, Answers, Row as RowAnswers};
use super::paper::{Document, Printed, PrintedCell, PrintedRow, Run};
use super::text::{Form, Piece, Slot, Text};
use super::{
    Block, Case, Condition, DocumentTemplate, Field, FieldKind, Part, Row, Step, Style, Test,
};
use crate::domain::period::Day;

/// How many rows a blank table has.
const BLANK_ROWS: usize = 5;

/// How many lines a blank form leaves for paragraphs.
const BLANK_LINES: usize = 4;

/// A blank as long as a line, in characters.
const LINE: u8 = 26;

/// A space to sign, in characters; and where what to do has a line of its own.
const SIGNATURE: u8 = 8;
const LONG_SIGNATURE: u8 = 10;

/// Who signs, and the space for that, take so many characters of a line at most.
const SIGNED: usize = 24;

/// The document of `answers`, or the blank form where there are none.
pub fn fill(template: &DocumentTemplate, answers: Option<&Answers>) -> Document {
    let none = Answers::default();
    let filling = Filling { template, blank: answers.is_none(), answers: answers.unwrap_or(&none) };
    let mut parts = Vec::new();
    if filling.blank {
        // Only there: what is filled in goes to the court. On top: at the end it might take a page.
        parts.push(Printed::Note { runs: vec![Run::Text(ours(template))] });
    }
    for block in &template.body {
        filling.block(block, &mut parts);
    }
    Document { title: template.title.clone(), blank: filling.blank, parts }
}

struct Filling<'a> {
    template: &'a DocumentTemplate,
    answers: &'a Answers,
    blank: bool,
}

/// Where a text stands: in which row, if in one.
#[derive(Clone, Copy, Default)]
struct Scope<'a> {
    step: Option<&'a Step>,
    row: Option<&'a RowAnswers>,
    number: usize,
}

impl<'a> Filling<'a> {
    fn block(&self, block: &'a Block, parts: &mut Vec<Printed>) {
        if matches!(block.part, Part::Note(_)) && !self.blank {
            return;
        }
        for scope in self.scopes(block.each.as_deref(), false) {
            if self.holds(block.when.as_ref(), scope) {
                self.part(&block.part, scope, parts);
            }
        }
    }

    /// Each row of a step; one place where nothing repeats.
    fn scopes(&self, each: Option<&str>, in_table: bool) -> Vec<Scope<'a>> {
        let Some(step) = each.and_then(|id| self.template.step(id)) else {
            return vec![Scope::default()];
        };
        if self.blank {
            let rows = if in_table { BLANK_ROWS } else { 1 };
            let scope = |at| Scope { step: Some(step), row: None, number: at + 1 };
            return (0..rows).map(scope).collect();
        }
        let rows = self.answers.rows.get(&step.id).map_or(&[][..], Vec::as_slice);
        let scope = |(at, row)| Scope { step: Some(step), row: Some(row), number: at + 1 };
        rows.iter().enumerate().map(scope).collect()
    }

    fn holds(&self, condition: Option<&Condition>, scope: Scope<'a>) -> bool {
        let Some(condition) = condition else { return true };
        if self.blank {
            return true;
        }
        match self.answers.rows.get(&condition.field) {
            Some(rows) => rows.is_empty() == (condition.test == Test::Empty),
            None => condition.holds(self.answer(&condition.field, scope)),
        }
    }

    fn answer(&self, field: &str, scope: Scope<'a>) -> Option<&'a Answer> {
        // A field of the row hides one of the same name that stands once, also where it is empty.
        match scope.step.and_then(|step| step.field(field)) {
            Some(_) => scope.row.and_then(|row| row.get(field)),
            None => self.answers.once.get(field),
        }
    }

    fn part(&self, part: &'a Part, scope: Scope<'a>, parts: &mut Vec<Printed>) {
        match part {
            Part::Heading(text) => parts.push(Printed::Heading { runs: self.line(text, scope) }),
            Part::Note(text) => parts.push(Printed::Note { runs: self.line(text, scope) }),
            Part::Text { cases, style, numbered } => {
                let mut paragraphs: Vec<Vec<Run>> = self
                    .cases(cases, scope)
                    .flat_map(|text| self.paragraphs(text, scope))
                    .collect();
                if *numbered && paragraphs.len() > 1 && !paragraphs.iter().any(|p| is_numbered(p)) {
                    for (at, paragraph) in paragraphs.iter_mut().enumerate() {
                        paragraph.insert(0, Run::Text(format!("{}. ", at + 1)));
                    }
                }
                let paragraph = |runs| Printed::Paragraph { style: *style, keep: false, runs };
                parts.extend(paragraphs.into_iter().map(paragraph));
            }
            Part::Table { widths, rows } => {
                let rows = rows.iter().flat_map(|row| self.rows(row, scope)).collect();
                parts.push(Printed::Table { widths: widths.clone(), rows });
            }
            Part::Court(field) => {
                keep_last(parts);
                let text = vec![Run::Text("此致".to_owned())];
                parts.push(Printed::Paragraph { style: Style::Body, keep: true, runs: text });
                let slot = Slot { step: None, field: field.clone(), form: Form::Plain };
                let runs = self.slot(&slot, scope);
                parts.push(Printed::Paragraph { style: Style::Flush, keep: true, runs });
            }
            Part::Sign { lines, date } => self.sign(lines, date.as_deref(), scope, parts),
            Part::Attach(texts) => self.attach(texts, scope, parts),
        }
    }

    fn sign(
        &self,
        lines: &'a [Case],
        date: Option<&str>,
        scope: Scope<'a>,
        parts: &mut Vec<Printed>,
    ) {
        keep_last(parts);
        for text in self.every_case(lines, scope) {
            for runs in with_room(self.line(text, scope)) {
                parts.push(Printed::Paragraph { style: Style::Right, keep: true, runs });
            }
        }
        let runs = match date.and_then(|field| self.answer(field, scope)) {
            Some(Answer::Day(day)) => vec![Run::Text(in_words(*day))],
            Some(
                Answer::Line(_) | Answer::Paragraphs(_) | Answer::Amount(_) | Answer::Picked(_),
            )
            | None => blank_day(),
        };
        parts.push(Printed::Paragraph { style: Style::Right, keep: false, runs });
    }

    fn attach(&self, texts: &[Text], scope: Scope<'a>, parts: &mut Vec<Printed>) {
        let lines = texts.iter().map(|text| self.line(text, scope));
        let lines: Vec<Vec<Run>> = lines.filter(|runs| !runs.is_empty()).collect();
        let several = lines.len() > 1;
        for (at, mut runs) in lines.into_iter().enumerate() {
            let number = if several { format!("{}. ", at + 1) } else { String::new() };
            let lead = if at == 0 { "附：" } else { "　　" };
            runs.insert(0, Run::Text(format!("{lead}{number}")));
            parts.push(Printed::Paragraph { style: Style::Body, keep: false, runs });
        }
    }

    /// The first case that holds; all of them on a blank form.
    fn cases(&self, cases: &'a [Case], scope: Scope<'a>) -> impl Iterator<Item = &'a Text> {
        let most = if self.blank { cases.len() } else { 1 };
        self.every_case(cases, scope).take(most)
    }

    fn every_case(&self, cases: &'a [Case], scope: Scope<'a>) -> impl Iterator<Item = &'a Text> {
        let holds = move |case: &&Case| self.holds(case.when.as_ref(), scope);
        cases.iter().filter(holds).map(|case| &case.text)
    }

    /// A row that repeats nothing is of the row that its table is printed for.
    fn rows(&self, row: &'a Row, of: Scope<'a>) -> Vec<PrintedRow> {
        let scopes = match &row.each {
            Some(each) => self.scopes(Some(each), true),
            None => vec![of],
        };
        let scopes = scopes.into_iter().filter(|scope| self.holds(row.when.as_ref(), *scope));
        scopes
            .map(|scope| {
                let cell = |cell: &super::Cell| PrintedCell {
                    head: cell.head,
                    across: cell.across,
                    down: cell.down,
                    paragraphs: self.paragraphs(&cell.text, scope),
                };
                PrintedRow { head: row.head, cells: row.cells.iter().map(cell).collect() }
            })
            .collect()
    }

    /// The paragraphs of a text: several where it is one field that has several.
    fn paragraphs(&self, text: &Text, scope: Scope<'a>) -> Vec<Vec<Run>> {
        if let [Piece::Field(slot)] = text.0.as_slice()
            && slot.form == Form::Plain
            && slot.step.is_none()
        {
            match self.answer(&slot.field, scope) {
                Some(Answer::Paragraphs(paragraphs)) => {
                    return paragraphs.iter().map(|p| vec![Run::Text(p.clone())]).collect();
                }
                None if self.field(slot, scope).is_some_and(|f| f.kind == FieldKind::Text) => {
                    let lines = if scope.step.is_some() { 1 } else { BLANK_LINES };
                    return vec![vec![Run::Blank(LINE)]; lines];
                }
                Some(Answer::Line(_) | Answer::Day(_) | Answer::Amount(_) | Answer::Picked(_))
                | None => {}
            }
        }
        vec![self.line(text, scope)]
    }

    fn line(&self, text: &Text, scope: Scope<'a>) -> Vec<Run> {
        let mut runs = Vec::new();
        for piece in &text.0 {
            self.piece(piece, scope, &mut runs);
        }
        runs
    }

    fn piece(&self, piece: &Piece, scope: Scope<'a>, runs: &mut Vec<Run>) {
        match piece {
            Piece::Words(words) => push(runs, Run::Text(words.clone())),
            Piece::Space => push(runs, Run::Blank(SIGNATURE)),
            Piece::Index => push(runs, Run::Text(scope.number.to_string())),
            Piece::Field(slot) => {
                for run in self.slot(slot, scope) {
                    push(runs, run);
                }
            }
            Piece::Optional(pieces) => {
                let is_given = |piece: &Piece| matches!(piece, Piece::Field(slot) if self.is_given(slot, scope));
                if self.blank || pieces.iter().any(is_given) {
                    for piece in pieces {
                        self.piece(piece, scope, runs);
                    }
                }
            }
        }
    }

    fn field(&self, slot: &Slot, scope: Scope<'a>) -> Option<&'a Field> {
        if let Some(step) = &slot.step {
            return self.template.step(step)?.field(&slot.field);
        }
        let of_row = scope.step.and_then(|step| self.template.step(&step.id)?.field(&slot.field));
        of_row.or_else(|| self.template.field(&slot.field))
    }

    /// The rows of another step that a slot names.
    fn rows_of(&self, step: &str) -> &'a [RowAnswers] {
        self.answers.rows.get(step).map_or(&[], Vec::as_slice)
    }

    fn is_given(&self, slot: &Slot, scope: Scope<'a>) -> bool {
        match &slot.step {
            None => self.answer(&slot.field, scope).is_some(),
            Some(step) if slot.form.is_of_rows() => !self.rows_of(step).is_empty(),
            Some(step) => self.rows_of(step).iter().any(|row| row.contains_key(&slot.field)),
        }
    }

    fn slot(&self, slot: &Slot, scope: Scope<'a>) -> Vec<Run> {
        let field = self.field(slot, scope);
        if let Some(step) = &slot.step {
            let rows = self.rows_of(step);
            match slot.form {
                Form::Count if rows.is_empty() => return vec![Run::Blank(2)],
                Form::Count => return vec![Run::Text(rows.len().to_string())],
                Form::Given => return with_or_without(!self.blank, !rows.is_empty()),
                Form::Plain | Form::Capital | Form::Ticks => {}
            }
            let values = rows.iter().filter_map(|row| row.get(&slot.field));
            let values: Vec<String> = values.map(|answer| said(answer, slot.form)).collect();
            return match values.len() {
                0 => field.map_or_else(Vec::new, |field| space(field, self.blank)),
                _ => vec![Run::Text(values.join("、"))],
            };
        }
        let answer = self.answer(&slot.field, scope);
        let options = field.and_then(|field| field.kind.options());
        match (answer, options, slot.form) {
            (answer, Some(options), Form::Ticks) => boxes(options, answer),
            (Some(answer), _, form) => vec![Run::Text(said(answer, form))],
            (None, _, _) => field.map_or_else(Vec::new, |field| space(field, self.blank)),
        }
    }
}

/// What a blank form says of itself.
fn ours(template: &DocumentTemplate) -> String {
    let official: Vec<&str> = template.model.iter().map(|model| model.title()).collect();
    let official = if official.is_empty() {
        "没有找到全国统一的官方文本，受理的法院另有要求的，照法院的写。".to_owned()
    } else {
        format!("官方文本见{}，可以到诉讼服务窗口要。", official.join("和"))
    };
    format!("这是我们的样本，不是官方文本。{official}")
}

/// Who signs, as one line; where that leaves no room to sign, how to do it goes below.
fn with_room(runs: Vec<Run>) -> Vec<Vec<Run>> {
    if let [Run::Text(words), Run::Blank(room)] = runs.as_slice()
        && words.chars().count() + usize::from(*room) > SIGNED
        && let Some((who, how)) =
            words.strip_suffix("）：").and_then(|words| words.split_once('（'))
    {
        let who = vec![Run::Text(format!("{who}：")), Run::Blank(LONG_SIGNATURE)];
        return vec![who, vec![Run::Text(format!("（{how}）"))]];
    }
    vec![runs]
}

/// Joins words that follow each other.
fn push(runs: &mut Vec<Run>, run: Run) {
    match (runs.last_mut(), run) {
        (Some(Run::Text(before)), Run::Text(words)) => before.push_str(&words),
        (_, run) => runs.push(run),
    }
}

/// What stands before a signature or a court stays with it.
fn keep_last(parts: &mut [Printed]) {
    if let Some(Printed::Paragraph { keep, .. }) = parts.last_mut() {
        *keep = true;
    }
}

/// Whether its writer has numbered it.
fn is_numbered(paragraph: &[Run]) -> bool {
    let Some(Run::Text(text)) = paragraph.first() else { return false };
    let is_number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十（(".contains(c);
    let rest = text.trim_start_matches(is_number);
    rest.len() < text.len() && rest.starts_with(['.', '、', '．', ')', '）'])
}

/// An answer in words.
fn said(answer: &Answer, form: Form) -> String {
    match (answer, form) {
        (Answer::Amount(amount), Form::Capital) => amount.in_capitals(),
        (Answer::Amount(amount), _) => amount.for_people(),
        (Answer::Line(line), _) => line.clone(),
        (Answer::Paragraphs(paragraphs), _) => paragraphs.join(""),
        (Answer::Day(day), _) => in_words(*day),
        (Answer::Picked(picked), _) => picked.join("、"),
    }
}

/// `2026年11月25日`
fn in_words(day: Day) -> String {
    let text = day.to_string();
    let mut parts = text.split('-').map(|part| part.trim_start_matches('0'));
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let (year, month, day) = (next(), next(), next());
    format!("{year}年{month}月{day}日")
}

fn blank_day() -> Vec<Run> {
    let text = |text: &str| Run::Text(text.to_owned());
    vec![Run::Blank(4), text("年"), Run::Blank(2), text("月"), Run::Blank(2), text("日")]
}

/// Every option with a box.
fn boxes(options: &[String], answer: Option<&Answer>) -> Vec<Run> {
    let mut runs = Vec::new();
    for (at, option) in options.iter().enumerate() {
        if at > 0 {
            push(&mut runs, Run::Text("　".to_owned()));
        }
        runs.push(Run::Tick(
            matches!(answer, Some(Answer::Picked(picked)) if picked.contains(option)),
        ));
        push(&mut runs, Run::Text(option.clone()));
    }
    runs
}

/// A box for there being some and one for there being none; neither is ticked where nobody `answered`.
fn with_or_without(answered: bool, some: bool) -> Vec<Run> {
    let text = |text: &str| Run::Text(text.to_owned());
    vec![Run::Tick(answered && some), text("有　"), Run::Tick(answered && !some), text("无")]
}

/// The space that an answer would take.
fn space(field: &Field, blank: bool) -> Vec<Run> {
    match &field.kind {
        FieldKind::Choice(options) | FieldKind::Ticks(options) if blank => boxes(options, None),
        FieldKind::Date => blank_day(),
        FieldKind::Line | FieldKind::Amount { .. } => vec![Run::Blank(8)],
        FieldKind::Text => vec![Run::Blank(LINE)],
        FieldKind::Count => vec![Run::Blank(3)],
        FieldKind::Phone => vec![Run::Blank(11)],
        FieldKind::Court => vec![Run::Blank(14)],
        FieldKind::Choice(_) | FieldKind::Ticks(_) => vec![Run::Blank(5)],
    }
}

#[cfg(test)]
pub(crate) mod tests;
