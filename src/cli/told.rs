//! Why a command could not run, in the person's language.
//!
//! Library modules speak English, in their error types; what those mean in Chinese is said here.

use std::error::Error;
use std::fmt;

use crate::diagnostic::{Tongue, Words};
use crate::print::PrintError;
use crate::store::StoreError;
use crate::store::trouble::Trouble;

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
    store.or_else(|| cause.downcast_ref::<PrintError>().map(PrintError::in_chinese))
}

/// A store's fault in Chinese, with what is behind it.
pub(super) fn store_in_chinese(error: &StoreError) -> String {
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
        StoreError::Disk { source } => format!("数据文件读写不了：{source}"),
        StoreError::Closed { trouble } => {
            let why = match trouble {
                Trouble::Full => "磁盘已满",
                Trouble::ReadOnly => "磁盘只读",
                Trouble::Other => "原因见服务的日志",
            };
            format!("数据暂时打不开，能写入时会自动恢复（{why}）")
        }
        StoreError::Engine { reason } => format!("存储出错：{reason}"),
        StoreError::Remote { reason } => format!("正在运行的服务没有应答：{reason}"),
    }
}
