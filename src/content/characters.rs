//! Characters that readers cannot see or should not meet: invisible ones, full-width digits,
//! half-width punctuation in Chinese, Markdown signs left over, characters of the other script.
//!
//! [`load`] looks at files as they are, [`check`] at what a guide shows. Which characters a printed
//! poster can show is `print`'s question. A new kind of invisible character is a line in [`unseen`].

use std::collections::BTreeSet;
use std::ops::Range;

use encoding_rs::{BIG5, Encoding, GBK};

use super::plain::Passage;
use super::registry;
use crate::diagnostic::{Diagnostic, Words};
use crate::domain::guide::Language;
use crate::domain::site::SiteFiles;

/// Checks every guide, table of facts and document; what is not text is told elsewhere.
pub(super) fn load(files: &SiteFiles) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let mut known = Known::new();
    for (file, bytes) in files.under("printables/documents/") {
        let ends_in = |end: &str| file.ends_with(end);
        if ends_in(".toml")
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            invisible(file, text, &mut faults);
            full_width(file, text, &mut faults);
            script(file, text, &mut known, &mut faults);
        }
    }
    for (file, bytes) in files.under("guides/") {
        let ends_in = |end: &str| file.ends_with(end);
        if ends_in(".csv") {
            invisible(file, &registry::decode(bytes), &mut faults);
        } else if (ends_in(".md") || ends_in(".toml"))
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            invisible(file, text, &mut faults);
            if ends_in(".md") {
                full_width(file, text, &mut faults);
                script(file, text, &mut known, &mut faults);
            }
        }
    }
    faults
}

/// Checks what a guide shows.
pub(super) fn check(
    file: &str,
    language: Language,
    passages: &[Passage],
    faults: &mut Vec<Diagnostic>,
) {
    for passage in passages {
        leftover_signs(file, passage, faults);
        escaped(file, passage, faults);
        if language.is_chinese() {
            half_width(file, passage, faults);
        }
    }
}

/// Whether `c` is a Chinese character.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// HTML in English with each run of Chinese in its text marked as such, so that it is read aloud and
/// set as Chinese.
pub(super) fn chinese_marked(html: &str) -> String {
    let mut marked = String::with_capacity(html.len());
    let (mut in_tag, mut in_chinese) = (false, false);
    for c in html.chars() {
        let goes_on = is_han(c) || (in_chinese && "、，。：《》（）〔〕“”".contains(c));
        if goes_on && !in_tag && !in_chinese {
            marked.push_str("<span lang=\"zh-Hans\">");
            in_chinese = true;
        } else if !goes_on && in_chinese {
            marked.push_str("</span>");
            in_chinese = false;
        }
        in_tag = c == '<' || (in_tag && c != '>');
        marked.push(c);
    }
    marked.push_str(if in_chinese { "</span>" } else { "" });
    marked
}

/// What kind of character nobody sees `c` is, if it is one.
fn unseen(c: char) -> Option<Words> {
    let (en, zh) = match c {
        // Nearly all there is: every command reads every guide.
        '\n' | '\r' | '\t' | ' '..='~' | '\u{3000}'..='\u{3020}' | '\u{4e00}'..='\u{9fff}' => {
            return None;
        }
        '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{180e}' => {
            ("zero-width character", "零宽字符")
        }
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{61c}' => {
            ("control of the writing direction", "文字方向控制符")
        }
        '\u{ad}' => ("soft hyphen", "软连字符"),
        '\u{a0}' | '\u{2007}' | '\u{202f}' => ("no-break space", "不换行空格"),
        '\u{feff}' => ("byte-order mark", "字节顺序标记（BOM）"),
        '\u{2028}' | '\u{2029}' => ("line separator", "行分隔符"),
        '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}' => {
            ("variation selector or tag", "变体选择符")
        }
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => ("invisible filler", "不可见的填充符"),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => ("private character", "自造字"),
        '\u{fff9}'..='\u{fffd}' => ("damaged character", "损坏的字符"),
        c if c.is_control() => ("control character", "控制字符"),
        _ => return None,
    };
    let code = format!("U+{:04X}", u32::from(c));
    Some(Words::new(format!("{en} {code}"), format!("{zh} {code}")))
}

fn invisible(file: &str, text: &str, faults: &mut Vec<Diagnostic>) {
    let mut next = 0;
    for (at, c) in text.char_indices() {
        // A mark at the very beginning is what editors write.
        let Some(message) = unseen(c).filter(|_| at > 0 || c != '\u{feff}') else { continue };
        let end = at + c.len_utf8();
        // One fault a run.
        if at == 0 || at != next {
            faults.push(invisible_fault(file, at..end, message));
        }
        next = end;
    }
}

fn invisible_fault(file: &str, span: Range<usize>, message: Words) -> Diagnostic {
    Diagnostic::error(file, span, message).with_hint(Words::new(
        "delete it, or type the words again: it came along with a copied text",
        "请删掉，或把这几个字重新打一遍：它是复制粘贴带进来的",
    ))
}

/// Invisible characters written as `&nbsp;` or `\u200b`.
fn escaped(file: &str, passage: &Passage, faults: &mut Vec<Diagnostic>) {
    for (at, c) in passage.text.char_indices() {
        if passage.is_escaped(at)
            && let Some(message) = unseen(c)
        {
            faults.push(invisible_fault(file, passage.span(at..at + c.len_utf8()), message));
        }
    }
}

/// The ASCII form of a full-width digit or letter.
fn narrow(c: char) -> Option<char> {
    let is_wide = matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ');
    is_wide.then(|| char::from_u32(u32::from(c) - 0xfee0)).flatten()
}

fn full_width(file: &str, text: &str, faults: &mut Vec<Diagnostic>) {
    let mut rest = 0;
    while let Some(at) = text[rest..].find(|c| narrow(c).is_some()).map(|at| at + rest) {
        let narrowed: String = text[at..].chars().map_while(narrow).collect();
        let end = at + narrowed.chars().count() * '０'.len_utf8();
        let wide = &text[at..end];
        faults.push(
            Diagnostic::error(
                file,
                at..end,
                Words::new(format!("full-width {wide:?}"), format!("全角字符“{wide}”")),
            )
            .with_hint(Words::new(format!("write {narrowed:?}"), format!("写成半角“{narrowed}”"))),
        );
        rest = end;
    }
}

/// The two bytes of a character in `encoding`.
fn two_bytes(c: char, encoding: &'static Encoding) -> Option<(u8, u8)> {
    let (mut buffer, mut bytes) = ([0; 4], [0; 16]);
    let text = c.encode_utf8(&mut buffer);
    let (_, _, written) =
        encoding.new_encoder().encode_from_utf8_without_replacement(text, &mut bytes, true);
    match bytes[..written] {
        [lead, trail] => Some((lead, trail)),
        _ => None,
    }
}

/// Whether GB 2312 has it: 6763 characters, those of everyday mainland texts. 後 strayed in there.
pub(super) fn is_simplified(c: char) -> bool {
    if c == '後' {
        return false;
    }
    two_bytes(c, GBK).is_some_and(|(lead, trail)| (0xb0..=0xf7).contains(&lead) && trail >= 0xa1)
}

/// Whether it is one of the 5401 frequent characters of Big5.
fn is_frequent_in_big5(c: char) -> bool {
    two_bytes(c, BIG5).is_some_and(|(lead, _)| (0xa4..=0xc6).contains(&lead))
}

/// A character, and whether the question was if it is a traditional one.
type Known = BTreeSet<(char, bool)>;

/// Characters that do not belong to the guide's script, each at its first use; `known` are those of
/// earlier files that do.
fn script(file: &str, text: &str, known: &mut Known, faults: &mut Vec<Diagnostic>) {
    let is_traditional = file.ends_with("/zh-Hant.md");
    let fault = if file.ends_with("/zh-Hans.md") || file.starts_with("printables/") {
        not_simplified
    } else if is_traditional {
        not_traditional
    } else {
        return;
    };
    let mut seen = BTreeSet::new();
    for (at, c) in text.char_indices().filter(|(_, c)| is_han(*c)) {
        if !seen.insert(c) || known.contains(&(c, is_traditional)) {
            continue;
        }
        match fault(file, at..at + c.len_utf8(), c) {
            Some(fault) => faults.push(fault),
            None => _ = known.insert((c, is_traditional)),
        }
    }
}

fn not_simplified(file: &str, span: Range<usize>, c: char) -> Option<Diagnostic> {
    if is_simplified(c) {
        return None;
    }
    let code = u32::from(c);
    if is_frequent_in_big5(c) {
        let message = Words::new(
            format!("{c} (U+{code:04X}) is a traditional character"),
            format!("“{c}”（U+{code:04X}）是繁体字"),
        );
        let hint = Words::new(
            "write the simplified character; traditional text goes into zh-Hant.md",
            "请写简体字；繁体文本放在 zh-Hant.md",
        );
        return Some(Diagnostic::error(file, span, message).with_hint(hint));
    }
    let message = Words::new(
        format!("{c} (U+{code:04X}) is a rare character, not in GB 2312"),
        format!("“{c}”（U+{code:04X}）是生僻字，不在 GB 2312 里"),
    );
    let hint = Words::new(
        format!("say it without {c}: many readers do not know it, and old devices do not show it"),
        format!("请换个不用“{c}”的说法：很多人不认识，旧设备也显示不出"),
    );
    Some(Diagnostic::warning(file, span, message).with_hint(hint))
}

pub(super) fn not_traditional(file: &str, span: Range<usize>, c: char) -> Option<Diagnostic> {
    if two_bytes(c, BIG5).is_some() {
        return None;
    }
    let code = u32::from(c);
    let message = Words::new(
        format!("{c} (U+{code:04X}) is not a traditional character: Big5 does not have it"),
        format!("“{c}”（U+{code:04X}）不是繁体字：Big5 里没有"),
    );
    let hint = Words::new("write the traditional character", "请写繁体字");
    Some(Diagnostic::error(file, span, message).with_hint(hint))
}

/// The full-width form of punctuation that Chinese text writes full-width.
fn widened(c: char) -> Option<char> {
    Some(match c {
        ',' => '，',
        '.' => '。',
        ';' => '；',
        ':' => '：',
        '!' => '！',
        '?' => '？',
        '(' => '（',
        ')' => '）',
        _ => return None,
    })
}

/// Half-width punctuation after a Chinese character, or between a digit or letter and one.
fn half_width(file: &str, passage: &Passage, faults: &mut Vec<Diagnostic>) {
    let mut before = None;
    let mut chars = passage.text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, after)| *after);
        let previous: Option<char> = before.replace(c);
        let Some(wide) = widened(c).filter(|_| passage.is_prose(at)) else { continue };
        let is_between = previous.is_some_and(|p| p.is_ascii_alphanumeric())
            && after.is_some_and(is_han)
            && !matches!(c, '.' | ')');
        if !is_between && !previous.is_some_and(is_han) {
            continue;
        }
        faults.push(
            Diagnostic::error(
                file,
                passage.span(at..at + c.len_utf8()),
                Words::new(
                    format!("half-width {c:?} in Chinese text"),
                    format!("中文里用了半角标点“{c}”"),
                ),
            )
            .with_hint(Words::new(format!("write {wide}"), format!("写成全角“{wide}”"))),
        );
    }
}

/// Signs of Markdown that readers would see.
fn leftover_signs(file: &str, passage: &Passage, faults: &mut Vec<Diagnostic>) {
    let mut next = 0;
    for (at, _) in passage.text.match_indices(['*', '_', '`']) {
        let rest = &passage.text[at..];
        let sign = ["**", "__", "`"].into_iter().find(|sign| rest.starts_with(sign));
        let Some(sign) = sign.filter(|_| at >= next && passage.is_prose(at)) else { continue };
        let run = rest.len() - rest.trim_start_matches(&sign[..1]).len();
        next = at + run;
        faults.push(
            Diagnostic::error(
                file,
                passage.span(at..next),
                Words::new(
                    format!("{:?} is shown as it stands", &rest[..run]),
                    format!("“{}”会原样显示出来", &rest[..run]),
                ),
            )
            .with_hint(Words::new(
                "close it, as in **bold** and `code`, without a space inside, or leave it out; the \
                 head of a guide has no Markdown but [](…)",
                "请成对写，如 **粗体** 和 `代码`，里侧不留空格；或者删掉。文件头里除了 [](…) 不认 Markdown",
            )),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_characters_are_simplified_and_traditional_ones_are_not() {
        for c in "诉讼缴费退费保全执行赡养涞涿蠡你我他后面干里".chars() {
            assert!(is_simplified(c), "{c}");
        }
        for c in "訴訟繳費執養當後裡這個們".chars() {
            assert!(!is_simplified(c) && is_frequent_in_big5(c), "{c}");
        }
        for c in "犇骉㐂𠮷".chars() {
            assert!(!is_simplified(c) && !is_frequent_in_big5(c), "{c}");
        }
        for c in "诉讼缴费".chars() {
            assert_eq!(two_bytes(c, BIG5), None, "{c}");
        }
    }

    #[test]
    fn what_nobody_sees_is_known_and_breaks_and_tabs_are_not_that() {
        for c in "\u{200b}\u{202e}\u{ad}\u{a0}\u{feff}\u{0}\u{e000}\u{2028}\u{10fffd}".chars() {
            assert!(unseen(c).is_some(), "{c:?}");
        }
        for c in "\n\r\t 　a中，".chars() {
            assert_eq!(unseen(c), None, "{c:?}");
        }
    }

    #[test]
    fn chinese_in_english_is_marked_and_tags_are_left_alone() {
        for (html, marked) in [
            ("<p>the fee</p>", "<p>the fee</p>"),
            ("ask (立案窗口)", "ask (<span lang=\"zh-Hans\">立案窗口</span>)"),
            (
                "<i title=\"表\">保全、担保</i>",
                "<i title=\"表\"><span lang=\"zh-Hans\">保全、担保</span></i>",
            ),
        ] {
            assert_eq!(chinese_marked(html), marked);
        }
    }
}
