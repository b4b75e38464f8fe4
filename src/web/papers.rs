//! Documents as files: the writers, read once, and how many write at a time.
//!
//! Blank forms are kept, filled ones never.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::rt::time::timeout;
use actix_web::web::{self, Bytes};
use tokio::sync::Semaphore;

use super::error::PageError;
use super::state::State;
use crate::document::{DocumentError, FILES, Format, Writers};
use crate::domain::document::paper::Document;
use crate::domain::document::{DocumentId, DocumentTemplate, fill};

/// How many documents are written at a time; the others wait.
const AT_ONCE: usize = 2;

/// How long somebody waits for their turn.
const TURN: Duration = Duration::from_secs(10);

/// Why there is no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unwritten {
    /// The fonts lack these characters.
    Lacking(Vec<char>),
    /// More is asked at a time than is written.
    Busy,
    /// The site's own files, or the program, are at fault. What was typed may be in the reason, so it
    /// is not told, not even to the log.
    AtFault,
}

/// The writers of the site as it is now.
pub(super) struct Papers {
    writers: Mutex<Option<Arc<Writers>>>,
    blanks: Mutex<BTreeMap<(DocumentId, &'static str), Bytes>>,
    turns: Arc<Semaphore>,
}

impl Default for Papers {
    fn default() -> Self {
        Self {
            writers: Mutex::default(),
            blanks: Mutex::default(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Papers {
    /// Another site has other designs and fonts.
    pub(super) fn forget(&self) {
        *self.writers.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.blanks().clear();
    }

    fn blanks(&self) -> MutexGuard<'_, BTreeMap<(DocumentId, &'static str), Bytes>> {
        self.blanks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writers, read where they are not kept yet.
    fn writers(&self, state: &State) -> Option<Arc<Writers>> {
        let mut kept = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_none() {
            let files = state.printables(&FILES)?;
            // Nothing was typed yet: the fault is the site's, and is told as it is.
            let writers = Writers::new(&files)
                .inspect_err(|error| log::error!("documents cannot be written: {error}"));
            *kept = writers.ok().map(Arc::new);
        }
        kept.clone()
    }
}

/// Writes a document on a thread that may take its time.
pub(super) async fn write(
    state: &web::Data<State>,
    document: Document,
    format: Format,
) -> Result<Vec<u8>, Unwritten> {
    let turn = timeout(TURN, Arc::clone(&state.papers.turns).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else {
        log::warn!("a document waits in vain: more are asked for at a time than are written");
        return Err(Unwritten::Busy);
    };
    let state = state.clone();
    let work = move || {
        // It lasts until the work ends, also where nobody waits for that any more.
        let _turn = turn;
        let writers = state.papers.writers(&state).ok_or(Unwritten::AtFault)?;
        writers.write(&document, format).map_err(|error| match error {
            DocumentError::Glyphs { missing } => Unwritten::Lacking(missing),
            DocumentError::Missing { .. } | DocumentError::Docx(_) | DocumentError::Typeset(_) => {
                log::error!("{}", PageError::Unwritten);
                Unwritten::AtFault
            }
        })
    };
    // The other end of an error is a panic, whose place the log has.
    web::block(work).await.unwrap_or(Err(Unwritten::AtFault))
}

/// The blank form of a document.
pub(super) async fn blank(
    state: &web::Data<State>,
    template: &DocumentTemplate,
    format: Format,
) -> Result<Bytes, PageError> {
    let key = (template.id.clone(), format.extension());
    if let Some(bytes) = state.papers.blanks().get(&key) {
        return Ok(bytes.clone());
    }
    let written = write(state, fill::fill(template, None), format).await;
    let bytes = Bytes::from(written.map_err(|unwritten| match unwritten {
        Unwritten::Busy => PageError::Busy,
        Unwritten::Lacking(_) | Unwritten::AtFault => PageError::Unwritten,
    })?);
    state.papers.blanks().insert(key, bytes.clone());
    Ok(bytes)
}
