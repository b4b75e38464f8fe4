//! Whose fault it is that pieces do not come out: a design says what does not fit, not on which of
//! many pieces.

use std::collections::HashSet;

use super::{Group, Press, Setup};
use crate::print::subject::Subject;
use crate::print::{Piece, PrintError};
use crate::typeset::TypesetError;

impl Press<'_> {
    /// What is wrong with each piece of a group that does not come out: which of its slots, and why.
    /// Nothing is exported. Where only together they do not fit, the first is named.
    pub fn rehearse(&mut self, group: &Group<'_>, setup: &Setup) -> Vec<(usize, PrintError)> {
        let Err(error) = self.compose_as_it_is(group, setup) else { return Vec::new() };
        if group.slots.len() == 1 {
            return vec![(0, error)];
        }
        let mut faults = Vec::new();
        for (at, slot) in group.slots.iter().enumerate() {
            let alone = Group { layout: group.layout, slots: vec![*slot] };
            faults.extend(self.compose_as_it_is(&alone, setup).err().map(|error| (at, error)));
        }
        if faults.is_empty() { vec![(0, error)] } else { faults }
    }

    /// `error` of many pieces that were set at once, as that of the first one which fails by itself.
    pub(super) fn blame(
        &mut self,
        groups: &[Group<'_>],
        setup: &Setup,
        error: PrintError,
    ) -> PrintError {
        let is_of_one = error.piece().is_some() || only(groups).is_some();
        let is_text = matches!(error, PrintError::Typeset { .. } | PrintError::Pages { .. });
        if is_of_one || !is_text {
            return error;
        }
        let mut seen = HashSet::new();
        for group in groups {
            for slot in &group.slots {
                let (code, wording) = (slot.1.code(), slot.1.wording());
                // Copies fail alike.
                if !seen.insert((&group.layout.name, code, wording)) {
                    continue;
                }
                let alone = Group { layout: group.layout, slots: vec![*slot] };
                if let Err(error) = self.compose_as_it_is(&alone, setup) {
                    return error;
                }
            }
        }
        error
    }
}

/// The only piece of a document.
fn only<'g, 'a>(groups: &'g [Group<'a>]) -> Option<&'g Subject<'a>> {
    let mut subjects = groups.iter().flat_map(|group| &group.slots).map(|(_, subject)| subject);
    let first = subjects.next()?;
    subjects.next().is_none().then_some(first)
}

/// The piece that is at fault, where there is one alone.
pub(super) fn piece(groups: &[Group<'_>]) -> Option<Box<Piece>> {
    only(groups).map(|subject| Box::new(Piece::of(subject)))
}

/// What the typesetter says, as a fault of a document.
pub(super) fn fault(groups: &[Group<'_>], source: TypesetError) -> PrintError {
    PrintError::Typeset { layout: names(groups), piece: piece(groups), source }
}

/// The layouts of a document in words.
pub(super) fn names(groups: &[Group<'_>]) -> String {
    let mut names: Vec<&str> = groups.iter().map(|group| &*group.layout.name).collect();
    names.dedup();
    names.join(", ")
}
