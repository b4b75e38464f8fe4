//! `onecode init`: the built-in site as files, to be edited.

use anyhow::Context;

use super::args::Init;
use super::output::Output;
use super::told::told;
use super::{Ending, site};
use crate::diagnostic::Words;
use crate::print::job::write_whole;

pub(super) fn run(init: &Init, output: &Output) -> anyhow::Result<Ending> {
    let dir = &init.dir;
    let making = || format!("while making {}", dir.display());
    match std::fs::read_dir(dir) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                let dir = dir.display();
                return Err(told(
                    format!("{dir} is not empty: name a new directory, nothing was written"),
                    format!("{dir} 不是空目录：请换一个新目录；没有写任何文件"),
                ));
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(making),
    }
    let files = site::built_in(&site::FOLDERS);
    let mut count = 0;
    for (path, bytes) in files.iter() {
        let target = dir.join(path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).with_context(making)?;
        }
        write_whole(&target, bytes)?;
        count += 1;
    }
    let shown = dir.display();
    output.say(&Words::new(
        format!(
            "{count} files written. Edit {shown}/guides/_facts/courts.toml first, then run\n  \
             onecode check --root {shown}"
        ),
        format!(
            "已写出 {count} 个文件。请先修改 {shown}/guides/_facts/courts.toml，再运行\n  \
             onecode check --root {shown}"
        ),
    ));
    Ok(Ending::Done)
}
