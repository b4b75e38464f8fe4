//! The rules on time limits, and the page of one rule.

use super::form::{complaints, described, iso, manner, said};
use super::words::day as in_words;
use super::{
    Answer, Calculator, Choice, Entered, Field, Fieldset, Group, Step, Sum, Tool, Voice, back,
    basis, unknown,
};
use crate::diagnostic::nearest;
use crate::domain::calc::CalcError;
use crate::domain::calc::deadline::{self, Deadline, rules};
use crate::domain::calc::given::Shape;
use crate::domain::guide::Language;
use crate::domain::limit::DeadlineRule;
use crate::domain::period::Day;
use crate::web::views::links::Links;
use crate::web::views::{Medium, Page};

/// The field of the day that the period runs from.
pub(super) const START: &str = "start";

/// Every rule, in the order of `limits.toml`.
pub(super) fn list(entered: Option<&Entered>, voice: &Voice<'_>, links: &Links<'_>) -> Tool {
    let href = |at| links.to(Page::Tool(Calculator::Deadline(at)), links.key.large, None);
    // Where no day can be counted, it is said from when on.
    let is_away = links.key.medium == Medium::Exported;
    let from = |rule: &DeadlineRule| {
        let start = voice.english_of(rule).map_or(&rule.start, |english| &english.start);
        if is_away { format!(" · {start}") } else { String::new() }
    };
    let choices = rules(links.library).enumerate().map(|(at, (limit, rule))| Choice {
        id: rule.name.clone(),
        title: title(rule, voice).to_owned(),
        note: voice.length(limit) + &from(rule),
        href: href(at),
        lang: if voice.english_of(rule).is_some() { "" } else { voice.foreign() },
        ..Choice::default()
    });
    let errors = entered.map_or_else(Vec::new, |entered| {
        let wrong = entered.value("rule");
        let near = nearest(wrong, rules(links.library).map(|(_, rule)| rule.name.as_str()));
        let near = rules(links.library)
            .enumerate()
            .find(|(_, (_, rule))| near == Some(rule.name.as_str()))
            .map(|(at, (_, rule))| (title(rule, voice).to_owned(), href(at)));
        unknown(wrong, near, voice)
    });
    Tool {
        heading: voice.say("deadline_title"),
        lead: voice.say("deadline_lead"),
        groups: vec![Group { links: choices.collect(), ..Group::default() }],
        errors,
        ..Tool::default()
    }
}

/// The page of the rule at that place.
pub(super) fn page(
    at: usize,
    entered: Option<&Entered>,
    today: Day,
    voice: &Voice<'_>,
    links: &Links<'_>,
) -> Tool {
    let Some((_, rule)) = rules(links.library).nth(at) else { return list(None, voice, links) };
    let typed = entered.map_or("", |entered| entered.value(START).trim());
    let (answer, error) =
        match start(typed).and_then(|day| deadline::reckon(&rule.name, day, links.library)) {
            Ok(found) => (Some(answer(&found, today, voice, links)), String::new()),
            Err(_) if entered.is_none() => (None, String::new()),
            Err(fault) => (None, said(&fault, &[], voice)),
        };
    let (shape, mode, _) = manner(Shape::Date, typed);
    let field = described(Field {
        id: format!("f-{START}"),
        name: START.to_owned(),
        label: voice.english_of(rule).map_or(&rule.start, |english| &english.start).clone(),
        hint: voice.fill("hint_example", Shape::Date.example()),
        value: if shape == "date" { iso(typed) } else { typed.to_owned() },
        shape,
        mode,
        error,
        ..Field::default()
    });
    Tool {
        heading: voice.fill("deadline_question", title(rule, voice)),
        back: Some(back("deadline_other", Calculator::DeadlineRules, voice, links)),
        errors: complaints([&field], voice),
        answer,
        fieldsets: vec![Fieldset { fields: vec![field], ..Fieldset::default() }],
        ..Tool::default()
    }
}

/// What has to be done.
fn title<'a>(rule: &'a DeadlineRule, voice: &Voice<'_>) -> &'a str {
    voice.english_of(rule).map_or(&rule.title, |english| &english.title)
}

/// How long it is.
fn period(found: &Deadline, voice: &Voice<'_>, links: &Links<'_>) -> String {
    let limit = rules(links.library).find(|(_, rule)| rule.name == found.rule.name);
    limit.map_or_else(|| found.period.clone(), |(limit, _)| voice.length(limit))
}

/// The day that was typed.
pub(in crate::web) fn start(typed: &str) -> Result<Day, CalcError> {
    let input = || START.to_owned();
    if typed.is_empty() {
        return Err(CalcError::Missing { input: input(), example: Shape::Date.example() });
    }
    Day::typed(typed).ok_or_else(|| CalcError::Date { input: input(), text: typed.to_owned() })
}

fn answer(found: &Deadline, today: Day, voice: &Voice<'_>, links: &Links<'_>) -> Answer {
    let whole = |day: Day| {
        let (date, weekday) = in_words(day, voice.language);
        format!("{date} {weekday}")
    };
    let (big, small) = in_words(found.day_to_tell(), voice.language);
    let step =
        |key: &str, with: &str, right: String| Step { left: vec![voice.fill(key, with)], right };
    let back = found.rule.back;
    let from = if back { "counted_back" } else { "counted_on" };
    // A weekend is told by the day of the week already.
    let holiday = found.rest.as_ref().filter(|rest| !rest.starts_with('周'));
    let rest = holiday.map_or(String::new(), |holiday| format!("（{holiday}）"));
    let mut steps = vec![
        step(from, &in_words(found.start, voice.language).0, period(found, voice, links)),
        step("counted_to", &rest, whole(found.counted_to)),
    ];
    if found.day_to_tell() != found.counted_to {
        let key = if back { "moved_back" } else { "moved_on" };
        steps.push(step(key, "", whole(found.day_to_tell())));
    }
    let safest = voice.fill("safest", &whole(found.safe_day));
    let mut notes = Vec::new();
    if found.moved && !back {
        notes.push(safest.clone());
    }
    let passed = found.day_to_tell() < today;
    let warning = match found.certain {
        _ if passed => voice.say("day_passed"),
        true => String::new(),
        false if found.safe_day == found.day_to_tell() => voice.say("uncertain"),
        false => format!("{}{safest}", voice.say("uncertain")),
    };
    Answer {
        label: voice.say(if passed { "last_day_passed" } else { "last_day" }),
        sum: vec![Sum { big, small: small.to_owned() }],
        day: true,
        notes,
        warning,
        calendar: calendar(found, links),
        steps,
        laws: basis(&found.citations, links.library, voice),
        ..Answer::default()
    }
}

/// The address of the calendar file.
fn calendar(found: &Deadline, links: &Links<'_>) -> String {
    let (rule, start) = (&found.rule.name, found.start);
    let language = links.key.language;
    let language =
        if language == Language::ZhHans { String::new() } else { format!("&lang={language}") };
    format!("/t/deadline.ics?rule={rule}&start={start}{language}")
}
