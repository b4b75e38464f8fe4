//! `onecode token`: what lets a program read the numbers under `/api/v1`; while the service runs too.
//!
//! A token is shown once, when it is made; of it only a hash is kept.

use clap::Subcommand;
use serde_json::json;

use super::args::{Args, Style};
use super::output::Output;
use super::told::told;
use super::user::{courts, lasting, name, seen, wait};
use super::{Ending, clock, new_secret};
use crate::diagnostic::Words;
use crate::domain::token::{ApiToken, TokenHash, token};
use crate::domain::user::{Courts, UserName};
use crate::store::{self, StoreError};

#[derive(Debug, clap::Args)]
pub(super) struct TokenArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// A new token, shown this once
    Add {
        /// What it is called: letters, digits and . - _
        #[arg(value_name = "NAME", value_parser = name)]
        name: UserName,
        /// Only this court (may be given again) [default: all]
        #[arg(long, value_name = "ID")]
        court: Vec<String>,
    },
    /// All tokens by name, never themselves
    List {
        /// How they are written
        #[arg(long, value_enum, default_value = "human")]
        format: Style,
    },
    /// Remove a token: whoever has it reads nothing from now on
    Remove {
        /// The token's name
        #[arg(value_name = "NAME", value_parser = name)]
        name: UserName,
    },
}

pub(super) fn run(args: &Args, token: &TokenArgs, output: &Output) -> anyhow::Result<Ending> {
    lasting(args)?;
    match &token.action {
        Action::Add { name, court } => add(args, name, courts(args, court)?, output),
        Action::List { format } => list(args, *format, output),
        Action::Remove { name } => {
            let store = store::open_to_read(&args.store)?;
            if !wait(async { store.remove_token(name).await })? {
                return Err(told(
                    format!("no token {name}: `onecode token list` names them"),
                    format!("没有令牌 {name}：onecode token list 列出全部"),
                ));
            }
            output.say(&Words::new(format!("{name} removed"), format!("{name} 已删除")));
            Ok(Ending::Done)
        }
    }
}

/// Makes a token and shows it, on stdout alone, so that a script can take it.
fn add(args: &Args, name: &UserName, courts: Courts, output: &Output) -> anyhow::Result<Ending> {
    let shown = token(new_secret());
    let (hash, since) = (TokenHash::of(&shown), clock().now().day());
    let token = ApiToken { name: name.clone(), courts, hash, since };
    let store = store::open_to_change(&args.store)?;
    if !wait(async { store.add_token(&token).await })? {
        return Err(told(
            format!("there is a token {name} already: remove it first, or choose another name"),
            format!("已有令牌 {name}：请先删除，或换一个名字"),
        ));
    }
    let (en, zh) = (seen(&token.courts, "all courts", ", "), seen(&token.courts, "全部法院", "、"));
    output.say(&Words::new(
        format!("added {name}, {en}. The token is shown this once:"),
        format!("已新增 {name}，{zh}。令牌只显示这一次："),
    ));
    output.result(format!("{shown}\n").as_bytes())?;
    Ok(Ending::Done)
}

fn list(args: &Args, format: Style, output: &Output) -> anyhow::Result<Ending> {
    let tokens = match store::open_to_read(&args.store) {
        Ok(store) => wait(async { store.tokens().await })?,
        Err(StoreError::Missing { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    match format {
        Style::Human if tokens.is_empty() => output.say(&Words::new(
            "no tokens yet: add one by `onecode token add NAME`",
            "还没有令牌：用 onecode token add 名字 新增",
        )),
        Style::Human => {
            let all = output.pick("all courts", "全部法院");
            let line = |token: &ApiToken| {
                let ApiToken { name, courts, since, .. } = token;
                format!("{name}  {since}  {}\n", seen(courts, all, ", "))
            };
            output.result(tokens.iter().map(line).collect::<String>().as_bytes())?;
        }
        Style::Json => {
            let tokens = tokens.iter().map(|token| {
                let courts = match &token.courts {
                    Courts::All => None,
                    Courts::Named(courts) => Some(courts),
                };
                json!({ "name": token.name.as_str(), "since": token.since, "courts": courts })
            });
            let tokens = serde_json::to_string_pretty(&tokens.collect::<Vec<_>>())?;
            output.result(format!("{tokens}\n").as_bytes())?;
        }
    }
    Ok(Ending::Done)
}
