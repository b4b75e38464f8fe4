//! `/login`, `/logout`, `/setup/…`: who may look. [`account`] is the page of whoever is signed in,
//! [`stats`] the managers' dashboard, [`print`] the print room.
//!
//! Each answer is made for one browser, is kept by nobody (`no-store`), and is not compressed: it
//! holds a form's token beside what was typed.

pub(in crate::web) mod account;
pub(in crate::web) mod print;
pub(in crate::web) mod report;
pub(in crate::web) mod stats;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, HeaderValue, LOCATION, REFERRER_POLICY, RETRY_AFTER, SET_COOKIE,
};
use actix_web::rt::time::timeout;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Query, dress, pairs, scan};
use crate::domain::password::Password;
use crate::domain::user::{Account, Courts, Role, User, UserName};
use crate::store::AUDIT;
use crate::web::REQUEST_TIMEOUT;
use crate::web::accounts::{SignedIn, Tried, Visitor, form_token, onward, sent_from_here};
use crate::web::error::PageError;
use crate::web::state::{Site, State};
use crate::web::views::{Page, Said, Staff, StaffPage};

/// A form with each court of the country ticked.
const FORM_BYTES: usize = 256 * 1024;

/// GET `/login`
pub(in crate::web) async fn login(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let (visitor, query) = (Visitor::of(&request), Query::of(&request));
    let next = query.more("next").and_then(onward).unwrap_or_default().to_owned();
    if SignedIn::of(&visitor, &state).await?.is_some() {
        return Ok(if next.is_empty() {
            see(StaffPage::Account, "", &request, &state.site())
        } else {
            see_address(&next)
        });
    }
    let staff = Staff { next, ..Staff::default() };
    show(StaffPage::Login, staff, StatusCode::OK, &request, &state)
}

/// POST `/login`: 303 to the account, or to the page of the staff's that was wanted first.
pub(in crate::web) async fn sign_in(
    request: HttpRequest,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let form = Form::read(body, &request, &state).await?;
    let (name, password) = (form.get("name"), form.get("password").to_owned());
    let tried = state.accounts.sign_in(name, password, state.address(&request)).await?;
    let (status, said) = match tried {
        Tried::In(token) => {
            let mut response = begun(&token, &form, "", &request, &state);
            if let Some(Ok(next)) = onward(form.get("next")).map(HeaderValue::from_str) {
                response.headers_mut().insert(LOCATION, next);
            }
            return Ok(response);
        }
        Tried::Wrong => (StatusCode::UNAUTHORIZED, Said::Wrong),
        Tried::Wait(seconds) => (StatusCode::TOO_MANY_REQUESTS, wait(seconds)),
    };
    let next = onward(form.get("next")).unwrap_or_default().to_owned();
    let staff = Staff { said: Some(said), typed: name.to_owned(), next, ..Staff::default() };
    let mut response = show(StaffPage::Login, staff, status, &request, &state)?;
    if let Tried::Wait(seconds) = tried {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// POST `/logout`: 303 to the form to sign in by.
pub(in crate::web) async fn sign_out(
    request: HttpRequest,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let form = Form::read(body, &request, &state).await?;
    state.accounts.end(&form.token);
    let mut response = see(StaffPage::Login, "", &request, &state.site());
    set_cookie(&mut response, &Visitor::of(&request).no_cookie());
    Ok(response)
}

/// GET `/logout`, and of other addresses of forms: some web views repeat a POST in this way.
pub(in crate::web) async fn back(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    see(StaffPage::Account, "", &request, &state.site())
}

/// GET `/setup/{token}`: the first admin's form, as long as the link is good.
pub(in crate::web) async fn setup(
    request: HttpRequest,
    token: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    if !state.accounts.may_set_up(&token).await? {
        return scan::missing(&request, &state.site());
    }
    show(StaffPage::Setup, Staff::default(), StatusCode::OK, &request, &state)
}

/// POST `/setup/{token}`: makes the first admin, once, and signs them in.
pub(in crate::web) async fn set_up(
    request: HttpRequest,
    token: web::Path<String>,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    if !state.accounts.may_set_up(&token).await? {
        return scan::missing(&request, &state.site());
    }
    let form = Form::read(body, &request, &state).await?;
    let (name, password) = match (form.name(), form.new_password()) {
        (Ok(name), Ok(password)) => (name, password),
        (Err(said), _) | (_, Err(said)) => {
            let typed = form.get("name").to_owned();
            let staff = Staff { said: Some(said), typed, ..Staff::default() };
            return show(StaffPage::Setup, staff, StatusCode::BAD_REQUEST, &request, &state);
        }
    };
    let user = User { name, role: Role::Admin, courts: Courts::All };
    let account = Account { user, password: state.accounts.hashed(password).await? };
    // Used up before anybody is added: of two who come at once, one is too late.
    if !state.accounts.use_setup(&token) {
        return scan::missing(&request, &state.site());
    }
    let added = account.clone();
    if !state.accounts.ask(move |store| async move { store.add_user(&added).await }).await? {
        return scan::missing(&request, &state.site());
    }
    log::info!(target: AUDIT, "user {} added as admin, by the set-up link", account.user.name);
    Ok(begun(&state.accounts.begin(&account), &form, "", &request, &state))
}

/// What a form says, once it is known that it is one of ours.
pub(super) struct Form {
    pairs: Vec<(String, String)>,
    /// The token of the cookie that it came with.
    token: String,
}

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    /// [`PageError::Forged`] unless its token is that of the browser's cookie, and the browser does
    /// not say that it was sent from elsewhere.
    pub(super) async fn read(
        body: web::Payload,
        request: &HttpRequest,
        state: &State,
    ) -> Result<Self, PageError> {
        let body = timeout(REQUEST_TIMEOUT, body.to_bytes_limited(FORM_BYTES)).await;
        let body = body.ok().and_then(Result::ok).and_then(Result::ok).unwrap_or_default();
        let pairs = pairs(std::str::from_utf8(&body).unwrap_or_default());
        let token = Visitor::of(request).token.ok_or(PageError::Forged)?;
        let form = Self { pairs, token };
        let ours = form.get("token") == form_token(&form.token);
        if ours && sent_from_here(request, state.base_url()) {
            Ok(form)
        } else {
            Err(PageError::Forged)
        }
    }

    /// The first value of `name`; empty where there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All that it says.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// All values of `name`.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn name(&self) -> Result<UserName, Said> {
        UserName::parse(self.get("name").trim()).ok_or(Said::Name)
    }

    /// The new password, typed twice.
    pub(super) fn new_password(&self) -> Result<Password, Said> {
        let text = self.get("new");
        let password = Password::parse(text).map_err(|_| Said::Length)?;
        if self.get("again") == text { Ok(password) } else { Err(Said::Differ) }
    }
}

/// A second at least.
pub(super) fn wait(seconds: i64) -> Said {
    Said::Wait(seconds.max(1))
}

/// 303 to the account, with the cookie of a session that began; the cookie before is no longer any.
pub(super) fn begun(
    token: &str,
    form: &Form,
    done: &str,
    request: &HttpRequest,
    state: &State,
) -> HttpResponse {
    state.accounts.end(&form.token);
    let mut response = see(StaffPage::Account, done, request, &state.site());
    set_cookie(&mut response, &Visitor::of(request).cookie(token));
    response
}

/// A staff page, with a cookie for a browser that has none.
pub(super) fn show(
    page: StaffPage,
    staff: Staff<'_>,
    status: StatusCode,
    request: &HttpRequest,
    state: &State,
) -> Result<HttpResponse, PageError> {
    let (site, visitor) = (state.site(), Visitor::of(request));
    let token = visitor.token.clone().unwrap_or_else(|| state.accounts.new_token());
    let key = Query::of(request).key(Page::Staff(page), request, &site);
    // Whoever is not signed in could not do anything about it.
    let stalled = staff.user.and_then(|_| state.accounts.stalled());
    let staff = Staff { form_token: form_token(&token), stalled, ..staff };
    let html = site.views.staff(&key, page, &staff)?;
    let mut response =
        HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html);
    dress(&mut response, &site);
    not_kept(&mut response);
    if visitor.token.is_none() {
        set_cookie(&mut response, &visitor.cookie(&token));
    }
    Ok(response)
}

/// 303 to a staff page, in the language and size of this one; `done` is what it says was done.
pub(super) fn see(page: StaffPage, done: &str, request: &HttpRequest, site: &Site) -> HttpResponse {
    let mut address = site.views.address(&Query::of(request).key(Page::Staff(page), request, site));
    if !done.is_empty() {
        let joint = if address.contains('?') { '&' } else { '?' };
        address = format!("{address}{joint}done={done}");
    }
    see_address(&address)
}

/// 303 to an address of ours.
pub(super) fn see_address(address: &str) -> HttpResponse {
    let mut response = HttpResponse::SeeOther().insert_header((LOCATION, address)).finish();
    not_kept(&mut response);
    response
}

/// Nobody keeps it.
pub(super) fn not_kept(response: &mut HttpResponse) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // With `no-referrer` browsers keep the origin of a form to themselves too.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
}

fn set_cookie(response: &mut HttpResponse, cookie: &str) {
    if let Ok(cookie) = cookie.parse() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
