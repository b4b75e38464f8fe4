//! The core: values and rules.
//!
//! No files, no clock, no HTTP, no storage, no PDF and no page templates. Ids are newtypes made only
//! by `parse`: a value that exists is valid. To add a thing that several modules share, add it here.

pub mod alarm;
pub mod calc;
pub mod calendar;
pub mod code;
pub mod court;
pub mod document;
pub mod duty;
pub mod fee;
pub mod feedback;
pub mod guide;
pub mod law;
pub mod library;
pub mod limit;
pub mod local;
pub mod money;
pub mod password;
pub mod period;
pub mod placement;
pub mod scan;
pub mod script;
pub mod search;
pub mod site;
pub mod strike;
pub mod token;
pub mod topic;
pub mod user;
pub mod word;
