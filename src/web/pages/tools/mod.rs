//! `/t/…`: the calculators as pages, and a last day as a calendar file. For scripts see [`json`].

pub(in crate::web) mod json;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Query, content, fresh, scan};
use crate::domain::calc::deadline::{self, Deadline};
use crate::domain::library::Library;
use crate::web::calendar::Reminder;
use crate::web::error::PageError;
use crate::web::state::{Site, State};
use crate::web::views::{Calculator, Entered, Page, start};

/// GET `/t/`
pub(in crate::web) async fn index(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    content(Page::Tool(Calculator::Index), &request, &state.site())
}

/// GET `/t/fee`: the kinds; with `kind` its form, and its answer where that was filled in.
pub(in crate::web) async fn fee(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let (site, today) = (state.site(), state.clock.now().day());
    let found = |kind: &str| Calculator::of_kind(kind, &site.library, today);
    chosen("kind", Calculator::FeeKinds, &found, &request, &site, &state)
}

/// GET `/t/deadline`: the rules; with `rule` its form, and its answer where that was filled in.
pub(in crate::web) async fn deadline(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let found = |rule: &str| Calculator::of_rule(rule, &site.library);
    chosen("rule", Calculator::DeadlineRules, &found, &request, &site, &state)
}

/// GET `/t/interest`
pub(in crate::web) async fn interest(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    calculator(Calculator::Interest, &request, &state.site(), &state)
}

/// The page of what was chosen by `name`; the choice itself where nothing was, or nothing that is
/// there.
fn chosen(
    name: &str,
    choice: Calculator,
    found: &dyn Fn(&str) -> Option<Calculator>,
    request: &HttpRequest,
    site: &Site,
    state: &State,
) -> Result<HttpResponse, PageError> {
    let query = Query::of(request);
    let Some(asked) = query.more(name).filter(|asked| !asked.is_empty()) else {
        return content(Page::Tool(choice), request, site);
    };
    if let Some(chosen) = found(asked) {
        return calculator(chosen, request, site, state);
    }
    let pairs = vec![(name.to_owned(), asked.to_owned())];
    let entered = Entered { pairs, today: state.clock.now().day() };
    let key = query.key(Page::Tool(choice), request, site);
    let (html, _) = site.views.filled(&key, &entered)?;
    Ok(fresh(html, StatusCode::NOT_FOUND, request, site))
}

/// A form, or what comes of it.
fn calculator(
    calculator: Calculator,
    request: &HttpRequest,
    site: &Site,
    state: &State,
) -> Result<HttpResponse, PageError> {
    let query = Query::of(request);
    let pairs = query.more.iter().filter(|(name, value)| calculator.takes(name, value));
    let pairs: Vec<_> = pairs.cloned().collect();
    let page = Page::Tool(calculator);
    if pairs.is_empty() {
        return content(page, request, site);
    }
    let entered = Entered { pairs, today: state.clock.now().day() };
    let (html, faulty) = site.views.filled(&query.key(page, request, site), &entered)?;
    let status = if faulty { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok(fresh(html, status, request, site))
}

/// GET `/t/deadline.ics`: the last day for a phone's calendar.
pub(in crate::web) async fn calendar(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let query = Query::of(&request);
    let day = start(query.more("start").unwrap_or_default());
    let rule = query.more("rule").unwrap_or_default();
    let Some(found) = day.and_then(|day| deadline::reckon(rule, day, &site.library)).ok() else {
        return scan::not_found(request, state).await;
    };
    let name = format!("attachment; filename=\"{rule}-{}.ics\"", found.day_to_tell());
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "private, max-age=0"))
        .body(reminder(&found, &site.library)))
}

/// What a litigant has to know on that day, in Chinese, as the court writes to them.
fn reminder(found: &Deadline, library: &Library) -> String {
    let (title, start, period) = (&found.rule.title, found.start, &found.period);
    let mut lines = vec![if found.rule.back {
        format!("从 {start} 往回数{period}，数到 {}。", found.counted_to)
    } else {
        format!("从 {start} 的次日起数{period}，数到 {}。", found.counted_to)
    }];
    if !found.certain {
        lines.push("那一年的放假安排还没公布，请按这一天办，越早越好。".to_owned());
    }
    if found.safe_day != found.day_to_tell() {
        lines.push(format!("最稳妥在 {} 当天或之前办完。", found.safe_day));
    }
    let articles: Vec<String> = found.citations.iter().map(|c| library.cited(c)).collect();
    lines.push(format!("依据：{}", articles.join("；")));
    lines.push("以法院通知为准。".to_owned());
    let file = Reminder {
        uid: &format!("{}-{start}@onecode", found.rule.name),
        counted_from: start,
        day: found.day_to_tell(),
        summary: &format!("最后一天：{title}"),
        description: &lines.join("\n"),
    };
    file.file()
}
