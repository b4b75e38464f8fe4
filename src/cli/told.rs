//! Why a command could not run, in the person's language.
//!
//! Library modules speak English, in their error types; what those mean in Chinese is said here.

use std::error::Error;
use std::fmt;

use crate::diagnostic::{Tongue, Words};
use crate::print::PrintError;
use crate::print::proof::{Refusal, Stress};
use crate::store::StoreError;

/// An error of the command line itself, in both languages.
#[derive(Debug)]
pub(super) struct Told(Words);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.in_tongue(Tongue::English))
    }
}

impl Error for Told {}

/// An error in both languages.
pub(super) fn told(en: impl Into<String>, zh: impl Into<String>) -> anyhow::Error {
    Told(Words::new(en, zh)).into()
}

/// The whole of `error` in `tongue`.
pub(super) fn sentence(error: &anyhow::Error, tongue: Tongue) -> String {
    if tongue == Tongue::English {
        return format!("{error:#}");
    }
    let mut parts = Vec::new();
    for cause in error.chain() {
        if let Some(said) = in_chinese(cause) {
            parts.push(said);
            break; // it has said what is behind it
        }
        parts.push(cause.to_string());
    }
    parts.join("：")
}

fn in_chinese(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(Told(words)) = cause.downcast_ref::<Told>() {
        return Some(words.in_tongue(Tongue::Chinese).to_owned());
    }
    let store = cause.downcast_ref::<StoreError>().map(store_in_chinese);
    store.or_else(|| cause.downcast_ref::<PrintError>().map(print_in_chinese))
}

fn store_in_chinese(error: &StoreError) -> String {
    match error {
        StoreError::UnknownEngine { url } => {
            format!("没有“{url}”这种存储：请用 sled:目录 或 memory:")
        }
        StoreError::Reserved { engine } => format!("存储 {engine} 尚未提供：请用 sled:目录"),
        StoreError::Missing { path } => format!("{} 中没有数据", path.display()),
        StoreError::InUse { path } => format!("数据目录 {} 正被另一个进程使用", path.display()),
        StoreError::Damaged { path, reason } => {
            format!("数据目录 {} 已损坏：{reason}", path.display())
        }
        StoreError::Corrupt { reason } => format!("数据已损坏：{reason}"),
        StoreError::Backup { source } => format!("备份没有完成：{source}"),
        StoreError::NoBackup { reason } => format!("这不是可以恢复的备份：{reason}"),
        StoreError::NotEmpty { path } => format!("数据目录 {} 里已有数据", path.display()),
        StoreError::InMemory => "内存中的数据不用维护".to_owned(),
        StoreError::Format { version } => format!("数据是第 {version} 版格式，这个版本读不了"),
        StoreError::Io { path, source } => format!("{}：{source}", path.display()),
        StoreError::Engine { reason } => format!("存储出错：{reason}"),
        StoreError::Remote { reason } => format!("正在运行的服务没有应答：{reason}"),
    }
}

/// A print fault in Chinese.
pub(super) fn print_in_chinese(error: &PrintError) -> String {
    match error {
        PrintError::BaseUrl { url } => {
            format!("“{url}”不能印成码：请写 https://域名 或 http://域名:端口，不带路径")
        }
        PrintError::SymbolTooSmall { url, modules, symbol_mm, least_mm, layout } => format!(
            "网址 {url} 的码有 {modules} 格，只能印到 {symbol_mm:.1} 毫米；\
             版式 {layout} 要求至少 {least_mm:.0} 毫米：请换一个短些的域名"
        ),
        PrintError::UrlTooLong { url } => format!("网址 {url} 太长，做不成二维码"),
        PrintError::NoGuide { topic, language } => {
            format!("主题 {topic} 没有 {language} 的指引：请添加 guides/{topic}/{language}.md")
        }
        PrintError::NoWords { layout, language } => format!(
            "版式 {layout} 没有 {language} 的文字：请在它的 layout.toml 里添加 [words.{language}]"
        ),
        PrintError::Glyphs { characters, at } => {
            let at = at
                .as_ref()
                .map_or_else(String::new, |(number, place)| format!("（点位 {number}“{place}”）"));
            format!("印刷字体缺少 {characters}{at}：请换一种写法")
        }
        PrintError::Typeset { layout, source } => format!("版式 {layout} 放不下：{source}"),
        PrintError::Index { folder, source } => {
            format!("缩图目录 {folder}/index.pdf 排不出来：{source}")
        }
        PrintError::Pages { layout, pages, planned } => {
            format!("版式 {layout} 排成了 {pages} 页，应为 {planned} 页：请缩短文字")
        }
        PrintError::Refused { file, refusal } => {
            format!("{file} 扫不出来，没有写出：{}", refusal_in_chinese(refusal))
        }
        PrintError::Encode { file, reason } => format!("{file}：{reason}"),
        PrintError::Io { path, source } => format!("无法读写 {}：{source}", path.display()),
        PrintError::Manifest { path } => {
            format!("{} 不是本程序写的清单：请把它移走", path.display())
        }
    }
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
