//! `/stats/report.pdf`: a month on paper, of the courts that its reader sees.
//!
//! Setting it takes a second of a processor and memory: one at a time. The design and the fonts are
//! read for each, since they are large and needed once a month.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};

use super::not_kept;
use crate::domain::period::Month;
use crate::domain::user::{Courts, Role};
use crate::report::Question;
use crate::report::asked::{Asking, Fault};
use crate::report::monthly::{FILES, Monthly, MonthlyError, Needs};
use crate::web::accounts::SignedIn;
use crate::web::error::PageError;
use crate::web::pages::pairs;
use crate::web::state::State;

/// What the page that leads here adds to its addresses.
const OWN: [&str; 2] = ["lang", "v"];

/// GET `/stats/report.pdf`: `month` (the last whole one where none is named), `court`, `topic`.
pub(in crate::web) async fn pdf(
    signed_in: SignedIn,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    signed_in.require(Role::Viewer)?;
    let (site, now, user) = (state.site(), state.clock.now(), signed_in.user);
    let mut pairs = pairs(request.query_string());
    let month = pairs.iter().find(|(name, value)| name == "month" && !value.trim().is_empty());
    let month = match month {
        Some((_, text)) => Month::parse(text.trim()).ok_or_else(|| not_a_month(text))?,
        None => Needs::last_whole(now),
    };
    pairs.retain(|(name, _)| name != "month" && !OWN.contains(&name.as_str()));
    if let Some((name, _)) = pairs.iter().find(|(name, _)| name != "court" && name != "topic") {
        return Err(Fault::parameter(name, &["month", "court", "topic"]).into());
    }
    let asking = Asking::read(&pairs, &site.library, now)?.within(&user.courts)?;
    let needs = Needs::of(month, now).map_err(PageError::from)?;
    let question = Question { period: needs.periods[0], ..asking.question };
    let sees_all = user.courts == Courts::All;
    let turn = state.printing().await?;
    let made = state.clone();
    let pdf = state
        .accounts
        .ask_much(move |store| async move {
            let _turn = turn;
            let [month, before, year, past] = needs.queries();
            let monthly = Monthly {
                counts: [
                    store.counts(&month).await?,
                    store.counts(&before).await?,
                    store.counts(&year).await?,
                    store.counts(&past).await?,
                ],
                answers: store.feedback(month.period).await?,
                // They are about the whole service.
                alarms: if sees_all { store.alarms().await? } else { Vec::new() },
                strikes: store.strikes().await?,
                needs,
                library: &site.library,
                question,
            };
            Ok(made.printables(&FILES).map(|files| monthly.pdf(&files)))
        })
        .await?;
    let pdf = pdf.ok_or(PageError::Busy)?.map_err(PageError::from)?;
    let name = format!("attachment; filename=\"report-{month}.pdf\"");
    let mut response = HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/pdf"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(pdf);
    not_kept(&mut response);
    Ok(response)
}

fn not_a_month(text: &str) -> PageError {
    Fault::NotAMonth { value: text.to_owned() }.into()
}

impl From<MonthlyError> for PageError {
    fn from(error: MonthlyError) -> Self {
        match error {
            MonthlyError::Future { month } => Fault::FutureMonth { month }.into(),
            error @ (MonthlyError::NoTemplate
            | MonthlyError::Glyphs { .. }
            | MonthlyError::Typeset(_)) => Self::Report(error),
        }
    }
}
