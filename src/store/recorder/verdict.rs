//! What became of a batch, told once to all the pages that wait for it, and for how long they do.
//!
//! To wake a task of another thread costs a system call, and on a busy core a switch to it. So one
//! page of each thread is woken from outside, and that one wakes the others of its thread. In the same
//! way only one of them has a timer: that which came first. When its time is over it lets all go whose
//! time is over, too, and the next one has the timer.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep, sleep_until};

use super::Outcome;

/// Whether a batch was committed; unknown at first.
#[derive(Default)]
pub(super) struct Verdict {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<bool>,
    threads: Vec<OfThread>,
    next: u64,
}

/// The pages of one thread that wait, in the order in which they came.
struct OfThread {
    thread: ThreadId,
    waiting: VecDeque<Entry>,
}

#[derive(Clone)]
struct Entry {
    /// Higher than those of all that came before.
    number: u64,
    until: Instant,
    waker: Waker,
}

/// Where a page waits.
#[derive(Clone, Copy)]
struct Ticket {
    number: u64,
    thread: ThreadId,
    until: Instant,
}

/// What has to be dropped, and woken, once the lock is let go: a waker may hold a page that waits here.
#[derive(Default)]
struct Left {
    own: Option<Entry>,
    woken: VecDeque<Entry>,
}

impl State {
    fn of_thread(&mut self, thread: ThreadId) -> Option<&mut VecDeque<Entry>> {
        let of_thread = self.threads.iter_mut().find(|of_thread| of_thread.thread == thread)?;
        Some(&mut of_thread.waiting)
    }

    /// The pages of a page's thread, and where among them it stands; none where it was let go.
    fn find(&mut self, ticket: Ticket) -> Option<(&mut VecDeque<Entry>, usize)> {
        let waiting = self.of_thread(ticket.thread)?;
        let at = waiting.binary_search_by_key(&ticket.number, |entry| entry.number).ok()?;
        Some((waiting, at))
    }

    /// Where a page waits that has just come, and whether it is the first of its thread.
    fn enter(&mut self, until: Instant, waker: Waker) -> (Ticket, bool) {
        let (number, thread) = (self.next, thread::current().id());
        self.next += 1;
        let entry = Entry { number, until, waker };
        let first = if let Some(waiting) = self.of_thread(thread) {
            debug_assert!(waiting.back().is_none_or(|before| before.until <= until), "in order");
            waiting.push_back(entry);
            waiting.len() == 1
        } else {
            self.threads.push(OfThread { thread, waiting: VecDeque::from([entry]) });
            true
        };
        (Ticket { number, thread, until }, first)
    }

    /// Sees to it that a page is woken by this waker from now on: the one before, and whether the page
    /// is the first of its thread. None where it was let go.
    fn renew(&mut self, ticket: Ticket, waker: &Waker) -> Option<(Option<Waker>, bool)> {
        let (waiting, at) = self.find(ticket)?;
        let known = &mut waiting[at].waker;
        let other = !known.will_wake(waker);
        Some((other.then(|| std::mem::replace(known, waker.clone())), at == 0))
    }

    /// Takes a page out, of a thread whose first one it may be: then the next one has to be woken, and at
    /// `now`, if that is known, all whose time is over.
    fn withdraw(&mut self, ticket: Ticket, now: Option<Instant>) -> Left {
        let Some((waiting, at)) = self.find(ticket) else { return Left::default() };
        let own = waiting.remove(at);
        if at > 0 {
            return Left { own, woken: VecDeque::new() };
        }
        let is_over = |entry: &Entry| now.is_some_and(|now| entry.until <= now);
        let over = waiting.partition_point(is_over);
        let mut woken: VecDeque<_> = waiting.drain(..over).collect();
        woken.extend(waiting.front().cloned());
        Left { own, woken }
    }

    /// All that wait on a thread.
    fn leave(&mut self, thread: ThreadId) -> Left {
        let woken = self.of_thread(thread).map(std::mem::take).unwrap_or_default();
        Left { own: None, woken }
    }
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
        let last = |of: &mut OfThread| of.waiting.pop_back();
        let woken: Vec<Entry> = state.threads.iter_mut().filter_map(last).collect();
        drop(state);
        for entry in woken {
            entry.waker.wake();
        }
    }

    /// Waits until it is told, but no longer than `patience`; nobody who comes later may have less.
    /// Within a tokio runtime with time.
    pub(super) fn wait(&self, patience: Duration) -> Wait<'_> {
        Wait { verdict: self, patience, ticket: None, timer: None }
    }
}

/// The moment after so long a time, as tokio's timers count it. Only a timer that is polled is set up.
fn after(time: Duration) -> Instant {
    sleep(time).deadline()
}

/// A page that waits. Whether it goes on or is given up, it leaves nobody asleep who relied on it; so
/// where it is woken it has to be polled, or dropped.
pub(super) struct Wait<'v> {
    verdict: &'v Verdict,
    patience: Duration,
    /// From when it is first polled.
    ticket: Option<Ticket>,
    /// Where it is the first of its thread.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Future for Wait<'_> {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let mut state = self.verdict.lock();
        let found = match self.ticket {
            _ if state.kept.is_some() => None,
            Some(ticket) => state.renew(ticket, context.waker()).map(|found| (ticket, found)),
            None => {
                let waker = context.waker().clone();
                let (ticket, is_first) = state.enter(after(self.patience), waker);
                self.ticket = Some(ticket);
                Some((ticket, (None, is_first)))
            }
        };
        // It was told, or somebody let this page go because its time is over.
        let Some((Ticket { until, .. }, (before, is_first))) = found else {
            return Poll::Ready(self.leave(state, None));
        };
        drop(state);
        drop(before);
        if is_first {
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
            if timer.as_mut().poll(context).is_ready() {
                let now = after(Duration::ZERO);
                let state = self.verdict.lock();
                return Poll::Ready(self.leave(state, Some(now)));
            }
        }
        Poll::Pending
    }
}

impl Wait<'_> {
    /// Leaves. Where the verdict is known, wakes the others of the thread; where it is not, those who
    /// relied on this page.
    fn leave(&mut self, mut state: MutexGuard<'_, State>, now: Option<Instant>) -> Outcome {
        let kept = state.kept;
        let Left { own, woken } = match self.ticket.take() {
            Some(ticket) if kept.is_some() => state.leave(ticket.thread),
            Some(ticket) => state.withdraw(ticket, now),
            None => Left::default(),
        };
        drop(state);
        drop(own);
        for entry in woken {
            entry.waker.wake();
        }
        match kept {
            Some(true) => Outcome::Kept,
            Some(false) => Outcome::Dropped,
            None => Outcome::Late,
        }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if self.ticket.is_some() {
            let state = self.verdict.lock();
            self.leave(state, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    /// Where timers run, once it is waited in.
    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    #[derive(Default)]
    struct Counter(AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    impl Counter {
        fn poll(self: &Arc<Self>, wait: &mut Wait<'_>) -> Poll<Outcome> {
            let waker = Waker::from(Arc::clone(self));
            Pin::new(wait).poll(&mut Context::from_waker(&waker))
        }

        fn woken(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn one_page_of_a_thread_is_woken_and_wakes_the_others() {
        let runtime = runtime();
        let _within = runtime.enter();
        let (verdict, counter) = (Verdict::default(), Arc::<Counter>::default());
        let mut waits = [verdict.wait(LONG), verdict.wait(LONG), verdict.wait(LONG)];
        for wait in &mut waits {
            assert!(counter.poll(wait).is_pending() && counter.poll(wait).is_pending());
        }
        thread::scope(|scope| {
            // Another thread has a page of its own that is woken.
            scope.spawn(|| {
                let _within = runtime.enter();
                let other = Arc::<Counter>::default();
                let mut wait = verdict.wait(LONG);
                assert!(other.poll(&mut wait).is_pending());
                verdict.tell(true);
                assert_eq!((counter.woken(), other.woken()), (1, 1));
                assert_eq!(other.poll(&mut wait), Poll::Ready(Outcome::Kept));
                assert_eq!(counter.woken(), 1, "a thread wakes its own");
            });
        });
        assert_eq!(counter.poll(&mut waits[2]), Poll::Ready(Outcome::Kept));
        assert_eq!(counter.woken(), 3);
        for wait in &mut waits[..2] {
            assert_eq!(counter.poll(wait), Poll::Ready(Outcome::Kept));
        }
        assert_eq!(counter.woken(), 3);
        assert_eq!(
            counter.poll(&mut verdict.wait(LONG)),
            Poll::Ready(Outcome::Kept),
            "who comes late is told too"
        );
    }

    #[test]
    fn a_page_that_is_given_up_leaves_nobody_asleep() {
        let runtime = runtime();
        let _within = runtime.enter();
        // Whichever is woken may have been given up before it could wake the others.
        for given_up in 0..3 {
            let (verdict, counter) = (Verdict::default(), Arc::<Counter>::default());
            let mut waits: Vec<_> = (0..3).map(|_| verdict.wait(LONG)).collect();
            for wait in &mut waits {
                assert!(counter.poll(wait).is_pending());
            }
            verdict.tell(false);
            drop(waits.swap_remove(given_up));
            // The one that was woken goes on, where it is still there.
            for wait in &mut waits {
                assert_eq!(counter.poll(wait), Poll::Ready(Outcome::Dropped));
            }
            assert_eq!(counter.woken(), 3);
        }
        // Given up before anything was told: the next one is woken in its place.
        let (verdict, counter) = (Verdict::default(), Arc::<Counter>::default());
        let mut waits: Vec<_> = (0..2).map(|_| verdict.wait(LONG)).collect();
        for wait in &mut waits {
            assert!(counter.poll(wait).is_pending());
        }
        waits.pop();
        verdict.tell(true);
        assert_eq!(counter.woken(), 1);
        assert_eq!(counter.poll(&mut waits[0]), Poll::Ready(Outcome::Kept));
        assert_eq!(verdict.lock().threads.iter().map(|of| of.waiting.len()).sum::<usize>(), 0);
    }

    #[test]
    fn each_waits_as_long_as_it_has_patience_and_one_at_a_time_has_a_timer() {
        let (verdict, counter) = (Verdict::default(), Arc::<Counter>::default());
        let short = Duration::from_millis(5);
        let runtime = runtime();
        let _within = runtime.enter();
        let mut waits: Vec<_> =
            [short, short, short, LONG, LONG, LONG].map(|patience| verdict.wait(patience)).into();
        for wait in &mut waits {
            assert!(counter.poll(wait).is_pending());
        }
        let with_timer = |waits: &[Wait<'_>]| waits.iter().filter(|w| w.timer.is_some()).count();
        assert_eq!((waits[0].timer.is_some(), with_timer(&waits)), (true, 1));
        runtime.block_on(sleep(short * 4));
        assert_eq!(counter.woken(), 1, "by the timer");
        assert_eq!(counter.poll(&mut waits[0]), Poll::Ready(Outcome::Late));
        assert_eq!(
            counter.woken(),
            4,
            "all whose time is over, and the one that has the timer now"
        );
        assert_eq!(counter.poll(&mut waits[2]), Poll::Ready(Outcome::Late));
        assert_eq!(counter.poll(&mut waits[1]), Poll::Ready(Outcome::Late));
        waits.drain(..3);
        assert!(counter.poll(&mut waits[0]).is_pending());
        assert_eq!((waits[0].timer.is_some(), with_timer(&waits)), (true, 1));
        // Whoever has the timer may be given up.
        drop(waits.remove(0));
        assert_eq!(counter.woken(), 5);
        assert!(counter.poll(&mut waits[0]).is_pending() && waits[0].timer.is_some());
        verdict.tell(true);
        assert_eq!(counter.poll(&mut waits[1]), Poll::Ready(Outcome::Kept));
        assert_eq!(counter.poll(&mut waits[0]), Poll::Ready(Outcome::Kept));
    }

    #[test]
    fn a_page_is_woken_by_the_waker_that_it_had_last() {
        let [first, then] = [Arc::<Counter>::default(), Arc::default()];
        let runtime = runtime();
        let _within = runtime.enter();
        let verdict = Verdict::default();
        let mut waits = [verdict.wait(LONG), verdict.wait(LONG)];
        for counter in [&first, &then] {
            assert!(waits.iter_mut().all(|wait| counter.poll(wait).is_pending()));
        }
        verdict.tell(true);
        assert_eq!(then.poll(&mut waits[1]), Poll::Ready(Outcome::Kept));
        assert_eq!((first.woken(), then.woken()), (0, 2));
    }

    #[test]
    fn a_waker_that_holds_a_page_that_waits_here_too_is_dropped_with_the_lock_let_go() {
        struct Holds(#[expect(dead_code, reason = "held to be dropped")] Mutex<Wait<'static>>);
        impl Wake for Holds {
            fn wake(self: Arc<Self>) {}
        }
        let (done, is_done) = std::sync::mpsc::channel();
        // Apart: where it fails it never ends.
        thread::spawn(move || {
            let runtime = runtime();
            let _within = runtime.enter();
            let verdict: &Verdict = Box::leak(Box::default());
            let counter = Arc::<Counter>::default();
            let held = || {
                let mut wait = verdict.wait(LONG);
                assert!(counter.poll(&mut wait).is_pending());
                Waker::from(Arc::new(Holds(Mutex::new(wait))))
            };
            let mut wait = verdict.wait(LONG);
            let mut poll = |waker| Pin::new(&mut wait).poll(&mut Context::from_waker(&waker));
            assert!(poll(held()).is_pending(), "kept in the place of nothing");
            assert!(poll(held()).is_pending(), "kept in the place of another");
            drop(wait);
            done.send(()).unwrap();
        });
        is_done.recv_timeout(Duration::from_secs(20)).expect("it waits for its own lock");
    }
}
