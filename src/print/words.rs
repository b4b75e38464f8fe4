//! What went wrong, in the language of the person who prints.
//!
//! The English stands with the errors themselves; a fault more is an arm here.

use super::complaint;
use super::proof::{Refusal, Stress};
use super::{Piece, PrintError};
use crate::diagnostic::Words;

impl PrintError {
    /// What went wrong, for people who print: at the command line and in the print room.
    pub fn words(&self) -> Words {
        Words::new(self.to_string(), self.in_chinese())
    }

    /// Which piece is at fault, where it is one alone.
    pub fn piece(&self) -> Option<&Piece> {
        match self {
            Self::SymbolTooSmall { piece, .. }
            | Self::Glyphs { piece, .. }
            | Self::Typeset { piece, .. }
            | Self::Pages { piece, .. } => piece.as_deref(),
            Self::Refused { piece, .. } => Some(piece),
            Self::BaseUrl { .. }
            | Self::UrlTooLong { .. }
            | Self::NoGuide { .. }
            | Self::NoWords { .. }
            | Self::NoFonts
            | Self::Fonts { .. }
            | Self::Index { .. }
            | Self::Encode { .. }
            | Self::Io { .. }
            | Self::Manifest { .. } => None,
        }
    }

    /// What went wrong, in Chinese.
    pub fn in_chinese(&self) -> String {
        match self {
            Self::BaseUrl { url } => {
                format!("“{url}”不能印成码：请写 https://域名 或 http://域名:端口，不带路径")
            }
            Self::SymbolTooSmall { url, modules, symbol_mm, least_mm, layout, piece } => format!(
                "网址 {url} 的码有 {modules} 格，只能印到 {symbol_mm:.1} 毫米；\
                 版式 {layout} 要求至少 {least_mm:.0} 毫米：请换一个短些的域名{}",
                named(piece.as_deref())
            ),
            Self::UrlTooLong { url } => format!("网址 {url} 太长，做不成二维码"),
            Self::NoGuide { topic, language } => {
                format!("主题 {topic} 没有 {language} 的指引：请添加 guides/{topic}/{language}.md")
            }
            Self::NoWords { layout, language } => format!(
                "版式 {layout} 没有 {language} 的文字：请在它的 layout.toml 里添加 [words.{language}]"
            ),
            Self::NoFonts => "printables/fonts 里没有字体，印不了海报".to_owned(),
            Self::Fonts { source } => format!("字体用不了：{source}"),
            Self::Glyphs { characters, layout, piece } => {
                let (layout, piece) = (in_layout(layout), named(piece.as_deref()));
                format!("{layout}印刷字体缺少 {characters}{piece}：请换一种写法")
            }
            Self::Typeset { layout, piece, source } => {
                let (piece, said) =
                    (named(piece.as_deref()), complaint::words(&source.to_string()));
                format!("版式 {layout} 放不下：{}{piece}", said.chinese())
            }
            Self::Index { folder, source } => {
                format!("缩图目录 {folder}/index.pdf 排不出来：{source}")
            }
            Self::Pages { layout, piece, pages, planned } => format!(
                "版式 {layout} 排成了 {pages} 页，应为 {planned} 页：请缩短文字{}",
                named(piece.as_deref())
            ),
            Self::Refused { file, layout, piece, refusal } => format!(
                "{}{file} 扫不出来，没有写出：{}{}",
                in_layout(layout),
                refusal_in_chinese(refusal),
                named(Some(piece))
            ),
            Self::Encode { file, reason } => format!("{file}：{reason}"),
            Self::Io { path, source } => format!("无法读写 {}：{source}", path.display()),
            Self::Manifest { path } => {
                format!("{} 不是本程序写的清单：请把它移走", path.display())
            }
        }
    }
}

/// `（点位 7“…”…）`, or nothing where it is not one piece's fault.
fn named(piece: Option<&Piece>) -> String {
    let said = |piece: &Piece| {
        let Piece { court, placement, place, topic, code } = piece;
        format!("（{court}，点位 {placement}“{place}”，主题 {topic}，编号 {code}）")
    };
    piece.map_or_else(String::new, said)
}

/// `版式 a4-poster：`, or nothing where there is none.
fn in_layout(layout: &str) -> String {
    if layout.is_empty() { String::new() } else { format!("版式 {layout}：") }
}

/// What went wrong with many pieces: each cause once, in the order of their first pieces, at most
/// `most` of them, each with how many more pieces it is about.
pub fn causes<'e>(errors: impl IntoIterator<Item = &'e PrintError>, most: usize) -> Vec<Words> {
    let mut causes: Vec<(String, Words, usize)> = Vec::new();
    for error in errors {
        let words = error.words();
        let named = super::named(error.piece());
        let cause = words.english().replace(&named, "");
        match causes.iter_mut().find(|(known, ..)| *known == cause) {
            Some((_, _, more)) => *more += 1,
            None => causes.push((cause, words, 0)),
        }
    }
    let told = causes.into_iter().take(most).map(|(_, words, more)| match more {
        0 => words,
        1 => also(&words, " (and 1 more piece)", "（还有 1 件也是这样）"),
        more => also(
            &words,
            &format!(" (and {more} more pieces)"),
            &format!("（还有 {more} 件也是这样）"),
        ),
    });
    told.collect()
}

fn also(words: &Words, en: &str, zh: &str) -> Words {
    Words::new(words.english().to_owned() + en, words.chinese().to_owned() + zh)
}

fn refusal_in_chinese(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Modules { wrong, all } => format!("{all} 格中有 {wrong} 格不对"),
        Refusal::Logo { modules, most } => {
            format!("徽标占了 {modules} 格宽，最多只能占 {most} 格")
        }
        Refusal::Contrast { contrast } => format!("对比度只有 {contrast}%"),
        Refusal::Unread { decoder, reason } => format!("解码器 {decoder} 读不出（{reason}）"),
        Refusal::Misread { decoder, read } => format!("解码器 {decoder} 读成了“{read}”"),
        Refusal::Stressed { stress, reasons } => {
            let (case, advice) = stress_in_chinese(*stress);
            format!("{case}，两个解码器都读不出（{reasons}）：{advice}")
        }
    }
}

/// The case and what helps.
fn stress_in_chinese(stress: Stress) -> (&'static str, &'static str) {
    const FEWER_MODULES: &str = "请去掉徽标，或换一个短些的域名，让码的格子少一些";
    match stress {
        Stress::Far => ("离远了看（每格 3 像素）", FEWER_MODULES),
        Stress::Blur => ("模糊 0.3 格时", FEWER_MODULES),
        Stress::Shade => ("对比度只剩 30% 时", "请把码印成纯黑，底色用纯白"),
        Stress::Tilt => ("斜着 30 度看时", FEWER_MODULES),
        Stress::Damage => ("面积污损 3% 时", "请去掉徽标，把纠错能力留给污损"),
    }
}
