//! What the staff's pages show: the form to sign in by, the first admin's, and the account.
//!
//! Never kept among the rendered pages: each is made for one browser. A staff page more is a line of
//! [`StaffPage`] and a template.

use serde::Serialize;

use super::Table;
use super::links::Links;
use super::printing::{self, JobContext, PrintContext, PrintJob, Printing};
use super::stats::{self, Stats, StatsContext};
use crate::domain::court::{Court, CourtId};
use crate::domain::library::Library;
use crate::domain::password::Password;
use crate::domain::user::{Courts, Role, User};
use crate::store::trouble::{Stalled, Trouble};

/// A page of the staff's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StaffPage {
    /// The form to sign in by.
    Login,
    /// The form for the first admin.
    Setup,
    /// Who is signed in, and what they may change.
    Account,
    /// The managers' dashboard.
    Stats,
    /// The print room.
    Print,
    /// How far a large order is.
    PrintJob,
}

impl StaffPage {
    /// All of them.
    pub(super) const ALL: [Self; 6] =
        [Self::Login, Self::Setup, Self::Account, Self::Stats, Self::Print, Self::PrintJob];

    /// Its path; for the set-up page and a job none, since their own hold a secret: their links are
    /// relative.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Login => "/login",
            Self::Setup | Self::PrintJob => "",
            Self::Account => "/account",
            Self::Stats => "/stats",
            Self::Print => "/print",
        }
    }

    pub(super) fn template(self) -> &'static str {
        match self {
            Self::Login => "login.html",
            Self::Setup => "setup.html",
            Self::Account => "account.html",
            Self::Stats => "stats.html",
            Self::Print => "print.html",
            Self::PrintJob => "print_job.html",
        }
    }

    /// The name of its title among the strings.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Login => "login_title",
            Self::Setup => "setup_title",
            Self::Account => "account_title",
            Self::Stats => "stats_title",
            Self::Print => "print_title",
            Self::PrintJob => "print_job_title",
        }
    }
}

/// The line on top of a staff page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A wrong name or a wrong password.
    Wrong,
    /// Too many tries: so many seconds to wait.
    Wait(i64),
    /// The name is none that a user can have.
    Name,
    /// There is a user of that name.
    Taken,
    /// The password is too short or too long.
    Length,
    /// The two passwords differ.
    Differ,
    /// The present password is wrong.
    Present,
    /// No court was chosen.
    NoCourt,
    /// The user to remove is not there, or is oneself.
    NotRemoved,
    /// The user whose role should change is not there, or is oneself.
    NotChanged,
    /// The password was changed.
    PasswordSet,
    /// A user was added.
    Added,
    /// A user was removed.
    Removed,
    /// A user has another role.
    RoleSet,
    /// One of their print jobs is under way.
    PrintTheirs,
    /// The press has too much to do.
    PrintFull,
    /// There is nowhere to print to.
    PrintNowhere,
    /// A print job was cancelled.
    PrintCancelled,
}

impl Said {
    /// What an address may say was done.
    pub const DONE: [(&str, Self); 5] = [
        ("password", Self::PasswordSet),
        ("added", Self::Added),
        ("removed", Self::Removed),
        ("role", Self::RoleSet),
        ("cancelled", Self::PrintCancelled),
    ];

    /// Whether it tells of something that was done.
    pub fn is_good(self) -> bool {
        Self::DONE.iter().any(|(_, done)| *done == self)
    }

    fn text(self, t: &Table) -> String {
        let (key, number) = match self {
            Self::Wrong => ("login_wrong", 0),
            Self::Wait(seconds @ ..60) => ("login_wait_short", seconds),
            // The next whole minute.
            Self::Wait(seconds) => ("login_wait", seconds.saturating_add(59) / 60),
            Self::Name => ("user_name_wrong", 0),
            Self::Taken => ("user_taken", 0),
            Self::Length => ("password_length", i64::try_from(Password::LEAST).unwrap_or_default()),
            Self::Differ => ("password_differ", 0),
            Self::Present => ("password_present_wrong", 0),
            Self::NoCourt => ("user_no_court", 0),
            Self::NotRemoved => ("user_not_removed", 0),
            Self::NotChanged => ("user_not_changed", 0),
            Self::RoleSet => ("user_role_set", 0),
            Self::PrintTheirs => ("print_theirs", 0),
            Self::PrintFull => ("print_full", 0),
            Self::PrintNowhere => ("print_nowhere", 0),
            Self::PrintCancelled => ("print_cancelled", 0),
            Self::PasswordSet => ("password_set", 0),
            Self::Added => ("user_added", 0),
            Self::Removed => ("user_removed", 0),
        };
        t.get(key).map(|text| text.replace("{}", &number.to_string())).unwrap_or_default()
    }
}

/// What a staff page is made of.
#[derive(Default)]
pub struct Staff<'a> {
    /// The token of its forms.
    pub form_token: String,
    /// The line on top.
    pub said: Option<Said>,
    /// Why the store does not take everything at present.
    pub stalled: Option<Stalled>,
    /// The name that was typed.
    pub typed: String,
    /// Who is signed in.
    pub user: Option<&'a User>,
    /// All users, for an admin.
    pub users: Vec<User>,
    /// Where to go after signing in; empty for the account.
    pub next: String,
    /// The dashboard, on its page.
    pub stats: Option<&'a Stats>,
    /// The print room, on its page.
    pub print: Option<&'a Printing>,
    /// A print job, on its page.
    pub job: Option<&'a PrintJob>,
}

#[derive(Serialize)]
pub(super) struct StaffContext {
    form_token: String,
    /// What lasts from page to page, with its question mark.
    kept: String,
    good: bool,
    said: String,
    /// What the store does not take at present and what to do: a heading, then sentences.
    stalled: Vec<String>,
    typed: String,
    /// What is asked of a new password.
    hint: String,
    least: usize,
    most: usize,
    user: UserContext,
    admin: bool,
    users: Vec<UserContext>,
    roles: Vec<ChoiceContext>,
    courts: Vec<ChoiceContext>,
    next: String,
    stats: Option<StatsContext>,
    print: Option<PrintContext>,
    job: Option<JobContext>,
    /// Whether the user may print.
    prints: bool,
}

#[derive(Serialize, Default)]
struct UserContext {
    name: String,
    role: String,
    courts: Vec<String>,
    own: bool,
    /// Whether all courts are theirs.
    all: bool,
    roles: Vec<ChoiceContext>,
    choices: Vec<ChoiceContext>,
}

#[derive(Serialize)]
struct ChoiceContext {
    value: String,
    label: String,
    chosen: bool,
}

/// What a template may use of `staff`.
pub(super) fn of(staff: &Staff<'_>, t: &Table, links: &Links<'_>) -> StaffContext {
    let library = links.library;
    let users = staff.users.iter().map(|user| UserContext {
        own: staff.user.is_some_and(|own| own.name == user.name),
        ..user_of(user, t, library)
    });
    StaffContext {
        form_token: staff.form_token.clone(),
        kept: links.lasting_query(),
        good: staff.said.is_some_and(Said::is_good),
        said: staff.said.map(|said| said.text(t)).unwrap_or_default(),
        stalled: staff.stalled.map(|stalled| stalled_text(stalled, t)).unwrap_or_default(),
        typed: staff.typed.clone(),
        hint: t
            .get("password_hint")
            .map(|hint| hint.replace("{}", &Password::LEAST.to_string()))
            .unwrap_or_default(),
        least: Password::LEAST,
        most: Password::MOST,
        user: staff.user.map(|user| user_of(user, t, library)).unwrap_or_default(),
        admin: staff.user.is_some_and(|user| user.may(Role::Admin)),
        users: users.collect(),
        roles: roles(Role::Viewer, t),
        courts: courts(|_| false, library),
        next: staff.next.clone(),
        stats: staff.stats.map(|stats| stats::of(stats, t, links)),
        print: staff.print.map(|printing| printing::of(printing, t, links)),
        job: staff.job.map(|job| printing::of_job(job, t, links)),
        prints: staff.user.is_some_and(|user| user.may(Role::Printer)),
    }
}

fn stalled_text(stalled: Stalled, t: &Table) -> Vec<String> {
    let (what, advice) = match stalled.trouble {
        Trouble::Full => ("store_full", "store_full_do"),
        Trouble::ReadOnly => ("store_read_only", "store_read_only_do"),
        Trouble::Other => ("store_stalled", "store_stalled_do"),
    };
    let scans = if stalled.keeps_scans { "store_scans_wait" } else { "store_scans_dropped" };
    [what, scans, advice].into_iter().filter_map(|key| t.get(key).cloned()).collect()
}

fn user_of(user: &User, t: &Table, library: &Library) -> UserContext {
    // A court that is no longer in the table still has its id.
    let name = |id: &CourtId| library.court(id).map_or(id.to_string(), |court| court.name.clone());
    let courts = match &user.courts {
        Courts::All => vec![t.get("courts_all").cloned().unwrap_or_default()],
        Courts::Named(courts) => courts.iter().map(name).collect(),
    };
    UserContext {
        name: user.name.to_string(),
        role: role_name(user.role, t),
        courts,
        own: false,
        all: user.courts == Courts::All,
        roles: roles(user.role, t),
        choices: self::courts(|id| user.courts != Courts::All && user.may_see(id), library),
    }
}

/// All roles to choose from, one of them chosen.
fn roles(chosen: Role, t: &Table) -> Vec<ChoiceContext> {
    let choice = |role: Role| ChoiceContext {
        value: role.to_string(),
        label: role_name(role, t),
        chosen: role == chosen,
    };
    Role::ALL.into_iter().map(choice).collect()
}

/// All courts to choose from, some of them chosen.
fn courts(chosen: impl Fn(&CourtId) -> bool, library: &Library) -> Vec<ChoiceContext> {
    let choice = |court: &Court| ChoiceContext {
        value: court.id.to_string(),
        label: court.name.clone(),
        chosen: chosen(&court.id),
    };
    library.courts.iter().map(choice).collect()
}

fn role_name(role: Role, t: &Table) -> String {
    let key = match role {
        Role::Viewer => "role_viewer",
        Role::Printer => "role_printer",
        Role::Admin => "role_admin",
    };
    t.get(key).cloned().unwrap_or_default()
}

/// Users with which every part of the templates is tried.
pub(super) fn samples(library: &Library) -> Vec<User> {
    let names = ["a", "b", "c"].into_iter().zip(Role::ALL);
    let courts = library.courts.iter().map(|court| court.id.clone()).take(2);
    let courts = Courts::named_or_all(courts);
    let user = |(name, role)| {
        let name = crate::domain::user::UserName::parse(name)?;
        Some(User { name, role, courts: courts.clone() })
    };
    names.filter_map(user).collect()
}
