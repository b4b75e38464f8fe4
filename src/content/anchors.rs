//! Anchors: the ids of a page's headings, and the links that lead to them.
//!
//! `## 交费 {#pay}` has the id `pay` for ever; a `##` without one has `s1`, `s2`… by its place. Links
//! are gathered while guides are read and checked once all are.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Loaded;
use super::facts::unknown;
use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::domain::topic::is_slug;

/// Ids that every guide's page has beside those of its headings, and that guides may link to.
const OF_THE_PAGE: [&str; 3] = ["contents", "place", "sources"];

/// Ids of page templates that are nobody's to link to.
const TAKEN: [&str; 3] = ["main", "more", "toc"];

/// A heading's words and its id, if it ends with `{#id}`.
pub(super) fn split(heading: &str) -> (&str, Option<&str>) {
    let cut = |text: &'_ str| -> Option<(usize, usize)> {
        let open = text.rfind("{#")?;
        text.trim_end().ends_with('}').then_some((open, text.trim_end().len() - 1))
    };
    match cut(heading) {
        Some((open, close)) if open + 2 <= close => {
            (heading[..open].trim_end(), Some(heading[open + 2..close].trim()))
        }
        _ => (heading, None),
    }
}

/// Why `id` cannot be the id of one more heading of a page that has `ids`.
pub(super) fn refusal(id: &str, ids: &[String]) -> Option<(Words, Words)> {
    let by_place = id.strip_prefix('s').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    if !is_slug(id) {
        let message =
            Words::new(format!("{id:?} is no heading's id"), format!("“{id}”不能作标题的 id"));
        let hint = Words::new(
            "write {#pay}: 1 to 32 of a-z, 0-9 and -, a letter first",
            "请写 {#pay} 这样的：1 到 32 个小写字母、数字或 -，以字母开头",
        );
        return Some((message, hint));
    }
    let reserved = by_place || OF_THE_PAGE.contains(&id) || TAKEN.contains(&id);
    if reserved || id.starts_with("law-") || ids.iter().any(|taken| taken == id) {
        let message = Words::new(
            format!("the id {id:?} is already taken on this page"),
            format!("这一页已有 id“{id}”"),
        );
        let hint = Words::new(
            "take another: s1, s2…, law-…, contents, place, sources are the page's own",
            "请换一个；s1、s2…、law-…、contents、place、sources 是页面自己的",
        );
        return Some((message, hint));
    }
    None
}

/// A link to an anchor.
pub(super) struct Wanted {
    /// The file that links.
    pub(super) file: String,
    pub(super) span: Range<usize>,
    /// The guide that it leads to; or the page of a document.
    pub(super) target: String,
    pub(super) id: String,
}

/// Checks every link to a document, where the site has any.
pub(super) fn check_documents(wanted: &[Wanted], loaded: &mut Loaded) {
    let documents = &loaded.library.documents;
    let known = || documents.iter().map(|document| document.id.as_str());
    let missing = wanted.iter().filter_map(|link| {
        let slug = link.target.strip_prefix("/d/").filter(|_| !documents.is_empty())?;
        let is_there = known().any(|id| id == slug);
        let (span, table) = (link.span.clone(), "printables/documents/");
        (!is_there).then(|| unknown(&link.file, span, "document", slug, table, known()))
    });
    let missing: Vec<Diagnostic> = missing.collect();
    loaded.diagnostics.extend(missing);
}

/// Checks every link to an anchor; `pages` has the ids of each guide's headings.
pub(super) fn check(
    wanted: &[Wanted],
    pages: &BTreeMap<String, Vec<String>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for link in wanted {
        // A guide that could not be read has its own fault.
        let Some(ids) = pages.get(&link.target) else { continue };
        let id = link.id.as_str();
        if OF_THE_PAGE.contains(&id) || ids.iter().any(|known| known == id) {
            continue;
        }
        let target = &link.target;
        let fault = Diagnostic::error(
            link.file.as_str(),
            link.span.clone(),
            Words::new(
                format!("no heading {{#{id}}} in {target}"),
                format!("{target} 里没有标题 {{#{id}}}"),
            ),
        );
        let known = || ids.iter().map(String::as_str);
        let hint = if let Some(near) = nearest(id, known()) {
            Words::new(format!("did you mean #{near}?"), format!("是不是 #{near}？"))
        } else {
            let list = known().map(|id| format!("#{id}")).collect::<Vec<_>>().join(" ");
            Words::new(
                format!("give the heading this id, or link to one of: {list}"),
                format!("请给标题加上这个 id，或链接到：{list}"),
            )
        };
        diagnostics.push(fault.with_hint(hint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_at_a_headings_end_is_no_part_of_its_words() {
        for (heading, parts) in [
            ("第一步：交费 {#pay}", ("第一步：交费", Some("pay"))),
            ("交费{#pay-fee} ", ("交费", Some("pay-fee"))),
            ("交费 {#}", ("交费", Some(""))),
            ("交费", ("交费", None)),
            ("用 {#x} 标", ("用 {#x} 标", None)),
            ("}", ("}", None)),
            ("a} {#", ("a} {#", None)),
        ] {
            assert_eq!(split(heading), parts, "{heading}");
        }
    }

    #[test]
    fn an_id_is_a_slug_that_is_new_on_its_page() {
        let ids = vec!["pay".to_owned()];
        for id in ["", "Pay", "2pay", "付", "pay", "s1", "s12", "law-cpl", "place", "main"] {
            assert!(refusal(id, &ids).is_some(), "{id}");
        }
        for id in ["pay-back", "start", "step2"] {
            assert!(refusal(id, &ids).is_none(), "{id}");
        }
    }

    #[test]
    fn a_link_to_no_heading_is_told_with_the_nearest() {
        let mut found = Vec::new();
        let wanted = |target: &str, id: &str| Wanted {
            file: "guides/fees/zh-Hans.md".to_owned(),
            span: 0..1,
            target: target.to_owned(),
            id: id.to_owned(),
        };
        let pages = BTreeMap::from([("a".to_owned(), vec!["refund".to_owned(), "s2".to_owned()])]);
        let links = [wanted("a", "refund"), wanted("a", "place"), wanted("b", "x")];
        check(&links, &pages, &mut found);
        assert_eq!(found, Vec::new());
        check(&[wanted("a", "refnd")], &pages, &mut found);
        let hint = found[0].hint.as_ref().unwrap();
        assert_eq!(hint.in_tongue(crate::diagnostic::Tongue::English), "did you mean #refund?");
    }
}
