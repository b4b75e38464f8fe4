//! Documents as files: blank by GET, filled in by POST, and handed over in the hall by a code.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue, REFERRER_POLICY, RETRY_AFTER,
    VARY,
};
use actix_web::rt::time::timeout;
use actix_web::{HttpRequest, HttpResponse, web};

use super::filling::Form;
use super::{Visit, found};
use crate::document::Format;
use crate::domain::document::answers::{Typed, read};
use crate::domain::document::fill::fill;
use crate::domain::document::{DocumentId, DocumentTemplate};
use crate::web::REQUEST_TIMEOUT;
use crate::web::client::Agent;
use crate::web::error::PageError;
use crate::web::pages::{self, pairs, scan};
use crate::web::papers::{self, Unwritten};
use crate::web::pick_up::Refused;
use crate::web::state::{Site, State};
use crate::web::views::{App, DocumentPage, Showing, Wanted, Words};

/// A code is a few letters.
const CODE_BYTES: usize = 1024;

/// GET `/d/{slug}.docx`
pub(in crate::web) async fn blank_docx(
    request: HttpRequest,
    slug: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    blank(&request, &slug, &state, Format::Docx).await
}

/// GET `/d/{slug}.pdf`
pub(in crate::web) async fn blank_pdf(
    request: HttpRequest,
    slug: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    blank(&request, &slug, &state, Format::Pdf).await
}

async fn blank(
    request: &HttpRequest,
    slug: &str,
    state: &web::Data<State>,
    format: Format,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let Some((_, template)) = found(slug, &site.library) else {
        return scan::missing(request, &site);
    };
    let bytes = papers::blank(state, template, format).await?;
    // In another program a PDF may be shown; what is to be saved is not.
    let is_shown = format == Format::Pdf && App::of(Agent::of(request).client).is_some();
    let manner = if is_shown { "inline" } else { "attachment" };
    let mut response = HttpResponse::Ok().body(bytes);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(CONTENT_DISPOSITION, disposition(manner, template, format));
    headers.insert(VARY, HeaderValue::from_static("user-agent"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}

/// POST `/d/{slug}/filled.docx`
pub(in crate::web) async fn docx(
    request: HttpRequest,
    slug: web::Path<String>,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    filled(&request, &slug, body, &state, Format::Docx).await
}

/// POST `/d/{slug}/filled.pdf`
pub(in crate::web) async fn pdf(
    request: HttpRequest,
    slug: web::Path<String>,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    filled(&request, &slug, body, &state, Format::Pdf).await
}

async fn filled(
    request: &HttpRequest,
    slug: &str,
    body: web::Payload,
    state: &web::Data<State>,
    format: Format,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let Some((at, template)) = found(slug, &site.library) else {
        return scan::missing(request, &site);
    };
    let visit = Visit::new(DocumentPage::Form(at), request, &site, state);
    let typed = Form::read(request, body, template).await?.into_typed();
    let wanted = match format {
        Format::Pdf => Wanted::Pdf,
        Format::Docx => Wanted::Docx,
    };
    match written(&visit, template, &typed, wanted).await? {
        Ok(bytes) => Ok(file(bytes, "attachment", template, format)),
        Err(page) => Ok(page),
    }
}

/// The file of what was typed; else a page that says what keeps it from being one, with all that was
/// typed.
async fn written(
    visit: &Visit<'_>,
    template: &DocumentTemplate,
    typed: &Typed,
    wanted: Wanted,
) -> Result<Result<Vec<u8>, HttpResponse>, PageError> {
    if let Some(page) = visit.faulty(template, typed) {
        return page.map(Err);
    }
    let document = fill(template, Some(&read(template, typed).0));
    let format = match &wanted {
        Wanted::Docx => Format::Docx,
        Wanted::Pdf | Wanted::PickUp | Wanted::Code(_) => Format::Pdf,
    };
    let unwritten = match papers::write(visit.state, document, format).await {
        Ok(bytes) => return Ok(Ok(bytes)),
        Err(unwritten) => unwritten,
    };
    let (words, status) = match unwritten {
        Unwritten::Lacking(missing) => (Words::NoGlyphs(missing), StatusCode::UNPROCESSABLE_ENTITY),
        Unwritten::Busy => (Words::Busy(wanted), StatusCode::SERVICE_UNAVAILABLE),
        Unwritten::AtFault => (Words::NotMade(wanted), StatusCode::INTERNAL_SERVER_ERROR),
    };
    visit.words(words, Some(typed), status).map(Err)
}

/// GET where a form is sent to: some web views repeat a POST in this way.
pub(in crate::web) async fn how(
    request: HttpRequest,
    slug: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let Some((at, _)) = found(&slug, &site.library) else {
        return scan::missing(&request, &site);
    };
    let visit = Visit::new(DocumentPage::Form(at), &request, &site, &state);
    visit.words(Words::HowToGet, None, StatusCode::OK)
}

/// POST `/d/{slug}/pick-up`: the code under which the PDF waits in the hall.
pub(in crate::web) async fn hand_over(
    request: HttpRequest,
    slug: web::Path<String>,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let (Some((at, template)), Some(shelf)) = (found(&slug, &site.library), state.shelf()) else {
        return scan::missing(&request, &site);
    };
    let visit = Visit::new(DocumentPage::Form(at), &request, &site, &state);
    let typed = Form::read(&request, body, template).await?.into_typed();
    let bytes = match written(&visit, template, &typed, Wanted::PickUp).await? {
        Ok(bytes) => bytes,
        Err(page) => return Ok(page),
    };
    let waiting = [template.id.as_str().as_bytes(), b"\0", &bytes].concat();
    let (words, status) = match shelf.take(&waiting, state.address(&request)).await {
        Ok(code) => (Words::Code(code), StatusCode::OK),
        Err(Refused::Busy) => (Words::Busy(Wanted::PickUp), StatusCode::SERVICE_UNAVAILABLE),
        Err(Refused::Full | Refused::NoSuchCode | Refused::Wait(_)) => {
            (Words::Full, StatusCode::SERVICE_UNAVAILABLE)
        }
    };
    visit.words(words, Some(&typed), status)
}

/// GET `/pick-up`: the form for a code, on the hall's own screen.
pub(in crate::web) async fn desk(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    if state.shelf().is_none() {
        return scan::missing(&request, &site);
    }
    let visit = Visit::new(DocumentPage::PickUp, &request, &site, &state);
    visit.not_kept(Showing::Plain, StatusCode::OK)
}

/// POST `/pick-up`: the PDF of a code, once, to be looked at and printed.
pub(in crate::web) async fn fetch(
    request: HttpRequest,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let Some(shelf) = state.shelf() else { return scan::missing(&request, &site) };
    let body = timeout(REQUEST_TIMEOUT, body.to_bytes_limited(CODE_BYTES)).await;
    let body = body.ok().and_then(Result::ok).and_then(Result::ok).unwrap_or_default();
    let pairs = pairs(std::str::from_utf8(&body).unwrap_or_default());
    let code = pairs.iter().find(|(name, _)| name == "code").map_or("", |(_, value)| value);
    let given = shelf.give(code, state.address(&request)).await;
    let visit = Visit::new(DocumentPage::PickUp, &request, &site, &state);
    match given {
        Ok(waiting) => match unpacked(&waiting, &site) {
            Some((template, bytes)) => Ok(file(bytes.to_vec(), "inline", template, Format::Pdf)),
            None => visit.words(Words::NoSuchCode, None, StatusCode::NOT_FOUND),
        },
        Err(Refused::NoSuchCode | Refused::Full) => {
            visit.words(Words::NoSuchCode, None, StatusCode::NOT_FOUND)
        }
        Err(Refused::Busy) => {
            let words = Words::Busy(Wanted::Code(code.to_owned()));
            visit.words(words, None, StatusCode::SERVICE_UNAVAILABLE)
        }
        Err(Refused::Wait(seconds)) => {
            let minutes = seconds.max(1).saturating_add(59) / 60;
            let mut page =
                visit.words(Words::Wait(minutes), None, StatusCode::TOO_MANY_REQUESTS)?;
            page.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            Ok(page)
        }
    }
}

/// Which document waited, and its file.
fn unpacked<'a, 'b>(waiting: &'b [u8], site: &'a Site) -> Option<(&'a DocumentTemplate, &'b [u8])> {
    let end = waiting.iter().position(|byte| *byte == 0)?;
    let id = DocumentId::parse(std::str::from_utf8(&waiting[..end]).ok()?)?;
    Some((site.library.document(&id)?, &waiting[end + 1..]))
}

/// A filled-in document, which nobody keeps.
fn file(bytes: Vec<u8>, manner: &str, template: &DocumentTemplate, format: Format) -> HttpResponse {
    let mut response = HttpResponse::Ok().body(bytes);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(CONTENT_DISPOSITION, disposition(manner, template, format));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The name of a file. Nothing typed is in it.
fn disposition(manner: &str, template: &DocumentTemplate, format: Format) -> HeaderValue {
    pages::disposition(manner, template.id.as_str(), &template.title, format.extension())
}
