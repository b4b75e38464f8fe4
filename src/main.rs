//! The `onecode` program: see the library's crate documentation for the map.

use std::process::ExitCode;

/// Setting a PDF and reading a long period take much memory for a moment; the system's allocator
/// keeps it, a thread at a time, for as long as the service runs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    onecode::cli::run()
}
