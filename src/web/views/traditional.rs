//! A page in simplified Chinese as one in traditional characters.
//!
//! What is shown or read aloud changes: text, and a few attributes. What names a language of its own
//! (`lang`) stays as it is, such as the papers that go to a court; so do values, which are what was
//! typed or what is sent. How characters change is `domain::script`'s work.

use crate::domain::guide::Language;
use crate::domain::script::Script;

/// Attributes whose values people read.
const READ: [&str; 5] = ["content", "alt", "title", "aria-label", "placeholder"];

/// Elements whose text is no text of the page.
const RAW: [&str; 3] = ["style", "script", "textarea"];

/// Elements without an end.
const VOID: [&str; 8] = ["meta", "link", "input", "br", "hr", "wbr", "col", "img"];

/// `html` in traditional characters, under the tag of `language`.
pub(super) fn page(html: &str, language: Language, script: &Script) -> String {
    let mut walk = Walk { script, language, done: String::with_capacity(html.len()), kept: None };
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        walk.text(text);
        let end = after.find('>').map_or(after.len(), |at| at + 1);
        walk.done.push('<');
        walk.tag(&after[..end]);
        rest = &after[end..];
    }
    walk.text(rest);
    walk.done
}

struct Walk<'a> {
    script: &'a Script,
    language: Language,
    done: String,
    /// The element that is left as it is, and how many of its name are open.
    kept: Option<(&'a str, usize)>,
}

impl<'a> Walk<'a> {
    fn text(&mut self, text: &str) {
        if self.kept.is_some() || text.is_ascii() {
            self.done.push_str(text);
        } else {
            self.done.push_str(&self.script.traditional(text));
        }
    }

    /// A tag without its first sign.
    fn tag(&mut self, tag: &'a str) {
        let (closes, inner) = tag.strip_prefix('/').map_or((false, tag), |inner| (true, inner));
        let name = inner.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if let Some((kept, open)) = &mut self.kept {
            if *kept == name {
                *open = if closes { *open - 1 } else { *open + 1 };
            }
            let is_over = *open == 0;
            self.done.push_str(tag);
            if is_over {
                self.kept = None;
            }
            return;
        }
        if name == "html" {
            let tags = [self.language.written(), self.language].map(|l| format!(" lang=\"{l}\""));
            self.done.push_str(&tag.replacen(&tags[0], &tags[1], 1));
            return;
        }
        let stays = RAW.contains(&name) || inner.contains(" lang=\"");
        if !closes && stays && !VOID.contains(&name) {
            self.kept = Some((name, 1));
            self.done.push_str(tag);
        } else {
            self.attributes(tag);
        }
    }

    /// A tag with the attributes that people read changed.
    fn attributes(&mut self, tag: &str) {
        if tag.is_ascii() {
            self.done.push_str(tag);
            return;
        }
        // Name and value alternate: `meta name=`, `description`, ` content=`, …
        let mut is_read = false;
        for (at, part) in tag.split('"').enumerate() {
            if at > 0 {
                self.done.push('"');
            }
            if at % 2 == 1 && is_read {
                self.done.push_str(&self.script.traditional(part));
            } else {
                self.done.push_str(part);
            }
            let name = part.trim_end_matches('=').rsplit(' ').next().unwrap_or_default();
            is_read = at % 2 == 0 && READ.contains(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn made(html: &str) -> String {
        let script = Script::new(&BTreeMap::new(), BTreeMap::new()).unwrap();
        page(html, Language::ZhHant, &script)
    }

    #[test]
    fn text_changes_and_so_does_what_is_read_aloud() {
        for (html, expected) in [
            ("<html lang=\"zh-Hans\" dir=\"ltr\">", "<html lang=\"zh-Hant\" dir=\"ltr\">"),
            ("缴费<b>退费</b>", "繳費<b>退費</b>"),
            (
                "<meta name=\"description\" content=\"诉讼\"><p>诉讼",
                "<meta name=\"description\" content=\"訴訟\"><p>訴訟",
            ),
            ("<nav aria-label=\"常用的话\">", "<nav aria-label=\"常用的話\">"),
        ] {
            assert_eq!(made(html), expected);
        }
    }

    #[test]
    fn values_addresses_and_what_names_its_language_stay() {
        for html in [
            "<input name=\"当事人\" value=\"张三\">",
            "<option value=\"保定市竞秀区人民法院\">",
            "<a href=\"/g/fees#费用\" id=\"费用\">",
            "<textarea name=\"a\">\n为什么</textarea>",
            "<style>.a:before{content:\"签\"}</style>",
            "<a href=\"/\" lang=\"zh-Hans\" hreflang=\"zh-Hans\">简体中文</a>",
            "<div lang=\"zh-Hans\"><div>诉讼</div>发<br>后</div>",
        ] {
            assert_eq!(made(html), html);
        }
        let after = "<i lang=\"zh-Hans\">诉讼</i>诉讼<link hreflang=\"zh-Hans\" href=\"/\">费";
        assert!(made(after).ends_with("</i>訴訟<link hreflang=\"zh-Hans\" href=\"/\">費"));
    }
}
