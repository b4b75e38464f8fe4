//! The language of the person at the command line.

use crate::diagnostic::Tongue;

/// Chinese where the locale of messages is, else English.
#[expect(clippy::disallowed_methods, reason = "the environment belongs to cli")]
pub(super) fn tongue() -> Tongue {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    match locale {
        Some(locale) if locale.starts_with("zh") => Tongue::Chinese,
        _ => Tongue::English,
    }
}
