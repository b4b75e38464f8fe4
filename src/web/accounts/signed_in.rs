//! The guard of the pages that are not for everybody: a handler that takes [`SignedIn`] is reached by
//! users alone; anybody else is led to `/login`.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, web};

use super::Visitor;
use crate::domain::user::{Account, Role, User};
use crate::web::error::PageError;
use crate::web::state::State;
use crate::web::views::login_address;

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

/// The form to sign in by, which then leads on to what was asked for, where that is a page to look at.
fn login_for(request: &HttpRequest) -> String {
    let asked = request.uri().path_and_query().map_or("", |asked| asked.as_str());
    match onward(asked) {
        Some(page) if request.method() == Method::GET => login_address(page),
        Some(_) | None => "/login".to_owned(),
    }
}

/// A page that signing in may lead on to: one of our own, and none that does anything.
pub(in crate::web) fn onward(page: &str) -> Option<&str> {
    let (path, _) = page.split_once('?').unwrap_or((page, ""));
    let plain = page.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let pages =
        ["/stats", "/stats.csv", "/stats.json", "/stats.xlsx", "/stats/report.pdf", "/print"];
    let job = path
        .strip_prefix("/print/jobs/")
        .is_some_and(|id| id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit()));
    let known = job || pages.contains(&path);
    (known && plain).then_some(page)
}

impl FromRequest for SignedIn {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<web::Data<State>>().expect("each App has the state");
            let signed_in = Self::of(&Visitor::of(&request), state).await?;
            signed_in.ok_or_else(|| PageError::SignedOut(login_for(&request)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_on_to_pages_of_ours_alone() {
        for page in [
            "/stats",
            "/stats?period=7d&court=north",
            "/stats.csv?report=courts",
            "/stats/report.pdf?month=2026-10",
            "/print?court=north&layout=a4-poster",
            &format!("/print/jobs/{}", "0f".repeat(32)),
        ] {
            assert_eq!(onward(page), Some(page));
        }
        for page in [
            "",
            "/",
            "/account",
            "//evil.cn",
            "https://evil.cn/stats",
            "/stats/../x",
            "/statsx",
            "/stats.evil.cn",
            "/stats\\",
            "/stats?a=\r\nx",
            "/stats/alarms/1/seen",
            "/print/preview.png",
            "/print/jobs/..",
            &format!("/print/jobs/{}/cancel", "0f".repeat(32)),
        ] {
            assert_eq!(onward(page), None, "{page:?}");
        }
    }
}
