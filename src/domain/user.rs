//! Who may look at the numbers and print: users, roles, the courts that they see.
//!
//! What is kept of a user is a name, a role, courts and a hash of the password. A role more is a
//! line of [`Role::ALL`], in its place: each may do what those before it may.

use std::collections::BTreeSet;
use std::fmt;

use super::court::CourtId;
use super::password::PasswordHash;

/// A user's name, such as `wang` or `王芳`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserName(String);

impl UserName {
    /// 1 to 32 letters, digits and `.`, `-`, `_`, beginning with a letter or a digit; else `None`.
    /// ASCII capitals become small letters: a phone's keyboard begins with a capital by itself.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let begins = text.chars().next().is_some_and(char::is_alphanumeric);
        (begins && text.chars().all(fits) && text.chars().count() <= 32)
            .then(|| Self(text.to_ascii_lowercase()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a user may do; each may also do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads statistics.
    Viewer,
    /// Prints posters.
    Printer,
    /// Adds and removes users.
    Admin,
}

impl Role {
    /// All roles, from the least to the most.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Printer, Self::Admin];

    /// The name used in options, forms and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Printer => "printer",
            Self::Admin => "admin",
        }
    }

    /// One of the names; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The courts that a user sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Courts {
    /// All, also those that are yet to come.
    All,
    /// These alone.
    Named(BTreeSet<CourtId>),
}

impl Courts {
    /// Those named; all where none is.
    pub fn named_or_all(courts: impl IntoIterator<Item = CourtId>) -> Self {
        let courts: BTreeSet<CourtId> = courts.into_iter().collect();
        if courts.is_empty() { Self::All } else { Self::Named(courts) }
    }
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name, by which the user signs in.
    pub name: UserName,
    /// What the user may do.
    pub role: Role,
    /// Of which courts.
    pub courts: Courts,
}

impl User {
    /// Whether the user may do what `role` may.
    pub fn may(&self, role: Role) -> bool {
        self.role >= role
    }

    /// Whether the user may see the numbers, and print the posters, of `court`.
    pub fn may_see(&self, court: &CourtId) -> bool {
        match &self.courts {
            Courts::All => true,
            Courts::Named(courts) => courts.contains(court),
        }
    }
}

/// A user with what tells the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The user.
    pub user: User,
    /// What is kept of the password.
    pub password: PasswordHash,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_digits_and_a_few_signs() {
        for (text, name) in [("wang", "wang"), ("Wang.F-2_x", "wang.f-2_x"), ("王芳", "王芳")] {
            assert_eq!(UserName::parse(text).unwrap().as_str(), name);
        }
        let long = "x".repeat(33);
        for text in ["", " wang", "wang ", "a b", "-x", "a/b", "a\nb", "a@b", "<b>", &long] {
            assert_eq!(UserName::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_role_may_do_what_lesser_ones_may() {
        let user = |role| User { name: UserName::parse("a").unwrap(), role, courts: Courts::All };
        for (at, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            for (other, asked) in Role::ALL.into_iter().enumerate() {
                assert_eq!(user(role).may(asked), other <= at, "{role} {asked}");
            }
        }
        assert_eq!(Role::parse("root"), None);
    }

    #[test]
    fn a_user_of_named_courts_sees_those_alone() {
        let court = |id| CourtId::parse(id).unwrap();
        let name = UserName::parse("a").unwrap();
        let courts = Courts::named_or_all([court("north")]);
        let user = User { name, role: Role::Viewer, courts };
        assert!(user.may_see(&court("north")) && !user.may_see(&court("south")));
        let all = User { courts: Courts::named_or_all([]), ..user };
        assert!(all.may_see(&court("south")));
    }
}
