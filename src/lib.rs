//! `onecode` prints QR posters for court guide topics, serves the guides they lead to, logs each
//! scan, and reports on the scans. Content, generator, small service, embedded store.
//!
//! - [`domain`]: the core, values and rules; [`diagnostic`]: a fault in a content file
//! - [`content`]: guides and facts on disk -> a [`domain::library::Library`] and its diagnostics
//! - [`typeset`]: a Typst template and one JSON value -> PDF, SVG or raster
//! - [`mod@print`]: a library, a placement and a layout -> proven posters
//! - [`document`]: a litigation document -> DOCX, PDF
//! - [`store`]: scans in, counts out; [`report`]: counts -> answers
//! - [`web`]: the pages and the scans; [`cli`]: the edge, where everything is put together
//!
//! What may import what is held by `tests/suite/architecture.rs`.

pub mod cli;
pub mod content;
pub mod diagnostic;
pub mod document;
pub mod domain;
pub mod print;
pub mod report;
pub mod store;
pub mod typeset;
pub mod web;
