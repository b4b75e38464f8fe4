//! `onecode user`: who may read statistics and print; while the service runs too.
//!
//! A password is read from the terminal, twice and unseen, or from the first line of stdin; never
//! from an argument, which everybody on the machine could read.

use std::io::{BufRead, IsTerminal};

use anyhow::Context;
use clap::Subcommand;
use serde_json::json;

use super::args::{Args, Style};
use super::output::Output;
use super::told::told;
use super::{Ending, clock, new_secret, print, site};
use crate::content;
use crate::diagnostic::Words;
use crate::domain::court::CourtId;
use crate::domain::password::{Password, PasswordFault, PasswordHash, salt};
use crate::domain::user::{Account, Courts, Role, User, UserName};
use crate::store::{self, Store, StoreError};

#[derive(Debug, clap::Args)]
pub(super) struct UserArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// A new user; the password is read from the terminal, or from stdin
    Add {
        /// The name to sign in by: letters, digits and . - _
        #[arg(value_name = "NAME", value_parser = name)]
        name: UserName,
        /// viewer reads statistics, printer also prints, admin also manages users
        #[arg(long, value_name = "ROLE", value_parser = role)]
        role: Role,
        /// Only this court (may be given again) [default: all]
        #[arg(long, value_name = "ID")]
        court: Vec<String>,
    },
    /// All users
    List {
        /// How they are written
        #[arg(long, value_enum, default_value = "human")]
        format: Style,
    },
    /// Give a user another role, and other courts; it counts at once
    Role {
        /// The user
        #[arg(value_name = "NAME", value_parser = name)]
        name: UserName,
        /// viewer reads statistics, printer also prints, admin also manages users
        #[arg(value_name = "ROLE", value_parser = role)]
        role: Role,
        /// Only this court (may be given again) [default: all]
        #[arg(long, value_name = "ID")]
        court: Vec<String>,
    },
    /// Remove a user, who is signed out at once
    Remove {
        /// The user
        #[arg(value_name = "NAME", value_parser = name)]
        name: UserName,
    },
    /// Set another password; the user is signed out everywhere
    Password {
        /// The user
        #[arg(value_name = "NAME", value_parser = name)]
        name: UserName,
    },
}

pub(super) fn name(text: &str) -> Result<UserName, String> {
    UserName::parse(text)
        .ok_or_else(|| "a name is 1 to 32 letters, digits and . - _ without spaces".to_owned())
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| format!("roles are {}", Role::ALL.map(Role::as_str).join(", ")))
}

pub(super) fn run(args: &Args, user: &UserArgs, output: &Output) -> anyhow::Result<Ending> {
    lasting(args)?;
    match &user.action {
        Action::Add { name, role, court } => {
            let courts = courts_of(args, *role, court)?;
            let user = User { name: name.clone(), role: *role, courts };
            add(args, user, output)
        }
        Action::List { format } => list(args, *format, output),
        Action::Role { name, role, court } => {
            let courts = courts_of(args, *role, court)?;
            set_role(args, &User { name: name.clone(), role: *role, courts }, output)
        }
        Action::Remove { name } => {
            let store = existing(args)?;
            // With the last user of all, the next start prints the set-up link again.
            if wait(async { store.users().await })?.len() > 1 {
                keep_an_admin(&*store, name)?;
            }
            let done = wait(async { store.remove_user(name).await })?;
            changed(done, name, ("removed", "已删除"), output)
        }
        Action::Password { name } => {
            let store = existing(args)?;
            if wait(async { store.user(name).await })?.is_none() {
                return Err(unknown(name));
            }
            let password = hashed(output)?;
            let done = wait(async { store.set_password(name, &password).await })?;
            changed(done, name, ("has the new password", "的密码已更换"), output)
        }
    }
}

/// Refuses a store that forgets whom it was told of.
pub(super) fn lasting(args: &Args) -> anyhow::Result<()> {
    if store::directory(&args.store)?.is_some() {
        return Ok(());
    }
    let store = &args.store;
    Err(told(
        format!("{store} forgets its users as soon as this command ends: use sled:DIR"),
        format!("{store} 在命令结束时就忘掉用户：请用 sled:目录"),
    ))
}

/// The courts of somebody of that role.
fn courts_of(args: &Args, role: Role, ids: &[String]) -> anyhow::Result<Courts> {
    if role == Role::Admin && !ids.is_empty() {
        return Err(told(
            "an admin sees all courts: leave --court out",
            "admin 看全部法院：请去掉 --court",
        ));
    }
    courts(args, ids)
}

/// The courts named, all of which have to be known; all where none is.
pub(super) fn courts(args: &Args, ids: &[String]) -> anyhow::Result<Courts> {
    if ids.is_empty() {
        return Ok(Courts::All);
    }
    let files = site::load(args, &["guides/"])?;
    let library = content::load(&files, clock().now().day()).library;
    Ok(Courts::named_or_all(print::courts(ids, &library)?))
}

fn add(args: &Args, user: User, output: &Output) -> anyhow::Result<Ending> {
    let store = store::open_to_change(&args.store)?;
    let taken = |name: &UserName| {
        told(
            format!("there is a user {name} already: remove it first, or choose another name"),
            format!("已有用户 {name}：请先删除，或换一个名字"),
        )
    };
    if wait(async { store.user(&user.name).await })?.is_some() {
        return Err(taken(&user.name)); // before anybody types a password
    }
    let account = Account { user, password: hashed(output)? };
    if !wait(async { store.add_user(&account).await })? {
        return Err(taken(&account.user.name));
    }
    let User { name, role, courts } = &account.user;
    output.say(&Words::new(
        format!("added {name} as {role}, {}", seen(courts, "all courts", ", ")),
        format!("已新增 {name}，角色 {role}，{}", seen(courts, "全部法院", "、")),
    ));
    Ok(Ending::Done)
}

/// Refuses to take the last admin away: nobody else could add one on the pages.
fn keep_an_admin(store: &dyn Store, name: &UserName) -> anyhow::Result<()> {
    let users = wait(async { store.users().await })?;
    let mut admins = users.iter().filter(|account| account.user.role == Role::Admin);
    if admins.next().is_none_or(|only| only.user.name != *name) || admins.next().is_some() {
        return Ok(());
    }
    Err(told(
        format!(
            "{name} is the last admin: make another one first, by `onecode user add NAME --role admin` \
             or `onecode user role NAME admin`"
        ),
        format!(
            "{name} 是最后一位管理员：请先用 onecode user add 名字 --role admin 新增一位，或用 onecode user role 名字 admin 设另一位"
        ),
    ))
}

/// Gives a user another role.
fn set_role(args: &Args, user: &User, output: &Output) -> anyhow::Result<Ending> {
    let store = existing(args)?;
    if user.role != Role::Admin {
        keep_an_admin(&*store, &user.name)?;
    }
    let done = wait(async { store.set_role(user).await })?;
    let User { name, role, courts } = user;
    let now = (
        format!("is {role} now, {}", seen(courts, "all courts", ", ")),
        format!("现在的角色是 {role}，{}", seen(courts, "全部法院", "、")),
    );
    changed(done, name, (&now.0, &now.1), output)
}

fn list(args: &Args, format: Style, output: &Output) -> anyhow::Result<Ending> {
    let users = match store::open_to_read(&args.store) {
        Ok(store) => wait(async { store.users().await })?,
        Err(StoreError::Missing { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    match format {
        Style::Human if users.is_empty() => output.say(&Words::new(
            "no users yet: add one by `onecode user add NAME --role admin`",
            "还没有用户：用 onecode user add 名字 --role admin 新增",
        )),
        Style::Human => {
            let all = output.pick("all courts", "全部法院");
            let lines = users.iter().map(|account| {
                let User { name, role, courts } = &account.user;
                format!("{name}  {role}  {}\n", seen(courts, all, ", "))
            });
            output.result(lines.collect::<String>().as_bytes())?;
        }
        Style::Json => {
            let users = users.iter().map(|account| {
                let User { name, role, courts } = &account.user;
                let courts = match courts {
                    Courts::All => None,
                    Courts::Named(courts) => Some(courts),
                };
                json!({ "name": name.as_str(), "role": role.as_str(), "courts": courts })
            });
            let users = serde_json::to_string_pretty(&users.collect::<Vec<_>>())?;
            output.result(format!("{users}\n").as_bytes())?;
        }
    }
    Ok(Ending::Done)
}

pub(super) fn seen(courts: &Courts, all: &str, joint: &str) -> String {
    match courts {
        Courts::All => all.to_owned(),
        Courts::Named(courts) => courts.iter().map(CourtId::as_str).collect::<Vec<_>>().join(joint),
    }
}

/// The store, where there is one: nobody can be changed in one that is not there.
fn existing(args: &Args) -> anyhow::Result<std::sync::Arc<dyn Store>> {
    Ok(store::open_to_read(&args.store)?)
}

pub(super) fn wait<T>(work: impl Future<Output = Result<T, StoreError>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(work).context("while asking for users")
}

fn unknown(name: &UserName) -> anyhow::Error {
    told(
        format!("no user {name}: `onecode user list` names them"),
        format!("没有用户 {name}：onecode user list 列出全部"),
    )
}

fn changed(
    done: bool,
    name: &UserName,
    (en, zh): (&str, &str),
    output: &Output,
) -> anyhow::Result<Ending> {
    if !done {
        return Err(unknown(name));
    }
    output.say(&Words::new(format!("{name} {en}"), format!("{name} {zh}")));
    Ok(Ending::Done)
}

/// What is kept of the password that is read now.
fn hashed(output: &Output) -> anyhow::Result<PasswordHash> {
    let text = typed(output)?;
    let password = Password::parse(&text).map_err(|fault| match fault {
        PasswordFault::Short => told(
            format!("a password has at least {} characters", Password::LEAST),
            format!("密码至少 {} 个字符", Password::LEAST),
        ),
        PasswordFault::Long => told(
            format!("a password has at most {} characters", Password::MOST),
            format!("密码最多 {} 个字符", Password::MOST),
        ),
        PasswordFault::Control => {
            told("a password holds no control characters", "密码里不能有控制字符")
        }
    })?;
    Ok(password.hash(salt(new_secret())))
}

fn typed(output: &Output) -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        let mut line = String::new();
        stdin.lock().read_line(&mut line).context("while reading the password from stdin")?;
        return Ok(line.trim_end_matches(['\n', '\r']).to_owned());
    }
    let ask = |prompt: &str| {
        rpassword::prompt_password(prompt).context("while reading the password from the terminal")
    };
    let text = ask(output.pick("password: ", "密码："))?;
    if ask(output.pick("once more: ", "再输一次："))? != text {
        return Err(told(
            "the two passwords differ: try again",
            "两次输入的密码不一样：请再来一次",
        ));
    }
    Ok(text)
}
