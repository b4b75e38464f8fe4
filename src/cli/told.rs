//! Why a command could not run, in the person's language.
//!
//! Library modules speak English, in their error types; what those mean in Chinese is said here.

use std::error::Error;
use std::fmt;
use std::io::ErrorKind;

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
        parts.push(context_in_chinese(&cause.to_string()));
    }
    parts.join("：")
}

fn in_chinese(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(Told(words)) = cause.downcast_ref::<Told>() {
        return Some(words.in_tongue(Tongue::Chinese).to_owned());
    }
    if let Some(error) = cause.downcast_ref::<std::io::Error>() {
        return Some(io_in_chinese(error));
    }
    let store = cause.downcast_ref::<StoreError>().map(store_in_chinese);
    store.or_else(|| cause.downcast_ref::<PrintError>().map(PrintError::in_chinese))
}

/// What was being done, by how it begins; what follows is a file or an address.
const CONTEXTS: &[(&str, &str)] = &[
    ("cannot read ", "读不了 "),
    ("cannot write ", "写不了 "),
    ("cannot listen on ", "不能在这个地址提供网页："),
    ("while asking for users", "询问用户时"),
    ("while compacting", "整理空间时"),
    ("while noting it", "记录时"),
    ("while reading alarms", "读取警报时"),
    ("while reading strikes", "读取剔除记录时"),
    ("while reading the answers", "读取回答时"),
    ("while reading the counts", "读取计数时"),
    ("while reading the password from stdin", "从标准输入读取密码时"),
    ("while reading the password from the terminal", "从终端读取密码时"),
    ("while recounting", "重新核对时"),
    ("while serving", "提供网页时"),
    ("while starting the recorder", "开始记录时"),
    ("while striking out", "剔除时"),
    ("while tidying", "整理数据时"),
    ("while undoing it", "撤销时"),
    ("while writing the backup", "写备份时"),
    ("while locking ", "锁定 "),
    ("while making ", "新建 "),
    ("while reading ", "读取 "),
    ("while writing ", "写入 "),
];

fn context_in_chinese(english: &str) -> String {
    let known =
        CONTEXTS.iter().find_map(|(en, zh)| Some(format!("{zh}{}", english.strip_prefix(en)?)));
    known.unwrap_or_else(|| english.to_owned())
}

/// What a disk answers most; the rest as the system says it.
fn io_in_chinese(error: &std::io::Error) -> String {
    let known = [
        (ErrorKind::NotFound, "没有这个文件或目录"),
        (ErrorKind::PermissionDenied, "没有权限"),
        (ErrorKind::AlreadyExists, "已经存在"),
        (ErrorKind::IsADirectory, "是目录，不是文件"),
        (ErrorKind::NotADirectory, "不是目录"),
        (ErrorKind::StorageFull, "磁盘已满"),
        (ErrorKind::ReadOnlyFilesystem, "磁盘是只读的"),
        (ErrorKind::AddrInUse, "地址已被占用"),
    ];
    let said = known.into_iter().find(|(kind, _)| error.kind() == *kind);
    said.map_or_else(|| error.to_string(), |(_, words)| words.to_owned())
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
        StoreError::Backup { source } => format!("备份没有完成：{}", io_in_chinese(source)),
        StoreError::NoBackup { reason } => format!("这不是可以恢复的备份：{reason}"),
        StoreError::NotEmpty { path } => format!("数据目录 {} 里已有数据", path.display()),
        StoreError::InMemory => "内存中的数据不用维护".to_owned(),
        StoreError::Format { version } => format!("数据是第 {version} 版格式，这个版本读不了"),
        StoreError::Io { path, source } => {
            format!("{}：{}", path.display(), io_in_chinese(source))
        }
        StoreError::Disk { source } => format!("数据文件读写不了：{}", io_in_chinese(source)),
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
