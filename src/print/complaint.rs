//! What a design has no room for, in the language of the person who prints.
//!
//! Designs are changed without Rust, so what they `panic` with is known by its form alone:
//!
//! ```text
//! [topic SLUG: ]WHAT[ beside] is too long[ for the PIECE]: ADVICE[ (placement N)]
//! the PIECE has room for 3 to 5 steps: this topic has N
//! ```
//!
//! `printables/family.typ` and `printables/sheet.typ` make these sentences. Any other one stays as it
//! is. Another thing that may be too long is a line in [`What::read`] and in [`What::words`].

use crate::diagnostic::Words;

/// What is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What<'m> {
    /// The court's name.
    Court,
    /// What the placement is called.
    Place,
    /// The guide's title.
    Title,
    /// Its summary.
    Summary,
    /// One of its steps, from 1.
    Step(usize),
    /// Not one of them, but how many there are: for how many there is room, and how many there are.
    Steps(&'m str, usize),
    /// The address below the symbol.
    Address,
    /// A word of the layout's own.
    Word(&'m str),
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Advice {
    /// Shorten it to so many characters.
    Characters(usize),
    /// Shorten it where the layout has its words.
    Layout,
    /// Use a shorter host name.
    Host,
    /// Shorten it.
    Shorten,
}

/// What a design says has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Complaint<'m> {
    /// Of which topic among those that are listed; of the piece's own where there is none.
    pub topic: Option<&'m str>,
    /// What is too long.
    pub what: What<'m>,
    /// Whether it is that of the second language.
    pub beside: bool,
    /// What to do about it.
    pub advice: Advice,
}

impl<'m> What<'m> {
    fn read(text: &'m str) -> Option<Self> {
        Some(match text {
            "the court's name" => Self::Court,
            "the place" => Self::Place,
            "the title" => Self::Title,
            "the summary" => Self::Summary,
            "the address" => Self::Address,
            _ => match text.strip_prefix("step ") {
                Some(number) => Self::Step(number.parse().ok()?),
                None => Self::Word(text.strip_prefix("words.").filter(|key| is_name(key))?),
            },
        })
    }

    fn words(self) -> Words {
        match self {
            Self::Court => Words::new("the court's name", "法院名称"),
            Self::Place => Words::new("the place", "地点"),
            Self::Title => Words::new("the title", "标题"),
            Self::Summary => Words::new("the summary", "摘要"),
            Self::Step(number) => Words::new(format!("step {number}"), format!("第 {number} 步")),
            Self::Steps(..) => Words::new("the steps", "步骤"),
            Self::Address => Words::new("the address", "网址"),
            Self::Word(key) => Words::new(format!("words.{key}"), format!("版式自带的文字 {key} ")),
        }
    }
}

impl Advice {
    fn read(text: &str) -> Option<Self> {
        let characters = text
            .strip_prefix("shorten it to ")
            .and_then(|rest| rest.strip_suffix(" characters")?.parse().ok());
        match text {
            "shorten it" => Some(Self::Shorten),
            "shorten it in layout.toml" => Some(Self::Layout),
            "use a shorter host name" => Some(Self::Host),
            _ => characters.map(Self::Characters),
        }
    }

    fn words(self) -> Words {
        match self {
            Self::Characters(count) => Words::new(
                format!("shorten it to {count} characters"),
                format!("请改到 {count} 个字以内"),
            ),
            Self::Layout => {
                Words::new("shorten it in layout.toml", "请在该版式的 layout.toml 里改短")
            }
            Self::Host => Words::new("use a shorter host name", "请用短一些的域名"),
            Self::Shorten => Words::new("shorten it", "请改短"),
        }
    }
}

impl<'m> Complaint<'m> {
    /// Reads what a design said; `None` where it is none of the sentences above.
    pub fn read(message: &'m str) -> Option<Self> {
        let message = without_placement(message);
        if let Some((_, rest)) = message.split_once(" has room for ") {
            let (room, count) = rest.split_once(" steps: this topic has ")?;
            let what = What::Steps(room, count.parse().ok()?);
            return Some(Self { topic: None, what, beside: false, advice: Advice::Shorten });
        }
        let (what, rest) = message.split_once(" is too long")?;
        let listed = what.strip_prefix("topic ").and_then(|rest| rest.split_once(": "));
        let (topic, what) = listed.map_or((None, what), |(topic, what)| (Some(topic), what));
        let (what, beside) = what.strip_suffix(" beside").map_or((what, false), |w| (w, true));
        let (for_the, advice) = rest.split_once(": ")?;
        let is_ours = for_the.is_empty() || for_the.starts_with(" for the ");
        let (what, advice) = (What::read(what)?, Advice::read(advice)?);
        is_ours.then_some(Self { topic, what, beside, advice })
    }

    /// The same as a sentence.
    pub fn words(&self) -> Words {
        let Self { topic, what, beside, advice } = self;
        if let What::Steps(room, count) = what {
            return Words::new(
                format!("there is room for {room} steps: this topic has {count}"),
                format!("这里放得下 {} 步，这个主题有 {count} 步", room.replace(" to ", " 到 ")),
            );
        }
        let (what, advice) = (what.words(), advice.words());
        let (en, zh) = (what.english(), what.chinese().to_owned());
        let en = if *beside { format!("{en} beside") } else { en.to_owned() };
        let zh = if *beside { format!("第二种文字的{zh}") } else { zh };
        let (en, zh) = match topic {
            Some(topic) => (format!("topic {topic}: {en}"), format!("主题 {topic} 的{zh}")),
            None => (en, zh),
        };
        Words::new(
            format!("{en} is too long: {}", advice.english()),
            format!("{zh}太长：{}", advice.chinese()),
        )
    }
}

/// What a design said: its own words, and in Chinese where it is one of the sentences above.
pub(super) fn words(message: &str) -> Words {
    let english = without_placement(message);
    let said = Complaint::read(message).map(|said| said.words());
    Words::new(english, said.as_ref().map_or(english, Words::chinese))
}

/// Sheets name the placement in what they say; here it is named with everything else.
fn without_placement(message: &str) -> &str {
    let cut = message.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (placement "));
    match cut {
        Some((before, number)) if number.bytes().all(|b| b.is_ascii_digit()) => before,
        Some(_) | None => message,
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_designs_say_is_said_in_both_languages() {
        for (message, en, zh) in [
            (
                "the court's name is too long for the A4 poster: shorten it to 32 characters",
                "the court's name is too long: shorten it to 32 characters",
                "法院名称太长：请改到 32 个字以内",
            ),
            (
                "the place is too long for the label: shorten it to 26 characters (placement 7)",
                "the place is too long: shorten it to 26 characters",
                "地点太长：请改到 26 个字以内",
            ),
            (
                "step 2 beside is too long for the tent: shorten it to 44 characters",
                "step 2 beside is too long: shorten it to 44 characters",
                "第二种文字的第 2 步太长：请改到 44 个字以内",
            ),
            (
                "topic fees: the summary is too long for the one-code poster: shorten it to 34 characters",
                "topic fees: the summary is too long: shorten it to 34 characters",
                "主题 fees 的摘要太长：请改到 34 个字以内",
            ),
            (
                "words.no_phone_night is too long: shorten it in layout.toml",
                "words.no_phone_night is too long: shorten it in layout.toml",
                "版式自带的文字 no_phone_night 太长：请在该版式的 layout.toml 里改短",
            ),
            (
                "the address is too long for the badge: use a shorter host name",
                "the address is too long: use a shorter host name",
                "网址太长：请用短一些的域名",
            ),
            (
                "the tent has room for 3 to 5 steps: this topic has 6",
                "there is room for 3 to 5 steps: this topic has 6",
                "这里放得下 3 到 5 步，这个主题有 6 步",
            ),
            (
                "the title is too long: shorten it",
                "the title is too long: shorten it",
                "标题太长：请改短",
            ),
        ] {
            let said = Complaint::read(message).unwrap();
            assert_eq!(said.words(), Words::new(en, zh));
            assert_eq!(words(message).chinese(), zh);
        }
    }

    #[test]
    fn what_is_none_of_these_stays_as_it_is() {
        for message in [
            "unknown variable: daata",
            "the seal is too long: shorten it",
            "words.a b is too long: shorten it",
            "step two is too long: shorten it",
            "the title is too long",
            "the title is too long by far: shorten it",
            "the title is too long: ask the court",
            "the A4 poster has room for 3 to 5 steps",
            "编号放不下 (placement 7a)",
        ] {
            assert_eq!(Complaint::read(message), None, "{message}");
            assert_eq!(words(message), Words::same(message));
        }
    }
}
