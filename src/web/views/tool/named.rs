//! The calculators by their names, as search finds them.

use super::{Calculator, Voice};
use crate::domain::calc::deadline::rules;
use crate::domain::calc::fee::offered;
use crate::domain::library::Library;
use crate::domain::period::Day;

/// What a calculator is called, and what it asks.
pub(in crate::web::views) struct Named {
    pub(in crate::web::views) calculator: Calculator,
    pub(in crate::web::views) title: String,
    pub(in crate::web::views) about: String,
    pub(in crate::web::views) text: String,
    /// The language of all this, where it is not the page's.
    pub(in crate::web::views) lang: &'static str,
}

/// Every calculator that the site offers.
pub(in crate::web::views) fn all(voice: &Voice<'_>, library: &Library, today: Day) -> Vec<Named> {
    let page = |name: &str, calculator| Named {
        calculator,
        title: voice.say(&format!("{name}_title")),
        about: voice.say(&format!("{name}_note")),
        text: voice.say(&format!("{name}_lead")),
        lang: "",
    };
    let mut named = vec![
        page("tools", Calculator::Index),
        page("fee", Calculator::FeeKinds),
        page("deadline", Calculator::DeadlineRules),
        page("interest", Calculator::Interest),
    ];
    for (group, kinds) in offered(library, today) {
        named.extend(kinds.iter().filter_map(|kind| {
            let calculator = Calculator::of_kind(kind.name, library, today)?;
            // Interest has a page of its own, which is there already.
            if calculator == Calculator::Interest {
                return None;
            }
            let labels = kind.inputs.iter().map(|input| voice.pick(input.label));
            let words: Vec<&str> =
                std::iter::once(voice.pick(group.title())).chain(labels).collect();
            Some(Named {
                calculator,
                title: voice.pick(kind.title).to_owned(),
                about: String::new(),
                text: words.join("\n"),
                lang: "",
            })
        }));
    }
    named.extend(rules(library).enumerate().map(|(at, (limit, rule))| {
        let english = voice.english_of(rule);
        let (title, start) = english.map_or((&rule.title, &rule.start), |e| (&e.title, &e.start));
        Named {
            calculator: Calculator::Deadline(at),
            title: voice.fill("deadline_question", title),
            about: voice.length(limit),
            text: start.clone(),
            lang: if english.is_some() { "" } else { voice.foreign() },
        }
    }));
    named
}
