//! `onecode export`: the whole site as static files, for kiosks, intranets and USB sticks.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use super::args::{Args, Export};
use super::output::Output;
use super::told::told;
use super::{Ending, clock, diagnostics, site};
use crate::content;
use crate::diagnostic::{Words, nearest};
use crate::document::{FILES, Format, Writers};
use crate::domain::document::fill::fill;
use crate::domain::library::Library;
use crate::domain::site::SiteFiles;
use crate::print::address::BaseUrl;
use crate::web::export::{self, Stand};
use crate::web::views::Views;

/// The file that tells what a folder is, to people and to us.
const README: &str = "README.txt";

/// How that file begins, in every version.
const MARK: &str = "onecode export\n";

pub(super) fn run(args: &Args, asked: &Export, output: &Output) -> anyhow::Result<Ending> {
    let files = site::load(args, &[&["guides/", "templates/"], &FILES[..]].concat())?;
    let today = clock().now().day();
    let loaded = content::load(&files, today);
    if let Some(ending) = diagnostics::stop_on_errors(&loaded.diagnostics, &files, output) {
        return Ok(ending);
    }
    let library = Arc::new(loaded.library);
    let stand = stand(asked, &library)?;
    let out = Target::new(&asked.out)?;
    let base_url = args.base_url.as_deref().map(|url| BaseUrl::parse(url, false)).transpose()?;
    let views = Views::new(Arc::clone(&library), &files, base_url, today)?;
    let made = export::Export::new(&views, &library, stand, today)?;
    if !made.broken.is_empty() {
        for (file, address) in &made.broken {
            output.insist(&Words::new(
                format!("{file}: error: {address} leads nowhere"),
                format!("{file}：错误：{address} 打不开"),
            ));
        }
        return Ok(Ending::Fault);
    }
    let mut files_out: BTreeMap<String, Vec<u8>> =
        made.files.into_iter().map(|(file, text)| (file, text.into_bytes())).collect();
    files_out.extend(papers(&library, &files)?);
    for file in &made.others {
        debug_assert!(files_out.contains_key(file), "{file} is a paper");
    }
    files_out.insert(README.to_owned(), readme().into_bytes());
    out.write(&files_out)?;
    let (count, shown) = (files_out.len(), asked.out.display());
    output.say(&Words::new(
        format!("{count} files written; open {shown}/index.html in a browser"),
        format!("已写出 {count} 个文件；用浏览器打开 {shown}/index.html"),
    ));
    Ok(Ending::Done)
}

/// Whose details the pages show.
fn stand(asked: &Export, library: &Library) -> anyhow::Result<Stand> {
    let court = match &asked.court {
        None => None,
        Some(id) => {
            let known = || library.courts.iter().map(|court| court.id.as_str());
            let found = known().position(|court| court == id);
            let near = nearest(id, known());
            let (en, zh) = near.map_or((String::new(), String::new()), |near| {
                (format!(": did you mean {near:?}?"), format!("：是不是“{near}”？"))
            });
            Some(found.ok_or_else(|| {
                told(format!("no court {id:?}{en}"), format!("没有法院“{id}”{zh}"))
            })?)
        }
    };
    let Some(number) = asked.placement else { return Ok(Stand { court, placement: None }) };
    let placement = library
        .placements
        .get(&number)
        .ok_or_else(|| told(format!("no placement {number}"), format!("没有点位 {number}")))?;
    let court = library.courts.iter().position(|court| court.id == placement.court);
    Ok(Stand { court, placement: Some(number) })
}

/// The blank papers.
fn papers(library: &Library, files: &SiteFiles) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut papers = BTreeMap::new();
    if library.documents.is_empty() {
        return Ok(papers);
    }
    let writers = Writers::new(files)?;
    for template in &library.documents {
        let blank = fill(template, None);
        for format in Format::ALL {
            let file = format!("d/{}.{}", template.id, format.extension());
            let bytes =
                writers.write(&blank, format).with_context(|| format!("while writing {file}"))?;
            papers.insert(file, bytes);
        }
    }
    Ok(papers)
}

/// What somebody reads who finds the folder on a stick. The same for every export: the same site gives
/// the same bytes.
fn readme() -> String {
    format!(
        "{MARK}\n\
         诉讼服务指引，不联网也能看。\n\
         双击 index.html，用浏览器打开。整个文件夹一起拷贝、一起移动，不要只拷一个文件。\n\
         放在大厅的自助机、局域网服务器、U 盘上都可以；放到服务器上，把这个文件夹作为网站目录即可。\n\
         内容会过时：法律、收费、期限变了，请重新运行 onecode export，再整个替换。\n\n\
         Court guides that work without a network: open index.html in a browser.\n\
         Copy the folder as a whole. Replace it as a whole when the guides change (onecode export).\n"
    )
}

/// The directory that is written, whole or not at all.
struct Target {
    dir: PathBuf,
    /// Where it is put together, beside it.
    draft: PathBuf,
    /// Where the one before stands until the new one is in place.
    before: PathBuf,
}

impl Target {
    /// `dir` has to be ours to write: not there, empty, or an export of before.
    fn new(dir: &Path) -> anyhow::Result<Self> {
        // What a link leads to is what is served; the link itself stays.
        let real = dir.is_symlink().then(|| dir.canonicalize()).transpose();
        let real = real.with_context(|| format!("while reading {}", dir.display()))?;
        let dir = real.as_deref().unwrap_or(dir);
        let named = dir.file_name().map(|name| name.to_string_lossy().into_owned());
        let Some(name) = named else {
            return Err(told(
                format!("{} cannot be replaced: name a directory in it", dir.display()),
                format!("{} 不能整个替换：请在里面另起一个目录名", dir.display()),
            ));
        };
        let beside = |what: &str| dir.with_file_name(format!(".{name}.{what}"));
        let target = Self {
            dir: dir.to_owned(),
            draft: beside("onecode-draft"),
            before: beside("onecode-before"),
        };
        if target.is_mounted() {
            return Err(told(
                format!(
                    "{0} is a disk of its own, which cannot be replaced as a whole: name a directory in it, \
                     such as {0}/onecode",
                    dir.display()
                ),
                format!(
                    "{0} 是一个单独的盘，不能整个替换：请写里面的一个目录，例如 {0}/onecode",
                    dir.display()
                ),
            ));
        }
        target.bring_back()?;
        if !target.is_ours()? {
            return Err(told(
                format!(
                    "{} is not empty and no export of onecode: name another directory; nothing was \
                     written",
                    dir.display()
                ),
                format!(
                    "{} 里有别的文件，不是 onecode 导出的：请换一个目录；没有写任何文件",
                    dir.display()
                ),
            ));
        }
        Ok(target)
    }

    /// Whether another disk begins here, such as a stick: then nothing beside it can be moved into its place.
    fn is_mounted(&self) -> bool {
        let disk = |path: &Path| std::fs::metadata(path).map(|found| found.dev()).ok();
        let beside = self.dir.parent().filter(|parent| !parent.as_os_str().is_empty());
        let (own, other) = (disk(&self.dir), disk(beside.unwrap_or(Path::new("."))));
        own.is_some() && own != other
    }

    /// Puts the export of before back into its place, where a run was cut short just when that was empty.
    fn bring_back(&self) -> anyhow::Result<()> {
        if self.dir.exists() || !self.before.exists() {
            return Ok(());
        }
        std::fs::rename(&self.before, &self.dir)
            .with_context(|| format!("while writing {}", self.dir.display()))
    }

    fn is_ours(&self) -> anyhow::Result<bool> {
        let reading = || format!("while reading {}", self.dir.display());
        match std::fs::read_dir(&self.dir) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error).with_context(reading),
            Ok(mut entries) => Ok(entries.next().is_none()
                || std::fs::read(self.dir.join(README))
                    .is_ok_and(|text| text.starts_with(MARK.as_bytes()))),
        }
    }

    /// Writes every file into the draft, then puts it in the place of what was there.
    fn write(&self, files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
        let writing = || format!("while writing {}", self.dir.display());
        // Left by a run that was cut short.
        remove(&self.draft).with_context(writing)?;
        remove(&self.before).with_context(writing)?;
        if let Err(error) = self.fill(files) {
            // The draft is of no use to anyone.
            let _ = remove(&self.draft);
            return Err(error).with_context(writing);
        }
        let replaced = match std::fs::rename(&self.dir, &self.before) {
            Ok(()) => true,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
            Err(error) => {
                let _ = remove(&self.draft);
                return Err(error).with_context(writing);
            }
        };
        if let Err(error) = std::fs::rename(&self.draft, &self.dir) {
            if replaced {
                // What was there is better than nothing.
                let _ = std::fs::rename(&self.before, &self.dir);
            }
            let _ = remove(&self.draft);
            return Err(error).with_context(writing);
        }
        remove(&self.before).with_context(writing)
    }

    fn fill(&self, files: &BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
        for (file, bytes) in files {
            let path = self.draft.join(file);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&path, bytes)?;
            // A stick is pulled out as soon as the command has ended.
            std::fs::File::open(&path)?.sync_data()?;
        }
        Ok(())
    }
}

/// Removes a directory, if it is there.
fn remove(dir: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
