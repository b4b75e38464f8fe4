//! What is told of a panic: its place alone. Its words may be what somebody typed into a document, as
//! where a text is cut within a character.

/// From now on a panic is a line of the log that says where, and nothing else.
pub(super) fn tell_only_where() {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line()));
        log::error!("the program is at fault{}", at.unwrap_or_default());
    }));
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const MARK: &str = "QXZ937";

    #[test]
    #[ignore = "it is run by the other test, in a process of its own"]
    #[should_panic(expected = "QXZ937")]
    fn a_panic() {
        env_logger::Builder::new().filter_level(log::LevelFilter::Error).init();
        tell_only_where();
        // As a library would with what was typed.
        let _ = &format!("{MARK}诉")[..MARK.len() + 1];
    }

    #[test]
    fn a_panic_is_told_by_its_place_and_not_by_its_words() {
        let run = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "cli::panics::tests::a_panic", "--ignored", "--nocapture"])
            .output()
            .unwrap();
        let told = format!(
            "{}{}",
            String::from_utf8_lossy(&run.stdout),
            String::from_utf8_lossy(&run.stderr)
        );
        assert!(run.status.success() && told.contains("1 passed"), "{told}");
        assert!(told.contains("the program is at fault at src/cli/panics.rs:"), "{told}");
        assert!(!told.contains(MARK), "{told}");
    }
}
