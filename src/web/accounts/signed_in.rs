//! The guard of the pages that are not for everybody: a handler that takes [`SignedIn`] is reached by
//! users alone; anybody else is led to `/login`.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::Visitor;
use crate::domain::user::{Account, Role, User};
use crate::web::error::PageError;
use crate::web::state::State;

/// Whoever is signed in, as the store knows them now.
pub(in crate::web) struct SignedIn {
    /// The user; [`User::may_see`] tells whose numbers are theirs to see.
    pub(in crate::web) user: User,
}

impl SignedIn {
    /// Refuses whoever may not do what `role` may.
    pub(in crate::web) fn require(&self, role: Role) -> Result<(), PageError> {
        if self.user.may(role) { Ok(()) } else { Err(PageError::NotAllowed) }
    }

    /// Whoever sent the request, if they are signed in.
    pub(in crate::web) async fn of(
        visitor: &Visitor,
        state: &State,
    ) -> Result<Option<Self>, PageError> {
        let Some(token) = &visitor.token else { return Ok(None) };
        let account = state.accounts.user_of(token).await?;
        Ok(account.map(|Account { user, .. }| Self { user }))
    }
}

impl FromRequest for SignedIn {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<web::Data<State>>().expect("each App has the state");
            let signed_in = Self::of(&Visitor::of(&request), state).await?;
            signed_in.ok_or(PageError::SignedOut)
        })
    }
}
