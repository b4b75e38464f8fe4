//! `/account`: who is signed in, another password; for an admin, who else may look.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Form, begun, see, show, wait};
use crate::domain::court::CourtId;
use crate::domain::user::{Account, Courts, Role, User, UserName};
use crate::store::AUDIT;
use crate::web::accounts::{SignedIn, Tried};
use crate::web::error::PageError;
use crate::web::pages::Query;
use crate::web::state::State;
use crate::web::views::{Said, Staff, StaffPage};

/// GET `/account`
pub(in crate::web) async fn page(
    signed_in: SignedIn,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let query = Query::of(&request);
    let done = Said::DONE.into_iter().find(|(name, _)| query.more("done") == Some(*name));
    shown(&signed_in, done.map(|(_, said)| said), "", &request, &state).await
}

/// POST `/account/password`: another password; all other sessions of the user end.
pub(in crate::web) async fn password(
    signed_in: SignedIn,
    request: HttpRequest,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let form = Form::read(body, &request, &state).await?;
    let new = match form.new_password() {
        Ok(new) => new,
        Err(said) => {
            return shown(&signed_in, Some(said), form.get("name"), &request, &state).await;
        }
    };
    let (name, present) = (&signed_in.user.name, form.get("password").to_owned());
    let proven = state.accounts.proven(name.as_str(), present, state.address(&request)).await?;
    let account = match proven {
        Ok(account) => account,
        Err(Tried::Wait(seconds)) => {
            return shown(&signed_in, Some(wait(seconds)), "", &request, &state).await;
        }
        Err(Tried::In(_) | Tried::Wrong) => {
            return shown(&signed_in, Some(Said::Present), "", &request, &state).await;
        }
    };
    let account = Account { password: state.accounts.hashed(new).await?, ..account };
    let (name, hash) = (name.clone(), account.password.clone());
    if !state
        .accounts
        .ask(move |store| async move { store.set_password(&name, &hash).await })
        .await?
    {
        return Err(PageError::SignedOut("/login".to_owned()));
    }
    log::info!(target: AUDIT, "user {} has another password", account.user.name);
    Ok(begun(&state.accounts.begin(&account), &form, "password", &request, &state))
}

/// POST `/account/add`: a new user.
pub(in crate::web) async fn add(
    signed_in: SignedIn,
    request: HttpRequest,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    signed_in.require(Role::Admin)?;
    let form = Form::read(body, &request, &state).await?;
    let (user, password) = match (user(&form, &state), form.new_password()) {
        (Ok(user), Ok(password)) => (user, password),
        (Err(said), _) | (_, Err(said)) => {
            return shown(&signed_in, Some(said), form.get("name"), &request, &state).await;
        }
    };
    let account = Account { user, password: state.accounts.hashed(password).await? };
    let added = account.clone();
    if !state.accounts.ask(move |store| async move { store.add_user(&added).await }).await? {
        return shown(&signed_in, Some(Said::Taken), form.get("name"), &request, &state).await;
    }
    let (User { name, role, .. }, by) = (&account.user, &signed_in.user.name);
    log::info!(target: AUDIT, "user {name} added as {role}, by {by}");
    Ok(see(StaffPage::Account, "added", &request, &state.site()))
}

/// POST `/account/role`: another role, and other courts, which count at once. Nobody changes their
/// own, so that an admin is left.
pub(in crate::web) async fn role(
    signed_in: SignedIn,
    request: HttpRequest,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    signed_in.require(Role::Admin)?;
    let form = Form::read(body, &request, &state).await?;
    let user = match user(&form, &state) {
        Ok(user) => user,
        Err(said) => return shown(&signed_in, Some(said), "", &request, &state).await,
    };
    let own = user.name == signed_in.user.name;
    let changed = user.clone();
    if !own
        && state.accounts.ask(move |store| async move { store.set_role(&changed).await }).await?
    {
        let (User { name, role, .. }, by) = (&user, &signed_in.user.name);
        log::info!(target: AUDIT, "user {name} is {role} now, by {by}");
        return Ok(see(StaffPage::Account, "role", &request, &state.site()));
    }
    shown(&signed_in, Some(Said::NotChanged), "", &request, &state).await
}

/// POST `/account/remove`: a user goes, with every session. Nobody removes themselves, so that an
/// admin is left.
pub(in crate::web) async fn remove(
    signed_in: SignedIn,
    request: HttpRequest,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    signed_in.require(Role::Admin)?;
    let form = Form::read(body, &request, &state).await?;
    let name = form.name().ok().filter(|name| *name != signed_in.user.name);
    if let Some(name) = name
        && removed(name.clone(), &state).await?
    {
        log::info!(target: AUDIT, "user {name} removed, by {}", signed_in.user.name);
        return Ok(see(StaffPage::Account, "removed", &request, &state.site()));
    }
    shown(&signed_in, Some(Said::NotRemoved), "", &request, &state).await
}

async fn removed(name: UserName, state: &State) -> Result<bool, PageError> {
    state.accounts.ask(move |store| async move { store.remove_user(&name).await }).await
}

/// The user that a form describes.
fn user(form: &Form, state: &State) -> Result<User, Said> {
    let name = form.name()?;
    let role = Role::parse(form.get("role")).ok_or(Said::Name)?;
    let site = state.site();
    let known = |id: &str| CourtId::parse(id).filter(|id| site.library.court(id).is_some());
    let courts = if role == Role::Admin || form.get("all") == "yes" {
        Courts::All
    } else {
        let courts: Vec<CourtId> = form.all("court").filter_map(known).collect();
        // None chosen is a slip, and must not mean all.
        if courts.is_empty() {
            return Err(Said::NoCourt);
        }
        Courts::named_or_all(courts)
    };
    Ok(User { name, role, courts })
}

/// The page, with a line on top and the name that was typed; 400 where that tells of a fault.
async fn shown(
    signed_in: &SignedIn,
    said: Option<Said>,
    typed: &str,
    request: &HttpRequest,
    state: &State,
) -> Result<HttpResponse, PageError> {
    let users = if signed_in.user.may(Role::Admin) {
        let users = state.accounts.ask(|store| async move { store.users().await }).await?;
        users.into_iter().map(|account| account.user).collect()
    } else {
        Vec::new()
    };
    let status = match said {
        Some(said) if !said.is_good() => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let user = Some(&signed_in.user);
    let staff = Staff { said, typed: typed.to_owned(), user, users, ..Staff::default() };
    show(StaffPage::Account, staff, status, request, state)
}
