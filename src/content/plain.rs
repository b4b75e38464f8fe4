//! What a guide says as plain text: each heading, paragraph, list item and table cell, with the
//! place in the file of every word, and what was typed told apart from what references fill in.
//!
//! Read from the syntax tree before `markdown` changes it. What is wrong with a text is said by
//! `prose`, `figures`, `characters` and `words`; a new kind of text is an arm in [`Reader::enter`].

use std::ops::Range;

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{AstNode, ListType, NodeValue, Sourcepos};

use super::said::{Facts, Shown};

/// What a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The guide's title.
    Title,
    /// Its summary.
    Summary,
    /// A line of its poster.
    Step,
    /// A line of what can be done at night.
    Night,
    /// A heading of the body.
    Heading,
    /// A paragraph of the body, also inside a list.
    Paragraph,
    /// A cell of a table.
    Cell,
    /// A block of code.
    Code,
}

impl Kind {
    /// Whether it stands below the front matter.
    pub(super) fn is_body(self) -> bool {
        matches!(self, Self::Heading | Self::Paragraph | Self::Cell | Self::Code)
    }
}

/// Where a part of a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Typed,
    /// Typed as code: shown as it stands.
    Code,
    /// A citation, or the text of a link to an article.
    Cited,
    Filled,
}

#[derive(Debug, Clone)]
struct Part {
    at: usize,
    origin: Origin,
    /// Its bytes in the file; of the same length as the part when `exact`.
    source: Range<usize>,
    exact: bool,
}

/// A text without breaks.
#[derive(Debug, Clone)]
pub(super) struct Passage {
    pub(super) kind: Kind,
    /// As readers see it.
    pub(super) text: String,
    /// Its bytes in the file.
    pub(super) source: Range<usize>,
    /// The ids of the words that it explains.
    pub(super) explains: Vec<String>,
    parts: Vec<Part>,
}

impl Passage {
    fn new(kind: Kind, source: Range<usize>) -> Self {
        Self { kind, text: String::new(), source, explains: Vec::new(), parts: Vec::new() }
    }

    fn part(&self, at: usize) -> Option<&Part> {
        self.parts.get(self.parts.partition_point(|part| part.at <= at).checked_sub(1)?)
    }

    /// The bytes in the file of some bytes of the text.
    pub(super) fn span(&self, range: Range<usize>) -> Range<usize> {
        let start = self.part(range.start).map_or(self.source.start, |part| {
            part.source.start + if part.exact { range.start - part.at } else { 0 }
        });
        let last = range.end.max(range.start + 1) - 1;
        let end = self.part(last).map_or(self.source.end, |part| {
            if part.exact { part.source.start + last + 1 - part.at } else { part.source.end }
        });
        start..end.max(start)
    }

    /// Whether the author wrote the byte at `at`, rather than a reference.
    pub(super) fn is_typed(&self, at: usize) -> bool {
        self.part(at).is_some_and(|part| matches!(part.origin, Origin::Typed | Origin::Code))
    }

    /// Whether the byte at `at` is typed and is not code.
    pub(super) fn is_prose(&self, at: usize) -> bool {
        self.part(at).is_some_and(|part| part.origin == Origin::Typed)
    }

    /// Whether the byte at `at` belongs to a citation.
    pub(super) fn is_cited(&self, at: usize) -> bool {
        self.part(at).is_some_and(|part| part.origin == Origin::Cited)
    }

    /// Whether the byte at `at` was written in another way than it is shown, such as `&nbsp;`.
    pub(super) fn is_escaped(&self, at: usize) -> bool {
        self.is_typed(at) && self.part(at).is_some_and(|part| !part.exact)
    }

    fn push(&mut self, words: &str, origin: Origin, source: Range<usize>, exact: bool) {
        if !words.is_empty() {
            self.parts.push(Part { at: self.text.len(), origin, source, exact });
            self.text.push_str(words);
        }
    }

    /// Adds words that stand in `file` at `near`, or from `from` on. Returns where they end, if they
    /// were found.
    fn push_typed(
        &mut self,
        words: &str,
        origin: Origin,
        (file, from): (&str, usize),
        near: Range<usize>,
    ) -> Option<usize> {
        let stands = |at: &usize| file.get(*at..).is_some_and(|text| text.starts_with(words));
        let within = |end: usize| file.get(from..end)?.find(words).map(|at| at + from);
        let Some(at) = Some(near.start).filter(stands).or_else(|| within(self.source.end)) else {
            return self.push_escaped(words, origin, file, near);
        };
        self.push(words, origin, at..at + words.len(), true);
        Some(at + words.len())
    }

    /// Adds words that are written in another way than they are shown: `\*`, `&nbsp;`, `\u200b`.
    fn push_escaped(
        &mut self,
        words: &str,
        origin: Origin,
        file: &str,
        near: Range<usize>,
    ) -> Option<usize> {
        let mut at = near.start;
        let mut done = 0;
        while let Some(c) = words[done..].chars().next() {
            let source = file.get(at..near.end).unwrap_or_default();
            let same: usize = words[done..]
                .chars()
                .zip(source.chars())
                .take_while(|(word, written)| word == written)
                .map(|(word, _)| word.len_utf8())
                .sum();
            let (length, written) = match same {
                0 => (c.len_utf8(), escape_length(source)),
                _ => (same, same),
            };
            if written == 0 {
                // Not found: the rest is somewhere near.
                self.push(&words[done..], origin, near, false);
                return None;
            }
            self.push(&words[done..done + length], origin, at..at + written, same > 0);
            done += length;
            at += written;
        }
        Some(at)
    }
}

/// How many bytes the escape takes that `source` begins with; 0 if there is none.
fn escape_length(source: &str) -> usize {
    let length = match source.as_bytes() {
        [b'\\', b'u', ..] => 6,
        [b'\\', b'U', ..] => 10,
        [b'\\', _, ..] => 2,
        [b'&', ..] => source.find(';').map_or(0, |at| at + 1),
        _ => 0,
    };
    if source.is_char_boundary(length) { length } else { 0 }
}

/// The passages of a text of the front matter, one a line; references stand in it as `[](…)`.
pub(super) fn front(
    kind: Kind,
    value: &str,
    file: &str,
    span: &Range<usize>,
    facts: Facts<'_>,
) -> Vec<Passage> {
    let mut passages = Vec::new();
    let raw = file.get(span.clone()).unwrap_or_default();
    let mut from = span.start + raw.len() - raw.trim_start_matches(['"', '\'']).len();
    for line in value.split('\n') {
        let mut passage = Passage::new(kind, span.clone());
        let mut rest = line;
        while let Some((before, (address, after))) =
            rest.split_once("[](").and_then(|(b, a)| Some((b, a.split_once(')')?)))
        {
            let near = from..span.end;
            from = passage.push_typed(before, Origin::Typed, (file, from), near).unwrap_or(from);
            let end = (from + address.len() + "[]()".len()).min(span.end);
            passage.fill(facts.shown(address), from..end);
            from = end;
            rest = after;
        }
        let near = from..span.end;
        from = passage.push_typed(rest, Origin::Typed, (file, from), near).unwrap_or(from);
        passages.push(passage);
        let rest = file.get(from..span.end).unwrap_or_default();
        let breaks = ["\r\n", "\n", "\\n"].into_iter().find(|sign| rest.starts_with(sign));
        from += breaks.map_or(0, str::len);
    }
    passages
}

impl Passage {
    fn fill(&mut self, shown: Shown, source: Range<usize>) {
        match shown {
            Shown::Citation(text) => self.push(&text, Origin::Cited, source, false),
            Shown::Fact(text) | Shown::Title(text) => {
                self.push(&text, Origin::Filled, source, false);
            }
            Shown::Word { id, text } => {
                self.push(&text, Origin::Filled, source, false);
                self.explains.push(id);
            }
            Shown::Nothing => {}
        }
    }
}

/// The body of a guide.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Its texts, in order.
    pub(super) passages: Vec<Passage>,
    /// Its numbered lists: how many points each has, and where it stands.
    pub(super) numbered: Vec<(usize, Range<usize>)>,
    /// Whether it has a telephone number.
    pub(super) has_telephone: bool,
}

/// Reads the body of a guide; `span` gives the bytes in the file of a place in the tree.
pub(super) fn body<'a>(
    root: &'a AstNode<'a>,
    file: &str,
    facts: Facts<'_>,
    span: impl Fn(Sourcepos) -> Range<usize>,
) -> Body {
    let mut reader =
        Reader { file, facts, body: Body::default(), open: None, from: 0, links: Vec::new() };
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(node) => reader.enter(node, span(node.data.borrow().sourcepos)),
            NodeEdge::End(node) => reader.leave(node, &span(node.data.borrow().sourcepos)),
        }
    }
    reader.body
}

/// How the words inside a link are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    AsTyped,
    AsCitation,
    NotAtAll,
}

struct Reader<'a> {
    file: &'a str,
    facts: Facts<'a>,
    body: Body,
    open: Option<Passage>,
    /// What stands before it in the file was read.
    from: usize,
    links: Vec<Inside>,
}

impl Reader<'_> {
    fn enter<'a>(&mut self, node: &'a AstNode<'a>, span: Range<usize>) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "only these hold text")]
        match &node.data.borrow().value {
            NodeValue::Heading(_) => self.begin(Kind::Heading, span),
            NodeValue::Paragraph => self.begin(Kind::Paragraph, span),
            NodeValue::TableCell => self.begin(Kind::Cell, span),
            NodeValue::CodeBlock(code) => {
                self.begin(Kind::Code, span.clone());
                self.typed(&code.literal, Origin::Code, span);
                self.end();
            }
            NodeValue::Text(words) => self.typed(words, Origin::Typed, span),
            NodeValue::Code(code) => self.typed(&code.literal, Origin::Code, span),
            NodeValue::SoftBreak | NodeValue::LineBreak => self.typed("\n", Origin::Typed, span),
            NodeValue::Link(link) => self.link(&link.url, node.first_child().is_none(), span),
            NodeValue::Image(_) => self.links.push(Inside::NotAtAll),
            NodeValue::List(list) if list.list_type == ListType::Ordered => {
                self.body.numbered.push((node.children().count(), span));
            }
            _ => {}
        }
    }

    fn leave<'a>(&mut self, node: &'a AstNode<'a>, span: &Range<usize>) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "only these were opened")]
        match &node.data.borrow().value {
            NodeValue::Heading(_) | NodeValue::Paragraph | NodeValue::TableCell => self.end(),
            NodeValue::Link(_) | NodeValue::Image(_) => {
                self.links.pop();
                self.from = self.from.max(span.end.min(self.file.len()));
            }
            _ => {}
        }
    }

    fn begin(&mut self, kind: Kind, span: Range<usize>) {
        self.from = self.from.max(span.start);
        self.open = Some(Passage::new(kind, span));
    }

    fn end(&mut self) {
        let Some(passage) = self.open.take() else { return };
        let text = passage.text.trim();
        let is_embed = text.starts_with("{{") && text.ends_with("}}");
        if !text.is_empty() && !is_embed {
            self.body.passages.push(passage);
        }
    }

    fn typed(&mut self, words: &str, origin: Origin, near: Range<usize>) {
        let Some(passage) = &mut self.open else { return };
        if self.links.contains(&Inside::NotAtAll) {
            return;
        }
        let origin = if self.links.contains(&Inside::AsCitation) { Origin::Cited } else { origin };
        let end = passage.push_typed(words, origin, (self.file, self.from), near);
        self.from = end.map_or(self.from, |end| end.max(self.from));
    }

    fn link(&mut self, address: &str, is_empty: bool, span: Range<usize>) {
        let shown = self.facts.shown(address);
        self.body.has_telephone |= address.starts_with("tel:");
        self.links.push(match shown {
            Shown::Citation(_) => Inside::AsCitation,
            Shown::Fact(_) | Shown::Word { .. } => Inside::NotAtAll,
            Shown::Title(_) | Shown::Nothing => Inside::AsTyped,
        });
        let replaces = matches!(shown, Shown::Fact(_) | Shown::Word { .. });
        if let Some(passage) = &mut self.open
            && (is_empty || replaces)
        {
            passage.fill(shown, span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::guide::Language;
    use crate::domain::library::Library;
    use crate::domain::period::Day;

    /// Each character of the first passage, with what stands at its place in the file.
    fn places(file: &str, kind: Kind, value: &str) -> Vec<(String, String)> {
        let today = Day::new(2026, 11, 24).unwrap();
        let library = Library::default();
        let facts = Facts { library: &library, today, language: Language::ZhHans };
        let passages = front(kind, value, file, &(0..file.len()), facts);
        let passage = passages.last().unwrap();
        let place = |(at, c): (usize, char)| {
            let span = passage.span(at..at + c.len_utf8());
            (c.to_string(), file[span].to_owned())
        };
        passage.text.char_indices().map(place).collect()
    }

    #[test]
    fn each_character_stands_where_it_was_written() {
        let same = |(shown, written): &(String, String)| shown == written;
        assert!(places("\"先算\"", Kind::Title, "先算").iter().all(same));
        assert!(places("\"先算\\n再交\"", Kind::Night, "先算\n再交").iter().all(same));
        let escaped = places("\"先\\u200b交\"", Kind::Title, "先\u{200b}交");
        assert_eq!(escaped[1].1, "\\u200b");
        assert!(same(&escaped[0]) && same(&escaped[2]));
    }

    #[test]
    fn a_text_that_is_not_found_stands_somewhere_near() {
        for (file, value) in [("\"\"", "先算"), ("", "[](law:"), ("先", "\\u先"), ("\\", "\n算")]
        {
            places(file, Kind::Title, value);
        }
        assert_eq!(escape_length("\\u先"), 0);
    }
}
