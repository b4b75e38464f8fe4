//! Results to stdout, messages and progress to stderr, in the person's language.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::told::sentence;
use crate::diagnostic::{Tongue, Words};
use crate::print::PrintError;
use crate::store::StoreError;

/// Where a command says things.
pub(super) struct Output {
    tongue: Tongue,
    quiet: bool,
}

impl Output {
    pub(super) fn new(tongue: Tongue, quiet: bool) -> Self {
        Self { tongue, quiet }
    }

    pub(super) fn tongue(&self) -> Tongue {
        self.tongue
    }

    /// One of two texts.
    pub(super) fn pick<'a>(&self, en: &'a str, zh: &'a str) -> &'a str {
        match self.tongue {
            Tongue::English => en,
            Tongue::Chinese => zh,
        }
    }

    /// Words in the reader's language.
    pub(super) fn words(&self, words: &Words) -> String {
        words.in_tongue(self.tongue).to_owned()
    }

    /// A message, unless `--quiet`.
    pub(super) fn say(&self, words: &Words) {
        if !self.quiet && !words.in_tongue(self.tongue).is_empty() {
            self.to_stderr(words.in_tongue(self.tongue));
        }
    }

    /// A message that `--quiet` does not silence.
    pub(super) fn insist(&self, words: &Words) {
        self.to_stderr(words.in_tongue(self.tongue));
    }

    /// Why a command could not run, printed once.
    pub(super) fn error(&self, error: &anyhow::Error) {
        let prefix = self.pick("error: ", "错误：");
        let known = error.chain().find_map(|cause| {
            cause
                .downcast_ref::<StoreError>()
                .and_then(store_words)
                .or_else(|| cause.downcast_ref::<PrintError>().and_then(print_words))
                .or_else(|| cause.downcast_ref::<std::io::Error>().and_then(io_words))
        });
        let mut text = format!("{prefix}{}", sentence(error, self.tongue));
        if let Some(advice) = known {
            text.push_str(self.pick("\n  hint: ", "\n  提示："));
            text.push_str(advice.in_tongue(self.tongue));
        }
        self.to_stderr(&text);
    }

    /// Whether results go to somebody's eyes.
    #[expect(clippy::unused_self, reason = "stdout is reached through an Output only")]
    pub(super) fn is_seen(&self) -> bool {
        std::io::stdout().is_terminal()
    }

    /// A result.
    #[expect(clippy::unused_self, reason = "stdout is reached through an Output only")]
    pub(super) fn result(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()?;
        Ok(())
    }

    /// A progress bar on a terminal; nothing elsewhere.
    pub(super) fn progress(&self, length: usize) -> ProgressBar {
        if self.quiet || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr());
        let template = self.pick(
            "printing and proving {bar:32} {pos}/{len} {eta}",
            "印制并校验 {bar:32} {pos}/{len} 剩余 {eta}",
        );
        let style = ProgressStyle::with_template(template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    }

    #[expect(clippy::unused_self, reason = "stderr is reached through an Output only")]
    pub(super) fn to_stderr(&self, text: &str) {
        // There is nobody to tell that telling failed.
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }
}

/// What to do about a store's fault.
fn store_words(error: &StoreError) -> Option<Words> {
    Some(match error {
        StoreError::Missing { .. } => Words::new(
            "nothing has been recorded there yet: start `onecode serve`, or name the right --store",
            "那里还没有任何记录：请先启动 onecode serve，或用 --store 指明正确位置",
        ),
        StoreError::InUse { .. } => Words::new(
            "a service already runs on this store, or another command is reading it: wait, stop it, \
             or use another --store",
            "已有服务在用这个数据目录，或另一条命令正在读取：请稍等、停掉它，或换一个 --store",
        ),
        StoreError::Damaged { .. } => Words::new(
            "`onecode serve` puts a damaged store aside and starts a new one",
            "onecode serve 会把损坏的数据目录移到一边，另起新的",
        ),
        StoreError::Corrupt { .. } => Words::new(
            "start `onecode serve` again: it puts a damaged store aside and takes over what can be read",
            "请重新启动 onecode serve：它会把损坏的数据移到一边，并接回读得出来的部分",
        ),
        StoreError::NotEmpty { .. } => Words::new(
            "name another --store, or add --replace: the store that is there is put aside, not deleted",
            "请换一个 --store，或加 --replace：原来的数据会移到一边，不会删除",
        ),
        StoreError::NoBackup { .. } => Words::new(
            "take a file that `onecode backup` wrote to its end; the store is as it was",
            "请用 onecode backup 完整写出的文件；数据目录没有改动",
        ),
        StoreError::Format { .. } => Words::new(
            "use the version of onecode that wrote it, or a newer one",
            "请使用写入它的那个版本或更新的 onecode",
        ),
        StoreError::UnknownEngine { .. }
        | StoreError::Reserved { .. }
        | StoreError::Io { .. }
        | StoreError::Disk { .. }
        | StoreError::Closed { .. }
        | StoreError::Engine { .. }
        | StoreError::Backup { .. }
        | StoreError::InMemory
        | StoreError::Remote { .. } => return None,
    })
}

/// What to do about a print fault that is not the content's.
fn print_words(error: &PrintError) -> Option<Words> {
    if let PrintError::Io { source, .. } = error {
        return io_words(source);
    }
    matches!(error, PrintError::BaseUrl { .. }).then(|| {
        Words::new(
            "such as --base-url https://fy.example.cn",
            "网址只写到域名，例如 --base-url https://fy.example.cn",
        )
    })
}

/// What to do about a fault of the machine.
fn io_words(error: &std::io::Error) -> Option<Words> {
    use std::io::ErrorKind;
    #[expect(clippy::wildcard_enum_match_arm, reason = "the standard library's list is open")]
    match error.kind() {
        ErrorKind::PermissionDenied => Some(Words::new(
            "permission is missing: choose another place, or have it given to you",
            "没有权限：请换一个位置，或申请权限",
        )),
        ErrorKind::StorageFull => Some(Words::new(
            "the disk is full: make room, then run the command again",
            "磁盘已满：请腾出空间后重新运行",
        )),
        ErrorKind::AddrInUse => Some(Words::new(
            "another program uses this port: choose another one with --listen 127.0.0.1:PORT",
            "端口已被占用：请用 --listen 127.0.0.1:端口 换一个",
        )),
        _ => None,
    }
}
