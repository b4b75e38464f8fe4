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
    use std::panic::catch_unwind;
    use std::process::Command;

    use super::*;

    const MARK: &str = "QXZ937";

    /// Within the character after the mark.
    const CUT: usize = MARK.len() + 1;

    /// Set in the process that panics: what is told of it is told for the whole process.
    const HERE: &str = "ONECODE_TEST_PANICS_HERE";

    #[test]
    fn a_panic_is_told_by_its_place_and_not_by_its_words() {
        if std::env::var_os(HERE).is_some() {
            env_logger::Builder::new().filter_level(log::LevelFilter::Error).init();
            tell_only_where();
            // As a library would with what was typed.
            let cut = || format!("{MARK}诉")[..CUT].len();
            let words = catch_unwind(cut).unwrap_err();
            assert!(words.downcast_ref::<String>().unwrap().contains(MARK));
            return;
        }
        let test = "cli::panics::tests::a_panic_is_told_by_its_place_and_not_by_its_words";
        let run = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(HERE, "1")
            .output()
            .unwrap();
        let told = [run.stdout, run.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        assert!(run.status.success() && told.contains("1 passed"), "{told}");
        assert!(told.contains("the program is at fault at src/cli/panics.rs:"), "{told}");
        assert!(!told.contains(MARK), "{told}");
    }
}
