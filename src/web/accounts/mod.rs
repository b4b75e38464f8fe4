//! Who is signed in: sessions in memory, passwords compared, sign-in slowed down, the set-up link.
//!
//! Users live in the store and are asked for with each request, so that whoever was removed, or has
//! another password, is signed out at once. Pages take [`SignedIn`] as an argument, what programs
//! read takes [`Reader`]; a form's sender is looked at by [`visitor`].

mod bearer;
mod sessions;
mod signed_in;
mod throttle;
mod visitor;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::web;
use tokio::sync::Semaphore;

pub(super) use bearer::Reader;
pub(super) use signed_in::{SignedIn, onward};
pub(super) use throttle::Throttle;
pub(super) use visitor::{Visitor, form_token, sent_from_here};

use super::error::PageError;
use super::views::hex;
use crate::domain::password::{Password, PasswordHash, salt};
use crate::domain::period::{Clock, Moment};
use crate::domain::user::{Account, UserName};
use crate::store::trouble::Stalled;
use crate::store::{AUDIT, Store, StoreError};
use sessions::{Sessions, digest};

/// Makes 256 random bits.
pub(super) type NewSecret = fn() -> [u8; 32];

/// How many passwords are hashed at a time, 19 MiB each: a flood of sign-ins takes no more.
const AT_ONCE: usize = 2;

/// How many answers are made of very many counts at a time.
const COUNTING: usize = 2;

/// How long a sign-in, or a question, waits for its turn.
const TURN: Duration = Duration::from_secs(10);

/// What came of a try to sign in.
pub(super) enum Tried {
    /// In: the new session's token.
    In(String),
    /// No such name, or another password: nobody is told which.
    Wrong,
    /// Too many tries: none before so many seconds have passed.
    Wait(i64),
}

pub(super) struct Accounts {
    store: Arc<dyn Store>,
    sessions: Sessions,
    throttle: Throttle,
    /// The digest of the set-up link's token, until it is used.
    setup: Mutex<Option<[u8; 32]>>,
    new_secret: NewSecret,
    clock: Arc<dyn Clock>,
    hashing: Semaphore,
    counting: Arc<Semaphore>,
    /// What the password of somebody who is not there is compared with, so that it takes as long.
    nobody: PasswordHash,
}

impl Accounts {
    pub(super) fn new(store: Arc<dyn Store>, new_secret: NewSecret, clock: Arc<dyn Clock>) -> Self {
        let random = Password::parse(&hex(&new_secret())).expect("64 characters are a password");
        Self {
            store,
            sessions: Sessions::default(),
            throttle: Throttle::default(),
            setup: Mutex::default(),
            new_secret,
            clock,
            hashing: Semaphore::new(AT_ONCE),
            counting: Arc::new(Semaphore::new(COUNTING)),
            nobody: random.hash(salt(new_secret())),
        }
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }

    /// A token that nobody can guess.
    pub(super) fn new_token(&self) -> String {
        hex(&(self.new_secret)())
    }

    /// Why the store does not take everything at present, where it does not.
    pub(super) fn stalled(&self) -> Option<Stalled> {
        self.store.stalled()
    }

    /// Asks the store on a thread that may block.
    pub(super) async fn ask<T: Send + 'static, F: Future<Output = Result<T, StoreError>>>(
        &self,
        question: impl FnOnce(Arc<dyn Store>) -> F + Send + 'static,
    ) -> Result<T, PageError> {
        let store = Arc::clone(&self.store);
        let runtime = tokio::runtime::Handle::current();
        let asked = web::block(move || runtime.block_on(question(store))).await;
        Ok(asked.map_err(|_| PageError::Busy)??)
    }

    /// Asks what is answered from very many counts, on a thread that ends with the answer and in turn:
    /// so the allocator uses the same memory again for the next one, where each thread of a pool would
    /// keep some for itself.
    pub(super) async fn ask_much<T: Send + 'static, F: Future<Output = Result<T, StoreError>>>(
        &self,
        question: impl FnOnce(Arc<dyn Store>) -> F + Send + 'static,
    ) -> Result<T, PageError> {
        let turn = Arc::clone(&self.counting).acquire_owned();
        let turn = actix_web::rt::time::timeout(TURN, turn).await;
        let Ok(Ok(turn)) = turn else { return Err(PageError::Busy) };
        let store = Arc::clone(&self.store);
        let runtime = tokio::runtime::Handle::current();
        let work = move || {
            // It lasts until the work ends, also where nobody waits for that any more.
            let _turn = turn;
            let answer = || runtime.block_on(question(store));
            std::thread::scope(|scope| scope.spawn(answer).join())
        };
        let asked = web::block(work).await;
        Ok(asked.ok().and_then(Result::ok).ok_or(PageError::Busy)??)
    }

    /// Does work that takes long, as hashing does, on a thread that may.
    async fn at_length<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PageError> {
        let turn = actix_web::rt::time::timeout(TURN, self.hashing.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(PageError::Busy) };
        web::block(work).await.map_err(|_| PageError::Busy)
    }

    /// What is kept of a new password.
    pub(super) async fn hashed(&self, password: Password) -> Result<PasswordHash, PageError> {
        let salt = salt((self.new_secret)());
        self.at_length(move || password.hash(salt)).await
    }

    /// The account that `name` and `password` open, slowed down by name and by address.
    pub(super) async fn proven(
        &self,
        name: &str,
        password: String,
        address: Option<IpAddr>,
    ) -> Result<Result<Account, Tried>, PageError> {
        let name = UserName::parse(name.trim());
        let key = name.as_ref().map_or("", UserName::as_str).to_owned();
        if let Err(seconds) = self.throttle.admit(&key, address, self.now()) {
            log::info!(target: AUDIT, "sign-in refused for a while: too many tries");
            return Ok(Err(Tried::Wait(seconds)));
        }
        let account = match name {
            Some(name) => self.ask(move |store| async move { store.user(&name).await }).await?,
            None => None,
        };
        let hash = account.as_ref().map_or(&self.nobody, |account| &account.password).clone();
        let right = self.at_length(move || hash.is_of(&password)).await?;
        match account {
            Some(account) if right => {
                self.throttle.forgive(&key, address);
                Ok(Ok(account))
            }
            Some(account) => {
                let user = &account.user;
                log::info!(target: AUDIT, "sign-in failed: {} ({})", user.name, user.role);
                Ok(Err(Tried::Wrong))
            }
            None => {
                // Not the name: people type passwords there.
                log::info!(target: AUDIT, "sign-in failed: no such user");
                Ok(Err(Tried::Wrong))
            }
        }
    }

    /// Signs in; a session that is there already is another one.
    pub(super) async fn sign_in(
        &self,
        name: &str,
        password: String,
        address: Option<IpAddr>,
    ) -> Result<Tried, PageError> {
        Ok(match self.proven(name, password, address).await? {
            Ok(account) => Tried::In(self.begin(&account)),
            Err(tried) => tried,
        })
    }

    /// Begins a session and gives its token.
    pub(super) fn begin(&self, account: &Account) -> String {
        let (token, user) = (self.new_token(), &account.user);
        self.sessions.begin(&token, account, self.now());
        log::info!(target: AUDIT, "signed in: {} ({})", user.name, user.role);
        token
    }

    /// Ends the session of `token`.
    pub(super) fn end(&self, token: &str) {
        self.sessions.end(token);
    }

    /// How many sessions are open.
    pub(super) fn sessions(&self) -> usize {
        self.sessions.count(self.now())
    }

    /// The user of a session's token, as the store knows them now.
    async fn user_of(&self, token: &str) -> Result<Option<Account>, PageError> {
        let Some((name, password)) = self.sessions.find(token, self.now()) else {
            return Ok(None);
        };
        let account = self.ask(move |store| async move { store.user(&name).await }).await?;
        let account = account.filter(|account| account.password == password);
        if account.is_none() {
            self.sessions.end(token);
        }
        Ok(account)
    }

    /// Makes the set-up link's path; the one before is no longer any use.
    pub(super) fn open_setup(&self) -> String {
        let token = self.new_token();
        *self.setup.lock().unwrap_or_else(PoisonError::into_inner) = Some(digest(&token));
        format!("/setup/{token}")
    }

    /// Whether `token` is the set-up link's, and nobody has an account yet.
    pub(super) async fn may_set_up(&self, token: &str) -> Result<bool, PageError> {
        let right = *self.setup.lock().unwrap_or_else(PoisonError::into_inner);
        if right != Some(digest(token)) {
            return Ok(false);
        }
        Ok(self.ask(|store| async move { store.users().await }).await?.is_empty())
    }

    /// Uses the set-up link: true once.
    pub(super) fn use_setup(&self, token: &str) -> bool {
        let mut setup = self.setup.lock().unwrap_or_else(PoisonError::into_inner);
        let right = *setup == Some(digest(token));
        if right {
            *setup = None;
        }
        right
    }
}
