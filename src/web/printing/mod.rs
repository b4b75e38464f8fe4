//! The print room behind `/print`: what is ordered, the press and its previews, the jobs.
//!
//! [`order`] reads a form, [`making`] makes one order's file, [`jobs`] keeps the orders that take
//! long. One thread prints at a time, whoever asks: the other processors are the litigants'.

pub(super) mod bundle;
pub(super) mod jobs;
pub(super) mod making;
pub(super) mod order;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use crate::diagnostic::Words;
use crate::domain::period::Clock;
use crate::print::works::Works;
use jobs::Jobs;

/// How many pictures of pieces are kept.
const PICTURES: usize = 16;

/// A picture as a PNG, or why there is none.
pub(super) type Picture = Arc<Result<Vec<u8>, Words>>;

/// What the print room keeps.
pub(super) struct Room {
    works: Mutex<Option<Arc<Works>>>,
    /// By what was ordered, the newest last.
    pictures: Mutex<VecDeque<(String, Picture)>>,
    pub(super) jobs: Arc<Jobs>,
}

impl Room {
    /// Prints in turn with whoever else takes `printing`, into `dir`; without it, nothing.
    pub(super) fn new(
        dir: Option<PathBuf>,
        printing: Arc<Semaphore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let jobs = Arc::new(Jobs::new(dir, printing, clock));
        Self { works: Mutex::default(), pictures: Mutex::default(), jobs }
    }

    /// The designs and the fonts, read by `read` where they are not kept yet.
    pub(super) fn works(&self, read: impl FnOnce() -> Option<Works>) -> Option<Arc<Works>> {
        let mut kept = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_none() {
            *kept = read().map(Arc::new);
        }
        kept.clone()
    }

    fn pictures(&self) -> MutexGuard<'_, VecDeque<(String, Picture)>> {
        self.pictures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The picture that was made of the same order.
    pub(super) fn picture(&self, order: &str) -> Option<Picture> {
        self.pictures().iter().find(|(of, _)| of == order).map(|(_, picture)| Arc::clone(picture))
    }

    /// Keeps a picture.
    pub(super) fn keep(&self, order: String, picture: &Picture) {
        let mut pictures = self.pictures();
        if pictures.len() >= PICTURES {
            pictures.pop_front();
        }
        pictures.push_back((order, Arc::clone(picture)));
    }

    /// Another site has other designs; what is being printed is ended as it was begun.
    pub(super) fn forget(&self) {
        *self.works.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.pictures().clear();
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.jobs.close();
    }
}
