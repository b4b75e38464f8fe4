//! What lets a program read the numbers: a name, courts, and the hash of a random token.
//!
//! Pure: the random value is handed in. 256 random bits cannot be guessed, so a plain SHA-256 is
//! kept of them: nobody who reads the store can make the token from it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::period::Day;
use super::user::{Courts, UserName};

/// What a token begins with, so that it is recognised where it was pasted by mistake.
const PREFIX: &str = "onecode_";

/// What is kept of a token: its SHA-256 in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of a token as its holder sends it.
    pub fn of(token: &str) -> Self {
        Self(hex(&Sha256::digest(token.as_bytes())))
    }

    /// 64 hexadecimal digits; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The token of a random value, to be shown once to whoever will use it.
pub fn token(secret: [u8; 32]) -> String {
    format!("{PREFIX}{}", hex(&secret))
}

/// A program that may read the numbers of some courts, or of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// What it is called.
    pub name: UserName,
    /// Of which courts it reads.
    pub courts: Courts,
    /// What is kept of the token.
    pub hash: TokenHash,
    /// Since when it is good.
    pub since: Day,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // a String takes everything
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_hash_alone() {
        let token = token([7; 32]);
        assert_eq!(token.len(), PREFIX.len() + 64);
        let hash = TokenHash::of(&token);
        assert_eq!(TokenHash::parse(hash.as_str()), Some(hash.clone()));
        assert_ne!(hash, TokenHash::of(&token.to_uppercase()));
        assert!(!token.contains(hash.as_str()));
        for text in ["", "0f", &"0F".repeat(32), &"xy".repeat(32)] {
            assert_eq!(TokenHash::parse(text), None);
        }
        // SHA-256 of nothing, FIPS 180-4.
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(TokenHash::of("").as_str(), nothing);
    }
}
