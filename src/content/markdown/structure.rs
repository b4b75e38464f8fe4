//! What headings and blocks owe the rest of the site: ids that last, and articles by reference.

use std::ops::Range;

use comrak::nodes::{AstNode, NodeValue, Sourcepos};

use super::{Writer, text_of};
use crate::content::{anchors, law, written};
use crate::domain::law::Citation;

impl<'a> Writer<'a, '_, '_> {
    /// Takes `{#id}` from a heading's end: the id of its section, or of the heading itself.
    pub(super) fn heading_id(
        &mut self,
        node: &'a AstNode<'a>,
        level: u8,
        position: Sourcepos,
        span: &Range<usize>,
    ) {
        let Some(last) = node.last_child() else { return };
        let id = {
            let mut data = last.data.borrow_mut();
            let NodeValue::Text(words) = &mut data.value else { return };
            let (shown, id) = anchors::split(words);
            let Some(id) = id.map(str::to_owned) else { return };
            *words = shown.to_owned().into();
            id
        };
        if let Some((message, hint)) = anchors::refusal(&id, &self.anchors) {
            self.references.fault(span, message, hint);
        } else if level == 2 {
            self.anchors.push(id.clone());
            self.named.push((position, id));
        } else {
            node.prepend(self.raw(format!("<span id=\"{id}\"></span>")));
            self.anchors.push(id);
        }
    }

    /// Articles that a block types by hand, or names by the number of an older version.
    pub(super) fn articles(&mut self, block: &'a AstNode<'a>) {
        let mut text = String::new();
        let mut places = Vec::new();
        let mut about = law::Block {
            text: format!("{}\n{}", heading_over(block), text_of(block)),
            ..law::Block::default()
        };
        for node in block.descendants() {
            let data = node.data.borrow();
            #[expect(clippy::wildcard_enum_match_arm, reason = "only these hold articles")]
            match &data.value {
                NodeValue::Link(link) => {
                    text.push('\n');
                    about.cited.extend(link.url.strip_prefix("law:").and_then(Citation::parse));
                    let limit = link.url.strip_prefix("limit:");
                    let mut limits = self.references.library.limits.iter();
                    let limit = limit.and_then(|id| limits.find(|limit| limit.id == id));
                    about.rests_on.extend(limit.map(|limit| limit.source.clone()));
                }
                NodeValue::Text(words) => {
                    let in_link =
                        |n: &'a AstNode<'a>| matches!(n.data.borrow().value, NodeValue::Link(_));
                    places.push((text.len(), self.span(data.sourcepos)));
                    // What a link says is compared with where it leads.
                    let parts = if node.ancestors().skip(1).any(in_link) { "\n" } else { words };
                    text.push_str(parts);
                }
                _ => {}
            }
        }
        let (library, today) = (self.references.library, self.references.today);
        for typed in written::typed(&text, library, today) {
            let place = places.iter().rev().find(|(at, _)| *at <= typed.range.start);
            let span = place.map_or(0..0, |(at, span)| {
                let start = (span.start + typed.range.start - at).min(span.end);
                start..(start + typed.range.len()).min(span.end)
            });
            self.references.fault(&span, typed.message, typed.hint);
        }
        if let Some((message, hint)) = law::old_number(library, &about) {
            let span = self.span(block.data.borrow().sourcepos);
            self.references.fault(&span, message, hint);
        }
    }
}

/// The words of the heading that a block stands under.
fn heading_over<'a>(block: &'a AstNode<'a>) -> String {
    let is_heading = |n: &&'a AstNode<'a>| matches!(n.data.borrow().value, NodeValue::Heading(_));
    // The outermost block has the heading among its siblings.
    let top = block.ancestors().take_while(|n| n.parent().is_some()).last().unwrap_or(block);
    top.preceding_siblings().find(is_heading).map_or_else(String::new, text_of)
}
