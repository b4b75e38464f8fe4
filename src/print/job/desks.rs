//! What may be used by a few at a time: the desks at which the threads of a job typeset and prove.
//!
//! What stands on a desk is `hand`'s work.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, PoisonError};

/// A number of desks.
pub(super) struct Desks<D> {
    free: Mutex<Vec<D>>,
    freed: Condvar,
}

impl<D: Default> Desks<D> {
    /// So many of them, each as it is by default.
    pub(super) fn new(count: usize) -> Self {
        let free = std::iter::repeat_with(D::default).take(count).collect();
        Self { free: Mutex::new(free), freed: Condvar::new() }
    }
}

impl<D> Desks<D> {
    /// A free desk, as soon as there is one: the one that was used last.
    pub(super) fn take(&self) -> Seat<'_, D> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(desk) = free.pop() {
                return Seat { desks: self, desk: Some(desk) };
            }
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A desk in use; free again when this is dropped.
pub(super) struct Seat<'d, D> {
    desks: &'d Desks<D>,
    /// There until it is dropped.
    desk: Option<D>,
}

impl<D> Deref for Seat<'_, D> {
    type Target = D;

    fn deref(&self) -> &D {
        self.desk.as_ref().expect("a seat has its desk until it is dropped")
    }
}

impl<D> DerefMut for Seat<'_, D> {
    fn deref_mut(&mut self) -> &mut D {
        self.desk.as_mut().expect("a seat has its desk until it is dropped")
    }
}

impl<D> Drop for Seat<'_, D> {
    fn drop(&mut self) {
        let mut free = self.desks.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.extend(self.desk.take());
        self.desks.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn no_more_than_there_are_desks_are_at_work_and_what_one_leaves_there_the_next_one_finds() {
        let desks = Desks::<usize>::new(2);
        let (at_work, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let mut desk = desks.take();
                        most.fetch_max(
                            at_work.fetch_add(1, Ordering::SeqCst) + 1,
                            Ordering::SeqCst,
                        );
                        *desk += 1;
                        std::thread::yield_now();
                        at_work.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 2);
        let free = desks.free.into_inner().unwrap();
        assert_eq!((free.len(), free.iter().sum::<usize>()), (2, 400));
    }

    #[test]
    fn a_desk_is_free_again_after_its_user_panicked() {
        let desks = Desks::<usize>::new(1);
        let panicked = std::thread::scope(|scope| {
            let user = scope.spawn(|| {
                let _desk = desks.take();
                panic!("on purpose");
            });
            user.join().is_err()
        });
        assert!(panicked);
        assert_eq!(*desks.take(), 0);
    }
}
