//! A guide's Markdown -> HTML, by comrak, with raw HTML off.
//!
//! The syntax tree is changed before it is written: references are filled in, each `##` opens a
//! section, material lists get boxes to tick, and embeds such as `{{ fee_table kind="property" }}`
//! are replaced, from a closed list. A guide never passes through a page template.

mod structure;

use std::ops::Range;

use comrak::nodes::{AstNode, NodeValue, Sourcepos};
use comrak::{Arena, Options, parse_document};

use super::references::{Reference, References};
use super::written;
use super::{characters, embeds, fee_tables, plain};
use crate::diagnostic::Words;
use crate::domain::guide::Heading;

/// The boxes that `:::name` may open.
const DIRECTIVES: [&str; 3] = ["notice", "warning", "night"];

/// A guide's page.
pub struct Page {
    /// The body as HTML.
    pub html: String,
    /// Its `##` headings.
    pub contents: Vec<Heading>,
    /// The ids of its headings.
    pub anchors: Vec<String>,
    /// What it says, for the checks of its prose.
    pub(super) plain: plain::Body,
}

/// Renders the Markdown at `body` of `text`.
pub fn render(text: &str, body: Range<usize>, references: &mut References<'_>) -> Page {
    let arena = Arena::new();
    let options = options();
    let markdown = &text[body.clone()];
    let root = parse_document(&arena, markdown, &options);
    let mut page = Writer {
        arena: &arena,
        references,
        lines: line_starts(markdown, body.start),
        contents: Vec::new(),
        anchors: Vec::new(),
        named: Vec::new(),
        level: 1,
    };
    let facts = page.references.facts();
    let plain = plain::body(root, text, facts, |at| page.span(at));
    // Collected first: the tree changes on the way.
    for node in root.descendants().collect::<Vec<_>>() {
        page.visit(node);
    }
    page.open_sections(root);
    let (contents, anchors) = (page.contents, page.anchors);
    let mut html = String::new();
    comrak::html::format_document(root, &options, &mut html)
        .expect("writing into a String cannot fail");
    let html = html.replace("<!--tasks-->\n<ul>", "<ul class=\"tasks\">");
    let foreign = !facts.language.is_chinese();
    let html = if foreign { characters::chinese_marked(&html) } else { html };
    Page { html, contents, anchors, plain }
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.cjk_friendly_emphasis = true;
    options.extension.block_directive = true;
    options
}

/// The byte offset, in the whole file, at which each line of the body starts. To comrak a carriage
/// return alone is a break, too.
fn line_starts(markdown: &str, offset: usize) -> Vec<usize> {
    let is_break = |at: &usize| match markdown.as_bytes()[*at] {
        b'\n' => true,
        b'\r' => markdown.as_bytes().get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    let breaks = (0..markdown.len()).filter(is_break).map(|at| at + 1);
    std::iter::once(0).chain(breaks).map(|at| at + offset).collect()
}

struct Writer<'a, 'r, 'l> {
    arena: &'a Arena<'a>,
    references: &'r mut References<'l>,
    lines: Vec<usize>,
    contents: Vec<Heading>,
    anchors: Vec<String>,
    /// The ids that sections were given by `{#id}`, with their places in the tree.
    named: Vec<(Sourcepos, String)>,
    level: u8,
}

impl<'a> Writer<'a, '_, '_> {
    fn span(&self, position: Sourcepos) -> Range<usize> {
        let at = |line: usize, column: usize| {
            let start = self.lines.get(line.saturating_sub(1)).or(self.lines.last());
            start.map_or(0, |start| start + column)
        };
        let start = at(position.start.line, position.start.column.saturating_sub(1));
        start..at(position.end.line, position.end.column).max(start)
    }

    fn raw(&self, html: impl Into<String>) -> &'a AstNode<'a> {
        self.arena.alloc(NodeValue::Raw(html.into()).into())
    }

    fn visit(&mut self, node: &'a AstNode<'a>) {
        let (value, position) = {
            let data = node.data.borrow();
            (data.value.clone(), data.sourcepos)
        };
        let span = self.span(position);
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "all other nodes are written as they are"
        )]
        match value {
            NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) => self.refuse_html(node, &span),
            NodeValue::Image(_) => self.references.fault(
                &span,
                Words::new("guides have no images", "指引里不能放图片"),
                Words::new("say it in words", "请用文字说明"),
            ),
            NodeValue::Link(link) => self.link(node, &link.url, &span),
            NodeValue::Heading(heading) => {
                self.heading_level(heading.level, &span);
                self.heading_id(node, heading.level, position, &span);
                self.articles(node);
            }
            NodeValue::Paragraph => {
                self.articles(node);
                self.embed(node, &span);
            }
            NodeValue::TableRow(_) => self.articles(node),
            NodeValue::Table(_) => self.wrap_table(node, &span),
            NodeValue::List(list) => self.list(node, list.start, &span),
            NodeValue::TaskItem(_) => self.tick_box(node),
            NodeValue::BlockDirective(directive) => self.directive(&directive.info, &span),
            _ => {}
        }
    }

    fn refuse_html(&mut self, node: &'a AstNode<'a>, span: &Range<usize>) {
        self.references.fault(
            span,
            Words::new("guides have no HTML", "指引里不能写 HTML"),
            Words::new("write Markdown", "请用 Markdown 书写"),
        );
        node.detach();
    }

    fn link(&mut self, node: &'a AstNode<'a>, address: &str, span: &Range<usize>) {
        let empty = node.first_child().is_none();
        if written::says_nothing(&text_of(node)) {
            self.references.fault(
                span,
                Words::new("the link's words say nothing", "链接文字没说通向哪里"),
                Words::new(
                    "name what it leads to, such as [立案材料](/g/filing)",
                    "请写出通向什么，例如 [立案材料](/g/filing)",
                ),
            );
        }
        let Some(reference) = self.references.resolve(address, span) else { return };
        let (open, text) = match reference {
            Reference::Law { text, law } => {
                self.same_article(node, &text, span);
                (format!("<a class=\"law\" href=\"#law-{law}\">"), text)
            }
            Reference::Fact(text) => {
                let text = escape(&unbroken(&text));
                node.insert_before(self.raw(format!("<strong class=\"limit\">{text}</strong>")));
                node.detach();
                return;
            }
            Reference::Word { word, plain } => {
                let plain = self.references.facts().in_brackets(&escape(&plain));
                let html = format!("<dfn>{}</dfn>{plain}", escape(&word));
                node.insert_before(self.raw(html));
                node.detach();
                return;
            }
            Reference::Local(href) => (format!("<a href=\"{}\">", escape(&href)), href),
            Reference::Official { title, url } => {
                (format!("<a class=\"link\" href=\"{}\">", escape(&url)), title)
            }
        };
        node.insert_before(self.raw(open));
        if empty {
            node.insert_before(self.raw(escape(&unbroken(&text))));
        }
        for child in node.children().collect::<Vec<_>>() {
            node.insert_before(child);
        }
        node.insert_before(self.raw("</a>"));
        node.detach();
    }

    /// What is written for a law is the article that is cited.
    fn same_article(&mut self, node: &'a AstNode<'a>, text: &str, span: &Range<usize>) {
        let written = text_of(node);
        if let Some(number) = written::article_number(&written)
            && written::article_number(text) != Some(number)
        {
            self.references.fault(
                span,
                Words::new(
                    format!("the text says article {number}, the reference {text}"),
                    format!("文字写的是第{number}条，引用的是{text}"),
                ),
                Words::new(
                    "leave the text empty: `[](law:…)` writes it",
                    "文字留空即可：`[](law:…)` 会自动写出",
                ),
            );
        }
    }

    fn heading_level(&mut self, level: u8, span: &Range<usize>) {
        if level == 1 || level > self.level + 1 {
            self.references.fault(
                span,
                Words::new("heading levels skip", "标题层级跳级了"),
                Words::new(
                    "the title is in the front matter: begin with ##, then ###",
                    "页面标题写在文件头里：正文从 ## 开始，再用 ###",
                ),
            );
        }
        self.level = level;
    }

    /// A paragraph that is nothing but `{{ name key="value" }}`.
    fn embed(&mut self, node: &'a AstNode<'a>, span: &Range<usize>) {
        let text = text_of(node);
        let Some(inner) = text.trim().strip_prefix("{{").and_then(|t| t.strip_suffix("}}")) else {
            return;
        };
        let (name, rest) = inner.trim().split_once(' ').unwrap_or((inner.trim(), ""));
        let Some(pairs) = embeds::pairs(rest) else {
            self.references.fault(
                span,
                Words::new(
                    format!("{name} takes key=\"value\""),
                    format!("{name} 后面要写 名称=\"值\""),
                ),
                Words::new(
                    "such as {{ fee_table kind=\"property\" }}",
                    "例如 {{ fee_table kind=\"property\" }}",
                ),
            );
            return;
        };
        if let Some(html) = embeds::html(name, pairs, self.references, span) {
            node.insert_before(self.raw(html));
            node.detach();
        }
    }

    fn wrap_table(&mut self, node: &'a AstNode<'a>, span: &Range<usize>) {
        let head = node.first_child().map(text_of).unwrap_or_default();
        if head.trim().is_empty() {
            self.references.fault(
                span,
                Words::new("the table's head row is empty", "表头一行是空的"),
                Words::new(
                    "name each column: readers who hear the page need it",
                    "请给每一列写上名称：听网页的人靠它",
                ),
            );
        }
        let label = node
            .preceding_siblings()
            .find(|n| matches!(n.data.borrow().value, NodeValue::Heading(_)))
            .map_or_else(String::new, text_of);
        node.insert_before(self.raw(fee_tables::region(&label, self.references.facts())));
        node.insert_after(self.raw("</div>\n"));
    }

    fn list(&mut self, node: &'a AstNode<'a>, start: usize, span: &Range<usize>) {
        if start > 1 {
            self.references.fault(
                span,
                Words::new("a numbered list begins at 1", "编号列表应从 1 开始"),
                Words::new("go on in one list, or use a heading", "请写在同一个列表里，或改用标题"),
            );
        }
        let is_task = |n: &'a AstNode<'a>| matches!(n.data.borrow().value, NodeValue::TaskItem(_));
        if node.children().any(is_task) {
            node.insert_before(self.raw("<!--tasks-->\n"));
        }
    }

    /// A box that can be ticked, with its words as label.
    fn tick_box(&self, node: &'a AstNode<'a>) {
        let list = node.parent().map(|list| list.data.borrow().value.clone());
        let Some(NodeValue::List(list)) = list else { return };
        node.data.borrow_mut().value = NodeValue::Item(list);
        let Some(words) = node.first_child() else { return };
        words.prepend(self.raw("<label><input type=\"checkbox\"> <span>"));
        words.append(self.raw("</span></label>"));
    }

    fn directive(&mut self, info: &str, span: &Range<usize>) {
        if !DIRECTIVES.contains(&info.trim()) {
            self.references.fault(
                span,
                Words::new(format!("no box {info:?}"), format!("没有“{info}”这种提示框")),
                Words::new(
                    "there are :::notice, :::warning and :::night",
                    "可用的有 :::notice、:::warning 和 :::night",
                ),
            );
        }
    }

    /// Each `##` opens a section that lasts until the next.
    fn open_sections(&mut self, root: &'a AstNode<'a>) {
        for node in root.children().collect::<Vec<_>>() {
            let NodeValue::Heading(heading) = node.data.borrow().value else { continue };
            if heading.level != 2 {
                continue;
            }
            let place = node.data.borrow().sourcepos;
            let named = self.named.iter().find(|(at, _)| *at == place).map(|(_, id)| id.clone());
            let id = named.unwrap_or_else(|| {
                let id = format!("s{}", self.contents.len() + 1);
                self.anchors.push(id.clone());
                id
            });
            let close = if self.contents.is_empty() { "" } else { "</section>\n" };
            node.insert_before(self.raw(format!("{close}<section id=\"{id}\">\n")));
            self.contents.push(Heading { id, title: text_of(node) });
        }
        if !self.contents.is_empty() {
            root.append(self.raw("</section>\n"));
        }
    }
}

/// The plain text of a node, with what references were filled in as.
fn text_of<'a>(node: &'a AstNode<'a>) -> String {
    let mut text = String::new();
    for part in node.descendants() {
        #[expect(clippy::wildcard_enum_match_arm, reason = "only these hold text")]
        match &part.data.borrow().value {
            NodeValue::Text(words) => text.push_str(words),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::Raw(html) => text.push_str(&unescape(&without_tags(html))),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

/// A fact whose numbers stay with their words at a line's end: `7 days`, `art. 22`. Only English has
/// spaces in facts.
fn unbroken(text: &str) -> String {
    /// What is longer would leave a line half empty.
    const SHORT: usize = 14;
    if text.chars().count() <= SHORT {
        return text.replace(' ', "\u{a0}");
    }
    text.replace("art. ", "art.\u{a0}")
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

fn unescape(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Escapes text for HTML, in elements and in attributes.
pub(super) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    comrak::html::escape(&mut html, text).expect("writing into a String cannot fail");
    html
}
