//! The words of the law in the words of people: what a term means, what else it is called, and
//! which phrases a guide does without.
//!
//! Read from `words.toml` by `content`. Search looks up [`Word::also`] and
//! [`Word::also_english`].

/// A term of the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its id in `words.toml`, such as `claim-amount`.
    pub id: String,
    /// The term: `标的额`.
    pub word: String,
    /// What it means, in a few plain words: `要对方给的钱数`. `None` where everybody knows, and only
    /// the synonyms matter.
    pub plain: Option<String>,
    /// The same in English, where that was written.
    pub english: Option<String>,
    /// What people also call it: `老赖`, `退钱`.
    pub also: Vec<String>,
    /// What English pages and their readers call it, each as good as the others: `deadline`,
    /// `time limit`.
    pub also_english: Vec<String>,
}

/// A phrase of officialese, and what to say instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avoid {
    /// The phrase: `应当依法予以`.
    pub words: String,
    /// What to say: `要`.
    pub say: String,
}
