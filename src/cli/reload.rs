//! Rereads the site while it is served: when the service is told to, by SIGHUP or by a command that changed
//! the registry (through the store's socket), and at each midnight
//! of Shanghai, since laws, reviews and the registry depend on the day.
//!
//! A site at fault is told, line by line, and never served: the last good one stays. What is read
//! and what counts as a fault is as at the start, in `serve`.

use std::future::Future;
use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use super::args::Args;
use super::output::Output;
use super::{clock, diagnostics, site};
use crate::content;
use crate::diagnostic::Words;
use crate::domain::period::Day;
use crate::web::{self, MIDNIGHT_WATCH};

/// Passes each SIGHUP on. From this call on the signal no longer ends the process; but where the
/// terminal it was started on has been closed, the future ends, and with it the service should.
pub(super) fn on_hangup(hung_up: Arc<Sender<()>>) -> std::io::Result<impl Future<Output = ()>> {
    let mut hangups = signal(SignalKind::hangup())?;
    let has_terminal = || std::io::stdin().is_terminal();
    let started_on_one = has_terminal();
    Ok(async move {
        while hangups.recv().await.is_some() {
            if (started_on_one && !has_terminal()) || hung_up.send(()).is_err() {
                break;
            }
        }
    })
}

/// Puts the site anew before the service.
pub(super) struct Reloader<'a> {
    pub(super) args: &'a Args,
    pub(super) output: &'a Output,
    pub(super) state: Weak<web::State>,
}

impl Reloader<'_> {
    /// Reloads when it hears something and when a day begins, until nobody is left who could tell.
    pub(super) fn run(&self, heard: &Receiver<()>) {
        let mut read_on = clock().now().day();
        loop {
            let heard = hear(heard, MIDNIGHT_WATCH);
            let today = clock().now().day();
            match next(heard, read_on, today) {
                Next::End => break,
                Next::Wait => {}
                Next::Reload => {
                    read_on = today;
                    self.reload(today);
                }
            }
        }
    }

    fn reload(&self, today: Day) {
        let Some(state) = self.state.upgrade() else { return };
        match self.read(today, &state) {
            Ok(Some(guides)) => self.output.say(&Words::new(
                format!("reloaded the site: {guides} guides"),
                format!("已重新读取站点：{guides} 份指引"),
            )),
            Ok(None) => {}
            Err(error) => {
                self.output.error(&error);
                self.output.insist(&Words::new(KEPT.0, KEPT.1));
            }
        }
    }

    /// The number of guides now served; `None` where the content is at fault, which was told.
    fn read(&self, today: Day, state: &web::State) -> anyhow::Result<Option<usize>> {
        let files = site::load(self.args, &[&site::CONTENT[..], &["templates/"]].concat())?;
        let loaded = content::load(&files, today);
        let lasting = diagnostics::tell_dated(&loaded.diagnostics, &files, self.output);
        if diagnostics::tell_errors(&lasting, &files, self.output, KEPT.0, KEPT.1) {
            return Ok(None);
        }
        let guides = loaded.library.guides.len();
        state.replace(loaded.library, &files)?;
        Ok(Some(guides))
    }
}

/// Waits to be told. Being told again in the meantime is being told once: the site is read as it is
/// then, and who tells faster than it is read keeps nobody busy for longer.
fn hear(heard: &Receiver<()>, at_most: Duration) -> Result<(), RecvTimeoutError> {
    heard.recv_timeout(at_most)?;
    heard.try_iter().for_each(drop);
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    Reload,
    Wait,
    End,
}

/// What follows from what was heard, where the site was last read on `read_on`.
fn next(heard: Result<(), RecvTimeoutError>, read_on: Day, today: Day) -> Next {
    match heard {
        Ok(()) => Next::Reload,
        Err(RecvTimeoutError::Timeout) if read_on < today => Next::Reload,
        Err(RecvTimeoutError::Timeout) => Next::Wait,
        Err(RecvTimeoutError::Disconnected) => Next::End,
    }
}

/// What is said where the site could not be put anew.
const KEPT: (&str, &str) = ("still serving the last good site", "仍提供上一次的站点");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn told_many_times_while_it_reads_it_reads_once_more() {
        let (tell, heard) = std::sync::mpsc::channel();
        for _ in 0..100 {
            tell.send(()).unwrap();
        }
        assert_eq!(hear(&heard, Duration::ZERO), Ok(()));
        assert_eq!(hear(&heard, Duration::ZERO), Err(RecvTimeoutError::Timeout));
        tell.send(()).unwrap();
        drop(tell);
        assert_eq!(hear(&heard, Duration::ZERO), Ok(()), "told before the end");
        assert_eq!(hear(&heard, Duration::ZERO), Err(RecvTimeoutError::Disconnected));
    }

    #[test]
    fn the_site_is_read_when_told_to_and_once_a_day() {
        let day = Day::parse("2026-12-31").unwrap();
        let silence = Err(RecvTimeoutError::Timeout);
        assert_eq!(next(silence, day, day), Next::Wait);
        assert_eq!(next(silence, day, day.plus(1)), Next::Reload);
        assert_eq!(next(silence, day, day.plus(-1)), Next::Wait, "a clock put back");
        assert_eq!(next(Ok(()), day, day), Next::Reload);
        assert_eq!(next(Err(RecvTimeoutError::Disconnected), day, day.plus(1)), Next::End);
    }
}
