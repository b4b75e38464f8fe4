//! How a [`Report`](super::Report) is written: one file a format.

pub mod csv;
pub mod json;
pub mod table;
pub mod xlsx;
