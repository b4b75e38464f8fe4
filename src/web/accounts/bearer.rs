//! The guard of `/api/v1`: a handler that takes a [`Reader`] is reached with a token alone.
//!
//! The token is looked up by its hash, which tells nothing of it to whoever measures how long that
//! takes. Wrong ones are not counted and lock nobody out: 256 random bits are not guessed.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};

use crate::domain::token::TokenHash;
use crate::domain::user::Courts;
use crate::web::pages::api::Problem;
use crate::web::state::State;

/// A longer one is none of ours.
const LONGEST: usize = 200;

/// A program with a good token.
pub(in crate::web) struct Reader {
    /// Of which courts it reads.
    pub(in crate::web) courts: Courts,
}

impl Reader {
    async fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let state = request.app_data::<web::Data<State>>().expect("each App has the state");
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = header.and_then(|h| h.trim().split_once(' ')).unwrap_or_default();
        let token = token.trim();
        if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
            return Err(Problem::NoToken);
        }
        if token.len() > LONGEST {
            return Err(Problem::WrongToken);
        }
        let hash = TokenHash::of(token);
        let found = state.accounts.ask(move |store| async move { store.token(&hash).await }).await;
        let token = found.map_err(Problem::Page)?.ok_or(Problem::WrongToken)?;
        Ok(Self { courts: token.courts })
    }
}

impl FromRequest for Reader {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}
