//! The site's files: the built-in ones, and those of `--root` laid over them.

use std::path::{Path, PathBuf};

use anyhow::Context;
use rust_embed::RustEmbed;

use super::args::Args;
use super::told::told;
use crate::domain::site::SiteFiles;

/// The folders of a site.
pub(super) const FOLDERS: [&str; 3] = ["guides/", "templates/", "printables/"];

/// What `content` reads.
pub(super) const CONTENT: [&str; 2] = ["guides/", DOCUMENTS];

/// The litigation documents.
pub(super) const DOCUMENTS: &str = "printables/documents/";

/// The fonts.
pub(super) const FONTS: &str = "printables/fonts/";

/// A text file of a site is never larger; a font may be.
const LARGEST: u64 = 64 * 1024 * 1024;

// In a release build the files are in the program; in a debug build they are read from the
// repository, so that fonts are not linked into every test program.
#[derive(RustEmbed)]
#[folder = "guides"]
#[prefix = "guides/"]
struct Guides;

#[derive(RustEmbed)]
#[folder = "templates"]
#[prefix = "templates/"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "printables"]
#[prefix = "printables/"]
struct Printables;

/// The built-in files whose paths begin with one of `prefixes`.
pub(super) fn built_in(prefixes: &[&str]) -> SiteFiles {
    let mut files = SiteFiles::default();
    add::<Guides>(prefixes, &mut files);
    add::<Templates>(prefixes, &mut files);
    add::<Printables>(prefixes, &mut files);
    files
}

fn add<E: RustEmbed>(prefixes: &[&str], files: &mut SiteFiles) {
    for path in E::iter().filter(|path| prefixes.iter().any(|prefix| path.starts_with(prefix))) {
        if let Some(file) = E::get(&path) {
            files.insert(path.into_owned(), file.data);
        }
    }
}

/// The site of `args`: only what `prefixes` name, since fonts are large.
pub(super) fn load(args: &Args, prefixes: &[&str]) -> anyhow::Result<SiteFiles> {
    load_from(args.root.as_deref(), prefixes, &[])
}

/// The site of `args`: only what `prefixes` name, and of that nothing in the folders `but`.
pub(super) fn load_but(args: &Args, prefixes: &[&str], but: &[&str]) -> anyhow::Result<SiteFiles> {
    load_from(args.root.as_deref(), prefixes, but)
}

/// The site in `root`, or the built-in one, without the folders `but`.
pub(super) fn load_from(
    root: Option<&Path>,
    prefixes: &[&str],
    but: &[&str],
) -> anyhow::Result<SiteFiles> {
    let mut files = built_in(prefixes);
    files.retain(|path| !but.iter().any(|folder| path.starts_with(folder)));
    let Some(root) = root else { return Ok(files) };
    // Read once, so that a directory that may not be read is not taken for an empty one.
    std::fs::read_dir(root).with_context(|| format!("--root {}", root.display()))?;
    if !FOLDERS.iter().any(|folder| root.join(folder).is_dir()) {
        let root = root.display();
        return Err(told(
            format!(
                "--root {root} holds no guides/, templates/ or printables/: run `onecode init DIR`"
            ),
            format!(
                "--root {root} 里没有 guides/、templates/ 或 printables/：请先运行 onecode init 目录"
            ),
        ));
    }
    // The court's own guides replace the built-in ones as a whole, so that a topic it removed is
    // gone. So do its documents, and they go with its guides, whose laws they cite. Templates,
    // layouts and fonts are replaced file by file.
    let own_guides = root.join("guides").is_dir();
    let own_documents = own_guides || root.join(DOCUMENTS).is_dir();
    files.retain(|path| {
        let is_document = path.strip_prefix(DOCUMENTS).is_some_and(|name| !name.starts_with('_'));
        !((own_guides && path.starts_with("guides/")) || (own_documents && is_document))
    });
    for prefix in prefixes {
        let start = root.join(prefix.trim_end_matches('/'));
        if start.is_dir() {
            read_dir(root, &start, but, &mut files)?;
        }
    }
    Ok(files)
}

fn read_dir(root: &Path, dir: &Path, but: &[&str], files: &mut SiteFiles) -> anyhow::Result<()> {
    let reading = || format!("while reading {}", dir.display());
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(reading)? {
        entries.push(entry.with_context(reading)?.path());
    }
    for path in entries {
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
        let left_out = || but.iter().any(|folder| path == root.join(folder.trim_end_matches('/')));
        if hidden || left_out() {
            continue;
        }
        if path.is_dir() {
            read_dir(root, &path, but, files)?;
            continue;
        }
        let reading = || format!("while reading {}", path.display());
        let size = std::fs::metadata(&path).with_context(reading)?.len();
        if size > LARGEST {
            let (path, most) = (path.display(), LARGEST >> 20);
            return Err(told(
                format!("{path} is larger than {most} MiB"),
                format!("{path} 超过了 {most} MiB"),
            ));
        }
        let bytes = std::fs::read(&path).with_context(reading)?;
        let inside = path.strip_prefix(root).unwrap_or(&path);
        let name = inside.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        files.insert(name, bytes);
    }
    Ok(())
}

/// The root, for a command that writes into it.
pub(super) fn writable_root(args: &Args) -> anyhow::Result<&Path> {
    match &args.root {
        Some(root) if root.is_dir() => Ok(root),
        Some(root) => Err(told(
            format!("--root {}: no such directory; run `onecode init`", root.display()),
            format!("--root {}：没有这个目录；请先运行 onecode init", root.display()),
        )),
        None => Err(told(
            "the built-in site cannot be changed: run `onecode init DIR`, then use --root DIR",
            "内置站点不能修改：请先运行 onecode init 目录，再用 --root 目录",
        )),
    }
}
