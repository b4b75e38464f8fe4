//! `/d/…`: the litigation documents. The list, a form step by step, and the paper that comes of it.
//!
//! What is typed goes back out with the page and is kept nowhere: not in the store, not in a log, not
//! in an address, not in the cache of pages. Reading a form is [`filling`]'s work; files and the
//! hall's codes are [`files`]'.

pub(in crate::web) mod files;
mod filling;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, REFERRER_POLICY, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Query, fresh, scan};
use crate::domain::document::answers::{Answers, Typed, key, read};
use crate::domain::document::fill::fill;
use crate::domain::document::{DocumentId, DocumentTemplate, FieldKind};
use crate::domain::library::Library;
use crate::domain::scan::Client;
use crate::web::client::Agent;
use crate::web::error::{PageError, SOON};
use crate::web::state::{Site, State};
use crate::web::views::{DocumentPage, Page, PageKey, Sheet, Showing, Words};
use filling::{Form, Outcome};

/// GET `/d/`
pub(in crate::web) async fn list(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let visit = Visit::new(DocumentPage::List, &request, &site, &state);
    visit.show(Showing::Plain, StatusCode::OK)
}

/// GET `/d/{slug}`: what the document is, and the first step of its form.
pub(in crate::web) async fn form(
    request: HttpRequest,
    slug: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let Some((at, template)) = found(&slug, &site.library) else {
        return scan::missing(&request, &site);
    };
    let visit = Visit::new(DocumentPage::Form(at), &request, &site, &state);
    let mut typed = Typed::default();
    visit.preselect(template, &mut typed);
    let step = filling::first(template, &Answers::default());
    let showing = Showing::Step { step, typed: &typed, faults: &[], first: true };
    // What is typed into it would come back with the Back key, on a screen that many use.
    visit.not_kept(showing, StatusCode::OK)
}

/// POST `/d/{slug}`: the next step, the same one with what is wrong in it, or the finished paper.
pub(in crate::web) async fn step(
    request: HttpRequest,
    slug: web::Path<String>,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let site = state.site();
    let Some((at, template)) = found(&slug, &site.library) else {
        return scan::missing(&request, &site);
    };
    let visit = Visit::new(DocumentPage::Form(at), &request, &site, &state);
    let form = Form::read(&request, body, template).await?;
    let (typed, outcome) = form.outcome(template);
    match outcome {
        Outcome::Step { step, faults } => {
            let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
            let showing = Showing::Step { step, typed: &typed, faults: &faults, first: false };
            visit.not_kept(showing, status)
        }
        Outcome::Paper(answers) => visit.paper(template, &typed, &answers),
    }
}

/// The document of a name, and its place in the list.
fn found<'a>(slug: &str, library: &'a Library) -> Option<(usize, &'a DocumentTemplate)> {
    let id = DocumentId::parse(slug)?;
    library.documents.iter().enumerate().find(|(_, document)| document.id == id)
}

/// One request for a page of the documents.
pub(in crate::web) struct Visit<'a> {
    key: PageKey,
    request: &'a HttpRequest,
    site: &'a Site,
    state: &'a web::Data<State>,
}

impl<'a> Visit<'a> {
    pub(in crate::web) fn new(
        page: DocumentPage,
        request: &'a HttpRequest,
        site: &'a Site,
        state: &'a web::Data<State>,
    ) -> Self {
        let key = Query::of(request).key(Page::Document(page), request, site);
        Self { key, request, site, state }
    }

    /// A page without anything typed.
    pub(in crate::web) fn show(
        &self,
        showing: Showing<'_>,
        status: StatusCode,
    ) -> Result<HttpResponse, PageError> {
        let sheet = Sheet {
            showing,
            in_app: match Agent::of(self.request).client {
                Client::Wechat | Client::Alipay | Client::Dingtalk | Client::Qq => true,
                Client::Browser | Client::Other => false,
            },
            pick_up: self.state.shelf().is_some(),
            today: self.state.clock.now().day(),
        };
        // What was typed may be in the reason.
        let html = self.site.views.document(&self.key, &sheet).map_err(|_| PageError::Unshown)?;
        Ok(fresh(html, status, self.request, self.site))
    }

    /// A page with what was typed: no cache keeps it, and no other page learns where it was.
    pub(in crate::web) fn not_kept(
        &self,
        showing: Showing<'_>,
        status: StatusCode,
    ) -> Result<HttpResponse, PageError> {
        let mut response = self.show(showing, status)?;
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        Ok(response)
    }

    /// A page of a few words, which keeps what was typed at hand.
    pub(in crate::web) fn words(
        &self,
        words: Words,
        typed: Option<&Typed>,
        status: StatusCode,
    ) -> Result<HttpResponse, PageError> {
        let mut response = self.not_kept(Showing::Words { words, typed }, status)?;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(SOON));
        }
        Ok(response)
    }

    /// The finished paper as a page.
    fn paper(
        &self,
        template: &DocumentTemplate,
        typed: &Typed,
        answers: &Answers,
    ) -> Result<HttpResponse, PageError> {
        let document = fill(template, Some(answers));
        let showing = Showing::Paper { typed, answers, document: &document };
        self.not_kept(showing, StatusCode::OK)
    }

    /// The court that the address names is chosen already.
    fn preselect(&self, template: &DocumentTemplate, typed: &mut Typed) {
        let court = self.key.court.and_then(|at| self.site.library.courts.get(at));
        let once = template.steps.iter().filter(|step| step.rows.is_none());
        let mut fields = once.flat_map(|step| &step.fields);
        let field = fields.find(|f| f.id == "court" && f.kind == FieldKind::Court);
        if let (Some(court), Some(field)) = (court, field) {
            typed.set(key(None, &field.id), court.name.clone());
        }
    }

    /// What is wrong with a form that was sent for its file: the first step that has a fault.
    fn faulty(
        &self,
        template: &DocumentTemplate,
        typed: &Typed,
    ) -> Option<Result<HttpResponse, PageError>> {
        let (_, faults) = read(template, typed);
        let step = faults.first()?.step;
        let showing = Showing::Step { step, typed, faults: &faults, first: false };
        Some(self.not_kept(showing, StatusCode::BAD_REQUEST))
    }
}
