//! A password, and what is kept of it: an Argon2id hash as a PHC string.
//!
//! Pure: the salt is handed in, since randomness is `cli`'s. Hashing takes tens of milliseconds and
//! 19 MiB on purpose; the service does it off its own threads. A hash says by which figures it was
//! made, so that those of today can be raised without a word to anybody.

use std::fmt;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc};
use argon2::{Algorithm, Argon2, Params, Version};

/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;

/// A salt from a random value: the half of it.
pub fn salt(secret: [u8; 2 * SALT_BYTES]) -> [u8; SALT_BYTES] {
    let mut salt = [0; SALT_BYTES];
    salt.copy_from_slice(&secret[..SALT_BYTES]);
    salt
}

/// 19 MiB, two passes, one lane: the first choice of OWASP's list for Argon2id.
fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("these are within the limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Bytes that a code is stretched to.
pub const STRETCHED_BYTES: usize = 48;

/// A short code stretched to the bytes of a key: whoever has what was locked with it, and the salt, has
/// to do as much work for each guess as for a password.
pub fn stretched(code: &str, salt: [u8; SALT_BYTES]) -> [u8; STRETCHED_BYTES] {
    let mut bytes = [0; STRETCHED_BYTES];
    hasher()
        .hash_password_into(code.as_bytes(), &salt, &mut bytes)
        .expect("the figures, the salt and the length are within the limits");
    bytes
}

/// A password that may be set. Never shown, not even by `Debug`.
#[derive(Clone)]
pub struct Password(String);

/// Why a text may not be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Fewer characters than [`Password::LEAST`].
    #[error("a password has at least {} characters", Password::LEAST)]
    Short,
    /// More characters than [`Password::MOST`].
    #[error("a password has at most {} characters", Password::MOST)]
    Long,
    /// A line break or another control character, which no keyboard form gives back.
    #[error("a password holds no control characters")]
    Control,
}

impl Password {
    /// Characters that a password has at least.
    pub const LEAST: usize = 10;
    /// Characters that it has at most.
    pub const MOST: usize = 200;

    /// Any characters, [`Self::LEAST`] to [`Self::MOST`] of them, but no control characters.
    pub fn parse(text: &str) -> Result<Self, PasswordFault> {
        let length = text.chars().count();
        if length < Self::LEAST {
            Err(PasswordFault::Short)
        } else if length > Self::MOST {
            Err(PasswordFault::Long)
        } else if text.chars().any(char::is_control) {
            Err(PasswordFault::Control)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// What is kept of it.
    pub fn hash(&self, salt: [u8; SALT_BYTES]) -> PasswordHash {
        let hash: phc::PasswordHash = hasher()
            .hash_password_with_salt(self.0.as_bytes(), &salt)
            .expect("the figures, the salt and the length are within the limits");
        PasswordHash(hash.to_string())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// What is kept of a password. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A PHC string of Argon2id with its salt and its hash; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let hash = phc::PasswordHash::new(text).ok()?;
        let whole = hash.salt.is_some() && hash.hash.is_some();
        (whole && text.starts_with("$argon2id$")).then(|| Self(text.to_owned()))
    }

    /// The PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it was made of `text`. Takes as long either way.
    pub fn is_of(&self, text: &str) -> bool {
        let hash = phc::PasswordHash::new(&self.0).expect("it was parsed when it was made");
        hasher().verify_password(text.as_bytes(), &hash).is_ok()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_says_how_it_was_made_and_is_of_its_password_alone() {
        let password = Password::parse("correct horse").unwrap();
        let hash = password.hash([7; SALT_BYTES]);
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert!(hash.is_of("correct horse"));
        for other in ["correct hors", "correct horse ", "Correct horse", ""] {
            assert!(!hash.is_of(other), "{other}");
        }
        assert_ne!(hash, password.hash([8; SALT_BYTES]));
        assert_eq!(PasswordHash::parse(hash.as_str()), Some(hash.clone()));
        assert_eq!(format!("{password:?} {hash:?}"), "Password PasswordHash");
    }

    #[test]
    fn a_hash_made_by_other_figures_still_tells_its_password() {
        let weaker = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8 * 1024, 1, 1, None).unwrap(),
        );
        let hash: phc::PasswordHash =
            weaker.hash_password_with_salt(b"correct horse", &[7; SALT_BYTES]).unwrap();
        let hash = PasswordHash::parse(&hash.to_string()).unwrap();
        assert!(hash.is_of("correct horse") && !hash.is_of("wrong horse!"));
    }

    #[test]
    fn characters_are_counted_and_not_bytes() {
        let fault = |text: &str| Password::parse(text).err();
        assert_eq!(fault("123456789"), Some(PasswordFault::Short));
        assert_eq!(fault("一二三四五六七八九"), Some(PasswordFault::Short));
        assert_eq!(fault("一二三四五六七八九十"), None);
        assert_eq!(fault(&"x".repeat(201)), Some(PasswordFault::Long));
        assert_eq!(fault("1234567890\n"), Some(PasswordFault::Control));
    }

    #[test]
    fn what_is_no_hash_of_ours_is_none() {
        for text in ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1", "$2b$12$abcdefghijklmnopqrstuv"]
        {
            assert_eq!(PasswordHash::parse(text), None, "{text}");
        }
    }
}
