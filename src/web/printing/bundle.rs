//! A directory of printed files -> one ZIP, the same bytes for the same files.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Packs every file under `dir`, in the order of their names, into `file`.
pub(super) fn pack(dir: &Path, file: &Path) -> io::Result<()> {
    let mut writer = ZipWriter::new(BufWriter::new(File::create(file)?));
    for path in files(dir)? {
        let inside = path.strip_prefix(dir).unwrap_or(&path);
        let name = inside.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        // What is in a PDF is packed already.
        let method = if path.extension().is_some_and(|ending| ending == "csv") {
            CompressionMethod::Deflated
        } else {
            CompressionMethod::Stored
        };
        // No times of day: they would make each set another one.
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        writer.start_file(name, options)?;
        io::copy(&mut File::open(&path)?, &mut writer)?;
    }
    writer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_data()
}

/// The files under `dir`, sorted; hidden ones are notes of a run.
fn files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() { dirs.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_make_the_same_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let made = |name: &str, order: [&str; 2]| {
            let set = dir.path().join(name);
            fs::create_dir_all(set.join("north")).unwrap();
            for file in order {
                fs::write(set.join(file), file).unwrap();
            }
            fs::write(set.join(".unfinished"), name).unwrap();
            let file = dir.path().join(format!("{name}.zip"));
            pack(&set, &file).unwrap();
            fs::read(file).unwrap()
        };
        let first = made("a", ["manifest.csv", "north/1.pdf"]);
        assert_eq!(first, made("b", ["north/1.pdf", "manifest.csv"]));
        let mut archive = zip::ZipArchive::new(io::Cursor::new(first)).unwrap();
        let names: Vec<String> = (0..archive.len())
            .map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned())
            .collect();
        assert_eq!(names, ["manifest.csv", "north/1.pdf"]);
    }
}
