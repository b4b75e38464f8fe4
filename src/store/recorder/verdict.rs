//! What became of a batch, told once to all the pages that wait for it.
//!
//! To wake a task of another thread costs a system call, and on a busy core a switch to it. So one
//! page of each thread is woken from outside, and that one wakes the others of its thread.

use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};

/// Whether a batch was committed; unknown at first.
#[derive(Default)]
pub(super) struct Verdict {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<bool>,
    waiting: Vec<OfThread>,
    next: u64,
}

/// The pages of one thread that wait.
struct OfThread {
    thread: ThreadId,
    wakers: Vec<(u64, Waker)>,
}

impl State {
    /// The place of a page's waker.
    fn find(&mut self, Ticket { number, thread }: Ticket) -> Option<&mut (u64, Waker)> {
        let of_thread = self.waiting.iter_mut().find(|of_thread| of_thread.thread == thread)?;
        // The last ones first: who has just come asks twice.
        of_thread.wakers.iter_mut().rfind(|(other, _)| *other == number)
    }

    fn enter(&mut self, waker: Waker) -> Ticket {
        let (number, thread) = (self.next, thread::current().id());
        self.next += 1;
        let entry = (number, waker);
        match self.waiting.iter_mut().find(|of_thread| of_thread.thread == thread) {
            Some(of_thread) => of_thread.wakers.push(entry),
            None => self.waiting.push(OfThread { thread, wakers: vec![entry] }),
        }
        Ticket { number, thread }
    }

    /// Takes a page's waker out; whoever has it drops it once the lock is let go.
    fn withdraw(&mut self, Ticket { number, thread }: Ticket) -> Option<(u64, Waker)> {
        let of_thread = self.waiting.iter_mut().find(|of_thread| of_thread.thread == thread)?;
        let at = of_thread.wakers.iter().rposition(|(other, _)| *other == number)?;
        Some(of_thread.wakers.swap_remove(at))
    }

    /// All that wait on a thread.
    fn leave(&mut self, thread: ThreadId) -> Vec<(u64, Waker)> {
        let at = self.waiting.iter().position(|of_thread| of_thread.thread == thread);
        at.map(|at| self.waiting.swap_remove(at).wakers).unwrap_or_default()
    }
}

/// Where a page waits.
#[derive(Clone, Copy)]
struct Ticket {
    number: u64,
    thread: ThreadId,
}

impl Verdict {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells all that wait, and all that will ask.
    pub(super) fn tell(&self, kept: bool) {
        let mut state = self.lock();
        state.kept = Some(kept);
        // The last of each thread, which the others rely on: see `Wait`.
        let woken: Vec<_> = state.waiting.iter_mut().filter_map(|of| of.wakers.pop()).collect();
        drop(state);
        for (_, waker) in woken {
            waker.wake();
        }
    }

    /// Waits until it is told.
    pub(super) fn wait(&self) -> Wait<'_> {
        Wait { verdict: self, ticket: None }
    }
}

/// A page that waits. Whether it goes on or is given up, it leaves nobody asleep who relied on it.
pub(super) struct Wait<'v> {
    verdict: &'v Verdict,
    ticket: Option<Ticket>,
}

impl Future for Wait<'_> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        let mut state = self.verdict.lock();
        if let Some(kept) = state.kept {
            drop(state);
            self.relay();
            return Poll::Ready(kept);
        }
        if let Some((_, waker)) = self.ticket.and_then(|ticket| state.find(ticket)) {
            if waker.will_wake(context.waker()) {
                return Poll::Pending;
            }
            let before = std::mem::replace(waker, context.waker().clone());
            drop(state);
            drop(before); // with the lock let go: what a waker holds may be a page that waits here too
            return Poll::Pending;
        }
        let ticket = state.enter(context.waker().clone());
        drop(state);
        self.ticket = Some(ticket);
        Poll::Pending
    }
}

impl Wait<'_> {
    /// Leaves, and wakes the others of the thread where the verdict is known.
    fn relay(&mut self) {
        let Some(ticket) = self.ticket.take() else { return };
        let mut state = self.verdict.lock();
        if state.kept.is_some() {
            let others = state.leave(ticket.thread);
            drop(state);
            for (_, waker) in others {
                waker.wake();
            }
        } else {
            let own = state.withdraw(ticket);
            drop(state);
            drop(own);
        }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.relay();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Counter(AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    impl Counter {
        fn poll(self: &Arc<Self>, wait: &mut Wait<'_>) -> Poll<bool> {
            let waker = Waker::from(Arc::clone(self));
            Pin::new(wait).poll(&mut Context::from_waker(&waker))
        }

        fn woken(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn one_page_of_a_thread_is_woken_and_wakes_the_others() {
        let (verdict, counter) = (Verdict::default(), Arc::<Counter>::default());
        let mut waits = [verdict.wait(), verdict.wait(), verdict.wait()];
        for wait in &mut waits {
            assert!(counter.poll(wait).is_pending() && counter.poll(wait).is_pending());
        }
        thread::scope(|scope| {
            // Another thread has a page of its own that is woken.
            scope.spawn(|| {
                let other = Arc::<Counter>::default();
                let mut wait = verdict.wait();
                assert!(other.poll(&mut wait).is_pending());
                verdict.tell(true);
                assert_eq!((counter.woken(), other.woken()), (1, 1));
                assert_eq!(other.poll(&mut wait), Poll::Ready(true));
                assert_eq!(counter.woken(), 1, "a thread wakes its own");
            });
        });
        assert_eq!(counter.poll(&mut waits[2]), Poll::Ready(true));
        assert_eq!(counter.woken(), 3);
        for wait in &mut waits[..2] {
            assert_eq!(counter.poll(wait), Poll::Ready(true));
        }
        assert_eq!(counter.woken(), 3);
        assert_eq!(
            counter.poll(&mut verdict.wait()),
            Poll::Ready(true),
            "who comes late is told too"
        );
    }

    #[test]
    fn a_page_that_is_given_up_leaves_nobody_asleep() {
        // Whichever is woken may have been given up before it could wake the others.
        for given_up in 0..3 {
            let (verdict, counter) = (Verdict::default(), Arc::<Counter>::default());
            let mut waits: Vec<_> = (0..3).map(|_| verdict.wait()).collect();
            for wait in &mut waits {
                assert!(counter.poll(wait).is_pending());
            }
            verdict.tell(false);
            drop(waits.swap_remove(given_up));
            // The one that was woken goes on, where it is still there.
            for wait in &mut waits {
                assert_eq!(counter.poll(wait), Poll::Ready(false));
            }
            assert_eq!(counter.woken(), 3);
        }
        // Given up before anything was told: the next one is woken in its place.
        let (verdict, counter) = (Verdict::default(), Arc::<Counter>::default());
        let mut waits: Vec<_> = (0..2).map(|_| verdict.wait()).collect();
        for wait in &mut waits {
            assert!(counter.poll(wait).is_pending());
        }
        waits.pop();
        verdict.tell(true);
        assert_eq!(counter.woken(), 1);
        assert_eq!(counter.poll(&mut waits[0]), Poll::Ready(true));
        assert_eq!(verdict.lock().waiting.iter().map(|of| of.wakers.len()).sum::<usize>(), 0);
    }
}
