//! The files of a site as plain values: path inside the site -> bytes. Reading them is `cli`'s work.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The bytes of a file, held by all who need them: fonts are megabytes.
#[derive(Debug, Clone)]
pub struct SharedBytes(Arc<Cow<'static, [u8]>>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

/// A site's files: those of `--root` laid over the built-in ones.
#[derive(Debug, Clone, Default)]
pub struct SiteFiles {
    files: BTreeMap<String, SharedBytes>,
}

impl SiteFiles {
    /// Adds a file, replacing one of the same path. Paths use `/` and are relative.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Cow<'static, [u8]>>) {
        self.files.insert(path.into(), SharedBytes(Arc::new(bytes.into())));
    }

    /// Leaves out the files whose paths are not to be kept.
    pub fn retain(&mut self, mut keeps: impl FnMut(&str) -> bool) {
        self.files.retain(|path, _| keeps(path));
    }

    /// A file's bytes.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// A file's bytes, not copied.
    pub fn get_shared(&self, path: &str) -> Option<SharedBytes> {
        self.files.get(path).cloned()
    }

    /// The files whose paths begin with `prefix`, by path.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.files
            .range(prefix.to_owned()..)
            .take_while(move |(path, _)| path.starts_with(prefix))
            .map(|(path, bytes)| (path.as_str(), bytes.as_ref()))
    }

    /// All files, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_ref()))
    }
}
